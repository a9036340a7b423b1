"""Certain outages: what a risk that happens on a known day leaves of capacities, period by period.

A row of ``risks`` with ``prob`` 1 and a day in ``from`` is in the plan; all others are left to odds. On a site, region
or owner it leaves a share of the resources and of the rates of processes there, on an item of the rates of what makes
it, on a lane or corridor of the freight. With a recovery curve the rest comes back along it; at the end all is back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fullrate.calendar import Calendar
from fullrate.case.axes import Axis, Coded
from fullrate.case.capacity import curve_points, share_at_work
from fullrate.tables import Tables

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
OTHER_WAY = {"ceil": "floor", "floor": "ceil", "kernel": "kernel"}
"""The least that is left is the most that is lost."""


@dataclass(frozen=True, eq=False)
class Outages:
    """Share left in each period, one where nothing happens; read-only where nothing happens to any.

    Attributes:
        resource: of each resource, what is built on it included, shape (resources, T).
        lane: of the capacity of each lane, shape (lanes, T).
        process: of the rate of each process, shape (processes, T).
    """

    resource: Floats
    lane: Floats
    process: Floats


def certain(risk: Mapping[str, Any]) -> bool:
    """Whether a row of ``risks`` is in the plan."""
    return risk["prob"] == 1 and risk["from"] is not None


def outages_of(tables: Tables, coded: Mapping[str, Coded], axes: Mapping[str, Axis], calendar: Calendar) -> Outages:
    """Certain outages of a scenario; several at a time leave the product of their shares."""
    sizes = {name: len(axes[name]) for name in ("resource", "lane", "process")}
    left = {name: np.broadcast_to(1.0, (size, calendar.periods)) for name, size in sizes.items()}
    other = replace(calendar, rounding=OTHER_WAY[calendar.rounding])
    for risk in tables.rows("risks"):
        if certain(risk):
            begin = float((risk["from"] - tables.config.start).days)
            x, y = curve_points(tables, risk["recovery"]) if risk["recovery"] else (np.zeros(1), np.zeros(1))
            lost = (1 - risk["left"]) * share_at_work(other, begin, x, 1 - y, float(risk["duration_d"]))
            for name, mask in hit(coded, axes, risk["kind"], risk["target"]).items():
                if mask.any():
                    left[name] = np.where(mask[:, None], left[name] * (1 - lost), left[name])
    return Outages(**left)


def hit(coded: Mapping[str, Coded], axes: Mapping[str, Axis], kind: str, target: str) -> dict[str, Mask]:
    """Resources, lanes and processes that an event hits, masks by name."""
    lanes, processes, sites = coded["lanes"], coded["processes"], coded["sites"]
    none = {name: np.zeros(len(axes[name]), bool) for name in ("resource", "lane", "process")}
    if kind == "resource":
        return none | {"resource": _named(axes["resource"].labels, target)}
    if kind == "item":
        return none | {"process": _named(axes["item"].labels, target)[processes.item]}
    if kind in ("lane", "corridor"):
        return none | {"lane": _named(axes["lane"].labels if kind == "lane" else lanes.corridor, target)}
    there = _named(axes["site"].labels if kind == "site" else sites[kind], target)
    place = np.append(there, False)  # a resource may have no site
    return none | {"resource": place[coded["resources"].site], "process": place[processes.site]}


def _named(labels: Any, target: str) -> Mask:
    return np.array([label == target for label in labels], bool)


def left_of(limit: Floats, share: Floats) -> Floats:
    """What is left of a limit: nothing of anything where the share is zero, and of no limit no limit otherwise."""
    endless = np.isinf(limit)
    return np.where(endless, np.where(share > 0, np.inf, 0.0), np.where(endless, 0.0, limit) * share)
