r"""Ramps: from how far a promise has come by its date to the whole curve.

.. math:: c(u) = l + (1 - l)\, s\!\left( \left[ \frac{u / \rho - \delta}{1 - \delta} \right]_+^k \right)

Time ``u`` runs in announced durations from the announcement, ``c`` is the share of the promise that is there. Nothing
comes before the dead time, a part ``delta`` of the time to the full quantity; then the rise is a power: 1 is a straight
line, more is late. Where new plants open one after the other a rate climbs in stairs ``s``. Some ramps stop for good.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Shape:
    """Ranges of a ramp's shape for a class; all are assumptions, named and printed.

    Attributes:
        dead: dead time, from 0 to this part of the time to the full quantity, evenly.
        exponent: median of the power.
        spread: standard deviation of its logarithm.
        stairs: most stairs of a rate; 0 is smooth.
    """

    dead: float
    exponent: float
    spread: float
    stairs: int = 0


SHAPES: dict[str | None, Shape] = {
    "new product or plant": Shape(0.4, 1.5, 0.5, 5),
    "mature product, existing lines": Shape(0.2, 1.0, 0.5),
    "network roll-out": Shape(0.2, 1.0, 0.5),
    "stock of goods": Shape(0.1, 1.0, 0.5),
    None: Shape(0.4, 1.25, 0.5),
}
"""Shapes by class: a new plant waits for machines and starts slowly, the others go on from what runs (assumption)."""

STEEP = 3.0
"""Steepness of a stair: 1 is a slope, more is flat between plants (assumption)."""

FAR = 1e6
"""Multiple of what is to come beyond which no ramp is followed."""

SUSTAINED = (0.85, 0.15)
"""Median, and deviation of the logarithm, of the mean rate that follows over the best week or day (assumption; Tesla
Model 3, last weeks of four quarters of 2017 and 2018 against the quarters after them: 0.81 to 1.09; UK tests, the week
after 30 April 2020 against that day: 0.71)."""


@dataclass(frozen=True, eq=False)
class Ramps:
    """Sampled ramps, one entry a sample.

    Attributes:
        level: share there on the day of the announcement.
        ratio: announced durations to the full quantity, if it goes on.
        dead, exponent: the shape.
        stairs: number of stairs; 0 is smooth.
        stop: time after which nothing more comes; infinite for ramps that go on.
        factor: what actuals have shown the curve to be multiplied by.
        since: time of the last actual; infinite without one.
        kept: share that stays as it is after that: what has been counted; nothing of a rate, which can fall.
        pace: factor on what comes after that, because no surge follows its ramp.
    """

    level: Floats
    ratio: Floats
    dead: Floats
    exponent: Floats
    stairs: Floats
    stop: Floats
    factor: Floats
    since: Floats = field(default_factory=lambda: np.array(np.inf))
    kept: Floats = field(default_factory=lambda: np.array(0.0))
    pace: Floats = field(default_factory=lambda: np.array(1.0))

    def at(self, time: float) -> Floats:
        """Shares that are there at a time, shape (samples,)."""
        smooth = self.smooth(time)
        share: Floats = np.where(time > self.since, self.kept + self.pace * (smooth - self.kept), smooth)
        return share

    def smooth(self, time: float) -> Floats:
        """The same if what comes after the last actual came as the ramp has it, shape (samples,)."""
        begun = np.maximum((np.minimum(time, self.stop) / self.ratio - self.dead) / (1 - self.dead), 0.0)
        part = climb(begun**self.exponent, self.stairs)
        share: Floats = self.factor * (self.level + (1 - self.level) * part)
        return share

    def when(self, share: float | Floats) -> Floats:
        """Times at which a share is there; infinite where it never is, shape (samples,)."""
        before = self._when(np.asarray(share, float))
        after = np.maximum(self._when(self.kept + (share - self.kept) / self.pace), self.since)
        return np.where(before <= self.since, before, after)

    def _when(self, share: Floats) -> Floats:
        """Times at which the smooth ramps have a share."""
        wanted = (share / self.factor - self.level) / np.maximum(1 - self.level, 1e-9)
        part = np.minimum(fall(np.maximum(wanted, 0.0), self.stairs), FAR) ** (1 / self.exponent)
        time = np.where(wanted <= 0.0, 0.0, self.ratio * (self.dead + (1 - self.dead) * part))
        reached: Floats = np.where(time <= self.stop, time, np.inf)
        return reached

    def take(self, chosen: NDArray[np.int64]) -> Ramps:
        """The ramps of some samples."""
        every = (getattr(self, name) for name in self.__dataclass_fields__)
        return Ramps(*(one[chosen] if one.ndim else one for one in every))


def ratio_of(progress: Floats, dead: Floats, exponent: Floats) -> Floats:
    """Announced durations to the full quantity of ramps that have come so far by the promised date.

    >>> float(ratio_of(np.array(0.25), np.array(0.0), np.array(1.0)))
    4.0
    """
    ratio: Floats = 1 / (dead + (1 - dead) * progress ** (1 / exponent))
    return ratio


def exponent_of(progress: Floats, ratio: Floats, dead: Floats) -> Floats:
    """The power of ramps that have come so far by the promised date and are full after ``ratio`` announced durations.

    The inverse of ``ratio_of``; the dead time is cut where it would reach the promised date.

    >>> float(exponent_of(np.array(0.25), np.array(4.0), np.array(0.0)))
    1.0
    """
    begun = (1 / ratio - dead) / (1 - dead)
    power: Floats = np.log(progress) / np.log(np.clip(begun, 1e-6, 1 - 1e-9))
    return np.maximum(power, 0.02)


def climb(part: Floats, stairs: Floats) -> Floats:
    """A rise in so many stairs, flat where a plant is full and the next has not begun; 0 stairs change nothing."""
    return _stairs(part, stairs, STEEP)


def fall(part: Floats, stairs: Floats) -> Floats:
    """The inverse of ``climb``."""
    return _stairs(part, stairs, 1 / STEEP)


def _stairs(part: Floats, stairs: Floats, power: float) -> Floats:
    count = np.maximum(stairs, 1.0)
    whole, rest = np.divmod(part * count, 1.0)
    bent = np.where(rest < 0.5, 0.5 * (2 * rest) ** power, 1 - 0.5 * (2 * (1 - rest)) ** power)
    stepped: Floats = np.where((stairs > 0) & (part < 1.0), (whole + bent) / count, part)
    return stepped
