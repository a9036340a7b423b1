r"""Labour: the resources that a pool staffs are loaded no more than the hours its heads can work.

.. math:: \sum_{r \in w} \Bigl( \text{load}_{rt} - \sum_j \eta_{rj} o_{rjt} \Bigr)
          \le h_w \Delta_t (W_{wt} + f_w N_{wt}) - g_w \Delta_t N_{wt} \qquad
          g_w N_{wt} \le h_w W_{wt}

====== ================================== ================ ==========
symbol meaning                            table column     unit
====== ================================== ================ ==========
W      trained heads                      column ``heads`` person
N      in training                        column ``train`` person
o, eta hours of overtime, output of one   ``overtime``     unit, -
h      hours a head works                 ``pools.hours``  h/person/d
f      output of a trainee                ``train_eff``    -
g      instructors' hours per trainee     ``trainer_h``    h/person/d
====== ================================== ================ ==========

A pool that hires nobody has, instead of ``W``, the heads of the start who are still there, ``heads (1 - quit) ** (e /
365)`` at the end ``e`` of the period in days. Instructors are trained heads. Hours worked cost the pool's wage; heads
not needed cost nothing here.
Source: Holt, Modigliani, Muth & Simon 1960.

>>> from fullrate.rules import tiny
>>> print(tiny.shown("LABOUR", tiny.CREW))
labour[shift,1]: make[press,1] <= 14
labour[shift,2]: make[press,2] <= 14
>>> print(tiny.shown("LABOUR", tiny.SCHOOL))
labour[shift,1]: make[press,1] - 7 heads[shift,1] - 2.5 train[shift,1] <= 0
labour[shift,2]: make[press,2] - 7 heads[shift,2] - 2.5 train[shift,2] <= 0
instruct[shift,1]: train[shift,1] - 7 heads[shift,1] <= 0
instruct[shift,2]: train[shift,2] - 7 heads[shift,2] <= 0
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from fullrate.case import Case
from fullrate.lp.rows import RowBlock, Rows
from fullrate.results import Plan
from fullrate.rules import plainly
from fullrate.rules.base import Cols, Excess, Rule, cells_of, over
from fullrate.tables import Tables


def rows(case: Case, cols: Cols) -> list[RowBlock]:
    """One row per pool and period, and one for the instructors of its trainees."""
    pools, over_time = case.tables["pools"], (case.axes["pool"], case.period)
    hires, taught = cols["heads"].count > 0, pools.trainer_h > 0
    learn = cols["train"].terms.only(taught, "pool").by(pools.trainer_h, "pool")
    teach = cols["heads"].terms.only(taught, "pool").by(pools.hours, "pool")
    return [
        Rows("labour", over_time).plus(*cols.to("labour")).at_most(np.where(hires[:, None], 0.0, case.capacity.pool)),
        Rows("instruct", over_time).plus(learn).minus(teach).at_most(0.0),
    ]


def check(tables: Tables, plan: Plan) -> Iterator[Excess]:
    """Hours worked against hours there are."""
    load = plainly.loads(tables, plan, plainly.stated_effort(plan))
    yield from beyond("LABOUR", tables, plan, load)


def beyond(
    rule: str, tables: Tables, plan: Plan, load: dict[tuple[str, int], float], room: float = 1.0
) -> Iterator[Excess]:
    """Loads by resource and period, what rivals keep on top, above ``room`` times the hours of the staffing pool."""
    pool_of = {row["resource"]: row["pool"] for row in tables.rows("resources") if row["pool"] is not None}
    pools = {row["pool"]: row for row in tables.rows("pools")}
    worked: dict[tuple[str, int], float] = defaultdict(float)
    for sign, hours in ((1.0, plainly.beside(tables, plan, load)), (-1.0, plainly.extra(tables, plan))):
        for (resource, period), amount in hours.items():
            if resource in pool_of:
                worked[pool_of[resource], period] += sign * amount
    for name, pool in pools.items():
        for period in range(1, plan.periods + 1):
            heads = pool["heads"] * (1 - pool["quit"]) ** (plan.edges[period] / 365)
            if pool["hire_max"] > 0:
                heads = plan["heads"][name, period]
            learning = plan["train"][name, period]
            daily = pool["hours"] * (heads + pool["train_eff"] * learning) - pool["trainer_h"] * learning
            can = daily * (plan.edges[period] - plan.edges[period - 1])
            yield from over(rule, worked[name, period], room * can, name, period)
            yield from over(rule, pool["trainer_h"] * learning, pool["hours"] * heads, name, period)


RULE = Rule(
    code="LABOUR",
    title="The resources a labour pool staffs are loaded within the hours of its heads.",
    reads={"pools": ("pool", "heads", "hours", "quit", "hire_max", "train_eff", "trainer_h"), "resources": ("pool",)},
    rows=rows,
    check=check,
    cells={
        "labour": cells_of("pools", "heads", "hours", "quit"),
        "instruct": cells_of("pools", "trainer_h", "hours"),
    },
)
