"""Tiny scenarios of variants, quality, shelf life, shipments and practice whose answer a person can work out."""

from __future__ import annotations

from math import log

from rules.scenes import DIG, PRESS, TENS, Known, Rows, day, line, scene

VARIANTS: dict[str, Rows] = {
    "items": [{"item": "kit", "family": "kits"}, {"item": "set", "family": "kits", "value": 1.5}],
    "needs": [{"need": "order", "recipient": "depot", "item": "kits", "qty": 60}],
}
VARIED: dict[str, Known] = {
    # 20 of 100 in stock a day for the three days they keep: 60, and 40 never
    "stock that does not keep": Known(
        ("SHELF",),
        2.9,
        5,
        scene(100, {"max_rate": 0}, recipients=[{"recipient": "depot", "site": "town"}])
        | {
            "items": [{"item": "kit", "shelf_life_d": 3}],
            "lanes": [{"lane": "road", "from": "works", "to": "town", "capacity": 20}],
            "stock": [{"site": "works", "item": "kit", "qty": 100}],
        },
    ),
    # made on two days, four a day can leave, of day 2 until day 4: 4, 4, 4, 4, and 4 never
    "goods that do not keep": Known(
        ("SHELF",),
        2.8,
        6,
        scene(20, TENS, recipients=[{"recipient": "depot", "site": "town"}])
        | {
            "items": [{"item": "kit", "shelf_life_d": 2}],
            "series": [{"table": "processes", "key": "press", "column": "max_rate", "date": day(2), "value": 0}],
            "lanes": [{"lane": "road", "from": "works", "to": "town", "capacity": 4}],
        },
    ),
    # three a day are made, ten leave or none, a day on the way: 11 come on day 5, 10 on day 8
    "a smallest shipment": Known(
        ("DISPATCH",),
        6.1875,
        8,
        scene(24, {"max_rate": 3}, recipients=[{"recipient": "depot", "site": "town"}])
        | {"lanes": [{"lane": "road", "from": "works", "to": "town", "lead_d": 1, "min_ship": 10}]},
    ),
    # three are needed and ten must leave: seven plates from stock go with them
    "a shipment filled with something else": Known(
        ("DISPATCH",),
        0.5,
        3,
        scene(3, {"max_rate": 3}, recipients=[{"recipient": "depot", "site": "town"}])
        | {
            "lanes": [{"lane": "road", "from": "works", "to": "town", "min_ship": 10}],
            "stock": [{"site": "works", "item": "plate", "qty": 7}],
        },
    ),
    # money for one shipment a day and only on two days: two times four
    "a shipment that costs": Known(
        ("DISPATCH", "MONEY"),
        (4 * 0.5 + 4 * 1.5 + 4 * 4) / 12,
        4,
        scene(12, None, recipients=[{"recipient": "depot", "site": "town"}])
        | {
            "lanes": [{"lane": "road", "from": "works", "to": "town", "capacity": 4, "fixed_cost": 5, "fund": "grant"}],
            "funds": [{"fund": "grant"}],
            "allotments": [{"fund": "grant", "date": day(at), "amount": 5} for at in range(2)],
        },
    ),
    # three days by road are too many for what keeps two; two a day by air, on the next day
    "a way that is too long": Known(
        ("SHELF",),
        3.5,
        8,
        scene(10, None, recipients=[{"recipient": "depot", "site": "town"}])
        | {
            "items": [{"item": "kit", "shelf_life_d": 2}],
            "lanes": [
                {"lane": "air", "from": "works", "to": "town", "capacity": 2, "lead_d": 1},
                {"lane": "road", "from": "works", "to": "town", "lead_d": 3},
            ],
        },
    ),
    # an hour for one that counts one, two hours for one that counts one and a half, a quarter of these: 9 of 10 hours
    "a least share": Known(
        ("MIX",),
        3.35,
        9,
        scene(60, None, processes=[PRESS, PRESS | {"process": "weld", "item": "set"}], **line(10))
        | VARIANTS
        | {
            "uses": [
                {"user": "press", "resource": "line", "qty": 1},
                {"user": "weld", "resource": "line", "qty": 2},
            ],
            "mix": [{"family": "kits", "item": "set", "share_min": 0.25}],
        },
    ),
    # a tenth is bad of what takes an hour, nothing of what takes an hour and a half, a twentieth may be: half and half
    "a limit on defects": Known(
        ("AOQ",),
        5.0,
        20,
        scene(
            76,
            None,
            processes=[PRESS | {"escape": 0.1}, PRESS | {"process": "test", "item": "set", "mode_of": "press"}],
            **line(10),
        )
        | {
            "items": [
                {"item": "kit", "family": "kits", "value": 0.9},
                {"item": "set", "family": "kits"},
            ],
            "needs": [{"need": "order", "recipient": "depot", "item": "kits", "qty": 76}],
            "uses": [
                {"user": "press", "resource": "line", "qty": 1},
                {"user": "test", "resource": "line", "qty": 1.5},
            ],
            "quality": [{"family": "kits", "aoq_max": 0.05}],
        },
    ),
    # six kits a day, and a third as many sets of the hundred in stock; from day 5 on all that are left
    "a largest share": Known(
        ("MIX",),
        (32 * 2 + 28 * 4.5) / 60,
        6,
        scene(60, {"max_rate": 6})
        | VARIANTS
        | {
            "items": [{"item": "kit", "family": "kits"}, {"item": "set", "family": "kits"}],
            "stock": [{"site": "works", "item": "set", "qty": 100}],
            "mix": [
                {"family": "kits", "item": "set", "recipient": "depot", "share_max": 0.25},
                {"family": "kits", "item": "set", "recipient": "depot", "from": day(4)},
            ],
        },
    ),
    # ten kits on day 1 take 20 ln 1.5 hours of ten; plates take the rest and, 1.001 hours each, the three days after
    "practice": Known(
        ("LEARN", "HOURS"),
        0.5 + 10 * 4 - (3.5 * (10 - 20 * log(1.5)) + 10 * (2.5 + 1.5 + 0.5)) / 1.001 / 10,
        4,
        scene(10, None, processes=[PRESS | {"progress": 0.5, "prior": 20}, DIG])
        | {
            "resources": [{"resource": "line", "capacity": 10}],
            "uses": [
                {"user": "press", "resource": "line", "qty": 1},
                {"user": "dig", "resource": "line", "qty": 1.001},
            ],
            "recipients": [
                {"recipient": "depot", "site": "works"},
                {"recipient": "shop", "site": "works", "weight": 10},
            ],
            "needs": [
                {"need": "order", "recipient": "depot", "item": "kit", "qty": 10},
                {"need": "large", "recipient": "shop", "item": "plate", "qty": 100},
            ],
        },
    ),
}
"""Shares of variants, levels of inspection, goods that do not keep, smallest shipments, and practice."""
