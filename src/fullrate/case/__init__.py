"""The case: what we derive from the tables a user wrote: axes, arrays, calendar, kernels, windows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fullrate.calendar import Calendar, Kernel
from fullrate.case.axes import Axis, Coded, axes_of, coded
from fullrate.case.barred import Barred, barred_of
from fullrate.case.capacity import Capacity, capacity_of
from fullrate.case.gates import Gates, gates_of
from fullrate.case.money import Money, money_of
from fullrate.case.most import most_starts, required, scales
from fullrate.case.needs import Needs, needs_of
from fullrate.case.openings import Openings, openings_of
from fullrate.case.points import Deliveries, Points, Shipments, deliveries_of, points_of, wanted
from fullrate.case.recipes import Recipes, recipes_of
from fullrate.case.series import over_time
from fullrate.case.windows import Network, Window, everywhere, windows_of
from fullrate.tables import Config, Tables

__all__ = ["Axis", "Case", "Coded", "derive"]

CODED = (
    "items",
    "sites",
    "processes",
    "recipe",
    "resources",
    "uses",
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
    "restrictions",
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
        requirement: units of each item that meeting all needs may take.
        scale: power of ten near the requirement of each item per period: what the solver counts it in.
        most_starts: most that each process can start over the horizon.
        openings: first and last usable periods of sites, gates, builds, needs and activities.
        windows: first period and number of periods of the columns of each activity.
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
    needs: Needs
    gates: Gates
    money: Money
    barred: Barred
    lead: Kernel
    transit: Kernel
    good: NDArray[np.float64]
    rejected: NDArray[np.float64]
    requirement: NDArray[np.float64]
    scale: NDArray[np.float64]
    most_starts: NDArray[np.float64]
    openings: Openings
    windows: Mapping[str, Window]

    @property
    def period(self) -> Axis:
        """The axis of periods."""
        return self.axes["period"]


def derive(tables: Tables, *, pruned: bool = True) -> Case:
    """The case of a scenario that the checker has passed.

    Args:
        tables: the scenario.
        pruned: write only columns that can matter; False gives every column its whole horizon.
    """
    calendar = Calendar.of(tables.config)
    axes = axes_of(tables, calendar.periods)
    arrays = {name: coded(tables, name, axes) for name in CODED}
    gates = gates_of(arrays["gates"], arrays["links"], axes["gate"], tables.config.gate_quantile, tables.config.seed)
    money = money_of(tables, arrays, axes, calendar)
    net = _network(tables, arrays, axes, gates, money, calendar)
    processes, names = arrays["processes"], list(axes["process"].labels)
    yields = over_time(tables, "processes", "yield", names, processes["yield"], calendar, price=True)
    good = processes.out_qty[:, None] * yields
    through = (net.recipes, net.deliveries, net.points, net.shipments, net.needs.qty, good)
    requirement, starts = required(arrays, *through)
    return Case(
        config=tables.config,
        calendar=calendar,
        axes={**axes, **{axis.name: axis for axis in (*_composite(net), money.payer, Axis("whole", ("all",)))}},
        tables=arrays,
        points=net.points,
        shipments=net.shipments,
        deliveries=net.deliveries,
        recipes=net.recipes,
        capacity=net.capacity,
        needs=net.needs,
        gates=gates,
        money=money,
        barred=net.barred,
        lead=net.lead,
        transit=net.transit,
        good=good,
        rejected=(processes.out_qty * processes.rework)[:, None] * (1 - yields),
        requirement=requirement,
        scale=scales(requirement, calendar.periods),
        most_starts=most_starts(arrays, axes, net.capacity, calendar.horizon, starts),
        openings=net.openings,
        windows=windows_of(net) if pruned else everywhere(net),
    )


def _network(
    tables: Tables, arrays: dict[str, Coded], axes: dict[str, Axis], gates: Gates, money: Money, calendar: Calendar
) -> Network:
    """The parts of a case that move goods."""
    processes, needs, recipients = arrays["processes"], arrays["needs"], arrays["recipients"]
    asked = wanted(needs, arrays["items"], axes["item"])
    points, shipments = points_of(arrays, axes, asked, calendar)
    recipes = recipes_of(arrays["recipe"], processes, points, axes["process"], calendar)
    deliveries = deliveries_of(needs, recipients, arrays["items"], axes["need"], asked, points)
    return Network(
        calendar=calendar,
        processes=processes,
        points=points,
        recipes=recipes,
        shipments=shipments,
        deliveries=deliveries,
        capacity=capacity_of(tables, arrays, axes, calendar),
        needs=needs_of(needs, recipients, axes["recipient"], tables.config.tail, calendar),
        barred=barred_of(arrays, axes, points, shipments, recipes, calendar),
        lead=calendar.arrivals(processes.lead_d),
        transit=calendar.arrivals(arrays["lanes"].lead_d),
        openings=openings_of(arrays, gates, shipments, deliveries, calendar),
        users=_users(arrays["uses"], axes["process"]),
        builds=arrays["builds"],
        items=arrays["items"],
        lanes=arrays["lanes"],
        money=money,
    )


def _composite(net: Network) -> tuple[Axis, ...]:
    """Axes whose labels are made of several ids, and the classes."""
    points, recipes = net.points, net.recipes
    made = (points.axis, net.shipments.axis, net.deliveries.axis, recipes.part, recipes.slot)
    return (*made, net.needs.group, net.needs.cls)


def _users(uses: Coded, processes: Axis) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs (process, resource) with a load above zero."""
    process = processes.find(uses.user)
    loaded = (process >= 0) & (uses.qty > 0)
    return process[loaded], uses.resource[loaded]
