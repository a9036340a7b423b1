"""What to do: the actions, and the schedule of gates, builds and processes."""

from __future__ import annotations

from typing import Any

import polars as pl

from fullrate.report.draw import bars
from fullrate.report.draw.theme import both
from fullrate.report.figures import schedule
from fullrate.report.figures.periods import peak
from fullrate.report.names import plain
from fullrate.report.numbers import iso, money, quantity
from fullrate.report.parts import Block, Figure, Grid, Key, Section, Text, folded
from fullrate.report.sections.context import Context
from fullrate.report.words import classes_of, reached

FIRST = 18
"""Actions that are shown at once; the others are folded."""
LONGEST = 48
"""Rows of the Gantt chart."""

LATEST = (
    "Latest start: the one that does not move the date of 80 % coverage of any class, for one step at a time while all "
    "else is planned anew. “Not needed for it”: those dates hold without the step; waits or later coverage do not. "
    "Cost is that of the whole plan; draws on a fund count the same money once more, by payer."
)


def actions(context: Context) -> Section:
    """The table of actions."""
    rows = [_action(context, row) for row in context.actions.iter_rows(named=True)]
    if not rows:
        return Section("actions", "What to sign now", [Text(["The plan starts nothing."])])
    head = ("Start", "Latest start", "What", "How much", "Cost", "Fund", "Note")
    used = [at for at in range(len(head)) if any(row[at] for row in rows)]
    kept, shown = [head[at] for at in used], [[row[at] for at in used] for row in rows]
    right = frozenset(used.index(at) for at in (3, 4) if at in used)
    blocks: list[Block] = [Grid(kept, shown[:FIRST], right, cards=True, note=LATEST)]
    if len(shown) > FIRST:
        blocks.append(Grid(kept, shown[FIRST:], right, f"{len(shown) - FIRST} later actions", folded=True, cards=True))
    return Section("actions", "What to sign now", blocks)


def _action(context: Context, row: dict[str, Any]) -> list[str]:
    days = row["slack_d"]
    spare = (
        f"\n{days:.0f} days to spare"
        if isinstance(days, float) and days
        else "\nno day to spare"
        if days == 0.0
        else ""
    )
    latest = iso(row["latest"]) if row["latest"] is not None else row["slack"]
    return [
        iso(row["start"]),
        latest + spare,
        row["what"],
        "" if row["quantity"] is None else quantity(row["quantity"], row["unit"]),
        "" if row["cost"] is None else money(row["cost"], context.currency),
        plain(row["fund"] or ""),
        row["note"] or "",
    ]


def gantt(context: Context) -> Section:
    """The schedule as bars along time."""
    every = schedule.bars(context.tables, context.plan)
    if every.is_empty():
        return Section("schedule", "Schedule", [Text(["No gate, no build, no process runs in this plan."])])
    kept = every["label"].unique(maintain_order=True)[:LONGEST].to_list()
    shown = every.filter(pl.col("label").is_in(kept))
    last = min(max(context.end, peak(shown["end"])), float(context.plan.edges[-1]))
    marks = _marks(context)
    draw = both(lambda width: bars.gantt(shown, marks, context.plan.start, last, width, f"gantt-{width}"))
    rows = [
        [
            row["kind"],
            row["label"],
            row["phase"],
            iso(context.plan.date(row["begin"])),
            iso(context.plan.date(row["end"])),
        ]
        for row in every.iter_rows(named=True)
    ]
    used = [phase for phase in bars.PHASES if phase in set(shown["phase"])]
    figure = Figure(
        "fig-schedule",
        _said(context, every),
        context.source("gates", "flows")
        + (f" {len(every) - len(shown)} more bars are in the table." if len(every) > len(shown) else ""),
        f"Gantt chart with {len(kept)} rows: {', '.join(kept[:8])}{' and others' if len(kept) > 8 else ''}.",
        draw,
        legend=[Key(phase, bars.PHASES[phase]) for phase in used],
        table=folded("The bars as a table", ("kind", "what", "phase", "from", "to"), rows),
        note="During its ramp-up a build works at part of its capacity. Grey: from the first to the last start.",
    )
    return Section("schedule", "Gates, builds, ramps", [figure])


def _marks(context: Context) -> pl.DataFrame:
    """The date of 80 % coverage of the first class as a line across the bars."""
    classes = classes_of(context.plan)
    day = reached(context.plan, classes[:1], 0.8) if classes else None
    label = "80 % covered" if len(classes) == 1 else f"class {classes[0]} at 80 %" if classes else ""
    rows = [(float((day - context.plan.start).days), label)] if day else []
    return pl.DataFrame(rows, {"day": pl.Float64, "text": pl.String}, orient="row")


def _said(context: Context, every: pl.DataFrame) -> str:
    parts = []
    for kind, verb in (("gate", "the last gate is passed"), ("build", "the last build is at its full rate")):
        ends = every.filter(pl.col("kind") == kind)["end"]
        if len(ends):
            day = peak(ends)
            late = day >= float(context.plan.edges[-1]) - 1e-6
            parts.append(f"{verb} {'after the plan ends' if late else f'on {context.plan.date(day)}'}")
    running = every.filter(pl.col("kind") == "process")["key"].n_unique()
    text = (
        " and ".join(parts)
        or f"{running} process{'es run' if running != 1 else ' runs'}, with no gate or build to wait for"
    )
    return text[0].upper() + text[1:] + "."
