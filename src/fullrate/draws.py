"""Named random streams and the distributions of uncertain values.

A stream is keyed by the seed and by what it is for, so adding or removing one thing leaves the luck of all others
alone.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

Z90 = NormalDist().inv_cdf(0.9)
"""Standard normal quantile at 0.9: P10 and P90 lie this many deviations from the median."""


def stream(seed: int, *name: str) -> np.random.Generator:
    """A generator that depends on the seed and the name alone (Philox, Salmon et al. 2011)."""
    digest = hashlib.sha256("\x1f".join(name).encode()).digest()
    key = np.frombuffer(digest[:16], np.uint64) ^ np.uint64(seed)
    return np.random.Generator(np.random.Philox(key=key))


@dataclass(frozen=True)
class Lognormal:
    """A lognormal value given by its P10 and P90, both above zero."""

    low: float
    high: float

    @property
    def mu(self) -> float:
        """Mean of the logarithm."""
        return (math.log(self.low) + math.log(self.high)) / 2

    @property
    def sigma(self) -> float:
        """Standard deviation of the logarithm."""
        return (math.log(self.high) - math.log(self.low)) / (2 * Z90)

    def mean(self) -> float:
        """Expected value."""
        return math.exp(self.mu + self.sigma**2 / 2)

    def quantile(self, p: float) -> float:
        """Value below which a share ``p`` lies."""
        return math.exp(self.mu + self.sigma * NormalDist().inv_cdf(p))


@dataclass(frozen=True)
class Triangular:
    """A triangular value between ``low`` and ``high`` with its peak at ``mode``."""

    low: float
    mode: float
    high: float

    def mean(self) -> float:
        """Expected value."""
        return (self.low + self.mode + self.high) / 3

    def quantile(self, p: float) -> float:
        """Value below which a share ``p`` lies; a width of zero is a constant."""
        width = self.high - self.low
        if width == 0:
            return self.low
        if p * width <= self.mode - self.low:
            return self.low + math.sqrt(p * width * (self.mode - self.low))
        return self.high - math.sqrt((1 - p) * width * (self.high - self.mode))


@dataclass(frozen=True)
class Pert:
    """A PERT value: a beta stretched between ``low`` and ``high`` (Malcolm et al. 1959)."""

    low: float
    mode: float
    high: float

    @property
    def shape(self) -> tuple[float, float]:
        """Parameters alpha and beta of the beta; (1, 1) when the width is zero, a constant."""
        width = self.high - self.low
        if width == 0:
            return 1.0, 1.0
        return 1 + 4 * (self.mode - self.low) / width, 1 + 4 * (self.high - self.mode) / width

    def mean(self) -> float:
        """Expected value."""
        return (self.low + 4 * self.mode + self.high) / 6
