"""What has been fielded and fails, in plain loops over what the user wrote: for the checks of the rules."""

from __future__ import annotations

from collections import defaultdict
from math import comb

from fullrate.results import Plan
from fullrate.tables import Tables


def escapes(tables: Tables) -> dict[str, float]:
    """Share of defects in each item that a process makes: the worst of its processes."""
    sampled: dict[str, float] = {}
    for row in tables.rows("plans"):
        n, p, lot = int(row["n"]), row["defect"], row["lot"]
        passed = 0.0
        for k in range(min(int(row["c"]), n) + 1):
            passed += comb(n, k) * p**k * (1 - p) ** (n - k)
        sampled[row["process"]] = max(min(passed, 1.0) * p * (lot - n) / lot, 0.0)
    escapes: dict[str, float] = {}
    for row in tables.rows("processes"):
        mine = sampled.get(row["process"], row["escape"])
        escapes[row["item"]] = max(escapes.get(row["item"], 0.0), mine)
    return escapes


def lives(tables: Tables) -> dict[tuple[str, str], float]:
    """Failures a day of a unit of each item that meets each need; only where what fails no longer counts."""
    if tables.config.coverage != "serviceable":
        return {}
    conditions = {row["recipient"]: row["environment"] for row in tables.rows("recipients")}
    family = {row["item"]: row["family"] for row in tables.rows("items")}
    daily = {}
    for need in tables.rows("needs"):
        for row in tables.rows("reliability"):
            asked = need["item"] == row["item"] or need["item"] == family[row["item"]]
            if asked and row["environment"] == conditions[need["recipient"]]:
                daily[need["need"], row["item"]] = row["af"] / row["mtbf_d"]
    return daily


def early(tables: Tables) -> dict[str, float]:
    """Share of each item that fails when it is delivered; only where what fails no longer counts."""
    return escapes(tables) if tables.config.coverage == "serviceable" else {}


def met(tables: Tables, plan: Plan) -> dict[tuple[str, int], float]:
    """Need met in each period less what failed in it, by need and period."""
    value = {row["item"]: row["value"] for row in tables.rows("items")}
    met: dict[tuple[str, int], float] = defaultdict(float)
    for name, sign in (("deliver", 1.0), ("fail", -1.0)):
        for (need, item, period), amount in plan[name].items():
            met[need, period] += sign * amount * value[item]
    return met


def failing(tables: Tables) -> set[str]:
    """Needs that some item which fails may meet."""
    daily, first = lives(tables), early(tables)
    family = {row["item"]: row["family"] for row in tables.rows("items")}
    return {need for need, _ in daily} | {
        need["need"]
        for need in tables.rows("needs")
        for item, share in first.items()
        if share > 0 and need["item"] in (item, family[item])
    }
