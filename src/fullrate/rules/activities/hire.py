r"""Hire: people taken on, no more than can be found; they are trained first, and some of them leave before the end.

.. math:: h_{wt} \le H_w \Delta_t \qquad
          \text{trained}_{wt} = \sum_{s \le t} a_w(s,t)\, h_{ws}, \quad (1-d_w) \text{ of them stay}

====== ================================== ========================== ==========
symbol meaning                            table column               unit
====== ================================== ========================== ==========
h      hires                              column ``hire``            person
H      most hires                         ``pools.hire_max``         person/d
a      share of hires of s trained in t   ``pools.train_d``          -
d      share who leave in training        ``pools.dropout``          -
====== ================================== ========================== ==========

A hire costs ``hire_cost``, which stands for recruiting, training and pay until trained. Pools without ``hire_max`` hire
nobody and have no such columns. Source: Holt, Modigliani, Muth & Simon 1960.

>>> from fullrate.rules import tiny
>>> print(tiny.shown("HIRE", tiny.SCHOOL))
hire_most[shift,1]: hire[shift,1] <= 3
hire_most[shift,2]: hire[shift,2] <= 3
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from fullrate.case import Case
from fullrate.lp.axes import Columns, block
from fullrate.lp.rows import RowBlock, Rows
from fullrate.results import Plan
from fullrate.rules.base import Cols, Excess, Rule, Sent, cells_of, over
from fullrate.tables import Tables


def columns(case: Case) -> list[Columns]:
    """Hires of pools that may hire."""
    first, count = case.windows["hire"]
    hired = np.where(case.tables["pools"].hire_max > 0, count, 0)
    return [block("hire", case.axes["pool"], case.period, first, hired, scale=case.people.size)]


def sends(case: Case, cols: Cols) -> Iterator[Sent]:
    """Who begins and ends a training, who stays after it, and what it costs."""
    pools, hire = case.tables["pools"], cols["hire"].terms
    trained = hire.spread(case.people.trained, "pool")
    yield "train", hire
    yield "train", -trained
    yield "heads", trained.by(1 - pools.dropout, "pool").nonzero()
    cost = hire.by(pools.hire_cost, "pool").nonzero()
    yield "money", cost.to("pool", case.money.payer, case.money.pays["pools"])


def rows(case: Case, cols: Cols) -> list[RowBlock]:
    """How many are hired."""
    hires = Rows("hire_most", (case.axes["pool"], case.period)).plus(cols["hire"].terms)
    return [hires.at_most(case.people.most)]


def check(tables: Tables, plan: Plan) -> Iterator[Excess]:
    """Hires against what can be found."""
    most = {row["pool"]: row["hire_max"] for row in tables.rows("pools")}
    for (name, period), hired in plan["hire"].items():
        days = plan.edges[period] - plan.edges[period - 1]
        yield from over("HIRE", -hired, 0.0, name, period)
        yield from over("HIRE", hired, most[name] * days, name, period)


RULE = Rule(
    code="HIRE",
    title="A pool hires no more people than it can find.",
    reads={"pools": ("pool", "hire_max", "train_d", "dropout", "hire_cost", "fund")},
    rows=rows,
    columns=columns,
    sends=sends,
    check=check,
    cells={"hire_most": cells_of("pools", "hire_max")},
)
