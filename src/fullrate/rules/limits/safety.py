r"""Safety stock: what should always be in stock; a wish that delays nobody.

.. math:: s_{nit} + v_{nit} \ge \underline{s}_{ni}

====== ============================ ================ =====
symbol meaning                      table column     unit
====== ============================ ================ =====
s      stock at the end             column ``hold``  unit
v      what is lacking              column ``lack``  unit
smin   safety stock                 ``stock.safety`` unit
====== ============================ ================ =====

What is lacking is minimised after all waiting and before cost, in days of a whole safety stock. During a surge the
usual safety stock is none. Source: any text on inventory.

>>> from fullrate.rules import tiny
>>> print(tiny.shown("SAFETY", tiny.SAFE))
safety[works|kit,1]: hold[works|kit,1] + lack[works|kit,1] >= 4
safety[works|kit,2]: hold[works|kit,2] + lack[works|kit,2] >= 4
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from fullrate.case import Case
from fullrate.case.wishes import SAFETY, at
from fullrate.lp.axes import Columns, block
from fullrate.lp.rows import RowBlock, Rows
from fullrate.results import Plan
from fullrate.rules import plainly
from fullrate.rules.base import Cols, Excess, Rule, Sent, cells_below, over, under
from fullrate.tables import Tables


def columns(case: Case) -> list[Columns]:
    """What each stock point with a safety stock lacks of it."""
    points = case.points
    count = np.where(points.safety > 0, case.calendar.periods, 0)
    scale = case.scale[points.item]
    return [block("lack", points.axis, case.period, np.zeros(len(count), np.int64), count, scale=scale)]


def sends(case: Case, cols: Cols) -> Iterator[Sent]:
    """What is lacking, as days of a whole safety stock."""
    points, wishes = case.points, case.axes["wish"]
    whole = np.where(points.safety > 0, points.safety, 1.0)
    days = case.calendar.lengths[None, :] / whole[:, None]
    lack = cols["lack"].terms.by(days, "point", "period")
    yield "wishes", lack.to("point", wishes, at(wishes, SAFETY, len(whole)))


def rows(case: Case, cols: Cols) -> list[RowBlock]:
    """One row per stock point with a safety stock, and period."""
    kept = cols["hold"].terms.only(case.points.safety > 0, "point")
    stored = Rows("safety", (case.points.axis, case.period)).plus(kept, cols["lack"].terms)
    return [stored.at_least(case.points.safety)]


def check(tables: Tables, plan: Plan) -> Iterator[Excess]:
    """Stock and what is stated to be lacking against the safety stock."""
    for (site, item, period), amount in plan["lack"].items():
        yield from over("SAFETY", -amount, 0.0, site, item, period)
    for (site, item), safety in plainly.safeties(tables).items():
        for period in range(1, plan.periods + 1):
            met = plan["hold"][site, item, period] + plan["lack"][site, item, period]
            yield from under("SAFETY", met, safety, site, item, period)


RULE = Rule(
    code="SAFETY",
    title="A safety stock is in stock, or what is lacking is stated.",
    reads={"stock": ("site", "item", "date", "safety")},
    rows=rows,
    columns=columns,
    sends=sends,
    check=check,
    cells={"safety": cells_below("stock", "safety")},
)
