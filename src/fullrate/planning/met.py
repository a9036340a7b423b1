"""What counts towards needs: the columns that meet them or take from what is met, as flat arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fullrate.rules.base import Cols

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Met:
    """One entry per column and need: its number, need, period, and the need that one unit of it meets."""

    column: Ints
    need: Ints
    period: Ints
    amount: NDArray[np.float64]

    @staticmethod
    def of(cols: Cols) -> Met:
        """All that activities send to needs."""
        sent = cols.to("met")
        return Met(
            np.concatenate([terms.column for terms in sent]),
            np.concatenate([terms.at["need"] for terms in sent]),
            np.concatenate([terms.at["period"] for terms in sent]),
            np.concatenate([terms.value for terms in sent]),
        )
