"""Gates that begin, and builds: started as planned when their gate is open and offices and funds allow it."""

from __future__ import annotations

from typing import Any

from fullrate.simulate.compiled import compiled
from fullrate.simulate.layout import (
    ADDED,
    BUILD,
    BUILD_BEGINS,
    BUILD_GAP,
    BUILD_GATE,
    BUILD_OPEN,
    BUILD_PAYER,
    BUILD_ROW,
    BUILD_STORE,
    BUILT,
    CAPEX,
    CURVE_BEGIN,
    CURVE_X,
    CURVE_Y,
    GATE_COST,
    GATE_DATES,
    GATE_PAYER,
    LEFT,
    LOAD_BEGIN,
    LOAD_QTY,
    LOAD_STORE,
    NEEDS,
    RAMP,
    ROUNDING,
)
from fullrate.simulate.steps.leads import working

GAIN, LEAD, LIFE, CAPITAL, LOADED, AFTER = range(6)
"""Rows of what is drawn of a build."""
FAINT = 1e-12


@compiled
def gates(s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, t: int) -> None:
    """What a gate takes of offices and funds in the period in which it begins."""
    builds = size[BUILD]
    for i in range(size[GATE_COST]):
        for k in range(s.shape[1]):
            if s[o[GATE_DATES] + i * 2 + 1, k] != t:
                continue
            s[o[LEFT] + whole[o[GATE_PAYER] + i], k] -= real[o[GATE_COST] + i]
            for j in range(whole[o[LOAD_BEGIN] + (builds + i)], whole[o[LOAD_BEGIN] + (builds + i + 1)]):
                s[o[LEFT] + whole[o[LOAD_STORE] + j], k] -= real[o[LOAD_QTY] + j]


@compiled
def builds(s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, t: int) -> None:
    """Builds begun in the period, and what they will add to their resource from then on."""
    e = edges
    for j in range(size[BUILD]):
        for k in range(s.shape[1]):
            s[o[BUILD_GAP] + j, k] += by[o[BUILD] + j, t]
            z = (
                s[o[BUILD_GAP] + j, k]
                if t >= whole[o[BUILD_OPEN] + j]
                and t >= s[o[GATE_DATES] + whole[o[BUILD_GATE] + j] * 2 + 0, k]
                and t >= s[o[GATE_DATES] + whole[o[BUILD_BEGINS] + j] * 2 + 1, k]
                else 0.0
            )
            times = s[o[BUILT] + j * 6 + LOADED, k]
            price, payer = (by[o[CAPEX] + j, t] * s[o[BUILT] + j * 6 + CAPITAL, k], whole[o[BUILD_PAYER] + j])
            if z > FAINT:
                if price > 0 and payer < size[NEEDS] - 1:
                    z = min(z, max(s[o[LEFT] + payer, k], 0.0) / price)
                for i in range(whole[o[LOAD_BEGIN] + j], whole[o[LOAD_BEGIN] + (j + 1)]):
                    if real[o[LOAD_QTY] + i] > 0:
                        z = min(z, max(s[o[LEFT] + whole[o[LOAD_STORE] + i], k], 0.0) / (times * real[o[LOAD_QTY] + i]))
            if z <= FAINT:
                continue
            s[o[BUILD_GAP] + j, k] -= z
            s[o[LEFT] + payer, k] -= z * price
            for i in range(whole[o[LOAD_BEGIN] + j], whole[o[LOAD_BEGIN] + (j + 1)]):
                s[o[LEFT] + whole[o[LOAD_STORE] + i], k] -= z * (times * real[o[LOAD_QTY] + i])
            born, row = (
                max(e[t] + s[o[BUILT] + j * 6 + LEAD, k], s[o[BUILT] + j * 6 + AFTER, k]),
                whole[o[BUILD_ROW] + j],
            )
            for u in range(t, len(e) - 1):
                if e[u + 1] <= born:
                    continue
                share = working(
                    real,
                    o[CURVE_X],
                    o[CURVE_Y],
                    whole[o[CURVE_BEGIN] + whole[o[RAMP] + j]],
                    whole[o[CURVE_BEGIN] + (whole[o[RAMP] + j] + 1)],
                    s[o[BUILT] + j * 6 + LIFE, k],
                    e[u] - born,
                    e[u + 1] - born,
                    size[ROUNDING],
                )
                more = z * s[o[BUILT] + j * 6 + GAIN, k] * share * (e[u + 1] - e[u])
                s[o[ADDED] + row * len(edges) + u, k] += more
                if u == t:
                    s[o[LEFT] + whole[o[BUILD_STORE] + j], k] += more
