"""What has been fielded and fails, in plain loops over what the user wrote: for the checks of the rules."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from math import comb, exp, gamma

from fullrate.results import Plan
from fullrate.rules.plainly import Edges
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


@dataclass(frozen=True)
class Life:
    """How long a unit works: failures a day on average, and the shape of Weibull's law (1: no ageing)."""

    daily: float
    shape: float

    def left(self, age: float) -> float:
        """Share that still works at an age in days."""
        return exp(-((age * self.daily * gamma(1 + 1 / self.shape)) ** self.shape))

    def lost(self, edges: Edges, start: int, period: int) -> float:
        """Share of what worked at the end of period ``start`` that fails in a later one."""
        return self.left(edges[period - 1] - edges[start]) - self.left(edges[period] - edges[start])


ENDLESS = Life(0.0, 1.0)
"""What never fails."""


def lives(tables: Tables) -> dict[tuple[str, str], Life]:
    """Life of a unit of each item that meets each need; only where what fails no longer counts."""
    if tables.config.coverage != "serviceable":
        return {}
    conditions = {row["recipient"]: row["environment"] for row in tables.rows("recipients")}
    family = {row["item"]: row["family"] for row in tables.rows("items")}
    found = {}
    for need in tables.rows("needs"):
        for row in tables.rows("reliability"):
            asked = need["item"] == row["item"] or need["item"] == family[row["item"]]
            if asked and row["environment"] == conditions[need["recipient"]]:
                found[need["need"], row["item"]] = Life(row["af"] / row["mtbf_d"], row["shape"])
    return found


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
    known, first = lives(tables), early(tables)
    family = {row["item"]: row["family"] for row in tables.rows("items")}
    return {need for need, _ in known} | {
        need["need"]
        for need in tables.rows("needs")
        for item, share in first.items()
        if share > 0 and need["item"] in (item, family[item])
    }
