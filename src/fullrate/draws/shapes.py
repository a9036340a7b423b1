"""Distributions of uncertain values, given by their low end, most likely value and high end."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

TAILS = {"minmax": 0.0, "p10p90": 0.1, "p5p95": 0.05}
"""Odds below the low end and above the high end, by ``q``."""
UNBOUNDED = ("lognormal", "normal", "beta")
"""Distributions whose ends are never minimum and maximum: unless told otherwise they are P10 and P90."""
Z90 = NormalDist().inv_cdf(0.9)
"""Standard normal quantile at 0.9: P10 and P90 lie this many deviations from the median."""


def _special() -> Any:
    """Special functions; loaded when a distribution needs one, since plans need none."""
    from scipy import special

    return special


@dataclass(frozen=True)
class Constant:
    """A value without width."""

    value: float

    def mean(self) -> float:
        """Expected value."""
        return self.value

    def quantile(self, p: ArrayLike) -> Floats:
        """Value below which a share ``p`` lies."""
        return np.full(np.shape(p), self.value)


@dataclass(frozen=True)
class Uniform:
    """A value equally likely anywhere between ``low`` and ``high``."""

    low: float
    high: float

    def mean(self) -> float:
        """Expected value."""
        return (self.low + self.high) / 2

    def quantile(self, p: ArrayLike) -> Floats:
        """Value below which a share ``p`` lies."""
        return self.low + np.asarray(p) * (self.high - self.low)


@dataclass(frozen=True)
class Normal:
    """A normal value given by its mean and standard deviation."""

    mu: float
    sigma: float

    def mean(self) -> float:
        """Expected value."""
        return self.mu

    def quantile(self, p: ArrayLike) -> Floats:
        """Value below which a share ``p`` lies."""
        return np.asarray(self.mu + self.sigma * _special().ndtri(np.asarray(p, float)))


@dataclass(frozen=True)
class Lognormal:
    """A lognormal value given by two quantiles above zero: P10 and P90, or those of another tail."""

    low: float
    high: float
    tail: float = 0.1

    @property
    def mu(self) -> float:
        """Mean of the logarithm."""
        return (math.log(self.low) + math.log(self.high)) / 2

    @property
    def sigma(self) -> float:
        """Standard deviation of the logarithm."""
        return (math.log(self.high) - math.log(self.low)) / (2 * NormalDist().inv_cdf(1 - self.tail))

    def mean(self) -> float:
        """Expected value."""
        return math.exp(self.mu + self.sigma**2 / 2)

    def quantile(self, p: ArrayLike) -> Floats:
        """Value below which a share ``p`` lies."""
        return np.asarray(np.exp(self.mu + self.sigma * _special().ndtri(np.asarray(p, float))))


@dataclass(frozen=True)
class Triangular:
    """A triangular value between ``low`` and ``high`` with its peak at ``mode``."""

    low: float
    mode: float
    high: float

    def mean(self) -> float:
        """Expected value."""
        return (self.low + self.mode + self.high) / 3

    def quantile(self, p: ArrayLike) -> Floats:
        """Value below which a share ``p`` lies; a width of zero is a constant."""
        share, width = np.asarray(p, float), self.high - self.low
        rising = self.low + np.sqrt(share * width * (self.mode - self.low))
        falling = self.high - np.sqrt((1 - share) * width * (self.high - self.mode))
        return np.where(share * width <= self.mode - self.low, rising, falling)


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

    def quantile(self, p: ArrayLike) -> Floats:
        """Value below which a share ``p`` lies."""
        share = _special().betaincinv(*self.shape, np.asarray(p, float))
        return np.asarray(self.low + (self.high - self.low) * share)


@dataclass(frozen=True)
class Beta:
    """A share between 0 and 1 with parameters alpha and beta."""

    alpha: float
    beta: float

    def mean(self) -> float:
        """Expected value."""
        return self.alpha / (self.alpha + self.beta)

    def quantile(self, p: ArrayLike) -> Floats:
        """Value below which a share ``p`` lies."""
        return np.asarray(_special().betaincinv(self.alpha, self.beta, np.asarray(p, float)))


@dataclass(frozen=True)
class Bernoulli:
    """``high`` with odds ``odds``, else ``low``."""

    low: float
    odds: float
    high: float

    def mean(self) -> float:
        """Expected value."""
        return self.low + self.odds * (self.high - self.low)

    def quantile(self, p: ArrayLike) -> Floats:
        """Value below which a share ``p`` lies."""
        return np.where(np.asarray(p) > 1 - self.odds, self.high, self.low)


@dataclass(frozen=True)
class Points:
    """A distribution through three observed quantiles, straight between them and on to its ends.

    ``mode`` is the median; ``tail`` the odds below ``low`` and above ``high``.
    """

    low: float
    mode: float
    high: float
    tail: float = 0.0

    def mean(self) -> float:
        """Expected value: the mean of two straight halves."""
        first, _, last = self.quantile(np.array([0.0, 0.5, 1.0]))
        return float(first + 2 * self.mode + last) / 4

    def quantile(self, p: ArrayLike) -> Floats:
        """Value below which a share ``p`` lies."""
        share, half = np.asarray(p, float), 0.5 - self.tail
        slope = np.where(share < 0.5, self.mode - self.low, self.high - self.mode) / half
        return np.asarray(self.mode + slope * (share - 0.5))


@dataclass(frozen=True, eq=False)
class Tabled:
    """A distribution given by its quantiles, straight between them and flat beyond.

    Attributes:
        odds: ascending, inside 0..1, shape (n,).
        value: value below which that share lies, shape (n,).
    """

    odds: Floats
    value: Floats

    def mean(self) -> float:
        """Expected value."""
        at = (np.arange(4096) + 0.5) / 4096
        return float(self.quantile(at).mean())

    def quantile(self, p: ArrayLike) -> Floats:
        """Value below which a share ``p`` lies."""
        return np.asarray(np.interp(np.asarray(p, float), self.odds, self.value))


Shape = Constant | Uniform | Normal | Lognormal | Triangular | Pert | Beta | Bernoulli | Points | Tabled


def shape_of(dist: str, low: float, mode: float, high: float, q: str = "minmax") -> Shape:
    """The distribution a row of ``uncertainty`` describes.

    A width of zero is a constant. Triangular and PERT ends are solved for numerically when ``q`` gives quantiles;
    ``mode`` is the peak there, the mean of a beta, the median of ``empirical``, the odds of ``high`` of a Bernoulli
    value, and nothing to the others.

    Args:
        dist: word of the column ``dist``.
        low: low end.
        mode: most likely value; not a number where it is not used.
        high: high end.
        q: what the ends are: minimum and maximum, P10 and P90, or P5 and P95.

    Raises:
        ValueError: no such distribution has these ends.
    """
    tail = TAILS[q] or (0.1 if dist in UNBOUNDED else 0.0)
    if dist == "bernoulli":
        return Bernoulli(0.0 if math.isnan(low) else low, mode, 1.0 if math.isnan(high) else high)
    if high == low:
        return Constant(low)
    if dist == "uniform":
        reach = (high - low) * tail / (1 - 2 * tail)
        return Uniform(low - reach, high + reach)
    if dist == "normal":
        return Normal((low + high) / 2, (high - low) / (2 * NormalDist().inv_cdf(1 - tail)))
    if dist == "lognormal":
        return Lognormal(low, high, tail)
    if dist == "beta":
        return _beta(low, mode, high, tail)
    if dist == "empirical":
        return Points(low, mode, high, tail)
    return _stretched(Triangular if dist == "tri" else Pert, low, mode, high, tail)


def _stretched(
    make: Callable[[float, float, float], Triangular | Pert], low: float, mode: float, high: float, tail: float
) -> Shape:
    """The shape around ``mode`` whose quantiles at ``tail`` and ``1 - tail`` are ``low`` and ``high``."""
    if tail == 0:
        return make(low, mode, high)
    from scipy.optimize import root

    width, at = high - low, np.array([tail, 1 - tail])

    def beyond(reach: Floats) -> Triangular | Pert:
        below, above = np.exp(reach) * width
        return make(low - below, mode, high + above)

    found = root(lambda reach: (beyond(reach).quantile(at) - [low, high]) / width, np.log([0.2, 0.2]), tol=1e-12)
    if not np.all(np.abs(found.fun) < 1e-8):
        raise ValueError(f"nothing of this form has {low:g} and {high:g} as P{100 * tail:g} and P{100 - 100 * tail:g}")
    return beyond(found.x)


def _beta(low: float, mean: float, high: float, tail: float) -> Shape:
    """The beta with that mean whose two quantiles are nearest to ``low`` and ``high`` (least squares)."""
    from scipy.optimize import minimize_scalar

    at, wanted = np.array([tail, 1 - tail]), np.array([low, high])

    def missed(size: float) -> float:
        found = Beta(mean * math.exp(size), (1 - mean) * math.exp(size)).quantile(at)
        return float(((found - wanted) ** 2).sum())

    within = (math.log(0.05), math.log(1e7))
    size = math.exp(minimize_scalar(missed, bounds=within, method="bounded", options={"xatol": 1e-10}).x)
    return Beta(mean * size, (1 - mean) * size)


def widened(shape: Shape, values: Floats, by: float) -> Floats:
    """Values moved away from the median by a factor: on the log scale where none is below zero, else as they are.

    Ranges of experts are usually too narrow; what they put at so many times the median is then put further out.
    """
    if by == 1 or isinstance(shape, Bernoulli | Constant):
        return values
    median, least = (float(end) for end in shape.quantile(np.array([0.5, 0.0])))
    if median > 0 and least >= 0:
        return np.asarray(median * (values / median) ** by)
    return median + by * (values - median)
