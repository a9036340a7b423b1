r"""Mix: the share of a variant in the units a family delivers, counted from a day on.

.. math:: \underline{a}_m \sum_{s \le t} \sum_{i \in F} y_{is} \le \sum_{s \le t} y_{i_m s}
          \le \overline{a}_m \sum_{s \le t} \sum_{i \in F} y_{is}

====== ==================================== ============================== =====
symbol meaning                              table column                   unit
====== ==================================== ============================== =====
y      delivered, of one recipient or all   column ``deliver``             unit
a      least and largest share              ``mix.share_min, share_max``   -
i_m    the variant                          ``mix.item``                   -
e      units above the least share so far   column ``exceed``              unit
r      room below the largest share so far  column ``spare``               unit
====== ==================================== ============================== =====

Shares are of units, whatever each of them is worth, and hold at the end of every period: what is behind cannot be made
up for later. Written as balances of ``e`` and ``r``, so that a row stays short however long the horizon.
Source: Haimes, Lasdon & Wismer 1971 (limits in place of weights).

>>> from fullrate.rules import tiny
>>> print(tiny.shown("MIX", tiny.MIXED))  # doctest: +NORMALIZE_WHITESPACE
mix_least[kits|new|*,1]: exceed[kits|new|*,1] + 0.25 deliver[order|old,1] - 0.75 deliver[order|new,1] = 0
mix_least[kits|new|*,2]: exceed[kits|new|*,2] - exceed[kits|new|*,1]
    + 0.25 deliver[order|old,2] - 0.75 deliver[order|new,2] = 0
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np

from fullrate.case import Case
from fullrate.lp.axes import Columns, Relation, block
from fullrate.lp.rows import RowBlock, Rows
from fullrate.results import Plan
from fullrate.rules import plainly
from fullrate.rules.base import Cols, Excess, Rule, cells_of, over, under
from fullrate.tables import Tables

SIDES = ("exceed", "spare")
"""Columns of the least and of the largest share."""


def columns(case: Case) -> list[Columns]:
    """How far each variant is above its least and below its largest share, in units."""
    limits = case.mix
    scale = case.scale[case.tables["mix"].item]
    return [
        block(name, limits.axis, case.period, limits.first, np.where(bites, limits.count, 0), lower=room, scale=scale)
        for name, bites, room in zip(SIDES, limits.bites, limits.room, strict=True)
    ]


def rows(case: Case, cols: Cols) -> list[RowBlock]:
    """One row per limit and period in which it holds."""
    limits, periods = case.mix, case.calendar.periods
    blocks = []
    for side, (name, column) in enumerate(zip(("mix_least", "mix_most"), SIDES, strict=True)):
        inside = limits.holds(periods) & limits.bites[side][:, None]
        now = cols[column].terms
        relation = Relation(limits.axis, limits.delivery, limits.limit, limits.weight[side])
        added = cols["deliver"].each(relation).nonzero().only(inside, "mix", "period")
        before = now.lag().only(inside, "mix", "period")
        blocks.append(Rows(name, (limits.axis, case.period)).plus(now).minus(before, added).equals(0.0))
    return blocks


def check(tables: Tables, plan: Plan) -> Iterator[Excess]:
    """Units delivered of each variant and of its family, period by period, against the shares."""
    family = {row["item"]: row["family"] for row in tables.rows("items")}
    who = {row["need"]: row["recipient"] for row in tables.rows("needs")}
    given: dict[int, list[tuple[str, str, float]]] = defaultdict(list)
    for (need, item, period), amount in plan["deliver"].items():
        given[period].append((who[need], item, amount))
    for row in tables.rows("mix"):
        place = (row["family"], row["item"], row["recipient"])
        first, last = _in_force(tables, plan, row)
        mine = whole = 0.0
        for period in range(first, last + 1):
            for recipient, item, amount in given[period]:
                if family[item] == row["family"] and row["recipient"] in ("*", recipient):
                    whole += amount
                    mine += amount if item == row["item"] else 0.0
            yield from under("MIX", mine, row["share_min"] * whole, *place, period)
            yield from over("MIX", mine, row["share_max"] * whole, *place, period)


def _in_force(tables: Tables, plan: Plan, row: dict[str, Any]) -> tuple[int, int]:
    """First and last period of a row: until the next one for the same variant and recipient."""
    same = ("family", "item", "recipient")
    later = [
        other["from"]
        for other in tables.rows("mix")
        if all(other[name] == row[name] for name in same) and other["from"] > row["from"]
    ]
    rounding = tables.config.lead_rounding
    first = plainly.usable(plan.edges, max(plainly.day(tables, row["from"], 0.0), 0.0), rounding)
    if not later:
        return first, plan.periods
    return first, plainly.usable(plan.edges, max(plainly.day(tables, min(later), 0.0), 0.0), rounding) - 1


RULE = Rule(
    code="MIX",
    title="The share of a variant in what its family delivers stays within its limits.",
    reads={
        "mix": ("family", "item", "recipient", "from", "share_min", "share_max"),
        "items": ("family",),
        "needs": ("recipient",),
    },
    rows=rows,
    columns=columns,
    check=check,
    cells={
        "mix_least": cells_of("mix", "share_min"),
        "mix_most": cells_of("mix", "share_max"),
    },
)
