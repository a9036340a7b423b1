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
    owe = case.calendar.periods * int(case.accruing.sum())
    lots = int(count["make"][case.tables["processes"].min_lot > 0].sum())
    count["hire"] = np.where(case.tables["pools"].hire_max > 0, count["hire"], 0)
    columns = sum(int(each.sum()) for each in count.values()) + owe + lots
    columns += case.calendar.periods * len(case.axes["fund"]) + len(case.needs.group)
    shared, weighted = _shared(case)
    columns += shared
    aged, sent = int(count["receive"].sum()), int(count["dispatch"].sum())
    entries = sum(
        int((count[name] * each).sum())
        for name, each in (
            ("make", _start(case)),
            ("use", np.full(len(case.recipes.part), 2)),
            ("ship", _shipment(case)),
            ("hold", _kept(case)),
            ("waste", np.ones(len(case.points.axis), np.int64)),
            ("deliver", 3 + (case.accruing | case.needs.lost)[case.deliveries.need]),
            ("build", 1 + _steps(case) + _paid(case.money.build)),
            ("risk", 1 + _steps(case) + _paid(case.money.build)),
        )
    )
    staff, people = _staff(case)
    entries += 3 * int(count["ready"].sum()) + 2 * owe + 4 * lots + 2 * shared + weighted + 6 * aged + 5 * sent
    entries += _practice(case, count["make"]) + people + _extra(case)
    entries += int((_used(case, "build") * (count["build"] + count["risk"])).sum()) + _tests(case, count["test"])
    entries += int((_used(case, "gate") * np.where(case.gates.decided, count["test"], 1)).sum())
    columns += 2 * staff
    practice = len(case.learning.axis) * case.calendar.periods
    defined = int(count["ready"].sum()) + owe + 2 * lots + shared + 2 * aged + 2 * sent + practice + 4 * staff
    defined += int(count["test"] @ _waiting(case))
    used = case.fleet.used
    last = np.where(count["deliver"] > 0, case.calendar.periods - case.windows["deliver"][0], 0)[used]
    each = 2 + (case.fleet.point >= 0) + (case.fleet.early > 0) + case.accruing[case.deliveries.need]
    columns += 2 * int(last.sum())
    defined += 2 * int(last.sum())
    worn = last * np.where(case.fleet.ageing[used], (last - 1) // 2, 0)
    entries += int((last * (6 + each[used])).sum() + worn.sum())
    rows, more, terms = _wished(case)
    return Size(_rows(case, count, defined) + rows, columns + more, entries + terms)


def _wished(case: Case) -> tuple[int, int, int]:
    """Rows, columns and entries of wishes: what rivals keep, breaches, lacks, and changes of orders."""
    rivals, previous, periods = case.rivals, case.previous, case.calendar.periods
    keep = int(rivals.count.sum())
    breach = int(rivals.count[rivals.floor.sum(axis=1) > 0].sum())
    lack = int((case.points.safety > 0).sum()) * periods
    orders = len(previous.axis) * previous.covered
    return (
        keep + breach + lack + orders,
        keep + breach + lack + 2 * orders,
        3 * keep + 3 * breach + 3 * lack + 5 * orders,
    )


def _practice(case: Case, count: Ints) -> int:
    """Entries of rows of experience: a start counts in its period and in all later ones."""
    learns, first = case.learning.of >= 0, case.windows["make"][0]
    last, left = first + count, case.calendar.periods - first
    after = case.calendar.periods - last
    return int(((left * (left + 1) - after * (after + 1)) // 2)[learns & (count > 0)].sum())


def _shared(case: Case) -> tuple[int, int]:
    """Columns of limits on what families deliver, and the entries of deliveries in their rows."""
    columns = entries = 0
    for limits in (case.mix, case.quality):
        pairs = limits.bites[:, limits.limit] & (limits.weight != 0)
        columns += int((limits.bites * limits.count).sum())
        entries += int((pairs * limits.count[limits.limit]).sum())
    return columns, entries


def _used(case: Case, axis: str) -> Ints:
    """Entries of what each build or gate uses, hours of people included."""
    uses, names = case.tables["uses"], case.axes[axis]
    user = names.find(uses.user)
    some = (user >= 0) & (uses.qty > 0)
    each = 1 + (case.tables["resources"].pool[uses.resource[some]] >= 0)
    entries: Ints = np.bincount(user[some], each, minlength=len(names)).astype(np.int64)
    return entries


def _extra(case: Case) -> int:
    """Entries of overtime: its limits, what it carries, saves and costs, and the loads it is held against."""
    overtime, resources, uses = case.overtime, case.tables["resources"], case.tables["uses"]
    staffed, count = resources.pool[overtime.resource] >= 0, case.windows["overtime"][1]
    wage = np.append(np.nan_to_num(case.tables["pools"].wage), 0.0)[resources.pool[overtime.resource]]
    limited: NDArray[np.bool_] = np.isfinite(resources.ot_run_d[overtime.resource])
    days = 2 * np.where(limited, resources.ot_run_d[overtime.resource], 0.0)
    stretch = limited * (1 + np.minimum(days / case.calendar.lengths.mean(), case.calendar.periods))
    each = 2 + 2 * staffed + 2 * ((wage > 0) & (overtime.eff < 1)) + 2 * (overtime.cost > 0) + stretch
    held = np.isin(uses.resource, overtime.resource[staffed])
    user = case.axes["process"].find(uses.user[held])
    loads = case.windows["make"][1][user[user >= 0]].sum()
    return int((each * count).sum() + loads)


def _staff(case: Case) -> tuple[int, int]:
    """Pools that hire times periods, and the entries of their hires, trainees and heads."""
    pools, count = case.tables["pools"], case.windows["hire"][1]
    hires = pools.hire_max > 0
    taught = hires & (pools.trainer_h > 0)
    each = (4 + 2 * (pools.hire_cost > 0)) * count
    periods = case.calendar.periods
    return periods * int(hires.sum()), int(each[hires].sum()) + periods * (6 * int(hires.sum()) + 2 * int(taught.sum()))


def _tests(case: Case, count: Ints) -> int:
    """Entries of the tests of gates: all periods behind each start, for all that waits for it."""
    felt, waiting = count * (count + 1) // 2, _waiting(case)
    own = 1 + (case.trials.articles > 0) + _paid(case.tables["gates"].cost[:, None])
    return int((count * (own + waiting) + felt * waiting).sum())


def _waiting(case: Case) -> Ints:
    """What waits for each gate whose begin is decided, and the waits of such gates for each other."""
    gates = [case.tables[name].gate for name in ("processes", "builds")] + [case.trials.before, case.trials.after]
    number = len(case.axes["gate"])
    waiting: Ints = np.bincount(np.concatenate([gate[gate >= 0] for gate in gates]), minlength=number)
    return waiting * case.gates.decided


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
