"""What has to be passed: gates with their dates and odds, and what is begun before they are."""

from __future__ import annotations

from typing import Any

import polars as pl

from fullrate.report.figures import gates as figures
from fullrate.report.names import plain
from fullrate.report.numbers import as_known, days, iso, joined, money, percent, quantity
from fullrate.report.parts import Block, Grid, Section, Text
from fullrate.report.sections.context import Context

NAMED = 4
"""Things behind a gate that are named."""
SAMPLES = 4096
"""Samples of the network of gates that dates of gates come from."""


def gates(context: Context) -> Section | None:
    """Dates of gates, how likely they are passed, what waits for them, and builds at their risk."""
    table = figures.gates(context.tables, context.plan)
    if table.is_empty():
        return None
    rows = [
        [
            plain(row["gate"]),
            iso(row["begins"]) if row["opened"] else "not begun",
            iso(row["passed"]) if row["opened"] else "left shut",
            percent(row["first_try"]),
            _in_time(row),
            percent(row["at_all"]),
            _behind(row["behind"]),
        ]
        for row in table.iter_rows(named=True)
    ]
    head = ("gate", "begins", "passed by", "first try passes", "passed by then", "passes at all", "waiting for it")
    grid = Grid(head, rows, frozenset({3, 4, 5}), cards=True, note=_note(context, table))
    blocks: list[Block] = [grid]
    stakes = figures.stakes(context.tables, context.plan)
    if len(stakes):
        blocks.append(_at_risk(context, stakes))
    elif any(row["risk_gate"] for row in context.tables.rows("builds")):
        blocks.append(Text(["No build is begun at the risk of its gate, though some could be."]))
    return Section("gates", "What has to be passed", blocks)


def _in_time(row: dict[str, Any]) -> str:
    if not row["opened"]:
        return ""
    return percent(row["by_then"]) + (f"\nin {row['tries']} tries" if (row["tries"] or 0) > 1 else "")


def _behind(names: list[str]) -> str:
    if not names:
        return "nothing"
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"{', '.join(plain(name) for name in names[:NAMED])}{more}" if more else joined([plain(n) for n in names])


def _note(context: Context, table: pl.DataFrame) -> str:
    """What the odds are odds of."""
    known = as_known(context.tables.config.as_of)
    said = f"Odds of a try are assumptions of the scenario{known}."
    share = percent(context.tables.config.gate_quantile)
    if not table["decided"].all():
        said += f" A date is the one that at least {share} of {SAMPLES} samples of all gates and their tries keep."
    if table["decided"].any():
        said += f" A gate that uses up articles, or waits for one that does, has as many tries as make {share}"
        said += " of it alone pass."
    return said


def _at_risk(context: Context, stakes: pl.DataFrame) -> Grid:
    rows = [
        [
            plain(row["build"]) + (f"\n{quantity(row['builds'])} of it" if row["builds"] != 1 else ""),
            iso(row["begins"]),
            plain(row["gate"]),
            percent(row["fails"]),
            days(row["redo_d"]),
            money(row["redo_cost"], context.currency) if row["redo_cost"] else "no cost in the tables",
        ]
        for row in stakes.iter_rows(named=True)
    ]
    head = ("begun at risk", "on", "before it has passed", "first try fails", "then again", "and again")
    note = "The plan holds the mean of both; odds with executions drawn: `fullrate odds`."
    return Grid(head, rows, frozenset({3, 4, 5}), title="Begun before the gate is passed", cards=True, note=note)
