"""Luck of the period: cells drawn per occurrence, risks that happen and what they leave.

Events of a risk with a rate are a Poisson process; one with odds happens at most once, on any day alike. Each event
counts until its recovery or until the next one. With a recovery curve the share that is back grows by day.

What is the same for all samples of a block is done for all of them at once; the few in which an event begins are looked
up and gone through one by one.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from fullrate.simulate.compiled import compiled, inlined
from fullrate.simulate.layout import (
    CURVE_BEGIN,
    CURVE_X,
    CURVE_Y,
    EACH_ALONE,
    EACH_KEY,
    EACH_ROW,
    EACH_STRAIGHT,
    EACH_TABLE,
    EVENT,
    GOOD,
    HALF,
    HIT_RISK,
    HIT_ROW,
    LEFT_OVER,
    OWN,
    RISK,
    RISK_CURVE,
    RISK_EACH,
    RISK_KEY,
    RISK_LENGTH_KEY,
    RISK_ONCE,
    RISK_TABLE,
    SAMPLE,
    SCRATCH,
    STEADY,
    YIELDS,
)
from fullrate.simulate.luck import half, rest, uniform

NEVER = 1e18
"A day that does not come."
TABLE = 257
"Quantiles of a value drawn per occurrence."
POINTS = 8
"Parts in which a recovery curve is integrated per period."
BEGIN, SOON, NUMBER, UNTIL, MIXED = range(5)
"""Rows of the events of a risk: days on which the last one began and the next one will, the number of that, the day
until which the last one counts, and the luck of all of them half worked out."""


@compiled
def luck(s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, t: int) -> None:
    """Values drawn per occurrence: one for each period."""
    if t == 0:
        for r in range(size[OWN]):
            own = o[OWN] + r
            steady = o[STEADY] + r
            for k in range(s.shape[1]):
                s[own, k] = s[steady, k]
        for e in range(size[EACH_ROW]):
            mixed = o[HALF] + e
            for k in range(s.shape[1]):
                s[mixed, k] = half(np.uint64(whole[o[EACH_KEY] + e]), int(s[o[SAMPLE], k]))
    for e in range(size[EACH_ROW]):
        own_row = o[OWN] + whole[o[EACH_ROW] + e]
        steady_row = o[STEADY] + whole[o[EACH_ROW] + e]
        if t > 0 and whole[o[EACH_ALONE] + e] < 0:
            for k in range(s.shape[1]):
                s[own_row, k] = s[steady_row, k]
    drawn = o[SCRATCH]
    for e in range(size[EACH_ROW]):
        i = whole[o[EACH_ALONE] + e]
        if i >= 0:
            _draw(s, real, o, o[GOOD] + i, e, whole[o[EACH_STRAIGHT] + e], t, by[o[YIELDS] + i, t], 1.0)
            continue
        _draw(s, real, o, drawn, e, whole[o[EACH_STRAIGHT] + e], t, 1.0, np.inf)
        own_2 = o[OWN] + whole[o[EACH_ROW] + e]
        for k in range(s.shape[1]):
            s[own_2, k] *= s[drawn, k]


@inlined
def _draw(s: Any, real: Any, o: Any, to: int, e: int, straight: int, t: int, times: float, most: float) -> None:
    """Cell ``e`` drawn for each sample, times a number and no more than another one, into row ``to``."""
    mixed, table = o[HALF] + e, o[EACH_TABLE] + e * TABLE
    low, rise = times * real[table], times * (real[table + TABLE - 1] - real[table])
    if straight:
        for k in range(s.shape[1]):
            x = low + rise * rest(s[mixed, k], t)
            s[to, k] = x if x < most else most
        return
    for k in range(s.shape[1]):
        s[to, k] = rest(s[mixed, k], t)
    for k in range(s.shape[1]):
        s[to, k] = min(times * quantile(real, table, s[to, k]), most)


@inlined
def quantile(real: Any, begin: int, u: float) -> float:
    """Value of a table of quantiles at ``u`` in [0, 1), linear between its points."""
    x = u * (TABLE - 1)
    i = int(x)
    return real[begin + i] + (x - i) * (real[begin + i + 1] - real[begin + i])


@compiled
def events(s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, t: int) -> None:
    """Share of capacity left by every risk, mean of the period, and by several that hit the same."""
    for j in range(size[RISK_KEY]):
        if t == 0:
            _first(s, by, whole, real, edges, o, size, j)
        _over(s, o, j, edges[t], edges[t + 1])
        _struck(s, by, whole, real, edges, o, size, t, j)
    for h in range(size[HIT_RISK]):
        row, share = o[LEFT_OVER] + whole[o[HIT_ROW] + h], o[LEFT_OVER] + whole[o[HIT_RISK] + h]
        first = h == 0 or whole[o[HIT_ROW] + h - 1] != whole[o[HIT_ROW] + h]
        for k in range(s.shape[1]):
            s[row, k] = s[share, k] * (1.0 if first else s[row, k])


@compiled
def _first(s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, j: int) -> None:
    """Before the first event of a risk."""
    event = o[EVENT] + j * 5
    for k in range(s.shape[1]):
        s[event + BEGIN, k] = s[event + UNTIL, k] = -NEVER
        s[event + NUMBER, k] = 0.0
        s[event + MIXED, k] = half(np.uint64(whole[o[RISK_KEY] + j]), int(s[o[SAMPLE], k]))
        s[event + SOON, k] = _next(s, by, whole, real, edges, o, size, j, 0.0, 0, k)


@inlined
def _over(s: Any, o: Any, j: int, a: float, b: float) -> None:
    """Share left between days ``a`` and ``b`` where no event begins and what is lost is lost to the end."""
    share, until, left = o[LEFT_OVER] + j, o[EVENT] + j * 5 + UNTIL, o[RISK] + j * 3 + 2
    part = 1.0 / (b - a)
    for k in range(s.shape[1]):
        lost = s[until, k] - a
        lost = lost if lost > 0.0 else 0.0
        lost = lost if lost < b - a else b - a
        rest_ = 1.0 - (1.0 - s[left, k]) * lost * part
        s[share, k] = rest_ if rest_ > 0.0 else 0.0


@inlined
def _struck(s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, t: int, j: int) -> None:
    """Samples in which an event begins or things recover: the share left once more, one by one."""
    a, b = edges[t], edges[t + 1]
    soon, until, due = o[EVENT] + j * 5 + SOON, o[EVENT] + j * 5 + UNTIL, o[SCRATCH]
    n = 0  # every sample is written down, and stays written only if it is one of those
    if whole[o[RISK_CURVE] + j] < 0:
        for k in range(s.shape[1]):
            s[due, n] = k
            n += 1 if s[soon, k] < b else 0
    else:
        for k in range(s.shape[1]):
            s[due, n] = k
            n += 1 if s[soon, k] < b or s[until, k] > a else 0
    for r in range(n):
        k = int(s[due, r])
        s[o[LEFT_OVER] + j, k] = _left(s, by, whole, real, edges, o, size, j, k, a, b)


@inlined
def _next(
    s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, j: int, now: float, n: int, k: int
) -> float:
    """Day of event ``n`` of a risk, the one before having been on day ``now``."""
    u, often = rest(s[o[EVENT] + j * 5 + MIXED, k], n), s[o[RISK] + j * 3 + 0, k]
    if whole[o[RISK_ONCE] + j]:
        return u / often * edges[-1] if n == 0 and u < often else NEVER
    return now - math.log(1.0 - u) / often if often > 0 else NEVER


@inlined
def _left(
    s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, j: int, k: int, a: float, b: float
) -> float:
    """Mean share left between days ``a`` and ``b``, going on to the next events."""
    event, lost, gone = o[EVENT] + j * 5, 0.0, 1.0 - s[o[RISK] + j * 3 + 2, k]
    begin, soon, until = s[event + BEGIN, k], s[event + SOON, k], s[event + UNTIL, k]
    n = int(s[event + NUMBER, k])
    while True:
        low, high = max(begin, a), min(until, b)
        if high > low:
            lost += gone * _gone(s, by, whole, real, edges, o, size, j, low - begin, high - begin)
        if soon >= b:
            break
        n += 1
        length = s[o[RISK] + j * 3 + 1, k]
        if whole[o[RISK_EACH] + j] >= 0:
            u = uniform(np.uint64(whole[o[RISK_LENGTH_KEY] + j]), int(s[o[SAMPLE], k]), n - 1)
            length = quantile(real, o[RISK_TABLE] + whole[o[RISK_EACH] + j] * TABLE, u)
        begin, soon = soon, _next(s, by, whole, real, edges, o, size, j, soon, n, k)
        until = min(begin + length, soon)
    s[event + BEGIN, k], s[event + SOON, k], s[event + UNTIL, k] = begin, soon, until
    s[event + NUMBER, k] = n
    return max(1.0 - lost * (1.0 / (b - a)), 0.0)


@inlined
def _gone(
    s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, j: int, low: float, high: float
) -> float:
    """Days between two ages of an event, less what the recovery curve brings back."""
    curve = whole[o[RISK_CURVE] + j]
    if curve < 0:
        return high - low
    begin, end = (whole[o[CURVE_BEGIN] + curve], whole[o[CURVE_BEGIN] + (curve + 1)])
    step, total = ((high - low) / POINTS, 0.0)
    for i in range(POINTS):
        total += step * (1.0 - _curve(real, o[CURVE_X], o[CURVE_Y], begin, end, low + (i + 0.5) * step))
    return total


@compiled
def _curve(real: Any, x: int, y: int, begin: int, end: int, at: float) -> float:
    """Value of a curve, flat outside its points."""
    if at < real[x + begin]:
        return real[y + begin]
    for i in range(end - 1, begin - 1, -1):
        if real[x + i] <= at:
            if i == end - 1:
                return real[y + i]
            return real[y + i] + (real[y + i + 1] - real[y + i]) * (at - real[x + i]) / (real[x + i + 1] - real[x + i])
    return real[y + begin]
