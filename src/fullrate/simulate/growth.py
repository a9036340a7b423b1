"""Builds, pools and gates as executions see them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fullrate.case import Case
from fullrate.simulate.network import Network
from fullrate.simulate.planned import Planned
from fullrate.simulate.state import Growth
from fullrate.tables import Tables


def growth_of(tables: Tables, case: Case, network: Network, plan: Planned) -> Growth:
    """Plans of builds and hires, ramps, and what builds and gates take when they begin.

    A build that may start at the risk of its gate stands twice: as it is, and further down as it is at risk.
    """
    every = offers(case)
    plans = np.concatenate([plan.build, plan.risk[every[len(plan.build) :]]])
    builds, stores, pays = case.tables["builds"], network.stores, case.money.pays
    gates = len(case.axes["gate"])
    curves: dict[str, list[tuple[float, float]]] = {}
    for row in tables.rows("curves"):
        curves.setdefault(row["curve"], []).append((row["x"], row["y"]))
    names = [None, *curves]
    points = [point for name in names for point in curves.get(name or "", [])]
    ends = np.cumsum([0, *(len(curves.get(name or "", [])) for name in names)])
    grows = np.unique(builds.resource)
    begin, load = _loads(case, network, every)
    risky = np.arange(len(every)) >= len(plan.build)
    opens = case.calendar.opening(np.maximum(builds.opens, 0.0))
    gate = np.where(builds.gate < 0, gates, builds.gate)
    risk_gate = np.where(builds.risk_gate < 0, gates, builds.risk_gate)
    return Growth(
        build=plans,
        build_store=stores.resources + builds.resource[every],
        build_row=np.searchsorted(grows, builds.resource[every]).astype(np.int64),
        build_gate=np.where(risky, gates, gate[every]).astype(np.int64),
        build_begins=np.where(risky, risk_gate[every], gates).astype(np.int64),
        build_open=np.where(risky, opens[every], case.openings.build[every]).astype(np.int64),
        build_max=builds.max[every],
        capex=np.ascontiguousarray(case.money.build[every]),
        build_payer=stores.payers + pays["builds"][every],
        curve=ends.astype(np.int64),
        x=np.array([x for x, _ in points], float),
        y=np.array([y for _, y in points], float),
        ramp=np.array([names.index(builds.ramp[build]) for build in every], np.int64),
        load_begin=begin,
        load_store=load[0].astype(np.int64),
        load_qty=load[1],
        hire=plan.hire,
        hire_payer=stores.payers + pays["pools"],
        gate_payer=stores.payers + pays["gates"],
        gate_cost=np.where(plan.opened, case.tables["gates"].cost, 0.0),
    )


def offers(case: Case) -> NDArray[np.int64]:
    """Builds, and after them once more those that may start at the risk of their gate."""
    return np.concatenate([np.arange(len(case.axes["build"])), np.flatnonzero(case.risk.offered)]).astype(np.int64)


def _loads(case: Case, network: Network, every: NDArray[np.int64]) -> tuple[np.ndarray, np.ndarray]:
    """What builds, then gates, take of offices, pools and for wages: begin of each, and (store, quantity)."""
    uses, stores, pools = case.tables["uses"], network.stores, case.tables["pools"]
    pool_of = case.tables["resources"].pool
    builds, gates = case.axes["build"], case.axes["gate"]
    build, gate = builds.find(uses.user), gates.find(uses.user)
    found = []
    for row in np.flatnonzero((np.maximum(build, gate) >= 0) & (uses.qty > 0)):
        mine = np.flatnonzero(every == build[row]) if build[row] >= 0 else [len(every) + int(gate[row])]
        resource, qty = int(uses.resource[row]), float(uses.qty[row])
        taken = [(stores.resources + resource, qty)]
        pool = int(pool_of[resource])
        if pool >= 0:
            taken.append((stores.pools + pool, qty))
            wage = float(np.nan_to_num(pools.wage[pool]))
            if wage > 0:
                taken.append((stores.payers + int(case.money.pays["pools"][pool]), qty * wage))
        found += [(int(element), store, amount) for element in mine for store, amount in taken]
    found.sort()
    elements = np.array([element for element, _, _ in found], np.int64)
    begin = np.searchsorted(elements, np.arange(len(every) + len(gates) + 1))
    return begin, np.array([(store, qty) for _, store, qty in found], float).reshape(-1, 2).T
