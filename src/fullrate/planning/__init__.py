"""Planning: from a case to a plan through the chain of stages."""

from fullrate.planning.planner import plan

__all__ = ["plan"]
