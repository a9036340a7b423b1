"""Planning: from a case to a plan through the chain of stages."""

from fullrate.planning.planner import plan
from fullrate.planning.slack import latest_starts

__all__ = ["latest_starts", "plan"]
