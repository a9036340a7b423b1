"""Small plans to cut something off from, whose answers follow from arithmetic."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import Any

from fullrate.planning import plan
from fullrate.results import Plan
from fullrate.tables import Tables

START = date(2026, 1, 5)


def day(number: int) -> str:
    """A date so many days after the start."""
    return (START + timedelta(days=number)).isoformat()


def two_sources(periods: int = 52, stock: float = 60, late: str = "lost", **more: Any) -> Tables:
    """Ten a day are needed; one source makes ten, another four, and so many parts are in stock."""
    config = {"name": "two sources", "currency": "EUR", "start": day(0), "period_d": 1, "periods": periods, "tail": 0}
    tables: dict[str, list[dict[str, Any]]] = {
        "items": [{"item": "part"}, {"item": "kit"}],
        "sites": [
            {"site": "big", "region": "abroad", "owner": "acme"},
            {"site": "small", "region": "home"},
            {"site": "works", "region": "home"},
        ],
        "processes": [
            {"process": "cast", "site": "big", "item": "part", "max_rate": 10},
            {"process": "mill", "site": "small", "item": "part", "max_rate": 4},
            {"process": "fit", "site": "works", "item": "kit", "max_rate": 10},
        ],
        "recipe": [{"process": "fit", "item": "part", "qty": 1}],
        "resources": [{"resource": "mould", "site": "big", "capacity": 10}],
        "uses": [{"user": "cast", "resource": "mould", "qty": 1}],
        "lanes": [
            {"lane": "sea", "from": "big", "to": "works", "item": "part", "corridor": "strait", "capacity": 20},
            {"lane": "road", "from": "small", "to": "works", "item": "part", "corridor": "valley", "capacity": 20},
        ],
        "stock": [{"site": "works", "item": "part", "qty": stock}],
        "recipients": [{"recipient": "army", "site": "works"}],
        "needs": [
            {"need": "daily", "recipient": "army", "item": "kit", "qty": 10 * periods, "from": day(0)}
            | {"until": day(periods), "late": late}
        ],
    }
    return Tables.from_rows(config, tables | more)


@cache
def planned(periods: int = 52, late: str = "lost") -> tuple[Tables, Plan]:
    """That scenario and its plan."""
    tables = two_sources(periods, late=late)
    return tables, plan(tables, tests=False)
