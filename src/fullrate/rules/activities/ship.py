r"""Ship: what leaves on a lane, how much it can carry, and what arrives.

.. math:: \sum_i m_i f_{lit} \le c_l \Delta_t \qquad \text{arrives} = (1 - \lambda_l) f_{lit} \text{ after } \tau_l

====== ============================== ===================== =========
symbol meaning                        table column          unit
====== ============================== ===================== =========
f      shipped                        column ``ship``       unit
c      capacity                       ``lanes.capacity``    cap_unit/d
m      unit, mass or size of an item  ``lanes.cap_unit``    cap_unit/unit
lambda loss on the way                ``lanes.loss``        -
tau    lead time                      ``lanes.lead_d``      d
====== ============================== ===================== =========

Source: Ahuja, Magnanti & Orlin 1993; Skutella 2023.

>>> from fullrate.rules import tiny
>>> print(tiny.shown("SHIP", tiny.LANE))
ship_capacity[road,1]: 2 ship[road|kit,1] <= 6
ship_capacity[road,2]: 2 ship[road|kit,2] <= 6
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from fullrate.calendar import Kernel
from fullrate.case import Case
from fullrate.lp.axes import Columns, block
from fullrate.lp.rows import RowBlock, Rows
from fullrate.results import Plan
from fullrate.rules import plainly
from fullrate.rules.base import Cols, Excess, Rule, Sent, cells_of, over
from fullrate.tables import Tables

MEASURE = {"unit": None, "kg": "mass", "m3": "size"}
"""Column of ``items`` that each capacity unit counts; one per unit for ``unit``."""


def columns(case: Case) -> list[Columns]:
    """Quantity of each item leaving on each lane."""
    scale = case.scale[case.shipments.item]
    return [block("ship", case.shipments.axis, case.period, *case.windows["ship"], scale=scale)]


def sends(case: Case, cols: Cols) -> Iterator[Sent]:
    """Out of the origin now, into the destination after the lead time, less the loss."""
    shipments, lanes, points = case.shipments, case.tables["lanes"], case.points.axis
    ship = cols["ship"].terms
    yield "items", -ship.to("shipment", points, shipments.origin)
    on_way = ship.by(1 - lanes.loss[shipments.lane], "shipment").spread(_transit(case), "shipment")
    yield "items", on_way.to("shipment", points, shipments.destination)
    cost = ship.by(case.money.ship[shipments.lane], "shipment", "period").nonzero()
    yield "money", cost.to("shipment", case.money.payer, case.money.pays["lanes"][shipments.lane])


def _transit(case: Case) -> Kernel:
    """The lanes' kernel by shipment."""
    return replace(case.transit, of=case.transit.of[case.shipments.lane])


def rows(case: Case, cols: Cols) -> list[RowBlock]:
    """Capacity of each lane over all its items."""
    shipments, lanes, items = case.shipments, case.tables["lanes"], case.tables["items"]
    measures = {"unit": np.ones(len(items)), "kg": items.mass, "m3": items.size}
    each = [measures[lanes.cap_unit[a]][i] for a, i in zip(shipments.lane, shipments.item, strict=True)]
    load = cols["ship"].terms.by(np.array(each, float), "shipment")
    carried = Rows("ship_capacity", (case.axes["lane"], case.period))
    return [carried.plus(load.to("shipment", case.axes["lane"], shipments.lane)).at_most(case.capacity.lane)]


def check(tables: Tables, plan: Plan) -> Iterator[Excess]:
    """What leaves on each lane against its capacity."""
    steps, edges = plainly.Steps(tables), plan.edges
    lanes = {row["lane"]: row for row in tables.rows("lanes")}
    items = {row["item"]: row for row in tables.rows("items")}
    load: dict[tuple[str, int], float] = defaultdict(float)
    for (name, item, period), amount in plan["ship"].items():
        measure = MEASURE[lanes[name]["cap_unit"]]
        load[name, period] += amount * (1.0 if measure is None else items[item][measure])
        yield from over("SHIP", -amount, 0.0, name, item, period)
        if lanes[name]["item"] not in ("*", item):
            yield from over("SHIP", amount, 0.0, name, item, period)
    for (name, period), amount in load.items():
        rate = steps.capacity("lanes", lanes[name], "capacity", edges, period, tables.config.lead_rounding)
        yield from over("SHIP", amount, rate * (edges[period] - edges[period - 1]), name, period)


RULE = Rule(
    code="SHIP",
    title="A lane carries no more than its capacity.",
    reads={
        "lanes": ("lane", "from", "to", "item", "lead_d", "capacity", "cap_unit", "unit_cost", "loss", "fund"),
        "items": ("mass", "size"),
        "series": ("value",),
    },
    rows=rows,
    columns=columns,
    sends=sends,
    check=check,
    cells={
        "ship_capacity": cells_of("lanes", "capacity"),
    },
)
