r"""Wishes: how far a plan misses what it should rather do, added up by rank; each rank is a stage of its own.

.. math:: m_j = \sum_{v \in j} w_v v

======== ======================================================= ========================= ====
symbol   meaning                                                 table column              unit
======== ======================================================= ========================= ====
m        what is missed in rank j                                column ``miss``           d, -
floor    breaches, in weighted days of a rival's use             ``rivals.weight``         d
freeze   changes of frozen orders, in shares of what was ordered ``previous.qty``          -
safety   what is lacking, in days of a whole safety stock        ``stock.safety``          d
rivals   displaced use, in weighted days of it                   ``rivals.weight``         d
calm     later changes, in shares, near ones counting more       ``previous.qty``          -
======== ======================================================= ========================= ====

Floors and frozen orders come before all time, safety stock after it, then cost, then what else rivals want, then calm.
No wish is ever weighed against time or against another rank.

>>> from fullrate.rules import tiny
>>> print(tiny.shown("WISHES", tiny.RIVAL))
wishes[floor]: 0.333333 breach[hospital,1] + 0.333333 breach[hospital,2] - miss[floor] = 0
wishes[rivals]: -0.333333 keep[hospital,1] - 0.333333 keep[hospital,2] - miss[rivals] = -2
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from fullrate.case import Case
from fullrate.case.wishes import RIVALS
from fullrate.lp.axes import Columns, block
from fullrate.lp.rows import RowBlock, Rows
from fullrate.results import Plan
from fullrate.rules import plainly
from fullrate.rules.base import Cols, Excess, Rule, differs, no_cells
from fullrate.tables import Tables


def columns(case: Case) -> list[Columns]:
    """What is missed in each rank that the scenario has."""
    ranks = case.axes["wish"]
    return [block("miss", ranks, None, np.zeros(len(ranks), np.int64), np.ones(len(ranks), np.int64), lower=-np.inf)]


def rows(case: Case, cols: Cols) -> list[RowBlock]:
    """One sum per rank; what rivals keep is taken off what they want."""
    ranks, rivals = case.axes["wish"], case.rivals
    wanted = float(rivals.worth @ rivals.wanted.sum(axis=1))
    bound = np.array([-wanted if rank == RIVALS else 0.0 for rank in ranks.labels])
    return [Rows("wishes", (ranks,)).plus(*cols.to("wishes")).minus(cols["miss"].terms).equals(bound)]


def check(tables: Tables, plan: Plan) -> Iterator[Excess]:
    """What the plan says it misses against breaches, lacks, displaced use and changes added up again."""
    missed = misses(tables, plan)
    for rank in sorted({*missed, *(rank for (rank,), _ in plan["miss"].items())}):
        amount = missed.get(rank, 0.0)
        yield from differs("WISHES", plan["miss"][(rank,)], amount, abs(amount), rank)


def misses(tables: Tables, plan: Plan) -> dict[str, float]:
    """What a plan misses, by rank; ranks without any are left out."""
    missed: dict[str, float] = defaultdict(float)
    for row in tables.rows("rivals"):
        worth = row["weight"] / row["qty"] if row["qty"] > 0 else 0.0
        for period in range(1, plan.periods + 1):
            place = (row["rival"], period)
            missed["floor"] += worth * plan["breach"][place]
            missed["rivals"] += worth * (plainly.wanted(tables, row, plan.edges, period) - plan["keep"][place])
    safety = plainly.safeties(tables)
    for (site, item, period), amount in plan["lack"].items():
        if (site, item) in safety:
            missed["safety"] += amount * (plan.edges[period] - plan.edges[period - 1]) / safety[site, item]
    for rank, amount in _changes(tables, plan):
        missed[rank] += amount
    return missed


def _changes(tables: Tables, plan: Plan) -> Iterator[tuple[str, float]]:
    """Rank and size of every change that is stated."""
    orders, _, frozen = plainly.previous_orders(tables, plan.edges)
    whole: dict[tuple[str, str, str], float] = defaultdict(float)
    for (kind, key, item, _), qty in orders.items():
        whole[kind, key, item] += qty
    usual = {}
    for kind in ("make", "ship", "build", "risk"):
        some = [qty for (one, _, _), qty in whole.items() if one == kind and qty > 0]
        usual[kind] = sum(some) / len(some) if some else 1.0
    for name in ("overrun", "forgo"):
        for (kind, key, item, period), amount in plan[name].items():
            share = amount / (whole[kind, key, item] or usual[kind])
            near = 1 - (plan.edges[period - 1] + plan.edges[period]) / 2 / plan.edges[-1]
            yield ("freeze", share) if period <= frozen else ("calm", share * near)


RULE = Rule(
    code="WISHES",
    title="What a plan misses of its wishes is added up by rank.",
    reads={"rivals": ("rival", "weight", "qty")},
    columns=columns,
    rows=rows,
    check=check,
    cells={"wishes": no_cells},
)
