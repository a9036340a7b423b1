"""Starts and shipments: in the first sweep what every store allows, in the second what is left."""

from __future__ import annotations

from typing import Any

from fullrate.simulate.compiled import inlined
from fullrate.simulate.layout import (
    CLAIM_BEGIN,
    CLAIM_GROUP,
    CLAIM_LEARNER,
    CLAIM_OWN,
    CLAIM_PER,
    CLAIM_PRICE,
    CLAIM_RATE,
    CLAIM_STORE,
    DONE,
    FACTOR,
    FIRST_OF_LANE,
    GAP,
    GO,
    LANE_OF,
    LEAST,
    LEFT,
    LOT,
    MEASURE,
    NEEDS,
    OUTPUT_BEGIN,
    PICK_SLOTS,
    PROCESSES,
    SCRATCH,
    SETTLED,
    SHIPMENTS,
    WANT,
)
from fullrate.simulate.steps.s08_ration import rate
from fullrate.simulate.steps.s09_book import book, give, take
from fullrate.simulate.steps.s10_slots import bounded, taken

FAINT = 1e-12
"""Share of what is wanted below which nothing more is."""
ALMOST = 1 - 1e-6
"Share of a smallest lot or shipment that counts as one: plans are exact to the solver's tolerance only."


@inlined
def counted(whole: Any, real: Any, o: Any, f: int) -> bool:
    """Whether a shipment waits until its lane has its smallest shipment together.

    What has no weight on a lane that counts weight is not counted, as in the plan: it leaves whatever else does.
    """
    return bool(real[o[LEAST] + whole[o[LANE_OF] + f]] > 0 and real[o[MEASURE] + f] > 0)


@inlined
def smallest(s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, i: int, x: int) -> None:
    """Nothing leaves on a lane while all that could leave is less than its smallest shipment."""
    lane = whole[o[LANE_OF] + (i - size[PROCESSES])]
    if real[o[LEAST] + lane] <= 0:
        return
    if whole[o[FIRST_OF_LANE] + lane] == i:
        go = o[GO] + lane
        for k in range(s.shape[1]):
            s[go, k] = 0.0
        for j in range(size[PROCESSES], size[PROCESSES] + size[SHIPMENTS]):
            if whole[o[LANE_OF] + (j - size[PROCESSES])] == lane:
                left = o[LEFT] + whole[o[CLAIM_STORE] + whole[o[CLAIM_BEGIN] + j]]
                go_row = o[GO] + lane
                measure_at = real[o[MEASURE] + (j - size[PROCESSES])]
                want = o[WANT] + j
                for k in range(s.shape[1]):
                    there = max(s[left, k], 0.0)
                    s[go_row, k] += measure_at * min(s[want, k], there)
        go_2 = o[GO] + lane
        least_at = real[o[LEAST] + lane]
        for k in range(s.shape[1]):
            s[go_2, k] = 1.0 if s[go_2, k] >= ALMOST * least_at else 0.0
    if not counted(whole, real, o, i - size[PROCESSES]):
        return
    go_3 = o[GO] + lane
    for k in range(s.shape[1]):
        s[x, k] *= s[go_3, k]


@inlined
def settle(s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, t: int, i: int) -> None:
    """An activity that nobody else takes anything from: as much as what is there allows."""
    q, stores = whole[o[CLAIM_BEGIN] + i], whole[o[SETTLED] + i]
    if stores == 1:
        _all_at_once(s, whole, real, o, i, q, q, q, 1)
    elif stores == 2:
        _all_at_once(s, whole, real, o, i, q, q + 1, q, 2)
    elif stores == 3:
        _all_at_once(s, whole, real, o, i, q, q + 1, q + 2, 3)
    else:
        _one_by_one(s, by, whole, real, edges, o, size, t, i)
    for q in range(whole[o[OUTPUT_BEGIN] + i], whole[o[OUTPUT_BEGIN] + (i + 1)]):
        give(s, by, whole, real, edges, o, size, t, q, i, o[DONE] + i)


@inlined
def _all_at_once(s: Any, whole: Any, real: Any, o: Any, i: int, a: int, b: int, c: int, stores: int) -> None:
    """Start and take of one, two or three stores: claims ``a``, ``b`` and ``c``, as many as there are."""
    want, done, gap = o[WANT] + i, o[DONE] + i, o[GAP] + i
    store, per, rate_ = o[CLAIM_STORE], o[CLAIM_PER], o[CLAIM_RATE]
    of_a, of_b, of_c = o[LEFT] + whole[store + a], o[LEFT] + whole[store + b], o[LEFT] + whole[store + c]
    per_a, per_b, per_c = real[per + a], real[per + b], real[per + c]
    rate_a, rate_b, rate_c = real[rate_ + a], real[rate_ + b], real[rate_ + c]
    for k in range(s.shape[1]):
        made = _least(s[want, k], s[of_a, k] * per_a)
        if stores > 1:
            made = _least(made, s[of_b, k] * per_b)
        if stores > 2:
            made = _least(made, s[of_c, k] * per_c)
        s[done, k] = made
        s[gap, k] -= made
        s[of_a, k] -= rate_a * made
        if stores > 1:
            s[of_b, k] -= rate_b * made
        if stores > 2:
            s[of_c, k] -= rate_c * made


@inlined
def _least(asked: float, there: float) -> float:
    """What is asked for as far as it is there."""
    there = there if there > 0.0 else 0.0
    return there if there < asked else asked


@inlined
def _one_by_one(s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, t: int, i: int) -> None:
    """The same of any number of stores, and of what has no limit."""
    x, asked, done, gap = o[SCRATCH] + 2, o[WANT] + i, o[DONE] + i, o[GAP] + i
    for q in range(whole[o[CLAIM_BEGIN] + i], whole[o[CLAIM_BEGIN] + (i + 1)]):
        if whole[o[CLAIM_STORE] + q] == size[NEEDS] - 1:
            continue
        left, per = o[LEFT] + whole[o[CLAIM_STORE] + q], real[o[CLAIM_PER] + q]
        for k in range(s.shape[1]):
            s[x, k] = _least(s[asked, k], s[left, k] * per)
        asked = x
    for k in range(s.shape[1]):
        made = s[asked, k]
        s[done, k] = made
        s[gap, k] -= made
    take(s, by, whole, real, edges, o, size, t, i, done)


@inlined
def start(s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, t: int, i: int) -> bool:
    """First sweep: as much of an activity as every store it takes from allows its group; true if a slot is short."""
    if whole[o[SETTLED] + i]:
        settle(s, by, whole, real, edges, o, size, t, i)
        return False
    x = o[SCRATCH] + 2
    share = o[SCRATCH] + 3
    for k in range(s.shape[1]):
        s[share, k] = 1.0
    for q in range(whole[o[CLAIM_BEGIN] + i], whole[o[CLAIM_BEGIN] + (i + 1)]):
        j = whole[o[CLAIM_GROUP] + q]
        factor = o[FACTOR] + j
        for k in range(s.shape[1]):
            f = s[factor, k]
            s[share, k] = f if f < s[share, k] else s[share, k]
    want = o[WANT] + i
    for k in range(s.shape[1]):
        s[x, k] = s[want, k] * s[share, k]
    short = False
    if i < size[PROCESSES]:
        if whole[o[PICK_SLOTS] + i] < whole[o[PICK_SLOTS] + (i + 1)]:
            short = bounded(s, by, whole, real, edges, o, size, t, i, x, True)
        if real[o[LOT] + i] > 0:
            lot_at = real[o[LOT] + i]
            for k in range(s.shape[1]):
                if s[x, k] < ALMOST * lot_at:
                    s[x, k] = 0.0
            short = True
    else:
        smallest(s, by, whole, real, edges, o, size, i, x)
    book(s, by, whole, real, edges, o, size, t, i, x)
    if i < size[PROCESSES] and whole[o[PICK_SLOTS] + i] < whole[o[PICK_SLOTS] + (i + 1)]:
        taken(s, by, whole, real, edges, o, size, t, i)
    return short


@inlined
def more(s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, t: int, i: int) -> None:
    """Second sweep: what an activity still wants, as far as anything is left."""
    if whole[o[SETTLED] + i]:
        return
    x = o[SCRATCH] + 2
    want = o[WANT] + i
    done = o[DONE] + i
    wanted = 0
    for k in range(s.shape[1]):
        rest = s[want, k] - s[done, k]
        more_ = rest if rest > FAINT * s[want, k] else 0.0
        s[x, k] = more_
        wanted += 1 if more_ > 0.0 else 0
    if wanted == 0:
        return
    for q in range(whole[o[CLAIM_BEGIN] + i], whole[o[CLAIM_BEGIN] + (i + 1)]):
        n = whole[o[CLAIM_STORE] + q]
        if n == size[NEEDS] - 1:
            continue
        left = o[LEFT] + n
        if whole[o[CLAIM_LEARNER] + q] < 0 and whole[o[CLAIM_OWN] + q] < 0 and whole[o[CLAIM_PRICE] + q] < 0:
            r = real[o[CLAIM_RATE] + q]
            for k in range(s.shape[1]):
                most = max(s[left, k], 0.0) / r
                s[x, k] = min(s[x, k], most)
        else:
            for k in range(s.shape[1]):
                r = rate(s, by, whole, real, edges, o, size, q, t, k)
                most = max(s[left, k], 0.0)
                s[x, k] = most / r if r * s[x, k] > most else s[x, k]
    if i < size[PROCESSES]:
        if whole[o[PICK_SLOTS] + i] < whole[o[PICK_SLOTS] + (i + 1)]:
            bounded(s, by, whole, real, edges, o, size, t, i, x, False)
        if real[o[LOT] + i] > 0:
            done_row = o[DONE] + i
            lot_at = real[o[LOT] + i]
            for k in range(s.shape[1]):
                if s[done_row, k] + s[x, k] < ALMOST * lot_at:
                    s[x, k] = 0.0
    elif counted(whole, real, o, i - size[PROCESSES]):
        go = o[GO] + whole[o[LANE_OF] + (i - size[PROCESSES])]
        for k in range(s.shape[1]):
            s[x, k] *= s[go, k]
    book(s, by, whole, real, edges, o, size, t, i, x)
    if i < size[PROCESSES] and whole[o[PICK_SLOTS] + i] < whole[o[PICK_SLOTS] + (i + 1)]:
        taken(s, by, whole, real, edges, o, size, t, i)
