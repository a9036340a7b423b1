"""What has been fielded and fails: how much of it in each period, and where what can be repaired turns up.

Only with ``coverage = "serviceable"``; else what was delivered counts for good.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import gamma

import numpy as np
from numpy.typing import NDArray

from fullrate.calendar import Calendar, Kernel
from fullrate.case.axes import Coded
from fullrate.case.points import Deliveries, Points
from fullrate.tables import Config

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Fleet:
    """Units in use, by delivery.

    Attributes:
        row: row of ``reliability`` that holds for each delivery, -1 where none does, shape (deliveries,).
        fails: share of the units in use that fail in each period, shape (deliveries, T); of units that age the largest
            share at any age.
        ageing: whether units fail by their age, mask of shape (deliveries,).
        wear: share of those that worked when delivered that fail in each later period, by delivery and period of the
            delivery; nothing for units that do not age.
        early: share that is defective and fails when it is delivered, shape (deliveries,).
        point: stock point at which failed units that can be repaired turn up, -1 where none can.
        repairable: share of the failed units that can be repaired, shape (deliveries,).
        surprise: units of those that age and have been delivered that fail besides what ``wear`` says of them, since
            more or fewer of them work than expected, shape (deliveries, T).
    """

    row: Ints
    fails: Floats
    ageing: NDArray[np.bool_]
    wear: Kernel
    early: Floats
    point: Ints
    repairable: Floats
    surprise: Floats

    @cached_property
    def used(self) -> NDArray[np.bool_]:
        """Deliveries of what fails at all, mask of shape (deliveries,)."""
        mask: NDArray[np.bool_] = self.fails.any(axis=1) | (self.early > 0)
        return mask

    def renewed(self, qty: Floats, need: Ints) -> Floats:
        """Most units that meeting needs of ``qty`` may take with all that fails replaced, shape (needs,)."""
        growth = self.fails.sum(axis=1) + self.early / (1 - self.early)
        most = np.zeros(len(qty))
        np.maximum.at(most, need, growth)
        return np.asarray(qty * (1 + most), np.float64)


def returned(tables: Mapping[str, Coded], asked: tuple[Ints, Ints], config: Config) -> tuple[Ints, Ints]:
    """Sites and items of failed units that can be repaired.

    Args:
        tables: tables as arrays.
        asked: pairs (need, item) that may be delivered.
        config: the settings.
    """
    if config.coverage != "serviceable":
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    need, item = asked
    recipient = tables["needs"].recipient[need]
    failed = np.append(tables["reliability"].failed, -1)[_rows(tables, recipient, item)]
    back = failed >= 0
    return tables["recipients"].site[recipient[back]], failed[back]


def fleet_of(
    tables: Mapping[str, Coded],
    deliveries: Deliveries,
    points: Points,
    escape: Floats,
    config: Config,
    calendar: Calendar,
) -> Fleet:
    """Units in use of a scenario; ``escape`` is the share of defects in each item, shape (items,)."""
    recipient = tables["needs"].recipient[deliveries.need]
    count = len(deliveries.axis)
    if config.coverage != "serviceable":
        nothing, none = np.zeros(count), np.zeros(count, bool)
        still = _wear(np.zeros(count), np.ones(count), none, calendar)[1]
        nowhere = np.full(count, -1)
        never = np.zeros((count, calendar.periods))
        return Fleet(nowhere, never, none, still, nothing, nowhere, nothing, never)
    table = tables["reliability"]
    row = _rows(tables, recipient, deliveries.item)
    daily, shape = np.append(table.af / table.mtbf_d, 0.0)[row], np.append(table.shape, 1.0)[row]
    ageing = (shape != 1) & (daily > 0)
    worst, wear = _wear(daily, shape, ageing, calendar)
    failed = np.append(table.failed, -1)[row]
    point = np.where(failed >= 0, points.at(tables["recipients"].site[recipient], failed), -1)
    return Fleet(
        row=row,
        fails=np.where(ageing[:, None], worst, -np.expm1(-np.outer(daily, calendar.lengths))),
        ageing=ageing,
        wear=wear,
        early=escape[deliveries.item],
        point=point,
        repairable=np.where(point >= 0, np.append(table.repairable, 0.0)[row], 0.0),
        surprise=np.zeros((count, calendar.periods)),
    )


FAINT = 1e-9
"""Shares below this are left out: no unit in use is missed by them."""


def surviving(age: Floats, daily: float, shape: float) -> Floats:
    """Share of units that still work at an age in days (Weibull): mean life ``1 / daily``, wear-out above shape 1."""
    return np.asarray(np.exp(-((age * daily * gamma(1 + 1 / shape)) ** shape)), np.float64)


def _wear(daily: Floats, shape: Floats, ageing: NDArray[np.bool_], calendar: Calendar) -> tuple[Floats, Kernel]:
    """Largest share that fails in each period at any age, shape (deliveries, T), and failures by delivery and age.

    Age counts from the end of the period of the delivery, as for units that do not age.
    """
    ends, periods = calendar.edges[1:], calendar.periods
    lives = np.where(ageing[:, None], np.stack([daily, shape], axis=1), 0.0)
    distinct, of = np.unique(lives, axis=0, return_inverse=True)
    patterns, worst = [], np.zeros((len(distinct), periods))
    for at, (rate, bend) in enumerate(distinct):
        pattern = np.zeros((periods, periods))
        if rate > 0:
            left = surviving(np.maximum(ends[None, :] - ends[:, None], 0.0), rate, bend)
            pattern[:, 1:] = left[:, :-1] - left[:, 1:]
            share = np.divide(pattern[:, 1:], left[:, :-1], out=np.ones_like(pattern[:, 1:]), where=left[:, :-1] > 0)
            worst[at, 1:] = np.triu(share).max(axis=0)
        patterns.append(np.where(pattern > FAINT, pattern, 0.0))
    kernel = Kernel.from_patterns(of.ravel().astype(np.int64), patterns, periods, even=calendar.even)
    return worst[of.ravel()] if len(of) else np.zeros((0, periods)), kernel


def _rows(tables: Mapping[str, Coded], recipient: Ints, item: Ints) -> Ints:
    """Row of ``reliability`` for each item in the conditions of its recipient; -1 for what never fails."""
    table, conditions = tables["reliability"], tables["recipients"].environment
    rows = {(int(i), e): at for at, (i, e) in enumerate(zip(table["item"], table.environment, strict=True))}
    return np.array([rows.get((int(i), conditions[r]), -1) for r, i in zip(recipient, item, strict=True)], np.int64)
