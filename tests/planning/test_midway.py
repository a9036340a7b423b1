"""Going on from the middle: the state of an execution, and plans that begin there.

Expected dates of the small cases are arithmetic: ten starts a day, one unit each.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest

import fullrate as fr
from fullrate.case import Case, derive
from fullrate.case.state import EXECUTED, State, from_state
from fullrate.planning.chain import TIME_GAP
from fullrate.planning.midway import reached
from fullrate.planning.planner import plan as planned_from
from fullrate.rules import write
from fullrate.tables import Tables
from generator import Features
from properties.planned import KEPT, SAME, Drawn, drawn, times

Rows = dict[str, list[dict[str, Any]]]
DAYS = 20


def scene(**more: Any) -> Tables:
    """A press that makes ten kits a day, for a depot next door that wants a hundred."""
    rows: Rows = {
        "items": [{"item": "kit"}],
        "sites": [{"site": "works"}],
        "processes": [{"process": "press", "site": "works", "item": "kit", "max_rate": 10}],
        "recipients": [{"recipient": "depot", "site": "works"}],
        "needs": [{"need": "order", "recipient": "depot", "item": "kit", "qty": 100}],
    }
    config: dict[str, Any] = {"name": "midway", "currency": "EUR", "start": "2030-01-01", "period_d": 1, "tail": 0}
    config |= {"periods": DAYS, "stages": ["time"]}
    return Tables.from_rows(config, rows | more)


def followed(tables: Tables, period: int) -> tuple[Case, State]:
    case = derive(tables, pruned=False)
    return case, reached(case, fr.plan(tables, tests=False), period)


def delivered(plan: fr.Plan) -> list[float]:
    """Units delivered by the end of each period."""
    units = [sum(value for key, value in plan["deliver"].items() if key[-1] == t + 1) for t in range(plan.periods)]
    return np.cumsum(units).round(6).tolist()


def done(plan: fr.Plan, qty: float = 100.0) -> int:
    """Period in which the last unit is delivered."""
    return next(t + 1 for t, units in enumerate(delivered(plan)) if units >= qty * (1 - 1e-9))


LEAD = {"processes": [{"process": "press", "site": "works", "item": "kit", "max_rate": 10, "lead_d": 2}]}


def moved(state: State, by: int) -> State:
    """What is due comes so many periods later."""
    due = np.zeros_like(state.due)
    due[:, by:] = state.due[:, :-by]
    return replace(state, due=due)


@pytest.mark.parametrize(
    ("change", "wanted", "units"),
    [
        (lambda state: state, 12, [40, 50, 60, 70]),  # forty started, twenty of them there
        (lambda state: moved(state, 3), 12, [20, 30, 50, 70]),  # the other twenty on days 8 and 9, not 5 and 6
        (lambda state: replace(state, due=state.due / 2), 13, [30, 40, 50, 60]),  # ten lost on the way: a day more
    ],
    ids=["as planned", "late", "lost"],
)
def test_what_is_on_its_way(change: Callable[[State], State], wanted: int, units: list[int]) -> None:
    tables = scene(**LEAD)
    _, state = followed(tables, 4)
    after = planned_from(tables, since=change(state))
    assert delivered(after)[:4] == [0, 0, 10, 20]
    assert delivered(after)[5:9] == units
    assert done(after) == wanted


def test_stock_that_is_gone_is_made_again() -> None:
    """Fifty made by day 5 for a need that begins on day 8; twenty burn. Eighty more days of one: 13 instead of 11."""
    late = {"need": "order", "recipient": "depot", "item": "kit", "qty": 110, "from": "2030-01-09"}
    tables = scene(needs=[late])
    assert done(fr.plan(tables, tests=False), 110) == 11
    _, state = followed(tables, 5)
    held = state.done["hold"].copy()
    assert held[0, -1] == pytest.approx(50)
    held[0, -1] -= 20
    assert done(planned_from(tables, since=replace(state, done={**state.done, "hold": held})), 110) == 13


LINE = {
    "processes": [{"process": "press", "site": "works", "item": "kit"}],
    "resources": [{"resource": "line", "capacity": 10}],
    "uses": [{"user": "press", "resource": "line", "qty": 1}],
}


def test_a_build_that_is_late() -> None:
    """Ten more a day from day 4 on: thirty, then twenty a day, done on day 7; three days late: sixty, done on day 8."""
    build = {"build": "second", "resource": "line", "add": 10, "lead_d": 3}
    tables = scene(**LINE, builds=[build])
    _, state = followed(tables, 2)
    assert done(planned_from(tables, since=state)) == 7
    assert np.flatnonzero(state.coming[0]).tolist() == [1]
    coming = np.roll(state.coming, 3, axis=1)
    after = planned_from(tables, since=replace(state, coming=coming))
    assert delivered(after)[:8] == [10, 20, 30, 40, 50, 60, 80, 100]


@pytest.mark.parametrize("hires", [0, 1e-6], ids=["no hiring", "hiring"])
def test_people_who_left(hires: float) -> None:
    """Ten heads make ten a day; half of them leave after day 4: forty, then five a day."""
    pool = {"pool": "crew", "heads": 10, "hours": 1, "quit": 0, "hire_max": hires}
    staffed = [{"resource": "line", "capacity": 1000, "pool": "crew"}]
    tables = scene(**(LINE | {"resources": staffed}), pools=[pool])
    _, state = followed(tables, 4)
    assert done(planned_from(tables, since=state)) == 10
    heads = state.done["heads"].copy()
    heads[:, -1] /= 2
    after = planned_from(tables, since=replace(state, heads=state.heads / 2, done={**state.done, "heads": heads}))
    assert done(after) == 16


@pytest.mark.parametrize(("passed", "wanted"), [(np.nan, 16), (2.0, 15), (5.0, 15)])
def test_a_gate_that_is_not_passed_yet_is_passed_now_at_the_soonest(passed: float, wanted: int) -> None:
    """Expected on day 4: after five days it may be used at once. Expected on day 6: so it is, if it is not passed."""
    gated = [{"process": "press", "site": "works", "item": "kit", "max_rate": 10, "gate": "trial"}]
    tables = scene(processes=gated, gates=[{"gate": "trial", "duration_d": 4}])
    _, state = followed(tables, 5)
    nothing = {kind: np.zeros_like(values) for kind, values in state.done.items()}
    idle = replace(state, done=nothing, due=np.zeros_like(state.due), passed=np.array([passed]))
    after = planned_from(tables, since=idle)
    assert done(after) == 15
    later = scene(processes=gated, gates=[{"gate": "trial", "duration_d": 6}])
    assert done(planned_from(later, since=idle)) == wanted


TESTED = {
    "items": [{"item": "kit"}, {"item": "sample"}],
    "gates": [
        {"gate": "trial", "duration_d": 4, "pass": 0.5, "retry_d": 2, "needs_item": "sample", "needs_qty": 3,
         "needs_site": "works"}
    ],
    "stock": [{"site": "works", "item": "sample", "qty": 9}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("tries", "ends", "left", "wanted"),
    [
        (0, None, 9, 21),  # begins on day 5 with six samples: four days and two more, on day 11
        (0, None, 5, None),  # five samples are not enough for the two tries it is planned with
        (1, 7, 9, 19),  # the first try ends on day 7; the second, two days, is counted on
        (1, 7, 2, None),  # for which there are no samples
        (1, 4, 9, 17),  # the first is overdue: now, and two days for the second
        (1, None, 3, 17),  # the first has failed: the second begins now
        (2, 8, 0, 18),  # the second is under way
        (3, 4, 0, 15),  # more than were planned, and overdue: now
    ],
)
def test_what_is_left_of_a_test(tries: int, ends: float | None, left: float, wanted: int | None) -> None:
    """After five days. Three in four pass one of two tries: so it is planned. Then ten kits a day, ten days long."""
    gated = [
        {"process": "press", "site": "works", "item": "kit", "max_rate": 10, "gate": "trial"},
        {"process": "mould", "site": "works", "item": "sample", "max_rate": 0},
    ]
    tables = scene(processes=gated, **TESTED)
    tables = replace(tables, config=replace(tables.config, gate_quantile=0.75, periods=25))
    case, state = followed(tables, 5)
    done = {kind: np.zeros_like(values) for kind, values in state.done.items()}
    done["hold"][case.points.axis.places["works|sample"], -1] = left
    begun, end = 1.0 if tries else np.nan, np.nan if ends is None else ends
    days = {"begun": begun, "tries": float(tries), "ends": end, "passed": np.nan}
    idle = replace(state, done=done, due=np.zeros_like(state.due), **{k: np.array([v]) for k, v in days.items()})
    after = planned_from(tables, since=idle)
    assert delivered(after)[-1] == pytest.approx(0 if wanted is None else 100)
    if wanted is not None:
        assert done_on(after) == wanted


def done_on(plan: fr.Plan) -> int:
    """Period of the last delivery."""
    return max(key[-1] for key, value in plan["deliver"].items() if value > 1e-9)


def test_units_that_wear_out_later_than_expected() -> None:
    """Weibull: of a hundred delivered on day 1 all still work on day 5: those fail as what is left of life says."""
    life = {"item": "kit", "mtbf_d": 10, "shape": 2}
    rows: Any = {"stock": [{"site": "works", "item": "kit", "qty": 100}], "processes": [], "reliability": [life]}
    tables = scene(**rows)
    tables = replace(tables, config=replace(tables.config, coverage="serviceable"))
    case, state = followed(tables, 5)
    wear = case.fleet.wear.pattern(0)[0]
    gone = wear[:5].sum()
    alive = {kind: values.copy() for kind, values in state.done.items()}
    alive["fail"][:], alive["serve"][:] = 0.0, 100.0
    worn = state.worn / (1 - gone)
    after = planned_from(tables, since=replace(state, done=alive, worn=worn))
    works = 100.0
    for period in range(6, 12):
        works -= 100 * wear[period - 1] / (1 - gone)
        assert after["serve"]["order", "kit", period] == pytest.approx(works, abs=1e-5)


def test_money_that_was_spent_otherwise() -> None:
    """A kit costs one; a hundred allotted at once and carried. Thirty stolen after day 4: thirty kits are not made."""
    priced = [{"process": "press", "site": "works", "item": "kit", "max_rate": 10, "unit_cost": 1, "fund": "budget"}]
    funds = {
        "funds": [{"fund": "budget", "carry": True}],
        "allotments": [{"fund": "budget", "date": "2030-01-01", "amount": 100}],
    }
    tables = scene(processes=priced, **funds)
    _, state = followed(tables, 4)
    assert delivered(planned_from(tables, since=state))[-1] == 100
    carry = state.done["carry"].copy()
    assert carry[0, -1] == pytest.approx(60)
    carry[0, -1] -= 30
    assert delivered(planned_from(tables, since=replace(state, done={**state.done, "carry": carry})))[-1] == 70


def test_shares_already_missed_need_not_be_made_up() -> None:
    """Half of all kits must be new from the start; ten old ones were delivered all the same. Nothing is impossible."""
    rows: Any = {
        "items": [{"item": "old", "family": "kit"}, {"item": "new", "family": "kit"}],
        "processes": [
            {"process": "press-old", "site": "works", "item": "old", "max_rate": 10},
            {"process": "press-new", "site": "works", "item": "new", "max_rate": 5},
        ],
        "mix": [{"family": "kit", "item": "new", "from": "2030-01-01", "share_min": 0.5}],
    }
    tables = scene(**rows)
    case, state = followed(tables, 1)
    units = {kind: np.zeros_like(values) for kind, values in state.done.items()}
    units["make"][case.axes["process"].places["press-old"]] = 10
    units["deliver"][case.axes["delivery"].places["order|old"]] = 10
    after = planned_from(tables, since=replace(state, done=units))
    assert delivered(after)[:10] == [10, 20, 30, 40, 50, 60, 70, 80, 90, 100]


def periods_of(tables: Tables) -> int:
    config = tables.config
    return sum(count for count, _ in config.calendar) if config.calendar else config.periods


def gone_on(one: Drawn, seed: int) -> tuple[fr.Plan, fr.Plan]:
    """A drawn scenario's plan, and the one that goes on after some periods of it."""
    tables = one.read()
    period = 1 + seed % (periods_of(tables) - 1)
    first = fr.plan(tables, tests=False, pruned=False)
    return first, planned_from(tables, since=reached(derive(tables, pruned=False), first, period))


SEEDS = [seed if seed < 6 else pytest.param(seed, marks=pytest.mark.slow) for seed in range(60)]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_plan_followed_and_taken_up_again_is_as_good(seed: int) -> None:
    """Without slack between stages nothing is lost and nothing gained by stopping in between."""
    one = drawn(seed, Features(), stages=["time"], fairness="utilitarian")
    first, after = gone_on(one, seed)
    given = 2 * SAME * max(1.0, first.table("waits")["weight"].sum())  # a stage may lose 1e-6 of its weights in days
    assert times(after) == pytest.approx(times(first), rel=2 * SAME, abs=given)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_was_given_up_for_fairness_and_cost_is_not_won_back(seed: int) -> None:
    """The first class waits no less than at first, and no more than in the plan that was followed; rules are kept."""
    first, after = gone_on(drawn(seed, Features(), tail=0), seed)
    rank = min(times(first))
    waits = first.table("waits").filter(pl.col("class") == int(rank.removeprefix("L1.")))
    final = float((waits["weight"] * waits["days"]).sum())
    stage = first.table("stages").filter(pl.col("stage") == rank)
    gap = TIME_GAP * float(stage["bound"].item()) if first.meta["integers"] else 0.0
    slack = gap + 2 * SAME * max(1.0, final)
    assert times(first)[rank] - slack <= times(after)[rank] <= max(final, times(first)[rank] * (1 + KEPT)) + slack


@pytest.mark.parametrize("seed", SEEDS)
def test_a_state_is_its_table(seed: int) -> None:
    tables = drawn(seed, Features()).read()
    period = 1 + seed % (periods_of(tables) - 1)
    case, state = followed(tables, period)
    back = State.read(state.table(case.axes), case.axes, period)
    for kind in EXECUTED:
        np.testing.assert_array_equal(back.done[kind], state.done[kind])
    for name in ("opened", "heads", "due", "coming", "passed", "begun", "tries", "ends", "worn"):
        np.testing.assert_array_equal(getattr(back, name), getattr(state, name))
    assert back.period == period


class TestRefused:
    def test_a_state_of_other_periods(self) -> None:
        case, state = followed(scene(), 4)
        with pytest.raises(ValueError, match="not one after 5 of 20 periods"):
            from_state(case, state, 5)

    def test_a_period_the_plan_does_not_have(self) -> None:
        case = derive(scene(), pruned=False)
        with pytest.raises(ValueError, match="1 to 19"):
            reached(case, fr.plan(scene(), tests=False), 20)

    def test_something_done_where_nothing_can_be(self) -> None:
        """A pruned case has no column for what no plan would do."""
        _, state = followed(scene(), 4)
        pruned = derive(scene())
        held = state.done["hold"].copy()
        held[0, 1] = 5
        with pytest.raises(ValueError, match="hold was done where the program has no column"):
            write(from_state(pruned, replace(state, done={**state.done, "hold": held}), 4))
