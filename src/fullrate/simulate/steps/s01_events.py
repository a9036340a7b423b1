"""Luck of the period: cells drawn per occurrence, risks that happen and what they leave.

Events of a risk with a rate are a Poisson process; one with odds happens at most once, on any day alike. Each event
counts until its recovery or until the next one. With a recovery curve the share that is back grows by day.

What is the same for all samples of a block is done for all of them at once; the few events that begin in a period are
gathered over risks and samples and drawn side by side.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from fullrate.simulate.compiled import compiled, inlined
from fullrate.simulate.layout import (
    CURVE_BEGIN,
    CURVE_X,
    CURVE_Y,
    DUE,
    EACH_ALONE,
    EACH_KEY,
    EACH_ROW,
    EACH_STRAIGHT,
    EACH_TABLE,
    EVENT,
    EVENT_BEGIN,
    EVENT_NUMBER,
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
from fullrate.simulate.luck import half, log, lowest, rest, uniform

NEVER = 1e18
"A day that does not come."
TABLE = 257
"Quantiles of a value drawn per occurrence."
POINTS = 8
"Parts in which a recovery curve is integrated per period."
OFTEN, LENGTH, KEEPS = range(3)
"""Rows of what is drawn of a risk: rate or odds, length of an event, share that it leaves."""
SOON, UNTIL = range(2)
"""Rows of the events of a risk: days on which the next one begins and until which the last one counts."""
WHICH, WHOSE, DAY, WORD, NEXT, RATE_OF, LASTS, COMES, ENDS = range(9)
"""Rows of events to be drawn: risk, sample, day, luck half worked out, number and rate of the next one, length; and
what is drawn: the day of the next one and the end."""
FIELDS = 9
_NONE, _ONE = np.uint64(0), np.uint64(1)


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
    """Share of capacity left by every risk, mean of the period, and by several that hit the same.

    What began earlier is looked at in all samples of a risk at once. What begins now is rare: it is gathered over all
    risks, and drawn for as many at a time as a row has room for.
    """
    a, b, n = edges[t], edges[t + 1], 0
    for j in range(size[RISK_KEY]):
        if t == 0:
            _first(s, by, whole, real, edges, o, size, j)
        if whole[o[RISK_CURVE] + j] < 0:
            _over(s, o, j, a, b)
        else:
            _back(s, by, whole, real, edges, o, size, j, a, b)
        word = _begin(s, o[EVENT] + j * 2 + SOON, b)
        while word:
            while n == s.shape[1]:
                n = _drawn(s, by, whole, real, edges, o, size, n, a, b)
            n = _gathered(s, by, whole, real, edges, o, size, j, lowest(word), n)
            word &= word - _ONE
    while n > 0:
        n = _drawn(s, by, whole, real, edges, o, size, n, a, b)
    for h in range(size[HIT_RISK]):
        row, share = o[LEFT_OVER] + whole[o[HIT_ROW] + h], o[LEFT_OVER] + whole[o[HIT_RISK] + h]
        first = h == 0 or whole[o[HIT_ROW] + h - 1] != whole[o[HIT_ROW] + h]
        for k in range(s.shape[1]):
            s[row, k] = s[share, k] * (1.0 if first else s[row, k])


@compiled
def _first(s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, j: int) -> None:
    """Before the first event of a risk."""
    event, often, once = o[EVENT] + j * 2, o[RISK] + j * 3 + OFTEN, whole[o[RISK_ONCE] + j]
    for k in range(s.shape[1]):
        u = uniform(np.uint64(whole[o[RISK_KEY] + j]), int(s[o[SAMPLE], k]), 0)
        if once:
            s[event + SOON, k] = u / s[often, k] * edges[-1] if u < s[often, k] else NEVER
            s[often, k] = 0.0  # the one there is has been drawn
        else:
            s[event + SOON, k] = -log(1.0 - u) / s[often, k] if s[often, k] > 0 else NEVER
        s[event + UNTIL, k], s[o[EVENT_NUMBER] + j, k] = -NEVER, 1.0


@inlined
def _over(s: Any, o: Any, j: int, a: float, b: float) -> None:
    """Share that earlier events leave between days ``a`` and ``b``, what is lost being lost to the end."""
    share, until, left = o[LEFT_OVER] + j, o[EVENT] + j * 2 + UNTIL, o[RISK] + j * 3 + KEEPS
    part = 1.0 / (b - a)
    for k in range(s.shape[1]):
        lost = s[until, k] - a
        lost = lost if lost > 0.0 else 0.0
        lost = lost if lost < b - a else b - a
        rest_ = 1.0 - (1.0 - s[left, k]) * lost * part
        s[share, k] = rest_ if rest_ > 0.0 else 0.0


@inlined
def _back(s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, j: int, a: float, b: float) -> None:
    """The same where it comes back by and by."""
    share, event, left = o[LEFT_OVER] + j, o[EVENT] + j * 2, o[RISK] + j * 3 + KEEPS
    part = 1.0 / (b - a)
    for k in range(s.shape[1]):
        s[share, k], until = 1.0, min(s[event + UNTIL, k], b)
        if until > a:
            begin = s[o[EVENT_BEGIN] + j, k]
            lost = (1.0 - s[left, k]) * _gone(s, by, whole, real, edges, o, size, j, a - begin, until - begin)
            s[share, k] = max(1.0 - lost * part, 0.0)


@inlined
def _begin(s: Any, soon: int, b: float) -> np.uint64:
    """Samples in which an event begins before day ``b``, a bit for each."""
    word = _NONE
    for k in range(s.shape[1]):
        word |= _ONE << np.uint64(k) if s[soon, k] < b else _NONE
    return word


@inlined
def _gathered(s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, j: int, k: int, n: int) -> int:
    """The event of risk ``j`` that begins in sample ``k``, put down as number ``n`` of those to be drawn."""
    to, risk, number = o[DUE], o[RISK] + j * 3, s[o[EVENT_NUMBER] + j, k]
    s[o[EVENT_NUMBER] + j, k] = number + 1.0
    s[to + WHICH, n], s[to + WHOSE, n], s[to + DAY, n] = j, k, s[o[EVENT] + j * 2 + SOON, k]
    s[to + WORD, n] = half(np.uint64(whole[o[RISK_KEY] + j]), int(s[o[SAMPLE], k]))
    s[to + NEXT, n], s[to + RATE_OF, n], s[to + LASTS, n] = number, s[risk + OFTEN, k], s[risk + LENGTH, k]
    if whole[o[RISK_EACH] + j] >= 0:
        u = uniform(np.uint64(whole[o[RISK_LENGTH_KEY] + j]), int(s[o[SAMPLE], k]), int(number) - 1)
        s[to + LASTS, n] = quantile(real, o[RISK_TABLE] + whole[o[RISK_EACH] + j] * TABLE, u)
    return n + 1


@compiled
def _drawn(s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, n: int, a: float, b: float) -> int:
    """Draw until when ``n`` events count and when the next ones come; the number of those that come by day ``b``.

    Numbers and places of a row that nothing has been put down for are those of earlier events: nobody looks at them.
    """
    of, part, more = o[DUE], 1.0 / (b - a), 0
    for r in range(s.shape[1]):
        day = s[of + DAY, r]
        u = rest(s[of + WORD, r], int(s[of + NEXT, r]))
        soon = day - log(1.0 - u) / s[of + RATE_OF, r]
        until = day + s[of + LASTS, r]
        s[of + COMES, r], s[of + ENDS, r] = soon, until if until < soon else soon
    for r in range(n):
        j, k, day = int(s[of + WHICH, r]), int(s[of + WHOSE, r]), s[of + DAY, r]
        event, share, soon, until = o[EVENT] + j * 2, o[LEFT_OVER] + j, s[of + COMES, r], s[of + ENDS, r]
        s[event + SOON, k], s[event + UNTIL, k] = soon, until
        lost = (until if until < b else b) - day
        lost = lost if lost > 0.0 else 0.0
        if whole[o[RISK_CURVE] + j] >= 0:
            s[o[EVENT_BEGIN] + j, k] = day
            lost = _gone(s, by, whole, real, edges, o, size, j, 0.0, lost) if lost > 0.0 else 0.0
        left = s[share, k] - (1.0 - s[o[RISK] + j * 3 + KEEPS, k]) * lost * part
        s[share, k] = left if left > 0.0 else 0.0
        if soon < b:
            more = _gathered(s, by, whole, real, edges, o, size, j, k, more)
    return more


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
