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


def scenario(nodes: int, weeks: int) -> tuple[Tables, Plan]:
    """The tables of the network and the plan that is followed."""
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
    config = {"name": "network", "currency": "EUR", "start": date(2030, 1, 7), "period_d": WEEK, "periods": weeks}
    return Tables.from_rows(config, rows), _plan(nodes, weeks, rate, begin, need)


def _plan(nodes: int, weeks: int, rate: list[float], begin: list[int], need: float) -> Plan:
    """Even starts, and deliveries as they come."""
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
    gates = pl.DataFrame(schema={"gate": pl.String, "start_d": pl.Float64, "done_d": pl.Float64})
    tables = {"flows": flows, "states": pl.DataFrame(schema=ENTRIES), "gates": gates}
    return Plan("solved", date(2030, 1, 7), np.arange(weeks + 1) * WEEK, tables)


def _entries(kind: str, keys: list[str], items: list[str], week: Any, value: Any) -> pl.DataFrame:
    columns = {"kind": [kind] * len(keys), "key": keys, "item": items, "period": week + 1, "value": value}
    return pl.DataFrame(columns, schema=ENTRIES)
