"""What became of others as a distribution: of how far a promise has come by its date, and of how long it takes.

Flyvbjerg's reference-class forecasting (2006) takes the distribution of the outcomes of finished programmes. Cases of
the same class count in full, and all others share the weight of ``STRANGERS`` cases, so that a class of two is not
taken for a law (partial pooling). Cases come from the records of surges, or from the table ``history`` of a scenario.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr, ndtr, stdtrit

from fullrate.draws.shapes import Constant, Tabled
from fullrate.draws.streams import stream
from fullrate.tables import Tables

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

DRAWN_ANEW = 400
"""Times that the cases of a class are drawn anew to see what their number is worth."""

POINTS = 4096
"""Points of a table of quantiles."""


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
        revised: what became of later promises of the same thing with other figures: shares of their quantities.
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
    revised: tuple[float, ...] = ()


def weights(cases: tuple[Past, ...], kind: str | None) -> Floats:
    """How much each case counts, summing to 1, shape (cases,).

    Cases of the class weigh one each, those of all other classes together ``STRANGERS`` and none of them more than one;
    without any case of the class all weigh the same.
    """
    own = np.array([one.kind == kind for one in cases], bool)
    strange = min(STRANGERS / max((~own).sum(), 1), 1.0)
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
    drawn: Floats = values[chosen] + kernel(values, weight) * normal
    return drawn


def kernel(values: Floats, weight: Floats) -> float:
    """Width of the normal kernel that blurs weighted logarithms."""
    spread = math.sqrt(float(weight @ (values - float(weight @ values)) ** 2))
    return 0.9 * spread * math.pow(float((weight**2).sum()), 0.2)


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


def of_scenario(tables: Tables) -> tuple[Past, ...]:
    """The cases in the table ``history``."""
    return tuple(
        Past(
            row["case"],
            row["case"],
            row["title"] or row["case"],
            row["kind"] or "",
            row["share"],
            None if row["progress"] is None else max(row["progress"], LEAST),
            row["ratio"],
            row["beyond"],
            None,
            due=row["due"],
        )
        for row in tables.rows("history")
    )


@lru_cache(maxsize=64)
def progress_of(cases: tuple[Past, ...], kind: str | None) -> Constant | Tabled:
    """Distribution of the share of a promise that has come by its date, of what was still to come: that of ``draw``.

    Raises:
        ValueError: no case tells.
    """
    told = [one for one in cases if one.progress is not None]
    if not told:
        raise ValueError("no case tells how much had come")
    weight = weights(cases, kind)[[one.progress is not None for one in cases]]
    return _smooth(np.log([one.progress for one in told if one.progress is not None]), weight / weight.sum())


def _smooth(values: Floats, weight: Floats) -> Constant | Tabled:
    """Quantiles of weighted logarithms, each blurred as in ``draw``, of the positive quantity itself."""
    width = kernel(values, weight)
    if width == 0:
        return Constant(float(np.exp(values[0])))
    at = np.linspace(values.min() - 5 * width, values.max() + 5 * width, POINTS)
    odds = ndtr((at[:, None] - values) / width) @ weight
    kept = np.concatenate([[True], np.diff(odds) > 0])
    return Tabled(odds[kept], np.exp(at[kept]))


def whole(cases: Sequence[Past], kind: str | None) -> float:
    """Odds that one more promise is there in full at its date, by ``progress_of``."""
    told = [one for one in cases if one.progress is not None]
    values = np.log([one.progress for one in told if one.progress is not None])
    weight = weights(tuple(told), kind)
    width = kernel(values, weight)
    return float(weight @ (ndtr(values / width) if width else (values >= 0).astype(float)))


def whole_between(cases: Sequence[Past], kind: str | None) -> tuple[float, float]:
    """What those odds could as well be, the cases being few: 90 % of them with cases drawn anew (Efron 1979)."""
    told = [one for one in cases if one.progress is not None]
    luck = stream(0, "history", *sorted(one.slug for one in told))
    again = [whole([told[at] for at in luck.integers(0, len(told), len(told))], kind) for _ in range(DRAWN_ANEW)]
    low, high = np.quantile(again, [0.05, 0.95])
    return float(low), float(high)


@lru_cache(maxsize=64)
def time_of(cases: tuple[Past, ...], kind: str | None) -> Tabled:
    """Distribution of days taken over days announced.

    Promises that are kept, with the odds that ``progress_of`` gives, take as much less time as more has come by their
    date (a straight line); the others are late as ``lateness`` says, and no later than ``RATIO_CAP``, which stands for
    never.
    """
    came, at = progress_of(cases, kind), (np.arange(POINTS) + 0.5) / POINTS
    progress = came.quantile(1 - at)
    kept = progress >= 1.0
    late = np.where(kept, 0.5, (at - kept.mean()) / max(1 - kept.mean(), 1 / POINTS))
    ratio = np.where(kept, 1 / np.maximum(progress, 1.0), lateness(cases, kind, np.clip(late, 1e-6, 1 - 1e-6)))
    return Tabled(at, np.maximum.accumulate(np.minimum(ratio, RATIO_CAP)))
