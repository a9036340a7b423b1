"""Slots that several items can fill: as the plan mixes them, what is short of one by the others in their order.

Quantities are in starts that an item can fill. Shares of a slot stay within their limits.
"""

from __future__ import annotations

from typing import Any

from fullrate.simulate.compiled import compiled, inlined
from fullrate.simulate.layout import (
    DESIRE,
    DONE,
    FACTOR,
    FILL,
    LEFT,
    OWN,
    PICK_BEGIN,
    PICK_GROUP,
    PICK_LEAST,
    PICK_MOST,
    PICK_OWN,
    PICK_POINT,
    PICK_QTY,
    PICK_SHUT,
    PICK_SLOTS,
)

ENOUGH = 1 - 1e-12


@inlined
def unit(s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, j: int, k: int) -> float:
    """Quantity of an alternative that fills one start."""
    return real[o[PICK_QTY] + j] * (s[o[OWN] + whole[o[PICK_OWN] + j], k] if whole[o[PICK_OWN] + j] >= 0 else 1.0)


@compiled
def room(
    s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, t: int, j: int, k: int, first: bool
) -> float:
    """Starts that an alternative can fill: its share of what is there, or all that is left and what it has already."""
    if by[o[PICK_SHUT] + j, t]:
        return 0.0
    if first:
        return s[o[FACTOR] + whole[o[PICK_GROUP] + j], k] * s[o[DESIRE] + j, k]
    return s[o[FILL] + j, k] + max(s[o[LEFT] + whole[o[PICK_POINT] + j], k], 0.0) / unit(
        s, by, whole, real, edges, o, size, j, k
    )


@compiled
def bounded(
    s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, t: int, i: int, x: int, first: bool
) -> bool:
    """Lower ``x`` to the starts whose slots can be filled; true where any was lowered.

    The largest ``x`` with ``sum(min(room, most x)) >= x``: the left side is concave, so Newton's steps from above end.
    """
    short = False
    for k in range(s.shape[1]):
        asked = s[o[DONE] + i, k] + s[x, k]
        best = asked
        for slot in range(whole[o[PICK_SLOTS] + i], whole[o[PICK_SLOTS] + (i + 1)]):
            for j in range(whole[o[PICK_BEGIN] + slot], whole[o[PICK_BEGIN] + (slot + 1)]):
                if real[o[PICK_LEAST] + j] > 0:
                    best = min(best, room(s, by, whole, real, edges, o, size, t, j, k, first) / real[o[PICK_LEAST] + j])
            while best > 0.0:
                full = free = 0.0
                for j in range(whole[o[PICK_BEGIN] + slot], whole[o[PICK_BEGIN] + (slot + 1)]):
                    there = room(s, by, whole, real, edges, o, size, t, j, k, first)
                    if there < real[o[PICK_MOST] + j] * best:
                        full += there
                    else:
                        free += real[o[PICK_MOST] + j]
                if full + free * best >= ENOUGH * best or free >= 1.0:
                    break
                best = full / (1.0 - free)
        short |= best < ENOUGH * asked
        s[x, k] = max(best - s[o[DONE] + i, k], 0.0)
    return short


@compiled
def taken(s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, t: int, i: int) -> None:
    """Fill the slots of all starts of the period anew: least shares, then as planned, then in the order of rows."""
    for k in range(s.shape[1]):
        x = s[o[DONE] + i, k]
        for slot in range(whole[o[PICK_SLOTS] + i], whole[o[PICK_SLOTS] + (i + 1)]):
            begin, end = (whole[o[PICK_BEGIN] + slot], whole[o[PICK_BEGIN] + (slot + 1)])
            for j in range(begin, end):
                s[o[LEFT] + whole[o[PICK_POINT] + j], k] += s[o[FILL] + j, k] * unit(
                    s, by, whole, real, edges, o, size, j, k
                )
                s[o[FILL] + j, k] = 0.0
            if x <= 0.0:
                continue
            least = asked = 0.0
            for j in range(begin, end):
                least += real[o[PICK_LEAST] + j] * x
                asked += wished(s, by, whole, real, edges, o, size, t, j, k, x)
            share = min(1.0, (x - least) / asked) if asked > 0.0 else 0.0
            rest = x
            for j in range(begin, end):
                s[o[FILL] + j, k] = real[o[PICK_LEAST] + j] * x + share * wished(
                    s, by, whole, real, edges, o, size, t, j, k, x
                )
                rest -= s[o[FILL] + j, k]
            for j in range(begin, end):
                if rest > 0.0:
                    extra = min(
                        rest,
                        min(room_now(s, by, whole, real, edges, o, size, t, j, k), real[o[PICK_MOST] + j] * x)
                        - s[o[FILL] + j, k],
                    )
                    if extra > 0.0:
                        s[o[FILL] + j, k] += extra
                        rest -= extra
            for j in range(begin, end):
                s[o[LEFT] + whole[o[PICK_POINT] + j], k] -= s[o[FILL] + j, k] * unit(
                    s, by, whole, real, edges, o, size, j, k
                )


@compiled
def room_now(s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, t: int, j: int, k: int) -> float:
    """Starts that an alternative can fill of all that lies there."""
    if by[o[PICK_SHUT] + j, t]:
        return 0.0
    return max(s[o[LEFT] + whole[o[PICK_POINT] + j], k], 0.0) / unit(s, by, whole, real, edges, o, size, j, k)


@compiled
def wished(
    s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, t: int, j: int, k: int, x: float
) -> float:
    """Starts above its least share that an alternative should fill, as planned so far and as far as it is there."""
    most = min(
        min(room_now(s, by, whole, real, edges, o, size, t, j, k), real[o[PICK_MOST] + j] * x), s[o[DESIRE] + j, k]
    )
    return max(most - real[o[PICK_LEAST] + j] * x, 0.0)
