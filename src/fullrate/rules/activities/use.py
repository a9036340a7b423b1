r"""Use: which alternative fills a slot of a recipe, and within which shares.

.. math:: \sum_{i \in \sigma} \frac{u_{p\sigma it}}{q_{p\sigma i}} = x_{pt} \qquad
          \underline{a}_{i} x_{pt} \le \frac{u_{p\sigma it}}{q_{p\sigma i}} \le \overline{a}_{i} x_{pt}

====== =============================== ================================== ==========
symbol meaning                         table column                       unit
====== =============================== ================================== ==========
u      quantity of an alternative      column ``use``                     unit
q      quantity that fills a slot      ``recipe.qty``                     unit/start
x      starts                          column ``make``                    start
a      least and largest share         ``recipe.share_min``, ``share_max`` -
====== =============================== ================================== ==========

Slots with one free item have no column: starts take it directly.

>>> from fullrate.rules import tiny
>>> print(tiny.shown("USE", tiny.CHOICE))
use_slot[press|steel,1]: 0.5 use[press|steel|plate,1] + 0.25 use[press|steel|sheet,1] - make[press,1] = 0
use_slot[press|steel,2]: 0.5 use[press|steel|plate,2] + 0.25 use[press|steel|sheet,2] - make[press,2] = 0
use_most[press|steel|sheet,1]: 0.25 use[press|steel|sheet,1] - 0.25 make[press,1] <= 0
use_most[press|steel|sheet,2]: 0.25 use[press|steel|sheet,2] - 0.25 make[press,2] <= 0
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
from fullrate.rules.base import Cols, Excess, Rule, Sent, cells_below, cells_of, differs, over, under
from fullrate.tables import Tables


def columns(case: Case) -> list[Columns]:
    """Quantity of each alternative in the period of the start."""
    scale = case.scale[case.points.item[case.recipes.point]]
    return [block("use", case.recipes.part, case.period, *case.windows["use"], scale=scale)]


def sends(case: Case, cols: Cols) -> Iterator[Sent]:
    """Alternatives are taken from stock, ``offset_d`` after the start."""
    taken = cols["use"].terms.spread(case.recipes.taken, "part")
    yield "items", -taken.to("part", case.points.axis, case.recipes.point)


def rows(case: Case, cols: Cols) -> list[RowBlock]:
    """Slots are filled; shares are kept."""
    recipes = case.recipes
    filled = cols["use"].terms.by(1 / recipes.qty, "part")
    starts = cols["make"].each(_slots(case))
    slot = (
        Rows("use_slot", (recipes.slot, case.period))
        .plus(filled.to("part", recipes.slot, recipes.slot_of))
        .minus(starts)
    )
    least = recipes.chosen & (recipes.share_min > 0)
    most = recipes.chosen & (recipes.share_max < 1)
    low = Rows("use_least", (recipes.part, case.period)).plus(filled.only(least, "part"))
    high = Rows("use_most", (recipes.part, case.period)).plus(filled.only(most, "part"))
    return [
        slot.equals(0.0),
        low.minus(cols["make"].each(_shares(case, least, recipes.share_min))).at_least(0.0),
        high.minus(cols["make"].each(_shares(case, most, recipes.share_max))).at_most(0.0),
    ]


def _slots(case: Case) -> Relation:
    slots = np.arange(len(case.recipes.slot))
    return Relation(case.recipes.slot, case.recipes.slot_process, slots, np.ones(len(slots)))


def _shares(case: Case, chosen: Any, share: Any) -> Relation:
    part = np.flatnonzero(chosen)
    return Relation(case.recipes.part, case.recipes.process[part], part, share[part])


def check(tables: Tables, plan: Plan) -> Iterator[Excess]:
    """What fills each slot, against starts and shares."""
    slots: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for part in tables.rows("recipe"):
        if part["role"] == "in":
            slots[part["process"], part["slot"] or part["item"]].append(part)
    for (name, slot), parts in slots.items():
        if plainly.alone(parts):
            continue
        for period in range(1, plan.periods + 1):
            starts = plan["make"][name, period]
            fills = {part["item"]: plan["use"][name, slot, part["item"], period] / part["qty"] for part in parts}
            yield from differs("USE", sum(fills.values()), starts, starts, name, slot, period)
            for part in parts:
                item = part["item"]
                yield from over("USE", -fills[item], 0.0, name, slot, item, period)
                yield from over("USE", fills[item], part["share_max"] * starts, name, slot, item, period)
                yield from under("USE", fills[item], part["share_min"] * starts, name, slot, item, period)


RULE = Rule(
    code="USE",
    title="Every slot of a recipe is filled by its alternatives within their shares.",
    reads={"recipe": ("process", "slot", "item", "qty", "role", "share_min", "share_max", "offset_d")},
    rows=rows,
    columns=columns,
    sends=sends,
    check=check,
    cells={
        "use_slot": cells_below("recipe", "qty"),
        "use_least": cells_of("recipe", "share_min"),
        "use_most": cells_of("recipe", "share_max"),
    },
)
