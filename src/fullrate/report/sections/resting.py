"""What the plan rests on: numbers and their sources, ranges, statements, bibliography."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from fullrate.report import evidence
from fullrate.report.draw.theme import BLUE, GOLD, ORANGE
from fullrate.report.numbers import iso, percent
from fullrate.report.parts import Bar, Block, Grid, Section, Text, capped, folded
from fullrate.report.sections.context import Context

AT_ONCE = 12
"""Rows of a table that are shown without folding it."""


def assumptions(context: Context) -> Section:
    """Numbers counted by source, and all of them listed."""
    cells = evidence.inputs(context.tables)
    shares = evidence.shares(cells)
    if not shares.total:
        return Section("sources", "What this rests on", [Text(["All numbers of this scenario are defaults."])])
    parts = (
        ("from a document", shares.documented, BLUE),
        ("assumed", shares.assumed, GOLD),
        ("without a source", shares.unsourced, ORANGE),
    )
    title = (
        f"{percent(shares.share(shares.unsourced))} of the {shares.total:,} numbers in the input have no source, "
        f"{percent(shares.share(shares.assumed))} are assumptions of the author, "
        f"{percent(shares.share(shares.documented))} come from a document."
    )
    bar = Bar(title, [(label, shares.share(count), colour, f"{count:,}") for label, count, colour in parts if count])
    blocks: list[Block] = [bar, _by_source(context, cells), _cells(cells), *_ranges(context)]
    return Section("sources", "What this rests on", blocks)


def _by_source(context: Context, cells: pl.DataFrame) -> Grid:
    rows = [
        [
            _title(row),
            row["kind"] or "",
            row["grade"] or "",
            str(row["numbers"]),
            row["where"],
        ]
        for row in evidence.by_source(context.tables, cells).iter_rows(named=True)
    ]
    head = ("source", "kind", "grade", "numbers", "in tables")
    note = (
        "Counted: every number that is not a default, in tables the plan reads; settings and positions on the map are "
        "not. A cell's own source wins over that of its row. Grade: reliability of the source A to F, credibility of "
        "the information 1 to 6."
    )
    shown, note = capped(rows, note)
    return Grid(
        head,
        shown,
        frozenset({3}),
        f"{len(rows)} source{'s' if len(rows) > 1 else ''} of numbers",
        len(rows) > AT_ONCE,
        paper=True,
        cards=True,
        note=note,
    )


def _title(row: Mapping[str, Any]) -> str:
    """Title, author and day of a source."""
    if row["source"] is None:
        return "no source given"
    by = ", ".join(filter(None, [row["author"], iso(row["published"]) if row["published"] else ""]))
    return f"{row['title'] or row['source']}\n{by}" if by else str(row["title"] or row["source"])


def _cells(cells: pl.DataFrame) -> Grid:
    listed = [
        [
            f"{row['table']}:{row['key']}.{row['column']}",
            row["text"] or "",
            row["unit"],
            row["source"] or "none",
            row["kind"] or "",
            row["grade"] or "",
            row["note"] or "",
        ]
        for row in cells.iter_rows(named=True)
    ]
    rows, note = capped(listed)
    head = ["cell", "value", "unit", "source", "kind", "grade", "note"]
    return Grid(head, rows, frozenset({1}), f"All {len(listed):,} numbers of the input", folded=True, note=note)


def _ranges(context: Context) -> list[Block]:
    frame = evidence.ranges(context.tables)
    if frame.is_empty():
        return [Text(["No number of this scenario has a range, so nothing can be said about odds."])]
    listed = [
        [
            row["cell"],
            row["value"],
            f"{row['dist']}{', factor' if row['as'] == 'factor' else ''}",
            *["" if row[name] is None else f"{row[name]:g}" for name in ("low", "mode", "high")],
            row["q"],
            row["group"] or "",
            row["source"] or "none",
        ]
        for row in frame.iter_rows(named=True)
    ]
    rows, note = capped(listed, "The plan uses the value, not the range. Ends: what low and high stand for.")
    head = ("cell", "value", "shape", "low", "mode", "high", "ends", "moves with", "source")
    return [
        Grid(
            head,
            rows,
            frozenset({1, 3, 4, 5}),
            f"Ranges of {len(listed):,} numbers",
            len(listed) > AT_ONCE,
            paper=True,
            cards=True,
            note=note,
        ),
        *_history(context),
    ]


def _history(context: Context) -> list[Block]:
    """Every case that class ranges are made of."""
    frame = evidence.history(context.tables)
    rows = [
        [
            row["title"] or row["case"],
            row["kind"] or "",
            *("" if row[name] is None else iso(row[name]) for name in ("announced_on", "due")),
            "" if row["share"] is None else percent(row["share"]),
            _took(row),
            "" if row["known_on"] is None else iso(row["known_on"]),
        ]
        for row in frame.iter_rows(named=True)
    ]
    if not rows:
        return []
    told = len(frame.filter(frame["progress"].is_not_null()))
    head = ("case", "class", "promised", "for", "at its date", "time taken", "known on")
    title = f"Class history: {len(rows)} promises of others, n = {told} with a quantity at their date"
    note = (
        "Ranges of the shape “class” are drawn from these cases: quantities from what had come at the promised date, "
        "times from how late it was. The class of the range counts most; the scenario's own programme is left out."
    )
    return [Grid(head, rows, frozenset({4, 5}), title, paper=True, cards=True, note=note)]


def _took(row: Mapping[str, Any]) -> str:
    """Days taken over days announced, or beyond what."""
    if row["ratio"] is not None:
        return f"{row['ratio']:.2f} x"
    return "" if row["beyond"] is None else f"> {row['beyond']:.2f} x"


def statements(context: Context) -> Section | None:
    """The ledger of what was announced, and what of it the plan uses."""
    frame = evidence.statements(context.tables)
    if frame.is_empty():
        return None
    rows = [
        [
            "\n".join([row["statement"] or row["quote"] or row["id"], *_asides(row)]),
            "\n".join([row["speaker"] or "", (row["modality"] or "").replace(";", ", ")]),
            row["deadline_text"] or "",
            (row["assumption_ids"] or "not used").replace(";", "\n"),
            row["source"] or "none",
        ]
        for row in frame.iter_rows(named=True)
    ]
    head = ("statement", "speaker", "deadline", "cells that rest on it", "source")
    used = sum(bool(row["assumption_ids"]) for row in frame.iter_rows(named=True))
    grid = Grid(
        head,
        rows,
        title=f"{len(rows)} statements, {used} of them used",
        folded=len(rows) > AT_ONCE,
        paper=True,
        cards=True,
    )
    return Section("statements", "What was said", [grid])


def _asides(row: Mapping[str, Any]) -> list[str]:
    """The words of a statement, and what they depend on."""
    quote = [f"“{row['quote']}”"] if row["quote"] and row["statement"] else []
    return [*quote, *([f"if: {row['condition']}"] if row["condition"] else [])]


def bibliography(context: Context) -> Section | None:
    """All sources, for those who want to look them up."""
    frame = evidence.bibliography(context.tables)
    if frame.is_empty():
        return None
    documents = [_entry(row) for row in frame.iter_rows(named=True) if row["kind"] != evidence.ASSUMPTION]
    assumed = [
        [row["source"], row["title"] or "", row["grade"]]
        for row in frame.iter_rows(named=True)
        if row["kind"] == evidence.ASSUMPTION
    ]
    blocks: list[Block] = [Text([], documents)] if documents else [Text(["No document is cited."])]
    if assumed:
        blocks.append(
            folded(
                f"{len(assumed)} source{'s are assumptions' if len(assumed) > 1 else ' is an assumption'}",
                ("id", "what is assumed", "grade"),
                assumed,
            )
        )
    return Section("bibliography", "Bibliography", blocks)


def _entry(row: Mapping[str, Any]) -> str:
    """One source as a line."""
    day = f" ({iso(row['published'])})" if row["published"] else " (no date)"
    seen = f" Seen {iso(row['seen'])}." if row["seen"] else ""
    where = f" {row['url']}." if row["url"] else ""
    mark = f"[{row['source']}; {row['kind']}, {row['grade']}]"
    return f"{row['author'] or 'Unknown'}{day}. {row['title'] or row['source']}.{where}{seen} {mark}"
