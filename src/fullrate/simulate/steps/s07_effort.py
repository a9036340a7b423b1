"""Learning: the effort of a start in this period, by the experience gathered and what is to be gathered in it."""

from __future__ import annotations

import math
from typing import Any

from fullrate.simulate.compiled import compiled
from fullrate.simulate.layout import (
    CLAIM_ACTIVITY,
    CLAIM_BEGIN,
    CLAIM_LEARNER,
    CLAIM_STORE,
    CURVE,
    EFFORT,
    GATHERED,
    GROUP_BEGIN,
    GROUP_CLAIM,
    GROUP_MEMBERS,
    LANES,
    LEFT,
    OVERTIME,
    OVERTIME_EFF,
    OVERTIME_POOL,
    OVERTIME_STORE,
    TEAM,
    TEAM_BEGIN,
    WANT,
)
from fullrate.simulate.steps.s08_ration import rate

ROUNDS = 4
"Times that what can be started is worked out again with the effort of what can be started."


@compiled
def effort(s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, t: int) -> None:
    """Mean effort over the starts that are wanted, as far as hours allow them, as a share of the first one's."""
    for turn in range(ROUNDS):
        for j in range(size[EFFORT]):
            for k in range(s.shape[1]):
                expected = 0.0
                share = 1.0
                for r in range(whole[o[TEAM_BEGIN] + j], whole[o[TEAM_BEGIN] + (j + 1)]):
                    i = whole[o[TEAM] + r]
                    if s[o[WANT] + i, k] <= 0:
                        continue
                    expected += s[o[WANT] + i, k]
                    for q in range(whole[o[CLAIM_BEGIN] + i], whole[o[CLAIM_BEGIN] + i + 1]):
                        if turn > 0 and whole[o[CLAIM_LEARNER] + q] >= 0:
                            store = whole[o[CLAIM_STORE] + q]
                            share = min(share, _room(s, by, whole, real, edges, o, size, t, store, k))
                prior, progress = s[o[CURVE] + j * 2, k], s[o[CURVE] + j * 2 + 1, k]
                s[o[EFFORT] + j, k] = mean(s[o[GATHERED] + j, k], expected * share, prior, progress)


@compiled
def mean(had: float, more: float, prior: float, progress: float) -> float:
    """Mean effort of the next ``more`` starts, as a share of the one at the start (Wright 1936)."""
    b = -math.log2(progress)
    here = (1.0 + had / prior) ** (-b)
    x = prior + had
    if more <= 1e-09 * x:
        return here
    grown = math.log1p(more / x)
    if 1.0 - b < 1e-12:
        return here * x * grown / more
    return here * x * math.expm1((1.0 - b) * grown) / (1.0 - b) / more


@compiled
def _room(s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, t: int, store: int, k: int) -> float:
    """Share of all that is wanted of a store that there is; funds and rooms without limit have all of it."""
    if store >= size[LANES]:
        return 1.0
    total = 0.0
    for j in range(whole[o[GROUP_BEGIN] + store], whole[o[GROUP_BEGIN] + (store + 1)]):
        for r in range(whole[o[GROUP_MEMBERS] + j], whole[o[GROUP_MEMBERS] + (j + 1)]):
            q = whole[o[GROUP_CLAIM] + r]
            want = s[o[WANT] + whole[o[CLAIM_ACTIVITY] + q], k]
            total += rate(s, by, whole, real, edges, o, size, q, t, k) * want
    there = max(s[o[LEFT] + store, k], 0.0)
    for j in range(size[OVERTIME]):  # as planned; more is worked only where that is not enough
        if store in (whole[o[OVERTIME_STORE] + j], whole[o[OVERTIME_POOL] + j]):
            there += by[o[OVERTIME] + j, t] * real[o[OVERTIME_EFF] + j]
    return min(1.0, there / total) if total > 0 else 1.0
