"""What is drawn for a block of samples, as executions read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fullrate.case import Case
from fullrate.case.outages import certain
from fullrate.draws import Draws
from fullrate.simulate.fielded import lives
from fullrate.simulate.gates import fails_first, gates_of
from fullrate.simulate.growth import offers
from fullrate.simulate.layout import WIDTH
from fullrate.simulate.measure import Measure
from fullrate.simulate.model import Wired
from fullrate.simulate.moves import ORDER, column_of, steady
from fullrate.simulate.state import Drawn
from fullrate.simulate.trials import tries
from fullrate.tables import Tables

Floats = NDArray[np.float64]
YEAR = 365.0
"""Days of a year."""


@dataclass(frozen=True, eq=False)
class Batch:
    """Draws of a batch of samples by family, the last axis being the sample."""

    families: Drawn

    @property
    def count(self) -> int:
        """Number of samples."""
        return len(self.families.sample)

    def block(self, first: int) -> Drawn:
        """Draws of the block that begins with a sample; the last block is filled up with the last sample."""
        which: Any = slice(first, first + WIDTH)
        if first + WIDTH > self.count:
            which = np.minimum(np.arange(first, first + WIDTH), self.count - 1)
        parts: list[Any] = [one[..., which] for one in self.families]
        return Drawn(*parts)

    def only(self, sample: int) -> Batch:
        """The draws of one sample, by position."""
        parts: list[Any] = [one[..., [sample]] for one in self.families]
        return Batch(Drawn(*parts))


def batch(tables: Tables, case: Case, wired: Wired, measure: Measure, draws: Draws | None) -> Batch:
    """Draws of samples; without any, one sample that goes as planned."""
    count = 1 if draws is None else draws.count
    rows = np.ones((len(wired.rows.once), count)) if draws is None else steady(wired.rows, draws)
    need = column_of(tables, draws, "needs", "qty", relative=True)
    people = np.stack([column_of(tables, draws, "pools", name) for name in ORDER["people"]], axis=1)
    weight, unmet = measure.drawn(need)
    trials, waits = tries(tables, case, wired.model.trials, wired.plan, draws)
    return Batch(
        Drawn(
            sample=np.zeros(1, np.int64) if draws is None else draws.sample,
            steady=rows,
            need=need,
            weight=weight,
            unmet=unmet,
            people=people,
            builds=_builds(tables, case, wired, draws),
            risks=_risks(tables, case, draws),
            gates=_gates(tables, case, wired, draws),
            learning=_learning(tables, case, draws),
            trials=trials,
            waits=waits,
            lives=lives(tables, case, draws),
        )
    )


def _builds(tables: Tables, case: Case, wired: Wired, draws: Draws | None) -> Floats:
    """What is drawn of builds, and once more of those at risk, shape (builds, 6, n).

    What is built at risk is done again by the share ``redo`` if the first try of its gate fails; without luck by the
    mean of that. It does not work before the gate is passed.
    """
    count = 1 if draws is None else draws.count
    columns = [column_of(tables, draws, "builds", name, relative=name == "capex") for name in ORDER["builds"]]
    every, safe = offers(case), len(case.axes["build"])
    times, after = np.ones((len(every), count)), np.zeros((len(every), count))
    risky = every[safe:]
    gate = case.tables["builds"].risk_gate[risky]
    if len(risky) and draws is None:
        times[safe:], after[safe:] = case.risk.factor[risky][:, None], wired.plan.gate[1][gate][:, None]
    elif len(risky) and draws is not None:
        times[safe:] = 1 + case.tables["builds"].redo[risky][:, None] * fails_first(tables, case, draws)[gate]
        after[safe:] = gates_of(tables, case, draws)[1][gate]
    add, lead, life, capital = (column[every] for column in columns)
    after = np.minimum(after, case.calendar.horizon + 1)
    return np.stack([add, lead * times, life, capital * times, times, after], axis=1)


def _risks(tables: Tables, case: Case, draws: Draws | None) -> Floats:
    """Events per day or odds, days to recovery, share left; shape (risks, 3, n); none happen without draws.

    What is certain is in the capacities already.
    """
    count = 1 if draws is None else draws.count
    if draws is None or not len(tables.frames["risks"]):
        return np.zeros((0, 3, count))
    names = ("rate", "prob", "duration_d", "left")
    open_ = np.array([not certain(row) for row in tables.rows("risks")], bool)
    rate, odds, length, left = (column_of(tables, draws, "risks", name)[open_] for name in names)
    return np.stack([np.where(np.isnan(odds), np.nan_to_num(rate) / YEAR, odds), length, left], axis=1)


def _gates(tables: Tables, case: Case, wired: Wired, draws: Draws | None) -> NDArray[np.int64]:
    """First period behind each gate and the one in which it begins, shape (gates + 1, 2, n); 0 for no gate.

    Those that the plan decides are passed on the way.
    """
    begins, passed = wired.plan.gate[:, :, None] if draws is None else gates_of(tables, case, draws)
    return periods_of_gates(case, wired.plan.opened & ~case.gates.decided, passed, begins)


def periods_of_gates(case: Case, opened: NDArray[np.bool_], passed: Floats, begins: Floats) -> NDArray[np.int64]:
    """First periods behind gates and in which they begin, for days of shape (gates, n) each; 0 for no gate.

    Gates that are not opened are never passed. Shape (gates + 1, 2, n), the last one standing for no gate.
    """
    never = case.calendar.horizon + 1
    days = np.stack([passed, begins], axis=1)
    first = case.calendar.opening(np.where(np.isfinite(days), days, never))
    first = np.minimum(first, case.calendar.periods)
    first[~opened] = case.calendar.periods
    whole = np.zeros((len(first) + 1, 2, days.shape[-1]), np.int64)
    whole[:-1] = first
    return whole


def _learning(tables: Tables, case: Case, draws: Draws | None) -> Floats:
    """Experience at the start and progress ratio of each group, shape (groups, 2, n)."""
    learning = case.learning
    if not learning:
        return np.zeros((0, 2, 1 if draws is None else draws.count))
    first = np.array([int(np.flatnonzero(learning.of == group)[0]) for group in range(len(learning.axis))])
    names = ("prior", "progress")
    return np.stack([column_of(tables, draws, "processes", name)[first] for name in names], axis=1)
