"""Where things stand: the state of an execution that was as reported, and as planned where nothing was reported.

Starts that were reported are put into the plan, and the plan is executed once without luck: what follows from them, and
is not reported itself, follows as far as goods and hours are there. Then what was reported of stock, deliveries, heads,
gates and money takes the place of what would have been. A report between the ends of two periods holds, as a share of
the plan or as a difference from it, for the end of the last whole period.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fullrate.case import Case
from fullrate.case.state import State, arrivals, working
from fullrate.planning.midway import reached
from fullrate.results import Plan
from fullrate.studies.track.reported import Report, on_day, path
from fullrate.tables import Tables

Floats = NDArray[np.float64]

DUST = 1e-9
"""Share of the largest value below which a flow of an execution is rounding."""


@dataclass(frozen=True, eq=False)
class Standing:
    """Where things stand.

    Attributes:
        state: after the last whole period.
        short: points from which more was reported to have left than can have been there, and how much.
    """

    state: State
    short: dict[str, float]


def standing(tables: Tables, case: Case, plan: Plan, known: Sequence[Report], period: int) -> Standing:
    """The state after ``period`` periods.

    Args:
        tables: the scenario.
        case: its case, not pruned.
        plan: what was followed where nothing was reported.
        known: what was reported.
        period: number of periods that are over.
    """
    state = reached(case, plan, period)
    made = _starts(tables, case, plan, known, period)
    if made:
        state = _followed(tables, case, plan, state, made, period)
    held, short = state.done["hold"].copy(), {}
    state = _delivered(tables, case, plan, state, held, known)
    for one in known:
        if one.measure == "stock" and one.key in case.axes["point"].places:
            point = case.axes["point"].places[one.key]
            held[point, -1] = max(one.value + _since(tables, case, plan, one, period), 0.0)
    for at in np.flatnonzero(held[:, -1] < -DUST * np.maximum(np.abs(held).max(axis=1), 1.0)):
        short[case.axes["point"].labels[at]] = float(-held[at, -1])
    held[:, -1] = np.maximum(held[:, -1], 0.0)
    state = replace(state, done={**state.done, "hold": held})
    return Standing(_people_gates_money(tables, case, plan, state, known, period), short)


def _share(tables: Tables, case: Case, plan: Plan, one: Report, values: Floats, period: int) -> tuple[float, float]:
    """A reported count at the end of the last whole period, and what the plan has there."""
    there = on_day(plan.edges, values, float((one.day - plan.start).days))
    whole = float(values[period])
    return (one.value / there * whole if there > 0 else one.value), whole


def _since(tables: Tables, case: Case, plan: Plan, one: Report, period: int) -> float:
    """What a level changes in the plan from the day of its report to the end of the last whole period."""
    values = path(tables, case, plan, one.measure, one.key)
    if values is None:
        return 0.0
    return float(values[period]) - on_day(plan.edges, values, float((one.day - plan.start).days))


def _starts(tables: Tables, case: Case, plan: Plan, known: Sequence[Report], period: int) -> dict[str, Floats]:
    """Starts or builds that differ from the plan, by process or build, per period."""
    found: dict[str, Floats] = {}
    for one in known:
        if one.measure not in ("started", "made"):
            continue
        values = path(tables, case, plan, one.measure, one.key)
        if values is None:
            continue
        actual, whole = _share(tables, case, plan, one, values, period)
        for name, flow in _makers(case, plan, one).items():
            mine = flow[:period].copy()
            mine = mine * (actual / whole) if whole > 0 else np.append(mine[:-1], mine[-1] + actual)
            found[name] = mine
    return found


def _makers(case: Case, plan: Plan, one: Report) -> dict[str, Floats]:
    """Planned starts of the process or build that a report is about, or of all that make an item."""
    from fullrate.simulate.planned import planned

    flow, axes = planned(case, plan), case.axes
    if one.key in axes["process"].places:
        return {one.key: flow.make[axes["process"].places[one.key]]}
    if one.key in axes["build"].places:
        return {one.key: flow.build[axes["build"].places[one.key]]}
    mine = np.flatnonzero(case.tables["processes"].item == axes["item"].places[one.key])
    return {axes["process"].labels[at]: flow.make[at] for at in mine}


def _followed(tables: Tables, case: Case, plan: Plan, state: State, made: dict[str, Floats], period: int) -> State:
    """The state after the plan was followed with other starts: shipments and deliveries as far as goods are there."""
    from fullrate import simulate

    axes = case.axes
    starts = {name: flow for name, flow in made.items() if name in axes["process"].places}
    builds = {name: flow for name, flow in made.items() if name not in starts}
    done = dict(state.done)
    if builds:
        done["build"] = done["build"].copy()
        for name, flow in builds.items():
            done["build"][axes["build"].places[name]] = flow
    if starts:
        trace = simulate.traced(tables, case, _with(plan, starts))
        flows = np.moveaxis(trace.done[:period, :, 0], 0, 1)
        flows = np.where(flows > DUST * np.maximum(flows.max(axis=1, keepdims=True), 1e-300), flows, 0.0)
        ends = np.cumsum([len(axes[name]) for name in ("process", "shipment", "delivery")])
        planned = done["make"]
        done["make"], done["ship"], done["deliver"] = (flows[a:b] for a, b in zip((0, *ends), ends, strict=False))
        for name, flow in starts.items():  # what was reported was started, whether the plan's hours allow it or not
            done["make"][axes["process"].places[name]] = flow
        ratio = np.divide(done["make"], planned, out=np.ones_like(planned), where=planned > 0)
        done["use"] = done["use"] * ratio[case.recipes.process]
        done["hold"] = np.maximum(trace.left[:period, : len(axes["point"]), 0].T, 0.0)
    expected = arrivals(case, done)
    return replace(state, done=done, due=expected, coming=working(case, done))


def _with(plan: Plan, starts: dict[str, Floats]) -> Plan:
    """The plan with other starts in its first periods."""
    flows = plan.table("flows")
    period = len(next(iter(starts.values())))
    mine = (pl.col("kind") == "make") & pl.col("key").is_in(list(starts)) & (pl.col("period") <= period)
    rows = [
        ("make", name, item, at + 1, float(value))
        for name, flow in starts.items()
        for item in [_item(flows, name)]
        for at, value in enumerate(flow)
        if value > 0
    ]
    return replace(
        plan,
        tables={
            **plan.tables,
            "flows": pl.concat([flows.filter(~mine), pl.DataFrame(rows, flows.schema, orient="row")]),
        },
    )


def _item(flows: pl.DataFrame, process: str) -> str:
    found = flows.filter((pl.col("kind") == "make") & (pl.col("key") == process))["item"]
    return str(found[0]) if len(found) else ""


def _delivered(tables: Tables, case: Case, plan: Plan, state: State, held: Floats, known: Sequence[Report]) -> State:
    """Deliveries as reported; what was delivered more or less has left, or still lies at, its point."""
    deliver = state.done["deliver"].copy()
    period = deliver.shape[1]
    for one in known:
        if one.measure != "delivered":
            continue
        mine = np.flatnonzero(np.isin(case.deliveries.need, _needs(tables, case, one.key)))
        value = case.deliveries.value[mine]
        values = path(tables, case, plan, one.measure, one.key)
        actual = _share(tables, case, plan, one, values, period)[0] if values is not None else one.value
        now = float(deliver[mine].sum(axis=1) @ value)
        before = deliver[mine].copy()
        if now > 0:
            deliver[mine] *= actual / now
        elif len(mine):
            deliver[mine[0], -1] = actual / value[0]
        np.subtract.at(held[:, -1], case.deliveries.point[mine], (deliver[mine] - before).sum(axis=1))
    return replace(state, done={**state.done, "deliver": deliver})


def _needs(tables: Tables, case: Case, key: str) -> list[int]:
    """Needs that a report is about: one, or all of a recipient."""
    names = [row["need"] for row in tables.rows("needs") if key in (row["need"], row["recipient"])]
    return [case.axes["need"].places[name] for name in names if name in case.axes["need"].places]


def _people_gates_money(
    tables: Tables, case: Case, plan: Plan, state: State, known: Sequence[Report], period: int
) -> State:
    """Heads, gates and money as reported."""
    done, heads, passed = dict(state.done), state.heads.copy(), state.passed.copy()
    for one in known:
        if one.measure == "heads":
            at = case.axes["pool"].places[one.key]
            heads[at] = max(one.value + _since(tables, case, plan, one, period), 0.0)
            if case.tables["pools"].hire_max[at] > 0:
                done["heads"] = done["heads"].copy()
                done["heads"][at, -1] = heads[at]
        elif one.measure == "gate":
            day = float((one.day - plan.start).days)
            passed[case.axes["gate"].places[one.key]] = day if one.value >= 1 else np.nan
        elif one.measure == "spent" and (values := path(tables, case, plan, "spent", one.key)) is not None:
            at = case.axes["fund"].places[one.key]
            actual, whole = _share(tables, case, plan, one, values, period)
            done["carry"] = done["carry"].copy()
            if done["carry"][at].any():
                done["carry"][at, -1] = max(done["carry"][at, -1] - (actual - whole), 0.0)
    return replace(state, done=done, heads=heads, passed=passed)
