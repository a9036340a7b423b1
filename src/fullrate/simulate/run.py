"""Many executions of one plan: blocks of samples over threads of one process, the same bits whatever their number."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fullrate.case import Case
from fullrate.draws import Draws
from fullrate.results import Plan, Samples
from fullrate.simulate import layout
from fullrate.simulate.broken import Broken, keep
from fullrate.simulate.drawn import Batch, batch
from fullrate.simulate.layout import WIDTH
from fullrate.simulate.measure import Measure, measure_of
from fullrate.simulate.model import Wired, wired
from fullrate.simulate.packed import Packed, packed
from fullrate.simulate.policy import Policy
from fullrate.tables import Tables

Floats = NDArray[np.float64]
SHOWN = 1024
"""Samples whose curves are kept, at most: enough for the percentiles of a fan."""
MEASURED = (layout.REACHED, layout.WAITS, layout.SPENT, layout.DISPLACED)
"""What is taken out of a state at the end."""
NO_TRACE = np.zeros((0, 0, WIDTH))


def run(
    tables: Tables,
    case: Case,
    plan: Plan,
    draws: Draws | None = None,
    policy: Policy | None = None,
    *,
    threads: int | None = None,
    shown: int = SHOWN,
    folder: Path | None = None,
) -> Samples:
    """Execute a plan many times.

    Args:
        tables: the scenario.
        case: its case, on the calendar of the plan.
        plan: what is followed.
        draws: ranges drawn; None for one execution in which all goes as planned.
        policy: how executions follow the plan.
        threads: threads of this process; by default one per processor. The result has the same bits with any number.
        shown: samples whose curves are kept, spread evenly.
        folder: where a case whose balance does not close is kept; by default the current folder.

    Raises:
        Broken: goods appeared or vanished in a sample, which is a fault of the program.
        ValueError: the plan is on other periods than the case.
    """
    chosen, measure = policy or Policy(), measure_of(case)
    built = wired(tables, case, plan, draws, chosen, measure.record)
    return _samples(tables, case, plan, draws, chosen, built, measure, threads, shown, folder)


def _samples(
    tables: Tables,
    case: Case,
    plan: Plan,
    draws: Draws | None,
    policy: Policy,
    built: Wired,
    measure: Measure,
    threads: int | None,
    shown: int,
    folder: Path | None,
) -> Samples:
    count = 1 if draws is None else draws.count
    drawn = batch(tables, case, built, measure, draws)
    groups, targets, periods = len(measure.groups), len(measure.targets), case.calendar.periods
    which = np.unique(np.linspace(0, count - 1, min(shown, count)).astype(np.int64)) if shown else np.zeros(0, np.int64)
    reached, waits = np.zeros((count, targets), np.int16), np.zeros((count, groups))
    curves, cost, displaced = np.zeros((len(which), groups, periods), np.float32), np.zeros(count), np.zeros(count)

    arrays = packed(built.model, len(built.rows.once))

    def store(first: int, state: Floats, coverage: Floats) -> None:
        width = min(WIDTH, count - first)
        of = slice(first, first + width)
        part = {name: arrays.rows_of(state, name)[:, :width].T for name in MEASURED}
        reached[of] = np.where(part[layout.REACHED] == 0, periods + 1, part[layout.REACHED])
        waits[of], cost[of] = part[layout.WAITS], part[layout.SPENT][:, 0]
        lost, wanted = part[layout.DISPLACED].T
        displaced[of] = np.where(wanted > 0, lost / np.where(wanted > 0, wanted, 1.0), 0.0)
        at = np.flatnonzero((which >= first) & (which < first + width))
        if len(at):
            curves[at] = coverage[:, :, which[at] - first].transpose(2, 0, 1)

    _blocks(tables, built, arrays, drawn, count, which, threads, folder, store)
    meta = {
        "seed": None if draws is None else draws.seed,
        "policy": "follow",
        "samples": count,
        "replicates": 1 if draws is None else int(draws.replicate.max()) + 1,
        "assumptions": policy.stated(),
        "unmoved": list(built.unmoved),
    }
    replicate = np.zeros(1, np.int64) if draws is None else draws.replicate
    return Samples(
        plan.start, plan.edges, replicate, measure.targets, reached, measure.groups, waits, which, curves, cost,
        displaced, meta,
    )  # fmt: skip


def _blocks(
    tables: Tables,
    built: Wired,
    arrays: Packed,
    drawn: Batch,
    count: int,
    which: NDArray[np.int64],
    threads: int | None,
    folder: Path | None,
    store: Any,
) -> None:
    """Run all blocks; each thread takes a state from the queue and gives it back."""
    periods, groups = len(built.model.amounts.edges) - 1, len(built.model.record.begin) - 1
    workers = min(threads or os.cpu_count() or 1, (count + WIDTH - 1) // WIDTH)
    states: SimpleQueue[tuple[Floats, Floats]] = SimpleQueue()
    for _ in range(workers):
        states.put((arrays.state(), np.zeros((groups, periods, WIDTH))))
    none = np.zeros((groups, 0, WIDTH))

    def one(first: int) -> None:
        state, coverage = states.get()
        fault = np.full(3, -1)
        wanted = bool(((which >= first) & (which < first + WIDTH)).any())
        arrays.draw(state, drawn.block(first))
        _call(arrays, state, coverage if wanted else none, NO_TRACE, fault)
        if fault[0] >= 0:
            raise keep(Broken.at(tables, built.model, fault), tables, state, folder)
        store(first, state, coverage)
        states.put((state, coverage))

    firsts = range(0, count, WIDTH)
    if workers == 1:
        for first in firsts:
            one(first)
        return
    with ThreadPoolExecutor(workers) as pool:
        for _ in pool.map(one, firsts):
            pass


def run_chunks(
    tables: Tables, case: Case, plan: Plan, parts: Iterable[Draws], policy: Policy | None = None, **how: Any
) -> Iterator[Samples]:
    """Samples of one part of the draws after the other: memory holds one part at a time."""
    for part in parts:
        yield run(tables, case, plan, part, policy, **how)


def joined(parts: Iterable[Samples]) -> Samples:
    """Samples of several parts as one."""
    every = list(parts)
    first = every[0]
    offsets = np.cumsum([0, *(part.count for part in every)])
    together: dict[str, Any] = {
        name: np.concatenate([getattr(part, name) for part in every])
        for name in ("replicate", "reached", "waits", "curves", "cost", "displaced")
    }
    shown = np.concatenate([part.shown + offset for part, offset in zip(every, offsets, strict=False)])
    count = int(offsets[-1])
    meta = {**first.meta, "samples": count, "replicates": int(together["replicate"].max()) + 1}
    return replace(first, **together, shown=shown, meta=meta)


def _call(arrays: Packed, state: Floats, curves: Floats, trace: Floats, fault: NDArray[np.int64]) -> None:
    """Run a block."""
    from fullrate.simulate.block import block

    a = arrays
    block(state, a.by, a.whole, a.real, a.edges, a.places, a.size, curves, trace, fault)


@dataclass(frozen=True, eq=False)
class Trace:
    """One block in full, for tests.

    Attributes:
        left: what is left of every store at the end of a period, shape (T, stores, WIDTH).
        done: starts, shipments and deliveries, shape (T, activities, WIDTH).
        wired: the model behind it.
    """

    left: Floats
    done: Floats
    wired: Wired


def traced(tables: Tables, case: Case, plan: Plan, draws: Draws | None = None, policy: Policy | None = None) -> Trace:
    """One block with everything that is left and done in each period, for tests."""
    chosen, measure = policy or Policy(), measure_of(case)
    built = wired(tables, case, plan, draws, chosen, measure.record)
    arrays = packed(built.model, len(built.rows.once))
    drawn, state = batch(tables, case, built, measure, draws), arrays.state()
    stores = built.model.network.stores.total
    trace = np.zeros((case.calendar.periods, stores + len(built.model.amounts.plan), WIDTH))
    none, fault = np.zeros((len(measure.groups), 0, WIDTH)), np.full(3, -1)
    arrays.draw(state, drawn.block(0))
    _call(arrays, state, none, trace, fault)
    if fault[0] >= 0:
        raise Broken.at(tables, built.model, fault)
    return Trace(trace[:, :stores], trace[:, stores:], built)
