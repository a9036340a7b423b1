"""Six simple forecasts that a better one must beat, each as far as its data exist on the day.

B1 takes the announcement at its word; B2 gives it the spread of its class; B3 draws a straight line through the
actuals; B4 is the class alone; B5 a damped trend; B6 the same producer's earlier promises.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from fullrate.draws.history import RATIO_CAP, Past, censored_normal
from fullrate.forecast.classes import others
from fullrate.forecast.known import Known

Floats = NDArray[np.float64]

NAMES = {
    "B1": "announced at face value",
    "B2": "announced, with the spread of its class",
    "B3": "straight line through the actuals",
    "B4": "class alone",
    "B5": "damped trend of the actuals",
    "B6": "the same producer's earlier promises",
}

MEMBERS = 400
"""Values of a baseline that is a distribution: its quantiles at equal steps."""

FEWEST = 3
"""Cases a class must have to stand alone; with fewer, all classes are taken together."""

LINE = 4
"""Last actuals through which the straight line is drawn."""

SHARE_FLOOR = 0.01
"""Share below which a forecast or an outcome counts as this much: a logarithm knows no zero."""


@dataclass(frozen=True, eq=False)
class Marginals:
    """A forecast of the share at the promised date and of the duration ratio, as ensembles."""

    share: Floats
    ratio: Floats


@dataclass(frozen=True)
class Spread:
    """Logarithms of a class: mean, standard deviation, number of cases."""

    mean: float
    deviation: float
    cases: int

    def ensemble(self, centre: float) -> Floats:
        """Quantiles of the predictive Student t around a centre, as a positive quantity.

        ``cases - 1`` degrees of freedom and a scale of ``deviation * sqrt(1 + 1 / cases)``: the prediction of one more.
        """
        at = (np.arange(MEMBERS) + 0.5) / MEMBERS
        scale = self.deviation * math.sqrt(1 + 1 / self.cases)
        drawn: Floats = np.exp(np.clip(centre + scale * stdtrit(max(self.cases - 1, 1), at), -20.0, 20.0))
        return drawn


def baselines(known: Known, cases: Sequence[Past]) -> dict[str, Marginals | None]:
    """Every baseline of a complete promise; None where its data did not exist on the day."""
    left = others(known, cases)
    share, ratio = spreads(left, known.kind)
    point = Marginals(np.ones(1), np.ones(1))
    return {
        "B1": point,
        "B2": Marginals(share.ensemble(0.0), ratio.ensemble(0.0)) if share and ratio else None,
        "B3": _line(known),
        "B4": class_alone(known, left),
        "B5": _damped(known),
        "B6": _producer(known, share, ratio),
    }


def class_alone(known: Known, cases: tuple[Past, ...]) -> Marginals | None:
    """The class and nothing else; ``cases`` are those of other programmes."""
    share, ratio = spreads(cases, known.kind)
    if share is None or ratio is None:
        return None
    return Marginals(share.ensemble(share.mean), ratio.ensemble(ratio.mean))


@lru_cache(maxsize=256)
def spreads(cases: tuple[Past, ...], kind: str | None) -> tuple[Spread | None, Spread | None]:
    """Logarithms of share and of duration ratio of a class, or of all cases where the class has too few."""
    own = [one for one in cases if one.kind == kind]
    for group in (own, list(cases)):
        shares = [math.log(max(one.share, SHARE_FLOOR)) for one in group if one.share is not None]
        ratios = [math.log(one.ratio) for one in group if one.ratio]
        bounds = [math.log(one.beyond) for one in group if one.ratio is None and one.beyond and one.beyond >= 1.0]
        if len(shares) >= FEWEST and len(ratios) >= 2 and len(ratios) + len(bounds) >= FEWEST:
            mean, deviation = censored_normal(ratios, bounds)
            count = len(ratios) + len(bounds)
            spread = Spread(float(np.mean(shares)), float(np.std(shares, ddof=1)), len(shares))
            return spread, Spread(mean, deviation * math.sqrt(count / (count - 1)), count)
    return None, None


def _frame(known: Known) -> tuple[Floats, Floats, float, float]:
    """Days and shares of the actuals, the day of the announcement, and the promised day."""
    promise = known.promise
    begin, due = (0.0 if one is None else float(one.toordinal()) for one in (promise.announced_on, promise.due))
    days, shares = known.path.day, known.path.value / (promise.quantity or 1.0)
    if known.counted_from is not None and known.counted_from < known.as_of.toordinal():
        days, shares = np.append(known.counted_from, days), np.append(0.0, shares)
    return days, shares, begin, due


def _line(known: Known) -> Marginals | None:
    """Least squares through the last actuals, from the start of the count where there is one."""
    days, shares, begin, due = _frame(known)
    days, shares = days[-LINE:], shares[-LINE:]
    if len(np.unique(days)) < 2 or not len(known.path):
        return None
    slope = float(((days - days.mean()) * (shares - shares.mean())).sum() / ((days - days.mean()) ** 2).sum())
    last = float(known.as_of.toordinal())
    now = float(shares.mean() + slope * (last - days.mean()))
    when = last if now >= 1.0 else last + (1.0 - now) / slope if slope > 0 else math.inf
    ratio = min(max(when - begin, 1.0) / max(due - begin, 1.0), RATIO_CAP)
    return Marginals(np.array([max(now + slope * (due - last), SHARE_FLOOR)]), np.array([ratio]))


def _damped(known: Known, level: float = 0.8, trend: float = 0.2, damping: float = 0.9) -> Marginals | None:
    """Holt's trend, damped (Gardner & McKenzie 1985), on five or more actuals at equal steps; fixed smoothing."""
    days, shares, begin, due = _frame(known)
    if known.counted_from is not None:
        days, shares = days[1:], shares[1:]
    steps = np.diff(days)
    if len(days) < 5 or steps.max() > 1.2 * steps.min():
        return None
    now, slope = float(shares[0]), float(shares[1] - shares[0])
    for value in shares[1:]:
        before = now
        now = level * float(value) + (1 - level) * (now + damping * slope)
        slope = trend * (now - before) + (1 - trend) * damping * slope
    ahead = np.arange(1, int(RATIO_CAP * (due - begin) / steps.mean()) + 2)
    path = now + slope * np.cumsum(damping ** ahead.astype(float))
    at = days[-1] + ahead * steps.mean()
    share = float(np.interp(due, np.append(days[-1], at), np.append(now, path)))
    above = np.flatnonzero(path >= 1.0)
    when = days[-1] if now >= 1.0 else at[above[0]] if len(above) else math.inf
    ratio = min(max(float(when) - begin, 1.0) / max(due - begin, 1.0), RATIO_CAP)
    return Marginals(np.array([max(share, SHARE_FLOOR)]), np.array([ratio]))


def _producer(known: Known, share: Spread | None, ratio: Spread | None) -> Marginals | None:
    """The mean share of the producer's earlier promises, with the spread of the class; its durations are as late."""
    if not len(known.earlier) or share is None or ratio is None:
        return None
    centre = float(np.log(np.maximum(known.earlier, SHARE_FLOOR)).mean())
    late = -centre * ratio.deviation / share.deviation if share.deviation else 0.0
    return Marginals(share.ensemble(centre), ratio.ensemble(late))
