"""From column blocks and row blocks to one linear program as compressed columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np

from fullrate.case.axes import runs
from fullrate.lp.axes import Columns, Floats, Ints, Places
from fullrate.lp.rows import RowBlock

TINY = 1e-9
"""Coefficients smaller than this are dropped: they are rounding, and spoil the solver's scaling."""
PIECE = 1 << 16
"""Entries that are worked on at a time: few enough to stay in the processor's cache and to weigh nothing."""


@dataclass(frozen=True, eq=False)
class LP:
    """Minimise ``cost @ x`` subject to ``row_lower <= A x <= row_upper`` and ``lower <= x <= upper``.

    ``A`` is held by columns: entries ``start[j] .. start[j+1]`` of ``index`` and ``value`` belong to column ``j``.
    ``columns`` and ``rows`` are the named blocks; row block ``k`` begins at row ``begins[k]``. ``scale`` is the typical
    size of each column: the solver counts in it, so that its tolerances mean the same in doses and in ships.
    """

    columns: Mapping[str, Columns]
    rows: tuple[RowBlock, ...]
    begins: tuple[int, ...]
    cost: Floats
    lower: Floats
    upper: Floats
    integer: Ints
    start: Places
    index: Places
    value: Floats
    row_lower: Floats
    row_upper: Floats
    scale: Floats

    @property
    def shape(self) -> tuple[int, int]:
        """Number of rows and columns."""
        return len(self.row_lower), len(self.cost)

    def scaled(self) -> tuple[Floats, Floats]:
        """Entries as the solver gets them, columns in their scale and rows over their size; and those sizes."""
        value = np.repeat(self.scale, np.diff(self.start))
        value *= self.value
        size = np.zeros(self.shape[0])
        for some in _pieces(len(value)):
            np.maximum.at(size, self.index[some], np.abs(value[some]))
        size[size == 0] = 1.0
        for some in _pieces(len(value)):
            value[some] /= size[self.index[some]]
        return value, size

    def row_size(self) -> Floats:
        """Largest entry of each row when columns are counted in their scale; one for empty rows."""
        return self.scaled()[1]

    def times(self, x: Floats) -> Floats:
        """Activity of every row at ``x``: the product ``A x``."""
        weights = self.value * np.repeat(x, np.diff(self.start))
        return np.bincount(self.index, weights, minlength=self.shape[0]).astype(np.float64)

    def priced(self, row_dual: Floats) -> Floats:
        """What the row duals say each column is worth: the product ``A' y``."""
        column = np.repeat(np.arange(self.shape[1]), np.diff(self.start))
        return np.bincount(column, self.value * row_dual[self.index], minlength=self.shape[1]).astype(np.float64)

    def minimising(self, cost: Floats) -> LP:
        """The same LP with another objective."""
        if len(cost) != len(self.cost) or np.isnan(cost).any():
            raise ValueError("an objective has one number for every column")
        return replace(self, cost=cost)

    def within(self, **bounds: Any) -> LP:
        """The same LP with other ``lower``, ``upper``, ``row_lower`` or ``row_upper`` arrays."""
        return replace(self, **bounds)

    def relaxed(self) -> LP:
        """The same LP with no column held to whole numbers."""
        return replace(self, integer=np.zeros(0, np.int64))

    def and_row(self, terms: Floats, lower: float, upper: float) -> LP:
        """The same LP with one more row over all columns, ``lower <= terms @ x <= upper``."""
        some = np.flatnonzero(terms)
        places = self.start[some + 1]
        grown = np.zeros(len(self.start), np.int32)
        grown[some + 1] = 1
        return replace(
            self,
            start=self.start + np.cumsum(grown, dtype=np.int32),
            index=np.insert(self.index, places, self.shape[0]),
            value=np.insert(self.value, places, terms[some]),
            row_lower=np.append(self.row_lower, lower),
            row_upper=np.append(self.row_upper, upper),
        )

    def until(self, period: int) -> LP:
        """The part that is decided in the first ``period`` periods: later columns are zero and later rows free."""
        upper, low, high = self.upper.copy(), self.row_lower.copy(), self.row_upper.copy()
        for block in self.columns.values():
            if block.period is not None:
                kept = np.clip(period - block.first, 0, block.count)
                late = runs(block.offset + kept, block.count - kept)
                upper[late] = np.maximum(self.lower[late], 0.0)
        for rows, begin in zip(self.rows, self.begins, strict=False):
            for axis, at in zip(rows.over, rows.at, strict=True):
                if axis.name == "period":
                    free = begin + np.flatnonzero(at >= period)
                    low[free], high[free] = -np.inf, np.inf
        return replace(self, upper=upper, row_lower=low, row_upper=high)

    def since(self, period: int, done: Mapping[str, Floats]) -> LP:
        """The part that is decided after the first ``period`` periods: what was done before is held as it was.

        Rows in which nothing is left to decide are let go: what happened happened, whether it kept a limit or not.

        Args:
            period: number of periods that are past.
            done: values by name of block, shape (elements, period) each; shape (elements,) for columns without time,
                which may still grow.

        Raises:
            ValueError: something was done for which there is no column.
        """
        lower, upper, held = self.lower.copy(), self.upper.copy(), np.zeros(self.shape[1], bool)
        for name, values in done.items():
            block = self.columns[name]
            if block.period is None:
                lower[block.terms.column] = values[block.terms.at[block.axis.name]]
                continue
            past = block.terms.at["period"] < period
            place = (block.terms.at[block.axis.name][past], block.terms.at["period"][past])
            column = block.terms.column[past]
            lower[column] = upper[column] = values[place]
            held[column] = True
            missing = values.copy()
            missing[place] = 0.0
            if missing.any():
                raise ValueError(f"{name} was done where the program has no column for it")
        decided = np.bincount(self.index, np.repeat(lower < upper, np.diff(self.start)), self.shape[0]) == 0
        row_lower, row_upper = np.where(decided, -np.inf, self.row_lower), np.where(decided, np.inf, self.row_upper)
        whole = self.integer[~held[self.integer]]  # part of a build may have been all that money was there for
        return replace(self, lower=lower, upper=upper, row_lower=row_lower, row_upper=row_upper, integer=whole)

    def rows_of(self, name: str) -> slice:
        """Where the rows of a block lie."""
        for rows, begin in zip(self.rows, self.begins, strict=False):
            if rows.name == name:
                return slice(begin, begin + len(rows))
        raise KeyError(name)


def _pieces(length: int) -> Iterator[slice]:
    """All of an array, a piece at a time."""
    return (slice(begin, min(begin + PIECE, length)) for begin in range(0, length, PIECE))


def assemble(columns: Sequence[Columns], rows: Sequence[RowBlock]) -> LP:
    """Put blocks together. Raises ValueError on a coefficient or bound that is not a number."""
    begins = [0, *np.cumsum([len(block) for block in rows]).tolist()]
    width, height = sum(len(block) for block in columns), begins[-1]
    lower, upper = (_joined((one.spelt(name) for one in columns), width) for name in ("lower", "upper"))
    if any(np.isnan(array).any() for array in (lower, upper, *(block.value for block in rows))):
        raise ValueError("a coefficient or bound is not a number")
    low, high = _joined((one.lower for one in rows), height), _joined((one.upper for one in rows), height)
    places = [slice(begin, end) for begin, end in pairwise(begins)]
    start, index, value = _compress(rows, begins, len(lower))
    return LP(
        {block.name: block for block in columns},
        tuple(replace(block, lower=low[at], upper=high[at]) for block, at in zip(rows, places, strict=True)),
        tuple(begins),
        np.zeros(len(lower)),
        lower,
        upper,
        np.flatnonzero(np.concatenate([np.repeat(block.integer, block.count) for block in columns])),
        start,
        index,
        value,
        low,
        high,
        _joined((block.spelt("scale") for block in columns), width),
    )


def _joined(parts: Iterable[Floats], length: int) -> Floats:
    """Parts one after the other. Zeros are not written: memory that is never written to is never taken."""
    whole, at = np.zeros(length), 0
    for part in parts:
        np.copyto(whole[at : at + len(part)], part, where=part != 0)
        at += len(part)
    return whole


def _compress(rows: Sequence[RowBlock], begins: Sequence[int], columns: int) -> tuple[Places, Places, Floats]:
    """Entries sorted by column and row, equal places added up, tiny ones dropped; as (start, index, value).

    A counting sort: every column has room for all its terms, and pieces of rows fill it from above; so no array but
    the answer is as long as the program.
    """
    start = _room(rows, columns)
    index, value, end = np.empty(start[-1], np.int32), np.empty(start[-1]), start[:-1].copy()
    for block, begin in zip(rows, begins, strict=False):
        for piece in block.pieces(PIECE):
            row, column, terms = _summed(*block.entries(piece))
            first = np.flatnonzero(np.diff(column, prepend=-1))
            count = np.diff(first, append=len(column))
            place = runs(end[column[first]], count)
            index[place], value[place] = row + np.int32(begin), terms
            end[column[first]] += count.astype(np.int32)
    return _closed_up(start, end, index, value)


def _room(rows: Sequence[RowBlock], columns: int) -> Places:
    """Where each column begins when every term of every run has a place."""
    terms = np.zeros(columns + 1, np.int32)
    for block in rows:
        np.add.at(terms[1:], block.column[block.count > 0], 1)
        ended = block.column + block.count
        np.subtract.at(terms[1:], ended[(block.count > 0) & (ended < columns)], 1)
    np.cumsum(terms, out=terms)
    return np.cumsum(terms, out=terms)


def _summed(row: Places, column: Places, value: Floats) -> tuple[Places, Places, Floats]:
    """Terms by column and row, equal places added up, tiny ones dropped."""
    bits = int(row.max(initial=0)).bit_length()
    place = np.left_shift(column, bits, dtype=np.int64)
    place += row
    place, order = _sorted(place, int(place.max(initial=0)).bit_length())
    value = value[order]
    again = np.flatnonzero(place[1:] == place[:-1]) + 1
    repeated = again - np.arange(len(again))
    np.add.at(value, again[np.searchsorted(repeated, repeated)] - 1, value[again])
    kept = (value >= TINY) | (value <= -TINY)
    kept[again] = False
    if not kept.all():
        place, value = place[kept], value[kept]
    return (place & ((1 << bits) - 1)).astype(np.int32), (place >> bits).astype(np.int32), value


def _closed_up(start: Places, end: Places, index: Places, value: Floats) -> tuple[Places, Places, Floats]:
    """The same columns one right after the other, moved in place: what follows column ``j`` begins at its ``end``."""
    closed = np.append(0, np.cumsum(end - start[:-1])).astype(np.int32)
    for some in _pieces(len(end)):
        kept = runs(start[some], (end - start[:-1])[some])
        to = slice(closed[some.start], closed[some.stop])
        index[to], value[to] = index[kept], value[kept]
    return closed, index[: closed[-1]], value[: closed[-1]]


def _sorted(place: Ints, width: int) -> tuple[Ints, Ints]:
    """Places of ``width`` bits in ascending order, and where each was; sorted as one number where both fit."""
    bits = len(place).bit_length()
    if width + bits >= 64:
        order = np.argsort(place)
        return place[order], order
    order = np.arange(len(place))
    place <<= bits
    place |= order
    place.sort()
    np.bitwise_and(place, (1 << bits) - 1, out=order)
    place >>= bits
    return place, order
