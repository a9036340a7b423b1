r"""Test: a gate that uses up articles begins when the plan decides, and what waits for it waits for that.

.. math:: \sum_t \sigma_{gt} \le 1 \qquad
          \sum_{s \le t} \sigma_{gs} \le \sum_{s + D_h \le t} \sigma_{hs} \qquad
          x_{pt} \le M_{pt} \sum_{s + D_g \le t} \sigma_{gs} \qquad
          n_g \sigma_{g1} \le s_{g0}

====== ============================================ ===================== =====
symbol meaning                                      table column          unit
====== ============================================ ===================== =====
sigma  start of the test of a gate                  column ``test``       -
D      days of its planned tries                    ``gates.duration_d``  d
n      articles of its planned tries                ``gates.needs_qty``   unit
x      starts, builds behind the gate               ``gate``              start, build
h      gate that g waits for                        ``links.before``      -
M      most that can start in the period            capacity              start
====== ============================================ ===================== =====

Articles are taken from the stock at the end of the period before the test starts: in the first period from what is
there at the start (with leads rounded down, from the period of the start). A gate that waits for such a gate is decided
as well, with no articles of its own. It is planned with as many tries as make a share ``gate_quantile`` pass, an
assumption: each try costs once, loads what ``uses`` says of the gate and needs articles of its own, and all of that is
taken when the test starts. Where a case goes on from the middle, the first period is the first that is left, and what
is left of the tries of a test is a test of its own.
Source: Krishnan, Eppinger & Whitney 1997.

>>> from fullrate.rules import tiny
>>> print(tiny.shown("TEST", tiny.TRIED))
test_once[trial]: test[trial,1] + test[trial,2] <= 1
test_stock[works|kit]: 3 test[trial,1] <= 4
test_make[press,1]: make[press,1] <= 0
test_make[press,2]: make[press,2] - 20 test[trial,1] <= 0
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from fullrate.case import Axis, Case
from fullrate.lp.axes import Columns, Relation, Terms, block
from fullrate.lp.rows import RowBlock, Rows
from fullrate.results import Plan
from fullrate.rules import plainly
from fullrate.rules.base import Cols, Excess, Rule, Sent, cells_of, differs, gate_before, over
from fullrate.rules.loads import loads
from fullrate.rules.shut import before
from fullrate.tables import Cell, Tables


def columns(case: Case) -> list[Columns]:
    """Whether the test of each decided gate starts in a period."""
    decided = case.gates.decided
    return [block("test", case.axes["gate"], case.period, *case.windows["test"], upper=1.0, integer=decided)]


def sends(case: Case, cols: Cols) -> Iterator[Sent]:
    """Articles, a period before the start, and what the tries load and cost."""
    taken = _taken(case, cols)
    if case.trials.early:
        yield "items", -taken
    else:
        yield "items", -taken.only(np.arange(case.calendar.periods) > _first(case), "period").lag(-1)
        yield "items", -_at_once(case, taken)
    yield from loads(case, cols["test"], times=case.gates.tries)
    cost = cols["test"].terms.by(case.tables["gates"].cost * case.gates.tries, "gate").nonzero()
    yield "money", cost.to("gate", case.money.payer, case.money.pays["gates"])


def _taken(case: Case, cols: Cols) -> Terms:
    """Articles of each start, at their stock point."""
    trials = case.trials
    gate = np.flatnonzero(trials.articles > 0)
    return cols["test"].each(Relation(case.points.axis, gate, trials.point[gate], trials.articles[gate]))


def _at_once(case: Case, taken: Terms) -> Terms:
    """Articles of tests in the first period that is decided."""
    return taken.only(np.arange(case.calendar.periods) == _first(case), "period")


def _first(case: Case) -> int:
    return 0 if case.state is None else case.state.period


def rows(case: Case, cols: Cols) -> list[RowBlock]:
    """One start, after the gates before it and with its articles; nothing behind it before it is passed."""
    trials, test, gate = case.trials, cols["test"], case.axes["gate"]
    first = Rows("test_stock", (case.points.axis,)).plus(_at_once(case, _taken(case, cols)))
    many = np.arange(len(trials.link))
    follows = test.each(Relation(trials.link, trials.after, many, np.ones(len(many)))).spread(trials.started, "link")
    leads = test.each(Relation(trials.link, trials.before, many, np.ones(len(many)))).spread(trials.released, "link")
    most = np.minimum(case.capacity.process, case.most_starts[:, None])
    there = case.points.initial if case.state is None else case.state.stock
    builds = np.repeat(case.tables["builds"].max[:, None], case.calendar.periods, axis=1)
    return [
        Rows("test_once", (gate,)).plus(test.terms).at_most(1.0),
        first.at_most(np.inf if trials.early else there),
        before("test_before", test, trials.ready, case),
        Rows("test_link", (trials.link, case.period)).plus(follows).minus(leads).at_most(0.0),
        _behind(case, cols, "make", case.tables["processes"].gate, most),
        _behind(case, cols, "build", case.tables["builds"].gate, builds),
    ]


def _behind(case: Case, cols: Cols, activity: str, gate: NDArray[np.int64], most: NDArray[np.float64]) -> RowBlock:
    """Nothing of an activity starts before the test of its gate is passed."""
    axis: Axis = cols[activity].axis
    waits = (gate >= 0) & case.gates.decided[gate] if len(case.axes["gate"]) else np.zeros(len(gate), bool)
    element = np.flatnonzero(waits)
    passage = Axis("passage", tuple(axis.labels[e] for e in element))
    pairs, ones = np.arange(len(element)), np.ones(len(element))
    behind = cols[activity].each(Relation(passage, element, pairs, ones))
    tests = cols["test"].each(Relation(passage, gate[element], pairs, ones))
    kernel = case.trials.passed_by(gate[element])
    allowed = tests.spread(kernel, "passage").by(most[element], "passage", "period")
    return Rows(f"test_{activity}", (passage, case.period)).plus(behind).minus(allowed).at_most(0.0)


def check(tables: Tables, plan: Plan) -> Iterator[Excess]:
    """Starts of tests, what they wait for, what waits for them, and the days that are stated."""
    gates = {row["gate"]: row for row in tables.rows("gates")}
    tested, rounding = plainly.decided(tables), tables.config.lead_rounding
    lasts = {name: plainly.tries(gates[name], tables.config.gate_quantile)[1] for name in tested}
    starts: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for (name, period), share in plan["test"].items():
        starts[name].append((period, share))
        yield from differs("TEST", share, round(share) if name in tested else 0.0, 1.0, name, period)
        yield from over("TEST", -share, 0.0, name, period)

    def begun(name: str, wait: float, period: int) -> float:
        """Tests that started at least ``wait`` days before a period may be used."""
        return sum(
            share
            for start, share in starts[name]
            if plainly.usable(plan.edges, plan.edges[start - 1] + wait, rounding) <= period
        )

    stated = {
        name: (first, last) for name, first, last in plan.table("gates").select("gate", "start_d", "done_d").iter_rows()
    }
    for name in sorted(tested):
        yield from over("TEST", sum(share for _, share in starts[name]), 1.0, name)
        begin = min((plan.edges[start - 1] for start, share in starts[name] if share > 0.5), default=float("inf"))
        for day, right in zip(stated[name], (begin, begin + lasts[name]), strict=True):
            if day != right:
                yield from differs("TEST", day, right, 1.0, name)
    for link in tables.rows("links"):
        first, name = link["before"], link["after"]
        late = 0.0 if link["kind"] == "SS" else -link["overlap"] * gates[first]["duration_d"]
        for period in range(1, plan.periods + 1) if name in tested else ():
            if first in tested:
                wait = late + link["lag_d"] + (0.0 if link["kind"] == "SS" else lasts[first])
                yield from over("TEST", begun(name, 0.0, period), begun(first, wait, period), first, name, period)
            else:
                day = stated[first][0 if link["kind"] == "SS" else 1] + late + link["lag_d"]
                if period < plainly.usable(plan.edges, day, rounding):
                    yield from over("TEST", plan["test"][name, period], 0.0, first, name, period)
    for column, table, key in (("make", "processes", "process"), ("build", "builds", "build")):
        gate = {row[key]: row["gate"] for row in tables.rows(table)}
        for (name, period), amount in plan[column].items():
            if gate[name] in tested and begun(gate[name], lasts[gate[name]], period) < 0.5:
                yield from over("TEST", amount, 0.0, name, gate[name], period)
    yield from _articles(tables, plan)


def _articles(tables: Tables, plan: Plan) -> Iterator[Excess]:
    """Articles of tests in the first period against the stock at the start."""
    if tables.config.lead_rounding == "floor":
        return
    used: dict[tuple[str, str], float] = defaultdict(float)
    for row in tables.rows("gates"):
        if row["needs_item"] is not None:
            count, _ = plainly.tries(row, tables.config.gate_quantile)
            used[row["needs_site"], row["needs_item"]] += plan["test"][row["gate"], 1] * count * row["needs_qty"]
    for (site, item), amount in used.items():
        there = sum(
            row["qty"]
            for row in tables.rows("stock")
            if (row["site"], row["item"]) == (site, item) and plainly.day(tables, row["date"], 0.0) <= 0
        )
        yield from over("TEST", amount, there, site, item, 1)


def _articles_of(tables: Tables, point: str) -> list[Cell]:
    """Articles of the gates that are tested at a stock point."""
    rows = [row for row in tables.rows("gates") if f"{row['needs_site']}|{row['needs_item']}" == point]
    return [Cell("gates", row["gate"], "needs_qty") for row in rows]


RULE = Rule(
    code="TEST",
    title="A gate that uses up articles is tested once, and nothing behind it starts before.",
    reads={
        "gates": (
            "gate",
            "duration_d",
            "pass",
            "retry_d",
            "fix",
            "max_tries",
            "needs_item",
            "needs_qty",
            "needs_site",
            "cost",
            "fund",
        ),
        "links": ("before", "after", "kind", "lag_d", "overlap"),
        "uses": ("user", "resource", "qty"),
        "resources": ("pool",),
        "pools": ("wage", "fund"),
        "processes": ("gate",),
        "builds": ("gate",),
        "stock": ("site", "item", "qty", "date"),
    },
    rows=rows,
    columns=columns,
    sends=sends,
    check=check,
    cells={
        "test_once": cells_of("gates", "needs_item"),
        "test_stock": _articles_of,
        "test_before": cells_of("gates", "needs_item"),
        "test_link": cells_of("links", "before", "lag_d"),
        "test_make": gate_before("processes", "process"),
        "test_build": gate_before("builds", "build"),
    },
)
