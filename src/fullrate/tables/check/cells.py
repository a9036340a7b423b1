"""Rules of single cells: blank where a value is needed, range, unit, name that must exist, not yet used.

All follow from the spec, so a new column is checked by being declared.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import polars as pl

from fullrate.tables.model import Origin, Tables
from fullrate.tables.nearest import Near, nearest
from fullrate.tables.problem import Problem
from fullrate.tables.settings import FIRST_DAY, LAST_DAY
from fullrate.tables.spec import TABLES, Column, Table
from fullrate.units import UNITS

LARGEST, SMALLEST = 1e12, 1e-9
"""Sizes between which a nonzero number of a plan must lie; beyond them a solver sees noise."""

_FREE = ("statements", "io", "io_sectors", "io_final", "io_jobs", "actuals")
"""Tables whose numbers no plan computes with, so that their size does not matter."""

GRADES = tuple(f"{reliability}{credibility}" for reliability in "ABCDEF" for credibility in "123456")

PATIENCE = 50
"""Distinct unknown names of a column for which the nearest name is searched by edit distance."""


def cells(tables: Tables) -> Iterator[Problem]:
    """Every problem of a single cell, over all tables."""
    for table in TABLES.values():
        frame, written = tables.frames[table.name], tables.written[table.name]
        if frame.is_empty():
            continue
        header = tables.origins.get(table.name, Origin()).header
        for column in table.columns:
            text = written[column.name]
            if column.required and (not header or column.name in header):
                yield from _blank(table, column, text)
            yield from cell_problems(tables, table, column, text, frame[column.name])


def cell_problems(tables: Tables, table: Table, column: Column, written: pl.Series, typed: pl.Series) -> list[Problem]:
    """What is wrong with the values of one column, each looked at on its own."""
    if written.null_count() == len(written):
        return []
    problems: list[Problem] = []
    if column.later:
        problems += _later(table, column, written, typed)
    if column.numeric:
        problems += _outside(table, column, written, typed)
    elif column.type == "date":
        problems += _strange_day(table, column, written, typed)
    elif column.refers:
        problems += _unknown(tables, table, column, written)
    elif column.name == "unit" and table.name != "statements":
        problems += _not_in(table, column, written, tuple(UNITS), "FR111", "unknown unit")
    elif column.name == "grade":
        problems += _not_in(table, column, written, GRADES, "FR106", "not an Admiralty grade")
    return problems


def rows_where(mask: pl.Series) -> list[int]:
    """Rows in which the mask is true."""
    return mask.fill_null(False).arg_true().to_list()


def _blank(table: Table, column: Column, written: pl.Series) -> Iterator[Problem]:
    if written.null_count() == 0:
        return
    for row in rows_where(written.is_null()):
        yield Problem(
            "FR107",
            "value missing",
            table.name,
            row,
            column.name,
            found=f"`{column.name}` is blank and has no default",
            allowed=_allowed(column),
            help=column.doc,
        )


def _allowed(column: Column) -> str:
    if column.refers:
        files = " or ".join(f"{name}.csv" for name in column.refers)
        return f"a name in {files}"
    if column.choices:
        return ", ".join(column.choices)
    return str(column.within) if column.numeric else f"a {column.type}"


def _later(table: Table, column: Column, written: pl.Series, typed: pl.Series) -> Iterator[Problem]:
    same = typed == column.default if column.default is not None else typed.is_null()
    for row in rows_where(written.is_not_null() & ~same.fill_null(True)):
        default = "" if column.default is None else f", or its default {_plain(column.default)}"
        yield Problem(
            "FR602",
            "column not supported yet",
            table.name,
            row,
            column.name,
            found="no rule of the plan reads this value yet",
            allowed=f"blank{default}",
            help="remove the value; the plan would silently ignore it",
        )


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


def _outside(table: Table, column: Column, written: pl.Series, typed: pl.Series) -> Iterator[Problem]:
    within = column.within
    low = typed > within.low if within.low_open else typed >= within.low
    high = typed < within.high if within.high_open else typed <= within.high
    good = low & high
    for row in rows_where(~good):
        unit = f" {column.unit}" if column.unit else ""
        yield Problem(
            "FR108",
            "outside its range",
            table.name,
            row,
            column.name,
            found=f"`{written[row]}`{unit} is not allowed here",
            allowed=str(within),
        )
    if table.name in _FREE:
        return
    size = typed.abs()
    strange = (size > LARGEST) & size.is_finite() | (size < SMALLEST) & (size > 0)
    for row in rows_where(strange & good):
        yield Problem(
            "FR108",
            "outside its range",
            table.name,
            row,
            column.name,
            found=f"`{written[row]}` is beyond what can be computed reliably",
            allowed=f"0, or a size from {SMALLEST:g} to {LARGEST:g}",
            help="count in a larger or a smaller unit",
        )


def _strange_day(table: Table, column: Column, written: pl.Series, typed: pl.Series) -> Iterator[Problem]:
    for row in rows_where((typed < FIRST_DAY) | (typed > LAST_DAY)):
        yield Problem(
            "FR108",
            "outside its range",
            table.name,
            row,
            column.name,
            found=f"`{written[row]}` cannot be meant",
            allowed=f"{FIRST_DAY} to {LAST_DAY}",
        )


def _not_in(
    table: Table,
    column: Column,
    written: pl.Series,
    valid: tuple[str, ...],
    code: str,
    message: str,
) -> Iterator[Problem]:
    good = written.is_in(pl.Series(valid, dtype=pl.String).implode())
    for row in rows_where(~good):
        near = nearest(written[row], valid)
        yield Problem(
            code,
            message,
            table.name,
            row,
            column.name,
            found=f"`{written[row]}` is not in the list",
            allowed=", ".join(valid) if len(valid) < 60 else f"one of {len(valid)} units",
            nearest=near.names,
            help=near.question(),
            fix=near.names[0] if near.certain else None,
        )


def known(tables: Tables, names: tuple[str, ...]) -> pl.Series | None:
    """Every name of the given tables; None when one of them could not be read."""
    series = []
    for name in names:
        origin, key = tables.origins.get(name, Origin()), TABLES[name].key[0]
        if not origin.readable or (origin.header and key not in origin.header):
            return None
        series.append(tables.written[name][key].drop_nulls())
    return pl.concat(series).unique()


def suggest(valid: Callable[[], list[str]], patience: int = PATIENCE) -> Callable[[str], Near]:
    """A search for nearest names that looks each name up once and gives up after many."""
    found: dict[str, Near] = {}
    names: list[str] = []

    def near(name: str) -> Near:
        if name not in found:
            if len(found) >= patience:
                return Near()
            if not found:
                names.extend(valid())
            found[name] = nearest(name, names)
        return found[name]

    return near


def _unknown(tables: Tables, table: Table, column: Column, written: pl.Series) -> Iterator[Problem]:
    valid = known(tables, column.refers)
    if valid is None:
        return
    bad = written.is_not_null() & ~written.is_in(valid.implode())
    if column.wildcard:
        bad &= written != "*"
    rows = rows_where(bad)
    if not rows:
        return
    near = suggest(lambda: sorted(valid.to_list()))
    for row in rows:
        yield unknown_name(table.name, row, column, written[row], len(valid), near(written[row]))


def unknown_name(table: str, row: int | None, column: Column, name: str, count: int, near: Near) -> Problem:
    """The problem of a name that is not in the tables its column refers to."""
    files = " or ".join(f"{other}.csv" for other in column.refers)
    kind = TABLES[column.refers[0]].key[0]
    star = ", or `*`" if column.wildcard else ""
    return Problem(
        "FR201",
        f"unknown {re.sub('^id$', 'statement', kind)}",
        table,
        row,
        column.name,
        found=f"`{name}` is not in {files} ({count} {'name' if count == 1 else 'names'})",
        allowed=f"a value of `{kind}` in {files}{star}",
        nearest=near.names,
        help=near.question(),
        fix=near.names[0] if near.certain else None,
    )
