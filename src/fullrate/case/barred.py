"""Where the law or a sanction shuts a source: which process, shipment, receipt and held stock is barred when.

A restriction acts at the source, so that no detour brings the goods back: it bars starts, shipments and receipts of
the periods it touches; what is on its way arrives. A lane belongs to both its ends. With ``stock`` true, goods already
held are barred as well.
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
    """Barred periods: processes (processes, T), shipments (shipments, T), receipts and stock held (points, T)."""

    process: Grid
    shipment: Grid
    receipt: Grid
    held: Grid


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
    for row in range(len(restrictions)):
        goods = _goods(restrictions, row, axes["item"])
        places = _places(restrictions, row, tables["sites"], axes["site"])
        when = force[row]
        if restrictions.kind[row] == "lane":
            lane = axes["lane"].places[restrictions.target[row]]
            shipment[(shipments.lane == lane) & goods[shipments.item]] |= when
            continue
        process[_starts(tables["processes"], recipes, points, places, goods)] |= when
        ends = places[points.site[shipments.origin]] | places[points.site[shipments.destination]]
        shipment[ends & goods[shipments.item]] |= when
        here = places[points.site] & goods[points.item]
        receipt[here] |= when
        if restrictions.stock[row]:
            held[here] |= when
    return Barred(process, shipment, receipt, held)


def _starts(processes: Coded, recipes: Recipes, points: Points, places: Grid, goods: Grid) -> Grid:
    """Processes at a place that is barred whose main or other output is among the goods."""
    makes = goods[processes.item]
    given = np.flatnonzero(recipes.role != "in")
    np.logical_or.at(makes, recipes.process[given], goods[points.item[recipes.point[given]]])
    barred: Grid = places[processes.site] & makes
    return barred


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
