"""The reference class: what became of the promises of other programmes, and how much each of them says.

The programme itself and its sisters are left out; what the others make a distribution of is in ``draws.history``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from fullrate.draws.history import FEWEST_LATE, LEAST, Past, weights
from fullrate.forecast.known import Known, headline, revisions
from fullrate.forecast.outcome import outcome
from fullrate.forecast.record import shipped
from fullrate.tables.surge import Surge

Floats = NDArray[np.float64]


def deciles(values: Sequence[float]) -> tuple[float, float, float]:
    """First decile, median and ninth decile, each the value of a case."""
    low, middle, high = (float(one) for one in np.quantile(values, [0.1, 0.5, 0.9], method="inverted_cdf"))
    return low, middle, high


def past(surge: Surge, as_of: date | None = None) -> Past | None:
    """The headline promise of a record as a case of the reference; None without class, quantity or date.

    Args:
        surge: the record.
        as_of: day of knowledge; today if None.
    """
    promise = headline(surge)
    if promise is None or surge.case.product_kind is None:
        return None
    came = outcome(surge, promise, as_of)
    case = surge.case
    revised = (outcome(surge, one, as_of).share for one in revisions(surge, promise))
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
        tuple(one for one in revised if one is not None),
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


@lru_cache(maxsize=256)
def revision_error(cases: tuple[Past, ...]) -> tuple[float, float, int] | None:
    """What revised figures are worth: mean and deviation of ``ln`` of the share that came of them, and programmes.

    Every programme counts once, however often it revised its figures; its sisters are one programme. The deviation is
    that of one more promise. None with fewer than ``FEWEST_LATE`` programmes.
    """
    said: dict[str, list[float]] = {}
    for one in cases:
        said.setdefault(one.programme, []).extend(math.log(max(share, LEAST)) for share in one.revised)
    each = [np.array(logs) for logs in said.values() if logs]
    if len(each) < FEWEST_LATE:
        return None
    mean = float(np.mean([logs.mean() for logs in each]))
    square = float(np.mean([((logs - mean) ** 2).mean() for logs in each]))
    return mean, math.sqrt(square * (len(each) + 1) / (len(each) - 1)), len(each)
