"""Two bars for each thing, one below the other: gained, and given up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import polars as pl

from fullrate.report.draw.theme import BLUE, INK, NARROW, ORANGE, PLAIN, svg

SIDES = ("gained", "given up")
COLOURS = (BLUE, ORANGE)
ROW = 24
"""Height of a pair in pixels."""
LINE = 13
"""Height of a line of a label."""


SPLIT = "split(datum.label, '\\n')"


def _raised(lines: int) -> dict[str, Any]:
    """A label of so many lines is raised, so that its middle is at its row."""
    return {"test": f"length({SPLIT}) == {lines}", "value": -(lines - 1) * LINE / 2}


def pairs(
    amounts: pl.DataFrame,
    labels: Sequence[str],
    unit: str,
    width: int,
    name: str,
    sides: Sequence[str] = SIDES,
    colours: Sequence[str] = COLOURS,
) -> str:
    """Pairs of bars.

    Args:
        amounts: label, side, amount; where there are bands, low and high.
        labels: labels from top to bottom; a line break begins another line, and rows are as high as that needs.
        unit: what the amounts are counted in, the title of the axis.
        width: in pixels.
        name: prefix of ids.
        sides: what the two bars are.
        colours: their colours.
    """
    room = 118 if width <= NARROW else 260
    lines = max((text.count("\n") + 1 for text in labels), default=1)
    axis = alt.Axis(title=None, labelLimit=room, labelColor=INK, domain=False, ticks=False)
    if lines > 1:
        axis.labelExpr, axis.labelLineHeight = SPLIT, LINE
        axis.labelOffset = {"condition": [_raised(count) for count in range(2, lines + 1)], "value": 0}
    y = alt.Y("label:N", sort=list(labels), axis=axis, scale=alt.Scale(domain=list(labels), paddingInner=0.25))
    x = alt.X("amount:Q", axis=alt.Axis(title=unit, grid=True, labelExpr=PLAIN, tickCount=4, labelOverlap=True))
    colour = alt.Color("side:N", scale=alt.Scale(domain=list(sides), range=list(colours)), legend=None)
    mark = alt.Chart(amounts).mark_bar()
    offset = alt.YOffset("side:N", sort=list(sides))
    drawn: alt.Chart | alt.LayerChart = mark.encode(x=x, y=y, yOffset=offset, color=colour)
    if "low" in amounts.columns:
        line = alt.Chart(amounts).mark_rule(color=INK, strokeWidth=1.5)
        drawn += line.encode(x="low:Q", x2="high:Q", y=y, yOffset=offset)
    return svg(drawn, width, max(ROW, lines * LINE + 8) * len(labels), name)
