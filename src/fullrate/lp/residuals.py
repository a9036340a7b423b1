"""How far a point is from solving a linear program, recomputed from the point alone.

The solver's word is not taken: feasibility, reduced costs and the gap between the two objectives come from the arrays.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fullrate.lp.assemble import LP
from fullrate.lp.axes import Floats


@dataclass(frozen=True)
class Residuals:
    """Karush-Kuhn-Tucker residuals (Boyd & Vandenberghe 2004, 5.5.3).

    Attributes:
        primal: largest violation of a row or bound, relative to 1 + the size of the bound.
        dual: largest reduced cost or row dual with a sign that no bound supports, relative to 1 + the largest cost.
        gap: difference of primal and dual objective, relative to 1 + their size.
    """

    primal: float
    dual: float
    gap: float

    @property
    def worst(self) -> float:
        """The largest of the three."""
        return max(self.primal, self.dual, self.gap)


def residuals(lp: LP, x: Floats, row_dual: Floats, *, counted: bool = False) -> Residuals:
    """Residuals of primal ``x``, shape (columns,), and row duals, shape (rows,), for a minimisation.

    ``counted``: violations relative to the size of their row or column, in which the solver counts, where that is above
    one: enough where ``x`` is not carried out and only its value is wanted, since the gap bounds what they are worth.

    The dual objective prices each row and column at the bound its sign points to; where that bound is infinite the
    price itself is the dual infeasibility and counts nothing in the objective.
    """
    activity = lp.times(x)
    reduced = lp.cost - lp.priced(row_dual)
    row, column = (np.maximum(lp.row_size(), 1.0), np.maximum(lp.scale, 1.0)) if counted else (1.0, 1.0)
    primal = max(_outside(activity, lp.row_lower, lp.row_upper, row), _outside(x, lp.lower, lp.upper, column))
    unsupported_row, row_value = _priced(row_dual, lp.row_lower, lp.row_upper)
    unsupported_column, column_value = _priced(reduced, lp.lower, lp.upper)
    size = 1 + np.abs(lp.cost).max(initial=0)
    objective, bound = float(lp.cost @ x), row_value + column_value
    gap = abs(objective - bound) / (1 + max(abs(objective), abs(bound)))
    return Residuals(primal, max(unsupported_row, unsupported_column) / size, gap)


def infeasibility(lp: LP, x: Floats) -> float:
    """The primal residual alone."""
    return max(_outside(lp.times(x), lp.row_lower, lp.row_upper), _outside(x, lp.lower, lp.upper))


def _outside(value: Floats, lower: Floats, upper: Floats, unit: Floats | float = 1.0) -> float:
    below = (lower - value) / (unit + np.abs(np.where(np.isfinite(lower), lower, 0)))
    above = (value - upper) / (unit + np.abs(np.where(np.isfinite(upper), upper, 0)))
    return float(max(below.max(initial=0), above.max(initial=0)))


def _priced(price: Floats, lower: Floats, upper: Floats) -> tuple[float, float]:
    bound = np.where(price > 0, lower, upper)
    finite = np.isfinite(bound)
    unsupported = float(np.abs(price[~finite]).max(initial=0))
    return unsupported, float(price[finite] @ bound[finite])
