"""Who else wants the same: what each rival uses per period, what of it is protected, and where it is taken from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fullrate.calendar import Calendar
from fullrate.case.axes import Axis, Coded
from fullrate.case.points import Points

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

ITEM_AT = "@"
"""Joins item and site in the target of a rival for goods: ``steel@works``."""


@dataclass(frozen=True, eq=False)
class Rivals:
    """Rivals as arrays, shape (rivals,) or (rivals, T).

    Attributes:
        wanted: use in each period: the daily quantity times the days of the period on which the rival is there.
        floor: the part of it that is protected.
        worth: weighted days of a rival's use that one unit is: its weight over its daily quantity.
        resource, fund, lane, point: position of the target on its axis, -1 for rivals of another kind.
        first, count: periods from the first to the last in which anything is wanted.
        scale: power of ten near the use in a period.
    """

    wanted: Floats
    floor: Floats
    worth: Floats
    resource: Ints
    fund: Ints
    lane: Ints
    point: Ints
    first: Ints
    count: Ints
    scale: Floats

    @property
    def last(self) -> Ints:
        """Last period in which each rival wants anything; -1 when it never does."""
        return self.first + self.count - 1

    def goods(self, points: int) -> Floats:
        """Units that rivals want of each stock point over the whole horizon, shape (points,)."""
        units = np.zeros(points)
        mine = self.point >= 0
        np.add.at(units, self.point[mine], self.wanted[mine].sum(axis=1))
        return units


def item_and_site(target: str) -> tuple[str, str]:
    """The two names in the target of a rival for goods.

    >>> item_and_site("steel@works")
    ('steel', 'works')
    """
    item, _, site = target.rpartition(ITEM_AT)
    return item, site


def rivals_of(rivals: Coded, axes: Mapping[str, Axis], points: Points, calendar: Calendar) -> Rivals:
    """Rivals of a scenario on its calendar."""
    begin, end = rivals["from"], np.where(np.isnan(rivals.to), np.inf, rivals.to)
    days = np.minimum(end[:, None], calendar.edges[None, 1:]) - np.maximum(begin[:, None], calendar.edges[None, :-1])
    wanted = rivals.qty[:, None] * np.clip(days, 0.0, None)
    some = wanted.sum(axis=1) > 0
    first = np.where(some, (wanted > 0).argmax(axis=1), 0)
    last = np.where(some, calendar.periods - 1 - (wanted[:, ::-1] > 0).argmax(axis=1), -1)
    rate = np.where(some, rivals.qty, 1.0) * calendar.horizon / calendar.periods
    scale: Floats = np.power(10.0, np.round(np.log10(rate)))
    return Rivals(
        wanted=wanted,
        floor=wanted * rivals.protected[:, None],
        worth=rivals.weight / np.where(some, rivals.qty, 1.0),
        resource=_target(rivals, "resource", axes["resource"]),
        fund=_target(rivals, "fund", axes["fund"]),
        lane=_target(rivals, "lane", axes["lane"]),
        point=_points(rivals, axes, points),
        first=first.astype(np.int64),
        count=np.where(some, last - first + 1, 0).astype(np.int64),
        scale=scale,
    )


def _target(rivals: Coded, kind: str, axis: Axis) -> Ints:
    return axis.find(target if one == kind else None for one, target in zip(rivals.kind, rivals.target, strict=True))


def _points(rivals: Coded, axes: Mapping[str, Axis], points: Points) -> Ints:
    item, site = wants(rivals, axes)
    mine = (item >= 0) & (site >= 0)
    return np.where(mine, points.lookup[site, item], -1) if len(mine) else np.zeros(0, np.int64)


def wants(rivals: Coded, axes: Mapping[str, Axis]) -> tuple[Ints, Ints]:
    """Item and site of every rival; -1 for rivals of another kind."""
    pairs = [item_and_site(target) for target in rivals.target]
    goods = rivals.kind == "item"
    item = axes["item"].find(item if mine else None for mine, (item, _) in zip(goods, pairs, strict=True))
    site = axes["site"].find(site if mine else None for mine, (_, site) in zip(goods, pairs, strict=True))
    return item, site
