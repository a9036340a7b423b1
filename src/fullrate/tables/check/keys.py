"""Rules of names: a key names one row, and processes, builds and gates share one name space."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from fullrate.tables.check.cells import rows_where
from fullrate.tables.model import Origin, Tables
from fullrate.tables.problem import Problem
from fullrate.tables.spec import TABLES, Table

SHARED = ("processes", "builds", "gates")


def keys(tables: Tables) -> Iterator[Problem]:
    """Keys that appear twice, names that mean two things, tables without rows that need some."""
    for table in TABLES.values():
        if table.filled and tables.frames[table.name].is_empty():
            yield from _no_rows(tables, table)
        elif not table.repeats and tables.frames[table.name].height > 1:
            yield from _twice(tables, table)
    yield from _shared_names(tables)
    yield from _families(tables)


def _no_rows(tables: Tables, table: Table) -> Iterator[Problem]:
    origin = tables.origins.get(table.name, Origin())
    if origin.readable and (origin.file or not tables.folder):
        yield Problem(
            "FR011",
            "nothing to plan",
            table.name,
            line=1 if origin.file else None,
            found=f"`{table.name}` has no rows",
            help=f"add one row per {table.key[0]}",
        )


def _twice(tables: Tables, table: Table) -> Iterator[Problem]:
    frame = tables.filled(table.name)
    parts = frame.select(table.key)
    if len(table.key) == 1:
        column = parts.to_series()
        double = column.is_duplicated() & column.is_not_null()
    else:
        double = parts.is_duplicated()
    if not double.any():
        return
    first: dict[str, int] = {}
    names = parts.cast(pl.String).fill_null("").rows()
    for row in rows_where(double):
        key = "|".join(names[row]).rstrip("|")
        if key not in first:
            first[key] = row
            continue
        origin = tables.origins.get(table.name, Origin())
        where = f"line {origin.line(first[key])}" if origin.file else f"row {first[key] + 1}"
        yield Problem(
            "FR110",
            "key appears twice",
            table.name,
            row,
            table.key[0],
            found=f"`{key}` is already in {where}",
            allowed=f"one row per {', '.join(table.key)}",
            help="remove one of the rows, join them, or rename one",
        )


def _shared_names(tables: Tables) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for name in SHARED:
        key = TABLES[name].key[0]
        for row, value in enumerate(tables.written[name][key].to_list()):
            if value is None:
                continue
            if seen.setdefault(value, name) != name:
                yield Problem(
                    "FR202",
                    "name used twice",
                    name,
                    row,
                    key,
                    found=f"`{value}` is also in {seen[value]}.csv",
                    allowed="a name of its own among processes, builds and gates",
                )


def _families(tables: Tables) -> Iterator[Problem]:
    written = tables.written["items"]
    if written["family"].null_count() == len(written):
        return
    clash = written["family"].is_in(written["item"].drop_nulls().implode())
    for row in rows_where(clash):
        yield Problem(
            "FR202",
            "name used twice",
            "items",
            row,
            "family",
            found=f"`{written['family'][row]}` is also the name of an item",
            allowed="a family with a name of its own",
            help="a need for it could mean the item or the family",
        )
