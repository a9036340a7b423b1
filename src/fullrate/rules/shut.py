"""Columns that may not be used in some periods: what gates, openings and restrictions share.

Inside their windows most of these columns do not exist; the rows hold those that do.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fullrate.case import Case
from fullrate.lp.axes import Columns
from fullrate.lp.rows import RowBlock, Rows


def shut(name: str, columns: Columns, mask: NDArray[np.bool_], case: Case) -> RowBlock:
    """Rows that hold at zero the columns where ``mask``, of shape (elements, T), is true."""
    return (
        Rows(name, (columns.axis, case.period)).plus(columns.terms.only(mask, columns.axis.name, "period")).at_most(0.0)
    )


def before(name: str, columns: Columns, first: NDArray[np.int64], case: Case) -> RowBlock:
    """Rows that hold at zero the columns before the first usable period of their element."""
    return shut(name, columns, np.arange(case.calendar.periods)[None, :] < first[:, None], case)


def after(name: str, columns: Columns, count: NDArray[np.int64], case: Case) -> RowBlock:
    """Rows that hold at zero the columns past the usable periods of their element."""
    return shut(name, columns, np.arange(case.calendar.periods)[None, :] >= count[:, None], case)
