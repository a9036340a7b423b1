"""Rules of evidence: sources, the day of knowledge, values over time, words of statements."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import polars as pl

from fullrate.tables.check.cells import cell_problems, rows_where
from fullrate.tables.model import Origin, Tables
from fullrate.tables.problem import Problem
from fullrate.tables.spec import TABLES, Column
from fullrate.tables.spec.evidence import COUNTS, MODALITIES

UNSOURCED = ("sources", "provenance", "previous")
"""Tables whose rows need no source of their own: what they describe has one."""


def evidence(tables: Tables) -> Iterator[Problem]:
    """Every problem of evidence."""
    yield from _missing_sources(tables)
    yield from _leaks(tables)
    yield from _history_leaks(tables)
    yield from _actuals_too_late(tables)
    yield from _counts(tables)
    yield from _series_values(tables)
    yield from modality_problems(tables)
    yield from _unconfirmed(tables)


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
    late = pl.col("published") > as_of
    undated = pl.col("published").is_null() & (pl.col("kind") != "assumption")
    doubtful = sources.filter(late | undated)
    uses = _uses_of_sources(tables).filter(pl.col("source").is_in(doubtful["source"].implode()))
    uses = uses.filter(pl.col("table") != "history")  # its rows have the day on which each was known
    used = doubtful.join(uses.group_by("source").agg("table", "row"), "source", maintain_order="left")
    columns = ("at", "published", "table", "row")
    for at, published, names, rows in used.select(columns).iter_rows():
        places = [_place(tables, name, row) for name, row in zip(names, rows, strict=True)]
        yield _leak(as_of, at, published, places)


def _history_leaks(tables: Tables) -> Iterator[Problem]:
    """Cases of class history that were known too late."""
    as_of, frame = tables.config.as_of, tables.frames["history"]
    for row in rows_where((frame["known_on"] > as_of).fill_null(False)) if as_of is not None else ():
        yield Problem(
            "FR404",
            "knowledge from the future",
            "history",
            row,
            "known_on",
            found=f"what this case tells was known after {as_of}, the day of knowledge",
            allowed=f"a date not after {as_of}",
        )


def _leak(as_of: date, at: int, published: date | None, places: list[dict[str, Any]]) -> Problem:
    first = f"{places[0]['file'] or places[0]['table']}:{places[0]['row']}"
    where = f"{len(places)} row{'s' if len(places) > 1 else ''}, first {first}"
    if published is None:
        return Problem(
            "FR406",
            "source without a date",
            "sources",
            at,
            "published",
            found=f"nobody can tell that it was known on {as_of}; used by {where}",
            allowed=f"a date not after {as_of}",
            details=tuple(places),
        )
    return Problem(
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


def _counts(tables: Tables) -> Iterator[Problem]:
    """Counts of what really happened that fall without a word."""
    frame = tables.frames["actuals"].with_row_index("row").filter(pl.col("measure").is_in(COUNTS))
    ordered = frame.drop_nulls(["value", "date"]).sort("date", "reported", nulls_last=False)
    for _, rows in ordered.group_by("measure", "key", maintain_order=True):
        before = None
        for one in rows.iter_rows(named=True):
            if before is not None and one["value"] < before["value"] and not (one["note"] or "").strip():
                found = f"{one['value']:g} after {before['value']:g} on {before['date']}, and no note says why"
                advice = "counts are since the start of the plan; correct the number, or say in `note` why it fell"
                yield Problem("FR802", "count that falls", "actuals", one["row"], "value", found=found, help=advice)
            before = one


def _column(table: str, name: str) -> Column | None:
    """The column an address names, if there is one."""
    spec = TABLES.get(table)
    return spec.column(name) if spec is not None and spec.has(name) else None


def _series_values(tables: Tables) -> Iterator[Problem]:
    if tables.frames["series"].is_empty():
        return
    frame = tables.frames["series"].with_row_index("at")
    written = tables.written["series"]["value"]
    for (name, column_name), part in frame.group_by("table", "column", maintain_order=True):
        column = _column(str(name), str(column_name))
        if column is None or not column.series:
            continue
        rows = part["at"].to_list()
        text = pl.DataFrame([written.gather(rows).alias(column.name)])
        value = pl.DataFrame([part["value"].alias(column.name)])
        for problem in cell_problems(tables, TABLES[str(name)], [column], text, value):
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


def unconfirmed(tables: Tables) -> pl.Series:
    """Which rows of ``statements`` a person has not confirmed; none where the table has no such column."""
    sure = tables.frames["statements"]["confirmed"]
    in_use = "confirmed" in tables.origins.get("statements", Origin()).header or not sure.is_null().all()
    return ~sure.fill_null(value=False) if in_use else pl.repeat(False, len(sure), eager=True)


def _unconfirmed(tables: Tables) -> Iterator[Problem]:
    """Cells that rest on a claim nobody has confirmed."""
    statements = tables.written["statements"]
    open_ = unconfirmed(tables)
    doubtful = set(statements["id"].filter(open_).drop_nulls())
    places = [
        ("provenance", row, "statement")
        for row, name in enumerate(tables.written["provenance"]["statement"].to_list())
        if name in doubtful
    ]
    places += [
        ("statements", row, "assumption_ids") for row in rows_where(open_ & statements["assumption_ids"].is_not_null())
    ]
    for table, row, column in places:
        yield Problem(
            "FR839",
            "rests on a claim that is not confirmed",
            table,
            row,
            column,
            found="nobody has confirmed that the text says so",
            allowed="a statement with `confirmed` true",
            help="read the statement beside its quote and write true into its `confirmed`, or take the link away",
        )


def modality_problems(tables: Tables) -> Iterator[Problem]:
    """Words of ``modality`` that are not among the allowed ones."""
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
