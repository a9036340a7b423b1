"""When a column can matter: from the first period something can be there to the last one in which it is still of use.

Forward: nothing is at a stock point before the earliest lead from stock, receipt or source; a process starts when
every slot has at least one alternative. Backward: a start is of use when some output can still reach a
delivery, a rival or a safety stock.
Columns outside are never written, and the answer is the same (tests prove it). ``everywhere`` gives the full windows,
for the conformance suite.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fullrate.calendar import Calendar, Kernel
from fullrate.case.axes import Coded
from fullrate.case.barred import Barred
from fullrate.case.capacity import Capacity
from fullrate.case.money import Money
from fullrate.case.needs import Needs
from fullrate.case.openings import Openings
from fullrate.case.overtime import Overtime
from fullrate.case.people import People
from fullrate.case.points import Deliveries, Points, Shipments
from fullrate.case.recipes import Recipes
from fullrate.case.risk import Risk
from fullrate.case.rivals import Rivals
from fullrate.case.shelf import perishable
from fullrate.case.trials import Trials

Ints = NDArray[np.int64]
Window = tuple[Ints, Ints]
"""First period and number of periods of each element."""
Span = tuple[Ints, Ints]
"""First and last period of each element."""


@dataclass(frozen=True, eq=False)
class Network:
    """What the search for windows walks over: the parts of a case that move goods.

    ``users``: pairs of a process and a resource it loads; ``signed``: of a build and one; ``reviewed``: of the period
    in which a gate begins and one.
    """

    calendar: Calendar
    processes: Coded
    points: Points
    recipes: Recipes
    shipments: Shipments
    deliveries: Deliveries
    capacity: Capacity
    people: People
    overtime: Overtime
    needs: Needs
    barred: Barred
    lead: Kernel
    transit: Kernel
    openings: Openings
    rivals: Rivals
    users: tuple[Ints, Ints]
    signed: tuple[Ints, Ints]
    reviewed: tuple[Ints, Ints]
    builds: Coded
    staffed: Ints
    risk: Risk
    trials: Trials
    items: Coded
    lanes: Coded
    money: Money
    limited: NDArray[np.bool_]


def everywhere(net: Network) -> dict[str, Window]:
    """Windows of the whole horizon for every element."""
    sizes = {
        "make": len(net.processes),
        "use": len(net.recipes.part),
        "ship": len(net.shipments.axis),
        "deliver": len(net.deliveries.axis),
        "hold": len(net.points.axis),
        "waste": len(net.points.axis),
        "receive": len(net.points.axis),
        "build": len(net.builds),
        "dispatch": len(net.lanes),
        "hire": len(net.people.most),
        "overtime": len(net.overtime.axis),
        "ready": len(net.builds),
    }
    whole = net.calendar.periods
    full = {name: (np.zeros(size, np.int64), np.full(size, whole)) for name, size in sizes.items()}
    full["test"] = (np.zeros(len(net.trials.last), np.int64), np.where(net.trials.decided, whole, 0))
    full["risk"] = (np.zeros(len(net.builds), np.int64), np.where(net.risk.offered, whole, 0))
    full["use"] = (full["use"][0], np.where(net.recipes.chosen, whole, 0))
    full["dispatch"] = (full["dispatch"][0], np.where(net.shipments.whole(net.lanes), whole, 0))
    full["receive"] = (full["receive"][0], np.where(perishable(net.points, net.items), whole, 0))
    return full


def windows_of(net: Network) -> dict[str, Window]:
    """Windows of the columns that can matter."""
    early, start = _forward(net)
    late, stop, depart = _backward(net)
    last = net.calendar.periods - 1
    recipes, shipments, deliveries = net.recipes, net.shipments, net.deliveries
    sent = np.maximum(early[shipments.origin], net.openings.first["ship"])
    due = np.maximum(early[deliveries.point], net.openings.first["deliver"])
    part = np.maximum(_soonest(recipes.taken)[recipes.taken.of, early[recipes.point]], start[recipes.process])
    used = np.where(recipes.chosen, stop[recipes.process], -1)
    needed, build, risk = _needed(net, start, stop)
    ship = _window(sent, np.minimum(depart, net.openings.count["ship"] - 1))
    kept = np.where(net.points.safety > 0, last, np.minimum(late - 1, _wanted(net)))
    kept = np.where((net.points.room > 0) & ~_upstream(net), kept, -1)
    return {
        "make": _window(start, np.minimum(stop, net.openings.count["make"] - 1)),
        "use": _window(part, used),
        "ship": ship,
        "dispatch": _dispatched(net, *ship),
        "deliver": _window(due, np.minimum(np.where(deliveries.useful, last, -1), net.openings.count["deliver"] - 1)),
        "hold": _window(early, kept),
        "waste": _window(*_surplus(net, early, kept)),
        "receive": _window(early, np.where(perishable(net.points, net.items), last, -1)),
        "hire": _window(*_hire_windows(net, needed)),
        "overtime": _window(_busy(net, start)[net.overtime.resource], needed[net.overtime.resource]),
        "build": _window(*build),
        "risk": _window(*risk),
        "ready": _ready(_window(*build), _window(*risk), net.calendar.periods),
        "test": _window(net.trials.first, net.trials.last),
    }


def _dispatched(net: Network, first: Ints, count: Ints) -> Window:
    """Periods in which anything can leave on each lane where that is a decision."""
    lane, some = net.shipments.lane, (count > 0) & net.shipments.whole(net.lanes)[net.shipments.lane]
    begin, end = np.full(len(net.lanes), net.calendar.periods), np.zeros(len(net.lanes), np.int64)
    np.minimum.at(begin, lane[some], first[some])
    np.maximum.at(end, lane[some], (first + count)[some])
    return begin, np.maximum(end - begin, 0)


def _window(first: Ints, last: Ints) -> Window:
    return first, np.maximum(last - first + 1, 0)


def _soonest(kernel: Kernel) -> Ints:
    """First start whose effect is felt in or after each period, shape (patterns, T + 1)."""
    periods = kernel.pointer.shape[-1]
    wanted = np.arange(periods + 1)
    return (
        np.stack([np.searchsorted(row, wanted) for row in kernel.last])
        if len(kernel.last)
        else np.zeros((0, periods + 1), np.int64)
    )


def _latest(kernel: Kernel) -> Ints:
    """Last start whose effect is first felt in or before each period from -1 on, shape (patterns, T + 1)."""
    periods = kernel.pointer.shape[-1]
    wanted = np.arange(-1, periods)
    return (
        np.stack([np.searchsorted(row, wanted, side="right") - 1 for row in kernel.first])
        if len(kernel.first)
        else np.zeros((0, periods + 1), np.int64)
    )


def _after(kernel: Kernel, element: Ints, start: Ints) -> Ints:
    """First period in which a start of each element is felt; T when it never is."""
    never = kernel.pointer.shape[-1]
    padded = np.concatenate([kernel.first, np.full((len(kernel.first), 1), never)], axis=1)
    return padded[kernel.of[element], np.minimum(start, never)]


def _forward(net: Network) -> tuple[Ints, Ints]:
    """Earliest period of anything at each point, and of each process's first start."""
    never, points, recipes = net.calendar.periods, net.points, net.recipes
    receipts = (points.receipts > 0) & ~net.barred.receipt
    early = np.where(receipts.any(axis=1), receipts.argmax(axis=1), never)
    early[points.initial > 0] = 0
    takes, fixed, chosen = _soonest(recipes.taken), np.flatnonzero(recipes.fixed), np.flatnonzero(recipes.chosen)
    given = np.flatnonzero(recipes.role != "in")
    output = points.at(net.processes.site, net.processes.item)
    every = np.arange(len(net.processes))
    able = np.maximum(net.openings.first["make"], _staffed(net))
    lanes = np.arange(len(net.shipments.axis))
    while True:
        before, start = early.copy(), able.copy()
        np.maximum.at(start, recipes.process[fixed], takes[recipes.taken.of[fixed], early[recipes.point[fixed]]])
        choice = np.full(len(recipes.slot), never)
        np.minimum.at(choice, recipes.slot_of[chosen], takes[recipes.taken.of[chosen], early[recipes.point[chosen]]])
        np.maximum.at(start, recipes.slot_process, choice)
        np.minimum.at(early, output, _after(net.lead, every, start))
        np.minimum.at(early, recipes.point[given], _after(recipes.given, given, start[recipes.process[given]]))
        sent = np.maximum(early[net.shipments.origin], net.openings.first["ship"])
        np.minimum.at(early, net.shipments.destination, _after(net.transit, net.shipments.lane[lanes], sent))
        if (early == before).all():
            return early, start


def _staffed(net: Network) -> Ints:
    """First period in which every resource and rate a process needs has any capacity."""
    never = net.calendar.periods
    amount, builds = net.capacity.resource > 0, net.builds
    resource = np.where(amount.any(axis=1), amount.argmax(axis=1), never)
    for kernel, begin in ((net.capacity.ready, net.openings.first["build"]), (net.risk.ready, net.risk.first)):
        np.minimum.at(resource, builds.resource, _after(kernel, np.arange(len(builds)), begin))
    rate = net.capacity.process > 0
    first = np.where(rate.any(axis=1), rate.argmax(axis=1), never)
    user, used = net.users
    np.maximum.at(first, user, resource[used])
    return first


def _backward(net: Network) -> tuple[Ints, Ints, Ints]:
    """Latest useful period of a unit at each point, of each process's start, and of each shipment's departure."""
    points, recipes, shipments = net.points, net.recipes, net.shipments
    late = np.full(len(points.axis), -1)
    useful = net.deliveries.useful
    np.maximum.at(
        late, net.deliveries.point[useful], np.minimum(net.calendar.periods, net.openings.count["deliver"])[useful] - 1
    )
    goods = net.rivals.point >= 0
    np.maximum.at(late, net.rivals.point[goods], net.rivals.last[goods])
    late[points.safety > 0] = net.calendar.periods - 1
    tested = net.trials.point >= 0
    np.maximum.at(late, net.trials.point[tested], net.trials.last[tested])
    output = points.at(net.processes.site, net.processes.item)
    given, taken = np.flatnonzero(recipes.role != "in"), np.flatnonzero(recipes.role == "in")
    makes, gives, moves = _latest(net.lead), _latest(recipes.given), _latest(net.transit)
    takes = np.concatenate([recipes.taken.last, np.full((len(recipes.taken.last), 1), -1)], axis=1)
    fills = net.lanes.min_ship[shipments.lane] > 0
    while True:
        before = late.copy()
        stop = makes[net.lead.of, late[output] + 1]
        np.maximum.at(stop, recipes.process[given], gives[recipes.given.of[given], late[recipes.point[given]] + 1])
        depart = moves[net.transit.of[shipments.lane], late[shipments.destination] + 1]
        depart = np.where(fills, _latest_on(net, depart), depart)
        np.maximum.at(late, shipments.origin, depart)
        use = takes[recipes.taken.of[taken], stop[recipes.process[taken]]]
        np.maximum.at(late, recipes.point[taken], np.minimum(use, net.calendar.periods - 1))
        if (late == before).all():
            return late, stop, depart


def _latest_on(net: Network, depart: Ints) -> Ints:
    """Latest useful departure of anything on the lane of each shipment: it may help to fill the smallest shipment."""
    latest = np.full(len(net.lanes), -1)
    np.maximum.at(latest, net.shipments.lane, depart)
    return latest[net.shipments.lane]


def _surplus(net: Network, early: Ints, kept: Ints) -> tuple[Ints, Ints]:
    """First and last period in which each point may have to throw something away; last is -1 where it never has.

    Stock and receipts that find no use may as well go when they come. By-products, whole lots and shipments, and
    smeared arrivals may come in any period, and a safety stock may be kept only for a while; where keeping costs
    nothing they may wait until the point keeps no more, unless they do not keep.
    """
    points, recipes, processes, whole = net.points, net.recipes, net.processes, net.calendar.periods
    output, given = points.at(processes.site, processes.item), recipes.role != "in"
    come = points.receipts > 0
    come[:, 0] |= points.initial > 0
    last = np.where(come.any(axis=1), whole - 1 - come[:, ::-1].argmax(axis=1), -1)
    unasked = np.full(len(points.axis), net.calendar.rounding == "kernel")
    unasked[points.safety > 0] = True
    unasked[recipes.point[given]] = True
    unasked[output[recipes.process[given]]] = True
    unasked[output[processes.min_lot > 0]] = True
    unasked[net.shipments.destination[net.lanes.min_ship[net.shipments.lane] > 0]] = True
    waits = unasked & np.isinf(points.room) & (net.items.hold_cost[points.item] == 0) & ~perishable(points, net.items)
    return np.where(waits, np.maximum(early, kept + 1), early), np.where(unasked, whole - 1, last)


def _upstream(net: Network) -> NDArray[np.bool_]:
    """Points whose stock may as well wait where it comes from, mask of shape (points,).

    All that is there comes at once, by lanes that carry any amount in any period, from points with room for all of it:
    whatever is kept can leave so much later. Keeping a unit costs the same wherever it is, and freight can as well be
    paid later; more is kept before a loss than after it, so where keeping costs money the lane loses nothing. Not so
    for goods that do not keep: how long they may rest depends on the place.
    """
    points, shipments, recipes, lane = net.points, net.shipments, net.recipes, net.shipments.lane
    held: NDArray[np.bool_] = np.any(net.barred.held, axis=1)
    restricted = net.barred.shipment.any(axis=1) | held[shipments.origin]
    keeps = np.append((net.money.spendable & net.money.carried).all(axis=1), True)[net.money.pays["lanes"]]
    steady = (net.money.ship == net.money.ship[:, :1]).all(axis=1) & np.isinf(net.capacity.lane).all(axis=1)
    steady &= ~shipments.whole(net.lanes)
    later: NDArray[np.bool_] = np.take(keeps & steady, lane) & ~restricted & np.isinf(points.room)[shipments.origin]
    later &= net.openings.count["ship"] >= net.calendar.periods
    later &= (net.lanes.loss[lane] == 0) | (net.items.hold_cost[shipments.item] == 0)
    mask: NDArray[np.bool_] = np.asarray((points.initial == 0) & ~points.receipts.any(axis=1))
    mask &= points.safety == 0
    mask &= net.calendar.even and net.calendar.rounding != "kernel"
    mask &= ~perishable(points, net.items)
    mask[points.at(net.processes.site, net.processes.item)] = False
    mask[recipes.point[recipes.role != "in"]] = False
    mask[shipments.destination[~later]] = False
    return mask


def _wanted(net: Network) -> Ints:
    """Last period whose stock at each point may have to wait for a need; T where it may wait for something else.

    Where goods are only delivered, and every need is there in full, delivering at once serves better than keeping; not
    so where a family's shares are limited, and one variant must wait for another.
    """
    points, deliveries, whole = net.points, net.deliveries, net.calendar.periods
    need, held = deliveries.need, np.asarray(np.any(net.barred.held, axis=1))
    grown = (net.needs.arisen < net.needs.arisen[:, -1:]).sum(axis=1)
    last = np.full(len(points.axis), -1)
    np.maximum.at(last, deliveries.point, np.maximum(grown[need], net.openings.first["deliver"]) - 1)
    patient = net.needs.lost[need] | (deliveries.value <= 0) | held[deliveries.point] | net.limited
    last[deliveries.point[patient]] = whole
    last[net.rivals.point[net.rivals.point >= 0]] = whole
    last[net.shipments.origin] = last[net.recipes.point[net.recipes.role == "in"]] = whole
    last[net.trials.point[net.trials.point >= 0]] = whole
    return last


def _needed(net: Network, start: Ints, stop: Ints) -> tuple[Ints, Span, Span]:
    """Last period in which anything can still load each resource, -1 where nothing can, and the spans of builds.

    A build for an office is of use while another build may need that office. The spans are the first and last useful
    starts of each build, safe and at risk.
    """
    user, used = net.users
    needed = np.full(len(net.capacity.resource), -1)
    alive = start[user] <= stop[user]
    np.maximum.at(needed, used[alive], stop[user][alive])
    period, reviewing = net.reviewed
    np.maximum.at(needed, reviewing, period)
    rivals = net.rivals.resource >= 0
    np.maximum.at(needed, net.rivals.resource[rivals], net.rivals.last[rivals])
    signing, signed = net.signed
    while True:
        before = needed.copy()
        spans = _build_spans(net, needed)
        for first, last in spans:
            began = first[signing] <= last[signing]
            np.maximum.at(needed, signed[began], last[signing][began])
        if (needed == before).all():
            return needed, *spans


def _busy(net: Network, start: Ints) -> Ints:
    """First period in which anything can load each resource; T where nothing can."""
    user, used = net.users
    busy = np.full(len(net.capacity.resource), net.calendar.periods)
    np.minimum.at(busy, used, start[user])
    period, reviewing = net.reviewed
    np.minimum.at(busy, reviewing, period)
    rivals = (net.rivals.resource >= 0) & (net.rivals.count > 0)
    np.minimum.at(busy, net.rivals.resource[rivals], net.rivals.first[rivals])
    signing, signed = net.signed
    np.minimum.at(busy, signed, np.minimum(net.openings.first["build"], net.risk.first)[signing])
    return busy


def _build_spans(net: Network, needed: Ints) -> tuple[Span, Span]:
    """First and last useful start of each build, safe and at risk: ready while its resource is still needed."""
    by = needed[net.builds.resource] + 1
    safe, early = (_latest(kernel)[kernel.of, by] for kernel in (net.capacity.ready, net.risk.ready))
    return (net.openings.first["build"], safe), (net.risk.first, early)


def _hire_windows(net: Network, needed: Ints) -> tuple[Ints, Ints]:
    """First and last useful hires of each pool: trained, or of use in training, while its resources are needed."""
    people, staffed = net.people, np.flatnonzero(net.staffed >= 0)
    wanted = np.full(len(people.most), -1)
    np.maximum.at(wanted, net.staffed[staffed], needed[staffed])
    useful = _latest(people.trained)
    last = useful[people.trained.of, wanted + 1] if len(wanted) else np.zeros(0, np.int64)
    begin = np.full(len(wanted), net.openings.decided)
    return begin, np.where((people.net > 0).any(axis=1), wanted, last)


def _ready(build: Window, risk: Window, periods: int) -> Window:
    """Every period from the first start of a build on."""
    first = np.minimum(*(np.where(count > 0, begin, periods) for begin, count in (build, risk)))
    return first, periods - first
