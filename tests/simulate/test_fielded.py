"""Units in use that fail one by one, come back and are replaced: closed forms, intervals, seeded faults."""

from __future__ import annotations

from math import exp, gamma, log
from typing import Any

import numpy as np
import pytest
from scipy.stats import binom

import fullrate as fr
from fullrate import simulate
from fullrate.case import derive
from fullrate.draws import Draws, draw
from fullrate.simulate import model
from fullrate.simulate.fielded import fielded_of
from fullrate.tables import Cell
from simulate.test_theory import N, Z, inside, share_inside
from theory.test_fielded import CONDITIONS, scene

LOOP: dict[str, list[dict[str, Any]]] = {
    "items": [{"item": "radio"}, {"item": "broken"}],
    "processes": [{"process": "mend", "site": "depot", "item": "radio", "lead_d": 5}],
    "recipe": [{"process": "mend", "item": "broken", "qty": 1}],
    "reliability": [{"item": "radio", "mtbf_d": -1 / log(0.98), "failed": "broken"}],
}


def executed(tables: fr.Tables, draws: Draws | None = None, count: int = N) -> simulate.Samples:
    plan = fr.plan(tables, tests=False)
    return simulate.run(tables, derive(tables), plan, draws or draw(tables, count, 1), threads=1, shown=count)


def working(samples: simulate.Samples, need: str = "a", qty: float = 100.0) -> Any:
    """Units that work at the end of every period, shape (samples, T)."""
    return qty * samples.curves[:, samples.group(need=need)].astype(float)


def as_binomial(units: Any, count: int, share: float) -> None:
    """Mean, variance and a few points of the law of whole units."""
    assert np.allclose(units, np.round(units), atol=1e-3)
    assert inside(units, count * share)
    spread, variance = np.var(units), count * share * (1 - share)
    assert abs(spread / variance - 1) <= Z * np.sqrt(2 / N) * 1.2
    for level in binom.ppf([0.1, 0.5, 0.9], count, share):
        assert share_inside(int((np.round(units) <= level).sum()), float(binom.cdf(level, count, share)))


def test_units_survive_binomially_in_their_conditions() -> None:
    """Once in 50 days, and five times faster: 81.873 and 36.788 of a hundred after ten days."""
    samples = executed(scene(CONDITIONS))
    as_binomial(working(samples)[:, 10], 100, 0.81873075)
    as_binomial(working(samples, "b")[:, 10], 100, 0.36787944)
    mild, harsh = working(samples)[:, 10], working(samples, "b")[:, 10]
    assert abs(np.corrcoef(mild, harsh)[0, 1]) <= Z / np.sqrt(N), "each has luck of its own"


def test_units_that_wear_out_survive_as_weibull_says() -> None:
    """Scale 10 and shape 1.5: of a hundred, each works after t days with exp(-(t / 10)^1.5)."""
    samples = executed(scene({"reliability": [{"item": "radio", "mtbf_d": 10 * gamma(1 + 1 / 1.5), "shape": 1.5}]}))
    for day in (2, 5, 9):
        as_binomial(working(samples)[:, day], 100, exp(-((day / 10) ** 1.5)))


def test_of_many_units_the_mean_fails() -> None:
    """From a thousand on chance is left out, and said to be."""
    rows = {
        "stock": [{"site": "depot", "item": "radio", "qty": 5000}],
        "needs": [{"need": "a", "recipient": "mild", "item": "radio", "qty": 5000}],
    }
    samples = executed(scene(rows), count=64)
    assert np.allclose(working(samples, qty=5000)[:, 10], 5000 * exp(-10 / 50), rtol=1e-5)


def test_availability_in_a_loop_of_repair_with_luck() -> None:
    """Two of a hundred fail a day and are back five days later: 1 / (1 + 0.02 * 5) work in the long run (renewal).

    More may fail than the plan expects: they are mended, too, and handed out again.
    """
    tables = scene(LOOP, periods=120)
    plan, draws = fr.plan(tables, tests=False), draw(tables, 1024, 1)
    ample = simulate.Policy(catch_up=20.0)  # as many menders as may be needed
    samples = simulate.run(tables, derive(tables), plan, draws, ample, threads=1)
    assert inside(working(samples)[:, 60:].mean(axis=1), 100 / 1.1)


def test_spares_replace_what_fails_beyond_the_plan() -> None:
    """Twice as many fail as the plan takes; sixty spares lie there: a hundred work until those are used up."""
    rows = {"stock": [{"site": "depot", "item": "radio", "qty": 160}]}
    half, one = np.full((1, 1), 0.5), np.zeros(1, np.int64)
    cell = Cell("reliability", "radio|base", "mtbf_d")
    draws = Draws((cell,), 50 * half, half, one, (), 1, half, np.ones(1, bool), one)
    tables = scene(rows | {"reliability": [{"item": "radio", "mtbf_d": 50}]}, periods=30)
    found, lost = working(executed(tables, draws))[0], 0.0
    for day in range(30):
        lost += 100 * (1 - exp(-1 / 25)) if day else 0.0
        assert found[day] == 100 or lost > 45
    assert 40 < found[-1] < 70, "fifteen days without spares"


def test_units_that_vanish_stop_an_execution(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """What fails takes more from a need than it gave: the need and the units in use do not add up."""
    tables = scene(LOOP)
    plan, case = fr.plan(tables, tests=False), derive(tables)

    def other(*args: Any) -> Any:
        fielded = fielded_of(*args)
        return fielded._replace(value=1.01 * fielded.value)

    monkeypatch.setattr(model, "fielded_of", other)
    with pytest.raises(simulate.Broken, match="count of what works for need 0 does not close in period 1"):
        simulate.run(tables, case, plan, threads=1, folder=tmp_path)


def test_one_more_recipient_touches_no_luck_of_the_others() -> None:
    """Keyed by need and item: who else has units in use changes nothing."""
    tables = scene({})
    rows = {name: list(tables.rows(name)) for name in ("recipients", "needs")}
    config = {"periods": 12}
    more = scene(
        {
            "sites": [{"site": "camp"}, {"site": "depot"}],
            "recipients": [{"recipient": "far", "site": "camp"}, {"recipient": "mild", "site": "depot"}],
            "stock": [{"site": "camp", "item": "radio", "qty": 9}, {"site": "depot", "item": "radio", "qty": 100}],
            "needs": [
                {"need": "b", "recipient": "far", "item": "radio", "qty": 9},
                {"need": "a", "recipient": "mild", "item": "radio", "qty": 100},
            ],
        },
        **config,
    )
    assert rows
    one, other = executed(tables, count=64), executed(more, count=64)
    assert np.array_equal(working(one), working(other))


STAYS = 0.97
"""Share of a crew that is still there after thirty days."""


def crew() -> fr.Tables:
    """Forty people who work an hour a day each, a unit an hour; thirty days a period."""
    rows = {
        "processes": [{"process": "press", "site": "depot", "item": "radio"}],
        "resources": [{"resource": "hands", "site": "depot", "capacity": 1e6, "pool": "crew"}],
        "pools": [{"pool": "crew", "heads": 40, "hours": 1, "quit": 1 - STAYS ** (365 / 30)}],
        "uses": [{"user": "press", "resource": "hands", "qty": 1}],
        "stock": [],
        "needs": [{"need": "a", "recipient": "mild", "item": "radio", "qty": 1e5}],
        "reliability": [],
    }
    return scene(rows, coverage="delivered", period_d=30)


def heads(tables: fr.Tables, plan: fr.Plan, draws: Draws | None) -> Any:
    """People of the crew in each period, shape (T, samples): hours worked and not worked."""
    trace = simulate.traced(tables, derive(tables), plan, draws)
    return (trace.done[:, 0] + trace.left[:, trace.wired.model.network.stores.pools]) / 30


def test_people_leave_one_by_one() -> None:
    """After t periods each of forty is still there with .97^t: binomial; without luck the mean is."""
    tables, blocks = crew(), 64
    plan = fr.plan(tables, tests=False)
    draws = draw(tables, 32 * blocks, 1)
    parts = [draws.only(np.arange(32 * at, 32 * at + 32)) for at in range(blocks)]
    found = np.concatenate([heads(tables, plan, part)[9] for part in parts])
    assert np.allclose(found, np.round(found), atol=1e-6)
    share = STAYS**10
    assert inside(found, 40 * share)
    assert abs(np.var(found) / (40 * share * (1 - share)) - 1) <= Z * np.sqrt(2 / len(found)) * 1.2
    assert np.allclose(heads(tables, plan, None)[:, 0], 40 * STAYS ** np.arange(1, 13))
