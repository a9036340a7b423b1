r"""Learning: the effort of a start falls with experience, and a plan gathers the experience it counts on.

.. math:: e_{pt} = q_p \frac{A(X_{gt}) - A(X_{g,t-1})}{X_{gt} - X_{g,t-1}}, \qquad
          \sum_{p \in g} \sum_{s \le t} x_{ps} \ge X_{gt}, \qquad
          A(X) = \frac{X_0}{1 - b} \Bigl[ \bigl(1 + X / X_0\bigr)^{1 - b} - 1 \Bigr], \quad b = -\log_2 \text{progress}

====== ================================= ========================== ==========
symbol meaning                           table column               unit
====== ================================= ========================== ==========
x      starts                            column ``make``            start
e      effort of a start in a period     table ``effort`` of a plan unit/start
q      effort of a start at first        ``uses.qty``               unit/start
X      experience the plan counts on     table ``effort`` of a plan start
X0     experience at the start           ``processes.prior``        start
b      slope of the curve                ``processes.progress``     -
g      processes that share experience   ``processes.learn_group``  -
====== ================================= ========================== ==========

Experience counts starts. The curve falls, so a plan that gathers at least the experience it counts on takes no more
effort than it says. Source: Wright 1936; the sequence of programs follows Griffith & Stewart 1961.

>>> from fullrate.rules import tiny
>>> print(tiny.shown("LEARN", tiny.PRACTISED))
learn_least[press,1]: make[press,1] >= 10
learn_least[press,2]: make[press,2] + make[press,1] >= 25
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from fullrate.case import Case
from fullrate.lp.rows import RowBlock, Rows
from fullrate.results import Plan
from fullrate.rules import plainly
from fullrate.rules.base import Cols, Excess, Rule, differs, no_cells, under
from fullrate.tables import Tables


def rows(case: Case, cols: Cols) -> list[RowBlock]:
    """Starts of each group so far against the experience that is counted on, and, in a bound, against the ceiling."""
    learning = case.learning
    made = cols["make"].terms.to("process", learning.axis, learning.of).spread(learning.kept(), "learner")
    over = (learning.axis, case.period)
    return [
        Rows("learn_least", over).plus(made).at_least(learning.least),
        Rows("learn_most", over).plus(made).at_most(learning.most),
    ]


def check(tables: Tables, plan: Plan) -> Iterator[Excess]:
    """Stated effort against the curve, and experience gathered against the one that is counted on."""
    curves = plainly.curves(tables)
    first = {(row["user"], row["resource"]): (row["qty"], row["learns"]) for row in tables.rows("uses")}
    stated = plainly.stated_effort(plan)
    gathered: dict[tuple[tuple[str, str], int], float] = defaultdict(float)
    counted: dict[tuple[tuple[str, str], int], float] = defaultdict(float)
    for (process, period), starts in plan["make"].items():
        if process in curves:
            gathered[curves[process].group, period] += starts
    for (process, resource, period), (effort, experience) in stated.items():
        qty, learns = first.get((process, resource), (0.0, False))
        if process not in curves or not learns:
            yield from differs("LEARN", effort, qty, abs(qty), process, resource, period)
            continue
        curve = curves[process]
        _, before = stated.get((process, resource, period - 1), (0.0, 0.0))
        yield from under("LEARN", experience, before, process, resource, period)
        right = qty * curve.mean(before, experience)
        ratio = effort / right if right > 0 else 1 + abs(effort)
        yield from differs("LEARN", ratio, 1.0, 1.0, process, resource, period)
        counted[curve.group, period] = max(counted[curve.group, period], experience)
    for group in dict.fromkeys(group for group, _ in counted):
        so_far = 0.0
        for period in range(1, plan.periods + 1):
            so_far += gathered[group, period]
            yield from under("LEARN", so_far, counted[group, period], group[1], period)


RULE = Rule(
    code="LEARN",
    title="Effort falls with experience, and a plan gathers the experience it counts on.",
    reads={
        "processes": ("process", "progress", "prior", "learn", "learn_group"),
        "uses": ("user", "resource", "qty", "learns"),
    },
    rows=rows,
    check=check,
    cells={"learn_least": no_cells, "learn_most": no_cells},
)
