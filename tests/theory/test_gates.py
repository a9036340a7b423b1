"""Tries of a gate: closed forms of failed tries, against what the plan counts on."""

from __future__ import annotations

from dataclasses import replace
from math import prod
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import fullrate as fr
from fullrate.case import derive
from fullrate.rules import plainly
from fullrate.tables import Tables

HERE = Path(__file__).parent


def gate(quantile: float, **cells: object) -> Tables:
    rows = {
        "items": [{"item": "kit"}],
        "sites": [{"site": "works"}],
        "gates": [{"gate": "trial", "needs_item": "kit", "needs_qty": 2, "needs_site": "works", **cells}],
    }
    config = {"name": "x", "currency": "EUR", "start": "2030-01-07", "periods": 9, "gate_quantile": quantile}
    return Tables.from_rows(config, rows)


def planned(tables: Tables) -> tuple[float, float, float]:
    """Tries, days and articles of the only gate."""
    case = derive(tables)
    row = next(iter(tables.rows("gates")))
    again = plainly.tries(row, tables.config.gate_quantile)
    assert again == (case.gates.tries[0], case.gates.lasts[0])
    return float(case.gates.tries[0]), float(case.gates.lasts[0]), float(case.trials.articles[0])


WEEK = 7
TRIES = {"duration_d": 8 * WEEK, "retry_d": 4 * WEEK, "pass": 0.6}


@pytest.mark.parametrize(("share", "tries"), [(0.6, 1), (0.84, 2), (0.936, 3)])
def test_a_share_of_gates_has_passed_after_so_many_tries(share: float, tries: int) -> None:
    """1 - 0.4 ** k passes by try k."""
    assert share == pytest.approx(1 - 0.4**tries)
    assert planned(gate(share - 1e-6, **TRIES))[0] == tries
    assert planned(gate(share + 1e-6, **TRIES))[0] == tries + 1


def test_nine_in_ten_take_sixteen_weeks() -> None:
    """Three tries of 8, 4 and 4 weeks; each needs articles of its own."""
    assert planned(gate(0.9, **TRIES)) == (3, 16 * WEEK, 6)


@pytest.mark.parametrize(("share", "tries"), [(0.6, 1), (0.92, 2), (0.992, 3), (0.9996, 4)])
def test_what_a_failed_try_teaches(share: float, tries: int) -> None:
    """A try that fixes half of the flaws: try j fails with 0.4 * 0.5 ** (j - 1)."""
    assert share == pytest.approx(1 - prod(0.4 * 0.5**j for j in range(tries)))
    assert planned(gate(share - 1e-7, **TRIES, fix=0.5))[0] == tries
    assert planned(gate(share + 1e-7, **TRIES, fix=0.5, max_tries=9))[0] == tries + 1


def test_too_few_tries_leave_it_shut() -> None:
    """After three failures it stays shut; 0.936 is less than asked for."""
    assert planned(gate(0.95, **TRIES, max_tries=3)) == (3, float("inf"), 6)


def test_concurrency() -> None:
    """Tooling of 8 after a gate of 6 or, when its first try fails, 9; at risk half of it is then done again."""
    outcomes = [(0.7, 6, 0), (0.3, 9, 1)]
    safe = [passed + 8 for _, passed, _ in outcomes]
    at_risk = [max(passed, 8 + failed * 0.5 * 8) for _, passed, failed in outcomes]
    assert (safe, at_risk) == ([14, 17], [8, 12])
    odds = [share for share, _, _ in outcomes]
    assert sum(share * day for share, day in zip(odds, safe, strict=True)) == pytest.approx(14.9)
    mean = sum(share * day for share, day in zip(odds, at_risk, strict=True))
    assert mean == pytest.approx(9.2)
    risk = derive(fr.read(HERE / "17-concurrency" / "at-risk")).risk
    assert risk.lead == pytest.approx(mean)
    assert risk.factor == pytest.approx(1.15)


def test_a_date_that_forgets_what_is_done_again_is_found() -> None:
    """At nine in ten the line that began with its test is ready on day 12; 8, as if nothing failed, is refused."""
    rows = {
        "items": [{"item": "kit"}],
        "sites": [{"site": "works"}],
        "processes": [{"process": "press", "site": "works", "item": "kit", "max_rate": 1, "gate": "line"}],
        "recipients": [{"recipient": "town", "site": "works"}],
        "needs": [{"need": "order", "recipient": "town", "item": "kit", "qty": 5}],
        "gates": [
            {"gate": "trial", "duration_d": 6, "pass": 0.7, "retry_d": 3},
            {"gate": "line", "duration_d": 8},
        ],
        "links": [{"before": "trial", "after": "line", "kind": "SS", "redo": 0.5}],
    }
    config = {"name": "x", "start": "2030-01-07", "period_d": 1, "periods": 20, "gate_quantile": 0.9, "tail": 0}
    tables = Tables.from_rows(config, rows)
    plan = fr.plan(tables, tests=False)
    assert fr.audit(tables, plan).passed
    assert min(period for _, period in plan["make"].values) == 13
    stated = plan.table("gates").with_columns(
        done_d=pl.when(pl.col("gate") == "line").then(8.0).otherwise(pl.col("done_d"))
    )
    wrong = replace(plan, tables={**plan.tables, "gates": stated})
    assert "GATE" in {excess.rule for excess in fr.audit(tables, wrong).excesses}


def test_executions_do_it_again() -> None:
    """Three in ten executions end on day 12, the others on day 8."""
    from fullrate.draws import draw
    from fullrate.simulate.gates import gates_of

    rows = {
        "items": [{"item": "kit"}],
        "sites": [{"site": "works"}],
        "gates": [
            {"gate": "trial", "duration_d": 6, "pass": 0.7, "retry_d": 3},
            {"gate": "line", "duration_d": 8},
        ],
        "links": [{"before": "trial", "after": "line", "kind": "SS", "redo": 0.5}],
    }
    tables = Tables.from_rows({"name": "x", "start": "2030-01-07", "periods": 9}, rows)
    _, passed = gates_of(tables, derive(tables), draw(tables, 2000))
    days, counts = np.unique(passed[1], return_counts=True)
    assert days.tolist() == [8, 12]
    assert counts[1] / 2000 == pytest.approx(0.3, abs=5 * (0.21 / 2000) ** 0.5), "a false alarm in 1.7 million"
