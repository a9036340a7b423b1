"""Rules of a surge record: what must hold before a forecast is made from it or scored against it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import polars as pl

from fullrate.findings import Finding, in_order
from fullrate.tables.nearest import nearest, suggest
from fullrate.tables.place import CASE, locate
from fullrate.tables.problem import Problem
from fullrate.tables.spec import Column, Table
from fullrate.tables.spec.surge import PERIODS, SURGE_TABLES
from fullrate.tables.surge import Headline, Surge

FIRST_DAY, LAST_DAY = date(1700, 1, 1), date(2200, 1, 1)
"""Days between which every date of a record must lie; others are misspelt."""


def check_surge(surge: Surge) -> list[Finding]:
    """Everything that is wrong with a record, all at once: errors first, then by file and line."""
    return in_order(locate(surge, problems(surge)))


def problems(surge: Surge) -> Iterator[Problem]:
    """Every problem, theme by theme."""
    for table in SURGE_TABLES.values():
        yield from _cells(surge, table)
        yield from _twice(surge, table)
    yield from _promises(surge)
    yield from _counts(surge)
    yield from _units(surge)
    yield from _alone(surge)
    yield from _headline(surge)


def _cells(surge: Surge, table: Table) -> Iterator[Problem]:
    """Blank where a value is needed, numbers and days outside their range, sources that are not listed."""
    for column in table.columns:
        written, value = surge.written[table.name][column.name], surge.frames[table.name][column.name]
        header = surge.origins[table.name].header if table.name in surge.origins else ()
        if column.required and column.name in header:
            for row in written.is_null().arg_true().to_list():
                found = f"`{column.name}` is blank and has no default"
                yield Problem("FR107", "value missing", table.name, row, column.name, found=found, help=f"{column.doc}")
        if column.numeric or column.type == "date":
            yield from _outside(table, column, value, written)
        if column.refers and "sources" in surge.origins:
            yield from _sources(surge, table, column)


def _outside(table: Table, column: Column, value: pl.Series, written: pl.Series) -> Iterator[Problem]:
    within, allowed = column.within, f"{FIRST_DAY} to {LAST_DAY}" if column.type == "date" else str(column.within)
    for row, one in enumerate(value.to_list()):
        good = one is None or (FIRST_DAY <= one <= LAST_DAY if column.type == "date" else within.holds(one))
        if not good:
            found = f"`{written[row]}` is not allowed here"
            yield Problem("FR108", "outside its range", table.name, row, column.name, found=found, allowed=allowed)


def _sources(surge: Surge, table: Table, column: Column) -> Iterator[Problem]:
    known = surge.written["sources"]["source_id"].drop_nulls().to_list()
    near = suggest(lambda: known)
    for row, name in enumerate(surge.written[table.name][column.name].to_list()):
        if name is not None and name not in known:
            found = f"`{name}` is not in sources.csv ({len(known)} names)"
            guess = near(name)
            yield Problem(
                "FR201",
                "unknown source",
                table.name,
                row,
                column.name,
                found=found,
                allowed="a value of `source_id` in sources.csv",
                nearest=guess.names,
                help=guess.question(),
            )


def _twice(surge: Surge, table: Table) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for row, key in enumerate(surge.keys(table.name)):
        if key not in first:
            first[key] = row
            continue
        where = surge.origins[table.name].line(first[key])
        found, allowed = f"`{key}` is already in line {where}", f"one row per {', '.join(table.key)}"
        advice = "remove one of the rows; a corrected number of the same day needs its own day in `reported`"
        yield Problem(
            "FR110", "key appears twice", table.name, row, table.key[0], found=found, allowed=allowed, help=advice
        )


def _promises(surge: Surge) -> Iterator[Problem]:
    for row, one in enumerate(surge.frames["announced"].iter_rows(named=True)):
        made, due = one["announced_on"], one["target_date"]
        if made and due and due <= made:
            found = f"`{due}` is not after the announcement of {made}"
            advice = "look the two days up again, or leave the row out: it promises nothing"
            yield Problem(
                "FR801", "announced after its own date", "announced", row, "target_date", found=found, help=advice
            )


def _counts(surge: Surge) -> Iterator[Problem]:
    """Counts that fall without a word, and days of knowledge before the event."""
    frame = surge.frames["actual"].with_row_index("row")
    for row, end, reported in frame.select("row", "period_end", "reported").iter_rows():
        if end and reported and reported < end:
            found = f"known on {reported}, before the period ended on {end}"
            yield Problem("FR807", "reported before it happened", "actual", row, "reported", found=found)
    counts = frame.filter(pl.col("cumulative") == "1").drop_nulls(["quantity", "period_end"])
    for (_unit,), rows in counts.sort("period_end", "reported", nulls_last=False).group_by(
        ["unit"], maintain_order=True
    ):
        before = None
        for one in rows.iter_rows(named=True):
            if before is not None and one["quantity"] < before["quantity"] and not (one["note"] or "").strip():
                found = (
                    f"{one['quantity']:g} after {before['quantity']:g} on {before['period_end']}, and no note says why"
                )
                advice = "correct the number, or say in `note` why the count fell: returns, a new way of counting"
                yield Problem("FR802", "count that falls", "actual", one["row"], "quantity", found=found, help=advice)
            before = one


def _units(surge: Surge) -> Iterator[Problem]:
    """One unit is one series: a count or a flow, and the scored one counts what was promised."""
    frame = surge.frames["actual"].with_row_index("row").drop_nulls("unit")
    first: dict[str, str] = {}
    for row, unit, kind in frame.select("row", "unit", "cumulative").iter_rows():
        if first.setdefault(unit, kind or "0") != (kind or "0"):
            found = f"rows of `{unit}` are counts and flows"
            advice = "give the flows a unit of their own, such as `doses shipped in the month`"
            yield Problem("FR803", "mixed units", "actual", row, "unit", found=found, help=advice)
            return
    promised, series = surge.case.headline.unit, surge.case.series
    if promised and series and bare(promised) != bare(series):
        found = f"`{series}` does not count what was promised, `{promised}`"
        advice = "score against a series in the unit of the promise, or one that differs by `/year` alone"
        yield Problem("FR803", "mixed units", CASE, column="series", found=found, help=advice)


def _alone(surge: Surge) -> Iterator[Problem]:
    """A row in a unit that shares no word with any other row, promise or series: it is part of no series."""
    case, rows = surge.case, surge.frames["actual"]["unit"].to_list()
    others = [*surge.frames["announced"]["unit"].to_list(), case.series, case.series_alt, case.headline.unit]
    for row, unit in enumerate(rows):
        rest = {word for one in (*rows[:row], *rows[row + 1 :], *others) for word in _words(one)}
        if unit and not _words(unit) & rest:
            found = f"`{unit}` has no word in common with any other row, promise or series, so nothing is made of it"
            advice = "write it as the other rows do, if it is the same count"
            yield Problem("FR824", "unit of its own", "actual", row, "unit", found=found, help=advice)


def _words(unit: str | None) -> set[str]:
    return set(re.findall(r"\w+", (unit or "").lower()))


def bare(unit: str) -> str:
    """A unit without its period.

    >>> bare("rounds/month"), bare("respirators/month (US)"), bare("km/h")
    ('rounds', 'respirators (US)', 'km/h')
    """
    for period in PERIODS:
        unit = unit.replace(f"/{period}", "")
    return unit.strip()


def _headline(surge: Surge) -> Iterator[Problem]:
    case, rows = surge.case, list(surge.frames["announced"].iter_rows(named=True))
    if case.headline.index is not None and "announced" in surge.origins:
        yield from _same_row(case.headline, rows)
    if not any(one["target_quantity"] and one["target_date"] for one in [*rows, vars(case.headline)]):
        found = "no promise has both; a forecast can only say what became of others of its class"
        yield Problem("FR809", "promise without a quantity or a date", CASE, column="product_kind", found=found)
    units = surge.written["actual"]["unit"].drop_nulls().unique(maintain_order=True).to_list()
    if case.series is not None and "actual" in surge.origins and case.series not in units:
        near = nearest(case.series, units)
        found = f"`{case.series}` has no row in actual.csv"
        yield Problem(
            "FR808", "nothing to score", CASE, column="series", found=found, nearest=near.names, help=near.question()
        )


def _same_row(headline: Headline, rows: list[dict[str, object]]) -> Iterator[Problem]:
    index = headline.index or 0
    if index >= len(rows):
        found = f"announced.csv has {len(rows)} rows, counted from 0"
        yield Problem("FR806", "headline that is not the row", CASE, column="index", found=found)
        return
    for name in ("announced_on", "target_date", "target_quantity", "unit", "what"):
        said, there = getattr(headline, name), rows[index][name]
        if said is not None and said != there and there is not None:
            found = f"`{said}`, but row {index} of announced.csv has `{there}`"
            advice = "count the row again, from 0 below the header, or repeat its values"
            yield Problem("FR806", "headline that is not the row", CASE, column=name, found=found, help=advice)
