r"""Resource capacity: what starts load on a resource is no more than it can carry.

.. math:: \sum_p q_{pr} x_{pt} + \sum_{v \text{ on } r} B_{vt}
          \le c_{rt} \Delta_t + \sum_{b \text{ on } r} a_b \Delta_t k_{bt}
          + \sum_j \eta_{rj} o_{rjt}

====== ================================== ======================= =============
symbol meaning                            table column            unit
====== ================================== ======================= =============
x      starts, builds, gates begun        column ``make`` etc.    start
q      load of one start                  ``uses.qty``            unit/start
B      use that a rival keeps             column ``keep``         unit
c      capacity before any build          ``resources.capacity``  unit/d
a      capacity one build adds            ``builds.add``          unit/d
k      builds that work                   column ``ready``        build
o      hours of overtime                  column ``overtime``     unit
eta    output of an hour of overtime      ``overtime.eff``        -
Delta  length of the period               ``scenario.toml``       d
====== ================================== ======================= =============

Load is charged in the period of the start; where a process learns, it is the effort of that period. Leads are
technical, without queues: waiting comes from this row.

>>> from fullrate.rules import tiny
>>> print(tiny.shown("HOURS", tiny.BUILD))
hours[line,1]: make[press,1] - 6 ready[second,1] <= 10
hours[line,2]: make[press,2] - 6 ready[second,2] <= 10
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from fullrate.case import Case
from fullrate.lp.rows import RowBlock, Rows
from fullrate.results import Plan
from fullrate.rules import plainly
from fullrate.rules.base import Cols, Excess, Rule, cells_of, over
from fullrate.tables import Tables


def rows(case: Case, cols: Cols) -> list[RowBlock]:
    """One row per resource and period with any load."""
    load = Rows("hours", (case.axes["resource"], case.period)).plus(*cols.to("hours"))
    return [load.at_most(case.capacity.resource)]


def check(tables: Tables, plan: Plan) -> Iterator[Excess]:
    """Load against capacity, period by period."""
    load = plainly.loads(tables, plan, plainly.stated_effort(plan))
    yield from beyond("HOURS", tables, plan, load)


def beyond(
    rule: str, tables: Tables, plan: Plan, load: dict[tuple[str, int], float], room: float = 1.0
) -> Iterator[Excess]:
    """Loads by resource and period, what rivals keep on top, above ``room`` times the capacity, builds included."""
    steps, edges = plainly.Steps(tables), plan.edges
    extra = plainly.extra(tables, plan)
    added: dict[tuple[str, int], float] = defaultdict(float)
    builds = {row["build"]: row for row in tables.rows("builds")}
    for (build, period), ready in plan["ready"].items():
        added[builds[build]["resource"], period] += builds[build]["add"] * ready
    resources = {row["resource"]: row for row in tables.rows("resources")}
    for (name, period), amount in plainly.beside(tables, plan, load).items():
        rate = steps.capacity("resources", resources[name], "capacity", edges, period, tables.config.lead_rounding)
        can = (rate + added[name, period]) * (edges[period] - edges[period - 1]) + extra[name, period]
        yield from over(rule, amount, room * can, name, period)


RULE = Rule(
    code="HOURS",
    title="The load on a resource stays within its capacity.",
    reads={"resources": ("resource", "capacity"), "series": ("value",)},
    rows=rows,
    check=check,
    cells={
        "hours": cells_of("resources", "capacity"),
    },
)
