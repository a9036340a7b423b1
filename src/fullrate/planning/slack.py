"""How late each first step may come without moving the date of 80 % coverage of any class.

One step at a time: everything else is free to change. A step that is not needed for those dates has no latest start.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fullrate.case import derive
from fullrate.lp.assemble import LP
from fullrate.lp.axes import Columns
from fullrate.lp.solve import feasible, held
from fullrate.planning.dates import coverage_terms
from fullrate.planning.honoured import honoured
from fullrate.planning.learning import recalled
from fullrate.results import Plan
from fullrate.rules import write
from fullrate.rules.base import Cols
from fullrate.tables import Tables

LEVEL = 0.8
"""Coverage whose date must not move."""
MISSED = 1e-6
"""Coverage by which the date may be missed: the solver's tolerance with room to spare."""

Step = tuple[str, str]


def latest_starts(tables: Tables, plan: Plan) -> dict[Step, int | None]:
    """Latest first period (from 1) of every build, process and pool the plan starts or hires for.

    By (``build``, ``make`` or ``hire``, id).

    None where the step is not needed for the dates at all. The horizon is cut after the last of those dates.
    """
    counted = plan.table("effort").select("process", "resource", "period", "experience").rows()
    case = recalled(derive(tables), {(p, r, t): experience for p, r, t, experience in counted})
    lp, cols = write(case)
    lp = honoured(case, lp, cols, dict(plan.table("stages").select("stage", "value").iter_rows()))
    dates = plan.table("dates").filter((pl.col("need") == "") & (pl.col("coverage") == LEVEL))
    last = 0
    for cls, period in dates.select("class", "period").iter_rows():
        if period is not None:
            at = case.needs.cls.labels.index(str(cls))
            lp = lp.and_row(coverage_terms(case, cols, lp, at, period - 1), LEVEL - MISSED, np.inf)
            last = max(last, period)
    cut, decided = lp.until(last), decisions(cols, plan, lp)
    steps: dict[Step, int | None] = {}
    for name in ("build", "make", "hire"):
        for label, period in _first_periods(plan, name).items():
            if period <= last:
                element = cols[name].axis.labels.index(label)
                others = _others(cut, cols, decided, name, label)
                steps[name, label] = _latest(others, cols[name], element, period, last)
    return steps


def decisions(cols: Cols, plan: Plan, lp: LP) -> NDArray[np.float64]:
    """Whole-number decisions of the plan, shape (columns,); zero everywhere else."""
    x = np.zeros(lp.shape[1])
    for name in ("build", "lot", "dispatch", "open", "risk", "test"):
        block = cols[name]
        period = block.terms.at["period"] + 1 if block.period is not None else None
        for j, element in enumerate(block.terms.at[block.axis.name]):
            key = (block.axis.labels[element],) if period is None else (block.axis.labels[element], int(period[j]))
            x[block.terms.column[j]] = plan[name][key]
    return x


def _others(lp: LP, cols: Cols, decided: NDArray[np.float64], name: str, label: str) -> LP:
    """The program with the whole-number decisions of everything else held where the plan has them."""
    whole = np.zeros(lp.shape[1], bool)
    whole[lp.integer] = True
    for block in (cols[name], cols["lot"]):
        mine = block.terms.at[block.axis.name] == (block.axis.labels.index(label) if label in block.axis.labels else -1)
        whole[block.terms.column[mine]] = False
    kept = np.setdiff1d(lp.integer, np.flatnonzero(whole))
    return replace(held(replace(lp, integer=np.flatnonzero(whole)), decided), integer=kept)


def _first_periods(plan: Plan, name: str) -> dict[str, int]:
    started = plan.table("flows").filter((pl.col("kind") == name) & (pl.col("value") > NOTABLE))
    return dict(started.group_by("key").agg(pl.col("period").min()).sort("period", "key").iter_rows())


NOTABLE = 1e-6
"""Starts below this are not a step anybody takes."""


def _latest(lp: LP, block: Columns, element: int, planned: int, last: int) -> int | None:
    """Latest period in which the element may first be used, by bisection; the planned period always works."""
    columns = block.terms.column[block.terms.at[block.axis.name] == element]
    periods = block.terms.at["period"][block.terms.at[block.axis.name] == element] + 1

    def works(first: int) -> bool:
        return feasible(lp.within(upper=_shut(lp, columns[periods < first])))

    if works(last + 1):
        return None
    low, high = planned, last + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if works(middle) else (low, middle)
    return low


def _shut(lp: LP, columns: NDArray[np.int64]) -> NDArray[np.float64]:
    upper = lp.upper.copy()
    upper[columns] = 0.0
    return upper
