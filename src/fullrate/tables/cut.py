"""A cut: something that is lost for a while, put into a scenario as rows of two tables and nothing else.

What is lost in full is a row in ``restrictions``; what keeps a share, or comes back along a curve, is a row in
``risks`` that is certain and begins on a known day. Whoever reads the tables then knows of the cut: the plan, its
audit and its executions.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from fullrate.findings import Finding, Refused, Severity
from fullrate.tables.change import with_row
from fullrate.tables.check.addresses import TARGETS
from fullrate.tables.check.risks import outages
from fullrate.tables.model import Tables
from fullrate.tables.nearest import nearest
from fullrate.tables.place import locate
from fullrate.tables.spec.wants import CUTS

SHOWN = 5
"""Valid names listed where a name is not known."""


@dataclass(frozen=True)
class Cut:
    """One thing that is lost, from a day on, for a while or for good.

    Attributes:
        kind: site, region, owner, item, lane, corridor or resource.
        target: which one.
        first: first day; None: the start of the plan.
        last: day it is there again; None: never.
        left: share of its capacity that is left.
        recovery: curve along which the rest comes back by day; blank: all of it on the last day.
        item: only for this item; ``*``: all.
        stock: goods already held there are lost as well.
    """

    kind: str
    target: str
    first: date | None = None
    last: date | None = None
    left: float = 0.0
    recovery: str = ""
    item: str = "*"
    stock: bool = False

    def __str__(self) -> str:
        """As it is asked for: ``KIND:ID``."""
        return f"{self.kind}:{self.target}"

    @property
    def total(self) -> bool:
        """Whether nothing is left until the last day."""
        return self.left <= 0 and not self.recovery


def parsed(tables: Tables, text: str) -> Cut:
    """The cut that ``KIND:ID`` asks for, from the start and for good.

    Raises:
        Refused: there is no such kind, or nothing of that kind with that name.
    """
    kind, colon, target = text.strip().partition(":")
    kind, target = kind.strip(), target.strip()
    if not colon or kind not in CUTS:
        near = nearest(kind, CUTS)
        found = f"`{text}`" if colon else f"`{text}` names no kind"
        allowed = "KIND:ID with KIND " + ", ".join(CUTS[:-1]) + f" or {CUTS[-1]}"
        raise Refused([_nothing("no such kind of cut", found, allowed, near.names, _kind_missing(tables, text, kind))])
    known = names(tables, kind)
    if target not in known:
        near, other = nearest(target, known), [one for one in CUTS if target in names(tables, one)]
        question = near.question() or (f"did you mean `{other[0]}:{target}`?" if other else "")
        shown = ", ".join(known[:SHOWN]) + (", ..." if len(known) > SHOWN else "")
        allowed = shown or f"nothing: this scenario has no {kind}"
        raise Refused([_nothing(f"no such {kind}", f"`{target}`", allowed, near.names, question)])
    return Cut(kind, target)


def _kind_missing(tables: Tables, text: str, kind: str) -> str:
    """What may be meant where no kind is named: a kind without its thing, a thing without its kind."""
    if kind in CUTS:
        some = names(tables, kind)
        return f"say which {kind}: `{kind}:{some[0]}`" if some else f"this scenario has no {kind}"
    homes = [one for one in CUTS if text.strip() in names(tables, one)]
    return f"did you mean `{homes[0]}:{text.strip()}`?" if homes else nearest(kind, CUTS).question()


def _nothing(message: str, found: str, allowed: str, near: tuple[str, ...], question: str) -> Finding:
    return Finding(
        "FR720", Severity.ERROR, f"cut of nothing: {message}", found=found, allowed=allowed, nearest=near, help=question
    )


def leaving(tables: Tables, one: Cut, left: float, recovery: str) -> Cut:
    """A cut that leaves a share of the capacity, or comes back along a curve.

    Raises:
        Refused: there is no such curve, or what is cut off has no limit that a share could be left of, or nothing that
            an outage strikes.
    """
    curves = list(dict.fromkeys(tables.names("curves").to_list()))
    if recovery and recovery not in curves:
        near = nearest(recovery, curves)
        allowed = ", ".join(curves[:SHOWN]) or "none: this scenario has no curves.csv"
        raise Refused([_nothing("no such curve", f"`{recovery}`", allowed, near.names, near.question())])
    less = replace(one, left=left, recovery=recovery)
    if not less.total:
        changed = cut(tables, [less])
        last = changed.frames["risks"].height - 1
        found = [problem for problem in outages(changed) if problem.row == last]
        if found:
            raise Refused(locate(changed, found))
        if not _struck(tables, one):
            raise Refused([_unstruck(one)])
    return less


def _struck(tables: Tables, one: Cut) -> bool:
    """Whether an outage finds anything there whose capacity it could take a share of: see ``case.outages``."""
    if one.kind in ("lane", "corridor", "resource"):
        return True
    if one.kind == "item":
        return one.target in tables.frames["processes"]["item"].to_list()
    there = {row["site"] for row in tables.rows("sites") if row[one.kind] == one.target}
    return any(row["site"] in there for table in ("processes", "resources") for row in tables.rows(table))


def _unstruck(one: Cut) -> Finding:
    return Finding(
        "FR724",
        Severity.ERROR,
        "share of what has no capacity",
        found=f"nothing is made at `{one}` and no resource is there, so there is nothing a share could be left of"
        if one.kind != "item"
        else f"nothing makes `{one.target}`, so there is no rate a share could be left of",
        allowed="a place where something is made, or a lane, corridor or resource with a limit",
        help="cut it off in full, or take a share of the lanes that lead through it",
    )


def names(tables: Tables, kind: str) -> list[str]:
    """Everything of a kind that can be cut, in the order of its table."""
    table, column = TARGETS[kind]
    return list(dict.fromkeys(tables.written[table][column].drop_nulls().to_list()))


def lasting(tables: Tables, one: Cut, begin: float, days: float) -> Cut:
    """A cut that begins so many days after the start and lasts so long; infinite: for good.

    Days are whole dates: the first is rounded up and the last down, so that a cut of some periods never touches the
    periods beside them.

    Raises:
        Refused: it begins outside the horizon.
    """
    refuse_outside(tables, tables.config.start + timedelta(days=math.ceil(begin - 1e-9)))
    first = tables.config.start + timedelta(days=math.ceil(begin - 1e-9))
    last = None
    if math.isfinite(days):
        last = tables.config.start + timedelta(days=math.floor(begin + days + 1e-9))
    return replace(one, first=first, last=last)


def refuse_outside(tables: Tables, first: date) -> None:
    """Refuse a cut that begins before the plan or after its end.

    Raises:
        Refused: with FR721.
    """
    start, days = tables.config.start, tables.config.horizon_d
    if 0 <= (first - start).days < days:
        return
    end = start + timedelta(days=days)
    raise Refused(
        [
            Finding(
                "FR721",
                Severity.ERROR,
                "outage outside the plan",
                found=f"{first}",
                allowed=f"a day from {start} to before {end}, when the plan ends",
                help="say a day inside the plan, or plan further: `periods` in scenario.toml",
            )
        ]
    )


def cut(tables: Tables, cuts: Sequence[Cut]) -> Tables:
    """The scenario with these cuts in force, one row for each, in ``restrictions`` or in ``risks``.

    Raises:
        Refused: a value would not pass in the file either.
    """
    for one in cuts:
        table = "restrictions" if one.total else "risks"
        tables = with_row(tables, table, {_KEY[table]: _unused(tables, table), **_cells(tables, one)})
    return tables


_KEY = {"restrictions": "restriction", "risks": "risk"}


def _cells(tables: Tables, one: Cut) -> dict[str, str]:
    """The cells of a cut's row, its name left out."""
    first = one.first or tables.config.start
    where = {"kind": one.kind, "target": one.target, "from": first.isoformat()}
    if one.total:
        return where | {
            "to": "" if one.last is None else one.last.isoformat(),
            "item": "" if one.item == "*" else one.item,
            "stock": "true" if one.stock else "",
        }
    whole = (tables.config.start - first).days + math.ceil(tables.config.horizon_d)
    days = whole if one.last is None else (one.last - first).days
    return where | {"prob": "1", "duration_d": str(days), "left": repr(one.left), "recovery": one.recovery}


def _unused(tables: Tables, table: str) -> str:
    """A name that no row of the table has yet."""
    taken, number = set(tables.keys(table)), 1
    while f"cut-{number}" in taken:
        number += 1
    return f"cut-{number}"
