"""What can be there by when, of needs whose quantity nobody has said: a curve, and dates of quantities given.

An order for "everybody" without a number has no date that could be kept or missed. So none is invented: the plan
delivers as much as early as it can, up to ``open_qty`` for each such need, and two questions are answered instead. How
much can be there by a day, and by what day can so much be there; each in the plan, and at best in any plan.
"""

from __future__ import annotations

from itertools import count

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fullrate.case import Case
from fullrate.lp.assemble import LP
from fullrate.planning.dates import MILESTONES, SMALL, Reach, first_reached, met
from fullrate.rules.base import Cols
from fullrate.tables import Tables

Floats = NDArray[np.float64]

STEPS = (1, 2, 5)
"""Quantities that are asked for: these times powers of ten."""
DECADES = 2
"""Powers of ten below the whole that they go down."""

CAPABILITY = {"period": pl.Int64, "date": pl.Date, "planned": pl.Float64, "most": pl.Float64}
QUANTITIES = {
    "quantity": pl.Float64,
    "period": pl.Int64,
    "date": pl.Date,
    "earliest_period": pl.Int64,
    "earliest_date": pl.Date,
}


def supply_of(tables: Tables, case: Case, lp: LP, cols: Cols, deadline: float | None, plain: LP | None) -> Reach | None:
    """The most that can have arrived of all needs without a quantity together; None where every need has one."""
    unsaid = np.isin(np.array(case.axes["need"].labels, object), tables.open_needs)
    if not unsaid.any():
        return None
    share = np.where(unsaid, case.needs.qty, 0.0)
    return Reach(case, lp, cols, -1, deadline, plain, share=share / share.sum())


def capability(tables: Tables, supply: Reach | None, x: Floats) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Tables ``capability`` (units by date) and ``quantities`` (dates of units); empty without ``supply``."""
    if supply is None:
        return pl.DataFrame(schema=CAPABILITY), pl.DataFrame(schema=QUANTITIES)
    case, share = supply.case, supply.share
    whole = float(tables.config.open_qty or 0.0) * len(tables.open_needs)
    path = np.zeros(case.calendar.periods) if share is None else share @ met(case, supply.cols, x)
    rows = [_dated(supply, path, quantity, whole) for quantity in asked(whole)]
    if supply.lp.shape[1] <= SMALL and not len(supply.lp.integer):
        wanted = set(range(len(path)))
    else:
        last = first_reached(path, float(path[-1])) + 1 if path[-1] > 0 else len(path)
        wanted = {int(t) for t in np.linspace(0, min(last, len(path)) - 1, MILESTONES + 1)[1:]}
    most = [supply.most(t) if t in wanted or t in supply.known else None for t in range(len(path))]
    curve = {
        "period": range(1, len(path) + 1),
        "date": [case.calendar.date(day) for day in case.calendar.edges[1:]],
        "planned": path * whole,
        "most": [None if share is None else share * whole for share in most],
    }
    return pl.DataFrame(curve, schema=CAPABILITY), pl.DataFrame(rows, schema=QUANTITIES, orient="row")


def asked(whole: float) -> list[float]:
    """Quantities that are asked for, up to the whole that is looked at.

    >>> asked(3000)
    [50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0, 3000.0]
    """
    first = int(np.floor(np.log10(whole))) - DECADES
    found: list[float] = []
    for power in count(first):
        for step in STEPS:
            quantity = step * 10.0**power
            if quantity >= whole:
                return [one for one in found if one >= whole / 10**DECADES] + [float(whole)]
            found.append(quantity)
    raise AssertionError("quantities never end")


def _dated(supply: Reach, path: Floats, quantity: float, whole: float) -> tuple[object, ...]:
    """A quantity with the period and date at which it is there, in the plan and at the earliest."""
    calendar, never = supply.case.calendar, supply.case.calendar.periods
    planned = first_reached(path, quantity / whole)
    soonest = supply.earliest(quantity / whole, planned)

    def ends(period: int | None) -> tuple[object, object]:
        if period is None or period == never:
            return None, None
        return period + 1, calendar.date(calendar.edges[period + 1])

    return (quantity, *ends(planned), *ends(soonest))
