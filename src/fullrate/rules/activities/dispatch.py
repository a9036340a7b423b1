r"""Dispatch: a lane that carries anything in a period carries at least its smallest shipment, and costs what it costs.

.. math:: \underline{f}_l\, m_{lt} \le \sum_i c_i f_{lit} \le M_l\, m_{lt}, \qquad m_{lt} \in \{0, 1\}

====== ============================== ======================== =========
symbol meaning                        table column             unit
====== ============================== ======================== =========
f      shipped                        column ``ship``          unit
c      unit, mass or size of an item  ``lanes.cap_unit``       cap_unit/unit
m      whether anything leaves        column ``dispatch``      -
fmin   smallest shipment              ``lanes.min_ship``       cap_unit
M      most that can leave            ``lanes.capacity``       cap_unit
cost   of a shipment                  ``lanes.fixed_cost``     money
====== ============================== ======================== =========

One shipment a period, of all items together. Makes the program an integer one; its gap is shown. Lanes without smallest
shipment and fixed cost have no such column. Source: Pochet & Wolsey 2006.

>>> from fullrate.rules import tiny
>>> print(tiny.shown("DISPATCH", tiny.FREIGHT))
dispatch_least[road,1]: ship[road|kit,1] - 5 dispatch[road,1] >= 0
dispatch_least[road,2]: ship[road|kit,2] - 5 dispatch[road,2] >= 0
dispatch_most[road,1]: ship[road|kit,1] - 8 dispatch[road,1] <= 0
dispatch_most[road,2]: ship[road|kit,2] - 8 dispatch[road,2] <= 0
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from fullrate.case import Case
from fullrate.lp.axes import Columns, block
from fullrate.lp.rows import RowBlock, Rows
from fullrate.results import Plan
from fullrate.rules import plainly
from fullrate.rules.base import Cols, Excess, Rule, Sent, cells_of, differs, over, under
from fullrate.tables import Tables


def columns(case: Case) -> list[Columns]:
    """Whether anything leaves on a lane in a period."""
    lane, whole = case.axes["lane"], case.windows["dispatch"][1] > 0
    return [block("dispatch", lane, case.period, *case.windows["dispatch"], upper=1.0, integer=whole)]


def sends(case: Case, cols: Cols) -> Iterator[Sent]:
    """What a shipment costs, however small."""
    cost = cols["dispatch"].terms.by(case.tables["lanes"].fixed_cost, "lane").nonzero()
    yield "money", cost.to("lane", case.money.payer, case.money.pays["lanes"])


def rows(case: Case, cols: Cols) -> list[RowBlock]:
    """All or nothing below the smallest shipment; nothing without a shipment."""
    lane, lanes, shipments = case.axes["lane"], case.tables["lanes"], case.shipments
    counted = shipments.whole(lanes)
    load = cols["ship"].terms.by(shipments.measure, "shipment").only(counted[shipments.lane], "shipment")
    load = load.to("shipment", lane, shipments.lane)
    sent, over = cols["dispatch"].terms, (lane, case.period)
    most = np.minimum(case.capacity.lane, case.most_load[:, None])
    least = lanes.min_ship > 0
    above = Rows("dispatch_least", over).plus(load.only(least, "lane"))
    return [
        above.minus(sent.only(least, "lane").by(lanes.min_ship, "lane")).at_least(0.0),
        Rows("dispatch_most", over).plus(load).minus(sent.by(most, "lane", "period")).at_most(0.0),
    ]


def check(tables: Tables, plan: Plan) -> Iterator[Excess]:
    """What leaves on a lane with a smallest shipment or a fixed cost, against whether anything does."""
    items = {row["item"]: row for row in tables.rows("items")}
    lanes = {row["lane"]: row for row in tables.rows("lanes") if row["min_ship"] > 0 or row["fixed_cost"] > 0}
    load: dict[tuple[str, int], float] = defaultdict(float)
    for (name, item, period), amount in plan["ship"].items():
        if name in lanes:
            load[name, period] += amount * plainly.measure(lanes[name], items[item])
    for (name, period), sent in plan["dispatch"].items():
        yield from differs("DISPATCH", sent, round(sent), 1.0, name, period)
        yield from over("DISPATCH", sent, 1.0, name, period)
        yield from over("DISPATCH", -sent, 0.0, name, period)
    for name, row in lanes.items():
        for period in range(1, plan.periods + 1):
            if plan["dispatch"][name, period] < 0.5:
                yield from over("DISPATCH", load[name, period], 0.0, name, period)
            else:
                yield from under("DISPATCH", load[name, period], row["min_ship"], name, period)


RULE = Rule(
    code="DISPATCH",
    title="A lane that carries anything carries at least its smallest shipment.",
    reads={
        "lanes": ("lane", "cap_unit", "min_ship", "fixed_cost", "fund"),
        "items": ("item", "mass", "size"),
    },
    rows=rows,
    columns=columns,
    sends=sends,
    check=check,
    cells={
        "dispatch_least": cells_of("lanes", "min_ship"),
        "dispatch_most": cells_of("lanes", "min_ship", "fixed_cost"),
    },
)
