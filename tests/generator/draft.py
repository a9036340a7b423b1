"""What a drawn scenario may contain, and the scenario in the making."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, TypeVar

import numpy as np

START = date(2031, 3, 3)
Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Features:
    """What a scenario may contain; each is then drawn by chance."""

    whole: bool = True
    """Builds in whole numbers and minimum lots: a mixed-integer program."""
    coarse: bool = True
    """Other lead roundings than up, other calendars than equal periods, days off the grid."""
    money: bool = True
    """Funds."""
    overheads: bool = True
    """Holding costs, costs of gates, funds that expire."""
    people: bool = True
    """Labour pools."""
    overtime: bool = True
    hiring: bool = True
    """Pools that hire and train."""
    offices: bool = True
    """Resources that builds and gates use."""
    gates: bool = True
    chance: bool = True
    """Gates that may fail, so that their dates are sampled."""
    barred: bool = True
    """Restrictions."""
    openings: bool = True
    """Sites that open or close."""
    late_needs: bool = True
    """Needs that begin later, accrue over time, or are lost."""
    classes: bool = True
    room: bool = True
    """Limits on what a site can keep."""
    moving: bool = True
    """Values that change over time."""
    shares: bool = True
    """Alternatives in a slot with limits on their shares, rejects, by-products."""
    practice: bool = False
    """Processes that learn: planned by a sequence of programs, so only where a test asks for it."""
    mix: bool = True
    """Limits on the shares of products."""
    perishable: bool = True
    """Goods that do not keep."""
    shipments: bool = True
    """Smallest shipments and costs of any shipment, beside other whole numbers."""
    quality: bool = True
    """Escapes, and limits on the defects that leave."""
    wishes: bool = True
    """Rivals with protected floors, safety stocks."""
    fielded: bool = False
    """Units in use that fail, counted as long as they work: only where a test asks for it."""


PLAIN = Features(
    whole=False,
    coarse=False,
    overheads=False,
    people=False,
    overtime=False,
    hiring=False,
    offices=False,
    chance=False,
    openings=False,
    late_needs=False,
    room=False,
    mix=False,
    perishable=False,
    shipments=False,
    quality=False,
    wishes=False,
)
"""A linear program on equal periods, of the rules that the plain-Python oracle knows."""


@dataclass
class Draft:
    """A scenario in the making."""

    rng: np.random.Generator
    features: Features
    config: dict[str, Any] = field(default_factory=dict)
    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    parts: list[str] = field(default_factory=list)
    products: list[str] = field(default_factory=list)
    depots: list[str] = field(default_factory=list)

    def add(self, name: str, /, **row: Any) -> None:
        self.tables.setdefault(name, []).append(
            {column.removesuffix("_"): value for column, value in row.items() if value is not None}
        )

    def chance(self, odds: float) -> bool:
        return bool(self.rng.random() < odds)

    def pick(self, things: Sequence[Thing]) -> Thing:
        return things[int(self.rng.integers(len(things)))]

    def between(self, low: float, high: float, digits: int = 2) -> float:
        return round(float(self.rng.uniform(low, high)), digits)

    @property
    def longest(self) -> float:
        """Days of the longest period."""
        blocks = self.config.get("calendar") or [[1, self.config["period_d"]]]
        return float(max(days for _, days in blocks))

    @property
    def horizon(self) -> float:
        """Days to the end."""
        blocks = self.config.get("calendar") or [[self.config["periods"], self.config["period_d"]]]
        return float(sum(count * days for count, days in blocks))

    def day(self, low: float, high: float) -> str:
        """A date in this share of the horizon, on the grid unless days off the grid are allowed."""
        days = self.between(low, high) * self.horizon
        grid = 1 if self.features.coarse else self.longest
        return (START + timedelta(days=int(days / grid) * grid)).isoformat()

    def lead(self, most: float) -> float:
        """A lead time, in whole periods unless days off the grid are allowed."""
        if self.chance(0.25):
            return 0.0
        days = self.between(0.3, most, 1)
        return days if self.features.coarse else float(np.ceil(days / self.longest) * self.longest)
