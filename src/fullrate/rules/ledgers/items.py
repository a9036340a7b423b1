r"""Material balance: nothing appears or vanishes.

.. math:: s_{nit} = s_{ni,t-1} + R_{nit} + \text{arrivals}_{nit} - \text{use}_{nit} - \text{shipped}_{nit}
          - \text{delivered}_{nit} - w_{nit}

=========== ======================================= ==================== ====
symbol      meaning                                 table column         unit
=========== ======================================= ==================== ====
s           stock at the end of the period          column ``hold``      unit
w           what is thrown away                     column ``waste``     unit
R           scheduled receipts, initial stock       ``stock.qty``        unit
=========== ======================================= ==================== ====

Activities send what they bring (+) and take (-). Source: Hackman & Leachman 1989; Voss & Woodruff 2006.

>>> from fullrate.rules import tiny
>>> print(tiny.shown("ITEMS", tiny.PRESS))  # doctest: +NORMALIZE_WHITESPACE
items[works|kit,1]: 9 make[press,1] - hold[works|kit,1] - waste[works|kit,1] - deliver[order|kit,1] = -5
items[works|kit,2]: 9 make[press,2] - hold[works|kit,2] + hold[works|kit,1]
    - waste[works|kit,2] - deliver[order|kit,2] = 0
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np

from fullrate.case import Case
from fullrate.lp.rows import RowBlock, Rows
from fullrate.results import Plan
from fullrate.rules import plainly
from fullrate.rules.base import Cols, Excess, Rule, cells_below, differs
from fullrate.tables import Tables

Point = tuple[str, str]


def rows(case: Case, cols: Cols) -> list[RowBlock]:
    """One balance per stock point and period."""
    points = case.points
    received = np.where(case.barred.receipt, 0.0, points.receipts)
    received[:, 0] += points.initial
    balance = Rows("items", (points.axis, case.period)).plus(*cols.to("items"))
    return [balance.equals(0.0 - received)]


def check(tables: Tables, plan: Plan) -> Iterator[Excess]:
    """Rebuild every balance from what the user wrote and what the plan does."""
    change: dict[Point, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    through: dict[Point, dict[int, float]] = defaultdict(lambda: defaultdict(float))

    def book(site: str, item: str, period: int, amount: float) -> None:
        change[site, item][period] += amount
        through[site, item][period] += abs(amount)

    receipts(tables, plan, book)
    processes(tables, plan, book)
    lanes(tables, plan, book)
    gates = {row["gate"]: row for row in tables.rows("gates")}
    for (gate, period), share in plan["test"].items():
        row = gates[gate]
        if row["needs_item"] is not None:
            before = period if tables.config.lead_rounding == "floor" else max(period - 1, 1)
            count, _ = plainly.tries(row, tables.config.gate_quantile)
            book(row["needs_site"], row["needs_item"], before, -share * count * row["needs_qty"])
    home = {row["recipient"]: row["site"] for row in tables.rows("recipients")}
    asks = {row["need"]: home[row["recipient"]] for row in tables.rows("needs")}
    for (need, item, period), amount in plan["deliver"].items():
        book(asks[need], item, period, -amount)
    failed = {(row["item"], row["environment"]): row for row in tables.rows("reliability")}
    who = {row["need"]: row["recipient"] for row in tables.rows("needs")}
    conditions = {row["recipient"]: row["environment"] for row in tables.rows("recipients")}
    for (need, item, period), amount in plan["fail"].items():
        life = failed.get((item, conditions[who[need]]))
        if life is not None and life["failed"] is not None:
            book(asks[need], life["failed"], period, amount * life["repairable"])
    for target, period, amount in plainly.kept(tables, plan, "item"):
        item, _, site = target.rpartition("@")
        book(site, item, period, -amount)
    for (site, item, period), amount in plan["waste"].items():
        book(site, item, period, -amount)
    for (site, item, period), amount in plan["hold"].items():
        book(site, item, period, -amount)
        book(site, item, period + 1, amount)
    for (site, item), by_period in change.items():
        for period in range(1, plan.periods + 1):
            yield from differs("ITEMS", by_period[period], 0.0, through[site, item][period], site, item, period)


def receipts(tables: Tables, plan: Plan, book: Any) -> None:
    """Book stock at the start and receipts that are due and not barred."""
    sites = {row["site"]: row for row in tables.rows("sites")}
    for row in tables.rows("stock"):
        when = plainly.day(tables, row["date"], 0.0)
        if when <= 0:
            book(row["site"], row["item"], 1, row["qty"])
            continue
        period = plainly.usable(plan.edges, when, tables.config.lead_rounding)
        shut = any(
            plainly.barred(tables, plan.edges, one, period)
            and plainly.names_place(one, sites[row["site"]])
            and plainly.names_goods(one, row["item"])
            for one in tables.rows("restrictions")
            if period <= plan.periods
        )
        if period <= plan.periods and not shut:
            book(row["site"], row["item"], period, row["qty"])


def processes(tables: Tables, plan: Plan, book: Any) -> None:
    """Book what starts take and give, when they do."""
    steps, rounding = plainly.Steps(tables), tables.config.lead_rounding
    made_by = {row["process"]: row for row in tables.rows("processes")}
    parts: dict[str, list[dict[str, Any]]] = defaultdict(list)
    slots: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for part in tables.rows("recipe"):
        parts[part["process"]].append(part)
        if part["role"] == "in":
            slots[part["process"], part["slot"] or part["item"]].append(part)
    for (name, period), starts in plan["make"].items():
        process = made_by[name]
        good = steps.price("processes", process, "yield", plan.edges, period)
        for t, share in plainly.arrival(plan.edges, period, process["lead_d"], rounding):
            book(process["site"], process["item"], t, starts * process["out_qty"] * good * share)
        for part in parts[name]:
            given = process["out_qty"] * (1 - good) * process["rework"] if part["role"] == "reject" else 1.0
            alone = plainly.alone(slots[name, part["slot"] or part["item"]])
            if part["role"] == "in" and not alone:
                continue
            sign, wait = (-1.0, 0.0) if part["role"] == "in" else (given, process["lead_d"])
            for t, share in plainly.arrival(plan.edges, period, wait + part["offset_d"], rounding):
                book(process["site"], part["item"], t, sign * starts * part["qty"] * share)
    for (name, slot, item, period), amount in plan["use"].items():
        offset = next(part["offset_d"] for part in slots[name, slot] if part["item"] == item)
        for t, share in plainly.arrival(plan.edges, period, offset, rounding):
            book(made_by[name]["site"], item, t, -amount * share)


def lanes(tables: Tables, plan: Plan, book: Any) -> None:
    """Book departures and arrivals."""
    carried_by = {row["lane"]: row for row in tables.rows("lanes")}
    for (name, item, period), amount in plan["ship"].items():
        lane = carried_by[name]
        book(lane["from"], item, period, -amount)
        for t, share in plainly.arrival(plan.edges, period, lane["lead_d"], tables.config.lead_rounding):
            book(lane["to"], item, t, amount * (1 - lane["loss"]) * share)


RULE = Rule(
    code="ITEMS",
    title="Nothing appears or vanishes at a stock point.",
    reads={
        "stock": ("site", "item", "qty", "date"),
        "restrictions": ("kind", "target", "item", "from", "to"),
        "sites": ("region", "owner"),
    },
    rows=rows,
    check=check,
    cells={
        "items": cells_below("stock", "qty"),
    },
)
