"""Planning: from a case to a plan through the chain of stages."""

from fullrate.planning.planner import coarse, plan
from fullrate.planning.slack import latest_starts

__all__ = ["coarse", "latest_starts", "plan"]
