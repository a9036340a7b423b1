"""Stock over time, site by site."""

from __future__ import annotations

import polars as pl

from fullrate.report.figures.periods import NOTABLE, periods
from fullrate.results import Plan
from fullrate.tables import Tables

SCHEMA = {"site": pl.String, "item": pl.String, "period": pl.Int64, "qty": pl.Float64}


def by_point(tables: Tables, plan: Plan) -> pl.DataFrame:
    """Stock of every item at every site that ever holds any, at the start and at the end of each period.

    Returns:
        site, item, period (0 is the start), day, date, qty.
    """
    initial = [
        (row["site"], row["item"], 0, row["qty"])
        for row, due in zip(tables.rows("stock"), tables.frames["stock"]["date"], strict=True)
        if due is None and row["qty"] > NOTABLE
    ]
    held = [(*key, amount) for key, amount in plan["hold"].items() if amount > NOTABLE]
    known = pl.DataFrame([*initial, *held], SCHEMA, orient="row")
    points = known.select("site", "item").unique(maintain_order=True).sort("item", "site")
    every = points.join(periods(plan), how="cross", maintain_order="left_right")
    amount = known.group_by("site", "item", "period").agg(pl.col("qty").sum())
    return every.join(amount, on=["site", "item", "period"], how="left", maintain_order="left").with_columns(
        pl.col("qty").fill_null(0.0)
    )


def by_item(tables: Tables, plan: Plan) -> pl.DataFrame:
    """Stock of every item over all sites; items that hold most, for the longest time relative to their peak, first.

    Returns:
        item, unit, period, day, date, qty.
    """
    units = {row["item"]: row["unit"] for row in tables.rows("items")}
    total = by_point(tables, plan).group_by("item", "period", "day", "date").agg(pl.col("qty").sum())
    return (
        total.with_columns(unit=pl.col("item").replace_strict(units, return_dtype=pl.String))
        .sort("item", "period")
        .select("item", "unit", "period", "day", "date", "qty")
    )


def peaks(tables: Tables, plan: Plan) -> pl.DataFrame:
    """Largest stock of every item at every site, and when.

    Returns:
        site, item, unit, largest, on (date), mean, room (null: no limit).
    """
    units = {row["item"]: row["unit"] for row in tables.rows("items")}
    room = {(row["site"], row["item"]): row["max"] for row in tables.rows("stock") if row["max"] != float("inf")}
    frame = (
        by_point(tables, plan)
        .group_by("site", "item", maintain_order=True)
        .agg(
            largest=pl.col("qty").max(),
            on=pl.col("date").sort_by("qty", descending=True).first(),
            mean=pl.col("qty").mean(),
        )
    )
    keys = list(zip(frame["site"], frame["item"], strict=True))
    return frame.with_columns(
        unit=pl.Series([units[item] for _, item in keys], dtype=pl.String),
        room=pl.Series([room.get(key) for key in keys], dtype=pl.Float64),
    ).select("site", "item", "unit", "largest", "on", "mean", "room")
