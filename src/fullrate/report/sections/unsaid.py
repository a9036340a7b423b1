"""Where nobody has said how much: what is not known, and what can be there by when."""

from __future__ import annotations

import polars as pl

from fullrate.report.draw import charts
from fullrate.report.draw.theme import both
from fullrate.report.numbers import column, iso
from fullrate.report.parts import Figure, Grid, Key, Section, Text, folded
from fullrate.report.sections.context import Context
from fullrate.report.words import unknowns, unsaid_unit

NAMES = ("in the plan", "most possible")
"""The two curves."""


def lead(context: Context) -> Section | None:
    """What nobody has said, first of all, and dates of quantities that a reader may ask for."""
    said = unknowns(context.tables)
    if not said:
        return None
    rows = [
        [f"{row['quantity']:,.10g}", iso(row["date"]), iso(row["earliest_date"])]
        for row in context.plan.table("quantities").iter_rows(named=True)
    ]
    unit = unsaid_unit(context.tables)
    dates = Grid(
        (f"so many {unit}s" if unit == "unit" else f"so many, {unit}", "there by, in the plan", "at the earliest"),
        rows,
        frozenset({0}),
        title="If somebody asked for so many",
        note="Of all needs without a quantity together. What can be there if every number holds, not a promise.",
    )
    return Section("not-known", "What is not known", [Text([], said), dates])


def capability(context: Context) -> Section | None:
    """Units by date: in the plan, and the most that any plan could have brought."""
    curve = context.plan.table("capability").with_row_index("at", 1)
    if curve.is_empty():
        return None
    curve = curve.with_columns(day=pl.Series([float(day) for day in context.plan.edges[1:]]))
    curve = curve.filter(pl.col("day") <= context.end)
    parts = [
        curve.select(pl.lit(name).alias("what"), "day", so_far=pl.col(source)).drop_nulls("so_far")
        for name, source in zip(NAMES, ("planned", "most"), strict=True)
    ]
    drawn, unit = pl.concat(parts), unsaid_unit(context.tables)
    start = context.plan.start
    draw = both(lambda width: charts.beside(drawn, list(NAMES), start, unit, width, f"able-{width}"))
    figure = Figure(
        "fig-capability",
        "What can be there by when, if every number holds.",
        context.source("capability"),
        "Lines of units so far over time: in the plan, and the most that any plan could have brought by each day.",
        draw,
        legend=[Key(NAMES[0], charts.BESIDE[0], "dash"), Key(NAMES[1], charts.BESIDE[1], "line")],
        table=_table(curve, unit),
        note="No single plan need reach the most at every date. Where the lines end is how far was looked, not a goal.",
    )
    return Section("capability", "What can be there by when", [figure])


def _table(curve: pl.DataFrame, unit: str) -> Grid:
    texts, _ = column([*curve["planned"].to_list()])
    most, _ = column([*curve["most"].to_list()])
    rows = [[iso(day), texts[at], most[at]] for at, day in enumerate(curve["date"])]
    return folded("The curve as a table", ("by", f"{NAMES[0]}, {unit}", f"{NAMES[1]}, {unit}"), rows, right=(1, 2))
