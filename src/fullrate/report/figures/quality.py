"""Quality as figure data: defects that get through, and how many of the units delivered still work."""

from __future__ import annotations

from collections import defaultdict

import polars as pl

from fullrate.report.figures.periods import periods
from fullrate.results import Plan
from fullrate.rules import plainly
from fullrate.tables import Tables


def escapes(tables: Tables, plan: Plan) -> pl.DataFrame:
    """Defects among the units delivered, of every family with a limit or with defects.

    A limit counts from its own first period, until the next limit of the family.

    Returns:
        family, period, day, date, delivered, escaped (in the period), limit (largest share; null: none), share
        (defects in what was delivered since the limit began to count, or since the start).
    """
    table = plan.table("quality").join(periods(plan), on="period", how="left", maintain_order="left")
    limits: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for row in tables.rows("quality"):
        begin = max(plainly.day(tables, row["from"], 0.0), 0.0)
        first = plainly.usable(plan.edges, begin, tables.config.lead_rounding)
        limits[row["family"]].append((first, row["aoq_max"]))
    held = [
        max((row for row in limits[family] if row[0] <= period), default=(0, None))
        for family, period in table.select("family", "period").iter_rows()
    ]
    counted = table.with_columns(
        begin=pl.Series([first for first, _ in held], dtype=pl.Int64),
        limit=pl.Series([most for _, most in held], dtype=pl.Float64),
    )
    so_far = (pl.col(name).cum_sum().over("family", "begin") for name in ("escaped", "delivered"))
    bad, whole = so_far
    return counted.with_columns(share=bad / whole).drop("begin").select(*ESCAPES)


ESCAPES = ("family", "period", "day", "date", "delivered", "escaped", "limit", "share")
NUMBERS = ("delivered", "working", "failed", "repaired")
SCHEMA = {"item": pl.String, "period": pl.Int64, **dict.fromkeys(NUMBERS, pl.Float64)}


def fleet(tables: Tables, plan: Plan) -> pl.DataFrame:
    """Units delivered so far and units that work, where only what works counts; by family, else item, of a need.

    Returns:
        item (what is needed), period (0 is the start), day, date, delivered, failed, repaired (so far; ``repaired``
        are starts of processes that take failed units in), working (at the end of the period). Empty where what was
        delivered counts for good.
    """
    if tables.config.coverage != "serviceable":
        return pl.DataFrame(schema={**SCHEMA, "day": pl.Float64, "date": pl.Date})
    wanted = {row["need"]: row["item"] for row in tables.rows("needs")}
    found: dict[str, dict[tuple[str, int], float]] = {name: defaultdict(float) for name in NUMBERS}
    for name, verb in (("delivered", "deliver"), ("working", "serve"), ("failed", "fail")):
        for (need, _, period), amount in plan[verb].items():
            found[name][wanted[need], period] += amount
    for item, period, amount in _repairs(tables, plan):
        found["repaired"][item, period] += amount
    _add_lasting(found, wanted, plan)
    rows = []
    for item in dict.fromkeys(wanted.values()):
        total = dict.fromkeys(NUMBERS, 0.0)
        rows.append((item, 0, 0.0, 0.0, 0.0, 0.0))
        for period in range(1, plan.periods + 1):
            for name in ("delivered", "failed", "repaired"):
                total[name] += found[name][item, period]
            total["working"] = found["working"][item, period]
            rows.append((item, period, *(total[name] for name in NUMBERS)))
    frame = pl.DataFrame(rows, SCHEMA, orient="row").join(periods(plan), on="period", how="left", maintain_order="left")
    return frame.select("item", "period", "day", "date", *NUMBERS)


def _add_lasting(found: dict[str, dict[tuple[str, int], float]], wanted: dict[str, str], plan: Plan) -> None:
    """Add what never fails to what works, in place: it works from its delivery on."""
    failing = {(need, item) for need, item, _ in (key for key, _ in plan["serve"].items())}
    for (need, item, period), amount in plan["deliver"].items():
        if (need, item) not in failing:
            for later in range(period, plan.periods + 1):
                found["working"][wanted[need], later] += amount


def _repairs(tables: Tables, plan: Plan) -> list[tuple[str, int, float]]:
    """Failed units that processes take in: what is needed, period, units."""
    families = {row["item"]: row["family"] for row in tables.rows("items")}
    asked = {row["item"] for row in tables.rows("needs")}
    of = {row["failed"]: row["item"] for row in tables.rows("reliability") if row["failed"] is not None}
    taken = {
        row["process"]: (of[row["item"]], row["qty"])
        for row in tables.rows("recipe")
        if row["role"] == "in" and row["item"] in of
    }
    rows = []
    for (process, period), starts in plan["make"].items():
        if process in taken:
            item, qty = taken[process]
            rows.append((item if item in asked else families[item] or item, period, starts * qty))
    return rows
