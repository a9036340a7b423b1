"""What was reported by a day, beside what the plan had for it: made, delivered, stock, heads, money, gates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fullrate.case import Case
from fullrate.case.state import produced
from fullrate.results import Plan, Study
from fullrate.tables import Tables

Floats = NDArray[np.float64]

LEVELS = ("stock", "heads")
"""Measures that are levels on a day; ``gate`` is passed or not; all others count since the start of the plan."""

ORDER = ("gate", "heads", "started", "made", "stock", "delivered", "hours", "spent")
"""Measures from what comes first to what follows from it."""


SAME = 1e-6
"""Share by which a report and the plan may differ and still be the same."""


@dataclass(frozen=True)
class Report:
    """The last value of one measure that was known on a day.

    Attributes:
        measure, key: as in the table ``actuals``.
        day: day it refers to.
        value: the value.
        reported: day it became known.
    """

    measure: str
    key: str
    day: date
    value: float
    reported: date

    @property
    def name(self) -> str:
        """Measure and key in one word."""
        return f"{self.measure} {self.key}"


def reports(tables: Tables, as_of: date) -> list[Report]:
    """The last report of every measure that was known on a day; of several of one day the one reported last."""
    rows = [
        Report(row["measure"], row["key"], row["date"], float(row["value"]), row["reported"] or row["date"])
        for row in tables.rows("actuals")
    ]
    last: dict[tuple[str, str], Report] = {}
    for one in sorted(rows, key=lambda one: (one.day, one.reported)):
        if one.day <= as_of and one.reported <= as_of:
            last[one.measure, one.key] = one
    return sorted(last.values(), key=lambda one: (ORDER.index(one.measure), one.key))


def path(tables: Tables, case: Case, plan: Plan, measure: str, key: str) -> Floats | None:
    """What the plan has of a measure at the edges of its periods, shape (T + 1,); None where it has no such number.

    Counts begin with 0 and are since the start; a level holds what it is at the end of the first period from the start.
    """
    from fullrate.simulate.planned import planned

    flow, axes = planned(case, plan), case.axes
    if measure == "started":
        axis, rows = ("process", flow.make) if key in axes["process"].places else ("build", flow.build)
        return _counted(rows[axes[axis].places[key]])
    if measure == "made":
        made = produced(case, flow.make)
        if key in axes["process"].places:
            return _counted(made[axes["process"].places[key]])
        return _counted(made[case.tables["processes"].item == axes["item"].places[key]].sum(axis=0))
    if measure == "delivered":
        return _counted(flow.deliver[(mine := _needs(tables, case, key))].T @ case.deliveries.value[mine])
    if measure == "stock":
        at = axes["point"].places.get(key)
        return None if at is None else np.append(flow.hold[at, :1], flow.hold[at])
    if measure == "heads":
        return _heads(case, plan, axes["pool"].places[key])
    if measure == "spent":
        return _counted(_spent(plan, key))
    return None


def _counted(flow: Floats) -> Floats:
    return np.concatenate([[0.0], np.cumsum(flow)])


def _needs(tables: Tables, case: Case, key: str) -> NDArray[np.bool_]:
    """Deliveries to a need, or to all needs of a recipient."""
    names = [row["need"] for row in tables.rows("needs") if key in (row["need"], row["recipient"])]
    places = [case.axes["need"].places[name] for name in names if name in case.axes["need"].places]
    return np.isin(case.deliveries.need, places)


def _heads(case: Case, plan: Plan, pool: int) -> Floats:
    """Trained heads: those of the plan where a pool hires, else who is still there."""
    left = case.people.left[pool]
    if case.tables["pools"].hire_max[pool] > 0:
        name = case.axes["pool"].labels[pool]
        left = np.array([plan["heads"][name, period + 1] for period in range(len(left))], float)
    return np.append(case.tables["pools"].heads[pool], left)


def _spent(plan: Plan, fund: str) -> Floats:
    spent = np.zeros(plan.periods)
    for row in plan.table("money").filter(pl.col("fund") == fund).iter_rows(named=True):
        spent[row["period"] - 1] += row["spent"]
    return spent


def on_day(edges: Floats, values: Floats, day: float) -> float:
    """A path on a day, straight inside periods."""
    return float(np.interp(day, edges, values))


def against(tables: Tables, case: Case, plan: Plan, known: list[Report], odds: Study | None) -> pl.DataFrame:
    """Actual and plan, one row a measure and key.

    Returns:
        measure, key, day, actual, plan (null: the plan has no such number), share (actual over plan), behind_d (days
        since the plan was where the actual is; below zero: ahead), low, high (80 % interval of the executions, of needs
        that odds were asked of), alarm (outside it).
    """
    rows = [_against(tables, case, plan, one, odds) for one in known]
    schema: dict[str, pl.DataType | type[pl.DataType]] = {"measure": pl.String, "key": pl.String, "day": pl.Date}
    schema |= dict.fromkeys(("actual", "plan", "share", "behind_d", "low", "high"), pl.Float64)
    return pl.DataFrame(rows, {**schema, "alarm": pl.Boolean}, orient="row")


def _against(tables: Tables, case: Case, plan: Plan, one: Report, odds: Study | None) -> tuple[object, ...]:
    day = float((one.day - plan.start).days)
    if one.measure == "gate":
        return _gate(plan, one, day)
    values = path(tables, case, plan, one.measure, one.key)
    if values is None:
        return (one.measure, one.key, one.day, one.value, None, None, None, None, None, None)
    there = on_day(plan.edges, values, day)
    share = one.value / there if there > 0 else None
    behind = None if one.measure in LEVELS else _behind(plan.edges, values, one.value, day)
    low, high = _interval(tables, case, odds, one, day)
    alarm = None if low is None or high is None else _is_outside(one.value, low, high)
    return (one.measure, one.key, one.day, one.value, there, share, behind, low, high, alarm)


def _is_outside(value: float, low: float, high: float) -> bool:
    """Whether a report lies outside an interval, whose ends are kept in single precision."""
    off = SAME * high
    return not low - off <= value <= high + off


def _gate(plan: Plan, one: Report, day: float) -> tuple[object, ...]:
    """A gate: passed on that day (1) or not yet (0); planned: whether it was to be passed by then."""
    rows = plan.table("gates").filter(pl.col("gate") == one.key)["done_d"].to_list()
    due = rows[0] if rows else None
    if due is None:
        return (one.measure, one.key, one.day, one.value, None, None, None, None, None, None)
    late = day - due if one.value >= 1 or day > due else None
    return (one.measure, one.key, one.day, one.value, float(due <= day), None, late, None, None, None)


def _behind(edges: Floats, values: Floats, actual: float, day: float) -> float | None:
    """Days since a count of the plan was at the actual; None where it never gets there or nothing was planned by then.

    Where the plan stands still the day on which it came there counts.
    """
    if abs(actual - on_day(edges, values, day)) <= SAME * max(abs(actual), 1.0):
        return 0.0
    if actual > values[-1] * (1 + 1e-9) or (actual <= 0 and on_day(edges, values, day) <= 0):
        return None
    at = int(np.searchsorted(values, actual * (1 - 1e-9)))
    if actual <= 0:
        at = max(int(np.flatnonzero(values <= 0)[-1]), 0)
        return day - float(edges[at])
    rise = values[at] - values[at - 1] if at else 0.0
    part = (actual - values[at - 1]) / rise if rise > 0 else 0.0
    there = edges[at - 1] + min(max(part, 0.0), 1.0) * (edges[at] - edges[at - 1]) if at else edges[0]
    return day - float(there)


def _interval(
    tables: Tables, case: Case, odds: Study | None, one: Report, day: float
) -> tuple[float | None, float | None]:
    """The 80 % interval of what is delivered to a need by a day, from the fan of its odds; none without any width."""
    if odds is None or one.measure != "delivered" or one.key not in case.axes["need"].places:
        return None, None
    fan = odds.table("fan").filter(pl.col("need") == one.key).sort("day")
    if fan.is_empty():
        return None, None
    qty = float(case.needs.qty[case.axes["need"].places[one.key]])
    days = np.append(0.0, fan["day"].to_numpy())
    ends = [np.append(0.0, fan[name].to_numpy()) * qty for name in ("p10", "p90")]
    low, high = (on_day(days, one, day) for one in ends)
    return (low, high) if high - low > SAME * qty else (None, None)


def last_day(tables: Tables) -> date | None:
    """Day on which the last report became known."""
    days = [row["reported"] or row["date"] for row in tables.rows("actuals")]
    return max(days, default=None)
