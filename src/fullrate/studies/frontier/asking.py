"""What a trade-off needs from the tables: refused before anything is planned, addressed to what would give it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from fullrate.calendar import Calendar
from fullrate.case import derive
from fullrate.findings import Finding, Refused, Severity
from fullrate.tables import Tables
from fullrate.tables.nearest import nearest
from fullrate.tables.spec import TABLES

WEEKS = (0, 4, 8, 13, 2, 6, 10, 1, 3, 5, 11)
"""Weeks of waiting, in the order in which they are taken: now and in 4, 8 and 13 first."""
NO_COSTS = ("allotments", "mitigations")
"""Tables with amounts of money that no plan spends."""


def costs(tables: Tables, points: int, item: str) -> None:
    """Something must cost something, in its row or from a date on."""
    priced = {
        (table.name, column.name)
        for table in TABLES.values()
        for column in table.columns
        if table.name not in NO_COSTS and column.unit.split("/")[0] == "money"
    }
    dated = any(row["value"] > 0 for row in tables.rows("series") if (row["table"], row["column"]) in priced)
    if not dated and not any((row[name] or 0.0) > 0 for table, name in priced for row in tables.rows(table)):
        raise nothing_costs("every cost in the tables is zero")


def nothing_costs(found: str) -> Refused:
    """The refusal of a trade-off against money that nothing takes."""
    what = "`unit_cost` in processes.csv or lanes.csv, or `capex` in builds.csv"
    return _lacking("FR707", "nothing costs anything", "processes:unit_cost", found, what)


def family_meant(tables: Tables, item: str) -> str:
    """The family whose quality is meant: named itself, by one of its items, or the only one with defects."""
    shares = escapes(tables)
    if not shares:
        what = "a family of items and `escape` in processes.csv, or sampling plans in plans.csv"
        found = "no item of a family has a share of defects"
        raise _lacking("FR708", "no known defects", "processes:escape", found, what)
    named = [family for family, items in shares.items() if item in (family, *items)]
    if (item and not named) or (not item and len(shares) > 1):
        raise _not_one_of(item, sorted(shares), "family with defects")
    return named[0] if item else next(iter(shares))


def escapes(tables: Tables) -> dict[str, dict[str, float]]:
    """Share of defects of each item by family, of families with any defects."""
    case = derive(tables)
    found: dict[str, dict[str, float]] = {}
    wanted = set(case.deliveries.item.tolist())
    for at, (item, family) in enumerate(zip(case.axes["item"].labels, case.tables["items"].family, strict=True)):
        if family is not None and at in wanted:
            found.setdefault(family, {})[item] = float(case.escape[at])
    return {family: items for family, items in found.items() if max(items.values()) > 0}


def variants(tables: Tables, points: int, item: str) -> None:
    """The item must be one of several of a family."""
    families = [row["family"] for row in tables.rows("items")]
    members = [row["item"] for row in tables.rows("items") if row["family"] and families.count(row["family"]) > 1]
    if not members:
        found, what = "no family of the scenario has two items", "`family` in items.csv, equal for its variants"
        raise _lacking("FR711", "no variants", "items:family", found, what)
    if item not in members:
        raise _not_one_of(item, members, "item of a family")


def civil_rivals(tables: Tables) -> list[str]:
    """Rivals that are civil and want anything; there must be one."""
    rivals = [row["rival"] for row in tables.rows("rivals") if row["civil"] and row["qty"] > 0]
    if not rivals:
        what = "a row of rivals.csv with `civil`"
        raise _lacking("FR709", "no civil rival", "rivals:civil", "nobody civil is said to compete", what)
    return rivals


def sharers(tables: Tables, points: int, item: str) -> None:
    """Two recipients must need something in the first class."""
    if int((derive(tables).needs.group_class == 0).sum()) < 2:
        what = "needs of two recipients in the first class (recipients.csv, needs.csv)"
        found = "the first class has one recipient"
        raise _lacking("FR710", "nobody to share with", "needs:recipient", found, what)


def later_days(tables: Tables, points: int) -> dict[float, int]:
    """Days on which the decision could come, each in a later period, and by how many weeks; there must be one."""
    calendar, config = Calendar.of(tables.config), tables.config

    def opening(day: float) -> int:
        return int(calendar.opening(np.array([day]))[0])

    last, later = opening(config.decided_d), {}
    for weeks in sorted(WEEKS[:points]):
        day = config.decided_d + 7 * weeks
        if last < opening(day) < calendar.periods:
            last, later[day] = opening(day), weeks
    if not later:
        found, what = "the plan ends before anything could be put off", "more `periods` in scenario.toml"
        raise _lacking("FR712", "no time to wait", "scenario:periods", found, what)
    return later


NEEDS: dict[str, Callable[[Tables, int, str], object]] = {
    "cost": costs,
    "quality": lambda tables, points, item: family_meant(tables, item),
    "new-share": variants,
    "civil": lambda tables, points, item: civil_rivals(tables),
    "fairness": sharers,
    "decision-delay": lambda tables, points, item: later_days(tables, points),
}
"""What each trade-off needs, by name; raises Refused where the tables lack it."""


def _lacking(code: str, message: str, place: str, found: str, give: str) -> Refused:
    """What the tables lack for a trade-off, addressed to the column that would give it."""
    table, _, column = place.partition(":")
    help_ = f"the trade-off needs {give}"
    return Refused([Finding(code, Severity.ERROR, message, table=table, column=column, found=found, help=help_)])


def _not_one_of(item: str, known: list[str], what: str) -> Refused:
    """The item is not one of those that can be asked about, or none is named."""
    near = nearest(item, known)
    return Refused(
        [
            Finding(
                "FR706",
                Severity.ERROR,
                f"no such {what}" if item else f"which {what}?",
                found=f"`{item}`" if item else "`--item` is not given",
                allowed=", ".join(known[:5]) + (", ..." if len(known) > 5 else ""),
                nearest=near.names if item else (),
                help=near.question() if item else f"name it: `--item {known[0]}`",
            )
        ]
    )
