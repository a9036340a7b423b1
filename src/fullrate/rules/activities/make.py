r"""Make: starts of processes, what they take and give, and the rate of each.

.. math:: x_{pt} \le r_{pt} \Delta_t \qquad
          \text{out}_{p} = q_p y_{pt} x_{pt} \text{ after } \tau_p, \quad
          \text{rejects}_{p} = q_p (1 - y_{pt}) \rho_p x_{pt}

====== ============================ ====================== ==========
symbol meaning                      table column           unit
====== ============================ ====================== ==========
x      starts                       column ``make``        start
r      most starts                  ``processes.max_rate`` start/d
q      output of a start            ``processes.out_qty``  unit/start
y      share that is good           ``processes.yield``    -
rho    share of rejects repairable  ``processes.rework``   -
tau    lead time                    ``processes.lead_d``   d
====== ============================ ====================== ==========

Consumption is on starts, yield on output. Rejects that cannot be repaired are scrap and appear nowhere.
Source: Hackman & Leachman 1989; Voss & Woodruff 2006.

>>> from fullrate.rules import tiny
>>> print(tiny.shown("MAKE", tiny.PRESS))
make_rate[press,1]: make[press,1] <= 20
make_rate[press,2]: make[press,2] <= 20
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from fullrate.case import Case
from fullrate.lp.axes import Columns, Relation, block
from fullrate.lp.rows import RowBlock, Rows
from fullrate.results import Plan
from fullrate.rules import plainly
from fullrate.rules.base import Cols, Excess, Rule, Sent, cells_of, over
from fullrate.rules.loads import loads
from fullrate.tables import Tables


def columns(case: Case) -> list[Columns]:
    """Starts of each process inside its window."""
    processes = case.tables["processes"]
    scale = case.scale[processes.item] / processes.out_qty
    return [block("make", case.axes["process"], case.period, *case.windows["make"], scale=scale)]


def sends(case: Case, cols: Cols) -> Iterator[Sent]:
    """Outputs, fixed inputs, loads, hours and costs of starts."""
    make, points, recipes = cols["make"], case.points, case.recipes
    processes = case.tables["processes"]
    output = points.at(processes.site, processes.item)
    good = make.terms.by(case.good, "process", "period").spread(case.lead, "process")
    made = good.to("process", points.axis, output)
    yield "items", made
    yield "shelf", made
    yield (
        "items",
        -make.each(_parts(case, recipes.fixed)).spread(recipes.taken, "part").to("part", points.axis, recipes.point),
    )
    given = make.each(_parts(case, recipes.role == "out"))
    beside = given.spread(recipes.given, "part").to("part", points.axis, recipes.point)
    yield "items", beside
    yield "shelf", beside
    rejected = case.rejected[recipes.process]
    sorted_out = make.each(_parts(case, recipes.role == "reject")).by(rejected, "part", "period")
    repairable = sorted_out.spread(recipes.given, "part").to("part", points.axis, recipes.point)
    yield "items", repairable
    yield "shelf", repairable
    yield from loads(case, make)
    cost = make.terms.by(case.money.make, "process", "period").nonzero()
    yield "money", cost.to("process", case.money.payer, case.money.pays["processes"])


def _parts(case: Case, chosen: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Relation:
    """From processes to those of their recipe rows, weighted by quantity."""
    part = np.flatnonzero(chosen)
    return Relation(case.recipes.part, case.recipes.process[part], part, case.recipes.qty[part])


def rows(case: Case, cols: Cols) -> list[RowBlock]:
    """Rate of each process."""
    starts = Rows("make_rate", (case.axes["process"], case.period)).plus(cols["make"].terms)
    return [starts.at_most(case.capacity.process)]


def check(tables: Tables, plan: Plan) -> Iterator[Excess]:
    """Starts against the rate of each process."""
    steps, edges = plainly.Steps(tables), plan.edges
    processes = {row["process"]: row for row in tables.rows("processes")}
    for (name, period), starts in plan["make"].items():
        rounding = tables.config.lead_rounding
        rate = steps.capacity("processes", processes[name], "max_rate", edges, period, rounding)
        yield from over("MAKE", -starts, 0.0, name, period)
        yield from over("MAKE", starts, rate * (edges[period] - edges[period - 1]), name, period)


RULE = Rule(
    code="MAKE",
    title="A process starts no faster than its rate.",
    reads={
        "processes": (
            "process",
            "site",
            "item",
            "out_qty",
            "lead_d",
            "yield",
            "rework",
            "max_rate",
            "unit_cost",
            "fund",
        ),
        "recipe": ("process", "slot", "item", "qty", "role", "offset_d"),
        "uses": ("user", "resource", "qty"),
        "resources": ("pool",),
        "pools": ("wage", "fund"),
        "series": ("value",),
    },
    rows=rows,
    columns=columns,
    sends=sends,
    check=check,
    cells={
        "make_rate": cells_of("processes", "max_rate"),
    },
)
