"""Rules of names that a spec cannot state: needs, targets, and the cells that other tables speak of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import polars as pl

from fullrate.tables.cell import SCENARIO
from fullrate.tables.check.cells import known, rows_where
from fullrate.tables.model import Origin, Tables
from fullrate.tables.nearest import Near, nearest, suggest
from fullrate.tables.problem import Problem
from fullrate.tables.spec import SETTINGS, TABLES, Column


def addresses(tables: Tables) -> Iterator[Problem]:
    """Needs, targets of restrictions and risks, addressed cells and measured things that exist."""
    yield from _wanted(tables)
    for name in ("restrictions", "risks"):
        yield from _targets(tables, name)
    for name in ("series", "uncertainty", "provenance"):
        yield from _cells(tables, name)
    yield from _measured(tables)
    yield from _mapped(tables)
    yield from _default_fund(tables)


def _wanted(tables: Tables) -> Iterator[Problem]:
    items = known(tables, ("items",))
    if items is None:
        return
    valid = pl.concat([items, tables.written["items"]["family"].drop_nulls().unique()])
    yield from _bad_names(
        tables.written["needs"]["item"],
        valid,
        lambda row, name, near: Problem(
            "FR203",
            "neither item nor family",
            "needs",
            row,
            "item",
            found=f"`{name}` is no `item` and no `family` in items.csv",
            allowed="an item or a family",
            nearest=near.names,
            help=near.question(),
            fix=near.fix,
        ),
    )


def _bad_names(written: pl.Series, valid: pl.Series, problem: Callable[[int, str, Near], Problem]) -> Iterator[Problem]:
    if written.is_empty():
        return
    bad = rows_where(written.is_not_null() & ~written.is_in(valid.implode()))
    near = suggest(lambda: sorted(valid.unique().to_list()))
    for row in bad:
        yield problem(row, written[row], near(written[row]))


TARGETS = {
    "site": ("sites", "site"),
    "region": ("sites", "region"),
    "owner": ("sites", "owner"),
    "item": ("items", "item"),
    "lane": ("lanes", "lane"),
    "corridor": ("lanes", "corridor"),
    "resource": ("resources", "resource"),
}
"""Kind of a restriction or risk -> table and column in which its target must be."""


def _targets(tables: Tables, table: str) -> Iterator[Problem]:
    frame = tables.frames[table]
    for kind in frame["kind"].drop_nulls().unique().to_list():
        home, column = TARGETS[kind]
        if not tables.origins.get(home, Origin()).readable:
            continue
        valid, place = tables.written[home][column].drop_nulls().unique(), f"{home}.csv"
        mine = pl.select(pl.when(frame["kind"] == kind).then(frame["target"])).to_series()

        def problem(row: int, name: str, near: Near, kind: str = kind, place: str = place) -> Problem:
            return Problem(
                "FR204",
                f"unknown {kind}",
                table,
                row,
                "target",
                found=f"`{name}` is not a `{kind}` in {place}",
                allowed=f"a value of `{kind}` in {place}",
                nearest=near.names,
                help=near.question() or f"add it to {place}, or take the row out",
                fix=near.fix,
            )

        yield from _bad_names(mine, valid, problem)


_MUTE = {
    "series": ("series", "uncertainty", "provenance"),
    "uncertainty": ("uncertainty", "provenance"),
    "provenance": ("provenance",),
}
"""Tables that cells of a table may not be spoken of in."""


def _cells(tables: Tables, table: str) -> Iterator[Problem]:
    if tables.frames[table].is_empty():
        return
    frame = tables.written[table].select("table", "key", "column").with_row_index("row")
    for (name,), part in frame.drop_nulls("table").group_by("table", maintain_order=True):
        rows = part["row"].to_list()
        if name == SCENARIO:
            yield from _columns(table, SETTINGS.columns, str(name), rows, part["column"])
            continue
        allowed = [other for other in TABLES if other not in _MUTE[table]]
        if name not in allowed:
            near = nearest(str(name), allowed)
            yield from (
                _nowhere(table, row, "table", f"there is no table `{name}` with such cells", near) for row in rows
            )
            continue
        yield from _columns(table, TABLES[str(name)].columns, str(name), rows, part["column"])
        if tables.origins.get(str(name), Origin()).readable:
            yield from _keys(tables, table, str(name), rows, part["key"])


def _keys(tables: Tables, table: str, name: str, rows: Sequence[int], keys: pl.Series) -> Iterator[Problem]:
    valid = pl.Series(tables.keys(name), dtype=pl.String)
    written = keys.fill_null("")
    near = suggest(lambda: sorted(valid.unique().to_list()))
    for i in rows_where(~written.is_in(valid.implode())):
        found = f"`{written[i]}` is not a row of {name}.csv"
        yield _nowhere(table, rows[i], "key", found, near(written[i]))


def _columns(
    table: str, columns: Sequence[Column], name: str, rows: Sequence[int], written: pl.Series
) -> Iterator[Problem]:
    by_name = {column.name: column for column in columns}
    near = suggest(lambda: list(by_name))
    for row, value in zip(rows, written.to_list(), strict=True):
        if value is None:
            continue
        if value not in by_name:
            found = f"{name} has no column `{value}`"
            yield _nowhere(table, row, "column", found, near(value))
        elif table == "series" and not by_name[value].series:
            yield _fixed(table, row, f"`{name}.{value}` may not change over time", _varying(columns))
        elif table == "uncertainty" and not by_name[value].numeric:
            yield _fixed(table, row, f"`{name}.{value}` is not a number", "a column of numbers")


def _varying(columns: Sequence[Column]) -> str:
    names = ", ".join(column.name for column in columns if column.series)
    return names or "no column of this table"


def _fixed(table: str, row: int, found: str, allowed: str) -> Problem:
    return Problem("FR206", "cell that may not vary", table, row, "column", found=found, allowed=allowed)


def _nowhere(table: str, row: int, column: str, found: str, near: Near) -> Problem:
    return Problem(
        "FR205",
        "no such cell",
        table,
        row,
        column,
        found=found,
        allowed="table, key and column of a cell of this scenario",
        nearest=near.names,
        help=near.question(),
        fix=near.fix,
    )


_MEASURES = {
    "started": ("processes", "builds"),
    "made": ("processes", "items"),
    "delivered": ("needs", "recipients"),
    "heads": ("pools",),
    "hours": ("pools", "resources"),
    "gate": ("gates",),
    "spent": ("funds",),
}


def _measured(tables: Tables) -> Iterator[Problem]:
    frame = tables.frames["actuals"]
    if frame.is_empty():
        return
    for measure in frame["measure"].drop_nulls().unique().to_list():
        mine = pl.select(pl.when(frame["measure"] == measure).then(frame["key"])).to_series()
        if measure == "stock":
            valid = _stock_points(tables, mine)
            allowed = "site and item, joined with `|`"
        else:
            valid = known(tables, _MEASURES[measure])
            allowed = " or ".join(f"a name in {name}.csv" for name in _MEASURES[measure])
        if valid is None:
            continue

        def problem(row: int, name: str, near: Near, allowed: str = allowed) -> Problem:
            return Problem(
                "FR205",
                "no such cell",
                "actuals",
                row,
                "key",
                found=f"`{name}` is not known",
                allowed=allowed,
                nearest=near.names,
                help=near.question(),
                fix=near.fix,
            )

        yield from _bad_names(mine, valid, problem)


def _stock_points(tables: Tables, keys: pl.Series) -> pl.Series | None:
    sites, items = known(tables, ("sites",)), known(tables, ("items",))
    if sites is None or items is None:
        return None
    both = (set(sites.to_list()), set(items.to_list()))
    good = []
    for key in keys.drop_nulls().unique().to_list():
        site, _, item = key.partition("|")
        if site in both[0] and item in both[1]:
            good.append(key)
    return pl.Series(good, dtype=pl.String)


def _mapped(tables: Tables) -> Iterator[Problem]:
    frame = tables.frames["io_map"]
    if frame.is_empty():
        return
    for kind in ("process", "build", "lane", "gate", "pool", "item"):
        table = "processes" if kind == "process" else f"{kind}s"
        valid = known(tables, (table,))
        mine = pl.select(pl.when(frame["kind"] == kind).then(frame["key"])).to_series()
        if valid is None or mine.null_count() == len(mine):
            continue

        def problem(row: int, name: str, near: Near, kind: str = kind, table: str = table) -> Problem:
            return Problem(
                "FR204",
                f"unknown {kind}",
                "io_map",
                row,
                "key",
                found=f"`{name}` is not in {table}.csv",
                allowed=f"a value of `{kind}` in {table}.csv",
                nearest=near.names,
                help=near.question() or f"add it to {table}.csv, or take the row out",
            )

        yield from _bad_names(mine, valid, problem)


def _default_fund(tables: Tables) -> Iterator[Problem]:
    fund, valid = tables.config.fund, known(tables, ("funds",))
    if fund is None or valid is None or fund in valid.to_list():
        return
    near = nearest(fund, valid.to_list())
    yield Problem(
        "FR201",
        "unknown fund",
        SCENARIO,
        column="fund",
        found=f"`{fund}` is not in funds.csv ({len(valid)} names)",
        allowed="a value of `fund` in funds.csv",
        nearest=near.names,
        help=near.question(),
    )
