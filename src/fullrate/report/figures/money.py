"""Money by fund over time."""

from __future__ import annotations

import polars as pl

from fullrate.report.figures.periods import periods
from fullrate.results import Plan

AMOUNTS = ("allotted", "spent", "carried", "lapsed")


def by_fund(plan: Plan) -> pl.DataFrame:
    """Ledger of each fund in every period, sums so far beside it; the fund "" stands for costs without a fund.

    Returns:
        fund, period (0 is the start), day, date, allotted, spent, carried, lapsed (of the period), allotted_so_far,
        spent_so_far, lapsed_so_far; all in millions of the currency.
    """
    ledger = plan.table("money")
    funds = ledger.select(pl.col("fund").unique(maintain_order=True))
    every = funds.join(periods(plan), how="cross", maintain_order="left_right")
    filled = every.join(ledger, on=["fund", "period"], how="left", maintain_order="left").with_columns(
        pl.col(*AMOUNTS).fill_null(0.0)
    )
    sums = [pl.col(name).cum_sum().over("fund").alias(f"{name}_so_far") for name in ("allotted", "spent", "lapsed")]
    return filled.with_columns(sums)


def totals(plan: Plan) -> pl.DataFrame:
    """Sums over the whole plan.

    Returns:
        fund, allotted, spent, lapsed, left (what a fund that carries over still holds at the end).
    """
    ledger = by_fund(plan)
    return ledger.group_by("fund", maintain_order=True).agg(
        pl.col("allotted").sum(), pl.col("spent").sum(), pl.col("lapsed").sum(), left=pl.col("carried").last()
    )
