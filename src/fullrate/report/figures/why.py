"""The bottleneck ladder as figure data."""

from __future__ import annotations

import polars as pl

from fullrate.results import Study

WAIT = "mean wait"
SIDES = (WAIT, "date of coverage")
"""What a rung saves days of."""


def rungs(study: Study) -> pl.DataFrame:
    """Days that each rung of the ladder saves, of the mean wait and of the earliest date of the coverage followed.

    Returns:
        rung, kind, key, side (one of ``SIDES``), days. No row for the date where it is after the end of the plan.
    """
    days = {"gained_d": SIDES[0], "date_gained_d": SIDES[1]}
    long = study.table("ladder").unpivot(list(days), index=["rung", "kind", "key"], variable_name="side")
    named = long.with_columns(pl.col("side").replace(days)).drop_nulls("value").rename({"value": "days"})
    return named.sort("rung", "side", descending=[False, True])
