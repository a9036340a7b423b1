"""Units in use, as executions see them: how they fail, what that leaves open, and where what can be repaired goes."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fullrate.case import Case
from fullrate.draws import Draws
from fullrate.simulate.luck import key
from fullrate.simulate.moves import column_of
from fullrate.simulate.network import Network
from fullrate.simulate.planned import Planned
from fullrate.simulate.policy import Policy
from fullrate.tables import Tables

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Keys = NDArray[np.uint64]
LEAST = 0.05
"""Least drawn mean life in days, and least shape: below that a range means nothing."""


class Fielded(NamedTuple):
    """Deliveries of what fails; shapes (fielded,) unless said.

    Attributes:
        delivery: the delivery.
        back: stock point at which failed units turn up, -1.
        ages: number of what fails by its age, -1 where age does not matter.
        key: stream of its luck.
        closed: whether all that may be delivered to its need fails.
        early: share that fails when it is delivered.
        value: what a unit counts for its need.
        fail: units that fail in the plan, those defective left out, shape (fielded, T).
        begin, at_point: for each stock point the first of those that turn up there, in the order of ``at_point``.
        repair_point, repair_activity, repair_rate, repair_share: who takes failed units, ordered by their stock point:
            the start or shipment, units it takes, and its share in the plan of all that is taken there.
        quits: stream of those who leave each pool, shape (pools,).
        luck: units from which on the mean is taken, see ``Policy.many``; 0 without luck.
    """

    delivery: Ints
    back: Ints
    ages: Ints
    key: Keys
    closed: NDArray[np.bool_]
    early: Floats
    value: Floats
    fail: Floats
    begin: Ints
    at_point: Ints
    repair_point: Ints
    repair_activity: Ints
    repair_rate: Floats
    repair_share: Floats
    quits: Keys
    luck: int


def fielded_of(
    tables: Tables, case: Case, network: Network, plan: Planned, draws: Draws | None, policy: Policy
) -> Fielded:
    """Units in use of a case."""
    fleet, deliveries = case.fleet, case.deliveries
    which = np.flatnonzero(fleet.used)
    seed = 0 if draws is None else draws.seed
    bent = [] if draws is None else [tables.row_of(c.table, c.key) for c in draws.cells if _is_shape(c.table, c.column)]
    ageing = fleet.ageing[which] | np.isin(fleet.row[which], [row for row in bent if row is not None])
    back = np.where(fleet.repairable[which] > 0, fleet.point[which], -1)
    order = np.flatnonzero(back >= 0)
    order = order[np.argsort(back[order], kind="stable")]
    claim, share = _repairs(case, network, plan)
    return Fielded(
        delivery=which,
        back=back,
        ages=np.where(ageing, np.cumsum(ageing) - 1, -1),
        key=np.array([key(seed, "fail", deliveries.axis.labels[one]) for one in which], np.uint64),
        closed=~np.isin(deliveries.need[which], deliveries.need[~fleet.used]),
        early=fleet.early[which],
        value=deliveries.value[which],
        fail=_failing(plan, which, fleet.early[which]),
        begin=np.searchsorted(back[order], np.arange(len(case.points.axis) + 1)),
        at_point=order,
        repair_point=network.claims.store[claim],
        repair_activity=network.claims.activity[claim],
        repair_rate=network.claims.rate[claim],
        repair_share=share,
        quits=np.array([key(seed, "quit", name) for name in case.axes["pool"].labels], np.uint64),
        luck=0 if draws is None else policy.many,
    )


def _failing(plan: Planned, which: Ints, early: Floats) -> Floats:
    """Units that worked before and fail in each period of the plan."""
    return np.ascontiguousarray(np.maximum(plan.fail[which] - early[:, None] * plan.deliver[which], 0.0))


def _repairs(case: Case, network: Network, plan: Planned) -> tuple[Ints, Floats]:
    """Claims on failed units, ordered by stock point, and the share of each in what the plan takes there."""
    claims, done = network.claims, np.concatenate([plan.make, plan.ship]).sum(axis=1)
    failed = np.unique(case.points.item[case.fleet.point[case.fleet.used & (case.fleet.repairable > 0)]])
    points = np.flatnonzero(np.isin(case.points.item, failed))
    claim = np.flatnonzero(np.isin(claims.store, points) & (claims.activity < len(done)))
    taken = done[claims.activity[claim]] * claims.rate[claim]
    claim, taken = claim[taken > 0], taken[taken > 0]
    claim, taken = (every[np.argsort(claims.store[claim], kind="stable")] for every in (claim, taken))
    whole = np.zeros(network.stores.total)
    np.add.at(whole, claims.store[claim], taken)
    return claim, taken / whole[claims.store[claim]]


def _is_shape(table: str, column: str) -> bool:
    return (table, column) == ("reliability", "shape")


def lives(tables: Tables, case: Case, draws: Draws | None) -> Floats:
    """Scale of Weibull's law per day, its shape, share that can be repaired; shape (fielded, 3, n).

    With shape 1 the scale is the failures per day of a unit.
    """
    row = case.fleet.row[np.flatnonzero(case.fleet.used)]
    mean, times, shape, repairable = (
        np.concatenate([values, np.full((1, values.shape[1]), blank)])[row]
        for blank, values in (
            (blank, column_of(tables, draws, "reliability", name))
            for name, blank in (("mtbf_d", np.inf), ("af", 1.0), ("shape", 1.0), ("repairable", 0.0))
        )
    )
    from scipy import special

    chosen: Any = special
    shape = np.maximum(shape, LEAST)
    scale = np.maximum(times, 0.0) / np.maximum(mean, LEAST) * chosen.gamma(1 + 1 / shape)
    return np.stack([scale, shape, np.clip(repairable, 0.0, 1.0)], axis=1)
