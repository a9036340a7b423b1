r"""Protected floors: what of a rival's use should not be displaced; a wish that comes before all time.

.. math:: B_{vt} + v_{vt} \ge \pi_v b_v d_{vt}

====== ======================================== ======================= =================
symbol meaning                                  table column            unit
====== ======================================== ======================= =================
B      use that is kept                         column ``keep``         unit of the target
v      part of the floor that is not kept       column ``breach``       unit of the target
pi     share that is protected                  ``rivals.protected``    -
b      use per day                              ``rivals.qty``          unit/d
d      days of the period on which it is there  ``rivals.from``, ``to`` d
====== ======================================== ======================= =================

The first stage of the plan minimises breaches, in weighted days of use, so a floor yields only to what is impossible
even with no surge at all. A floor is in units, never in money. Source: the practice of priority ratings.

>>> from fullrate.rules import tiny
>>> print(tiny.shown("FLOOR", tiny.RIVAL))
floor[hospital,1]: keep[hospital,1] + breach[hospital,1] >= 1.5
floor[hospital,2]: keep[hospital,2] + breach[hospital,2] >= 1.5
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from fullrate.case import Case
from fullrate.case.wishes import FLOOR, at
from fullrate.lp.axes import Columns, block
from fullrate.lp.rows import RowBlock, Rows
from fullrate.results import Plan
from fullrate.rules import plainly
from fullrate.rules.base import Cols, Excess, Rule, Sent, cells_of, over, under
from fullrate.tables import Tables


def columns(case: Case) -> list[Columns]:
    """Breaches of the floors there are."""
    rivals = case.rivals
    count = np.where(rivals.floor.sum(axis=1) > 0, rivals.count, 0)
    return [block("breach", case.axes["rival"], case.period, rivals.first, count, scale=rivals.scale)]


def sends(case: Case, cols: Cols) -> Iterator[Sent]:
    """Breaches as weighted days of the rival's use."""
    wishes, rivals = case.axes["wish"], case.rivals
    breach = cols["breach"].terms.by(rivals.worth, "rival")
    yield "wishes", breach.to("rival", wishes, at(wishes, FLOOR, len(rivals.worth)))


def rows(case: Case, cols: Cols) -> list[RowBlock]:
    """One row per protected rival and period."""
    some = case.rivals.floor.sum(axis=1) > 0
    kept = cols["keep"].terms.only(some, "rival")
    floor = Rows("floor", (case.axes["rival"], case.period)).plus(kept, cols["breach"].terms)
    return [floor.at_least(case.rivals.floor)]


def check(tables: Tables, plan: Plan) -> Iterator[Excess]:
    """Kept use and stated breach against each floor."""
    for (name, period), amount in plan["breach"].items():
        yield from over("FLOOR", -amount, 0.0, name, period)
    for row in tables.rows("rivals"):
        name = row["rival"]
        for period in range(1, plan.periods + 1):
            floor = row["protected"] * plainly.wanted(tables, row, plan.edges, period)
            if floor > 0:
                met = plan["keep"][name, period] + plan["breach"][name, period]
                yield from under("FLOOR", met, floor, name, period)


RULE = Rule(
    code="FLOOR",
    title="A protected floor of a rival is kept, or the breach is stated.",
    reads={"rivals": ("rival", "qty", "protected", "from", "to")},
    rows=rows,
    columns=columns,
    sends=sends,
    check=check,
    cells={"floor": cells_of("rivals", "protected", "qty")},
)
