"""How long goods that do not keep may rest, and where.

Goods rest where they are made, received or in stock, and are passed on or used as they arrive everywhere else. What an
item keeps, less the longest way it goes by lanes, is shared evenly among the resting places of a way: nothing is ever
used too old, though some plans that would be safe are left out. One place and no lanes: the whole of it, exactly.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fullrate.calendar import TOUCH, Calendar, Kernel
from fullrate.case.axes import Coded
from fullrate.case.barred import Barred
from fullrate.case.points import Points, Shipments
from fullrate.case.recipes import Recipes

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Grid = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Shelf:
    """Limits on the age of stock.

    Attributes:
        point: points of items that do not keep, mask of shape (points,).
        gone: for each point, the period up to which receipts must have gone by the end of another.
        known: stock at the start and receipts that are due and may still lie there at the end of a period, shape
            (points, T); infinite where there is no limit, and read-only where there is none anywhere.
        stale: stock at the start that is too old before the first period ends, shape (points,).
        late: shipments that would arrive too old, mask of shape (shipments,).
    """

    point: Grid
    gone: Kernel
    known: Floats
    stale: Floats
    late: Grid


def perishable(points: Points, items: Coded) -> Grid:
    """Points of items that do not keep for ever, mask of shape (points,)."""
    mask: Grid = np.isfinite(items.shelf_life_d[points.item])
    return mask


def shelf_of(
    tables: Mapping[str, Coded],
    points: Points,
    shipments: Shipments,
    used: Grid,
    recipes: Recipes,
    barred: Barred,
    transit: Kernel,
    calendar: Calendar,
) -> Shelf:
    """Limits of a scenario; ``used`` says from which points anything is delivered or taken, shape (points,)."""
    life, mask = tables["items"].shelf_life_d[points.item], perishable(points, tables["items"])
    rest, late = np.where(mask, life, np.inf), np.zeros(len(shipments.axis), bool)
    if mask.any():
        lead = _lead(tables["lanes"].lead_d, transit, calendar)[shipments.lane]
        if calendar.rounding == "floor":
            late = lead > life[shipments.origin] + TOUCH
        else:
            source = _origins(tables, points, recipes)
            rest, late = _rests(points, shipments, source, used, lead, life)
    return _limits(points, mask, rest, late, barred, calendar)


def _lead(lead_d: Floats, transit: Kernel, calendar: Calendar) -> Floats:
    """Longest time from a departure to its arrival as the periods of the plan have it, days, shape (lanes,)."""
    if calendar.rounding != "ceil":
        return lead_d
    arrives, edges = np.minimum(transit.first, calendar.periods), np.append(calendar.edges, np.inf)
    inside = arrives < calendar.periods
    ends = np.where(inside, edges[np.minimum(arrives + 1, calendar.periods)] - calendar.edges[None, 1:], 0.0)
    begins = np.where(inside, edges[arrives] - calendar.edges[None, :-1], 0.0)
    longest: Floats = np.maximum(ends, begins).max(axis=1, initial=0.0)[transit.of]
    return np.maximum(lead_d, longest)


def _origins(tables: Mapping[str, Coded], points: Points, recipes: Recipes) -> Grid:
    """Points at which something is made, received or in stock."""
    processes, stock = tables["processes"], tables["stock"]
    source = np.zeros(len(points.axis), bool)
    source[points.at(processes.site, processes.item)] = True
    source[recipes.point[recipes.role != "in"]] = True
    some = stock.qty > 0
    source[points.at(stock.site[some], stock.item[some])] = True
    return source


def _rests(
    points: Points, shipments: Shipments, source: Grid, used: Grid, lead: Floats, life: Floats
) -> tuple[Floats, Grid]:
    """Days that goods may rest at each point, and shipments that would arrive too old."""
    useful = used.copy()
    for _ in range(len(points.axis)):
        before = useful.sum()
        np.logical_or.at(useful, shipments.origin, useful[shipments.destination])
        if useful.sum() == before:
            break
    lanes = np.flatnonzero(useful[shipments.destination] & np.isfinite(life[shipments.origin]))
    begin, end, lead = shipments.origin[lanes], shipments.destination[lanes], lead[lanes]
    age = np.where(source, 0.0, -np.inf)
    places = np.where(source, 1, 0)
    for _ in range(len(points.axis) + 1):
        on_time = age[begin] + lead <= life[begin] + TOUCH
        grown, counted = np.where(source, 0.0, -np.inf), np.where(source, 1, 0)
        np.maximum.at(grown, end[on_time], (age[begin] + lead)[on_time])
        np.maximum.at(counted, end[on_time], (source[end] + places[begin])[on_time])
        same = np.array_equal(grown, age) and np.array_equal(counted, places)
        age, places = grown, counted
        if same:
            break
    late = np.zeros(len(shipments.axis), bool)
    late[lanes] = age[begin] + lead > life[begin] + TOUCH
    items = len(points.items)
    longest, most = np.zeros(items), np.ones(items)
    np.maximum.at(longest, points.item[useful], age[useful])
    np.maximum.at(most, points.item, places)
    left = (life - longest[points.item]) / most[points.item]
    return np.where(source, left, 0.0), late


def _limits(points: Points, mask: Grid, rest: Floats, late: Grid, barred: Barred, calendar: Calendar) -> Shelf:
    """Which receipts may lie at each point at the end of each period."""
    periods = calendar.periods
    distinct, of = np.unique(np.where(mask, rest, np.inf), return_inverse=True)
    each = [_since(calendar, float(one)) for one in distinct]
    since = np.stack(each) if each else np.zeros((0, periods), np.int64)
    patterns = []
    for first in since:
        pattern, felt = np.zeros((periods, periods)), np.flatnonzero(first > 0)
        pattern[first[felt] - 1, felt] = 1.0
        patterns.append(pattern)
    stale = np.where(mask & (_old(calendar, rest) == 0), points.initial, 0.0)
    known = _known(points, mask, rest, since[of], barred, calendar)
    return Shelf(mask, Kernel.from_patterns(of.astype(np.int64), patterns, periods), known, stale, late)


def _known(points: Points, mask: Grid, rest: Floats, since: Ints, barred: Barred, calendar: Calendar) -> Floats:
    """What may still lie at each point of what is there or due; ``since``: first period whose receipts may."""
    count, periods = since.shape
    if not mask.any():
        return np.broadcast_to(np.inf, (count, periods))
    so_far = np.cumsum(np.where(barred.receipt, 0.0, points.receipts), axis=1)
    padded = np.concatenate([np.zeros((count, 1)), so_far], axis=1)
    known: Floats = so_far - padded[np.arange(count)[:, None], since]
    known += np.where(_old(calendar, rest)[:, None] > np.arange(periods)[None, :] + 1, points.initial[:, None], 0.0)
    known[~mask], known[:, -1] = np.inf, np.inf
    return known


def _since(calendar: Calendar, rest: float) -> Ints:
    """First period whose receipts may lie on past the end of each period, shape (T,); the next one when none may."""
    begin, end = calendar.edges[:-1], calendar.edges[1:]
    after_begin, after_end = begin[1:][None, :], end[1:][None, :]
    if calendar.rounding == "ceil":
        keeps = (after_end <= end[:, None] + rest + TOUCH) & (after_begin <= begin[:, None] + rest + TOUCH)
    elif calendar.rounding == "floor":
        keeps = after_begin < end[:, None] + rest - TOUCH
    else:
        keeps = calendar.middles[1:][None, :] <= calendar.middles[:, None] + rest + TOUCH
    period = np.arange(calendar.periods - 1)
    first = np.where(keeps.any(axis=0), keeps.argmax(axis=0), period + 1)
    return np.append(np.minimum(first, period + 1), 0)


def _old(calendar: Calendar, rest: Floats) -> Ints:
    """Number of periods in which stock that is there at the start may be used, shape (points,)."""
    if calendar.rounding == "floor":
        return np.searchsorted(calendar.edges[:-1], rest - TOUCH, side="left")
    return np.searchsorted(calendar.edges[1:], rest + TOUCH, side="right")
