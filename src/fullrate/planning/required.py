"""What must be true for a promised date: the smallest change of each single assumption that makes it possible.

Each change is found by bisection on "can the need be met by that day", every trial a solved program. Capacities, rates,
money and builds grow; leads and gates shrink; a yield rises towards one. What is barred stays barred.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import inf

import numpy as np

from fullrate.case import derive
from fullrate.findings import Refused, errors
from fullrate.lp.solve import solve
from fullrate.planning.dates import ROUNDING
from fullrate.planning.honoured import first_wishes
from fullrate.planning.learning import learn
from fullrate.planning.met import Met
from fullrate.planning.remedies import AMOUNTS, TIMES, Remedy, number
from fullrate.rules import write
from fullrate.tables import Cell, Tables
from fullrate.tables.check import check

MOST = 10.0
"""Factor up to which a capacity, a rate or money is thought to grow."""
EXACT = 0.01
"""Share of the value now to which a change is found; durations likewise."""
YIELD = "yield"
"""Kind of an assumption that no remedy changes: the share of a process's output that is good."""


@dataclass(frozen=True)
class Assumption:
    """One number, or a series or an allotment in proportion, that a date rests on.

    Attributes:
        kind: as in ``Remedy``, or ``yield``.
        key: which one.
        cells: the cells it is written in.
        now: its value (of money: the sum).
        bound: how far it may go.
    """

    kind: str
    key: str
    cells: tuple[Cell, ...]
    now: float
    bound: float

    def at(self, tables: Tables, value: float) -> Tables | None:
        """The scenario with this value, its cells in proportion; None where the checker would refuse it."""
        changed = tables
        for cell in self.cells:
            old = number(tables, cell)
            if old is not None and np.isfinite(old):
                try:
                    changed = changed.replace(cell, repr(old * value / self.now))
                except Refused:
                    return None
        return None if errors(check(changed)) else changed

    def shifted(self, share: float) -> float:
        """The value a share of the way to its bound: amounts that much larger, times that much shorter."""
        if self.kind in TIMES or self.kind == YIELD:
            return self.now + share * (self.bound - self.now)
        return self.now * (1 + share)


@dataclass(frozen=True)
class Change:
    """An assumption and the value, nearest to today's, from which the date is possible; None where none is enough."""

    assumption: Assumption
    needed: float | None

    @property
    def far(self) -> float:
        """Relative size of the change; infinite where none is enough."""
        return inf if self.needed is None else abs(self.needed / self.assumption.now - 1)


def assumptions(tables: Tables) -> Iterator[Assumption]:
    """Every number that may change alone."""
    for kind, (table, column) in {**AMOUNTS, **TIMES}.items():
        for key in tables.keys(table):
            now = number(tables, Cell(table, key, column))
            if now is not None and np.isfinite(now) and now > 0:
                bound = 0.0 if kind in TIMES else now * MOST
                yield Assumption(kind, key, tuple(Remedy(kind, key).cells(tables)), now, bound)
    for fund in tables.keys("funds"):
        cells = tuple(Remedy("money", fund).cells(tables))
        now = sum(number(tables, cell) or 0.0 for cell in cells)
        if now > 0:
            yield Assumption("money", fund, cells, now, now * MOST)
    for key in tables.keys("processes"):
        cell = Cell("processes", key, "yield")
        now = number(tables, cell)
        if now is not None and now < 1:
            yield Assumption(YIELD, key, (cell,), now, 1.0)


def possible(tables: Tables, need: str, day: float, share: float = 1.0) -> bool:
    """Whether some plan meets ``share`` of a need within ``day`` days of the start, other needs left aside.

    Protected floors and frozen orders are not left aside: they are kept as well as they can be.
    """
    case = learn(derive(tables)).case
    period = int((case.calendar.edges[1:] <= day + 1e-9).sum())
    if period == 0:
        return False
    lp, cols = write(case)
    lp = first_wishes(case, lp, cols)
    at = case.axes["need"].labels.index(need)
    sent, cost = Met.of(cols), np.zeros(lp.shape[1])
    mine = (sent.need == at) & (sent.period < period)
    cost[sent.column[mine]] = -sent.amount[mine] / case.needs.qty[at]
    answer = solve(lp.until(period).minimising(cost))
    return answer.usable and -answer.objective >= share - ROUNDING


def smallest(tables: Tables, need: str, day: float, share: float = 1.0) -> list[Change]:
    """The smallest change of each single assumption that makes the date possible, the smallest first."""

    def needed(one: Assumption) -> float | None:
        def works(value: float) -> bool:
            changed = one.at(tables, value)
            return changed is not None and possible(changed, need, day, share)

        return _bisected(one.now, one.bound, works)

    changes = [Change(one, needed(one)) for one in assumptions(tables)]
    return sorted(changes, key=lambda change: (change.far, change.assumption.kind, change.assumption.key))


def joint(tables: Tables, of: Sequence[Assumption], need: str, day: float, share: float = 1.0) -> float | None:
    """The smallest share by which all these assumptions must be better together; None where even all is not enough.

    Amounts grow by that share, durations shrink by it, yields lose it of their losses.
    """

    def works(better: float) -> bool:
        changed = tables
        for one in of:
            changed = one.at(changed, one.shifted(better)) or changed
        return possible(changed, need, day, share)

    return _bisected(0.0, 1.0, works) if of else None


def _bisected(now: float, bound: float, works: Callable[[float], bool]) -> float | None:
    """The value between ``now``, which does not work, and ``bound`` that works and is nearest to ``now``; or None."""
    if not works(bound):
        return None
    low, high = now, bound
    while abs(high - low) > EXACT * max(abs(now), EXACT):
        middle = (low + high) / 2
        low, high = (low, middle) if works(middle) else (middle, high)
    return high
