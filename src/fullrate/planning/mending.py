"""From a point that the solver calls an answer to one that can be carried out.

A solver keeps bounds and rows to its tolerance only. Starts, shipments and spending a little below zero make a plan
cheaper than any execution of it; and taking many of them to zero adds up in a row that they share.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fullrate.case import Case
from fullrate.lp.assemble import LP
from fullrate.lp.residuals import infeasibility
from fullrate.lp.solve import KEPT, mended
from fullrate.planning.dates import periods_reached
from fullrate.planning.met import Met
from fullrate.rules.base import Cols

Floats = NDArray[np.float64]


def carried_out(case: Case, lp: LP, cols: Cols, x: Floats) -> Floats:
    """The nearest point that keeps bounds and rows, and moves no date.

    What is delivered stays, and with it every date. Only where the deliveries themselves are more than there is, by the
    solver's tolerance, do they move as well; a date that such a trifle would move is worth more than the trifle.

    Args:
        case: the scenario.
        lp: its program, whole numbers held.
        cols: its columns.
        x: the point, shape (columns,).
    """
    lower, upper = lp.lower.copy(), lp.upper.copy()
    met = np.unique(Met.of(cols).column)
    lower[met] = upper[met] = np.clip(x, lower, upper)[met]
    kept = mended(lp.within(lower=lower, upper=upper), x)
    if infeasibility(lp, kept) <= KEPT:
        return kept
    free = mended(lp, x)
    same = np.array_equal(periods_reached(case, cols, free), periods_reached(case, cols, kept))
    return free if same else kept
