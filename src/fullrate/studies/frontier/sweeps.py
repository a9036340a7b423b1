"""The scenarios of a trade-off: the same one with a limit moved step by step (epsilon-constraint, Haimes et al. 1971).

Every step is a change of the tables that a user could have written, so every point is a plan that can be opened,
audited and asked why like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from fullrate.planning import least_spending
from fullrate.planning import plan as planned
from fullrate.planning.chain import WAIT_SLACK
from fullrate.results import Plan
from fullrate.studies.frontier.asking import civil_rivals, escapes, family_meant, later_days, nothing_costs
from fullrate.studies.frontier.measures import covered, defects, mean_wait, new_share, spending
from fullrate.tables import SCENARIO, Cell, Tables
from fullrate.tables.change import with_row

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
        raise nothing_costs("the plan spends no money")
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
    shares, family = escapes(tables), family_meant(tables, item)
    now, least, start = defects(tables, plan, family), min(shares[family].values()), tables.config.start
    yield Step(None, "as planned", tables, plan)
    for share in np.linspace(now, least, points)[1:] if now - least > NOTHING else ():
        limit = float(share)
        yield Step(
            limit,
            f"at most {_percent(limit)}",
            _limited(tables, "quality", {"family": family}, "aoq_max", limit, start),
        )


def variants(tables: Tables, plan: Plan, points: int, item: str) -> Iterator[Step]:
    """Least shares of an item in the units its family delivers, from what the plan has up to the most that may be.

    A share is kept at the end of every period, so one that counts from the start lets nothing of the family come before
    the first of the item does. Where the tables count shares of the family from a later day, half of the limits do so.
    """
    family = {row["item"]: row["family"] for row in tables.rows("items")}[item]
    stated, start = [row for row in tables.rows("mix") if row["family"] == family], tables.config.start
    most = min((row["share_max"] for row in stated if row["item"] == item and row["recipient"] == "*"), default=1.0)
    late = min((row["from"] for row in stated if row["from"] > start), default=start)
    later = points // 2 if late > start else 0
    yield Step(None, "as planned", tables, plan)
    for day, count in ((late, later), (start, points - 1 - later)):
        now, since = new_share(tables, plan, item, day), f" from {day.isoformat()}" if day > start else ""
        for share in np.linspace(now, most, count + 1)[1:] if most - now > NOTHING else ():
            limit, mine = float(min(share, most)), {"family": family, "item": item}
            changed = _limited(tables, "mix", mine, "share_min", limit, day)
            yield Step(limit, f"at least {_percent(limit)}{since}", changed)


def civil(tables: Tables, plan: Plan, points: int, item: str) -> Iterator[Step]:
    """Protected shares of the use of all civil rivals, from none to all."""
    rivals = civil_rivals(tables)
    for share in np.linspace(0.0, 1.0, points):
        limit, changed = float(share), tables
        for rival in rivals:
            changed = _set(changed, Cell("rivals", rival, "protected"), limit)
        yield Step(limit, f"{_percent(limit)} protected", changed)


def fairness(tables: Tables, plan: Plan, points: int, item: str) -> Iterator[Step]:
    """No fairness at all, then the fairest plan among those whose mean wait is longer by ever more."""
    plain = tables.replace(Cell(SCENARIO, "", "fairness"), "utilitarian")
    yield Step(None, "mean wait alone", plain)
    kind = tables.config.fairness if tables.config.fairness != "utilitarian" else "leximin"
    fair = tables.replace(Cell(SCENARIO, "", "fairness"), kind)
    for slack in sorted(SLACKS[: points - 1]):
        label = f"{kind}, at most {_percent(slack)} longer"
        yield Step(slack, label, _set(fair, Cell(SCENARIO, "", "fairness_slack"), slack))


def waiting(tables: Tables, plan: Plan, points: int, item: str) -> Iterator[Step]:
    """Decide now, or in so many weeks: nothing is begun before, while stock, receipts and time go on."""
    config = tables.config
    yield Step(config.decided_d, "as planned" if config.decided_d else "now", tables, plan)
    for day, weeks in later_days(tables, points).items():
        when = (config.start + timedelta(days=day)).isoformat()
        label = f"in {weeks} week{'s' if weeks > 1 else ''}"
        yield Step(day, label, tables.replace(Cell(SCENARIO, "", "decided"), when))


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


def _limited(tables: Tables, table: str, mine: dict[str, str], column: str, limit: float, day: date) -> Tables:
    """Every row of a table of limits on this family made at least as strict, one from the day on added if needed."""
    changed, begun = tables, False
    tighter = max if column == "share_min" else min
    for key, row in zip(tables.keys(table), tables.rows(table), strict=True):
        if all(row[name] == value for name, value in mine.items()) and row.get("recipient", "*") == "*":
            changed = _set(changed, Cell(table, key, column), float(tighter(row[column], limit)))
            begun = begun or row["from"] <= day
    return changed if begun else with_row(changed, table, {**mine, "from": day.isoformat(), column: repr(limit)})
