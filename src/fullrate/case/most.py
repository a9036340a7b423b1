"""The most that a process can start over the horizon: tight bounds for decisions that are all or nothing."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from fullrate.case.axes import Axis, Coded
from fullrate.case.capacity import Capacity
from fullrate.case.learning import Learning
from fullrate.case.overtime import Overtime
from fullrate.case.points import Deliveries, Points, Shipments
from fullrate.case.recipes import Recipes
from fullrate.case.trials import Trials

Floats = NDArray[np.float64]

EXPLODED = 1e4
"""Times the needs at which a loop is stopped: a repair loop explodes without end."""
DILUTED = 10.0
"""Times a need that is delivered of an item that counts for nothing to keep a share of others: an assumption."""
TINY = 1e-6
"""Smallest share that is divided by."""


def most_starts(
    tables: Mapping[str, Coded],
    axes: Mapping[str, Axis],
    capacity: Capacity,
    overtime: Overtime,
    horizon: float,
    required: Floats,
    learning: Learning,
) -> Floats:
    """Most starts of each process over the horizon: by rate, by resources (all builds, all overtime), or by needs.

    A process that learns is limited by the most experience its group can gather, not by its effort at the start.
    """
    most = capacity.process.sum(axis=1)
    grown = capacity.resource.sum(axis=1)
    np.add.at(grown, overtime.resource, overtime.eff * overtime.most.sum(axis=1))
    builds, uses = tables["builds"], tables["uses"]
    np.add.at(grown, builds.resource, capacity.gain * builds.max * horizon)
    user = axes["process"].find(uses.user)
    used = (user >= 0) & (uses.qty > 0)
    eased = used & learning.taught & (learning.of[user] >= 0)
    hours = np.full_like(most, np.inf)
    for limit, rows in ((most, used & ~eased), (hours, eased)):
        np.minimum.at(limit, user[rows], grown[uses.resource[rows]] / uses.qty[rows])
    learns = np.flatnonzero(learning.of >= 0)
    most[learns] = np.minimum(most[learns], learning.together(np.minimum(hours, most))[learning.of[learns]])
    return np.where(np.isfinite(most), most, required)


def required(
    tables: Mapping[str, Coded],
    recipes: Recipes,
    deliveries: Deliveries,
    points: Points,
    shipments: Shipments,
    qty: Floats,
    good: Floats,
    others: Floats,
    trials: Trials,
) -> tuple[Floats, Floats, float]:
    """Units of each item that needs and tests may take, and the starts of each process that would make them alone.

    Needs are exploded from stock point to stock point, every alternative, lane and lot counted in full, losses on the
    way and smallest shipments added; ``others`` is what else is wanted of each stock point. Loops explode; they are
    stopped at ``EXPLODED`` times the needs, the third value, which is no bound but a large number.
    """
    processes, lanes = tables["processes"], tables["lanes"]
    asked = others.copy()
    worth = np.where(deliveries.value > 0, deliveries.value, np.where(deliveries.useful, 1 / DILUTED, np.inf))
    np.add.at(asked, deliveries.point, qty[deliveries.need] / worth)
    tested = trials.point >= 0
    np.add.at(asked, trials.point[tested], trials.articles[tested])
    most = EXPLODED * max(float(asked.sum()), 1.0)
    kept = np.maximum(1 - lanes.loss[shipments.lane], TINY)
    filled = lanes.min_ship[shipments.lane] / np.maximum(shipments.measure, TINY)
    filled = np.where(shipments.measure > 0, filled, 0.0)
    output = points.at(processes.site, processes.item)
    least = np.maximum(good.min(axis=1, initial=np.inf), TINY)
    taken, given = np.flatnonzero(recipes.role == "in"), np.flatnonzero(recipes.role == "out")
    wanted, starts = asked, np.zeros(len(output))
    for _ in range(len(asked) + 1):
        starts = wanted[output] / least
        np.maximum.at(starts, recipes.process[given], wanted[recipes.point[given]] / recipes.qty[given])
        starts = np.minimum(starts + processes.min_lot, most)
        grown = asked.copy()
        np.add.at(grown, recipes.point[taken], starts[recipes.process[taken]] * recipes.qty[taken])
        sent = wanted[shipments.destination] / kept
        np.add.at(grown, shipments.origin, np.where(sent > 0, sent + filled, 0.0))
        grown = np.minimum(grown, most)
        if np.allclose(grown, wanted, rtol=1e-9):
            break
        wanted = grown
    units = np.zeros(len(points.items))
    np.maximum.at(units, points.item, wanted)
    return units, starts + 1.0, most


def most_load(lanes: Coded, shipments: Shipments, requirement: Floats) -> Floats:
    """Most that any use can be made of on each lane in a period, in its capacity unit, shape (lanes,)."""
    most = lanes.min_ship + 1.0
    np.add.at(most, shipments.lane, requirement[shipments.item] * shipments.measure / (1 - lanes.loss[shipments.lane]))
    return most


def scales(requirement: Floats, periods: int, exploded: float) -> Floats:
    """Power of ten near what is required of each item per period; one where nothing is.

    What a loop has ``exploded`` is counted like all needs together. Counted in its own size a unit of it would be less
    than the tolerance of the solver, which then calls programs infeasible that are not.

    >>> scales(np.array([0.0, 340.0, 9e7]), 34, 9e7).tolist()
    [1.0, 10.0, 100.0]
    """
    rate = np.where(requirement < exploded, requirement, exploded / EXPLODED) / periods
    return np.where(rate > 0, 10.0 ** np.round(np.log10(np.where(rate > 0, rate, 1.0))), 1.0)
