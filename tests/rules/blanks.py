"""One scenario in which every cell is blank that may be, and what the rules write when one of them is filled in."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache

import numpy as np

import fullrate.rules
from fullrate.case import derive
from fullrate.lp.assemble import LP
from fullrate.rules.base import Rule
from fullrate.tables import Cell, Tables
from fullrate.tables.spec import TABLES
from fullrate.tables.spec.kinds import Column
from rules import cases


def numbers_of(rule: Rule) -> Iterator[tuple[str, Column]]:
    """Columns a rule depends on that hold a number, may be blank, and may be zero."""
    for table, names in rule.reads.items():
        for name in names:
            column = TABLES[table].column(name)
            if column.numeric and not column.required and column.within.holds(0):
                yield table, column


def days_of(rule: Rule) -> Iterator[tuple[str, Column]]:
    """Columns a rule depends on that hold a date, and where blank is no date."""
    for table, names in rule.reads.items():
        for name in names:
            column = TABLES[table].column(name)
            if column.type == "date" and not column.required and not column.from_config:
                yield table, column


@cache
def everything() -> Tables:
    """A row in every table, and nothing in it but what must be there."""
    world = cases.World(random.Random(0), {"name": "blank", "currency": "EUR", "start": cases.START.isoformat()})
    world.config |= {"period_d": 1, "periods": 6, "gate_quantile": 0.9}
    for item in ("kit", "plate", "dud"):
        world.add("items", item=item, mass=1, family="kits" if item == "kit" else None)
    for site in ("works", "town"):
        world.add("sites", site=site)
    world.add("processes", process="press", site="works", item="kit", gate="trial", yield_=0.8)
    world.add("processes", process="mend", site="works", item="kit", lead_d=2)
    world.add("recipe", process="press", slot="steel", item="plate", qty=1)
    world.add("recipe", process="mend", item="dud", qty=1)
    world.add("recipe", process="press", item="dud", qty=1, role="reject")
    world.add("resources", resource="line", pool="shift")
    world.add("overtime", resource="line", segment="evening", share=0.2)
    world.add("uses", user="press", resource="line", qty=1)
    world.add("pools", pool="shift", heads=5)
    world.add("builds", build="second", resource="line", add=3, lead_d=1)
    world.add("lanes", lane="road", from_="works", to="town")
    world.add("stock", site="works", item="plate")
    world.add("recipients", recipient="depot", site="town")
    world.add("needs", need="spares", recipient="depot", item="plate", qty=4)
    world.add("needs", need="order", recipient="depot", item="kit", qty=9)
    world.add("mix", family="kits", item="kit")
    world.add("quality", family="kits", aoq_max=0.05)
    world.add("plans", process="mend", lot=20, n=5, defect=0.1)
    world.add("funds", fund="grant", carry=True)
    world.add("allotments", fund="grant", date=cases.START.isoformat(), amount=50)
    world.add("gates", gate="trial", duration_d=1, pass_=0.5)
    world.add("gates", gate="licence", duration_d=1)
    world.add("links", before="trial", after="licence")
    world.add("reliability", item="kit", mtbf_d=3, failed="dud")
    world.config["coverage"] = "serviceable"
    world.add("rivals", rival="hospital", kind="resource", target="line", qty=2)
    world.add("previous", kind="make", key="press", from_d=0, to_d=1, qty=2)
    world.add("risks", risk="storm", kind="site", target="works", prob=1, duration_d=2)
    world.add("restrictions", restriction="ban", kind="site", target="town", stock=True)
    return world.read()


NEEDED = {("resources", "ot_eff"): ("ot_max", "0.2"), ("risks", "left"): ("from", cases.START.isoformat())}
"""Columns that say something only beside another one."""


@cache
def with_cell(table: str, column: str, text: str) -> Tables:
    """That scenario with one cell of the first row of a table filled in."""
    tables = beside(table, column)
    return tables.replace(Cell(table, tables.keys(table)[0], column), text)


@cache
def beside(table: str, column: str) -> Tables:
    """That scenario with what a cell of the first row of a table needs beside it."""
    tables = everything()
    if (table, column) in NEEDED:
        other, text = NEEDED[table, column]
        tables = tables.replace(Cell(table, tables.keys(table)[0], other), text)
    return tables


@cache
def written(tables: Tables) -> LP:
    """The program of a scenario, nothing pruned; kept, since most cells are asked for by several rules."""
    return fullrate.rules.write(derive(tables, pruned=False))[0]


def same(first: LP, second: LP) -> bool:
    """Whether two programs have the same columns, rows, bounds and entries."""
    parts = ("lower", "upper", "integer", "start", "index", "value", "row_lower", "row_upper")
    return all(np.array_equal(getattr(first, part), getattr(second, part)) for part in parts)
