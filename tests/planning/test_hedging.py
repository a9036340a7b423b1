"""A plan that hedges, on a scenario whose best decision a person can work out, and what holds for every scenario."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from fullrate import auditing
from fullrate.case import derive
from fullrate.cli.plan import cut_short, hedge_lines
from fullrate.draws import applied, draw, event_uniform, left, name_key
from fullrate.findings import Refused
from fullrate.lp.solve import solve
from fullrate.planning import plan
from fullrate.planning.drawn import shares_of
from fullrate.planning.hedging import _paid, framed, hedged
from fullrate.planning.twostage import Cases, Risk
from fullrate.report.hedge import as_text, worth
from fullrate.rules import write
from fullrate.tables import Tables
from fullrate.tables.check import check
from rules.scenes import day


def world(**more: Any) -> Tables:
    """Two presses of five a day; a fund that pays for one more of either, now; each may lose nearly all it can do.

    A hundred kits are needed. The second press is more likely to be the one that stays.
    """
    tables = {
        "sources": [{"source": "guess", "title": "Guess", "kind": "assumption", "grade": "F6"}],
        "items": [{"item": "kit"}],
        "sites": [{"site": "works"}, {"site": "mill"}],
        "processes": [
            {"process": "press", "site": "works", "item": "kit"},
            {"process": "mill", "site": "works", "item": "kit"},
        ],
        "resources": [{"resource": "line", "capacity": 5}, {"resource": "wheel", "capacity": 5}],
        "uses": [
            {"user": "press", "resource": "line", "qty": 1},
            {"user": "mill", "resource": "wheel", "qty": 1},
        ],
        "builds": [
            {"build": "second_line", "resource": "line", "add": 6, "lead_d": 2, "max": 1, "capex": 1, "fund": "purse"},
            {
                "build": "second_wheel",
                "resource": "wheel",
                "add": 5,
                "lead_d": 2,
                "max": 1,
                "capex": 1,
                "fund": "purse",
            },
        ],
        "funds": [{"fund": "purse", "carry": "true"}],
        "allotments": [{"fund": "purse", "date": day(0), "amount": 1}],
        "recipients": [{"recipient": "depot", "site": "works"}],
        "needs": [{"need": "order", "recipient": "depot", "item": "kit", "qty": 100}],
        "uncertainty": [
            {"table": "builds", "key": "second_line", "column": "add", "dist": "bernoulli", "low": 1e-6, "mode": 0.5}
            | {"high": 6, "source": "guess"},
        ],
        **more,
    }
    config = {"name": "known", "currency": "EUR", "start": day(0), "period_d": 1, "periods": 24, "tail": 0}
    made = Tables.from_rows(config, tables)
    assert not [one for one in check(made) if one.severity.value == "error"], check(made)
    return made


def chosen(found: Any, usual: bool = False) -> dict[str, float]:
    """Builds decided now, in all periods."""
    rows = found.table("decided").filter(kind="build").group_by("key").agg(pl.col("amount", "usual").sum())
    return {row["key"]: round(row["usual" if usual else "amount"], 4) for row in rows.iter_rows(named=True)}


@pytest.fixture(scope="module")
def guarded() -> Any:
    tables = world()
    return tables, hedged(tables, 0.8, 8, until=10.0, batches=2)


def test_the_sure_thing_is_bought_against_the_worst(guarded):
    """Six a day more with even odds, or five for certain: the plan takes the six, the hedge the five."""
    _, found = guarded
    assert chosen(found, usual=True)["second_line"] == pytest.approx(1)
    assert chosen(found).get("second_line", 0.0) == pytest.approx(0, abs=1e-3)
    assert chosen(found)["second_wheel"] == pytest.approx(1, abs=2e-3)  # the slack, in builds


def test_the_plan_keeps_to_it_and_to_every_rule(guarded):
    tables, found = guarded
    assert sum(found["build"]["second_wheel", t] for t in range(1, 25)) == pytest.approx(1, abs=2e-3)
    assert auditing.audit(tables, found).passed
    free = plan(tables, tests=False)
    waits = [each.table("waits")["days"][0] for each in (free, found)]
    assert waits[0] <= waits[1] + 1e-9  # a hedge costs something where all goes as planned


def test_losses_by_hand(guarded):
    """With the wheel ten a day until day two and fifteen after, in every case alike."""
    _, found = guarded
    made = np.minimum(np.cumsum([10.0] * 2 + [15.0] * 22), 100)
    each = np.diff(made, prepend=0)
    wait = float((each * (np.arange(24) + 0.5)).sum() / 100)
    cases = found.table("cases")
    assert cases["hedged"].to_list() == pytest.approx([wait] * 8, rel=2e-3)
    bad = np.minimum(np.cumsum([10.0] * 24), 100)
    worst = float((np.diff(bad, prepend=0) * (np.arange(24) + 0.5)).sum() / 100)
    assert max(cases["usual"]) == pytest.approx(worst, rel=1e-5)


def test_values_hang_together(guarded):
    _, found = guarded
    told = found.meta["hedge"]
    assert told["bound"] <= told["value"] + 1e-9
    assert told["drawn"]["known"]["expected"] <= told["drawn"]["hedged"]["expected"] + 1e-6
    assert told["evpi"] >= -1e-6
    assert told["vss"]["worst"] > 0
    assert told["gap"]["mean"] <= told["gap"]["most"]
    assert told["drawn"]["hedged"]["worst"] <= told["drawn"]["usual"]["worst"] + 1e-6


def test_the_same_twice():
    tables = world()
    one, other = (hedged(tables, 0.5, 4, until=10.0, batches=2) for _ in range(2))
    assert one.table("decided").equals(other.table("decided"))
    assert one.meta["hedge"]["fresh"] == other.meta["hedge"]["fresh"]


@pytest.mark.parametrize(
    ("change", "level", "until", "code"),
    [
        ({}, 1.2, None, "FR750"),
        ({}, float("nan"), None, "FR750"),
        ({"uncertainty": []}, 0.8, None, "FR751"),
        ({}, 0.8, 99.0, "FR752"),
        ({"builds": []}, 0.8, None, "FR755"),
    ],
)
def test_what_cannot_be_hedged_is_refused(change, level, until, code):
    if "builds" in change:
        change = {**change, "uncertainty": [{**UNSURE}]}
    with pytest.raises(Refused) as refused:
        hedged(world(**change), level, 4, until=until)
    assert [one.code for one in refused.value.findings] == [code]


UNSURE = {"table": "resources", "key": "line", "column": "capacity", "dist": "uniform", "low": 4, "high": 5} | {
    "source": "guess"
}


LIMIT = 1000.0
"""Seconds that no test takes; a clock that is put forward makes it come."""


class Clock:
    """Time as it is, until it is put forward."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.more, real = 0.0, time.monotonic
        patch.setattr(time, "monotonic", lambda: real() + self.more)

    def late(self, at: str, more: float = 0.97 * LIMIT):
        """Told of steps; puts the clock forward when a step begins so."""

        def say(step: str) -> None:
            self.more = more if step.startswith(at) else self.more

        return say


@pytest.mark.parametrize("step", ["4 cases", "what to decide now"])
def test_without_time_for_a_hedge_the_plan_without_one_is_taken(step, monkeypatch):
    """What is kept for the plan is still there, so it is as good as any; that there is no hedge is said."""
    clock = Clock(monkeypatch)
    found = hedged(world(), 1.0, 4, until=4, batches=2, time_limit=LIMIT, say=clock.late(step))
    assert "hedge" not in found.meta
    assert found.meta["unhedged"]
    assert cut_short(found), "exit code 4"
    assert "the plan without a hedge" in " ".join(hedge_lines(found))
    usual = plan(world(), tests=False)
    assert found.table("waits").equals(usual.table("waits"))
    assert found.table("dates").equals(usual.table("dates"))


def test_a_search_that_is_cut_short_gives_its_best_with_its_bound(monkeypatch):
    """Time is up in the middle of the second round of cuts: what the first found is kept, and planned."""
    clock, after, calls = Clock(monkeypatch), Cases.after, []

    def slow(self, x, deadline=None):
        found = after(self, x, deadline)
        calls.append(x)
        clock.more = 0.93 * LIMIT if len(calls) == 2 else clock.more
        return found

    monkeypatch.setattr(Cases, "after", slow)
    found = hedged(world(), 1.0, 4, until=4, batches=2, time_limit=LIMIT)
    told = found.meta["hedge"]
    assert told["status"] == "time limit"
    assert cut_short(found), "exit code 4"
    assert found.status == "solved", "the time that is kept for the plan is enough"
    monkeypatch.setattr(Cases, "after", after)
    clock.more = 0.0
    complete = hedged(world(), 1.0, 4, until=4, batches=2)
    assert not cut_short(complete)
    whole = complete.meta["hedge"]
    assert told["bound"] is None or told["bound"] <= whole["value"] + 1e-6
    assert whole["bound"] - 1e-6 <= told["value"]
    assert "The search was cut short" in " ".join(worth(found))


def test_without_time_for_other_cases_what_they_would_say_is_not_known(monkeypatch):
    clock = Clock(monkeypatch)
    found = hedged(world(), 1.0, 4, until=4, batches=2, time_limit=LIMIT, say=clock.late("2 fresh", LIMIT))
    told = found.meta["hedge"]
    assert (told["status"], told["gap"]["mean"], told["gap"]["most"], told["vss"]) == ("solved", None, None, {})
    assert (told["fresh"]["batches"], told["fresh"]["cases"]) == (0, 0)
    assert cut_short(found), "exit code 4"
    said = as_text(found).replace("\n", " ")
    assert "0 other cases" not in said
    assert "Gap: not known" in said
    assert "Value of hedging (VSS): not known" in said
    assert "before that was tried in other cases" in said


def test_what_caution_costs_is_not_called_knowledge():
    """Two decisions and two cases by hand: only where the worst case counts is the figure more than knowledge."""
    for level, both in ((0.8, True), (0.0, False)):
        said = " ".join(worth(hedged(world(), level, 4, until=4, batches=2)))
        assert ("what this caution costs" in said) is both


def test_too_many_cases_for_the_memory():
    with pytest.raises(Refused) as refused:
        hedged(world(), 0.8, 1000, most_memory=1e6)
    (finding,) = refused.value.findings
    assert (finding.code, "1000 cases" in finding.found) == ("FR754", True)


def test_a_sample_takes_the_values_drawn():
    tables = world(uncertainty=[UNSURE])
    draws = draw(tables, 4, 1)
    for at in range(4):
        row = next(row for row in applied(tables, draws, at).rows("resources") if row["resource"] == "line")
        assert row["capacity"] == draws.values[at, 0]
        assert 4 <= row["capacity"] <= 5
    assert next(iter(tables.rows("resources")))["capacity"] == 5


def test_a_factor_moves_the_series():
    step = {"table": "resources", "key": "line", "column": "capacity", "date": day(5), "value": 8}
    tables = world(uncertainty=[UNSURE | {"low": 0.5, "high": 0.9, "as": "factor"}], series=[step])
    draws = draw(tables, 2, 1)
    mine = applied(tables, draws, 1)
    assert next(iter(mine.rows("series")))["value"] == pytest.approx(8 * draws.drawn[1, 0], rel=1e-12)


def test_what_happens_is_the_luck_of_executions():
    """A risk with odds happens on the day that its stream of luck says, and takes its share for as long as it lasts."""
    risk = {"risk": "fire", "kind": "resource", "target": "line", "prob": 0.6, "duration_d": 4, "left": 0.25}
    tables = world(risks=[risk])
    draws, edges, happened = draw(tables, 12, 1), np.arange(25.0), 0
    for at in range(12):
        luck = float(event_uniform(draws.seed, name_key("risk", "fire"), at, 0))
        found = left(tables, draws, at, edges)
        assert ("fire" in found) == (luck < 0.6)
        if found:
            begin = luck / 0.6 * 24
            lost = min(4.0, 24 - begin) * 0.75
            assert float((1 - found["fire"]).sum()) == pytest.approx(lost, abs=1e-9)
            assert found["fire"][int(begin + 1.0) : int(min(begin + 4, 24))] == pytest.approx(0.25)
            happened += 1
    assert 0 < happened < 12


def test_what_happens_takes_its_share():
    """Five a day, of which a fire leaves a quarter on the first four days, and what is built on the line as well."""
    risk = {"risk": "fire", "kind": "resource", "target": "line", "prob": 0.6, "duration_d": 4, "left": 0.25}
    tables = world(risks=[risk])
    case = shares_of(derive(tables), tables, {"fire": np.array([0.25] * 4 + [1.0] * 20)})
    lp, cols = write(case)
    block = cols["make"]
    most = []
    for period in range(6):
        cost = np.zeros(lp.shape[1])
        cost[block.offset[0] + period] = -1.0
        most.append(-solve(lp.minimising(cost)).objective)
    assert most == pytest.approx([1.25, 1.25, 1.25 + 0.25 * 6, 1.25 + 0.25 * 6, 11, 11])


def test_the_batches_bound_from_above():
    """What is paid at any value at risk is at least the mean of the worst (Rockafellar & Uryasev 2000)."""
    losses = np.arange(1.0, 11.0)
    exact = Risk(0.8).of(losses, np.full(10, 0.1))
    assert all(_paid(losses, at, Risk(0.8)) >= exact - 1e-12 for at in np.linspace(0, 12, 25))
    assert _paid(losses, 8.0, Risk(0.8)) == pytest.approx(exact)


def test_only_what_can_be_decided_early_is_decided_now():
    frame = framed(world(), 0.8, 3.0)
    block = frame.cols["build"].terms
    early = block.column[block.at["period"] < 3]
    assert set(frame.now.column) == set(early)  # no process has a long lead
    assert timedelta(days=3) == frame.case.calendar.date(3.0) - frame.tables.config.start
