"""Tables of who needs what, who pays, and who else wants the same."""

from __future__ import annotations

from math import inf

from fullrate.tables.spec.kinds import (
    ANY,
    DAYS,
    POSITIVE,
    SHARE,
    SOURCE,
    Column,
    Range,
    Table,
    choice,
    day,
    flag,
    integer,
    key_id,
    label,
    names,
    number,
)

MEASURES = ("buffer", "gate", "capacity", "lane", "build")
"""Kinds of what can be bought against a cut."""

RECIPIENTS = Table(
    "recipients",
    "Somebody who is to be supplied: region, unit, hospital, customer.",
    ("recipient",),
    (
        key_id("recipient", "Name of the recipient."),
        names("sites", "Site at which it receives.", required=True),
        integer("class", "", "Priority: class 1 is served first.", 1, Range(1)),
        number("weight", "", "Weight inside its class.", 1.0, POSITIVE),
        Column("environment", "id", "", "Conditions of use, as in `reliability`.", "base"),
        SOURCE,
    ),
    required=True,
    filled=True,
)

NEEDS = Table(
    "needs",
    "A quantity of an item or a family that a recipient needs.",
    ("need",),
    (
        key_id("need", "Name of the need."),
        names("recipients", "Who needs it.", required=True),
        Column("item", "id", "", "Item or family that is needed.", required=True),
        number("qty", "unit or coverage", "How much in all; blank: not said, see `open_qty`.", from_config="open_qty"),
        day("from", "Day the need exists from.", from_config="start"),
        day("until", "With it, the quantity accrues evenly from `from` to `until`."),
        day("due", "Promised date: for odds and scores, never a limit."),
        choice("late", ("backlog", "lost"), "Whether what comes late still counts.", "backlog"),
        integer("class", "", "Priority; blank: the recipient's.", None, Range(1)),
        SOURCE,
    ),
    required=True,
    filled=True,
)

MIX = Table(
    "mix",
    "Limits on the share of a variant in the units a family delivers, counted from a day on and kept at the end of "
    "every period, until the next row for the same variant and recipient.",
    ("family", "item", "recipient", "from"),
    (
        label("family", "The family.", required=True),
        names("items", "The variant.", required=True),
        Column(
            "recipient",
            "id",
            "",
            "Recipient; `*`: all together.",
            "*",
            refers=("recipients",),
            wildcard=True,
        ),
        day("from", "Day the limits hold from.", from_config="start"),
        number("share_min", "share", "Least share.", 0.0, SHARE),
        number("share_max", "share", "Largest share.", 1.0, SHARE),
        SOURCE,
    ),
)

FUNDS = Table(
    "funds",
    "A pot of money; what flows into it is in `allotments`.",
    ("fund",),
    (
        key_id("fund", "Name of the fund."),
        flag("carry", "Whether what is left at the end of a period stays.", False),
        day("expires", "Day from which nothing can be spent; blank: never expires."),
        SOURCE,
    ),
)

ALLOTMENTS = Table(
    "allotments",
    "Money that becomes available in a fund.",
    ("fund", "date"),
    (
        names("funds", "The fund.", required=True),
        day("date", "Day it can be spent from.", required=True),
        number("amount", "money", "How much, in millions of the currency.", None, required=True),
        SOURCE,
    ),
)

RIVALS = Table(
    "rivals",
    "Another user of a resource, fund, item or lane: civil or of another programme.",
    ("rival",),
    (
        key_id("rival", "Name of the rival."),
        choice("kind", ("resource", "fund", "item", "lane"), "What is used.", required=True),
        Column("target", "id", "", "Which one; an item as `item@site`.", required=True),
        number("qty", "unit/d", "What it uses per day.", None, required=True),
        number(
            "protected",
            "share",
            "Share that should not be displaced; it yields only to what is impossible.",
            1.0,
            SHARE,
        ),
        day("from", "First day.", from_config="start"),
        day("to", "Last day."),
        number("weight", "", "Weight of a day of its use that is displaced.", 1.0, POSITIVE),
        label("sector", "Sector of the economy."),
        flag("civil", "Whether it is civil.", True),
        SOURCE,
    ),
)

PREVIOUS = Table(
    "previous",
    "An order of the plan before this one: `fullrate plan DIR --previous RUN` fills it in.",
    ("kind", "key", "item", "from_d"),
    (
        choice(
            "kind",
            ("make", "ship", "build", "risk"),
            "Starts of a process, a shipment, or a build, safe or at risk.",
            required=True,
        ),
        Column("key", "id", "", "The process, lane or build.", required=True),
        names("items", "What is shipped; blank for starts and builds."),
        number("from_d", "d", "Begin of its period, in days after the start of this plan.", None, ANY, required=True),
        number("to_d", "d", "End of its period.", None, ANY, required=True),
        number("qty", "start, unit or build", "How much was ordered in that period.", None, required=True),
        SOURCE,
    ),
)

GATES = Table(
    "gates",
    "Something to be passed before work may start: approval, test, prototype, qualification.",
    ("gate",),
    (
        key_id("gate", "Name of the gate; shares one name space with processes and builds."),
        number("duration_d", "d", "Days of the first try.", None, DAYS, required=True),
        number("pass", "share", "Odds that the first try passes.", 1.0, Range(0, 1, low_open=True)),
        number(
            "retry_d",
            "d",
            "Days of every further try; blank: as the first.",
            None,
            DAYS,
            from_column="duration_d",
        ),
        number("fix", "share", "Share of the flaws that a failed try removes.", 0.0, SHARE),
        integer("max_tries", "", "Most tries; after them the gate stays shut.", 5, Range(1)),
        names("items", "Article the test uses up, a number for every try.", "needs_item"),
        number("needs_qty", "unit", "How many of them a try uses up.", None, POSITIVE),
        names("sites", "Where it is tested.", "needs_site"),
        number("cost", "money", "Cost of a try.", 0.0),
        names("funds", "Fund that pays; blank: the default fund of `scenario.toml`, or none."),
        number(
            "mtbf_target",
            "h",
            "Mean test hours between failures to be reached; the hours this still takes come on top of the days.",
            None,
            POSITIVE,
        ),
        number("test_h", "h/d", "Hours of test in a day, all articles together.", 24.0, POSITIVE),
        SOURCE,
    ),
)

LINKS = Table(
    "links",
    "One gate waits for another.",
    ("before", "after"),
    (
        Column(
            "before",
            "id",
            "",
            "The one that comes first.",
            required=True,
            refers=("gates", "builds", "processes"),
        ),
        Column(
            "after",
            "id",
            "",
            "The one that waits.",
            required=True,
            refers=("gates", "builds", "processes"),
        ),
        choice("kind", ("FS", "SS"), "After its finish, or after its start.", "FS"),
        number("lag_d", "d", "Days between.", 0.0, DAYS),
        number("overlap", "share", "Share of the first that may be outstanding.", 0.0, SHARE),
        number("redo", "share", "Share to be redone when the first try of the first fails.", 0.0, SHARE),
        SOURCE,
    ),
)

CUTS = ("site", "region", "owner", "item", "lane", "corridor", "resource")
"""Kinds of what can be barred or hit by an event."""

RESTRICTIONS = Table(
    "restrictions",
    "A source that may not be used: nothing starts there, leaves there or is received from there. Of a resource: "
    "nothing that loads it. Of a corridor: nothing leaves on its lanes.",
    ("restriction",),
    (
        key_id("restriction", "Name of the restriction."),
        choice("kind", CUTS, "What is barred.", required=True),
        Column("target", "id", "", "Which one.", required=True),
        Column(
            "item",
            "id",
            "",
            "Item it is barred for; `*`: all.",
            "*",
            refers=("items",),
            wildcard=True,
        ),
        day("from", "First day.", from_config="start"),
        day("to", "Day it is lifted; blank: for good."),
        flag("stock", "Goods already held are barred too.", False),
        choice("basis", ("sanction", "export_control", "law", "policy"), "What it rests on."),
        SOURCE,
    ),
)

RISKS = Table(
    "risks",
    "An event that may cut something off. Odds count with it, the plan does not, unless it is certain: `prob` is 1 and "
    "`from` says when.",
    ("risk",),
    (
        key_id("risk", "Name of the risk."),
        choice("kind", CUTS, "What it hits.", required=True),
        Column("target", "id", "", "Which one.", required=True),
        number("rate", "1/yr", "How often it happens."),
        number("prob", "share", "Odds that it happens at all; instead of `rate`.", None, SHARE),
        day("from", "Day it begins, where that is known: the outage is then in the plan; `prob` must be 1."),
        number("duration_d", "d", "Days until recovery.", None, DAYS, required=True),
        number("left", "share", "Share of the capacity that is left.", 0.0, SHARE),
        names("curves", "Recovery by day.", "recovery"),
        label("group", "Risks that happen together."),
        SOURCE,
    ),
    verb="odds",
)

MITIGATIONS = Table(
    "mitigations",
    "Something that can be bought before anything is cut off: `stress --mitigate` chooses, the plan does not.",
    ("mitigation",),
    (
        key_id("mitigation", "Name of what can be bought."),
        choice(
            "kind",
            MEASURES,
            "A stock of an item; a gate passed before the start; more of a resource or a lane; more builds.",
            required=True,
        ),
        Column("target", "id", "", "Which item, gate, resource, lane or build.", required=True),
        names("sites", "Where the stock lies; only for a buffer."),
        number("qty", "of the target", "Most that can be bought; a day, for capacity and lanes. A gate is one.", inf),
        number("cost", "money", "Cost of one unit of it, all in; of a gate, of passing it.", None, required=True),
        SOURCE,
    ),
    verb="stress",
)

RELIABILITY = Table(
    "reliability",
    'How often an item in use fails; with `coverage = "serviceable"`.',
    ("item", "environment"),
    (
        names("items", "The item.", required=True),
        Column("environment", "id", "", "Conditions of use.", "base"),
        number("mtbf_d", "d", "Mean days between failures.", None, POSITIVE, required=True),
        number("shape", "", "Weibull shape of its life; 1: no ageing, above 1: it wears out.", 1.0, Range(0.2, 20)),
        number("af", "", "Times faster that it fails in these conditions.", 1.0, POSITIVE),
        number("repairable", "share", "Share of the failed units that can be repaired.", 1.0, SHARE),
        names("items", "What a failed unit is, at the recipient's site; blank: it is lost.", "failed"),
        SOURCE,
    ),
)

OVERTIME = Table(
    "overtime",
    "A segment of overtime on a resource. The segments of a resource are in order: the first is worked first.",
    ("resource", "segment"),
    (
        names("resources", "The resource.", required=True),
        Column("segment", "id", "", "Name of the segment.", required=True),
        number("share", "share", "Extra hours as a share of the capacity before any build.", None, required=True),
        number("eff", "ratio", "Output of such an hour; not above that of the segment before.", 1.0, SHARE),
        number(
            "cost", "money/unit", "Cost of such an hour on top of the wage; not below that of the segment before.", 0.0
        ),
        SOURCE,
    ),
)

QUALITY = Table(
    "quality",
    "The largest share of defects in the units a family delivers, counted from a day on and kept at the end of every "
    "period, until the next row for the same family.",
    ("family", "from"),
    (
        label("family", "The family.", required=True),
        day("from", "Day it holds from.", from_config="start"),
        number(
            "aoq_max",
            "share",
            "Largest average outgoing share of defects.",
            None,
            SHARE,
            required=True,
        ),
        SOURCE,
    ),
)

PLANS = Table(
    "plans",
    "A sampling plan of a process: lots are accepted by a sample, refused ones inspected unit by unit and mended. "
    "It gives the process its escape.",
    ("process", "lot"),
    (
        names("processes", "The inspection.", required=True),
        number("lot", "unit", "Size of a lot.", None, POSITIVE, required=True),
        Column("n", "integer", "unit", "Size of the sample.", required=True, within=Range(1)),
        integer("c", "unit", "Most defects in the sample of an accepted lot.", 0),
        number("defect", "share", "Share of defects that comes in.", None, SHARE, required=True),
        SOURCE,
    ),
)

FAILURES = Table(
    "failures",
    "A failure seen in a reliability growth test so far; the last one ends the hours that have been run.",
    ("gate", "hours"),
    (
        names("gates", "The test.", required=True),
        number("hours", "h", "Test hours at which it was seen, all articles together.", None, POSITIVE, required=True),
        SOURCE,
    ),
)

TABLES = (
    RECIPIENTS,
    NEEDS,
    MIX,
    FUNDS,
    ALLOTMENTS,
    RIVALS,
    PREVIOUS,
    GATES,
    LINKS,
    RESTRICTIONS,
    RISKS,
    MITIGATIONS,
    RELIABILITY,
    OVERTIME,
    QUALITY,
    PLANS,
    FAILURES,
)
