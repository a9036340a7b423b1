"""Which columns and rows of two programs are the same thing: what a basis of one says of the other.

A shorter lead moves windows and coefficients, so that the matrix is another one; but a column is still what it was: the
starts of this process in that period.
"""

from __future__ import annotations

import numpy as np

from fullrate.case.axes import Axis, runs
from fullrate.lp.assemble import LP
from fullrate.lp.axes import Columns, Ints, Places


def counterparts(base: LP, lp: LP) -> tuple[Ints, Ints] | None:
    """Number in ``base`` of every column and every row of ``lp``, -1 for those it does not have.

    None where the blocks are not the same ones, or lie on axes of other lengths.
    """
    columns = list(zip(base.columns.values(), lp.columns.values(), strict=False))
    rows = list(zip(base.rows, lp.rows, strict=False))
    same = len(base.columns) == len(lp.columns) and len(base.rows) == len(lp.rows)
    same = same and all(_alike(old, new) for old, new in columns)
    if not same or any(old.name != new.name or _shape(old.over) != _shape(new.over) for old, new in rows):
        return None
    column, row = np.full(lp.shape[1], -1), np.full(lp.shape[0], -1)
    for old, new in columns:
        column[new.start : new.start + len(new)] = _found(_cells(old), _cells(new), old.start)
    for before, after, begin, here in zip(base.rows, lp.rows, base.begins, lp.begins, strict=False):
        row[here : here + len(after)] = _found(before.cells, after.cells, begin)
    return column, row


def _alike(old: Columns, new: Columns) -> bool:
    return old.name == new.name and len(old.axis) == len(new.axis) and (old.period is None) == (new.period is None)


def _shape(axes: tuple[Axis, ...]) -> tuple[int, ...]:
    return tuple(len(axis) for axis in axes)


def _cells(block: Columns) -> Ints:
    """Place of each column among all elements and periods, ascending."""
    element = np.repeat(np.arange(len(block.count)), block.count)
    return element if block.period is None else element * len(block.period) + runs(block.first, block.count)


def _found(old: Ints | Places, new: Ints | Places, begin: int) -> Ints:
    """Number of each of the new cells among the old ones, counted from ``begin``; -1 for what is not there."""
    if not len(old):
        return np.full(len(new), -1)
    order = np.argsort(old, kind="stable")
    at = order[np.minimum(np.searchsorted(old, new, sorter=order), len(old) - 1)]
    return np.where(old[at] == new, begin + at, -1)
