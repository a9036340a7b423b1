"""Rows: sums of terms on named axes, held below, above or at a bound.

A row exists where it has at least one term. Axes that terms carry and the row does not are summed over.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from fullrate.case.axes import Axis, runs
from fullrate.lp.axes import Floats, Ints, Places, Terms, dense

INF = float("inf")


@dataclass(frozen=True, eq=False)
class RowBlock:
    """Finished rows of one rule: where they lie, their bounds, and their terms as runs.

    Run ``r`` has ``count[r]`` terms with coefficient ``value[r]``, in the columns from ``column[r]`` on. They stand in
    the rows from ``row[r]`` on, one in each, where rows run over periods, and all in that row where they do not.

    Attributes:
        name: code of the rule, lower case.
        over: the axes of the rows.
        cells: place of each row among all positions on the axes, the last axis fastest, shape (rows,).
        lower: lower bounds, shape (rows,).
        upper: upper bounds, shape (rows,).
        row: row number within the block of each run's first term, shape (runs,).
        column: column number of each run's first term.
        count: number of terms of each run.
        value: coefficient of each run's terms.
    """

    name: str
    over: tuple[Axis, ...]
    cells: Places
    lower: Floats
    upper: Floats
    row: Ints
    column: Ints
    count: Ints
    value: Floats

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.lower)

    @cached_property
    def at(self) -> tuple[Ints, ...]:
        """Position of each row on each axis, arrays of shape (rows,)."""
        return np.unravel_index(self.cells, tuple(len(axis) for axis in self.over))

    def keys(self, rows: Ints) -> list[str]:
        """Ids of each of these rows joined with ``|``, without the period."""
        places = [(axis, at[rows]) for axis, at in zip(self.over, self.at, strict=True) if axis.name != "period"]
        ids = [np.array(axis.labels, object)[at] for axis, at in places]
        return ["|".join(names) for names in zip(*ids, strict=True)] if ids else [""] * len(rows)

    def entries(self, some: Ints | slice = slice(None)) -> tuple[Places, Places, Floats]:
        """Row within the block, column and coefficient of every term, or of the terms of some runs."""
        count, first, column = self.count[some], self.row[some].astype(np.int32), self.column[some].astype(np.int32)
        row = runs(first, count) if _timed(self.over) else np.repeat(first, count)
        return row, runs(column, count), np.repeat(self.value[some], count)

    def pieces(self, most: int) -> list[Ints]:
        """Runs in ascending order of rows, in pieces of about ``most`` terms; no row has terms in two pieces."""
        order = np.argsort(self.row, kind="stable")
        row, count = self.row[order], self.count[order]
        end = np.maximum.accumulate(row + (count if _timed(self.over) else 1))
        apart = np.flatnonzero(row[1:] >= end[:-1]) + 1
        full = np.diff(np.cumsum(count)[apart - 1] // most, prepend=0) > 0
        return np.split(order, apart[full])


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
        bites = np.isfinite(low) | np.isfinite(high)
        names = [axis.name for axis in self.over]
        parts = self.parts if bites.all() else [part.only(bites, *names) for part in self.parts]
        cell = np.concatenate([_NONE, *(np.ravel_multi_index(part.begins(names), shape) for part in parts)])
        column = np.concatenate([_NONE, *(part.start for part in parts)])
        count = np.concatenate([_NONE, *(part.count for part in parts)])
        value = np.concatenate([_NONE * 1.0, *(part.weight for part in parts)])
        cells = _covered(cell, count if _timed(self.over) else np.ones_like(count))
        row = np.searchsorted(cells, cell)
        at = np.unravel_index(cells, shape)
        place = cells.astype(np.int32)
        return RowBlock(self.name, self.over, place, low[at], high[at], row, column, count, value)


_NONE = np.zeros(0, np.int64)


def _timed(over: tuple[Axis, ...]) -> bool:
    """Whether rows run over periods, so that the terms of a run stand in as many rows."""
    return over[-1].name == "period"


def _covered(first: Ints, count: Ints) -> Ints:
    """Cells that lie in any of the runs, in ascending order."""
    if not len(first):
        return _NONE
    begin, end = first.min(), (first + count).max()
    steps = np.bincount(first - begin, minlength=end - begin + 1)
    steps -= np.bincount(first + count - begin, minlength=end - begin + 1)
    cells: Ints = begin + np.flatnonzero(np.cumsum(steps, out=steps))
    return cells
