"""When will everybody have it? Dated plans for making and delivering scarce goods at full rate.

>>> import fullrate as fr
>>> [name for name in dir(fr) if not name.startswith("_")]
['Audit', 'Finding', 'Plan', 'Refused', 'Study', 'Tables', 'audit', 'check', 'economy', 'frontier',
 'hedge', 'hindcast', 'history', 'mitigate', 'odds', 'outlook', 'plan', 'read', 'report', 'stress', 'track',
 'why']
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from fullrate.api import (
        audit,
        check,
        economy,
        frontier,
        hedge,
        hindcast,
        history,
        mitigate,
        odds,
        outlook,
        plan,
        read,
        report,
        stress,
        track,
        why,
    )
    from fullrate.auditing import Audit
    from fullrate.findings import Finding, Refused
    from fullrate.results import Plan, Study
    from fullrate.tables import Tables

_HOME = {
    "Audit": "fullrate.auditing",
    "Finding": "fullrate.findings",
    "Plan": "fullrate.results",
    "Refused": "fullrate.findings",
    "Study": "fullrate.results",
    "Tables": "fullrate.tables",
    "audit": "fullrate.api",
    "check": "fullrate.api",
    "economy": "fullrate.api",
    "frontier": "fullrate.api",
    "hedge": "fullrate.api",
    "hindcast": "fullrate.api",
    "history": "fullrate.api",
    "mitigate": "fullrate.api",
    "odds": "fullrate.api",
    "outlook": "fullrate.api",
    "plan": "fullrate.api",
    "read": "fullrate.api",
    "report": "fullrate.api",
    "stress": "fullrate.api",
    "track": "fullrate.api",
    "why": "fullrate.api",
}
"""Where each public name lives; it is imported when first asked for."""

__all__ = [
    "Audit",
    "Finding",
    "Plan",
    "Refused",
    "Study",
    "Tables",
    "audit",
    "check",
    "economy",
    "frontier",
    "hedge",
    "hindcast",
    "history",
    "mitigate",
    "odds",
    "outlook",
    "plan",
    "read",
    "report",
    "stress",
    "track",
    "why",
]


def __getattr__(name: str) -> Any:
    """A public name, imported on first use."""
    if name not in _HOME:
        raise AttributeError(f"module 'fullrate' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    """The public names."""
    return sorted(_HOME)
