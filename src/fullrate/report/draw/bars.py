"""Charts of bars along time: the Gantt chart and heat maps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import altair as alt
import polars as pl

from fullrate.report.draw.theme import BLUE, FULL, GOLD, INK, MUTED, NARROW, STEPS, svg, time

GONE, STANDS = "#f3d9b0", BLUE
"""Colours of how long something is gone, and of how long that may be."""

PHASES = {"gate": "#8a5a83", "lead time": BLUE, "ramp-up": GOLD, "running": "#b8c1c9"}
"""Colours of the bars of a Gantt chart."""
COVERED = ("nothing", "to 20 %", "to 40 %", "to 60 %", "to 80 %", "to 100 %", "all")
"""Steps of coverage; 80 % is the edge between two of them."""
LOADED = ("unused", "to 50 %", "to 80 %", "to 99 %", "full")
LOAD_COLOURS = (STEPS[0], STEPS[1], STEPS[2], STEPS[4], FULL)
ROW, BAR = 21, 13
"""Height of a row and of a bar in it, in pixels."""


def gantt(bars: pl.DataFrame, marks: pl.DataFrame, start: date, last: float, width: int, name: str) -> str:
    """Bars by row.

    Args:
        bars: label, phase, begin, end, in the order in which rows are drawn.
        marks: day and text of the dates worth a line across.
        start: first day.
        last: last day drawn, after the start.
        width: in pixels.
        name: prefix of ids.
    """
    labels = bars["label"].unique(maintain_order=True).to_list()
    used = [phase for phase in PHASES if phase in set(bars["phase"])]
    narrow = width <= NARROW
    room = 118 if narrow else 190
    axis = alt.Axis(title=None, labelLimit=room, labelColor=INK, domain=False, ticks=False, grid=False)
    y = alt.Y("label:N", sort=labels, axis=axis, scale=alt.Scale(domain=labels))
    scale = alt.Scale(domain=used, range=[PHASES[phase] for phase in used])
    colour = alt.Color("phase:N", scale=scale, legend=None)
    shown = bars.with_columns(pl.col("end").clip(None, last))
    mark = alt.Chart(shown).mark_bar(height=BAR, cornerRadius=1.5)
    drawn = mark.encode(x=time("begin", start, last, width - room), x2="end:Q", y=y, color=colour)
    rule = alt.Chart(marks).mark_rule(color=MUTED, strokeDash=[3, 3]).encode(x=alt.X("day:Q"))
    said = alt.Chart(marks).mark_text(align="right", baseline="bottom", dx=-4, dy=-3, color=MUTED)
    text = said.encode(x=alt.X("day:Q"), y=alt.value(0), text="text:N")
    return svg(alt.layer(drawn, rule, text), width, ROW * len(labels), name, top=18)


def heat(
    cells: pl.DataFrame,
    rows: Sequence[str],
    steps: Sequence[str],
    palette: Sequence[str],
    start: date,
    last: float,
    width: int,
    name: str,
) -> str:
    """A heat map over time in a few steps of colour; neighbours of one colour are one rectangle.

    Args:
        cells: row, begin, end (days), step (position in ``steps``).
        rows: rows from top to bottom.
        steps: what the steps are called.
        palette: their colours.
        start: first day.
        last: last day drawn, after the start.
        width: in pixels.
        name: prefix of ids.
    """
    narrow = width <= NARROW
    room = 118 if narrow else 190
    axis = alt.Axis(title=None, labelLimit=room, labelColor=INK, domain=False, ticks=False)
    y = alt.Y("row:N", sort=list(rows), axis=axis, scale=alt.Scale(domain=list(rows), paddingInner=0.14))
    data = merged(cells).with_columns(
        said=pl.col("step").replace_strict(dict(enumerate(steps)), return_dtype=pl.String)
    )
    colour = alt.Color("said:N", scale=alt.Scale(domain=list(steps), range=list(palette)), legend=None)
    x = time("begin", start, last, width - room)
    mark = alt.Chart(data.with_columns(pl.col("end").clip(None, last)).filter(pl.col("begin") < last)).mark_rect()
    return svg(mark.encode(x=x, x2="end:Q", y=y, color=colour), width, (ROW - 3) * len(rows), name)


def merged(cells: pl.DataFrame) -> pl.DataFrame:
    """Neighbouring cells of a row with the same step as one: row, begin, end, step."""
    change = (pl.col("step") != pl.col("step").shift(1)) | (pl.col("row") != pl.col("row").shift(1))
    runs = cells.sort("row", "begin").with_columns(run=change.fill_null(True).cum_sum())
    parts = pl.col("row").first(), pl.col("begin").first(), pl.col("end").last(), pl.col("step").first()
    return runs.group_by("run", maintain_order=True).agg(*parts).drop("run")


def tornado(swings: pl.DataFrame, width: int, name: str) -> str:
    """Bars to both sides of what is usual: label, end, value (days from the mean), in the order they are drawn."""
    labels = swings["label"].unique(maintain_order=True).to_list()
    room = 118 if width <= NARROW else 230
    axis = alt.Axis(title=None, labelLimit=room, labelColor=INK, domain=False, ticks=False, grid=False)
    y = alt.Y("label:N", sort=labels, axis=axis, scale=alt.Scale(domain=labels))
    x = alt.X("value:Q", axis=alt.Axis(title="days of mean wait, from the middle of both", tickCount=5))
    scale = alt.Scale(domain=["where it is low", "where it is high"], range=[GOLD, BLUE])
    mark = alt.Chart(swings).mark_bar(height=BAR, cornerRadius=1.5)
    drawn = mark.encode(x=x, y=y, color=alt.Color("end:N", scale=scale, legend=None))
    return svg(drawn, width, ROW * len(labels), name)


def ranking(amounts: pl.DataFrame, title: str, width: int, name: str) -> str:
    """One bar a row: name, days, in the order in which they are drawn; ``title`` of the axis."""
    labels = amounts["name"].to_list()
    room = 118 if width <= NARROW else 230
    axis = alt.Axis(title=None, labelLimit=room, labelColor=INK, domain=False, ticks=False, grid=False)
    y = alt.Y("name:N", sort=labels, axis=axis, scale=alt.Scale(domain=labels))
    x = alt.X("days:Q", axis=alt.Axis(title=title, tickCount=5))
    mark = alt.Chart(amounts).mark_bar(height=BAR, cornerRadius=1.5, color=BLUE)
    return svg(mark.encode(x=x, y=y), width, ROW * len(labels), name)


def spans(lengths: pl.DataFrame, edge: float, width: int, name: str) -> str:
    """How long something is gone, and on it, narrower, how long it may be: name, what (gone, stands), days.

    Args:
        lengths: two rows a name, in the order in which names are drawn.
        edge: days at the right edge; what ends there may be longer.
        width: in pixels.
        name: prefix of ids.
    """
    labels = lengths["name"].unique(maintain_order=True).to_list()
    room = 118 if width <= NARROW else 230
    axis = alt.Axis(title=None, labelLimit=room, labelColor=INK, domain=False, ticks=False, grid=False)
    y = alt.Y("name:N", sort=labels, axis=axis, scale=alt.Scale(domain=labels))
    title = alt.Axis(title="days from the first day of the cut", tickCount=5)
    x = alt.X("days:Q", axis=title, scale=alt.Scale(domain=[0, edge], nice=False))
    both = [
        alt.Chart(lengths.filter(pl.col("what") == what)).mark_bar(height=height, color=colour).encode(x=x, y=y)
        for what, height, colour in (("gone", BAR, GONE), ("stands", BAR - 7, STANDS))
    ]
    return svg(alt.layer(*both), width, ROW * len(labels), name)
