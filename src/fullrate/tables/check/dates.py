"""Rules of dates: their order, the past, the end of the plan."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import polars as pl

from fullrate.tables.cell import SCENARIO
from fullrate.tables.check.cells import rows_where
from fullrate.tables.model import Tables
from fullrate.tables.problem import Problem

ORDER = (
    ("sites", "opens", "closes", False),
    ("needs", "from", "until", True),
    ("needs", "from", "due", False),
    ("restrictions", "from", "to", True),
    ("rivals", "from", "to", True),
    ("sources", "published", "seen", False),
    ("statements", "deadline_from", "deadline_to", False),
    ("actuals", "date", "reported", False),
)
"""Table, earlier column, later column, and whether they must differ."""


def end_of(tables: Tables) -> date:
    """The day the last period ends."""
    return tables.config.start + timedelta(days=min(tables.config.horizon_d, 40_000))


def dates(tables: Tables) -> Iterator[Problem]:
    """Every problem of dates."""
    for table, earlier, later, strict in ORDER:
        yield from _order(tables, table, earlier, later, strict)
    yield from _horizon(tables)
    yield from _past(tables)
    yield from _after_the_end(tables)
    yield from _after_expiry(tables)


def _order(tables: Tables, table: str, earlier: str, later: str, strict: bool) -> Iterator[Problem]:
    frame = tables.filled(table)
    if frame.is_empty():
        return
    bad = frame[later] <= frame[earlier] if strict else frame[later] < frame[earlier]
    for row in rows_where(bad):
        first = frame[earlier][row]
        blank = tables.written[table][earlier][row] is None
        note = ", the start of the plan" if blank else ""
        yield Problem(
            "FR401",
            "dates in the wrong order",
            table,
            row,
            later,
            found=f"`{later}` {frame[later][row]} is before `{earlier}` {first}{note}"
            if frame[later][row] < first
            else f"`{later}` is the same day as `{earlier}`",
            allowed=f"a date {'after' if strict else 'not before'} {first}",
        )


def _horizon(tables: Tables) -> Iterator[Problem]:
    config = tables.config
    if config.horizon_d > 36_525:
        name = "calendar" if config.calendar else "periods"
        yield Problem(
            "FR108",
            "outside its range",
            SCENARIO,
            column=name,
            found=f"the plan would last {config.horizon_d / 365.25:.0f} years",
            allowed="a plan of at most 100 years",
        )
    if config.as_of is not None and config.as_of > config.start:
        yield Problem(
            "FR402",
            "date in the past",
            SCENARIO,
            column="as_of",
            found=f"the plan starts on {config.start}, before what it knows on {config.as_of}",
            allowed=f"a date not after {config.start}",
            help="a plan cannot begin before the knowledge it rests on",
        )


def _past(tables: Tables) -> Iterator[Problem]:
    start = tables.config.start
    places = (
        (
            "stock",
            "date",
            "a receipt that has come is stock: leave its date blank; "
            f"one that is late has a new date, {start} at the earliest",
        ),
        ("allotments", "date", f"date what is left of it {start}, the first day it can be spent"),
    )
    for table, column, help_ in places:
        for row in rows_where(tables.frames[table][column] < start):
            yield Problem(
                "FR402",
                "date in the past",
                table,
                row,
                column,
                found=f"the plan starts on {start}",
                allowed=f"{start} or later" + (", or blank" if table == "stock" else ""),
                help=help_,
            )
    builds = tables.filled("builds")
    for row in rows_where(tables.frames["builds"]["opens"] < start):
        lead = builds["lead_d"][row] or 0.0
        first = start + timedelta(days=min(lead, 36_525))
        yield Problem(
            "FR408",
            "build that cannot start on its date",
            "builds",
            row,
            "opens",
            found=f"the plan starts on {start}, so it starts no earlier",
            allowed=f"{start} or later, or blank",
            help=f"its first capacity is possible on {first}; "
            "if it is under way already, shorten `lead_d` by the days gone",
        )


_ENDS = (
    ("stock", "date", "this receipt"),
    ("allotments", "date", "this money"),
    ("builds", "opens", "this build"),
    ("sites", "opens", "this site"),
    ("series", "date", "this value"),
    ("risks", "from", "this outage"),
)


def _after_the_end(tables: Tables) -> Iterator[Problem]:
    end = end_of(tables)
    if tables.config.decided is not None and tables.config.decided >= end:
        yield Problem(
            "FR384",
            "decided after the plan ends",
            SCENARIO,
            column="decided",
            found=f"nothing is begun before {tables.config.decided}, and the plan ends on {end}",
            allowed=f"a day before {end}",
            help="raise `periods`, or decide sooner",
        )
    for table, column, what in _ENDS:
        day = tables.frames[table][column]
        for row in rows_where(day >= end) if len(day) else ():
            yield Problem(
                "FR405",
                "date after the plan ends",
                table,
                row,
                column,
                found=f"the plan ends on {end}, so {what} has no effect",
                help="raise `periods` in scenario.toml if it should count",
            )
    needs = tables.frames["needs"]
    for row in rows_where((needs["from"] >= end) & (needs["qty"] > 0)):
        yield Problem(
            "FR407",
            "need after the plan ends",
            "needs",
            row,
            "from",
            found=f"the plan ends on {end}, before this need exists",
            allowed=f"a date before {end}",
            help="raise `periods` in scenario.toml, or remove the need",
        )


def _after_expiry(tables: Tables) -> Iterator[Problem]:
    if tables.frames["allotments"].is_empty():
        return
    money = tables.frames["allotments"].with_row_index("row")
    funds = tables.frames["funds"].select("fund", "expires").unique("fund")
    late = money.join(funds, on="fund").filter(pl.col("date") > pl.col("expires"))
    for row, day in late.select("row", "expires").iter_rows():
        yield Problem(
            "FR401",
            "dates in the wrong order",
            "allotments",
            row,
            "date",
            found=f"the fund expires on {day}, before this money comes",
            allowed=f"a date not after {day}",
        )
