"""Rules of single cells: blank where a value is needed, range, unit, name that must exist, not yet used.

All follow from the spec, so a new column is checked by being declared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial

import polars as pl

from fullrate.tables.model import Origin, Tables
from fullrate.tables.nearest import Near, suggest
from fullrate.tables.problem import Problem
from fullrate.tables.settings import FIRST_DAY, LAST_DAY
from fullrate.tables.spec import TABLES, Column, Table
from fullrate.units import UNITS

LARGEST, SMALLEST = 1e12, 1e-9
"""Sizes between which a nonzero number of a plan must lie; beyond them a solver sees noise."""

_FREE = ("statements", "io", "io_sectors", "io_final", "io_jobs", "io_origins", "actuals")
"""Tables whose numbers no plan computes with, so that their size does not matter."""

GRADES = tuple(f"{reliability}{credibility}" for reliability in "ABCDEF" for credibility in "123456")


def cells(tables: Tables) -> Iterator[Problem]:
    """Every problem of a single cell, over all tables."""
    for table in TABLES.values():
        frame, written = tables.frames[table.name], tables.written[table.name]
        if frame.height:
            header = tables.origins.get(table.name, Origin()).header
            there = [c for c in table.columns if not header or c.name in header]
            yield from cell_problems(tables, table, there, written, frame)


def cell_problems(
    tables: Tables,
    table: Table,
    columns: Sequence[Column],
    written: pl.DataFrame,
    frame: pl.DataFrame,
) -> Iterator[Problem]:
    """What is wrong with the cells of some columns, each looked at on its own.

    ``written`` and ``frame`` hold the columns as text and typed. All tests of a table are one polars query;
    only cells that fail one are looked at in Python.
    """
    tests = [
        test for column in columns for test in _tests(tables, table, column, written[column.name], frame[column.name])
    ]
    if not tests:
        return
    both = [*written.get_columns(), *(values.alias(values.name + _TYPED) for values in frame.get_columns())]
    masks = pl.DataFrame(both).select(test.fails.fill_null(False).alias(str(i)) for i, test in enumerate(tests))
    for test, mask in zip(tests, masks.get_columns(), strict=True):
        if mask.any():
            text = written[test.column.name]
            for row in mask.arg_true().to_list():
                yield replace(
                    test.says(text[row] or ""),
                    table=table.name,
                    row=row,
                    column=test.column.name,
                )


_TYPED = "\0"
"""Suffix of typed columns beside the written ones; no header can contain it."""


@dataclass(frozen=True)
class Test:
    """A test of every cell of a column: where it fails, and what is said then of the text found."""

    column: Column
    fails: pl.Expr
    says: Callable[[str], Problem]


def _tests(tables: Tables, table: Table, column: Column, written: pl.Series, typed: pl.Series) -> Iterator[Test]:
    """The tests of a column that any of its cells can fail: where nothing is written, or nothing is blank, few can."""
    text = pl.col(column.name)
    if column.required and written.null_count():
        yield Test(column, text.is_null(), partial(_blank, column))
    if typed.null_count() == len(typed):
        return
    if column.numeric:
        yield from _numbers(column, table.name in _FREE)
    elif column.type == "date":
        value = pl.col(column.name + _TYPED)
        yield Test(column, (value < FIRST_DAY) | (value > LAST_DAY), _strange_day)
    elif column.refers:
        yield from _reference(tables, column, text)
    elif column.name == "unit" and table.name != "statements":
        near = suggest(lambda: list(UNITS))
        yield Test(column, ~text.is_in(tuple(UNITS)), lambda unit: _unit(unit, near(unit)))
    elif column.name == "grade":
        yield Test(column, ~text.is_in(GRADES), _grade)


@cache
def _numbers(column: Column, free: bool) -> tuple[Test, ...]:
    value, within = pl.col(column.name + _TYPED), column.within
    low = value > within.low if within.low_open else value >= within.low
    high = value < within.high if within.high_open else value <= within.high
    outside = Test(column, ~(low & high), partial(_outside, column))
    size = value.abs()
    strange = (size > LARGEST) & size.is_finite() | (size < SMALLEST) & (size > 0)
    return (outside,) if free else (outside, Test(column, strange & low & high, _strange_size))


def _reference(tables: Tables, column: Column, text: pl.Expr) -> Iterator[Test]:
    valid = known(tables, column.refers)
    if valid is None or (column.wildcard and column.refers == ("io_sectors",) and valid.is_empty()):
        return  # jobs by region may stand alone, for the sectors of a table that is named later
    good = text.is_in(valid.implode())
    if column.wildcard:
        good = good | (text == "*")
    near = suggest(lambda: sorted(valid.to_list()))
    yield Test(column, ~good, lambda name: unknown_name(column, name, len(valid), near(name)))


def rows_where(mask: pl.Series) -> list[int]:
    """Rows in which the mask is true."""
    return mask.arg_true().to_list() if len(mask) else []


def _blank(column: Column, text: str) -> Problem:
    return Problem(
        "FR107",
        "value missing",
        found=f"`{column.name}` is blank and has no default",
        allowed=_allowed(column),
        help=f"{column.name}: {column.doc}",
    )


def _allowed(column: Column) -> str:
    if column.refers:
        files = " or ".join(f"{name}.csv" for name in column.refers)
        return f"a name in {files}"
    if column.choices:
        return ", ".join(column.choices)
    kinds = {"date": "a date such as 2026-03-31", "id": "a name", "text": "a text"}
    return str(column.within) if column.numeric else kinds.get(column.type, f"a {column.type}")


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


def _outside(column: Column, text: str) -> Problem:
    unit = "" if column.unit in ("", "share", "ratio") else f" {column.unit}"
    return Problem(
        "FR108",
        "outside its range",
        found=f"`{text}`{unit} is not allowed here",
        allowed=str(column.within),
        help=f"{column.name}: {column.doc}",
    )


def _strange_size(text: str) -> Problem:
    return Problem(
        "FR108",
        "outside its range",
        found=f"`{text}` is beyond what can be computed reliably",
        allowed=f"0, or a size from {SMALLEST:g} to {LARGEST:g}",
        help="count in a larger or a smaller unit",
    )


def _strange_day(text: str) -> Problem:
    return Problem(
        "FR108",
        "outside its range",
        found=f"`{text}` cannot be meant",
        allowed=f"{FIRST_DAY} to {LAST_DAY}",
    )


def _unit(text: str, near: Near) -> Problem:
    return Problem(
        "FR111",
        "unknown unit",
        found=f"`{text}` is not in the list of {len(UNITS)} units",
        allowed=", ".join(UNITS),
        nearest=near.names,
        help=near.question(),
        fix=near.fix,
    )


def _grade(text: str) -> Problem:
    return Problem(
        "FR106",
        "not one of the allowed words",
        found=f"`{text}` is not an Admiralty grade",
        allowed="A1 to F6: reliability A to F, credibility 1 to 6",
    )


def known(tables: Tables, names: tuple[str, ...]) -> pl.Series | None:
    """Every name of the given tables; None when one of them could not be read."""
    series = []
    for name in names:
        origin, key = tables.origins.get(name, Origin()), TABLES[name].key[0]
        if not origin.readable or (origin.header and key not in origin.header):
            return None
        series.append(tables.names(name))
    return series[0] if len(series) == 1 else pl.concat(series)


def unknown_name(column: Column, name: str, count: int, near: Near) -> Problem:
    """The problem of a name that is not in the tables its column refers to."""
    files = " or ".join(f"{other}.csv" for other in column.refers)
    kind = TABLES[column.refers[0]].key[0]
    star = ", or `*`" if column.wildcard else ""
    return Problem(
        "FR201",
        f"unknown {'statement' if kind == 'id' else kind}",
        found=f"`{name}` is not in {files} ({count} {'name' if count == 1 else 'names'})",
        allowed=f"a value of `{kind}` in {files}{star}",
        nearest=near.names,
        help=near.question() or f"add it to {files}, or take it out here",
        fix=near.fix,
    )
