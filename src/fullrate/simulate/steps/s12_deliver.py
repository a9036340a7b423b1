"""Deliveries at a point: as planned; where goods are short, so that the needs of a class there are covered evenly."""

from __future__ import annotations

from typing import Any

import numpy as np

from fullrate.simulate.compiled import allocating, compiled
from fullrate.simulate.layout import (
    CLAIM_BEGIN,
    CLAIM_GROUP,
    CLAIM_STORE,
    DONE,
    FACTOR,
    GROUP_BEGIN,
    GROUP_DELIVERIES,
    GROUP_DELIVERY,
    LEFT,
    MET,
    NEED_FACTOR,
    NEED_OF,
    NEEDS,
    PROCESSES,
    QTY,
    SHIPMENTS,
    VALUE,
    WANT,
)
from fullrate.simulate.steps.s08_ration import SHORT


@compiled
def hand_over(s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, i: int, k: int, y: float) -> None:
    """Deliver ``y`` units of delivery ``i``."""
    j = i - size[PROCESSES] - size[SHIPMENTS]
    n = whole[o[NEED_OF] + j]
    s[o[DONE] + i, k] += y
    s[o[LEFT] + whole[o[CLAIM_STORE] + whole[o[CLAIM_BEGIN] + i]], k] -= y
    s[o[LEFT] + (size[NEEDS] + n), k] -= y * real[o[VALUE] + j]
    s[o[MET] + n, k] += y * real[o[VALUE] + j]


@compiled
def deliver(s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, node: int) -> None:
    """First sweep at a point."""
    for j in range(whole[o[GROUP_BEGIN] + node], whole[o[GROUP_BEGIN] + (node + 1)]):
        begin, end = (whole[o[GROUP_DELIVERIES] + j], whole[o[GROUP_DELIVERIES] + (j + 1)])
        factor = o[FACTOR] + j
        for k in range(s.shape[1]):
            f = s[factor, k]
            if f < SHORT and end - begin > 1:
                _evenly(s, by, whole, real, edges, o, size, begin, end, f, k)
                continue
            for r in range(begin, end):
                i = whole[o[GROUP_DELIVERY] + r]
                if s[o[WANT] + i, k] > 0.0:
                    hand_over(
                        s,
                        by,
                        whole,
                        real,
                        edges,
                        o,
                        size,
                        i,
                        k,
                        s[o[WANT] + i, k]
                        * min(f, s[o[FACTOR] + whole[o[CLAIM_GROUP] + (whole[o[CLAIM_BEGIN] + i] + 1)], k]),
                    )


@allocating
def _evenly(
    s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, begin: int, end: int, f: float, k: int
) -> None:
    """Share what the deliveries of a group get so that the coverage of their needs is as even as can be.

    Each gets what lifts its need to a common coverage, nothing if it is there, never more than it wants. What they get
    in all is piecewise linear in that coverage; the points at which it bends are tried one by one.
    """
    n = end - begin
    low, high, slope = (np.empty(n), np.empty(n), np.empty(n))
    amount = 0.0
    for r in range(n):
        i = whole[o[GROUP_DELIVERY] + (begin + r)]
        j = i - size[PROCESSES] - size[SHIPMENTS]
        w = s[o[WANT] + i, k] * s[o[FACTOR] + whole[o[CLAIM_GROUP] + (whole[o[CLAIM_BEGIN] + i] + 1)], k]
        amount += f * s[o[WANT] + i, k]
        q = real[o[QTY] + whole[o[NEED_OF] + j]] * s[o[NEED_FACTOR] + whole[o[NEED_OF] + j], k]
        worth = real[o[VALUE] + j] / q if q > 0 else 0.0
        slope[r] = 1.0 / worth if worth > 0 else 0.0
        low[r] = s[o[MET] + whole[o[NEED_OF] + j], k] / q if q > 0 else 0.0
        high[r] = low[r] + w * worth
    bends = np.sort(np.concatenate((low, high)))
    at, given = (bends[0], 0.0)
    for bend in bends[1:]:
        steep = 0.0
        for r in range(n):
            if low[r] <= at and high[r] >= bend and (high[r] > low[r]):
                steep += slope[r]
        if given + steep * (bend - at) >= amount:
            at = at + (amount - given) / steep if steep > 0 else at
            break
        given += steep * (bend - at)
        at = bend
    for r in range(n):
        if at > low[r]:
            hand_over(
                s,
                by,
                whole,
                real,
                edges,
                o,
                size,
                whole[o[GROUP_DELIVERY] + (begin + r)],
                k,
                slope[r] * (min(at, high[r]) - low[r]),
            )


@compiled
def deliver_more(s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, node: int) -> None:
    """Second sweep at a point: what is still wanted, as far as anything is left."""
    for j in range(whole[o[GROUP_BEGIN] + node], whole[o[GROUP_BEGIN] + (node + 1)]):
        for r in range(whole[o[GROUP_DELIVERIES] + j], whole[o[GROUP_DELIVERIES] + (j + 1)]):
            i = whole[o[GROUP_DELIVERY] + r]
            q = i - size[PROCESSES] - size[SHIPMENTS]
            want = o[WANT] + i
            done = o[DONE] + i
            left = o[LEFT] + node
            value_at = real[o[VALUE] + q]
            for k in range(s.shape[1]):
                x = min(s[want, k] - s[done, k], max(s[left, k], 0.0))
                if value_at > 0:
                    x = min(x, max(s[o[LEFT] + (size[NEEDS] + whole[o[NEED_OF] + q]), k], 0.0) / real[o[VALUE] + q])
                if x > 0.0:
                    hand_over(s, by, whole, real, edges, o, size, i, k, x)
