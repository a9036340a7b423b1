"""The kernel once more with plain arrays: terms as full tensors, programs as full matrices."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fullrate.calendar import Kernel
from fullrate.case.axes import Axis
from fullrate.lp.assemble import LP
from fullrate.lp.axes import Columns, Terms, block, numbered
from fullrate.lp.rows import RowBlock

Floats = NDArray[np.float64]


def axis(name: str, size: int) -> Axis:
    return Axis(name, tuple(f"{name}{at}" for at in range(size)))


def ragged(name: str, elements: Axis, period: Axis, dice: np.random.Generator) -> Columns:
    """A block with a random window for each element, some of them empty."""
    first = dice.integers(0, len(period), len(elements))
    return block(name, elements, period, first, dice.integers(0, len(period) - first + 1))


def random_kernel(elements: int, periods: int, dice: np.random.Generator) -> tuple[Kernel, Floats]:
    """A kernel of two patterns, and the share by element, start and period, shape (elements, T, T)."""
    patterns = [np.triu(dice.random((periods, periods)) * (dice.random((periods, periods)) < 0.4)) for _ in range(2)]
    of = dice.integers(0, 2, elements)
    return Kernel.from_patterns(of, patterns, periods), np.array(patterns)[of].reshape(elements, periods, periods)


def tensor(terms: Terms, over: Sequence[str], columns: int) -> Floats:
    """Coefficient by position on the axes named in ``over``, all other axes summed, and by column."""
    full = np.zeros((*(len(terms.axes[name]) for name in over), columns))
    np.add.at(full, (*(terms.at[name] for name in over), terms.column), terms.value)
    return full


def matrix(lp: LP) -> Floats:
    """The full matrix of a program, shape (rows, columns)."""
    full = np.zeros(lp.shape)
    np.add.at(full, (lp.index, np.repeat(np.arange(lp.shape[1]), np.diff(lp.start))), lp.value)
    return full


def spelt_rows(one: RowBlock, columns: int) -> dict[tuple[int, ...], Floats]:
    """Coefficients of each row by its position."""
    full = np.zeros((len(one), columns))
    row, column, value = one.entries()
    np.add.at(full, (row, column), value)
    return {tuple(int(at[row]) for at in one.at): full[row] for row in range(len(one))}


def program(
    a: Floats,
    cost: Sequence[float],
    row: tuple[Sequence[float], Sequence[float]],
    upper: Sequence[float] = (),
    **more: Floats,
) -> LP:
    """A program with a full matrix; columns from zero to ``upper``, without end where it is not given."""
    column, index = np.nonzero(a.T)
    count = a.shape[1]
    return LP(
        columns={},
        rows=(),
        begins=(0,),
        cost=np.array(cost, float),
        lower=more.get("lower", np.zeros(count)),
        upper=np.array(upper, float) if len(upper) else np.full(count, np.inf),
        integer=np.array(more.get("integer", np.zeros(0)), np.int64),
        start=np.searchsorted(column, np.arange(count + 1)).astype(np.int32),
        index=index.astype(np.int32),
        value=a.T[column, index],
        row_lower=np.array(row[0], float),
        row_upper=np.array(row[1], float),
        scale=more.get("scale", np.ones(count)),
    )


def two_blocks(periods: int = 3) -> tuple[Axis, Axis, dict[str, Columns]]:
    """Machines and periods, with a block of columns for each machine and period, and one without time."""
    machine, period = axis("machine", 2), axis("period", periods)
    whole = np.full(2, periods)
    run = block("run", machine, period, np.zeros(2, np.int64), whole)
    buy = block("buy", machine, None, np.zeros(2, np.int64), np.ones(2, np.int64), upper=4.0)
    return machine, period, numbered([run, buy])
