"""Two bars for each thing, one below the other: gained, and given up."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import polars as pl

from fullrate.report.draw.theme import BLUE, INK, NARROW, ORANGE, PLAIN, svg

SIDES = ("gained", "given up")
COLOURS = (BLUE, ORANGE)
ROW = 24
"""Height of a pair in pixels."""


def pairs(amounts: pl.DataFrame, labels: Sequence[str], unit: str, width: int, name: str) -> str:
    """Pairs of bars.

    Args:
        amounts: label, side (one of ``SIDES``), amount.
        labels: labels from top to bottom.
        unit: what the amounts are counted in, the title of the axis.
        width: in pixels.
        name: prefix of ids.
    """
    room = 118 if width <= NARROW else 260
    axis = alt.Axis(title=None, labelLimit=room, labelColor=INK, domain=False, ticks=False)
    y = alt.Y("label:N", sort=list(labels), axis=axis, scale=alt.Scale(domain=list(labels), paddingInner=0.25))
    x = alt.X("amount:Q", axis=alt.Axis(title=unit, grid=True, labelExpr=PLAIN, tickCount=4))
    colour = alt.Color("side:N", scale=alt.Scale(domain=list(SIDES), range=list(COLOURS)), legend=None)
    mark = alt.Chart(amounts).mark_bar()
    drawn = mark.encode(x=x, y=y, yOffset=alt.YOffset("side:N", sort=list(SIDES)), color=colour)
    return svg(drawn, width, ROW * len(labels), name)
