"""Gates, builds with their ramps, and processes: what runs from when to when."""

from __future__ import annotations

import polars as pl

from fullrate.report.figures.periods import NOTABLE
from fullrate.report.names import plain
from fullrate.results import Plan
from fullrate.rules import plainly
from fullrate.tables import Tables

PHASES = ("gate", "lead time", "ramp-up", "running")
SCHEMA = {"kind": pl.String, "key": pl.String, "label": pl.String, "phase": pl.String}


def bars(tables: Tables, plan: Plan) -> pl.DataFrame:
    """Bars of the Gantt chart, cut at the horizon.

    Returns:
        kind (gate, build, process), key, label, phase, begin, end (days after the start), quantity.
    """
    rows = [*_gates(tables, plan), *_builds(tables, plan), *_processes(plan)]
    numbers = dict.fromkeys(("begin", "end", "quantity"), pl.Float64)
    horizon = float(plan.edges[-1])
    frame = pl.DataFrame(rows, {**SCHEMA, **numbers}, orient="row")
    return frame.filter(pl.col("begin") < horizon).with_columns(end=pl.col("end").clip(None, horizon))


Bar = tuple[str, str, str, str, float, float, float]


def _gates(tables: Tables, plan: Plan) -> list[Bar]:
    closed = shut_gates(tables, plan)
    rows = plan.table("gates").filter(pl.col("done_d").is_finite()).sort("start_d", "done_d").iter_rows()
    return [("gate", gate, plain(gate), "gate", begin, end, 1.0) for gate, begin, end in rows if gate not in closed]


def shut_gates(tables: Tables, plan: Plan) -> set[str]:
    """Gates that cost money or load an office and that the plan leaves shut; a test takes both when it starts."""
    costly = {row["gate"] for row in tables.rows("gates") if row["cost"] > 0}
    costly |= {row["user"] for row in tables.rows("uses") if row["qty"] > 0} & set(tables.keys("gates"))
    tested = {gate for (gate, _), _ in plan["test"].items()}
    return {gate for gate in costly - tested if plan["open"][gate] < 0.5}


def _builds(tables: Tables, plan: Plan) -> list[Bar]:
    rows: list[Bar] = []
    known = {row["build"]: row for row in tables.rows("builds")}
    full = {row["curve"]: 0.0 for row in tables.rows("curves")}
    for row in tables.rows("curves"):
        full[row["curve"]] = max(full[row["curve"]], row["x"])
    started: dict[str, list[tuple[int, str, float]]] = {}
    for period, build, step, amount in orders(plan):
        started.setdefault(build, []).append((period, step, amount))
    for build, starts in started.items():
        for number, (period, step, amount) in enumerate(sorted(starts), start=1):
            label = plain(build) if len(starts) == 1 else f"{plain(build)}, order {number}"
            begin = float(plan.edges[period - 1])
            lead, passed = plainly.at_risk(tables, plan, known[build])
            ready = begin + known[build]["lead_d"] if step == "build" else max(begin + lead, passed)
            rows.append(("build", build, label, "lead time", begin, ready, amount))
            ramp = full.get(known[build]["ramp"] or "", 0.0)
            if ramp > 0:
                rows.append(("build", build, label, "ramp-up", ready, ready + ramp, amount))
    return sorted(rows, key=lambda bar: (bar[4], bar[2]))


def orders(plan: Plan) -> list[tuple[int, str, str, float]]:
    """Builds that are started: period, build, ``build`` or ``risk`` (at the risk of a gate), and how many."""
    return [
        (period, build, step, amount)
        for step in ("build", "risk")
        for (build, period), amount in plan[step].items()
        if amount > NOTABLE
    ]


def _processes(plan: Plan) -> list[Bar]:
    span: dict[str, tuple[int, int, float]] = {}
    for (process, period), amount in plan["make"].items():
        if amount > NOTABLE:
            first, last, total = span.get(process, (period, period, 0.0))
            span[process] = (min(first, period), max(last, period), total + amount)
    rows = [
        ("process", process, plain(process), "running", float(plan.edges[first - 1]), float(plan.edges[last]), total)
        for process, (first, last, total) in span.items()
    ]
    return sorted(rows, key=lambda bar: (bar[4], bar[5], bar[2]))
