"""Every valid scenario gets an answer, and the answer is possible: audited, below the need, never better than best."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
import pytest

import fullrate as fr
from fullrate.findings import errors
from fullrate.tables.check import check
from generator import PLAIN, Features
from properties.planned import KEPT, SAME, Drawn, close, drawn, first, first_class, times, waits

AUDITED = 1e-6
SEEDS = range(200)
MORE = [pytest.param(seed, marks=pytest.mark.slow) for seed in range(200, 600)]
FEW = [*range(6), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(6, 200))]


@pytest.mark.parametrize("seed", [*SEEDS, *MORE])
def test_a_valid_scenario_is_planned_and_audited(seed: int) -> None:
    """On scenarios with everything in them: audited, not above the need, no stage spoilt by a later one."""
    scenario = drawn(seed, Features())
    tables = scenario.read()
    assert not errors(check(tables))
    plan = fr.plan(tables, tests=False)
    assert plan.status == "solved"
    audit = fr.audit(tables, plan)
    assert audit.residual <= AUDITED, audit.excesses[:3]
    assert not _too_much(scenario, plan)
    assert not _better_than_best(plan)
    assert not _worse_than_promised(scenario, plan)


def _too_much(scenario: Drawn, plan: fr.Plan) -> str:
    """Deliveries beyond the need (in coverage), or before it exists."""
    value = {row["item"]: row.get("value", 1.0) for row in scenario.rows("items")}
    flows = plan.table("flows").filter(pl.col("kind") == "deliver")
    for need in scenario.rows("needs"):
        given = flows.filter(pl.col("key") == need["need"])
        total = sum(value[item] * units for item, units in given.select("item", "value").iter_rows())
        if total > need["qty"] * (1 + AUDITED) + AUDITED:
            return f"{need['need']} gets {total} of {need['qty']}"
        begins = date.fromisoformat(need.get("from", plan.start.isoformat())) - plan.start
        periods = given.filter(pl.col("value") > AUDITED)["period"].to_list()
        if periods and plan.edges[min(periods)] <= begins.days:
            return f"{need['need']} gets something in period {min(periods)}, before it exists"
    return ""


def _better_than_best(plan: fr.Plan) -> str:
    """Coverage falls, is above what any plan could have covered by then, or comes before the earliest date."""
    table = plan.table("coverage").sort("class", "period")
    change = pl.col("covered").diff().over("class")
    falls = table.filter(change < -AUDITED)
    above = table.filter(pl.col("covered") > pl.col("most") + 1e-5)
    never = len(plan.edges)
    in_plan, earliest = (pl.col(name).fill_null(never) for name in ("period", "earliest_period"))
    early = plan.table("dates").filter(pl.col("need").fill_null("") == "", in_plan < earliest)
    wrong = [rows for rows in (falls, above, early) if not rows.is_empty()]
    return "; ".join(str(rows.rows(named=True)[0]) for rows in wrong)


def _worse_than_promised(scenario: Drawn, plan: fr.Plan) -> str:
    """A class waits longer in the end than its time stage, fairness and the cost stages allow."""
    fair = scenario.config["fairness"] != "utilitarian"
    slack = scenario.config["fairness_slack"] if fair else 0.0
    gap = 5e-3 if scenario.tables.get("builds") or _has_lots(scenario) else 0.0
    table = plan.table("waits").with_columns(days=pl.col("weight") * pl.col("days"))
    for rank, days in table.group_by("class").agg(pl.col("days").sum()).iter_rows():
        best = times(plan)[f"L1.{rank}"]
        tail = _tail(scenario)
        if days > (best + tail) * (1 + slack + gap) * (1 + KEPT) + 10 * SAME * max(1.0, best + tail):
            return f"class {rank} waits {days}, at best {best}"
    return ""


def _has_lots(scenario: Drawn) -> bool:
    return any("min_lot" in row for row in scenario.rows("processes"))


def _tail(scenario: Drawn) -> float:
    """Largest value the unseen part of U can have: slack is granted on the sum with the tail."""
    blocks = scenario.config.get("calendar") or [[scenario.config["periods"], scenario.config["period_d"]]]
    days = sum(count * length for count, length in blocks)
    weight = sum(row.get("weight", 1.0) for row in scenario.rows("recipients"))
    return float(scenario.config["tail"] * days * weight)


@pytest.mark.parametrize("seed", FEW)
def test_pruned_and_unpruned_agree(seed: int) -> None:
    """Columns that are left out before they exist could not have helped."""
    scenario = drawn(seed, replace(Features(), whole=False))
    one, other = scenario.plan(), scenario.plan(pruned=False)
    assert all(close(*pair) for pair in zip(first(one), first(other), strict=True))


@pytest.mark.parametrize("seed", FEW)
def test_doing_nothing_is_a_plan(seed: int) -> None:
    """Without any means the answer is that everybody waits to the end."""
    scenario = drawn(seed, replace(PLAIN, room=True), tail=0.0)

    def powerless(drawn: Drawn) -> None:
        for row in (*drawn.rows("resources"), *drawn.rows("processes")):
            row["capacity" if "resource" in row else "max_rate"] = 0
        for table in ("builds", "series", "stock", "pools"):
            drawn.tables.pop(table, None)
        for row in drawn.rows("allotments"):
            row["amount"] = 0

    plan = scenario.changed(powerless).plan()
    assert plan.status == "solved"
    end = float(plan.edges[-1])
    assert all(close(days, end) for days in waits(plan).values())
    assert plan.table("flows").filter(pl.col("kind").is_in(["make", "deliver"])).is_empty()


@pytest.mark.parametrize("seed", FEW)
def test_more_slack_for_fairness_shortens_the_longest_wait(seed: int) -> None:
    """For the first class; without a tail, which waits are compared with but not printed with."""
    features, settings = replace(PLAIN, classes=False), {"fairness": "leximin", "tail": 0.0}
    worst = [_longest(drawn(seed, features, fairness_slack=slack, **settings)) for slack in (0.0, 0.1)]
    assert worst[1] <= worst[0] * (1 + 2 * KEPT) + SAME


def _longest(scenario: Drawn) -> float:
    return max(waits(scenario.plan()).values())


@pytest.mark.parametrize("seed", FEW)
def test_leximin_is_no_worse_for_the_worst_than_any_other_way(seed: int) -> None:
    """The longest wait of the first class under leximin is at most that of max-min and of plain time."""
    features = replace(PLAIN, classes=False)
    longest: dict[str, Any] = {
        fairness: _longest(drawn(seed, features, fairness=fairness, fairness_slack=0.05, tail=0.0))
        for fairness in ("leximin", "maxmin", "utilitarian")
    }
    for other in ("maxmin", "utilitarian"):
        assert longest["leximin"] <= longest[other] * (1 + 2 * KEPT) + SAME


def test_the_first_class_is_the_first_that_needs_anything() -> None:
    """Guard of the functions above: class 1 exists in almost all drawn scenarios."""
    plan = drawn(0, replace(PLAIN, classes=False)).plan()
    assert first_class(plan) == "L1.1"
