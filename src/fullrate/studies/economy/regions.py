"""What of the indirect output stays in a region, where only the jobs of its sectors are known.

Flegg & Webber 1997: a region buys less of an input from itself the smaller the selling sector is there against the
buying one, and the smaller the region. The exponent delta is an estimate (0.1 to 0.4 in the studies reviewed by Flegg &
Tohmo 2013), so every answer is shown for several.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

DELTA = 0.3
"""Exponent that answers rest on."""
DELTAS = (0.1, 0.2, 0.3, 0.4)
"""Exponents an answer is shown for."""


def smallness(share: float, delta: float) -> float:
    """``log2(1 + share) ** delta`` for a region with that share of all jobs.

    >>> round(smallness(0.1, 0.3), 6)
    0.551435
    """
    return float(np.log2(1 + share) ** delta)


def quotients(region: Floats, nation: Floats, delta: float) -> Floats:
    """Flegg's location quotient of every pair of sectors, (selling, buying), shape (n, n).

    Args:
        region: jobs of each sector in the region, shape (n,); a region without any supplies itself nothing.
        nation: jobs of each sector in all, shape (n,); zero only where the region has none either.
        delta: exponent of the size of the region.
    """
    there = np.divide(region, nation, out=np.zeros(len(region)), where=nation > 0)
    share = float(region.sum() / nation.sum())
    across = np.divide(there[:, None], there[None, :], out=np.zeros((len(region),) * 2), where=there[None, :] > 0)
    np.fill_diagonal(across, there / share if share > 0 else there)
    return across * smallness(share, delta)


def regional(a: Floats, region: Floats, nation: Floats, delta: float) -> Floats:
    """Coefficients of inputs from the region itself: ``a`` times the quotient where that is below one, shape (n, n)."""
    return a * np.minimum(quotients(region, nation, delta), 1.0)
