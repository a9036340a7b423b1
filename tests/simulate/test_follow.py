"""Without luck an execution is the plan: starts, shipments, deliveries, stocks, dates and waits, to 1e-6."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import numpy as np
import polars as pl
import pytest

import fullrate as fr
from fullrate import simulate
from fullrate.case import derive
from fullrate.planning.walk import EXACT
from generator import Features, scenario

SAME = 1e-6
Rows = dict[str, list[dict[str, Any]]]
BELOW = 40
"""Seed of a scenario whose program is solved at a point that is below zero by the solver's tolerance."""
FEW, MANY, USED = (*range(8), BELOW), range(8, 58), (0, 2, 4)
"""Seeds of drawn scenarios; a sixth of them learn."""
ARTICLES = ("needs_item", "needs_qty", "needs_site")
"""What a test uses up; where times are rounded down an execution does not know it, and odds are refused (FR714)."""


def apart(tables: fr.Tables, plan: fr.Plan) -> str:
    """What of an execution without luck is not the plan; blank when nothing."""
    case = derive(tables)
    trace = simulate.traced(tables, case, plan)
    amounts, points = trace.wired.model.amounts, len(case.axes["point"])
    done = np.cumsum(trace.done[:, :, 0].T, axis=1)
    planned = np.cumsum(amounts.plan, axis=1)
    size = np.maximum(planned[:, -1:], 1.0)
    if (np.abs(done - planned) > SAME * size).any():
        worst = np.unravel_index(np.argmax(np.abs(done - planned) / size), done.shape)
        return f"activity {worst[0]} in period {worst[1] + 1}: {done[worst]} and not {planned[worst]}"
    stock, hold = trace.left[:, :points, 0].T, trace.wired.plan.hold
    if (np.abs(stock - hold) > SAME * amounts.size[:points, None]).any():
        return "stocks"
    samples = simulate.run(tables, case, plan, threads=1)
    for cls, coverage, period in (
        plan.table("dates").filter(pl.col("need") == "").select("class", "coverage", "period").iter_rows()
    ):
        found = int(samples.reached[0, samples.target(cls=cls, coverage=coverage)])
        if found != (period or plan.periods + 1):
            return f"date of {coverage} of class {cls}: {found} and not {period}"
    for recipient, cls, days in plan.table("waits").select("recipient", "class", "days").iter_rows():
        mine = [row["need"] for row in tables.rows("needs") if row["recipient"] == recipient and row["qty"] > 0]
        its = {need: samples.groups["class"][samples.group(need=need)] for need in mine}
        waits = [samples.waits[0, samples.group(need=need)] for need, own in its.items() if own == cls]
        if abs(np.mean(waits) - days) > SAME * max(1.0, days):
            return f"wait of {recipient}: {np.mean(waits)} and not {days}"
    cost = float(plan.table("money")["spent"].sum())
    # What a plan counts on takes no less effort than what is gathered; and stages after that of cost may spend
    # ``EXACT`` more than it, on amounts that are rounding to an execution.
    saved = 1e-3 if case.learning else SAME + EXACT
    if (samples.cost[0] - cost) / max(1.0, cost) > SAME or (cost - samples.cost[0]) / max(1.0, cost) > saved:
        return f"cost {samples.cost[0]} and not {cost}"
    return ""


def executable(config: dict[str, Any], rows: Rows) -> Rows:
    """The rows of a scenario, without articles of tests where times are rounded down."""
    if config.get("lead_rounding") != "floor":
        return rows
    gates = [{key: value for key, value in row.items() if key not in ARTICLES} for row in rows.get("gates", [])]
    return {**rows, "gates": gates}


@cache
def planned(seed: int, fielded: bool = False) -> tuple[fr.Tables, fr.Plan]:
    config, rows = scenario(seed, Features(practice=seed % 6 == 0 and not fielded, fielded=fielded))
    tables = fr.Tables.from_rows(config, executable(config, rows))
    return tables, fr.plan(tables, tests=False)


@pytest.mark.parametrize("seed", FEW)
def test_without_luck_an_execution_is_the_plan(seed: int) -> None:
    assert apart(*planned(seed)) == ""


@pytest.mark.parametrize("seed", USED)
def test_without_luck_units_in_use_are_those_of_the_plan(seed: int) -> None:
    assert apart(*planned(seed, fielded=True)) == ""


def test_a_plan_has_nothing_below_zero() -> None:
    """An execution starts nothing negative; what a plan seems to save by it, it does not save."""
    plan = planned(BELOW)[1]
    assert all((plan.table(name)["value"] >= 0).all() for name in ("flows", "states"))
    assert (plan.table("money")["spent"] >= 0).all()


def test_what_weighs_nothing_leaves_below_the_smallest_shipment() -> None:
    """Five kg is the least on this road, and leaflets are not weighed: they need not wait for two kits of 3 kg."""
    config = {"name": "post", "currency": "EUR", "start": date(2030, 1, 7), "period_d": 1, "periods": 6}
    rows = {
        "items": [{"item": "leaflet"}, {"item": "kit", "mass": 3}],
        "sites": [{"site": "works"}, {"site": "town"}],
        "processes": [{"process": "press", "site": "works", "item": "kit", "max_rate": 1}],
        "stock": [{"site": "works", "item": "leaflet", "qty": 10}],
        "lanes": [{"lane": "road", "from": "works", "to": "town", "cap_unit": "kg", "min_ship": 5}],
        "recipients": [{"recipient": "town", "site": "town"}],
        "needs": [
            {"need": "read", "recipient": "town", "item": "leaflet", "qty": 10},
            {"need": "use", "recipient": "town", "item": "kit", "qty": 4},
        ],
    }
    tables = fr.Tables.from_rows(config, rows)
    plan = fr.plan(tables, tests=False)
    assert plan["deliver"]["read", "leaflet", 1] == pytest.approx(10)
    assert plan["deliver"]["use", "kit", 1] == 0 < plan["deliver"]["use", "kit", 2]
    assert apart(tables, plan) == ""


@pytest.mark.slow
@pytest.mark.parametrize("seed", MANY)
@pytest.mark.parametrize("fielded", [False, True])
def test_without_luck_many_executions_are_their_plans(seed: int, fielded: bool) -> None:
    assert apart(*planned(seed, fielded)) == ""


def test_the_golden_example_is_executed_as_planned() -> None:
    tables = fr.read("examples/golden")
    assert apart(tables, fr.plan(tables, tests=False)) == ""


@pytest.mark.slow
@pytest.mark.parametrize("name", ["respirators-2020", "italy-vaccine-2021", "directive"])
def test_examples_are_executed_as_planned(name: str) -> None:
    tables = fr.read(f"examples/{name}")
    assert apart(tables, fr.plan(tables, tests=False)) == ""
