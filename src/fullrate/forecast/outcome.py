"""What came of a promise: read from the whole record, by scores and by the reference of other programmes only."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from fullrate.forecast.known import Known, Path, Promise, known_on, series, value_at
from fullrate.tables.surge import Surge


@dataclass(frozen=True)
class Outcome:
    """What came of a promise.

    Attributes:
        share: quantity at the promised date over the promised quantity; None where it was not recorded.
        ratio: days until the quantity was reached over the announced days; None where it was not reached.
        beyond: where it was not reached, the ratio beyond which it lies (the record ends there); else None.
        kept: whether it was reached by the promised date; None where the record does not tell.
        demand_limited: whether demand, not supply, set the numbers before the promised date.
        level: share that was there already on the day of the announcement.
        first: days to the first unit recorded; None where some were there already, or none is recorded.
    """

    share: float | None
    ratio: float | None
    beyond: float | None
    kept: bool | None
    demand_limited: bool
    level: float
    first: float | None = None


def outcome(surge: Surge, promise: Promise, as_of: date | None = None) -> Outcome:
    """What came of a promise, from the last report of every period by a day (None: as known today).

    A count is reached where the line between two values crosses the promise; a rate with the first value at or above
    it, which is an upper bound. Both count from the day after the announcement.
    """
    if not promise.complete or promise.announced_on is None or promise.due is None or promise.quantity is None:
        return Outcome(None, None, None, None, False, 0.0)
    path = series(surge, promise, as_of)
    begin, due = float(promise.announced_on.toordinal()), float(promise.due.toordinal())
    value = _exactly(surge, promise, due, as_of)
    value = value_at(path, due, promise.year_total) if value is None else value
    share = None if value is None else value / promise.quantity
    day = _reached(path, promise, begin)
    ratio = None if day is None else (day - begin) / promise.days
    last = float(path.day[-1]) if len(path) else begin
    beyond = (last - begin) / promise.days if day is None and last > begin else None
    limited = surge.case.demand_limited_from
    held_back = limited is not None and limited <= promise.due
    there = level(known_on(surge, promise, promise.announced_on))
    seen = path.day[(path.day > begin) & (path.value > 0)]
    first = float(seen[0]) - begin if len(seen) and not there and (path.value[path.day <= begin] <= 0).all() else None
    return Outcome(share, ratio, beyond, _kept(promise, share, ratio, beyond), held_back, there, first)


def _exactly(surge: Surge, promise: Promise, due: float, as_of: date | None) -> float | None:
    """A count on its day from the second series of the record, where that has a row for the very day."""
    case = surge.case
    if promise.what != "cumulative" or not case.series_alt or promise.unit != case.headline.unit:
        return None
    second = replace(surge, case=replace(case, series=case.series_alt, series_period=None))
    path = series(second, promise, as_of)
    return value_at(path, due) if due in path.day else None


def _kept(promise: Promise, share: float | None, ratio: float | None, beyond: float | None) -> bool | None:
    """Whether a promise was kept; a quantity after the date, with nothing recorded at it, does not tell of a rate."""
    if ratio is not None and ratio <= 1.0:
        return True
    if share is not None:
        return share >= 1.0
    if beyond is not None and beyond >= 1.0:
        return False
    return False if ratio is not None and promise.what == "cumulative" else None


def _reached(path: Path, promise: Promise, begin: float) -> float | None:
    """Ordinal of the day on which the promised quantity was there."""
    later = path.day > begin
    above = later & (path.value >= (promise.quantity or 0.0))
    if not above.any():
        return None
    at = int(np.argmax(above))
    if promise.what == "rate" or at == 0:
        return float(path.day[at])
    before, after = path.value[at - 1], path.value[at]
    if before >= (promise.quantity or 0.0) or after == before:
        return float(path.day[at])
    part = ((promise.quantity or 0.0) - before) / (after - before)
    return max(begin + 1.0, float(path.day[at - 1] + part * (path.day[at] - path.day[at - 1])))


def level(known: Known) -> float:
    """Share of the promise that is known to be there already: the last value reported, between 0 and 1."""
    if not len(known.path) or not known.promise.quantity:
        return 0.0
    return float(np.clip(known.path.value[-1] / known.promise.quantity, 0.0, 1.0))
