"""Every number of a scenario that may have a range moves an execution, or is said to matter to the plan alone."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pytest

import fullrate as fr
from fullrate import simulate
from fullrate.case import Case, derive
from fullrate.draws import draw
from fullrate.simulate.moves import DIRECT, PLAN_ONLY, ROWS
from fullrate.tables.spec import TABLES

CONFIG = {"name": "all", "currency": "EUR", "start": date(2030, 1, 7), "period_d": 7, "periods": 16, "fund": "purse"}
TABLE: dict[str, list[dict[str, Any]]] = {
    "items": [{"item": name} for name in ("ore", "scrap", "bad", "kit")],
    "sites": [{"site": "mine"}, {"site": "works"}, {"site": "town"}],
    "processes": [
        {"process": "dig", "site": "mine", "item": "ore", "max_rate": 20, "lead_d": 7, "unit_cost": 0.01},
        {
            "process": "press", "site": "works", "item": "kit", "out_qty": 2, "yield": 0.8, "rework": 0.5, "lead_d": 7,
            "unit_cost": 0.02, "gate": "permit", "progress": 0.9, "prior": 30, "max_rate": 12,
        },
        {"process": "mend", "site": "works", "item": "kit"},
    ],
    "recipe": [
        {"process": "press", "item": "ore", "qty": 2},
        {"process": "press", "slot": "rest", "item": "scrap", "qty": 0.2, "role": "out"},
        {"process": "press", "slot": "bad", "item": "bad", "qty": 1, "role": "reject"},
        {"process": "mend", "item": "bad", "qty": 1},
    ],
    "resources": [
        {"resource": "line", "site": "works", "capacity": 4},
        {"resource": "hands", "site": "works", "capacity": 1000, "pool": "crew"},
    ],
    "uses": [
        {"user": "press", "resource": "line", "qty": 1},
        {"user": "press", "resource": "hands", "qty": 9, "learns": "false"},
    ],
    "builds": [{"build": "second", "resource": "line", "add": 4, "lead_d": 14, "capex": 5, "life_d": 60}],
    "pools": [
        {
            "pool": "crew", "heads": 5, "hire_max": 0.2, "train_d": 14, "train_eff": 0.3, "trainer_h": 0.5, "quit": 0.3,
            "dropout": 0.1, "hire_cost": 0.5, "wage": 0.001,
        }
    ],
    "lanes": [
        {"lane": "rail", "from": "mine", "to": "works", "lead_d": 7, "capacity": 18, "loss": 0.05, "unit_cost": 0.001},
        {"lane": "road", "from": "works", "to": "town", "lead_d": 7, "capacity": 30, "unit_cost": 0.002},
    ],
    "stock": [{"site": "works", "item": "ore", "qty": 30}],
    "funds": [{"fund": "purse", "carry": "true"}],
    "allotments": [
        {"fund": "purse", "date": "2030-01-07", "amount": 12},
        {"fund": "purse", "date": "2030-03-04", "amount": 20},
    ],
    "gates": [
        {"gate": "trial", "duration_d": 7, "pass": 0.6, "retry_d": 14, "fix": 0.3},
        {"gate": "permit", "duration_d": 7},
    ],
    "links": [{"before": "trial", "after": "permit", "lag_d": 3}],
    "risks": [
        {"risk": "fire", "kind": "resource", "target": "line", "rate": 15, "duration_d": 12, "left": 0.3},
        {"risk": "storm", "kind": "lane", "target": "rail", "prob": 0.5, "duration_d": 21, "left": 0.2},
    ],
    "recipients": [{"recipient": "people", "site": "town"}],
    "needs": [{"need": "all", "recipient": "people", "item": "kit", "qty": 900}],
}  # fmt: skip
WHERE = {
    "processes": "press", "recipe": "press|ore|ore", "uses": "press|line", "resources": "line", "builds": "second",
    "pools": "crew", "lanes": "rail", "stock": "works|ore", "allotments": "purse|2030-01-07", "gates": "trial",
    "links": "trial|permit", "needs": "all", "reliability": "kit|base",
}  # fmt: skip
IN_USE = {**CONFIG, "coverage": "serviceable"}
FAILS = {
    **TABLE,
    "items": [*TABLE["items"], {"item": "worn"}],
    "processes": [*TABLE["processes"], {"process": "repair", "site": "town", "item": "kit"}],
    "recipe": [*TABLE["recipe"], {"process": "repair", "item": "worn", "qty": 1}],
    "reliability": [{"item": "kit", "mtbf_d": 60, "shape": 1.5, "af": 1.2, "repairable": 0.8, "failed": "worn"}],
}
FEW = 16


@cache
def scene() -> tuple[fr.Plan, Case]:
    tables = fr.Tables.from_rows(CONFIG, TABLE)
    return fr.plan(tables, tests=False), derive(tables)


@cache
def in_use() -> tuple[fr.Plan, Case]:
    """The same, but what is delivered fails by its age and comes back."""
    tables = fr.Tables.from_rows(IN_USE, FAILS)
    return fr.plan(tables, tests=False), derive(tables)


def executed(rows: list[dict[str, Any]], fails: bool = False) -> simulate.Samples:
    plan, case = in_use() if fails else scene()
    config, table = (IN_USE, FAILS) if fails else (CONFIG, TABLE)
    tables = fr.Tables.from_rows(config, {**table, "uncertainty": rows})
    return simulate.run(tables, case, plan, draw(tables, FEW, 1), threads=1)


def differs(one: simulate.Samples, other: simulate.Samples) -> bool:
    return not (np.array_equal(one.curves, other.curves) and np.array_equal(one.cost, other.cost))


@pytest.mark.parametrize(("table", "column"), sorted({*ROWS, *DIRECT}))
def test_a_range_moves_executions(table: str, column: str) -> None:
    key = WHERE.get(table, "storm" if column == "prob" else "fire")
    low, high = (1.5, 4.0) if column.endswith("_d") else (0.45, 0.75)
    row = {"table": table, "key": key, "column": column, "dist": "uniform", "low": low, "high": high, "as": "factor"}
    fails = table == "reliability"
    assert differs(executed([row], fails), executed([], fails))


def test_every_number_is_moved_or_listed() -> None:
    for table in TABLES.values():
        for column in table.columns:
            if column.type in ("number", "integer") and column.name not in table.key:
                known = (table.name, column.name) in ROWS or (table.name, column.name) in DIRECT
                assert known or table.name in PLAN_ONLY or table.name in EVIDENCE, (table.name, column.name)


EVIDENCE = {
    "uncertainty",
    "history",
    "provenance",
    "statements",
    "actuals",
    "sources",
    "io_sectors",
    "io",
    "io_final",
    "io_jobs",
    "io_map",
}
"""Tables that say how sure a number is, what happened, or feed other questions."""


def test_values_drawn_per_occurrence_move_executions() -> None:
    for table, column in (
        ("processes", "yield"),
        ("resources", "capacity"),
        ("processes", "lead_d"),
        ("gates", "retry_d"),
        ("risks", "duration_d"),
    ):
        key = WHERE.get(table, "fire")
        row = {
            "table": table,
            "key": key,
            "column": column,
            "dist": "uniform",
            "low": 0.5,
            "high": 1.0 if column in ("yield", "capacity") else 4.0,
            "as": "factor",
        }
        assert differs(executed([{**row, "draw": "each"}]), executed([row])), (table, column)


def test_what_moves_nothing_is_named() -> None:
    row = {"table": "overtime", "key": "line|late", "column": "share", "dist": "uniform", "low": 0.1, "high": 0.2}
    late = [{"resource": "line", "segment": "late", "share": 0.15}]
    tables = fr.Tables.from_rows(CONFIG, {**TABLE, "overtime": late, "uncertainty": [row]})
    samples = simulate.run(tables, derive(tables), fr.plan(tables, tests=False), draw(tables, FEW, 1), threads=1)
    assert samples.meta["unmoved"] == ["overtime:line|late.share"]
