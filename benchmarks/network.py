"""A network for executions: a tree of works, each with a machine that fails, a yield that varies and a lead time.

Every works but the leaves takes one unit of each of its suppliers' goods per start; the root delivers. The plan runs
all of them evenly from the week in which goods can be there; it is written down, not solved for.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import polars as pl

from fullrate.planning.answer import ENTRIES
from fullrate.results import Plan
from fullrate.tables import Tables

RATE = 100.0
"""Starts of a leaf per week."""
SPARE = 1.25
"""Capacity of a machine over what the plan asks of it."""
YIELDS = (0.85, 1.0)
"""Ends of the uniform yield of each start period."""
FAILURES, REPAIR = 6.0, 7.0
"""Failures a year, days of repair."""
WEEK = 7.0


def leads(nodes: int) -> list[int]:
    """Weeks of lead of each works: one to three."""
    return [1 + node % 3 for node in range(nodes)]


def suppliers(node: int, nodes: int) -> list[int]:
    """Works that supply another: a binary tree."""
    return [child for child in (2 * node + 1, 2 * node + 2) if child < nodes]


def rates(nodes: int) -> tuple[list[float], list[int]]:
    """Starts per week of each works in the plan, and the week (0-based) in which it begins."""
    rate, begin, lead, good = [RATE] * nodes, [0] * nodes, leads(nodes), sum(YIELDS) / 2
    for node in reversed(range(nodes)):
        below = suppliers(node, nodes)
        if below:
            rate[node] = min(good * rate[child] for child in below)
            begin[node] = max(begin[child] + lead[child] for child in below)
    return rate, begin


def scenario(nodes: int, weeks: int, *, every: bool = False) -> tuple[Tables, Plan]:
    """The tables of the network and the plan that is followed; ``every``: with something of every kind to execute."""
    rate, begin = rates(nodes)
    lead, good = leads(nodes), sum(YIELDS) / 2
    running = weeks - begin[0] - lead[0]
    need = 0.6 * running * rate[0] * good
    names = [f"n{node}" for node in range(nodes)]
    rows: dict[str, list[dict[str, Any]]] = {
        "items": [{"item": name} for name in names],
        "sites": [{"site": "works"}],
        "processes": [
            {"process": f"make-{name}", "site": "works", "item": name, "lead_d": WEEK * weeks_, "yield": good}
            for name, weeks_ in zip(names, lead, strict=True)
        ],
        "recipe": [
            {"process": f"make-n{node}", "item": f"n{child}", "qty": 1}
            for node in range(nodes)
            for child in suppliers(node, nodes)
        ],
        "resources": [{"resource": f"m{node}", "capacity": SPARE * rate[node] / WEEK} for node in range(nodes)],
        "uses": [{"user": f"make-n{node}", "resource": f"m{node}", "qty": 1} for node in range(nodes)],
        "recipients": [{"recipient": "town", "site": "works"}],
        "needs": [{"need": "town", "recipient": "town", "item": "n0", "qty": need}],
        "uncertainty": [
            {
                "table": "processes", "key": f"make-{name}", "column": "yield", "dist": "uniform", "low": YIELDS[0],
                "high": YIELDS[1], "draw": "each",
            }
            for name in names
        ],
        "risks": [
            {"risk": f"fails-{name}", "kind": "resource", "target": f"m{node}", "rate": FAILURES, "duration_d": REPAIR}
            for node, name in enumerate(names)
        ],
    }  # fmt: skip
    if every:
        _everything(rows, nodes)
    config = {"name": "network", "currency": "EUR", "start": date(2030, 1, 7), "period_d": WEEK, "periods": weeks}
    return Tables.from_rows(config, rows), _plan(nodes, weeks, rate, begin, need, every=every)


def _everything(rows: dict[str, list[dict[str, Any]]], nodes: int) -> None:
    """Money, crews, overtime, builds, a gate, learning, lots, stock that costs and spoils, rivals, draws that last.

    All is ample, so that the plan stays what it is: what is added is what has to be worked out for it.
    """
    for process in rows["processes"]:
        process |= {"unit_cost": 1.0, "fund": "purse"}
    for process in rows["processes"][1::10]:
        process |= {"min_lot": 1.0}
    for process in rows["processes"][2::100]:
        process |= {"progress": 0.95, "prior": 1e6}
    for resource in rows["resources"]:
        resource |= {"pool": "crew"}
    for item in rows["items"][3::10]:
        item |= {"hold_cost": 0.01, "shelf_life_d": 700}
    rows["pools"] = [{"pool": "crew", "heads": 4.0 * nodes * RATE, "quit": 0.0, "wage": 1.0, "fund": "purse"}]
    rows["funds"] = [{"fund": "purse", "carry": True}]
    rows["allotments"] = [{"fund": "purse", "date": date(2030, 1, 7), "amount": 1e9}]
    rows["gates"] = [{"gate": "approval", "duration_d": 0.0, "cost": 1.0, "fund": "purse"}]
    rows["overtime"] = [{"resource": "m4", "segment": "evening", "share": 0.1}]
    rows["builds"] = [{"build": "more", "resource": "m5", "add": 1.0, "lead_d": 70, "fund": "purse"}]
    rows["rivals"] = [{"rival": "others", "kind": "resource", "target": "m6", "qty": 0.001}]
    rows["uncertainty"] += [
        {
            "table": "resources", "key": f"m{node}", "column": "capacity", "dist": "uniform", "low": 0.999,
            "high": 1.001, "as": "factor",
        }
        for node in range(7, nodes, 10)
    ]  # fmt: skip


def _plan(nodes: int, weeks: int, rate: list[float], begin: list[int], need: float, *, every: bool) -> Plan:
    """Even starts, deliveries as they come, and the gate of ``every`` begun on the first day."""
    made = np.zeros((nodes, weeks))
    for node in range(nodes):
        made[node, begin[node] :] = rate[node]
    given, lead, so_far = np.zeros(weeks), leads(nodes)[0], 0.0
    for week in range(lead, weeks):
        given[week] = min(made[0, week - lead] * sum(YIELDS) / 2, need - so_far)
        so_far += given[week]
    node, week = np.nonzero(made)
    flows = pl.concat(
        [
            _entries("make", [f"make-n{n}" for n in node], [f"n{n}" for n in node], week, made[node, week]),
            _entries("deliver", ["town"] * weeks, ["n0"] * weeks, np.arange(weeks), given),
        ]
    )
    gates = pl.DataFrame({"gate": ["approval"], "start_d": [0.0], "done_d": [0.0]})
    gates = gates if every else gates.clear()
    tables = {"flows": flows, "states": pl.DataFrame(schema=ENTRIES), "gates": gates}
    return Plan("solved", date(2030, 1, 7), np.arange(weeks + 1) * WEEK, tables, {"preview": False})


def _entries(kind: str, keys: list[str], items: list[str], week: Any, value: Any) -> pl.DataFrame:
    columns = {"kind": [kind] * len(keys), "key": keys, "item": items, "period": week + 1, "value": value}
    return pl.DataFrame(columns, schema=ENTRIES)
