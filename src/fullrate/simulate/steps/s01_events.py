"""Luck of the period: cells drawn per occurrence, risks that happen and what they leave.

Events of a risk with a rate are a Poisson process; one with odds happens at most once, on any day alike. Each event
counts until its recovery or until the next one. With a recovery curve the share that is back grows by day.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from fullrate.simulate.compiled import compiled
from fullrate.simulate.layout import (
    CURVE_BEGIN,
    CURVE_X,
    CURVE_Y,
    EACH_KEY,
    EACH_ROW,
    EACH_TABLE,
    EVENT,
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
    STEADY,
    WIDTH,
)
from fullrate.simulate.luck import uniform

NEVER = 1e18
"A day that does not come."
TABLE = 257
"Quantiles of a value drawn per occurrence."
POINTS = 8
"Parts in which a recovery curve is integrated per period."


@compiled
def luck(s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, t: int) -> None:
    """Values drawn per occurrence: one for each period."""
    if t == 0:
        for r in range(size[OWN]):
            own = o[OWN] + r
            steady = o[STEADY] + r
            for k in range(WIDTH):
                s[own, k] = s[steady, k]
    for e in range(size[EACH_ROW]):
        r = whole[o[EACH_ROW] + e]
        if t > 0:
            own_row = o[OWN] + r
            steady_row = o[STEADY] + r
            for k in range(WIDTH):
                s[own_row, k] = s[steady_row, k]
    for e in range(size[EACH_ROW]):
        r = whole[o[EACH_ROW] + e]
        own_2 = o[OWN] + r
        sample = o[SAMPLE]
        for k in range(WIDTH):
            s[own_2, k] *= quantile(
                real, o[EACH_TABLE] + e * TABLE, uniform(np.uint64(whole[o[EACH_KEY] + e]), int(s[sample, k]), t)
            )


@compiled
def quantile(real: Any, begin: int, u: float) -> float:
    """Value of a table of quantiles at ``u`` in [0, 1), linear between its points."""
    x = u * (TABLE - 1)
    i = int(x)
    return real[begin + i] + (x - i) * (real[begin + i + 1] - real[begin + i])


@compiled
def events(s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, t: int) -> None:
    """Share of capacity left of everything that a risk can hit, mean of the period."""
    a, b = (edges[t], edges[t + 1])
    if not size[RISK_KEY]:
        return
    for r in range(size[LEFT_OVER]):
        left_over = o[LEFT_OVER] + r
        for k in range(WIDTH):
            s[left_over, k] = 1.0
    h = 0
    for j in range(size[RISK_KEY]):
        first = h
        while h < size[HIT_RISK] and whole[o[HIT_RISK] + h] == j:
            h += 1
        event = o[EVENT] + j * 4 + 0
        event_row = o[EVENT] + j * 4 + 2
        event_2 = o[EVENT] + j * 4 + 3
        event_3 = o[EVENT] + j * 4 + 1
        sample = o[SAMPLE]
        for k in range(WIDTH):
            if t == 0:
                s[event, k] = -NEVER
                s[event_row, k] = s[event_2, k] = 0.0
                s[event_3, k] = _next(s, by, whole, real, edges, o, size, j, 0.0, 0, int(s[sample, k]), k)
            if s[event_3, k] >= b and s[event, k] + s[event_2, k] <= a:
                continue
            share = _left(s, by, whole, real, edges, o, size, j, k, a, b, int(s[sample, k]))
            for i in range(first, h):
                s[o[LEFT_OVER] + whole[o[HIT_ROW] + i], k] *= share


@compiled
def _next(
    s: Any,
    by: Any,
    whole: Any,
    real: Any,
    edges: Any,
    o: Any,
    size: Any,
    j: int,
    now: float,
    n: int,
    sample: int,
    k: int,
) -> float:
    """Day of event ``n`` of a risk, the one before having been on day ``now``."""
    u = uniform(np.uint64(whole[o[RISK_KEY] + j]), sample, n)
    if whole[o[RISK_ONCE] + j]:
        odds = s[o[RISK] + j * 3 + 0, k]
        return u / odds * edges[-1] if n == 0 and u < odds else NEVER
    return now - math.log(1.0 - u) / s[o[RISK] + j * 3 + 0, k] if s[o[RISK] + j * 3 + 0, k] > 0 else NEVER


@compiled
def _left(
    s: Any,
    by: Any,
    whole: Any,
    real: Any,
    edges: Any,
    o: Any,
    size: Any,
    j: int,
    k: int,
    a: float,
    b: float,
    sample: int,
) -> float:
    """Mean share left between days ``a`` and ``b``, going on to the next events."""
    lost = 0.0
    while True:
        begin, soon, length = (s[o[EVENT] + j * 4 + 0, k], s[o[EVENT] + j * 4 + 1, k], s[o[EVENT] + j * 4 + 3, k])
        low, high = (max(begin, a), min(min(begin + length, soon), b))
        if high > low:
            lost += (1.0 - s[o[RISK] + j * 3 + 2, k]) * _gone(
                s, by, whole, real, edges, o, size, j, low - begin, high - begin
            )
        if soon >= b:
            return max(1.0 - lost / (b - a), 0.0)
        n = int(s[o[EVENT] + j * 4 + 2, k]) + 1
        s[o[EVENT] + j * 4 + 0, k], s[o[EVENT] + j * 4 + 2, k], s[o[EVENT] + j * 4 + 3, k] = (
            soon,
            n,
            s[o[RISK] + j * 3 + 1, k],
        )
        if whole[o[RISK_EACH] + j] >= 0:
            u = uniform(np.uint64(whole[o[RISK_LENGTH_KEY] + j]), sample, n - 1)
            s[o[EVENT] + j * 4 + 3, k] = quantile(real, o[RISK_TABLE] + whole[o[RISK_EACH] + j] * TABLE, u)
        s[o[EVENT] + j * 4 + 1, k] = _next(s, by, whole, real, edges, o, size, j, soon, n, sample, k)


@compiled
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
