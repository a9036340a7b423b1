"""Changes of a scenario that must change nothing, or only the names, days or units of the answer.

All are linear programs with certain gates: sampled dates are keyed by names, integer programs stop at a gap.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

import fullrate as fr
from fullrate.tables import Cell
from generator import PLAIN
from properties.planned import (
    KEPT,
    LATER,
    Drawn,
    alike,
    close,
    days_of_earliest,
    drawn,
    earliest,
    first_class,
    no_worse,
    planned,
    stage,
    times,
    unlike,
    waits,
)

AFFORDABLE = range(4)
SEEDS = [
    *AFFORDABLE,
    *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(len(AFFORDABLE), 200)),
]
NAMES = {
    "items": ("item", "family"),
    "sites": ("site", "region", "owner"),
    "processes": ("process", "site", "item", "fund", "gate"),
    "recipe": ("process", "slot", "item"),
    "resources": ("resource", "site", "pool", "fund"),
    "uses": ("user", "resource"),
    "builds": ("build", "resource", "ramp", "fund", "gate", "risk_gate"),
    "curves": ("curve",),
    "overtime": ("resource", "segment"),
    "pools": ("pool", "fund"),
    "lanes": ("lane", "from", "to", "item", "fund"),
    "stock": ("site", "item"),
    "recipients": ("recipient", "site"),
    "needs": ("need", "recipient", "item"),
    "funds": ("fund",),
    "allotments": ("fund",),
    "gates": ("gate", "fund", "needs_item", "needs_site"),
    "links": ("before", "after"),
    "restrictions": ("restriction", "target", "item"),
    "series": ("key",),
}
"""Columns that hold names, by table."""
DATES = ("date", "from", "until", "to", "opens", "closes", "expires")
MONEY = ("unit_cost", "capex", "amount", "wage", "hold_cost", "cost")
DURATIONS = ("lead_d", "duration_d", "retry_d", "lag_d", "life_d")
RATES = ("max_rate", "capacity", "add")


def dated(drawn: Drawn) -> Iterator[tuple[dict[str, Any], str]]:
    """Rows and columns with a date; lanes have sites in `from` and `to`."""
    for table, rows in drawn.tables.items():
        for row in rows:
            for column in DATES:
                if table != "lanes" and column in row:
                    yield row, column


def renamed(drawn: Drawn) -> None:
    """Every name becomes another, in another alphabetical order; rows are shuffled (but for curves and overtime)."""
    rng = np.random.default_rng(5)
    new: dict[str, str] = {"*": "*"}

    def name(old: str) -> str:
        return new.setdefault(old, f"n{rng.integers(10**9):09d}x{len(new)}")

    if "fund" in drawn.config:
        drawn.config["fund"] = name(drawn.config["fund"])
    for table, rows in drawn.tables.items():
        for row in rows:
            for column in NAMES[table]:
                if column in row:
                    row[column] = name(row[column])
        if table not in ("curves", "overtime"):
            rng.shuffle(rows)


@pytest.mark.parametrize("seed", SEEDS)
def test_names_and_order_of_rows_mean_nothing(seed: int) -> None:
    """Every name is another and rows come in another order."""
    base = drawn(seed, PLAIN)
    assert not alike(base.changed(renamed).plan(), planned(seed, PLAIN))


@pytest.mark.parametrize("seed", SEEDS)
def test_shifting_all_days_shifts_the_dates(seed: int) -> None:
    """All days and the start move by the same."""
    days = timedelta(days=700)

    def shifted(drawn: Drawn) -> None:
        drawn.config["start"] += days
        for row, column in dated(drawn):
            row[column] = (date.fromisoformat(row[column]) + days).isoformat()

    base = drawn(seed, PLAIN)
    before, after = planned(seed, PLAIN), base.changed(shifted).plan()
    assert not alike(after, before)
    wanted = {coverage: day and day + days for coverage, day in days_of_earliest(before).items()}
    assert days_of_earliest(after) == wanted


def slower_clock(drawn: Drawn, factor: int = 3) -> None:
    """Periods, durations and days multiplied, rates divided."""
    start = drawn.config["start"]
    drawn.config["period_d"] *= factor
    for table, rows in drawn.tables.items():
        for row in rows:
            for column, value in row.items():
                if column in DURATIONS or (table, column) == ("curves", "x"):
                    row[column] = value * factor
                elif column in RATES:
                    row[column] = value / factor
    for row, column in dated(drawn):
        passed = date.fromisoformat(row[column]) - start
        row[column] = (start + factor * passed).isoformat()
    for row in drawn.rows("series"):
        if row["column"] in RATES:
            row["value"] /= factor


@pytest.mark.parametrize("seed", SEEDS)
def test_a_slower_clock_multiplies_the_days(seed: int) -> None:
    """Period and all durations three times as long, rates a third."""
    base = drawn(seed, PLAIN, discount=0.0)
    before, after = planned(seed, PLAIN, discount=0.0), base.changed(slower_clock).plan()
    assert earliest(after) == earliest(before)
    tripled = {name: 3 * days for name, days in times(before).items()}
    name = first_class(before)
    assert close(times(after)[name], tripled[name])
    assert not unlike(times(after), tripled, LATER)


def counted_in_thousandths(drawn: Drawn) -> None:
    """Every item in a unit a thousandth as large: quantities x 1000, per-unit data / 1000.

    Rejects follow from ``out_qty``, so the quantity of their own row stays 1.
    """
    for table, column in (("recipe", "qty"), ("stock", "qty"), ("stock", "max"), ("needs", "qty")):
        for row in drawn.rows(table):
            if column in row and row.get("role") != "reject":
                row[column] *= 1000
    for row in drawn.rows("processes"):
        row["out_qty"] = row.get("out_qty", 1) * 1000
    for row in drawn.rows("items"):
        for column in ("mass", "size"):
            row[column] = row.get(column, 0) / 1000
    for row in drawn.rows("lanes"):
        if row.get("cap_unit", "unit") == "unit":
            row["capacity"] = row.get("capacity", float("inf")) * 1000
            row["unit_cost"] = row.get("unit_cost", 0) / 1000
    per_unit = {row["lane"] for row in drawn.rows("lanes") if row.get("cap_unit", "unit") == "unit"}
    for row in drawn.rows("series"):
        if row["table"] == "lanes" and row["key"] in per_unit:
            row["value"] *= 1000 if row["column"] == "capacity" else 1e-3


def for_free(drawn: Drawn) -> None:
    """Nothing costs anything, and no money is needed."""
    for rows in drawn.tables.values():
        for row in rows:
            for column in (*MONEY, "fund"):
                row.pop(column, None)
    drawn.config.pop("fund", None)
    for table in ("funds", "allotments"):
        drawn.tables.pop(table, None)
    drawn.tables["series"] = [row for row in drawn.rows("series") if row["column"] not in MONEY]


def in_another_currency(drawn: Drawn) -> None:
    for rows in drawn.tables.values():
        for row in rows:
            for column in MONEY:
                if column in row:
                    row[column] *= 1000
    for row in drawn.rows("series"):
        if row["column"] in MONEY:
            row["value"] *= 1000


def twice_at_half_the_rate(drawn: Drawn) -> None:
    """Every process with a finite rate and no minimum lot, twice, each at half the rate."""
    for row in [row for row in drawn.rows("processes") if "max_rate" in row]:
        row["max_rate"] /= 2
        old, new = row["process"], f"{row['process']}-too"
        drawn.rows("processes").append({**row, "process": new})
        for table, column in (("recipe", "process"), ("uses", "user")):
            copies = [{**line, column: new} for line in drawn.rows(table) if line[column] == old]
            drawn.rows(table).extend(copies)
        for line in [line for line in drawn.rows("series") if line["key"] == old]:
            if line["column"] == "max_rate":
                line["value"] /= 2
            drawn.rows("series").append({**line, "key": new})


def with_idle_things(drawn: Drawn) -> None:
    drawn.rows("items").append({"item": "relic"})
    idle = {"process": "idle", "site": "hub", "item": "kit", "max_rate": 0}
    drawn.rows("processes").append(idle)


def twice_as_large(drawn: Drawn) -> None:
    """Needs, rates, stock, room, money and numbers of builds, all doubled."""
    for table, columns in {
        "needs": ("qty",),
        "processes": ("max_rate",),
        "resources": ("capacity",),
        "lanes": ("capacity",),
        "stock": ("qty", "max"),
        "allotments": ("amount",),
    }.items():
        for row in drawn.rows(table):
            for column in columns:
                if column in row:
                    row[column] *= 2
    for row in drawn.rows("builds"):
        row["max"] = row.get("max", 1) * 2
    for row in drawn.rows("series"):
        if row["column"] in ("max_rate", "capacity"):
            row["value"] *= 2


def slots_in_another_order(drawn: Drawn) -> None:
    drawn.rows("recipe").reverse()
    drawn.rows("uses").reverse()


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    "change",
    [
        counted_in_thousandths,
        in_another_currency,
        twice_at_half_the_rate,
        with_idle_things,
        twice_as_large,
        slots_in_another_order,
    ],
)
def test_what_means_the_same_gives_the_same(seed: int, change: Callable[[Drawn], None]) -> None:
    """Other units, copies, idle things, another size, another order: all stages of time and dates stay."""
    features = replace(PLAIN, shares=change is not twice_at_half_the_rate)
    after = drawn(seed, features).changed(change).plan()
    assert not alike(after, planned(seed, features))


@pytest.mark.parametrize("seed", SEEDS)
def test_currency_scales_the_cost_and_nothing_else(seed: int) -> None:
    """A thousand times the money for the same plan."""
    base = drawn(seed, PLAIN)
    before, after = planned(seed, PLAIN), base.changed(in_another_currency).plan()
    assert stage(after, "L3") == pytest.approx(1000 * stage(before, "L3"), rel=LATER, abs=1e-3)


@pytest.mark.parametrize("seed", SEEDS)
def test_halves_of_a_recipient_wait_as_the_whole(seed: int) -> None:
    """Need and weight halved, same site; leximin gives both halves the same wait.

    Nothing costs anything, since the cost stage may raise every wait a little and so tell the halves apart.
    """
    base = drawn(seed, PLAIN, fairness="leximin", tail=0.0).changed(for_free)
    who = base.rows("needs")[0]["recipient"]

    def split(drawn: Drawn) -> None:
        for row in [row for row in drawn.rows("recipients") if row["recipient"] == who]:
            row["weight"] = row.get("weight", 1.0) / 2
            drawn.rows("recipients").append({**row, "recipient": "other-half"})
        for row in [row for row in drawn.rows("needs") if row["recipient"] == who]:
            row["qty"] /= 2
            copy = {**row, "recipient": "other-half", "need": f"{row['need']}-too"}
            drawn.rows("needs").append(copy)

    whole, halves = base.plan(), base.changed(split).plan()
    assert not alike(halves, whole)
    assert close(waits(halves)[who], waits(halves)["other-half"], 1e-4)


@pytest.mark.parametrize("seed", SEEDS)
def test_swapping_classes_of_twins_swaps_their_results(seed: int) -> None:
    """Two identical recipients, one in class 1, one in class 2."""
    base = drawn(seed, replace(PLAIN, classes=False))
    site = base.rows("recipients")[0]["site"]

    def twins(drawn: Drawn, classes: tuple[int, int]) -> None:
        who = zip(("a", "b"), classes, strict=True)
        drawn.tables["recipients"] = [{"recipient": name, "site": site, "class": rank} for name, rank in who]
        drawn.tables["needs"] = [{"need": f"need-{name}", "recipient": name, "item": "kit", "qty": 40} for name in "ab"]

    one = base.changed(lambda drawn: twins(drawn, (1, 2))).plan()
    other = base.changed(lambda drawn: twins(drawn, (2, 1))).plan()
    assert not alike(other, one)
    swapped: dict[str, Any] = {"a": waits(one)["b"], "b": waits(one)["a"]}
    assert not unlike(waits(other), swapped, 2 * KEPT + LATER)


@pytest.mark.parametrize("seed", SEEDS)
def test_there_and_back_is_no_change(seed: int) -> None:
    """A cell tightened, planned, then written as it was; every stage has its old value."""
    tables = drawn(seed, PLAIN).read()
    cell = Cell("resources", "line", "capacity")
    tight = tables.replace(cell, "0.5")
    back = tight.replace(cell, tables.text(cell))
    there, narrow, again = (fr.plan(each, tests=False) for each in (tables, tight, back))
    assert not no_worse(there, narrow)
    assert again.table("stages").drop("seconds").equals(there.table("stages").drop("seconds"))
