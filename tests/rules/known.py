"""Tiny scenarios whose least mean wait a person can work out, for each rule one at least where it delays the answer.

Where a rule is about a wish, the answer is what is missed of the wish in its own stage.

Periods are days, the tail is off: a unit that comes on day ``t`` has waited ``t - 1/2`` days, one that never comes all
of them.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

import fullrate.rules
from fullrate.case import Case, derive
from fullrate.lp.solve import Solution, solve
from fullrate.planning.answer import tables_of
from fullrate.planning.learning import gathered
from fullrate.results import Plan
from fullrate.rules.base import Cols
from fullrate.tables import Tables
from rules.fails import FAILS
from rules.gated import GATED
from rules.peopled import PEOPLED
from rules.scenes import DIG, PLATE, PRESS, TENS, Known, day, line, scene
from rules.varied import VARIED
from rules.wished import WISHED

HELD = 1e-8
"""Share by which a stage may be missed in the next ones: the solver needs a little room."""
KNOWN: dict[str, Known] = {
    # 100 at ten a day: half of ten days
    "a rate": Known(("MAKE",), 5.0, 12, scene(100, TENS)),
    # the same three days later
    "a lead": Known(("ITEMS", "MAKE"), 8.0, 15, scene(100, TENS | {"lead_d": 3})),
    # 50 in five days, 25 in five more: (50 * 2.5 + 25 * 7.5) / 75
    "a rate that falls": Known(
        ("MAKE",),
        25 / 6,
        12,
        scene(
            75, TENS, series=[{"table": "processes", "key": "press", "column": "max_rate", "date": day(5), "value": 5}]
        ),
    ),
    # three a day: 8 + 4 t plates last for four days of six
    "parts and stock": Known(
        ("ITEMS",),
        2.0,
        6,
        scene(12, None, processes=[PRESS | {"max_rate": 3}, DIG | {"max_rate": 4}], recipe=PLATE)
        | {"stock": [{"site": "works", "item": "plate", "qty": 8}]},
    ),
    # plates are there from day 3 on and wanted a day after the start, when the kit is ready too: two a day from then
    "parts wanted later": Known(
        ("ITEMS",),
        4.0,
        8,
        scene(8, None, processes=[PRESS | {"lead_d": 1}, DIG | {"max_rate": 4, "lead_d": 2}])
        | {"recipe": [PLATE[0] | {"offset_d": 1}]},
    ),
    # eight good ones of ten a day
    "a yield": Known(
        ("ITEMS", "MAKE"),
        2.0,
        6,
        scene(32, TENS | {"yield": 0.8}, recipe=[PLATE[0] | {"qty": 1}])
        | {"stock": [{"site": "works", "item": "plate", "qty": 40}]},
    ),
    # 2, 2, and from the third day on 2 mended ones as well: (2 * 0.5 + 2 * 1.5 + 4 * 2.5) / 8
    "a repair loop": Known(
        ("ITEMS", "MAKE"),
        1.75,
        5,
        scene(
            8,
            None,
            processes=[PRESS | {"max_rate": 4, "yield": 0.5, "rework": 1}, PRESS | {"process": "mend", "lead_d": 2}],
        )
        | {
            "items": [{"item": "kit"}, {"item": "dud"}],
            "recipe": [
                {"process": "press", "item": "dud", "qty": 1, "role": "reject"},
                {"process": "mend", "item": "dud", "qty": 1},
            ],
        },
    ),
    # ten on day 1 from two receipts of five, five on day 4
    "receipts": Known(
        ("ITEMS",),
        1.5,
        6,
        scene(15, {"max_rate": 0})
        | {
            "stock": [
                {"site": "works", "item": "kit", "qty": 10},
                {"site": "works", "item": "kit", "qty": 5, "date": day(3)},
            ]
        },
    ),
    # six plates a day and a third as many sheets: eight a day
    "a substitute": Known(
        ("USE",),
        2.5,
        8,
        scene(40, None, processes=[PRESS, DIG | {"max_rate": 6}])
        | {
            "items": [{"item": "kit"}, {"item": "plate"}, {"item": "sheet"}],
            "recipe": [
                {"process": "press", "slot": "steel", "item": "plate", "qty": 1},
                {"process": "press", "slot": "steel", "item": "sheet", "qty": 2, "share_max": 0.25},
            ],
            "stock": [{"site": "works", "item": "sheet", "qty": 100}],
        },
    ),
    # twelve kilograms a day are six, half of them arrive, a day later: three a day from day 2 on
    "a lane": Known(
        ("SHIP", "ITEMS"),
        3.0,
        8,
        scene(12, None, recipients=[{"recipient": "depot", "site": "town"}])
        | {
            "items": [{"item": "kit", "mass": 2}],
            "lanes": [
                {
                    "lane": "road",
                    "from": "works",
                    "to": "town",
                    "capacity": 12,
                    "cap_unit": "kg",
                    "loss": 0.5,
                    "lead_d": 1,
                }
            ],
        },
    ),
    # made on two days, four a day can leave, five can wait: 4, 4, 4, 1, and 7 never
    "room": Known(
        ("HOLD",),
        2.825,
        5,
        scene(20, TENS, recipients=[{"recipient": "depot", "site": "town"}])
        | {
            "series": [{"table": "processes", "key": "press", "column": "max_rate", "date": day(2), "value": 0}],
            "lanes": [{"lane": "road", "from": "works", "to": "town", "capacity": 4}],
            "stock": [{"site": "works", "item": "kit", "max": 5}],
        },
    ),
    # five sets count ten: 20 on day 1, 10 on day 2
    "a family": Known(
        ("DELIVER",),
        5 / 6,
        4,
        scene(30, TENS)
        | {
            "items": [{"item": "kit", "family": "kits"}, {"item": "set", "family": "kits", "value": 2}],
            "needs": [{"need": "order", "recipient": "depot", "item": "kits", "qty": 30}],
            "stock": [{"site": "works", "item": "set", "qty": 5}],
        },
    ),
    # 40 in four days, 160 in eight
    "a build": Known(
        ("BUILD", "HOURS"),
        6.8,
        14,
        scene(200, None, **line(10), builds=[{"build": "second", "resource": "line", "add": 10, "lead_d": 4}]),
    ),
    # from day 3 on 5, 10, 15, 20, ...: area 590 for 100
    "a ramp": Known(
        ("BUILD",),
        5.9,
        10,
        scene(
            100, None, **line(0), builds=[{"build": "new", "resource": "line", "add": 20, "lead_d": 2, "ramp": "slow"}]
        )
        | {
            "curves": [
                {"curve": "slow", "x": age, "y": share}
                for age, share in ((0, 0.25), (1, 0.25), (1, 0.5), (2, 0.5), (2, 0.75), (3, 0.75), (3, 1))
            ]
        },
    ),
    # one and a half may be built, but only whole ones: ten a day
    "whole builds": Known(
        ("BUILD",),
        7.5,
        16,
        scene(150, None, **line(0))
        | {"builds": [{"build": "new", "resource": "line", "add": 10, "lead_d": 0, "max": 1.5, "integer": True}]},
    ),
    # three days of ten, then it is worn out: (30 * 1.5 + 10 * 6) / 40
    "a short life": Known(
        ("BUILD",),
        2.625,
        6,
        scene(40, None, **line(0), builds=[{"build": "new", "resource": "line", "add": 10, "lead_d": 0, "life_d": 3}]),
    ),
    # two people of five hours: ten a day
    "a crew": Known(
        ("LABOUR",),
        5.0,
        12,
        scene(100, None, **line(100))
        | {
            "resources": [{"resource": "line", "capacity": 100, "pool": "shift"}],
            "pools": [{"pool": "shift", "heads": 2, "hours": 5, "quit": 0}],
        },
    ),
    # money for five on day 1 and again on day 3, what is left of it may be used a day later
    "a fund that carries": Known(
        ("MONEY",),
        2.0,
        4,
        scene(10, {"unit_cost": 12, "fund": "grant", "gate": "licence"})
        | {
            "gates": [{"gate": "licence", "duration_d": 1}],
            "funds": [{"fund": "grant", "carry": True}],
            "allotments": [
                {"fund": "grant", "date": day(0), "amount": 60},
                {"fund": "grant", "date": day(2), "amount": 60},
            ],
        },
    ),
    # without carrying the first five are lost
    "a fund that lapses": Known(
        ("MONEY",),
        3.25,
        4,
        scene(10, {"unit_cost": 12, "fund": "grant", "gate": "licence"})
        | {
            "gates": [{"gate": "licence", "duration_d": 1}],
            "funds": [{"fund": "grant"}],
            "allotments": [
                {"fund": "grant", "date": day(0), "amount": 60},
                {"fund": "grant", "date": day(2), "amount": 60},
            ],
        },
    ),
    # wages of an hour at 12 buy five a day from one fund that ends with day 2
    "wages and expiry": Known(
        ("MONEY",),
        2.5,
        4,
        scene(20, None, **line(100))
        | {
            "resources": [{"resource": "line", "capacity": 100, "pool": "shift"}],
            "pools": [{"pool": "shift", "heads": 99, "quit": 0, "wage": 12, "fund": "grant"}],
            "funds": [{"fund": "grant", "expires": day(2)}],
            "allotments": [{"fund": "grant", "date": day(at), "amount": 60} for at in range(4)],
        },
    ),
    # ten a day as they come into being: nobody waits
    "a need that accrues": Known(
        ("ACCRUE", "WAIT"),
        0.0,
        6,
        scene(
            50,
            {"max_rate": 30},
            needs=[{"need": "order", "recipient": "depot", "item": "kit", "qty": 50, "until": day(5)}],
        ),
    ),
    # half of ten a day: the other half waits for ever, four days each
    "a need that is lost": Known(
        ("LOST", "WAIT"),
        2.0,
        4,
        scene(40, {"max_rate": 30, "gate": "licence"}, gates=[{"gate": "licence", "duration_d": 2}])
        | {
            "needs": [
                {"need": "order", "recipient": "depot", "item": "kit", "qty": 40, "until": day(4), "late": "lost"}
            ]
        },
    ),
    # open on days 3 and 4: (10 * 2.5 + 10 * 3.5 + 10 * 8) / 30
    "a site that opens and closes": Known(
        ("OPENING",),
        14 / 3,
        8,
        scene(30, TENS, sites=[{"site": "mill", "opens": day(2), "closes": day(4)}, {"site": "works"}])
        | {
            "processes": [PRESS | TENS | {"site": "mill"}],
            "lanes": [{"lane": "road", "from": "mill", "to": "works"}],
        },
    ),
    # need from day 3 on: five wait for it, five a day are made: (10 * 0.5 + 5 * 1.5 + 5 * 2.5) / 20
    "a need that begins later": Known(
        ("OPENING", "WAIT"),
        1.25,
        6,
        scene(
            20,
            {"max_rate": 5},
            needs=[{"need": "order", "recipient": "depot", "item": "kit", "qty": 20, "from": day(2)}],
        )
        | {"stock": [{"site": "works", "item": "kit", "max": 5}]},
    ),
    # ten a day but for days 3 and 4
    "a ban": Known(
        ("BARRED",),
        3.0,
        8,
        scene(40, TENS)
        | {
            "stock": [{"site": "works", "item": "kit", "max": 0}],
            "restrictions": [{"restriction": "ban", "kind": "site", "target": "works", "from": day(2), "to": day(4)}],
        },
    ),
    # ten a day on two days, then five a day on four: (10 * (0.5 + 1.5) + 5 * (2.5 + 3.5 + 4.5 + 5.5)) / 40
    "a storm": Known(
        ("OUTAGE",),
        2.5,
        8,
        scene(40, TENS)
        | {
            "risks": [
                {"risk": "storm", "kind": "site", "target": "works", "prob": 1, "from": day(2), "duration_d": 4}
                | {"left": 0.5}
            ],
        },
    ),
    # ten in stock that nobody may touch for three days
    "a ban on stock": Known(
        ("BARRED",),
        3.5,
        6,
        scene(10, {"max_rate": 0})
        | {
            "stock": [{"site": "works", "item": "kit", "qty": 10}],
            "restrictions": [{"restriction": "ban", "kind": "owner", "target": "acme", "to": day(3), "stock": True}],
            "sites": [{"site": "works", "owner": "acme"}],
        },
    ),
    # eight on day 1; then three a day, which is less than a lot
    "a lot": Known(
        ("LOT",),
        1.0,
        3,
        scene(10, {"min_lot": 5, "max_rate": 8})
        | {"series": [{"table": "processes", "key": "press", "column": "max_rate", "date": day(1), "value": 3}]},
    ),
    # one recipient, a small need met on day 1, a large one in nine days: the mean of both
    "two needs of one": Known(
        ("WAIT",),
        2.5,
        10,
        scene(10, None, processes=[PRESS | TENS, DIG | TENS])
        | {
            "needs": [
                {"need": "small", "recipient": "depot", "item": "kit", "qty": 10},
                {"need": "large", "recipient": "depot", "item": "plate", "qty": 90},
            ]
        },
    ),
    # the weight of two comes first: 2 * 0.5 + 1.5
    "weights": Known(
        ("WAIT",),
        2.5,
        4,
        scene(10, TENS)
        | {
            "recipients": [
                {"recipient": "depot", "site": "works"},
                {"recipient": "clinic", "site": "works", "weight": 2},
            ],
            "needs": [
                {"need": "order", "recipient": "depot", "item": "kit", "qty": 10},
                {"need": "call", "recipient": "clinic", "item": "kit", "qty": 10},
            ],
        },
    ),
}
KNOWN |= GATED | PEOPLED | VARIED | WISHED | FAILS


def first_stage(tables: Tables, *, pruned: bool = True, wish: str = "") -> tuple[float, Plan]:
    """Least sum of weighted mean waits of the first class, or what is missed of a wish, and a plan that has it.

    Protected floors and frozen orders come first, in this order, whatever is asked for. Where anything learns, the plan
    counts on the experience that one without learning gathers.
    """
    case, answer, cols = answered(derive(tables, pruned=pruned), wish)
    plan = Plan(answer.status, case.calendar.start, case.calendar.edges, tables_of(case, cols, answer.x))
    return answer.objective, plan


def answered(case: Case, wish: str = "") -> tuple[Case, Solution, Cols]:
    """The case counting on the experience it gathers, its least sum, or what is missed of a wish, and its columns."""
    answer, cols = least(case, wish)
    if case.learning:
        case = replace(case, learning=case.learning.known(gathered(case, cols, answer.x)))
        answer, cols = least(case, wish)
    return case, answer, cols


def least(case: Case, wish: str = "") -> tuple[Solution, Cols]:
    """The least sum of a case, or what is missed of a wish, and its columns."""
    lp, cols = fullrate.rules.write(case)
    ranks = case.axes["wish"].places
    before = [cols["miss"].offset[ranks[rank]] for rank in ("floor", "freeze") if rank in ranks]
    after = [cols["miss"].offset[ranks[wish]]] if wish in ranks else []
    steps = [*before, cols["burden"].offset[0], *after]
    for column in steps[: 1 + steps.index(after[0])] if after else steps:
        cost = np.zeros(lp.shape[1])
        cost[column] = 1.0
        answer = solve(lp.minimising(cost))
        if not answer.usable:
            raise RuntimeError(answer.status)
        upper = lp.upper.copy()
        upper[column] = answer.objective * (1 + HELD) if answer.objective > HELD else 0.0
        lp = lp.within(upper=upper)
    return answer, cols
