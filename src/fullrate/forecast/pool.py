r"""Two views of one date as one forecast: a linear pool on the scale of the logarithm of the duration.

.. math:: z' = \delta + \kappa z, \qquad F(z) = \omega F_{inside}(z') + (1 - \omega) F_{outside}(z')

A linear pool (Stone 1961) keeps both views whole: where they disagree it has two humps, and is wider than either. Its
weight, shift and width may only be learnt from pooled forecasts that have been scored; until ``ENOUGH`` of them are,
the views weigh the same and nothing is recalibrated.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

ENOUGH = 8
"""Scored pooled forecasts from which the weight may be learnt."""

SCORED = 0
"""Pooled forecasts that have been scored: no surge on record has a scenario that was planned before it ended."""

WEIGHT, SHIFT, WIDEN = 0.5, 0.0, 1.0
"""Weight of the inside view, shift and width of the pool, while fewer than ``ENOUGH`` have been scored (assumption)."""

FAR_APART = 1 / 3
"""Difference of the odds of the promised date from which two views disagree (assumption)."""


@dataclass(frozen=True, eq=False)
class Pool:
    """A weighted ensemble of a positive quantity, infinite where it never is.

    Attributes:
        value: ascending, shape (n,).
        weight: summing to 1, shape (n,).
    """

    value: Floats
    weight: Floats

    def quantile(self, probability: float) -> float:
        """Smallest value below or at which so much of the weight lies."""
        at = int(np.searchsorted(np.cumsum(self.weight), probability - 1e-12))
        return float(self.value[min(at, len(self.value) - 1)])

    def below(self, value: float) -> float:
        """Weight at or below a value."""
        return round(
            float(self.weight[self.value <= value].sum()), 12
        )  # sums of equal weights, not 16.500000000000004 %


def pool(
    inside: ArrayLike, outside: ArrayLike, weight: float = WEIGHT, shift: float = SHIFT, widen: float = WIDEN
) -> Pool:
    """The linear pool of two ensembles of a positive quantity.

    >>> both = pool([1.0, 2.0], [2.0, 4.0, 8.0, 16.0])
    >>> both.below(2.0), both.quantile(0.5)
    (0.625, 2.0)

    Args:
        inside: an ensemble; zero and infinite values stay what they are.
        outside: the other.
        weight: of the inside view.
        shift: of the logarithm.
        widen: factor on the logarithm.
    """
    views = [np.asarray(one, float).ravel() for one in (inside, outside)]
    value = np.concatenate(views)
    shares = np.concatenate(
        [np.full(len(one), part / len(one)) for one, part in zip(views, (weight, 1 - weight), strict=True)]
    )
    with np.errstate(divide="ignore"):
        moved = np.exp(shift + widen * np.log(value)) if (shift, widen) != (0.0, 1.0) else value
    order = np.argsort(moved, kind="stable")
    return Pool(moved[order], shares[order])


def apart(inside: ArrayLike, outside: ArrayLike) -> list[str]:
    """In what two views of a duration ratio disagree; empty where they do not.

    ``odds``: of the promised date, by more than ``FAR_APART``. ``ranges``: neither 80 % range holds the other's median.
    """
    views = [np.asarray(one, float).ravel() for one in (inside, outside)]
    odds = [float((one <= 1.0).mean()) for one in views]
    low, middle, high = ([float(np.quantile(one, q, method="inverted_cdf")) for one in views] for q in (0.1, 0.5, 0.9))
    found = ["odds"] if abs(odds[0] - odds[1]) > FAR_APART else []
    strange = [not low[a] <= middle[b] <= high[a] for a, b in ((0, 1), (1, 0))]
    return [*found, *(["ranges"] if all(strange) else [])]
