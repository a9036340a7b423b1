r"""Restricted sources: what is cut off is zero at the source, so no other route can bring it back.

.. math:: x_{pt} = 0, \quad f_{lit} = 0, \quad R_{nit} = 0, \quad L_{rt} = 0 \qquad
          \text{while a restriction on their site, region, owner, item, lane, corridor or resource is in force}

====== ===================== =================================== =====
symbol meaning               table column                        unit
====== ===================== =================================== =====
x      starts                ``restrictions.kind, target, item`` start
f      departures            the same                            unit
R      scheduled receipts    ``stock``                           unit
L      load, rivals' too     ``uses``, column ``keep``           unit
====== ===================== =================================== =====

A period that a restriction touches is barred. What is on its way arrives. With ``stock`` true, goods already held at
the place are barred as well: they are neither used nor shipped nor delivered. A lane belongs to both its ends; a
corridor is all of its lanes. A resource that is barred carries nothing, with what is built on it; barred for an item,
it carries no starts that give it.

>>> from fullrate.rules import tiny
>>> print(tiny.shown("BARRED", tiny.CUT))
barred_make[press,2]: make[press,2] <= 0
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from fullrate.case import Case
from fullrate.lp.rows import RowBlock, Rows
from fullrate.results import Plan
from fullrate.rules import plainly
from fullrate.rules.base import Cols, Excess, Rule, over
from fullrate.rules.shut import shut
from fullrate.tables import Cell, Tables


def rows(case: Case, cols: Cols) -> list[RowBlock]:
    """Barred columns, and with ``stock`` the uses of what is held."""
    barred = case.barred
    return [
        shut("barred_make", cols["make"], barred.process | _starved(case), case),
        shut("barred_use", cols["use"], _touched(case), case),
        shut("barred_ship", cols["ship"], barred.shipment | barred.held[case.shipments.origin], case),
        shut("barred_deliver", cols["deliver"], barred.held[case.deliveries.point], case),
        _unloaded(case, cols),
    ]


def _unloaded(case: Case, cols: Cols) -> RowBlock:
    """Barred resources: no starts, builds, gates or rivals on them."""
    resource, mask = case.axes["resource"], case.barred.resource
    kept = cols["keep"].terms.to("rival", resource, case.rivals.resource)
    load = [terms.only(mask, "resource", "period") for terms in (*cols.to("load"), kept)]
    return Rows("barred_load", (resource, case.period)).plus(*load).at_most(0.0)


def _touched(case: Case) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """Recipe rows and start periods whose input would be taken from barred stock, shape (parts, T)."""
    recipes, held = case.recipes, case.barred.held
    touched = np.zeros((len(recipes.part), case.calendar.periods), bool)
    if not held.any():
        return touched
    for part in np.flatnonzero(recipes.role == "in"):
        pattern = recipes.taken.of[part]
        for start in np.flatnonzero(recipes.taken.count[pattern] > 0):
            begin = recipes.taken.pointer[pattern, start]
            taken = recipes.taken.period[begin : begin + recipes.taken.count[pattern, start]]
            touched[part, start] = held[recipes.point[part], taken].any()
    return touched


def _starved(case: Case) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """Processes and periods whose fixed input would come from barred stock."""
    starved = np.zeros((len(case.axes["process"]), case.calendar.periods), bool)
    fixed = np.flatnonzero(case.recipes.fixed)
    np.logical_or.at(starved, case.recipes.process[fixed], _touched(case)[fixed])
    return starved


HELD = ("site", "region", "owner", "item")
"""Kinds whose restriction may bar what is held: lanes, corridors and resources hold nothing."""


def check(tables: Tables, plan: Plan) -> Iterator[Excess]:
    """Every flow and load against every restriction in force."""
    load: dict[tuple[str, int], float] | None = None
    for one in tables.rows("restrictions"):
        force = {t for t in range(1, plan.periods + 1) if plainly.barred(tables, plan.edges, one, t)}
        yield from _flows(tables, plan, one, force)
        if one["kind"] == "resource" and one["item"] == "*":
            load = load or plainly.beside(tables, plan, plainly.loads(tables, plan, plainly.stated_effort(plan)))
            for (name, period), amount in load.items():
                if name == one["target"] and period in force:
                    yield from over("BARRED", amount, 0.0, name, period)
        if one["stock"] and one["kind"] in HELD:
            yield from _held(tables, plan, one, force)


def _flows(tables: Tables, plan: Plan, one: dict[str, object], force: set[int]) -> Iterator[Excess]:
    """Starts and departures that a restriction bars."""
    sites = {row["site"]: row for row in tables.rows("sites")}
    lanes = {row["lane"]: row for row in tables.rows("lanes")}
    processes = {row["process"]: row for row in tables.rows("processes")}
    outputs = {name: {row["item"]} for name, row in processes.items()}
    for part in tables.rows("recipe"):
        if part["role"] != "in":
            outputs[part["process"]].add(part["item"])
    users = {(row["user"], row["resource"]) for row in tables.rows("uses") if row["qty"] > 0}
    for (name, period), amount in plan["make"].items():
        here = plainly.names_place(one, sites[processes[name]["site"]])
        if one["kind"] == "resource":
            here = (name, one["target"]) in users
        if period in force and here and any(plainly.names_goods(one, item) for item in outputs[name]):
            yield from over("BARRED", amount, 0.0, name, period)
    for (name, item, period), amount in plan["ship"].items():
        ends = (sites[lanes[name]["from"]], sites[lanes[name]["to"]])
        here = any(plainly.names_place(one, end) for end in ends)
        if one["kind"] in ("lane", "corridor"):
            here = lanes[name][one["kind"]] == one["target"]
        if period in force and here and plainly.names_goods(one, item):
            yield from over("BARRED", amount, 0.0, name, item, period)


def _held(tables: Tables, plan: Plan, one: dict[str, object], force: set[int]) -> Iterator[Excess]:
    """Uses, departures and deliveries of goods whose stock a restriction bars."""
    sites = {row["site"]: row for row in tables.rows("sites")}
    place = {row["process"]: sites[row["site"]] for row in tables.rows("processes")}
    leaves = {row["lane"]: sites[row["from"]] for row in tables.rows("lanes")}
    home = {row["recipient"]: sites[row["site"]] for row in tables.rows("recipients")}
    needs = {row["need"]: home[row["recipient"]] for row in tables.rows("needs")}
    rounding = tables.config.lead_rounding
    inputs = [row for row in tables.rows("recipe") if row["role"] == "in" and plainly.names_goods(one, row["item"])]
    for part in inputs:
        name, slot, item = part["process"], part["slot"] or part["item"], part["item"]
        lone = plainly.alone(plainly.slot_of(tables, part))
        for period in range(1, plan.periods + 1):
            taken = {t for t, _ in plainly.arrival(plan.edges, period, part["offset_d"], rounding)}
            if taken & force and plainly.names_place(one, place[name]):
                amount = plan["make"][name, period] if lone else plan["use"][name, slot, item, period]
                yield from over("BARRED", amount, 0.0, name, slot, item, period)
    for (lane, item, period), amount in plan["ship"].items():
        if period in force and plainly.names_goods(one, item) and plainly.names_place(one, leaves[lane]):
            yield from over("BARRED", amount, 0.0, lane, item, period)
    for (need, item, period), amount in plan["deliver"].items():
        if period in force and plainly.names_goods(one, item) and plainly.names_place(one, needs[need]):
            yield from over("BARRED", amount, 0.0, need, item, period)


def _restrictions(tables: Tables, key: str) -> list[Cell]:
    """Every restriction: which of them bars a column is a matter of place, goods and dates together."""
    return [Cell("restrictions", name, "target") for name in tables.keys("restrictions")]


RULE = Rule(
    code="BARRED",
    title="What a restriction cuts off stays at zero while it is in force.",
    reads={
        "restrictions": ("restriction", "kind", "target", "item", "from", "to", "stock"),
        "sites": ("region", "owner"),
        "processes": ("site", "item"),
        "recipe": ("process", "slot", "item", "role", "share_max", "offset_d"),
        "lanes": ("from", "to", "corridor"),
        "uses": ("user", "resource", "qty"),
        "builds": ("risk_gate", "redo"),
        "gates": ("duration_d", "pass", "retry_d", "fix", "max_tries"),
        "rivals": ("kind", "target"),
        "recipients": ("site",),
        "needs": ("recipient",),
    },
    rows=rows,
    check=check,
    cells={
        "barred_make": _restrictions,
        "barred_use": _restrictions,
        "barred_ship": _restrictions,
        "barred_deliver": _restrictions,
        "barred_load": _restrictions,
    },
)
