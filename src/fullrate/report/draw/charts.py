"""Charts of lines and areas: coverage, stock, money, what really came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import altair as alt
import polars as pl

from fullrate.report.draw.theme import BLUE, MUTED, ORANGE, PERCENT, PLAIN, colours, svg, time
from fullrate.report.figures.periods import peak
from fullrate.report.numbers import LARGE

SHARE = alt.Axis(values=[0, 0.25, 0.5, 0.8, 1], labelExpr=PERCENT, title="share of the need covered")
BESIDE = (MUTED, BLUE, "#009e73", ORANGE, "#a5588a")
"""Colours of the plan, dashed, and of what really came."""
PANEL = 260
"""Width of a panel among several, in pixels."""


def classes(path: pl.DataFrame, start: date, width: int, name: str) -> str:
    """Coverage of every class over time; with one class, beside the most that can have arrived.

    Args:
        path: class, day, covered, at_least.
        start: first day.
        width: in pixels.
        name: prefix of ids.
    """
    last = peak(path["day"])
    labels = [str(cls) for cls in path["class"].unique(maintain_order=True)]
    data = path.with_columns(pl.col("class").cast(pl.String))
    colour = alt.Color("class:N", scale=alt.Scale(domain=labels, range=colours(len(labels))), legend=None)
    y = alt.Y("covered:Q", axis=SHARE, scale=alt.Scale(domain=[0, 1]))
    lines = alt.Chart(data).mark_line(strokeWidth=2.5).encode(x=time("day", start, last, width), y=y, color=colour)
    layers: list[Any] = [lines]
    if len(labels) == 1:
        layers.insert(0, _most(path, start, last, width, SHARE))
    return svg(alt.layer(*layers), width, 250 if width > 400 else 200, name)


def _most(path: pl.DataFrame, start: date, last: float, width: int, axis: alt.Axis) -> Any:
    """The most that can have arrived, dashed."""
    mark = alt.Chart(path).mark_line(strokeWidth=1.5, strokeDash=[4, 3], color=MUTED)
    return mark.encode(x=time("day", start, last, width), y=alt.Y("at_least:Q", axis=axis))


def class_panel(path: pl.DataFrame, start: date, name: str) -> str:
    """Coverage of one class, beside the most it could have if nothing else counted."""
    last = peak(path["day"])
    axis = alt.Axis(values=[0, 0.5, 0.8, 1], labelExpr=PERCENT, title=None)
    y = alt.Y("covered:Q", axis=axis, scale=alt.Scale(domain=[0, 1]))
    x = time("day", start, last, PANEL)
    line = alt.Chart(path).mark_line(strokeWidth=2, color=BLUE).encode(x=x, y=y)
    return svg(alt.layer(_most(path, start, last, PANEL, axis), line), PANEL, 96, name)


def area(path: pl.DataFrame, start: date, unit: str, name: str) -> str:
    """A quantity over time: day, qty."""
    last = peak(path["day"])
    y = alt.Y("qty:Q", axis=alt.Axis(title=unit, format="~s", tickCount=4), scale=alt.Scale(domainMin=0))
    mark = alt.Chart(path).mark_area(color=BLUE, opacity=0.25, line={"color": BLUE, "strokeWidth": 1.5})
    return svg(mark.encode(x=time("day", start, last, PANEL), y=y), PANEL, 104, name)


def fund(path: pl.DataFrame, start: date, unit: str, name: str) -> str:
    """Money allotted and spent so far: day, allotted_so_far, spent_so_far."""
    last = peak(path["day"])
    long = path.unpivot(["allotted_so_far", "spent_so_far"], index="day", variable_name="what", value_name="money")
    long = long.with_columns(pl.col("what").replace({"allotted_so_far": "allotted", "spent_so_far": "spent"}))
    if not (path["allotted_so_far"] > 0).any():
        long = long.filter(pl.col("what") == "spent")
    scale = alt.Scale(domain=["allotted", "spent"], range=[MUTED, ORANGE])
    dash = alt.StrokeDash("what:N", scale=alt.Scale(domain=["allotted", "spent"], range=[[4, 3], [1, 0]]), legend=None)
    y = alt.Y("money:Q", axis=alt.Axis(title=unit, labelExpr=PLAIN, tickCount=4), scale=alt.Scale(domainMin=0))
    mark = alt.Chart(long).mark_line(strokeWidth=2, interpolate="step-before")
    colour = alt.Color("what:N", scale=scale, legend=None)
    return svg(mark.encode(x=time("day", start, last, PANEL), y=y, color=colour, strokeDash=dash), PANEL, 104, name)


def lines(path: pl.DataFrame, kinds: Mapping[str, str], start: date, axis: alt.Axis, name: str) -> str:
    """A few quantities over time in one panel: what, day, value; ``kinds`` are their colours, the last one dashed."""
    last, names = peak(path["day"]), list(kinds)
    colour = alt.Color("what:N", scale=alt.Scale(domain=names, range=list(kinds.values())), legend=None)
    dashes = [[1, 0]] * (len(names) - 1) + [[4, 3]]
    dash = alt.StrokeDash("what:N", scale=alt.Scale(domain=names, range=dashes), legend=None)
    y = alt.Y("value:Q", axis=axis, scale=alt.Scale(domainMin=0))
    mark = alt.Chart(path).mark_line(strokeWidth=2)
    return svg(mark.encode(x=time("day", start, last, PANEL), y=y, color=colour, strokeDash=dash), PANEL, 104, name)


def learning(path: pl.DataFrame, kinds: Mapping[str, str], name: str) -> str:
    """Effort against cumulative output in one panel: what, so_far, value (shares of the effort at first)."""
    names = list(kinds)
    colour = alt.Color("what:N", scale=alt.Scale(domain=names, range=list(kinds.values())), legend=None)
    dash = alt.StrokeDash("what:N", scale=alt.Scale(domain=names, range=[[1, 0], [4, 3]]), legend=None)
    y = alt.Y("value:Q", axis=alt.Axis(title=None, labelExpr=PERCENT, tickCount=4), scale=alt.Scale(domain=[0, 1]))
    x = alt.X("so_far:Q", axis=alt.Axis(title="starts so far", format="~s", tickCount=4))
    mark = alt.Chart(path).mark_line(strokeWidth=2)
    return svg(mark.encode(x=x, y=y, color=colour, strokeDash=dash), PANEL, 104, name)


def beside(path: pl.DataFrame, order: Sequence[str], start: date, unit: str, width: int, name: str) -> str:
    """The plan beside what really came: what, day, so_far; the first of ``order`` is the plan."""
    last = peak(path["day"])
    scale = alt.Scale(domain=list(order), range=list(BESIDE[: len(order)]))
    colour = alt.Color("what:N", scale=scale, legend=None)
    dash = alt.StrokeDash(
        "what:N", scale=alt.Scale(domain=list(order), range=[[5, 3], *[[1, 0]] * (len(order) - 1)]), legend=None
    )
    y = alt.Y("so_far:Q", axis=alt.Axis(title=unit, format="~s", tickCount=5), scale=alt.Scale(domainMin=0))
    mark = alt.Chart(path).mark_line(strokeWidth=2.5, point=alt.OverlayMarkDef(size=22, filled=True))
    chart = mark.encode(x=time("day", start, last, width), y=y, color=colour, strokeDash=dash)
    return svg(chart, width, 250 if width > 400 else 200, name)


def fan(path: pl.DataFrame, plan: pl.DataFrame, start: date, width: int, name: str) -> str:
    """A share over time in many executions: middle half dark, middle eight of ten light, median; the plan dashed.

    Args:
        path: day, p10, p25, p50, p75, p90.
        plan: day, covered.
        start: first day.
        width: in pixels.
        name: prefix of ids.
    """
    last = peak(path["day"])
    x, scale = time("day", start, last, width), alt.Scale(domain=[0, 1])
    area = alt.Chart(path).mark_area(color=BLUE, opacity=0.22)
    bands = [
        area.encode(x=x, y=alt.Y(f"{low}:Q", axis=SHARE, scale=scale), y2=f"{high}:Q")
        for low, high in (("p10", "p90"), ("p25", "p75"))
    ]
    line = alt.Chart(path).mark_line(strokeWidth=2.5, color=BLUE)
    median = line.encode(x=x, y=alt.Y("p50:Q", axis=SHARE, scale=scale))
    mark = alt.Chart(plan).mark_line(strokeWidth=1.5, strokeDash=[4, 3], color=MUTED)
    planned = mark.encode(x=x, y=alt.Y("covered:Q", axis=SHARE, scale=scale))
    return svg(alt.layer(*bands, planned, median), width, 250 if width > 400 else 200, name)


def trade(points: pl.DataFrame, title: str, width: int, name: str) -> str:
    """Mean wait against what is traded for it: the curve, its knee below the chord, and the plans that others beat.

    Args:
        points: amount, wait_d, kind (``kept``, ``knee`` or ``left out``).
        title: what is traded, with its unit.
        width: in pixels.
        name: prefix of ids.
    """
    x = alt.X("amount:Q", axis=alt.Axis(title=title, labelExpr=PLAIN, tickCount=6), scale=alt.Scale(zero=False))
    y = alt.Y("wait_d:Q", axis=alt.Axis(title="mean wait in days", tickCount=5), scale=alt.Scale(zero=False))
    kept = points.filter(pl.col("kind") != "left out").sort("amount")
    domain = ["kept", "knee", "left out"]
    colour = alt.Color("kind:N", scale=alt.Scale(domain=domain, range=[BLUE, ORANGE, MUTED]), legend=None)
    line = alt.Chart(kept).mark_line(strokeWidth=2, color=BLUE).encode(x=x, y=y)
    ends = kept[[0, -1]] if "knee" in kept["kind"] else kept[:0]
    chord = alt.Chart(ends).mark_line(strokeWidth=1, strokeDash=[4, 3], color=MUTED).encode(x=x, y=y)
    dots = alt.Chart(points).mark_point(filled=True, size=60, opacity=1).encode(x=x, y=y, color=colour)
    return svg(alt.layer(chord, line, dots), width, 250 if width > 400 else 200, name)


def band(path: pl.DataFrame, promised: tuple[float, float], start: date, unit: str, width: int, name: str) -> str:
    """A quantity over time: middle half dark, middle eight of ten light, median; what was promised is a dot.

    Args:
        path: day, p10, p25, p50, p75, p90 in the unit.
        promised: day and quantity.
        start: first day.
        unit: of the quantity.
        width: in pixels.
        name: prefix of ids.
    """
    x = time("day", start, peak(path["day"]), width)
    size, word = scale_of(max(peak(path["p90"]), promised[1]))
    shown = path.with_columns(pl.exclude("day") / size)
    axis = alt.Axis(title=f"{word} {unit}".strip(), labelExpr=PLAIN, tickCount=5)
    area = alt.Chart(shown).mark_area(color=BLUE, opacity=0.22)
    bands = [
        area.encode(x=x, y=alt.Y(f"{low}:Q", axis=axis), y2=f"{high}:Q")
        for low, high in (("p10", "p90"), ("p25", "p75"))
    ]
    median = alt.Chart(shown).mark_line(strokeWidth=2.5, color=BLUE).encode(x=x, y=alt.Y("p50:Q", axis=axis))
    dot = pl.DataFrame({"day": [promised[0]], "quantity": [promised[1] / size]})
    said = alt.Chart(dot).mark_point(filled=True, size=90, opacity=1, color=ORANGE).encode(x=x, y="quantity:Q")
    return svg(alt.layer(*bands, median, said), width, 250 if width > 400 else 200, name)


def reliability(points: pl.DataFrame, width: int, name: str) -> str:
    """How often promises were kept over the odds that were given.

    Args:
        points: odds, kept (shares), cases.
        width: in pixels.
        name: prefix of ids.
    """
    scale = alt.Scale(domain=[0, 1])
    odds = alt.Axis(title="odds that were given", labelExpr=PERCENT, tickCount=5)
    kept = alt.Axis(title="kept", labelExpr=PERCENT, tickCount=5)
    x, y = alt.X("odds:Q", axis=odds, scale=scale), alt.Y("kept:Q", axis=kept, scale=scale)
    ideal = alt.Chart(pl.DataFrame({"odds": [0.0, 1.0], "kept": [0.0, 1.0]}))
    line = ideal.mark_line(strokeWidth=1, strokeDash=[4, 3], color=MUTED).encode(x=x, y=y)
    size = alt.Size("cases:Q", scale=alt.Scale(range=[60, 400]), legend=None)
    dots = alt.Chart(points).mark_point(filled=True, opacity=1, color=BLUE).encode(x=x, y=y, size=size)
    return svg(alt.layer(line, dots), width, 250 if width > 400 else 200, name)


def scale_of(top: float) -> tuple[float, str]:
    """The large unit in which an axis counts, and its word.

    >>> scale_of(2.4e6), scale_of(120.0)
    ((1000000.0, 'million'), (1.0, ''))
    """
    return next(((size, word) for size, word in LARGE if top >= size), (1.0, ""))
