"""What is missing from a point that keeps rows and bounds only to a solver's tolerance, as a program of its own.

Iterative refinement (Gleixner, Steffy & Wolter 2016, INFORMS Journal on Computing 28): the moves that mend the point
are counted in the size of what is wrong with it, so the tolerance with which they are found is a small part of that.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fullrate.case.axes import runs
from fullrate.lp.assemble import LP
from fullrate.lp.axes import Floats, Ints


@dataclass(frozen=True, eq=False)
class Moves:
    """The smallest move within the bounds that restores the rows.

    Attributes:
        lp: its program: every column is one that may move, once up and once down; least sum, each in its scale.
        column: the column of the point that each moves.
        step: what one unit of each adds to it.
    """

    lp: LP
    column: Ints
    step: Floats

    @staticmethod
    def of(lp: LP, x: Floats, kept: float) -> Moves:
        """Moves of a point of ``lp``, shape (columns,), that is inside its bounds.

        Rows with a residual of at most ``kept`` need none: they may stay as they are.
        """
        activity = lp.times(x)
        below, above = _missing(lp.row_lower, activity, kept), _missing(-lp.row_upper, -activity, kept)
        size = float((np.maximum(below, above) / lp.row_size()).max(initial=0.0)) or 1.0
        up, down = np.flatnonzero(x < lp.upper), np.flatnonzero(x > lp.lower)
        column, sign = np.concatenate([up, down]), np.repeat([1.0, -1.0], [len(up), len(down)])
        first, count = lp.start[column], np.diff(lp.start)[column]
        terms = runs(first, count.astype(np.int64))
        moves = LP(
            {},
            (),
            (0,),
            1 / lp.scale[column],
            np.zeros(len(column)),
            np.concatenate([(lp.upper - x)[up], (x - lp.lower)[down]]) / size,
            np.zeros(0, np.int64),
            np.append(0, np.cumsum(count)).astype(np.int32),
            lp.index[terms],
            lp.value[terms] * np.repeat(sign, count),
            below / size,
            -above / size,
            lp.scale[column],
        )
        return Moves(moves, column, sign * size)

    def made(self, lp: LP, x: Floats, amount: Floats) -> Floats:
        """The point after these amounts of the moves."""
        moved = x + np.bincount(self.column, self.step * amount, minlength=len(x))
        return np.asarray(np.clip(moved, lp.lower, lp.upper), np.float64)


def _missing(bound: Floats, value: Floats, kept: float) -> Floats:
    """What each value is below its bound; nothing where that is at most ``kept`` of it."""
    short = bound - value
    return np.where(short <= kept * (1 + np.abs(bound)), np.minimum(short, 0.0), short)
