"""Where an execution stands at the end of a period, and the case that goes on from there.

What has been executed is data: it stays in the program, held at its values, so that whatever a rule adds up over time
(experience, shares, money, coverage) goes on from it. What differs from what the plan expected of it (a yield, a late
arrival, people who left) enters as what is there now and what is still to come.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fullrate.calendar import Kernel
from fullrate.case.axes import Axis, runs
from fullrate.case.gates import asks
from fullrate.case.openings import openings_of
from fullrate.case.shelf import Shelf
from fullrate.case.trials import gone_on, trials_of

if TYPE_CHECKING:
    from fullrate.case import Case

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

EXECUTED = {
    "make": "process",
    "use": "part",
    "ship": "shipment",
    "deliver": "delivery",
    "serve": "delivery",
    "fail": "delivery",
    "waste": "point",
    "build": "build",
    "ready": "build",
    "risk": "build",
    "test": "gate",
    "hire": "pool",
    "overtime": "segment",
    "lot": "process",
    "dispatch": "lane",
    "keep": "rival",
    "hold": "point",
    "carry": "fund",
    "heads": "pool",
    "train": "pool",
}
"""Columns whose executed values are part of a state, and their axes."""
ENTRIES = {"kind": pl.String, "key": pl.String, "period": pl.Int64, "value": pl.Float64}


@dataclass(frozen=True, eq=False)
class State:
    """Where an execution stands after its first ``k`` periods.

    Attributes:
        done: executed values by column, shape (elements, k): flows of each period, builds at work in it (``ready``),
            and at its end stock (``hold``), money (``carry``), and of pools that may hire trained heads and trainees.
        opened: gates that have been paid for, shape (gates,).
        heads: trained heads of each pool now, shape (pools,).
        due: what has been started or sent and is still to arrive, by point and later period, shape (points, T - k).
        coming: change, by later period, of the number of builds at work among those that have begun, shape
            (builds, T - k).
        passed: day on which each gate was passed, shape (gates,); NaN while it is not.
        begun: day on which the first try of each gate that the plan decides began, shape (gates,); NaN while none has.
        tries: tries begun of each of them, shape (gates,).
        ends: day on which the try under way ends, as far as anybody can know; NaN while there is none, shape (gates,).
        worn: units that age that are expected to fail, of those delivered so far, by delivery and later period, shape
            (deliveries, T - k).
    """

    done: Mapping[str, Floats]
    opened: Floats
    heads: Floats
    due: Floats
    coming: Floats
    passed: Floats
    begun: Floats
    tries: Floats
    ends: Floats
    worn: Floats

    @property
    def period(self) -> int:
        """Number of periods that have been executed."""
        return int(next(iter(self.done.values())).shape[1])

    @property
    def stock(self) -> Floats:
        """What is at each point now, shape (points,)."""
        return self.done["hold"][:, -1]

    @property
    def started(self) -> Floats:
        """Starts of each process so far, shape (processes,)."""
        return np.asarray(self.done["make"].sum(axis=1), np.float64)

    def table(self, axes: Mapping[str, Axis]) -> pl.DataFrame:
        """The state as one row per value that is not zero; gates have one when they are passed."""
        frames = [_entries(kind, axes[axis], self.done[kind], 1) for kind, axis in EXECUTED.items()]
        later = {name: getattr(self, name) for name in _LATER}
        now = {kind: getattr(self, name) for kind, (_, name) in _NOW.items()}
        frames += [_entries(kind, axes[_LATER[kind]], values, self.period + 1) for kind, values in later.items()]
        frames += [_entries(kind, axes[_NOW[kind][0]], values[:, None], self.period) for kind, values in now.items()]
        return pl.concat(frames)

    @staticmethod
    def read(table: pl.DataFrame, axes: Mapping[str, Axis], period: int) -> State:
        """The state that ``table`` wrote, after ``period`` periods on the same axes."""

        def values(kind: str, axis: str, first: int, count: int) -> Floats:
            dense = np.full((len(axes[axis]), count), _blank(kind))
            rows = table.filter(pl.col("kind") == kind)
            place = (axes[axis].find(rows["key"].to_list()), rows["period"].to_numpy() - first)
            dense[place] = rows["value"].to_numpy()
            return dense

        left = len(axes["period"]) - period
        done = {kind: values(kind, axis, 1, period) for kind, axis in EXECUTED.items()}
        later = {kind: values(kind, axis, period + 1, left) for kind, axis in _LATER.items()}
        now = {name: values(kind, axis, period, 1)[:, 0] for kind, (axis, name) in _NOW.items()}
        return State(done, **later, **now)


_LATER = {"due": "point", "coming": "build", "worn": "delivery"}
_NOW = {
    "heads now": ("pool", "heads"),
    **{name: ("gate", name) for name in ("opened", "passed", "begun", "tries", "ends")},
}
_DAYS = ("passed", "begun", "ends")


def _blank(kind: str) -> float:
    """What a value that is not written means: no day, else zero."""
    return float("nan") if kind in _DAYS else 0.0


def _entries(kind: str, axis: Axis, values: Floats, first: int) -> pl.DataFrame:
    """The values that are not blank, elements down and periods from ``first`` on across."""
    element, period = np.nonzero(~np.isnan(values) if kind in _DAYS else values)
    names = np.array(axis.labels or ("",), object)[element]
    columns = {"kind": [kind] * len(names), "key": names, "period": period + first, "value": values[element, period]}
    return pl.DataFrame(columns, schema=ENTRIES)


def from_state(case: Case, state: State, period: int) -> Case:
    """The case that goes on after ``period`` periods: what was executed stays, and what comes of it is as it stands.

    Args:
        case: the whole scenario, derived with ``pruned=False``: a state need not be one that a plan would choose.
        state: where the execution stands.
        period: number of executed periods, of the same calendar.

    Raises:
        ValueError: the state is not one of that many periods of this case.
    """
    whole = case.calendar.periods
    wrong = [name for name, axis in EXECUTED.items() if state.done[name].shape != (len(case.axes[axis]), period)]
    if wrong or state.due.shape != (len(case.points.axis), whole - period):
        raise ValueError(f"the state is not one after {period} of {whole} periods of this scenario: {wrong or 'due'}")
    receipts = np.where(case.barred.receipt, 0.0, case.points.receipts)
    unexpected = np.zeros_like(receipts)
    unexpected[:, period:] = state.due - arrivals(case, state.done)
    changes = state.coming - working(case, state.done)
    resource = case.capacity.resource.copy()
    works = np.cumsum(changes, axis=1) * case.capacity.gain[:, None] * case.calendar.lengths[period:]
    np.add.at(resource[:, period:], case.tables["builds"].resource, works)
    pool = case.capacity.pool.copy()
    expected = case.people.left[:, period - 1]
    pool[:, period:] *= np.divide(state.heads, expected, out=np.ones_like(expected), where=expected > 0)[:, None]
    now = float(case.calendar.edges[period])
    days = {name: getattr(state, name) for name in ("begun", "tries", "ends", "passed")}
    names = case.axes["gate"]
    unpaid = (state.opened <= 0) & asks(case.tables["gates"], case.tables["uses"], names)
    gates = gone_on(case.tables["gates"], case.gates, unpaid, days, now)
    trials = trials_of(case.tables, names, gates, case.points, case.calendar)
    surprise = np.zeros_like(case.fleet.surprise)
    surprise[:, period:] = state.worn - wearing(case, state.done)
    return replace(
        case,
        axes={**case.axes, "link": trials.link},
        points=replace(case.points, receipts=receipts + unexpected),
        shelf=replace(case.shelf, known=_known(case.shelf, unexpected, period)),
        barred=replace(case.barred, receipt=np.zeros_like(case.barred.receipt)),
        capacity=replace(case.capacity, resource=resource, pool=pool),
        gates=gates,
        trials=trials,
        fleet=replace(case.fleet, surprise=surprise),
        openings=openings_of(
            case.tables, gates, trials, case.shipments, case.deliveries, case.calendar, case.config.decided_d
        ),
        mix=case.mix.after(state.done["deliver"]),
        quality=case.quality.after(state.done["deliver"]),
        state=replace(state, done={**state.done, "test": np.where(gates.decided[:, None], 0.0, state.done["test"])}),
    )


def _known(shelf: Shelf, unexpected: Floats, period: int) -> Floats:
    """What may lie at each point, what comes otherwise than expected among it; no limit on what is past."""
    come = np.cumsum(unexpected, axis=1)
    known = shelf.known + come - _felt(shelf.gone, np.arange(len(come)), come)
    known[:, :period] = np.inf
    return known


def arrivals(case: Case, done: Mapping[str, Floats]) -> Floats:
    """What the plan expects still to arrive of what was started and sent, shape (points, T - k)."""
    processes, recipes, shipments = case.tables["processes"], case.recipes, case.shipments
    make, ship, period = done["make"], done["ship"], done["make"].shape[1]
    given = np.zeros((len(case.points.axis), case.calendar.periods))
    np.add.at(given, case.points.at(processes.site, processes.item), produced(case, make))
    for role in ("out", "reject"):
        part = np.flatnonzero(recipes.role == role)
        each = recipes.qty[part][:, None] * make[recipes.process[part]]
        if role == "reject":
            each = each * case.rejected[recipes.process[part], :period]
        np.add.at(given, recipes.point[part], _felt(recipes.given, part, each))
    sent = ship * (1 - case.tables["lanes"].loss[shipments.lane])[:, None]
    np.add.at(given, shipments.destination, _felt(case.transit, shipments.lane, sent))
    return given[:, period:]


def produced(case: Case, make: Floats) -> Floats:
    """Good units of each process by the period in which they are there, shape (processes, T).

    Args:
        case: the case.
        make: starts of its first ``k`` periods, shape (processes, k).
    """
    return _felt(case.lead, np.arange(len(make)), make * case.good[:, : make.shape[1]])


def working(case: Case, done: Mapping[str, Floats]) -> Floats:
    """Change of the number of builds at work that the plan expects of those begun, shape (builds, T - k)."""
    return _grown(case, done)[:, done["build"].shape[1] :]


def wearing(case: Case, done: Mapping[str, Floats]) -> Floats:
    """Units that age expected to fail of those delivered, shape (deliveries, T - k)."""
    given = np.where(case.fleet.ageing[:, None], done["deliver"] * (1 - case.fleet.early)[:, None], 0.0)
    return _felt(case.fleet.wear, np.arange(len(given)), given)[:, given.shape[1] :]


def at_work(case: Case, done: Mapping[str, Floats]) -> Floats:
    """Number of builds at work that the plan expects of those begun, from the first period on, shape (builds, T)."""
    return np.asarray(np.cumsum(_grown(case, done), axis=1), np.float64)


def _grown(case: Case, done: Mapping[str, Floats]) -> Floats:
    every = np.arange(len(done["build"]))
    return _felt(case.capacity.ready, every, done["build"]) + _felt(case.risk.ready, every, done["risk"])


def _felt(kernel: Kernel, element: Ints, amount: Floats) -> Floats:
    """When ``amount`` of each element, by period of its start, is felt, shape (elements, T)."""
    felt = np.zeros((len(element), kernel.pointer.shape[-1]))
    row, start = np.nonzero(amount)
    pattern = kernel.of[element[row]]
    count = kernel.count[pattern, start]
    entry = runs(kernel.pointer[pattern, start], count)
    value = np.repeat(amount[row, start], count) * kernel.share[entry]
    np.add.at(felt, (np.repeat(row, count), kernel.period[entry]), value)
    return felt
