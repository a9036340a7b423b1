"""Random valid scenarios: ``scenario(seed)`` gives the settings and rows that ``Tables.from_rows`` takes.

A made-up programme: suppliers, one or two works, a hub, depots of recipients; parts, a module, one or two products.
What it draws is valid by construction (every need can be reached, cycles take time, shares add up), and nothing here
looks at the program or its checker.
"""

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


PLAIN = Features(
    whole=False,
    coarse=False,
    overheads=False,
    people=False,
    chance=False,
    openings=False,
    late_needs=False,
    room=False,
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


def scenario(seed: int, features: Features | None = None) -> tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]:
    """Settings and rows of a random valid scenario; the same seed gives the same scenario."""
    draft = Draft(np.random.default_rng([20310303, seed]), features or Features())
    for step in (
        _calendar,
        _places,
        _goods,
        _sources,
        _works,
        _network,
        _stock,
        _lines,
        _people,
        _gates,
        _money,
        _recipients,
        _needs,
        _restrictions,
        _series,
    ):
        step(draft)
    return draft.config, draft.tables


def _calendar(draft: Draft) -> None:
    draft.config.update(name="drawn", currency="EUR", start=START, seed=int(draft.rng.integers(99)))
    draft.config.update(tail=draft.pick([0.0, 1.0]), period_d=draft.pick([1, 7]))
    draft.config["periods"] = int(draft.rng.integers(8, 15))
    draft.config["fairness"] = draft.pick(["leximin", "leximin", "utilitarian", "maxmin"])
    draft.config["fairness_slack"] = draft.pick([0.0, 0.02, 0.1])
    draft.config["discount"] = draft.pick([0.0, 0.05])
    if draft.features.coarse:
        draft.config["lead_rounding"] = draft.pick(["ceil", "ceil", "floor", "kernel"])
        if draft.chance(0.2):
            draft.config["calendar"] = [[int(draft.rng.integers(4, 9)), 7], [3, 14], [1, 28]]


def _places(draft: Draft) -> None:
    for site in ("mine", "mill"):
        draft.add("sites", site=site, region="home", owner="state")
    draft.add("sites", site="abroad", region="far", owner="foreign")
    draft.add("sites", site="works", region="home", owner="state")
    draft.add("sites", site="hub", region="home", owner="carrier")
    draft.depots = [f"depot{number}" for number in range(1, int(draft.rng.integers(2, 5)))]
    for site in draft.depots:
        draft.add("sites", site=site, region="home", owner="carrier")
    if draft.features.openings and draft.chance(0.2):
        row = next(row for row in draft.tables["sites"] if row["site"] == "abroad")
        row[draft.pick(["opens", "closes"])] = draft.day(0.2, 0.8)


def _goods(draft: Draft) -> None:
    draft.parts = [f"part{number}" for number in range(1, int(draft.rng.integers(2, 5)))]
    draft.products = ["kit", "kit2"] if draft.chance(0.4) else ["kit"]
    holding = draft.features.overheads and draft.chance(0.2)
    for item in (*draft.parts, "stand-in", "module"):
        draft.add(
            "items",
            item=item,
            mass=draft.between(0.1, 5),
            size=draft.between(0.01, 1),
            hold_cost=draft.between(0, 0.01, 4) if holding else None,
        )
    for product in draft.products:
        value = None if product == "kit" else draft.between(0.5, 2, 1)
        draft.add("items", item=product, family="kits", value=value, mass=draft.between(1, 5))
    for item in ("reject", "scrap"):
        draft.add("items", item=item)


def _sources(draft: Draft) -> None:
    """Every part has a process at home; some have a second source abroad."""
    for part in draft.parts:
        home = draft.pick(["mine", "mill"])
        _source(draft, f"get-{part}", home, part, draft.between(5, 30))
        if draft.chance(0.3):
            _source(draft, f"buy-{part}", "abroad", part, draft.between(2, 15))
    _source(draft, "get-stand-in", "mill", "stand-in", draft.between(2, 10))


def _source(draft: Draft, process: str, site: str, item: str, rate: float) -> None:
    draft.add(
        "processes",
        process=process,
        site=site,
        item=item,
        max_rate=rate,
        lead_d=draft.lead(8),
        out_qty=draft.pick([None, None, 5]),
        yield_=draft.pick([None, draft.between(0.6, 1)]),
        unit_cost=draft.between(0.1, 2),
    )


def _works(draft: Draft) -> None:
    """A module of parts, with a stand-in for the first; products of modules and parts."""
    draft.add("processes", process="make-module", site="works", item="module", lead_d=draft.lead(5))
    for part in draft.parts[:2]:
        draft.add("recipe", process="make-module", slot=part, item=part, qty=draft.pick([1, 2, 0.5]))
    if draft.features.shares and draft.chance(0.6):
        draft.add(
            "recipe",
            process="make-module",
            slot=draft.parts[0],
            item="stand-in",
            qty=draft.between(0.5, 2),
            share_max=draft.between(0.1, 0.9),
        )
    for product in draft.products:
        _product(draft, product)


def _product(draft: Draft, product: str) -> None:
    process = f"make-{product}"
    rejects = draft.features.shares and draft.chance(0.4)
    whole = draft.features.whole and draft.chance(0.15)
    draft.add(
        "processes",
        process=process,
        site="works",
        item=product,
        lead_d=draft.lead(4),
        yield_=draft.between(0.6, 0.95) if rejects else None,
        rework=draft.between(0.2, 1) if rejects else None,
        max_rate=draft.between(5, 20) if whole or draft.chance(0.3) else None,
        min_lot=draft.between(2, 10) if whole else None,
        unit_cost=draft.between(0.5, 3),
    )
    draft.add("recipe", process=process, slot="core", item="module", qty=draft.pick([1, 2]))
    if len(draft.parts) > 2:
        draft.add("recipe", process=process, item=draft.parts[2], qty=draft.between(0.5, 3))
    if rejects:
        draft.add("recipe", process=process, slot="bad", item="reject", qty=1, role="reject")
    if rejects and draft.chance(0.7):
        mend = f"mend-{product}"
        row = {"process": mend, "site": "works", "item": product, "lead_d": draft.lead(4)}
        draft.add("processes", **row, unit_cost=draft.between(0.1, 1))
        draft.add("recipe", process=mend, item="reject", qty=1)
    if draft.features.shares and draft.chance(0.2):
        draft.add("recipe", process=process, slot="rest", item="scrap", qty=0.3, role="out")


def _network(draft: Draft) -> None:
    """Lanes from every source to the works, on to the hub and the depots; some direct, one back."""
    for site in ("mine", "mill", "abroad"):
        _lane(draft, site, "works")
    _lane(draft, "works", "hub")
    for depot in draft.depots:
        _lane(draft, "hub", depot)
        if draft.chance(0.3):
            _lane(draft, "works", depot)
    if draft.chance(0.2):
        back = max(2 * draft.longest, 3.0)
        draft.add("lanes", lane="back", from_="hub", to="works", item="module", lead_d=back)


def _lane(draft: Draft, start: str, end: str) -> None:
    narrow = draft.chance(0.5)
    draft.add(
        "lanes",
        lane=f"{start}-{end}",
        from_=start,
        to=end,
        lead_d=draft.lead(4),
        capacity=draft.between(10, 80) if narrow else None,
        cap_unit=draft.pick(["unit", "kg", None]) if narrow else None,
        unit_cost=draft.pick([None, draft.between(0, 0.2)]),
        loss=draft.pick([None, None, draft.between(0, 0.2)]),
    )


def _stock(draft: Draft) -> None:
    for part in (*draft.parts, "module"):
        if draft.chance(0.5):
            room = draft.features.room and draft.chance(0.3)
            most = draft.between(20, 60) if room else None
            draft.add("stock", site="works", item=part, qty=draft.between(0, 40), max=most)
        if draft.chance(0.3):
            due = draft.day(0.1, 0.8)
            draft.add("stock", site="works", item=part, qty=draft.between(1, 40), date=due)
    if draft.chance(0.3):
        draft.add("stock", site="hub", item="kit", qty=draft.between(0, 20))


def _lines(draft: Draft) -> None:
    """A line at the works for modules and products, and ways to extend it."""
    draft.add("resources", resource="line", site="works", capacity=draft.between(5, 25))
    for user in ("make-module", *(f"make-{product}" for product in draft.products)):
        draft.add("uses", user=user, resource="line", qty=draft.between(0.3, 1))
    draft.add("resources", resource="furnace", site="mine", capacity=draft.between(10, 40))
    draft.add("uses", user=f"get-{draft.parts[0]}", resource="furnace", qty=1)
    for number, resource in enumerate(("line", "furnace")):
        if draft.chance(0.6):
            whole = draft.features.whole and draft.chance(0.3)
            draft.add(
                "builds",
                build=f"extend-{resource}",
                resource=resource,
                add=draft.between(2, 15),
                lead_d=draft.lead(20),
                ramp="slow" if draft.chance(0.5) else None,
                max=draft.pick([1, 1.5, 3]),
                integer="true" if whole else None,
                capex=draft.between(1, 50),
                life_d=draft.pick([None, None, 500.0]),
                opens=draft.day(0, 0.3) if number and draft.chance(0.3) else None,
            )
    step = draft.longest
    for age, share in ((0, 0.25), (step, 0.25), (step, 0.5), (2 * step, 0.5), (2 * step, 1)):
        draft.add("curves", curve="slow", x=age, y=share)


def _people(draft: Draft) -> None:
    if not draft.features.people or draft.chance(0.5):
        return
    wage = draft.pick([None, 0.001])
    draft.add("pools", pool="crew", heads=draft.between(20, 200, 0), quit=0.1, wage=wage)
    draft.add("resources", resource="hands", site="works", capacity=1e4, pool="crew")
    for product in draft.products:
        draft.add("uses", user=f"make-{product}", resource="hands", qty=draft.between(5, 60))


def _gates(draft: Draft) -> None:
    """A small network of gates before second sources, the second product and a build."""
    if not draft.features.gates or draft.chance(0.3):
        return
    unsure = draft.features.chance and draft.chance(0.4)
    for gate in ("trial", "review", "licence"):
        duration = draft.lead(0.2 * draft.horizon)
        draft.add(
            "gates",
            gate=gate,
            duration_d=duration,
            pass_=draft.between(0.5, 0.95) if unsure else None,
            retry_d=max(1.0, duration / 2) if unsure else None,
            fix=draft.between(0, 0.5) if unsure else None,
            cost=draft.pick([None, 0.5]) if draft.features.overheads else None,
        )
    grid = None if draft.features.coarse else 0
    draft.add("links", before="trial", after="review", lag_d=draft.pick([None, grid or draft.longest]))
    draft.add("links", before="trial", after="licence", kind=draft.pick(["FS", "SS"]))
    for row in draft.tables["processes"]:
        if row["process"].startswith("buy-") or row["process"] == "make-kit2":
            row["gate"] = draft.pick(["review", "licence"])
    for row in draft.tables.get("builds", [])[:1]:
        row["gate"] = "trial"


def _money(draft: Draft) -> None:
    if not draft.features.money or draft.chance(0.4):
        return
    draft.add("funds", fund="budget", carry=draft.pick(["true", "true", "false", None]))
    for number in range(int(draft.rng.integers(1, 5))):
        when = START if number == 0 else START + timedelta(days=int(number * draft.horizon / 5))
        amount = draft.between(100, 3000)
        draft.add("allotments", fund="budget", date=when.isoformat(), amount=amount)
    if draft.chance(0.5):
        draft.config["fund"] = "budget"
        return
    if draft.features.overheads and draft.chance(0.3):
        expires = draft.day(0.5, 1.0)
        draft.tables["funds"][0]["expires"] = expires
        draft.tables["allotments"] = [row for row in draft.tables["allotments"] if row["date"] < expires]
    for table in ("processes", "lanes", "builds", "pools", "gates"):
        for row in draft.tables.get(table, []):
            if draft.chance(0.5):
                row["fund"] = "budget"


def _recipients(draft: Draft) -> None:
    for depot in draft.depots:
        draft.add(
            "recipients",
            recipient=f"people-{depot}",
            site=depot,
            class_=draft.pick([1, 1, 2]) if draft.features.classes else None,
            weight=draft.pick([None, None, draft.between(0.5, 3)]),
        )


def _needs(draft: Draft) -> None:
    wanted = ["kit", "kits"] if len(draft.products) > 1 else ["kit"]
    for depot in draft.depots:
        for number in range(draft.pick([1, 1, 2])):
            row = {
                "need": f"need-{depot}-{number}",
                "recipient": f"people-{depot}",
                "item": draft.pick([*wanted, *(["module"] if number else [])]),
                "qty": draft.between(5, 2.5 * draft.horizon),
            }
            if draft.features.late_needs and draft.chance(0.4):
                row["from"] = draft.day(0.0, 0.3)
                if draft.chance(0.6):
                    row["until"] = draft.day(0.5, 0.9)
                row["late"] = draft.pick(["backlog", "lost"])
            if draft.features.classes and draft.chance(0.1):
                row["class"] = 3
            draft.add("needs", **row)


def _restrictions(draft: Draft) -> None:
    """Only what has another way: the sources abroad, the stand-in."""
    if not draft.features.barred or draft.chance(0.5):
        return
    kind, target = draft.pick(
        [
            ("site", "abroad"),
            ("region", "far"),
            ("owner", "foreign"),
            ("item", "stand-in"),
            ("lane", "abroad-works"),
        ]
    )
    until = draft.day(0.5, 1.0) if draft.features.coarse and draft.chance(0.4) else None
    draft.add(
        "restrictions",
        restriction="bar",
        kind=kind,
        target=target,
        from_=draft.day(0.0, 0.4),
        to=until,
        stock="true" if draft.features.room and draft.chance(0.3) else None,
        basis="policy",
    )


def _series(draft: Draft) -> None:
    if not draft.features.moving:
        return
    for table, key, column, low, high in (
        ("resources", "line", "capacity", 5, 30),
        ("processes", "get-part1", "max_rate", 3, 30),
        ("processes", "get-part1", "yield", 0.5, 1),
        ("processes", "make-kit", "unit_cost", 0.5, 3),
        ("lanes", "works-hub", "capacity", 10, 60),
        ("lanes", "works-hub", "unit_cost", 0, 0.2),
    ):
        if draft.chance(0.2):
            when = sorted({draft.day(0.1, 0.9), draft.day(0.1, 0.9)})
            for day in when:
                value = draft.between(low, high)
                draft.add("series", table=table, key=key, column=column, date=day, value=value)


__all__ = ["PLAIN", "Features", "scenario"]
