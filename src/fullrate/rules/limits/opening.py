r"""Openings: nothing happens at a site that is not open, no build before its date, no delivery before its need.

.. math:: x_{pt} = f_{lit} = y_{dit} = z_{bt} = 0 \qquad \text{for } e_{t-1} < \text{opens or } e_t > \text{closes}

.. math:: x_{pt} = f_{lit} = z_{bt} = h_{wt} = q_{gt} = 0 \qquad \text{for } e_{t-1} < \text{decided}

====== ============================= ================================ ====
symbol meaning                       table column                     unit
====== ============================= ================================ ====
x, f   starts, departures            ``sites.opens``, ``sites.closes`` d
y      deliveries                    the same, and ``needs.from``     d
z      builds                        ``builds.opens``                 d
h, q   hires, tests of gates         ``decided`` of the scenario      d
====== ============================= ================================ ====

A lane counts at its origin: goods may wait before the door of a site that is not open yet. Until the plan is decided on
nothing new is begun, but what is due arrives, and what lies at a recipient's site is handed out.

>>> from fullrate.rules import tiny
>>> print(tiny.shown("OPENING", tiny.LATER))
opens_make[press,1]: make[press,1] <= 0
opens_deliver[order|kit,1]: deliver[order|kit,1] <= 0
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from fullrate.case import Case
from fullrate.lp.rows import RowBlock
from fullrate.results import Plan
from fullrate.rules import plainly
from fullrate.rules.base import Cols, Excess, Rule, Trace, cells_of, over
from fullrate.rules.shut import after, before
from fullrate.tables import SCENARIO, Cell, Tables


def rows(case: Case, cols: Cols) -> list[RowBlock]:
    """Columns outside the time their place is open."""
    opens, leaves = case.openings, case.tables["lanes"]["from"][case.shipments.lane]
    at, need = case.tables["processes"].site, case.deliveries.need
    home = case.tables["recipients"].site[case.tables["needs"].recipient[need]]
    return [
        before("opens_make", cols["make"], np.maximum(opens.site[at], opens.decided), case),
        after("closes_make", cols["make"], opens.site_end[at], case),
        before("opens_ship", cols["ship"], np.maximum(opens.site[leaves], opens.decided), case),
        after("closes_ship", cols["ship"], opens.site_end[leaves], case),
        before("opens_deliver", cols["deliver"], opens.delivery, case),
        after("closes_deliver", cols["deliver"], opens.site_end[home], case),
        before("opens_build", cols["build"], np.maximum(opens.build, opens.decided), case),
        before("opens_hire", cols["hire"], np.full(len(case.axes["pool"]), opens.decided), case),
        before("opens_test", cols["test"], np.full(len(case.axes["gate"]), opens.decided), case),
        before("opens_risk", cols["risk"], np.full(len(case.axes["build"]), opens.decided), case),
    ]


def check(tables: Tables, plan: Plan) -> Iterator[Excess]:
    """Every start, departure, delivery and build against the dates of its place."""
    rounding = tables.config.lead_rounding
    sites = {row["site"]: row for row in tables.rows("sites")}

    def outside(site: str, period: int) -> bool:
        row = sites[site]
        first = plainly.usable(plan.edges, plainly.day(tables, row["opens"], 0.0), rounding)
        last = plainly.usable_until(plan.edges, plainly.day(tables, row["closes"], 1e12), rounding)
        return not first <= period <= last

    place = {row["process"]: row["site"] for row in tables.rows("processes")}
    leaves = {row["lane"]: row["from"] for row in tables.rows("lanes")}
    home = {row["recipient"]: row["site"] for row in tables.rows("recipients")}
    needs = {row["need"]: row for row in tables.rows("needs")}
    opens = {row["build"]: plainly.day(tables, row["opens"], 0.0) for row in tables.rows("builds")}
    decided = plainly.usable(plan.edges, max(plainly.day(tables, tables.config.decided, 0.0), 0.0), rounding)
    for (process, period), amount in plan["make"].items():
        if outside(place[process], period) or period < decided:
            yield from over("OPENING", amount, 0.0, process, period)
    for (lane, item, period), amount in plan["ship"].items():
        if outside(leaves[lane], period) or period < decided:
            yield from over("OPENING", amount, 0.0, lane, item, period)
    for (need, item, period), amount in plan["deliver"].items():
        arises = plainly.usable(plan.edges, plainly.day(tables, needs[need]["from"], 0.0), rounding)
        if outside(home[needs[need]["recipient"]], period) or period < arises:
            yield from over("OPENING", amount, 0.0, need, item, period)
    for (build, period), amount in plan["build"].items():
        if period < max(plainly.usable(plan.edges, max(opens[build], 0.0), rounding), decided):
            yield from over("OPENING", amount, 0.0, build, period)
    for kind in ("hire", "test", "risk"):
        for (name, period), amount in plan[kind].items():
            if period < decided:
                yield from over("OPENING", amount, 0.0, name, period)


def _place(table: str, key: str, site: str, date: str) -> Trace:
    """The date of the site an element belongs to."""

    def cells(tables: Tables, element: str) -> list[Cell]:
        name = element.split("|")[0]
        return [Cell("sites", row[site], date) for row in tables.rows(table) if row[key] == name]

    return cells


def _decided(tables: Tables, key: str) -> list[Cell]:
    return [Cell(SCENARIO, "", "decided")]


def _home(date: str) -> Trace:
    """The date of the site of a need's recipient, and when the need begins."""

    def cells(tables: Tables, element: str) -> list[Cell]:
        need = next(row for row in tables.rows("needs") if row["need"] == element.split("|")[0])
        home = next(row["site"] for row in tables.rows("recipients") if row["recipient"] == need["recipient"])
        return [Cell("sites", home, date), Cell("needs", need["need"], "from")]

    return cells


RULE = Rule(
    code="OPENING",
    title="Nothing happens before it is decided or at a site that is not open, nor before its own date.",
    reads={
        "sites": ("site", "opens", "closes"),
        "processes": ("site",),
        "lanes": ("from",),
        "recipients": ("site",),
        "needs": ("recipient", "from"),
        "builds": ("opens",),
    },
    rows=rows,
    check=check,
    cells={
        "opens_make": _place("processes", "process", "site", "opens"),
        "closes_make": _place("processes", "process", "site", "closes"),
        "opens_ship": _place("lanes", "lane", "from", "opens"),
        "closes_ship": _place("lanes", "lane", "from", "closes"),
        "opens_deliver": _home("opens"),
        "closes_deliver": _home("closes"),
        "opens_build": cells_of("builds", "opens"),
        "opens_hire": _decided,
        "opens_test": _decided,
        "opens_risk": _decided,
    },
)
