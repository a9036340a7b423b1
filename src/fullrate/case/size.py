"""How large the program of a case will be, counted before any of it is written.

Every activity has its window, and what one column of it enters is known: a start its outputs, inputs, loads, rate and
costs; a shipment both its ends, its lane's capacity and its freight; and so on. A scenario too large for the machine
can so be refused, or planned on a coarser calendar, before memory is spent.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fullrate.case import Case
from fullrate.tables import Tables

Ints = NDArray[np.int64]

ENTRY, COLUMN, ROW = 56, 80, 50
"""Bytes that building takes per entry, column and row, the solver's own copy included (measured, benchmarks)."""
SOLVING = 400
"""Bytes that the solver takes per entry while it works (measured, benchmarks)."""


OVER_TIME = ("processes", "recipe", "uses", "resources", "builds", "pools", "lanes", "stock", "needs")
"""Tables whose rows become arrays over periods."""
ARRAYS = 2
"""Arrays over periods that a row of them takes in a case, at least (measured, benchmarks: 2.7 to 4.5)."""


def derived(tables: Tables) -> int:
    """Bytes that deriving the case takes, at least; known before anything is derived."""
    return 8 * ARRAYS * tables.config.count * sum(len(tables.frames[name]) for name in OVER_TIME)


@dataclass(frozen=True)
class Size:
    """Estimated rows, columns and nonzero entries of a program, and the memory to build and solve it, in bytes."""

    rows: int
    columns: int
    entries: int

    @property
    def memory(self) -> int:
        """Bytes at the peak of solving."""
        return (ENTRY + SOLVING) * self.entries + COLUMN * self.columns + ROW * self.rows


def estimate(case: Case) -> Size:
    """Size of the program of a case; no array larger than the case's own is made."""
    count = {name: window[1] for name, window in case.windows.items()}
    ready = np.where(count["build"] > 0, case.calendar.periods - case.windows["build"][0], 0)
    owe = case.calendar.periods * int(_accruing(case).sum())
    lots = int(count["make"][case.tables["processes"].min_lot > 0].sum())
    columns = sum(int(each.sum()) for each in count.values()) + int(ready.sum()) + owe + lots
    columns += case.calendar.periods * len(case.axes["fund"]) + len(case.needs.group)
    entries = sum(
        int((count[name] * each).sum())
        for name, each in (
            ("make", _start(case)),
            ("use", np.full(len(case.recipes.part), 2)),
            ("ship", _shipment(case)),
            ("hold", _kept(case)),
            ("waste", np.ones(len(case.points.axis), np.int64)),
            ("deliver", 3 + (_accruing(case) | case.needs.lost)[case.deliveries.need]),
            ("build", 1 + _steps(case) + _paid(case.money.build)),
        )
    )
    entries += 3 * int(ready.sum()) + 2 * owe + 4 * lots
    return Size(_rows(case, count, int(ready.sum()) + owe + 2 * lots), columns, entries)


def _accruing(case: Case) -> NDArray[np.bool_]:
    """Needs that come into being over time and wait."""
    waits: NDArray[np.bool_] = ~case.needs.lost & (case.needs.qty > 0) & ~np.isnan(case.tables["needs"].until)
    return waits


def _paid(price: NDArray[np.float64]) -> Ints:
    """Two entries, of a fund and of all spending, where anything is paid."""
    paid: NDArray[np.bool_] = np.any(price > 0, axis=1)
    return 2 * paid.astype(np.int64)


def _limited(most: NDArray[np.float64]) -> Ints:
    """One entry where there is a limit."""
    limited: NDArray[np.bool_] = np.any(np.isfinite(most), axis=1)
    return limited.astype(np.int64)


def _start(case: Case) -> Ints:
    """Entries of one start of each process."""
    recipes, uses, processes = case.recipes, case.tables["uses"], case.axes["process"]
    user = processes.find(uses.user)
    loads = (user >= 0) & (uses.qty > 0)
    staffed = loads & (case.tables["resources"].pool[uses.resource] >= 0)
    each = 1 + np.bincount(recipes.process[~recipes.chosen], minlength=len(processes))
    each += np.bincount(user[loads], minlength=len(processes)) + np.bincount(user[staffed], minlength=len(processes))
    each += np.bincount(recipes.slot_process, minlength=len(processes))
    return each + _limited(case.capacity.process) + _paid(case.money.make)


def _shipment(case: Case) -> Ints:
    """Entries of one unit sent on each lane."""
    lane = case.shipments.lane
    return 2 + _limited(case.capacity.lane)[lane] + _paid(case.money.ship)[lane]


def _kept(case: Case) -> Ints:
    """Entries of one unit kept at each stock point."""
    points = case.points
    entries: Ints = 2 + np.isfinite(points.room) + 2 * (case.tables["items"].hold_cost[points.item] > 0)
    return entries


def _steps(case: Case) -> Ints:
    """Periods in which a build started in the first period grows."""
    ready = case.capacity.ready
    steps: Ints = ready.count[ready.of, 0] if len(ready.of) else np.zeros(0, np.int64)
    return steps


def _rows(case: Case, count: dict[str, Ints], defined: int) -> int:
    """Rows: balances, limits, and those that define ``defined`` columns."""
    points, lanes = case.points, np.zeros(len(case.axes["lane"]), np.int64)
    balanced = np.maximum(count["hold"] + (count["hold"] > 0), count["waste"])
    np.maximum.at(balanced, case.deliveries.point, count["deliver"])
    np.maximum.at(balanced, case.shipments.origin, count["ship"])
    np.maximum.at(lanes, case.shipments.lane, count["ship"])
    rows = balanced.sum() + (count["hold"] * np.isfinite(points.room)).sum()
    rows += (lanes * _limited(case.capacity.lane)).sum() + (count["make"] * _limited(case.capacity.process)).sum()
    busy = len(np.unique(case.tables["uses"].resource)) + len(case.axes["pool"]) + len(case.axes["fund"])
    slots = count["make"][case.recipes.slot_process].sum()
    return int(rows + slots) + defined + busy * case.calendar.periods + len(case.axes["need"]) + len(case.needs.group)
