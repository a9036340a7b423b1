"""What is drawn for a block of samples, as executions read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fullrate.case import Case
from fullrate.draws import Draws
from fullrate.simulate.gates import gates_of
from fullrate.simulate.layout import WIDTH
from fullrate.simulate.measure import Measure
from fullrate.simulate.model import Wired
from fullrate.simulate.moves import ORDER, steady
from fullrate.simulate.state import Drawn
from fullrate.tables import Tables

Floats = NDArray[np.float64]
YEAR = 365.0
"""Days of a year."""


@dataclass(frozen=True, eq=False)
class Batch:
    """Draws of a batch of samples by family, the last axis being the sample."""

    families: Drawn

    def block(self, first: int) -> Drawn:
        """Draws of the block that begins with a sample; the last block is filled up with the last sample."""
        count = len(self.families.sample)
        which = np.minimum(np.arange(first, first + WIDTH), count - 1)
        parts: list[Any] = [np.ascontiguousarray(one[..., which]) for one in self.families]
        return Drawn(*parts)


def batch(tables: Tables, case: Case, wired: Wired, measure: Measure, draws: Draws | None) -> Batch:
    """Draws of samples; without any, one sample that goes as planned."""
    count = 1 if draws is None else draws.count
    rows = np.ones((len(wired.rows.once), count)) if draws is None else steady(wired.rows, draws)
    need = _column(tables, case, draws, "needs", "qty", relative=True)
    people = np.stack([_column(tables, case, draws, "pools", name) for name in ORDER["people"]], axis=1)
    builds = [_column(tables, case, draws, "builds", name, relative=name == "capex") for name in ORDER["builds"]]
    weight, unmet = measure.drawn(need)
    return Batch(
        Drawn(
            sample=np.zeros(1, np.int64) if draws is None else draws.sample,
            steady=rows,
            need=need,
            weight=weight,
            unmet=unmet,
            people=people,
            builds=np.stack(builds, axis=1),
            risks=_risks(tables, case, draws),
            gates=_gates(tables, case, wired, draws),
            learning=_learning(tables, case, draws),
        )
    )


def _column(
    tables: Tables, case: Case, draws: Draws | None, table: str, column: str, *, relative: bool = False
) -> Floats:
    """Values of a column in every sample, or factors on the plan's, shape (rows, n)."""
    count = 1 if draws is None else draws.count
    plan = np.array(tables.filled(table)[column].to_numpy(), float)
    values = np.repeat((np.ones(len(plan)) if relative else plan)[:, None], count, axis=1)
    for at, cell in enumerate(draws.cells if draws is not None else ()):
        row = tables.row_of(table, cell.key) if (cell.table, cell.column) == (table, column) else None
        if row is None or draws is None:
            continue
        if not relative:
            values[row] = draws.values[:, at]
        elif draws.factor[at]:
            values[row] = draws.drawn[:, at]
        elif plan[row] != 0:
            values[row] = draws.values[:, at] / plan[row]
    return values


def _risks(tables: Tables, case: Case, draws: Draws | None) -> Floats:
    """Events per day or odds, days to recovery, share left; shape (risks, 3, n); none happen without draws."""
    count = 1 if draws is None else draws.count
    if draws is None or not len(tables.frames["risks"]):
        return np.zeros((0, 3, count))
    names = ("rate", "prob", "duration_d", "left")
    rate, odds, length, left = (_column(tables, case, draws, "risks", name) for name in names)
    return np.stack([np.where(np.isnan(odds), np.nan_to_num(rate) / YEAR, odds), length, left], axis=1)


def _gates(tables: Tables, case: Case, wired: Wired, draws: Draws | None) -> NDArray[np.int64]:
    """First period behind each gate and the one in which it begins, shape (gates + 1, 2, n); 0 for no gate."""
    begins, passed = wired.plan.gate[0][:, None], wired.plan.gate[1][:, None]
    if draws is not None and len(case.axes["gate"]):
        begins, passed = gates_of(tables, case, draws)
    never = case.calendar.horizon + 1
    days = np.stack([passed, begins], axis=1)
    first = case.calendar.opening(np.where(np.isfinite(days), days, never))
    first = np.minimum(first, case.calendar.periods)
    first[:, 0][~wired.plan.opened] = case.calendar.periods
    first[:, 1][~wired.plan.opened] = case.calendar.periods
    count = 1 if draws is None else draws.count
    whole = np.zeros((len(first) + 1, 2, count), np.int64)
    whole[:-1] = first
    return whole


def _learning(tables: Tables, case: Case, draws: Draws | None) -> Floats:
    """Experience at the start and progress ratio of each group, shape (groups, 2, n)."""
    learning = case.learning
    if not learning:
        return np.zeros((0, 2, 1 if draws is None else draws.count))
    first = np.array([int(np.flatnonzero(learning.of == group)[0]) for group in range(len(learning.axis))])
    names = ("prior", "progress")
    return np.stack([_column(tables, case, draws, "processes", name)[first] for name in names], axis=1)
