"""Rows: sums of terms on named axes, held below, above or at a bound.

A row exists where it has at least one term. Axes that terms carry and the row does not are summed over.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fullrate.case.axes import Axis
from fullrate.lp.axes import Floats, Ints, Places, Terms, dense, runs

INF = float("inf")
LOOKUP = 50_000_000
"""Largest number of cells for which rows are numbered by a lookup table; above it, by sorting."""


@dataclass(frozen=True, eq=False)
class RowBlock:
    """Finished rows of one rule: where they lie, their bounds, and their entries as (row, column, value).

    Attributes:
        name: code of the rule, lower case.
        over: the axes of the rows.
        at: position of each row on each axis, arrays of shape (rows,).
        lower: lower bounds, shape (rows,).
        upper: upper bounds, shape (rows,).
        row: row number within the block of each entry.
        column: column number of each entry.
        value: coefficient of each entry.
    """

    name: str
    over: tuple[Axis, ...]
    at: tuple[Ints, ...]
    lower: Floats
    upper: Floats
    row: Places
    column: Places
    value: Floats

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.lower)


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows being written: ``Rows("hours", (resource, period)).plus(..).minus(..).at_most(bound)``."""

    name: str
    over: tuple[Axis, ...]
    parts: tuple[Terms, ...] = ()

    def plus(self, *terms: Terms) -> Rows:
        """The rows with these terms added. Raises ValueError when a term lacks an axis or the period is not last."""
        if any(axis.name == "period" for axis in self.over[:-1]):
            raise ValueError(f"row {self.name} runs over {self.over}: the period comes last")
        for one in terms:
            for axis in self.over:
                if one.axes.get(axis.name) is not axis:
                    raise ValueError(f"row {self.name} runs over {axis}, its term over {list(one.axes.values())}")
        return Rows(self.name, self.over, (*self.parts, *terms))

    def minus(self, *terms: Terms) -> Rows:
        """The rows with these terms taken off."""
        return self.plus(*(-one for one in terms))

    def at_most(self, bound: Floats | float) -> RowBlock:
        """Rows ``terms <= bound``; an infinite bound leaves the row out."""
        return self._block(-INF, bound)

    def at_least(self, bound: Floats | float) -> RowBlock:
        """Rows ``terms >= bound``; an infinite bound leaves the row out."""
        return self._block(bound, INF)

    def equals(self, bound: Floats | float) -> RowBlock:
        """Rows ``terms = bound``."""
        return self._block(bound, bound)

    def _block(self, lower: Floats | float, upper: Floats | float) -> RowBlock:
        shape = tuple(len(axis) for axis in self.over)
        low, high = dense(shape, lower), dense(shape, upper)
        if np.isnan(low).any() or np.isnan(high).any():
            raise ValueError(f"row {self.name}: a bound is not a number")
        count = np.concatenate([_NONE, *(part.count for part in self.parts)])
        start = np.concatenate([_NONE, *(part.start for part in self.parts)])
        begin = np.concatenate([_NONE, *(_cell(part, self.over) for part in self.parts)])
        key = runs(begin, count) if self.over[-1].name == "period" else np.repeat(begin, count)
        column: Places = runs(start.astype(np.int32), count)
        value = np.repeat(np.concatenate([np.zeros(0), *(part.weight for part in self.parts)]), count)
        bites = np.isfinite(low).ravel() | np.isfinite(high).ravel()
        if not bites.all():
            kept = np.flatnonzero(bites[key])
            key, column, value = key[kept], column[kept], value[kept]
        cells, row = _number(key, int(np.prod(shape)))
        at = tuple(np.unravel_index(cells, shape))
        return RowBlock(self.name, self.over, at, low.ravel()[cells], high.ravel()[cells], row, column, value)


_NONE = np.zeros(0, np.int64)


def _cell(terms: Terms, over: tuple[Axis, ...]) -> Ints:
    """Cell of the first term of each run in the grid of the rows' axes; its others follow, the period being last."""
    cell = np.zeros(len(terms.count), np.int64)
    for axis in over:
        cell = cell * len(axis) + (terms.first if axis.name == "period" else terms.where[axis.name])
    return cell


def _number(key: Ints, cells: int) -> tuple[Ints, Places]:
    """The distinct keys in ascending order, and the position of each key among them."""
    if cells > LOOKUP:
        distinct, inverse = np.unique(key, return_inverse=True)
        return distinct, inverse.astype(np.int32)
    used = np.zeros(cells, bool)
    used[key] = True
    distinct = np.flatnonzero(used)
    number = np.zeros(cells, np.int32)
    number[distinct] = np.arange(len(distinct))
    return distinct, number[key]
