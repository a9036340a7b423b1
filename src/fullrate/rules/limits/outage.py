r"""Outage: while an outage that is certain lasts, only a share of what it hits is left.

.. math:: \text{load}_{rt} \le \lambda_{rt} \Bigl( c_{rt} \Delta_t + \sum_b a_b \Delta_t k_{bt} \Bigr)
          + \sum_j \eta_{rj} o_{rjt}, \qquad o_{rjt} \le \lambda_{rt} m_{rj} c_{rt} \Delta_t

.. math:: x_{pt} \le \lambda_{pt} r_{pt} \Delta_t, \qquad \text{freight}_{lt} \le \lambda_{lt} c_{lt} \Delta_t

====== =============================== ============================== =============
symbol meaning                         table column                   unit
====== =============================== ============================== =============
lambda share left                      ``risks.left, recovery``       -
c      capacity before any build       ``resources``, ``lanes``       unit/d
a      capacity one build adds         ``builds.add``                 unit/d
k      builds that work                column ``ready``               build
o      hours of overtime               column ``overtime``            unit
m      most overtime                   ``overtime.share``             -
eta    output of an hour of overtime   ``overtime.eff``               -
x      starts                          column ``make``                start
r      most starts                     ``processes.max_rate``         start/d
Delta  length of the period            ``scenario.toml``              d
====== =============================== ============================== =============

Only a row of ``risks`` with ``prob`` 1 and a day in ``from`` is in the plan. The share is the least of a period when
leads are rounded up, the largest when down, the mean when smeared. Of no limit no limit is left, and nothing where the
share is zero. What is built on a resource is hit like the rest. Recovery by a curve: Simchi-Levi et al. 2015
have it as one time to recover.

>>> from fullrate.rules import tiny
>>> print(tiny.shown("OUTAGE", tiny.STORM))
outage_hours[line,2]: make[press,2] <= 5
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from fullrate.case import Case
from fullrate.case.outages import left_of
from fullrate.lp.rows import RowBlock, Rows
from fullrate.results import Plan
from fullrate.rules import plainly
from fullrate.rules.base import Cols, Excess, Rule, over
from fullrate.tables import Cell, Tables


def rows(case: Case, cols: Cols) -> list[RowBlock]:
    """What is left of resources, overtime, rates and freight, where anything is lost."""
    share, capacity, resource = case.outages, case.capacity, case.axes["resource"]
    struck, lane, process = share.resource < 1, share.lane < 1, share.process < 1
    built, overtime = case.tables["builds"].resource, case.overtime
    daily = capacity.gain[:, None] * case.calendar.lengths * (1 - share.resource[built])
    lost = cols["ready"].terms.by(daily, "build", "period").nonzero().to("build", resource, built)
    load = [terms.only(struck, "resource", "period") for terms in (*cols.to("hours"), lost)]
    worked = cols["overtime"].terms.only(struck[overtime.resource], "segment", "period")
    starts = cols["make"].terms.only(process, "process", "period")
    shipments = case.shipments
    freight = cols["ship"].terms.by(shipments.measure, "shipment").to("shipment", case.axes["lane"], shipments.lane)
    carried = [terms.only(lane, "lane", "period") for terms in (freight, *cols.to("freight"))]
    return [
        Rows("outage_hours", (resource, case.period)).plus(*load).at_most(capacity.resource * share.resource),
        Rows("outage_overtime", (overtime.axis, case.period))
        .plus(worked)
        .at_most(overtime.most * share.resource[overtime.resource]),
        Rows("outage_make", (case.axes["process"], case.period))
        .plus(starts)
        .at_most(left_of(capacity.process, share.process)),
        Rows("outage_ship", (case.axes["lane"], case.period))
        .plus(*carried)
        .at_most(left_of(capacity.lane, share.lane)),
    ]


class _Left:
    """Share left by table, row and period, in plain Python."""

    def __init__(self, tables: Tables, plan: Plan) -> None:
        """Gather the outages that are certain."""
        self.edges, self.rounding = plan.edges, tables.config.lead_rounding
        self.curves: dict[str, list[tuple[float, float]]] = defaultdict(list)
        for point in tables.rows("curves"):
            self.curves[point["curve"]].append((point["x"], 1 - point["y"]))
        self.sites = {row["site"]: row for row in tables.rows("sites")}
        known = [row for row in tables.rows("risks") if row["prob"] == 1 and row["from"] is not None]
        self.risks = [(row, plainly.day(tables, row["from"], 0.0)) for row in known]

    def share(self, kind: str, row: dict[str, Any], period: int) -> float:
        """What is left of a ``resource``, ``lane`` or ``process`` in a period."""
        left = 1.0
        for risk, begin in self.risks:
            if self._hits(risk, kind, row):
                first, last = self.edges[period - 1] - begin, self.edges[period] - begin
                lost = {"ceil": "floor", "floor": "ceil"}.get(self.rounding, self.rounding)
                curve = self.curves[risk["recovery"]] if risk["recovery"] is not None else []
                gone = plainly.working_share(curve, risk["duration_d"], first, last, lost)
                left *= 1 - (1 - risk["left"]) * gone
        return left

    def _hits(self, risk: dict[str, Any], kind: str, row: dict[str, Any]) -> bool:
        what, target = risk["kind"], risk["target"]
        if what in ("lane", "corridor"):
            return kind == "lane" and bool(row[what] == target)
        if what == "resource":
            return kind == "resource" and bool(row["resource"] == target)
        if what == "item":
            return kind == "process" and bool(row["item"] == target)
        return kind != "lane" and row["site"] is not None and bool(self.sites[row["site"]][what] == target)


def check(tables: Tables, plan: Plan) -> Iterator[Excess]:
    """Loads, overtime, starts and freight against the share that is left."""
    left, edges = _Left(tables, plan), plan.edges
    if not left.risks:
        return
    yield from _resources(tables, plan, left)
    steps, rounding = plainly.Steps(tables), tables.config.lead_rounding
    processes = {row["process"]: row for row in tables.rows("processes")}
    for (name, period), starts in plan["make"].items():
        rate = steps.capacity("processes", processes[name], "max_rate", edges, period, rounding)
        share = left.share("process", processes[name], period)
        if share < 1:
            yield from over("OUTAGE", starts, _of(rate, share) * (edges[period] - edges[period - 1]), name, period)
    lanes = {row["lane"]: row for row in tables.rows("lanes")}
    items = {row["item"]: row for row in tables.rows("items")}
    freight: dict[tuple[str, int], float] = defaultdict(float)
    for (name, item, period), amount in plan["ship"].items():
        freight[name, period] += amount * plainly.measure(lanes[name], items[item])
    for name, period, amount in plainly.kept(tables, plan, "lane"):
        freight[name, period] += amount
    for (name, period), amount in freight.items():
        rate = steps.capacity("lanes", lanes[name], "capacity", edges, period, rounding)
        share = left.share("lane", lanes[name], period)
        if share < 1:
            yield from over("OUTAGE", amount, _of(rate, share) * (edges[period] - edges[period - 1]), name, period)


def _of(rate: float, share: float) -> float:
    """What is left of a rate."""
    if rate == float("inf"):
        return rate if share > 0 else 0.0
    return rate * share


def _resources(tables: Tables, plan: Plan, left: _Left) -> Iterator[Excess]:
    """Loads and overtime of resources."""
    edges, steps, rounding = plan.edges, plainly.Steps(tables), tables.config.lead_rounding
    resources = {row["resource"]: row for row in tables.rows("resources")}
    builds = {row["build"]: row for row in tables.rows("builds")}
    added: dict[tuple[str, int], float] = defaultdict(float)
    for (build, period), ready in plan["ready"].items():
        added[builds[build]["resource"], period] += builds[build]["add"] * ready
    segments, regular = plainly.segments(tables), plainly.regular(tables, edges)
    for (name, segment, period), hours in plan["overtime"].items():
        most = segments.get((name, segment), (0.0, 0.0, 0.0))[0] * regular[name, period]
        share = left.share("resource", resources[name], period)
        if share < 1:
            yield from over("OUTAGE", hours, share * most, name, segment, period)
    extra = plainly.extra(tables, plan)
    load = plainly.loads(tables, plan, plainly.stated_effort(plan))
    for (name, period), amount in plainly.beside(tables, plan, load).items():
        share = left.share("resource", resources[name], period)
        if share < 1:
            rate = steps.capacity("resources", resources[name], "capacity", edges, period, rounding)
            can = share * (rate + added[name, period]) * (edges[period] - edges[period - 1]) + extra[name, period]
            yield from over("OUTAGE", amount, can, name, period)


def _risks(tables: Tables, key: str) -> list[Cell]:
    """Every outage that is certain: which of them counts is a matter of place and dates together."""
    rows = tables.rows("risks")
    return [Cell("risks", row["risk"], "left") for row in rows if row["prob"] == 1 and row["from"] is not None]


RULE = Rule(
    code="OUTAGE",
    title="While an outage that is certain lasts, no more is used than it leaves.",
    reads={
        "risks": ("kind", "target", "prob", "from", "duration_d", "left", "recovery"),
        "curves": ("curve", "x", "y"),
        "sites": ("region", "owner"),
        "resources": ("site", "capacity", "ot_max", "ot_eff", "ot_cost"),
        "overtime": ("resource", "segment", "share", "eff", "cost"),
        "builds": ("resource", "add", "risk_gate", "redo"),
        "gates": ("duration_d", "pass", "retry_d", "fix", "max_tries"),
        "processes": ("site", "item", "max_rate"),
        "lanes": ("corridor", "capacity", "cap_unit"),
        "items": ("mass", "size"),
        "uses": ("user", "resource", "qty"),
        "rivals": ("kind", "target"),
        "series": ("value",),
    },
    rows=rows,
    check=check,
    cells={
        "outage_hours": _risks,
        "outage_overtime": _risks,
        "outage_make": _risks,
        "outage_ship": _risks,
    },
)
