"""Programs put together from pieces of rows: masters of cuts, and many cases in one program."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fullrate.lp.assemble import LP
from fullrate.lp.axes import Floats, Ints


@dataclass(frozen=True, eq=False)
class Piece:
    """Some rows over columns: entry ``k`` says ``value[k]`` in row ``row[k]`` at column ``column[k]``.

    ``lower`` and ``upper`` bound the rows, shape (rows,); rows are counted from 0 in each piece.
    """

    row: Ints
    column: Ints
    value: Floats
    lower: Floats
    upper: Floats

    @staticmethod
    def of(lp: LP, shift: int = 0) -> Piece:
        """The rows of a program, its columns beginning at ``shift``."""
        column = np.repeat(np.arange(lp.shape[1]), np.diff(lp.start)) + shift
        return Piece(lp.index.astype(np.int64), column, lp.value, lp.row_lower, lp.row_upper)


def stacked(
    cost: Floats,
    lower: Floats,
    upper: Floats,
    pieces: Sequence[Piece],
    integer: Ints | None = None,
    scale: Floats | None = None,
) -> LP:
    """A program over given columns whose rows are those of the pieces, one below the other; without names."""
    width, begins = len(cost), np.cumsum([0, *(len(piece.lower) for piece in pieces)])
    row = np.concatenate([piece.row + begin for piece, begin in zip(pieces, begins, strict=False)])
    column = np.concatenate([piece.column for piece in pieces])
    value = np.concatenate([piece.value for piece in pieces])
    order = np.lexsort((row, column))
    start = np.append(0, np.cumsum(np.bincount(column, minlength=width)))
    return LP(
        {},
        (),
        (0,),
        cost,
        lower,
        upper,
        np.zeros(0, np.int64) if integer is None else integer,
        start.astype(np.int32),
        row[order].astype(np.int32),
        value[order],
        np.concatenate([piece.lower for piece in pieces]),
        np.concatenate([piece.upper for piece in pieces]),
        np.ones(width) if scale is None else scale,
    )
