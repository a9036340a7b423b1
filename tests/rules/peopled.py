"""Tiny scenarios of overtime, hiring and offices whose answer a person can work out."""

from __future__ import annotations

from rules.scenes import PRESS, Known, line, scene

PEOPLED: dict[str, Known] = {
    # ten hours, two more at four fifths of the output: 11.6 a day
    "overtime": Known(
        ("OVERTIME", "HOURS"),
        2.5,
        6,
        scene(58, None, **line(10))
        | {"overtime": [{"resource": "line", "segment": "evening", "share": 0.2, "eff": 0.8}]},
    ),
    # all that overtime makes is 2 a day, but only every other day: 12, 10, 12, 10, ...
    "overtime that tires": Known(
        ("OVERTIME",),
        (12 * 0.5 + 10 * 1.5 + 12 * 2.5 + 10 * 3.5) / 44,
        6,
        scene(44, None, **line(10))
        | {"resources": [{"resource": "line", "capacity": 10, "ot_max": 0.2, "ot_run_d": 1}]},
    ),
    # two people of five hours; two hours more on a line of ten: 12 a day, though the line could run for ever
    "overtime of people": Known(
        ("OVERTIME", "LABOUR"),
        2.5,
        8,
        scene(60, None, **line(100))
        | {
            "resources": [{"resource": "line", "capacity": 100, "pool": "shift", "ot_max": 0.02}],
            "pools": [{"pool": "shift", "heads": 2, "hours": 5, "quit": 0}],
        },
    ),
    # each of three builds waits for two of the two signatures a day: 0, 0, 10, 20, 30, 30 a day
    "an office": Known(
        ("HOURS", "BUILD"),
        (10 * 2.5 + 20 * 3.5 + 30 * 4.5 + 30 * 5.5) / 90,
        8,
        scene(90, None, builds=[{"build": "line", "resource": "bench", "add": 10, "lead_d": 2, "max": 3}])
        | {
            "resources": [{"resource": "bench"}, {"resource": "office", "capacity": 2}],
            "uses": [
                {"user": "press", "resource": "bench", "qty": 1},
                {"user": "line", "resource": "office", "qty": 2},
            ],
        },
    ),
    # the gate needs three of the two signatures of its day, so it stays shut: two a day by hand
    "a gate without an office": Known(
        ("HOURS", "OPEN"),
        2.0,
        6,
        scene(8, None, processes=[PRESS | {"gate": "licence"}, PRESS | {"process": "hand", "max_rate": 2}])
        | {
            "gates": [{"gate": "licence", "duration_d": 0}],
            "resources": [{"resource": "office", "capacity": 2}],
            "uses": [{"user": "licence", "resource": "office", "qty": 3}],
        },
    ),
    # nobody there; two are hired every day, trained for a day, half of them stay: 0, 5, 10, 15 a day
    "a school": Known(
        ("HIRE", "HEADS", "LABOUR"),
        17 / 6,
        5,
        scene(30, None, **line(100))
        | {
            "resources": [{"resource": "line", "capacity": 100, "pool": "shift"}],
            "pools": [
                {"pool": "shift", "heads": 0, "hours": 5, "quit": 0, "hire_max": 2, "train_d": 1, "dropout": 0.5}
            ],
        },
    ),
    # two of five hours; a trainee takes four of them and brings one: 4 while two learn, then 20, 20 and the last 16
    "instructors": Known(
        ("HIRE", "HEADS", "LABOUR"),
        2.3,
        5,
        scene(60, None, **line(100))
        | {
            "resources": [{"resource": "line", "capacity": 100, "pool": "shift"}],
            "pools": [
                {"pool": "shift", "heads": 2, "hours": 5, "quit": 0, "hire_max": 2}
                | {"train_d": 1, "train_eff": 0.2, "trainer_h": 4}
            ],
        },
    ),
}
"""People who work longer, are hired and taught, and offices that sign."""
