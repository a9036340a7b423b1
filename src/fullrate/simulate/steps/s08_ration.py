"""Rationing: where a store is short, the first class gets what it wants before the next; inside one all are cut."""

from __future__ import annotations

from typing import Any

from fullrate.simulate.compiled import compiled, inlined
from fullrate.simulate.layout import (
    CLAIM_ACTIVITY,
    CLAIM_LEARNER,
    CLAIM_OWN,
    CLAIM_PRICE,
    CLAIM_RATE,
    DESIRE,
    EFFORT,
    FACTOR,
    GROUP_BEGIN,
    GROUP_CLAIM,
    GROUP_MEMBERS,
    GROUP_PICK,
    GROUP_PICKS,
    LEFT,
    OWN,
    PICK_GAP,
    PICK_OWN,
    PICK_PROCESS,
    PICK_QTY,
    PICK_SHUT,
    PRICE,
    SCRATCH,
    WANT,
)

SHORT = 1 - 1e-12
"Share of what is wanted below which something is short."


@inlined
def rate(s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, q: int, t: int, k: int) -> float:
    """What a unit of an activity takes of the store of claim ``q``."""
    x = real[o[CLAIM_RATE] + q]
    if whole[o[CLAIM_PRICE] + q] >= 0:
        x *= by[o[PRICE] + whole[o[CLAIM_PRICE] + q], t]
    if whole[o[CLAIM_LEARNER] + q] >= 0:
        x *= s[o[EFFORT] + whole[o[CLAIM_LEARNER] + q], k]
    if whole[o[CLAIM_OWN] + q] >= 0:
        x *= s[o[OWN] + whole[o[CLAIM_OWN] + q], k]
    return x


@compiled
def ration(s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, t: int, i: int) -> bool:
    """Share of what each group wants of store ``i`` that it gets, first class first; true where any is short."""
    short = False
    left = o[SCRATCH]
    total = o[SCRATCH] + 1
    left_row = o[LEFT] + i
    for k in range(s.shape[1]):
        s[left, k] = s[left_row, k] if s[left_row, k] > 0.0 else 0.0
    for j in range(whole[o[GROUP_BEGIN] + i], whole[o[GROUP_BEGIN] + (i + 1)]):
        for k in range(s.shape[1]):
            s[total, k] = 0.0
        for r in range(whole[o[GROUP_MEMBERS] + j], whole[o[GROUP_MEMBERS] + (j + 1)]):
            q = whole[o[GROUP_CLAIM] + r]
            w, x = (whole[o[CLAIM_ACTIVITY] + q], real[o[CLAIM_RATE] + q])
            if whole[o[CLAIM_PRICE] + q] >= 0:
                x *= by[o[PRICE] + whole[o[CLAIM_PRICE] + q], t]
            if whole[o[CLAIM_LEARNER] + q] < 0 and whole[o[CLAIM_OWN] + q] < 0:
                want = o[WANT] + w
                for k in range(s.shape[1]):
                    s[total, k] += x * s[want, k]
            else:
                want_row = o[WANT] + w
                for k in range(s.shape[1]):
                    s[total, k] += rate(s, by, whole, real, edges, o, size, q, t, k) * s[want_row, k]
        for r in range(whole[o[GROUP_PICKS] + j], whole[o[GROUP_PICKS] + (j + 1)]):
            q = whole[o[GROUP_PICK] + r]
            w = whole[o[PICK_PROCESS] + q]
            pick_qty_at = real[o[PICK_QTY] + q]
            pick_shut_at = by[o[PICK_SHUT] + q, t]
            pick_gap = o[PICK_GAP] + q
            want_2 = o[WANT] + w
            desire = o[DESIRE] + q
            for k in range(s.shape[1]):
                x = pick_qty_at * (s[o[OWN] + whole[o[PICK_OWN] + q], k] if whole[o[PICK_OWN] + q] >= 0 else 1.0)
                open_ = 0.0 if pick_shut_at else min(max(s[pick_gap, k], 0.0) / real[o[PICK_QTY] + q], s[want_2, k])
                s[desire, k] = open_
                s[total, k] += open_ * x
        lack = 0  # whole numbers: a sum of them may be taken in any order
        factor = o[FACTOR] + j
        for k in range(s.shape[1]):
            f = s[left, k] / s[total, k] if s[total, k] > s[left, k] else 1.0
            s[factor, k] = f
            rest = s[left, k] - s[total, k]
            s[left, k] = rest if rest > 0.0 else 0.0
            lack += 1 if f < SHORT else 0
        short |= lack > 0
    return short
