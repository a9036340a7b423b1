r"""Deliver: what meets a need, never more than it.

.. math:: V_{dt} = \sum_{s \le t} \sum_i v_i\, y_{dis} \le Q_d

====== ========================== =================== ============
symbol meaning                    table column        unit
====== ========================== =================== ============
y      delivered                  column ``deliver``  unit
v      need met by a unit         ``items.value``     coverage/unit
Q      whole need                 ``needs.qty``       coverage
====== ========================== =================== ============

A need names an item or a family; any item of the family counts with its value. Source: Pochet & Wolsey 2006.

>>> from fullrate.rules import tiny
>>> print(tiny.shown("DELIVER", tiny.PRESS))
need[order]: deliver[order|kit,1] + deliver[order|kit,2] <= 20
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from fullrate.case import Case
from fullrate.lp.axes import Columns, block
from fullrate.lp.rows import RowBlock, Rows
from fullrate.results import Plan
from fullrate.rules import fielded
from fullrate.rules.base import Cols, Excess, Rule, Sent, cells_of, over
from fullrate.tables import Tables


def columns(case: Case) -> list[Columns]:
    """Quantity of each item delivered to each need."""
    scale = case.scale[case.deliveries.item]
    return [block("deliver", case.deliveries.axis, case.period, *case.windows["deliver"], scale=scale)]


def sends(case: Case, cols: Cols) -> Iterator[Sent]:
    """Out of the stock at the recipient's site, and towards the need."""
    deliver = cols["deliver"].terms
    yield "items", -deliver.to("delivery", case.points.axis, case.deliveries.point)
    yield "met", deliver.by(case.deliveries.value, "delivery").to("delivery", case.axes["need"], case.deliveries.need)


def rows(case: Case, cols: Cols) -> list[RowBlock]:
    """One row per need."""
    return [Rows("need", (case.axes["need"],)).plus(*cols.to("met")).at_most(case.needs.qty)]


def check(tables: Tables, plan: Plan) -> Iterator[Excess]:
    """What is delivered to each need, and its total in coverage."""
    items = {row["item"]: row for row in tables.rows("items")}
    asked = {row["need"]: row["item"] for row in tables.rows("needs")}
    met: dict[str, float] = defaultdict(float)
    for (need, _), amount in fielded.met(tables, plan).items():
        met[need] += amount
    for (need, item, period), amount in plan["deliver"].items():
        yield from over("DELIVER", -amount, 0.0, need, item, period)
        if asked[need] not in (item, items[item]["family"]):
            yield from over("DELIVER", amount, 0.0, need, item, period)
    for row in tables.rows("needs"):
        yield from over("DELIVER", met[row["need"]], row["qty"], row["need"])


RULE = Rule(
    code="DELIVER",
    title="No more is delivered than is needed.",
    reads={"needs": ("need", "recipient", "item", "qty"), "items": ("family", "value"), "recipients": ("site",)},
    rows=rows,
    columns=columns,
    sends=sends,
    check=check,
    cells={
        "need": cells_of("needs", "qty"),
    },
)
