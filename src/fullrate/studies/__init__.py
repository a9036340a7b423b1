"""Questions asked of a plan. Each is one module; none knows another."""

from fullrate.studies.require import require
from fullrate.studies.why import why

__all__ = ["require", "why"]
