"""Changing one cell: the only what-if, with the same checks as a cell of a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace as with_

import polars as pl

from fullrate.findings import Finding, Refused, Severity
from fullrate.tables.cell import SCENARIO, Cell, parse_change
from fullrate.tables.check.cells import cell_problems
from fullrate.tables.convert import convert
from fullrate.tables.model import DTYPES, Tables
from fullrate.tables.nearest import Near, nearest
from fullrate.tables.problem import Problem
from fullrate.tables.settings import to_config
from fullrate.tables.spec import SETTINGS, TABLES


def apply(tables: Tables, change: str | tuple[Cell, str]) -> Tables:
    """The tables with one change, given as ``table:key.column=value`` or as a cell and a text.

    Raises:
        Refused: The change cannot be understood, or ``replace`` refuses it.
    """
    if isinstance(change, str):
        try:
            cell, value = parse_change(change)
        except ValueError as error:
            raise Refused([_refusal(None, str(error), allowed="table:key.column=value")]) from None
    else:
        cell, value = change
    return replace(tables, cell, value)


def replace(tables: Tables, cell: Cell, value: str) -> Tables:
    """The tables with ``value`` as the text of ``cell``; blank text means the default."""
    if cell.table == SCENARIO:
        return _replace_setting(tables, cell, value)
    row = _row(tables, cell)
    table = TABLES[cell.table]
    column = table.column(cell.column)
    if column.name in table.key:
        raise Refused([_refusal(cell, "a key names its row and cannot be changed")])
    plain = value.strip()
    new, problems = convert(table, column, plain)
    text = pl.DataFrame({column.name: [plain or None]}, {column.name: pl.String})
    typed = pl.DataFrame({column.name: [new]}, {column.name: DTYPES[column.type]})
    if not problems:
        problems = list(cell_problems(tables, table, [column], text, typed))
    if problems:
        raise Refused([_as_finding(cell, value, problem) for problem in problems])
    frame = _with_value(tables.frames[cell.table], column.name, row, typed)
    written = _with_value(tables.written[cell.table], column.name, row, text)
    return with_(
        tables,
        frames={**tables.frames, cell.table: frame},
        written={**tables.written, cell.table: written},
        changes=(*tables.changes, f"{cell}={value}"),
    )


def _with_value(frame: pl.DataFrame, column: str, row: int, value: pl.DataFrame) -> pl.DataFrame:
    old = frame[column]
    new = pl.concat([old.slice(0, row), value[column], old.slice(row + 1)])
    return frame.with_columns(new)


def _row(tables: Tables, cell: Cell) -> int:
    if cell.table not in TABLES:
        near = nearest(cell.table, [*TABLES, SCENARIO])
        raise Refused([_refusal(cell, f"there is no table `{cell.table}`", near)])
    table = TABLES[cell.table]
    if not table.has(cell.column):
        near = nearest(cell.column, table.names)
        free = ", ".join(name for name in table.names if name not in table.key)
        raise Refused([_refusal(cell, f"there is no column `{cell.column}`", near, free)])
    row = tables.row_of(cell.table, cell.key)
    if row is None:
        near = nearest(cell.key, tables.keys(cell.table))
        found = f"`{cell.table}` has no row `{cell.key}`"
        raise Refused([_refusal(cell, found, near)])
    return row


def _replace_setting(tables: Tables, cell: Cell, value: str) -> Tables:
    if not SETTINGS.has(cell.column):
        near = nearest(cell.column, SETTINGS.names)
        found = f"there is no setting `{cell.column}`"
        raise Refused([_refusal(cell, found, near, ", ".join(SETTINGS.names))])
    settings = {**tables.settings, cell.column: value.strip()}
    config, problems = to_config(settings, tables.config.name)
    mine = [problem for problem in problems if problem.column == cell.column]
    if mine:
        raise Refused([_as_finding(cell, value, problem) for problem in mine])
    return with_(tables, config=config, settings=settings, changes=(*tables.changes, f"{cell}={value}"))


def _refusal(cell: Cell | None, found: str, near: Near | None = None, allowed: str = "") -> Finding:
    return Finding(
        code="FR016",
        severity=Severity.ERROR,
        message="change not understood",
        table=cell.table if cell else "",
        key=cell.key if cell else "",
        column=cell.column if cell else "",
        found=found,
        allowed=allowed,
        nearest=near.names if near else (),
        help=near.question() if near else "",
    )


def _as_finding(cell: Cell, value: str, problem: Problem) -> Finding:
    return Finding(
        code=problem.code,
        severity=Severity.ERROR,
        message=f"{problem.message} (in the change {cell}={value})",
        table=cell.table,
        key=cell.key,
        column=cell.column,
        found=problem.found,
        allowed=problem.allowed,
        nearest=problem.nearest,
        help=problem.help,
        value=value,
    )


def with_row(tables: Tables, table: str, row: Mapping[str, str]) -> Tables:
    """The tables with one more row, given as text and read like a line of the file.

    Raises:
        Refused: the text would not pass in the file either.
    """
    spec = TABLES[table]
    text = {column.name: pl.Series([row.get(column.name) or None], dtype=pl.String) for column in spec.columns}
    typed, wrong = {}, []
    for column in spec.columns:
        value, problems = convert(spec, column, row.get(column.name, ""))
        typed[column.name] = pl.Series([value], dtype=DTYPES[column.type])
        wrong += [_as_finding(Cell(table, "", column.name), row.get(column.name, ""), one) for one in problems]
    if wrong:
        raise Refused(wrong)
    return with_(
        tables,
        frames={**tables.frames, table: pl.concat([tables.frames[table], pl.DataFrame(typed)])},
        written={**tables.written, table: pl.concat([tables.written[table], pl.DataFrame(text)])},
        origins={name: origin for name, origin in tables.origins.items() if name != table},
    )
