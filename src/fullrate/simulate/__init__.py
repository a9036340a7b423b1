"""Executions of a plan: what happens when times, yields and capacities are drawn and things break."""

from fullrate.results import Samples
from fullrate.simulate.broken import Broken
from fullrate.simulate.measure import LEVELS
from fullrate.simulate.moves import PLAN_ONLY, moved
from fullrate.simulate.policy import Policy
from fullrate.simulate.run import Trace, joined, run, run_chunks, traced

__all__ = [
    "LEVELS",
    "PLAN_ONLY",
    "Broken",
    "Policy",
    "Samples",
    "Trace",
    "joined",
    "moved",
    "run",
    "run_chunks",
    "traced",
]
