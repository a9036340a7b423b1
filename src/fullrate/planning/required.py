"""What must be true for a promised date: the smallest change of each single assumption that makes it possible.

Each change is found by bisection on "can the need be met by that day", every trial a solved program. Capacities, rates,
money and builds grow; leads and gates shrink; a yield rises towards one. What is barred stays barred.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import inf

import numpy as np

from fullrate.findings import Refused, errors
from fullrate.planning.promise import Promise, Trials
from fullrate.planning.remedies import AMOUNTS, TIMES, Remedy, number
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
        changed = self.replaced(tables, value)
        return None if changed is None or errors(check(changed)) else changed

    def replaced(self, tables: Tables, value: float) -> Tables | None:
        """The same, looked at cell by cell only; None where one of them cannot hold it."""
        changed = tables
        for cell in self.cells:
            old = number(tables, cell)
            if old is not None and np.isfinite(old):
                try:
                    changed = changed.replace(cell, repr(old * value / self.now))
                except Refused:
                    return None
        return changed

    def farthest(self, tables: Tables) -> float | None:
        """The value nearest to the bound that the checker does not refuse, to a hundredth; None where there is none."""
        if self.at(tables, self.bound) is not None:
            return self.bound
        far, near = self.bound, self.now
        while abs(far - near) > EXACT * self.now:
            middle = (far + near) / 2
            far, near = (far, middle) if self.at(tables, middle) is not None else (middle, near)
        return None if near == self.now else near

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


def asked_of(tables: Tables, promise: Promise) -> Trials | None:
    """Where the promise cannot be kept as things are, what is asked next begins here; None where it can."""
    trials = Trials.of(tables, promise)
    return None if trials.keeps(tables, trials.starts)[0] else trials


def smallest(tables: Tables, trials: Trials) -> list[Change]:
    """The smallest change of each single assumption that makes the promise possible, the smallest first."""
    changes = [Change(one, _alone(tables, trials, one)) for one in assumptions(tables)]
    return sorted(changes, key=lambda change: (change.far, change.assumption.kind, change.assumption.key))


def joint(tables: Tables, trials: Trials, of: Sequence[Assumption]) -> float | None:
    """The smallest share by which all these assumptions must be better together; None where even all is not enough.

    Amounts grow by that share, durations shrink by it, yields lose it of their losses.
    """

    def at(better: float) -> Tables:
        changed = tables
        for one in of:
            changed = one.replaced(changed, one.shifted(better)) or changed
        if not errors(check(changed)):
            return changed
        changed = tables
        for one in of:
            changed = one.at(changed, one.shifted(better)) or changed
        return changed

    return _nearest(trials, at, 0.0, 1.0) if of else None


def _alone(tables: Tables, trials: Trials, one: Assumption) -> float | None:
    """The value nearest to today's with which the promise is possible; None where there is none."""
    far = one.farthest(tables)
    return None if far is None else _nearest(trials, lambda value: one.replaced(tables, value) or tables, one.now, far)


def _nearest(trials: Trials, at: Callable[[float], Tables], now: float, bound: float) -> float | None:
    """The value nearest to ``now``, which is not enough, that is enough; None where ``bound`` is not either.

    What is proven not to be enough is left out first, then what is left is tried from the near end outwards.
    """
    exact = EXACT * max(abs(now), EXACT)
    if trials.ruled_out(at(bound)):
        return None
    low, high = _halved(now, bound, exact, lambda value: not trials.ruled_out(at(value)))
    starts, step = trials.starts, exact

    def works(value: float) -> bool:
        nonlocal starts
        kept, ends = trials.keeps(at(value), starts)
        starts = starts if kept else ends
        return kept

    while not works(high):
        if high == bound:
            return None
        low, high, step = high, _toward(bound, high, step), 2 * step
    return _halved(low, high, exact, works)[1]


def _toward(bound: float, value: float, step: float) -> float:
    return min(value + step, bound) if bound > value else max(value - step, bound)


def _halved(low: float, high: float, exact: float, works: Callable[[float], bool]) -> tuple[float, float]:
    """Two values at most ``exact`` apart, between ``low`` that does not work and ``high`` that does, likewise."""
    while abs(high - low) > exact:
        middle = (low + high) / 2
        low, high = (low, middle) if works(middle) else (middle, high)
    return low, high
