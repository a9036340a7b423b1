r"""Waiting: the mean time a recipient waits for what it needs, per priority class.

.. math:: W_k = \frac{1}{|D_k|} \sum_{d \in D_k} \frac{1}{Q_d} \int \bigl( N_d(t) - V_d(t) \bigr)\, dt
          \qquad U_c = \sum_{k \in c} w_k W_k

====== =========================================== ===================== ====
symbol meaning                                     table column          unit
====== =========================================== ===================== ====
W      mean wait of a recipient                    column ``wait``       d
N      need that has arisen                        ``needs.qty, from``   unit
V      need met                                    column ``deliver``    unit
Q      whole need                                  ``needs.qty``         unit
w      weight of the recipient                     ``recipients.weight`` -
====== =========================================== ===================== ====

A unit delivered in a period waits until its middle (trapezoid). In the program a unit never delivered waits ``tail``
more horizons; a printed wait leaves the tail out. A lost unit waits the whole horizon.

>>> from fullrate.rules import tiny
>>> print(tiny.shown("WAIT", tiny.PRESS))
wait[depot|1]: wait[depot|1] + 0.075 deliver[order|kit,1] + 0.025 deliver[order|kit,2] = 2
burden[1]: wait[depot|1] - burden[1] = 0
worst[depot|1]: wait[depot|1] - worst[1] <= 0
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from fullrate.case import Case
from fullrate.lp.axes import Columns, Relation, block
from fullrate.lp.rows import RowBlock, Rows
from fullrate.results import Plan
from fullrate.rules import fielded, plainly
from fullrate.rules.base import Cols, Excess, Rule, differs, no_cells
from fullrate.tables import Cell, Tables


def columns(case: Case) -> list[Columns]:
    """Mean wait of each group, their weighted sum and their worst by class; in days, tail included."""
    return [
        block(name, axis, None, np.zeros(len(axis), np.int64), np.ones(len(axis), np.int64), lower=-np.inf)
        for name, axis in (("wait", case.needs.group), ("burden", case.needs.cls), ("worst", case.needs.cls))
    ]


def rows(case: Case, cols: Cols) -> list[RowBlock]:
    """One defining row per group."""
    needs = case.needs
    relief = needs.relief * needs.share[:, None]
    eased = [terms.by(relief, "need", "period").to("need", needs.group, needs.group_of) for terms in cols.to("met")]
    nothing = np.zeros(len(needs.group))
    inside = needs.group_of >= 0
    np.add.at(nothing, needs.group_of[inside], (needs.unmet * needs.share)[inside])
    wait = cols["wait"].terms
    summed = wait.by(needs.weight, "group").to("group", needs.cls, needs.group_class)
    groups = np.arange(len(needs.group))
    worst = cols["worst"].each(Relation(needs.group, needs.group_class, groups, np.ones(len(groups))))
    return [
        Rows("wait", (needs.group,)).plus(wait, *eased).equals(nothing),
        Rows("burden", (needs.cls,)).plus(summed).minus(cols["burden"].terms).equals(0.0),
        Rows("worst", (needs.group,)).plus(wait).minus(worst).at_most(0.0),
    ]


def check(tables: Tables, plan: Plan) -> Iterator[Excess]:
    """Waits recomputed from deliveries against the waits the plan states."""
    waits = mean_waits(tables, plan)
    stated = {(r, c): days for r, c, days in plan.table("waits").select("recipient", "class", "days").iter_rows()}
    for group in sorted(set(waits) | set(stated)):
        yield from differs("WAIT", stated.get(group, 0.0), waits.get(group, 0.0), plan.edges[-1], *group)


def mean_waits(tables: Tables, plan: Plan) -> dict[tuple[str, int], float]:
    """Mean wait in days by recipient and class, tail left out, from needs and deliveries alone."""
    met: dict[str, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for (need, period), amount in fielded.met(tables, plan).items():
        met[need][period] += amount
    first = {row["recipient"]: row["class"] for row in tables.rows("recipients")}
    waits: dict[tuple[str, int], list[float]] = defaultdict(list)
    for row in tables.rows("needs"):
        if row["qty"] > 0:
            cls = first[row["recipient"]] if row["class"] is None else row["class"]
            waits[row["recipient"], int(cls)].append(_wait(tables, plan, row, met[row["need"]]))
    return {group: sum(each) / len(each) for group, each in waits.items()}


def _wait(tables: Tables, plan: Plan, need: dict[str, object], met: dict[int, float]) -> float:
    """Mean wait of one need in days: area under need less need met, per unit."""
    edges, qty = plan.edges, float(str(need["qty"]))
    if need["late"] == "lost":
        return float(edges[-1]) * (1 - sum(met.values()) / qty)
    area, had = 0.0, 0.0
    for period in range(1, plan.periods + 1):
        begin, end = edges[period - 1], edges[period]
        now = had + met.get(period, 0.0)
        area += plainly.mean_need(tables, need, edges, period) * (end - begin) - (had + now) / 2 * (end - begin)
        had = now
    return area / qty


def _needs(tables: Tables, key: str) -> list[Cell]:
    """The needs of the recipient and class of a row."""
    recipient, _, cls = key.rpartition("|")
    first = {row["recipient"]: row["class"] for row in tables.rows("recipients")}
    mine = [row for row in tables.rows("needs") if row["recipient"] == recipient]
    return [
        Cell("needs", row["need"], "qty")
        for row in mine
        if str(first[recipient] if row["class"] is None else row["class"]) == cls
    ]


RULE = Rule(
    code="WAIT",
    title="The mean wait of each recipient follows from needs and deliveries.",
    reads={
        "needs": ("recipient", "qty", "from", "until", "late", "class"),
        "recipients": ("class", "weight"),
        "items": ("value",),
    },
    columns=columns,
    rows=rows,
    check=check,
    cells={
        "wait": _needs,
        "burden": no_cells,
        "worst": no_cells,
    },
)
