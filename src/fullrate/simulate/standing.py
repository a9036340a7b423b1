"""Where one execution stands at the end of a period, in the terms in which a plan can go on from there."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from fullrate.case import Case
from fullrate.case.state import EXECUTED, State, at_work
from fullrate.simulate import layout
from fullrate.simulate.growth import offers
from fullrate.simulate.model import Wired
from fullrate.simulate.network import sizes
from fullrate.simulate.packed import Packed

Floats = NDArray[np.float64]
NOISE = 1e-9
"""Amounts below this are the rounding of what was planned."""


class Diary:
    """What one execution has done so far, written period by period from its state; the first sample of a block."""

    def __init__(self, case: Case) -> None:
        """Nothing is done yet."""
        self.case = case
        self.done = {kind: np.zeros((len(case.axes[axis]), case.calendar.periods)) for kind, axis in EXECUTED.items()}
        self.gaps: dict[int, Floats] = {}

    def begin(self, arrays: Packed, state: Floats) -> None:
        """What builds and hires were behind before a period."""
        self.gaps = {name: arrays.rows_of(state, name)[:, 0].copy() for name in (layout.BUILD_GAP, layout.HIRE_GAP)}

    def write(self, wired: Wired, arrays: Packed, state: Floats, period: int) -> None:
        """What was done in a period that has just ended, and what lies there at its end.

        Deliveries are told as a share of the need, since plans know what is wanted only as it is written: what lies
        there is told as it is.
        """
        case, model, first = self.case, wired.model, sizes(self.case)

        def now(name: int) -> Floats:
            return np.asarray(arrays.rows_of(state, name)[:, 0], np.float64)

        done, left = now(layout.DONE), now(layout.LEFT)
        ends = np.cumsum(first)
        need = now(layout.NEED_FACTOR)[case.deliveries.need]
        stores, growth = model.network.stores, model.growth
        amounts: dict[str, Floats] = {
            "make": done[: ends[0]],
            "ship": done[ends[0] : ends[1]],
            "deliver": np.divide(done[ends[1] :], need, out=np.zeros(first[2]), where=need > 0),
            **self._begun(growth.build[:, period], now(layout.BUILD_GAP)),
            "hire": self.gaps[layout.HIRE_GAP] + growth.hire[:, period] - now(layout.HIRE_GAP),
            "overtime": now(layout.EXTRA_HOURS),
            "keep": now(layout.KEPT),
            "hold": left[: stores.resources],
            "carry": left[stores.payers : stores.payers + len(case.axes["fund"])],
            "heads": now(layout.HEADS),
            "train": now(layout.TRAINEES),
        }
        for kind, values in amounts.items():
            self.done[kind][:, period] = np.where(np.abs(values) > NOISE, np.maximum(values, 0.0), 0.0)

    def _begun(self, planned: Floats, behind: Floats) -> dict[str, Floats]:
        """Builds begun in a period, safe and at risk."""
        begun, safe = self.gaps[layout.BUILD_GAP] + planned - behind, len(self.case.axes["build"])
        risk = np.zeros(safe)
        risk[offers(self.case)[safe:]] = begun[safe:]
        return {"build": begun[:safe], "risk": risk}

    def state(self, wired: Wired, arrays: Packed, state: Floats, period: int, gates: Floats, opened: Floats) -> State:
        """Where the execution stands after so many periods.

        Args:
            wired: the model followed so far.
            arrays: the same as arrays.
            state: state of the block.
            period: number of periods executed.
            gates: days on which each gate begins and is passed in this execution, shape (2, gates).
            opened: gates that have been paid for, shape (gates,).
        """
        done = {kind: np.ascontiguousarray(values[:, :period]) for kind, values in self.done.items()}
        now = float(self.case.calendar.edges[period])
        begun = gates[0] < now
        passed = np.where(begun & (opened > 0) & (gates[1] <= now), gates[1], np.nan)
        heads = arrays.rows_of(state, layout.HEADS)[:, 0].copy()
        works = self._at_work(wired, arrays, state, done)
        coming = np.diff(works, axis=1)[:, period - 1 :]
        done["ready"] = np.ascontiguousarray(works[:, :period])
        return State(done, opened * begun, heads, self._due(wired, arrays, state, period), coming, passed)

    def _due(self, wired: Wired, arrays: Packed, state: Floats, period: int) -> Floats:
        """What waits in the rings, by point and later period."""
        outputs, periods = wired.model.network.outputs, self.case.calendar.periods
        ring, due = arrays.rows_of(state, layout.RING)[:, 0], np.zeros((len(self.case.axes["point"]), periods - period))
        for later in range(periods - period):
            waiting = np.flatnonzero((outputs.depth > later) & (outputs.coef > 0))
            slot = outputs.ring[waiting] + (period + later) % outputs.depth[waiting]
            np.add.at(due[:, later], outputs.point[waiting], ring[slot])
        return due

    def _at_work(self, wired: Wired, arrays: Packed, state: Floats, done: Mapping[str, Floats]) -> Floats:
        """Builds at work of those begun, over all periods: as expected, scaled to what their resources have gained."""
        case = self.case
        row_of = wired.model.growth.build_row[: len(case.axes["build"])]
        expected = at_work(case, done)
        if not len(row_of):
            return expected
        added = arrays.rows_of(state, layout.ADDED)[:, 0].reshape(-1, case.calendar.periods + 1)[:, :-1]
        planned = np.zeros_like(added)
        np.add.at(planned, row_of, expected * case.capacity.gain[:, None] * case.calendar.lengths)
        ratio = np.divide(added, planned, out=np.zeros_like(added), where=planned > NOISE)
        level = expected * ratio[row_of]
        for row in range(len(added)):
            first = int(np.flatnonzero(row_of == row)[0])
            early = np.where(planned[row] > NOISE, 0.0, added[row]) / case.calendar.lengths
            level[first] += early / case.capacity.gain[first]
        return level
