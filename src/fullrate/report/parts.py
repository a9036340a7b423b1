"""What a page is made of: sections of text, tables and figures, as values that the template only has to write down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Grid:
    """A table of text.

    Attributes:
        head: headings, with units.
        rows: cells; a line break inside a cell starts its small print.
        right: columns whose cells end flush, because they are numbers.
        title: what is above it; for a folded table, what it is folded under.
        folded: shown only when asked for.
        paper: printed even when it is folded on the screen.
        cards: on a phone every row becomes a card.
        note: small print below.
    """

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    right: frozenset[int] = frozenset()
    title: str = ""
    folded: bool = False
    paper: bool = False
    cards: bool = False
    note: str = ""
    kind: str = field(default="grid", init=False)


@dataclass(frozen=True)
class Key:
    """An entry of a legend: colour and whether it is a line, a dashed line, a box or a dot."""

    label: str
    colour: str
    shape: str = "box"


@dataclass(frozen=True)
class Figure:
    """A drawing with what a reader needs to trust it.

    Attributes:
        name: anchor, unique on the page.
        title: one sentence that says what there is to see.
        source: where the numbers are from.
        alt: what is drawn, for those who cannot see it.
        drawn: SVG for a desk and paper, and SVG for a phone; None when there are panels.
        panels: drawings side by side, each with a title.
        legend: what colours and dashes mean.
        table: the same numbers as a table.
        note: how to read it.
    """

    name: str
    title: str
    source: str
    alt: str
    drawn: tuple[str, str] | None = None
    panels: Sequence[tuple[str, str]] = ()
    legend: Sequence[Key] = ()
    table: Grid | None = None
    note: str = ""
    kind: str = field(default="figure", init=False)


@dataclass(frozen=True)
class Text:
    """Paragraphs; ``items`` follow as a list."""

    paragraphs: Sequence[str]
    items: Sequence[str] = ()
    kind: str = field(default="text", init=False)


@dataclass(frozen=True)
class Bar:
    """A bar of shares that sum to one: label, share, colour, and what is written beside."""

    title: str
    shares: Sequence[tuple[str, float, str, str]]
    kind: str = field(default="bar", init=False)


@dataclass(frozen=True)
class Panel:
    """A quarter of the first page.

    Attributes:
        title: what it answers.
        lead: the answer, in large type.
        about: what the lead is of, beside or below it.
        items: further lines, each with its small print.
        note: small print of the whole.
        close: the small print of an item stands on its line.
    """

    title: str
    lead: str
    about: str = ""
    items: Sequence[tuple[str, str]] = ()
    note: str = ""
    close: bool = False


Block = Grid | Figure | Text | Bar


@dataclass(frozen=True)
class Section:
    """A section: heading, anchor, blocks."""

    name: str
    title: str
    blocks: Sequence[Block]


MOST = 400
"""Rows of a table on the page; the workbook of a run has all of them."""


def folded(title: str, head: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> Grid:
    """A table that is shown when asked for, cut when it is very long."""
    shown, note = capped(rows)
    return Grid(head, shown, frozenset(right), title, folded=True, note=note)


def capped(rows: Sequence[Sequence[str]], note: str = "") -> tuple[Sequence[Sequence[str]], str]:
    """At most ``MOST`` rows, and the note with a word on those left out."""
    if len(rows) <= MOST:
        return rows, note
    return rows[:MOST], f"{note} {len(rows) - MOST:,} more rows are not shown here.".strip()
