"""Overtime: its segments, how much of each there is, and how long it can be kept up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fullrate.calendar import TOUCH, Calendar, Kernel
from fullrate.case.axes import Axis, Coded

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

ALL = "overtime"
"""Name of the one segment that columns of ``resources`` describe."""


@dataclass(frozen=True, eq=False)
class Overtime:
    """Segments of overtime; hours are units of the resource.

    Attributes:
        axis: labelled ``resource|segment``.
        resource: resource of each segment, shape (segments,).
        eff: output of an hour of each segment, shape (segments,).
        cost: money of an hour on top of the wage, shape (segments,).
        most: most hours of each segment, shape (segments, T).
        stretch: share of a period that lies in the stretch that ends with another, by resource.
        run: most hours in the stretch that ends with each period, shape (resources, T); infinite without a limit.
    """

    axis: Axis
    resource: Ints
    eff: Floats
    cost: Floats
    most: Floats
    stretch: Kernel
    run: Floats


def overtime_of(tables: Mapping[str, Coded], axes: Mapping[str, Axis], regular: Floats, calendar: Calendar) -> Overtime:
    """Overtime of a scenario; ``regular`` is the capacity before any build, shape (resources, T)."""
    table, resources, names = tables["overtime"], tables["resources"], axes["resource"]
    one = np.flatnonzero(resources.ot_max > 0)
    resource = np.concatenate([table.resource, one]).astype(np.int64)
    segment = [*table.segment, *(ALL for _ in one)]
    share = np.concatenate([table.share, resources.ot_max[one]])
    total = np.bincount(resource, share, minlength=len(names))
    return Overtime(
        axis=Axis("segment", tuple(f"{names.labels[r]}|{s}" for r, s in zip(resource, segment, strict=True))),
        resource=resource,
        eff=np.concatenate([table.eff, resources.ot_eff[one]]),
        cost=np.concatenate([table.cost, resources.ot_cost[one]]),
        most=share[:, None] * regular[resource],
        stretch=_stretches(resources.ot_run_d, calendar),
        run=_sustained(resources.ot_run_d, total[:, None] * regular, calendar),
    )


def _overlap(run: float, calendar: Calendar) -> Floats:
    """Share of each period that lies in the stretch of twice ``run`` days that ends with each other, shape (T, T)."""
    begins, ends = calendar.edges[:-1], calendar.edges[1:]
    inside = np.minimum(ends[:, None], ends[None, :]) - np.maximum(begins[:, None], ends[None, :] - 2 * run)
    return np.where(inside > TOUCH, inside, 0.0) / calendar.lengths[:, None]


def _stretches(runs: Floats, calendar: Calendar) -> Kernel:
    """Stretches of each resource; none where there is no limit."""
    distinct, of = np.unique(runs, return_inverse=True)
    none = np.zeros((calendar.periods, calendar.periods))
    patterns = [_overlap(float(run), calendar) if np.isfinite(run) else none for run in distinct]
    return Kernel.from_patterns(of.astype(np.int64), patterns, calendar.periods, even=calendar.even)


def _sustained(runs: Floats, most: Floats, calendar: Calendar) -> Floats:
    """Most overtime in each stretch: as if it ran at its most for ``run`` days of it, and rested for the others."""
    limit = np.full_like(most, np.inf)
    for row in np.flatnonzero(np.isfinite(runs)):
        days = np.minimum(calendar.edges[1:], 2 * runs[row])
        whole = most[row] @ _overlap(float(runs[row]), calendar)
        limit[row] = np.where(days > runs[row] + TOUCH, whole * runs[row] / days, np.inf)
    return limit
