"""What every activity wants: to be where the plan is by the end of the period, as fast as it may.

A start before its gate, or where site, need or restriction forbid it, is not wanted. Overtime is worked as planned, and
to the full on resources whose processes are behind.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from fullrate.simulate.compiled import compiled, inlined
from fullrate.simulate.layout import (
    ACTIVITY_ROW,
    BEHIND,
    CLAIM_BEGIN,
    CLAIM_STORE,
    EXTRA_HOURS,
    GAP,
    GATE_COST,
    GATE_DATES,
    GATE_OF,
    LEFT,
    LEFT_OVER,
    LOADED,
    MOST,
    NEED_FACTOR,
    NEED_OF,
    OVERTIME,
    OVERTIME_COST,
    OVERTIME_EFF,
    OVERTIME_MOST,
    OVERTIME_PAYER,
    OVERTIME_POOL,
    OVERTIME_STORE,
    OVERTIME_WAGE,
    OVERTIME_WAGE_PAYER,
    OWN,
    PICK_GAP,
    PICK_PLAN,
    PICK_POINT,
    PLAN,
    POOLS,
    PROCESSES,
    RATE,
    RATE_OWN,
    RESOURCES,
    SHIPMENTS,
    SHUT,
    WANT,
    WORKED,
)
from fullrate.simulate.steps.s08_ration import rate

LATE = 1e-06
"Share of a period's plan by which a process is behind when overtime is worked to the full."


@compiled
def wants(s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, t: int) -> None:
    """Wanted amounts of starts, shipments and deliveries."""
    first = size[PROCESSES] + size[SHIPMENTS]
    for i in range(size[PLAN]):
        x, most = (by[o[PLAN] + i, t], by[o[MOST] + i, t])
        gap, want = o[GAP] + i, o[WANT] + i
        if by[o[SHUT] + i, t]:
            most = 0.0
        if i < first:
            for k in range(s.shape[1]):
                w = s[gap, k] + x
                s[gap, k] = w
                w = w if w > 0.0 else 0.0
                s[want, k] = w if w < most else most
        else:
            need_factor = o[NEED_FACTOR] + whole[o[NEED_OF] + (i - first)]
            for k in range(s.shape[1]):
                w = s[gap, k] + x * s[need_factor, k]
                s[gap, k] = w
                w = w if w > 0.0 else 0.0
                s[want, k] = w if w < most else most
        if most == 0.0:
            continue
        if i < size[PROCESSES]:
            _start(s, by, whole, real, edges, o, size, i, t)
        row = whole[o[ACTIVITY_ROW] + i]
        if row >= 0 and (not (i < size[PROCESSES] and by[o[RATE] + i, t] < np.inf)):
            want_2 = o[WANT] + i
            left_over = o[LEFT_OVER] + row
            for k in range(s.shape[1]):
                s[want_2, k] *= s[left_over, k]
    for j in range(size[PICK_POINT]):
        pick_gap = o[PICK_GAP] + j
        pick_plan_at = by[o[PICK_PLAN] + j, t]
        for k in range(s.shape[1]):
            s[pick_gap, k] += pick_plan_at


@inlined
def _start(s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, i: int, t: int) -> None:
    """Rate and gate of a process."""
    rate, own, row = (by[o[RATE] + i, t], whole[o[RATE_OWN] + i], whole[o[ACTIVITY_ROW] + i])
    if rate < np.inf:
        own_row = o[OWN] + own
        left_over = o[LEFT_OVER] + row
        want = o[WANT] + i
        for k in range(s.shape[1]):
            r = rate * (s[own_row, k] if own >= 0 else 1.0)
            if row >= 0:
                r *= s[left_over, k]
            s[want, k] = s[want, k] if s[want, k] < r else r
    g = whole[o[GATE_OF] + i]
    if g < size[GATE_COST]:
        gate_dates = o[GATE_DATES] + g * 2 + 0
        want_row = o[WANT] + i
        for k in range(s.shape[1]):
            if t < s[gate_dates, k]:
                s[want_row, k] = 0.0


@compiled
def overtime(s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, t: int) -> None:
    """Hours on top: never more output on a resource with a crew than there is to do."""
    if not size[OVERTIME]:
        return
    for r in range(size[LOADED]):
        loaded = o[LOADED] + r
        behind = o[BEHIND] + r
        worked = o[WORKED] + r
        for k in range(s.shape[1]):
            s[loaded, k] = s[behind, k] = s[worked, k] = 0.0
    for i in range(size[PROCESSES]):
        for q in range(whole[o[CLAIM_BEGIN] + i], whole[o[CLAIM_BEGIN] + (i + 1)]):
            r = whole[o[CLAIM_STORE] + q] - size[RESOURCES]
            if whole[o[CLAIM_STORE] + q] < size[RESOURCES] or whole[o[CLAIM_STORE] + q] >= size[POOLS]:
                continue
            want = o[WANT] + i
            loaded_row = o[LOADED] + r
            gap = o[GAP] + i
            plan_at = by[o[PLAN] + i, t]
            behind_row = o[BEHIND] + r
            for k in range(s.shape[1]):
                load = rate(s, by, whole, real, edges, o, size, q, t, k) * s[want, k]
                s[loaded_row, k] += load
                if s[gap, k] > plan_at + LATE * (1.0 + plan_at):
                    s[behind_row, k] = 1.0
    for j in range(size[OVERTIME]):
        i, pool, wage, payer = (
            whole[o[OVERTIME_STORE] + j],
            whole[o[OVERTIME_POOL] + j],
            whole[o[OVERTIME_WAGE_PAYER] + j],
            whole[o[OVERTIME_PAYER] + j],
        )
        r = i - size[RESOURCES]
        overtime_at = by[o[OVERTIME] + j, t]
        overtime_eff_at = real[o[OVERTIME_EFF] + j]
        behind_2 = o[BEHIND] + r
        loaded_2 = o[LOADED] + r
        left = o[LEFT] + i
        worked_row = o[WORKED] + r
        left_row = o[LEFT] + pool
        overtime_wage_at = real[o[OVERTIME_WAGE] + j]
        left_2 = o[LEFT] + wage
        overtime_cost_at = real[o[OVERTIME_COST] + j]
        left_3 = o[LEFT] + payer
        hours = o[EXTRA_HOURS] + j
        for k in range(s.shape[1]):
            h, eff = (overtime_at, overtime_eff_at)
            if s[behind_2, k] > 0 and eff > 0:
                h = max(h, min(by[o[OVERTIME_MOST] + j, t], (s[loaded_2, k] - s[left, k]) / eff))
            if pool >= 0 and h * eff > s[loaded_2, k] - s[worked_row, k]:
                h = max(s[loaded_2, k] - s[worked_row, k], 0.0) / eff
            s[hours, k] = h
            s[worked_row, k] += h * eff
            s[left, k] += h * eff
            if pool >= 0:
                s[left_row, k] += h * eff
            if overtime_wage_at > 0:
                s[left_2, k] -= h * real[o[OVERTIME_WAGE] + j]
            if overtime_cost_at > 0:
                s[left_3, k] -= h * real[o[OVERTIME_COST] + j]
