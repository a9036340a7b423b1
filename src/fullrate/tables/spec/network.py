"""Tables of the physical network: things, places, ways of making and moving them."""

from __future__ import annotations

from math import inf

from fullrate.tables.spec.kinds import (
    ANY,
    DAYS,
    POSITIVE,
    POSITIVE_SHARE,
    SHARE,
    SHARE_BELOW_ONE,
    SOURCE,
    Column,
    Range,
    Table,
    choice,
    day,
    flag,
    key_id,
    label,
    names,
    number,
    text,
)

FUND = names("funds", "Fund that pays; blank: the default fund of `scenario.toml`, or none.")

ITEMS = Table(
    "items",
    "A thing that is made, moved, stored or needed: product, variant, part or material.",
    ("item",),
    (
        key_id("item", "Name of the item."),
        text("name", "What people call it."),
        Column("unit", "text", "", "What it is counted in, from the list of units.", "unit"),
        label("family", "Family of variants that count for one need."),
        number("value", "coverage/unit", "Coverage that one unit gives in its family.", 1.0),
        number("size", "m3/unit", "Volume of one unit.", 0.0),
        number("mass", "kg/unit", "Mass of one unit.", 0.0),
        number("shelf_life_d", "d", "Days it keeps after it is made or received; blank: for ever.", inf, POSITIVE),
        number("hold_cost", "money/unit/d", "Cost of keeping one unit for a day.", 0.0),
        SOURCE,
    ),
    required=True,
    filled=True,
)

SITES = Table(
    "sites",
    "A place: works, supplier, store, port, depot of a recipient.",
    ("site",),
    (
        key_id("site", "Name of the site."),
        label("region", "Region it lies in."),
        label("owner", "Who runs it."),
        number("lat", "deg", "Latitude, for the map.", None, Range(-90, 90)),
        number("lon", "deg", "Longitude, for the map.", None, Range(-180, 180)),
        day("opens", "First day of operation; blank: open from the start."),
        day("closes", "Day it closes; blank: never."),
        SOURCE,
    ),
    required=True,
    filled=True,
)

PROCESSES = Table(
    "processes",
    "A way to get an item at a site: make, buy, assemble, inspect, rework.",
    ("process",),
    (
        key_id("process", "Name of the process; shares one name space with builds and gates."),
        names("sites", "Where it runs.", required=True),
        names("items", "Its main output.", required=True),
        number("out_qty", "unit/start", "Main output of one start before yield.", 1.0, POSITIVE),
        number("lead_d", "d", "Days from start to output, without waiting in queues.", 0.0, DAYS),
        number("yield", "share", "Share of the output that is good.", 1.0, POSITIVE_SHARE, series=True),
        number("rework", "share", "Share of the rejects that can be repaired.", 0.0, SHARE),
        number("max_rate", "start/d", "Most starts per day; blank: no limit.", inf, series=True),
        number("min_lot", "start", "Fewest starts in a period that starts at all.", 0.0),
        number("unit_cost", "money/start", "Cost of one start.", 0.0, series=True),
        FUND,
        names("gates", "Gate that must be passed before the first start."),
        Column(
            "mode_of",
            "id",
            "",
            "Process it is another way of: with more or less inspection, or in more haste.",
            refers=("processes",),
        ),
        number("escape", "share", "Share of its good output that is defective all the same.", 0.0, SHARE),
        number(
            "progress",
            "ratio",
            "Effort after every doubling of experience, as a share: 0.8 is a fifth less; 1: no learning.",
            1.0,
            Range(0.5, 1),
        ),
        choice("learn", ("none", "slp", "exact"), "How learning is planned: by a sequence of programs, or not.", "slp"),
        label("learn_group", "Processes with the same name share their experience; blank: its own."),
        number("prior", "start", "Experience at the start, at which `uses.qty` holds.", 1.0, POSITIVE),
        SOURCE,
    ),
    required=True,
)

RECIPE = Table(
    "recipe",
    "A line of a bill of materials: what one start of a process takes in or puts out beside its "
    "main output. Rows with the same slot are alternatives.",
    ("process", "slot", "item"),
    (
        names("processes", "The process.", required=True),
        Column(
            "slot",
            "id",
            "",
            "Requirement that the item can fill; blank: one of its own.",
            from_column="item",
        ),
        names("items", "The item taken in or put out.", required=True),
        number("qty", "unit/start", "Quantity of one start.", None, POSITIVE, required=True),
        choice("role", ("in", "out", "reject"), "Taken in, put out besides, or the rejects.", "in"),
        number("share_min", "share", "Least share of the slot this item fills.", 0.0, SHARE),
        number("share_max", "share", "Largest share of the slot this item fills.", 1.0, SHARE),
        number("offset_d", "d", "Days after the start at which it is taken in.", 0.0, DAYS),
        SOURCE,
    ),
)

RESOURCES = Table(
    "resources",
    "Something with a capacity per day: line, machine, labour hours, energy, test bench, office.",
    ("resource",),
    (
        key_id("resource", "Name of the resource."),
        names("sites", "Where it is; blank: nowhere in particular."),
        Column("unit", "text", "", "What its capacity is counted in, from the list of units.", "unit"),
        number("capacity", "unit/d", "Capacity per day before any build.", 0.0, series=True),
        names("pools", "Labour pool that staffs it."),
        number("ot_max", "share", "Most overtime on top of the capacity before any build; blank: none.", 0.0),
        number("ot_eff", "ratio", "Output of an overtime hour.", 1.0, SHARE),
        number("ot_cost", "money/unit", "Cost of an overtime hour on top of the wage.", 0.0),
        number("ot_run_d", "d", "Days overtime can be kept up, to be followed by as many without.", inf, POSITIVE),
        FUND,
        SOURCE,
    ),
)

USES = Table(
    "uses",
    "How much of a resource one start of a process or a build takes, or a gate when it begins: an office signs so many "
    "contracts a day.",
    ("user", "resource"),
    (
        Column("user", "id", "", "The process, build or gate.", required=True, refers=("processes", "builds", "gates")),
        names("resources", "The resource.", required=True),
        number("qty", "unit/start", "Quantity of one start.", None, required=True),
        flag("learns", "Whether experience lowers the quantity, where the process learns.", True),
        SOURCE,
    ),
)

BUILDS = Table(
    "builds",
    "An option to add capacity to a resource.",
    ("build",),
    (
        key_id("build", "Name of the build; shares one name space with processes and gates."),
        names("resources", "Resource that grows.", required=True),
        number("add", "unit/d", "Capacity one build adds at full ramp.", None, POSITIVE, required=True),
        number("lead_d", "d", "Days from start to first capacity.", None, DAYS, required=True),
        names("curves", "Share of `add` by age in days; blank: all at once.", "ramp"),
        number("max", "build", "Most builds.", 1.0),
        flag("integer", "Whole builds only.", False),
        number("capex", "money", "Cost of one build.", 0.0, series=True),
        FUND,
        day("opens", "Earliest start; blank: the start of the plan.", from_config="start"),
        names("gates", "Gate that must be passed before the first start."),
        names("gates", "Its `gate` once more, when it may start at its risk as soon as the gate begins.", "risk_gate"),
        number("redo", "share", "Share of time and cost to be redone when that gate fails.", 0.0, SHARE),
        number("life_d", "d", "Days until it is retired.", inf, POSITIVE),
        SOURCE,
    ),
)

CURVES = Table(
    "curves",
    "A point of a piecewise linear curve, flat outside its points. Two points with the same x are "
    "a jump; the later row counts from there on.",
    ("curve", "x"),
    (
        Column("curve", "id", "", "Name of the curve.", required=True),
        number("x", "d", "Age, not descending along the rows of a curve.", None, ANY, required=True),
        number("y", "share", "Value at that age.", None, ANY, required=True),
        SOURCE,
    ),
    repeats=True,
)

POOLS = Table(
    "pools",
    "A labour pool: the people who staff one or more resources.",
    ("pool",),
    (
        key_id("pool", "Name of the pool."),
        number("heads", "person", "People at the start.", None, required=True),
        number("hours", "h/person/d", "Hours a person works on an average day.", 7.0, Range(0, 24)),
        number("hire_max", "person/d", "Most hires per day; blank: nobody is hired.", 0.0),
        number("train_d", "d", "Days of training.", 0.0, DAYS),
        number("train_eff", "share", "Output of a trainee as a share of a trained head's.", 0.0, SHARE),
        number("trainer_h", "h/person/d", "Hours of trained heads that a trainee takes per day.", 0.0),
        number("quit", "1/yr", "Share who leave in a year.", 0.1, SHARE),
        number("dropout", "share", "Share of trainees who leave before they are trained.", 0.0, SHARE),
        number("hire_cost", "money/person", "Cost of a hire, pay until trained included.", 0.0),
        number("wage", "money/h", "Wage of one hour.", 0.0),
        FUND,
        SOURCE,
    ),
)

LANES = Table(
    "lanes",
    "A way to move items from one site to another.",
    ("lane",),
    (
        key_id("lane", "Name of the lane."),
        names("sites", "Where it begins.", "from", required=True),
        names("sites", "Where it ends.", "to", required=True),
        Column("item", "id", "", "Item it carries; `*`: any.", "*", refers=("items",), wildcard=True),
        label("mode", "Road, rail, sea, air, ..."),
        number("lead_d", "d", "Days under way.", 0.0, DAYS),
        number("capacity", "cap_unit/d", "Most that leaves per day; blank: no limit.", inf, series=True),
        choice("cap_unit", ("unit", "kg", "m3"), "What the capacity is counted in.", "unit"),
        number("min_ship", "cap_unit", "Least that leaves in a period in which anything does.", 0.0),
        number("fixed_cost", "money", "Cost of a period in which anything leaves.", 0.0),
        number("unit_cost", "money/cap_unit", "Freight.", 0.0, series=True),
        number("loss", "share", "Share lost under way.", 0.0, SHARE_BELOW_ONE),
        label("corridor", "Corridor it runs through, for stress tests."),
        FUND,
        SOURCE,
    ),
)

STOCK = Table(
    "stock",
    "What lies at a site at the start (blank date), or is due to arrive there (later date).",
    ("site", "item", "date"),
    (
        names("sites", "Where it lies.", required=True),
        names("items", "What lies there.", required=True),
        number("qty", "unit", "How much.", 0.0),
        day("date", "Day a receipt is due; blank: in stock at the start.", from_config="start"),
        number("max", "unit", "Room at the site for this item; only in the row without a date.", inf),
        number("safety", "unit", "Stock that should always be there; a wish, met when it delays nobody.", 0.0),
        SOURCE,
    ),
)

TABLES = (
    ITEMS,
    SITES,
    PROCESSES,
    RECIPE,
    RESOURCES,
    USES,
    BUILDS,
    CURVES,
    POOLS,
    LANES,
    STOCK,
)
