"""Rules of risks: each says how often it happens, or how likely it is to happen once, and what is left of what."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf
from typing import Any

from fullrate.tables.check.cells import rows_where
from fullrate.tables.model import Tables
from fullrate.tables.problem import Problem


def risks(tables: Tables) -> Iterator[Problem]:
    """Risks that have neither a rate nor odds, or both."""
    frame = tables.frames["risks"]
    if frame.is_empty():
        return
    for row in rows_where(frame["rate"].is_null() == frame["prob"].is_null()):
        neither = frame["rate"][row] is None
        yield Problem(
            "FR506",
            "risk without odds",
            "risks",
            row,
            "rate" if neither else "prob",
            found="neither `rate` nor `prob` is given" if neither else "both `rate` and `prob` are given",
            allowed="`rate` for what can happen again and again, or `prob` for what happens at most once",
        )
    yield from _days(tables)
    yield from outages(tables)


def _days(tables: Tables) -> Iterator[Problem]:
    """A known day belongs to what is certain, and what is certain has no range."""
    frame = tables.frames["risks"]
    for at in rows_where(frame["from"].is_not_null() & (frame["prob"].fill_null(0.0) != 1)):
        yield Problem(
            "FR723",
            "known day of what may not happen",
            "risks",
            at,
            "from",
            found="`from` says when it begins, and `prob` is not 1",
            allowed="`prob` 1 beside a day in `from`: the outage is then in the plan",
            help="remove `from` where it may come on any day, or write 1 in `prob`",
        )
    known = {row["risk"] for row in tables.rows("risks") if _certain(row)}
    for number, row in enumerate(tables.frames["uncertainty"].iter_rows(named=True)):
        if row["table"] == "risks" and row["key"] in known:
            yield Problem(
                "FR725",
                "range of what is certain",
                "uncertainty",
                number,
                "key",
                found=f"`{row['key']}` is an outage that is certain, so the plan counts with its numbers as they are",
                allowed="a risk without a day in `from`",
                help="remove the range, or the day in `from`, so that odds count with the outage instead of the plan",
            )


def _certain(row: dict[str, Any]) -> bool:
    return row["prob"] == 1 and row["from"] is not None


def outages(tables: Tables) -> Iterator[Problem]:
    """Certain outages that leave a share of something that has no limit: there is nothing to take a share of."""
    for at, row in enumerate(tables.rows("risks")):
        endless = _endless(tables, row) if _certain(row) and (row["left"] or row["recovery"]) else []
        if endless:
            many = len(endless) > 1
            yield Problem(
                "FR724",
                "share of what has no limit",
                "risks",
                at,
                "target",
                found=f"{', '.join(f'`{name}`' for name in endless[:3])} {'have' if many else 'has'} no limit that a "
                "share could be left of",
                allowed="a limit on everything it hits (`max_rate`, a resource at the place, `capacity` of a lane), or "
                "an outage that leaves nothing: blank `left` and `recovery`",
                help="state the limit, or cut it off in full",
            )


def _endless(tables: Tables, risk: dict[str, Any]) -> list[str]:
    """What an outage hits that has no limit."""
    kind, target = risk["kind"], risk["target"]
    if kind in ("lane", "corridor"):
        return [row["lane"] for row in tables.rows("lanes") if row[kind] == target and row["capacity"] == inf]
    if kind == "resource":
        return []
    there = {row["site"] for row in tables.rows("sites") if kind != "item" and row[kind] == target}
    here = {row["resource"] for row in tables.rows("resources") if row["site"] in there}
    limited = {row["user"] for row in tables.rows("uses") if row["resource"] in here and row["qty"] > 0}
    return [
        row["process"]
        for row in tables.rows("processes")
        if (row["item"] == target if kind == "item" else row["site"] in there)
        and row["max_rate"] == inf
        and row["process"] not in limited
    ]
