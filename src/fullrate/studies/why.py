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
    climbed,
    gains,
    hurts,
    loss,
    price,
    sources,
    traced,
    verified,
)
from fullrate.planning.ladder import LEVEL, NOTHING, Ladder, Tried
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
    walk = Climb.begin(tables, question, used, counted)
    useful = gains(walk, BINDING)
    cost = loss(walk, [remedy for remedy, _ in useful])
    network = traced(tables, plan)
    hurt = _hurts(tables, network, flows, walk, item)
    ladder = climbed(walk, rungs)
    proof, period = _proof(tables, plan, question.cls, walk, ladder.day)
    return Study(
        "why",
        {
            "binds": _binds(useful, cost),
            "ladder": _ladder(tables, plan, ladder, walk.choice()),
            "tried": _tried(ladder.tried),
            "certificate": proof,
            "sources": _sources(sources(network, recipient=recipient, need=need)),
            "hurts": hurt,
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


def _binds(useful: list[tuple[Remedy, float]], cost: dict[Remedy, float | None]) -> pl.DataFrame:
    rows = [(remedy.kind, remedy.key, gained, cost[remedy]) for remedy, gained in useful]
    schema = {"kind": pl.String, "key": pl.String, "gained_d": pl.Float64, "lost_d": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _ladder(tables: Tables, plan: Plan, ladder: Ladder, after: tuple[Remedy, ...]) -> pl.DataFrame:
    """The rungs; what binds after each is the step that helps most on top of it, ``after`` that of the last."""
    rows = []
    following = [*(rung.remedies for rung in ladder.rungs[1:]), after]
    for number, (rung, then) in enumerate(zip(ladder.rungs, following, strict=False), 1):
        before = ladder.day if number == 1 else ladder.rungs[number - 2].day
        rows.append(
            {
                "rung": number,
                "kind": _kinds(rung.remedies),
                "key": _keys(rung.remedies),
                "gained_d": rung.gained_d,
                "wait_d": rung.wait_d,
                "date": _date(plan, rung.day),
                "date_gained_d": None if rung.day is None or before is None else before - rung.day,
                "cost": price(tables, plan, rung.remedies),
                "next_kind": _kinds(then),
                "next_key": _keys(then),
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
        "next_kind": pl.String,
        "next_key": pl.String,
    }
    return pl.DataFrame(rows, schema=schema)


def _kinds(remedies: tuple[Remedy, ...]) -> str:
    return " + ".join(remedy.kind for remedy in remedies)


def _keys(remedies: tuple[Remedy, ...]) -> str:
    return " + ".join(remedy.key for remedy in remedies)


def _tried(tried: tuple[Tried, ...]) -> pl.DataFrame:
    rows = [
        (
            one.rung,
            _kinds(one.remedies),
            _keys(one.remedies),
            one.gained_d,
            one.most_d if one.most_d != float("inf") else None,
        )
        for one in tried
    ]
    schema = {"rung": pl.Int64, "kind": pl.String, "key": pl.String, "gained_d": pl.Float64, "most_d": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _proof(tables: Tables, plan: Plan, cls: int, walk: Climb, day: float | None) -> tuple[pl.DataFrame, dict[str, Any]]:
    """Certificate that ``LEVEL`` cannot be covered by a date: the last period before the earliest that can be proven.

    Mostly that is the one just before. Where the plan keeps protected floors and frozen orders, it may be one of plans
    that keep them; where the bound reaches ``LEVEL`` even so, since whole numbers are divisible in it, it is an earlier
    period.
    """
    before = plan.periods if day is None else int((plan.edges < day - NOTHING).sum()) - 1
    for period in range(before, 0, -1):
        for kept in (False, True) if walk.keeps else (False,):
            certificate = certify(tables, cls, period, kept=kept)
            if certificate.most < LEVEL:
                facts = {"impossible_by": _date(plan, float(plan.edges[period])), "most": certificate.most}
                proven = verified(tables, certificate)
                return certificate.terms, {**facts, "proven": proven, "kept": kept, "searched": before - period}
    return pl.DataFrame(schema={"rule": pl.String, "key": pl.String, "share": pl.Float64}), {"proven": None}


def _sources(found: pl.DataFrame) -> pl.DataFrame:
    """Where what was delivered came from, by process, lane and stock: how much, first and last period."""
    each = found.group_by("kind", "key", maintain_order=True)
    summed = each.agg(
        pl.col("quantity").sum(),
        first_period=pl.col("period").min(),
        last_period=pl.col("period").max(),
    )
    return summed.sort("kind", "quantity", "key", descending=[False, True, False])


def _hurts(tables: Tables, network: Network, flows: pl.DataFrame, base: Climb, item: str) -> pl.DataFrame:
    """Who rests on each process and lane that brings an item, and what one period more of it costs the question's mean.

    A supply that can be a period later at no cost is late within its slack.
    """
    brings = [("make", "process lead", row["process"]) for row in tables.rows("processes") if row["item"] == item]
    ships = set(flows.filter(kind="ship", item=item)["key"])
    brings += [("ship", "lane lead", row["lane"]) for row in tables.rows("lanes") if row["lane"] in ships]
    if not item:
        brings = []
    cost = loss(base, [Remedy(lead, key) for _, lead, key in brings])
    frames = [
        hurts(network, kind=verb, key=key, item=item)
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
