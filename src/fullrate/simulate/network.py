"""The network that executions run through, in flat arrays: what every activity takes, gives, and in which order.

A *store* is anything an activity takes a share of: goods at a stock point, the hours of a resource or a pool, room on a
lane, money of a fund, a need that is still open. An *activity* is a start, a shipment or a delivery. What an activity
takes of a store is a *claim*; claims on a store by the same class of priority are a *group*. What it gives is an
*output*. So one rule rations goods, hours, freight and money alike.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fullrate.case import Case
from fullrate.simulate.order import order_of, ranks_of
from fullrate.simulate.planned import Planned

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

NONE = np.zeros(0, np.int64)
CONSTANT, GOOD, REJECTED = 0, 1, 2
"""What an output is multiplied with: nothing, the yield of its start, or the share that is not good."""
FROM_RECIPE, FROM_USES, FROM_START, FROM_FREIGHT, FROM_PROCESS, FROM_LANE = range(1, 7)
"""Tables that the rate of a claim or an output comes from."""


class Stores(NamedTuple):
    """Where each kind of store begins, and their number: points, resources, pools, lanes, payers, needs."""

    points: int
    resources: int
    pools: int
    lanes: int
    payers: int
    needs: int
    total: int


class Claims(NamedTuple):
    """What activities take, ordered by activity; shapes (claims,) and (activities + 1,) for ``begin``."""

    begin: Ints
    activity: Ints
    store: Ints
    rate: Floats
    price: Ints
    learner: Ints
    own: Ints
    group: Ints


class Groups(NamedTuple):
    """Claims on a store by rank: ``begin`` (stores + 1,) into groups, ``members`` (groups + 1,) into ``claim``."""

    begin: Ints
    members: Ints
    claim: Ints
    picks: Ints
    pick: Ints
    deliveries: Ints
    delivery: Ints
    early: Ints


class Picks(NamedTuple):
    """Alternatives in slots, ordered by slot; ``slots`` (processes + 1,) into slots, ``begin`` (slots + 1,)."""

    slots: Ints
    begin: Ints
    process: Ints
    point: Ints
    qty: Floats
    least: Floats
    most: Floats
    own: Ints
    plan: Floats
    group: Ints


class Outputs(NamedTuple):
    """What activities give, ordered by activity.

    ``shift`` is the number of periods it takes, -1 where that differs; ``ring`` and ``depth`` are the rows in which
    what is on its way waits; ``lead`` is the own row with days of lead, -1 for the plan's.
    """

    begin: Ints
    activity: Ints
    point: Ints
    coef: Floats
    kind: Ints
    shift: Ints
    lead: Ints
    own: Ints
    ring: Ints
    depth: Ints
    of: Ints
    pointer: Ints
    counts: Ints
    period: Ints
    share: Floats
    rows: int


class Sequence(NamedTuple):
    """The one topological order of points and activities: node < points is a point, others are activities."""

    node: Ints


class Network(NamedTuple):
    """Claims, outputs and order; sources of rates for what draws move."""

    stores: Stores
    claims: Claims
    groups: Groups
    picks: Picks
    outputs: Outputs
    sequence: Sequence


class Sources(NamedTuple):
    """For each claim, pick and output: the tables and rows its rate comes from, shape (.., 2) each."""

    claim: Ints
    pick: Ints
    output: Ints


def stores_of(case: Case) -> Stores:
    """Where each kind of store begins."""
    axes = case.axes
    counts = [len(axes[name]) for name in ("point", "resource", "pool", "lane", "payer", "need")]
    begins = np.concatenate([[0], np.cumsum(counts)])
    return Stores(*(int(at) for at in begins))


def sizes(case: Case) -> tuple[int, int, int]:
    """Number of processes, shipments and deliveries: activities are numbered in this order."""
    return len(case.axes["process"]), len(case.axes["shipment"]), len(case.axes["delivery"])


def network_of(case: Case, plan: Planned, bent: frozenset[int]) -> tuple[Network, Sources]:
    """The network of a case; ``bent`` are processes whose yield is drawn."""
    stores = stores_of(case)
    claims, claim_source = _claims(case, stores)
    outputs, output_source, zero = _outputs(case, bent)
    picks, pick_source, slots = _picks(case, plan)
    pairs = (claims.activity[claims.store < stores.resources], claims.store[claims.store < stores.resources])
    takes = (np.concatenate([pairs[0], picks.process]), np.concatenate([pairs[1], picks.point]))
    rank = ranks_of(case, takes, (outputs.activity, outputs.point))
    groups, group, pick_group = _groups(claims, picks, rank, stores, case)
    network = Network(
        stores=stores,
        claims=claims._replace(group=group),
        groups=groups,
        picks=picks._replace(slots=slots, group=pick_group),
        outputs=outputs,
        sequence=Sequence(order_of(case, takes, (outputs.activity[zero], outputs.point[zero]), groups.begin)),
    )
    return network, Sources(claim_source, pick_source, output_source)


class Taken(NamedTuple):
    """Claims of one kind: who takes, of which store, at what rate, and the table and rows that the rate comes from.

    ``price`` and ``learner``: the row of prices and the group that learns by which the rate moves; NONE: none.
    """

    activity: Ints
    store: Ints
    rate: Floats
    table: int
    row: Ints
    price: Ints = NONE
    learner: Ints = NONE

    def filled(self, name: str) -> Ints:
        """One of the arrays as long as the others, -1 where there is nothing."""
        array = getattr(self, name)
        return np.asarray(array if len(array) else np.full(len(self.activity), -1), np.int64)


def _claims(case: Case, stores: Stores) -> tuple[Claims, Ints]:
    """All claims ordered by activity, and the tables and rows their rates come from."""
    kinds = (*_by_starts(case, stores), *_by_shipments(case, stores), *_by_deliveries(case, stores))
    activity = np.concatenate([kind.activity for kind in kinds]).astype(np.int64)
    order = np.argsort(activity, kind="stable")

    def joined(name: str) -> Ints:
        return np.concatenate([kind.filled(name) for kind in kinds])[order]

    table = np.concatenate([np.full(len(kind.activity), kind.table) for kind in kinds])[order]
    rate = np.concatenate([kind.rate for kind in kinds])[order]
    begin = np.searchsorted(activity[order], np.arange(sum(sizes(case)) + 1))
    empty = np.full(len(order), -1)
    claims = Claims(
        begin, activity[order], joined("store"), rate, joined("price"), joined("learner"), empty, empty.copy()
    )
    return claims, np.stack([table, joined("row")], axis=1)


def _by_starts(case: Case, stores: Stores) -> tuple[Taken, ...]:
    """Goods at once, hours of resources and people, their wages, and money."""
    recipes, uses, learning = case.recipes, case.tables["uses"], case.learning
    pays, pool_of = case.money.pays, case.tables["resources"].pool
    now = np.flatnonzero(recipes.fixed & (case.tables["recipe"].offset_d <= 0))
    user = case.axes["process"].find(uses.user)
    load = np.flatnonzero((user >= 0) & (uses.qty > 0))
    learner = np.where(learning.taught, learning.of[user], -1) if learning else np.full(len(user), -1)
    staffed = load[pool_of[uses.resource[load]] >= 0]
    pool = pool_of[uses.resource[staffed]]
    wage = np.nan_to_num(case.tables["pools"].wage)[pool] if len(pool) else np.zeros(0)
    paid, cost = staffed[wage > 0], wage[wage > 0]
    payer = stores.payers + (pays["pools"][pool[wage > 0]] if len(pool) else NONE)
    priced = np.flatnonzero((case.money.make > 0).any(axis=1))
    bill, one = stores.payers + pays["processes"][priced], np.ones(len(priced))

    def hours(rows: Ints, store: Ints, rate: Floats) -> Taken:
        return Taken(user[rows], store, rate, FROM_USES, rows, learner=learner[rows])

    return (
        Taken(recipes.process[now], recipes.point[now], recipes.qty[now], FROM_RECIPE, now),
        hours(load, stores.resources + uses.resource[load], uses.qty[load]),
        hours(staffed, stores.pools + pool, uses.qty[staffed]),
        hours(paid, payer, uses.qty[paid] * cost),
        Taken(priced, bill, one, FROM_START, priced, price=priced),
    )


def _by_shipments(case: Case, stores: Stores) -> tuple[Taken, ...]:
    """Goods, room on lanes that have a limit or a smallest shipment, and freight."""
    processes, count, _ = sizes(case)
    shipments, money, lanes = case.shipments, case.money, case.tables["lanes"]
    sent, lane, size = processes + np.arange(count), shipments.lane, shipments.measure
    tight = np.flatnonzero(np.isfinite(case.capacity.lane[lane]).all(axis=1) | (lanes.min_ship[lane] > 0))
    paid = np.flatnonzero((money.ship[lane] > 0).any(axis=1))
    payer = stores.payers + money.pays["lanes"][lane[paid]]
    return (
        Taken(sent, shipments.origin, np.ones(count), 0, sent),
        Taken(sent[tight], stores.lanes + lane[tight], size[tight], 0, lane[tight]),
        Taken(sent[paid], payer, size[paid], FROM_FREIGHT, lane[paid], price=processes + lane[paid]),
    )


def _by_deliveries(case: Case, stores: Stores) -> tuple[Taken, ...]:
    """Goods, and what of the need is still open."""
    processes, shipments, count = sizes(case)
    deliveries = case.deliveries
    given, need = processes + shipments + np.arange(count), deliveries.need
    return (
        Taken(given, deliveries.point, np.ones(count), 0, need),
        Taken(given, stores.needs + need, deliveries.value * (1 - case.fleet.early), 0, need),
    )


def _outputs(case: Case, bent: frozenset[int]) -> tuple[Outputs, Ints, NDArray[np.bool_]]:
    """All outputs ordered by activity, their sources, and which of them arrive in the period of the start."""
    processes, shipments, _ = sizes(case)
    table, recipes = case.tables["processes"], case.recipes
    out, back = np.flatnonzero(recipes.role == "out"), np.flatnonzero(recipes.role == "reject")
    later = np.flatnonzero(recipes.fixed & (case.tables["recipe"].offset_d > 0))
    offset, lanes = case.tables["recipe"].offset_d, case.tables["lanes"]
    main = np.arange(processes)
    maker, lane = recipes.process, case.shipments.lane
    site = case.points.at(table.site, table.item) if processes else NONE
    repaired = recipes.qty[back] * (table.out_qty * table.rework)[maker[back]]
    parts = [
        (main, site, table.out_qty, GOOD, table.lead_d, FROM_PROCESS, main),
        (
            maker[out],
            recipes.point[out],
            recipes.qty[out],
            CONSTANT,
            (offset + table.lead_d[maker])[out],
            FROM_RECIPE,
            out,
        ),
        (maker[back], recipes.point[back], repaired, REJECTED, (offset + table.lead_d[maker])[back], FROM_RECIPE, back),
        (maker[later], recipes.point[later], -recipes.qty[later], CONSTANT, offset[later], FROM_RECIPE, later),
        (
            processes + np.arange(shipments),
            case.shipments.destination,
            1 - lanes.loss[lane],
            CONSTANT,
            lanes.lead_d[lane],
            FROM_LANE,
            lane,
        ),
    ]
    activity = np.concatenate([part[0] for part in parts]).astype(np.int64)
    order = np.argsort(activity, kind="stable")

    def joined(at: int) -> NDArray[np.float64]:
        return np.concatenate([np.broadcast_to(part[at], len(part[0])) for part in parts])[order]

    activity, kind, coef = activity[order], joined(3).astype(np.int64), joined(2).astype(np.float64)
    yields = case.good / table.out_qty[:, None] if processes else case.good
    steady = np.array([p not in bent and np.ptp(yields[p]) == 0 for p in range(processes)], bool)
    fixed = (kind != CONSTANT) & steady[np.minimum(activity, max(processes - 1, 0))] if processes else kind < 0
    good = yields[activity[fixed], 0]
    coef[fixed] *= np.where(kind[fixed] == GOOD, good, 1 - good)
    kind[fixed] = CONSTANT
    kernel = case.calendar.arrivals(joined(4))
    shift = _shifts(kernel.first, kernel.last, case.calendar.periods)[kernel.of] if len(activity) else NONE
    zero = (kernel.first[kernel.of] == np.arange(case.calendar.periods)).any(axis=1) if len(activity) else kind < 0
    begin = np.searchsorted(activity, np.arange(processes + shipments + 1))
    empty = np.full(len(activity), -1)
    source = np.stack([joined(5), joined(6)], axis=1).astype(np.int64)
    outputs = Outputs(
        begin, activity, joined(1).astype(np.int64), coef, kind, shift, empty, empty.copy(), empty.copy(), empty.copy(),
        kernel.of, kernel.pointer, kernel.count, kernel.period, kernel.share, 0,
    )  # fmt: skip
    return outputs, source, zero & (coef > 0)


def _shifts(first: Ints, last: Ints, periods: int) -> Ints:
    """Periods from start to arrival of each pattern where that is always the same, else -1; T when never."""
    whole, start = first == last, np.arange(periods)[None, :]
    gap = np.where(first >= periods, -1, first - start)
    known = gap.max(axis=1, initial=-1)
    same = (whole & ((gap == known[:, None]) | ((gap < 0) & (start + known[:, None] >= periods)))).all(axis=1)
    return np.where(known < 0, periods, np.where(same, known, -1)).astype(np.int64)


def with_rings(outputs: Outputs, longest: Floats, case: Case) -> Outputs:
    """Room for what is on its way; ``longest`` is the longest drawn lead of each output in days, -1 for the plan's."""
    periods = case.calendar.periods
    if not len(outputs.of):
        return outputs
    start = np.arange(periods)
    end = np.clip(outputs.pointer + outputs.counts - 1, 0, max(len(outputs.period) - 1, 0))
    last = np.where(outputs.counts > 0, outputs.period[end], start) if len(outputs.period) else start[None, :]
    plan = (last - start).max(axis=1)[outputs.of] + 1
    drawn = np.ceil(np.maximum(longest, 0.0) / case.calendar.lengths.min()) + 2
    depth = np.where(longest >= 0, np.minimum(drawn, periods + 1), plan).astype(np.int64)
    depth = np.where((longest < 0) & (outputs.shift == 0), 0, depth)
    depth = np.where((longest < 0) & (outputs.shift >= periods), 0, depth)
    ring = np.concatenate([[0], np.cumsum(depth)])
    return outputs._replace(ring=ring[:-1], depth=depth, rows=int(ring[-1]))


def _picks(case: Case, plan: Planned) -> tuple[Picks, Ints, Ints]:
    """Alternatives ordered by slot, their rows of ``recipe``, and the first slot of each process."""
    recipes = case.recipes
    slot_order = np.argsort(recipes.slot_process, kind="stable")
    rank = np.empty(len(slot_order), np.int64)
    rank[slot_order] = np.arange(len(slot_order))
    rows = np.flatnonzero(recipes.chosen)
    slot = rank[recipes.slot_of[rows]] if len(rows) else NONE
    order = np.argsort(slot, kind="stable")
    rows, slot = rows[order], slot[order]
    begin = np.searchsorted(slot, np.arange(len(slot_order) + 1))
    slots = np.searchsorted(recipes.slot_process[slot_order], np.arange(len(case.axes["process"]) + 1))
    picks = Picks(
        slots=slots,
        begin=begin,
        process=recipes.process[rows],
        point=recipes.point[rows],
        qty=recipes.qty[rows],
        least=recipes.share_min[rows],
        most=recipes.share_max[rows],
        own=np.full(len(rows), -1),
        plan=np.ascontiguousarray(plan.use[rows]),
        group=np.full(len(rows), -1),
    )
    return picks, np.stack([np.full(len(rows), FROM_RECIPE), rows], axis=1), slots


def _groups(claims: Claims, picks: Picks, rank: Ints, stores: Stores, case: Case) -> tuple[Groups, Ints, Ints]:
    """Claims and alternatives on each store by the rank of their activity, first class first."""
    store = np.concatenate([claims.store, picks.point])
    ranks = np.concatenate([rank[claims.activity], rank[picks.process]])
    key = store * (int(rank.max(initial=0)) + 1) + ranks
    distinct, of = np.unique(key, return_inverse=True)
    owner = distinct // (int(rank.max(initial=0)) + 1)
    begin = np.searchsorted(owner, np.arange(stores.total + 1))
    count = len(distinct)

    def members(mine: Ints) -> tuple[Ints, Ints]:
        order = np.argsort(mine, kind="stable")
        return np.searchsorted(mine[order], np.arange(count + 1)), order

    first = sum(sizes(case)[:2])
    ends, claim = members(of[: len(claims.store)])
    pick_ends, pick = members(of[len(claims.store) :])
    given = np.flatnonzero((claims.activity >= first) & (claims.store < stores.resources))
    given_ends, delivered = members(of[given])
    early = np.flatnonzero(owner >= stores.resources)
    early = np.unique(owner[early])
    early = early[early != stores.needs - 1]  # what no fund pays for is not limited
    groups = Groups(begin, ends, claim, pick_ends, pick, given_ends, claims.activity[given[delivered]], early)
    return groups, np.asarray(of[: len(claims.store)], np.int64), np.asarray(of[len(claims.store) :], np.int64)
