"""Builds, pools and gates as executions see them."""

from __future__ import annotations

import numpy as np

from fullrate.case import Case
from fullrate.simulate.network import Network
from fullrate.simulate.planned import Planned
from fullrate.simulate.state import Growth
from fullrate.tables import Tables


def growth_of(tables: Tables, case: Case, network: Network, plan: Planned) -> Growth:
    """Plans of builds and hires, ramps, and what builds and gates take when they begin."""
    builds, stores, pays = case.tables["builds"], network.stores, case.money.pays
    gates = len(case.axes["gate"])
    curves: dict[str, list[tuple[float, float]]] = {}
    for row in tables.rows("curves"):
        curves.setdefault(row["curve"], []).append((row["x"], row["y"]))
    names = [None, *curves]
    points = [point for name in names for point in curves.get(name or "", [])]
    ends = np.cumsum([0, *(len(curves.get(name or "", [])) for name in names)])
    grows = np.unique(builds.resource)
    begin, load = _loads(case, network)
    return Growth(
        build=plan.build,
        build_store=stores.resources + builds.resource,
        build_row=np.searchsorted(grows, builds.resource).astype(np.int64),
        build_gate=np.where(builds.gate < 0, gates, builds.gate).astype(np.int64),
        build_open=case.openings.build.astype(np.int64),
        build_max=builds.max,
        capex=case.money.build,
        build_payer=stores.payers + pays["builds"],
        curve=ends.astype(np.int64),
        x=np.array([x for x, _ in points], float),
        y=np.array([y for _, y in points], float),
        ramp=np.array([names.index(ramp) for ramp in builds.ramp], np.int64),
        load_begin=begin,
        load_store=load[0].astype(np.int64),
        load_qty=load[1],
        hire=plan.hire,
        hire_payer=stores.payers + pays["pools"],
        gate_payer=stores.payers + pays["gates"],
        gate_cost=np.where(plan.opened, case.tables["gates"].cost, 0.0),
    )


def _loads(case: Case, network: Network) -> tuple[np.ndarray, np.ndarray]:
    """What builds, then gates, take of offices, pools and for wages: begin of each, and (store, quantity)."""
    uses, stores, pools = case.tables["uses"], network.stores, case.tables["pools"]
    pool_of = case.tables["resources"].pool
    builds, gates = case.axes["build"], case.axes["gate"]
    build, gate = builds.find(uses.user), gates.find(uses.user)
    found = []
    for row in np.flatnonzero((np.maximum(build, gate) >= 0) & (uses.qty > 0)):
        element = int(build[row]) if build[row] >= 0 else len(builds) + int(gate[row])
        resource, qty = int(uses.resource[row]), float(uses.qty[row])
        found.append((element, stores.resources + resource, qty))
        pool = int(pool_of[resource])
        if pool >= 0:
            found.append((element, stores.pools + pool, qty))
            wage = float(np.nan_to_num(pools.wage[pool]))
            if wage > 0:
                found.append((element, stores.payers + int(case.money.pays["pools"][pool]), qty * wage))
    found.sort()
    elements = np.array([element for element, _, _ in found], np.int64)
    begin = np.searchsorted(elements, np.arange(len(builds) + len(gates) + 1))
    return begin, np.array([(store, qty) for _, store, qty in found], float).reshape(-1, 2).T
