"""Coverage over time: of classes, and of recipients."""

from __future__ import annotations

import polars as pl

from fullrate.report.figures.periods import periods
from fullrate.results import Plan
from fullrate.tables import Tables

REACHED = 1 - 1e-9
"""Share of a level that counts as reached, as in the planner."""


def by_class(plan: Plan) -> pl.DataFrame:
    """Coverage of each class at the start and at the end of each period.

    Returns:
        class, period (0 is the start), day, date, covered, most (the most that can have arrived; null where not
        computed), at_least (the same to draw a line through: between computed days straight, never below the plan;
        null where no day was computed).
    """
    coverage = plan.table("coverage")
    nothing = None if coverage["most"].is_null().all() else 0.0
    begin = coverage.select(pl.col("class").unique(maintain_order=True)).with_columns(
        period=pl.lit(0, pl.Int64), covered=pl.lit(0.0), most=pl.lit(nothing, pl.Float64)
    )
    whole = pl.concat([begin, coverage.select("class", "period", "covered", "most")])
    joined = whole.join(periods(plan), on="period", how="inner").sort("class", "period")
    between = pl.col("most").interpolate_by("day").forward_fill().over("class")
    line = pl.when(between.is_not_null()).then(pl.max_horizontal(between, "covered").clip(0.0, 1.0))
    return joined.select("class", "period", "day", "date", "covered", pl.col("most").clip(0.0, 1.0), at_least=line)


def delivered(tables: Tables, plan: Plan) -> pl.DataFrame:
    """Every delivery with its recipient and what it is worth.

    Returns:
        recipient, class, need, item, unit, period, qty (units of the item), worth (part of the need it covers, 0..1).
    """
    return _counted(tables, plan, "deliver")


def _counted(tables: Tables, plan: Plan, kind: str) -> pl.DataFrame:
    """Every delivery, or every failure of a unit in use, as ``delivered`` returns them."""
    usual = {row["recipient"]: row["class"] for row in tables.rows("recipients")}
    items = {row["item"]: row for row in tables.rows("items")}
    needs = {row["need"]: row for row in tables.rows("needs")}
    rows = []
    for (need, item, period), amount in plan[kind].items():
        row = needs[need]
        worth = amount * items[item]["value"] / row["qty"] if row["qty"] else 0.0
        recipient = row["recipient"]
        cls = usual[recipient] if row["class"] is None else row["class"]
        rows.append((recipient, cls, need, item, items[item]["unit"], period, amount, worth))
    text, whole, number = pl.String, pl.Int64, pl.Float64
    schema = {"recipient": text, "class": whole, "need": text, "item": text, "unit": text}
    return pl.DataFrame(rows, {**schema, "period": whole, "qty": number, "worth": number}, orient="row").sort(
        "recipient", "need", "item", "period"
    )


def by_recipient(tables: Tables, plan: Plan) -> pl.DataFrame:
    """Coverage of each recipient at the end of each period: a mean over its items, in an item by quantity.

    Returns:
        recipient, period, day, date, covered; recipients in the order of the tables, those without a need left out.
    """
    needs = pl.DataFrame(
        [(row["need"], row["recipient"], row["item"], row["qty"]) for row in tables.rows("needs") if row["qty"] > 0],
        {"need": pl.String, "recipient": pl.String, "wanted": pl.String, "needed": pl.Float64},
        orient="row",
    )
    share = pl.col("needed") / pl.col("needed").sum().over("recipient", "wanted")
    weights = needs.with_columns(weight=share / pl.col("wanted").n_unique().over("recipient"))
    lost = _counted(tables, plan, "fail").with_columns(-pl.col("worth"))
    gained = (
        pl.concat([delivered(tables, plan), lost])
        .select("need", "period", "worth")
        .join(weights, on="need")
        .group_by("recipient", "period")
        .agg(gain=(pl.col("worth") * pl.col("weight")).sum())
    )
    every = needs.select(pl.col("recipient").unique(maintain_order=True)).join(
        periods(plan).filter(pl.col("period") > 0), how="cross", maintain_order="left_right"
    )
    return every.join(gained, on=["recipient", "period"], how="left", maintain_order="left").select(
        "recipient",
        "period",
        "day",
        "date",
        covered=pl.col("gain").fill_null(0.0).cum_sum().over("recipient").clip(0.0, 1.0),
    )


def recipient_dates(tables: Tables, plan: Plan, levels: tuple[float, ...] = (0.5, 0.8, 1.0)) -> pl.DataFrame:
    """First day by which each recipient is at each level of coverage; null later than the horizon.

    Returns:
        recipient, wait (mean wait of its needs in days, null if none), one column ``at_50`` per level, final.
    """
    path = by_recipient(tables, plan)
    waits = plan.table("waits").group_by("recipient").agg(wait=pl.col("days").mean())
    firsts = [
        pl.col("date").filter(pl.col("covered") >= level * REACHED - 1e-9).first().alias(f"at_{level * 100:.0f}")
        for level in levels
    ]
    summary = path.group_by("recipient", maintain_order=True).agg(*firsts, final=pl.col("covered").last())
    return summary.join(waits, on="recipient", how="left", maintain_order="left")
