"""From points to a curve: what is dominated, and where the curve bends most.

Pure arithmetic on two columns of numbers; it knows nothing of plans.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SAME = 1e-6
"""Share of the range of amounts within which two of them count as equal: the solver's rounding."""
BENT = 0.05
"""Distance from the chord, in ranges of the axes, below which a curve counts as straight and has no knee."""


def dominated(amount: Floats, wait: Floats, slack: float = SAME) -> NDArray[np.bool_]:
    """Points that another one beats: no worse on either axis, and better on one; of equals the quickest stays.

    Args:
        amount: what is given up, less is better, shape (points,).
        wait: mean waits in days, less is better, shape (points,).
        slack: share of a wait by which plans may differ without meaning it.

    >>> dominated(np.array([1.0, 2.0, 3.0]), np.array([5.0, 6.0, 4.0])).tolist()
    [False, True, False]
    """
    close = SAME * max(_range(amount), SAME * float(np.abs(amount).max(initial=0.0)))
    early = slack * float(wait.min(initial=np.inf))
    order = np.lexsort((amount, wait)).argsort()
    less, sooner = amount[:, None] - amount[None, :], wait[:, None] - wait[None, :]
    better = (less < -close) | (sooner < -early) | (order[:, None] < order[None, :])
    return np.asarray(((less <= close) & (sooner <= early) & better).any(axis=0), np.bool_)


def knee(amount: Floats, wait: Floats) -> tuple[int, float] | None:
    """The point farthest from the chord between the ends, and how far it is, both axes scaled to their range.

    None where there are fewer than three points or the curve is nearly straight.
    Source: Satopaa, Albrecht, Irwin & Raghavan 2011 (Kneedle); Das 1999 for the chord between the extremes.

    >>> at, far = knee(np.array([0.0, 1.0, 4.0]), np.array([9.0, 3.0, 1.0]))
    >>> at, round(far, 3)
    (1, 0.5)
    """
    if len(amount) < 3 or not _range(amount) or not _range(wait):
        return None
    below = 1 - (amount - amount.min()) / _range(amount) - (wait - wait.min()) / _range(wait)
    at = int(below.argmax())
    return (at, float(below[at])) if below[at] > BENT else None


def _range(values: Floats) -> float:
    return float(values.max() - values.min()) if len(values) else 0.0
