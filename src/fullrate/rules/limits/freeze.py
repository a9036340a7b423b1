r"""Freeze: orders of the previous plan are kept until ``freeze_until``; what cannot be kept is stated.

.. math:: x_{ot} - v^+_{ot} + v^-_{ot} = \bar{x}_{ot}

====== ============================================ ======================================== ============
symbol meaning                                      table column                             unit
====== ============================================ ======================================== ============
x      starts, shipments and builds                 columns ``make``, ``build`` and others   start, ...
xbar   what the previous plan had ordered           ``previous.qty``                         start, ...
v      more and less than that                      columns ``overrun``, ``forgo``           start, ...
====== ============================================ ======================================== ============

In periods that end on or before ``freeze_until`` the changes are minimised before all time, so a frozen order changes
only where it has become impossible. Later changes, up to the last order of the previous plan, are minimised after all
else but tidiness, the near ones weighing more than the far. A change counts as a share of what had been ordered in
all. Source: Sridharan & Berry 1990.

>>> from fullrate.rules import tiny
>>> print(tiny.shown("FREEZE", tiny.FROZEN, freeze_until="2020-01-03"))
follow[make|press|,1]: make[press,1] - overrun[make|press|,1] + forgo[make|press|,1] = 5
follow[make|press|,2]: make[press,2] - overrun[make|press|,2] + forgo[make|press|,2] = 0
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from fullrate.case import Case
from fullrate.case.previous import ORDERS
from fullrate.case.wishes import CALM, FREEZE, at
from fullrate.lp.axes import Columns, block
from fullrate.lp.rows import RowBlock, Rows
from fullrate.results import Plan
from fullrate.rules import plainly
from fullrate.rules.base import Cols, Excess, Rule, Sent, differs, over
from fullrate.tables import Cell, Tables


def columns(case: Case) -> list[Columns]:
    """More and less than was ordered, of every order in every period that is compared."""
    previous, none = case.previous, np.zeros(len(case.previous.axis), np.int64)
    count = np.full(len(none), previous.covered)
    return [block(name, previous.axis, case.period, none, count) for name in ("overrun", "forgo")]


def sends(case: Case, cols: Cols) -> Iterator[Sent]:
    """Changes of frozen orders, and of later ones by their period."""
    previous, wishes = case.previous, case.axes["wish"]
    period = np.arange(case.calendar.periods)
    for name in ("overrun", "forgo"):
        change = cols[name].terms.by(previous.worth, "order")
        count = len(previous.axis)
        yield "wishes", change.only(period < previous.frozen, "period").to("order", wishes, at(wishes, FREEZE, count))
        later = change.only(period >= previous.frozen, "period").by(previous.calm, "period")
        yield "wishes", later.to("order", wishes, at(wishes, CALM, count))


def rows(case: Case, cols: Cols) -> list[RowBlock]:
    """One row per order and period that is compared."""
    previous, near = case.previous, np.arange(case.calendar.periods) < case.previous.covered
    ordered = []
    for kind, axis in ORDERS.items():
        terms = cols[kind].terms.only(near, "period")
        ordered.append(terms.to(axis, previous.axis, previous.places(kind, len(case.axes[axis]))))
    followed = Rows("follow", (previous.axis, case.period)).plus(*ordered)
    return [followed.minus(cols["overrun"].terms).plus(cols["forgo"].terms).equals(previous.qty)]


def check(tables: Tables, plan: Plan) -> Iterator[Excess]:
    """Every order of either plan in the periods that are compared, and the changes that are stated."""
    before, covered, _ = plainly.previous_orders(tables, plan.edges)
    for name in ("overrun", "forgo"):
        for place, amount in plan[name].items():
            yield from over("FREEZE", -amount, 0.0, *place)
            if place[-1] > covered:
                yield from over("FREEZE", amount, 0.0, *place)
    now = {}
    for kind in ("make", "ship", "build", "risk"):
        for place, amount in plan[kind].items():
            if place[-1] <= covered:
                key, item, period = place if kind == "ship" else (place[0], "", place[1])
                now[kind, key, item, period] = amount
    for place in sorted({*before, *now, *dict(plan["overrun"].items()), *dict(plan["forgo"].items())}):
        had, has = before.get(place, 0.0), now.get(place, 0.0)
        stated = plan["overrun"][place] - plan["forgo"][place]
        if place[-1] <= covered:
            yield from differs("FREEZE", has - stated, had, max(abs(had), abs(has)), *place)


def _orders(tables: Tables, key: str) -> list[Cell]:
    """Every row of the previous plan about an order."""
    kind, name, item = key.split("|")
    return [
        Cell("previous", one, "qty")
        for one, row in zip(tables.keys("previous"), tables.rows("previous"), strict=True)
        if (row["kind"], row["key"], row["item"] or "") == (kind, name, item)
    ]


RULE = Rule(
    code="FREEZE",
    title="Orders of the previous plan are followed, or the change is stated.",
    reads={"previous": ("kind", "key", "item", "from_d", "to_d", "qty")},
    rows=rows,
    columns=columns,
    sends=sends,
    check=check,
    cells={"follow": _orders},
)
