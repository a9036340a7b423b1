"""What starts load on resources, work of their pools' hours and cost in wages: the same for all that use them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from fullrate.case import Axis, Case
from fullrate.lp.axes import Columns, Relation
from fullrate.rules.base import Sent


def loads(
    case: Case,
    columns: Columns,
    begins: NDArray[np.int64] | None = None,
    times: NDArray[np.float64] | None = None,
) -> Iterator[Sent]:
    """Load, hours and wages of each column, by the rows of ``uses`` that name its element.

    Args:
        case: the scenario.
        columns: a block on the axis of processes, builds or gates.
        begins: for a block without time, the period in which each element loads its resources, shape (elements,).
        times: how often each element takes what it uses, shape (elements,); once where left out.
    """
    uses, resource = case.tables["uses"], case.axes["resource"]
    pools, pool_of = case.tables["pools"], case.tables["resources"].pool
    user = columns.axis.find(uses.user)
    row = np.flatnonzero((user >= 0) & (uses.qty > 0))
    line = Axis("line", tuple(map(str, range(len(uses)))))
    often = np.ones(len(row)) if times is None else times[user[row]]
    taken = columns.each(Relation(line, user[row], row, uses.qty[row] * often))
    if case.learning and columns.axis is case.axes["process"]:
        taken = taken.by(case.learning.of_uses(user), "line", "period")
    if begins is not None:
        taken = taken.during(case.period, begins[user[taken.where["line"]]])
    load = taken.to("line", resource, uses.resource)
    yield "load", load
    yield "hours", load
    hours = load.to("resource", case.axes["pool"], pool_of)
    yield "labour", hours
    paid = hours.by(np.nan_to_num(pools.wage), "pool").nonzero()
    yield "money", paid.to("pool", case.money.payer, case.money.pays["pools"])
