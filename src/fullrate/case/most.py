"""The most that a process can start over the horizon: tight bounds for decisions that are all or nothing."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from fullrate.case.axes import Axis, Coded
from fullrate.case.capacity import Capacity
from fullrate.case.points import Deliveries, Points
from fullrate.case.recipes import Recipes

Floats = NDArray[np.float64]

EXPLODED = 1e7
"""Starts beyond which no bound is needed: a repair loop explodes without end."""


def most_starts(
    tables: Mapping[str, Coded],
    axes: Mapping[str, Axis],
    capacity: Capacity,
    horizon: float,
    required: Floats,
) -> Floats:
    """Most starts of each process over the horizon: by rate, by resources with every build, or by what is needed."""
    most = capacity.process.sum(axis=1)
    grown = capacity.resource.sum(axis=1)
    builds, uses = tables["builds"], tables["uses"]
    np.add.at(grown, builds.resource, capacity.gain * builds.max * horizon)
    user = axes["process"].find(uses.user)
    used = (user >= 0) & (uses.qty > 0)
    np.minimum.at(most, user[used], grown[uses.resource[used]] / uses.qty[used])
    return np.where(np.isfinite(most), most, required)


def required(
    tables: Mapping[str, Coded], recipes: Recipes, deliveries: Deliveries, points: Points, qty: Floats, good: Floats
) -> tuple[Floats, Floats]:
    """Units of each item that meeting all needs may take, and the starts of each process that would make them alone.

    Needs are exploded through the recipes, every alternative counted in full.
    """
    processes = tables["processes"]
    asked = np.zeros(len(points.items))
    worth = np.where(deliveries.value > 0, deliveries.value, np.inf)
    np.add.at(asked, deliveries.item, qty[deliveries.need] / worth)
    least = np.maximum(good.min(axis=1), 1e-6) if len(good) else np.zeros(0)
    taken = np.flatnonzero(recipes.role == "in")
    item = points.item[recipes.point[taken]]
    wanted = asked
    for _ in range(len(asked)):
        grown = asked.copy()
        np.add.at(grown, item, (wanted[processes.item] / least)[recipes.process[taken]] * recipes.qty[taken])
        if np.allclose(grown, wanted) or grown.max() > EXPLODED:
            break
        wanted = grown
    return wanted, np.minimum(wanted[processes.item] / least, EXPLODED) + 1.0


def scales(requirement: Floats, periods: int) -> Floats:
    """Power of ten near what is required of each item per period (methods 2.20, scaling); one where nothing is."""
    rate = requirement / periods
    return np.where(rate > 0, 10.0 ** np.round(np.log10(np.where(rate > 0, rate, 1.0))), 1.0)
