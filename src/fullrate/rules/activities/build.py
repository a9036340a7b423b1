r"""Build: capacity that is started now, finished after its lead time, and ramped up by age.

.. math:: \sum_t z_{bt} \le Z_b \qquad k_{bt} - k_{b,t-1} = \sum_{s \le t}
          \bigl( \rho_b(s,t) - \rho_b(s,t-1) \bigr) z_{bs}

====== ======================================= ================== ======
symbol meaning                                 table column       unit
====== ======================================= ================== ======
z      builds started                          column ``build``   build
k      builds that work                        column ``ready``   build
Z      most builds                             ``builds.max``     build
rho    share that works, by age                ``builds.ramp``    -
====== ======================================= ================== ======

A build counts its lead from the beginning of the period of its start. The difference form is sparse however long the
horizon. Whole builds only where ``integer`` says so. What ``uses`` says of a build is loaded when it is started: the
contracts of an office, the hours of those who set it up. Builds started at risk (RISK) count as well, with a ramp of
their own. Source: Luss 1982; Terwiesch & Bohn 2001.

>>> from fullrate.rules import tiny
>>> print(tiny.shown("BUILD", tiny.BUILD))
build_max[second]: build[second,1] + build[second,2] <= 2
build_ready[second,1]: ready[second,1] = 0
build_ready[second,2]: ready[second,2] - ready[second,1] - 0.5 build[second,1] = 0
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
from fullrate.rules.base import Cols, Excess, Rule, Sent, cells_of, differs, over
from fullrate.rules.loads import loads
from fullrate.tables import Tables


def columns(case: Case) -> list[Columns]:
    """Builds started, and builds that work."""
    axis, builds = case.axes["build"], case.tables["builds"]
    return [
        block("build", axis, case.period, *case.windows["build"], integer=builds.integer),
        block("ready", axis, case.period, *case.windows["ready"]),
    ]


def sends(case: Case, cols: Cols) -> Iterator[Sent]:
    """Working builds carry load; starting one loads what it uses and costs its capex."""
    builds, resource = case.tables["builds"], case.axes["resource"]
    daily = np.outer(case.capacity.gain, case.calendar.lengths)
    yield "hours", -cols["ready"].terms.by(daily, "build", "period").to("build", resource, builds.resource)
    yield from loads(case, cols["build"])
    capex = cols["build"].terms.by(case.money.build, "build", "period").nonzero()
    yield "money", capex.to("build", case.money.payer, case.money.pays["builds"])


def rows(case: Case, cols: Cols) -> list[RowBlock]:
    """How many, and how many work."""
    axis = case.axes["build"]
    started, risked, ready = cols["build"].terms, cols["risk"].terms, cols["ready"].terms
    grown = started.spread(case.capacity.ready, "build"), risked.spread(case.risk.ready, "build")
    return [
        Rows("build_max", (axis,)).plus(started, risked).at_most(case.tables["builds"].max),
        Rows("build_ready", (axis, case.period)).plus(ready).minus(ready.lag(), *grown).equals(0.0),
    ]


def check(tables: Tables, plan: Plan) -> Iterator[Excess]:
    """Number of builds, and the share of each that works by its age."""
    edges, rounding = plan.edges, tables.config.lead_rounding
    curves: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for point in tables.rows("curves"):
        curves[point["curve"]].append((point["x"], point["y"]))
    for row in tables.rows("builds"):
        name, curve = row["build"], curves[row["ramp"]] if row["ramp"] is not None else []
        started = {period: plan["build"][name, period] for period in range(1, plan.periods + 1)}
        yield from over("BUILD", sum(started.values()) + _risked(plan, name), row["max"], name)
        late, passed = plainly.at_risk(tables, plan, row)
        for period, amount in started.items():
            yield from over("BUILD", -amount, 0.0, name, period)
            if row["integer"]:
                yield from differs("BUILD", amount, round(amount), 1.0, name, period)
            finished = [(edges[s - 1] + row["lead_d"], z) for s, z in started.items()]
            finished += [(max(edges[s - 1] + late, passed), plan["risk"][name, s]) for s in started]
            works = sum(
                z
                * plainly.working_share(curve, row["life_d"], edges[period - 1] - done, edges[period] - done, rounding)
                for done, z in finished
                if z and done < edges[period]
            )
            yield from differs("BUILD", plan["ready"][name, period], works, row["max"], name, period)


def _risked(plan: Plan, name: str) -> float:
    """Builds started at risk."""
    return sum(plan["risk"][name, period] for period in range(1, plan.periods + 1))


RULE = Rule(
    code="BUILD",
    title="Capacity that is built works after its lead time and ramp, and no more is built than may be.",
    reads={
        "builds": (
            "build",
            "resource",
            "add",
            "lead_d",
            "ramp",
            "max",
            "integer",
            "capex",
            "fund",
            "life_d",
            "risk_gate",
            "redo",
        ),
        "gates": ("gate", "pass"),
        "curves": ("curve", "x", "y"),
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
        "build_max": cells_of("builds", "max"),
        "build_ready": cells_of("builds", "lead_d", "ramp", "life_d"),
    },
)
