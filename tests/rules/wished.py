"""Tiny scenarios of wishes whose answer a person can work out."""

from __future__ import annotations

from rules.scenes import TENS, Known, day, line, scene

HOSPITAL = {"rival": "hospital", "kind": "resource", "target": "line", "qty": 30}
WISHED: dict[str, Known] = {
    # case 27: of a hundred hours thirty are protected, ten for each kit: seven a day
    "a protected floor": Known(
        ("HOURS", "FLOOR", "KEEP", "WISHES"),
        5.0,
        12,
        scene(70, None, **line(100), rivals=[HOSPITAL]) | {"uses": [{"user": "press", "resource": "line", "qty": 10}]},
    ),
    # sixty of ninety are protected and thirty are there: breached by half of the rival's day, three days long
    "a floor that cannot be": Known(
        ("FLOOR", "WISHES", "KEEP"),
        1.0,
        3,
        scene(3, None, **line(30), rivals=[HOSPITAL | {"qty": 90, "protected": 2 / 3}]),
        "floor",
    ),
    # all hundred hours for four days, half of them on the fifth: four days of the hospital's use
    "what a surge crowds out": Known(
        ("KEEP", "WISHES"),
        4.0,
        9,
        scene(45, None, **line(100), rivals=[HOSPITAL | {"protected": 0}])
        | {"uses": [{"user": "press", "resource": "line", "qty": 10}]},
        "rivals",
    ),
    # five a day go to the town's own people, half of ten; all of it is protected
    "a rival for goods": Known(
        ("ITEMS", "FLOOR", "KEEP"),
        5.0,
        12,
        scene(50, TENS, rivals=[{"rival": "town", "kind": "item", "target": "kit@works", "qty": 5}]),
    ),
    # four of ten kits a day find room on the road beside the mail
    "a rival for a lane": Known(
        ("SHIP", "FLOOR", "KEEP"),
        5.0,
        12,
        scene(
            40,
            None,
            recipients=[{"recipient": "depot", "site": "town"}],
            lanes=[{"lane": "road", "from": "works", "to": "town", "capacity": 10}],
            rivals=[{"rival": "mail", "kind": "lane", "target": "road", "qty": 6}],
        ),
    ),
    # sixty a day of a hundred and twenty are for schools: five kits of twelve a day
    "a rival for money": Known(
        ("MONEY", "FLOOR", "KEEP"),
        5.0,
        12,
        scene(50, {"unit_cost": 12, "fund": "grant"})
        | {
            "funds": [{"fund": "grant"}],
            "allotments": [{"fund": "grant", "date": day(at), "amount": 120} for at in range(12)],
            "rivals": [{"rival": "schools", "kind": "fund", "target": "grant", "qty": 60}],
        },
    ),
    # eight made, four asked for: four are there from the first day on, eight a day later
    "a safety stock": Known(
        ("SAFETY", "WISHES"),
        0.5,
        4,
        scene(4, {"max_rate": 8}, stock=[{"site": "works", "item": "kit", "safety": 8}]),
        "safety",
    ),
    # five a day were ordered for two days, and nothing else may be made then; ten a day after it
    "orders that are frozen": Known(
        ("FREEZE",),
        70 / 30,
        6,
        scene(30, TENS)
        | {"previous": [{"kind": "make", "key": "press", "from_d": at, "to_d": at + 1, "qty": 5} for at in range(2)]},
        freeze=day(2),
    ),
    # ten a day were ordered and only eight can be made: a fifth of each of two days
    "orders that cannot be kept": Known(
        ("FREEZE", "WISHES"),
        0.2,
        6,
        scene(30, {"max_rate": 8})
        | {"previous": [{"kind": "make", "key": "press", "from_d": at, "to_d": at + 1, "qty": 10} for at in range(2)]},
        "freeze",
        freeze=day(2),
    ),
}
"""Rivals, safety stock and frozen orders; the answer may be what is missed of a wish."""
