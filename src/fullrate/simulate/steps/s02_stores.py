"""What there is in the period: money, needs that arise, hours and room, less what rivals keep."""

from __future__ import annotations

from typing import Any

from fullrate.simulate.compiled import compiled
from fullrate.simulate.layout import (
    ADDED,
    BASE,
    BASE_OWN,
    BUILD_ROW,
    BUILD_STORE,
    EXTRA,
    EXTRA_OWN,
    EXTRA_PERIOD,
    EXTRA_STORE,
    KEEP,
    KEPT,
    LEFT,
    LEFT_OVER,
    NEED_FACTOR,
    NEEDS,
    OWN,
    PAYERS,
    POOLS,
    REMAINS,
    RESOURCES,
    RIVAL_POOL,
    RIVAL_STORE,
    STAYS,
    STORE_ROW,
    STORES,
)


@compiled
def stores(s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, t: int) -> None:
    """Capacities anew, goods, money and needs on top of what is left."""
    for i in range(size[STORES]):
        own, row = (whole[o[BASE_OWN] + i], whole[o[STORE_ROW] + i])
        x = by[o[BASE] + i, t]
        if by[o[STAYS] + i, t] and t > 0:
            if x == 0.0:
                continue
            left = o[LEFT] + i
            own_row = o[OWN] + own
            for k in range(s.shape[1]):
                s[left, k] += x * (s[own_row, k] if own >= 0 else 1.0)
            continue
        left_row = o[LEFT] + i
        if own < 0 and row >= 0 and size[RESOURCES] <= i < size[PAYERS] and not size[BUILD_STORE]:
            remains = by[o[REMAINS] + i - size[RESOURCES], t]
            whole_of_it = x * remains if remains > 0.0 else 0.0
            left_8 = o[LEFT_OVER] + row
            for k in range(s.shape[1]):
                s[left_row, k] = whole_of_it * s[left_8, k]
            continue
        for k in range(s.shape[1]):
            s[left_row, k] = x
        if own >= 0:
            left_2 = o[LEFT] + i
            own_2 = o[OWN] + own
            for k in range(s.shape[1]):
                s[left_2, k] *= s[own_2, k]
        if size[RESOURCES] <= i < size[POOLS]:
            _grown(s, by, whole, real, edges, o, size, i, t)
        if size[RESOURCES] <= i < size[PAYERS] and by[o[REMAINS] + i - size[RESOURCES], t] < 1.0:
            left_7 = o[LEFT] + i
            remains_at = by[o[REMAINS] + i - size[RESOURCES], t]
            for k in range(s.shape[1]):
                s[left_7, k] = s[left_7, k] * remains_at if remains_at > 0.0 else 0.0
        if row >= 0:
            left_3 = o[LEFT] + i
            left_over = o[LEFT_OVER] + row
            for k in range(s.shape[1]):
                s[left_3, k] *= s[left_over, k]
        if i >= size[NEEDS]:
            left_4 = o[LEFT] + i
            need_factor = o[NEED_FACTOR] + (i - size[NEEDS])
            for k in range(s.shape[1]):
                s[left_4, k] *= s[need_factor, k]
    for i in range(size[NEEDS], size[STORES]):
        if by[o[STAYS] + i, t] and t > 0 and (by[o[BASE] + i, t] > 0):
            left_5 = o[LEFT] + i
            base_at = by[o[BASE] + i, t]
            need_factor_row = o[NEED_FACTOR] + (i - size[NEEDS])
            for k in range(s.shape[1]):
                s[left_5, k] += base_at * (s[need_factor_row, k] - 1.0)
    for e in range(size[EXTRA]):
        if whole[o[EXTRA_PERIOD] + e] == t:
            left_6 = o[LEFT] + whole[o[EXTRA_STORE] + e]
            extra_at = real[o[EXTRA] + e]
            own_3 = o[OWN] + whole[o[EXTRA_OWN] + e]
            for k in range(s.shape[1]):
                s[left_6, k] += extra_at * s[own_3, k]
    _rivals(s, by, whole, real, edges, o, size, t)


@compiled
def _grown(s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, i: int, t: int) -> None:
    """What builds have added to a resource by now."""
    for j in range(size[BUILD_STORE]):
        if whole[o[BUILD_STORE] + j] == i:
            left = o[LEFT] + i
            added = o[ADDED] + whole[o[BUILD_ROW] + j] * len(edges) + t
            for k in range(s.shape[1]):
                s[left, k] += s[added, k]
            return


@compiled
def _rivals(s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, t: int) -> None:
    """What rivals keep of resources, lanes and funds, as far as it is there; goods are taken at their point."""
    points = size[RESOURCES]
    for v in range(size[KEEP]):
        i, pool = (whole[o[RIVAL_STORE] + v], whole[o[RIVAL_POOL] + v])
        if i < points:
            continue
        keep_at = by[o[KEEP] + v, t]
        left = o[LEFT] + i
        left_row = o[LEFT] + pool
        kept_row = o[KEPT] + v
        for k in range(s.shape[1]):
            kept = min(keep_at, max(s[left, k], 0.0))
            s[left, k] -= kept
            if pool >= 0:
                s[left_row, k] -= kept
            s[kept_row, k] = kept
