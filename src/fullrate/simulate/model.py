"""From a case, its plan and its ranges to the model that blocks of samples run through."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fullrate.case import Case
from fullrate.case.outages import left_of
from fullrate.draws import Draws
from fullrate.simulate.chance import chance_of
from fullrate.simulate.fielded import fielded_of
from fullrate.simulate.growth import growth_of
from fullrate.simulate.moves import Rows, moved
from fullrate.simulate.network import (
    FROM_FREIGHT,
    FROM_LANE,
    FROM_PROCESS,
    FROM_RECIPE,
    FROM_START,
    FROM_USES,
    Network,
    Sources,
    network_of,
    sizes,
    with_rings,
)
from fullrate.simulate.planned import Planned
from fullrate.simulate.policy import Policy
from fullrate.simulate.settled import settled_of, stores_of, without
from fullrate.simulate.shares import shares_of
from fullrate.simulate.state import Amounts, Model, Record
from fullrate.simulate.trials import trials_of
from fullrate.tables import Tables

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
ROUNDINGS = ("ceil", "floor", "kernel")


@dataclass(frozen=True, eq=False)
class Wired:
    """A model, the rows of drawn values it reads, the plan, and cells whose ranges move nothing."""

    model: Model
    rows: Rows
    plan: Planned
    unmoved: tuple[str, ...]


def wired(tables: Tables, case: Case, followed: Planned, draws: Draws | None, policy: Policy, record: Record) -> Wired:
    """The model of a scenario with its ranges, if any."""
    cells = [] if draws is None else [(cell, at, False) for at, cell in enumerate(draws.cells)]
    cells += [] if draws is None else [(one.cell, at, True) for at, one in enumerate(draws.each)]
    bent = {tables.row_of("processes", cell.key) for cell, _, _ in cells if cell.column == "yield"}
    network, sources = network_of(case, followed, frozenset(row for row in bent if row is not None))
    rows, unmoved = Rows(), []
    for cell, at, each in cells:
        row = tables.row_of(cell.table, cell.key)
        places = [] if row is None else _places(case, network, sources, cell.table, cell.column, row)
        for place, how, number in places:
            rows.add(place, at, how, number, each)
        if not moved(cell):
            unmoved.append(str(cell))
    network = _moved(network, rows)
    network = network._replace(outputs=with_rings(network.outputs, _longest(network, rows, draws), case))
    amounts = _amounts(tables, case, network, followed, rows, policy)
    chance = chance_of(tables, case, network, rows, draws)
    trials, fielded = trials_of(case, draws), fielded_of(tables, case, network, followed, draws, policy)
    settled = settled_of(network, amounts, np.concatenate([trials.point, fielded.back]))
    looked_up = np.setdiff1d(amounts.bent, chance.each_alone)
    model = Model(
        without(network, settled),
        amounts._replace(settled=stores_of(network, settled), bent=looked_up),
        growth_of(tables, case, network, followed),
        chance,
        record,
        trials,
        fielded,
        shares_of(case, followed),
    )
    return Wired(model, rows, followed, tuple(unmoved))


def _places(
    case: Case, network: Network, sources: Sources, table: str, column: str, row: int
) -> list[tuple[tuple[str, int], str, float]]:
    """Numbers that a cell moves, how it enters them, and the plan value or what is added to it."""
    stores, tabled = network.stores, case.tables
    found: list[tuple[tuple[str, int], str, float]] = []

    def all_of(family: str, mask: NDArray[np.bool_], how: str, plan: float | Floats) -> None:
        number = np.broadcast_to(plan, mask.shape)
        found.extend(((family, int(i)), how, float(number[i])) for i in np.flatnonzero(mask))

    def source(of: Ints, kind: int) -> NDArray[np.bool_]:
        return np.asarray((of[:, 0] == kind) & (of[:, 1] == row), bool)

    value = float(tabled[table][column][row]) if table in tabled else 0.0
    outputs = network.outputs
    if (table, column) == ("recipe", "qty"):
        all_of("claim", source(sources.claim, FROM_RECIPE), "factor", value)
        all_of("pick", source(sources.pick, FROM_RECIPE), "factor", value)
        all_of("output", source(sources.output, FROM_RECIPE), "factor", value)
    elif (table, column) == ("uses", "qty"):
        all_of("claim", source(sources.claim, FROM_USES), "factor", value)
    elif (table, column) in (("processes", "out_qty"), ("processes", "rework")):
        given = (outputs.activity == row) & (sources.output[:, 0] == FROM_RECIPE)
        back = given & (np.append(tabled["recipe"].role, "")[np.where(given, sources.output[:, 1], -1)] == "reject")
        all_of("output", back | (source(sources.output, FROM_PROCESS) & (column == "out_qty")), "factor", value)
    elif (table, column) in (("processes", "yield"), ("processes", "max_rate")):
        found.append(((column, row), "factor", value))
    elif (table, column) == ("processes", "lead_d"):
        later = (outputs.activity == row) & (outputs.coef >= 0)
        offset = np.zeros(len(outputs.activity))
        given = sources.output[:, 0] == FROM_RECIPE
        offset[given] = tabled["recipe"].offset_d[sources.output[given, 1]]
        all_of("lead", later, "lead", offset)
    elif (table, column) == ("processes", "unit_cost"):
        all_of("claim", source(sources.claim, FROM_START), "factor", value)
    elif (table, column) == ("lanes", "unit_cost"):
        all_of("claim", source(sources.claim, FROM_FREIGHT), "factor", value)
    elif (table, column) == ("lanes", "lead_d"):
        all_of("lead", source(sources.output, FROM_LANE), "lead", 0.0)
    elif (table, column) == ("lanes", "loss"):
        all_of("output", source(sources.output, FROM_LANE), "loss", value)
    elif (table, column) in (("lanes", "capacity"), ("resources", "capacity")):
        begin = stores.lanes if table == "lanes" else stores.resources
        found.append((("store", begin + row), "factor", value))
    elif (table, column) in (("stock", "qty"), ("allotments", "amount")):
        found.append(((table, row), "factor", value))
    return found


def _moved(network: Network, rows: Rows) -> Network:
    """The network with the rows that move its rates and leads."""
    claims, picks, outputs = network.claims, network.picks, network.outputs
    return network._replace(
        claims=claims._replace(own=rows.of("claim", len(claims.store))),
        picks=picks._replace(own=rows.of("pick", len(picks.point))),
        outputs=outputs._replace(own=rows.of("output", len(outputs.point)), lead=rows.of("lead", len(outputs.point))),
    )


def _longest(network: Network, rows: Rows, draws: Draws | None) -> Floats:
    """Longest drawn lead of each output, days; -1 where the plan's holds."""
    longest = np.full(len(network.outputs.point), -1.0)
    for output in np.flatnonzero(network.outputs.lead >= 0):
        row = int(network.outputs.lead[output])
        entries = rows.once[row]
        values = [float(draws.values[:, at].max()) + number for at, _, number in entries] if draws else []
        values += [float(draws.each[at].quantiles.max()) + n for r, at, _, n in rows.each if r == row] if draws else []
        longest[output] = max(values, default=0.0)
    return longest


def _amounts(tables: Tables, case: Case, network: Network, plan: Planned, rows: Rows, policy: Policy) -> Amounts:
    processes, shipments, deliveries = sizes(case)
    stores = network.stores
    base, stays, extra, extra_at, extra_own = _bases(case, network, rows)
    whole = np.concatenate([plan.make, plan.ship, plan.deliver])
    aged = np.flatnonzero(case.shelf.point)
    lanes, points = case.tables["lanes"], case.points
    owing = np.zeros(len(points.axis), bool)
    later = case.recipes.fixed & (case.tables["recipe"].offset_d > 0)
    owing[case.recipes.point[later]] = True
    lane = case.shipments.lane
    sequence = network.sequence.node - stores.resources
    places = {int(node): at for at, node in enumerate(sequence)}
    first = np.full(len(lanes), -1)
    for shipment in sorted(range(shipments), key=lambda f: -places[processes + f]):
        first[lane[shipment]] = processes + shipment
    overtime, left = _overtime(case, network), case.outages.resource[case.overtime.resource]
    yields = case.good / case.tables["processes"].out_qty[:, None] if processes else case.good
    learner = case.learning.of if case.learning else np.full(processes, -1)
    team = np.argsort(learner, kind="stable")[np.count_nonzero(learner < 0) :]
    bent = np.unique(network.outputs.activity[network.outputs.kind > 0])
    return Amounts(
        edges=case.calendar.edges,
        rounding=ROUNDINGS.index(case.calendar.rounding),
        plan=whole,
        most=_most(whole, case.calendar.lengths, processes + shipments, policy),
        shut=_shut(case, processes, shipments, deliveries),
        rate=left_of(case.capacity.process, case.outages.process),
        rate_own=rows.of("max_rate", processes),
        base=base,
        remains=_remains(case, network),
        base_own=rows.of("store", stores.total),
        stays=stays,
        extra=extra,
        extra_at=extra_at,
        extra_own=extra_own,
        price=np.concatenate([case.money.make, case.money.ship]),
        yields=np.ascontiguousarray(yields),
        yield_own=rows.of("yield", processes),
        bent=bent,
        gate=np.where(case.tables["processes"].gate < 0, len(case.axes["gate"]), case.tables["processes"].gate),
        lot=case.tables["processes"].min_lot,
        least=lanes.min_ship,
        fixed=lanes.fixed_cost,
        fixed_payer=stores.payers + case.money.pays["lanes"],
        lane=lane,
        measure=case.shipments.measure,
        first_of_lane=first,
        pick_shut=_pick_shut(case, network),
        learner=learner,
        team_begin=np.searchsorted(learner[team], np.arange(int(learner.max(initial=-1)) + 2)),
        team=team,
        rivals=_rivals(case, network),
        keep=plan.keep,
        wanted=case.rivals.wanted,
        worth=case.rivals.worth,
        overtime=np.where(left < 1, np.minimum(plan.overtime, left * case.overtime.most), plan.overtime),
        overtime_most=np.where(
            np.isfinite(case.tables["resources"].ot_run_d[case.overtime.resource])[:, None],
            plan.overtime,
            case.overtime.most,
        )
        * left,
        overtime_store=overtime[0][:, 0],
        overtime_pool=overtime[0][:, 1],
        overtime_wage_payer=overtime[0][:, 2],
        overtime_payer=overtime[0][:, 3],
        overtime_eff=overtime[1][:, 0],
        overtime_wage=overtime[1][:, 1],
        overtime_cost=overtime[1][:, 2],
        waste=plan.waste,
        hold=plan.hold,
        room=points.room,
        wasted=np.flatnonzero((plan.waste > 0).any(axis=1) | np.isfinite(points.room)),
        aged=aged,
        since=_since(case)[aged],
        fresh=_fresh(case)[aged],
        stale=case.shelf.stale[aged],
        size=1.0 + case.requirement[points.item] + np.abs(base[: stores.resources]).sum(axis=1),
        owing=owing,
        holding=np.outer(case.tables["items"].hold_cost[points.item], case.calendar.lengths),
        holding_payer=stores.payers + case.money.holding,
        value=case.deliveries.value * (1 - case.fleet.early),
        need=case.deliveries.need,
        qty=case.needs.qty,
        processes=processes,
        shipments=shipments,
        settled=np.zeros(len(whole), np.int64),
        per=np.divide(1.0, network.claims.rate, out=np.zeros(len(network.claims.rate)), where=network.claims.rate > 0),
    )  # fmt: skip


def _most(plan: Floats, lengths: Floats, limited: int, policy: Policy) -> Floats:
    """Most of each activity: the highest rate planned so far, and what the policy adds; deliveries have no limit."""
    highest = np.maximum.accumulate(plan / lengths, axis=1)
    most = policy.catch_up * highest * lengths
    most[limited:] = np.inf
    return np.asarray(most, np.float64)


def _shut(case: Case, processes: int, shipments: int, deliveries: int) -> NDArray[np.bool_]:
    """Activities that site, need or restriction forbid, shape (activities, T); gates are drawn."""
    opens, barred, recipes = case.openings, case.barred, case.recipes
    period = np.arange(case.calendar.periods)[None, :]
    site = case.tables["processes"].site
    first = np.concatenate([opens.site[site], opens.first["ship"], opens.first["deliver"]])
    last = np.concatenate([opens.count["make"], opens.count["ship"], opens.count["deliver"]])
    shut = (period < first[:, None]) | (period >= last[:, None])
    starved = np.zeros((processes, case.calendar.periods), bool)
    fixed = np.flatnonzero(recipes.fixed)
    np.logical_or.at(starved, recipes.process[fixed], _held(case, fixed))
    shut[:processes] |= barred.process | starved
    shut[processes : processes + shipments] |= barred.shipment | barred.held[case.shipments.origin]
    lane = case.shipments.lane
    shut[processes : processes + shipments] |= (case.outages.lane[lane] <= 0) & np.isinf(case.capacity.lane[lane])
    shut[processes + shipments :] |= barred.held[case.deliveries.point]
    return shut


def _held(case: Case, parts: Ints) -> NDArray[np.bool_]:
    """Whether an input would be taken from barred stock, by period of the start, shape (parts, T)."""
    held, taken = case.barred.held, case.recipes.taken
    mask = np.zeros((len(parts), case.calendar.periods), bool)
    if not held.any():
        return mask
    for at, part in enumerate(parts):
        pattern = taken.of[part]
        for start in np.flatnonzero(taken.count[pattern] > 0):
            begin = taken.pointer[pattern, start]
            felt = taken.period[begin : begin + taken.count[pattern, start]]
            mask[at, start] = held[case.recipes.point[part], felt].any()
    return mask


def _pick_shut(case: Case, network: Network) -> NDArray[np.bool_]:
    """Alternatives whose stock is barred, shape (picks, T)."""
    return (
        case.barred.held[network.picks.point]
        if len(network.picks.point)
        else np.zeros((0, case.calendar.periods), bool)
    )


def _bases(case: Case, network: Network, rows: Rows) -> tuple[Floats, NDArray[np.bool_], Floats, Ints, Ints]:
    """What comes into each store, whether the rest stays, and what comes by luck as amount, place and row."""
    stores, points, periods = network.stores, case.points, case.calendar.periods
    funds = len(case.axes["fund"])
    base = np.zeros((stores.total, periods))
    base[: stores.resources] = np.where(case.barred.receipt, 0.0, points.receipts)
    base[: stores.resources, 0] += points.initial
    base[stores.resources : stores.pools] = case.capacity.resource
    base[stores.lanes : stores.payers] = case.capacity.lane
    base[stores.payers : stores.payers + funds] = np.where(case.money.spendable, case.money.allotted, 0.0)
    base[stores.needs :] = np.diff(case.needs.arisen, axis=1, prepend=0.0)
    stays = np.zeros((stores.total, periods), bool)
    stays[: stores.resources] = True
    stays[stores.payers : stores.payers + funds] = case.money.carried
    stays[stores.needs - 1] = True
    stays[stores.needs :] = ~case.needs.lost[:, None]
    extra: list[tuple[float, int, int, int]] = []
    stock, allotments = case.tables["stock"], case.tables["allotments"]
    for (family, row), own in rows.place.items():
        if family == "stock":
            point, when = int(points.at(stock.site[row], stock.item[row])), float(stock.date[row])
            period = int(case.calendar.opening(np.array([when]))[0]) if when > 0 else 0
            if period < periods and not (when > 0 and case.barred.receipt[point, period]):
                extra.append((float(stock.qty[row]), point, period, own))
        if family == "allotments":
            fund, when = int(allotments.fund[row]), max(float(allotments.date[row]), 0.0)
            period = int(case.calendar.opening(np.array([when]))[0])
            if period < periods and case.money.spendable[fund, period]:
                extra.append((float(allotments.amount[row]), stores.payers + fund, period, own))
    for amount, store, period, _ in extra:
        base[store, period] -= amount
    places = np.array([(store, period) for _, store, period, _ in extra], np.int64).reshape(-1, 2)
    owns = np.array([row for *_, row in extra], np.int64)
    return base, stays, np.array([amount for amount, *_ in extra], float), places, owns


def _remains(case: Case, network: Network) -> Floats:
    """Share that is left of resources, pools and lanes; nothing of a resource that is barred."""
    stores = network.stores
    remains = np.ones((stores.payers - stores.resources, case.calendar.periods))
    remains[: stores.pools - stores.resources] = np.where(case.barred.resource, 0.0, case.outages.resource)
    remains[stores.lanes - stores.resources :] = case.outages.lane
    return remains


def _rivals(case: Case, network: Network) -> Ints:
    """Store that each rival takes from, and the pool behind its resource."""
    rivals, stores = case.rivals, network.stores
    kinds = (
        (rivals.point, 0),
        (rivals.resource, stores.resources),
        (rivals.lane, stores.lanes),
        (rivals.fund, stores.payers),
    )
    store = np.full(len(rivals.worth), -1)
    for at, begin in kinds:
        store = np.where(at >= 0, begin + at, store)
    pool_of = np.append(case.tables["resources"].pool, -1)
    pool = np.where(rivals.resource >= 0, pool_of[rivals.resource], -1)
    return np.stack([store, np.where(pool >= 0, stores.pools + pool, -1)], axis=1).astype(np.int64)


def _overtime(case: Case, network: Network) -> tuple[Ints, Floats]:
    """Stores of each segment, and the output, wage part and cost of an hour."""
    overtime, stores, pays = case.overtime, network.stores, case.money.pays
    pool = case.tables["resources"].pool[overtime.resource]
    wage = np.append(np.nan_to_num(case.tables["pools"].wage), 0.0)[pool]
    payer = np.append(pays["pools"], 0)[pool]
    where = [
        stores.resources + overtime.resource,
        np.where(pool >= 0, stores.pools + pool, -1),
        stores.payers + payer,
        stores.payers + pays["resources"][overtime.resource],
    ]
    return np.stack(where, axis=1).astype(np.int64), np.stack(
        [overtime.eff, wage * (1 - overtime.eff), overtime.cost], axis=1
    )


def _since(case: Case) -> Ints:
    """First period whose receipts may lie on past the end of each, shape (points, T)."""
    gone, periods = case.shelf.gone, case.calendar.periods
    since = np.zeros((len(gone.pointer), periods), np.int64)
    for pattern in range(len(gone.pointer)):
        for start in np.flatnonzero(gone.count[pattern]):
            begin = gone.pointer[pattern, start]
            since[pattern, gone.period[begin : begin + gone.count[pattern, start]]] = start + 1
    return since[gone.of] if len(gone.of) else np.zeros((0, periods), np.int64)


def _fresh(case: Case) -> NDArray[np.bool_]:
    """Whether stock at the start may lie on past the end of each period, shape (points, T)."""
    known, receipts = case.shelf.known, np.cumsum(np.where(case.barred.receipt, 0.0, case.points.receipts), axis=1)
    before = np.concatenate([np.zeros((len(receipts), 1)), receipts], axis=1)
    rows = np.arange(len(receipts))[:, None]
    return np.asarray(known - (receipts - before[rows, _since(case)]) > 0.5 * case.points.initial[:, None])
