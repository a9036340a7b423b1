"""Axes, columns on them, and terms: what a rule writes its rows with.

A column exists only inside its window: element ``e`` of a block has columns for the periods
``first[e] .. last[e]`` and no others. Terms are coefficients of columns, placed on named axes. Two axes match when they
are the same object; anything else raises, so a wrong alignment cannot pass in silence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from fullrate.calendar import Kernel
from fullrate.case.axes import Axis

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Relation:
    """Pairs from the elements of a column block to the elements of another axis, each with a weight."""

    axis: Axis
    source: Ints
    target: Ints
    weight: Floats


def runs(first: Ints, count: Ints) -> Ints:
    """``first[0], first[0]+1, ..`` (count[0] of them), then ``first[1], ..``: all ragged ranges in one array."""
    total = int(count.sum())
    begins = np.cumsum(count) - count
    ranges: Ints = np.arange(total, dtype=np.int64) + np.repeat(first - begins, count)
    return ranges


def dense(shape: tuple[int, ...], bound: Floats | float) -> Floats:
    """``bound`` on every cell of ``shape``; (n,) means one value per element of the first axis."""
    values = np.asarray(bound, float)
    if values.ndim == 1 and len(shape) == 2:
        values = values[:, None]
    return np.broadcast_to(values, shape)


@dataclass(frozen=True, eq=False)
class Columns:
    """A block of columns, one per element and period inside the element's window.

    Attributes:
        name: the verb: make, ship, hold, deliver, build.
        axis: the elements, e.g. processes. ``period`` is None for columns without time.
        period: the axis of periods, or None.
        first: first period of each element, shape (elements,).
        count: number of periods of each element, shape (elements,).
        start: number of the block's first column in the LP.
        lower: lower bounds, shape (columns,).
        upper: upper bounds, shape (columns,).
        integer: whether each element takes whole numbers only, shape (elements,).
        scale: typical size of a value of each element, shape (elements,): what the solver counts in.
    """

    name: str
    axis: Axis
    period: Axis | None
    first: Ints
    count: Ints
    start: int
    lower: Floats
    upper: Floats
    integer: NDArray[np.bool_]
    scale: Floats

    def __len__(self) -> int:
        """Number of columns."""
        return len(self.lower)

    @cached_property
    def offset(self) -> Ints:
        """Number of each element's first column, shape (elements,)."""
        return self.start + np.cumsum(self.count) - self.count

    @cached_property
    def terms(self) -> Terms:
        """Every column with coefficient one, on the block's own axes."""
        return self._terms(self.axis, np.arange(len(self.axis)), np.arange(len(self.axis)), None)

    def each(self, relation: Relation) -> Terms:
        """Every column once for each pair of the relation that starts at its element."""
        return self._terms(relation.axis, relation.source, relation.target, relation.weight)

    def _terms(self, axis: Axis, source: Ints, target: Ints, weight: Floats | None) -> Terms:
        count = self.count[source]
        at = {axis.name: np.repeat(target, count)}
        axes = {axis.name: axis}
        if self.period is not None:
            at["period"] = runs(self.first[source], count)
            axes["period"] = self.period
        value = np.ones(int(count.sum())) if weight is None else np.repeat(weight, count)
        return Terms(axes, at, runs(self.offset[source], count), value)


def block(
    name: str,
    axis: Axis,
    period: Axis | None,
    first: Ints,
    count: Ints,
    *,
    lower: Floats | float = 0.0,
    upper: Floats | float = np.inf,
    integer: NDArray[np.bool_] | None = None,
    scale: Floats | float = 1.0,
) -> Columns:
    """A block of columns not yet numbered; bounds are per element or per element and period."""
    shape = (len(axis),) if period is None else (len(axis), len(period))
    cells: tuple[Ints, ...] = (np.repeat(np.arange(len(axis)), count),)
    if period is not None:
        cells = (*cells, runs(first, count))
    low, high = dense(shape, lower)[cells], dense(shape, upper)[cells]
    whole = np.zeros(len(axis), bool) if integer is None else integer
    return Columns(name, axis, period, first, count, 0, low, high, whole, dense((len(axis),), scale))


def numbered(blocks: Sequence[Columns]) -> dict[str, Columns]:
    """The blocks by name, their columns numbered one after the other."""
    start, placed = 0, {}
    for one in blocks:
        placed[one.name] = replace(one, start=start)
        start += len(one)
    return placed


@dataclass(frozen=True, eq=False)
class Terms:
    """Coefficients of columns placed on named axes: entry ``j`` says ``value[j] * column[j]`` at ``at[..][j]``."""

    axes: Mapping[str, Axis]
    at: Mapping[str, Ints]
    column: Ints
    value: Floats

    def __len__(self) -> int:
        """Number of terms."""
        return len(self.column)

    def __neg__(self) -> Terms:
        """The same terms with the opposite sign."""
        return Terms(self.axes, self.at, self.column, -self.value)

    def by(self, factor: Floats | float, *over: str) -> Terms:
        """Each coefficient times ``factor``, an array on the axes named in ``over`` (none: a number)."""
        values = np.asarray(factor, float)
        self._fits(values.shape, over)
        return Terms(
            self.axes, self.at, self.column, self.value * (values[tuple(self.at[a] for a in over)] if over else values)
        )

    def only(self, keep: NDArray[np.bool_], *over: str) -> Terms:
        """The terms where ``keep``, a mask on the axes named in ``over``, is true."""
        self._fits(keep.shape, over)
        return self._choose(np.flatnonzero(keep[tuple(self.at[a] for a in over)]))

    def lag(self, periods: int = 1) -> Terms:
        """The same terms, felt that many periods later; what falls past the horizon is dropped."""
        period = self.at["period"] + periods
        chosen = np.flatnonzero(period < len(self.axes["period"]))
        moved = self._choose(chosen)
        return Terms(moved.axes, {**moved.at, "period": period[chosen]}, moved.column, moved.value)

    def nonzero(self) -> Terms:
        """The terms whose coefficient is not zero."""
        return self._choose(np.flatnonzero(self.value))

    def during(self, period: Axis, when: Ints) -> Terms:
        """Terms without time, each placed in the period given for it; what falls past the horizon is dropped."""
        inside = np.flatnonzero(when < len(period))
        placed = self._choose(inside)
        return Terms(
            {**placed.axes, "period": period}, {**placed.at, "period": when[inside]}, placed.column, placed.value
        )

    def spread(self, kernel: Kernel, over: str) -> Terms:
        """Each term felt where the kernel of its element on axis ``over`` says, with the kernel's shares."""
        pattern, started = kernel.of[self.at[over]], self.at["period"]
        if not len(kernel.pointer):
            return self._choose(np.zeros(0, np.int64))
        count = kernel.count[pattern, started]
        felt = runs(kernel.pointer[pattern, started], count)
        wide = self._choose(np.repeat(np.arange(len(self)), count))
        return Terms(
            wide.axes, {**wide.at, "period": kernel.period[felt]}, wide.column, wide.value * kernel.share[felt]
        )

    def to(self, old: str, new: Axis, by: Ints) -> Terms:
        """Axis ``old`` replaced by ``new`` through the map ``by`` (old position -> new position, -1 drops)."""
        if len(by) != len(self.axes[old]):
            raise ValueError(f"map of length {len(by)} for axis {old} of length {len(self.axes[old])}")
        position = by[self.at[old]]
        kept = self._choose(np.flatnonzero(position >= 0)) if (by < 0).any() else self
        at = {name: array for name, array in kept.at.items() if name != old}
        axes = {name: axis for name, axis in kept.axes.items() if name != old}
        return Terms({**axes, new.name: new}, {**at, new.name: by[kept.at[old]]}, kept.column, kept.value)

    def _choose(self, chosen: Ints) -> Terms:
        at = {name: array[chosen] for name, array in self.at.items()}
        return Terms(self.axes, at, self.column[chosen], self.value[chosen])

    def _fits(self, shape: tuple[int, ...], over: tuple[str, ...]) -> None:
        missing = [name for name in over if name not in self.axes]
        if missing:
            raise ValueError(f"terms on {', '.join(self.axes)} have no axis {', '.join(missing)}")
        sizes = tuple(len(self.axes[name]) for name in over)
        if sizes != shape:
            raise ValueError(f"array of shape {shape} on axes {over} of sizes {sizes}")
