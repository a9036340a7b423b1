"""Questions asked of a plan. Each is one module; none knows another."""

from fullrate.studies.economy import economy
from fullrate.studies.frontier import frontier, points_of
from fullrate.studies.odds import odds
from fullrate.studies.require import require
from fullrate.studies.stress import stress
from fullrate.studies.why import why

__all__ = ["economy", "frontier", "odds", "points_of", "require", "stress", "why"]
