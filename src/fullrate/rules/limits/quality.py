r"""Outgoing quality: the share of defects in what a family has delivered so far stays below a limit.

.. math:: \sum_{s \le t} \sum_{i \in F} e_i\, y_{is} \le q_F \sum_{s \le t} \sum_{i \in F} y_{is}

====== ================================== ============================= ====
symbol meaning                            table column                  unit
====== ================================== ============================= ====
y      delivered                          column ``deliver``            unit
e      share of defects in an item        ``processes.escape``, or from -
                                          a sampling plan in ``plans``
q      largest average outgoing share     ``quality.aoq_max``           -
g      defects that may still come along  column ``margin``             unit
====== ================================== ============================= ====

Each level of inspection, or of haste, is a process of its own with an item of its own, since one item of two qualities
would have no known share of defects. A sampling plan with rectifying inspection lets through
:math:`P_a\, p\, (N - n) / N`. Counted from a day on; written as a balance of ``g``. Source: Schilling & Neubauer 2009.

>>> from fullrate.rules import tiny
>>> print(tiny.shown("AOQ", tiny.TESTED))  # doctest: +NORMALIZE_WHITESPACE
aoq[kits,1]: margin[kits,1] + 0.05 deliver[order|old,1] - 0.05 deliver[order|new,1] = 0
aoq[kits,2]: margin[kits,2] - margin[kits,1] + 0.05 deliver[order|old,2] - 0.05 deliver[order|new,2] = 0
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from fullrate.case import Case
from fullrate.lp.axes import Columns, Relation, block
from fullrate.lp.rows import RowBlock, Rows
from fullrate.results import Plan
from fullrate.rules import fielded, plainly
from fullrate.rules.base import Cols, Excess, Rule, cells_of, differs, over
from fullrate.tables import Tables


def columns(case: Case) -> list[Columns]:
    """Defects that may still be delivered within each limit."""
    limits = case.quality
    return [block("margin", limits.axis, case.period, limits.first, limits.count, lower=limits.room[0])]


def rows(case: Case, cols: Cols) -> list[RowBlock]:
    """One row per limit and period in which it holds."""
    limits = case.quality
    inside, now = limits.holds(case.calendar.periods), cols["margin"].terms
    relation = Relation(limits.axis, limits.delivery, limits.limit, limits.weight[0])
    added = cols["deliver"].each(relation).nonzero().only(inside, "quality", "period")
    before = now.lag().only(inside, "quality", "period")
    return [Rows("aoq", (limits.axis, case.period)).plus(now).minus(before, added).equals(0.0)]


def check(tables: Tables, plan: Plan) -> Iterator[Excess]:
    """Defects so far against units so far; escapes from the sampling plans; the table of the plan."""
    family = {row["item"]: row["family"] for row in tables.rows("items")}
    escapes = fielded.escapes(tables)
    units: dict[tuple[str, int], float] = defaultdict(float)
    defects: dict[tuple[str, int], float] = defaultdict(float)
    for (_, item, period), amount in plan["deliver"].items():
        if family[item] is not None:
            units[family[item], period] += amount
            defects[family[item], period] += amount * escapes.get(item, 0.0)
    for row in tables.rows("quality"):
        name, later = row["family"], []
        for other in tables.rows("quality"):
            if other["family"] == name and other["from"] > row["from"]:
                later.append(_first(tables, plan, other["from"]))
        bad = whole = 0.0
        for period in range(_first(tables, plan, row["from"]), min(later, default=plan.periods + 1)):
            bad, whole = bad + defects[name, period], whole + units[name, period]
            yield from over("AOQ", bad, row["aoq_max"] * whole, name, period)
    if "quality" in plan.tables:
        yield from _published(plan, units, defects)


def _published(
    plan: Plan, units: dict[tuple[str, int], float], defects: dict[tuple[str, int], float]
) -> Iterator[Excess]:
    """Units and defects that the plan states, against its deliveries."""
    for name, period, delivered, escaped in plan.table("quality").iter_rows():
        place = (name, period)
        yield from differs("AOQ", delivered, units[place], units[place], *place)
        yield from differs("AOQ", escaped, defects[place], defects[place], *place)


def _first(tables: Tables, plan: Plan, when: object) -> int:
    """First period in which a limit from a day on holds."""
    begin = max(plainly.day(tables, when, 0.0), 0.0)  # type: ignore[arg-type]
    return plainly.usable(plan.edges, begin, tables.config.lead_rounding)


RULE = Rule(
    code="AOQ",
    title="The share of defects in what a family delivers stays below its limit.",
    reads={
        "quality": ("family", "from", "aoq_max"),
        "processes": ("process", "item", "escape"),
        "plans": ("process", "lot", "n", "c", "defect"),
        "items": ("family",),
    },
    rows=rows,
    columns=columns,
    check=check,
    cells={"aoq": cells_of("quality", "aoq_max")},
)
