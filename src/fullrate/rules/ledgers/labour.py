r"""Labour: the resources that a pool staffs are loaded no more than the hours its heads can work.

.. math:: \sum_{r \in w} \text{load}_{rt} \le h_w \Delta_t W_w (1 - \text{quit}_w)^{e_t / 365}

====== ================================== ================ ==========
symbol meaning                            table column     unit
====== ================================== ================ ==========
W      heads at the start                 ``pools.heads``  person
h      hours a head works                 ``pools.hours``  h/person/d
quit   share of the heads that leave      ``pools.quit``   1/yr
e      end of the period                  -                d
====== ================================== ================ ==========

Quits come first in a period. Hours worked cost the pool's wage; heads not needed cost nothing here.
Source: Holt, Modigliani, Muth & Simon 1960.

>>> from fullrate.rules import tiny
>>> print(tiny.shown("LABOUR", tiny.CREW))
labour[shift,1]: make[press,1] <= 14
labour[shift,2]: make[press,2] <= 14
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from fullrate.case import Case
from fullrate.lp.rows import RowBlock, Rows
from fullrate.results import Plan
from fullrate.rules.base import Cols, Excess, Rule, cells_of, over
from fullrate.tables import Tables


def rows(case: Case, cols: Cols) -> list[RowBlock]:
    """One row per pool and period."""
    worked = Rows("labour", (case.axes["pool"], case.period)).plus(*cols.to("labour"))
    return [worked.at_most(case.capacity.pool)]


def check(tables: Tables, plan: Plan) -> Iterator[Excess]:
    """Hours worked against hours there are."""
    pool_of = {row["resource"]: row["pool"] for row in tables.rows("resources") if row["pool"] is not None}
    pools = {row["pool"]: row for row in tables.rows("pools")}
    worked: dict[tuple[str, int], float] = defaultdict(float)
    uses = [row for row in tables.rows("uses") if row["resource"] in pool_of]
    for (process, period), starts in plan["make"].items():
        for row in uses:
            if row["user"] == process:
                worked[pool_of[row["resource"]], period] += row["qty"] * starts
    for (name, period), hours in worked.items():
        pool, length = pools[name], plan.edges[period] - plan.edges[period - 1]
        heads = pool["heads"] * (1 - pool["quit"]) ** (plan.edges[period] / 365)
        yield from over("LABOUR", hours, heads * pool["hours"] * length, name, period)


RULE = Rule(
    code="LABOUR",
    title="The resources a labour pool staffs are loaded within the hours of its heads.",
    reads={"pools": ("pool", "heads", "hours", "quit"), "resources": ("pool",)},
    rows=rows,
    check=check,
    cells={
        "labour": cells_of("pools", "heads", "hours", "quit"),
    },
)
