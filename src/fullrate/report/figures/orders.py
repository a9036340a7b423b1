"""Orders that differ from those of the previous plan, as figure data."""

from __future__ import annotations

from typing import Any

import polars as pl

from fullrate.planning.previous import CHANGED
from fullrate.results import Plan
from fullrate.rules import plainly
from fullrate.tables import Tables

Schema = dict[str, Any]
ORDERS: Schema = {
    **dict.fromkeys(("kind", "key", "item"), pl.String),
    "period": pl.Int64,
    **dict.fromkeys(("begins", "ends"), pl.Date),
    **dict.fromkeys(("before", "now"), pl.Float64),
    "frozen": pl.Boolean,
}


def changed(tables: Tables, plan: Plan) -> pl.DataFrame:
    """Orders that differ from the previous plan's by more than a thousandth, of one unit at least; earliest first.

    Returns:
        kind (make, ship, build, risk), key, item (of a shipment), period, begins, ends (of the period), before, now
        (starts, units or builds), frozen (whether it was to be kept).
    """
    orders, _, frozen = plainly.previous_orders(tables, plan.edges)
    differs: dict[tuple[Any, ...], float] = {}
    for name, sign in (("overrun", 1.0), ("forgo", -1.0)):
        for place, amount in plan[name].items():
            differs[place] = differs.get(place, 0.0) + sign * amount
    rows = []
    for place, more in differs.items():
        before, period = orders.get(place, 0.0), place[-1]
        if abs(more) > CHANGED * max(before, 1.0):
            ends = [plan.date(plan.edges[at]) for at in (period - 1, period)]
            rows.append((*place, *ends, before, max(before + more, 0.0), period <= frozen))
    return pl.DataFrame(rows, ORDERS, orient="row").sort("period", "kind", "key", "item")


def count(tables: Tables, plan: Plan) -> int:
    """Orders of the previous plan in the periods that are compared."""
    orders, covered, _ = plainly.previous_orders(tables, plan.edges)
    return sum(amount > 0 and place[-1] <= covered for place, amount in orders.items())
