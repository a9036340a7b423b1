"""A scenario in which every rule has something to hold, and a plan of it, for faults to be put into."""

from __future__ import annotations

from functools import cache
from typing import Any

import fullrate as fr

Rows = list[dict[str, Any]]
CONFIG = {
    "name": "scene",
    "currency": "EUR",
    "start": "2030-01-07",
    "period_d": 7,
    "periods": 14,
    "tail": 1,
    "fund": "loan",
    "freeze_until": "2030-01-14",
}


def week(number: int) -> str:
    """The first day of a week, counted from 1."""
    from datetime import date, timedelta

    return (date(2030, 1, 7) + timedelta(weeks=number - 1)).isoformat()


SAMPLE = {"pass": 0.6, "needs_item": "sheet", "needs_qty": 3, "needs_site": "works"}
TABLES: dict[str, Rows] = {
    "items": [
        {"item": "kit", "family": "kits", "mass": 2, "hold_cost": 0.001},
        {"item": "set", "family": "kits", "value": 2, "mass": 5},
        {"item": "plate", "mass": 1},
        {"item": "sheet", "shelf_life_d": 70},
        {"item": "dud"},
        {"item": "spare"},
    ],
    "sites": [
        {"site": "mine", "region": "south"},
        {"site": "works", "region": "north"},
        {"site": "mill", "region": "east", "opens": week(2)},
        {"site": "town", "region": "north", "closes": week(14)},
    ],
    "processes": [
        {"process": "dig", "site": "mine", "item": "plate", "max_rate": 3, "unit_cost": 0.1},
        {"process": "buy", "site": "mill", "item": "plate", "max_rate": 6, "unit_cost": 0.2, "fund": "grant"},
        {
            "process": "press",
            "site": "works",
            "item": "kit",
            "lead_d": 7,
            "yield": 0.9,
            "rework": 0.5,
            "gate": "licence",
            "escape": 0.03,
        },
        {
            "process": "mend",
            "site": "works",
            "item": "kit",
            "lead_d": 14,
            "progress": 0.8,
            "prior": 5,
            "escape": 0.03,
            "gate": "sample",
        },
        {
            "process": "hand",
            "site": "works",
            "item": "set",
            "max_rate": 3,
            "min_lot": 10,
            "fund": "grant",
            "unit_cost": 0.3,
        },
    ],
    "recipe": [
        {"process": "press", "slot": "steel", "item": "plate", "qty": 2},
        {"process": "press", "slot": "steel", "item": "sheet", "qty": 3, "share_max": 0.3},
        {"process": "press", "item": "dud", "qty": 1, "role": "reject"},
        {"process": "mend", "item": "dud", "qty": 1},
        {"process": "hand", "item": "plate", "qty": 1},
    ],
    "resources": [
        {"resource": "line", "capacity": 3, "pool": "shift", "ot_run_d": 14, "fund": "loan"},
        {"resource": "bench", "capacity": 2, "pool": "school"},
        {"resource": "crane", "capacity": 3},
    ],
    "uses": [
        {"user": "press", "resource": "line", "qty": 1},
        {"user": "hand", "resource": "line", "qty": 0.25},
        {"user": "mend", "resource": "bench", "qty": 0.5},
    ],
    "pools": [
        {"pool": "shift", "heads": 1, "hours": 5, "quit": 0.2, "wage": 0.02, "fund": "grant"},
        {"pool": "school", "heads": 0.02, "hours": 5, "quit": 0.2, "hire_max": 0.1, "fund": "loan"}
        | {"train_d": 14, "train_eff": 0.2, "trainer_h": 1, "dropout": 0.1, "hire_cost": 0.05},
    ],
    "overtime": [
        {"resource": "line", "segment": "evening", "share": 0.2, "eff": 0.9, "cost": 0.01},
        {"resource": "line", "segment": "weekend", "share": 0.3, "eff": 0.5, "cost": 0.02},
    ],
    "builds": [
        {"build": "second", "resource": "line", "add": 3, "lead_d": 14, "ramp": "slow", "integer": True, "capex": 9},
        {
            "build": "rig",
            "resource": "bench",
            "add": 1,
            "lead_d": 7,
            "max": 1.5,
            "opens": week(2),
            "life_d": 35,
            "gate": "design",
            "risk_gate": "design",
            "redo": 0.5,
        },
    ],
    "curves": [{"curve": "slow", "x": x, "y": y} for x, y in ((0, 0.5), (7, 0.5), (7, 1))],
    "lanes": [
        {
            "lane": "rail",
            "from": "mine",
            "to": "works",
            "item": "plate",
            "capacity": 25,
            "cap_unit": "kg",
            "loss": 0.02,
        },
        {
            "lane": "truck",
            "from": "mill",
            "to": "works",
            "item": "plate",
            "unit_cost": 0.05,
            "lead_d": 7,
            "min_ship": 5,
            "fixed_cost": 0.1,
        },
        {"lane": "road", "from": "works", "to": "town", "lead_d": 7, "capacity": 8},
    ],
    "stock": [
        {"site": "works", "item": "plate", "qty": 30, "max": 60},
        {"site": "works", "item": "plate", "qty": 20, "date": week(3)},
        {"site": "works", "item": "sheet", "qty": 90},
        {"site": "mill", "item": "plate", "qty": 40, "date": week(7)},
        {"site": "town", "item": "kit", "qty": 4, "max": 12},
        {"site": "mine", "item": "spare", "qty": 4, "safety": 6},
    ],
    "recipients": [
        {"recipient": "depot", "site": "town"},
        {"recipient": "clinic", "site": "town", "weight": 2},
        {"recipient": "school", "site": "town", "class": 2},
    ],
    "needs": [
        {"need": "order", "recipient": "depot", "item": "kit", "qty": 60},
        {"need": "call", "recipient": "clinic", "item": "kits", "qty": 50, "until": week(12)},
        {
            "need": "ration",
            "recipient": "clinic",
            "item": "kit",
            "qty": 28,
            "from": week(3),
            "until": week(13),
            "late": "lost",
        },
        {"need": "term", "recipient": "school", "item": "kit", "qty": 30, "from": week(6)},
    ],
    "plans": [{"process": "hand", "lot": 200, "n": 20, "c": 0, "defect": 0.02}],
    "quality": [{"family": "kits", "from": week(2), "aoq_max": 0.0299}],
    "mix": [{"family": "kits", "item": "set", "recipient": "clinic", "share_max": 0.5}],
    "funds": [{"fund": "grant", "carry": True, "expires": week(12)}, {"fund": "loan"}],
    "allotments": [
        {"fund": "grant", "date": week(1), "amount": 9},
        {"fund": "grant", "date": week(5), "amount": 3},
        *({"fund": "loan", "date": week(at), "amount": 12} for at in range(1, 15)),
    ],
    "gates": [
        {"gate": "design", "duration_d": 5, "cost": 3},
        {"gate": "licence", "duration_d": 7},
        {"gate": "sample", "duration_d": 7} | SAMPLE,
    ],
    "links": [{"before": "design", "after": "licence", "overlap": 0.4}],
    "rivals": [
        {"rival": "harbour", "kind": "resource", "target": "crane", "qty": 4},
        {"rival": "farm", "kind": "item", "target": "spare@works", "qty": 1, "protected": 0, "weight": 3},
    ],
    "previous": [
        {"kind": "make", "key": "dig", "from_d": 0, "to_d": 7, "qty": 12.5},
        {"kind": "make", "key": "hand", "from_d": 0, "to_d": 7, "qty": 13.5},
        {"kind": "ship", "key": "rail", "item": "plate", "from_d": 0, "to_d": 7, "qty": 12.5},
        {"kind": "ship", "key": "road", "item": "set", "from_d": 0, "to_d": 7, "qty": 4.5},
    ],
    "risks": [
        {"risk": "flood", "kind": "lane", "target": "rail", "prob": 1, "from": week(13), "duration_d": 14, "left": 0.2}
    ],
    "restrictions": [
        {"restriction": "ban", "kind": "region", "target": "east", "from": week(6), "to": week(11)},
        {"restriction": "strike", "kind": "lane", "target": "rail", "from": week(4), "to": week(6)},
        {"restriction": "recall", "kind": "item", "target": "sheet", "from": week(9), "to": week(11), "stock": True},
    ],
}


@cache
def tables() -> fr.Tables:
    return fr.Tables.from_rows(CONFIG, TABLES)


@cache
def plan() -> fr.Plan:
    return fr.plan(tables())
