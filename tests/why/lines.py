"""Small production lines with one planted bottleneck: a resource, a pool, a rate, a lane, money, a lead or a gate."""

from __future__ import annotations

from typing import Any

import numpy as np

from fullrate.planning import Remedy
from fullrate.tables import Tables

AMOUNTS = ("hours", "labour", "make_rate", "ship_capacity", "money")
KINDS = (*AMOUNTS, "lane lead", "process lead", "gate")
PERIODS = 60


def in_a_row(need: float) -> Tables:
    """Two machines of ten a day, one after the other."""
    return Tables.from_rows(
        {"name": "series", "start": "2031-01-01", "period_d": 1, "periods": 40, "tail": 0},
        {
            "items": [{"item": name, "unit": "unit"} for name in ("raw", "mid", "kit")],
            "sites": [{"site": "works"}],
            "recipients": [{"recipient": "town", "site": "works"}],
            "needs": [{"need": "order", "recipient": "town", "item": "kit", "qty": need}],
            "stock": [{"site": "works", "item": "raw", "qty": 200}],
            "processes": [
                {"process": "first", "site": "works", "item": "mid", "max_rate": 10},
                {"process": "second", "site": "works", "item": "kit", "max_rate": 10},
            ],
            "recipe": [
                {"process": "first", "item": "raw", "qty": 1},
                {"process": "second", "item": "mid", "qty": 1},
            ],
        },
    )


def line(seed: int) -> tuple[Tables, Remedy]:
    """A line of two or three stages from stock at a mine to a town, and what was made scarce in it."""
    rng = np.random.default_rng([seed, 2024])
    stages, need = int(rng.integers(2, 4)), float(rng.integers(80, 160))
    kind = KINDS[seed % len(KINDS)]
    at = int(rng.integers(stages))
    slow = float(rng.uniform(2, 4))

    def ample() -> float:
        return float(rng.uniform(20, 40))

    def brief() -> int:
        return int(rng.integers(2)) if kind in AMOUNTS else 0

    rows: dict[str, list[dict[str, Any]]] = {
        "items": [{"item": f"part{i}", "unit": "unit"} for i in range(stages + 1)],
        "sites": [{"site": f"works{i}"} for i in range(stages)] + [{"site": "town"}],
        "recipients": [{"recipient": "people", "site": "town"}],
        "needs": [{"need": "order", "recipient": "people", "item": f"part{stages}", "qty": need}],
        "stock": [{"site": "works0", "item": "part0", "qty": need * 2}],
        "funds": [{"fund": "purse"}],
        "allotments": [{"fund": "purse", "date": _day(t), "amount": ample()} for t in range(PERIODS)],
        "pools": [],
        "gates": [],
    }
    for i in range(stages):
        name, here = f"step{i}", kind if i == at else ""
        there = f"works{i + 1}" if i + 1 < stages else "town"
        pool = {"pool": f"crew{i}"} if here == "labour" else {}
        gate = {"gate": f"permit{i}"} if here == "gate" else {}
        made = slow if here == "hours" else ample()
        rate = slow if here == "make_rate" else ample()
        lead = int(rng.integers(8, 14)) if here == "process lead" else brief()
        rows.setdefault("processes", []).append(
            {"process": name, "site": f"works{i}", "item": f"part{i + 1}", "lead_d": lead, "max_rate": rate, **gate}
            | ({"unit_cost": 1.0} if here == "money" else {})
        )
        rows.setdefault("recipe", []).append({"process": name, "item": f"part{i}", "qty": 1})
        rows.setdefault("resources", []).append({"resource": f"line{i}", "site": f"works{i}", "capacity": made, **pool})
        rows.setdefault("uses", []).append({"user": name, "resource": f"line{i}", "qty": 1})
        if pool:
            rows["pools"].append({"pool": f"crew{i}", "heads": slow, "hours": 1})
        if gate:
            rows["gates"].append({"gate": f"permit{i}", "duration_d": int(rng.integers(10, 20))})
        transit = int(rng.integers(8, 14)) if here == "lane lead" else brief()
        room = slow if here == "ship_capacity" else ample()
        rows.setdefault("lanes", []).append(
            {"lane": f"road{i}", "from": f"works{i}", "to": there, "item": f"part{i + 1}"}
            | {"lead_d": transit, "capacity": room}
        )
    if kind == "money":
        for row in rows["allotments"]:
            row["amount"] = slow
    keys = {
        "hours": f"line{at}",
        "labour": f"crew{at}",
        "make_rate": f"step{at}",
        "ship_capacity": f"road{at}",
        "money": "purse",
        "lane lead": f"road{at}",
        "process lead": f"step{at}",
        "gate": f"permit{at}",
    }
    config = {"name": "line", "start": "2031-01-01", "period_d": 1, "periods": PERIODS, "fund": "purse", "tail": 0}
    return Tables.from_rows(config, {name: each for name, each in rows.items() if each}), Remedy(kind, keys[kind])


def _day(t: int) -> str:
    return f"2031-{1 + t // 28:02d}-{1 + t % 28:02d}"
