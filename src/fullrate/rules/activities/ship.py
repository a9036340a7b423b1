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
cost   of one capacity unit           ``lanes.unit_cost``   money/cap_unit
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

from fullrate.calendar import Kernel
from fullrate.case import Case
from fullrate.lp.axes import Columns, block
from fullrate.lp.rows import RowBlock, Rows
from fullrate.results import Plan
from fullrate.rules import plainly
from fullrate.rules.base import Cols, Excess, Rule, Sent, cells_of, over
from fullrate.tables import Tables


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
    arrives = on_way.to("shipment", points, shipments.destination)
    yield "items", arrives
    yield "shelf", arrives
    cost = ship.by(case.money.ship[shipments.lane] * shipments.measure[:, None], "shipment", "period").nonzero()
    yield "money", cost.to("shipment", case.money.payer, case.money.pays["lanes"][shipments.lane])


def _transit(case: Case) -> Kernel:
    """The lanes' kernel by shipment."""
    return replace(case.transit, of=case.transit.of[case.shipments.lane])


def rows(case: Case, cols: Cols) -> list[RowBlock]:
    """Capacity of each lane over all its items."""
    shipments = case.shipments
    load = cols["ship"].terms.by(shipments.measure, "shipment").to("shipment", case.axes["lane"], shipments.lane)
    carried = Rows("ship_capacity", (case.axes["lane"], case.period))
    return [carried.plus(load, *cols.to("freight")).at_most(case.capacity.lane)]


def check(tables: Tables, plan: Plan) -> Iterator[Excess]:
    """What leaves on each lane against its capacity."""
    steps, edges = plainly.Steps(tables), plan.edges
    lanes = {row["lane"]: row for row in tables.rows("lanes")}
    items = {row["item"]: row for row in tables.rows("items")}
    load: dict[tuple[str, int], float] = defaultdict(float)
    for (name, item, period), amount in plan["ship"].items():
        load[name, period] += amount * plainly.measure(lanes[name], items[item])
        yield from over("SHIP", -amount, 0.0, name, item, period)
        if lanes[name]["item"] not in ("*", item):
            yield from over("SHIP", amount, 0.0, name, item, period)
    for name, period, amount in plainly.kept(tables, plan, "lane"):
        load[name, period] += amount
    for (name, period), amount in load.items():
        rate = steps.capacity("lanes", lanes[name], "capacity", edges, period, tables.config.lead_rounding)
        yield from over("SHIP", amount, rate * (edges[period] - edges[period - 1]), name, period)


RULE = Rule(
    code="SHIP",
    title="A lane carries no more than its capacity.",
    reads={
        "lanes": ("lane", "from", "to", "item", "lead_d", "capacity", "cap_unit", "unit_cost", "loss", "fund"),
        "items": ("mass", "size"),
        "rivals": ("kind", "target"),
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
