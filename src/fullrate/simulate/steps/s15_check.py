"""Conservation: what lies at every point is what lay there, what came and what went, worked out once more.

One sample of each block in every period, another one each time; of all samples, that nothing is below zero.
"""

from __future__ import annotations

from typing import Any

from fullrate.simulate.compiled import allocating, compiled, inlined
from fullrate.simulate.layout import (
    CAME,
    CLAIM_ACTIVITY,
    CLAIM_STORE,
    COUNT,
    DONE,
    FILL,
    GOOD,
    KEEP,
    KEPT,
    LEFT,
    OUTPUT_ACTIVITY,
    OUTPUT_COEF,
    OUTPUT_KIND,
    OUTPUT_LEAD,
    OUTPUT_OF,
    OUTPUT_OWN,
    OUTPUT_PERIOD,
    OUTPUT_POINT,
    OUTPUT_SHARE,
    OUTPUT_SHIFT,
    OWING,
    OWN,
    PICK_POINT,
    POINTER,
    RESOURCES,
    RIVAL_STORE,
    ROUNDING,
    THROUGHPUT,
    WIDTH,
)
from fullrate.simulate.steps.leads import KERNEL, arrival, spread
from fullrate.simulate.steps.s08_ration import rate
from fullrate.simulate.steps.s10_slots import unit

TOLERANCE = 1e-09
"Of the throughput of a point."


@compiled
def before(s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, t: int) -> None:
    """What lies at every point when the period begins, receipts included; what is due is added as it arrives."""
    k = t % WIDTH
    for n in range(size[RESOURCES]):
        s[o[CAME] + n // WIDTH, n % WIDTH] = s[o[LEFT] + n, k]


@inlined
def came(s: Any, o: Any, n: int, more: float) -> None:
    """Something on top of what lies at a point."""
    s[o[CAME] + n // WIDTH, n % WIDTH] += more


@compiled
def broken(s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, t: int) -> int:
    """A point whose balance does not close, -1 when all do."""
    k, points = (t % WIDTH, size[RESOURCES])
    for q in range(size[CLAIM_STORE]):
        n = whole[o[CLAIM_STORE] + q]
        if n < points:
            done = s[o[DONE] + whole[o[CLAIM_ACTIVITY] + q], k]
            came(s, o, n, -rate(s, by, whole, real, edges, o, size, q, t, k) * done)
    for j in range(size[PICK_POINT]):
        came(s, o, whole[o[PICK_POINT] + j], -s[o[FILL] + j, k] * unit(s, by, whole, real, edges, o, size, j, k))
    for v in range(size[KEEP]):
        if 0 <= whole[o[RIVAL_STORE] + v] < points:
            came(s, o, whole[o[RIVAL_STORE] + v], -s[o[KEPT] + v, k])
    for q in range(size[OUTPUT_POINT]):
        if whole[o[OUTPUT_LEAD] + q] < 0 and whole[o[OUTPUT_SHIFT] + q] > 0:
            continue
        i = whole[o[OUTPUT_ACTIVITY] + q]
        y = (
            real[o[OUTPUT_COEF] + q]
            * s[o[DONE] + i, k]
            * (s[o[OWN] + whole[o[OUTPUT_OWN] + q], k] if whole[o[OUTPUT_OWN] + q] >= 0 else 1.0)
        )
        if whole[o[OUTPUT_KIND] + q] > 0:
            y *= s[o[GOOD] + i, k] if whole[o[OUTPUT_KIND] + q] == 1 else 1.0 - s[o[GOOD] + i, k]
        came(s, o, whole[o[OUTPUT_POINT] + q], y * _at_once(s, by, whole, real, edges, o, size, t, q, k))
    for n in range(points):
        left, least, below = o[LEFT] + n, -TOLERANCE * real[o[THROUGHPUT] + n], 0
        if not abs(s[o[CAME] + n // WIDTH, n % WIDTH] - s[left, k]) <= -least:
            return n
        for j in range(s.shape[1]):
            below += 0 if s[left, j] >= least else 1
        if below > 0 and not real[o[OWING] + n]:
            return n
    return -1


@allocating
def _at_once(s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, t: int, q: int, k: int) -> float:
    """Share of an output that is there in the period of its start."""
    e = edges
    if whole[o[OUTPUT_LEAD] + q] >= 0:
        lead = max(s[o[OWN] + whole[o[OUTPUT_LEAD] + q], k], 0.0)
        if size[ROUNDING] != KERNEL:
            return 1.0 if arrival(e, t, lead, size[ROUNDING]) == t else 0.0
        at, n, shares = spread(e, t, lead, size[ROUNDING])
        return shares[0] if n > 0 and at == t else 0.0
    if whole[o[OUTPUT_SHIFT] + q] >= 0:
        return 1.0 if whole[o[OUTPUT_SHIFT] + q] == 0 else 0.0
    first = int(by[o[POINTER] + whole[o[OUTPUT_OF] + q], t])
    if int(by[o[COUNT] + whole[o[OUTPUT_OF] + q], t]) > 0 and whole[o[OUTPUT_PERIOD] + first] == t:
        return real[o[OUTPUT_SHARE] + first]
    return 0.0
