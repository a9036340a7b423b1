"""Planning again on the way: what a plan then knows, when it is in force, and what it changes by arithmetic."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest

import fullrate as fr
from fullrate import simulate
from fullrate.case import Case, derive
from fullrate.case.state import EXECUTED, State
from fullrate.draws import Draws, draw, event_uniform, name_key
from fullrate.planning import reached, replanner
from generator import Features, scenario
from simulate.ranges import ranged

CONFIG: dict[str, Any] = {"name": "again", "currency": "EUR", "start": "2030-01-01", "period_d": 1, "periods": 30}
SAME = 1e-6
EVERY = 4


def press(low: float, high: float) -> fr.Tables:
    """A press of ten starts a day for a hundred kits; the plan takes every kit to be good, a drawn share of them is."""
    return fr.Tables.from_rows(
        CONFIG | {"tail": 0},
        {
            "items": [{"item": "kit"}],
            "sites": [{"site": "works"}],
            "processes": [{"process": "press", "site": "works", "item": "kit", "max_rate": 10}],
            "recipients": [{"recipient": "town", "site": "works"}],
            "needs": [{"need": "all", "recipient": "town", "item": "kit", "qty": 100}],
            "uncertainty": [
                {"table": "processes", "key": "press", "column": "yield", "dist": "uniform", "low": low, "high": high}
            ],
        },
    )


def rolled(
    tables: fr.Tables, draws: Draws, replan: simulate.Replan | None = None, every: int = EVERY, delay_d: float = 0.0
) -> simulate.Samples:
    return simulate.rolling(
        tables, derive(tables), fr.plan(tables, tests=False), draws, replan or replanner(tables),
        simulate.Rhythm(every, delay_d),
    )  # fmt: skip


def followed(tables: fr.Tables, draws: Draws) -> simulate.Samples:
    return simulate.run(tables, derive(tables), fr.plan(tables, tests=False), draws, threads=1)


def test_who_follows_stays_short_who_plans_again_goes_on() -> None:
    """A hundred starts give 100 y kits. Planned again every day, ten starts a day go on: 80 kits after 8 / y days."""
    tables = press(0.4, 0.75)
    draws = draw(tables, 6, 1)
    good = draws.values[:, 0]
    short, after = followed(tables, draws), rolled(tables, draws, every=1)
    column = after.target(need="all", coverage=0.8)
    assert (short.reached[:, column] == 31).all()
    assert np.allclose(short.curves[:, short.group(need="all"), -1], good, rtol=1e-6)
    assert np.array_equal(after.reached[:, column], np.ceil(8 / good - SAME).astype(int))


@pytest.mark.parametrize("delay", [0, 1, 5])
def test_a_new_plan_is_in_force_after_the_delay(delay: int) -> None:
    """Planned again after ten days, when 100 y kits are there: the rest, 10 y a day, begins the delay later."""
    tables = press(0.62, 0.75)
    draws = draw(tables, 12, 1)
    good = draws.values[:, 0]
    after = rolled(tables, draws, every=10, delay_d=delay)
    days = 10 + delay + np.ceil((80 - 100 * good) / (10 * good) - SAME)
    assert np.array_equal(after.reached[:, after.target(need="all", coverage=0.8)], days.astype(int))
    assert after.meta["admin_delay_d"] == delay


def test_a_gate_that_begins_before_a_new_plan_is_in_force_has_begun() -> None:
    """A trial that costs begins on day 6; the plan made on day 4, in force on day 8, would not pay for it any more.

    It has been paid for by then and is passed on day 11: ten kits on day 12.
    """
    tables = fr.Tables.from_rows(
        CONFIG,
        {
            "items": [{"item": "kit"}],
            "sites": [{"site": "near"}],
            "processes": [{"process": "press", "site": "near", "item": "kit", "max_rate": 10, "gate": "trial"}],
            "gates": [{"gate": "design", "duration_d": 6}, {"gate": "trial", "duration_d": 5, "cost": 1}],
            "links": [{"before": "design", "after": "trial"}],
            "recipients": [{"recipient": "town", "site": "near"}],
            "needs": [{"need": "all", "recipient": "town", "item": "kit", "qty": 10}],
        },
    )
    plan = fr.plan(tables, tests=False)
    unpaid = {
        name: frame.filter(pl.col("kind") != "open") if "kind" in frame else frame
        for name, frame in plan.tables.items()
    }
    other = replace(plan, tables=unpaid)
    assert plan["open"]["trial",] == 1
    assert other["open"]["trial",] == 0
    after = rolled(tables, draw(tables, 2, 1), lambda state, period: other if period == 4 else None, 4, 4.0)
    assert (after.reached[:, after.target(need="all")] == 12).all()


def test_planning_again_where_all_went_as_planned_changes_nothing() -> None:
    tables = press(1, 1)
    draws = draw(tables, 2, 1)
    one, other = followed(tables, draws), rolled(tables, draws)
    assert np.allclose(one.waits, other.waits, atol=SAME)
    assert np.array_equal(one.reached, other.reached)


@pytest.mark.parametrize("seed", [0, 1, 2, pytest.param(3, marks=pytest.mark.slow)])
def test_plans_that_are_never_made_leave_every_bit_as_it_was(seed: int) -> None:
    """An execution cut into periods is the execution."""
    tables, draws = drawn(seed)
    one, other = followed(tables, draws), rolled(tables, draws, lambda state, period: None)
    for name in ("reached", "waits", "cost", "displaced", "curves"):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name


def drawn(seed: int) -> tuple[fr.Tables, Draws]:
    config, rows = scenario(seed, Features(perishable=False))
    for table, columns in (("gates", ("needs_item", "needs_qty", "needs_site")), ("builds", ("risk_gate", "redo"))):
        rows[table] = [{key: value for key, value in row.items() if key not in columns} for row in rows.get(table, [])]
    tables = fr.Tables.from_rows(config, ranged(rows, seed))
    return tables, draw(tables, 3, 1)


def states(tables: fr.Tables, draws: Draws, every: int = EVERY) -> list[State]:
    seen: list[State] = []

    def watch(state: State, period: int) -> None:
        seen.append(state)

    rolled(tables, draws, watch, every)
    return seen


def test_without_luck_a_state_is_that_of_the_plan() -> None:
    """Two ways to the same state: from the plan's own tables, and from an execution in which nothing was drawn."""
    tables = fr.read("examples/golden")
    plan, case = fr.plan(tables, tests=False), derive(tables)
    none = replace(draw(tables, 1, 1), each=())
    seen: list[tuple[int, State]] = []
    simulate.rolling(tables, case, plan, none, lambda state, period: seen.append((period, state)), simulate.Rhythm(5))
    assert seen
    for period, state in seen:
        assert_same(state, reached(derive(tables, pruned=False), plan, period), case)


def assert_same(state: State, other: State, case: Case) -> None:
    for kind in ("make", "ship", "deliver", "build", "ready", "hire", "hold", "overtime", "heads"):
        assert np.allclose(state.done[kind], other.done[kind], atol=1e-5), kind
    for name in ("due", "coming"):
        assert np.allclose(getattr(state, name), getattr(other, name), atol=1e-5), name


def test_what_a_plan_knows_holds_nothing_that_comes_later() -> None:
    """Two seeds, two days on which a fire ends the line: until the first of them both states are one."""
    tables = fr.Tables.from_rows(
        CONFIG,
        {
            "items": [{"item": "kit"}],
            "sites": [{"site": "works"}],
            "processes": [{"process": "press", "site": "works", "item": "kit", "lead_d": 3}],
            "resources": [{"resource": "line", "site": "works", "capacity": 10}],
            "uses": [{"user": "press", "resource": "line", "qty": 1}],
            "recipients": [{"recipient": "town", "site": "works"}],
            "needs": [{"need": "all", "recipient": "town", "item": "kit", "qty": 200}],
            "risks": [{"risk": "fire", "kind": "resource", "target": "line", "prob": 1, "duration_d": 99}],
        },
    )
    compared = 0
    for sample in range(6):
        draws = [draw(tables, 6, 1, seed=seed).only(np.array([sample])) for seed in (1, 5)]
        first, second = (states(tables, one, 1) for one in draws)
        fires = [30 * event_uniform(one.seed, name_key("risk", "fire"), sample, 0) for one in draws]
        for mine, its in zip(first[: int(min(fires))], second, strict=False):
            compared += 1
            assert all(np.array_equal(mine.done[kind], its.done[kind]) for kind in EXECUTED)
            assert np.array_equal(mine.due, its.due)
    assert compared > 10


def test_a_gate_still_being_tried_is_not_known_to_pass() -> None:
    """What a state says of gates is what has happened: days behind it, or nothing."""
    tables = fr.Tables.from_rows(
        CONFIG,
        {
            "items": [{"item": "kit"}],
            "sites": [{"site": "near"}],
            "processes": [{"process": "press", "site": "near", "item": "kit", "max_rate": 10, "gate": "trial"}],
            "gates": [{"gate": "trial", "duration_d": 5, "pass": 0.5, "retry_d": 5}],
            "recipients": [{"recipient": "town", "site": "near"}],
            "needs": [{"need": "all", "recipient": "town", "item": "kit", "qty": 100}],
        },
    )
    draws = draw(tables, 16, 1)
    seen = []
    for sample in range(16):
        for state in states(tables, draws.only(np.array([sample])), 1):
            passed = state.passed[0]
            assert np.isnan(passed) or passed <= state.period
            seen.append(bool(np.isnan(passed)))
    assert any(seen)
    assert not all(seen)
