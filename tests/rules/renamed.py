"""The same scenario under other names and in another order, and a plan of it under these names."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import polars as pl

from fullrate.results import Plan
from fullrate.tables.spec import TABLES
from rules.cases import World

Names = dict[str, str]
NAMED = ("id", "text")
"""Types of columns that hold names; words of the program itself (``ceil``, ``lost``) are of others."""


def names_of(world: World) -> Names:
    """New names that sort the other way round."""
    owners = ("family", "region", "owner", "slot")
    found = {
        str(row[column])
        for table, rows in world.tables.items()
        for row in rows
        for column in (TABLES[table].key[0], *owners)
        if TABLES[table].has(column) and TABLES[table].column(column).type in NAMED and row.get(column)
    }
    found -= {name for name in found if name in TABLES}
    return {name: f"n{999 - at}" for at, name in enumerate(sorted(found))}


def under(name: Any, names: Names) -> Any:
    """A name, or names joined with ``|`` or ``@``, under the new ones."""
    if not isinstance(name, str):
        return name
    return "|".join("@".join(names.get(one, one) for one in part.split("@")) for part in name.split("|"))


def renamed(world: World, names: Names, luck: random.Random) -> World:
    """The world under new names, rows of every table in another order; points of a curve and segments keep theirs."""
    copy = World(
        world.luck,
        world.config | {"fund": under(world.config["fund"], names)} if "fund" in world.config else world.config,
    )
    for table, rows in world.tables.items():
        fresh = [{column: _cell(table, column, value, names) for column, value in row.items()} for row in rows]
        if table not in ("curves", "overtime"):
            luck.shuffle(fresh)
        copy.tables[table] = fresh
    return copy


def _cell(table: str, column: str, value: Any, names: Names) -> Any:
    named = TABLES[table].column(column).type in NAMED and (table, column) not in (
        ("series", "table"),
        ("series", "column"),
    )
    return under(value, names) if named else value


def plan_under(plan: Plan, names: Names) -> Plan:
    """A plan under the new names."""
    words = {"kind", "rule", "stage", "status"}
    tables = {
        table: frame.with_columns(
            pl.col(column).map_elements(lambda name: under(name, names), return_dtype=pl.String)
            for column, dtype in frame.schema.items()
            if dtype == pl.String and column not in words
        )
        for table, frame in plan.tables.items()
    }
    return replace(plan, tables=tables)


def at_under(at: Iterable[str | int], names: Names) -> tuple[str | int, ...]:
    """The place of an excess under the new names."""
    return tuple(under(part, names) for part in at)
