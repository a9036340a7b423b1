"""A block of samples from the first period to the last: the steps in their order."""

from __future__ import annotations

from typing import Any

from fullrate.simulate.compiled import compiled
from fullrate.simulate.layout import (
    BENT,
    DONE,
    EFFORT,
    FACTOR,
    GOOD,
    LEFT,
    OWN,
    SAMPLE,
    SHARE,
    UNMET,
    WAITS,
    WIDTH,
    YIELD_OWN,
    YIELDS,
)
from fullrate.simulate.steps.s01_events import events, luck
from fullrate.simulate.steps.s02_stores import stores
from fullrate.simulate.steps.s03_people import people
from fullrate.simulate.steps.s04_growth import builds, gates
from fullrate.simulate.steps.s04_trials import trials, with_the_next
from fullrate.simulate.steps.s05_arrivals import arrivals
from fullrate.simulate.steps.s05_fielded import also_came, failures, fielded, sent_back
from fullrate.simulate.steps.s06_wants import overtime, wants
from fullrate.simulate.steps.s07_effort import effort
from fullrate.simulate.steps.s13_sweep import sweep
from fullrate.simulate.steps.s14_close import pay, purses, record, remember, spoil
from fullrate.simulate.steps.s15_check import before, broken


@compiled
def block(
    s: Any,
    by: Any,
    whole: Any,
    real: Any,
    edges: Any,
    o: Any,
    size: Any,
    curves: Any,
    trace: Any,
    fault: Any,
    first: int,
    last: int,
) -> None:
    """Run one block through some periods.

    Args:
        s, by, whole, real, edges, o, size: state and model, see ``layout``.
        curves: coverage by group, period and sample to be written; no periods: none is kept.
        trace: what is left and what is done by period and sample, for tests; no periods: none is kept.
        fault: period, point and sample of the first balance that does not close; -1 as long as all do.
        first, last: the first period, and the one before which it ends; all but 0 go on from the state as it is.
    """
    if first == 0:
        _begin(s, by, whole, real, edges, o, size)
    for t in range(first, last):
        luck(s, by, whole, real, edges, o, size, t)
        events(s, by, whole, real, edges, o, size, t)
        stores(s, by, whole, real, edges, o, size, t)
        remember(s, by, whole, real, edges, o, size, t)
        purses(s, by, whole, real, edges, o, size)
        people(s, by, whole, real, edges, o, size, t)
        gates(s, by, whole, real, edges, o, size, t)
        before(s, by, whole, real, edges, o, size, t)
        trials(s, by, whole, real, edges, o, size, t)
        builds(s, by, whole, real, edges, o, size, t)
        arrivals(s, by, whole, real, edges, o, size, t)
        failures(s, by, whole, real, edges, o, size, t)
        sent_back(s, by, whole, real, edges, o, size, t)
        wants(s, by, whole, real, edges, o, size, t)
        effort(s, by, whole, real, edges, o, size, t)
        overtime(s, by, whole, real, edges, o, size, t)
        _yields(s, by, whole, real, edges, o, size, t)
        sweep(s, by, whole, real, edges, o, size, t)
        with_the_next(s, by, whole, real, edges, o, size, t)
        fielded(s, by, whole, real, edges, o, size, t)
        wrong = also_came(s, by, whole, real, edges, o, size, t)
        if wrong < 0:
            wrong = broken(s, by, whole, real, edges, o, size, t)
        if wrong >= 0:
            fault[0], fault[1], fault[2] = (t, wrong, int(s[o[SAMPLE], t % WIDTH]))
            return
        spoil(s, by, whole, real, edges, o, size, t)
        pay(s, by, whole, real, edges, o, size, t)
        record(s, by, whole, real, edges, o, size, t)
        if curves.shape[1]:
            for g in range(size[SHARE]):
                share_row = o[SHARE] + g
                for k in range(s.shape[1]):
                    curves[g, t, k] = s[share_row, k]
        for i in range(trace.shape[1]):
            left = o[LEFT] + i
            done = o[DONE] + (i - size[LEFT])
            for k in range(s.shape[1]):
                trace[t, i, k] = s[left, k] if i < size[LEFT] else s[done, k]


@compiled
def _begin(s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any) -> None:
    """Nothing has happened yet."""
    for g in range(size[EFFORT]):
        effort = o[EFFORT] + g
        for k in range(s.shape[1]):
            s[effort, k] = 1.0
    for j in range(size[FACTOR]):
        factor = o[FACTOR] + j
        for k in range(s.shape[1]):
            s[factor, k] = 1.0
    for g in range(size[WAITS]):
        waits = o[WAITS] + g
        unmet = o[UNMET] + g
        for k in range(s.shape[1]):
            s[waits, k] = s[unmet, k]


@compiled
def _yields(s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, t: int) -> None:
    """Share that is good of what is started now, where it is not always the same."""
    for r in range(size[BENT]):
        i = whole[o[BENT] + r]
        own = whole[o[YIELD_OWN] + i]
        yields_at = by[o[YIELDS] + i, t]
        own_row = o[OWN] + own
        good = o[GOOD] + i
        for k in range(s.shape[1]):
            y = yields_at * (s[own_row, k] if own >= 0 else 1.0)
            s[good, k] = y if y < 1.0 else 1.0
