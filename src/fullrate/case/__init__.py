"""The case: what we derive from the tables a user wrote: axes, arrays, calendar, kernels, windows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from fullrate.calendar import Calendar, Kernel
from fullrate.case.axes import Axis, Coded, axes_of, coded
from fullrate.case.barred import Barred, barred_of
from fullrate.case.capacity import Capacity, capacity_of
from fullrate.case.fleet import Fleet, fleet_of, returned
from fullrate.case.gates import Gates, gates_of
from fullrate.case.learning import Learning, learning_of
from fullrate.case.money import Money, money_of
from fullrate.case.most import most_load, most_starts, required, scales
from fullrate.case.needs import Needs, needs_of
from fullrate.case.openings import Openings, openings_of
from fullrate.case.outages import Outages, outages_of
from fullrate.case.overtime import Overtime, overtime_of
from fullrate.case.people import People, people_of
from fullrate.case.points import Deliveries, Points, Shipments, deliveries_of, points_of, wanted
from fullrate.case.previous import Previous, previous_of
from fullrate.case.recipes import Recipes, recipes_of
from fullrate.case.risk import Risk, risk_of
from fullrate.case.rivals import Rivals, rivals_of, wants
from fullrate.case.series import over_time
from fullrate.case.shares import Limits, escapes_of, limited, mix_of, quality_of
from fullrate.case.shelf import Shelf, shelf_of
from fullrate.case.state import State
from fullrate.case.trials import Trials, trials_of
from fullrate.case.windows import Network, Window, everywhere, windows_of
from fullrate.case.wishes import wishes_of
from fullrate.tables import Config, Tables

__all__ = ["Axis", "Case", "Coded", "derive"]

CODED = (
    "items",
    "sites",
    "processes",
    "recipe",
    "resources",
    "uses",
    "overtime",
    "builds",
    "pools",
    "lanes",
    "stock",
    "recipients",
    "needs",
    "funds",
    "allotments",
    "gates",
    "links",
    "failures",
    "reliability",
    "restrictions",
    "mix",
    "quality",
    "plans",
    "rivals",
    "previous",
)
"""Tables that the rules read as arrays."""


@dataclass(frozen=True, eq=False)
class Case:
    """A scenario in numbers.

    Attributes:
        config: the settings of the scenario.
        calendar: periods and how days become periods.
        axes: every axis by name.
        tables: tables as arrays, by name.
        lead: when the output of each process is there.
        transit: when what a lane carries arrives.
        good: main output of one start by process and period (out_qty times yield).
        rejected: repairable rejects of one start by process and period.
        escape: share of defects in each item.
        requirement: units of each item that meeting all needs may take.
        scale: power of ten near the requirement of each item per period: what the solver counts it in.
        most_starts: most that each process can start over the horizon.
        learning: who learns with whom, and the experience a program counts on: at first that at the start.
        most_load: most that each lane can be of use for in a period, where its capacity does not say.
        fleet: what has been delivered and fails.
        rivals: what others want of resources, funds, lanes and goods.
        previous: orders of the plan before this one.
        openings: first and last usable periods of sites, gates, builds, needs and activities.
        windows: first period and number of periods of the columns of each activity.
        outages: what certain outages leave of capacities.
        state: what has been executed, where a case goes on from the middle; see ``case.state``.
    """

    config: Config
    calendar: Calendar
    axes: Mapping[str, Axis]
    tables: Mapping[str, Coded]
    points: Points
    shipments: Shipments
    deliveries: Deliveries
    recipes: Recipes
    capacity: Capacity
    outages: Outages
    people: People
    overtime: Overtime
    needs: Needs
    gates: Gates
    trials: Trials
    risk: Risk
    money: Money
    barred: Barred
    mix: Limits
    quality: Limits
    escape: NDArray[np.float64]
    fleet: Fleet
    shelf: Shelf
    lead: Kernel
    transit: Kernel
    good: NDArray[np.float64]
    rejected: NDArray[np.float64]
    requirement: NDArray[np.float64]
    scale: NDArray[np.float64]
    most_starts: NDArray[np.float64]
    learning: Learning
    most_load: NDArray[np.float64]
    rivals: Rivals
    previous: Previous
    openings: Openings
    windows: Mapping[str, Window]
    state: State | None = None

    @property
    def period(self) -> Axis:
        """The axis of periods."""
        return self.axes["period"]

    @cached_property
    def accruing(self) -> NDArray[np.bool_]:
        """Needs that wait and come into being over time, or again when something fails, mask of shape (needs,)."""
        grows = ~np.isnan(self.tables["needs"].until)
        grows[self.deliveries.need[self.fleet.used]] = True
        mask: NDArray[np.bool_] = grows & ~self.needs.lost & (self.needs.qty > 0)
        return mask


def derive(tables: Tables, *, pruned: bool = True) -> Case:
    """The case of a scenario that the checker has passed.

    Args:
        tables: the scenario.
        pruned: write only columns that can matter; False gives every column its whole horizon.
    """
    calendar = Calendar.of(tables.config)
    axes = axes_of(tables, calendar.periods)
    arrays = {name: coded(tables, name, axes) for name in CODED}
    gates = gates_of(
        arrays["gates"],
        arrays["links"],
        arrays["failures"],
        axes["gate"],
        tables.config,
    )
    money = money_of(tables, arrays, axes, calendar)
    net = _network(tables, arrays, axes, gates, money, calendar)
    processes, names = arrays["processes"], list(axes["process"].labels)
    yields = over_time(tables, "processes", "yield", names, processes["yield"], calendar, price=True)
    good = processes.out_qty[:, None] * yields
    escape = escapes_of(arrays, len(axes["item"]))
    fleet = fleet_of(arrays, net.deliveries, net.points, escape, tables.config, calendar)
    most = fleet.renewed(net.needs.qty, net.deliveries.need)
    through = (net.recipes, net.deliveries, net.points, net.shipments, most, good)
    others = net.rivals.goods(len(net.points.axis)) + net.points.safety
    requirement, starts, exploded = required(arrays, *through, others, net.trials)
    learning = learning_of(arrays, axes, net.capacity, net.overtime, net.openings, net.risk, calendar.lengths)
    previous = previous_of(arrays["previous"], tables.config, {**axes, "shipment": net.shipments.axis}, calendar)
    starts = np.maximum(starts, previous.of("make", len(processes)).sum(axis=1))
    return Case(
        config=tables.config,
        calendar=calendar,
        axes={
            **axes,
            **{axis.name: axis for axis in (*_composite(net), money.payer, previous.axis, *_single(net, previous))},
        },
        tables=arrays,
        points=net.points,
        shipments=net.shipments,
        deliveries=net.deliveries,
        recipes=net.recipes,
        capacity=net.capacity,
        outages=outages_of(tables, arrays, axes, calendar),
        people=net.people,
        overtime=net.overtime,
        needs=net.needs,
        gates=gates,
        trials=net.trials,
        risk=net.risk,
        money=money,
        barred=net.barred,
        mix=mix_of(tables, arrays, net.deliveries, calendar),
        quality=quality_of(tables, arrays, net.deliveries, escape, calendar),
        escape=escape,
        fleet=fleet,
        shelf=shelf_of(
            arrays, net.points, net.shipments, _consumers(net), net.recipes, net.barred, net.transit, calendar
        ),
        lead=net.lead,
        transit=net.transit,
        good=good,
        rejected=(processes.out_qty * processes.rework)[:, None] * (1 - yields),
        requirement=requirement,
        scale=scales(requirement, calendar.periods, exploded),
        most_starts=most_starts(arrays, axes, net.capacity, net.overtime, calendar.horizon, starts, learning),
        learning=learning,
        most_load=_most_load(net, previous, requirement),
        rivals=net.rivals,
        previous=previous,
        openings=net.openings,
        windows=windows_of(net) if pruned and not (len(previous.axis) or fleet.used.any()) else everywhere(net),
    )


def _network(
    tables: Tables, arrays: dict[str, Coded], axes: dict[str, Axis], gates: Gates, money: Money, calendar: Calendar
) -> Network:
    """The parts of a case that move goods."""
    processes, needs, recipients = arrays["processes"], arrays["needs"], arrays["recipients"]
    asked = wanted(needs, arrays["items"], axes["item"])
    item, site = wants(arrays["rivals"], axes)
    elsewhere, failed = (site[site >= 0], item[site >= 0]), returned(arrays, asked, tables.config)
    points, shipments = points_of(arrays, axes, asked, elsewhere, failed, calendar)
    recipes = recipes_of(arrays["recipe"], processes, points, axes["process"], calendar)
    diluting = limited(arrays)
    deliveries = deliveries_of(needs, recipients, arrays["items"], axes["need"], asked, points, diluting)
    capacity = capacity_of(tables, arrays, axes, calendar)
    trials = trials_of(arrays, axes["gate"], gates, points, calendar)
    return Network(
        calendar=calendar,
        processes=processes,
        points=points,
        recipes=recipes,
        shipments=shipments,
        deliveries=deliveries,
        capacity=capacity,
        people=people_of(arrays["pools"], calendar),
        overtime=overtime_of(arrays, axes, capacity.resource, calendar),
        needs=needs_of(needs, recipients, axes["recipient"], tables.config.tail, calendar),
        barred=barred_of(arrays, axes, points, shipments, recipes, calendar),
        lead=calendar.arrivals(processes.lead_d),
        transit=calendar.arrivals(arrays["lanes"].lead_d),
        openings=openings_of(arrays, gates, trials, shipments, deliveries, calendar, tables.config.decided_d),
        rivals=rivals_of(arrays["rivals"], axes, points, calendar),
        users=_users(arrays["uses"], axes["process"]),
        signed=_users(arrays["uses"], axes["build"]),
        reviewed=_reviewed(arrays["uses"], axes["gate"], gates, trials, calendar),
        builds=arrays["builds"],
        staffed=arrays["resources"].pool,
        risk=risk_of(tables, arrays, gates, calendar),
        trials=trials,
        items=arrays["items"],
        lanes=arrays["lanes"],
        money=money,
        limited=diluting[deliveries.item],
    )


def _consumers(net: Network) -> NDArray[np.bool_]:
    """Points from which something is delivered, taken in, tested, or kept by a rival, mask of shape (points,)."""
    used = np.zeros(len(net.points.axis), bool)
    used[net.deliveries.point] = True
    used[net.recipes.point[net.recipes.role == "in"]] = True
    used[net.rivals.point[net.rivals.point >= 0]] = True
    used[net.trials.point[net.trials.point >= 0]] = True
    return used


def _most_load(net: Network, previous: Previous, requirement: NDArray[np.float64]) -> NDArray[np.float64]:
    """Most that each lane can be of use for in a period; infinite where its capacity says."""
    most = most_load(net.lanes, net.shipments, requirement)
    ordered = np.zeros_like(net.capacity.lane)
    load = previous.of("ship", len(net.shipments.axis)) * net.shipments.measure[:, None]
    np.add.at(ordered, net.shipments.lane, load)
    most = np.maximum(most, ordered.max(axis=1, initial=0.0))
    return np.where(np.isfinite(net.capacity.lane).all(axis=1), np.inf, most)


def _composite(net: Network) -> tuple[Axis, ...]:
    """Axes whose labels are made of several ids, and the classes."""
    points, recipes = net.points, net.recipes
    made = (points.axis, net.shipments.axis, net.deliveries.axis, recipes.part, recipes.slot, net.trials.link)
    return (*made, net.overtime.axis, net.needs.group, net.needs.cls)


def _single(net: Network, previous: Previous) -> tuple[Axis, ...]:
    """Axes of sums: of all money, and of wishes by rank."""
    return Axis("whole", ("all",)), wishes_of(net.rivals, previous, net.points)


def _users(uses: Coded, axis: Axis) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs (element of the axis, resource) with a load above zero."""
    user = axis.find(uses.user)
    loaded = (user >= 0) & (uses.qty > 0)
    return user[loaded], uses.resource[loaded]


def _reviewed(
    uses: Coded, axis: Axis, gates: Gates, trials: Trials, calendar: Calendar
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs (period in which a gate may begin, resource) with a load above zero, inside the horizon.

    A gate with a date has one such period; of one that the plan decides, the first and the last are listed.
    """
    gate, resource = _users(uses, axis)
    dated = calendar.opening(np.where(np.isfinite(gates.begins), gates.begins, calendar.horizon + 1))
    decided, tested = gates.decided, trials.first <= trials.last
    period = np.concatenate([np.where(decided, trials.first, dated)[gate], trials.last[gate]])
    inside = np.concatenate([np.where(decided, tested, dated < calendar.periods)[gate], (decided & tested)[gate]])
    return period[inside], np.tile(resource, 2)[inside]
