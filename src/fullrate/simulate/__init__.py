"""Executions of a plan: what happens when times, yields and capacities are drawn and things break."""

from fullrate.results import Samples
from fullrate.simulate.broken import Broken
from fullrate.simulate.left_out import refuse_left_out
from fullrate.simulate.measure import LEVELS
from fullrate.simulate.moves import PLAN_ONLY, moved
from fullrate.simulate.policy import Policy
from fullrate.simulate.rolling import Replan, Rhythm, rolling
from fullrate.simulate.run import Trace, prepare, run, traced
from fullrate.simulate.spending import paid_for, spending

__all__ = [
    "LEVELS",
    "PLAN_ONLY",
    "Broken",
    "Policy",
    "Replan",
    "Rhythm",
    "Samples",
    "Trace",
    "moved",
    "paid_for",
    "prepare",
    "refuse_left_out",
    "rolling",
    "run",
    "spending",
    "traced",
]
