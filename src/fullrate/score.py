"""Proper scores of probabilistic forecasts, and how sure a comparison of two of them is.

A forecast is an ensemble: values that are equally likely. All scores are negatively oriented, less is better, and keep
the unit of what is forecast (Gneiting & Raftery 2007).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

LEAST_ODDS = 0.001
"""Probability below which a forecast is taken at this value by the log score, since a finite ensemble knows no zero."""


def crps(ensemble: ArrayLike, outcome: float, fair: bool = True) -> float:
    """Continuous ranked probability score of an ensemble.

    ``mean |x - y| - sum over pairs |x_i - x_j| / (M (M - 1))``; the fair form, unbiased for an ensemble of any size
    (Ferro 2014), or with ``M^2`` in place of ``M (M - 1)`` the plain one. One member alone is scored plainly.

    >>> crps([1, 2, 3], 2, fair=False), crps([1, 2, 3], 2)
    (0.2222222222222222, 0.0)

    Args:
        ensemble: finite values, shape (M,).
        outcome: what came.
        fair: the fair form.

    Raises:
        ValueError: the ensemble is empty or not finite.
    """
    values = np.sort(np.asarray(ensemble, float).ravel())
    size = len(values)
    if size == 0 or not np.isfinite(values).all() or not math.isfinite(outcome):
        raise ValueError("an ensemble of finite values and a finite outcome are scored")
    weight = 2.0 * np.arange(1, size + 1) - size - 1.0
    pairs = float(weight @ values)
    divisor = size * (size - 1) if fair and size > 1 else size * size
    return float(np.abs(values - outcome).mean()) - pairs / divisor


def threshold_crps(ensemble: ArrayLike, outcome: float, cap: float, fair: bool = True) -> float:
    """CRPS that looks below a threshold only: values above it, infinite ones too, count as the threshold.

    What is censored there is scored without knowing it; the score stays proper (Allen, Ginsbourger & Ziegel 2023).
    """
    return crps(np.minimum(np.asarray(ensemble, float), cap), min(outcome, cap), fair)


def normal_crps(mean: float, deviation: float, outcome: float) -> float:
    """CRPS of a normal forecast in closed form (Gneiting et al. 2005).

    >>> round(normal_crps(0, 1, 0), 7)
    0.233695
    """
    z = (outcome - mean) / deviation
    density = math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    below = 0.5 * (1 + math.erf(z / math.sqrt(2)))
    return deviation * (z * (2 * below - 1) + 2 * density - 1 / math.sqrt(math.pi))


def interval(ensemble: ArrayLike, level: float) -> tuple[float, float]:
    """The central interval that holds a share ``level`` of the ensemble."""
    tail = (1 - level) / 2
    low, high = np.quantile(np.asarray(ensemble, float), [tail, 1 - tail], method="inverted_cdf")
    return float(low), float(high)


def interval_score(low: float, high: float, outcome: float, level: float) -> float:
    """Width of a central interval, and ``2 / (1 - level)`` times the distance by which it missed (Winkler 1972).

    >>> round(interval_score(0.0, 2.0, 3.0, 0.8), 9)
    12.0
    """
    missed = max(low - outcome, 0.0) + max(outcome - high, 0.0)
    return high - low + 2 / (1 - level) * missed


def brier(odds: float, happened: bool) -> float:
    """Squared error of a probability (Brier 1950)."""
    return (odds - float(happened)) ** 2


def log_score(odds: float, happened: bool) -> float:
    """Minus the logarithm of the probability given to what happened; odds are kept off 0 and 1 by ``LEAST_ODDS``."""
    kept = min(max(odds, LEAST_ODDS), 1 - LEAST_ODDS)
    return -math.log(kept if happened else 1 - kept)


def pit(ensemble: ArrayLike, outcome: float, at: float = 0.5) -> float:
    """Probability integral transform: the share of the ensemble below the outcome; ``at`` is the place inside a tie."""
    values = np.asarray(ensemble, float)
    return float((values < outcome).mean() + at * (values == outcome).mean())


def skill(score: float, baseline: float) -> float | None:
    """Share by which a mean score is less than a baseline's; None where both are nothing."""
    if baseline == 0.0:
        return None if score == 0.0 else -math.inf
    return 1.0 - score / baseline


FEWEST = 8
"""Cases below which no interval is given."""


@dataclass(frozen=True)
class Band:
    """A value and the interval a bootstrap gives it."""

    value: float
    low: float
    high: float


def skill_band(
    scores: ArrayLike, baseline: ArrayLike, rng: np.random.Generator, level: float = 0.9, draws: int = 4000
) -> Band | None:
    """Skill over a baseline on the same cases, with a bootstrap interval over the cases.

    None where the baseline's score is nothing, or where there are fewer than ``FEWEST`` cases: a bootstrap of a handful
    says nothing.

    Args:
        scores: one mean score a case, shape (cases,); a case is drawn as a whole.
        baseline: the same of the baseline.
        rng: random stream of the bootstrap.
        level: share of the interval.
        draws: bootstrap samples.
    """
    ours, theirs = np.asarray(scores, float), np.asarray(baseline, float)
    if len(ours) < FEWEST or not theirs.sum():
        return None
    drawn = rng.integers(len(ours), size=(draws, len(ours)))
    below = np.maximum(theirs[drawn].mean(axis=1), 1e-12)
    low, high = np.quantile(1 - ours[drawn].mean(axis=1) / below, [(1 - level) / 2, (1 + level) / 2])
    return Band(1 - float(ours.mean() / theirs.mean()), float(low), float(high))


def hit_band(cases: int, level: float) -> tuple[int, int]:
    """Fewest and most hits of an honest interval in so many cases, 95 % of the time (binomial).

    >>> hit_band(12, 0.8)
    (7, 12)
    """
    weight = [math.comb(cases, k) * level**k * (1 - level) ** (cases - k) for k in range(cases + 1)]
    below = np.cumsum(weight)
    return int(np.searchsorted(below, 0.025, "right")), int(np.searchsorted(below, 0.975 - 1e-12))
