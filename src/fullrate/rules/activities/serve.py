r"""Serve: what has been delivered works until it fails; what can be repaired comes back as a failed unit.

.. math:: S_{dit} = S_{di,t-1} + y_{dit} - f_{dit}, \qquad f_{dit} = \phi_{dit}\, S_{di,t-1} + e_i\, y_{dit},
          \qquad \phi_{dit} = 1 - \exp(-\Delta_t\, a / m)

and where units age (:math:`k \ne 1`)

.. math:: f_{dit} = e_i\, y_{dit} + \sum_{s < t} (1 - e_i)\, y_{dis} \bigl( R(t-1, s) - R(t, s) \bigr), \qquad
          R(t, s) = \exp \Bigl( - \bigl( (E_t - E_s)\, \Gamma(1 + 1/k)\, a / m \bigr)^k \Bigr)

====== ============================================= ============================= ========
symbol meaning                                       table column                  unit
====== ============================================= ============================= ========
S      units that work                               column ``serve``              unit
f      units that fail                               column ``fail``               unit
y      delivered                                     column ``deliver``            unit
m      mean days between failures, mean life         ``reliability.mtbf_d``        d
k      shape: above 1 failures come with age         ``reliability.shape``         -
a      times faster in these conditions              ``reliability.af``            -
e      share that is defective and fails at once     ``processes.escape, plans``   share
Delta  length of the period; E: its end              calendar                      d
====== ============================================= ============================= ========

With ``coverage = "serviceable"`` only units that work meet a need: one that fails takes away what it had met, and may
be replaced. The share ``repairable`` turns up as item ``failed`` at the recipient's site in the period in which it
failed; lanes and a process that takes it in bring it back. At shape 1 failures do not depend on age (exponential life).
Else life is Weibull's with the same mean: what was delivered in a period fails as it grows older, so failures are sums
over deliveries and the rule stays linear. Goods do not age before they are delivered, and what was repaired is as good
as new. Sources: Weibull 1951; Barlow & Proschan 1965, ch. 2; Sherbrooke 2004, ch. 2.

>>> from fullrate.rules import tiny
>>> print(tiny.shown("SERVE", tiny.FIELDED, coverage="serviceable"))
serve[order|kit,1]: serve[order|kit,1] + fail[order|kit,1] - deliver[order|kit,1] = 0
serve[order|kit,2]: serve[order|kit,2] + fail[order|kit,2] - serve[order|kit,1] - deliver[order|kit,2] = 0
fail[order|kit,1]: fail[order|kit,1] = 0
fail[order|kit,2]: fail[order|kit,2] - 0.0951626 serve[order|kit,1] = 0
>>> print(tiny.shown("SERVE", tiny.AGED, coverage="serviceable"))
serve[order|kit,1]: serve[order|kit,1] + fail[order|kit,1] - deliver[order|kit,1] = 0
serve[order|kit,2]: serve[order|kit,2] + fail[order|kit,2] - serve[order|kit,1] - deliver[order|kit,2] = 0
fail[order|kit,1]: fail[order|kit,1] = 0
fail[order|kit,2]: fail[order|kit,2] - 0.178275 deliver[order|kit,1] = 0
"""

from __future__ import annotations

from collections.abc import Iterator
from math import exp

import numpy as np

from fullrate.case import Case
from fullrate.lp.axes import Columns, block
from fullrate.lp.rows import RowBlock, Rows
from fullrate.results import Plan
from fullrate.rules import fielded
from fullrate.rules.base import Cols, Excess, Rule, Sent, differs, over
from fullrate.tables import Cell, Tables


def columns(case: Case) -> list[Columns]:
    """Units that work and units that fail, of deliveries of what fails at all."""
    axis, first = case.deliveries.axis, case.windows["deliver"][0]
    count = np.where(case.fleet.used & (case.windows["deliver"][1] > 0), case.calendar.periods - first, 0)
    scale = case.scale[case.deliveries.item]
    return [block(name, axis, case.period, first, count, scale=scale) for name in ("serve", "fail")]


def sends(case: Case, cols: Cols) -> Iterator[Sent]:
    """What fails is no longer met, and what can be repaired is there as a failed unit."""
    fail, deliveries = cols["fail"].terms, case.deliveries
    yield "met", -fail.by(deliveries.value, "delivery").to("delivery", case.axes["need"], deliveries.need)
    back = fail.by(case.fleet.repairable, "delivery").nonzero().to("delivery", case.points.axis, case.fleet.point)
    yield "items", back
    yield "shelf", back


def rows(case: Case, cols: Cols) -> list[RowBlock]:
    """How many work, and how many fail."""
    fleet, over_time = case.fleet, (case.deliveries.axis, case.period)
    serve, fail = cols["serve"].terms, cols["fail"].terms
    new = cols["deliver"].terms.only(fleet.used, "delivery")
    broken = serve.only(~fleet.ageing, "delivery").lag().by(fleet.fails, "delivery", "period").nonzero()
    bad = new.by(fleet.early, "delivery").nonzero()
    worn = new.only(fleet.ageing, "delivery").by(1 - fleet.early, "delivery").spread(fleet.wear, "delivery")
    return [
        Rows("serve", over_time).plus(serve, fail).minus(serve.lag(), new).equals(0.0),
        Rows("fail", over_time).plus(fail).minus(broken, worn, bad).equals(fleet.surprise),
    ]


def check(tables: Tables, plan: Plan) -> Iterator[Excess]:
    """Units that work from those of the period before, by plain multiplication; those that age by their deliveries."""
    lives, early = fielded.lives(tables), fielded.early(tables)
    kinds = {(need, item) for name in ("deliver", "serve", "fail") for need, item, _ in plan.columns[name].values}
    for need, item in sorted(kinds):
        life, first = lives.get((need, item), fielded.ENDLESS), early.get(item, 0.0)
        for period in range(1, plan.periods + 1):
            place = (need, item, period)
            new, works, fails = (plan[name][place] for name in ("deliver", "serve", "fail"))
            before = plan["serve"][need, item, period - 1]
            if not life.daily and not first:
                yield from over("SERVE", abs(works) + abs(fails), 0.0, *place)
                continue
            yield from over("SERVE", -min(works, fails), 0.0, *place)
            through = abs(before) + abs(new) + abs(fails)
            yield from differs("SERVE", works, before + new - fails, through, *place)
            broken = before * (1 - exp(-life.daily * (plan.edges[period] - plan.edges[period - 1])))
            if life.shape != 1:
                broken = 0.0
                for start in range(1, period):
                    worked = plan["deliver"][need, item, start] * (1 - first)
                    broken += worked * life.lost(plan.edges, start, period)
            yield from differs("SERVE", fails, broken + first * new, through, *place)


def _lives(tables: Tables, key: str) -> list[Cell]:
    """How often the item fails in the conditions of its recipient."""
    need, item = key.split("|")
    who = next(row["recipient"] for row in tables.rows("needs") if row["need"] == need)
    where = next(row["environment"] for row in tables.rows("recipients") if row["recipient"] == who)
    known = f"{item}|{where}" in tables.keys("reliability")
    return [Cell("reliability", f"{item}|{where}", column) for column in ("mtbf_d", "shape", "af") if known]


RULE = Rule(
    code="SERVE",
    title="Only what works counts: units in use fail, and come back repaired or are replaced.",
    reads={
        "reliability": ("item", "environment", "mtbf_d", "shape", "af", "repairable", "failed"),
        "recipients": ("environment", "site"),
        "needs": ("recipient", "item"),
        "processes": ("process", "item", "escape"),
        "plans": ("process", "lot", "n", "c", "defect"),
        "items": ("family",),
    },
    rows=rows,
    columns=columns,
    sends=sends,
    check=check,
    cells={"serve": _lives, "fail": _lives},
)
