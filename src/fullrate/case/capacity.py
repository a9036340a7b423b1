"""What resources, lanes, processes and builds can do in each period."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fullrate.calendar import TOUCH, Calendar, Kernel
from fullrate.case.axes import Axis, Coded
from fullrate.case.series import over_time
from fullrate.tables import Tables

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Capacity:
    """Amounts per period (rates times days), shape (rows, T) each.

    Attributes:
        resource: units of each resource that exist without any build.
        lane: most each lane takes, in its capacity unit.
        process: most starts of each process.
        pool: hours that each labour pool can work.
        gain: what one build adds to its resource per day of full work, shape (builds,).
        ready: change of the share of a build that works, by build, period of its start and period.
    """

    resource: Floats
    lane: Floats
    process: Floats
    pool: Floats
    gain: Floats
    ready: Kernel


def capacity_of(tables: Tables, coded: dict[str, Coded], axes: dict[str, Axis], calendar: Calendar) -> Capacity:
    """Capacities of a scenario on its calendar."""

    def amount(table: str, column: str, axis: str) -> Floats:
        keys = list(axes[axis].labels)
        return over_time(tables, table, column, keys, coded[table][column], calendar) * calendar.lengths

    builds = coded["builds"]
    no_gate = np.zeros(len(builds))
    return Capacity(
        resource=amount("resources", "capacity", "resource"),
        lane=amount("lanes", "capacity", "lane"),
        process=amount("processes", "max_rate", "process"),
        pool=_hours(coded["pools"], calendar),
        gain=builds["add"],
        ready=ramps(tables, builds, calendar, builds.lead_d, no_gate),
    )


def _hours(pools: Coded, calendar: Calendar) -> Floats:
    """Hours of the heads that stay: quits come first in each period."""
    left = (1 - pools.quit)[:, None] ** (calendar.edges[None, 1:] / 365)
    hours: Floats = (pools.heads * pools.hours)[:, None] * left * calendar.lengths
    return hours


def curve_points(tables: Tables, curve: str) -> tuple[Floats, Floats]:
    """Points (age in days, share) of a curve in the order they were written; equal ages are a jump."""
    rows = [row for row in tables.rows("curves") if row["curve"] == curve]
    return np.array([row["x"] for row in rows], float), np.array([row["y"] for row in rows], float)


def ramps(tables: Tables, builds: Coded, calendar: Calendar, lead_d: Floats, earliest: Floats) -> Kernel:
    """Differences over periods of the working share of a build: sparse however long the horizon.

    Args:
        tables: the scenario.
        builds: its builds as arrays.
        calendar: its calendar.
        lead_d: days from the beginning of the period of the start, shape (builds,).
        earliest: day before which a build does not work, shape (builds,).
    """
    kinds = list(zip(builds.ramp, lead_d, builds.life_d, earliest, strict=True))
    distinct = list(dict.fromkeys(kinds))
    of = np.array([distinct.index(kind) for kind in kinds], np.int64)
    patterns = []
    for ramp, lead, life, first in distinct:
        x, y = curve_points(tables, ramp) if ramp is not None else (np.zeros(1), np.ones(1))
        share = _shares(calendar, lead, (x, y, life), first)
        change = np.diff(share, axis=1, prepend=0.0)
        patterns.append(np.where(np.abs(change) > TOUCH, change, 0.0))
    return Kernel.from_patterns(of, patterns, calendar.periods, even=calendar.even and not earliest.any())


def _shares(calendar: Calendar, lead: float, curve: tuple[Floats, Floats, float], first: float) -> Floats:
    """Working share by period of the build's start and period, shape (T, T); on even periods one row, shifted."""
    if not calendar.even or first > 0:
        return np.stack([share_at_work(calendar, max(begin + lead, first), *curve) for begin in calendar.edges[:-1]])
    row = share_at_work(calendar, lead, *curve)
    age = np.arange(calendar.periods)[None, :] - np.arange(calendar.periods)[:, None]
    return np.where(age >= 0, row[np.maximum(age, 0)], 0.0)


def share_at_work(calendar: Calendar, born: float, x: Floats, y: Floats, life: float) -> Floats:
    """Working share in each period of a build that is finished on day ``born``, shape (T,).

    ``ceil`` takes the least share inside the period, so that its dates stay upper bounds, ``floor`` the largest,
    ``kernel`` the mean.
    """
    first, last = calendar.edges[:-1] - born, calendar.edges[1:] - born
    knots = np.unique(np.concatenate([x, [0.0], [life] if np.isfinite(life) else []]))
    begin, end = np.concatenate([[-np.inf], knots]), np.concatenate([knots, [np.inf]])
    low = np.maximum(begin[:, None], first[None, :])
    high = np.minimum(end[:, None], last[None, :])
    inside = high - low > TOUCH
    alive = np.where(np.isfinite(begin), (begin >= -TOUCH) & (begin < life - TOUCH), False)
    slope, level = _pieces(begin, end, x, y)
    left = np.where(alive[:, None], level[:, None] + slope[:, None] * (low - _anchor(begin)[:, None]), 0.0)
    right = np.where(alive[:, None], level[:, None] + slope[:, None] * (high - _anchor(begin)[:, None]), 0.0)
    share: Floats
    if calendar.rounding == "kernel":
        share = np.where(inside, (left + right) / 2 * (high - low), 0.0).sum(axis=0) / calendar.lengths
    elif calendar.rounding == "ceil":
        share = np.where(inside, np.minimum(left, right), np.inf).min(axis=0)
    else:
        share = np.where(inside, np.maximum(left, right), -np.inf).max(axis=0)
    return share


def _anchor(begin: Floats) -> Floats:
    return np.where(np.isfinite(begin), begin, 0.0)


def _pieces(begin: Floats, end: Floats, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Slope and starting level of the curve on each piece: right-continuous, flat outside its points."""
    level = np.array([_right(at, x, y) for at in begin])
    final = np.array([_left(at, x, y) for at in end])
    width = np.where(np.isfinite(begin) & np.isfinite(end), end - begin, np.inf)
    return (final - level) / width, level


def _right(at: float, x: Floats, y: Floats) -> float:
    """Value just after ``at``: at a jump the later point."""
    after = int(np.searchsorted(x, at + TOUCH, side="right"))
    if after == 0 or after == len(x):
        return float(y[0] if after == 0 else y[-1])
    weight = (at - x[after - 1]) / (x[after] - x[after - 1])
    return float(y[after - 1] + weight * (y[after] - y[after - 1]))


def _left(at: float, x: Floats, y: Floats) -> float:
    """Value just before ``at``: at a jump the earlier point."""
    after = int(np.searchsorted(x, at - TOUCH, side="left"))
    if after == 0 or after == len(x):
        return float(y[0] if after == 0 else y[-1])
    weight = (at - x[after - 1]) / (x[after] - x[after - 1])
    return float(y[after - 1] + weight * (y[after] - y[after - 1]))
