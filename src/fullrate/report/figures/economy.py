"""Job-years gained and given up by sector or region."""

from __future__ import annotations

import polars as pl

from fullrate.report.draw.sides import SIDES

MEASURES = {SIDES[0]: "jobs", SIDES[1]: "lost_jobs_least"}
"""The measure of the bands that each side is."""


def gained_and_given_up(table: pl.DataFrame, bands: pl.DataFrame | None = None, by: str = "sector") -> pl.DataFrame:
    """Two rows for each sector or region.

    Args:
        table: label, the sector or region, and jobs engaged and given up.
        bands: what executions make of them, if there were any.
        by: ``sector`` or ``region``.

    Returns:
        label, side (gained, or given up at best), amount in job-years; with bands the amount is their
        P50, and low and high are P10 and P90.
    """
    engaged = pl.col("jobs_direct") + pl.col("jobs_indirect")
    sides = [(SIDES[0], engaged), (SIDES[1], pl.col("lost_jobs_least"))]
    amounts = pl.concat([table.select(by, "label", side=pl.lit(side), amount=amount) for side, amount in sides])
    if bands is None:
        return amounts.drop(by)
    found = bands.select(by, "measure", low="p10", middle="p50", high="p90")
    measured = amounts.with_columns(measure=pl.col("side").replace(MEASURES))
    both = measured.join(found, on=[by, "measure"], how="left", maintain_order="left")
    return both.with_columns(amount=pl.coalesce("middle", "amount")).drop(by, "measure", "middle")
