"""How much of each limit is used: resources, pools, processes and lanes with a capacity."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fullrate.case.series import over_time
from fullrate.report.figures.periods import calendar, periods
from fullrate.results import Plan
from fullrate.rules.plainly import beside, kept, loads, segments, stated_effort
from fullrate.tables import Tables

Floats = NDArray[np.float64]
Row = tuple[str, str, str, Floats, Floats]

FULL = 1 - 1e-6
"""Share of a capacity from which it counts as fully used."""


def load(tables: Tables, plan: Plan) -> pl.DataFrame:
    """Load and capacity of everything that has a capacity and is used at all.

    Returns:
        rule (as in table ``binding``), key, unit, period, day, date, used, available (amounts per period), share (null
        where nothing is available and nothing is used).
    """
    frames = [
        pl.DataFrame(
            {
                "rule": [rule] * plan.periods,
                "key": [key] * plan.periods,
                "unit": [unit] * plan.periods,
                "period": range(1, plan.periods + 1),
                "used": used,
                "available": available,
            },
            schema={**SCHEMA, "used": pl.Float64, "available": pl.Float64},
        )
        for rule, key, unit, used, available in (*_work(tables, plan), *_rates(tables, plan), *_lanes(tables, plan))
        if used.max() > 0
    ]
    empty = pl.DataFrame(schema={**SCHEMA, "used": pl.Float64, "available": pl.Float64})
    share = pl.when(pl.col("available") > 1e-9).then((pl.col("used") / pl.col("available")).clip(0.0, 1.0))
    whole = pl.concat([empty, *frames]).join(periods(plan), on="period", how="left", maintain_order="left")
    return whole.select("rule", "key", "unit", "period", "day", "date", "used", "available", share=share)


EFFORT = ("process", "resource", "period", "effort")
SCHEMA = {"rule": pl.String, "key": pl.String, "unit": pl.String, "period": pl.Int64}


def _amounts(tables: Tables, plan: Plan, table: str, column: str) -> Floats:
    """A rate that may change over time, as amounts per period, shape (rows, T)."""
    days = calendar(plan)
    base = tables.filled(table)[column].to_numpy()
    return over_time(tables, table, column, tables.keys(table), base, days) * days.lengths


def _started(plan: Plan) -> dict[str, Floats]:
    """Starts of each process by period, shape (T,) each."""
    total: dict[str, Floats] = defaultdict(lambda: np.zeros(plan.periods))
    for (process, period), starts in plan["make"].items():
        total[process][period - 1] += starts
    return total


def _work(tables: Tables, plan: Plan) -> Iterator[Row]:
    """Resources with what builds and overtime add and rivals keep, and the regular hours of their pools."""
    days = calendar(plan)
    used: dict[str, Floats] = defaultdict(lambda: np.zeros(plan.periods))
    for (resource, period), amount in beside(tables, plan, loads(tables, plan, stated_effort(plan))).items():
        used[resource][period - 1] += amount
    available = dict(zip(tables.keys("resources"), _amounts(tables, plan, "resources", "capacity"), strict=True))
    builds = {row["build"]: row for row in tables.rows("builds")}
    for (build, period), ready in plan["ready"].items():
        row = builds[build]
        available[row["resource"]][period - 1] += ready * row["add"] * days.lengths[period - 1]
    regular = {name: amount.copy() for name, amount in used.items()}
    for (resource, segment, period), hours in plan["overtime"].items():
        made = hours * segments(tables)[resource, segment][1]
        available[resource][period - 1] += made
        regular[resource][period - 1] -= made
    worked: dict[str, Floats] = defaultdict(lambda: np.zeros(plan.periods))
    for row in tables.rows("resources"):
        yield "hours", row["resource"], row["unit"], used[row["resource"]], available[row["resource"]]
        if row["pool"] is not None:
            worked[row["pool"]] = worked[row["pool"]] + regular.get(row["resource"], 0.0)
    for row in tables.rows("pools"):
        heads, train = heads_of(plan, row)
        daily = row["hours"] * (heads + row["train_eff"] * train) - row["trainer_h"] * train
        yield "labour", row["pool"], "h", worked[row["pool"]], daily * days.lengths


def heads_of(plan: Plan, pool: dict[str, Any]) -> tuple[Floats, Floats]:
    """Trained heads and trainees of a pool in each period, shape (T,) each."""
    every = range(1, plan.periods + 1)
    train = np.array([plan["train"][pool["pool"], t] for t in every])
    if pool["hire_max"] > 0:
        return np.array([plan["heads"][pool["pool"], t] for t in every]), train
    return pool["heads"] * (1 - pool["quit"]) ** (plan.edges[1:] / 365), train


def _rates(tables: Tables, plan: Plan) -> Iterator[Row]:
    """Processes with a largest rate in any period."""
    started = _started(plan)
    for process, most in zip(tables.keys("processes"), _amounts(tables, plan, "processes", "max_rate"), strict=True):
        if np.isfinite(most).any():
            yield "make_rate", process, "start", started[process], most


def _lanes(tables: Tables, plan: Plan) -> Iterator[Row]:
    """Lanes with a capacity, in what it is counted in."""
    items = {row["item"]: {"unit": 1.0, "kg": row["mass"], "m3": row["size"]} for row in tables.rows("items")}
    counted = {row["lane"]: row["cap_unit"] for row in tables.rows("lanes")}
    used: dict[str, Floats] = defaultdict(lambda: np.zeros(plan.periods))
    for (lane, item, period), amount in plan["ship"].items():
        used[lane][period - 1] += amount * items[item][counted[lane]]
    for lane, period, amount in kept(tables, plan, "lane"):
        used[lane][period - 1] += amount
    for lane, most in zip(tables.keys("lanes"), _amounts(tables, plan, "lanes", "capacity"), strict=True):
        if np.isfinite(most).any():
            yield "ship_capacity", lane, counted[lane], used[lane], most
