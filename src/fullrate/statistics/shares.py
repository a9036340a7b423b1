"""Shares and quantiles of samples, with how far they can be off.

Samples in replicates are not independent inside a replicate, but replicates are independent of each other, so the
standard error of any statistic is that of its mean over replicates (Owen 1997). Intervals for independent runs (Wilson
1927; Clopper & Pearson 1934) are wider than need be for such samples; they stand in where all replicates agree.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LEVEL = 0.9
"""Hit rate that intervals of shares and quantiles aim at."""
FEW = 2
"""Hits, or misses, per replicate below which replicates say too little about their own spread."""


def _special() -> Any:
    from scipy import special

    return special


def wilson(hits: int, count: int, level: float = 0.95) -> tuple[float, float]:
    """Interval of a share from independent runs (Wilson 1927).

    >>> low, high = wilson(70, 100)
    >>> round(low, 6), round(high, 6)
    (0.604151, 0.781051)
    """
    z = float(_special().ndtri((1 + level) / 2))
    share, scale = hits / count, 1 + z * z / count
    middle = (share + z * z / (2 * count)) / scale
    half = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count)) / scale
    return max(middle - half, 0.0) if hits else 0.0, min(middle + half, 1.0) if hits < count else 1.0


def clopper_pearson(hits: int, count: int, level: float = 0.95) -> tuple[float, float]:
    """Interval of a share from independent runs that is never too short (Clopper & Pearson 1934).

    >>> low, high = clopper_pearson(70, 100)
    >>> round(low, 6), round(high, 6)
    (0.600185, 0.787594)
    """
    tail, inverse = (1 - level) / 2, _special().betaincinv
    low = float(inverse(hits, count - hits + 1, tail)) if hits else 0.0
    high = float(inverse(hits + 1, count - hits, 1 - tail)) if hits < count else 1.0
    return low, high


def by_replicate(values: ArrayLike, replicate: Ints) -> Floats:
    """Mean of the values in each replicate, shape (replicates,)."""
    counts = np.bincount(replicate)
    return np.asarray(np.bincount(replicate, np.asarray(values, float)) / counts)


def standard_error(of_replicates: ArrayLike) -> float:
    """Standard error of a statistic's mean over replicates; not a number with one replicate."""
    found = np.asarray(of_replicates, float)
    return float(found.std(ddof=1) / math.sqrt(len(found))) if len(found) > 1 else math.nan


@dataclass(frozen=True)
class Share:
    """A share of samples and how far it can be off.

    Attributes:
        share: share of the samples.
        low: low end of the interval.
        high: high end.
        error: standard error over replicates.
        hits: samples that count.
        count: samples in all.
    """

    share: float
    low: float
    high: float
    error: float
    hits: int
    count: int


def share_of(hit: ArrayLike, replicate: Ints, level: float = LEVEL) -> Share:
    """Share of samples for which something holds, with an interval.

    From the replicates by Student's t; Wilson's interval, as if samples were independent, where hits or misses are so
    few that replicates agree by chance.

    Args:
        hit: whether it holds, shape (n,).
        replicate: replicate of each sample, shape (n,).
        level: hit rate of the interval.
    """
    held = np.asarray(hit, bool)
    hits, count, parts = int(held.sum()), len(held), int(replicate.max()) + 1
    error = standard_error(by_replicate(held, replicate))
    if parts == 1 or min(hits, count - hits) < FEW * parts:
        low, high = wilson(hits, count, level)
    else:
        reach = float(_special().stdtrit(parts - 1, (1 + level) / 2)) * error
        low, high = max(hits / count - reach, 0.0), min(hits / count + reach, 1.0)
    return Share(hits / count, low, high, error, hits, count)


def quantile(values: ArrayLike, p: float) -> float:
    """Smallest value that a share ``p`` of the samples does not exceed; infinite values are later than all others."""
    ordered = np.sort(np.asarray(values, float))
    return float(ordered[max(math.ceil(p * len(ordered) - 1e-9), 1) - 1])


def quantile_ranks(count: int, p: float, level: float = 0.95) -> tuple[int, int]:
    """Ranks (from 1) of the order statistics between which the ``p`` quantile lies, for independent runs.

    From the binomial number of values below it, the same odds on both sides; the odds are at least ``level``. Rank 0
    and ``count + 1`` mean that the samples do not bound it.

    >>> quantile_ranks(1024, 0.9)
    (902, 941)
    """
    below = _special().bdtr(np.arange(count + 1.0), count, p)
    low, high = np.searchsorted(below, [(1 - level) / 2, (1 + level) / 2])
    return int(low), int(high) + 1


def quantile_between(values: ArrayLike, p: float, level: float = LEVEL) -> tuple[float, float]:
    """Interval of the ``p`` quantile by order statistics; infinite where the samples do not bound it."""
    ordered = np.sort(np.asarray(values, float))
    low, high = quantile_ranks(len(ordered), p, level)
    return (
        float(ordered[low - 1]) if low >= 1 else -math.inf,
        float(ordered[high - 1]) if high <= len(ordered) else math.inf,
    )


def tail_mean(losses: ArrayLike, beyond: float) -> float:
    """Mean of the worst ``1 - beyond`` of the losses (conditional value at risk; Rockafellar & Uryasev 2000).

    >>> round(tail_mean(range(1, 11), 0.8), 9)
    9.5
    """
    values = np.asarray(losses, float)
    at = quantile(values, beyond)
    return float(at + np.maximum(values - at, 0).mean() / (1 - beyond)) if math.isfinite(at) else math.inf


def frequency(share: float) -> tuple[int, int]:
    """A share as so many of 10, of 100 or of 1000: the fewest that say it to an eighth of its rarer side.

    >>> frequency(0.31), frequency(0.973), frequency(0.004), frequency(0.0), frequency(1.0)
    ((3, 10), (97, 100), (4, 1000), (0, 10), (10, 10))
    """
    rare = min(share, 1 - share)
    for of in (10, 100):
        if abs(round(share * of) / of - share) <= rare / 8:
            return round(share * of), of
    return round(share * 1000), 1000
