r"""Overtime: hours worked on top of the regular ones, in segments of falling output, and never for long.

.. math:: o_{rjt} \le m_{rj}\, c_{rt} \Delta_t \qquad
          \sum_j \eta_{rj} o_{rjt} \le \text{load}_{rt}

.. math:: \sum_j \sum_{s} w_r(s,t)\, o_{rjs} \le \frac{R_r}{d_{rt}} \sum_j m_{rj} \sum_s w_r(s,t)\, c_{rs} \Delta_s

====== ================================== =========================================== =============
symbol meaning                            table column                                unit
====== ================================== =========================================== =============
o      hours of overtime                  column ``overtime``                         unit
m      most, as a share of the capacity   ``overtime.share``, ``resources.ot_max``    -
eta    output of an hour                  ``overtime.eff``, ``resources.ot_eff``      -
c      capacity before any build          ``resources.capacity``                      unit/d
R      days it can be kept up             ``resources.ot_run_d``                      d
w      share of period s in the stretch   -                                           -
d      days of the stretch in the plan    -                                           d
====== ================================== =========================================== =============

The stretch that ends with period t is twice ``ot_run_d`` long: whoever has worked overtime for so many days rests as
long, a convention of this program. Hours of overtime are hours of people: where a pool staffs the resource, they come
on top of the pool's, may not exceed what the resource is loaded with, and cost its wage and ``cost`` besides.
Output per hour falls with hours: Pencavel 2015.

>>> from fullrate.rules import tiny
>>> print(tiny.shown("OVERTIME", tiny.LATE))
overtime_most[line|evening,1]: overtime[line|evening,1] <= 2
overtime_most[line|evening,2]: overtime[line|evening,2] <= 2
overtime_run[line,2]: overtime[line|evening,2] + overtime[line|evening,1] <= 2
overtime_load[line,1]: 0.8 overtime[line|evening,1] - make[press,1] <= 0
overtime_load[line,2]: 0.8 overtime[line|evening,2] - make[press,2] <= 0
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from fullrate.case import Case
from fullrate.lp.axes import Columns, block
from fullrate.lp.rows import RowBlock, Rows
from fullrate.results import Plan
from fullrate.rules import plainly
from fullrate.rules.base import Cols, Excess, Rule, Sent, Trace, over
from fullrate.tables import Cell, Tables


def columns(case: Case) -> list[Columns]:
    """Hours of each segment."""
    overtime = case.overtime
    size = np.maximum(overtime.most.max(axis=1, initial=0.0), 1.0)
    scale = 10.0 ** np.round(np.log10(size))
    return [block("overtime", overtime.axis, case.period, *case.windows["overtime"], scale=scale)]


def sends(case: Case, cols: Cols) -> Iterator[Sent]:
    """What overtime carries on its resource and saves the pool's regular hours; wages of the hours, and their price."""
    overtime, resource, pools = case.overtime, case.axes["resource"], case.tables["pools"]
    hours, pays, payer = cols["overtime"].terms, case.money.pays, case.money.payer
    carried = -hours.by(overtime.eff, "segment").nonzero().to("segment", resource, overtime.resource)
    yield "hours", carried
    yield "labour", carried.to("resource", case.axes["pool"], case.tables["resources"].pool)
    pool = case.tables["resources"].pool[overtime.resource]
    wage = np.append(np.nan_to_num(pools.wage), 0.0)[pool]
    paid = np.append(pays["pools"], 0)[pool]
    yield "money", hours.by(wage * (1 - overtime.eff), "segment").nonzero().to("segment", payer, paid)
    charged = pays["resources"][overtime.resource]
    yield "money", hours.by(overtime.cost, "segment").nonzero().to("segment", payer, charged)


def rows(case: Case, cols: Cols) -> list[RowBlock]:
    """How much of each segment, how long, and no more than there is to do."""
    overtime, resource = case.overtime, case.axes["resource"]
    hours = cols["overtime"].terms
    worked = hours.to("segment", resource, overtime.resource)
    made = hours.by(overtime.eff, "segment").to("segment", resource, overtime.resource)
    staffed = case.tables["resources"].pool >= 0
    staffed &= np.bincount(overtime.resource, minlength=len(resource)) > 0
    load = [terms.only(staffed, "resource") for terms in cols.to("load")]
    return [
        Rows("overtime_most", (overtime.axis, case.period)).plus(hours).at_most(overtime.most),
        Rows("overtime_run", (resource, case.period))
        .plus(worked.spread(overtime.stretch, "resource"))
        .at_most(overtime.run),
        Rows("overtime_load", (resource, case.period)).plus(made.only(staffed, "resource")).minus(*load).at_most(0.0),
    ]


def check(tables: Tables, plan: Plan) -> Iterator[Excess]:
    """Hours of each segment, of every stretch, and against what the resource is loaded with."""
    edges = plan.edges
    resources = {row["resource"]: row for row in tables.rows("resources")}
    segments, regular = plainly.segments(tables), plainly.regular(tables, edges)
    hours: dict[tuple[str, int], float] = defaultdict(float)
    made: dict[tuple[str, int], float] = defaultdict(float)
    for (name, segment, period), worked in plan["overtime"].items():
        share, eff, _ = segments.get((name, segment), (0.0, 0.0, 0.0))
        yield from over("OVERTIME", -worked, 0.0, name, segment, period)
        yield from over("OVERTIME", worked, share * regular[name, period], name, segment, period)
        hours[name, period] += worked
        made[name, period] += eff * worked
    load = plainly.loads(tables, plan, plainly.stated_effort(plan))
    for (name, period), amount in made.items():
        if resources[name]["pool"] is not None:
            yield from over("OVERTIME", amount, load[name, period], name, period)
    for name, row in resources.items():
        most = sum(share for (resource, _), (share, _, _) in segments.items() if resource == name)
        run = row["ot_run_d"]
        if most == 0 or run == float("inf"):
            continue
        for last in range(1, plan.periods + 1):
            begin = max(edges[last] - 2 * run, 0.0)
            days = edges[last] - begin
            if days <= run + plainly.SAME:
                continue
            worked, usual = 0.0, 0.0
            for period in range(1, last + 1):
                inside = max(edges[period] - max(edges[period - 1], begin), 0.0) / (edges[period] - edges[period - 1])
                worked += inside * hours[name, period]
                usual += inside * regular[name, period]
            yield from over("OVERTIME", worked, most * usual * run / days, name, last)


def _segment(*columns: tuple[str, str]) -> Trace:
    """Cells of a segment: of its row of ``overtime``, or of the columns of ``resources`` that stand for it."""

    def cells(tables: Tables, key: str) -> list[Cell]:
        resource, _, _ = key.partition("|")
        own = key in tables.keys("overtime")
        found = [Cell("overtime", key, name) if own else Cell("resources", resource, other) for name, other in columns]
        return [*found, Cell("resources", resource, "capacity")]

    return cells


def _run(tables: Tables, key: str) -> list[Cell]:
    """How long overtime on a resource can be kept up, and how much of it there is."""
    segments = [one for one in tables.keys("overtime") if one.startswith(f"{key}|")]
    return [Cell("resources", key, "ot_run_d"), *(Cell("overtime", one, "share") for one in segments)]


def _outputs(tables: Tables, key: str) -> list[Cell]:
    """Output of an hour of each segment of a resource."""
    segments = [one for one in tables.keys("overtime") if one.startswith(f"{key}|")]
    return [Cell("overtime", one, "eff") for one in segments] or [Cell("resources", key, "ot_eff")]


RULE = Rule(
    code="OVERTIME",
    title="Overtime stays within its segments, is not kept up for long, and is worked only where there is work.",
    reads={
        "overtime": ("resource", "segment", "share", "eff", "cost"),
        "resources": ("resource", "capacity", "pool", "ot_max", "ot_eff", "ot_cost", "ot_run_d", "fund"),
        "pools": ("wage", "fund"),
        "uses": ("user", "resource", "qty"),
        "builds": ("build", "risk_gate", "redo"),
        "gates": ("gate", "duration_d", "pass", "retry_d", "fix", "max_tries"),
        "series": ("value",),
    },
    rows=rows,
    columns=columns,
    sends=sends,
    check=check,
    cells={
        "overtime_most": _segment(("share", "ot_max")),
        "overtime_run": _run,
        "overtime_load": _outputs,
    },
)
