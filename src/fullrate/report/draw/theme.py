"""What all drawings share: palette, type, the axis of time, and the way from a chart to SVG that can be inlined."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import altair as alt
import vl_convert

WIDE, NARROW = 720, 344
"""Widths in pixels: for a desk and for paper, and for a phone."""

INK, MUTED, FAINT, PAPER = "#1d2329", "#5a6470", "#e3e6ea", "#ffffff"
BLUE, ORANGE, GREEN, PURPLE, SKY, GOLD = "#0072b2", "#d55e00", "#009e73", "#a5588a", "#56b4e9", "#e69f00"
"""Okabe and Ito's palette, told apart by people with any kind of colour vision."""
COLOURS = (BLUE, ORANGE, GREEN, PURPLE, GOLD, SKY)
STEPS = ("#eef2f5", "#cfe1ec", "#a3c8de", "#6fa9cb", "#3c86b3", "#146391", "#083d62")
"""From nothing to everything, in one hue: also in grey print."""
FULL = ORANGE
"""A capacity with nothing to spare."""
FONT = "Arial, Helvetica, Liberation Sans, sans-serif"

LABEL, MONTH_LABEL, DAY_LABEL = 11, 60, 82
"""Size of labels, and room for a month and for a day on an axis, all in pixels."""
DAY_MS = 86_400_000


def colours(count: int) -> list[str]:
    """Colours of ordered things: distinct when they are few, from dark to light when they are many."""
    if count <= len(COLOURS):
        return list(COLOURS[:count])
    from_dark = [
        "#1b2a5c",
        "#1f4f8a",
        "#1f7399",
        "#2f9190",
        "#5aa26e",
        "#97a73f",
        "#c79a2a",
        "#d57f22",
        "#c65a1e",
        "#97331f",
    ]
    return [from_dark[at * len(from_dark) // count] for at in range(count)]


def ticks(start: date, last: float, width: float) -> tuple[list[float], str]:
    """Days after the start that an axis of time labels, and the format of the labels.

    >>> ticks(date(2026, 1, 5), 126, 344)
    ([27.0, 55.0, 86.0, 116.0], '%Y-%m')
    >>> ticks(date(2026, 1, 5), 20, 344)
    ([0.0, 7.0, 14.0], '%Y-%m-%d')
    """
    if last < 62:
        step = next(step for step in (1, 2, 7, 14, 28) if last / step * DAY_LABEL <= width or step == 28)
        return [float(day) for day in range(0, int(last) + 1, step)], "%Y-%m-%d"
    months = last / 30.4
    steps = (1, 2, 3, 6, 12, 24, 60)
    step = next((step for step in steps if months / step * MONTH_LABEL <= width), steps[-1])
    end, days = start + timedelta(days=last), []
    for year in range(start.year, end.year + 1):
        for month in range(1, 13, step) if step < 12 else (1,):
            first = date(year, month, 1)
            if start <= first <= end and (step <= 12 or year % (step // 12) == 0):
                days.append(float((first - start).days))
    return days, "%Y-%m"


def time(field: str, start: date, last: float, width: float, **more: Any) -> alt.X:
    """The axis of time: days after the start, labelled with ISO dates."""
    values, form = ticks(start, last, width)
    offset = (start - date(1970, 1, 1)).days
    axis = alt.Axis(
        values=values,
        labelExpr=f"utcFormat((datum.value + {offset}) * {DAY_MS}, '{form}')",
        title=None,
        grid=True,
        tickSize=4,
    )
    return alt.X(f"{field}:Q", axis=axis, scale=alt.Scale(domain=[0, last], nice=False), **more)


FIT = alt.AutoSizeParams(type="fit-x", contains="padding")
PERCENT = "round(datum.value * 100) + ' %'"
"""How an axis writes shares."""
PLAIN = "format(datum.value, ',.12~g')"
"""How an axis writes numbers that already are in a large unit."""
CONFIG: dict[str, Any] = {
    "font": FONT,
    "background": "transparent",
    "aria": False,
    "view": {"stroke": None},
    "axis": {
        "labelFontSize": LABEL,
        "titleFontSize": LABEL,
        "titleFontWeight": "normal",
        "labelColor": MUTED,
        "titleColor": MUTED,
        "gridColor": FAINT,
        "domainColor": "#aab2bb",
        "tickColor": "#aab2bb",
        "labelPadding": 4,
    },
    "text": {"font": FONT, "fontSize": LABEL, "color": INK},
}


def both(draw: Callable[[int], str]) -> tuple[str, str]:
    """One drawing at both widths."""
    return draw(WIDE), draw(NARROW)


def svg(chart: Any, width: int, height: int, name: str, top: int = 6) -> str:
    """The chart as an SVG element that scales with its place on the page.

    Args:
        chart: a chart or layers of charts.
        width: width in pixels, axes included.
        height: height of the plot without its axes, in pixels.
        name: prefix of ids, so that two drawings on one page do not share any.
        top: room above the plot, in pixels.
    """
    room = {"left": 2, "right": 6, "top": top, "bottom": 2}
    sized = chart.properties(width=width, height=height, padding=room, autosize=FIT)
    return inline(vl_convert.vegalite_to_svg({**sized.to_dict(), "config": CONFIG}), name)


def inline(text: str, name: str) -> str:
    """An SVG file as an element: no fixed size, ids of its own, nothing a reader's browser does not need."""
    text = text[text.index("<svg") :].strip()
    text = re.sub(
        r'^<svg [^>]*?viewBox="([^"]+)"[^>]*>', r'<svg viewBox="\1" aria-hidden="true" focusable="false">', text
    )
    text = re.sub(r'id="([^"]+)"', rf'id="{name}-\1"', text)
    text = re.sub(r"url\(#([^)]+)\)", rf"url(#{name}-\1)", text)
    text = re.sub(r' (?:aria-[a-z]+|role|class)="(?!true)[^"]*"', "", text)
    return re.sub(r"(\d+\.\d{2})\d+", r"\1", text)
