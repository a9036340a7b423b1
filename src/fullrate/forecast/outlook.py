"""The outside view: a forecast of a promise from its class, its horizon, and the actuals known at a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from fullrate.draws import stream
from fullrate.draws.history import RATIO_CAP, Past, draw, lateness, weights
from fullrate.forecast.classes import never, others, reference, revision_error
from fullrate.forecast.known import Known, value_at
from fullrate.forecast.outcome import level
from fullrate.forecast.ramps import SHAPES, SUSTAINED, Ramps, exponent_of, ratio_of
from fullrate.forecast.update import heed, update

Floats = NDArray[np.float64]

SAMPLES = 2000
"""Samples of a forecast."""


@dataclass(frozen=True, eq=False)
class Forecast:
    """The predictive distribution of what comes of a promise.

    Attributes:
        known: what it was made from.
        cases, weight: the cases behind it and how much each counts.
        share: quantity at the promised date over the promised quantity, shape (samples,).
        ratio: days until the promised quantity is there over the announced days; infinite: never, shape (samples,).
        sustained: the same for a rate that is held for a quarter; equal to ``ratio`` for counts.
        ramps: the whole curves.
        unmet: chance, before actuals, that the promise is never met in its form.
        effective: effective samples after actuals were taken in; all of them without.
        misfit: how far the actuals were allowed to lie from a ramp; 0 without actuals.
    """

    known: Known
    cases: tuple[Past, ...]
    weight: Floats
    share: Floats
    ratio: Floats
    sustained: Floats
    ramps: Ramps
    unmet: float
    effective: float
    misfit: float

    def day(self, quantile: float, sustained: bool = False) -> date | None:
        """Day by which the promised quantity is there with that probability; None where not within ``RATIO_CAP``."""
        ratio = float(np.quantile(self.sustained if sustained else self.ratio, quantile, method="inverted_cdf"))
        promise = self.known.promise
        if not ratio <= RATIO_CAP or promise.announced_on is None:
            return None
        return promise.announced_on + timedelta(days=round(ratio * promise.days))

    def odds(self, share: float, by: date) -> float:
        """Probability that a share of the promise is there by a day."""
        promise = self.known.promise
        if promise.announced_on is None:
            return 0.0
        return float((self.ramps.when(share) <= (by - promise.announced_on).days / promise.days).mean())


def forecast(known: Known, cases: Sequence[Past] | None = None, samples: int = SAMPLES, seed: int = 0) -> Forecast:
    """Forecast a complete promise.

    Args:
        known: what could be known on the day.
        cases: the reference; those that come with the program if None. The programme itself is left out.
        samples: number of samples.
        seed: of the random stream, which depends on the record's name as well.

    Raises:
        ValueError: the promise has no quantity or no date.
    """
    if not known.promise.complete or known.promise.announced_on is None:
        raise ValueError("a forecast needs a promise with a quantity and a date after its announcement")
    pasts = others(known, reference() if cases is None else cases)
    weight = weights(pasts, known.kind)
    uniform = _strata(samples, seed, known)
    there, start = _before(known)
    ramps, unmet = _ramps(known, pasts, weight, there, uniform)
    left, misfit = float(samples), 0.0
    if start is not None:
        rate = known.promise.what == "rate"
        updated = update(ramps, *start, uniform[6], ndtri(uniform[8]), rate)
        ramps, left, misfit = updated.ramps, updated.effective, updated.misfit
    said, error = _said_since(known), revision_error(pasts)
    if said is not None and error is not None:
        luck = stream(seed, "outlook revised", known.slug, str(known.promise.announced_on), known.promise.unit)
        ramps, kept = heed(ramps, said, error[:2], (luck.permutation(samples) + 0.5) / samples)
        left = min(left, kept)
    share, ratio = ramps.at(1.0), ramps.when(1.0)
    held = ratio
    if known.promise.what == "rate":
        median, spread = SUSTAINED
        held = np.maximum(ramps.when(1 / (median * np.exp(spread * ndtri(uniform[7])))), ratio)
    made = Forecast(known, pasts, weight, share, ratio, held, ramps, unmet, left, misfit)
    return _with_facts(made)


def _strata(samples: int, seed: int, known: Known) -> Floats:
    """Stratified uniform draws, one row a use, each in an order of its own, shape (9, samples)."""
    rng = stream(seed, "outlook", known.slug, str(known.promise.announced_on), known.promise.unit)
    place = np.tile((np.arange(samples) + 0.5) / samples, (9, 1))
    shuffled: Floats = rng.permuted(place, axis=1)
    return shuffled


def _before(known: Known) -> tuple[float, tuple[float, float] | None]:
    """Share known on the day of the announcement, and time and share of the last actual after it."""
    promise, path = known.promise, known.path
    begin = float(promise.announced_on.toordinal()) if promise.announced_on else 0.0
    then = replace(known, path=path.where(path.day <= begin))
    later = path.day > begin
    if not promise.year_total:
        later &= ~path.exact
    if not later.any():
        return level(then), None
    last = int(np.flatnonzero(later)[-1])
    time = (float(path.day[last]) - begin) / promise.days
    return level(then), (time, float(path.value[last]) / (promise.quantity or 1.0))


def _said_since(known: Known) -> tuple[float, float] | None:
    """Time in announced durations and share of the promise of the figures that were revised last."""
    later, promise = known.revised, known.promise
    if later is None or later.due is None or promise.announced_on is None:
        return None
    return (later.due - promise.announced_on).days / promise.days, (later.quantity or 0.0) / (promise.quantity or 1.0)


def _ramps(known: Known, cases: tuple[Past, ...], weight: Floats, there: float, uniform: Floats) -> tuple[Ramps, float]:
    """Ramps before actuals, and the chance that one stops for good."""
    came = np.array([one.progress is not None for one in cases], bool)
    logs = np.log([one.progress for one in cases if one.progress is not None])
    progress = np.exp(draw(logs, weight[came] / weight[came].sum(), uniform[0], ndtri(uniform[1])))
    shape = SHAPES.get(known.kind, SHAPES[None])
    exponent = shape.exponent * np.exp(shape.spread * ndtri(uniform[3]))
    late = lateness(cases, known.kind, 1 - _rank(progress))
    dead = np.minimum(shape.dead * uniform[2], 0.8 / late)
    ratio = np.where(progress < 1.0, late, ratio_of(progress, dead, exponent))
    exponent = np.where(progress < 1.0, exponent_of(progress, late, dead), exponent)
    stairs = np.zeros(len(ratio))
    if shape.stairs and known.promise.what == "rate":
        stairs = np.floor(2 + (shape.stairs - 1) * uniform[4])
    unmet = never(cases, known.kind)
    now = _time(known, known.as_of)
    stops = (uniform[5] < unmet) & (ratio > max(1.0, now))
    stop = np.where(stops, max(1.0, now), np.inf)
    level_ = np.full(len(ratio), min(there, 0.99))
    return Ramps(level_, ratio, dead, exponent, stairs, stop, np.ones(len(ratio))), unmet


def _rank(progress: Floats) -> Floats:
    """Rank of each sample among those that are late, inside (0, 1); 0.5 for the others."""
    late = progress < 1.0
    rank = np.full(len(progress), 0.5)
    order = np.argsort(np.argsort(progress[late], kind="stable"), kind="stable")
    rank[late] = (order + 0.5) / max(late.sum(), 1)
    return rank


def _time(known: Known, day: date) -> float:
    begin = known.promise.announced_on
    return 0.0 if begin is None else (day - begin).days / known.promise.days


def _with_facts(made: Forecast) -> Forecast:
    """The same forecast where the promised date has passed or the quantity is there: what is known is no forecast."""
    known, promise = made.known, made.known.promise
    if promise.announced_on is None or promise.due is None:
        return made
    begin = float(promise.announced_on.toordinal())
    after = known.path.day > begin
    counted = value_at(known.path, float(promise.due.toordinal()), promise.year_total)
    if counted is not None:
        made = replace(made, share=np.full(len(made.share), counted / (promise.quantity or 1.0)))
    above = after & (known.path.value >= (promise.quantity or np.inf))
    if above.any():
        at = float(known.path.day[int(np.argmax(above))])
        done = np.full(len(made.ratio), (at - begin) / promise.days)
        stays = promise.what == "cumulative" and at <= promise.due.toordinal()
        share = np.maximum(made.share, 1.0) if stays else made.share
        return replace(made, ratio=done, sustained=np.maximum(made.sustained, done), share=share)
    now = float(known.path.day[-1] - begin) / promise.days if after.any() else 0.0
    return replace(made, ratio=np.maximum(made.ratio, now), sustained=np.maximum(made.sustained, now))
