"""Odds as figure data: the fan of coverage and what the wait goes with."""

from __future__ import annotations

import polars as pl

from fullrate.results import Study

POINTS = ("p10", "p25", "p50", "p75", "p90")


def fan(study: Study) -> pl.DataFrame:
    """Percentiles of the share covered of what the study is about, at the start and at ends of periods.

    Returns:
        day, p10, p25, p50, p75, p90.
    """
    subject = study.meta["subject"]
    mine = (pl.col("class") == subject["class"]) if subject["class"] else pl.lit(True)
    mine &= pl.col("need") == subject["need"]
    if not subject["class"] and not subject["need"]:
        mine &= (pl.col("class") == 0) & (pl.col("item") == subject["item"])
    path = study.table("fan").filter(mine).select("day", *(pl.col(name).cast(pl.Float64) for name in POINTS))
    begin = pl.DataFrame({name: [0.0] for name in ("day", *POINTS)})
    return pl.concat([begin, path])


def planned(study: Study, path: pl.DataFrame) -> pl.DataFrame:
    """The same share in the plan.

    Returns:
        day, covered.
    """
    begin = pl.DataFrame({"day": [0.0], "covered": [0.0]})
    return pl.concat([begin, study.table("planned")]).filter(pl.col("day").is_in(path["day"].implode()))


def swings(study: Study, most: int) -> pl.DataFrame:
    """How far the mean wait is from its mean where an input is low and where it is high, largest first.

    Returns:
        cell, end, value (days).
    """
    shown = study.table("inputs").head(most)
    middle = pl.mean_horizontal("where_low", "where_high")
    ends = shown.select(
        "cell", **{"where it is low": pl.col("where_low") - middle, "where it is high": pl.col("where_high") - middle}
    )
    return ends.unpivot(index="cell", variable_name="end", value_name="value")


def worths(study: Study) -> pl.DataFrame:
    """Days of mean wait that knowing an assumption before deciding saves, most first.

    Returns:
        cell, days.
    """
    return study.table("worth").select("cell", "days").sort("days", "cell", descending=[True, False])
