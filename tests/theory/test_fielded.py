"""Units in use that fail, are repaired or replaced: answers from closed forms and plain recursion."""

from __future__ import annotations

from dataclasses import replace
from math import exp, gamma, log
from typing import Any

import polars as pl
import pytest

import fullrate as fr
from fullrate.findings import errors
from fullrate.tables import Tables
from fullrate.tables.check import check

Rows = dict[str, list[dict[str, Any]]]
SAME = 1e-6
CONDITIONS: Rows = {
    "sites": [{"site": "depot"}, {"site": "camp"}],
    "recipients": [
        {"recipient": "mild", "site": "depot"},
        {"recipient": "far", "site": "camp", "environment": "harsh"},
    ],
    "needs": [
        {"need": "a", "recipient": "mild", "item": "radio", "qty": 100},
        {"need": "b", "recipient": "far", "item": "radio", "qty": 100},
    ],
    "stock": [{"site": site, "item": "radio", "qty": 100} for site in ("depot", "camp")],
    "reliability": [
        {"item": "radio", "mtbf_d": 50},
        {"item": "radio", "environment": "harsh", "mtbf_d": 50, "af": 5},
    ],
}
"""A hundred units mild and harsh, once in 50 days and five times faster; none is repaired."""


def scene(rows: Rows, **settings: Any) -> Tables:
    """A depot that has and uses radios; days are periods."""
    config: dict[str, Any] = {"name": "use", "currency": "EUR", "start": "2030-01-01", "period_d": 1, "tail": 0}
    config |= {"periods": 12, "coverage": "serviceable", "stages": ["time"], "fairness": "utilitarian"}
    base: Rows = {
        "items": [{"item": "radio"}],
        "sites": [{"site": "depot"}],
        "processes": [{"process": "press", "site": "depot", "item": "radio", "max_rate": 0}],
        "recipients": [{"recipient": "mild", "site": "depot"}],
        "stock": [{"site": "depot", "item": "radio", "qty": 100}],
        "needs": [{"need": "a", "recipient": "mild", "item": "radio", "qty": 100}],
        "reliability": [{"item": "radio", "mtbf_d": 50}],
    }
    return Tables.from_rows(config | settings, base | rows)


def plan_of(tables: Tables) -> fr.Plan:
    assert not errors(check(tables))
    plan = fr.plan(tables, tests=False)
    assert fr.audit(tables, plan).residual <= SAME
    return plan


def works(plan: fr.Plan, need: str = "a") -> list[float]:
    return [plan["serve"][need, "radio", t + 1] for t in range(plan.periods)]


def test_conditions_of_use() -> None:
    """A hundred each, not repairable, once in 50 days and five times faster: after ten days 81.873 and 36.788."""
    plan = plan_of(scene(CONDITIONS))
    assert works(plan)[0] == pytest.approx(100)  # in hand at the end of the first day
    assert works(plan)[10] == pytest.approx(81.873075, rel=SAME)
    assert works(plan, "b")[10] == pytest.approx(36.787944, rel=SAME)


def test_availability_in_a_loop_of_repair() -> None:
    """Two of a hundred fail a day, five days to come back, all repairable: 1 / (1 + 0.02 * 5) = 0.90909 work."""
    loop: Rows = {
        "items": [{"item": "radio"}, {"item": "broken"}],
        "processes": [{"process": "mend", "site": "depot", "item": "radio", "lead_d": 5}],
        "recipe": [{"process": "mend", "item": "broken", "qty": 1}],
        "reliability": [{"item": "radio", "mtbf_d": -1 / log(0.98), "failed": "broken"}],
    }
    plan = plan_of(scene(loop, periods=150))
    assert works(plan)[-1] == pytest.approx(100 / 1.1, rel=SAME)


def test_a_workshop_that_cannot_keep_up() -> None:
    """It mends one a day: what fails beyond that piles up; by plain recursion."""
    loop: Rows = {
        "items": [{"item": "radio"}, {"item": "broken"}],
        "processes": [{"process": "mend", "site": "depot", "item": "radio", "max_rate": 1}],
        "recipe": [{"process": "mend", "item": "broken", "qty": 1}],
        "reliability": [{"item": "radio", "mtbf_d": 20, "repairable": 0.5, "failed": "broken"}],
    }
    now, waiting, path = 100.0, 0.0, [100.0]
    for _ in range(11):
        fail = now * -(exp(-1 / 20) - 1)
        mended = min(waiting + fail * 0.5, 1.0)
        waiting += fail * 0.5 - mended
        now += mended - fail
        path.append(now)
    assert works(plan_of(scene(loop))) == pytest.approx(path, rel=SAME)


def test_what_fails_is_replaced_and_never_more_works_than_is_needed() -> None:
    """Twelve a day are made, a tenth of those in use fails; kept back in stock, a hundred could work on day 9."""
    made: Rows = {
        "processes": [{"process": "press", "site": "depot", "item": "radio", "max_rate": 12}],
        "stock": [],
        "reliability": [{"item": "radio", "mtbf_d": -1 / log(0.9)}],
    }
    path, now = [], 0.0
    for _ in range(40):
        now = min(now * 0.9 + 12, 100.0)
        path.append(now)
    plan = plan_of(scene(made, periods=40))
    assert works(plan) == pytest.approx(path, rel=SAME)
    whole = plan.table("dates").filter((pl.col("need") == "") & (pl.col("coverage") == 1.0))
    first = next(t + 1 for t, units in enumerate(path) if units >= 100 * (1 - 1e-9))
    assert (whole["period"].item(), whole["earliest_period"].item()) == (first, 9)


def test_coverage_falls_when_supply_ends() -> None:
    """Forty of forty work on the first day; half a day later fewer do: the date is the day it was first reached."""
    plan = plan_of(scene({"needs": [{"need": "a", "recipient": "mild", "item": "radio", "qty": 40}]}))
    covered = plan.table("coverage")["covered"].to_list()
    assert covered[0] == pytest.approx(1.0)
    stock = 100.0
    for t, share in enumerate(covered):  # spares replace what fails until they run out
        if t:
            stock -= 40 * -(exp(-1 / 50) - 1)
        assert share == pytest.approx(1.0) or stock < 40
    dates = plan.table("dates").filter((pl.col("need") == "") & (pl.col("coverage") == 1.0))
    assert dates["period"].item() == 1


def test_defects_fail_when_they_are_delivered() -> None:
    """One in five is defective: of forty in stock and ten a day made, four fifths work at first use."""
    made: Rows = {
        "processes": [{"process": "press", "site": "depot", "item": "radio", "max_rate": 10, "escape": 0.2}],
        "stock": [],
        "reliability": [{"item": "radio", "mtbf_d": 1e12}],
    }
    assert works(plan_of(scene(made)))[:4] == pytest.approx([8, 16, 24, 32], rel=SAME)


@pytest.mark.parametrize(
    ("kind", "period", "change", "rule"),
    [
        ("serve", 4, 0.999, "SERVE"),
        ("fail", 4, 0.999, "SERVE"),
        ("fail", 6, 1.001, "ITEMS"),
        ("deliver", 1, 1.001, "SERVE"),
    ],
)
def test_the_audit_finds_what_was_changed(kind: str, period: int, change: float, rule: str) -> None:
    """A thousandth of the units that work, that fail or that came."""
    loop: Rows = {
        "items": [{"item": "radio"}, {"item": "broken"}],
        "processes": [{"process": "mend", "site": "depot", "item": "radio", "lead_d": 1, "max_rate": 1}],
        "recipe": [{"process": "mend", "item": "broken", "qty": 1}],
        "reliability": [{"item": "radio", "mtbf_d": 20, "failed": "broken"}],
    }
    tables = scene(loop)
    plan = plan_of(tables)
    table = "states" if kind == "serve" else "flows"
    mine = (pl.col("kind") == kind) & (pl.col("period") == period)
    rows = plan.table(table).with_columns(value=pl.when(mine).then(pl.col("value") * change).otherwise("value"))
    assert rows.filter(mine).height == 1
    found = fr.audit(tables, replace(plan, tables={**plan.tables, table: rows}))
    assert rule in {excess.rule for excess in found.excesses}


def test_without_the_setting_what_was_delivered_counts() -> None:
    plan = fr.plan(scene({}, coverage="delivered"), tests=False)
    assert len(plan["serve"]) == len(plan["fail"]) == 0
    assert plan.table("coverage")["covered"].to_list() == [1.0] * 12


def test_a_harder_life_is_never_better() -> None:
    """More failures, longer repair, less that can be repaired: each makes the wait longer or leaves it."""
    loop: Rows = {
        "items": [{"item": "radio"}, {"item": "broken"}],
        "processes": [
            {"process": "press", "site": "depot", "item": "radio", "max_rate": 6},
            {"process": "mend", "site": "depot", "item": "radio", "lead_d": 2},
        ],
        "recipe": [{"process": "mend", "item": "broken", "qty": 1}],
        "stock": [],
    }
    life = {"item": "radio", "mtbf_d": 20, "failed": "broken", "repairable": 0.8}

    def wait(change: dict[str, Any], lead: float = 2) -> float:
        rows = loop | {"reliability": [life | change]}
        rows["processes"] = [loop["processes"][0], loop["processes"][1] | {"lead_d": lead}]
        return float(plan_of(scene(rows, periods=30)).table("waits")["days"].item())

    base = wait({})
    assert wait({"af": 2}) > base > wait({"mtbf_d": 40})
    assert wait({"repairable": 0.4}) > base > wait({"repairable": 1})
    assert wait({}, 4) > base


def test_wear_of_units_in_hand() -> None:
    """Weibull with scale 10 and shape 1.5: exp(-(t / 10)^1.5) of a hundred work after t days (at 2 days 91.4441)."""
    worn = [{"item": "radio", "mtbf_d": 10 * gamma(1 + 1 / 1.5), "shape": 1.5}]
    plan = plan_of(scene({"reliability": worn}))
    assert works(plan) == pytest.approx([100 * exp(-((t / 10) ** 1.5)) for t in range(12)], rel=SAME)
    assert works(plan)[2] == pytest.approx(91.4441, abs=1e-4), "as exp(-(1000 / 5000)^1.5)"


def test_wear_at_shape_one_is_no_wear() -> None:
    """Written as a sum over deliveries the exponential life gives what the recursion gives."""
    made: Rows = {
        "processes": [{"process": "press", "site": "depot", "item": "radio", "max_rate": 12, "escape": 0.1}],
        "stock": [],
    }
    plain = works(plan_of(scene(made | {"reliability": [{"item": "radio", "mtbf_d": 9}]})))
    near = works(plan_of(scene(made | {"reliability": [{"item": "radio", "mtbf_d": 9, "shape": 1 + 1e-9}]})))
    assert near == pytest.approx(plain, rel=1e-5)


@pytest.mark.parametrize("shape", [0.6, 3.0])
def test_cohorts_wear_on_their_own(shape: float) -> None:
    """Twelve a day for five days: what works is the sum over days of delivery of those that old; on uneven periods."""
    made: Rows = {
        "processes": [{"process": "press", "site": "depot", "item": "radio", "max_rate": 12}],
        "stock": [],
        "needs": [{"need": "a", "recipient": "mild", "item": "radio", "qty": 1000}],
        "reliability": [{"item": "radio", "mtbf_d": 6, "shape": shape, "af": 2}],
    }
    plan = plan_of(scene(made, calendar=[[4, 1], [4, 3]]))
    for end in range(1, 9):
        alive = 0.0
        for start in range(1, end + 1):
            age = float(plan.edges[end] - plan.edges[start])
            alive += plan["deliver"]["a", "radio", start] * exp(-((age * 2 * gamma(1 + 1 / shape) / 6) ** shape))
        assert works(plan)[end - 1] == pytest.approx(alive, rel=1e-5)
