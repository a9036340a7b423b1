"""What a plan costs and gives, measured on the plan itself: waits, dates, and what is traded for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date

import numpy as np
import polars as pl

from fullrate.auditing import coverage
from fullrate.results import Plan
from fullrate.rules.ledgers.money import spent_in_all
from fullrate.tables import Tables


def first_class(plan: Plan) -> int:
    """The first priority class that needs anything."""
    return int(plan.table("waits")["class"].min())  # type: ignore[arg-type]


def waits(tables: Tables, plan: Plan) -> dict[str, tuple[float, float]]:
    """Weight and mean wait in days of each recipient of the first class, by name.

    What is not delivered by the end waits ``tail`` more horizons, as in the first stage of the plan, so that delivering
    less never looks quicker.
    """
    cls, paths = first_class(plan), coverage(tables, plan)
    open_: dict[str, list[float]] = defaultdict(list)
    for row in tables.rows("needs"):
        if (cls, row["need"]) in paths:
            open_[row["recipient"]].append(max(1.0 - paths[cls, row["need"]][-1], 0.0))
    more = tables.config.tail * float(plan.edges[-1])
    rows = plan.table("waits").filter(pl.col("class") == cls).select("recipient", "weight", "days").iter_rows()
    return {who: (weight, days + more * float(np.mean(open_[who]))) for who, weight, days in rows}


def mean_wait(tables: Tables, plan: Plan) -> float:
    """Mean wait of the first class in days, by weight of its recipients."""
    found = waits(tables, plan).values()
    return sum(weight * days for weight, days in found) / sum(weight for weight, _ in found)


def covered(plan: Plan) -> float | None:
    """Share of the first class that is covered by the end; None where a need of it has no quantity, so no share."""
    path = plan.table("coverage").filter(pl.col("class") == first_class(plan), pl.col("period") == plan.periods)
    return min(float(path["covered"][0]), 1.0) if len(path) else None


def reached(plan: Plan, level: float) -> tuple[float | None, date | None]:
    """Day after the start, and date, on which the first class is covered to a level; None later than that.

    The day lies inside its period where the plan knows it for the whole of every need.
    """
    rows = plan.table("dates").filter(pl.col("class") == first_class(plan), pl.col("coverage") == level)
    whole = next(rows.filter(pl.col("need") == "").iter_rows(named=True), None)
    if whole is None or whole["period"] is None:
        return None, None
    inside = rows.filter(pl.col("need") != "")["inside"]
    known = level == 1.0 and len(inside) > 0 and inside.null_count() == 0
    day = float(max(inside.to_list())) if known else float(plan.edges[whole["period"]])
    return day, whole["date"]


# --- what is traded for time --------------------------------------------------------------------

Measure = Callable[[Tables, Plan, str], float]


def spending(tables: Tables, plan: Plan, item: str) -> float:
    """Money in all, present value, in millions."""
    return spent_in_all(tables, plan)


def defects(tables: Tables, plan: Plan, family: str) -> float:
    """Share of defects in what a family has delivered by the end."""
    mine = plan.table("quality").filter(pl.col("family") == family)
    units = float(mine["delivered"].sum())
    return float(mine["escaped"].sum()) / units if units else 0.0


def new_share(tables: Tables, plan: Plan, item: str, since: date | None = None) -> float:
    """Share of an item in the units its family has delivered by the end, of all or of those after a day."""
    family = {row["item"]: row["family"] for row in tables.rows("items")}
    day = 0 if since is None else (since - tables.config.start).days
    mine = whole = 0.0
    for (_, one, period), amount in plan["deliver"].items():
        if family[one] == family[item] and plan.edges[period - 1] >= day:
            whole, mine = whole + amount, mine + amount * (one == item)
    return mine / whole if whole else 0.0


def displaced(tables: Tables, plan: Plan, item: str) -> float:
    """Share of what civil rivals want that is displaced, mean over rivals by weight."""
    weight = {row["rival"]: row["weight"] for row in tables.rows("rivals")}
    civil = plan.table("displaced").filter(pl.col("civil"))
    sums = civil.group_by("rival", maintain_order=True).agg(pl.col("wanted").sum(), pl.col("displaced").sum())
    lost = {rival: gone / wanted for rival, wanted, gone in sums.iter_rows()}
    whole = sum(weight[one] for one in lost)
    return float(sum(weight[one] * share for one, share in lost.items()) / whole) if lost else 0.0


def worst_wait(tables: Tables, plan: Plan, item: str) -> float:
    """Largest mean wait of a recipient of the first class, in days."""
    return max(days for _, days in waits(tables, plan).values())


def delay(tables: Tables, plan: Plan, item: str) -> float:
    """Days after the start on which anything may be begun."""
    return tables.config.decided_d


MEASURES: dict[str, Measure] = {
    "cost": spending,
    "quality": defects,
    "new-share": new_share,
    "civil": displaced,
    "fairness": worst_wait,
    "decision-delay": delay,
}
"""What each trade-off gives up for time, or gets for it (the share of the new)."""
