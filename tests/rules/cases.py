"""Small random scenarios that exercise each rule: a mine, a works and a town, and features added one by one.

``scenario(code, seed)`` gives a scenario in which the rule with that code has rows. Features of the rule are always
there, others by chance, so that a rule also meets what it was not written for.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
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
OTHERS = 0.25
"""Odds that a feature which the rule does not ask for is there as well."""


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


# --- features: each changes a world -------------------------------------------------------------


def rates(world: World) -> None:
    """Rates, some without limit, some that change."""
    world.row("processes", 0)["max_rate"] = world.pick(2, 3.5, 6)
    if world.chance():
        world.row("processes", 1)["max_rate"] = world.pick(0, 4)
    if world.chance(0.7):
        world.moving("processes", world.pick("press", "dig"), "max_rate", 0, 1.5, 5)


def repair(world: World) -> None:
    """Rejects that are mended, a by-product that comes late, and yields that change."""
    world.row("processes", 0).update(
        {"yield": world.pick(0.6, 0.8), "rework": world.pick(0.5, 1), "out_qty": world.pick(1, 4)}
    )
    for item in ("dud", "scrap"):
        world.add("items", item=item)
    world.add("recipe", process="press", item="dud", qty=1, role="reject")
    world.add("recipe", process="press", item="scrap", qty=0.5, role="out", offset_d=world.lead())
    world.add("processes", process="mend", site="works", item="kit", lead_d=world.longest * 1.5, yield_=0.9)
    world.add("recipe", process="mend", item="dud", qty=1, offset_d=world.lead())
    if world.chance():
        world.moving("processes", "press", "yield", 0.5, 0.9)


def choice(world: World) -> None:
    """A slot with alternatives and shares, a slot whose only item may not fill it, and inputs taken later."""
    world.add("items", item="sheet")
    world.add("items", item="glue")
    world.row("recipe", 0).update(slot="steel", share_min=world.pick(0, 0.25), offset_d=world.lead())
    world.add(
        "recipe",
        process="press",
        slot="steel",
        item="sheet",
        qty=4,
        share_max=world.pick(0.5, 1),
        offset_d=world.lead(),
    )
    world.add("stock", site="works", item="sheet", qty=30)
    if world.chance(0.3):
        world.add("recipe", process="dig", slot="binder", item="glue", qty=1, share_max=0.5)
        world.add("stock", site="mine", item="glue", qty=5)


def freight(world: World) -> None:
    """Lanes counted in units, kilograms or cubic metres, with losses and capacities that change."""
    for item in world.tables["items"]:
        item.update(mass=world.pick(0, 0.5, 2), size=world.pick(0.1, 1))
    for lane in world.tables["lanes"]:
        lane.update(capacity=world.pick(3, 5, 8), cap_unit=world.pick("unit", "kg", "m3"), loss=world.pick(0, 0.1, 0.5))
    if world.chance():
        world.row("lanes", 1)["capacity"] = None
    if world.chance():
        world.moving("lanes", "rail", "capacity", 0, 2, 9)
    world.add("stock", site="works", item="kit", qty=6)


def lines(world: World) -> None:
    """A line that two processes share, and a resource nothing loads."""
    world.add("resources", resource="line", capacity=world.pick(0, 4, 6), site="works")
    world.add("resources", resource="drill", capacity=world.pick(3, None))
    world.add("uses", user="press", resource="line", qty=world.pick(1, 1.5))
    world.add("uses", user="dig", resource="line", qty=world.pick(0, 0.5))
    world.add("uses", user="dig", resource="drill", qty=1)
    if world.chance():
        world.moving("resources", "line", "capacity", 1, 5, 8)


def builds(world: World) -> None:
    """Builds with ramps: at once, in steps, along a line, up and down; some whole, some that retire."""
    lines(world)
    day = world.longest / 2
    for x, y in ((0, 0.25), (day, 0.25), (day, 0.5), (3 * day, 0.5), (3 * day, 1)):
        world.add("curves", curve="steps", x=x, y=y)
    for x, y in ((0, 0), (2 * day, 0.7), (2.6 * day, 1.0), (4 * day, 0.8)):
        world.add("curves", curve="slope", x=x, y=y)
    for name, resource in (("second", "line"), ("third", "line"), ("rig", "drill")):
        world.add(
            "builds",
            build=name,
            resource=resource,
            add=world.pick(2, 5),
            lead_d=world.lead(),
            ramp=world.pick(None, "steps", "slope"),
            max=world.pick(1, 2.5, 3),
            integer=world.chance(0.4),
            life_d=world.pick(None, 1.5 * world.longest, 3.3 * world.longest),
        )


def crew(world: World) -> None:
    """Two resources that share the heads of a pool, some of whom leave."""
    if "resources" not in world.tables:
        lines(world)
    world.add(
        "pools", pool="shift", heads=world.pick(0, 1, 2), hours=world.pick(None, 3), quit=world.pick(None, 0, 0.9)
    )
    for resource in world.tables["resources"]:
        resource["pool"] = "shift"


def money(world: World) -> None:
    """Funds that carry, lapse and expire, prices that change, and costs without a fund."""
    crew(world)
    world.add("funds", fund="grant", carry=world.chance(0.7), expires=world.pick(None, world.day(0.3, 0.9)))
    world.add("funds", fund="loan", carry=world.chance(), expires=world.pick(None, world.day(0.1, 1.2)))
    for fund, low, high in (("grant", 0, 0.1), ("grant", 0.2, 0.7), ("loan", 0, 0.3), ("loan", 0.4, 1.2)):
        world.add("allotments", fund=fund, date=world.day(low, high), amount=world.pick(20, 60, 90))
    world.config |= world.pick({}, {"fund": "grant"})
    world.config["discount"] = world.pick(0, 0.5)
    funds = (None, "grant", "loan")
    for row, cost in ((world.row("processes", 0), "unit_cost"), (world.row("lanes", 0), "unit_cost")):
        row.update({cost: world.pick(0, 1.5, 3), "fund": world.pick(*funds)})
    world.row("items", 0)["hold_cost"] = world.pick(0, 0.2)
    world.row("pools", 0).update(wage=world.pick(None, 0.7), fund=world.pick(*funds))
    for build in world.tables.get("builds", []):
        build.update(capex=world.pick(0, 15), fund=world.pick(*funds))
    if world.chance():
        world.moving("processes", "press", "unit_cost", 0, 1, 5)


def gates(world: World) -> None:
    """Gates in a net, one of which may have to be tried again."""
    share = world.horizon / 6
    for name in ("design", "trial", "licence"):
        world.add("gates", gate=name, duration_d=world.pick(0, 0.5, 1, 1.3) * share)
    world.add("links", before="design", after="trial", lag_d=world.pick(0, share / 2), overlap=world.pick(0, 0.5))
    world.add("links", before="design", after="licence", kind="SS", lag_d=world.pick(0, share))
    world.add("links", before="trial", after="licence", overlap=world.pick(0, 0.25))
    if world.chance(0.25):
        world.row("gates", 1).update(
            {"pass": 0.6, "retry_d": world.pick(None, 0, share / 2), "fix": world.pick(0, 0.5)}
        )
        world.row("gates", 1)["max_tries"] = world.pick(None, 1, 3)
        world.config["gate_quantile"] = world.pick(0.5, 0.8)
    world.row("processes", 0)["gate"] = world.pick("trial", "licence")
    for build in world.tables.get("builds", [])[:2]:
        build["gate"] = world.pick(None, "design", "licence")


def paid(world: World) -> None:
    """Gates that cost money in front of what has a capacity."""
    gates(world)
    for at in (0, 2):
        world.row("gates", at)["cost"] = world.pick(0, 4, 9)
    world.row("gates", 1)["cost"] = 5
    for process in world.tables["processes"]:
        process["max_rate"] = process.get("max_rate") or 4
    world.row("processes", 1)["gate"] = world.pick(None, "design")


def barred(world: World) -> None:
    """Restrictions of every kind, with and without stock."""
    world.add("stock", site="mine", item="plate", qty=7, date=world.day(0.3, 0.6))
    world.add("stock", site="town", item="kit", qty=3)
    targets = (("site", "works"), ("site", "mine"), ("site", "town"), ("region", "north"), ("owner", "acme"))
    for number in range(world.pick(1, 1, 2)):
        kind, target = world.pick(*targets, ("item", "plate"), ("item", "kit"), ("lane", "rail"), ("lane", "road"))
        days = {"from": world.pick(None, *[world.day(0, 0.6)] * 2), "to": world.pick(None, *[world.day(0.6, 1.1)] * 2)}
        item = None if kind == "item" else world.pick(None, "kit", "plate")
        row = {"restriction": f"ban{number}", "kind": kind, "target": target, "item": item, "stock": world.chance()}
        world.tables.setdefault("restrictions", []).append(row | days)


def openings(world: World) -> None:
    """Sites that open late or close early, builds and needs that begin later."""
    for site in world.tables["sites"]:
        site.update(opens=world.pick(None, world.day(0, 0.5)), closes=world.pick(None, world.day(0.5, 1.1)))
    world.row("sites", 1)["opens"] = world.day(0.2, 0.5)
    for build in world.tables.get("builds", []):
        build["opens"] = world.pick(None, world.day(0, 0.7))
    world.row("needs", 0)["from"] = world.pick(None, world.day(0, 0.8))


def lots(world: World) -> None:
    """Minimum lots in front of rates and lines."""
    world.row("processes", 0).update(min_lot=world.pick(2, 5), max_rate=world.pick(4, 9))
    if "resources" not in world.tables:
        lines(world)
    if world.chance():
        world.row("processes", 1).update(min_lot=3, max_rate=8)


def accruing(world: World) -> None:
    """Needs that come into being over time, from the start or later, beyond the horizon too."""
    world.row("needs", 0).update({"until": world.day(0.7, 1.3), "from": world.pick(None, world.day(0, 0.5))})
    world.row("needs", 1)["until"] = world.pick(None, world.day(0.1, 0.8))


def lost(world: World) -> None:
    """Needs that are lost when late, at once or over time."""
    world.row("needs", 1)["late"] = "lost"
    if world.chance(0.7):
        world.row("needs", 1)["until"] = world.day(0.5, 1.3)
    world.row("needs", 1)["from"] = world.pick(None, world.day(0, 0.4))


def classes(world: World) -> None:
    """A family of items of unlike value, classes, a need of nothing, several needs of one recipient."""
    world.row("items", 0)["family"] = "kits"
    world.add("items", item="set", family="kits", value=world.pick(0.5, 2, 0))
    world.add("stock", site="works", item="set", qty=9)
    world.row("needs", 0)["item"] = "kits"
    world.row("recipients", 1)["class"] = world.pick(1, 2)
    world.add("needs", need="more", recipient="depot", item="set", qty=world.pick(5, 12), class_=world.pick(None, 1, 3))
    world.add("needs", need="none", recipient="clinic", item="kit", qty=0)


def room(world: World) -> None:
    """Little room, and receipts that are due, on the grid and off it."""
    world.row("stock", 0)["max"] = world.pick(0, 8, 20)
    world.add("stock", site="town", item="kit", qty=world.pick(0, 3), max=world.pick(None, 5, 11))
    world.add("stock", site="works", item="plate", qty=5, date=world.day(0.1, 1.2))
    world.add("stock", site="works", item="plate", qty=2.5, date=world.day(0.1, 0.3))


Feature = Callable[[World], None]
FEATURES: tuple[Feature, ...] = (
    repair,
    choice,
    classes,
    rates,
    freight,
    lines,
    builds,
    crew,
    money,
    gates,
    paid,
    barred,
    openings,
    lots,
    accruing,
    lost,
    room,
)
"""In the order in which they are added: later ones change what earlier ones brought."""
BRINGS: dict[Feature, tuple[Feature, ...]] = {builds: (lines,), crew: (), money: (crew,), paid: (gates,)}
"""Features that a feature adds itself."""
CASES: dict[str, tuple[Feature, ...]] = {
    "MAKE": (rates,),
    "USE": (choice,),
    "SHIP": (freight,),
    "HOLD": (room,),
    "DELIVER": (classes,),
    "BUILD": (builds,),
    "OPEN": (paid,),
    "LOT": (lots,),
    "ITEMS": (repair, choice, freight, barred, room),
    "HOURS": (builds,),
    "LABOUR": (crew,),
    "MONEY": (freight, builds, money),
    "WAIT": (classes, lost),
    "ACCRUE": (accruing,),
    "LOST": (lost,),
    "GATE": (builds, gates),
    "OPENING": (builds, openings),
    "BARRED": (choice, barred),
}
"""What each rule needs to be there, by its code."""


def world_of(features: tuple[Feature, ...], seed: int, others: float = OTHERS) -> World:
    """A world with these features, and others by chance."""
    luck = random.Random(f"{seed} {' '.join(one.__name__ for one in features)}")
    world = base(luck)
    chosen = [one for one in FEATURES if one in features or world.chance(others)]
    brought = {inner for one in chosen for inner in BRINGS.get(one, ())}
    for feature in chosen:
        if feature not in brought:
            feature(world)
    return world


def scenario(code: str, seed: int) -> Tables:
    """A scenario for the rule with that code."""
    return world_of(CASES[code], seed).read()
