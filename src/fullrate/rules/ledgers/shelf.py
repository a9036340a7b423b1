r"""Shelf life: what lies at a place at the end of a period has come recently enough to be used in the next.

.. math:: g_{nit} = g_{ni,t-1} + \text{arrivals}_{nit} \qquad
          s_{nit} \le \sum_{r \le t,\; u_{ni}(r) > t} R_{nir} + g_{nit} - g_{ni,\ell_{ni}(t)}

====== ================================================ ======================= ====
symbol meaning                                          table column            unit
====== ================================================ ======================= ====
s      stock at the end of the period                   column ``hold``         unit
g      all that has arrived by lane or from a process   column ``receive``      unit
R      stock at the start, receipts that are due        ``stock.qty``           unit
u      last period in which goods of a period are used  ``items.shelf_life_d``  -
l      last period whose goods must have gone           ``items.shelf_life_d``  -
====== ================================================ ======================= ====

The oldest goes first, so that what is left is what came last; stock at the start counts as come just before it. Goods
received in a period may be used up to the period that ends their shelf life later. Exact at one place. Over several,
goods rest only where they are made, received or in stock, each time an even part of what is left of their shelf life
after the longest way: safe, though not everything that would be safe. What a process puts out is fresh. With leads
rounded down every place counts anew. Articles of a test are used when they are set aside. Source: Nahmias 1982.

>>> from fullrate.rules import tiny
>>> print(tiny.shown("SHELF", tiny.FRESH))  # doctest: +NORMALIZE_WHITESPACE
shelf_receive[works|kit,1]: receive[works|kit,1] - make[press,1] = 0
shelf_receive[works|kit,2]: receive[works|kit,2] - receive[works|kit,1] - make[press,2] = 0
shelf_hold[works|kit,1]: hold[works|kit,1] - receive[works|kit,1] <= 0
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np

from fullrate.case import Case
from fullrate.lp.axes import Columns, block
from fullrate.lp.rows import RowBlock, Rows
from fullrate.results import Plan
from fullrate.rules import plainly, shut
from fullrate.rules.base import Cols, Excess, Rule, over, under
from fullrate.rules.ledgers import items
from fullrate.tables import Cell, Tables

Row = dict[str, Any]
NONE = float("inf")


def columns(case: Case) -> list[Columns]:
    """All that has arrived so far at points of goods that do not keep."""
    scale = case.scale[case.points.item]
    return [block("receive", case.points.axis, case.period, *case.windows["receive"], scale=scale)]


def rows(case: Case, cols: Cols) -> list[RowBlock]:
    """What has arrived, what may be left of it, what must go at once, and lanes that are too long."""
    points, shelf = case.points.axis, case.shelf
    received, held = cols["receive"].terms, cols["hold"].terms.only(shelf.point, "point")
    come = [terms.only(shelf.point, "point") for terms in cols.to("shelf")]
    gone = received.spread(shelf.gone, "point")
    has = np.where(case.windows["hold"][1][:, None] > 0, shelf.known, NONE)
    at_once = cols["waste"].terms.only((shelf.stale > 0)[:, None] & (np.arange(case.calendar.periods) == 0), *_TIMED)
    late = np.repeat(shelf.late[:, None], case.calendar.periods, axis=1)
    return [
        Rows("shelf_receive", (points, case.period)).plus(received).minus(received.lag(), *come).equals(0.0),
        Rows("shelf_hold", (points, case.period)).plus(held, gone).minus(received).at_most(has),
        Rows("shelf_waste", (points,)).plus(at_once).at_least(np.where(shelf.stale > 0, shelf.stale, NONE)),
        shut.shut("shelf_ship", cols["ship"], late, case),
    ]


_TIMED = ("point", "period")


def check(tables: Tables, plan: Plan) -> Iterator[Excess]:
    """First in, first out: what is left at the end of a period must be young enough for the next."""
    lives = {row["item"]: row["shelf_life_d"] for row in tables.rows("items") if row["shelf_life_d"] < NONE}
    if not lives:
        return
    come: dict[tuple[str, str], dict[int, float]] = defaultdict(lambda: defaultdict(float))

    def book(site: str, item: str, period: int, amount: float) -> None:
        if amount > 0:
            come[site, item][period] += amount

    items.receipts(tables, plan, book)
    items.processes(tables, plan, book)
    items.lanes(tables, plan, book)
    starts = _at_the_start(tables)
    ways = {item: _ways(tables, plan, item, life) for item, life in lives.items()}
    for item, (_, late) in ways.items():
        for lane in late:
            for period in range(1, plan.periods + 1):
                yield from over("SHELF", plan["ship"][lane, item, period], 0.0, lane, item, period)
    for (site, item), qty in starts.items():
        if item in ways and _last_use(tables, plan, 0, ways[item][0](site)) < 1:
            yield from under("SHELF", plan["waste"][site, item, 1], qty, site, item, 1)
    for (site, item, period), left in plan["hold"].items():
        if item in ways and period < plan.periods:
            old = starts.get((site, item), 0.0)
            fresh = {**come[site, item], 0: old, 1: come[site, item][1] - old}
            young = sum(
                fresh.get(t, 0.0) for t in range(period + 1) if _last_use(tables, plan, t, ways[item][0](site)) > period
            )
            yield from over("SHELF", left, young, site, item, period)


def _at_the_start(tables: Tables) -> dict[tuple[str, str], float]:
    """Stock at the start by site and item."""
    stock: dict[tuple[str, str], float] = defaultdict(float)
    for row in tables.rows("stock"):
        if plainly.day(tables, row["date"], 0.0) <= 0:
            stock[row["site"], row["item"]] += row["qty"]
    return stock


def _last_use(tables: Tables, plan: Plan, period: int, rest: float) -> int:
    """Last period in which goods of a period may be used; period 0 lies before the start."""
    edges, rounding = plan.edges, tables.config.lead_rounding
    last = period
    for t in range(period + 1, plan.periods + 1):
        begin, end = edges[t - 1], edges[t]
        if period == 0:
            fits = begin < rest - plainly.SAME if rounding == "floor" else end <= rest + plainly.SAME
        elif rounding == "ceil":
            fits = end <= edges[period] + rest + plainly.SAME and begin <= edges[period - 1] + rest + plainly.SAME
        elif rounding == "floor":
            fits = begin < edges[period] + rest - plainly.SAME
        else:
            fits = (begin + end) / 2 <= (edges[period - 1] + edges[period]) / 2 + rest + plainly.SAME
        last = t if fits else last
    return last


def _ways(tables: Tables, plan: Plan, item: str, life: float) -> tuple[Any, list[str]]:
    """Days the item may rest at a site, as a function, and lanes on which it would arrive too old."""
    rounding = tables.config.lead_rounding
    lanes = [row for row in tables.rows("lanes") if row["item"] in ("*", item)]
    if rounding == "floor":
        return (lambda site: life), [row["lane"] for row in lanes if row["lead_d"] > life + plainly.SAME]
    useful = _consumers(tables, item)
    for _ in lanes:
        useful |= {row["from"] for row in lanes if row["to"] in useful}
    lanes = [row for row in lanes if row["to"] in useful]
    lead = {row["lane"]: _time_on(plan, row["lead_d"], rounding) for row in lanes}
    origins = _origins(tables, item)
    ages: dict[str, tuple[float, int]] = dict.fromkeys(origins, (0.0, 1))
    late: list[str] = []
    for _ in range(len(list(tables.rows("sites"))) + 1):
        grown: dict[str, tuple[float, int]] = dict.fromkeys(origins, (0.0, 1))
        late = []
        for row in lanes:
            if row["from"] in ages:
                age, places = ages[row["from"]]
                there, count = grown.get(row["to"], (0.0, 0))
                if age + lead[row["lane"]] > life + plainly.SAME:
                    late.append(row["lane"])
                else:
                    on = int(row["to"] in origins)
                    grown[row["to"]] = (max(there, age + lead[row["lane"]]), max(count, on + places))
        ages = grown
    longest = max((age for site, (age, _) in ages.items() if site in useful), default=0.0)
    rest = (life - longest) / max((places for _, places in ages.values()), default=1)
    return (lambda site: rest if site in origins else 0.0), late


def _time_on(plan: Plan, lead: float, rounding: str) -> float:
    """Days from departure to arrival as the plan counts them, at most."""
    longest = lead
    if rounding == "ceil":
        for period in range(1, plan.periods + 1):
            for t, _ in plainly.arrival(plan.edges, period, lead, rounding):
                longest = max(longest, plan.edges[t] - plan.edges[period], plan.edges[t - 1] - plan.edges[period - 1])
    return float(longest)


def _consumers(tables: Tables, item: str) -> set[str]:
    """Sites at which the item is delivered, taken in, used up by a test, or kept by a rival."""
    home = {row["recipient"]: row["site"] for row in tables.rows("recipients")}
    family = {row["item"]: row["family"] for row in tables.rows("items")}
    site = {row["process"]: row["site"] for row in tables.rows("processes")}
    asked = {home[row["recipient"]] for row in tables.rows("needs") if row["item"] in (item, family[item])}
    taken = [row for row in tables.rows("recipe") if row["role"] == "in" and row["item"] == item]
    rivals = [row["target"].rpartition("@") for row in tables.rows("rivals") if row["kind"] == "item"]
    kept = {place for name, _, place in rivals if name == item}
    tested = {row["needs_site"] for row in tables.rows("gates") if row["needs_item"] == item}
    return asked | kept | tested | {site[row["process"]] for row in taken}


def _origins(tables: Tables, item: str) -> set[str]:
    """Sites at which the item is made, received or in stock."""
    site = {row["process"]: row["site"] for row in tables.rows("processes")}
    made = {row["site"] for row in tables.rows("processes") if row["item"] == item}
    given = [row for row in tables.rows("recipe") if row["role"] != "in" and row["item"] == item]
    stored = {row["site"] for row in tables.rows("stock") if row["item"] == item and row["qty"] > 0}
    return made | {site[row["process"]] for row in given} | stored


def _life(tables: Tables, key: str) -> list[Cell]:
    """The shelf life of the item a row ends in."""
    return [Cell("items", key.rpartition("|")[2], "shelf_life_d")]


RULE = Rule(
    code="SHELF",
    title="Nothing is used after its shelf life.",
    reads={
        "gates": ("needs_item", "needs_site"),
        "items": ("item", "shelf_life_d", "family"),
        "stock": ("site", "item", "qty", "date"),
        "restrictions": ("kind", "target", "item", "from", "to"),
        "sites": ("site", "region", "owner"),
        "needs": ("recipient", "item"),
        "recipients": ("site",),
        "lanes": ("from", "to", "item", "lead_d"),
        "recipe": ("process", "item", "role", "share_max"),
        "rivals": ("kind", "target"),
    },
    rows=rows,
    columns=columns,
    check=check,
    cells={
        "shelf_receive": _life,
        "shelf_hold": _life,
        "shelf_waste": _life,
        "shelf_ship": _life,
    },
)
