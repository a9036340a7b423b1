"""Taking in actuals: samples that lie near what was counted gain weight, and go on from it.

Importance weights on stored samples; a particle filter is not needed for one path. The last number reported holds all
that a smooth ramp can say, so it alone is used, and each ramp is moved to run through it: a rate that ran before the
announcement by what it ran at, all else by its pace. What follows lies as far from its ramp as what was counted may
lie, so that a rate can fall again, which no ramp does.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fullrate.forecast.ramps import Ramps

Floats = NDArray[np.float64]

MISFIT = 0.25
"""Deviation of the logarithm between a ramp and a count: 5 % for reporting, the rest because no ramp is smooth
(assumption)."""

FIRST = 0.02
"""Share below which a ramp counts as not begun, where nothing has come yet (assumption)."""

ENOUGH = 50.0
"""Effective samples that must be left; else the misfit is widened until they are, and the report says so."""


@dataclass(frozen=True, eq=False)
class Updated:
    """Ramps that go on from the last actual.

    Attributes:
        ramps: resampled ramps, as many as before.
        effective: effective number of samples after weighting.
        misfit: deviation that was used; wider than ``MISFIT`` where what came was not foreseen.
    """

    ramps: Ramps
    effective: float
    misfit: float


def update(ramps: Ramps, time: float, share: float, uniform: Floats, normal: Floats, rate: bool = False) -> Updated:
    """Ramps weighted by a share reported at a time, resampled, and moved to run through it.

    Args:
        ramps: ramps before.
        time: announced durations after the announcement, above 0.
        share: share reported then; 0 or less where nothing has come.
        uniform: uniform draws for the resampling, shape (samples,).
        normal: standard normal draws for what follows, shape (samples,).
        rate: whether a rate was promised and not a count.
    """
    there = np.maximum(ramps.at(time), 1e-6)
    away = np.log(there / max(share, 1e-6)) if share > 0 else np.maximum(np.log(there / FIRST), 0.0)
    misfit, weight = MISFIT, weigh(away, MISFIT)
    while effective(weight) < min(ENOUGH, len(weight) / 4):
        misfit *= 1.25
        weight = weigh(away, misfit)
    chosen = np.searchsorted(np.cumsum(weight)[:-1], uniform, side="right")
    kept = ramps.take(chosen)
    if share <= 0:
        return Updated(kept, effective(weight), misfit)
    kept = through(kept, time, share, rate)
    count = np.full(len(uniform), 0.0 if rate else share)
    pace = np.exp(misfit * normal)
    return Updated(replace(kept, since=np.array(time), kept=count, pace=pace), effective(weight), misfit)


def heed(ramps: Ramps, said: tuple[float, float], error: tuple[float, float], uniform: Floats) -> tuple[Ramps, float]:
    """Ramps weighted by revised figures of the same promiser, and their effective number.

    They are a measurement with the error that revised figures of other programmes had. No ramp is moved: unlike a
    count, a promise says nothing about what is there.

    Args:
        ramps: ramps before.
        said: time the revised promise is due, in announced durations, and its share of the first one.
        error: mean and deviation of the logarithm of what came of such promises over what they said.
        uniform: uniform draws for the resampling, shape (samples,).
    """
    time, share = said
    away = np.log(np.maximum(ramps.at(time), 1e-6) / max(share, 1e-6)) - error[0]
    weight = weigh(away, error[1])
    chosen = np.searchsorted(np.cumsum(weight)[:-1], uniform, side="right")
    return ramps.take(chosen), effective(weight)


def through(ramps: Ramps, time: float, share: float, rate: bool) -> Ramps:
    """The ramps, moved to run through a share at a time.

    What a rate ran at before the announcement is only roughly known, so it gives way first and the day of the full rate
    stays; for the rest, and for counts, the whole ramp is scaled.
    """
    if rate:
        part = (ramps.smooth(time) / ramps.factor - ramps.level) / np.maximum(1 - ramps.level, 1e-9)
        moved = np.clip((share - part) / np.maximum(1 - part, 1e-9), 0.0, 0.99)
        ramps = replace(ramps, level=np.where(ramps.level > 0, moved, ramps.level))
    return replace(ramps, factor=ramps.factor * share / np.maximum(ramps.smooth(time), 1e-6))


def weigh(away: Floats, misfit: float) -> Floats:
    """Normal likelihoods of logarithmic distances, summing to 1, shape (samples,).

    >>> weigh(np.array([0.0, 0.0, 9.0]), 0.25).round(3).tolist()
    [0.5, 0.5, 0.0]
    """
    exponent = -0.5 * (away / misfit) ** 2
    weight = np.exp(exponent - exponent.max())
    total: Floats = weight / weight.sum()
    return total


def effective(weight: Floats) -> float:
    """Effective number of samples: one over the sum of squared weights (Kong, Liu & Wong 1994)."""
    return float(1 / (weight**2).sum())
