"""How good it is: defects that get through, and how many of the units delivered still work."""

from __future__ import annotations

import altair as alt
import polars as pl

from fullrate.report.draw import charts
from fullrate.report.draw.theme import BLUE, MUTED, ORANGE
from fullrate.report.figures import quality as figures
from fullrate.report.figures.periods import peak
from fullrate.report.numbers import iso, joined, quantity, significant
from fullrate.report.parts import Block, Figure, Grid, Key, Section, folded
from fullrate.report.sections.context import Context

ESCAPED = {"defects so far": ORANGE, "most allowed": MUTED}
FLEET = {"working": BLUE, "delivered": MUTED}
PANELS = 6
"""Families that are drawn."""


def quality(context: Context) -> Section | None:
    """Escapes by family, and serviceable units against delivered ones, where the plan knows of either."""
    bad = figures.escapes(context.tables, context.plan)
    fleet = figures.fleet(context.tables, context.plan)
    blocks: list[Block] = []
    if len(bad) and (bad["escaped"].sum() > 0 or bad["limit"].is_not_null().any()):
        blocks.append(_escapes(context, bad))
    if len(fleet):
        blocks.append(_fleet(context, fleet))
    return Section("quality", "How good it is", blocks) if blocks else None


def tenths(share: float | None) -> str:
    """A small share in per cent; blank for none.

    >>> tenths(0.0023), tenths(None), tenths(0.0)
    ('0.23 %', '', '0 %')
    """
    return "" if share is None else f"{significant(100 * share, 2):g} %"


def _escapes(context: Context, bad: pl.DataFrame) -> Figure:
    percents = alt.Axis(title=None, labelExpr="format(datum.value * 100, '.2~g') + ' %'", tickCount=4)
    names, panels = {"share": "defects so far", "limit": "most allowed"}, []
    for at, family in enumerate(bad["family"].unique(maintain_order=True)[:PANELS]):
        mine = bad.filter(pl.col("family") == family).select("day", "share", "limit").rename(names)
        long = mine.unpivot(index="day", variable_name="what").drop_nulls("value")
        drawn = charts.lines(long, ESCAPED, context.plan.start, percents, f"defects-{at}")
        panels.append((context.names.item(family), drawn))
    total = bad.group_by("family", maintain_order=True).agg(
        pl.col("delivered", "escaped").sum(), pl.col("limit").last()
    )
    rows = [
        [
            context.names.item(row["family"]),
            quantity(row["delivered"]),
            quantity(row["escaped"]),
            tenths(row["escaped"] / row["delivered"]),
            tenths(row["limit"]),
        ]
        for row in total.iter_rows(named=True)
    ]
    said = joined([f"{row[2]} of {row[1]} ({row[0]}, {row[3]})" for row in rows[:PANELS]])
    return Figure(
        "fig-defects",
        f"Delivered with a defect: {said}.",
        context.source("quality"),
        "Share of defects in what was delivered so far, beside the largest share allowed, one chart per family.",
        panels=panels,
        legend=[Key("defects so far", ORANGE, "line"), Key("most allowed", MUTED, "dash")],
        table=Grid(("family", "delivered", "with a defect", "share", "most allowed"), rows, frozenset(range(1, 5))),
        note="Shares are counted from the day from which a limit holds, in means: no sample is drawn here.",
    )


def _fleet(context: Context, fleet: pl.DataFrame) -> Figure:
    shown = fleet.filter(pl.col("day") <= context.end)
    panels, rows = [], []
    for at, item in enumerate(shown["item"].unique(maintain_order=True)):
        mine = shown.filter(pl.col("item") == item)
        if at < PANELS:
            axis = alt.Axis(title=context.names.unit(item) or None, format="~s", tickCount=4)
            long = mine.select("day", "working", "delivered").unpivot(index="day", variable_name="what")
            drawn = charts.lines(long, FLEET, context.plan.start, axis, f"fleet-{at}")
            panels.append((context.names.item(item), drawn))
        ends = {name: float(mine[name][-1]) for name in figures.NUMBERS}
        most = peak(mine["working"])
        rows.append([context.names.item(item), *(quantity(ends[name]) for name in figures.NUMBERS), quantity(most)])
    last = iso(shown["date"][-1])
    said = joined([f"{row[2]} of {row[1]} delivered ({row[0]})" for row in rows[:PANELS]])
    head = ("needed", "delivered", f"working on {last}", "failed", "taken in for repair", "most working")
    kept = shown.filter(pl.col("period") > 0)
    by_period = [
        [iso(row["date"]), context.names.item(row["item"]), *(quantity(row[name]) for name in figures.NUMBERS)]
        for row in kept.iter_rows(named=True)
    ]
    periods = ("by", "needed", "delivered", "working", "failed", "taken in for repair")
    blocks = Grid(head, rows, frozenset(range(1, 6)), cards=True)
    return Figure(
        "fig-fleet",
        f"Working on {last}: {said}.",
        context.source("flows", "states"),
        "Units delivered so far and units that work over time, one chart for everything that is needed.",
        panels=panels,
        legend=[Key("working", BLUE, "line"), Key("delivered so far", MUTED, "dash")],
        table=blocks if len(rows) > 1 else folded("By period", periods, by_period, right=range(2, 6)),
        note="Only what works counts as covered; failures are means.",
    )
