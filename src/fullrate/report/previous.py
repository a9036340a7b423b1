"""What a plan changes of the one before it, in words."""

from __future__ import annotations

from typing import Any

from fullrate.report.figures import orders
from fullrate.report.names import Names, plain
from fullrate.report.numbers import iso, quantity
from fullrate.results import Plan
from fullrate.tables import Tables

LISTED = 6
"""Frozen orders that could not be kept and are listed in text."""
VERBS = {"build": "the build", "risk": "the build, at the risk of its gate,"}


def sentence(tables: Tables, plan: Plan) -> str:
    """How many orders of the previous plan change, and whether the frozen ones are kept; blank without one."""
    if tables.frames["previous"].is_empty():
        return ""
    rows, whole = orders.changed(tables, plan), orders.count(tables, plan)
    new = rows.filter(before=0).height
    other = rows.height - new
    said = f"Of the {whole} orders of the previous plan {other or 'none'} change{'s' if other == 1 else ''}"
    said += f", and {new} {'is' if new == 1 else 'are'} new" if new else ""
    said += "." if rows.is_empty() else f"; the first in the period from {iso(rows['begins'][0])}."
    return said + _frozen(tables, rows.filter("frozen").height)


def _frozen(tables: Tables, broken: int) -> str:
    """Up to when orders are kept, what that bars, and how many could not be; blank where none are frozen."""
    until = tables.config.freeze_until
    if until is None:
        return ""
    kept = f"{broken} could not be kept" if broken else "all are kept"
    return (
        f" Orders up to {iso(until)} are frozen, so nothing else is started, sent or built until then, either; {kept}."
    )


def table_of(tables: Tables, plan: Plan, frozen_only: bool = False) -> tuple[list[str], list[list[str]]]:
    """Heading and rows of the orders that change."""
    names, rows = Names.of(tables), []
    for row in orders.changed(tables, plan).iter_rows(named=True):
        if row["frozen"] or not frozen_only:
            when = f"{iso(row['begins'])} to {iso(row['ends'])}"
            kept = "frozen" if row["frozen"] else ""
            rows.append([what(names, row), when, quantity(row["before"]), quantity(row["now"]), kept])
    return ["order", "in the period", "before", "now", ""], rows


def what(names: Names, row: dict[str, Any]) -> str:
    """An order in a planner's words."""
    if row["kind"] == "ship":
        lane = names.lane(row["key"])
        return lane if names.ends[row["key"]][2] != "*" else f"{lane} with {names.item(row['item'])}"
    return names.at(row["key"]) if row["kind"] == "make" else f"{VERBS[row['kind']]} {plain(row['key'])}"
