"""Planning: from a case to a plan through the chain of stages; and what stands in its way."""

from fullrate.lp.solve import solve as solve_lp
from fullrate.planning.certificate import Certificate, certify, verified
from fullrate.planning.cheapest import least_spending
from fullrate.planning.hedging import hedged
from fullrate.planning.ladder import Climb, climb, climbed, gains, loss
from fullrate.planning.midway import reached, replanner
from fullrate.planning.pegging import Network, hurts, sources, traced
from fullrate.planning.planner import coarse, plan
from fullrate.planning.previous import after
from fullrate.planning.prices import price
from fullrate.planning.promise import Promise
from fullrate.planning.question import Question, asked, refuse_outside
from fullrate.planning.remedies import Remedy
from fullrate.planning.required import asked_of, joint, smallest
from fullrate.planning.slack import latest_starts

__all__ = [
    "Certificate",
    "Climb",
    "Network",
    "Promise",
    "Question",
    "Remedy",
    "after",
    "asked",
    "asked_of",
    "certify",
    "climb",
    "climbed",
    "coarse",
    "gains",
    "hedged",
    "hurts",
    "joint",
    "latest_starts",
    "least_spending",
    "loss",
    "plan",
    "price",
    "reached",
    "refuse_outside",
    "replanner",
    "smallest",
    "solve_lp",
    "sources",
    "traced",
    "verified",
]
