"""Executions that are planned again on the way: every so many periods, from where each of them stands.

How a plan is made is not known here: planning again is a function of a state and a period. It is handed nothing else,
so that no plan can know what is drawn later.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from fullrate.case import Case
from fullrate.case.state import State
from fullrate.draws import Draws
from fullrate.results import Plan, Samples
from fullrate.simulate import layout
from fullrate.simulate.broken import Broken
from fullrate.simulate.drawn import Batch, batch, periods_of_gates
from fullrate.simulate.gates import gates_of
from fullrate.simulate.growth import offers
from fullrate.simulate.layout import WIDTH
from fullrate.simulate.measure import Measure, measure_of
from fullrate.simulate.model import Wired, wired
from fullrate.simulate.packed import Packed, packed
from fullrate.simulate.planned import Planned, planned
from fullrate.simulate.policy import Policy
from fullrate.simulate.run import NO_TRACE, Gathered, execute, stated
from fullrate.simulate.standing import Diary
from fullrate.simulate.steps.s04_trials import with_the_next
from fullrate.simulate.trials import READY, tries
from fullrate.tables import Tables

Floats = NDArray[np.float64]
Replan = Callable[[State, int], Plan | None]
"""Plans again from a state after so many periods; None where nothing better than the plan at hand is known."""
GAPS = (layout.GAP, layout.PICK_GAP, layout.BUILD_GAP, layout.HIRE_GAP, layout.WASTE_GAP)
"""How far behind its plan an execution is; a new plan begins without."""
MET = 1 - 1e-6
"""Share covered from which there is nothing left to plan."""


@dataclass(frozen=True)
class Rhythm:
    """When executions are planned again.

    Attributes:
        every: periods between two plans.
        delay_d: days until a new plan is in force, the one before being followed meanwhile.
    """

    every: int = 4
    delay_d: float = 0.0


def rolling(
    tables: Tables,
    case: Case,
    plan: Plan,
    draws: Draws,
    replan: Replan,
    rhythm: Rhythm,
    policy: Policy | None = None,
    say: Callable[[int], None] = lambda sample: None,
) -> Samples:
    """Execute a plan in the samples of some draws, planning again on the way.

    Args:
        tables: the scenario.
        case: its case, on the calendar of the plan.
        plan: what is followed at first.
        draws: ranges drawn.
        replan: plans again.
        rhythm: when.
        policy: how executions follow a plan.
        say: told the number of samples done.

    Raises:
        Broken: goods appeared or vanished, which is a fault of the program.
        ValueError: a plan is on other periods than the case.
    """
    chosen, measure = policy or Policy(), measure_of(case)
    first = planned(case, plan)
    built = wired(tables, case, first, draws, chosen, measure.record)
    every = batch(tables, case, built, measure, draws)
    gates = gates_of(tables, case, draws)
    found = Gathered.room(case, measure, draws, draws.count)
    plans = kept = 0
    for at in range(draws.count):
        alone = every.only(at)
        days = np.stack([gates[0][:, at], gates[1][:, at]])
        walk = Walk(tables, case, draws, at, chosen, measure, first, built, days)
        made = walk.through(alone, replan, rhythm, found, at)
        plans, kept = plans + made[0], kept + made[1]
        say(at + 1)
    meta = {"policy": "replan", "every": rhythm.every, "admin_delay_d": rhythm.delay_d, "plans": plans, "kept": kept}
    return found.samples(plan, draws, {**meta, **stated(chosen, built)})


@dataclass
class Walk:
    """One execution on its way, by its place among the samples: the plan in force, its model, and days of gates."""

    tables: Tables
    case: Case
    draws: Draws
    at: int
    policy: Policy
    measure: Measure
    plan: Planned
    wired: Wired
    gates: Floats

    def through(self, drawn: Batch, replan: Replan, rhythm: Rhythm, found: Gathered, at: int) -> tuple[int, int]:
        """Execute from the first period to the last, keep what is measured; plans made, and those in vain."""
        calendar, diary, plans, kept = self.case.calendar, Diary(self.tables, self.case), 0, 0
        arrays = packed(self.wired.model, len(self.wired.rows.once))
        state, fault = arrays.state(), np.full(3, -1)
        arrays.draw(state, drawn.block(0))
        coverage = np.zeros((len(self.measure.groups), calendar.periods, WIDTH))
        coming: dict[int, tuple[Planned, int]] = {}
        for period in range(calendar.periods):
            open_ = period and coverage[:, period - 1, 0].min() < MET
            if open_ and period % rhythm.every == 0:
                since = diary.state(self.wired, arrays, state, period, self.gates, self.plan.opened.astype(float))
                new = replan(since, period)
                plans, kept = plans + 1, kept + (new is None)
                force = int(calendar.opening(np.array([calendar.edges[period] + rhythm.delay_d]))[0])
                if new is not None and force < calendar.periods:
                    coming[force] = (planned(self.case, new), period)
            if period in coming:
                new_plan, since_period = coming.pop(period)
                arrays = self.change(new_plan, since_period, period, diary, state)
            diary.begin(arrays, state)
            execute(arrays, state, coverage, NO_TRACE, fault, (period, period + 1))
            if fault[0] >= 0:
                raise Broken.at(self.tables, self.wired.model, fault)
            diary.write(self.wired, arrays, state, period)
        found.store(at, arrays, state, coverage, 1)
        return plans, kept

    def change(self, new: Planned, since: int, period: int, diary: Diary, state: Floats) -> Packed:
        """Put a plan into force that was made some periods ago; what was done since counts."""
        opened = self.plan.opened & (self.gates[0] < self.case.calendar.edges[period])
        delayed = new.opened & ~opened & ~self.plan.opened
        now = float(self.case.calendar.edges[period])
        self.gates = self.gates + np.where(delayed, np.maximum(now - self.gates[0], 0.0), 0.0)
        self.plan = replace(spliced(self.plan, new, period), opened=opened | new.opened)
        self.wired = wired(self.tables, self.case, self.plan, self.draws, self.policy, self.measure.record)
        arrays = packed(self.wired.model, len(self.wired.rows.once))
        for name in GAPS:
            arrays.rows_of(state, name)[:] = 0.0
        late = {
            kind: _meanwhile(getattr(new, kind), diary.done[kind], since, period) for kind in ("build", "risk", "hire")
        }
        risky = offers(self.case)[len(late["build"]) :]
        arrays.rows_of(state, layout.BUILD_GAP)[:] = np.concatenate([late["build"], late["risk"][risky]])
        arrays.rows_of(state, layout.HIRE_GAP)[:] = late["hire"]
        need = arrays.rows_of(state, layout.NEED_FACTOR)[self.case.deliveries.need][:, :1]
        whole = np.concatenate([_meanwhile(getattr(new, kind), diary.done[kind], since, period) for kind in ACTIVITIES])
        whole[-len(need) or len(whole) :] *= need
        arrays.rows_of(state, layout.GAP)[:] = whole
        self._failing(new, diary, arrays, state, since, period)
        self._gates(arrays, state, period)
        return arrays

    def _failing(self, new: Planned, diary: Diary, arrays: Packed, state: Floats, since: int, period: int) -> None:
        """Units that failed beyond a new plan since it was made are to be replaced."""
        fielded = self.wired.model.fielded
        used, early = fielded.delivery, fielded.early[:, None]
        planned = new.fail[used] - early * new.deliver[used]
        failed = diary.done["fail"][used] - early * diary.done["deliver"][used]
        need = arrays.rows_of(state, layout.NEED_FACTOR)[self.case.deliveries.need[used]][:, :1]
        more = need * _meanwhile(failed, planned, since, period)
        arrays.rows_of(state, layout.EXCESS)[:] = more
        arrays.rows_of(state, layout.PEAK)[:] = np.maximum(more, 0.0)
        gap = arrays.rows_of(state, layout.GAP)[-len(self.case.deliveries.axis) or len(state) :]
        gap[used] += np.divide(np.maximum(more, 0.0), 1 - early, out=np.zeros_like(more), where=early < 1)

    def _gates(self, arrays: Packed, state: Floats, period: int) -> None:
        """Dates of gates, and what may begin with the period: those the plan decides as it has them now."""
        decided, trials = self.case.gates.decided, self.wired.model.trials
        dates = periods_of_gates(self.case, self.plan.opened, self.gates[1][:, None], self.gates[0][:, None])
        dated = np.repeat(np.append(~decided, True), 2)
        arrays.rows_of(state, layout.GATE_DATES)[dated] = dates.reshape(-1, 1)[dated]
        if not len(trials.gate):
            return
        days = self.gates[0][:, None], self.gates[1][:, None]
        drawn, _ = tries(self.tables, self.case, trials, self.plan, self.draws.only(np.array([self.at])), days)
        ready = trials.at[:-1] + READY
        arrays.rows_of(state, layout.TRY)[ready] = drawn[ready]
        a = arrays
        with_the_next(state, a.by, a.whole, a.real, a.edges, a.places, a.size, period - 1)
        aged = self.wired.model.amounts.aged
        a.rows_of(state, layout.BEFORE)[:] = a.rows_of(state, layout.LEFT)[aged]


ACTIVITIES = ("make", "ship", "deliver")
"""Kinds of activities, in the order in which executions number them."""


def _meanwhile(wanted: Floats, done: Floats, since: int, period: int) -> Floats:
    """What a plan wanted between two periods less what was done in them, shape (elements, 1)."""
    return np.asarray((wanted[:, since:period] - done[:, since:period]).sum(axis=1, keepdims=True), np.float64)


def spliced(before: Planned, after: Planned, period: int) -> Planned:
    """One plan up to a period, another from then on."""
    names = [each.name for each in fields(Planned) if each.name not in ("opened", "gate")]
    pairs = {name: (getattr(before, name)[:, :period], getattr(after, name)[:, period:]) for name in names}
    joined = {name: np.concatenate(pair, axis=1) for name, pair in pairs.items()}
    return replace(after, **joined)
