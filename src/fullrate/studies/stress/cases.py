"""What is cut off: everything that a plan uses, or named sets of restrictions from a file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from fullrate.findings import Refused
from fullrate.results import Plan
from fullrate.tables import Tables
from fullrate.tables.cut import Cut, leaving
from fullrate.tables.cut import names as known
from fullrate.tables.spec.wants import CUTS


@dataclass(frozen=True)
class Case:
    """What is cut off together, under a name.

    Attributes:
        name: ``KIND:ID``, or the name of a set.
        kind: kind of the only cut, or ``set``.
        cuts: the cuts.
        named: whether it was asked for by name; what nobody named may be left at an estimate.
    """

    name: str
    kind: str
    cuts: tuple[Cut, ...]
    named: bool = True

    @staticmethod
    def of(one: Cut, named: bool = True) -> Case:
        """The case of one cut alone."""
        return Case(str(one), one.kind, (one,), named)


def in_use(tables: Tables, plan: Plan) -> dict[str, list[str]]:
    """Names of everything that a plan uses, by kind, each in the order of its table.

    A place counts where something is made or leaves; a resource where something loads it; an item where it is made,
    moved or taken in. A region counts as soon as one of its sites does.
    """
    found: dict[str, set[str]] = defaultdict(set)
    sites = {row["site"]: row for row in tables.rows("sites")}
    processes = {row["process"]: row for row in tables.rows("processes")}
    lanes = {row["lane"]: row for row in tables.rows("lanes")}
    flows = plan.table("flows").filter(pl.col("value") > 0)
    active: dict[str, set[str]] = defaultdict(set)
    for kind, key, item in flows.select("kind", "key", "item").unique().iter_rows():
        active[kind].add(key)
        if kind == "ship":
            found["item"].add(item)
    for name in active["make"]:
        row = processes[name]
        found["item"].add(row["item"])
        _stand(found, sites[row["site"]])
    for name in active["ship"]:
        row = lanes[name]
        found["lane"].add(name)
        found["corridor"] |= {row["corridor"]} - {None}
        _stand(found, sites[row["from"]])
    for row in tables.rows("recipe"):
        if row["process"] in active["make"] and row["role"] == "in":
            found["item"].add(row["item"])
    users = active["make"] | active["build"] | active["risk"] | active["test"]
    found["resource"] |= {row["resource"] for row in tables.rows("uses") if row["user"] in users and row["qty"] > 0}
    return {kind: _in_order(tables, kind, found[kind]) for kind in CUTS}


def _stand(found: dict[str, set[str]], site: dict[str, str]) -> None:
    """A site that does something, with its region and owner."""
    for kind in ("site", "region", "owner"):
        found[kind] |= {site[kind]} - {None}


def _in_order(tables: Tables, kind: str, names: set[str]) -> list[str]:
    return [name for name in known(tables, kind) if name in names]


def every(tables: Tables, plan: Plan, left: float, recovery: str) -> tuple[list[Case], list[str]]:
    """A case for everything in use, and the names of what is left out.

    An item that somebody needs is not cut off: no plan can do without it. Neither is what has no limit that a share
    could be left of.

    Args:
        tables: what the plan was made from.
        plan: the plan.
        left: share of its capacity that every cut leaves.
        recovery: curve along which the rest comes back.
    """
    wanted = {row["item"] for row in tables.rows("needs")}
    cases, left_out = [], []
    for kind, target in _all(in_use(tables, plan)):
        if kind == "item" and target in wanted:
            left_out.append(f"{kind}:{target}")
            continue
        try:
            one = leaving(tables, Cut(kind, target), left, recovery)
        except Refused:
            left_out.append(f"{kind}:{target}")
            continue
        cases.append(Case.of(one, named=False))
    return cases, left_out


def _all(used: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
    for kind, names in used.items():
        for name in names:
            yield kind, name
