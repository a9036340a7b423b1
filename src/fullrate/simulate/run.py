"""Many executions of one plan: blocks of samples over threads of one process, the same bits whatever their number."""

from __future__ import annotations

import os
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
from fullrate.simulate.planned import planned
from fullrate.simulate.policy import Policy
from fullrate.tables import Tables

Floats = NDArray[np.float64]
SHOWN = 1024
"""Samples whose curves are kept, at most: enough for the percentiles of a fan."""
CHUNK = 128
"""Samples whose draws are laid out at once: memory for them does not grow with the samples. A multiple of ``WIDTH``."""
MEASURED = (layout.REACHED, layout.WAITS, layout.SPENT, layout.DISPLACED)
"""What is taken out of a state at the end."""
NO_TRACE, NO_SAMPLES = np.zeros((0, 0, WIDTH)), np.zeros(0, np.int64)


def run(
    tables: Tables,
    case: Case,
    plan: Plan,
    draws: Draws | None = None,
    policy: Policy | None = None,
    *,
    threads: int | None = None,
    shown: int = SHOWN,
    at: float | None = None,
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
        at: day after the start on which it is kept of every sample what is covered.
        folder: where a case whose balance does not close is kept; by default the current folder.

    Raises:
        Broken: goods appeared or vanished in a sample, which is a fault of the program.
        ValueError: the plan is on other periods than the case.
    """
    chosen, measure = policy or Policy(), measure_of(case)
    built = wired(tables, case, planned(case, plan), draws, chosen, measure.record)
    arrays = packed(built.model, len(built.rows.once))
    built = replace(built, model=arrays.shared(built.model))
    found = Gathered.room(case, measure, draws, shown, at)
    for first in range(0, found.count, CHUNK):
        part = None if draws is None else draws.only(np.arange(first, min(first + CHUNK, found.count)))
        _blocks(tables, built, arrays, batch(tables, case, built, measure, part), found, first, threads, folder)
    return found.samples(plan, draws, {"policy": "follow", **stated(chosen, built)})


def stated(policy: Policy, built: Wired) -> dict[str, Any]:
    """What executions assume, and ranges that move nothing in them."""
    return {"assumptions": policy.stated(), "unmoved": list(built.unmoved)}


@dataclass(frozen=True, eq=False)
class Gathered:
    """Room for what is kept of samples, filled block by block; arrays as in ``Samples``."""

    measure: Measure
    count: int
    which: NDArray[np.int64]
    reached: NDArray[np.int16]
    waits: Floats
    curves: NDArray[np.float32]
    cost: Floats
    displaced: Floats
    between: tuple[int, float] | None
    there: Floats

    @staticmethod
    def room(case: Case, measure: Measure, draws: Draws | None, shown: int, at: float | None = None) -> Gathered:
        """Nothing so far; the curves of ``shown`` samples are to be kept, and what all of them have on a day."""
        count, groups = 1 if draws is None else draws.count, len(measure.groups)
        which = np.unique(np.linspace(0, count - 1, min(shown, count)).astype(np.int64)) if shown else NO_SAMPLES
        return Gathered(
            measure, count, which, np.zeros((count, len(measure.targets)), np.int16), np.zeros((count, groups)),
            np.zeros((len(which), groups, case.calendar.periods), np.float32), np.zeros(count), np.zeros(count),
            None if at is None else inside(case.calendar.edges, at), np.zeros((0 if at is None else count, groups)),
        )  # fmt: skip

    def wanted(self, first: int) -> bool:
        """Whether curves of the block that begins with a sample are kept, or read on the day that is asked about."""
        return self.between is not None or bool(((self.which >= first) & (self.which < first + WIDTH)).any())

    def store(self, first: int, arrays: Packed, state: Floats, coverage: Floats, width: int = WIDTH) -> None:
        """Keep what is measured of ``width`` samples from ``first`` on."""
        width = min(width, WIDTH)
        of, last = slice(first, first + width), len(arrays.edges)
        part = {name: arrays.rows_of(state, name)[:, :width].T for name in MEASURED}
        self.reached[of] = np.where(part[layout.REACHED] == 0, last, part[layout.REACHED])
        self.waits[of], self.cost[of] = part[layout.WAITS], part[layout.SPENT][:, 0]
        lost, wanted = part[layout.DISPLACED].T
        self.displaced[of] = np.where(wanted > 0, lost / np.where(wanted > 0, wanted, 1.0), 0.0)
        at = np.flatnonzero((self.which >= first) & (self.which < first + width))
        if len(at):
            self.curves[at] = coverage[:, :, self.which[at] - first].transpose(2, 0, 1)
        if self.between is not None:
            after, passed = self.between
            before = coverage[:, after - 1] if after else np.zeros_like(coverage[:, 0])
            self.there[of] = (before + passed * (coverage[:, after] - before))[:, :width].T

    def samples(self, plan: Plan, draws: Draws | None, meta: dict[str, Any]) -> Samples:
        """All of it, once every block is there."""
        replicate = np.zeros(1, np.int64) if draws is None else draws.replicate
        about = {"seed": None if draws is None else draws.seed, "samples": self.count}
        about["replicates"] = len(np.unique(replicate))
        return Samples(
            plan.start, plan.edges, replicate, self.measure.targets, self.reached, self.measure.groups, self.waits,
            self.which, self.curves, self.cost, self.displaced, {**about, **meta},
            None if self.between is None else self.there,
        )  # fmt: skip


def inside(edges: Floats, day: float) -> tuple[int, float]:
    """Period (0-based) that holds a day, and the part of it that has passed then; the first or last beyond the ends."""
    after = int(np.clip(np.searchsorted(edges, day, side="left"), 1, len(edges) - 1))
    part = (day - edges[after - 1]) / (edges[after] - edges[after - 1])
    return after - 1, float(min(max(part, 0.0), 1.0))


def _blocks(
    tables: Tables,
    built: Wired,
    arrays: Packed,
    drawn: Batch,
    found: Gathered,
    begin: int,
    threads: int | None,
    folder: Path | None,
) -> None:
    """Run the blocks of a batch from sample ``begin`` on; each thread takes a state from the queue and returns it."""
    periods, groups, count = len(built.model.amounts.edges) - 1, len(built.model.record.begin) - 1, drawn.count
    workers = min(threads or os.cpu_count() or 1, (count + WIDTH - 1) // WIDTH)
    states: SimpleQueue[tuple[Floats, Floats]] = SimpleQueue()
    for _ in range(workers):
        states.put((arrays.state(), np.zeros((groups, periods, WIDTH))))
    none = np.zeros((groups, 0, WIDTH))

    def one(first: int) -> None:
        state, coverage = states.get()
        fault = np.full(3, -1)
        arrays.draw(state, drawn.block(first))
        execute(arrays, state, coverage if found.wanted(begin + first) else none, NO_TRACE, fault)
        if fault[0] >= 0:
            raise keep(Broken.at(tables, built.model, fault), tables, state, folder)
        found.store(begin + first, arrays, state, coverage, count - first)
        states.put((state, coverage))

    firsts = range(0, count, WIDTH)
    if workers == 1:
        for first in firsts:
            one(first)
        return
    with ThreadPoolExecutor(workers) as pool:
        for _ in pool.map(one, firsts):
            pass


def prepare() -> None:
    """Compile what executions run, or load it from the cache: for a thread, while something else is solved."""
    import numba

    from fullrate.simulate.block import block

    whole, real = numba.int64, numba.float64
    state = (real[:, ::1], real[::1, :], whole[::1], real[::1], real[::1], whole[::1], whole[::1])
    compiled: Any = block
    if hasattr(compiled, "compile"):  # compilation may be switched off
        compiled.compile((*state, real[:, :, ::1], real[:, :, ::1], whole[::1], whole, whole))


def execute(
    arrays: Packed,
    state: Floats,
    curves: Floats,
    trace: Floats,
    fault: NDArray[np.int64],
    periods: tuple[int, int] | None = None,
) -> None:
    """Run a block, from the first period to the last unless told otherwise; see ``block``."""
    from fullrate.simulate.block import block

    a = arrays
    first, last = periods or (0, len(a.edges) - 1)
    block(state, a.by, a.whole, a.real, a.edges, a.places, a.size, curves, trace, fault, first, last)


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
    built = wired(tables, case, planned(case, plan), draws, chosen, measure.record)
    arrays = packed(built.model, len(built.rows.once))
    drawn, state = batch(tables, case, built, measure, draws), arrays.state()
    stores = built.model.network.stores.total
    trace = np.zeros((case.calendar.periods, stores + len(built.model.amounts.plan), WIDTH))
    none, fault = np.zeros((len(measure.groups), 0, WIDTH)), np.full(3, -1)
    arrays.draw(state, drawn.block(0))
    execute(arrays, state, none, trace, fault)
    if fault[0] >= 0:
        raise Broken.at(tables, built.model, fault)
    return Trace(trace[:, :stores], trace[:, stores:], built)
