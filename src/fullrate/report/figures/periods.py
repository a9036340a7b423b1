"""Periods as dates."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from fullrate.calendar import Calendar
from fullrate.results import Plan

NOTABLE = 1e-6
"""Amounts below this are nothing anybody does."""


def periods(plan: Plan) -> pl.DataFrame:
    """Ends of the periods; period 0 is the start.

    Returns:
        period, day (days after the start), date.
    """
    edges = [float(edge) for edge in plan.edges]
    return pl.DataFrame(
        {"period": range(len(edges)), "day": edges, "date": [plan.date(edge) for edge in edges]},
        schema={"period": pl.Int64, "day": pl.Float64, "date": pl.Date},
    )


def calendar(plan: Plan) -> Calendar:
    """The calendar the plan was made on (a preview has a coarser one than its tables)."""
    return Calendar(plan.start, plan.edges, str(plan.meta.get("rounding", "ceil")))


def done(plan: Plan, spare: int = 2) -> int:
    """Last period worth drawing: when nothing is delivered any more, and a little."""
    flows = plan.table("flows").filter((pl.col("kind") == "deliver") & (pl.col("value") > NOTABLE))
    return min(int(peak(flows["period"])) + spare, plan.periods) if len(flows) else plan.periods


def peak(values: pl.Series) -> float:
    """The largest of some numbers, zero when there is none."""
    top = values.max()
    return float(top) if isinstance(top, int | float) else 0.0


def some(count: int, most: int) -> Sequence[int]:
    """At most ``most`` of the numbers 1 to ``count``, evenly, the last one among them.

    >>> list(some(10, 5))
    [2, 4, 6, 8, 10]
    """
    step = max(-(-count // most), 1)
    return range(count, 0, -step)[::-1]
