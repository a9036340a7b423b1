"""Units in use: those that fail leave their need open and turn up where they can be repaired; those new are counted.

Failures do not depend on age, or are Weibull's by the age of what was delivered in a period; with luck whole units fail
one by one.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from fullrate.simulate.compiled import compiled
from fullrate.simulate.layout import (
    BACK,
    BACK_BEGIN,
    COHORT,
    DONE,
    EXCESS,
    FAIL_PLAN,
    FAILED,
    FIELD_AGES,
    FIELD_BACK,
    FIELD_CLOSED,
    FIELD_EARLY,
    FIELD_KEY,
    FIELD_OF,
    FIELD_VALUE,
    GAP,
    HOLD,
    LEFT,
    LIFE,
    LUCK,
    MET,
    NEED_FACTOR,
    NEED_OF,
    NEEDS,
    PEAK,
    PLAN,
    PROCESSES,
    QTY,
    REPAIR_ACTIVITY,
    REPAIR_POINT,
    REPAIR_RATE,
    REPAIR_SHARE,
    RETURNED,
    SAMPLE,
    SHIPMENTS,
    TRIAL,
    TRIAL_GATE,
    TRIAL_POINT,
    WASTE,
    WASTE_GAP,
    WIDTH,
    WORKING,
)
from fullrate.simulate.luck import taken, uniform
from fullrate.simulate.steps.s04_trials import TAKEN, TRIED
from fullrate.simulate.steps.s15_check import came

SCALE, SHAPE, REPAIRABLE = range(3)
"""Rows of what is drawn of a unit in use."""
GONE = 1e-12
"Share of a unit below which nothing of it is left."
TOLERANCE = 1e-09


@compiled
def _some(size: Any, key: Any, sample: int, occurrence: int, units: float, share: float) -> float:
    """Units that meet what a share of them meets: drawn, or the mean."""
    if not size[LUCK]:
        return units * share
    return taken(units, share, uniform(np.uint64(key), sample, occurrence), size[LUCK])


@compiled
def _aged(s: Any, whole: Any, edges: Any, o: Any, size: Any, t: int, f: int, k: int) -> float:
    """Units that fail by their age; each delivery's own stream counts pairs of periods."""
    total, sample = 0.0, int(s[o[SAMPLE], k])
    scale, shape = s[o[LIFE] + f * 3 + SCALE, k], s[o[LIFE] + f * 3 + SHAPE, k]
    for r in range(t):
        cohort = o[COHORT] + whole[o[FIELD_AGES] + f] * (len(edges) - 1) + r
        units = s[cohort, k]
        if units <= GONE:
            continue
        young, old = ((edges[t] - edges[r + 1]) * scale) ** shape, ((edges[t + 1] - edges[r + 1]) * scale) ** shape
        fails = _some(size, whole[o[FIELD_KEY] + f], sample, t * (t - 1) // 2 + r, units, -math.expm1(young - old))
        s[cohort, k] -= fails
        total += fails
    return total


@compiled
def failures(s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, t: int) -> None:
    """Units that fail in the period, of those that worked before it; what fails beyond the plan is to be replaced."""
    for f in range(size[FIELD_OF]):
        need = whole[o[NEED_OF] + whole[o[FIELD_OF] + f]]
        ages, back, value = whole[o[FIELD_AGES] + f], whole[o[FIELD_BACK] + f], real[o[FIELD_VALUE] + f]
        working, gap = o[WORKING] + f, o[GAP] + size[PROCESSES] + size[SHIPMENTS] + whole[o[FIELD_OF] + f]
        excess, peak, plan, early = o[EXCESS] + f, o[PEAK] + f, by[o[FAIL_PLAN] + f, t], real[o[FIELD_EARLY] + f]
        for k in range(s.shape[1]):
            if ages >= 0:
                fails = _aged(s, whole, edges, o, size, t, f, k)
            else:
                share = -math.expm1(-s[o[LIFE] + f * 3 + SCALE, k] * (edges[t + 1] - edges[t]))
                fails = _some(size, whole[o[FIELD_KEY] + f], int(s[o[SAMPLE], k]), t, s[working, k], share)
            s[working, k] -= fails
            s[o[FAILED] + f, k] = fails
            s[o[MET] + need, k] -= value * fails
            s[o[LEFT] + (size[NEEDS] + need), k] += value * fails
            s[excess, k] += fails - plan * s[o[NEED_FACTOR] + need, k]
            if s[excess, k] > s[peak, k] and early < 1.0:
                s[gap, k] += (s[excess, k] - s[peak, k]) / (1.0 - early)
                s[peak, k] = s[excess, k]
            s[o[RETURNED] + f, k] = 0.0
            if back >= 0:
                s[o[RETURNED] + f, k] = fails * s[o[LIFE] + f * 3 + REPAIRABLE, k]
                s[o[LEFT] + back, k] += s[o[RETURNED] + f, k]


@compiled
def sent_back(s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, t: int) -> None:
    """Who takes failed units is to take those that lie there beyond the plan, too."""
    r = 0
    while r < size[REPAIR_POINT]:
        node, first = whole[o[REPAIR_POINT] + r], r
        while r < size[REPAIR_POINT] and whole[o[REPAIR_POINT] + r] == node:
            r += 1
        for k in range(s.shape[1]):
            more = s[o[LEFT] + node, k] - by[o[HOLD] + node, t] - by[o[WASTE] + node, t] - s[o[WASTE_GAP] + node, k]
            for j in range(first, r):
                i = whole[o[REPAIR_ACTIVITY] + j]
                more -= real[o[REPAIR_RATE] + j] * max(s[o[GAP] + i, k] + by[o[PLAN] + i, t], 0.0)
            if more > 0.0:
                for j in range(first, r):
                    gap = o[GAP] + whole[o[REPAIR_ACTIVITY] + j]
                    s[gap, k] += more * real[o[REPAIR_SHARE] + j] / real[o[REPAIR_RATE] + j]


@compiled
def come_back(s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, node: int) -> None:
    """Failed units of what was delivered in the period itself, at the point where they turn up."""
    for r in range(whole[o[BACK_BEGIN] + node], whole[o[BACK_BEGIN] + (node + 1)]):
        _come_back(s, whole, real, o, size, whole[o[BACK] + r])


@compiled
def _come_back(s: Any, whole: Any, real: Any, o: Any, size: Any, f: int) -> None:
    done = o[DONE] + size[PROCESSES] + size[SHIPMENTS] + whole[o[FIELD_OF] + f]
    early, left = real[o[FIELD_EARLY] + f], o[LEFT] + whole[o[FIELD_BACK] + f]
    if early > 0.0:
        for k in range(s.shape[1]):
            all_ = (s[o[FAILED] + f, k] + early * s[done, k]) * s[o[LIFE] + f * 3 + REPAIRABLE, k]
            s[left, k] += all_ - s[o[RETURNED] + f, k]
            s[o[RETURNED] + f, k] = all_


@compiled
def fielded(s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, t: int) -> None:
    """Units delivered in the period are in use; those defective have failed."""
    for f in range(size[FIELD_OF]):
        if whole[o[FIELD_BACK] + f] >= 0:
            _come_back(s, whole, real, o, size, f)
        done = o[DONE] + size[PROCESSES] + size[SHIPMENTS] + whole[o[FIELD_OF] + f]
        ages, early, working = whole[o[FIELD_AGES] + f], real[o[FIELD_EARLY] + f], o[WORKING] + f
        for k in range(s.shape[1]):
            good = (1.0 - early) * s[done, k]
            s[working, k] += good
            s[o[FAILED] + f, k] += early * s[done, k]
            if ages >= 0:
                s[o[COHORT] + ages * (len(edges) - 1) + t, k] = good


@compiled
def also_came(s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, t: int) -> int:
    """What comes and goes at points besides activities, for the balance; the store of a need that is wrong, else -1.

    Where all that a need takes may fail, what counts for it is what works.
    """
    k = t % WIDTH
    for q in range(size[TRIAL_GATE]):
        if whole[o[TRIAL_POINT] + q] >= 0:
            came(s, o, whole[o[TRIAL_POINT] + q], -s[o[TRIAL] + q * TRIED + TAKEN, k])
    for f in range(size[FIELD_OF]):
        if whole[o[FIELD_BACK] + f] >= 0:
            came(s, o, whole[o[FIELD_BACK] + f], s[o[FAILED] + f, k] * s[o[LIFE] + f * 3 + REPAIRABLE, k])
    works = 0.0
    for f in range(size[FIELD_OF]):
        need = whole[o[NEED_OF] + whole[o[FIELD_OF] + f]]
        works += real[o[FIELD_VALUE] + f] * s[o[WORKING] + f, k]
        if f + 1 < size[FIELD_OF] and whole[o[NEED_OF] + whole[o[FIELD_OF] + (f + 1)]] == need:
            continue
        most = TOLERANCE * max(1.0, real[o[QTY] + need] * s[o[NEED_FACTOR] + need, k])
        if whole[o[FIELD_CLOSED] + f] and not abs(works - s[o[MET] + need, k]) <= most:
            return size[NEEDS] + need
        works = 0.0
    return -1
