"""The scenarios of a trade-off: the same one with a limit moved step by step (epsilon-constraint, Haimes et al. 1971).

Every step is a change of the tables that a user could have written, so every point is a plan that can be opened,
audited and asked why like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np

from fullrate.calendar import Calendar
from fullrate.case import derive
from fullrate.findings import Finding, Refused, Severity
from fullrate.planning import least_spending
from fullrate.planning import plan as planned
from fullrate.planning.chain import WAIT_SLACK
from fullrate.results import Plan
from fullrate.studies.frontier.measures import covered, defects, mean_wait, new_share, spending, waits
from fullrate.tables import SCENARIO, Cell, Tables
from fullrate.tables.change import with_row
from fullrate.tables.nearest import nearest

WEEKS = (0, 4, 8, 13, 2, 6, 10, 1, 3, 5, 11)
"""Weeks of waiting, in the order in which they are taken: now and in 4, 8 and 13 first."""
SLACKS = (0.0, 0.02, 0.1, 0.01, 0.05, 0.2, 0.5, 1.0, 0.005, 0.35)
"""Shares of the mean wait that fairness may cost, in the order in which they are taken."""
ROUNDING = 1e-6
"""Share by which the lowest cap is above the least money: the solver's rounding."""
NOTHING = 1e-9
"""Amounts below this are none."""


@dataclass(frozen=True, eq=False)
class Step:
    """One scenario of a trade-off.

    Attributes:
        limit: the limit it was given; None for the plan as it is.
        label: the limit in words.
        tables: the scenario.
        plan: its plan, where it is there already.
    """

    limit: float | None
    label: str
    tables: Tables
    plan: Plan | None = None


Sweep = Callable[[Tables, Plan, int, str], Iterator[Step]]


def cost(tables: Tables, plan: Plan, points: int, item: str) -> Iterator[Step]:
    """Caps on all money, from what the plan spends to the least with which the first class ends as well covered.

    Where that costs the first class no time, money and time are no trade-off; caps then go on down, and less is
    delivered. So they do where a need of it has no quantity, which nothing covers well or badly.
    """
    most = spending(tables, plan, item)
    if most <= NOTHING:
        what = "`unit_cost` in processes.csv or lanes.csv, or `capex` in builds.csv"
        raise _lacking("FR707", "nothing costs anything", "processes:unit_cost", "the plan spends no money", what)
    yield Step(None, "as planned", tables, plan)
    least = most if covered(plan) is None else max(least_spending(tables, plan), 0.0) + ROUNDING * most
    if least >= most * (1 - ROUNDING):
        caps = np.linspace(most, 0.0, points + 1)[1:-1]
    else:
        tight = _capped(tables, least)
        made = planned(tight.tables, tests=False, preview=bool(plan.meta.get("preview")))
        yield replace(tight, plan=made)
        slower = mean_wait(tables, made) > mean_wait(tables, plan) * (1 + WAIT_SLACK)
        caps = np.linspace(most, least, points)[1:-1] if slower else np.linspace(least, 0.0, points)[1:-1]
    for cap in caps:
        yield _capped(tables, float(cap))


def _capped(tables: Tables, most: float) -> Step:
    return Step(most, f"at most {most:.4g}", _set(tables, Cell(SCENARIO, "", "spend_max"), most))


def quality(tables: Tables, plan: Plan, points: int, item: str) -> Iterator[Step]:
    """Limits on outgoing defects, from what the plan lets out down to the best that any variant has."""
    shares, family = _escapes(tables), family_meant(tables, item)
    now, least = defects(tables, plan, family), min(shares[family].values())
    yield Step(None, "as planned", tables, plan)
    for share in np.linspace(now, least, points)[1:] if now - least > NOTHING else ():
        limit = float(share)
        yield Step(limit, f"at most {_percent(limit)}", _limited(tables, "quality", family, "aoq_max", limit, {}))


def variants(tables: Tables, plan: Plan, points: int, item: str) -> Iterator[Step]:
    """Least shares of an item in the units its family delivers, from what the plan has up to all."""
    family = {row["item"]: row["family"] for row in tables.rows("items")}
    members = [one for one in family if family[one] is not None and list(family.values()).count(family[one]) > 1]
    if not members:
        found, what = "no family of the scenario has two items", "`family` in items.csv, equal for its variants"
        raise _lacking("FR711", "no variants", "items:family", found, what)
    if item not in members:
        raise _not_one_of(item, members, "item of a family")
    now = new_share(tables, plan, item)
    yield Step(None, "as planned", tables, plan)
    for share in np.linspace(now, 1.0, points)[1:] if 1 - now > NOTHING else ():
        limit, row = float(min(share, 1.0)), {"item": item}
        yield Step(limit, f"at least {_percent(limit)}", _limited(tables, "mix", family[item], "share_min", limit, row))


def civil(tables: Tables, plan: Plan, points: int, item: str) -> Iterator[Step]:
    """Protected shares of the use of all civil rivals, from none to all."""
    rivals = [row["rival"] for row in tables.rows("rivals") if row["civil"] and row["qty"] > 0]
    if not rivals:
        what = "a row of rivals.csv with `civil`"
        raise _lacking("FR709", "no civil rival", "rivals:civil", "nobody civil is said to compete", what)
    for share in np.linspace(0.0, 1.0, points):
        limit, changed = float(share), tables
        for rival in rivals:
            changed = _set(changed, Cell("rivals", rival, "protected"), limit)
        yield Step(limit, f"{_percent(limit)} protected", changed)


def fairness(tables: Tables, plan: Plan, points: int, item: str) -> Iterator[Step]:
    """No fairness at all, then the fairest plan among those whose mean wait is longer by ever more."""
    if len(waits(tables, plan)) < 2:
        what = "needs of two recipients in the first class (recipients.csv, needs.csv)"
        found = "the first class has one recipient"
        raise _lacking("FR710", "nobody to share with", "needs:recipient", found, what)
    plain = tables.replace(Cell(SCENARIO, "", "fairness"), "utilitarian")
    yield Step(None, "mean wait alone", plain)
    kind = tables.config.fairness if tables.config.fairness != "utilitarian" else "leximin"
    fair = tables.replace(Cell(SCENARIO, "", "fairness"), kind)
    for slack in sorted(SLACKS[: points - 1]):
        label = f"{kind}, at most {_percent(slack)} longer"
        yield Step(slack, label, _set(fair, Cell(SCENARIO, "", "fairness_slack"), slack))


def waiting(tables: Tables, plan: Plan, points: int, item: str) -> Iterator[Step]:
    """Decide now, or in so many weeks: nothing is begun before, while stock, receipts and time go on."""
    calendar, config = Calendar.of(tables.config), tables.config

    def opening(day: float) -> int:
        return int(calendar.opening(np.array([day]))[0])

    days = {config.decided_d + 7 * weeks: weeks for weeks in sorted(WEEKS[:points])}
    last, later = opening(config.decided_d), []
    for day, weeks in days.items():
        if last < opening(day) < calendar.periods:
            last = opening(day)
            when = (config.start + timedelta(days=day)).isoformat()
            label = f"in {weeks} week{'s' if weeks > 1 else ''}"
            later.append(Step(day, label, tables.replace(Cell(SCENARIO, "", "decided"), when)))
    if not later:
        found, what = "the plan ends before anything could be put off", "more `periods` in scenario.toml"
        raise _lacking("FR712", "no time to wait", "scenario:periods", found, what)
    yield Step(config.decided_d, "as planned" if config.decided_d else "now", tables, plan)
    yield from later


SWEEPS: dict[str, Sweep] = {
    "cost": cost,
    "quality": quality,
    "new-share": variants,
    "civil": civil,
    "fairness": fairness,
    "decision-delay": waiting,
}
"""Trade-offs by name."""


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %"


def _set(tables: Tables, cell: Cell, value: float) -> Tables:
    return tables.replace(cell, repr(value))


def _limited(tables: Tables, table: str, family: str, column: str, limit: float, also: dict[str, str]) -> Tables:
    """Every row of a table of limits on this family made at least as strict, one from the start on added if needed."""
    changed, start = tables, tables.config.start
    tighter = max if column == "share_min" else min
    mine = {"family": family, **also}
    rows = list(tables.rows(table))
    for key, row in zip(tables.keys(table), rows, strict=True):
        if all(row[name] == value for name, value in mine.items()) and row.get("recipient", "*") == "*":
            changed = _set(changed, Cell(table, key, column), float(tighter(row[column], limit)))
    begun = any(
        all(row[name] == value for name, value in mine.items())
        and row["from"] <= start
        and row.get("recipient", "*") == "*"
        for row in rows
    )
    return changed if begun else with_row(changed, table, {**mine, column: repr(limit)})


def _escapes(tables: Tables) -> dict[str, dict[str, float]]:
    """Share of defects of each item by family, of families with any defects."""
    case = derive(tables)
    found: dict[str, dict[str, float]] = {}
    wanted = set(case.deliveries.item.tolist())
    for at, (item, family) in enumerate(zip(case.axes["item"].labels, case.tables["items"].family, strict=True)):
        if family is not None and at in wanted:
            found.setdefault(family, {})[item] = float(case.escape[at])
    return {family: items for family, items in found.items() if max(items.values()) > 0}


def family_meant(tables: Tables, item: str) -> str:
    """The family whose quality is meant: named itself, by one of its items, or the only one with defects."""
    shares = _escapes(tables)
    if not shares:
        what = "a family of items and `escape` in processes.csv, or sampling plans in plans.csv"
        found = "no item of a family has a share of defects"
        raise _lacking("FR708", "no known defects", "processes:escape", found, what)
    named = [family for family, items in shares.items() if item in (family, *items)]
    if (item and not named) or (not item and len(shares) > 1):
        raise _not_one_of(item, sorted(shares), "family with defects")
    return named[0] if item else next(iter(shares))


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
