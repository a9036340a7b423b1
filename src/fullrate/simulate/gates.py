"""Dates of gates in every sample: the critical path with drawn durations and tries that pass or fail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fullrate.case import Case
from fullrate.case.gates import follow
from fullrate.case.growth import fitted, hours_to
from fullrate.draws import Draws, event_uniform, name_key
from fullrate.tables import Tables

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Tries:
    """Tries of all gates in every sample, as far as they are the same for all of them; shape (gates, samples) each."""

    case: Case
    draws: Draws
    duration: Floats
    retry: Floats
    passes: Floats
    fix: Floats

    @staticmethod
    def of(tables: Tables, case: Case, draws: Draws) -> Tries:
        """The tries of a scenario."""
        gates = case.tables["gates"]
        duration = values_of(tables, draws, "gates", "duration_d", gates.duration_d)
        blank = np.isnan(gates.retry_d)
        retry = values_of(tables, draws, "gates", "retry_d", np.where(blank, gates.duration_d, gates.retry_d))
        retry[blank] = duration[blank]
        passes = values_of(tables, draws, "gates", "pass", gates["pass"])
        return Tries(case, draws, duration, retry, passes, values_of(tables, draws, "gates", "fix", gates.fix))

    def of_gate(self, gate: int) -> tuple[Floats, Floats, NDArray[np.bool_]]:
        """Days of the first try of a gate (n,) and of every further one (n, tries - 1); whether each passes."""
        draws, name = self.draws, self.case.axes["gate"].labels[gate]
        none = np.zeros((draws.count, 1), np.int64)
        tries = np.arange(int(self.case.tables["gates"].max_tries[gate]))
        luck = event_uniform(draws.seed, name_key("gate", name), draws.sample[:, None], tries[None, :])
        odds = 1 - (1 - self.passes[gate][:, None]) * (1 - self.fix[gate][:, None]) ** tries[None, :]
        first = _each(draws, name, "duration_d", self.duration[gate], none)[:, 0]
        again = _each(draws, name, "retry_d", self.retry[gate], 1 + tries[None, :-1] + none)
        return first, again, luck < odds


def gates_of(tables: Tables, case: Case, draws: Draws) -> tuple[Floats, Floats]:
    """Days on which each gate begins and is passed, shape (gates, samples); infinite when it never is.

    Only of gates that do not wait for a decision of the plan.
    """
    count, names = draws.count, case.axes["gate"]
    if not len(names):
        return np.zeros((0, count)), np.zeros((0, count))
    lasted, failed = np.zeros((len(names), count)), np.zeros((len(names), count), bool)
    drawn = Tries.of(tables, case, draws)
    for gate, name in enumerate(names.labels):
        first, again, passed = drawn.of_gate(gate)
        failures = np.where(passed.any(axis=1), passed.argmax(axis=1), 0)
        failed[gate] = ~passed[:, 0]
        more = np.concatenate([np.zeros((count, 1)), np.cumsum(again, axis=1)], axis=1)
        whole = first + more[np.arange(count), failures] + _tested(case, draws, gate, name)
        lasted[gate] = np.where(passed.any(axis=1), whole, np.inf)
    lag = values_of(tables, draws, "links", "lag_d", case.tables["links"].lag_d)
    begun, lasted = follow(case.tables["links"], names, lasted, failed, drawn.duration, lag, case.config.decided_d)
    return begun, begun + lasted


def fails_first(tables: Tables, case: Case, draws: Draws) -> NDArray[np.bool_]:
    """Whether the first try of each gate fails, shape (gates, samples)."""
    passes = values_of(tables, draws, "gates", "pass", case.tables["gates"]["pass"])
    luck = [event_uniform(draws.seed, name_key("gate", name), draws.sample, 0) for name in case.axes["gate"].labels]
    return np.array(luck).reshape(passes.shape) >= passes


def values_of(tables: Tables, draws: Draws, table: str, column: str, plan: Floats) -> Floats:
    """Values of a column in every sample, shape (rows, n)."""
    values = np.repeat(np.asarray(plan, float)[:, None], draws.count, axis=1)
    for at, cell in enumerate(draws.cells):
        if (cell.table, cell.column) == (table, column):
            row = tables.row_of(table, cell.key)
            if row is not None:
                values[row] = draws.values[:, at]
    return values


def _each(draws: Draws, gate: str, column: str, value: Floats, occurrence: Ints) -> Floats:
    """Days of every try: drawn for each where the scenario says so, else the same; shape (n, tries)."""
    for one in draws.each:
        if (one.cell.table, one.cell.key, one.cell.column) == ("gates", gate, column):
            luck = event_uniform(draws.seed, name_key("each", str(one.cell)), draws.sample[:, None], occurrence)
            return np.interp(luck * (len(one.quantiles) - 1), np.arange(len(one.quantiles)), one.quantiles)
    return np.repeat(value[:, None], occurrence.shape[1], axis=1)


def _tested(case: Case, draws: Draws, gate: int, name: str) -> Floats:
    """Days of test that reliability growth still needs, by two chi-square variables (Crow 1974)."""
    gates, failures = case.tables["gates"], case.tables["failures"]
    if np.isnan(gates.mtbf_target[gate]):
        return np.zeros(draws.count)
    from scipy import special

    chosen: Any = special
    growth = fitted(sorted(failures.hours[failures.gate == gate]))
    luck = event_uniform(draws.seed, name_key("growth", name), draws.sample[:, None], np.arange(2)[None, :])
    shape, number = (chosen.gammaincinv(df, luck[:, at]) for at, df in enumerate((growth.count - 1, growth.count)))
    beta = growth.beta * shape / growth.count
    target = float(gates.mtbf_target[gate])
    with np.errstate(over="ignore"):
        hours = growth.hours * (hours_to(target * number * beta / growth.hours, beta) - 1)
    return np.asarray(hours / gates.test_h[gate], np.float64)
