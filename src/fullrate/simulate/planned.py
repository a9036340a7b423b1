"""A plan on the axes of its case: what is to be started, sent, delivered, built and hired in each period."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fullrate.case import Axis, Case
from fullrate.case.gates import asks
from fullrate.results import Plan

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Planned:
    """Amounts per period, shape (elements, T), on the axes of the case.

    Attributes:
        make, use, ship, deliver, build, hire, overtime: the plan's flows.
        waste, hold: what is thrown away, and what lies there at the end of a period.
        keep: what rivals keep.
        fail: units in use that fail, those defective when delivered among them.
        opened: whether a gate that takes money or hours is given them, shape (gates,); true for all others.
        gate: day each gate begins and is passed in the plan, shape (2, gates); infinite for a test that it leaves out.
    """

    make: Floats
    use: Floats
    ship: Floats
    deliver: Floats
    build: Floats
    risk: Floats
    hire: Floats
    overtime: Floats
    waste: Floats
    hold: Floats
    keep: Floats
    fail: Floats
    opened: NDArray[np.bool_]
    gate: Floats


COLUMNS = {
    "make": "process",
    "use": "part",
    "ship": "shipment",
    "deliver": "delivery",
    "build": "build",
    "risk": "build",
    "hire": "pool",
    "overtime": "segment",
    "waste": "point",
    "hold": "point",
    "keep": "rival",
    "fail": "delivery",
}
"""Columns of a plan that executions follow, and their axes."""


def planned(case: Case, plan: Plan) -> Planned:
    """The plan of a case, which must have its calendar.

    Raises:
        ValueError: the plan is on other periods.
    """
    if not np.array_equal(plan.edges, case.calendar.edges):
        raise ValueError("the plan is on other periods than the scenario")
    frames = pl.concat([plan.tables["flows"], plan.tables["states"]])
    amounts = {name: _array(frames, name, case.axes[axis], case.calendar.periods) for name, axis in COLUMNS.items()}
    gates = plan.table("gates")
    order = case.axes["gate"].find(gates["gate"].to_list())
    when = np.full((2, len(case.axes["gate"])), np.inf)
    when[:, order] = gates.select("start_d", "done_d").to_numpy().T
    return Planned(**amounts, opened=_opened(case, frames), gate=when)


def _array(frames: pl.DataFrame, kind: str, axis: Axis, periods: int) -> Floats:
    """One column as an array; composite labels end in the item."""
    rows = frames.filter(pl.col("kind") == kind)
    composite = any("|" in label for label in axis.labels)
    labels = rows["key"] + "|" + rows["item"] if composite else rows["key"]
    at, amounts = axis.find(labels.to_list()), np.zeros((len(axis), periods))
    known = at >= 0
    np.add.at(amounts, (at[known], rows["period"].to_numpy()[known] - 1), rows["value"].to_numpy()[known])
    return np.maximum(amounts, 0.0)


def _opened(case: Case, frames: pl.DataFrame) -> NDArray[np.bool_]:
    """Gates that take nothing, those that the plan opens, and those whose begin is the plan's decision."""
    gate = case.axes["gate"]
    paid = asks(case.tables["gates"], case.tables["uses"], gate)
    rows = frames.filter((pl.col("kind") == "open") & (pl.col("value") > 0.5))
    given = np.zeros(len(gate), bool)
    given[gate.find(rows["key"].to_list())] = True
    return np.asarray(given | ~paid | case.gates.decided, bool)
