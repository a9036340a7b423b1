"""Limits on shares of what a family delivers: which deliveries count, with which weight, and when.

A limit counts from the first usable period of its day to the last one before the next limit on the same thing begins.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fullrate.calendar import Calendar
from fullrate.case.axes import Axis, Coded
from fullrate.case.points import Deliveries
from fullrate.sampling import outgoing
from fullrate.tables import Tables

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Limits:
    """Limits on the sum of weighted deliveries of a family.

    Attributes:
        axis: the limits, labelled with the key of their row.
        first: first period of each limit, shape (limits,); T when it never holds.
        count: number of periods it holds.
        limit: limit of each pair of limit and delivery that counts for it.
        delivery: delivery of each pair.
        weight: for each pair and each side of the limit, what a unit adds to the room there is, shape (sides, pairs).
        bites: whether a side limits anything, shape (sides, limits).
        room: least room there may be on each side, shape (sides, limits, T): zero, or what is
            lacking already.
    """

    axis: Axis
    first: Ints
    count: Ints
    limit: Ints
    delivery: Ints
    weight: Floats
    bites: NDArray[np.bool_]
    room: Floats

    def after(self, delivered: Floats) -> Limits:
        """The limits after deliveries of shape (deliveries, k): what is lacking by then need not be made up."""
        past = delivered.shape[1]
        counted = np.where(self.holds(past)[self.limit], delivered[self.delivery], 0.0)
        so_far = np.zeros((*self.bites.shape, past))
        for side, weight in enumerate(self.weight):
            np.add.at(so_far[side], self.limit, weight[:, None] * counted)
        lacking = np.minimum(np.cumsum(so_far, axis=2), 0.0)
        later = np.repeat(lacking[:, :, -1:], self.room.shape[2] - past, axis=2)
        return replace(self, room=np.concatenate([lacking, later], axis=2))

    def holds(self, periods: int) -> NDArray[np.bool_]:
        """Whether each limit holds in each period, mask of shape (limits, T)."""
        at = np.arange(periods)[None, :]
        mask: NDArray[np.bool_] = (at >= self.first[:, None]) & (at < (self.first + self.count)[:, None])
        return mask


def limited(arrays: Mapping[str, Coded]) -> NDArray[np.bool_]:
    """Items whose family has limits on its shares: a unit that counts for nothing may let others count."""
    families = {*arrays["mix"].family, *arrays["quality"].family}
    return np.array([family is not None and family in families for family in arrays["items"].family], bool)


def mix_of(tables: Tables, arrays: Mapping[str, Coded], deliveries: Deliveries, calendar: Calendar) -> Limits:
    """Limits of table ``mix``: side 0 keeps the least share, side 1 the largest."""
    mix, items, needs = arrays["mix"], arrays["items"], arrays["needs"]
    names = tables.keys("recipients")
    family = items.family[deliveries.item]
    who = np.array([names[r] for r in needs.recipient[deliveries.need]], object)
    counts = (mix.family[:, None] == family[None, :]) & (
        (mix.recipient[:, None] == "*") | (mix.recipient[:, None] == who[None, :])
    )
    limit, delivery = np.nonzero(counts)
    mine = 1.0 * (deliveries.item[delivery] == mix.item[limit])
    weight = np.stack([mine - mix.share_min[limit], mix.share_max[limit] - mine])
    first, count = in_force(list(zip(mix.family, mix.item, mix.recipient, strict=True)), mix["from"], calendar)
    bites = np.stack([mix.share_min > 0, mix.share_max < 1])
    return Limits(
        Axis("mix", tuple(tables.keys("mix"))),
        first,
        count,
        limit,
        delivery,
        weight,
        bites,
        np.zeros((*bites.shape, calendar.periods)),
    )


def escapes_of(arrays: Mapping[str, Coded], items: int) -> Floats:
    """Share of defects in each item: of the worst of the processes that make it, shape (items,)."""
    processes, plans = arrays["processes"], arrays["plans"]
    escape = processes.escape.copy()
    for row in range(len(plans)):
        sample = (float(plans.lot[row]), int(plans.n[row]), int(plans.c[row]))
        escape[plans.process[row]] = outgoing(float(plans.defect[row]), *sample)
    worst = np.zeros(items)
    np.maximum.at(worst, processes.item, escape)
    return worst


def quality_of(
    tables: Tables, arrays: Mapping[str, Coded], deliveries: Deliveries, escape: Floats, calendar: Calendar
) -> Limits:
    """Limits of table ``quality``: what a unit adds is the share that may be defective less the share that is."""
    quality, items = arrays["quality"], arrays["items"]
    limit, delivery = np.nonzero(quality.family[:, None] == items.family[deliveries.item][None, :])
    weight = (quality.aoq_max[limit] - escape[deliveries.item[delivery]])[None, :]
    first, count = in_force(list(quality.family), quality["from"], calendar)
    axis, bites = Axis("quality", tuple(tables.keys("quality"))), np.ones((1, len(quality)), bool)
    return Limits(axis, first, count, limit, delivery, weight, bites, np.zeros((*bites.shape, calendar.periods)))


def in_force(things: Sequence[object], begins: Floats, calendar: Calendar) -> tuple[Ints, Ints]:
    """First period and number of periods of each row, ``begins`` in days: until the next row of the same thing."""
    first = np.asarray(calendar.opening(np.maximum(begins, 0.0)), np.int64)
    last = np.full(len(first), calendar.periods)
    rows: dict[object, list[int]] = defaultdict(list)
    for row, thing in enumerate(things):
        rows[thing].append(row)
    for same in rows.values():
        same.sort(key=lambda row: begins[row])
        last[same[:-1]] = first[same[1:]]
    return first, np.maximum(last - first, 0)
