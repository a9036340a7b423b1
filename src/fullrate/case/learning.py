r"""Learning: the effort of a start falls with the experience gathered (Wright 1936).

A start at experience ``X0 + X`` takes the share ``(1 + X / X0)**-b`` of the effort it takes at the start, with
``b = -log2(progress)``: 0.8 means a fifth less after every doubling. What ``X`` starts take together is the integral
of that share; planner and audit both use it. Experience counts starts, those of all processes of a group together.

The integral is concave in ``X``, so "effort within capacity" is no convex set. A program holds the effort of each
period at the mean over an interval of experience instead, and asks that at least that experience is gathered
(``Learning``): since the curve falls, whoever has more never takes longer, so such a plan can be carried out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fullrate.calendar import Kernel
from fullrate.case.axes import Axis, Coded
from fullrate.case.capacity import Capacity
from fullrate.case.openings import Openings
from fullrate.case.overtime import Overtime
from fullrate.case.risk import Risk

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def slope(progress: Floats) -> Floats:
    """Exponent ``b`` of curves with these progress ratios (0.5..1)."""
    return np.asarray(-np.log2(progress), np.float64)


def marginal(starts: Floats, prior: Floats, progress: Floats) -> Floats:
    """Effort of the next start after ``starts``, as a share of the first one's."""
    return np.asarray((1 + starts / prior) ** -slope(progress), np.float64)


def total(starts: Floats, prior: Floats, progress: Floats) -> Floats:
    """Effort of ``starts`` from experience ``prior`` on, in units of the effort at ``prior``."""
    left, grown = 1 - slope(progress), np.log1p(starts / prior)
    flat = left < 1e-12  # progress 0.5: the integral of 1/x
    return np.asarray(prior * np.where(flat, grown, np.expm1(left * grown) / np.where(flat, 1.0, left)), np.float64)


def reached(effort: Floats, prior: Floats, progress: Floats) -> Floats:
    """Starts that ``effort`` (infinite: without limit) is enough for: the inverse of ``total``."""
    left = 1 - slope(progress)
    flat = left < 1e-12
    bent = np.where(flat, 1.0, left)
    grown = np.where(flat, effort / prior, np.log1p(bent * effort / prior) / bent)
    with np.errstate(over="ignore"):  # hours without end
        return np.asarray(prior * np.expm1(grown), np.float64)


def mean(before: Floats, after: Floats, prior: Floats, progress: Floats) -> Floats:
    """Mean effort of the starts between two experiences, as a share; of the next start where there are none."""
    more = after - before
    here, some = prior + before, more > 1e-9 * (prior + before)
    step = np.where(some, more, 1.0)
    return marginal(before, prior, progress) * np.where(some, total(step, here, progress) / step, 1.0)


def one_by_one(count: int, progress: float) -> float:
    """Effort of the first ``count`` units one by one, in efforts of the very first: the sum of ``k**-b``.

    The discrete form of Wright's curve, for comparison with tables; plans use the integral.

    >>> round(100 * one_by_one(8, 0.8), 6)
    534.591353
    """
    return float((np.arange(1, count + 1, dtype=np.float64) ** -slope(np.array(progress))).sum())


@dataclass(frozen=True, eq=False)
class Learning:
    """Who learns with whom, and the experience a program counts on. Groups without a name are single processes.

    Attributes:
        axis: groups of processes that share experience.
        of: group of each process, -1 where it does not learn.
        taught: rows of ``uses`` whose quantity falls, shape (uses,).
        prior: experience of each group at the start, in starts.
        progress: progress ratio of each group.
        ceiling: most starts each group can have made by the end of each period, shape (groups, T).
        effort: effort of a start as a share of that at the start, shape (groups, T).
        least: starts each group must have made by the end of each period, shape (groups, T); minus infinity: any.
        most: starts each group must not exceed, shape (groups, T).
    """

    axis: Axis
    of: Ints
    taught: NDArray[np.bool_]
    prior: Floats
    progress: Floats
    ceiling: Floats
    effort: Floats
    least: Floats
    most: Floats

    def __bool__(self) -> bool:
        """Whether anything learns."""
        return len(self.axis) > 0

    def known(self, starts: Floats) -> Learning:
        """Counting on ``starts`` by the end of each period, shape (groups, T), never falling."""
        effort = mean(_before(starts), starts, self.prior[:, None], self.progress[:, None])
        gained = starts > _before(starts)
        return replace(self, effort=effort, least=np.where(gained, starts, -np.inf), most=np.full_like(starts, np.inf))

    def at_best(self) -> Learning:
        """Counting on the most experience there can be: no plan takes less effort, and none gathers more."""
        finite = np.isfinite(self.ceiling)
        starts = np.where(finite, self.ceiling, 0.0)
        effort = np.where(finite, mean(_before(starts), starts, self.prior[:, None], self.progress[:, None]), 0.0)
        return replace(self, effort=effort, least=np.full_like(starts, -np.inf), most=self.ceiling)

    def together(self, effort: Floats) -> Floats:
        """Most starts of each group when its processes take ``effort`` in first starts, shape (processes,)."""
        inside, worked = self.of >= 0, np.zeros(len(self.axis))
        np.add.at(worked, self.of[inside], effort[inside])
        return reached(worked, self.prior, self.progress)

    def of_uses(self, process: Ints) -> Floats:
        """Effort of each row of ``uses``, whose processes are given (-1: none), as a share, shape (uses, T)."""
        group = np.where((process >= 0) & self.taught, self.of[process], -1)
        share: Floats = np.where((group >= 0)[:, None], self.effort[group], 1.0)
        return share

    def kept(self) -> Kernel:
        """Experience is kept: a start counts in its period and in all later ones."""
        periods = self.effort.shape[1]
        every = [np.triu(np.ones((periods, periods)))] if len(self.axis) else []
        return Kernel.from_patterns(np.zeros(len(self.axis), np.int64), every, periods, even=True)


def _before(starts: Floats) -> Floats:
    """What was there at the end of the period before."""
    return np.concatenate([np.zeros((len(starts), 1)), starts[:, :-1]], axis=1)


def learning_of(
    arrays: Mapping[str, Coded],
    axes: Mapping[str, Axis],
    capacity: Capacity,
    overtime: Overtime,
    openings: Openings,
    risk: Risk,
    lengths: Floats,
) -> Learning:
    """Groups of a scenario whose effort anywhere falls, counting on no experience beyond the one at the start."""
    processes, names = arrays["processes"], axes["process"]
    learns = (processes.progress < 1) & (processes.learn != "none")
    keys = [
        (None if not each else ("group", group) if group is not None else ("process", name))
        for each, group, name in zip(learns, processes.learn_group, names.labels, strict=True)
    ]
    uses = arrays["uses"]
    eased = {keys[at] for at in names.find(uses.user[uses.learns & (uses.qty > 0)]) if at >= 0} - {None}
    distinct = [key for key in dict.fromkeys(keys) if key in eased and key is not None]
    of = np.array([distinct.index(key) if key in eased and key is not None else -1 for key in keys], np.int64)
    first = np.array([keys.index(key) for key in distinct], np.int64)
    prior, progress = processes.prior[first], processes.progress[first]
    nothing = np.zeros((len(distinct), len(lengths)))
    axis, taught = Axis("learner", tuple(name for _, name in distinct)), uses.learns
    ceiling = nothing
    if len(distinct):
        ceiling = _ceiling(
            of, prior, progress, *_limits(arrays, axes, capacity, overtime, openings, risk, lengths, taught)
        )
    return Learning(axis, of, taught, prior, progress, ceiling, nothing + 1.0, nothing - np.inf, nothing + np.inf)


def _limits(
    arrays: Mapping[str, Coded],
    axes: Mapping[str, Axis],
    capacity: Capacity,
    overtime: Overtime,
    openings: Openings,
    risk: Risk,
    lengths: Floats,
    taught: NDArray[np.bool_],
) -> tuple[Floats, Floats]:
    """Most effort, in first starts, and most starts of each process by period, with all builds, overtime and hires.

    Shapes (processes, T). Only periods in which the process may start count.
    """
    uses, builds, pool = arrays["uses"], arrays["builds"], arrays["resources"].pool
    resource = capacity.resource.copy()
    periods = np.arange(len(lengths))[None, :]
    stands = np.zeros((len(builds), len(lengths)), bool)
    for kernel, begin in ((capacity.ready, openings.first["build"]), (risk.ready, risk.first)) if len(builds) else ():
        ready = kernel.first[kernel.of, np.minimum(begin, len(lengths) - 1)]
        stands |= (periods >= ready[:, None]) & (begin < len(lengths))[:, None]
    np.add.at(resource, builds.resource, np.where(stands, (capacity.gain * builds.max)[:, None] * lengths, 0.0))
    longer = np.zeros_like(resource)
    np.add.at(longer, overtime.resource, overtime.eff[:, None] * overtime.most)
    resource += longer
    staff = _rows(_most_hours(arrays["pools"], capacity.pool, lengths), pool) + longer
    hours = np.where((pool >= 0)[:, None], np.minimum(resource, staff), resource)
    effort, starts = np.full_like(capacity.process, np.inf), capacity.process.copy()
    user = axes["process"].find(uses.user)
    loads = (user >= 0) & (uses.qty > 0)
    for array, rows in ((effort, loads & taught), (starts, loads & ~taught)):
        np.minimum.at(array, user[rows], hours[uses.resource[rows]] / uses.qty[rows][:, None])
    last = openings.count["make"][:, None]
    usable = (periods >= openings.first["make"][:, None]) & (periods < last)
    return np.where(usable, effort, 0.0), np.where(usable, starts, 0.0)


def _most_hours(pools: Coded, now: Floats, lengths: Floats) -> Floats:
    """Most hours of each pool, shape (pools, T): all that may be hired work from their first day."""
    hired = np.outer(pools.hire_max, np.cumsum(lengths))
    most: Floats = now + hired * np.outer(pools.hours * np.maximum(pools.train_eff, 1.0), lengths)
    return most


def _rows(values: Floats, at: Ints) -> Floats:
    """Rows of an array that may have none."""
    return values[at] if len(values) else np.full((len(at), values.shape[1]), np.inf)


def _ceiling(of: Ints, prior: Floats, progress: Floats, effort: Floats, starts: Floats) -> Floats:
    """Most starts of each group by the end of each period: every process of it at full capacity in every period."""
    inside = of >= 0
    worked, counted = np.zeros((len(prior), effort.shape[1])), np.zeros((len(prior), effort.shape[1]))
    np.add.at(worked, of[inside], np.minimum(effort, starts)[inside])
    np.add.at(counted, of[inside], starts[inside])
    ceiling, so_far = np.zeros_like(worked), np.zeros(len(prior))
    for t in range(effort.shape[1]):
        here = np.where(np.isfinite(so_far), so_far, 0.0)
        by_effort = here + reached(worked[:, t] / marginal(here, prior, progress), prior + here, progress)
        so_far = np.where(np.isfinite(so_far), np.minimum(by_effort, here + counted[:, t]), np.inf)
        ceiling[:, t] = so_far
    return ceiling
