"""Tiny scenarios of units in use that fail, whose answer a person can work out."""

from __future__ import annotations

from math import exp, log

from rules.scenes import TENS, Known, scene

TENTH = {"item": "kit", "mtbf_d": -1 / log(0.9)}
"""One in ten fails a day."""
STOCK = [{"site": "works", "item": "kit", "qty": 20}]
FAILS: dict[str, Known] = {
    # twenty work on the first evening, 20 / e^0.1 on the second: 2 - (1 + 1 + e^-0.1) / 2 days without
    "units that fail": Known(
        ("SERVE", "WAIT"),
        1 - 0.5 * exp(-0.1),
        2,
        scene(20, {"max_rate": 0}, stock=STOCK, reliability=[{"item": "kit", "mtbf_d": 10}]),
        coverage="serviceable",
    ),
    # ten, then 9 + 10, then 17.1 + 10 of thirty: 3 - (0 + 2 * (10 + 19) + 27.1) / 60
    "failures replaced": Known(
        ("SERVE", "MAKE"),
        3 - (2 * 29 + 27.1) / 60,
        3,
        scene(30, TENS, reliability=[TENTH]),
        coverage="serviceable",
    ),
    # two of twenty fail on the second day and are mended at once, and so on: half a day
    "mended at once": Known(
        ("SERVE", "ITEMS"),
        0.5,
        4,
        scene(
            20,
            {"max_rate": None},
            stock=STOCK,
            recipe=[{"process": "press", "item": "plate", "qty": 1}],
            reliability=[TENTH | {"failed": "plate"}],
        ),
        coverage="serviceable",
    ),
    # twenty are kept ready, twenty work: never more than are needed, so two of them replace two each day
    "spares": Known(
        ("SERVE", "ACCRUE"),
        0.5,
        4,
        scene(20, {"max_rate": 0}, stock=[STOCK[0] | {"qty": 26}], reliability=[TENTH]),
        coverage="serviceable",
    ),
    # a fifth is defective: eight a day of sixteen work
    "defects from the start": Known(
        ("SERVE",),
        1.0,
        3,
        scene(16, TENS | {"escape": 0.2}, reliability=[{"item": "kit", "mtbf_d": 1e12}]),
        coverage="serviceable",
    ),
}
