"""Two runs side by side: the cells that differ, and the answers that differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from fullrate.results import Plan
from fullrate.tables import SCENARIO, Cell, Tables
from fullrate.tables.spec import SETTINGS, TABLES

ABSENT = "(no such row)"
DEFAULT = "(default)"
SAME = 1e-6
"""Relative difference up to which numbers of two plans are the same."""
LIMITS = 5
"""Limits of each run that are compared."""


@dataclass(frozen=True)
class Comparison:
    """What differs between two runs.

    Attributes:
        cells: cell, old, new (as written; ``(default)`` where blank, ``(no such row)`` where only one run has the row).
        dates: class, coverage, old, new, change_d, old_earliest, new_earliest: every class and level.
        waits: class, old, new, change: mean wait in days, weighted over the recipients (U of the class by its weight).
        cost: old, new, change: all money spent, in millions.
        binding: rank, old, new: limits in order of their worth, as ``rule key``.
        status: old, new.
    """

    cells: pl.DataFrame
    dates: pl.DataFrame
    waits: pl.DataFrame
    cost: pl.DataFrame
    binding: pl.DataFrame
    status: pl.DataFrame


def compare(old: tuple[Tables, Plan], new: tuple[Tables, Plan]) -> Comparison:
    """Compare two runs, the older one first."""
    return Comparison(
        cells(old[0], new[0]),
        _dates(old[1], new[1]),
        _waits(old[1], new[1]),
        _cost(old[1], new[1]),
        _binding(old[1], new[1]),
        pl.DataFrame({"old": [old[1].status], "new": [new[1].status]}),
    )


def cells(old: Tables, new: Tables) -> pl.DataFrame:
    """Cells whose value differs; a number written in another way is the same number.

    Returns:
        cell (``table:key.column``), old, new.
    """
    rows = _settings(old, new)
    for table in TABLES:
        rows += _table(table, old, new)
    return pl.DataFrame(rows, {"cell": pl.String, "old": pl.String, "new": pl.String}, orient="row")


Row = tuple[str, str, str]


def _settings(old: Tables, new: Tables) -> list[Row]:
    rows = []
    for column in SETTINGS.columns:
        if getattr(old.config, column.name, None) != getattr(new.config, column.name, None):
            cell = Cell(SCENARIO, "", column.name)
            rows.append((str(cell), old.text(cell) or DEFAULT, new.text(cell) or DEFAULT))
    return rows


def _table(table: str, old: Tables, new: Tables) -> list[Row]:
    """Cells of one table; a row that only one run has is one entry."""
    before, after = _numbered(old.keys(table)), _numbered(new.keys(table))
    rows: list[Row] = []
    values = [
        dict(zip(keys, tables.filled(table).iter_rows(), strict=True)) for keys, tables in ((before, old), (after, new))
    ]
    texts = [
        dict(zip(keys, tables.written[table].iter_rows(), strict=True))
        for keys, tables in ((before, old), (after, new))
    ]
    columns = TABLES[table].columns
    for key in dict.fromkeys([*before, *after]):
        if key not in values[0] or key not in values[1]:
            there = texts[0 if key in values[0] else 1][key]
            row = ", ".join(f"{column.name}={text}" for column, text in zip(columns, there, strict=True) if text)
            rows.append((f"{table}:{key[0]}", *((row, ABSENT) if key in values[0] else (ABSENT, row))))
        elif values[0][key] != values[1][key]:
            for at, column in enumerate(columns):
                if values[0][key][at] != values[1][key][at]:
                    cell = Cell(table, key[0], column.name)
                    rows.append((str(cell), texts[0][key][at] or DEFAULT, texts[1][key][at] or DEFAULT))
    return rows


def _numbered(keys: list[str]) -> list[tuple[str, int]]:
    """Keys with a number, because some tables repeat theirs (points of a curve)."""
    seen: dict[str, int] = {}
    numbered = []
    for key in keys:
        seen[key] = seen.get(key, 0) + 1
        numbered.append((key, seen[key]))
    return numbered


def _dates(old: Plan, new: Plan) -> pl.DataFrame:
    parts = [
        plan.table("dates")
        .filter(pl.col("need") == "")
        .select("class", "coverage", pl.col("date").alias(name), pl.col("earliest_date").alias(f"{name}_earliest"))
        for plan, name in ((old, "old"), (new, "new"))
    ]
    joined = parts[0].join(parts[1], on=["class", "coverage"], how="full", coalesce=True).sort("class", "coverage")
    change = (pl.col("new") - pl.col("old")).dt.total_days()
    return joined.select("class", "coverage", "old", "new", change.alias("change_d"), "old_earliest", "new_earliest")


def _waits(old: Plan, new: Plan) -> pl.DataFrame:
    mean = (pl.col("days") * pl.col("weight")).sum() / pl.col("weight").sum()
    parts = [plan.table("waits").group_by("class").agg(mean.alias(name)) for plan, name in ((old, "old"), (new, "new"))]
    joined = parts[0].join(parts[1], on="class", how="full", coalesce=True).sort("class")
    return joined.with_columns(change=pl.col("new") - pl.col("old"))


def _cost(old: Plan, new: Plan) -> pl.DataFrame:
    before, after = (float(plan.table("money")["spent"].sum()) for plan in (old, new))
    return pl.DataFrame({"old": [before], "new": [after], "change": [after - before]})


def _binding(old: Plan, new: Plan) -> pl.DataFrame:
    names = [
        [f"{rule} {key}" for rule, key in plan.table("binding").head(LIMITS).select("rule", "key").iter_rows()]
        for plan in (old, new)
    ]
    count = max(map(len, names))
    padded = [[*one, *[None] * (count - len(one))] for one in names]
    return pl.DataFrame(
        {"rank": range(1, count + 1), "old": padded[0], "new": padded[1]},
        schema={"rank": pl.Int64, "old": pl.String, "new": pl.String},
    )


def differs(old: Any, new: Any) -> bool:
    """Whether two values of a plan differ beyond the solver's noise.

    >>> differs(1.0, 1.0 + 1e-9), differs(None, 2.0), differs("a", "a")
    (False, True, False)
    """
    if isinstance(old, float) and isinstance(new, float):
        return abs(old - new) > SAME * max(1.0, abs(old), abs(new))
    return bool(old != new)
