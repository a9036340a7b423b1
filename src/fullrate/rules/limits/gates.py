r"""Gates: nothing starts before the gate in front of it is passed.

.. math:: x_{pt} = 0, \quad z_{bt} = 0 \qquad \text{for } e_{t-1} < \theta_g

====== =========================================== ==================== ====
symbol meaning                                     table column         unit
====== =========================================== ==================== ====
x, z   starts, builds                              ``make``, ``build``  start, build
theta  day the gate is passed, at ``gate_quantile`` ``gates``, ``links`` d
====== =========================================== ==================== ====

The day is a quantile of the sampled network and stored in the plan; its check verifies precedence exactly, and the
quantile by a sampler of its own. Inside their windows columns before a gate do not exist; the rows show with windows
off.

>>> from fullrate.rules import tiny
>>> print(tiny.shown("GATE", tiny.GATED))
gate_make[press,1]: make[press,1] <= 0
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from fullrate.case import Case
from fullrate.lp.rows import RowBlock
from fullrate.results import Plan
from fullrate.rules import plainly
from fullrate.rules.base import Cols, Excess, Rule, Trace, over, under
from fullrate.rules.shut import before
from fullrate.tables import Cell, Tables

SAMPLES = 2000
"""Samples with which the check draws the network again."""
MISSES = 5.0
"""Standard errors of a share that the check allows: a false alarm in 1.7 million (normal, two-sided)."""


def rows(case: Case, cols: Cols) -> list[RowBlock]:
    """Columns that lie before the gate of their element."""
    gates = case.openings.gate
    return [
        before("gate_make", cols["make"], gates[case.tables["processes"].gate], case),
        before("gate_build", cols["build"], gates[case.tables["builds"].gate], case),
    ]


def check(tables: Tables, plan: Plan) -> Iterator[Excess]:
    """Dates of gates drawn again; nothing before them."""
    stated = {
        name: (begin, end) for name, begin, end in plan.table("gates").select("gate", "start_d", "done_d").iter_rows()
    }
    yield from _precedence(tables, stated)
    yield from _quantiles(tables, stated)
    for column, table, key in (("make", "processes", "process"), ("build", "builds", "build")):
        gate = {row[key]: row["gate"] for row in tables.rows(table) if row["gate"] is not None}
        for (name, period), amount in plan[column].items():
            if name in gate:
                first = plainly.usable(plan.edges, stated[gate[name]][1], tables.config.lead_rounding)
                if period < first:
                    yield from over("GATE", amount, 0.0, name, period)


def _precedence(tables: Tables, stated: dict[str, tuple[float, float]]) -> Iterator[Excess]:
    gates = {row["gate"]: row for row in tables.rows("gates")}
    for name, row in gates.items():
        begin, end = stated[name]
        yield from under("GATE", begin, 0.0, name)
        if end < float("inf"):
            yield from under("GATE", end, begin + row["duration_d"], name)
    for link in tables.rows("links"):
        begin, end = stated[link["before"]]
        done = begin if link["kind"] == "SS" else end - link["overlap"] * gates[link["before"]]["duration_d"]
        if done < float("inf"):
            yield from under("GATE", stated[link["after"]][0], done + link["lag_d"], link["before"], link["after"])


def _quantiles(tables: Tables, stated: dict[str, tuple[float, float]]) -> Iterator[Excess]:
    """Share of own samples at or before each stated day, against the quantile asked for."""
    gates = {row["gate"]: row for row in tables.rows("gates")}
    links = list(tables.rows("links"))
    luck = random.Random(tables.config.seed + 1)
    certain = all(row["pass"] >= 1 for row in gates.values())
    count = 1 if certain else SAMPLES
    draws = [_walk(gates, links, luck) for _ in range(count)] if gates else []
    level = tables.config.gate_quantile
    for name in gates:
        day = stated[name][1]
        below = sum(draw[name] < day - 1e-6 for draw in draws) / count
        within = sum(draw[name] <= day + 1e-6 for draw in draws) / count
        room = 0.0 if certain else MISSES * (level * (1 - level) / count + level * (1 - level) / 4096) ** 0.5 + 1e-9
        if certain:
            level = 1.0
        yield from under("GATE", within, level - room, name)
        yield from over("GATE", below, level + room if not certain else 0.0, name)


def _walk(gates: dict[str, dict[str, Any]], links: list[dict[str, Any]], luck: random.Random) -> dict[str, float]:
    """Completion of each gate in one sample."""
    began: dict[str, float] = {}
    lasted = {name: _lasts(row, luck) for name, row in gates.items()}

    def begins(name: str) -> float:
        if name not in began:
            days = [0.0]
            for link in links:
                if link["after"] == name:
                    first = link["before"]
                    at = begins(first)
                    if link["kind"] != "SS":
                        at += lasted[first] - link["overlap"] * gates[first]["duration_d"]
                    days.append(at + link["lag_d"])
            began[name] = max(days)
        return began[name]

    return {name: begins(name) + lasted[name] for name in gates}


def _lasts(gate: dict[str, Any], luck: random.Random) -> float:
    retry = gate["duration_d"] if gate["retry_d"] is None else gate["retry_d"]
    for failures in range(int(gate["max_tries"])):
        if luck.random() < 1 - (1 - gate["pass"]) * (1 - gate["fix"]) ** failures:
            return float(gate["duration_d"] + failures * retry)
    return float("inf")


def _gate(table: str, key: str) -> Trace:
    """The gate in front of an element, and how long it takes."""

    def cells(tables: Tables, element: str) -> list[Cell]:
        gate = next(row["gate"] for row in tables.rows(table) if row[key] == element)
        return [Cell(table, element, "gate"), Cell("gates", gate, "duration_d")]

    return cells


RULE = Rule(
    code="GATE",
    title="Nothing starts before the gate in front of it is passed.",
    reads={
        "gates": ("gate", "duration_d", "pass", "retry_d", "fix", "max_tries"),
        "links": ("before", "after", "kind", "lag_d", "overlap"),
        "processes": ("gate",),
        "builds": ("gate",),
    },
    rows=rows,
    check=check,
    cells={
        "gate_make": _gate("processes", "process"),
        "gate_build": _gate("builds", "build"),
    },
)
