"""Tables of evidence: where numbers come from, how sure they are, how they change, what happened."""

from __future__ import annotations

from fullrate.tables.spec.kinds import (
    ANY,
    POSITIVE,
    SHARE,
    SOURCE,
    Column,
    Table,
    choice,
    day,
    flag,
    integer,
    key_id,
    label,
    number,
    text,
)

KINDS = ("new product or plant", "mature product, existing lines", "network roll-out", "stock of goods")
"""Classes of surges, given from what was known at the announcement and never from the outcome."""

_ADDRESS = (
    Column("table", "id", "", "Table of the cell.", required=True),
    Column("key", "id", "", "Key of its row; parts joined with `|`; blank for a setting."),
    Column("column", "id", "", "Its column.", required=True),
)

SOURCES = Table(
    "sources",
    "A document or a person a number comes from.",
    ("source",),
    (
        key_id("source", "Name of the source."),
        text("title", "Title."),
        text("author", "Author or publisher."),
        day("published", "Day it was published."),
        day("seen", "Day it was looked at."),
        choice(
            "kind",
            ("official", "company", "press", "academic", "expert", "assumption"),
            "What kind of source it is.",
            "assumption",
        ),
        text("grade", "Admiralty grade: reliability A to F, credibility 1 to 6.", "F6"),
        text("url", "Where to find it."),
    ),
)

PROVENANCE = Table(
    "provenance",
    "Source of one cell; wins over the `source` of its row.",
    ("table", "key", "column"),
    (
        *_ADDRESS,
        SOURCE,
        Column("statement", "id", "", "Statement it rests on.", refers=("statements",)),
        text("note", "How the number was derived."),
    ),
)

UNCERTAINTY = Table(
    "uncertainty",
    "Range of one cell. The cell holds the plan value.",
    ("table", "key", "column"),
    (
        *_ADDRESS,
        choice(
            "dist",
            ("pert", "tri", "lognormal", "normal", "uniform", "beta", "bernoulli", "empirical", "class"),
            "Shape of the distribution; `class`: what became of others, in `history`.",
            required=True,
        ),
        number("low", "of the cell", "Low end: minimum, P10 or P5, see `q`.", None, ANY),
        number(
            "mode",
            "of the cell",
            "Most likely value, blank: the plan value; mean of a beta, median of `empirical`, odds of a `bernoulli`.",
            None,
            ANY,
        ),
        number("high", "of the cell", "High end: maximum, P90 or P95, see `q`.", None, ANY),
        choice(
            "q",
            ("minmax", "p10p90", "p5p95"),
            "What low and high mean; blank: P10 and P90 of lognormal, normal and beta, which have no such ends.",
            "minmax",
        ),
        choice("kind", KINDS, "Class that counts most in a `class` range; blank: all cases count the same."),
        choice("as", ("value", "factor"), "The value itself, or a factor on it and on its series.", "value"),
        choice("draw", ("once", "each"), "One draw per run, or one per occurrence.", "once"),
        label("group", "Cells that move together; blank: durations of work move with each other, all else alone."),
        number(
            "rho", "share", "Correlation inside the group; blank: 0.3, an assumption that reports print.", None, SHARE
        ),
        SOURCE,
    ),
)

HISTORY = Table(
    "history",
    "What had become of promises of other programmes by the day of knowledge: what `class` ranges are made of.",
    ("case",),
    (
        key_id("case", "Name of the case."),
        text("title", "What it was."),
        choice("kind", KINDS, "Its class, given from what was known at the announcement."),
        day("announced_on", "Day of the promise."),
        day("due", "Day it was promised for."),
        number(
            "share", "of the promise", "Quantity that was there on that day over the promised one; blank: not known."
        ),
        number("progress", "of what was to come", "The same of what was still to come on the day of the promise."),
        number("ratio", "of the time", "Days taken over days announced; blank: not there yet.", None, POSITIVE),
        number("beyond", "of the time", "Where not there yet: the ratio it is known to lie beyond.", None, POSITIVE),
        day("known_on", "Day on which all of this was known."),
        SOURCE,
    ),
)

SERIES = Table(
    "series",
    "A value that holds from a date on, until the next date of the same cell.",
    ("table", "key", "column", "date"),
    (
        *_ADDRESS,
        day("date", "Day it holds from.", required=True),
        number("value", "of the cell", "The value.", None, ANY, required=True),
        SOURCE,
    ),
)

ACTUALS = Table(
    "actuals",
    "What really happened by a day, as it was reported.",
    ("measure", "key", "date", "reported"),
    (
        choice(
            "measure",
            ("started", "made", "delivered", "stock", "heads", "hours", "gate", "spent"),
            "What was measured.",
            required=True,
        ),
        Column("key", "id", "", "Of which process, need, site, pool, gate or fund.", required=True),
        day("date", "Day it refers to.", required=True),
        number(
            "value",
            "of the measure",
            "Since the start of the plan, in its unit; `stock` and `heads`: on that day; `gate`: 1 passed, 0 not yet.",
            None,
            ANY,
            required=True,
        ),
        day("reported", "Day it became known; blank: the same day."),
        text("note", "What a reader should know; a count that falls needs one."),
        SOURCE,
    ),
)

COUNTS = ("started", "made", "delivered", "hours", "spent")
"""Measures of ``actuals`` that count since the start of the plan, and so never fall without a note."""

MODALITIES = (
    "asserted",
    "ordered",
    "expected",
    "possible",
    "contested",
    "conditional",
    "undisclosed",
)
"""What a `modality` of `statements` may be made of, several joined with `;`."""

STATEMENTS = Table(
    "statements",
    "A claim of an announcement, with the words it rests on.",
    ("id",),
    (
        key_id("id", "Name of the statement."),
        text("doc_sha256", "SHA-256 of the text it was taken from."),
        integer("start", "character", "First character of the quote in the text."),
        integer("end", "character", "Character after the quote in the text."),
        text("quote", "The words."),
        text("statement", "What they say, in one sentence."),
        text("speaker", "Who says so."),
        choice(
            "speaker_kind",
            ("official", "company", "critic", "expert", "narrator"),
            "What kind of speaker.",
        ),
        text("modality", "Asserted, ordered, expected, ...; several joined with `;`."),
        choice("polarity", ("+", "-", "u"), "Affirmed, denied or left open."),
        number("quantity", "see `unit`", "Quantity named.", None, ANY),
        number("quantity_low", "see `unit`", "Least it can mean; blank: no lower bound is named.", None, ANY),
        number("quantity_high", "see `unit`", "Most it can mean; blank: no upper bound is named.", None, ANY),
        text("unit", "Its unit, as written."),
        choice(
            "quantity_kind",
            ("product", "recipient", "money", "people", "other"),
            "What the quantity counts; `other`: times, shares, factors, distances.",
        ),
        flag("vague", "Whether the quantity, or the deadline, is vague."),
        text("item", "The goods it is about, as written."),
        text("recipient", "Who gets them, as written."),
        text("hedge", "The weakening words, joined with `;`."),
        text("deadline_text", "Deadline, as written."),
        day("deadline_from", "Earliest day it can mean."),
        day("deadline_to", "Latest day it can mean."),
        text("condition", "Condition it depends on."),
        text("topics", "Topics, joined with `;`."),
        text("assumption_ids", "Cells that rest on it, joined with `;`."),
        flag("confirmed", "Whether a person has read it beside its quote and says that the text says so."),
        text("confirmed_by", "Person who confirmed it."),
        day("confirmed_at", "Day it was confirmed."),
        text("note", "Anything else."),
        SOURCE,
    ),
)

TABLES = (
    SERIES,
    PROVENANCE,
    UNCERTAINTY,
    HISTORY,
    SOURCES,
    STATEMENTS,
    ACTUALS,
)
