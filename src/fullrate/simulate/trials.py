"""Tests that use up articles, as executions see them: when they may begin, what they take, how their tries end.

Without luck all tries that the plan counts on are one: it takes their articles and their days when it begins.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fullrate.case import Case
from fullrate.case.gates import ordered
from fullrate.draws import Draws
from fullrate.simulate.gates import Tries, gates_of, values_of
from fullrate.simulate.planned import Planned
from fullrate.tables import Tables

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Days = tuple[Floats, Floats]

READY, STEPS, FIRST = range(3)
"""Rows of what is drawn of a trial: day before which it does not begin, tries until it passes, days of the first."""


class Trials(NamedTuple):
    """Gates whose begin is decided by the plan, each after those it waits for; shapes (trials,), (links,).

    Attributes:
        gate: the gate.
        point: stock point of its articles, -1 where it needs none.
        articles: units that a try takes.
        times: tries that one stands for: those planned without luck, else one.
        at: first row of what is drawn of each, and in the end their number.
        begin: first link of each trial, and in the end their number.
        before: trial that comes first, by link.
        starts: whether the begin of that one counts, not its end, by link.
        links: row of ``links``.
    """

    gate: Ints
    point: Ints
    articles: Floats
    times: Floats
    at: Ints
    begin: Ints
    before: Ints
    starts: NDArray[np.bool_]
    links: Ints


def trials_of(case: Case, draws: Draws | None) -> Trials:
    """The trials of a case."""
    luck = draws is not None
    gates, links, names = case.tables["gates"], case.tables["links"], case.axes["gate"]
    decided = case.gates.decided
    first, last = names.find(links.before), names.find(links.after)
    gate = np.array([one for one in ordered(len(names), first, last) if decided[one]], np.int64)
    trial = np.full(len(names) + 1, -1)
    trial[gate] = np.arange(len(gate))
    both = np.flatnonzero((trial[first] >= 0) & (trial[last] >= 0)) if len(first) else np.zeros(0, np.int64)
    both = both[np.argsort(trial[last[both]], kind="stable")]
    qty = np.where(case.trials.point >= 0, np.nan_to_num(gates.needs_qty), 0.0)[gate]
    times = np.ones(len(gate)) if luck else case.gates.tries[gate]
    tries = _most_tries(case, draws)[gate] if draws is not None else np.ones(len(gate), np.int64)
    return Trials(
        gate=gate,
        point=np.where(qty > 0, case.trials.point[gate], -1),
        articles=qty * times,
        times=times,
        at=np.concatenate([[0], np.cumsum(FIRST + tries)]),
        begin=np.searchsorted(trial[last[both]], np.arange(len(gate) + 1)),
        before=trial[first[both]],
        starts=links.kind[both] == "SS",
        links=both,
    )


def _most_tries(case: Case, draws: Draws) -> Ints:
    """Tries that may be needed of each gate: none after one that passes for certain."""
    gates, names = case.tables["gates"], case.axes["gate"].labels
    unsure = {cell.key for cell in draws.cells if cell.table == "gates" and cell.column in ("pass", "fix")}
    most = gates.max_tries.astype(np.int64)
    for gate, name in enumerate(names):
        fails = (1 - gates["pass"][gate]) * (1 - gates.fix[gate]) ** np.arange(most[gate])
        sure = np.flatnonzero(fails <= 0)
        if len(sure) and name not in unsure:
            most[gate] = sure[0] + 1
    return most


def tries(
    tables: Tables, case: Case, trials: Trials, plan: Planned, draws: Draws | None, dated: Days | None = None
) -> tuple[Floats, Floats]:
    """What is drawn of each trial, shape (rows, n), and days after the trial before, shape (links, n).

    ``dated`` are days on which other gates begin and are passed, shape (gates, n) each; by default those drawn.
    """
    count = 1 if draws is None else draws.count
    found = np.zeros((int(trials.at[-1]), count))
    links, rows = case.tables["links"], trials.links
    overlap = np.where(trials.starts, 0.0, links.overlap[rows])
    first = case.axes["gate"].find(links.before)[rows]
    if draws is None:
        found[trials.at[:-1] + READY] = plan.gate[0][trials.gate][:, None]
        found[trials.at[:-1] + STEPS] = 1.0
        found[trials.at[:-1] + FIRST] = case.gates.lasts[trials.gate][:, None]
        waits = links.lag_d[rows] - overlap * case.tables["gates"].duration_d[first]
        return found, waits[:, None]
    if not len(trials.gate):
        return found, np.zeros((0, count))
    drawn = Tries.of(tables, case, draws)
    ready = _ready(tables, case, plan, draws, dated or gates_of(tables, case, draws))
    for trial, gate in enumerate(trials.gate):
        at, end = int(trials.at[trial]), int(trials.at[trial + 1])
        days, again, passed = drawn.of_gate(int(gate))
        again, passed = again[:, : end - at - FIRST - 1], passed[:, : end - at - FIRST]
        found[at + READY] = ready[gate]
        found[at + STEPS] = np.where(passed.any(axis=1), passed.argmax(axis=1) + 1, end - at - FIRST)
        found[at + FIRST] = days
        found[at + FIRST + 1 : end] = again.T
        found[end - 1, ~passed.any(axis=1)] = np.inf
    lag = values_of(tables, draws, "links", "lag_d", links.lag_d)
    return found, lag[rows] - overlap[:, None] * drawn.duration[first]


def _ready(tables: Tables, case: Case, plan: Planned, draws: Draws, dated: Days) -> Floats:
    """Day before which no gate begins: the plan's, and those of gates with a date before it, shape (gates, n)."""
    links, names = case.tables["links"], case.axes["gate"]
    begun, passed = dated
    duration = values_of(tables, draws, "gates", "duration_d", case.tables["gates"].duration_d)
    lag = values_of(tables, draws, "links", "lag_d", links.lag_d)
    ready = np.repeat(plan.gate[0][:, None], draws.count, axis=1)
    for link, (first, last) in enumerate(zip(names.find(links.before), names.find(links.after), strict=True)):
        if case.gates.decided[last] and not case.gates.decided[first]:
            done = passed[first] - links.overlap[link] * duration[first]
            ready[last] = np.maximum(ready[last], (begun[first] if links.kind[link] == "SS" else done) + lag[link])
    return ready
