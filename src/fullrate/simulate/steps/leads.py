"""When what begins in a period is felt: leads in days on a calendar, and the working share of a build."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from fullrate.simulate.compiled import allocating, compiled

CEIL, FLOOR, KERNEL = 0, 1, 2
TOUCH = 1e-9
"""Days within which two instants are the same."""


@compiled
def arrival(e: Any, t: int, lead: float, rounding: int) -> int:
    """Period in which what starts in ``t`` arrives, rounded up or down; T when after the horizon."""
    last = len(e) - 1
    if rounding == CEIL:
        i = t
        while i < last and not (e[i] >= e[t] + lead - TOUCH and e[i + 1] >= e[t + 1] + lead - TOUCH):
            i += 1
        return i
    i = t
    while i < last and e[i + 1] <= e[t] + lead + TOUCH:
        i += 1
    return i


@compiled
def opening(e: Any, day: float, rounding: int) -> int:
    """First period in which what comes into being on a day may be used; T when after the horizon."""
    last, i = len(e) - 1, 0
    if rounding == FLOOR:
        while i < last and e[i + 1] <= day + TOUCH:
            i += 1
        return i
    while i < last and e[i] < day - TOUCH:
        i += 1
    return i


@allocating
def spread(e: Any, t: int, lead: float, rounding: int) -> Any:
    """First period, number of periods and shares in which what starts in ``t`` arrives; nothing after the horizon."""
    last = len(e) - 1
    if rounding != KERNEL:
        i = arrival(e, t, lead, rounding)
        return i, (1 if i < last else 0), np.ones(1)
    i, n = t, 0
    while i < last and e[i + 1] <= e[t] + lead + TOUCH:
        i += 1
    shares = np.zeros(max(last - i, 1))
    while i + n < last and e[i + n] < e[t + 1] + lead - TOUCH:
        share = (min(e[t + 1] + lead, e[i + n + 1]) - max(e[t] + lead, e[i + n])) / (e[t + 1] - e[t])
        shares[n] = share if share > TOUCH else 0.0
        n += 1
    return i, n, shares


@compiled
def working(
    real: Any, x: int, y: int, begin: int, end: int, life: float, first: float, last: float, rounding: int
) -> float:
    """Share of a build that works while its age goes from ``first`` to ``last`` days (negative: not finished).

    The least share inside the period when leads are rounded up, the largest when down, the mean when smeared.
    """
    total, low, high = 0.0, math.inf, -math.inf
    at = first
    while at < last - TOUCH:
        stop = last
        if at < 0.0 < stop:
            stop = 0.0
        if at < life < stop:
            stop = life
        for i in range(begin, end):
            if at + TOUCH < real[x + i] < stop:
                stop = real[x + i]
        middle = (at + stop) / 2
        u = v = 0.0
        if -TOUCH < middle < life:
            u, v = _piece(real, x, y, begin, end, at, middle), _piece(real, x, y, begin, end, stop, middle)
        if stop - at > TOUCH:
            total += (u + v) / 2 * (stop - at)
            low, high = min(low, min(u, v)), max(high, max(u, v))
        at = stop
    if rounding == CEIL:
        return low
    return high if rounding == FLOOR else total / (last - first)


@compiled
def _piece(real: Any, x: int, y: int, begin: int, end: int, at: float, inside: float) -> float:
    """Value at ``at`` of the piece of the curve that contains ``inside``; all at once without a curve."""
    if begin == end:
        return 1.0
    if inside < real[x + begin]:
        return real[y + begin]
    i = begin
    while i + 1 < end and real[x + i + 1] <= inside:
        i += 1
    if i + 1 == end:
        return real[y + i]
    return real[y + i] + (real[y + i + 1] - real[y + i]) * (at - real[x + i]) / (real[x + i + 1] - real[x + i])
