r"""Lost needs: what is not met in the period in which it arises is never met.

.. math:: \sum_i v_i y_{dit} \le n_{dt}

====== ============================ ========================== ========
symbol meaning                      table column               unit
====== ============================ ========================== ========
y      delivered                    column ``deliver``         unit
v      need met by a unit           ``items.value``            coverage/unit
n      need arising in the period   ``needs.qty, from, until`` coverage
====== ============================ ========================== ========

Daily rations and the like, ``late = lost``. Source: Pochet & Wolsey 2006.

>>> from fullrate.rules import tiny
>>> print(tiny.shown("LOST", {**tiny.RATION, "needs": [{**tiny.RATION["needs"][0], "late": "lost"}]}))
lost[order,1]: deliver[order|kit,1] <= 10
lost[order,2]: deliver[order|kit,2] <= 10
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from fullrate.case import Case
from fullrate.lp.rows import RowBlock, Rows
from fullrate.results import Plan
from fullrate.rules import fielded, plainly
from fullrate.rules.base import Cols, Excess, Rule, cells_of, over
from fullrate.tables import Tables


def rows(case: Case, cols: Cols) -> list[RowBlock]:
    """One row per need that is lost when late, and period."""
    need = case.axes["need"]
    met = [terms.only(case.needs.lost, "need") for terms in cols.to("met")]
    arises = np.diff(case.needs.arisen, axis=1, prepend=0.0)
    return [Rows("lost", (need, case.period)).plus(*met).at_most(arises)]


def check(tables: Tables, plan: Plan) -> Iterator[Excess]:
    """Deliveries of each period against the need of that period."""
    lost = {row["need"]: row for row in tables.rows("needs") if row["late"] == "lost"}
    for (need, period), amount in fielded.met(tables, plan).items():
        if need not in lost:
            continue
        first, last = plan.edges[period - 1], plan.edges[period]
        before = plainly.need_by(tables, lost[need], plan.edges, first)
        yield from over("LOST", amount, plainly.need_by(tables, lost[need], plan.edges, last) - before, need, period)


RULE = Rule(
    code="LOST",
    title="A need that is lost when late is met in its period or never.",
    reads={"needs": ("need", "qty", "from", "until", "late"), "items": ("value",)},
    rows=rows,
    check=check,
    cells={
        "lost": cells_of("needs", "qty", "from", "until"),
    },
)
