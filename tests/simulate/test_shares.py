"""Executions keep to limits on shares of what a family delivers, as their plan does; dates follow by arithmetic."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

import fullrate as fr
from fullrate import simulate
from fullrate.case import derive
from fullrate.draws import Draws, draw
from fullrate.planning import replanner
from fullrate.simulate import layout
from fullrate.simulate.measure import measure_of
from fullrate.simulate.model import wired
from fullrate.simulate.packed import packed
from fullrate.simulate.planned import planned
from fullrate.simulate.steps.s12_shares import begin_anew, forbidden, remember_all
from simulate.lucky import lucky
from simulate.plainly import execute
from simulate.test_twice import apart

QTY, PERIODS, N = 40.0, 48, 64
TRIFLE = 1e-4
"""Units: what limits may lack, a millionth of what is planned, and rounding."""
Rows = dict[str, list[dict[str, Any]]]
HALVES: Rows = {"mix": [{"family": "kits", "item": "new", "share_max": 0.5}]}
"""No more of the new than of the old, at any time."""
DEFECTS: Rows = {"quality": [{"family": "kits", "aoq_max": 0.03}]}
"""Of the new one in twenty is defective, of the old one in a hundred: no more of the new than of the old."""


def slow_old(limits: Rows) -> fr.Tables:
    """Two lines of two a day each; that of the old may turn out at half of it or at anything between."""
    rows: Rows = {
        "items": [{"item": "old", "family": "kits"}, {"item": "new", "family": "kits"}],
        "sites": [{"site": "works"}],
        "processes": [
            {"process": "proven", "site": "works", "item": "old", "max_rate": 2, "escape": 0.01},
            {"process": "novel", "site": "works", "item": "new", "max_rate": 2, "escape": 0.05},
        ],
        "recipients": [{"recipient": "town", "site": "works"}],
        "needs": [{"need": "all", "recipient": "town", "item": "kits", "qty": QTY}],
        "uncertainty": [
            {"table": "processes", "key": "proven", "column": "max_rate", "dist": "uniform", "low": 1, "high": 2}
        ],
        **limits,
    }
    config = {"name": "shares", "currency": "EUR", "start": date(2030, 1, 7), "period_d": 1, "periods": PERIODS}
    return fr.Tables.from_rows(config, rows)


def delivered(tables: fr.Tables) -> tuple[Draws, Any, Any]:
    """Draws, what of the old and what of the new has been delivered by the end of each period and sample."""
    case, plan = derive(tables), fr.plan(tables, tests=False)
    draws = draw(tables, N, 2)
    trace = simulate.traced(tables, case, plan, draws)
    given = np.cumsum(trace.done[:, -len(case.deliveries.axis) :], axis=0)
    of = {label.rsplit("|", 1)[1]: given[:, at] for at, label in enumerate(case.axes["delivery"].labels)}
    return draws, of["old"], of["new"]


@pytest.mark.parametrize("limits", [HALVES, DEFECTS], ids=["mix", "quality"])
def test_what_a_limit_forbids_is_not_handed_over(limits: Rows) -> None:
    """As much of the new as of the old, whose line makes what is drawn: all is there on day 40 / (2 x rate)."""
    draws, old, new = delivered(slow_old(limits))
    assert (new <= old + TRIFLE).all()
    for sample in range(old.shape[1]):
        days = np.arange(1, PERIODS + 1)
        rate = draws.values[sample, 0]
        assert old[:, sample] == pytest.approx(np.minimum(rate * days, QTY / 2), abs=TRIFLE)
        assert new[:, sample] == pytest.approx(np.minimum(rate * days, QTY / 2), abs=TRIFLE)


def test_dates_follow_from_the_slower_line() -> None:
    tables = slow_old(HALVES)
    draws = draw(tables, N, 2)
    samples = simulate.run(tables, derive(tables), fr.plan(tables, tests=False), draws, threads=1)
    wanted = np.ceil(QTY / 2 / draws.values[:, 0] - 1e-6)
    assert samples.reached[:, samples.target(need="all", coverage=1.0)] == pytest.approx(wanted)


def test_what_is_lacking_already_forbids_nothing_where_nothing_is_handed_over() -> None:
    """A new plan on the way may allow less to be lacking than is lacking already: there is nothing to cut, then."""
    tables = slow_old(HALVES)
    case, plan = derive(tables), fr.plan(tables, tests=False)
    built = wired(tables, case, planned(case, plan), None, simulate.Policy(), measure_of(case).record)
    arrays = packed(built.model, len(built.rows.once))
    state = arrays.state()
    arrays.rows_of(state, layout.WANT)[:] = 1.0
    arrays.rows_of(state, layout.SPARE)[:] = -2.0 * built.model.shares.slack[:, None]
    remember_all(state, arrays.size, arrays.places)
    a = arrays
    assert not forbidden(state, a.by, a.whole, a.real, a.edges, a.places, a.size, 0)
    begin_anew(state, a.size, a.places)
    assert (a.rows_of(state, layout.WANT) == 1.0).all()


def test_planned_again_on_the_way_limits_are_kept() -> None:
    """The old sets the pace, whoever plans. Which of the two is made on the last day of a plan is open: two at most."""
    tables = slow_old(HALVES)
    draws = draw(tables, 8, 2)
    again = simulate.rolling(
        tables, derive(tables), fr.plan(tables, tests=False), draws, replanner(tables), simulate.Rhythm(4, 0.0)
    )
    rate, found = draws.values[:, 0], again.reached[:, again.target(need="all", coverage=1.0)]
    assert (found >= np.ceil(QTY / 2 / rate - 1e-6)).all()
    assert (found <= np.ceil((QTY / 2 + 2) / rate)).all()
    covered = again.curves[:, again.group(need="all")]
    assert (covered <= 2 * rate[:, None] * np.arange(1, PERIODS + 1) / QTY + 1e-5).all()


def test_without_limits_the_faster_line_makes_up_for_the_slower() -> None:
    """What the two tests above would see if limits were not kept."""
    _, old, new = delivered(slow_old({}))
    assert (new > old + 1).any()


@pytest.mark.parametrize("limits", [HALVES, DEFECTS, HALVES | DEFECTS], ids=["mix", "quality", "both"])
def test_two_implementations_agree_on_shares(limits: Rows) -> None:
    tables = slow_old(limits)
    plan, case, draws = fr.plan(tables, tests=False), derive(tables), draw(tables, 16, 2)
    trace = simulate.traced(tables, case, plan, draws)
    for sample in range(8):
        assert apart(case, trace, execute(tables, plan, lucky(tables, plan, draws, sample)), sample) == ""
