"""What the tiny scenarios with known answers are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fullrate.tables import Tables

Rows = list[dict[str, Any]]
PRESS = {"process": "press", "site": "works", "item": "kit"}
DIG = {"process": "dig", "site": "works", "item": "plate"}


def day(number: int) -> str:
    """The date that many days after the start."""
    return f"2030-01-{number + 1:02}"


@dataclass(frozen=True)
class Known:
    """A scenario and the least sum of weighted mean waits of its first class, in days; or what is missed of a wish."""

    rules: tuple[str, ...]
    days: float
    periods: int
    tables: dict[str, Rows]
    wish: str = ""
    freeze: str = ""
    coverage: str = "delivered"

    def read(self) -> Tables:
        config = {
            "name": "known",
            "currency": "EUR",
            "start": day(0),
            "period_d": 1,
            "periods": self.periods,
            "tail": 0,
            "coverage": self.coverage,
        } | ({"freeze_until": self.freeze} if self.freeze else {})
        return Tables.from_rows(config, self.tables)


def scene(qty: float, process: dict[str, Any] | None, **tables: Rows) -> dict[str, Rows]:
    """A works that makes what a depot at its door needs, and more tables."""
    return {
        "items": [{"item": "kit"}, {"item": "plate"}],
        "sites": [{"site": "works"}, {"site": "town"}],
        "processes": [PRESS | (process or {})],
        "recipients": [{"recipient": "depot", "site": "works"}],
        "needs": [{"need": "order", "recipient": "depot", "item": "kit", "qty": qty}],
        **tables,
    }


def line(capacity: float, **tables: Rows) -> dict[str, Rows]:
    """Resources and uses of a line that each start of the press takes one unit of."""
    return {
        "resources": [{"resource": "line", "capacity": capacity}],
        "uses": [{"user": "press", "resource": "line", "qty": 1}],
        **tables,
    }


PLATE = [{"process": "press", "item": "plate", "qty": 2}]
TENS = {"max_rate": 10}
