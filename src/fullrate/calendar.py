"""Days and periods: the only place that turns a date or a lead time into a period.

Period ``t`` (0-based here, 1-based in every table) covers the days ``(edges[t], edges[t+1]]`` after the
start. Three roundings exist: ``ceil`` can be carried out day by day, so its dates are upper bounds; ``floor`` allows
whatever any day-by-day plan could do, so its dates are lower bounds; ``kernel`` is right on average.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from fullrate.tables import Config

Days = NDArray[np.float64]
Periods = NDArray[np.int64]

TOUCH = 1e-9
"""Days within which two instants are the same instant: 2.1/0.7 must be 3 periods, and is more in floating point."""


@dataclass(frozen=True)
class Kernel:
    """What starts in a period and is felt in others: shares by element, start period and period.

    Element ``e`` follows pattern ``of[e]``; what it starts in period ``s`` is felt in the periods
    ``period[pointer[of[e], s] : pointer[of[e], s] + count[of[e], s]]`` with the shares beside them.
    Periods after the horizon are left out, so shares may sum to less than the whole. ``even`` says that every start is
    felt like the first, only as much later, as it is when all periods are equally long.
    """

    of: Periods
    pointer: Periods
    count: Periods
    period: Periods
    share: Days
    even: bool = False

    @cached_property
    def first(self) -> Periods:
        """First period in which a start is felt, shape (patterns, T); T when it never is."""
        return self._edge(self.pointer)

    @cached_property
    def last(self) -> Periods:
        """Last period in which a start is felt, shape (patterns, T); T when it never is."""
        return self._edge(self.pointer + self.count - 1)

    def pattern(self, at: int) -> Days:
        """Shares of a pattern by period of the start and period, shape (T, T)."""
        count = self.count[at]
        shares = np.zeros((len(count), len(count)))
        start = np.repeat(np.arange(len(count)), count)
        entry = np.arange(len(start)) - np.repeat(np.cumsum(count) - count, count) + np.repeat(self.pointer[at], count)
        shares[start, self.period[entry]] = self.share[entry]
        return shares

    def _edge(self, at: Periods) -> Periods:
        never = self.pointer.shape[-1]
        if not len(self.period):
            return np.full(self.pointer.shape, never)
        return np.where(self.count > 0, self.period[np.clip(at, 0, len(self.period) - 1)], never)

    @staticmethod
    def from_patterns(of: Periods, patterns: list[NDArray[np.float64]], periods: int, *, even: bool = False) -> Kernel:
        """Pack dense patterns, each of shape (periods of the start, periods), into one kernel."""
        pointer, count, period, share, at = [], [], [], [], 0
        for pattern in patterns:
            start, felt = np.nonzero(pattern)
            each = np.bincount(start, minlength=len(pattern))
            pointer.append(at + np.concatenate(([0], np.cumsum(each)[:-1])))
            count.append(each)
            period.append(felt)
            share.append(pattern[start, felt])
            at += len(start)
        return Kernel(
            of,
            np.array(pointer, np.int64).reshape(-1, periods),
            np.array(count, np.int64).reshape(-1, periods),
            np.concatenate(period) if period else np.zeros(0, np.int64),
            np.concatenate(share) if share else np.zeros(0),
            even,
        )


@dataclass(frozen=True)
class Calendar:
    """Periods of a scenario: a start date, edges in days after it, and how leads are rounded."""

    start: date
    edges: Days
    rounding: str = "ceil"

    @staticmethod
    def uniform(periods: int, days: float, start: date = date(2000, 1, 1), rounding: str = "ceil") -> Calendar:
        """``periods`` equal periods of ``days`` days."""
        return Calendar(start, np.arange(periods + 1, dtype=np.float64) * days, rounding)

    @staticmethod
    def of(config: Config) -> Calendar:
        """The calendar that ``scenario.toml`` describes: uniform, or telescoping when ``calendar`` is given."""
        if not config.calendar:
            return Calendar.uniform(config.periods, config.period_d, config.start, config.lead_rounding)
        lengths = np.concatenate([np.full(count, float(days)) for count, days in config.calendar])
        return Calendar(config.start, np.concatenate(([0.0], np.cumsum(lengths))), config.lead_rounding)

    @property
    def periods(self) -> int:
        """Number of periods, T."""
        return len(self.edges) - 1

    @cached_property
    def lengths(self) -> Days:
        """Length of each period in days, shape (T,)."""
        return np.diff(self.edges)

    @cached_property
    def middles(self) -> Days:
        """Middle of each period in days after the start, shape (T,): when a unit of it counts as delivered."""
        return (self.edges[1:] + self.edges[:-1]) / 2

    @cached_property
    def even(self) -> bool:
        """Whether all periods are equally long."""
        return bool(np.ptp(self.lengths) <= TOUCH)

    @property
    def horizon(self) -> float:
        """Last day of the last period."""
        return float(self.edges[-1])

    def date(self, day: float) -> date:
        """The date that many days after the start."""
        return self.start + timedelta(days=float(day))

    def opening(self, day: Days) -> Periods:
        """First period in which something that comes into being on ``day`` may be used; T if none.

        ``ceil`` and ``kernel`` take the first period that begins on or after the day, ``floor`` the period the day
        falls in.
        """
        begins = self.edges[:-1]
        if self.rounding == "floor":
            return np.maximum(np.searchsorted(self.edges, np.asarray(day) + TOUCH, side="right") - 1, 0)
        return np.searchsorted(begins, np.asarray(day) - TOUCH, side="left")

    def closing(self, day: Days) -> Periods:
        """Number of periods in which something that ends on ``day`` may be used (last t with edge <= day)."""
        if self.rounding == "floor":
            return np.searchsorted(self.edges[:-1], np.asarray(day) - TOUCH, side="left")
        return np.searchsorted(self.edges[1:], np.asarray(day) + TOUCH, side="right")

    def touched(self, first: Days, last: Days) -> NDArray[np.bool_]:
        """Periods of which any part lies in ``[first, last)`` days, shape (elements, T)."""
        begins, ends = self.edges[:-1], self.edges[1:]
        return (ends > np.asarray(first)[:, None] + TOUCH) & (begins < np.asarray(last)[:, None] - TOUCH)

    def arrivals(self, lead_d: Days) -> Kernel:
        """Where what starts in each period arrives, for leads in days of shape (elements,)."""
        distinct, of = np.unique(np.asarray(lead_d, float), return_inverse=True)
        shape: dict[str, Callable[[float], NDArray[np.float64]]] = {
            "ceil": self._late,
            "floor": self._early,
            "kernel": self._spread,
        }
        patterns = [shape[self.rounding](float(lead)) for lead in distinct]
        return Kernel.from_patterns(of.astype(np.int64), patterns, self.periods, even=self.even)

    def _late(self, lead: float) -> NDArray[np.float64]:
        begins, ends = self.edges[:-1], self.edges[1:]
        after_begin = np.searchsorted(begins, begins + lead - TOUCH, side="left")
        after_end = np.searchsorted(ends, ends + lead - TOUCH, side="left")
        return self._point(np.maximum(after_begin, after_end))

    def _early(self, lead: float) -> NDArray[np.float64]:
        return self._point(np.searchsorted(self.edges, self.edges[:-1] + lead + TOUCH, side="right") - 1)

    def _spread(self, lead: float) -> NDArray[np.float64]:
        begins, ends = self.edges[:-1], self.edges[1:]
        first = np.maximum(begins[:, None] + lead, begins[None, :])
        last = np.minimum(ends[:, None] + lead, ends[None, :])
        share = np.clip(last - first, 0, None) / self.lengths[:, None]
        return np.where(share > TOUCH, share, 0.0)

    def _point(self, arrival: Periods) -> NDArray[np.float64]:
        pattern = np.zeros((self.periods, self.periods))
        inside = arrival < self.periods
        pattern[np.flatnonzero(inside), arrival[inside]] = 1.0
        return pattern
