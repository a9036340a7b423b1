"""What a remedy costs, by the unit costs that the tables themselves state."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fullrate.planning.remedies import MORE, Remedy
from fullrate.results import Plan
from fullrate.rules import plainly
from fullrate.rules.ledgers.money import costs
from fullrate.tables import Tables


def price(tables: Tables, plan: Plan, remedies: Iterable[Remedy]) -> float | None:
    """Millions that remedies cost together; None where the tables have no cost of one of them.

    A build costs its ``capex``, money itself. A tenth more of a lane, of hires, of overtime or of a pool costs a tenth
    of what the plan pays for them: freight, ``hire_cost``, the hours of overtime with their wage, and for a pool hiring
    a tenth of its heads and their wages. Capacity, rates, rooms and times have no cost in any table.
    """
    found = [_price(tables, plan, remedy) for remedy in remedies]
    return sum(amount for amount in found if amount is not None) if all(found) else None


def _price(tables: Tables, plan: Plan, remedy: Remedy) -> float | None:
    """None for what costs nothing as well: a blank cost is one that nobody has stated."""
    kind, key = remedy.kind, remedy.key
    if kind == "build_max":
        return next(float(row["capex"]) for row in tables.rows("builds") if row["build"] == key) or None
    if kind == "money":
        return MORE * sum(row["amount"] for row in tables.rows("allotments") if row["fund"] == key) or None
    if kind == "ship_capacity":
        return MORE * _paid(tables, plan, "lane", {key}) or None
    if kind == "hire_most":
        return MORE * _paid(tables, plan, "pool", {key}) or None
    if kind in ("overtime_most", "overtime_run"):
        return MORE * _overtime(tables, plan, key) or None
    if kind == "labour":
        pool = _row(tables, "pools", "pool", key)
        staffed = {row["resource"] for row in tables.rows("resources") if row["pool"] == key}
        return MORE * (pool["heads"] * pool["hire_cost"] + _paid(tables, plan, "resource", staffed)) or None
    return None


def _row(tables: Tables, table: str, column: str, key: str) -> dict[str, Any]:
    return next(row for row in tables.rows(table) if row[column] == key)


def _paid(tables: Tables, plan: Plan, what: str, names: set[str]) -> float:
    """What the plan pays for some lanes, for hires of some pools, or for work on some resources."""
    return sum(cost.amount for cost in costs(tables, plan) if cost.kind == what and cost.key in names)


def _overtime(tables: Tables, plan: Plan, key: str) -> float:
    """What the plan pays for overtime on a resource, or in one segment of it: ``resource`` or ``resource|segment``."""
    resource, _, segment = key.partition("|")
    pool = _row(tables, "resources", "resource", resource)["pool"]
    wage = _row(tables, "pools", "pool", pool)["wage"] if pool is not None else 0.0
    known = plainly.segments(tables)
    return sum(
        hours * (known[resource, name][2] + wage)
        for (worked, name, _), hours in plan["overtime"].items()
        if worked == resource and segment in ("", name)
    )
