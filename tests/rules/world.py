"""A small scenario under construction: a mine, a works and a town."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from fullrate.tables import Tables

Row = dict[str, Any]
START = date(2030, 1, 7)
GRIDS: tuple[dict[str, Any], ...] = (
    {"period_d": 1, "periods": 6},
    {"period_d": 2.5, "periods": 5},
    {"period_d": 7, "periods": 5},
    {"calendar": [[2, 1], [2, 3], [2, 4]]},
    {"calendar": [[3, 2], [2, 5]]},
)
ROUNDINGS = ("ceil", "floor", "kernel")


@dataclass
class World:
    """A scenario under construction, and the luck it is drawn with."""

    luck: random.Random
    config: Row
    tables: dict[str, list[Row]] = field(default_factory=dict)

    def read(self) -> Tables:
        return Tables.from_rows(self.config, self.tables)

    def add(self, table: str, /, **cells: Any) -> None:
        """A row; ``from_``, ``yield_`` and ``class_`` stand for columns that are Python keywords."""
        self.tables.setdefault(table, []).append({name.rstrip("_"): value for name, value in cells.items()})

    def row(self, table: str, at: int) -> Row:
        return self.tables[table][at]

    def pick(self, *values: Any) -> Any:
        return self.luck.choice(values)

    def chance(self, odds: float = 0.5) -> bool:
        return self.luck.random() < odds

    @property
    def longest(self) -> float:
        return float(max((days for _, days in self.config.get("calendar", ())), default=self.config.get("period_d", 7)))

    @property
    def horizon(self) -> float:
        grid = self.config.get("calendar") or [[self.config["periods"], self.config["period_d"]]]
        return float(sum(count * days for count, days in grid))

    def lead(self) -> float:
        """Days, sometimes none, sometimes off the grid."""
        return float(self.pick(0, 0, 0.3, 1, 1.2, 1.7) * self.pick(1, self.longest))

    def apart(self) -> World:
        """The same world with luck of its own, so that what is drawn later does not depend on what is drawn here."""
        return replace(self, luck=random.Random(repr(self.tables)))

    def day(self, low: float = 0.0, high: float = 1.1) -> str:
        """A date at some share of the horizon."""
        return (START + timedelta(days=round(self.horizon * self.luck.uniform(low, high)))).isoformat()

    def moving(self, table: str, key: str, column: str, *values: float) -> None:
        """Rows of ``series`` on a cell, on two different days."""
        for low, high in ((0.05, 0.4), (0.5, 0.9)):
            self.add("series", table=table, key=key, column=column, date=self.day(low, high), value=self.pick(*values))


def base(luck: random.Random) -> World:
    """Plates dug at the mine go by rail to the works, kits pressed there by road to two recipients in town."""
    config = {"name": "works", "currency": "EUR", "start": START.isoformat(), "lead_rounding": luck.choice(ROUNDINGS)}
    world = World(luck, config | luck.choice(GRIDS) | {"tail": luck.choice((0, 1))})
    for item in ("kit", "plate"):
        world.add("items", item=item)
    for site, region, owner in (("mine", "south", "acme"), ("works", "north", "acme"), ("town", "north", "city")):
        world.add("sites", site=site, region=region, owner=owner)
    world.add("processes", process="press", site="works", item="kit", lead_d=world.lead())
    world.add("processes", process="dig", site="mine", item="plate", lead_d=world.lead(), out_qty=3)
    world.add("recipe", process="press", item="plate", qty=2)
    world.add("lanes", lane="rail", from_="mine", to="works", item="plate", lead_d=world.lead())
    world.add("lanes", lane="road", from_="works", to="town", item="*", lead_d=world.lead())
    world.add("recipients", recipient="depot", site="town")
    world.add("recipients", recipient="clinic", site="town", weight=2)
    world.add("needs", need="order", recipient="depot", item="kit", qty=40)
    world.add("needs", need="call", recipient="clinic", item="kit", qty=25)
    world.add("stock", site="works", item="plate", qty=12)
    return world
