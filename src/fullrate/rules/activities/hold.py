r"""Hold and waste: stock at the end of a period, the room there is for it, and what is thrown away.

.. math:: 0 \le s_{nit} \le \overline{s}_{ni}, \qquad 0 \le w_{nit}

====== ============================ =================== =====
symbol meaning                      table column        unit
====== ============================ =================== =====
s      stock at the end             column ``hold``     unit
w      thrown away                  column ``waste``    unit
smax   room                         ``stock.max``       unit
cost   of keeping a unit            ``items.hold_cost`` money/unit/d
====== ============================ =================== =====

Receipts above the room are wasted, never an error.

>>> from fullrate.rules import tiny
>>> print(tiny.shown("HOLD", tiny.PRESS))
hold_room[works|kit,1]: hold[works|kit,1] <= 40
hold_room[works|kit,2]: hold[works|kit,2] <= 40
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from fullrate.case import Case
from fullrate.lp.axes import Columns, block
from fullrate.lp.rows import RowBlock, Rows
from fullrate.results import Plan
from fullrate.rules.base import Cols, Excess, Rule, Sent, cells_below, over
from fullrate.tables import Tables


def columns(case: Case) -> list[Columns]:
    """Stock and waste of each stock point."""
    axis, scale = case.points.axis, case.scale[case.points.item]
    return [
        block("hold", axis, case.period, *case.windows["hold"], scale=scale),
        block("waste", axis, case.period, *case.windows["waste"], scale=scale),
    ]


def sends(case: Case, cols: Cols) -> Iterator[Sent]:
    """Stock stays from one period to the next; waste goes."""
    hold = cols["hold"].terms
    yield "items", -hold
    yield "items", hold.lag()
    yield "items", -cols["waste"].terms
    daily = case.tables["items"].hold_cost[case.points.item]
    kept = hold.by(np.outer(daily, case.calendar.lengths), "point", "period").nonzero()
    yield "money", kept.to("point", case.money.payer, np.full(len(case.points.axis), case.money.holding))


def rows(case: Case, cols: Cols) -> list[RowBlock]:
    """Room of each stock point that has a limit."""
    stored = Rows("hold_room", (case.points.axis, case.period)).plus(cols["hold"].terms)
    return [stored.at_most(case.points.room)]


def check(tables: Tables, plan: Plan) -> Iterator[Excess]:
    """Stock against room; nothing below zero."""
    room: dict[tuple[str, str], float] = {}
    for row in tables.rows("stock"):
        point = (row["site"], row["item"])
        room[point] = min(room.get(point, float("inf")), row["max"])
    for (site, item, period), amount in plan["hold"].items():
        yield from over("HOLD", -amount, 0.0, site, item, period)
        yield from over("HOLD", amount, room.get((site, item), float("inf")), site, item, period)
    for (site, item, period), amount in plan["waste"].items():
        yield from over("HOLD", -amount, 0.0, site, item, period)


RULE = Rule(
    code="HOLD",
    title="Stock stays within the room there is for it.",
    reads={"stock": ("site", "item", "max"), "items": ("hold_cost",)},
    rows=rows,
    columns=columns,
    sends=sends,
    check=check,
    cells={
        "hold_room": cells_below("stock", "max"),
    },
)
