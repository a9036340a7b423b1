r"""Keep: what a rival still uses of a resource, a fund, a lane or goods; the rest of what it wants is displaced.

.. math:: 0 \le B_{vt} \le b_v \, d_{vt}

====== ======================================== ======================= =================
symbol meaning                                  table column            unit
====== ======================================== ======================= =================
B      use that is kept                         column ``keep``         unit of the target
b      use per day                              ``rivals.qty``          unit/d
d      days of the period on which it is there  ``rivals.from``, ``to`` d
====== ======================================== ======================= =================

Kept use takes hours of a resource and of its crew, money of a fund, capacity of a lane, or goods from a stock point.
Nothing is bought for a rival: its money limits the fund but is no cost of the plan. A rival that nobody wrote down is
unknown, not zero.

>>> from fullrate.rules import tiny
>>> print(tiny.shown("KEEP", tiny.RIVAL))
keep_most[hospital,1]: keep[hospital,1] <= 3
keep_most[hospital,2]: keep[hospital,2] <= 3
"""

from __future__ import annotations

from collections.abc import Iterator

from fullrate.case import Case
from fullrate.case.wishes import RIVALS, at
from fullrate.lp.axes import Columns, block
from fullrate.lp.rows import RowBlock, Rows
from fullrate.results import Plan
from fullrate.rules import plainly
from fullrate.rules.base import Cols, Excess, Rule, Sent, cells_of, over
from fullrate.tables import Tables


def columns(case: Case) -> list[Columns]:
    """Kept use of each rival in the periods in which it wants anything."""
    rivals = case.rivals
    return [block("keep", case.axes["rival"], case.period, rivals.first, rivals.count, scale=rivals.scale)]


def sends(case: Case, cols: Cols) -> Iterator[Sent]:
    """Loads, claims on money, freight and goods; and the wish that as much as possible is kept."""
    rivals, axes, keep = case.rivals, case.axes, cols["keep"].terms
    load = keep.to("rival", axes["resource"], rivals.resource)
    yield "hours", load
    yield "labour", load.to("resource", axes["pool"], case.tables["resources"].pool)
    yield "claims", keep.to("rival", axes["fund"], rivals.fund)
    yield "freight", keep.to("rival", axes["lane"], rivals.lane)
    yield "items", -keep.to("rival", case.points.axis, rivals.point)
    wish = at(axes["wish"], RIVALS, len(axes["rival"]))
    yield "wishes", -keep.by(rivals.worth, "rival").to("rival", axes["wish"], wish)


def rows(case: Case, cols: Cols) -> list[RowBlock]:
    """No more than is wanted."""
    return [Rows("keep_most", (case.axes["rival"], case.period)).plus(cols["keep"].terms).at_most(case.rivals.wanted)]


def check(tables: Tables, plan: Plan) -> Iterator[Excess]:
    """Kept use against what each rival wants, day by day."""
    rivals = {row["rival"]: row for row in tables.rows("rivals")}
    for (name, period), amount in plan["keep"].items():
        yield from over("KEEP", -amount, 0.0, name, period)
        yield from over("KEEP", amount, plainly.wanted(tables, rivals[name], plan.edges, period), name, period)


RULE = Rule(
    code="KEEP",
    title="A rival keeps no more than it wants.",
    reads={"rivals": ("rival", "kind", "target", "qty", "from", "to")},
    rows=rows,
    columns=columns,
    sends=sends,
    check=check,
    cells={"keep_most": cells_of("rivals", "qty", "from", "to")},
)
