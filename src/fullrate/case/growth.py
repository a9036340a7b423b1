r"""Reliability growth: how failures get rarer while a design is tested and mended (power law, Crow 1974).

The number of failures by test hour ``t`` is expected to be ``scale * t**beta``; below one, ``beta`` says that they get
rarer. The mean time between failures at that hour is ``t**(1 - beta) / (scale * beta)``. Estimates are of maximum
likelihood; how uncertain they are follows exactly from two chi-square variables when a test ends with a failure.
Sources: Duane 1964; Crow 1974; MIL-HDBK-189 (1981).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LOWEST, HIGHEST = 1e-6, 50.0
"""Ends between which the exponent of grouped failures is searched."""


@dataclass(frozen=True)
class Growth:
    """A power law fitted to the failures of a test.

    Attributes:
        beta: exponent; below one failures get rarer.
        count: failures.
        hours: test hours behind them.
        by_failure: whether the test ended with its last failure rather than at a time.
    """

    beta: float
    count: int
    hours: float
    by_failure: bool

    @property
    def scale(self) -> float:
        """Expected failures in the first hour."""
        return float(self.count / self.hours**self.beta)

    @property
    def unbiased(self) -> float:
        """The exponent without the bias of the estimate, which is large for few failures."""
        return self.beta * (self.count - 1 - self.by_failure) / self.count

    @property
    def cumulative(self) -> float:
        """Mean time between failures over the whole test, hours."""
        return self.hours / self.count

    @property
    def instantaneous(self) -> float:
        """Mean time between failures at the end of the test, hours."""
        return self.cumulative / self.beta

    def reaches(self, target: float) -> float:
        """Test hours, counted from the start of the test, at which the instantaneous mean is ``target`` hours.

        Hours already run where it is there; infinite where it never is.
        """
        return float(self.hours * hours_to(np.array(target / self.instantaneous), np.array(self.beta)))

    def fit(self, times: Sequence[float]) -> float:
        """Cramer-von Mises statistic of the failure times against the power law; small is good."""
        number = np.arange(1, len(times) + 1)
        expected = (2 * number - 1) / (2 * len(times))
        found = (np.asarray(times, float) / self.hours) ** self.unbiased
        return float(1 / (12 * len(times)) + ((found - expected) ** 2).sum())


def hours_to(ratio: Floats, beta: Floats) -> Floats:
    """Test hours at which the mean is ``ratio`` times what it is now, in hours already run; infinite where never."""
    ahead, slow = ratio > 1, beta >= 1 - 1e-12
    power = 1 / np.where(slow, 1.0, 1 - beta)
    with np.errstate(over="ignore"):
        grown = np.where(ahead & ~slow, ratio, 1.0) ** power
    return np.asarray(np.where(ahead, np.where(slow, np.inf, grown), 1.0), np.float64)


def fitted(times: Sequence[float], end: float | None = None) -> Growth:
    """A power law through failure times in hours, ascending; ``end`` is when the test was stopped, if not by a failure.

    >>> times = [10400, 26900, 43400, 66400, 89400, 130400, 163400, 232000, 242000, 340700]
    >>> round(fitted(times).beta, 7), round(fitted(times).instantaneous, 4)
    (0.7416566, 45937.7009)
    """
    hours = float(times[-1] if end is None else end)
    logs = math.fsum(math.log(hours / time) for time in times)
    return Growth(len(times) / logs, len(times), hours, end is None)


def grouped(ends: Sequence[float], counts: Sequence[int]) -> Growth:
    """A power law through failures counted in intervals that end at ``ends`` hours, by bisection of the likelihood."""
    hours, begins = float(ends[-1]), [0.0, *ends[:-1]]

    def rises(beta: float) -> float:
        total = 0.0
        for begin, end, count in zip(begins, ends, counts, strict=True):
            low, high = (begin / hours) ** beta if begin else 0.0, (end / hours) ** beta
            weighted = high * math.log(end / hours) - (low * math.log(begin / hours) if begin else 0.0)
            total += count * weighted / (high - low)
        return total

    low, high = LOWEST, HIGHEST
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if rises(middle) > 0 else (low, middle)
    return Growth((low + high) / 2, sum(counts), hours, False)


def expected(growth: Growth, ends: Sequence[float]) -> list[float]:
    """Failures that a power law expects in intervals that end at ``ends`` hours."""
    so_far = [0.0, *(growth.scale * end**growth.beta for end in ends)]
    return [after - before for before, after in pairwise(so_far)]


@dataclass(frozen=True)
class Duane:
    """A straight line through the logarithms of cumulative mean and hours, by least squares.

    Attributes:
        slope: growth rate; 0.3 to 0.5 in managed programmes.
        scale: one over the cumulative mean at the first hour.
        hours: test hours.
    """

    slope: float
    scale: float
    hours: float

    @property
    def cumulative(self) -> float:
        """Mean time between failures over the whole test, hours."""
        return float(self.hours**self.slope / self.scale)

    @property
    def instantaneous(self) -> float:
        """Mean time between failures at the end of the test, hours."""
        return self.cumulative / (1 - self.slope)


def duane(times: Sequence[float]) -> Duane:
    """Duane's line through failure times in hours, ascending."""
    x = np.log(np.asarray(times, float))
    y = x - np.log(np.arange(1, len(times) + 1))
    slope = float(((x - x.mean()) * (y - y.mean())).sum() / ((x - x.mean()) ** 2).sum())
    return Duane(slope, float(np.exp(slope * x.mean() - y.mean())), float(times[-1]))


def units_to_show(reliability: float, confidence: float) -> int:
    """Units that must all pass a test to show ``reliability`` with ``confidence`` (both 0..1).

    >>> units_to_show(0.9, 0.9), units_to_show(0.9, 0.95)
    (22, 29)
    """
    return math.ceil(math.log(1 - confidence) / math.log(reliability) - 1e-9)


def hours_ahead(growth: Growth, target: float, samples: int, luck: np.random.Generator) -> Floats:
    """Test hours still to run until the mean is ``target`` hours, drawn from what the failures leave open.

    For a test that ended with its last failure ``2 n beta / estimate`` and ``2 scale hours**beta`` are chi-square with
    ``2 (n - 1)`` and ``2 n`` degrees of freedom (Crow 1974); infinite where growth never gets there.

    Returns:
        Hours, shape (samples,).
    """
    beta = growth.beta * luck.chisquare(2 * (growth.count - 1), samples) / (2 * growth.count)
    failures = luck.chisquare(2 * growth.count, samples) / 2
    with np.errstate(over="ignore"):  # growth so slow that it takes for ever
        return np.asarray(growth.hours * (hours_to(target * failures * beta / growth.hours, beta) - 1), np.float64)
