"""Small scenarios whose trade-offs are arithmetic."""

from __future__ import annotations

from functools import cache
from typing import Any

from fullrate.tables import Tables

Rows = dict[str, list[dict[str, Any]]]
PERIODS = 12


def scene(rows: Rows, **config: Any) -> Tables:
    """A works and a town next door, periods of a day."""
    usual: dict[str, Any] = {"name": "trade", "currency": "EUR", "start": "2031-01-01", "period_d": 1, "tail": 0}
    base: Rows = {
        "sites": [{"site": "works"}],
        "recipients": [{"recipient": "town", "site": "works"}],
    }
    return Tables.from_rows({**usual, "periods": PERIODS, **config}, base | rows)


@cache
def two_modes(**config: Any) -> Tables:
    """Twelve kits: two a day for nothing much, and four more a day that cost ten times as much."""
    return scene(
        {
            "items": [{"item": "kit"}],
            "needs": [{"need": "order", "recipient": "town", "item": "kit", "qty": 12}],
            "processes": [
                {"process": "cheap", "site": "works", "item": "kit", "max_rate": 2, "unit_cost": 1},
                {"process": "dear", "site": "works", "item": "kit", "max_rate": 4, "unit_cost": 10},
            ],
        },
        **config,
    )


def variants(**more: Any) -> Tables:
    """A line of ten hours a day; the old takes one and counts one, the new takes two and counts one and a half."""
    rows: Rows = {
        "items": [{"item": "old", "family": "kits", "value": 1}, {"item": "new", "family": "kits", "value": 1.5}],
        "needs": [{"need": "order", "recipient": "town", "item": "kits", "qty": 60}],
        "resources": [{"resource": "line", "capacity": 10}],
        "processes": [{"process": name, "site": "works", "item": name} for name in ("old_way", "new_way")],
        "uses": [{"user": "old_way", "resource": "line", "qty": 1}, {"user": "new_way", "resource": "line", "qty": 2}],
    }
    for row, item in zip(rows["processes"], ("old", "new"), strict=True):
        row["item"] = item
    return scene(rows | more)


@cache
def inspections() -> Tables:
    """Twelve kits: six a day unseen, a tenth of them bad, or two a day inspected, none of them bad."""
    return scene(
        {
            "items": [{"item": "seen", "family": "kits"}, {"item": "unseen", "family": "kits"}],
            "needs": [{"need": "order", "recipient": "town", "item": "kits", "qty": 12}],
            "resources": [{"resource": "line", "capacity": 6}],
            "processes": [
                {"process": "plain", "site": "works", "item": "unseen", "escape": 0.1},
                {"process": "checked", "site": "works", "item": "seen"},
            ],
            "uses": [
                {"user": "plain", "resource": "line", "qty": 1},
                {"user": "checked", "resource": "line", "qty": 3},
            ],
        }
    )


@cache
def with_rival(**rival: Any) -> Tables:
    """Twelve kits on a line of six hours a day, of which a civil user wants three."""
    return scene(
        {
            "items": [{"item": "kit"}],
            "needs": [{"need": "order", "recipient": "town", "item": "kit", "qty": 12}],
            "resources": [{"resource": "line", "capacity": 6}],
            "processes": [{"process": "make", "site": "works", "item": "kit"}],
            "uses": [{"user": "make", "resource": "line", "qty": 1}],
            "rivals": [{"rival": "tractors", "kind": "resource", "target": "line", "qty": 3, **rival}],
        }
    )


@cache
def near_and_far(**config: Any) -> Tables:
    """Two towns of ten kits each; the far one takes two units of the one line, the near one only one."""
    return Tables.from_rows(
        {"name": "share", "start": "2031-01-01", "period_d": 1, "periods": 20, "tail": 0, **config},
        {
            "items": [{"item": name} for name in ("plain", "hard")],
            "sites": [{"site": "works"}],
            "recipients": [{"recipient": "near", "site": "works"}, {"recipient": "far", "site": "works"}],
            "needs": [
                {"need": "near_order", "recipient": "near", "item": "plain", "qty": 10},
                {"need": "far_order", "recipient": "far", "item": "hard", "qty": 10},
            ],
            "resources": [{"resource": "line", "capacity": 10}],
            "processes": [
                {"process": "easy", "site": "works", "item": "plain"},
                {"process": "slow", "site": "works", "item": "hard"},
            ],
            "uses": [{"user": "easy", "resource": "line", "qty": 1}, {"user": "slow", "resource": "line", "qty": 3}],
        },
    )
