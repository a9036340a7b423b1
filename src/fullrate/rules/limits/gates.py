r"""Gates: nothing starts before the gate in front of it is passed.

.. math:: x_{pt} = 0, \quad z_{bt} = 0 \qquad \text{for } e_{t-1} < \theta_g

====== =========================================== ==================== ====
symbol meaning                                     table column         unit
====== =========================================== ==================== ====
x, z   starts, builds                              ``make``, ``build``  start, build
theta  day the gate is passed, at ``gate_quantile`` ``gates``, ``links`` d
====== =========================================== ==================== ====

A gate with a target for the mean time between failures takes, besides its days, the test hours that reliability growth
still needs (Crow 1974). A gate that begins before the one in front of it is passed (a start-to-start link, or an
overlap) does the share ``links.redo`` of its first try again if the first try of that one fails. The day is a quantile
of the sampled network and stored in the plan; its check verifies precedence exactly, and the quantile by a sampler of
its own. Gates that use up articles, and what waits for them, are left to TEST. Inside their windows columns before a
gate do not exist; the rows show with windows off.

>>> from fullrate.rules import tiny
>>> print(tiny.shown("GATE", tiny.GATED))
gate_make[press,1]: make[press,1] <= 0
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from math import log
from typing import Any

from fullrate.case import Case
from fullrate.lp.rows import RowBlock
from fullrate.results import Plan
from fullrate.rules import plainly
from fullrate.rules.base import Cols, Excess, Rule, gate_before, over, under
from fullrate.rules.shut import before
from fullrate.tables import Tables

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
    dated = {row["gate"]: row for row in tables.rows("gates") if row["gate"] not in plainly.decided(tables)}
    links = [link for link in tables.rows("links") if link["after"] in dated]
    yield from _precedence(dated, links, stated, max(plainly.day(tables, tables.config.decided, 0.0), 0.0))
    yield from _quantiles(tables, dated, links, stated)
    for column, table, key in (("make", "processes", "process"), ("build", "builds", "build")):
        gate = {row[key]: row["gate"] for row in tables.rows(table) if row["gate"] is not None}
        for (name, period), amount in plan[column].items():
            if gate.get(name) in dated:
                first = plainly.usable(plan.edges, stated[gate[name]][1], tables.config.lead_rounding)
                if period < first:
                    yield from over("GATE", amount, 0.0, name, period)


Row = dict[str, Any]


def _precedence(
    gates: dict[str, Row], links: list[Row], stated: dict[str, tuple[float, float]], decided: float
) -> Iterator[Excess]:
    for name, row in gates.items():
        begin, end = stated[name]
        yield from under("GATE", begin, decided, name)
        if end < float("inf"):
            yield from under("GATE", end, begin + row["duration_d"], name)
    for link in links:
        begin, end = stated[link["before"]]
        done = begin if link["kind"] == "SS" else end - link["overlap"] * gates[link["before"]]["duration_d"]
        if done < float("inf"):
            yield from under("GATE", stated[link["after"]][0], done + link["lag_d"], link["before"], link["after"])


def _quantiles(
    tables: Tables, gates: dict[str, Row], links: list[Row], stated: dict[str, tuple[float, float]]
) -> Iterator[Excess]:
    """Share of own samples at or before each stated day, against the quantile asked for."""
    luck = random.Random(tables.config.seed + 1)
    certain = all(row["pass"] >= 1 and row["mtbf_target"] is None for row in gates.values())
    seen = {name: [row["hours"] for row in tables.rows("failures") if row["gate"] == name] for name in gates}
    count = 1 if certain else SAMPLES
    decided = max(plainly.day(tables, tables.config.decided, 0.0), 0.0)
    draws = [_walk(gates, links, seen, luck, decided) for _ in range(count)] if gates else []
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


def _walk(
    gates: dict[str, Row],
    links: list[Row],
    seen: dict[str, list[float]],
    luck: random.Random,
    decided: float,
) -> dict[str, float]:
    """Completion of each gate in one sample."""
    began: dict[str, float] = {}
    drawn = {name: _lasts(row, luck) for name, row in gates.items()}
    lasted = {
        name: days + _tested(row, seen[name], luck)
        for (name, row), (days, _) in zip(gates.items(), drawn.values(), strict=True)
    }

    def begins(name: str) -> float:
        if name not in began:
            days = [decided]
            for link in links:
                if link["after"] == name:
                    first = link["before"]
                    at = begins(first)
                    if link["kind"] != "SS":
                        at += lasted[first] - link["overlap"] * gates[first]["duration_d"]
                    days.append(at + link["lag_d"])
            began[name] = max(days)
            again = 0.0
            for link in links:
                redo, first = link["redo"], link["before"]
                if link["after"] == name and drawn[first][1] and began[name] < began[first] + lasted[first]:
                    again = max(again, redo)
            lasted[name] += again * gates[name]["duration_d"]
        return began[name]

    return {name: begins(name) + lasted[name] for name in gates}


def _lasts(gate: dict[str, Any], luck: random.Random) -> tuple[float, bool]:
    """Days of all tries, infinite when they are too few, and whether the first fails."""
    retry = gate["duration_d"] if gate["retry_d"] is None else gate["retry_d"]
    for failures in range(int(gate["max_tries"])):
        if luck.random() < 1 - (1 - gate["pass"]) * (1 - gate["fix"]) ** failures:
            return float(gate["duration_d"] + failures * retry), failures > 0
    return float("inf"), True


def _tested(gate: dict[str, Any], seen: list[float], luck: random.Random) -> float:
    """Days of test until the mean time between failures is the target, in one sample of what failures leave open."""
    if gate["mtbf_target"] is None:
        return 0.0
    run, count = max(seen), len(seen)
    estimate = count / sum(log(run / hours) for hours in seen)
    beta = estimate * luck.gammavariate(count - 1, 1.0) / count
    target = gate["mtbf_target"] * luck.gammavariate(count, 1.0) * beta / run  # in what the mean is now
    if target <= 1:
        return 0.0
    if beta >= 1 or log(target) / (1 - beta) > 700:
        return float("inf")
    return float(run * (target ** (1 / (1 - beta)) - 1) / gate["test_h"])


RULE = Rule(
    code="GATE",
    title="Nothing starts before the gate in front of it is passed.",
    reads={
        "gates": (
            "gate",
            "duration_d",
            "pass",
            "retry_d",
            "fix",
            "max_tries",
            "needs_item",
            "mtbf_target",
            "test_h",
        ),
        "failures": ("gate", "hours"),
        "links": ("before", "after", "kind", "lag_d", "overlap", "redo"),
        "processes": ("gate",),
        "builds": ("gate",),
    },
    rows=rows,
    check=check,
    cells={
        "gate_make": gate_before("processes", "process"),
        "gate_build": gate_before("builds", "build"),
    },
)
