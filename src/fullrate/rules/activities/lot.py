r"""Lots: a process that starts at all in a period starts at least its minimum lot.

.. math:: \underline{x}_p\, m_{pt} \le x_{pt} \le M_p\, m_{pt}, \qquad m_{pt} \in \{0, 1\}

====== ================================ ===================== =====
symbol meaning                          table column          unit
====== ================================ ===================== =====
x      starts                           column ``make``       start
m      whether anything starts          column ``lot``        -
xmin   fewest starts                    ``processes.min_lot`` start
M      most starts                      capacity              start
====== ================================ ===================== =====

Makes the program an integer one; its gap is shown. Source: Pochet & Wolsey 2006.

>>> from fullrate.rules import tiny
>>> print(tiny.shown("LOT", tiny.LOT))
lot_least[press,1]: make[press,1] - 5 lot[press,1] >= 0
lot_least[press,2]: make[press,2] - 5 lot[press,2] >= 0
lot_most[press,1]: make[press,1] - 20 lot[press,1] <= 0
lot_most[press,2]: make[press,2] - 20 lot[press,2] <= 0
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from fullrate.case import Case
from fullrate.lp.axes import Columns, block
from fullrate.lp.rows import RowBlock, Rows
from fullrate.results import Plan
from fullrate.rules.base import Cols, Excess, Rule, cells_of, under
from fullrate.tables import Tables


def columns(case: Case) -> list[Columns]:
    """Whether a process with a minimum lot starts in a period."""
    first, count = case.windows["make"]
    lots = case.tables["processes"].min_lot > 0
    return [block("lot", case.axes["process"], case.period, first, np.where(lots, count, 0), upper=1.0, integer=lots)]


def rows(case: Case, cols: Cols) -> list[RowBlock]:
    """All or nothing below the lot; nothing without a lot."""
    process, processes = case.axes["process"], case.tables["processes"]
    lots = processes.min_lot > 0
    make, lot = cols["make"].terms.only(lots, "process"), cols["lot"].terms
    most = np.minimum(case.capacity.process, case.most_starts[:, None])
    over = (process, case.period)
    return [
        Rows("lot_least", over).plus(make).minus(lot.by(processes.min_lot, "process")).at_least(0.0),
        Rows("lot_most", over).plus(make).minus(lot.by(most, "process", "period")).at_most(0.0),
    ]


def check(tables: Tables, plan: Plan) -> Iterator[Excess]:
    """Starts of processes with a minimum lot."""
    least = {row["process"]: row["min_lot"] for row in tables.rows("processes") if row["min_lot"] > 0}
    for (name, period), starts in plan["make"].items():
        if name in least and starts > 1e-6 * least[name]:
            yield from under("LOT", starts, least[name], name, period)


RULE = Rule(
    code="LOT",
    title="A process that starts at all starts at least its minimum lot.",
    reads={"processes": ("process", "min_lot")},
    rows=rows,
    columns=columns,
    check=check,
    cells={
        "lot_least": cells_of("processes", "min_lot"),
        "lot_most": cells_of("processes", "min_lot"),
    },
)
