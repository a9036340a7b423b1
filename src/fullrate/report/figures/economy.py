"""Job-years gained and given up by sector or region."""

from __future__ import annotations

import polars as pl

from fullrate.report.draw.sides import SIDES
from fullrate.results import Study


def gained_and_given_up(study: Study, by: str, label: str) -> pl.DataFrame:
    """Two rows for each sector or region.

    Args:
        study: an answer about the economy.
        by: ``sectors`` or ``regions``.
        label: column that names them.

    Returns:
        label, side (gained, or given up at best), amount in job-years.
    """
    table = study.table(by)
    gained = table.select(label=label, side=pl.lit(SIDES[0]), amount=pl.col("jobs_direct") + pl.col("jobs_indirect"))
    lost = table.select(label=label, side=pl.lit(SIDES[1]), amount="lost_jobs_least")
    return pl.concat([gained, lost])
