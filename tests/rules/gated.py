"""Tiny scenarios of gates, tests and builds at risk whose answer a person can work out."""

from __future__ import annotations

from rules.scenes import DIG, PRESS, TENS, Known, day, line, scene

GATED: dict[str, Known] = {
    # two days, a day between, one day: on days 5 and 6
    "gates": Known(
        ("GATE",),
        5.0,
        8,
        scene(20, TENS | {"gate": "licence"})
        | {
            "gates": [{"gate": "trial", "duration_d": 2}, {"gate": "licence", "duration_d": 1}],
            "links": [{"before": "trial", "after": "licence", "lag_d": 1}],
        },
    ),
    # a line of five a day: articles on days 1 and 2, the test on days 3 to 5, kits on days 6 to 9
    "a test that uses up articles": Known(
        ("TEST",),
        7.0,
        14,
        line(5)
        | scene(20, {"gate": "trial"})
        | {
            "processes": [PRESS | {"gate": "trial"}, DIG],
            "uses": [{"user": "press", "resource": "line", "qty": 1}, {"user": "dig", "resource": "line", "qty": 1}],
            "gates": [
                {"gate": "trial", "duration_d": 3, "needs_item": "plate", "needs_qty": 10, "needs_site": "works"}
            ],
        },
    ),
    # two tries of four plates each: eight plates on days 1 to 4, two days of tests, a licence of one, kits on day 8
    "a test that may fail": Known(
        ("TEST",),
        7.5,
        12,
        scene(10, None)
        | {
            "processes": [PRESS | TENS | {"gate": "licence"}, DIG | {"max_rate": 2}],
            "gates": [
                {
                    "gate": "trial",
                    "duration_d": 1,
                    "pass": 0.3,
                    "needs_item": "plate",
                    "needs_qty": 4,
                    "needs_site": "works",
                },
                {"gate": "licence", "duration_d": 1},
            ],
            "links": [{"before": "trial", "after": "licence"}],
        },
    ),
    # half of the eight plates for the tests of days 1 and 2 is there: they start on days 1 and 2, kits on day 3
    "tests from stock": Known(
        ("TEST",),
        2.5,
        12,
        scene(10, None)
        | {
            "processes": [PRESS | TENS | {"gate": "licence"}, DIG | {"max_rate": 4}],
            "stock": [{"site": "works", "item": "plate", "qty": 4}],
            "gates": [
                {"gate": name, "duration_d": 1, "needs_item": "plate", "needs_qty": 4, "needs_site": "works"}
                for name in ("trial", "licence")
            ],
            "links": [{"before": "trial", "after": "licence"}],
        },
    ),
    # design passed on day 2, the licence on day 8: safe from day 16, at risk from day 2 + 8 * (1 + 0.3 * 0.5) = 11.2
    "a build at risk": Known(
        ("RISK", "BUILD"),
        14.0,
        30,
        line(0)
        | scene(40, None)
        | {
            "gates": [{"gate": "design", "duration_d": 2}, {"gate": "licence", "duration_d": 6, "pass": 0.7}],
            "links": [{"before": "design", "after": "licence"}],
            "builds": [
                {"build": "tooling", "resource": "line", "add": 10, "lead_d": 8}
                | {"gate": "licence", "risk_gate": "licence", "redo": 0.5}
            ],
        },
    ),
    # one of the two days it takes is over when the licence comes, on day 3: in use at once
    "a build at risk that is early": Known(
        ("RISK", "BUILD"),
        5.0,
        12,
        line(0)
        | scene(40, None)
        | {
            "gates": [{"gate": "licence", "duration_d": 3}],
            "builds": [
                {"build": "tooling", "resource": "line", "add": 10, "lead_d": 2}
                | {"gate": "licence", "risk_gate": "licence", "redo": 0.5}
            ],
        },
    ),
    # the gate behind the licence costs more than there is: two a day by hand
    "a gate that is not paid": Known(
        ("OPEN",),
        2.0,
        6,
        scene(8, None, processes=[PRESS | {"gate": "licence"}, PRESS | {"process": "hand", "max_rate": 2}])
        | {
            "gates": [
                {"gate": "trial", "duration_d": 0, "cost": 5, "fund": "grant"},
                {"gate": "licence", "duration_d": 0},
            ],
            "links": [{"before": "trial", "after": "licence"}],
            "funds": [{"fund": "grant", "carry": True}],
            "allotments": [{"fund": "grant", "date": day(0), "amount": 4}],
        },
    ),
}
