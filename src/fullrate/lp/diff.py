"""Where two programs differ: only in bounds, or in the matrix itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fullrate.lp.assemble import LP
from fullrate.lp.axes import Ints


@dataclass(frozen=True, eq=False)
class Difference:
    """Columns and rows whose bounds differ."""

    columns: Ints
    rows: Ints


def diff(a: LP, b: LP) -> Difference | None:
    """What turns ``a`` into ``b``; None when more than bounds differ, so that nothing of a solution of ``a`` holds."""
    if a.shape != b.shape or len(a.integer) != len(b.integer):
        return None
    for name in ("start", "index", "value", "cost", "integer"):
        mine, other = getattr(a, name), getattr(b, name)
        if mine is not other and not np.array_equal(mine, other):
            return None
    return Difference(
        np.flatnonzero((a.lower != b.lower) | (a.upper != b.upper)),
        np.flatnonzero((a.row_lower != b.row_lower) | (a.row_upper != b.row_upper)),
    )
