"""What time costs: the plan made again with one limit moved, and the points where nothing better is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from fullrate import planning
from fullrate.findings import errors
from fullrate.planning.chain import WAIT_SLACK
from fullrate.results import Plan, Study
from fullrate.studies.frontier import curve
from fullrate.studies.frontier.asking import NEEDS, family_meant
from fullrate.studies.frontier.measures import MEASURES, covered, first_class, mean_wait, reached
from fullrate.studies.frontier.sweeps import SWEEPS
from fullrate.tables import Tables
from fullrate.tables.check import check

BY = tuple(SWEEPS)
"""What can be traded for time."""
FEWEST, MOST = 7, 11
"""Points of a trade-off."""
MORE_IS_BETTER = ("new-share",)
UNRANKED = ("decision-delay",)
"""Trade-offs whose points are all kept: to decide later is no good in itself, so nothing is beaten by it."""
POINTS = {
    "point": pl.Int64,
    "label": pl.String,
    "limit": pl.Float64,
    "amount": pl.Float64,
    "wait_d": pl.Float64,
    "lost_d": pl.Float64,
    "least_d": pl.Float64,
    "covered": pl.Float64,
    "day_80": pl.Float64,
    "date_80": pl.Date,
    "day_100": pl.Float64,
    "date_100": pl.Date,
    "run": pl.String,
}


@dataclass(frozen=True, eq=False)
class Point:
    """A plan of a trade-off.

    Attributes:
        limit: the limit it was given; None for the plan as it was.
        label: the limit in words.
        tables: its scenario.
        plan: the plan.
        new: whether it was made for this trade-off, and not the one that was asked about.
    """

    limit: float | None
    label: str
    tables: Tables
    plan: Plan
    new: bool


@dataclass(frozen=True, eq=False)
class LeftOut:
    """A limit that the checker refuses.

    Attributes:
        label: the limit in words.
        why: title of the first finding.
    """

    label: str
    why: str


def ask(tables: Tables, by: str, points: int = 9, item: str = "") -> None:
    """Refuse what the tables alone say cannot be traded; quick, so it is asked before anything is planned.

    Args:
        tables: a scenario without errors.
        by: one of ``BY``.
        points: how many, 7 to 11.
        item: the item or family it is about.

    Raises:
        Refused: there is no such item, or the tables lack what would be traded.
        ValueError: there is no such trade-off, or that many points are not made.
    """
    if by not in SWEEPS or not FEWEST <= points <= MOST:
        allowed = f"one of {', '.join(BY)} with {FEWEST} to {MOST} points"
        raise ValueError(f"a trade-off is {allowed}, not {by} with {points}")
    NEEDS[by](tables, points, item)


def points_of(
    tables: Tables,
    plan: Plan,
    by: str,
    points: int = 9,
    item: str = "",
    say: Callable[[str], None] = lambda step: None,
) -> Iterator[Point | LeftOut]:
    """The plans of a trade-off, one after the other, and the limits that the checker refuses.

    Args:
        tables: what the plan was made from.
        plan: the plan without the limit.
        by: one of ``BY``.
        points: how many, 7 to 11; fewer where the scenario has no more.
        item: the item or family it is about.
        say: told what is done next.

    Raises:
        Refused: there is no such item, or the tables lack what would be traded.
        ValueError: there is no such trade-off, or that many points are not made.
    """
    ask(tables, by, points, item)
    preview = bool(plan.meta.get("preview"))
    for step in SWEEPS[by](tables, plan, points, item):
        if step.plan is plan:
            yield Point(step.limit, step.label, step.tables, plan, False)
        elif wrong := errors(check(step.tables)):
            yield LeftOut(step.label, wrong[0].message)
        else:
            say(f"planning, {step.label}")
            made = step.plan or planning.plan(step.tables, tests=False, preview=preview)
            yield Point(step.limit, step.label, step.tables, replace(made, meta={**made.meta, "frontier": by}), True)


def frontier(asked: Sequence[Point | LeftOut], by: str, item: str = "", runs: Sequence[str] = ()) -> Study:
    """The curve through plans of a trade-off: dominated points dropped, the knee named.

    Args:
        asked: the plans and what was left out, from ``points_of``.
        by: what was traded.
        item: the item or family it was about.
        runs: the runs that hold the plans, as many as there are plans.
    """
    found = [point for point in asked if isinstance(point, Point)]
    refused = [point for point in asked if isinstance(point, LeftOut)]
    first, names = found[0], runs or [""] * len(found)
    about = family_meant(first.tables, item) if by == "quality" else item
    amount = np.array([MEASURES[by](point.tables, point.plan, about) for point in found])
    wait = np.array([mean_wait(point.tables, point.plan) for point in found])
    given = -amount if by in MORE_IS_BETTER else amount
    beaten = np.zeros(len(found), bool) if by in UNRANKED else curve.dominated(given, wait, WAIT_SLACK)
    order = np.lexsort((wait, amount))
    kept = [int(at) for at in order if not beaten[at]]
    bend = None if by in UNRANKED else curve.knee(given[kept], wait[kept])
    rows = [_row(point, amount[at], wait[at], float(wait.min()), names[at]) for at, point in enumerate(found)]
    meta: dict[str, Any] = {
        "by": by,
        "item": about if by in ("quality", "new-share") else "",
        "class": first_class(first.plan),
        "tail": first.tables.config.tail,
        "points": len(kept),
        "dropped": len(found) - len(kept),
        "refused": [[one.label, one.why] for one in refused],
        "knee": None if bend is None else bend[0] + 1,
        "knee_distance": None if bend is None else bend[1],
    }
    return Study(
        "frontier",
        {"points": _table([rows[at] for at in kept]), "dropped": _table([rows[at] for at in order if beaten[at]])},
        meta,
    )


def _row(point: Point, amount: float, wait: float, best: float, run: str) -> tuple[Any, ...]:
    stage = point.plan.table("stages").filter(pl.col("stage").str.starts_with("L1.")).head(1)
    cls = first_class(point.plan)
    weight = float(point.plan.table("waits").filter(pl.col("class") == cls)["weight"].sum())
    least = float(stage["bound"][0]) / weight if len(stage) else None
    return (
        point.label,
        point.limit,
        float(amount),
        float(wait),
        float(wait) - best,
        least,
        covered(point.plan),
        *reached(point.plan, 0.8),
        *reached(point.plan, 1.0),
        run,
    )


def _table(rows: Sequence[tuple[Any, ...]]) -> pl.DataFrame:
    return pl.DataFrame([(at, *row) for at, row in enumerate(rows, 1)], schema=POINTS, orient="row")
