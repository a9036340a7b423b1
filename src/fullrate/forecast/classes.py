"""The reference class: what became of the promises of other programmes, and how much each of them says.

Flyvbjerg's reference-class forecasting (2006) takes the distribution of the outcomes of finished programmes. Here the
programme itself and its sisters are left out, cases of the same class count in full, and all others share the weight of
``STRANGERS`` cases, so that a class of two is not taken for a law (partial pooling).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr, stdtrit

from fullrate.forecast.known import Known, promises
from fullrate.forecast.outcome import outcome
from fullrate.forecast.record import shipped
from fullrate.tables.surge import Surge

Floats = NDArray[np.float64]

STRANGERS = 4.0
"""Cases that all other classes together weigh (assumption; not fitted)."""

LEAST = 0.02
"""Progress below which a case counts as this much: a logarithm knows no zero (assumption)."""

FEWEST_LATE = 3
"""Late cases below which ``LATE`` stands for them."""

LATE = (-0.6, 0.5)
"""Mean and deviation of the logarithm of the logarithm of the ratio, without cases: 1.7 times as long, 80 % between
1.3 and 2.8 (assumption)."""

RATIO_CAP = 10.0
"""Announced durations after which a promise counts as never kept in its form."""


@dataclass(frozen=True)
class Past:
    """What became of the headline promise of one programme.

    Attributes:
        slug, programme, title, kind: which one.
        share: quantity at the promised date over the promised one; None where not recorded.
        progress: the same for what was still to come on the day of the announcement.
        ratio, beyond: days taken over days announced, or the ratio it is known to lie beyond.
        kept: whether it was kept by its date; None where not recorded.
        days: days announced.
        first: days to the first unit recorded, an upper bound; None where some were there already or none is recorded.
        due: the promised date: what is known of it on an earlier day is less than is read here.
    """

    slug: str
    programme: str
    title: str
    kind: str
    share: float | None
    progress: float | None
    ratio: float | None
    beyond: float | None
    kept: bool | None
    days: float = 0.0
    first: float | None = None
    due: date | None = None


def past(surge: Surge) -> Past | None:
    """The headline promise of a record as a case of the reference; None without class, quantity or date."""
    promise = next((one for one in promises(surge) if one.headline and one.complete), None)
    if promise is None or surge.case.product_kind is None:
        return None
    came = outcome(surge, promise)
    case = surge.case
    return Past(
        case.slug,
        case.programme,
        case.title,
        surge.case.product_kind,
        came.share,
        progress(came.share, came.level),
        came.ratio,
        came.beyond,
        came.kept,
        promise.days,
        came.first,
        promise.due,
    )


def progress(share: float | None, level: float) -> float | None:
    """Part of what was still to come that had come: ``(share - level) / (1 - level)``, at least ``LEAST``."""
    if share is None:
        return None
    return max(share if level >= 1.0 else (share - level) / (1.0 - level), LEAST)


@cache
def reference() -> tuple[Past, ...]:
    """The cases that come with the program."""
    return tuple(one for one in map(past, shipped()) if one is not None)


def others(known: Known, cases: Sequence[Past]) -> tuple[Past, ...]:
    """The cases of other programmes than the one that is forecast."""
    own = {known.programme, known.slug} | {one.programme for one in cases if one.slug == known.slug}
    return tuple(one for one in cases if not {one.programme, one.slug} & own)


def weights(cases: tuple[Past, ...], kind: str | None) -> Floats:
    """How much each case counts, summing to 1, shape (cases,).

    Cases of the class weigh one each, those of all other classes together ``STRANGERS``; without any case of the class
    all weigh the same.
    """
    own = np.array([one.kind == kind for one in cases], bool)
    strange = STRANGERS / max((~own).sum(), 1)
    weight = np.where(own, 1.0, strange if own.any() else 1.0)
    total: Floats = weight / weight.sum() if len(weight) else weight.astype(float)
    return total


def draw(values: Floats, weight: Floats, uniform: Floats, normal: Floats) -> Floats:
    """Draws of ``ln`` of a positive quantity from weighted cases, each blurred by a normal kernel.

    A smoothed bootstrap; the width is 0.9 of the weighted standard deviation times the effective number of cases to the
    power -1/5 (Silverman 1986), so it is not fitted either.

    Args:
        values: logarithms of the cases, shape (cases,).
        weight: their weights, shape (cases,).
        uniform: standard uniform draws, shape (samples,).
        normal: standard normal draws, shape (samples,).
    """
    chosen = np.searchsorted(np.cumsum(weight)[:-1], uniform, side="right")
    mean = float(weight @ values)
    spread = math.sqrt(float(weight @ (values - mean) ** 2))
    width = 0.9 * spread * float((weight**2).sum()) ** 0.2
    drawn: Floats = values[chosen] + width * normal
    return drawn


@lru_cache(maxsize=256)
def never(cases: tuple[Past, ...], kind: str | None) -> float:
    """Chance that a promise is never met in its form, from cases that were met and cases still open.

    Each open case counts as never met with the odds that it is, given how long it has been open, where the times of
    those that are met fall by half with each further ``(ratio - 1)`` of 0.5 (assumption). A prior of one met and one
    quarter unmet case keeps a small class from certainty (assumption).
    """
    weight = weights(cases, kind)
    count = 1 / float((weight**2).sum()) if len(weight) else 0.0
    open_ = [(one.beyond, each) for one, each in zip(cases, weight, strict=True) if one.ratio is None and one.beyond]
    told = count * sum(each for one, each in zip(cases, weight, strict=True) if one.ratio or one.beyond)
    share = 0.2
    for _ in range(50):
        still = [(each, 0.5 ** (max(beyond - 1.0, 0.0) / 0.5)) for beyond, each in open_]
        unmet = 0.25 + count * sum(each * share / (share + (1 - share) * odds) for each, odds in still)
        share = unmet / (1.25 + told)
    return float(share)


def censored_normal(
    values: Sequence[float] | Floats,
    beyond: Sequence[float] | Floats,
    weight: Floats | None = None,
) -> tuple[float, float]:
    """Mean and standard deviation of a normal sample of which some values are known only to lie beyond a bound.

    Maximum likelihood by expectation and maximisation (Dempster, Laird & Rubin 1977); without bounds the mean and the
    root of the mean square.

    >>> censored_normal([1.0, 3.0], [])
    (2.0, 1.0)

    Args:
        values: values that were seen.
        beyond: bounds of the others.
        weight: weights of the values and then of the bounds; equal if None.
    """
    seen, bounds = np.asarray(values, float), np.asarray(beyond, float)
    known = np.concatenate([seen, bounds])
    part = np.full(len(known), 1 / len(known)) if weight is None else weight / weight.sum()
    mean = float(part @ known)
    deviation = max(math.sqrt(float(part @ (known - mean) ** 2)), 1e-3)
    for _ in range(200 if len(bounds) else 0):
        z = (bounds - mean) / deviation
        hazard = np.exp(-0.5 * (z**2 + math.log(2 * math.pi)) - log_ndtr(-z))
        filled = np.concatenate([seen, mean + deviation * hazard])
        extra = deviation**2 * (1 + z * hazard - hazard**2)
        mean = float(part @ filled)
        square = float(part @ (filled - mean) ** 2) + float(part[len(seen) :] @ extra)
        deviation = max(math.sqrt(square), 1e-3)
    return mean, deviation


def lateness(cases: tuple[Past, ...], kind: str | None, quantile: Floats) -> Floats:
    """Quantiles of the duration ratio of promises that are late, all above 1.

    The logarithm of the ratio is lognormal; late cases that were not met by the end of their record count as beyond
    their bound. One more case is predicted: Student t, ``n - 1`` degrees of freedom, scale times ``sqrt(1 + 1 / n)``.

    Args:
        cases: the reference.
        kind: the class in it that counts most.
        quantile: where to read the distribution, shape (samples,).
    """
    mean, deviation, count = _late(cases, kind)
    drawn = mean + deviation * math.sqrt(1 + 1 / count) * stdtrit(count - 1, quantile)
    ratio: Floats = np.exp(np.exp(np.clip(drawn, -5.0, 1.5)))
    return ratio


@lru_cache(maxsize=256)
def _late(cases: tuple[Past, ...], kind: str | None) -> tuple[float, float, float]:
    """Mean and deviation of ``ln ln ratio`` of late cases, and their effective number."""
    weight = weights(cases, kind)
    late: list[tuple[float, float]] = []
    still: list[tuple[float, float]] = []
    for one, each in zip(cases, weight, strict=True):
        ratio = one.ratio if one.ratio is not None else one.beyond
        if ratio is not None and ratio > 1.0:
            (still if one.ratio is None else late).append((math.log(math.log(ratio)), float(each)))
    if len(late) < FEWEST_LATE:
        return (*LATE, float(FEWEST_LATE))
    part = np.array([each for _, each in (*late, *still)])
    mean, deviation = censored_normal([one for one, _ in late], [one for one, _ in still], part)
    return mean, deviation, max(float(part.sum() ** 2 / (part**2).sum()), 2.0)
