"""The settings of ``scenario.toml``, declared like the columns of a table with one row."""

from __future__ import annotations

from fullrate.tables.spec.kinds import (
    POSITIVE,
    SHARE,
    Column,
    Range,
    Table,
    choice,
    day,
    integer,
    number,
    text,
)

STAGES = ("time", "cost", "tidy")
"""Stages of the plan, in order; fairness belongs to time and has a setting of its own.

Protected floors and frozen orders belong to time and come first; safety stock comes after time whenever another stage
follows; what else rivals want is always kept as far as it costs nothing; calm belongs to tidy.
"""
LISTS = ("calendar", "stages")
"""Settings that hold a list; all others hold one value."""

SETTINGS = Table(
    "scenario",
    "Settings of the scenario as a whole, in `scenario.toml`.",
    (),
    (
        text("name", "What the scenario is called; blank: the name of its folder."),
        text("currency", "Currency of all money, counted in millions.", ""),
        day("start", "First day of the plan.", required=True),
        day("as_of", "Day of knowledge: nothing published later may be used."),
        number("period_d", "d", "Length of a period.", 7.0, POSITIVE),
        integer("periods", "period", "Number of periods.", 104, Range(1, 5200)),
        Column(
            "calendar",
            "text",
            "",
            "Periods of several lengths, as `[[count, days], ...]`; replaces `period_d` and `periods`.",
        ),
        choice(
            "lead_rounding",
            ("ceil", "floor", "kernel"),
            "How lead times meet periods: late, early, or right on average.",
            "ceil",
        ),
        choice("coverage", ("delivered", "serviceable"), "What counts as covered.", "delivered"),
        number(
            "gate_quantile",
            "share",
            "Quantile of the date of a gate the plan counts on.",
            0.5,
            Range(0, 1, low_open=True, high_open=True),
        ),
        Column("stages", "text", "", "Stages of the plan, the first ones of time, cost, tidy; blank: all."),
        choice("fairness", ("leximin", "utilitarian", "maxmin"), "How recipients of one class share.", "leximin"),
        number("fairness_slack", "share", "Mean waiting that fairness may cost.", 0.02, SHARE),
        number("tail", "share", "Weight of need unmet at the end, in lengths of the plan.", 1.0),
        day(
            "freeze_until", "Orders of the previous plan are kept in periods that end by this day, itself such an end."
        ),
        integer("samples", "", "Simulated executions.", 1024, Range(1)),
        integer("replicates", "", "Independent groups of samples.", 8, Range(1)),
        integer("seed", "", "Seed of all random streams.", 1),
        number(
            "open_qty",
            "unit or coverage",
            "Quantity up to which a need is looked at whose own is not said; a bound of the view, never a promise.",
            None,
            POSITIVE,
        ),
        day("price_base", "Day whose prices all money is in."),
        number("widen", "ratio", "Factor on the width of all ranges.", 1.0, POSITIVE),
        day(
            "decided",
            "Day before which nothing is started, sent, built, hired or tested, while stock, receipts and time go on; "
            "blank: the start of the plan.",
        ),
        number(
            "spend_max",
            "money",
            "Most that may be spent in all: present value, less what builds are worth at the end; blank: no limit.",
        ),
        number("admin_delay_d", "d", "Days until a plan made again on the way is in force (`odds --replan`).", 0.0),
        number("discount", "1/yr", "Discount rate of costs.", 0.0),
        Column("fund", "id", "", "Fund that pays where a row names none.", refers=("funds",)),
        text("io_unit", "Unit of the input-output tables, such as `million EUR`."),
        integer("io_year", "", "Year of the input-output tables.", None, Range(1900, 2200)),
        day("io_price_base", "Day whose prices the input-output tables are in."),
        number("io_total", "io_unit", "Value added of all sectors (gross domestic product) as published elsewhere."),
        number(
            "io_exchange",
            "",
            "Money of the input-output tables for one unit of `currency`, where they differ: an assumption that every "
            "answer names.",
            None,
            POSITIVE,
        ),
        number("io_labour", "share", "Jobs that can be filled beyond those of the tables; blank: no limit."),
    ),
)
"""Every setting with its type, default and range."""
