"""Ranges and risks for a drawn scenario: a few cells of every kind that an execution reads."""

from __future__ import annotations

from typing import Any

import numpy as np

Rows = dict[str, list[dict[str, Any]]]
KEYS = {
    "processes": "process",
    "lanes": "lane",
    "resources": "resource",
    "builds": "build",
    "pools": "pool",
    "gates": "gate",
    "needs": "need",
}
FACTORS = [
    ("processes", "lead_d"), ("processes", "yield"), ("processes", "max_rate"), ("processes", "out_qty"),
    ("processes", "unit_cost"), ("lanes", "lead_d"), ("lanes", "capacity"), ("resources", "capacity"),
    ("builds", "add"), ("builds", "lead_d"), ("pools", "heads"), ("pools", "hours"), ("needs", "qty"),
    ("gates", "duration_d"),
]  # fmt: skip


def ranged(tables: Rows, seed: int, share: float = 0.5) -> Rows:
    """The rows with ranges for a share of all cells of the listed columns that are not blank, and three risks."""
    luck = np.random.default_rng([77, seed])
    rows: list[dict[str, Any]] = []
    for table, column in FACTORS:
        for row in tables.get(table, []):
            name = {"yield": "yield", "class": "class"}.get(column, column)
            blank = row.get(name) is None and name not in ("out_qty", "hours")
            if not blank and luck.random() < share:
                high = 1.0 if column == "yield" and row[name] > 0.8 else 1.3
                each = column in ("yield", "max_rate", "capacity") and luck.random() < 0.4
                rows.append(
                    {
                        "table": table,
                        "key": row[KEYS[table]],
                        "column": column,
                        "dist": "uniform",
                        "low": 0.6,
                        "high": high,
                        "as": "factor",
                        "draw": "each" if each else "once",
                    }
                )
    for row in tables.get("lanes", []):
        if luck.random() < share / 2:
            rows.append(
                {"table": "lanes", "key": row["lane"], "column": "loss", "dist": "uniform", "low": 0, "high": 0.3}
            )
    for row in tables.get("recipe", []):
        if luck.random() < share / 2:
            key = f"{row['process']}|{row.get('slot') or row['item']}|{row['item']}"
            rows.append(
                {
                    "table": "recipe",
                    "key": key,
                    "column": "qty",
                    "dist": "uniform",
                    "low": 0.8,
                    "high": 1.4,
                    "as": "factor",
                }
            )
    for row in tables.get("uses", []):
        if luck.random() < share / 2 and row["user"].startswith(("make", "get")):
            key = f"{row['user']}|{row['resource']}"
            rows.append(
                {
                    "table": "uses",
                    "key": key,
                    "column": "qty",
                    "dist": "uniform",
                    "low": 0.8,
                    "high": 1.4,
                    "as": "factor",
                }
            )
    for row in tables.get("stock", []):
        if luck.random() < share and row.get("qty"):
            key = f"{row['site']}|{row['item']}" + (f"|{row['date']}" if row.get("date") else "")
            rows.append(
                {
                    "table": "stock",
                    "key": key,
                    "column": "qty",
                    "dist": "uniform",
                    "low": 0,
                    "high": 1.5,
                    "as": "factor",
                }
            )
    for row in tables.get("reliability", []):
        for column in ("mtbf_d", "shape", "repairable"):
            if luck.random() < share and (column == "mtbf_d" or row.get(column)):
                key = f"{row['item']}|{row.get('environment') or 'base'}"
                low, high = (0.6, 1.6) if column == "mtbf_d" else (0.8, 1.0)
                cell = {"table": "reliability", "key": key, "column": column, "dist": "uniform"}
                rows.append({**cell, "low": low, "high": high, "as": "factor"})
    risks = [
        {"risk": "fire", "kind": "resource", "target": "line", "rate": 20, "duration_d": 9, "left": 0.3},
        {"risk": "storm", "kind": "lane", "target": "works-hub", "prob": 0.6, "duration_d": 12},
        {
            "risk": "strike",
            "kind": "site",
            "target": "mine",
            "rate": 12,
            "duration_d": 10,
            "left": 0.1,
            "group": "unrest",
        },
        {"risk": "shortage", "kind": "item", "target": "part1", "rate": 12, "duration_d": 10, "group": "unrest"},
    ]
    return {**tables, "uncertainty": rows, "risks": risks}
