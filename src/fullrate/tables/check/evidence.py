"""Rules of evidence: sources, the day of knowledge, ranges of uncertain values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from fullrate.tables.cell import SCENARIO
from fullrate.tables.check.cells import cell_problems, rows_where
from fullrate.tables.model import Origin, Tables
from fullrate.tables.problem import Problem
from fullrate.tables.spec import SETTINGS, TABLES, Column
from fullrate.tables.spec.evidence import MODALITIES

UNSOURCED = ("sources", "provenance")
"""Tables whose rows need no source of their own: what they describe has one."""


def evidence(tables: Tables) -> Iterator[Problem]:
    """Every problem of evidence."""
    yield from _missing_sources(tables)
    yield from _leaks(tables)
    yield from _actuals_too_late(tables)
    yield from _ranges(tables)
    yield from _series_values(tables)
    yield from _modalities(tables)


def _missing_sources(tables: Tables) -> Iterator[Problem]:
    proven = tables.frames["provenance"].drop_nulls("source")
    for table in TABLES.values():
        frame = tables.frames[table.name]
        if table.name in UNSOURCED or frame.is_empty() or not table.has("source"):
            continue
        bare = frame["source"].is_null()
        if not bare.any():
            continue
        own = proven.filter(pl.col("table") == table.name)["key"]
        keys = tables.keys(table.name)
        if len(own):
            bare &= ~pl.Series(keys, dtype=pl.String).is_in(own.implode())
        rows = rows_where(bare)
        if not rows:
            continue
        origin = tables.origins.get(table.name, Origin())
        yield Problem(
            "FR501",
            "rows without a source",
            table.name,
            column="source",
            found=f"{len(rows)} of {frame.height} rows of `{table.name}` name no source",
            help="name a row of sources.csv; an assumption is a source of kind `assumption`",
            details=tuple({"row": origin.line(row), "key": keys[row]} for row in rows),
        )


def _uses_of_sources(tables: Tables) -> pl.DataFrame:
    """All (source, table, row) in which a row rests on a source."""
    parts = [
        tables.frames[name]
        .with_row_index("row")
        .select("source", pl.lit(name).alias("table"), "row")
        .drop_nulls("source")
        for name, table in TABLES.items()
        if name != "sources" and table.has("source") and tables.frames[name].height
    ]
    empty = {"source": pl.String, "table": pl.String, "row": pl.UInt32}
    return pl.concat(parts) if parts else pl.DataFrame(schema=empty)


def _leaks(tables: Tables) -> Iterator[Problem]:
    as_of = tables.config.as_of
    if as_of is None:
        return
    sources = tables.filled("sources").with_row_index("at").unique("source", maintain_order=True)
    uses = _uses_of_sources(tables).group_by("source").agg("table", "row")
    used = sources.join(uses, on="source", maintain_order="left")
    columns = ("at", "published", "kind", "table", "row")
    for at, published, kind, names, rows in used.select(columns).iter_rows():
        places = [_place(tables, name, row) for name, row in zip(names, rows, strict=True)]
        first = f"{places[0]['file'] or places[0]['table']}:{places[0]['row']}"
        where = f"{len(places)} row{'s' if len(places) > 1 else ''}, first {first}"
        if published is not None and published > as_of:
            yield Problem(
                "FR404",
                "knowledge from the future",
                "sources",
                at,
                "published",
                found=f"published after {as_of}, the day of knowledge, and used by {where}",
                allowed=f"a date not after {as_of}, or no use of this source",
                help="use what was known on that day, or move `as_of` in scenario.toml",
                details=tuple(places),
            )
        elif published is None and kind != "assumption":
            yield Problem(
                "FR406",
                "source without a date",
                "sources",
                at,
                "published",
                found=f"nobody can tell that it was known on {as_of}; used by {where}",
                allowed=f"a date not after {as_of}",
                details=tuple(places),
            )


def _place(tables: Tables, table: str, row: int) -> dict[str, Any]:
    origin = tables.origins.get(table, Origin())
    return {
        "table": table,
        "file": TABLES[table].file if origin.file else "",
        "row": origin.line(row),
        "key": tables.keys(table)[row],
    }


def _actuals_too_late(tables: Tables) -> Iterator[Problem]:
    as_of = tables.config.as_of
    if as_of is None:
        return
    frame = tables.frames["actuals"]
    known = pl.select(pl.coalesce(frame["reported"], frame["date"])).to_series()
    for row in rows_where(known > as_of):
        yield Problem(
            "FR404",
            "knowledge from the future",
            "actuals",
            row,
            "reported" if frame["reported"][row] else "date",
            found=f"not yet known on {as_of}, the day of knowledge",
            allowed=f"a date not after {as_of}",
        )


def _column(table: str | None, name: str | None) -> Column | None:
    """The column an address names, if there is one."""
    spec = SETTINGS if table == SCENARIO else TABLES.get(table or "")
    return spec.column(name) if spec is not None and name and spec.has(name) else None


def plan_value(tables: Tables, table: str, key: str, column: Column) -> float | None:
    """The number in the addressed cell, defaults included."""
    if table == SCENARIO:
        value = getattr(tables.config, column.name)
    else:
        row = tables.row_of(table, key or "")
        value = None if row is None else tables.filled(table)[column.name][row]
    return float(value) if isinstance(value, int | float) else None


_NEEDS_ENDS = ("pert", "tri", "lognormal", "normal", "uniform", "beta")


def _ranges(tables: Tables) -> Iterator[Problem]:
    frame = tables.filled("uncertainty")
    for row, cell in enumerate(frame.iter_rows(named=True)):
        column = _column(cell["table"], cell["column"])
        if cell["dist"] in _NEEDS_ENDS:
            yield from _incomplete(tables, row, cell)
        yield from _upside_down(row, cell)
        if column is None or not column.numeric:
            continue
        if cell["as"] == "value":
            yield from _outside(tables, row, cell, column)
        yield from _misses_plan(tables, row, cell, column)


def _incomplete(tables: Tables, row: int, cell: dict[str, Any]) -> Iterator[Problem]:
    for end in ("low", "high"):
        if tables.written["uncertainty"][end][row] is None:
            yield Problem(
                "FR504",
                "range incomplete",
                "uncertainty",
                row,
                end,
                found=f"a `{cell['dist']}` distribution needs `low` and `high`",
                allowed="a number",
            )
    if cell["dist"] == "lognormal" and cell["low"] is not None and cell["low"] <= 0:
        yield Problem(
            "FR108",
            "outside its range",
            "uncertainty",
            row,
            "low",
            found=f"`{cell['low']:g}`: a lognormal value is never 0 or below",
            allowed="value > 0",
        )


def _upside_down(row: int, cell: dict[str, Any]) -> Iterator[Problem]:
    ends = {"minmax": ("minimum", "maximum"), "p10p90": ("P10", "P90"), "p5p95": ("P5", "P95")}
    low_name, high_name = ends.get(cell["q"], ("low end", "high end"))
    low, mode, high = cell["low"], cell["mode"], cell["high"]
    if low is not None and high is not None and low > high:
        yield Problem(
            "FR502",
            "range upside down",
            "uncertainty",
            row,
            "low",
            found=f"the {low_name} {low:g} is above the {high_name} {high:g}",
            allowed=f"at most {high:g}",
        )
        return
    above = mode is not None and high is not None and mode > high
    below = mode is not None and low is not None and mode < low
    if above or below:
        yield Problem(
            "FR502",
            "range upside down",
            "uncertainty",
            row,
            "mode",
            found=f"the most likely value {mode:g} is outside {low_name} to {high_name}",
            allowed=f"from {low:g} to {high:g}" if None not in (low, high) else "",
        )


def _outside(tables: Tables, row: int, cell: dict[str, Any], column: Column) -> Iterator[Problem]:
    for end in ("low", "mode", "high"):
        value = cell[end]
        if value is not None and not column.within.holds(value):
            yield Problem(
                "FR108",
                "outside its range",
                "uncertainty",
                row,
                end,
                found=f"`{cell['table']}.{column.name}` cannot be {value:g}",
                allowed=str(column.within),
            )


def _misses_plan(tables: Tables, row: int, cell: dict[str, Any], column: Column) -> Iterator[Problem]:
    low, high = cell["low"], cell["high"]
    value = plan_value(tables, cell["table"], cell["key"], column)
    if low is None or high is None or value is None or low > high:
        return
    if cell["as"] == "factor":
        value = 1.0
    if not low <= value <= high:
        what = "a factor of 1" if cell["as"] == "factor" else f"the plan value {value:g}"
        yield Problem(
            "FR503",
            "plan value outside its range",
            "uncertainty",
            row,
            "low" if value < low else "high",
            found=f"{what} is not between {low:g} and {high:g}",
            help="the plan counts on a value its own range calls unlikely",
        )


def _series_values(tables: Tables) -> Iterator[Problem]:
    frame = tables.frames["series"].with_row_index("at")
    written = tables.written["series"]["value"]
    for (name, column_name), part in frame.group_by("table", "column", maintain_order=True):
        column = _column(str(name), str(column_name))
        if column is None or not column.series:
            continue
        rows = part["at"].to_list()
        text = written.gather(rows)
        found = cell_problems(tables, TABLES[str(name)], column, text, part["value"])
        for problem in found:
            yield Problem(
                problem.code,
                problem.message,
                "series",
                rows[problem.row or 0],
                "value",
                found=f"{problem.found} (a value of {name}.{column_name})",
                allowed=problem.allowed,
                help=problem.help,
            )


def _modalities(tables: Tables) -> Iterator[Problem]:
    for row, text in enumerate(tables.written["statements"]["modality"].to_list()):
        wrong = [word for word in (text or "").split(";") if word and word.strip() not in MODALITIES]
        if wrong:
            yield Problem(
                "FR106",
                "not one of the allowed words",
                "statements",
                row,
                "modality",
                found=f"`{wrong[0].strip()}` is not among them",
                allowed="; ".join(MODALITIES),
            )
