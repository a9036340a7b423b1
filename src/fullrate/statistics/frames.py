"""What samples say, as tables: dates with their odds, quantities by a day, rates, totals, and the naive answers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fullrate.results import Samples
from fullrate.statistics.shares import quantile, quantile_between, share_of, tail_mean
from fullrate.tables import Tables

Floats = NDArray[np.float64]

BURST_D, SUSTAINED_D = 28.0, 182.0
"""Days over which the best rate is taken: a sprint of four weeks, and what is kept up for half a year."""
TOUCH = 1e-9
"""Days within which two instants are the same."""
TAIL = 0.9
"""Samples beyond this share are the worst ones whose mean is reported."""
WHOLE = 1e-6
"""Share of a need below which what is missing is rounding."""
POINTS = (0.1, 0.5, 0.9)
ODDS = {
    **dict.fromkeys(("odds", "low", "high", "error"), pl.Float64),
    **dict.fromkeys(("hits", "samples"), pl.Int64),
}


def dates(samples: Samples) -> pl.DataFrame:
    """When each target is reached.

    Returns:
        class, need, coverage, p10, p50, p90 (dates; null: later than the horizon), p50_low, p50_high (90 % interval of
        the median by order statistics, wider than need be for filled samples), later (share of samples that do not
        reach it inside the horizon).
    """
    days, rows = samples.days, []
    for column in range(len(samples.targets)):
        mine = days[:, column]
        low, high = quantile_between(mine, 0.5)
        found = [*(quantile(mine, p) for p in POINTS), max(low, 0.0), high]
        rows.append([*(dated(samples.start, day) for day in found), float(np.isinf(mine).mean())])
    names = ("p10", "p50", "p90", "p50_low", "p50_high")
    schema = {**dict.fromkeys(names, pl.Date), "later": pl.Float64}
    return pl.concat([samples.targets, pl.DataFrame(rows, schema=schema, orient="row")], how="horizontal")


def odds(samples: Samples, promises: pl.DataFrame) -> pl.DataFrame:
    """Odds of promised dates.

    Args:
        samples: the executions.
        promises: class, need, coverage, by (a date).

    Returns:
        the promises, odds, low, high (90 % interval), error (standard error over replicates), hits, samples.
    """
    days, rows = samples.days, []
    for cls, need, coverage, by in promises.select("class", "need", "coverage", "by").iter_rows():
        at = samples.target(cls=cls, need=need, coverage=coverage)
        rows.append(_share(days[:, at] <= (by - samples.start).days + TOUCH, samples.replicate))
    return pl.concat([promises, pl.DataFrame(rows, schema=ODDS, orient="row")], how="horizontal")


def quantities(
    samples: Samples, plan: Samples, by: date, promised: float | None = None, values: Mapping[str, float] | None = None
) -> pl.DataFrame:
    """What has come by a day, of what is counted in one unit; evenly inside a period.

    Args:
        samples: the executions; where they were asked about that day (``there``), all of them count, and else those
            whose curves are kept.
        plan: the one execution in which all goes as planned.
        by: the day.
        promised: what was promised by then, in the unit of the item.
        values: what a unit of the items of a family is worth in units of the need, by family; 1 by default.

    Returns:
        class, need, item, qty (the whole need), by, plan, p10, p50, p90, promised, all in the unit of the item, and the
        odds that at least ``promised`` has come, as in ``odds``; null without a promise.
    """
    counted = _counted(samples, values or {})
    rows = []
    for group, qty in counted.select("group", "qty").iter_rows():
        day = (by - samples.start).days
        kept, of = at_day(samples, group, day), samples.replicate[samples.shown]
        if samples.there is not None:
            kept, of = samples.there[:, group], samples.replicate
        covered, planned = kept * qty, float(at_day(plan, group, day)[0]) * qty
        share: tuple[Any, ...] = (None,) * len(ODDS)
        if promised is not None:
            share = _share(covered >= promised * (1 - 1e-6), of)
        rows.append((by, planned, *(quantile(covered, p) for p in POINTS), promised, *share))
    schema = {"by": pl.Date, **dict.fromkeys(("plan", "p10", "p50", "p90", "promised"), pl.Float64), **ODDS}
    return pl.concat([counted.drop("group"), pl.DataFrame(rows, schema=schema, orient="row")], how="horizontal")


def at_day(samples: Samples, group: int, day: float) -> Floats:
    """Share of a group covered by a day in each sample whose curve is kept, shape (f,)."""
    curves = np.concatenate([np.zeros((len(samples.shown), 1)), samples.curves[:, group]], axis=1)
    after = int(np.clip(np.searchsorted(samples.edges, day, side="left"), 1, samples.periods))
    begin, end = samples.edges[after - 1], samples.edges[after]
    part = min(max((day - begin) / (end - begin), 0.0), 1.0)
    return np.asarray(curves[:, after - 1] * (1 - part) + curves[:, after] * part, np.float64)


def best_rate(edges: Floats, curves: Floats, days: float) -> Floats:
    """Highest mean rate over any window of so many days, per day, shape of ``curves`` without its last axis.

    Args:
        edges: ends of the periods, shape (T + 1,).
        curves: what has come by the end of each period, shape (.., T).
        days: length of the window; the whole horizon where that is shorter.
    """
    whole = np.concatenate([np.zeros((*curves.shape[:-1], 1)), curves], axis=-1)
    window = min(days, edges[-1])
    # The rate over a window bends only where one of its ends passes an edge, so it is best where one is on an edge.
    starts = np.unique(np.concatenate([edges, edges - window]))
    starts = starts[(starts >= -TOUCH) & (starts <= edges[-1] - window + TOUCH)]
    return np.asarray((_between(edges, whole, starts + window) - _between(edges, whole, starts)).max(axis=-1) / window)


def _between(edges: Floats, curves: Floats, days: Floats) -> Floats:
    """Curves at days, straight inside periods, shape (.., days)."""
    after = np.clip(np.searchsorted(edges, days, side="left"), 1, len(edges) - 1)
    part = np.clip((days - edges[after - 1]) / (edges[after] - edges[after - 1]), 0.0, 1.0)
    return np.asarray(curves[..., after - 1] * (1 - part) + curves[..., after] * part)


def _counted(samples: Samples, values: Mapping[str, float]) -> pl.DataFrame:
    """Groups that are counted in one unit, their need in units of the item."""
    value = pl.col("item").replace_strict(dict(values), default=1.0, return_dtype=pl.Float64)
    whole = samples.groups.with_row_index("group").filter(pl.col("qty").is_not_null())
    return whole.with_columns(qty=pl.col("qty") / value)


def paired(followed: Samples, again: Samples | None, promises: pl.DataFrame) -> pl.DataFrame:
    """The same samples executed in two ways: means, and their difference with its standard error.

    Args:
        followed: executions that follow the plan.
        again: the same ones, planned again on the way; None for none.
        promises: class, need, coverage, by (a date): the share of samples that keeps each is compared, too.

    Returns:
        what (``wait``: days; ``kept``: share of samples), class, need, coverage, by, follow, replan, difference, error
        (of the mean of paired differences), samples.
    """
    text, number = pl.String, pl.Float64
    schema = {"what": text, "class": pl.Int64, "need": text, "coverage": number, "by": pl.Date}
    schema |= {**dict.fromkeys(("follow", "replan", "difference", "error"), number), "samples": pl.Int64}
    rows: list[tuple[Any, ...]] = []
    if again is None:
        return pl.DataFrame(rows, schema=schema, orient="row")
    for at, (cls, need, *_) in enumerate(followed.groups.iter_rows()):
        if cls and not need:
            rows.append(("wait", cls, need, None, None, *_pair(followed.waits[:, at], again.waits[:, at])))
    for cls, need, coverage, by in promises.select("class", "need", "coverage", "by").iter_rows():
        at, day = followed.target(cls=cls, need=need, coverage=coverage), (by - followed.start).days + TOUCH
        pair = _pair(followed.days[:, at] <= day, again.days[:, at] <= day)
        rows.append(("kept", cls, need, coverage, by, *pair))
    return pl.DataFrame(rows, schema=schema, orient="row")


def _pair(one: NDArray[Any], other: NDArray[Any]) -> tuple[float, float, float, float, int]:
    difference = other.astype(float) - one.astype(float)
    count = len(difference)
    error = float(difference.std(ddof=1) / math.sqrt(count)) if count > 1 else math.nan
    return float(one.mean()), float(other.mean()), float(difference.mean()), error, count


def rates(samples: Samples, plan: Samples, values: Mapping[str, float] | None = None) -> pl.DataFrame:
    """Best rate of four weeks and of half a year, per day, of what is counted in one unit.

    A window is never longer than the plan delivers; where half a year is no longer than four weeks, it is left out.

    Returns:
        class, need, item, rate (``burst`` or ``sustained``), window_d, plan, p10, p50, p90 (unit of the item per day;
        ``values`` as in ``quantities``).
    """
    rows = []
    for group, *named, qty in _counted(samples, values or {}).iter_rows():
        curves, planned = samples.curves[:, group].astype(float), plan.curves[0, group].astype(float)
        done = delivered_d(plan, group)
        for name, days in (("burst", BURST_D), ("sustained", SUSTAINED_D)):
            if name == "burst" or done > BURST_D:
                found = best_rate(samples.edges, curves, min(days, done)) * qty
                asked = float(best_rate(plan.edges, planned[None], min(days, done))[0]) * qty
                rows.append((*named, name, min(days, done), asked, *(quantile(found, p) for p in POINTS)))
    text, number = pl.String, pl.Float64
    schema = {"class": pl.Int64, "need": text, "item": text, "rate": text, "window_d": number, "plan": number}
    return pl.DataFrame(rows, {**schema, **dict.fromkeys(("p10", "p50", "p90"), number)}, orient="row")


def delivered_d(plan: Samples, group: int) -> float:
    """Days after the start until the plan makes its last delivery to a group; the horizon if it makes none."""
    curve = plan.curves[0, group]
    last = np.flatnonzero(np.diff(curve, prepend=np.float32(0)) > 1e-6)
    return float(plan.edges[last[-1] + 1] if len(last) else plan.edges[-1])


def worth(tables: Tables) -> dict[str, float]:
    """What a unit of a family is worth in units of the need, where all its items are worth the same."""
    found: dict[str, set[float]] = {}
    for row in tables.rows("items"):
        if row["family"] is not None:
            found.setdefault(row["family"], set()).add(row["value"])
    return {family: values.pop() for family, values in found.items() if len(values) == 1 and min(values) > 0}


def totals(samples: Samples) -> pl.DataFrame:
    """Waits, cost and displaced use over all samples.

    Returns:
        what (``wait_d``, ``cost``, ``displaced``), class, need, item (blank but for waits), mean, p10, p50, p90, worst
        (mean of the worst tenth), error (standard error of the mean over replicates).
    """
    from fullrate.statistics.shares import by_replicate, standard_error

    columns = [("wait_d", *row[:3], samples.waits[:, at]) for at, row in enumerate(samples.groups.iter_rows())]
    columns += [("cost", 0, "", "", samples.cost), ("displaced", 0, "", "", samples.displaced)]
    rows = [
        (
            *named,
            float(values.mean()),
            *(quantile(values, p) for p in POINTS),
            tail_mean(values, TAIL),
            standard_error(by_replicate(values, samples.replicate)),
        )
        for *named, values in columns
    ]
    schema = {"what": pl.String, "class": pl.Int64, "need": pl.String, "item": pl.String}
    numbers = dict.fromkeys(("mean", "p10", "p50", "p90", "worst", "error"), pl.Float64)
    return pl.DataFrame(rows, schema={**schema, **numbers}, orient="row")


def naive(samples: Samples, plan: Samples) -> pl.DataFrame:
    """Answers of a back of an envelope beside the simulated ones, for every need and for all of an item.

    ``quantity by rate`` divides the whole need by the best rate of the plan, from the first day on; best over four
    weeks, or over half of the time it delivers if that is shorter. ``straight line`` goes on as the plan does until it
    has covered a quarter.

    Returns:
        class, need, item, naive (which), day (null: never), date, p50 (simulated median date of all of it).
    """
    rows, ends = [], np.append(samples.edges[1:], np.inf)
    for group, (cls, need, item, _) in enumerate(samples.groups.iter_rows()):
        if cls and not need:
            continue
        curve, window = plan.curves[0, group].astype(float), min(BURST_D, delivered_d(plan, group) / 2)
        rate = float(best_rate(plan.edges, curve[None], window)[0])
        median = quantile(ends[(samples.curves[:, group] < 1 - WHOLE).sum(axis=1)], 0.5)
        for name, day in (
            ("quantity by rate", 1 / rate if rate > 0 else math.inf),
            ("straight line", 4 * _first(plan.edges, curve, 0.25)),
        ):
            never = not math.isfinite(day)
            row = (cls, need, item, name, None if never else day, dated(samples.start, day))
            rows.append((*row, dated(samples.start, median)))
    schema = {"class": pl.Int64, "need": pl.String, "item": pl.String, "naive": pl.String, "day": pl.Float64}
    return pl.DataFrame(rows, schema={**schema, "date": pl.Date, "p50": pl.Date}, orient="row")


def _first(edges: Floats, curve: Floats, level: float) -> float:
    """First day on which a curve is at a level, straight inside periods; infinite if never."""
    whole = np.concatenate([[0.0], curve])
    reached = np.flatnonzero(whole >= level * (1 - 1e-9))
    if not len(reached) or reached[0] == 0:
        return math.inf if not len(reached) else 0.0
    at = reached[0]
    part = (level - whole[at - 1]) / (whole[at] - whole[at - 1])
    return float(edges[at - 1] + part * (edges[at] - edges[at - 1]))


def dated(start: date, day: float) -> date | None:
    """The date so many days after the start; None when later than any horizon."""
    return start + timedelta(days=float(day)) if math.isfinite(day) and day < 3e5 else None


def _share(held: NDArray[np.bool_], replicate: NDArray[np.int64]) -> tuple[Any, ...]:
    found = share_of(held, replicate)
    return found.share, found.low, found.high, found.error, found.hits, found.count
