"""What strikes one thing seldom strikes it alone: beside what was named, the same days for its region and owner."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from fullrate.findings import Refused
from fullrate.planning.damage import Outcome
from fullrate.results import Plan
from fullrate.studies.stress.cases import Case
from fullrate.studies.stress.ground import Ground, impact
from fullrate.studies.stress.losses import ON_DATES, Loss
from fullrate.studies.stress.many import outcomes
from fullrate.tables import Tables
from fullrate.tables.cut import Cut, leaving

WIDER = ("region", "owner")
"""What several sites have in common and may lose together."""

NEIGHBOURS = {
    "case": pl.Int64,
    "name": pl.String,
    "wider": pl.String,
    "sites": pl.Int64,
    "from": pl.Date,
    "to": pl.Date,
    **ON_DATES,
    **dict.fromkeys(("lost_wait_d", "unit_days", "late_units", "impact_d"), pl.Float64),
    "nothing": pl.Boolean,
}


def neighbours(ground: Ground, cases: Sequence[Case]) -> pl.DataFrame:
    """Table ``neighbours``: what an event costs that strikes the whole region or owner of what was named, on its days.

    What is a case by itself already is left out: with everything in use, every region is.

    Args:
        ground: the plan under test.
        cases: the cuts, on their days.
    """
    own = {str(one) for case in cases for one in case.cuts}
    some = [
        (at, one)
        for at, case in enumerate(cases, 1)
        if case.named and case.kind != "set"
        for one in _wider(ground.tables, ground.plan, case.cuts[0])
        if str(one) not in own
    ]
    if some:
        ground.say("the same for its whole region or owner")
    after = outcomes(ground, [(one,) for _, one in some])
    rows = [_row(ground, at, cases[at - 1].name, one, found) for (at, one), found in zip(some, after, strict=True)]
    return pl.DataFrame(rows, NEIGHBOURS)


def _wider(tables: Tables, plan: Plan, one: Cut) -> Iterator[Cut]:
    """The cut of each region and owner that what is cut off belongs to, as much left of it, for all items."""
    homes = _sites(tables, plan, one)
    found = [
        (kind, str(row[kind]))
        for kind in WIDER
        for row in tables.rows("sites")
        if row["site"] in homes and row[kind] is not None
    ]
    for kind, target in dict.fromkeys(found):
        try:
            yield leaving(tables, replace(one, kind=kind, target=target, item="*"), one.left, one.recovery)
        except Refused:
            continue  # nothing there has a limit that a share could be left of


def _sites(tables: Tables, plan: Plan, one: Cut) -> set[str]:
    """Where something is: itself, where a resource stands, a lane begins, or the plan makes an item."""
    if one.kind == "site":
        return {one.target}
    if one.kind in ("resource", "lane"):
        table, column = ("resources", "site") if one.kind == "resource" else ("lanes", "from")
        return {row[column] for row in tables.rows(table) if row[one.kind] == one.target}
    if one.kind == "item":
        used = {name for (name, _), amount in plan["make"].items() if amount > 0}
        made = [row for row in tables.rows("processes") if row["item"] == one.target]
        return {row["site"] for row in made if row["process"] in used}
    return set()


def _row(ground: Ground, at: int, name: str, one: Cut, after: Outcome) -> dict[str, Any]:
    base = ground.base(ground.held((one,)))
    loss = Loss.between(ground, base, after)
    return {
        "case": at,
        "name": name,
        "wider": str(one),
        "sites": sum(row[one.kind] == one.target for row in ground.tables.rows("sites")),
        "from": one.first or ground.plan.start,
        "to": one.last,
        **loss.dated,
        "lost_wait_d": loss.wait_d,
        "unit_days": loss.unit_days,
        "late_units": loss.late_units,
        "impact_d": impact(base, after),
        "nothing": after.null and not base.null,
    }
