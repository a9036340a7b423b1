"""Shares of what a family delivers: what a limit forbids is not handed over.

A limit weighs deliveries: some make room under it, others use it up. Where a period would use up more than there is,
it is begun anew, and those that use it up want less of it, all in the same proportion, whoever they are for. What they
leave may serve others, and may leave less room under another limit, so that this is done until nothing is forbidden.
"""

from __future__ import annotations

from typing import Any

from fullrate.simulate.compiled import compiled, inlined
from fullrate.simulate.layout import (
    AS_IT_WAS,
    DONE,
    LIMIT_BEGIN,
    LIMIT_DELIVERY,
    LIMIT_FIRST,
    LIMIT_LAST,
    LIMIT_SLACK,
    LIMIT_WEIGHT,
    SPARE,
    WANT,
)

PASSES = 1000
"""Most times a period is begun anew; what is forbidden shrinks by a fixed share each time, so that few will do."""
CUT = 0.5
"""Part of the slack that is kept when deliveries are cut, so that the next look finds them inside."""


@inlined
def remember_all(s: Any, size: Any, o: Any) -> None:
    """Keep the whole state as it is before anything moves, where shares are limited."""
    _copied(s, 0, o[AS_IT_WAS], size[AS_IT_WAS])


@inlined
def begin_anew(s: Any, size: Any, o: Any) -> None:
    """The state as it was, with what is wanted cut."""
    _copied(s, o[AS_IT_WAS], 0, size[AS_IT_WAS])


@compiled
def _copied(s: Any, first: int, to: int, rows: int) -> None:
    """Rows of the state from ``first`` on, written over those from ``to`` on."""
    for row in range(rows):
        for k in range(s.shape[1]):
            s[to + row, k] = s[first + row, k]


@compiled
def forbidden(s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, t: int) -> bool:
    """Whether any limit in force forbids what was handed over; if so less is wanted when the period begins anew."""
    cut = False
    for m in range(size[SPARE]):
        if whole[o[LIMIT_FIRST] + m] <= t < whole[o[LIMIT_LAST] + m]:
            for k in range(s.shape[1]):
                cut |= _cut(s, whole, real, o, m, k)
    return cut


@compiled
def _cut(s: Any, whole: Any, real: Any, o: Any, m: int, k: int) -> bool:
    """Lower what is wanted of deliveries that use up more room than limit ``m`` has in a sample; true if they do."""
    first, last = whole[o[LIMIT_BEGIN] + m], whole[o[LIMIT_BEGIN] + (m + 1)]
    there, used, slack = s[o[SPARE] + m, k], 0.0, real[o[LIMIT_SLACK] + m]
    for r in range(first, last):
        moved = real[o[LIMIT_WEIGHT] + r] * s[o[DONE] + whole[o[LIMIT_DELIVERY] + r], k]
        if moved > 0.0:
            there += moved
        else:
            used -= moved
    if used <= max(there + slack, 0.0):  # a new plan has another slack: more may be lacking, with nothing used
        return False
    kept = max(there + CUT * slack, 0.0) / used
    for r in range(first, last):
        if real[o[LIMIT_WEIGHT] + r] < 0.0:
            i = whole[o[LIMIT_DELIVERY] + r]
            want = o[AS_IT_WAS] + (o[WANT] + i)
            s[want, k] = min(s[want, k], kept * s[o[DONE] + i, k])
    return True


@compiled
def room_left(s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, t: int) -> None:
    """Count what was handed over under the limits in force."""
    for m in range(size[SPARE]):
        if whole[o[LIMIT_FIRST] + m] <= t < whole[o[LIMIT_LAST] + m]:
            spare = o[SPARE] + m
            for r in range(whole[o[LIMIT_BEGIN] + m], whole[o[LIMIT_BEGIN] + (m + 1)]):
                done, weight = o[DONE] + whole[o[LIMIT_DELIVERY] + r], real[o[LIMIT_WEIGHT] + r]
                for k in range(s.shape[1]):
                    s[spare, k] += weight * s[done, k]
