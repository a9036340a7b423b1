"""What could be known of a surge on a day: the promise, its class, and the actuals reported by then.

A forecast is made from ``Known`` and from nothing else of its record. Only the keys of ``case.toml`` that could be
written down on the day of the announcement are read here: class, series, start of the count, and the promise.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fullrate.tables.spec.surge import PERIODS
from fullrate.tables.surge import Surge

PUBLISHED_D = 7
"""Days after the end of a period on which its number is taken to be known, where no day is given (assumption)."""

LENGTH_D = {"day": 1.0, "week": 7.0, "month": 365.25 / 12, "quarter": 365.25 / 4, "half": 365.25 / 2, "year": 365.25}
"""Mean length of a period in days."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Promise:
    """How much was promised, by when.

    Attributes:
        row: row of ``announced.csv`` from 0; -1 where the promise stands in ``case.toml`` alone.
        announced_on, by_whom: when and by whom.
        quantity: how much, in ``unit``; None where nothing was said.
        due: by when; None where nothing was said.
        what: ``cumulative`` or ``rate``.
        headline: whether it stands for its record.
    """

    row: int
    announced_on: date | None
    by_whom: str
    quantity: float | None
    unit: str
    due: date | None
    what: str
    headline: bool

    @property
    def complete(self) -> bool:
        """Whether it can be kept or broken: a quantity, and a date after the announcement."""
        return bool(self.quantity and self.due and self.announced_on and self.due > self.announced_on)

    @property
    def days(self) -> float:
        """Announced duration in days."""
        if self.due is None or self.announced_on is None:
            raise ValueError("a promise without days has no duration")
        return float((self.due - self.announced_on).days)

    @property
    def year_total(self) -> bool:
        """Whether a rate a year by a 31 December means the total of that calendar year."""
        return self.what == "rate" and "/year" in self.unit and self.due is not None and f"{self.due:%m-%d}" == "12-31"


@dataclass(frozen=True, eq=False)
class Path:
    """A count or a rate over time.

    Attributes:
        day: ordinal of the day each value holds for, ascending, shape (n,).
        value: the count since the start, or the rate, in the unit of the promise, shape (n,).
        exact: whether a value holds for that day only (the total of a year), shape (n,).
    """

    day: Floats
    value: Floats
    exact: NDArray[np.bool_]

    def __len__(self) -> int:
        """Number of values."""
        return len(self.day)

    def where(self, kept: NDArray[np.bool_]) -> Path:
        """The values for which ``kept`` holds."""
        return Path(self.day[kept], self.value[kept], self.exact[kept])


@dataclass(frozen=True, eq=False)
class Known:
    """All that a forecast may read of a record.

    Attributes:
        slug, programme, title: which record; ``programme`` says which others are no reference for it.
        kind: class; None where none was given, or where it could not be given on the day.
        promise: the promise that is forecast.
        as_of: day of knowledge.
        path: the scored count or rate as reported by that day.
        counted_from: ordinal of the day the count begins; None for rates and levels.
        earlier: earlier promises of the record that were due and known to be kept or not, as shares of their quantity.
        revised: the last promise of the same thing that was made since, by the day of knowledge, for a day still
            ahead then and with other figures; None where nothing more was said.
    """

    slug: str
    programme: str
    title: str
    kind: str | None
    promise: Promise
    as_of: date
    path: Path
    counted_from: float | None
    earlier: Floats
    revised: Promise | None = None


def promises(surge: Surge) -> list[Promise]:
    """Every promise of a record, in the order of its table; the headline is marked, and added where no row holds it."""
    rows = [_promise(row, one, False) for row, one in enumerate(surge.frames["announced"].iter_rows(named=True))]
    said = surge.case.headline
    place = said.index if said.index is not None and said.index < len(rows) else None
    if said.unit is not None:
        same = [one.row for one in rows if _same(one, vars(said))]
        place = place if place in same else same[0] if same else None
        if place is None:
            return [*rows, _promise(-1, {"by_whom": None, **vars(said)}, True)]
    if place is None:
        place = next((one.row for one in rows if one.complete), 0)
    return [replace(one, headline=one.row == place) for one in rows]


def _promise(row: int, one: dict[str, Any], headline: bool) -> Promise:
    facts = (one["announced_on"], one["by_whom"] or "", one["target_quantity"], one["unit"] or "", one["target_date"])
    return Promise(row, *facts, one["what"] or "cumulative", headline)


def _same(promise: Promise, said: dict[str, Any]) -> bool:
    pairs = (
        (promise.announced_on, "announced_on"),
        (promise.quantity, "target_quantity"),
        (promise.due, "target_date"),
    )
    return promise.unit == said["unit"] and all(said[name] in (None, value) for value, name in pairs)


def headline(surge: Surge) -> Promise | None:
    """The promise that a record is scored by; None where none has all that a forecast needs."""
    return next((one for one in promises(surge) if one.headline and one.complete), None)


def known_on(surge: Surge, promise: Promise, as_of: date) -> Known:
    """What could be known of a promise of a record on a day."""
    case = surge.case
    path = series(surge, promise, as_of)
    counted = case.count_from if promise.what == "cumulative" else None
    earlier = np.array(list(_earlier(surge, promise, as_of)), float)
    start = None if counted is None else float(counted.toordinal())
    kind = case.product_kind if case.class_known_at_announcement else None
    revised = _last_revised(surge, promise, as_of)
    return Known(case.slug, case.programme, case.title, kind, promise, as_of, path, start, earlier, revised)


def _last_revised(surge: Surge, promise: Promise, as_of: date) -> Promise | None:
    """The last of the later promises that were made by a day for a day after it; of several the one due nearest."""

    def place(one: Promise) -> tuple[int, int]:
        made, due = one.announced_on or date.min, one.due or date.max
        return made.toordinal(), -abs((due - (promise.due or due)).days)

    made = revisions(surge, promise) if promise.complete else []
    ahead = [one for one in made if one.announced_on and one.due and one.announced_on <= as_of < one.due]
    return max(ahead, key=place) if ahead else None


def revisions(surge: Surge, promise: Promise) -> list[Promise]:
    """Promises of the same thing that were made after a promise, in the order of their table.

    One that only says the same again is no news and is left out.
    """
    begin, same = promise.announced_on, (promise.quantity, promise.due)
    if begin is None:
        return []
    alike = [one for one in promises(surge) if one.complete and (one.unit, one.what) == (promise.unit, promise.what)]
    later = [one for one in alike if one.announced_on is not None and one.announced_on > begin]
    return [one for one in later if (one.quantity, one.due) != same]


def _earlier(surge: Surge, promise: Promise, as_of: date) -> Iterator[float]:
    """Shares reached by earlier promises of the record that were due by the day, from what was known then."""
    for one in promises(surge):
        if not one.complete or one.row == promise.row or one.announced_on is None or one.announced_on > as_of:
            continue
        if one.due is not None and one.due < as_of:
            share = value_at(series(surge, one, as_of), float(one.due.toordinal()), one.year_total)
            if share is not None and one.quantity:
                yield share / one.quantity


def value_at(path: Path, day: float, only_exact: bool = False) -> float | None:
    """The count or rate on a day, linear between values; None outside them.

    The total of a year stands for itself: it holds on its last day and is no point of a line.
    """
    if only_exact:
        here = path.value[path.day == day]
        return float(here[-1]) if len(here) else None
    days, values = path.day[~path.exact], path.value[~path.exact]
    if not len(days) or not days[0] <= day <= days[-1]:
        return None
    return float(np.interp(day, days, values))


def series(surge: Surge, promise: Promise, as_of: date | None = None) -> Path:
    """The count or rate that a promise is about, as reported by a day (None: as known today).

    Of several reports of one period the last one by that day counts.
    """
    rows = _reported(surge.frames["actual"], as_of)
    picked, factor = _picked(surge, promise, rows)
    picked = picked.sort("period_end", "reported", nulls_last=False)
    picked = picked.unique(["period_end", "period"], keep="last", maintain_order=True)
    days = np.array([one.toordinal() for one in picked["period_end"].to_list()], float)
    values = picked["quantity"].to_numpy().astype(float) * factor
    if promise.what == "rate":
        return Path(days, values, (picked["period"] == "year").to_numpy().astype(bool))
    spans = np.array([_span(*one) for one in picked.select("period_end", "period").iter_rows()], float)
    return _counted(surge, days, values, spans, (picked["cumulative"] == "1").to_numpy().astype(bool))


def _reported(rows: pl.DataFrame, as_of: date | None) -> pl.DataFrame:
    rows = rows.with_columns(pl.col("cumulative").fill_null("0")).drop_nulls(
        ["period_end", "period", "quantity", "unit"]
    )
    if as_of is None:
        return rows
    known = pl.col("reported").fill_null(pl.col("period_end") + timedelta(days=PUBLISHED_D))
    return rows.filter(known <= as_of)


def _picked(surge: Surge, promise: Promise, rows: pl.DataFrame) -> tuple[pl.DataFrame, float]:
    """Rows of the promised series, and by what to multiply them.

    The headline, and any promise in its unit, is read in the series its ``case.toml`` names; others in rows of their
    own unit. A rate without rows of its own is read from the flows of the same thing: ``vehicles/month`` from quarters
    of ``vehicles``, a third each.
    """
    case, flows = surge.case, pl.col("cumulative") == "0"
    mine = promise.headline or promise.unit == case.headline.unit
    unit = case.series if mine and case.series else promise.unit
    chosen = rows.filter(pl.col("unit") == unit)
    if mine and case.series_period:
        chosen = chosen.filter(pl.col("period") == case.series_period)
    period = period_of(promise.unit)
    if promise.what != "rate" or period is None or (len(chosen) and f"/{period}" in unit):
        return chosen, 1.0
    bare = promise.unit.replace(f"/{period}", "").strip()
    same = (chosen if len(chosen) else rows.filter(pl.col("unit") == bare)).filter(flows)
    exact = same.filter(pl.col("period") == period)
    if len(exact) or promise.year_total:
        return (exact if len(exact) else _years(same)), 1.0
    place = PERIODS.index(period)
    for other in (*PERIODS[place:], *reversed(PERIODS[:place])):
        found = same.filter(pl.col("period") == other)
        if len(found):
            return found, LENGTH_D[period] / LENGTH_D[other]
    return same.clear(), 1.0


def period_of(unit: str) -> str | None:
    """The period of a rate; None where its unit names none.

    >>> period_of("respirators/month (US)"), period_of("doses shipped")
    ('month', None)
    """
    found = next((one for one in PERIODS if unit.split(" ")[0].endswith(f"/{one}")), None)
    return found or next((one for one in PERIODS if f"/{one}" in unit), None)


def _years(flows: pl.DataFrame) -> pl.DataFrame:
    """Totals of calendar years, of the longest shorter period of which a year has all."""
    for period, count in (("half", 2), ("quarter", 4), ("month", 12)):
        rows = flows.filter(pl.col("period") == period)
        if not len(rows):
            continue
        rows = rows.sort("period_end", "reported", nulls_last=False)
        last = rows.unique("period_end", keep="last").with_columns(pl.col("period_end").dt.year().alias("year"))
        whole = (
            last.group_by("year")
            .agg(pl.len().alias("parts"), pl.col("quantity").sum())
            .filter(pl.col("parts") == count)
        )
        if len(whole):
            return whole.select(
                pl.date(pl.col("year"), 12, 31).alias("period_end"),
                pl.lit("year").alias("period"),
                pl.col("quantity"),
                pl.lit("0").alias("cumulative"),
                pl.lit(None, pl.Date).alias("reported"),
            )
    return flows.clear()


_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


def _span(end: date, period: str) -> float:
    """Days that a period with that last day covers: whole months where it ends with one."""
    if period not in _MONTHS or (end + timedelta(days=1)).day != 1:
        return LENGTH_D[period]
    month = end.year * 12 + end.month - _MONTHS[period]
    return float((end - date(month // 12, month % 12 + 1, 1)).days + 1)


def _counted(surge: Surge, days: Floats, values: Floats, spans: Floats, count: NDArray[np.bool_]) -> Path:
    """A count since the day it counts from: counts as they are, less what was there before; flows summed."""
    start = surge.case.count_from
    begin = None if start is None else float(start.toordinal())
    if count.any():
        days, values = days[count], values[count]
        if begin is not None:
            before = values[days < begin]
            values = values - (before[-1] if len(before) else 0.0)
            days, values = days[days >= begin], values[days >= begin]
    elif len(days) and begin is not None:
        inside = np.clip((days - begin + 1) / spans, 0.0, 1.0)
        values, days = np.cumsum(values * inside)[days >= begin], days[days >= begin]
    elif len(days):
        values = np.cumsum(values)
    return Path(days, values, np.zeros(len(days), bool))
