"""Prices by period, who pays, and what a fund may spend."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fullrate.calendar import Calendar
from fullrate.case.axes import Axis, Coded
from fullrate.case.series import over_time
from fullrate.tables import Tables

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

UNFUNDED = ""
"""Label of the payer of costs without a fund: they count in the cost stage and limit nothing."""


@dataclass(frozen=True, eq=False)
class Money:
    """Money in the scenario's currency.

    Attributes:
        payer: axis of funds, the last one standing for costs without a fund.
        make: cost of one start by process and period.
        ship: cost of one unit by lane and period.
        build: cost of one build by build and period of its start.
        pays: payer of each row, by table: processes, lanes, builds, pools, resources, gates, and of
            holding stock.
        allotted: money that becomes available, shape (funds, T).
        spendable: whether a fund may still be spent, shape (funds, T).
        carried: whether what is left of a fund may be used in the next period, shape (funds, T).
        worth: present value of one unit of money spent in each period, shape (T,).
        salvage: share of capex that is still worth something at the end, shape (builds, T).
    """

    payer: Axis
    make: Floats
    ship: Floats
    build: Floats
    pays: dict[str, Ints]
    holding: int
    allotted: Floats
    spendable: NDArray[np.bool_]
    carried: NDArray[np.bool_]
    worth: Floats
    salvage: Floats


def money_of(tables: Tables, coded: dict[str, Coded], axes: dict[str, Axis], calendar: Calendar) -> Money:
    """Prices and funds of a scenario."""
    payer = Axis("payer", (*axes["fund"].labels, UNFUNDED))
    usual = payer.places[tables.config.fund or UNFUNDED]

    def price(table: str, column: str, axis: str) -> Floats:
        keys = list(axes[axis].labels)
        return over_time(tables, table, column, keys, coded[table][column], calendar, price=True)

    pays = {
        name: np.where(coded[name].fund < 0, usual, coded[name].fund)
        for name in ("processes", "lanes", "builds", "pools", "resources", "gates")
    }
    allotted, spendable, carried = _funds(coded["funds"], coded["allotments"], len(axes["fund"]), calendar)
    return Money(
        payer=payer,
        make=price("processes", "unit_cost", "process"),
        ship=price("lanes", "unit_cost", "lane"),
        build=price("builds", "capex", "build"),
        pays=pays,
        holding=usual,
        allotted=allotted,
        spendable=spendable,
        carried=carried,
        worth=(1 + tables.config.discount) ** (-calendar.middles / 365),
        salvage=_salvage(coded["builds"], calendar),
    )


def _funds(
    funds: Coded, allotments: Coded, count: int, calendar: Calendar
) -> tuple[Floats, NDArray[np.bool_], NDArray[np.bool_]]:
    allotted = np.zeros((count, calendar.periods))
    period = calendar.opening(np.maximum(allotments.date, 0.0))
    inside = period < calendar.periods
    np.add.at(allotted, (allotments.fund[inside], period[inside]), allotments.amount[inside])
    until = np.where(np.isnan(funds.expires), np.inf, funds.expires)
    last = calendar.closing(np.where(np.isinf(until), calendar.horizon + 1, until))
    spendable = np.arange(calendar.periods)[None, :] < last[:, None]
    return allotted, spendable, spendable & funds.carry[:, None]


def _salvage(builds: Coded, calendar: Calendar) -> Floats:
    """Straight-line value left at the horizon of a build started in each period; none when its life is unlimited."""
    used = calendar.horizon - (calendar.edges[None, :-1] + builds.lead_d[:, None])
    life = builds.life_d[:, None]
    left = np.clip((life - np.clip(used, 0, None)) / np.where(np.isfinite(life), life, 1.0), 0, 1)
    return np.where(np.isfinite(life), left, 0.0)
