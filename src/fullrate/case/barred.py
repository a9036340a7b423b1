"""Where the law or a sanction shuts a source: which process, shipment, receipt and held stock is barred when.

A restriction acts at the source, so that no detour brings the goods back: it bars starts, shipments and receipts of
the periods it touches; what is on its way arrives. A lane belongs to both its ends, and a corridor is all of its lanes.
A resource that is barred carries nothing, neither starts nor builds nor gates nor rivals; barred for an item, it
carries no starts that give it. With ``stock`` true, goods already held are barred as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fullrate.calendar import Calendar
from fullrate.case.axes import Axis, Coded
from fullrate.case.points import Points, Shipments
from fullrate.case.recipes import Recipes

Grid = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Barred:
    """Barred periods, each of shape (elements, T).

    Attributes:
        process: starts of processes.
        shipment: departures.
        receipt: scheduled receipts at stock points.
        held: stock held at stock points.
        resource: whatever loads a resource.
    """

    process: Grid
    shipment: Grid
    receipt: Grid
    held: Grid
    resource: Grid


def barred_of(
    tables: Mapping[str, Coded],
    axes: Mapping[str, Axis],
    points: Points,
    shipments: Shipments,
    recipes: Recipes,
    calendar: Calendar,
) -> Barred:
    """Barred periods of a scenario."""
    restrictions, periods = tables["restrictions"], calendar.periods
    first = np.where(np.isnan(restrictions["from"]), -np.inf, restrictions["from"])
    last = np.where(np.isnan(restrictions.to), np.inf, restrictions.to)
    force = calendar.touched(first, last)
    process = np.zeros((len(axes["process"]), periods), bool)
    shipment = np.zeros((len(shipments.axis), periods), bool)
    receipt = np.zeros((len(points.axis), periods), bool)
    held = np.zeros((len(points.axis), periods), bool)
    resource = np.zeros((len(axes["resource"]), periods), bool)
    for row in range(len(restrictions)):
        goods = _goods(restrictions, row, axes["item"])
        places = _places(restrictions, row, tables["sites"], axes["site"])
        when = force[row]
        if restrictions.kind[row] in ("lane", "corridor"):
            lanes = _lanes(restrictions, row, tables["lanes"], axes["lane"])
            shipment[lanes[shipments.lane] & goods[shipments.item]] |= when
            continue
        makes = _makes(tables["processes"], recipes, points, goods)
        if restrictions.kind[row] == "resource":
            place = axes["resource"].places[restrictions.target[row]]
            process[makes & _users(tables["uses"], place, axes["process"])] |= when
            if restrictions["item"][row] == "*":
                resource[place] |= when
            continue
        process[places[tables["processes"].site] & makes] |= when
        ends = places[points.site[shipments.origin]] | places[points.site[shipments.destination]]
        shipment[ends & goods[shipments.item]] |= when
        here = places[points.site] & goods[points.item]
        receipt[here] |= when
        if restrictions.stock[row]:
            held[here] |= when
    return Barred(process, shipment, receipt, held, resource)


def _makes(processes: Coded, recipes: Recipes, points: Points, goods: Grid) -> Grid:
    """Processes whose main or other output is among the goods."""
    makes: Grid = goods[processes.item]
    given = np.flatnonzero(recipes.role != "in")
    np.logical_or.at(makes, recipes.process[given], goods[points.item[recipes.point[given]]])
    return makes


def _users(uses: Coded, resource: int, processes: Axis) -> Grid:
    """Processes that load a resource."""
    users = np.zeros(len(processes) + 1, bool)
    users[processes.find(uses.user)[(uses.resource == resource) & (uses.qty > 0)]] = True
    return users[:-1]


def _lanes(restrictions: Coded, row: int, lanes: Coded, names: Axis) -> Grid:
    """Lanes that a restriction on a lane or corridor speaks of."""
    label = np.array(names.labels, object) if restrictions.kind[row] == "lane" else lanes.corridor
    return np.array([one == restrictions.target[row] for one in label], bool)


def _goods(restrictions: Coded, row: int, items: Axis) -> Grid:
    """Items a restriction speaks of."""
    name = restrictions.target[row] if restrictions.kind[row] == "item" else restrictions["item"][row]
    return np.array([name in ("*", label) for label in items.labels], bool)


def _places(restrictions: Coded, row: int, sites: Coded, names: Axis) -> Grid:
    """Sites a restriction speaks of: all, when it is about an item."""
    kind, target = restrictions.kind[row], restrictions.target[row]
    if kind == "item":
        return np.ones(len(names), bool)
    label = {"site": np.array(names.labels, object), "region": sites.region, "owner": sites.owner}
    return np.array([one == target for one in label.get(kind, np.zeros(len(names), object))], bool)
