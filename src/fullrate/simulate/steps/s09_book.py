"""Booking: what an activity takes is gone, what it gives is there, now or when its lead is over."""

from __future__ import annotations

from typing import Any

from fullrate.simulate.compiled import allocating, compiled, inlined
from fullrate.simulate.layout import (
    CLAIM_BEGIN,
    CLAIM_LEARNER,
    CLAIM_OWN,
    CLAIM_PRICE,
    CLAIM_RATE,
    CLAIM_STORE,
    COUNT,
    DONE,
    GOOD,
    LEFT,
    OUTPUT_BEGIN,
    OUTPUT_COEF,
    OUTPUT_DEPTH,
    OUTPUT_KIND,
    OUTPUT_LEAD,
    OUTPUT_OF,
    OUTPUT_OWN,
    OUTPUT_PERIOD,
    OUTPUT_POINT,
    OUTPUT_RING,
    OUTPUT_SHARE,
    OUTPUT_SHIFT,
    OWN,
    POINTER,
    PRICE,
    RING,
    ROUNDING,
    SCRATCH,
)
from fullrate.simulate.steps.leads import KERNEL, arrival, spread
from fullrate.simulate.steps.s08_ration import rate


@allocating
def late(s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, t: int, q: int, y: int) -> None:
    """An output whose lead is drawn: every sample has its own arrival."""
    e = edges
    own = o[OWN] + whole[o[OUTPUT_LEAD] + q]
    for k in range(s.shape[1]):
        if s[y, k] == 0.0:
            continue
        lead = max(s[own, k], 0.0)
        if size[ROUNDING] != KERNEL:
            u = arrival(e, t, lead, size[ROUNDING])
            if u == t:
                s[o[LEFT] + whole[o[OUTPUT_POINT] + q], k] += s[y, k]
            elif u < len(e) - 1:
                s[o[RING] + (whole[o[OUTPUT_RING] + q] + u % whole[o[OUTPUT_DEPTH] + q]), k] += s[y, k]
            continue
        at, n, shares = spread(e, t, lead, size[ROUNDING])
        for r in range(n):
            if at + r == t:
                s[o[LEFT] + whole[o[OUTPUT_POINT] + q], k] += shares[r] * s[y, k]
            else:
                s[o[RING] + (whole[o[OUTPUT_RING] + q] + (at + r) % whole[o[OUTPUT_DEPTH] + q]), k] += (
                    shares[r] * s[y, k]
                )


@inlined
def _add(s: Any, to: int, coef: float, x: int, good: int) -> None:
    """``coef`` times row ``x``, and the share that is good where there is one, on top of row ``to``: most outputs."""
    if good < 0:
        for k in range(s.shape[1]):
            s[to, k] += coef * s[x, k]
        return
    for k in range(s.shape[1]):
        s[to, k] += coef * s[x, k] * s[good, k]


@inlined
def give(s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, t: int, q: int, i: int, x: int) -> None:
    """One output of ``x`` of activity ``i``."""
    shift, kind = whole[o[OUTPUT_SHIFT] + q], whole[o[OUTPUT_KIND] + q]
    if whole[o[OUTPUT_LEAD] + q] >= 0 or whole[o[OUTPUT_OWN] + q] >= 0 or shift < 0 or kind == 2:
        _give(s, by, whole, real, edges, o, size, t, q, i, x)
        return
    good, coef = (o[GOOD] + i if kind == 1 else -1), real[o[OUTPUT_COEF] + q]
    if shift == 0:
        _add(s, o[LEFT] + whole[o[OUTPUT_POINT] + q], coef, x, good)
    elif t + shift < len(edges) - 1:
        _add(s, o[RING] + whole[o[OUTPUT_RING] + q] + (t + shift) % whole[o[OUTPUT_DEPTH] + q], coef, x, good)


@compiled
def _give(
    s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, t: int, q: int, i: int, x: int
) -> None:
    """One output that moves from sample to sample, or comes bit by bit."""
    periods = len(edges) - 1
    n, shift, depth, y = (
        whole[o[OUTPUT_POINT] + q],
        whole[o[OUTPUT_SHIFT] + q],
        whole[o[OUTPUT_DEPTH] + q],
        o[SCRATCH] + 4,
    )
    output_coef_at = real[o[OUTPUT_COEF] + q]
    for k in range(s.shape[1]):
        s[y, k] = output_coef_at * s[x, k]
    if whole[o[OUTPUT_KIND] + q] == 1:
        good = o[GOOD] + i
        for k in range(s.shape[1]):
            s[y, k] *= s[good, k]
    elif whole[o[OUTPUT_KIND] + q] == 2:
        good_row = o[GOOD] + i
        for k in range(s.shape[1]):
            s[y, k] *= 1.0 - s[good_row, k]
    if whole[o[OUTPUT_OWN] + q] >= 0:
        own = o[OWN] + whole[o[OUTPUT_OWN] + q]
        for k in range(s.shape[1]):
            s[y, k] *= s[own, k]
    if whole[o[OUTPUT_LEAD] + q] >= 0:
        late(s, by, whole, real, edges, o, size, t, q, y)
    elif shift == 0:
        left = o[LEFT] + n
        for k in range(s.shape[1]):
            s[left, k] += s[y, k]
    elif shift > 0:
        if t + shift < periods:
            slot = whole[o[OUTPUT_RING] + q] + (t + shift) % depth
            ring = o[RING] + slot
            for k in range(s.shape[1]):
                s[ring, k] += s[y, k]
    else:
        first = int(by[o[POINTER] + whole[o[OUTPUT_OF] + q], t])
        for r in range(first, first + int(by[o[COUNT] + whole[o[OUTPUT_OF] + q], t])):
            u, share = (whole[o[OUTPUT_PERIOD] + r], real[o[OUTPUT_SHARE] + r])
            left_row = o[LEFT] + n
            for k in range(s.shape[1]):
                if u == t:
                    s[left_row, k] += share * s[y, k]
                else:
                    s[o[RING] + (whole[o[OUTPUT_RING] + q] + u % depth), k] += share * s[y, k]


@compiled
def book(s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, t: int, i: int, x: int) -> None:
    """Count ``x`` of an activity, take what it takes, and give what it gives."""
    done = o[DONE] + i
    for k in range(s.shape[1]):
        s[done, k] += s[x, k]
    take(s, by, whole, real, edges, o, size, t, i, x)
    for q in range(whole[o[OUTPUT_BEGIN] + i], whole[o[OUTPUT_BEGIN] + (i + 1)]):
        give(s, by, whole, real, edges, o, size, t, q, i, x)


@inlined
def take(s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, t: int, i: int, x: int) -> None:
    """Take what ``x`` of an activity takes."""
    for q in range(whole[o[CLAIM_BEGIN] + i], whole[o[CLAIM_BEGIN] + (i + 1)]):
        n, r = (whole[o[CLAIM_STORE] + q], real[o[CLAIM_RATE] + q])
        if whole[o[CLAIM_PRICE] + q] >= 0:
            r *= by[o[PRICE] + whole[o[CLAIM_PRICE] + q], t]
        if whole[o[CLAIM_LEARNER] + q] < 0 and whole[o[CLAIM_OWN] + q] < 0:
            left = o[LEFT] + n
            for k in range(s.shape[1]):
                s[left, k] -= r * s[x, k]
        else:
            left_row = o[LEFT] + n
            for k in range(s.shape[1]):
                s[left_row, k] -= rate(s, by, whole, real, edges, o, size, q, t, k) * s[x, k]
