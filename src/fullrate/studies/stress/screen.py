r"""Time to recover and time to survive, in one block of time: a quick screen, and a bound on the answer over time.

.. math:: \min \sum_j l_j \quad \text{with} \quad
          s_i + \sum_p a_{pi} u_p - \sum_p r_{pi} u_p - \sum_{\sigma} w_{\sigma i} + l_i \ge d_i \tau, \quad
          \sum_p q_{pr} u_p \le c_r \tau, \quad u_p \le m_p \tau, \quad u_p = 0 \text{ for what is cut off}

====== ==================================== ============================ =======
symbol meaning                              table column                 unit
====== ==================================== ============================ =======
u      starts in the whole time             column ``make``              start
w      quantity of an alternative           column ``use``               unit
l      units that are not delivered         column ``lost``              unit
tau    length of the outage                 column ``span``              d
d      units the plan delivers in a day     from the plan                unit/d
s      stock at the start                   ``stock.qty``                unit
c, m   most a day, over all periods         ``resources``, ``processes`` unit/d
====== ==================================== ============================ =======

No leads, no lanes, places pooled and every capacity at its best: so it never loses more, and never survives shorter,
than the plan over time that has to deliver as much every day. Source: Simchi-Levi et al. 2015 (Interfaces 45, 375-390).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fullrate.case import Axis, Case, Coded, derive
from fullrate.case.barred import barred_of
from fullrate.lp.assemble import LP, assemble
from fullrate.lp.axes import Columns, Relation, Terms, block, numbered
from fullrate.lp.rows import RowBlock, Rows
from fullrate.planning.chain import TIME_GAP
from fullrate.planning.resolve import Resolver
from fullrate.results import Plan
from fullrate.tables import Tables
from fullrate.tables.cut import Cut

Floats = NDArray[np.float64]
Grid = NDArray[np.bool_]
LONGEST = 100.0
"""Horizons up to which an outage is looked at; what survives so long survives any."""


@dataclass(frozen=True, eq=False)
class Screen:
    """A scenario without time, and what it has to deliver in a day.

    Attributes:
        case: the scenario.
        demand: units of each item to deliver in a day, shape (items,).
    """

    case: Case
    demand: Floats

    @staticmethod
    def of(tables: Tables, demand: Mapping[str, float]) -> Screen:
        """The screen of a scenario.

        Args:
            tables: the scenario.
            demand: units to deliver in a day, by item.
        """
        case = derive(tables, pruned=False)
        return Screen(case, np.array([demand.get(item, 0.0) for item in case.axes["item"].labels]))

    def lost(self, cases: Sequence[Sequence[Cut]], days: float) -> Floats:
        """Units that cannot be delivered in an outage of so many days, for each of some cases, shape (cases,)."""
        return self._solved(cases, days, lost=True)

    def survives(self, cases: Sequence[Sequence[Cut]]) -> Floats:
        """Longest outage in days in which nothing is lost, by case; infinite when none is too long."""
        longest = LONGEST * self.case.calendar.horizon
        days = 0.0 - self._solved(cases, longest, lost=False)  # no minus before a zero
        return np.where(days >= longest * (1 - 1e-9), np.inf, days)

    def _solved(self, cases: Sequence[Sequence[Cut]], days: float, *, lost: bool) -> Floats:
        """Value of every case, each from the basis of the one before."""
        lp, cols = self._program(days, lost=lost)
        cost = np.zeros(lp.shape[1])
        if lost:
            cost[cols["lost"].terms.column] = 1.0
        else:
            cost[cols["span"].offset[0]] = -1.0
        lp = lp.minimising(cost)
        solver, values = Resolver.of(lp, TIME_GAP), np.zeros(len(cases))
        for at, cuts in enumerate(cases):
            upper = lp.upper.copy()
            shut = closed(self.case, cuts)
            upper[cols["make"].terms.column[shut]] = 0.0
            values[at] = solver.solve(lp.within(upper=upper), TIME_GAP).objective
        return values

    def _program(self, days: float, *, lost: bool) -> tuple[LP, dict[str, Columns]]:
        """The program; the outage lasts ``days`` where units may be lost, at most so many where none may."""
        case, recipes = self.case, self.case.recipes
        whole, item = Axis("whole", ("all",)), case.axes["item"]
        cols = numbered(
            [
                _block("make", case.axes["process"], np.ones(len(case.axes["process"]), bool)),
                _block("use", recipes.part, recipes.chosen),
                _block("lost", item, (self.demand > 0) & lost),
                block("span", whole, None, _none(1), np.ones(1, np.int64), lower=days if lost else 0.0, upper=days),
            ]
        )
        rows = [self._balance(cols), *self._limits(cols), self._slots(cols)]
        return assemble(list(cols.values()), rows), cols

    def _balance(self, cols: Mapping[str, Columns]) -> RowBlock:
        """What there is of each item, made and taken, serves what is due."""
        case, recipes, item = self.case, self.case.recipes, self.case.axes["item"]
        processes, make = case.tables["processes"], cols["make"]
        goods = case.points.item[recipes.point]
        given = make.each(_parts(case, recipes.role == "out")).to("part", item, goods)
        taken = make.each(_parts(case, recipes.fixed)).to("part", item, goods)
        stock = np.zeros(len(item))
        np.add.at(stock, case.points.item, case.points.initial)
        return (
            Rows("items", (item,))
            .plus(make.terms.by(case.good.max(axis=1), "process").to("process", item, processes.item), given)
            .plus(cols["lost"].terms)
            .minus(taken, cols["use"].terms.to("part", item, goods), _due(cols["span"], item, self.demand))
            .at_least(-stock)
        )

    def _limits(self, cols: Mapping[str, Columns]) -> list[RowBlock]:
        """Capacity of resources and rates of processes, at their best."""
        case, lengths = self.case, self.case.calendar.lengths
        uses, resource, process = case.tables["uses"], case.axes["resource"], case.axes["process"]
        user = process.find(uses.user)
        row = np.flatnonzero((user >= 0) & (uses.qty > 0))
        line = Axis("line", tuple(map(str, range(len(uses)))))
        load = cols["make"].each(Relation(line, user[row], row, uses.qty[row])).to("line", resource, uses.resource)
        limits = []
        for name, axis, terms, most in (
            ("hours", resource, load, case.capacity.resource / lengths),
            ("rate", process, cols["make"].terms, case.capacity.process / lengths),
        ):
            a_day = most.max(axis=1, initial=0.0)
            known = np.isfinite(a_day)
            due = _due(cols["span"], axis, np.where(known, a_day, 0.0))
            limits.append(Rows(name, (axis,)).plus(terms).minus(due).at_most(np.where(known, 0.0, np.inf)))
        return limits

    def _slots(self, cols: Mapping[str, Columns]) -> RowBlock:
        """Every start has something in each slot; how shares are limited is left out."""
        recipes = self.case.recipes
        every = np.arange(len(recipes.slot))
        starts = cols["make"].each(Relation(recipes.slot, recipes.slot_process, every, np.ones(len(every))))
        filled = cols["use"].terms.by(1 / recipes.qty, "part").to("part", recipes.slot, recipes.slot_of)
        return Rows("slot", (recipes.slot,)).plus(filled).minus(starts).equals(0.0)


def closed(case: Case, cuts: Sequence[Cut]) -> Grid:
    """Processes that cuts close for any time, mask of shape (processes,); what keeps a share is not closed."""
    total = [one for one in cuts if one.total]
    texts = {name: np.array([getattr(one, name) for one in total], object) for name in ("kind", "target", "item")}
    when, stock = np.full(len(total), np.nan), np.array([one.stock for one in total], bool)
    rows = Coded("restrictions", {**texts, "from": when, "to": when, "stock": stock})
    barred = barred_of(
        {**case.tables, "restrictions": rows}, case.axes, case.points, case.shipments, case.recipes, case.calendar
    )
    shut: Grid = np.asarray(barred.process.any(axis=1))
    resource: Grid = np.asarray(barred.resource.any(axis=1))
    uses = case.tables["uses"]
    user = case.axes["process"].find(uses.user)
    some = (user >= 0) & (uses.qty > 0)
    shut[user[some][resource[uses.resource[some]]]] = True
    return shut


def pace(plan: Plan) -> dict[str, float]:
    """Units of each item that a plan delivers in a day, from its first delivery to its last."""
    found: dict[str, list[tuple[int, float]]] = {}
    for (_, item, period), amount in plan["deliver"].items():
        if amount > 0:
            found.setdefault(item, []).append((period, amount))
    rates = {}
    for item, sent in found.items():
        first, last = min(period for period, _ in sent), max(period for period, _ in sent)
        rates[item] = sum(amount for _, amount in sent) / float(plan.edges[last] - plan.edges[first - 1])
    return rates


def _block(name: str, axis: Axis, some: Grid) -> Columns:
    return block(name, axis, None, _none(len(axis)), some.astype(np.int64))


def _none(count: int) -> NDArray[np.int64]:
    return np.zeros(count, np.int64)


def _due(span: Columns, axis: Axis, a_day: Floats) -> Terms:
    """So much of each element of an axis for every day of the outage."""
    some = np.flatnonzero(a_day)
    return span.each(Relation(axis, np.zeros(len(some), np.int64), some, a_day[some]))


def _parts(case: Case, mask: Grid) -> Relation:
    recipes, some = case.recipes, np.flatnonzero(mask)
    return Relation(recipes.part, recipes.process[some], some, recipes.qty[some])
