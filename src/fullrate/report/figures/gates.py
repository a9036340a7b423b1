"""Gates as figure data: dates, odds of passing as the tables have them, and what is at stake behind them."""

from __future__ import annotations

from collections import defaultdict
from math import isfinite, prod
from typing import Any

import polars as pl

from fullrate.report.figures.periods import NOTABLE
from fullrate.report.figures.schedule import shut_gates
from fullrate.results import Plan
from fullrate.rules import plainly
from fullrate.tables import Tables

Schema = dict[str, Any]
GATES: Schema = {
    "gate": pl.String,
    **dict.fromkeys(("begins_d", "passed_d"), pl.Float64),
    **dict.fromkeys(("begins", "passed"), pl.Date),
    "opened": pl.Boolean,
    "decided": pl.Boolean,
    "tries": pl.Int64,
    **dict.fromkeys(("first_try", "by_then", "at_all"), pl.Float64),
    "behind": pl.List(pl.String),
}
STAKES: Schema = {
    **dict.fromkeys(("build", "gate"), pl.String),
    "begins": pl.Date,
    **dict.fromkeys(("builds", "fails", "redo_d", "redo_cost"), pl.Float64),
}


def gates(tables: Tables, plan: Plan) -> pl.DataFrame:
    """Gates in the order of their dates.

    Returns:
        gate, begins_d, passed_d (days; null: not inside the plan), begins, passed (dates), opened (whether the plan
        opens it), decided (whether the plan decides when it begins), tries (that a decided gate is planned with; null
        for a date from samples), first_try (odds that the first try passes), by_then (that the date holds, all gates
        before it included), at_all (that it passes within its most tries, once begun), behind (what waits for it:
        gates, processes, builds).
    """
    tested, closed = plainly.decided(tables), shut_gates(tables, plan)
    known = {row["gate"]: row for row in tables.rows("gates")}
    behind = _behind(tables)
    rows = []
    for name, begins, passed in plan.table("gates").sort("done_d", "start_d", "gate").iter_rows():
        gate = known[name]
        count = plainly.tries(gate, tables.config.gate_quantile)[0] if name in tested else None
        most = int(gate["max_tries"])
        by_then = _by_then(tables, name, known, tested)
        days = [day if isfinite(day) and day <= plan.edges[-1] else None for day in (begins, passed)]
        dates = [None if day is None else plan.date(day) for day in days]
        opened = name not in closed and days[0] is not None
        odds = (gate["pass"], by_then, passes_within(gate, most))
        rows.append((name, *days, *dates, opened, name in tested, count, *odds, behind[name]))
    return pl.DataFrame(rows, GATES, orient="row")


def passes_within(gate: dict[str, Any], count: int) -> float:
    """Odds that one of the first tries passes; a failed try removes the share ``fix`` of the flaws."""
    return 1 - float(prod((1 - gate["pass"]) * (1 - gate["fix"]) ** failures for failures in range(count)))


def _by_then(tables: Tables, name: str, known: dict[str, Any], tested: set[str]) -> float:
    """Odds that the date holds: the quantile of sampled dates, times that planned tries of decided gates are enough.

    One where nothing on the way to it is left open.
    """
    way = {name}
    while more := {link["before"] for link in tables.rows("links") if link["after"] in way} - way:
        way |= more
    quantile = tables.config.gate_quantile
    decided = [known[gate] for gate in way & tested]
    dated = [known[gate] for gate in way - tested]
    certain = all(gate["pass"] >= 1 and gate["mtbf_target"] is None for gate in dated)
    enough: float = prod(passes_within(gate, plainly.tries(gate, quantile)[0]) for gate in decided)
    return enough * (1.0 if certain else quantile)


def _behind(tables: Tables) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for link in tables.rows("links"):
        found[link["before"]].append(link["after"])
    for table, key in (("processes", "process"), ("builds", "build")):
        for row in tables.rows(table):
            if row["gate"] is not None:
                found[row["gate"]].append(row[key])
    return found


def stakes(tables: Tables, plan: Plan) -> pl.DataFrame:
    """Builds that the plan starts at the risk of their gate, and what a failure of its first try adds.

    Returns:
        build, gate, begins (date), builds (how many), fails (odds that the first try fails), redo_d (days that are
        done again after it), redo_cost (millions that are spent again).
    """
    builds = {row["build"]: row for row in tables.rows("builds")}
    passes = {row["gate"]: row["pass"] for row in tables.rows("gates")}
    rows = []
    for (name, period), amount in sorted(plan["risk"].items(), key=lambda one: one[0][1]):
        if amount > NOTABLE:
            row = builds[name]
            again = (row["redo"] * row["lead_d"], row["redo"] * row["capex"] * amount)
            begins = plan.date(plan.edges[period - 1])
            rows.append((name, row["risk_gate"], begins, amount, 1 - passes[row["risk_gate"]], *again))
    return pl.DataFrame(rows, STAKES, orient="row")
