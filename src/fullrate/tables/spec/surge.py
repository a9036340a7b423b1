"""Tables of a surge record: what was announced, what came of it, and where both were read.

A record is a folder of its own, ``case.toml`` beside three tables. It is no scenario: nothing is planned with it,
forecasts are scored against it.
"""

from __future__ import annotations

from fullrate.tables.spec.evidence import KINDS
from fullrate.tables.spec.kinds import (
    ANY,
    POSITIVE,
    Column,
    Table,
    choice,
    day,
    flag,
    integer,
    number,
    text,
)

PERIODS = ("day", "week", "month", "quarter", "half", "year")
"""What a row of actuals may cover."""

_SOURCE = Column("source_id", "id", "", "Where the row was read.", refers=("sources",))
_WHAT = choice(
    "what",
    ("cumulative", "rate"),
    "A count since the start (or a level) by the date, or a rate; `.../year` by a 31 December is that year's total.",
    "cumulative",
)

ANNOUNCED = Table(
    "announced",
    "A promise as it was made in public: how much, by when.",
    ("announced_on", "by_whom", "unit", "target_date", "what"),
    (
        day("announced_on", "Day it was first found in public.", required=True),
        text("by_whom", "Who promised."),
        number("target_quantity", "of `unit`", "How much; blank: nothing was said.", None, POSITIVE),
        text("unit", "What is counted; a rate says per what, as in `rounds/month`.", required=True),
        day("target_date", "By when; blank: nothing was said."),
        _WHAT,
        _SOURCE,
        text("quote_or_paraphrase", "The words, and how the numbers were read from them."),
    ),
    required=True,
)

ACTUAL = Table(
    "actual",
    "What was counted by the end of a period, or in it.",
    ("unit", "period", "cumulative", "period_end", "reported"),
    (
        day("period_end", "Last day of the period.", required=True),
        choice("period", PERIODS, "What a flow covers; for a count, how often it is taken.", required=True),
        number("quantity", "of `unit`", "The count, the flow or the rate.", None, ANY, required=True),
        text("unit", "What is counted; rows of one unit are one series.", required=True),
        choice("cumulative", ("0", "1"), "1: count since the start, or a level; 0: in the period, or a rate.", "0"),
        _SOURCE,
        text("note", "What a reader should know; a count that falls needs one."),
        day("reported", "Day it became known; blank: a week after the period."),
    ),
)

SOURCES = Table(
    "sources",
    "A page or a document that was read.",
    ("source_id",),
    (
        Column("source_id", "id", doc="Name of the source.", required=True),
        text("title", "Title."),
        text("publisher", "Publisher."),
        text("date", "When it was published, as far as known."),
        text("address", "Where to find it."),
        text("licence", "On what terms."),
        text("retrieved_how", "How it was read."),
    ),
)

SURGE_TABLES: dict[str, Table] = {table.name: table for table in (ANNOUNCED, ACTUAL, SOURCES)}
"""The tables of a surge record by name."""

CASE = Table(
    "case",
    "What stands for the record, in `case.toml`.",
    (),
    (
        text("slug", "Name of the record; blank: the name of its folder."),
        text("title", "Title for readers; blank: the slug."),
        text("programme", "Records of one programme never serve each other as reference; blank: the slug."),
        choice("product_kind", KINDS, "Class, from what was known at the announcement.", required=True),
        flag("class_known_at_announcement", "The class could be given on that day.", True),
        text("series", "`unit` in `actual.csv` that is scored; blank: the unit of the promise."),
        choice("series_period", PERIODS, "`period` in `actual.csv` that is scored; blank: any."),
        text("series_alt", "A second series for the same promise. No forecast reads it."),
        day("count_from", "Day from which a promised count counts; blank for rates and levels."),
        day("demand_limited_from", "From here demand set the numbers. No forecast reads it."),
        number("target_after_scope_cut", "of `unit`", "What was left of the promise. No forecast reads it."),
        text("licence_note", "On what terms the figures may be used."),
        text("note", "For readers. No forecast reads it."),
    ),
)

HEADLINE = Table(
    "case",
    "The promise that stands for the record: section `[headline]` of `case.toml`.",
    (),
    (
        integer("index", "row", "Row of `announced.csv`, counted from 0."),
        day("announced_on", "As in the row."),
        day("target_date", "As in the row."),
        number("target_quantity", "of `unit`", "As in the row.", None, POSITIVE),
        text("unit", "As in the row."),
        _WHAT,
    ),
)
