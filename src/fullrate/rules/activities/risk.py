r"""Risk: a build that starts when its gate begins, not when it is passed, and may have to be done again.

.. math:: z'_{bt} = 0 \quad \text{for } e_{t-1} < \beta_g \qquad
          \tau'_b = \tau_b \bigl( 1 + (1 - p_g) r_b \bigr) \qquad
          c'_b = c_b \bigl( 1 + (1 - p_g) r_b \bigr)

====== ========================================= ==================== =====
symbol meaning                                   table column         unit
====== ========================================= ==================== =====
z'     builds started at risk                    column ``risk``      build
beta   day the gate begins                       ``builds.risk_gate`` d
p      odds that its first try passes            ``gates.pass``       -
r      share to be redone after a failure        ``builds.redo``      -
tau    lead                                      ``builds.lead_d``    d
c      cost                                      ``builds.capex``     money
====== ========================================= ==================== =====

The gates before it are still waited for, and nothing works before the gate is passed: a build at risk is in use from
the later of both days. A failure adds the share to be redone to what is left, at the first failure only; the plan holds
the mean of that. Source: Krishnan, Eppinger & Whitney 1997; Roemer, Ahmadi & Wang 2000.

>>> from fullrate.rules import tiny
>>> print(tiny.shown("RISK", tiny.RISKY))
risk_begin[second,1]: risk[second,1] <= 0
"""

from __future__ import annotations

from collections.abc import Iterator

from fullrate.case import Case
from fullrate.lp.axes import Columns, block
from fullrate.lp.rows import RowBlock
from fullrate.results import Plan
from fullrate.rules import plainly
from fullrate.rules.base import Cols, Excess, Rule, Sent, cells_of, differs, over
from fullrate.rules.loads import loads
from fullrate.rules.shut import before
from fullrate.tables import Tables


def columns(case: Case) -> list[Columns]:
    """Builds started at the risk of their gate."""
    axis, whole = case.axes["build"], case.tables["builds"].integer
    return [block("risk", axis, case.period, *case.windows["risk"], integer=whole)]


def sends(case: Case, cols: Cols) -> Iterator[Sent]:
    """What a start loads, and capex, what has to be redone included."""
    yield from loads(case, cols["risk"], times=case.risk.factor)
    price = case.money.build * case.risk.factor[:, None]
    capex = cols["risk"].terms.by(price, "build", "period").nonzero()
    yield "money", capex.to("build", case.money.payer, case.money.pays["builds"])


def rows(case: Case, cols: Cols) -> list[RowBlock]:
    """Nothing before the gate begins or the build may start."""
    return [before("risk_begin", cols["risk"], case.risk.first, case)]


def check(tables: Tables, plan: Plan) -> Iterator[Excess]:
    """Builds at risk: which, whole where they must be, and from when on."""
    builds = {row["build"]: row for row in tables.rows("builds")}
    begins = dict(plan.table("gates").select("gate", "start_d").iter_rows())
    for (name, period), amount in plan["risk"].items():
        row = builds[name]
        yield from over("RISK", -amount, 0.0, name, period)
        if row["integer"]:
            yield from differs("RISK", amount, round(amount), 1.0, name, period)
        if row["risk_gate"] is None:
            yield from over("RISK", amount, 0.0, name, period)
            continue
        first = max(plainly.day(tables, row["opens"], 0.0), begins[row["risk_gate"]], 0.0)
        if period < plainly.usable(plan.edges, first, tables.config.lead_rounding):
            yield from over("RISK", amount, 0.0, name, row["risk_gate"], period)


RULE = Rule(
    code="RISK",
    title="A build at the risk of its gate starts no earlier than the gate begins.",
    reads={
        "builds": ("build", "opens", "integer", "risk_gate", "redo", "capex", "fund"),
        "gates": ("pass",),
        "uses": ("user", "resource", "qty"),
        "resources": ("pool",),
        "pools": ("wage", "fund"),
        "series": ("value",),
    },
    rows=rows,
    columns=columns,
    sends=sends,
    check=check,
    cells={"risk_begin": cells_of("builds", "risk_gate", "opens")},
)
