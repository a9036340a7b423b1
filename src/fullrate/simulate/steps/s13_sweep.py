"""The one sweep: starts, shipments and deliveries, upstream to downstream, each as far as what it takes is there.

A second sweep gives what nobody could use to whoever still wants it. Where limits on
shares forbid what was handed over, both are done anew with less of it.
"""

from __future__ import annotations

from typing import Any

from fullrate.simulate.compiled import compiled
from fullrate.simulate.layout import (
    DONE,
    FILL,
    GAP,
    GATHERED,
    GROUP_EARLY,
    KEEP,
    KEPT,
    LEARNER,
    LEFT,
    NODE,
    PICK_GAP,
    PICK_POINT,
    PICK_QTY,
    PLAN,
    PROCESSES,
    RESOURCES,
    RIVAL_STORE,
    SETTLED,
)
from fullrate.simulate.steps.s04_trials import set_aside
from fullrate.simulate.steps.s05_fielded import come_back
from fullrate.simulate.steps.s08_ration import ration
from fullrate.simulate.steps.s11_start import more, start
from fullrate.simulate.steps.s12_deliver import deliver, deliver_more
from fullrate.simulate.steps.s12_shares import PASSES, begin_anew, forbidden, remember_all, room_left


@compiled
def rivals_of_goods(s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, t: int, node: int) -> None:
    """What rivals keep of the goods at a point."""
    for v in range(size[KEEP]):
        if whole[o[RIVAL_STORE] + v] == node:
            keep_at = by[o[KEEP] + v, t]
            kept = o[KEPT] + v
            left = o[LEFT] + node
            for k in range(s.shape[1]):
                taken = max(min(keep_at - s[kept, k], s[left, k]), 0.0)
                s[kept, k] += taken
                s[left, k] -= taken


@compiled
def sweep(s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, t: int) -> None:
    """Both sweeps, as often as limits on shares ask for, and what is still behind the plan then."""
    remember_all(s, size, o)
    _move(s, by, whole, real, edges, o, size, t)
    passed = 0
    while passed < PASSES and forbidden(s, by, whole, real, edges, o, size, t):
        begin_anew(s, size, o)
        _move(s, by, whole, real, edges, o, size, t)
        passed += 1
    room_left(s, by, whole, real, edges, o, size, t)
    _behind(s, whole, real, o, size)


@compiled
def _move(s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, t: int) -> None:
    """Both sweeps; the second only where anything was short."""
    points = size[RESOURCES]
    for i in range(size[DONE]):
        if whole[o[SETTLED] + i]:
            continue
        done = o[DONE] + i
        for k in range(s.shape[1]):
            s[done, k] = 0.0
    for j in range(size[FILL]):
        fill = o[FILL] + j
        for k in range(s.shape[1]):
            s[fill, k] = 0.0
    for v in range(size[KEEP]):
        if whole[o[RIVAL_STORE] + v] < points:
            kept = o[KEPT] + v
            for k in range(s.shape[1]):
                s[kept, k] = 0.0
    short = False
    for r in range(size[GROUP_EARLY]):
        short |= ration(s, by, whole, real, edges, o, size, t, whole[o[GROUP_EARLY] + r])
    for r in range(size[NODE]):
        node = whole[o[NODE] + r]
        if node < points:
            come_back(s, by, whole, real, edges, o, size, node)
            set_aside(s, by, whole, real, edges, o, size, t, node)
            rivals_of_goods(s, by, whole, real, edges, o, size, t, node)
            short |= ration(s, by, whole, real, edges, o, size, t, node)
            deliver(s, by, whole, real, edges, o, size, node)
        else:
            short |= start(s, by, whole, real, edges, o, size, t, node - points)
    if short:
        for r in range(size[NODE]):
            node = whole[o[NODE] + r]
            if node < points:
                come_back(s, by, whole, real, edges, o, size, node)
                set_aside(s, by, whole, real, edges, o, size, t, node)
                rivals_of_goods(s, by, whole, real, edges, o, size, t, node)
                deliver_more(s, by, whole, real, edges, o, size, node)
            else:
                more(s, by, whole, real, edges, o, size, t, node - points)


@compiled
def _behind(s: Any, whole: Any, real: Any, o: Any, size: Any) -> None:
    """What is behind the plan, and what those that learn have gathered, after what was done."""
    for i in range(size[PLAN]):
        if whole[o[SETTLED] + i]:
            continue
        gap = o[GAP] + i
        done_row = o[DONE] + i
        for k in range(s.shape[1]):
            s[gap, k] -= s[done_row, k]
        if i < size[PROCESSES] and whole[o[LEARNER] + i] >= 0:
            gathered = o[GATHERED] + whole[o[LEARNER] + i]
            done_2 = o[DONE] + i
            for k in range(s.shape[1]):
                s[gathered, k] += s[done_2, k]
    for j in range(size[PICK_POINT]):
        pick_gap = o[PICK_GAP] + j
        fill_row = o[FILL] + j
        pick_qty_at = real[o[PICK_QTY] + j]
        for k in range(s.shape[1]):
            s[pick_gap, k] -= s[fill_row, k] * pick_qty_at
