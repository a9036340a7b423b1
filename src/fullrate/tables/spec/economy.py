"""Tables of the economy around a surge: who in it sells what to whom, with how many people."""

from __future__ import annotations

from fullrate.tables.spec.kinds import (
    ANY,
    POSITIVE_SHARE,
    SHARE,
    SOURCE,
    Column,
    Table,
    choice,
    key_id,
    label,
    number,
    text,
)

VERB = "economy"
"""The command that reads these tables."""

IO_MAP = Table(
    "io_map",
    "Sector of the economy that is paid for a process, build, lane, gate, pool (hires) or item (stock). What is in no "
    "row is unmapped spending.",
    ("kind", "key", "sector", "region"),
    (
        choice("kind", ("process", "build", "lane", "gate", "pool", "item"), "What is mapped.", required=True),
        Column("key", "id", "", "Which one.", required=True),
        label("sector", "Sector that is paid.", required=True),
        label("region", "Region in which it works; blank: that of its site."),
        number("share", "share", "Share of its cost.", 1.0, POSITIVE_SHARE),
        number("imported", "share", "Share of it that is bought abroad.", 0.0, SHARE),
        SOURCE,
    ),
    verb=VERB,
)

IO_SECTORS = Table(
    "io_sectors",
    "A sector of an input-output table. Money of these tables is in `io_unit` of `scenario.toml`, at basic prices.",
    ("sector",),
    (
        key_id("sector", "Name of the sector."),
        text("name", "What it is called."),
        number("output", "io_unit/yr", "Output.", None, required=True),
        number("value_added", "io_unit/yr", "Value added.", None, ANY, required=True),
        number("jobs", "person", "Jobs."),
        number("capacity", "io_unit/yr", "Largest output with what is there.", from_column="output"),
        SOURCE,
    ),
    verb=VERB,
)

IO = Table(
    "io",
    "What one sector buys of the goods of another.",
    ("from", "to"),
    (
        Column("from", "id", "", "Sector whose goods they are.", required=True, refers=("io_sectors",)),
        Column("to", "id", "", "Sector that buys.", required=True, refers=("io_sectors",)),
        number("value", "io_unit/yr", "How much made at home.", None, ANY, required=True),
        number("imported", "io_unit/yr", "How much made abroad.", 0.0, ANY),
        SOURCE,
    ),
    verb=VERB,
)

IO_FINAL = Table(
    "io_final",
    "What final users buy of the goods of a sector.",
    ("sector", "category", "region"),
    (
        Column("sector", "id", "", "Sector whose goods they are.", required=True, refers=("io_sectors",)),
        label("category", "Households, government, investment, exports, ...", required=True),
        label("region", "Region."),
        number("value", "io_unit/yr", "How much made at home.", None, ANY, required=True),
        number("imported", "io_unit/yr", "How much made abroad.", 0.0, ANY),
        number("floor", "share", "Share that has to be kept whatever a surge takes.", 0.0, SHARE),
        SOURCE,
    ),
    verb=VERB,
)

IO_JOBS = Table(
    "io_jobs",
    "Jobs of a sector in a region. A scenario may have this table alone, for the sectors of another one.",
    ("sector", "region"),
    (
        Column(
            "sector",
            "id",
            "",
            "The sector; `*`: all that have no row of their own in the region.",
            required=True,
            refers=("io_sectors",),
            wildcard=True,
        ),
        label("region", "The region.", required=True),
        number("jobs", "person", "Jobs; blank: by `share`."),
        number("share", "share", "Share of the jobs of the sector in all regions, instead of `jobs`.", None, SHARE),
        SOURCE,
    ),
    verb=VERB,
)

IO_ORIGINS = Table(
    "io_origins",
    "Where imports of the goods of a sector come from.",
    ("sector", "origin"),
    (
        Column("sector", "id", "", "Sector whose goods they are.", required=True, refers=("io_sectors",)),
        label("origin", "Country or part of the world.", required=True),
        number("share", "share", "Share of the imports of these goods.", None, SHARE, required=True),
        SOURCE,
    ),
    verb=VERB,
)

TABLES = (IO_MAP, IO_SECTORS, IO, IO_FINAL, IO_JOBS, IO_ORIGINS)
