"""Known values of Wright's curve, and what the sequence of programs makes of them."""

from __future__ import annotations

from dataclasses import replace
from math import isclose
from typing import Any

import numpy as np
import pytest

import fullrate as fr
from fullrate.case import derive, learning
from fullrate.lp.solve import solve
from fullrate.planning.chain import unit
from fullrate.planning.learning import bound, gathered, learn
from fullrate.rules import write

EIGHTY, TEN, ONE = np.array(0.8), np.array(10.0), np.array(1.0)
CUMULATIVE = {1: 11.455757, 2: 25.392561, 5: 78.621634, 10: 196.086260}
"""Starts by the end of a period: 10 h at experience 10, 80 %, 100 h a period."""


def line(periods: int, hours: float, processes: list[dict[str, Any]], qty: float, **tables: Any) -> fr.Tables:
    """A line and what is made on it for one depot that wants more than there can be."""
    names = [row["process"] for row in processes]
    rows = {
        "items": [{"item": row["item"], "family": "kits"} for row in processes],
        "sites": [{"site": "yard"}],
        "processes": [{"site": "yard", "progress": 0.8, **row} for row in processes],
        "resources": [{"resource": "line", "capacity": hours}],
        "uses": [{"user": name, "resource": "line", "qty": qty} for name in names],
        "recipients": [{"recipient": "depot", "site": "yard"}],
        "needs": [{"need": "order", "recipient": "depot", "item": "kits", "qty": 1000}],
        **tables,
    }
    config = {"name": "line", "currency": "EUR", "start": "2030-01-01", "period_d": 1, "periods": periods, "tail": 0}
    return fr.Tables.from_rows(config, rows)


def one(**tables: Any) -> fr.Tables:
    return line(10, 100, [{"process": "make", "item": "kit", "prior": 10}], 10, **tables)


def made(case: Any) -> Any:
    """Starts by the end of each period when the first class waits least."""
    lp, cols = write(case)
    return gathered(case, cols, solve(lp.minimising(unit(lp, int(cols["burden"].offset[0])))).x)[0]


def test_units_one_by_one() -> None:
    assert isclose(100 * learning.one_by_one(8, 0.8), 534.591353, rel_tol=1e-6)
    assert isclose(100 * learning.one_by_one(10, 0.8), 631.537362, rel_tol=1e-6)
    for unit_, hours in ((2, 80), (4, 64), (8, 51.2), (16, 40.96)):
        assert isclose(100 * (learning.one_by_one(unit_, 0.8) - learning.one_by_one(unit_ - 1, 0.8)), hours)


@pytest.mark.parametrize(("period", "starts"), CUMULATIVE.items())
def test_starts_that_the_hours_are_enough_for(period: int, starts: float) -> None:
    assert isclose(learning.reached(np.array(10.0 * period), TEN, EIGHTY), starts, rel_tol=1e-6)


def test_all_on_one_product_beats_a_split() -> None:
    assert isclose(learning.reached(2 * TEN, ONE, EIGHTY), 50.934815, rel_tol=1e-6)
    assert isclose(2 * learning.reached(TEN, ONE, EIGHTY), 39.217252, rel_tol=1e-6)


def test_the_sequence_ends_at_the_exact_answer() -> None:
    """One learning process on a line of its own: the bound and the sequence meet."""
    case = derive(one())
    end = learn(case, enough=1e-10)
    starts = made(end.case)
    for period, right in CUMULATIVE.items():
        assert isclose(starts[period - 1], right, rel_tol=1e-6)
    assert isclose(end.meta["wait_d"], end.meta["least_d"], rel_tol=1e-6)
    assert isclose(case.learning.ceiling[0, -1], CUMULATIVE[10], rel_tol=1e-6)


def test_each_program_of_the_sequence() -> None:
    """From no experience; each counts on the one before."""
    case = derive(one())
    for right in (100, 172.404058, 191.694310, 195.377574, 195.982375):
        starts = made(case)
        assert isclose(starts[-1], right, rel_tol=1e-6)
        case = replace(case, learning=case.learning.known(starts[None, :]))


def test_a_gate_halves_the_hours() -> None:
    """The gate opens after 5 of 10 periods: only they count in the bound."""
    rows = [{"process": "make", "item": "kit", "prior": 10, "gate": "licence"}]
    tables = line(10, 100, rows, 10, gates=[{"gate": "licence", "duration_d": 5}])
    assert isclose(derive(tables).learning.ceiling[0, -1], CUMULATIVE[5], rel_tol=1e-6)


def test_a_group_gathers_together() -> None:
    """Two lines of one group, each at full capacity: 2000 h of effort, not 1000."""
    rows = [{"process": name, "item": name, "prior": 10, "learn_group": "yard"} for name in ("a", "b")]
    resources = [{"resource": name, "capacity": 100} for name in ("one", "two")]
    uses = [{"user": user, "resource": to, "qty": 10} for user, to in (("a", "one"), ("b", "two"))]
    case = derive(line(10, 0, rows, 10, resources=resources, uses=uses))
    assert isclose(case.learning.ceiling[0, -1], 509.348, rel_tol=1e-6)
    assert isclose(made(learn(case, enough=1e-10).case)[-1], case.learning.ceiling[0, -1], rel_tol=1e-6)


def test_shared_hours_go_to_one_product() -> None:
    """20 hours for two products that count alike: the best of the beginnings specialises."""
    tables = line(1, 20, [{"process": name, "item": name, "prior": 1} for name in ("a", "b")], 1)
    plan = fr.plan(tables)
    starts = sum(amount for _, amount in plan["make"].items())
    assert starts == pytest.approx(50.934815, rel=1e-3)
    assert len(plan.meta["learning"]["beginnings"]) == 3
    assert fr.audit(tables, plan).passed


def test_planned_audited_and_said() -> None:
    from fullrate.report.words import answer

    tables = one()
    plan = fr.plan(tables)
    audit = fr.audit(tables, plan)
    assert audit.residual <= 1e-6
    assert plan.meta["learning"]["rounds"] <= 6
    assert plan.meta["learning"]["converged"]
    assert "learning converged after 5 rounds; no plan can be faster on average" in answer(tables, plan)


def test_no_learning_is_not_disturbed() -> None:
    """A ratio of one, or a process that is not to learn: nothing more is solved, nothing else comes out."""
    plain = line(10, 100, [{"process": "make", "item": "kit", "progress": 1.0}], 10)
    told = line(10, 100, [{"process": "make", "item": "kit", "learn": "none"}], 10)
    plans = [fr.plan(tables) for tables in (plain, told)]
    assert [plan.meta["learning"] for plan in plans] == [{}, {}]
    assert plans[0].meta["programs_solved"] == plans[1].meta["programs_solved"]
    assert dict(plans[0]["make"].items()) == dict(plans[1]["make"].items())
    assert bound(derive(plain)) == pytest.approx(plans[0].table("stages")["value"][0])
