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
from fullrate.tables import Cell
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
    config, rows = scenario(seed, Features(perishable=False, fielded=seed % 2 == 1))
    tables = fr.Tables.from_rows(config, ranged(rows, seed))
    return tables, draw(tables, 3, 1)


def states(tables: fr.Tables, draws: Draws, every: int = EVERY) -> list[State]:
    seen: list[State] = []

    def watch(state: State, period: int) -> None:
        seen.append(state)

    rolled(tables, draws, watch, every)
    return seen


@pytest.mark.parametrize(
    "seed", [0, 1, pytest.param(2, marks=pytest.mark.slow), pytest.param(3, marks=pytest.mark.slow)]
)
def test_states_add_up(seed: int) -> None:
    """Units in use are those delivered less those that failed; a test begun is told with the period it began in."""
    tables, draws = drawn(seed)
    case = derive(tables)
    for state in states(tables, draws):
        done, used = state.done, case.fleet.used
        works = np.cumsum(done["deliver"] - done["fail"], axis=1)
        assert np.allclose(done["serve"][used], works[used], atol=1e-6)
        assert np.array_equal(done["test"].sum(axis=1), state.begun < case.calendar.edges[state.period])
        assert (state.tries[np.isnan(state.begun)] == 0).all()
        assert not (~np.isnan(state.ends) & ~np.isnan(state.passed)).any()


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


SHIPPED: dict[str, Any] = {
    "items": [{"item": "kit"}],
    "sites": [{"site": "works"}, {"site": "port"}],
    "lanes": [{"lane": "sea", "from": "works", "to": "port", "lead_d": 4, "capacity": 10}],
    "stock": [{"site": "works", "item": "kit", "qty": 100}],
    "recipients": [{"recipient": "town", "site": "port"}],
    "needs": [{"need": "all", "recipient": "town", "item": "kit", "qty": 100}],
}
BUILT: dict[str, Any] = {
    "items": [{"item": "kit"}],
    "sites": [{"site": "works"}],
    "processes": [{"process": "press", "site": "works", "item": "kit"}],
    "resources": [{"resource": "line", "site": "works", "capacity": 1}],
    "uses": [{"user": "press", "resource": "line", "qty": 1}],
    "builds": [{"build": "second", "resource": "line", "add": 10, "lead_d": 4, "life_d": 20}],
    "recipients": [{"recipient": "town", "site": "works"}],
    "needs": [{"need": "all", "recipient": "town", "item": "kit", "qty": 300}],
}


def one_factor(cell: Cell, factor: float) -> Draws:
    """A single sample in which one cell is a factor of what the plan takes."""
    value, first = np.full((1, 1), factor), np.zeros(1, np.int64)
    return Draws((cell,), value, value, first, (), 1, value, np.ones(1, bool), first)


def lead(tables: fr.Tables, cell: Cell, days: float) -> Draws:
    """A single sample in which a lead of four days is another."""
    return replace(one_factor(cell, days / 4), values=np.full((1, 1), days), drawn=np.full((1, 1), days / 4))


def test_how_long_work_under_way_still_takes_shows_when_it_arrives() -> None:
    """Ten kits are sent a day, four days long as planned. They take eight or twelve: no plan knows which until day 9.

    What should have come by now is due with the next period; what was sent later, four days after.
    """
    tables, cell = fr.Tables.from_rows(CONFIG, SHIPPED), Cell("lanes", "sea", "lead_d")
    eight, twelve = (states(tables, lead(tables, cell, days), 1) for days in (8, 12))
    port = derive(tables).points.axis.places["port|kit"]
    for day, (mine, its) in enumerate(zip(eight[:8], twelve[:8], strict=True), start=1):
        assert all(np.array_equal(mine.done[kind], its.done[kind]) for kind in EXECUTED)
        assert np.array_equal(mine.due, its.due)
        later = [10 * (day + at >= 4) for at in (1, 2, 3)]
        assert np.allclose(mine.due[port, :4], [10 * max(day - 3, 0), *later])
    assert not np.array_equal(eight[8].due, twelve[8].due)


def test_when_a_build_is_finished_and_what_it_adds_shows_when_it_works() -> None:
    """Four days as planned; it takes nine or twelve: expected with the next period while it is overdue."""
    tables, cell = fr.Tables.from_rows(CONFIG, BUILT), Cell("builds", "second", "lead_d")
    nine, twelve = (states(tables, lead(tables, cell, days), 1) for days in (9, 12))
    for day, (mine, its) in enumerate(zip(nine[:8], twelve[:8], strict=True), start=1):
        assert np.array_equal(mine.coming, its.coming)
        assert mine.coming[0, max(4 - day, 0)] == 1
        assert mine.coming[0].sum() == pytest.approx(1 if day + 20 > 30 else 0)
    assert not np.array_equal(nine[9].coming, twelve[9].coming)
    half = states(tables, replace(one_factor(Cell("builds", "second", "add"), 0.5), values=np.full((1, 1), 5.0)), 1)
    assert half[2].coming[0, 1] == 1, "not known to be smaller before it is there"
    assert half[5].done["ready"][0, 5] == pytest.approx(0.5)
    assert half[5].coming[0, :5] == pytest.approx(0.0)


def test_a_test_begins_as_soon_as_there_are_articles_if_it_is_planned_again() -> None:
    """Two samples lie there and two a day are made: six after two days, a trial of three, ten kits on day 6.

    Six lie there: who follows begins on day 2 all the same, who plans again after a day begins then. None lie there:
    who follows makes no more than planned and never begins, who plans again begins on day 3.
    """
    rows: dict[str, Any] = {
        "items": [{"item": "kit"}, {"item": "sample"}],
        "sites": [{"site": "works"}],
        "processes": [
            {"process": "press", "site": "works", "item": "kit", "max_rate": 10, "gate": "trial"},
            {"process": "mould", "site": "works", "item": "sample", "max_rate": 2},
        ],
        "gates": [
            {"gate": "trial", "duration_d": 3, "needs_item": "sample", "needs_qty": 6, "needs_site": "works"}
        ],
        "stock": [{"site": "works", "item": "sample", "qty": 2}],
        "recipients": [{"recipient": "town", "site": "works"}],
        "needs": [{"need": "all", "recipient": "town", "item": "kit", "qty": 10}],
    }  # fmt: skip
    tables, cell = fr.Tables.from_rows(CONFIG, rows), Cell("stock", "works|sample", "qty")
    for factor, planned, again in ((1.0, 6, 6), (3.0, 6, 5), (0.0, 31, 7)):
        draws = one_factor(cell, factor)
        for found, wanted in ((followed(tables, draws), planned), (rolled(tables, draws, every=1), again)):
            assert found.reached[0, found.target(need="all")] == wanted, factor


def test_how_a_try_ends_shows_when_it_ends() -> None:
    """A trial of five days is passed at once, or after two more tries of two days: one state for five days."""
    rows: dict[str, Any] = {
        "items": [{"item": "kit"}, {"item": "sample"}],
        "sites": [{"site": "works"}],
        "processes": [{"process": "press", "site": "works", "item": "kit", "max_rate": 10, "gate": "trial"}],
        "gates": [
            {"gate": "trial", "duration_d": 5, "pass": 0.5, "retry_d": 2, "needs_item": "sample", "needs_qty": 3,
             "needs_site": "works"}
        ],
        "stock": [{"site": "works", "item": "sample", "qty": 15}],
        "recipients": [{"recipient": "town", "site": "works"}],
        "needs": [{"need": "all", "recipient": "town", "item": "kit", "qty": 100}],
    }  # fmt: skip
    tables = fr.Tables.from_rows(CONFIG, rows)
    draws, seen = draw(tables, 8, 1), {}
    for sample in range(8):
        found = states(tables, draws.only(np.array([sample])), 1)
        for day, state in enumerate(found[:4], start=1):
            known = (state.begun[0], state.tries[0], state.ends[0], state.done["hold"][:, -1].tolist())
            assert seen.setdefault(day, known) == known == (0.0, 1.0, 5.0, known[3])
        tries = found[4].tries[0], found[4].passed[0] == 5
        assert tries in ((1.0, True), (2.0, False))
        seen.setdefault("ends", set()).add(tries)
    assert len(seen["ends"]) == 2


USED: dict[str, Any] = {
    "items": [{"item": "radio"}],
    "sites": [{"site": "works"}],
    "processes": [{"process": "press", "site": "works", "item": "radio", "max_rate": 20}],
    "recipients": [{"recipient": "town", "site": "works"}],
    "needs": [{"need": "all", "recipient": "town", "item": "radio", "qty": 100}],
}


@pytest.mark.parametrize("shape", [1, 2])
def test_units_in_use_where_all_goes_as_planned_change_nothing(shape: float) -> None:
    life = {"item": "radio", "mtbf_d": 20, "shape": shape}
    tables = fr.Tables.from_rows(CONFIG | {"coverage": "serviceable"}, USED | {"reliability": [life]})
    draws, means = draw(tables, 1, 1), simulate.Policy(many=1)
    plan, case = fr.plan(tables, tests=False), derive(tables)
    one = simulate.run(tables, case, plan, draws, means, threads=1)
    for every, delay in ((1, 0.0), (4, 2.0)):
        other = simulate.rolling(
            tables, case, plan, draws, replanner(tables), simulate.Rhythm(every, delay), means
        )  # fmt: skip
        assert other.meta["plans"] > 0
        assert other.meta["kept"] == 0
        assert np.allclose(one.waits, other.waits, atol=1e-4)


@pytest.mark.parametrize("shape", [1, 2])
def test_what_fails_beyond_the_plan_is_made_again_at_once(shape: float) -> None:
    """Units fail three times as fast as anybody thought. Who plans again every day keeps a hundred working.

    Who follows replaces what fails as well, but has no more starts planned than the plan; both are told one by one.
    """
    life = {"item": "radio", "mtbf_d": 60, "shape": shape}
    tables = fr.Tables.from_rows(CONFIG | {"coverage": "serviceable"}, USED | {"reliability": [life]})
    third = Cell("reliability", "radio|base", "mtbf_d")
    draws = replace(one_factor(third, 1 / 3), values=np.full((1, 1), 20.0))
    after, before = rolled(tables, draws, every=1), followed(tables, draws)
    column = after.group(need="all")
    assert after.meta["kept"] == 0
    assert after.curves[0, column, 8:].min() > 0.84
    assert after.curves[0, column, 8:].mean() > before.curves[0, column, 8:].mean()
