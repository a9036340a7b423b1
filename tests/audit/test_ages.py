"""How old is what a plan uses? Every unit followed from place to place, oldest first, with no look at the rules."""

from __future__ import annotations

from collections import defaultdict, deque

import pytest

import fullrate as fr
from rules import cases
from rules.known import first_stage

NOTHING = 1e-6
Batch = list[float]
"""Day the period ends in which it came into being, and how much is left."""


@pytest.mark.parametrize("seed", range(12))
def test_nothing_is_used_too_old(seed: int) -> None:
    """On equal periods, leads rounded up: ages counted from end of period to end of period."""
    world = cases.world_of((cases.perishing,), seed, others=0.0)
    world.config = {key: value for key, value in world.config.items() if key not in ("calendar", "lead_rounding")}
    world.config |= {"period_d": 2, "periods": 10}
    tables = world.read()
    _, plan = first_stage(tables)
    lives = {row["item"]: row["shelf_life_d"] for row in tables.rows("items")}
    for item in ("kit", "plate"):
        assert oldest(tables, plan, item) <= lives[item] + 1e-9


def oldest(tables: fr.Tables, plan: fr.Plan, item: str) -> float:
    """Largest age in days at which a unit of an item is used."""
    lanes = {row["lane"]: row for row in tables.rows("lanes")}
    order = ("mine", "works", "town")
    stocks: dict[str, deque[Batch]] = {site: deque() for site in order}
    arrivals: dict[tuple[str, int], list[Batch]] = defaultdict(list)
    for row in tables.rows("stock"):
        if row["item"] == item:
            days = (row["date"] - tables.config.start).days if row["date"] else 0
            period = -(-days // 2) + 1 if days > 0 else 1
            arrivals[row["site"], period].append([2.0 * period if days > 0 else 0.0, row["qty"]])
    for row in tables.rows("processes"):
        if row["item"] == item:
            for (name, period), starts in plan["make"].items():
                done = period + -(-row["lead_d"] // 2)
                if name == row["process"]:
                    arrivals[row["site"], int(done)].append([2.0 * done, starts * row["out_qty"]])
    worst = 0.0
    for period in range(1, plan.periods + 1):
        for site in order:
            stocks[site].extend(sorted(arrivals.pop((site, period), [])))
            stocks[site] = deque(sorted(stocks[site]))
            take(stocks[site], plan["waste"][site, item, period])
            for (name, what, t), amount in plan["ship"].items():
                if what == item and t == period and lanes[name]["from"] == site:
                    there = period + -(-lanes[name]["lead_d"] // 2)
                    arrivals[lanes[name]["to"], int(there)] += take(stocks[site], amount)
            for one in take(stocks[site], used(tables, plan, site, item, period)):
                worst = max(worst, 2.0 * period - one[0])
    return worst


def take(stock: deque[Batch], amount: float) -> list[Batch]:
    """The oldest units of a stock, so many of them."""
    taken: list[Batch] = []
    while amount > NOTHING:
        assert stock, "more is taken than there is"
        part = min(amount, stock[0][1])
        taken.append([stock[0][0], part])
        amount -= part
        stock[0][1] -= part
        if stock[0][1] <= NOTHING:
            stock.popleft()
    return taken


def used(tables: fr.Tables, plan: fr.Plan, site: str, item: str, period: int) -> float:
    """What is delivered or taken in at a site in a period."""
    total = 0.0
    if site == "town":
        total += sum(x for (_, what, t), x in plan["deliver"].items() if (what, t) == (item, period))
    if site == "works" and item == "plate":
        total += sum(2 * x for (name, t), x in plan["make"].items() if (name, t) == ("press", period))
    return total
