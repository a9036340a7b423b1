"""Why is it late: what binds, what to change first, and a proof that it cannot be sooner as things are.

Three layers, each resting on the one before. What binds comes from solving again with a tenth more and a tenth less (or
one period sooner and later), never from a price alone. The ladder takes the best step, then the next after it. The
certificate proves the earliest date without any solver.
"""

from __future__ import annotations

from typing import Any

import polars as pl

from fullrate.planning import (
    Climb,
    Network,
    Remedy,
    asked,
    certify,
    climb,
    gains,
    hurts,
    loss,
    sources,
    traced,
    verified,
)
from fullrate.planning.ladder import LEVEL, Ladder, Rung, Tried
from fullrate.results import Plan, Study
from fullrate.tables import Tables

EXPERIENCE = ("process", "resource", "period", "experience")
BINDING = 8
"""Limits and times that are printed as what binds."""


def why(
    tables: Tables,
    plan: Plan,
    *,
    cls: int | None = None,
    recipient: str = "",
    need: str = "",
    item: str = "",
    rungs: int = 5,
) -> Study:
    """Explain the dates of a plan.

    Args:
        tables: what the plan was made from.
        plan: the plan.
        cls: priority class; by default the first, or that of the recipient or need.
        recipient: only this recipient's wait.
        need: only this need's wait.
        item: also whom a late supply of this item hurts.
        rungs: steps of the ladder.

    Raises:
        Refused: there is no such class, recipient, need or item.
    """
    question = asked(tables, cls=cls, recipient=recipient, need=need, item=item)
    flows = plan.table("flows")
    used = {(verb, key) for verb, key in flows.select("kind", "key").unique().iter_rows()}
    counted = {(p, r, t): more for p, r, t, more in plan.table("effort").select(EXPERIENCE).iter_rows()}
    ladder = climb(tables, question, used, rungs, counted)
    base = Climb.begin(tables, question, used, counted)
    useful = _useful(gains(base, _known(ladder.tried)))[:BINDING]
    cost = loss(base, [remedy for remedy, _ in useful])
    network = traced(tables, plan)
    proof, period = _proof(tables, plan, question.cls, ladder)
    return Study(
        "why",
        {
            "binds": _binds(useful, cost),
            "ladder": _ladder(tables, plan, ladder),
            "tried": _tried(ladder.tried),
            "certificate": proof,
            "sources": _sources(sources(network, recipient=recipient, need=need)),
            "hurts": _hurts(tables, network, base, item),
        },
        {
            "class": question.cls,
            "recipient": question.recipient,
            "need": question.need,
            "item": item,
            "wait_d": ladder.wait_d,
            "coverage": LEVEL,
            "day": ladder.day,
            "date": _date(plan, ladder.day),
            "programs": ladder.counts,
            **period,
        },
    )


NOTHING = 1e-6
"""Days of mean wait below which a change is the solver's rounding."""


def _known(tried: tuple[Tried, ...]) -> dict[Remedy, float]:
    """What single remedies of the first rung save, where they were solved."""
    first = [one for one in tried if one.rung == 1 and len(one.remedies) == 1]
    return {one.remedies[0]: one.gained_d for one in first if one.gained_d is not None}


def _useful(gained: dict[Remedy, float]) -> list[tuple[Remedy, float]]:
    """Remedies that save anything, most first."""
    return sorted(
        ((remedy, days) for remedy, days in gained.items() if days > NOTHING), key=lambda one: (-one[1], one[0])
    )


def _binds(useful: list[tuple[Remedy, float]], cost: dict[Remedy, float | None]) -> pl.DataFrame:
    rows = [(remedy.kind, remedy.key, gained, cost[remedy]) for remedy, gained in useful]
    schema = {"kind": pl.String, "key": pl.String, "gained_d": pl.Float64, "lost_d": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _ladder(tables: Tables, plan: Plan, ladder: Ladder) -> pl.DataFrame:
    rows = []
    for number, rung in enumerate(ladder.rungs, 1):
        before = ladder.day if number == 1 else ladder.rungs[number - 2].day
        rows.append(
            {
                "rung": number,
                "kind": " + ".join(remedy.kind for remedy in rung.remedies),
                "key": " + ".join(remedy.key for remedy in rung.remedies),
                "gained_d": rung.gained_d,
                "wait_d": rung.wait_d,
                "date": _date(plan, rung.day),
                "date_gained_d": None if rung.day is None or before is None else before - rung.day,
                "cost": _cost(tables, rung),
            }
        )
    schema = {
        "rung": pl.Int64,
        "kind": pl.String,
        "key": pl.String,
        "gained_d": pl.Float64,
        "wait_d": pl.Float64,
        "date": pl.Date,
        "date_gained_d": pl.Float64,
        "cost": pl.Float64,
    }
    return pl.DataFrame(rows, schema=schema)


def _cost(tables: Tables, rung: Rung) -> float | None:
    """Millions that a step costs, where the tables say: a build its capex, money itself; None where they do not."""
    prices = {row["build"]: row["capex"] for row in tables.rows("builds")}
    found = []
    for remedy in rung.remedies:
        if remedy.kind == "build_max":
            found.append(prices[remedy.key])
        elif remedy.kind == "money":
            amounts = [row["amount"] for row in tables.rows("allotments") if row["fund"] == remedy.key]
            found.append(sum(amounts) / 10)
        else:
            return None
    return float(sum(found))


def _tried(tried: tuple[Tried, ...]) -> pl.DataFrame:
    rows = [
        (
            one.rung,
            " + ".join(remedy.kind for remedy in one.remedies),
            " + ".join(remedy.key for remedy in one.remedies),
            one.gained_d,
            one.most_d if one.most_d != float("inf") else None,
        )
        for one in tried
    ]
    schema = {"rung": pl.Int64, "kind": pl.String, "key": pl.String, "gained_d": pl.Float64, "most_d": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _proof(tables: Tables, plan: Plan, cls: int, ladder: Ladder) -> tuple[pl.DataFrame, dict[str, Any]]:
    """Certificate that ``LEVEL`` cannot be covered a period sooner than the earliest date."""
    reached = plan.periods + 1 if ladder.day is None else int((plan.edges < ladder.day - NOTHING).sum())
    before = reached - 1
    if before < 1:
        return pl.DataFrame(schema={"rule": pl.String, "key": pl.String, "share": pl.Float64}), {"proven": None}
    certificate = certify(tables, cls, before)
    proven = verified(tables, certificate)
    facts = {"impossible_by": _date(plan, float(plan.edges[before])), "most": certificate.most, "proven": proven}
    return certificate.terms, facts


def _sources(found: pl.DataFrame) -> pl.DataFrame:
    """Where what was delivered came from, by process, lane and stock: how much, first and last period."""
    each = found.group_by("kind", "key", maintain_order=True)
    summed = each.agg(
        pl.col("quantity").sum(),
        first_period=pl.col("period").min(),
        last_period=pl.col("period").max(),
    )
    return summed.sort("kind", "quantity", "key", descending=[False, True, False])


def _hurts(tables: Tables, network: Network, base: Climb, item: str) -> pl.DataFrame:
    """Who rests on each process and lane that brings an item, and what one period more of it costs the question's mean.

    A supply that can be a period later at no cost is late within its slack.
    """
    brings = [("make", "process lead", row["process"]) for row in tables.rows("processes") if row["item"] == item]
    brings += [("ship", "lane lead", row["lane"]) for row in tables.rows("lanes") if row["item"] in (item, "*")]
    if not item:
        brings = []
    cost = loss(base, [Remedy(lead, key) for _, lead, key in brings])
    frames = [
        hurts(network, kind=verb, key=key)
        .group_by("need", "recipient")
        .agg(pl.col("quantity").sum(), first_period=pl.col("period").min())
        .with_columns(kind=pl.lit(verb), key=pl.lit(key), lost_d=pl.lit(cost[Remedy(lead, key)], pl.Float64))
        for verb, lead, key in brings
    ]
    schema = {
        "kind": pl.String,
        "key": pl.String,
        "need": pl.String,
        "recipient": pl.String,
        "quantity": pl.Float64,
        "first_period": pl.Int64,
        "lost_d": pl.Float64,
    }
    whole = pl.concat([pl.DataFrame(schema=schema), *(frame.select(list(schema)) for frame in frames)])
    return whole.sort("quantity", "key", "need", descending=[True, False, False])


def _date(plan: Plan, day: float | None) -> Any:
    return None if day is None else plan.date(day)
