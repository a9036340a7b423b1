"""Where one execution stands at the end of a period, in the terms in which a plan can go on from there.

Only what has happened is told. What is under way is expected when the scenario says that it takes so long, and what is
overdue with the next period; as much of it as the scenario says is good. What was drawn shows when it arrives.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fullrate.calendar import TOUCH, Kernel
from fullrate.case import Case
from fullrate.case.capacity import curve_points, share_at_work
from fullrate.case.fleet import FAINT
from fullrate.case.state import EXECUTED, State, arrivals
from fullrate.simulate import layout
from fullrate.simulate.growth import offers
from fullrate.simulate.model import Wired
from fullrate.simulate.network import GOOD, REJECTED, Outputs, sizes
from fullrate.simulate.packed import Packed
from fullrate.simulate.steps.s04_growth import AFTER, GAIN, LEAD, LIFE
from fullrate.simulate.steps.s04_trials import BEGUN, DONE, NEXT, PASSED, SINCE, TRIED
from fullrate.tables import Tables

Floats = NDArray[np.float64]
NOISE = 1e-9
"""Amounts below this are the rounding of what was planned."""


class Diary:
    """What one execution has done so far, written period by period from its state; the first sample of a block."""

    def __init__(self, tables: Tables, case: Case) -> None:
        """Nothing is done yet."""
        self.tables, self.case = tables, case
        self.done = {kind: np.zeros((len(case.axes[axis]), case.calendar.periods)) for kind, axis in EXECUTED.items()}
        self.leads: list[Floats] = []
        self.gaps: dict[int, Floats] = {}

    def begin(self, arrays: Packed, state: Floats) -> None:
        """What builds and hires were behind before a period."""
        self.gaps = {name: _now(arrays, state, name).copy() for name in (layout.BUILD_GAP, layout.HIRE_GAP)}

    def write(self, wired: Wired, arrays: Packed, state: Floats, period: int) -> None:
        """What was done in a period that has just ended, and what lies there at its end.

        Deliveries and what becomes of them are told as a share of the need, since plans know what is wanted only as it
        is written: what lies there is told as it is.
        """
        case, model, first = self.case, wired.model, sizes(self.case)
        done, left = _now(arrays, state, layout.DONE), _now(arrays, state, layout.LEFT)
        ends = np.cumsum(first)
        stores, growth = model.network.stores, model.growth
        amounts: dict[str, Floats] = {
            "make": done[: ends[0]],
            "ship": done[ends[0] : ends[1]],
            "deliver": self._share(arrays, state, done[ends[1] :]),
            "serve": self._share(arrays, state, self._used(wired, arrays, state, layout.WORKING)),
            "fail": self._share(arrays, state, self._used(wired, arrays, state, layout.FAILED)),
            **self._begun(growth.build[:, period], _now(arrays, state, layout.BUILD_GAP)),
            "hire": self.gaps[layout.HIRE_GAP] + growth.hire[:, period] - _now(arrays, state, layout.HIRE_GAP),
            "overtime": _now(arrays, state, layout.EXTRA_HOURS),
            "keep": _now(arrays, state, layout.KEPT),
            "hold": left[: stores.resources],
            "carry": left[stores.payers : stores.payers + len(case.axes["fund"])],
            "heads": _now(arrays, state, layout.HEADS),
            "train": _now(arrays, state, layout.TRAINEES),
        }
        for kind, values in amounts.items():
            self.done[kind][:, period] = np.where(np.abs(values) > NOISE, np.maximum(values, 0.0), 0.0)
        drawn = model.network.outputs.lead
        self.leads.append(np.where(drawn >= 0, np.append(_now(arrays, state, layout.OWN), 0.0)[drawn], 0.0))

    def _share(self, arrays: Packed, state: Floats, units: Floats) -> Floats:
        """Units of each delivery for a need as large as it is written."""
        need = _now(arrays, state, layout.NEED_FACTOR)[self.case.deliveries.need]
        return np.divide(units, need, out=np.zeros_like(units), where=need > 0)

    def _used(self, wired: Wired, arrays: Packed, state: Floats, name: int) -> Floats:
        """Numbers of units in use, by delivery."""
        units = np.zeros(len(self.case.deliveries.axis))
        units[wired.model.fielded.delivery] = _now(arrays, state, name)
        return units

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
            gates: days on which each gate with a date begins and is passed in this execution, shape (2, gates).
            opened: gates that have been paid for, shape (gates,).
        """
        done = {kind: np.ascontiguousarray(values[:, :period]) for kind, values in self.done.items()}
        now, dated = float(self.case.calendar.edges[period]), ~self.case.gates.decided
        begun = (gates[0] < now) & dated
        tests = _tests(self.case, wired, arrays, state, now)
        tests["passed"] = np.where(begun & (opened > 0) & (gates[1] <= now), gates[1], tests["passed"])
        tested = np.flatnonzero(tests["begun"] < now)
        done["test"][tested, np.searchsorted(self.case.calendar.edges, tests["begun"][tested], "right") - 1] = 1.0
        works = self._at_work(arrays, state, done, tests["passed"], now)
        done["ready"] = np.ascontiguousarray(works[:, :period])
        return State(
            done=done,
            opened=opened * begun,
            heads=_now(arrays, state, layout.HEADS).copy(),
            due=arrivals(self.case, done) + self._late(wired.model.network.outputs, period),
            coming=np.diff(works, axis=1)[:, period - 1 :],
            worn=self._worn(wired, arrays, state, period),
            **tests,
        )

    def _late(self, outputs: Outputs, period: int) -> Floats:
        """What work under way brings at other times than planned, since it is there already or overdue, by point."""
        calendar, done = self.case.calendar, np.concatenate([self.done[kind] for kind in ("make", "ship")])[:, :period]
        late = np.zeros((len(self.case.axes["point"]), calendar.periods - period))
        which = np.flatnonzero((outputs.lead >= 0) & (outputs.coef > 0))
        if not len(which):
            return late
        actual = calendar.arrivals(np.maximum(np.array(self.leads)[:, which], 0.0).ravel())
        left = np.array([actual.pattern(at)[:period, period:].sum(axis=1) for at in range(len(actual.pointer))])
        still = left[actual.of.reshape(period, len(which)), np.arange(period)[:, None]]
        kernel = Kernel(outputs.of, outputs.pointer, outputs.counts, outputs.period, outputs.share)
        for output, part in zip(which, still.T, strict=True):
            planned = kernel.pattern(int(outputs.of[output]))[:period, period:]
            amount = done[outputs.activity[output]] * self._good(outputs, int(output), period)
            late[outputs.point[output]] += amount @ (expected(planned, part) - planned)
        return late

    def _good(self, outputs: Outputs, output: int, period: int) -> Floats:
        """Units of an output of one start as the scenario has it, by period of the start."""
        process, kind = int(outputs.activity[output]), int(outputs.kind[output])
        if kind not in (GOOD, REJECTED):
            return np.full(period, outputs.coef[output])
        good = self.case.good[process, :period] / self.case.tables["processes"].out_qty[process]
        return np.asarray(outputs.coef[output] * (good if kind == GOOD else 1 - good), np.float64)

    def _at_work(self, arrays: Packed, state: Floats, done: dict[str, Floats], passed: Floats, now: float) -> Floats:
        """Builds at work of those begun, over all periods: as it was, and as it is expected to be.

        What a build adds, and when it was finished, is known once it is; how long it lasts never is.
        """
        case, calendar, builds = self.case, self.case.calendar, self.case.tables["builds"]
        drawn = _now(arrays, state, layout.BUILT).reshape(-1, 6)
        level, every = np.zeros((len(case.axes["build"]), calendar.periods)), offers(case)
        begun = np.concatenate([done["build"], done["risk"][every[len(level) :]]])
        period = begun.shape[1]
        for offer, start in zip(*np.nonzero(begun > NOISE), strict=True):
            build, risky = int(every[offer]), offer >= len(level)
            curve = curve_points(self.tables, builds.ramp[build]) if builds.ramp[build] is not None else ALL_AT_ONCE
            gain, life = drawn[offer, GAIN] / builds.add[build], builds.life_d[build]
            born = max(calendar.edges[start] + drawn[offer, LEAD], drawn[offer, AFTER])
            was = gain * share_at_work(calendar, born, *curve, drawn[offer, LIFE])
            will = was * (now < born + drawn[offer, LIFE]) * (share_at_work(calendar, born, *curve, life) > 0)
            if born > now:
                lead = case.risk.lead[build] if risky else builds.lead_d[build]
                gate = _behind(case, passed, int(builds.risk_gate[build])) if risky else 0.0
                will = share_at_work(calendar, max(calendar.edges[start] + lead, gate, now), *curve, life)
            level[build] += begun[offer, start] * np.concatenate([was[:period], will[period:]])
        return level

    def _worn(self, wired: Wired, arrays: Packed, state: Floats, period: int) -> Floats:
        """Units that age expected to fail of those that work, by delivery and later period: the older, the sooner."""
        case, fielded, periods = self.case, wired.model.fielded, self.case.calendar.periods
        worn = np.zeros((len(case.deliveries.axis), periods - period))
        cohorts = _now(arrays, state, layout.COHORT).reshape(-1, periods)[:, :period]
        for delivery, row in zip(fielded.delivery, fielded.ages, strict=True):
            if case.fleet.ageing[delivery]:
                pattern = case.fleet.wear.pattern(int(case.fleet.wear.of[delivery]))[:period]
                left = 1 - pattern[:, :period].sum(axis=1)
                share = np.divide(
                    pattern[:, period:], left[:, None], out=_at_once(pattern), where=left[:, None] > FAINT
                )
                worn[delivery] = cohorts[row] @ share[:, : periods - period]
        need = _now(arrays, state, layout.NEED_FACTOR)[case.deliveries.need][:, None]
        return np.asarray(np.divide(worn, need, out=np.zeros_like(worn), where=need > 0), np.float64)


ALL_AT_ONCE = np.zeros(1), np.ones(1)
"""A curve without a ramp."""


def expected(planned: Floats, still: Floats) -> Floats:
    """Shares expected in later periods, shape (starts, later): as planned, all of it next where the plan has it by now.

    Args:
        planned: shares in later periods as planned, shape (starts, later).
        still: share that has not come yet, shape (starts,).
    """
    due = planned.sum(axis=1)
    shares: Floats = planned * np.divide(still, due, out=np.zeros_like(still), where=due > TOUCH)[:, None]
    shares[:, 0] += np.where(due > TOUCH, 0.0, still)
    return shares


def _now(arrays: Packed, state: Floats, name: int) -> Floats:
    """A part of the state, of the first sample."""
    return np.asarray(arrays.rows_of(state, name)[:, 0], np.float64)


def _at_once(pattern: Floats) -> Floats:
    """All of it in the first of the later periods."""
    shares = np.zeros((len(pattern), pattern.shape[1] - len(pattern)))
    shares[:, 0] = 1.0
    return shares


def _behind(case: Case, passed: Floats, gate: int) -> float:
    """Day on which a gate is passed, or is to be as planned."""
    known, planned = float(passed[gate]), float(case.gates.passed[gate])
    return planned if np.isnan(known) else known


def _tests(case: Case, wired: Wired, arrays: Packed, state: Floats, now: float) -> dict[str, Any]:
    """How far tests that the plan decides are: ``begun``, ``tries``, ``ends`` and ``passed`` of a state, by gate."""
    gate, rows = wired.model.trials.gate, _now(arrays, state, layout.TRIAL).reshape(-1, TRIED)
    table = case.tables["gates"]
    again = np.where(np.isnan(table.retry_d), table.duration_d, table.retry_d)[gate]
    known = rows[:, PASSED] <= now
    under_way = (rows[:, DONE] > 0) & ~known & (rows[:, NEXT] > now)
    found = {name: np.full(len(table), np.nan) for name in ("begun", "ends", "passed")}
    found["tries"] = np.zeros(len(table))
    found["begun"][gate] = np.where(rows[:, DONE] > 0, rows[:, BEGUN], np.nan)
    found["tries"][gate] = rows[:, DONE]
    lasts = np.where(rows[:, DONE] > 1, again, table.duration_d[gate])
    found["ends"][gate] = np.where(under_way, rows[:, SINCE] + lasts, np.nan)
    found["passed"][gate] = np.where(known, rows[:, PASSED], np.nan)
    return found
