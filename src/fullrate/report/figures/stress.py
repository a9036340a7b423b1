"""Cuts as figure data: by how much each lets the mean wait grow, how long it may last and how long it does."""

from __future__ import annotations

import polars as pl

from fullrate.results import Study


def ranked(study: Study, most: int) -> pl.DataFrame:
    """The cuts that let the mean wait grow most, largest first.

    Returns:
        name, days (growth of the mean wait over all classes), kind.
    """
    shown = study.table("cuts").sort("lost_wait_d", descending=True, maintain_order=True).head(most)
    return shown.select("name", days=pl.col("lost_wait_d").clip(0.0), kind=pl.col("kind"))


ROOM = 1.25
"""Right edge of a drawing of lengths, as a multiple of the longest that ends."""


def spans(study: Study, last: float) -> tuple[pl.DataFrame, float]:
    """How long each cut may last before anything is later, and how long it does, of those that were asked.

    Args:
        study: the stress test.
        last: days of the plan.

    Returns:
        name, what (``gone``: time to recover; ``stands``: time to survive), days; and days at the right edge, where
        ends what has no end, or is longer than the plan.
    """
    asked = study.table("cuts").filter(pl.col("survives").is_not_null())
    ends = {
        "gone": pl.col("recover_d"),
        "stands": pl.when(pl.col("survives")).then(None).otherwise(pl.col("survive_d")),
    }
    parts = [asked.select("name", what=pl.lit(what), days=days) for what, days in ends.items()]
    lengths = pl.concat(parts)
    longest = max((days for days in lengths["days"] if days is not None), default=0.0)
    edge = min(ROOM * longest, last) if longest > 0 else last
    return lengths.with_columns(pl.col("days").fill_null(edge).clip(0.0, edge)), edge
