"""Where things can be: stock points (site, item), shipments (lane, item) and deliveries (need, item)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fullrate.calendar import Calendar
from fullrate.case.axes import Axis, Coded

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Grid = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Points:
    """Stock points: the pairs of site and item that anything in the scenario can reach or ask for.

    Attributes:
        axis: labelled ``site|item``.
        items: the axis of items.
        site: site of each point.
        item: item of each point.
        lookup: position of each pair, shape (sites, items), -1 where there is none.
        initial: stock at the start, shape (points,).
        receipts: scheduled receipts by period, shape (points, T).
        room: most that may be stored, shape (points,).
        safety: stock that should always be there, shape (points,).
    """

    axis: Axis
    items: Axis
    site: Ints
    item: Ints
    lookup: Ints
    initial: Floats
    receipts: Floats
    room: Floats
    safety: Floats

    def at(self, site: Ints, item: Ints) -> Ints:
        """Position of the point of each pair."""
        return self.lookup[site, item]


@dataclass(frozen=True, eq=False)
class Shipments:
    """What each lane can carry: one element per lane and item, labelled ``lane|item``.

    ``measure`` is how many capacity units of the lane one unit takes, shape (shipments,).
    """

    axis: Axis
    lane: Ints
    item: Ints
    origin: Ints
    destination: Ints
    measure: Floats

    @staticmethod
    def whole(lanes: Coded) -> Grid:
        """Lanes on which a shipment leaves or does not, mask of shape (lanes,)."""
        mask: Grid = (lanes.min_ship > 0) | (lanes.fixed_cost > 0)
        return mask


@dataclass(frozen=True, eq=False)
class Deliveries:
    """What can meet each need: one element per need and item of its family, labelled ``need|item``.

    ``value`` is the need met by one unit, shape (deliveries,). ``useful`` says whether delivering one can shorten a
    wait: it counts itself, or it lets others of its family count where shares of the family are limited.
    """

    axis: Axis
    need: Ints
    item: Ints
    point: Ints
    value: Floats
    useful: Grid


def wanted(needs: Coded, items: Coded, axis: Axis) -> tuple[Ints, Ints]:
    """Pairs (need, item): the item a need names, or every item of the family it names."""
    families: dict[str, list[int]] = {}
    for position, family in enumerate(items.family):
        if family is not None:
            families.setdefault(family, []).append(position)
    pairs = [(d, i) for d, name in enumerate(needs.item) for i in families.get(name) or [axis.places[name]]]
    array = np.array(pairs, np.int64).reshape(-1, 2)
    return array[:, 0], array[:, 1]


def points_of(
    tables: Mapping[str, Coded],
    axes: Mapping[str, Axis],
    asked: tuple[Ints, Ints],
    elsewhere: tuple[Ints, Ints],
    failed: tuple[Ints, Ints],
    calendar: Calendar,
) -> tuple[Points, Shipments]:
    """Stock points and shipments. A lane for all items carries those that something can bring to its origin.

    ``elsewhere`` lists sites and items that somebody else asks for, ``failed`` those that come back from use.
    """
    processes, recipe, lanes, stock = (tables[name] for name in ("processes", "recipe", "lanes", "stock"))
    here = np.zeros((len(axes["site"]), len(axes["item"])), bool)
    given = recipe.role != "in"
    here[processes.site, processes.item] = True
    here[processes.site[recipe.process[given]], recipe.item[given]] = True
    here[stock.site, stock.item] = True
    here[failed] = True
    lane, item = _carried(lanes, axes["item"], here)
    exists = here.copy()
    exists[processes.site[recipe.process], recipe.item] = True
    needs, recipients = tables["needs"], tables["recipients"]
    exists[recipients.site[needs.recipient[asked[0]]], asked[1]] = True
    gates = tables["gates"]
    exists[gates.needs_site[gates.needs_item >= 0], gates.needs_item[gates.needs_item >= 0]] = True
    exists[lanes["from"][lane], item] = True
    exists[lanes["to"][lane], item] = True
    exists[elsewhere] = True
    points = _points(exists, axes, stock, calendar)
    labels = tuple(f"{axes['lane'].labels[a]}|{axes['item'].labels[i]}" for a, i in zip(lane, item, strict=True))
    origin, destination = points.at(lanes["from"][lane], item), points.at(lanes["to"][lane], item)
    items, counted = tables["items"], lanes.cap_unit[lane]
    measure = np.where(counted == "kg", items.mass[item], np.where(counted == "m3", items.size[item], 1.0))
    return points, Shipments(Axis("shipment", labels), lane, item, origin, destination, measure)


def deliveries_of(
    needs: Coded,
    recipients: Coded,
    items: Coded,
    names: Axis,
    asked: tuple[Ints, Ints],
    points: Points,
    diluting: Grid,
) -> Deliveries:
    """Deliveries from the stock point of the recipient's site; ``diluting`` marks items of families with limits."""
    need, item = asked
    labels = tuple(f"{names.labels[d]}|{points.items.labels[i]}" for d, i in zip(need, item, strict=True))
    point = points.at(recipients.site[needs.recipient[need]], item)
    value = items.value[item]
    return Deliveries(Axis("delivery", labels), need, item, point, value, (value > 0) | diluting[item])


def _carried(lanes: Coded, items: Axis, here: Grid) -> tuple[Ints, Ints]:
    """Pairs (lane, item), found by following what is ``here`` along lanes until nothing new arrives."""
    named = items.find(lanes.item)
    origin, destination = lanes["from"], lanes["to"]
    everything = np.flatnonzero(named < 0)
    single = np.flatnonzero(named >= 0)
    while True:
        before = here.sum()
        there = single[here[origin[single], named[single]]]
        here[destination[there], named[there]] = True
        np.logical_or.at(here, destination[everything], here[origin[everything]])
        if here.sum() == before:
            break
    which, item = np.nonzero(here[origin[everything]])
    lane = np.concatenate([single, everything[which]])
    carried = np.concatenate([named[single], item])
    order = np.lexsort((carried, lane))
    return lane[order], carried[order]


def _points(exists: Grid, axes: Mapping[str, Axis], stock: Coded, calendar: Calendar) -> Points:
    site, item = np.nonzero(exists)
    lookup = np.full(exists.shape, -1)
    lookup[site, item] = np.arange(len(site))
    labels = tuple(f"{axes['site'].labels[n]}|{axes['item'].labels[i]}" for n, i in zip(site, item, strict=True))
    at = lookup[stock.site, stock.item]
    undated = ~(stock.date > 0)
    initial = np.zeros(len(site))
    np.add.at(initial, at[undated], stock.qty[undated])
    receipts = np.zeros((len(site), calendar.periods))
    period = calendar.opening(np.where(undated, 0.0, stock.date))
    dated = ~undated & (period < calendar.periods)
    np.add.at(receipts, (at[dated], period[dated]), stock.qty[dated])
    room = np.full(len(site), np.inf)
    np.minimum.at(room, at, stock.max)
    safety = np.zeros(len(site))
    np.maximum.at(safety, at[undated], stock.safety[undated])
    return Points(Axis("point", labels), axes["item"], site, item, lookup, initial, receipts, room, safety)
