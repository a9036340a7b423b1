r"""Accrual: a need that comes into being over time is never met ahead of it.

.. math:: b_{dt} = b_{d,t-1} + n_{dt} - \sum_i v_i y_{dit}, \qquad b_{dt} \ge 0

====== ============================= ============================= ========
symbol meaning                       table column                  unit
====== ============================= ============================= ========
b      need not yet met              column ``owe``                coverage
n      need arising in the period    ``needs.qty, from, until``    coverage
y      delivered                     column ``deliver``            unit
v      need met by a unit            ``items.value``               coverage/unit
====== ============================= ============================= ========

Needs with ``until`` have this row, and those of units in use that fail, where *y* is less what failed: what works is
never more than is needed. A need that is there at once is bounded by its total.

>>> from fullrate.rules import tiny
>>> print(tiny.shown("ACCRUE", tiny.RATION))
accrue[order,1]: deliver[order|kit,1] + owe[order,1] = 10
accrue[order,2]: deliver[order|kit,2] + owe[order,2] - owe[order,1] = 10
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from fullrate.case import Case
from fullrate.lp.axes import Columns, block
from fullrate.lp.rows import RowBlock, Rows
from fullrate.results import Plan
from fullrate.rules import fielded, plainly
from fullrate.rules.base import Cols, Excess, Rule, cells_of, differs, over
from fullrate.tables import Tables


def columns(case: Case) -> list[Columns]:
    """Need not yet met of each accruing need."""
    need, whole = case.axes["need"], case.calendar.periods
    count = np.where(case.accruing, whole, 0)
    return [block("owe", need, case.period, np.zeros(len(need), np.int64), count)]


def rows(case: Case, cols: Cols) -> list[RowBlock]:
    """One row per accruing need and period."""
    need, accruing = case.axes["need"], case.accruing
    met = [terms.only(accruing, "need") for terms in cols.to("met")]
    owe = cols["owe"].terms
    arises = np.diff(case.needs.arisen, axis=1, prepend=0.0)
    balance = Rows("accrue", (need, case.period)).plus(*met, owe).minus(owe.lag())
    return [balance.equals(np.where(accruing[:, None], arises, 0.0))]


def check(tables: Tables, plan: Plan) -> Iterator[Excess]:
    """Deliveries so far against need so far."""
    met = fielded.met(tables, plan)
    failing = fielded.failing(tables)
    for row in tables.rows("needs"):
        grows = row["until"] is not None or row["need"] in failing
        if not grows or row["late"] == "lost" or row["qty"] <= 0:
            continue
        so_far = 0.0
        for period in range(1, plan.periods + 1):
            so_far += met[row["need"], period]
            arisen = plainly.need_by(tables, row, plan.edges, plan.edges[period])
            owed = plan["owe"][row["need"], period]
            yield from over("ACCRUE", so_far, arisen, row["need"], period)
            yield from differs("ACCRUE", owed, arisen - so_far, row["qty"], row["need"], period)


RULE = Rule(
    code="ACCRUE",
    title="A need that comes into being over time is never met ahead of it.",
    reads={
        "needs": ("need", "recipient", "item", "qty", "from", "until", "late"),
        "items": ("family", "value"),
        "recipients": ("environment",),
        "reliability": ("item", "environment", "mtbf_d", "shape", "af"),
        "processes": ("process", "item", "escape"),
        "plans": ("process", "lot", "n", "c", "defect"),
    },
    rows=rows,
    columns=columns,
    check=check,
    cells={
        "accrue": cells_of("needs", "qty", "from", "until"),
    },
)
