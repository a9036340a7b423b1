"""Axes, columns on them, and terms: what a rule writes its rows with.

A column exists only inside its window: element ``e`` of a block has columns for the periods
``first[e] .. last[e]`` and no others. Terms are coefficients of columns, placed on named axes and kept as runs over
consecutive periods: most of what a rule does to a term it does to all periods alike, so a national plan of millions of
coefficients is written with thousands of numbers and spelt out once, in its rows. Two axes match when they are the same
object; anything else raises, so a wrong alignment cannot pass in silence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fullrate.calendar import Kernel
from fullrate.case.axes import Axis, runs

Ints = NDArray[np.int64]
Places = NDArray[np.int32]
"""Numbers of columns, rows and entries as the solver counts them."""
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Relation:
    """Pairs from the elements of a column block to the elements of another axis, each with a weight."""

    axis: Axis
    source: Ints
    target: Ints
    weight: Floats


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
        lower: lower bounds: one, one per element, or one per element and period of the horizon.
        upper: upper bounds, likewise.
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
        return int(self.count.sum())

    def spelt(self, name: str) -> Floats:
        """``lower``, ``upper`` or ``scale`` of every column, shape (columns,)."""
        given: Floats = getattr(self, name)
        if given.ndim == 2:
            return given[np.repeat(np.arange(len(self.count)), self.count), runs(self.first, self.count)]
        return np.repeat(np.broadcast_to(given, self.count.shape), self.count)

    @cached_property
    def offset(self) -> Ints:
        """Number of each element's first column, shape (elements,)."""
        return self.start + np.cumsum(self.count) - self.count

    @cached_property
    def terms(self) -> Terms:
        """Every column with coefficient one, on the block's own axes."""
        every = np.arange(len(self.axis))
        return self.each(Relation(self.axis, every, every, np.ones(len(every))))

    def each(self, relation: Relation) -> Terms:
        """Every column once for each pair of the relation that starts at its element."""
        some = np.flatnonzero(self.count[relation.source])
        source, axis = relation.source[some], relation.axis
        axes = {axis.name: axis} if self.period is None else {axis.name: axis, "period": self.period}
        where = {axis.name: relation.target[some]}
        return Terms(axes, where, self.first[source], self.count[source], self.offset[source], relation.weight[some])


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
    low, high = np.asarray(lower, float), np.asarray(upper, float)
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
    """Coefficients of columns placed on named axes, as runs.

    Run ``r`` is ``weight[r]`` times each of the ``count[r]`` columns from ``start[r]`` on, felt in as many periods from
    ``first[r]`` on, at position ``where[name][r]`` of every other axis. Spelt out term by term: entry ``j`` says
    ``value[j] * column[j]`` at ``at[..][j]``.
    """

    axes: Mapping[str, Axis]
    where: Mapping[str, Ints]
    first: Ints
    count: Ints
    start: Ints
    weight: Floats

    def __len__(self) -> int:
        """Number of terms."""
        return int(self.count.sum())

    @property
    def column(self) -> Ints:
        """Column of each term."""
        return runs(self.start, self.count)

    @property
    def value(self) -> Floats:
        """Coefficient of each term."""
        return np.repeat(self.weight, self.count)

    @property
    def at(self) -> Mapping[str, Ints]:
        """Position of each term on each axis."""
        at = {name: np.repeat(position, self.count) for name, position in self.where.items()}
        return {**at, "period": runs(self.first, self.count)} if "period" in self.axes else at

    def __neg__(self) -> Terms:
        """The same terms with the opposite sign."""
        return replace(self, weight=-self.weight)

    def by(self, factor: Floats | float, *over: str) -> Terms:
        """Each coefficient times ``factor``, an array on the axes named in ``over`` (none: a number)."""
        values = np.asarray(factor, float)
        even = self._evened(values, over)
        return replace(even, weight=even.weight * values[even.begins(over)])

    def only(self, keep: NDArray[np.bool_], *over: str) -> Terms:
        """The terms where ``keep``, a mask on the axes named in ``over``, is true."""
        even = self._evened(keep, over)
        return even._choose(np.flatnonzero(keep[even.begins(over)]))

    def lag(self, periods: int = 1) -> Terms:
        """The same terms, felt that many periods later; what falls past the horizon is dropped."""
        return replace(self, first=self.first + periods)._inside()

    def nonzero(self) -> Terms:
        """The terms whose coefficient is not zero."""
        return self._choose(np.flatnonzero(self.weight))

    def during(self, period: Axis, when: Ints) -> Terms:
        """Terms without time, each placed in the period given for it; what falls past the horizon is dropped."""
        return replace(self, axes={**self.axes, "period": period}, first=when)._inside()

    def spread(self, kernel: Kernel, over: str) -> Terms:
        """Each term felt where the kernel of its element on axis ``over`` says, with the kernel's shares."""
        if not len(kernel.pointer):
            return self._choose(np.zeros(0, np.int64))
        whole = self if kernel.even else self._cut(self.count > 1)
        pattern, started = kernel.of[whole.where[over]], whole.first
        count = kernel.count[pattern, started]
        felt = runs(kernel.pointer[pattern, started], count)
        wide = whole._choose(np.repeat(np.arange(len(count)), count))
        return replace(wide, first=kernel.period[felt], weight=wide.weight * kernel.share[felt])._inside()

    def to(self, old: str, new: Axis, by: Ints) -> Terms:
        """Axis ``old`` replaced by ``new`` through the map ``by`` (old position -> new position, -1 drops)."""
        if len(by) != len(self.axes[old]):
            raise ValueError(f"map of length {len(by)} for axis {old} of length {len(self.axes[old])}")
        position = by[self.where[old]]
        kept = self._choose(np.flatnonzero(position >= 0)) if (by < 0).any() else self
        where = {name: array for name, array in kept.where.items() if name != old}
        axes = {name: axis for name, axis in kept.axes.items() if name != old}
        return replace(kept, axes={**axes, new.name: new}, where={**where, new.name: by[kept.where[old]]})

    def _choose(self, chosen: Ints) -> Terms:
        where = {name: array[chosen] for name, array in self.where.items()}
        return Terms(self.axes, where, self.first[chosen], self.count[chosen], self.start[chosen], self.weight[chosen])

    def _inside(self) -> Terms:
        """The terms felt before the horizon."""
        left = len(self.axes["period"]) - self.first
        some = np.flatnonzero(left > 0)
        return replace(self, count=np.minimum(self.count, left))._choose(some)

    def begins(self, over: Sequence[str]) -> tuple[Ints, ...]:
        """Position of the first term of each run on the axes named in ``over``."""
        return tuple(self.first if name == "period" else self.where[name] for name in over)

    def _evened(self, values: NDArray[Any], over: tuple[str, ...]) -> Terms:
        """The terms in runs along which ``values``, on the axes named in ``over``, does not change."""
        self._fits(values.shape, over)
        if "period" not in over:
            return self
        along = np.moveaxis(values, over.index("period"), -1)
        changes = (along[..., 1:] != along[..., :-1]).any(axis=-1)
        others = self.begins(tuple(name for name in over if name != "period"))
        return self._cut(np.broadcast_to(changes[others], self.count.shape) & (self.count > 1))

    def _cut(self, apart: NDArray[np.bool_]) -> Terms:
        """The terms with the runs marked in ``apart`` cut into runs of one."""
        if not apart.any():
            return self
        pieces = np.where(apart, self.count, 1)
        later = runs(np.zeros_like(pieces), pieces)
        cut = self._choose(np.repeat(np.arange(len(pieces)), pieces))
        count = np.repeat(np.where(apart, 1, self.count), pieces)
        return replace(cut, first=cut.first + later, count=count, start=cut.start + later)

    def _fits(self, shape: tuple[int, ...], over: tuple[str, ...]) -> None:
        missing = [name for name in over if name not in self.axes]
        if missing:
            raise ValueError(f"terms on {', '.join(self.axes)} have no axis {', '.join(missing)}")
        sizes = tuple(len(self.axes[name]) for name in over)
        if sizes != shape:
            raise ValueError(f"array of shape {shape} on axes {over} of sizes {sizes}")
