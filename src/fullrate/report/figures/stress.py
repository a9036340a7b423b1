"""Cuts as figure data: by how much each lets the mean wait grow."""

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
