"""Scenarios the tests of reports plan: the golden one, and one that has a little of everything."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from fullrate.planning import plan
from fullrate.results import Plan
from fullrate.tables import Tables, read

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "examples" / "golden"

CONFIG: dict[str, Any] = {
    "name": "Pumps & <towns>",
    "currency": "EUR",
    "start": "2026-01-05",
    "as_of": "2026-01-01",
    "periods": 20,
    "tail": 0,
}
SCENE: dict[str, list[dict[str, Any]]] = {
    "items": [
        {"item": "part", "name": "Part", "source": "memo"},
        {"item": "pump", "name": "Pump <script>alert(1)</script>", "source": "memo"},
    ],
    "sites": [
        {"site": "works", "owner": "ACME", "lat": 45, "lon": 9},
        {"site": "007", "lat": 46, "lon": 10.5},
        {"site": "bay", "lat": 44.2, "lon": 12},
    ],
    "processes": [
        {"process": "buy_part", "site": "works", "item": "part", "lead_d": 7, "max_rate": 12, "unit_cost": 0.001},
        {"process": "press_pump", "site": "works", "item": "pump", "gate": "licence", "source": "memo"},
    ],
    "recipe": [{"process": "press_pump", "item": "part", "qty": 1}],
    "resources": [{"resource": "press", "site": "works", "capacity": 4, "source": "guess"}],
    "uses": [{"user": "press_pump", "resource": "press", "qty": 1, "source": "memo"}],
    "builds": [
        {"build": "second_press", "resource": "press", "add": 4, "lead_d": 14, "capex": 1.5, "fund": "grant"},
    ],
    "lanes": [
        {"lane": "works_007", "from": "works", "to": "007", "item": "pump", "lead_d": 7, "unit_cost": 0.0001},
        {"lane": "works_bay", "from": "works", "to": "bay", "item": "pump", "lead_d": 7},
    ],
    "stock": [
        {"site": "works", "item": "part", "qty": 20},
        {"site": "works", "item": "part", "qty": 14, "date": "2026-01-12"},
    ],
    "recipients": [
        {"recipient": "007", "site": "007", "class": 1},
        {"recipient": "bay_town", "site": "bay", "class": 2},
    ],
    "needs": [
        {"need": "007_pumps", "recipient": "007", "item": "pump", "qty": 100, "source": "memo"},
        {"need": "bay_pumps", "recipient": "bay_town", "item": "pump", "qty": 60, "source": "memo"},
    ],
    "gates": [{"gate": "licence", "duration_d": 7, "cost": 0.5, "fund": "grant"}],
    "funds": [{"fund": "grant", "carry": "true"}],
    "allotments": [{"fund": "grant", "date": "2026-01-05", "amount": 3}],
    "sources": [
        {
            "source": "memo",
            "title": "A memo",
            "author": "Ministry",
            "published": "2025-12-01",
            "kind": "official",
            "grade": "B2",
        },
        {"source": "guess", "title": "A guess", "kind": "assumption"},
    ],
    "provenance": [
        {"table": "needs", "key": "bay_pumps", "column": "qty", "source": "guess", "note": "half of the memo's number"},
    ],
    "uncertainty": [
        {"table": "resources", "key": "press", "column": "capacity", "dist": "pert", "low": 2, "mode": 4, "high": 5},
    ],
    "statements": [
        {
            "id": "promise",
            "quote": "by March",
            "statement": "Everybody has a pump by March",
            "speaker": "Minister",
            "modality": "expected",
            "assumption_ids": "needs:bay_pumps.qty",
            "source": "memo",
        }
    ],
}


@cache
def golden() -> tuple[Tables, Plan]:
    tables, _ = read(GOLDEN)
    return tables, plan(tables)


@cache
def golden_with(*changes: str) -> tuple[Tables, Plan]:
    tables, _ = read(GOLDEN, changes)
    return tables, plan(tables)


@cache
def scene() -> tuple[Tables, Plan]:
    tables = Tables.from_rows(CONFIG, SCENE)
    return tables, plan(tables)
