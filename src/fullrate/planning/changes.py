"""How many cases differ from one base: a handful of bounds each, on windows that serve all of them alike.

Where a case only restricts what the base allows, it closes columns and nothing else, and which ones is read off its
restrictions; its program is not written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fullrate.case import Case, derive
from fullrate.case.axes import coded
from fullrate.case.barred import Barred, barred_of
from fullrate.case.state import State, from_state
from fullrate.lp.assemble import LP, assemble
from fullrate.lp.diff import diff
from fullrate.lp.rows import RowBlock
from fullrate.rules import columns_of, rows_of
from fullrate.rules.base import Cols
from fullrate.rules.limits import restricted
from fullrate.tables import Tables

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Windows = Mapping[str, tuple[Ints, Ints]]

USED = 1e-9
"""Value, counted in the column's scale, up to which a column is not used."""
RESTRICTIONS, BARRED = "restrictions", "barred_"
"""The table that closes columns, and the begin of the names of the row blocks that do."""


@dataclass(frozen=True, eq=False)
class Change:
    """Bounds of columns and of rows that a case has in place of the base's."""

    columns: Ints
    lower: Floats
    upper: Floats
    rows: Ints
    row_lower: Floats
    row_upper: Floats

    @staticmethod
    def between(base: LP, lp: LP) -> Change | None:
        """What turns ``base`` into ``lp``; None when more than bounds differ."""
        found = diff(base, lp)
        if found is None:
            return None
        columns, rows = found.columns, found.rows
        return Change(columns, lp.lower[columns], lp.upper[columns], rows, lp.row_lower[rows], lp.row_upper[rows])

    @staticmethod
    def none() -> Change:
        """The change that the base is of itself."""
        place, bound = np.zeros(0, np.int64), np.zeros(0)
        return Change(place, bound, bound, place, bound, bound)

    @property
    def key(self) -> bytes:
        """Equal for equal changes."""
        return b"|".join(getattr(self, name).tobytes() for name in self.__dataclass_fields__)

    def on(self, base: LP) -> LP:
        """The program of the case."""
        lower, upper, low, high = (array.copy() for array in (base.lower, base.upper, base.row_lower, base.row_upper))
        lower[self.columns], upper[self.columns] = self.lower, self.upper
        low[self.rows], high[self.rows] = self.row_lower, self.row_upper
        return base.within(lower=lower, upper=upper, row_lower=low, row_upper=high)

    def broken(self, base: LP, x: Floats) -> int:
        """Number of the case's own bounds of columns that a point does not keep."""
        slack = USED * base.scale[self.columns]
        at = x[self.columns]
        return int(((at > self.upper + slack) | (at < self.lower - slack)).sum())

    def shared(self, other: Change) -> float:
        """Share of columns that both change in those that either does, from 0 to 1."""
        both = len(np.intersect1d(self.columns, other.columns, assume_unique=True))
        return both / max(len(self.columns) + len(other.columns) - both, 1)


@dataclass(frozen=True, eq=False)
class Changes:
    """A base and how each case differs from it.

    Attributes:
        case: the scenario without cuts, on windows that serve all cases.
        lp: its program, no objective yet.
        cols: its columns.
        each: the change that each case is; None where more than bounds differ.
    """

    case: Case
    lp: LP
    cols: Cols
    each: tuple[Change | None, ...]

    @staticmethod
    def of(tables: Tables, cases: Sequence[Tables], since: State | None) -> Changes:
        """Derive the base, and of the cases what restrictions do not tell.

        Args:
            tables: the scenario without a cut.
            cases: the scenario with each cut in force.
            since: decisions that stay as they were; see ``damage.outcome``.
        """
        whole = _derived(tables, since)
        barred = [_barred(whole, tables, one) for one in cases]
        derived = [None if closed else _derived(one, since) for one, closed in zip(cases, barred, strict=True)]
        restricted_only = [one for one, closed in zip(cases, barred, strict=True) if closed]
        others = [*derived, _derived(_together(tables, restricted_only), since) if restricted_only else None]
        whole = replace(whole, windows=union([whole.windows, *(one.windows for one in others if one is not None)]))
        lp, cols = bounded(whole)
        each = [
            _closing(replace(whole, barred=closed), lp, cols)
            if one is None and closed is not None
            else Change.between(lp, bounded(replace(one or whole, windows=whole.windows))[0])
            for one, closed in zip(derived, barred, strict=True)
        ]
        return Changes(whole, lp, cols, tuple(each))


def _derived(tables: Tables, since: State | None) -> Case:
    case = derive(tables, pruned=since is None)
    return case if since is None else from_state(case, since, since.period)


def _barred(whole: Case, tables: Tables, one: Tables) -> Barred | None:
    """What a case bars that only restricts what the base allows; None where it does more than close columns.

    It does more where other tables differ, where it opens what the base bars, and where receipts are lost.
    """
    alike = tables.config == one.config and all(
        frame is one.frames[name] for name, frame in tables.frames.items() if name != RESTRICTIONS
    )
    if not alike:
        return None
    arrays = {**whole.tables, RESTRICTIONS: coded(one, RESTRICTIONS, whole.axes)}
    found = barred_of(arrays, whole.axes, whole.points, whole.shipments, whole.recipes, whole.calendar)
    lost = found.receipt & (whole.points.receipts > 0) & ~whole.barred.receipt
    opened = [
        getattr(whole.barred, name) & ~getattr(found, name) for name in ("process", "shipment", "held", "resource")
    ]
    return None if lost.any() or any(mask.any() for mask in opened) else found


def _together(tables: Tables, cases: Sequence[Tables]) -> Tables:
    """The scenario with the restrictions of all cases at once: what may have to wait in any of them may wait in it."""
    typed, text = (pl.concat([getattr(one, name)[RESTRICTIONS] for one in cases]) for name in ("frames", "written"))
    return replace(
        tables,
        frames={**tables.frames, RESTRICTIONS: typed},
        written={**tables.written, RESTRICTIONS: text},
    )


def _closing(case: Case, lp: LP, cols: Cols) -> Change:
    """Columns of the base's program that the restrictions of a case close."""
    upper = lp.upper.copy()
    _close(upper, lp.lower, restricted.rows(case, cols))
    columns = np.flatnonzero(upper != lp.upper)
    return replace(Change.none(), columns=columns, lower=lp.lower[columns], upper=upper[columns])


def bounded(case: Case) -> tuple[LP, Cols]:
    """The program of a case, closed columns held by their bounds rather than by rows, and its columns."""
    cols = columns_of(case)
    blocks = [block for rows in rows_of(case, cols).values() for block in rows]
    lp = assemble(list(cols.blocks.values()), [block for block in blocks if not _closes(block)])
    if case.state is not None:
        lp = lp.since(case.state.period, {**case.state.done, "open": case.state.opened})
    upper = lp.upper.copy()
    _close(upper, lp.lower, blocks)
    return lp.within(upper=upper), cols


def _close(upper: Floats, lower: Floats, blocks: Sequence[RowBlock]) -> None:
    """Hold columns at zero that rows close; those that were done before stay as they were."""
    for block in blocks:
        if _closes(block):
            _, column, _ = block.entries()
            upper[column] = np.minimum(upper[column], np.maximum(lower[column], 0.0))


def _closes(block: RowBlock) -> bool:
    """Whether the rows say no more than that their columns are zero."""
    return block.name.startswith(BARRED) and bool((block.value > 0).all()) and not block.upper.any()


def union(windows: Sequence[Windows]) -> dict[str, tuple[Ints, Ints]]:
    """Windows that hold all of some: from the first period of any to the last of any."""
    found = {}
    for name in windows[0]:
        first, count = (np.stack([one[name][k] for one in windows]) for k in (0, 1))
        some = count > 0
        begin = np.where(some, first, np.iinfo(np.int64).max).min(axis=0)
        end = np.where(some, first + count, 0).max(axis=0)
        begin = np.where(some.any(axis=0), begin, first[0])
        found[name] = (begin, np.maximum(end - begin, 0))
    return found


def tightened(lp: LP, closed: Ints) -> LP:
    """The program with rows of nothing but closed columns held at zero: no less is allowed, but prices see it."""
    shut = np.zeros(lp.shape[1], bool)
    shut[closed] = (lp.upper[closed] == 0) & (lp.lower[closed] == 0)
    left = np.bincount(lp.index, np.repeat(~shut, np.diff(lp.start)), lp.shape[0])
    some = np.zeros(lp.shape[0], bool)
    for column in np.flatnonzero(shut):
        some[lp.index[lp.start[column] : lp.start[column + 1]]] = True
    some &= left == 0
    return lp.within(
        row_lower=np.where(some, np.maximum(lp.row_lower, 0.0), lp.row_lower),
        row_upper=np.where(some, np.minimum(lp.row_upper, 0.0), lp.row_upper),
    )
