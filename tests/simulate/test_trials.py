"""Tests that use up articles: begun when these are there, tried again while any are left; arithmetic and intervals."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import fullrate as fr
from fullrate import simulate
from fullrate.case import derive
from fullrate.draws import Draws, draw
from fullrate.tables import Cell
from simulate.test_theory import N, Rows, executed, press, share_inside

TRIAL = {"gate": "trial", "needs_item": "sample", "needs_site": "works"}


def scene(stock: float = 0.0, rate: float = 0.0, **trial: Any) -> Rows:
    """Ten kits a day once the trial is passed, whose samples lie there or are made at a rate."""
    rows = press(10, gate="trial", max_rate=10)
    rows["items"] += [{"item": "sample"}]
    rows["processes"] += [{"process": "mould", "site": "works", "item": "sample", "max_rate": rate}]
    rows["stock"] = [{"site": "works", "item": "sample", "qty": stock}]
    return rows | {"gates": [{**TRIAL, **trial}]}


def given(rows: Rows, cell: Cell, factor: float, periods: int = 30, **more: Any) -> simulate.Samples:
    """One execution in which one cell is a factor of what the plan takes."""
    value = np.full((1, 1), factor)
    one, nothing = np.zeros(1, np.int64), np.ones(1, bool)
    draws = Draws((cell,), value, value, one, (), 1, value, nothing, np.zeros(1, np.int64))
    return executed(rows, 1, periods, draws, **more)


def covered(samples: simulate.Samples) -> Any:
    """Period in which all is covered, by sample."""
    return samples.reached[:, samples.target(need="all")]


def test_a_test_waits_for_its_articles() -> None:
    """Six samples at two a day: begun on day 3, passed on day 6. At one a day: on day 6, on day 9."""
    rows, rate = scene(rate=2, duration_d=3, needs_qty=6), Cell("processes", "mould", "max_rate")
    assert covered(given(rows, rate, 1.0)).tolist() == [7]
    assert covered(given(rows, rate, 0.5)).tolist() == [10]


def test_a_test_does_not_begin_before_the_plan_has_it() -> None:
    """Twice as many samples a day as planned bring nothing forward: executions follow the plan."""
    rows, rate = scene(rate=2, duration_d=3, needs_qty=6), Cell("processes", "mould", "max_rate")
    assert covered(given(rows, rate, 2.0)).tolist() == [7]


def test_tries_of_a_test_are_those_of_a_gate_while_there_are_articles() -> None:
    """Fails with .4, .2, .1: each try takes three of a hundred samples and costs one."""
    samples = executed(scene(100, duration_d=3, retry_d=2, needs_qty=3, fix=0.5, cost=1, **{"pass": 0.6}), 1, 20)
    period, failed = covered(samples), 1.0
    for tries in range(4):
        failed *= 0.4 * 0.5**tries
        assert share_inside(int((period <= 4 + 2 * tries).sum()), 1 - failed), tries
    known = period <= 20
    assert np.allclose(samples.cost[known], 1 + (period[known] - 4) / 2)


def test_without_articles_for_another_try_it_stays_shut() -> None:
    """Samples for one try only: six in ten pass it, the others never."""
    period = covered(executed(scene(3, duration_d=3, retry_d=2, needs_qty=3, **{"pass": 0.6}), 1, 20))
    assert set(period) == {4, 21}
    assert share_inside(int((period == 4).sum()), 0.6)


def test_a_further_try_waits_for_its_articles() -> None:
    """Half a sample a day is kept for further tries, whoever else wants it: three are there on day 6, six on day 12."""
    rows = scene(3, 1, duration_d=3, retry_d=1, needs_qty=3, max_tries=3, **{"pass": 0.5})
    rows["needs"].append({"need": "samples", "recipient": "town", "item": "sample", "qty": 100, "class": 2})
    cell = Cell("processes", "mould", "max_rate")
    half = np.full((N, 1), 0.5)
    nothing = np.zeros(N, np.int64)
    draws = Draws((cell,), half, half, nothing, (), 1, half, np.ones(1, bool), np.arange(N))
    period = covered(executed(rows, 1, 30, draws))
    assert set(period) == {4, 8, 14, 31}
    for day, odds in ((4, 0.5), (8, 0.25), (14, 0.125), (31, 0.125)):
        assert share_inside(int((period == day).sum()), odds), day


def test_a_try_that_ends_inside_a_period_is_followed_at_once() -> None:
    """Weeks: five days fail, two more pass: over on day 7, not a week later; three tries on day 9."""
    period = covered(executed(scene(9, duration_d=5, retry_d=2, needs_qty=3, **{"pass": 0.5}), 7, 8))
    assert share_inside(int((period == 2).sum()), 0.75)
    assert share_inside(int((period == 3).sum()), 0.125)


def test_who_waits_for_a_test_waits_for_its_last_try() -> None:
    """A licence of four days, one day after the trial: the days of a gate with a date, once more."""
    rows = scene(100, duration_d=3, retry_d=2, needs_qty=3, **{"pass": 0.6})
    rows["gates"].append({"gate": "licence", "duration_d": 4})
    rows["processes"][0]["gate"] = "licence"
    rows["links"] = [{"before": "trial", "after": "licence", "lag_d": 1}]
    period = covered(executed(rows, 1, 30))
    for tries, odds in enumerate((0.6, 0.24, 0.096)):
        assert share_inside(int((period == 9 + 2 * tries).sum()), odds), tries


def test_articles_of_further_tries_are_not_thrown_away() -> None:
    """The plan throws away all but three; what two and then three tries leave of the articles for five stays."""
    tables = fr.Tables.from_rows(
        {"name": "x", "currency": "EUR", "start": "2030-01-07", "period_d": 1, "periods": 20},
        scene(100, duration_d=3, retry_d=2, needs_qty=3, **{"pass": 0.6}),
    )
    case, draws = derive(tables), draw(tables, 32, 1)
    plan = fr.plan(tables, tests=False)
    trace, samples = simulate.traced(tables, case, plan, draws), simulate.run(tables, case, plan, draws, threads=1)
    left = trace.left[:, case.points.axis.labels.index("works|sample")]
    for day, tries in ((4, 2), (6, 3)):
        trying = covered(samples) > day
        assert trying.any()
        assert np.allclose(left[day - 1, trying], 3 * (5 - tries))


def test_odds_are_refused_where_times_are_rounded_down() -> None:
    tables = fr.Tables.from_rows(
        {"name": "x", "currency": "EUR", "start": "2030-01-07", "lead_rounding": "floor", "periods": 20},
        scene(100, duration_d=3, needs_qty=3),
    )
    with pytest.raises(fr.Refused) as refused:
        simulate.refuse_left_out(tables)
    assert [finding.code for finding in refused.value.findings] == ["FR714"]
