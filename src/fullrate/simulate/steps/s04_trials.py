"""Tests that use up articles: begun as planned, as soon as the articles are there; tried again until they are passed.

What begins with a period takes its articles at the end of the one before, first of all that want them. What begins
later in a period, since a try ended or a gate was passed inside it, takes what lies there at its beginning.
"""

from __future__ import annotations

from typing import Any

from fullrate.simulate.compiled import compiled
from fullrate.simulate.layout import BUILD as BUILDS
from fullrate.simulate.layout import (
    GATE_COST,
    GATE_DATES,
    GATE_PAYER,
    LEFT,
    LINK_BEFORE,
    LINK_BEGIN,
    LINK_STARTS,
    LINK_WAIT,
    LOAD_BEGIN,
    LOAD_QTY,
    LOAD_STORE,
    ROUNDING,
    TRIAL,
    TRIAL_ARTICLES,
    TRIAL_GATE,
    TRIAL_POINT,
    TRIAL_TIMES,
    TRY,
    TRY_BEGIN,
)
from fullrate.simulate.steps.leads import TOUCH, opening

DONE, BEGUN, PASSED, NEXT, CHARGED, SIGNED, ASIDE, TAKEN, SINCE = range(9)
"""Rows of the state of a trial: tries begun, day of the first, day it is passed, day from which the next may begin;
tries paid for in the period, those to be paid for in the next; articles set aside, articles taken in the period; day of
the last try that began."""
TRIED = 9
READY, STEPS, FIRST = range(3)
"""Rows of what is drawn of a trial."""
NEVER = 1e18
ENOUGH = 1 - 1e-6
"Share of the articles that counts as all of them: plans are exact to the solver's tolerance only."


@compiled
def may_begin(s: Any, whole: Any, real: Any, o: Any, q: int, k: int) -> float:
    """Day from which the next try of a trial may begin."""
    row = o[TRIAL] + q * TRIED
    if s[row + DONE, k] > 0:
        return s[row + NEXT, k]
    day = s[o[TRY] + whole[o[TRY_BEGIN] + q] + READY, k]
    for j in range(whole[o[LINK_BEGIN] + q], whole[o[LINK_BEGIN] + (q + 1)]):
        before = o[TRIAL] + whole[o[LINK_BEFORE] + j] * TRIED
        since = s[before + (BEGUN if whole[o[LINK_STARTS] + j] else PASSED), k]
        day = max(day, since + s[o[LINK_WAIT] + j, k])
    return day


@compiled
def begin(s: Any, whole: Any, edges: Any, o: Any, rounding: int, q: int, k: int, day: float) -> None:
    """A try begins, and how it ends is decided."""
    row, drawn = o[TRIAL] + q * TRIED, o[TRY] + whole[o[TRY_BEGIN] + q]
    tries = int(s[row + DONE, k])
    if tries == 0:
        s[row + BEGUN, k] = day
    end = day + s[drawn + FIRST + tries, k]
    s[row + SINCE, k] = day
    s[row + DONE, k] = tries + 1
    s[row + NEXT, k] = end
    if tries + 1 >= s[drawn + STEPS, k]:
        s[row + NEXT, k] = NEVER
        s[row + PASSED, k] = end
        s[o[GATE_DATES] + whole[o[TRIAL_GATE] + q] * 2, k] = opening(edges, end, rounding)


@compiled
def trials(s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, t: int) -> None:
    """What began with the period is paid for; what may begin later in it does."""
    for q in range(size[TRIAL_GATE]):
        row, n, p = o[TRIAL] + q * TRIED, real[o[TRIAL_ARTICLES] + q], whole[o[TRIAL_POINT] + q]
        for k in range(s.shape[1]):
            if t == 0:
                s[row + BEGUN, k] = s[row + PASSED, k] = NEVER
            s[row + CHARGED, k] = s[row + SIGNED, k]
            s[row + SIGNED, k] = s[row + ASIDE, k] = s[row + TAKEN, k] = 0.0
            while True:
                day = may_begin(s, whole, real, o, q, k)
                if day >= edges[t + 1] - TOUCH or (t > 0 and day <= edges[t] + TOUCH):
                    break
                if n > 0.0:
                    if s[o[LEFT] + p, k] < n * ENOUGH:
                        break
                    _take(s, o, row, p, k, min(n, s[o[LEFT] + p, k]))
                begin(s, whole, edges, o, size[ROUNDING], q, k, max(day, edges[t]))
                s[row + CHARGED, k] += 1
            if s[row + CHARGED, k] > 0:
                _pay(s, whole, real, o, size, q, k)


@compiled
def _take(s: Any, o: Any, row: int, p: int, k: int, amount: float) -> None:
    """Articles leave their stock point."""
    s[o[LEFT] + p, k] -= amount
    s[row + TAKEN, k] += amount


@compiled
def _pay(s: Any, whole: Any, real: Any, o: Any, size: Any, q: int, k: int) -> None:
    """What the tries that begin in the period cost and take of offices."""
    i, builds = whole[o[TRIAL_GATE] + q], size[BUILDS]
    times = s[o[TRIAL] + q * TRIED + CHARGED, k] * real[o[TRIAL_TIMES] + q]
    s[o[LEFT] + whole[o[GATE_PAYER] + i], k] -= times * real[o[GATE_COST] + i]
    for j in range(whole[o[LOAD_BEGIN] + (builds + i)], whole[o[LOAD_BEGIN] + (builds + i + 1)]):
        s[o[LEFT] + whole[o[LOAD_STORE] + j], k] -= times * real[o[LOAD_QTY] + j]


@compiled
def _may_take(s: Any, whole: Any, real: Any, edges: Any, o: Any, q: int, t: int, k: int) -> float:
    """Articles of all tries that may still come of a test that is planned and, by the end of the period, not passed."""
    row, drawn = o[TRIAL] + q * TRIED, whole[o[TRY_BEGIN] + q]
    planned = s[o[TRY] + drawn + READY, k] < edges[len(edges) - 1]
    if not planned or s[row + PASSED, k] <= edges[t + 1] + TOUCH:
        return 0.0
    return real[o[TRIAL_ARTICLES] + q] * (whole[o[TRY_BEGIN] + (q + 1)] - drawn - FIRST - s[row + DONE, k])


@compiled
def kept_for_tests(s: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, t: int, node: int, k: int) -> float:
    """Articles at a point that tests may still take."""
    total = 0.0
    for q in range(size[TRIAL_GATE]):
        if whole[o[TRIAL_POINT] + q] == node:
            total += _may_take(s, whole, real, edges, o, q, t, k)
    return total


@compiled
def set_aside(s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, t: int, node: int) -> None:
    """Articles of a test that has begun, or is to begin with the next period, are kept from all others at their point.

    Those of further tries, too: what they need may only be made once the gate is passed.
    """
    for q in range(size[TRIAL_GATE]):
        if whole[o[TRIAL_POINT] + q] != node:
            continue
        row, left = o[TRIAL] + q * TRIED, o[LEFT] + node
        for k in range(s.shape[1]):
            soon = t + 2 < len(edges) and may_begin(s, whole, real, o, q, k) <= edges[t + 1] + TOUCH
            if soon or s[row + DONE, k] > 0:
                wanted = _may_take(s, whole, real, edges, o, q, t, k)
                more = max(min(wanted - s[row + ASIDE, k], s[left, k]), 0.0)
                s[row + ASIDE, k] += more
                s[left, k] -= more


@compiled
def with_the_next(s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, t: int) -> None:
    """What may begin with the next period begins if its articles are there; else they are back with the others."""
    for q in range(size[TRIAL_GATE]):
        row, n, p = o[TRIAL] + q * TRIED, real[o[TRIAL_ARTICLES] + q], whole[o[TRIAL_POINT] + q]
        for k in range(s.shape[1]):
            if n > 0.0:
                s[o[LEFT] + p, k] += s[row + ASIDE, k]
                s[row + ASIDE, k] = 0.0
            while t + 2 < len(edges) and may_begin(s, whole, real, o, q, k) <= edges[t + 1] + TOUCH:
                if n > 0.0:
                    if s[o[LEFT] + p, k] < n * ENOUGH:
                        break
                    _take(s, o, row, p, k, min(n, s[o[LEFT] + p, k]))
                begin(s, whole, edges, o, size[ROUNDING], q, k, edges[t + 1])
                s[row + SIGNED, k] += 1
