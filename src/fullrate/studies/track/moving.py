"""What moved a date: the reports that differ from the plan, put in one after the other.

The effect of a cause depends on what is there already, so every cause is put in twice: in the order of the work (gates,
people, starts, goods, deliveries, money) and in the reverse of it. Its share is the mean of both, which is what Shapley
(1953) gives for two causes, and the shares add up to the whole move exactly; both values are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from fullrate.case import Case
from fullrate.results import Plan
from fullrate.studies.track.reported import Report, on_day, path
from fullrate.tables import Tables

OFF = 0.005
"""Share of the plan by which a report must differ from it to be a cause."""

REST = "all else that was reported"


@dataclass(frozen=True)
class When:
    """When a plan is done: the day all of a class is covered (None: later than the plan), and its mean wait."""

    day: date | None
    wait_d: float


def when(plan: Plan, cls: int) -> When:
    """When all of a class is covered in a plan, and how long a unit waits on average."""
    dates = plan.table("dates").filter(
        (pl.col("need") == "") & (pl.col("class") == cls) & (pl.col("coverage") >= 1 - 1e-9)
    )
    waits = plan.table("waits").filter(pl.col("class") == cls)
    weight = float(waits["weight"].sum()) or 1.0
    mean = float((waits["weight"] * waits["days"]).sum()) / weight
    return When(dates["date"][0] if len(dates) else None, mean)


def causes_of(tables: Tables, case: Case, plan: Plan, known: Sequence[Report], most: int) -> dict[str, list[Report]]:
    """Reports that differ from the plan, each a cause, largest difference first; those beyond ``most`` together."""
    off = sorted(
        ((_off(tables, case, plan, one), one) for one in known), key=lambda pair: (-pair[0], known.index(pair[1]))
    )
    chosen = [one for size, one in off if size > OFF]
    alone = sorted(chosen[:most], key=known.index)
    found = {one.name: [one] for one in alone}
    rest = [one for one in known if one not in alone]
    return {**found, REST: rest} if rest else found


def _off(tables: Tables, case: Case, plan: Plan, one: Report) -> float:
    """By what share of the plan a report differs from it."""
    day = float((one.day - plan.start).days)
    if one.measure == "gate":
        due = case.gates.passed[case.axes["gate"].places[one.key]]
        return abs(day - due) / max(float(plan.edges[-1]), 1.0) if one.value >= 1 or day > due else 0.0
    values = path(tables, case, plan, one.measure, one.key)
    if values is None:
        return 0.0
    there = on_day(plan.edges, values, day)
    return abs(one.value - there) / max(abs(there), abs(one.value), 1e-12)


def split(
    causes: Mapping[str, Sequence[Report]], again: Callable[[Sequence[Report]], Plan], cls: int
) -> tuple[pl.DataFrame, Plan]:
    """What each cause did to the date and the mean wait of a class, and the plan with all of them.

    Args:
        causes: reports by cause, in the order of the work.
        again: plans again from where things stand after some reports.
        cls: the class.

    Returns:
        cause, days, first_d, last_d (days of the date: share, put in in order, and in reverse), wait_d (of the mean
        wait); days are null where a date is later than the plan. The first row, ``planning again``, is what moves
        without any report.
    """
    made: dict[frozenset[str], Plan] = {}

    def at(names: Sequence[str]) -> When:
        key = frozenset(names)
        if key not in made:
            made[key] = again([one for name in causes if name in key for one in causes[name]])
        return when(made[key], cls)

    names = list(causes)
    rows = []
    for place, name in enumerate(names):
        first = (at(names[:place]), at(names[: place + 1]))
        last = (at(names[place + 1 :]), at(names[place:]))
        days = [_days(*pair) for pair in (first, last)]
        wait = float(np.mean([b.wait_d - a.wait_d for a, b in (first, last)]))
        mean = None if None in days else float(np.mean([one for one in days if one is not None]))
        rows.append((name, mean, *days, wait))
    at(names)
    schema = {"cause": pl.String, **dict.fromkeys(("days", "first_d", "last_d", "wait_d"), pl.Float64)}
    nothing = made.get(frozenset()) or again([])
    return pl.DataFrame(rows, schema, orient="row"), made[frozenset(names)] if names else nothing


def _days(before: When, after: When) -> float | None:
    if before.day is None or after.day is None:
        return None
    return float((after.day - before.day).days)
