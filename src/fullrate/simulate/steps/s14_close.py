"""The end of a period: what spoils or finds no room is thrown away, what was paid and met is recorded."""

from __future__ import annotations

from typing import Any

from fullrate.simulate.compiled import compiled
from fullrate.simulate.layout import (
    AGED,
    BEFORE,
    CLAIM_ACTIVITY,
    DISPLACED,
    DONE,
    FILL,
    FIXED,
    FIXED_PAYER,
    FRESH,
    GROUP_BEGIN,
    GROUP_CLAIM,
    GROUP_MEMBERS,
    GROUP_PICK,
    GROUP_PICKS,
    HAD,
    HOLD,
    HOLDING,
    HOLDING_PAYER,
    INITIAL,
    KEEP,
    KEPT,
    LANE_OF,
    LEFT,
    MEASURE,
    MET,
    NEEDS,
    PAYERS,
    PROCESSES,
    PURSE,
    QTY,
    REACHED,
    RECEIVED,
    RECORD_BEGIN,
    RECORD_NEED,
    RELIEF,
    RIVAL_STORE,
    ROOM,
    SHARE,
    SHIPMENTS,
    SINCE,
    SPENT,
    STALE,
    TARGET_GROUP,
    TARGET_LEVEL,
    TRIAL,
    TRIAL_POINT,
    WAITS,
    WANTED,
    WASTE,
    WASTE_GAP,
    WASTED,
    WEIGHT,
    WORTH,
)
from fullrate.simulate.steps.s04_trials import TAKEN, TRIED, kept_for_tests
from fullrate.simulate.steps.s08_ration import rate
from fullrate.simulate.steps.s10_slots import unit

ENOUGH, NEARLY = (1 - 1e-09, 1e-09)
"A coverage counts as reached up to rounding and the tolerance of plans."
PAID = 1e-06
"Freight of a period above which a shipment has been paid for."


@compiled
def waste(s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, t: int) -> None:
    """Throw away what the plan throws away where there is more than it keeps, what has no room, and what is too old.

    What a test may still take is not thrown away.
    """
    for r in range(size[WASTED]):
        n = whole[o[WASTED] + r]
        planned, hold, room = (by[o[WASTE] + n, t], by[o[HOLD] + n, t], real[o[ROOM] + n])
        waste_gap = o[WASTE_GAP] + n
        left = o[LEFT] + n
        for k in range(s.shape[1]):
            s[waste_gap, k] += planned
            over = s[left, k] - hold
            over = over if over < s[waste_gap, k] else s[waste_gap, k]
            over = over if over > 0.0 else 0.0
            if over > 0.0 and size[TRIAL_POINT] > 0:
                over = min(over, max(s[left, k] - kept_for_tests(s, whole, real, edges, o, size, t, n, k), 0.0))
            s[waste_gap, k] -= over
            rest = s[left, k] - over
            s[left, k] = rest if rest < room else room


@compiled
def remember(s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, t: int) -> None:
    """Goods that do not keep: what lies there before anything comes in; at the start less what is too old already."""
    for i in range(size[AGED]):
        n = whole[o[AGED] + i]
        left = o[LEFT] + n
        initial = o[INITIAL] + i
        received = o[RECEIVED] + i * len(edges) + 0
        for k in range(s.shape[1]):
            if t == 0:
                s[left, k] = max(s[left, k] - real[o[STALE] + i], 0.0)
                s[initial, k] = s[left, k]
                s[received, k] = 0.0


@compiled
def spoil(s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, t: int) -> None:
    """What is left came last, since the oldest goes first: all above what came recently enough is too old.

    What has come in by now is what lies there and what has gone since the beginning of the period.
    """
    for i in range(size[AGED]):
        n = whole[o[AGED] + i]
        left = o[LEFT] + n
        initial = o[INITIAL] + i
        before = o[BEFORE] + i
        received = o[RECEIVED] + i * len(edges) + (t + 1)
        received_row = o[RECEIVED] + i * len(edges) + t
        received_2 = o[RECEIVED] + i * len(edges) + int(by[o[SINCE] + i, t])
        fresh_at = by[o[FRESH] + i, t]
        for k in range(s.shape[1]):
            come = s[left, k] - (s[initial, k] if t == 0 else s[before, k])
            for j in range(whole[o[GROUP_BEGIN] + n], whole[o[GROUP_BEGIN] + (n + 1)]):
                for r in range(whole[o[GROUP_MEMBERS] + j], whole[o[GROUP_MEMBERS] + (j + 1)]):
                    come += (
                        rate(s, by, whole, real, edges, o, size, whole[o[GROUP_CLAIM] + r], t, k)
                        * s[o[DONE] + whole[o[CLAIM_ACTIVITY] + whole[o[GROUP_CLAIM] + r]], k]
                    )
                for r in range(whole[o[GROUP_PICKS] + j], whole[o[GROUP_PICKS] + (j + 1)]):
                    come += s[o[FILL] + whole[o[GROUP_PICK] + r], k] * unit(
                        s, by, whole, real, edges, o, size, whole[o[GROUP_PICK] + r], k
                    )
            for v in range(size[KEEP]):
                come += s[o[KEPT] + v, k] if whole[o[RIVAL_STORE] + v] == n else 0.0
            for q in range(size[TRIAL_POINT]):
                come += s[o[TRIAL] + q * TRIED + TAKEN, k] if whole[o[TRIAL_POINT] + q] == n else 0.0
            s[received, k] = s[received_row, k] + max(come, 0.0)
            young = s[received, k] - s[received_2, k]
            if fresh_at:
                young += s[initial, k]
            if t < len(edges) - 2 and s[left, k] > young:
                s[left, k] = max(young, 0.0)
    waste(s, by, whole, real, edges, o, size, t)
    for i in range(size[AGED]):
        before_row = o[BEFORE] + i
        left_row = o[LEFT] + whole[o[AGED] + i]
        for k in range(s.shape[1]):
            s[before_row, k] = s[left_row, k]


@compiled
def pay(s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, t: int) -> None:
    """Freight of the period as such, keeping stock, and what all of it cost."""
    for lane in range(size[FIXED]):
        if real[o[FIXED] + lane] > 0:
            for k in range(s.shape[1]):
                sent = 0.0
                for j in range(size[SHIPMENTS]):
                    if whole[o[LANE_OF] + j] == lane:
                        sent += real[o[MEASURE] + j] * s[o[DONE] + (size[PROCESSES] + j), k]
                if sent > PAID:
                    s[o[LEFT] + whole[o[FIXED_PAYER] + lane], k] -= real[o[FIXED] + lane]
    for n in range(size[HOLDING]):
        if by[o[HOLDING] + n, t] > 0:
            left = o[LEFT] + size[HOLDING_PAYER]
            holding_at = by[o[HOLDING] + n, t]
            left_row = o[LEFT] + n
            for k in range(s.shape[1]):
                s[left, k] -= holding_at * max(s[left_row, k], 0.0)
    for f in range(size[NEEDS] - size[PAYERS]):
        spent = o[SPENT]
        purse = o[PURSE] + f
        left_2 = o[LEFT] + (size[PAYERS] + f)
        for k in range(s.shape[1]):
            s[spent, k] += s[purse, k] - s[left_2, k]


@compiled
def purses(s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any) -> None:
    """What every fund has at the beginning of the period."""
    for f in range(size[NEEDS] - size[PAYERS]):
        purse = o[PURSE] + f
        left = o[LEFT] + (size[PAYERS] + f)
        for k in range(s.shape[1]):
            s[purse, k] = s[left, k]


@compiled
def record(s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, t: int) -> None:
    """Coverage of every group, dates of targets, waiting, displaced use."""
    for g in range(size[RECORD_BEGIN] - 1):
        share_row = o[SHARE] + g
        for k in range(s.shape[1]):
            s[share_row, k] = 0.0
        for q in range(whole[o[RECORD_BEGIN] + g], whole[o[RECORD_BEGIN] + (g + 1)]):
            n = whole[o[RECORD_NEED] + q]
            share_2 = o[SHARE] + g
            weight = o[WEIGHT] + q
            met = o[MET] + n
            waits = o[WAITS] + g
            relief_at = by[o[RELIEF] + n, t]
            had = o[HAD] + n
            for k in range(s.shape[1]):
                s[share_2, k] += s[weight, k] * s[met, k]
                s[waits, k] -= s[weight, k] * relief_at * (s[met, k] - s[had, k])
    for n in range(size[QTY]):
        had_row = o[HAD] + n
        met_row = o[MET] + n
        for k in range(s.shape[1]):
            s[had_row, k] = s[met_row, k]
    for i in range(size[TARGET_GROUP]):
        reached = o[REACHED] + i
        share_3 = o[SHARE] + whole[o[TARGET_GROUP] + i]
        target_level_at = real[o[TARGET_LEVEL] + i]
        for k in range(s.shape[1]):
            if s[reached, k] == 0 and s[share_3, k] >= target_level_at * ENOUGH - NEARLY:
                s[reached, k] = t + 1
    for v in range(size[KEEP]):
        displaced = o[DISPLACED]
        worth_at = real[o[WORTH] + v]
        wanted_at = by[o[WANTED] + v, t]
        kept = o[KEPT] + v
        displaced_row = o[DISPLACED] + 1
        for k in range(s.shape[1]):
            s[displaced, k] += worth_at * (wanted_at - s[kept, k])
            s[displaced_row, k] += worth_at * wanted_at
