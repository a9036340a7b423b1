r"""Open: a gate that costs money, or the hours of an office, is passed only when these are given.

.. math:: \sum_t x_{pt} \le M_p\, o_g, \qquad \sum_t z_{bt} \le Z_b\, o_g, \qquad o_g \le o_h
          \qquad o_g \in \{0, 1\}

====== ===================================== ================ =====
symbol meaning                               table column     unit
====== ===================================== ================ =====
o      whether a gate is paid for            column ``open``  -
x, z   starts, builds behind the gate        ``gate``         -
h      gate that g waits for                 ``links.before`` -
M      most a process can start              capacity         start
====== ===================================== ================ =====

The cost falls due, and what ``uses`` says of the gate is loaded, once and when the gate begins: a day of the network of
gates, not a decision. Whether is one, so that a fund that cannot pay or an office without hours leaves the gate shut
instead of leaving no plan. Gates that take nothing have no column; those whose begin is decided are left to TEST, which
charges every try they are planned with.

>>> from fullrate.rules import tiny
>>> print(tiny.shown("OPEN", tiny.PAID))
open_make[press|licence]: make[press,1] + make[press,2] - 20 open[licence] <= 0
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from fullrate.case import Axis, Case
from fullrate.case.gates import asks
from fullrate.lp.axes import Columns, Relation, block
from fullrate.lp.rows import RowBlock, Rows
from fullrate.results import Plan
from fullrate.rules import plainly
from fullrate.rules.base import Cols, Excess, Rule, Sent, differs, over
from fullrate.rules.loads import loads
from fullrate.tables import Cell, Tables


def _paid(case: Case) -> NDArray[np.bool_]:
    """Gates that have a cost or load a resource, and a date."""
    paid = asks(case.tables["gates"], case.tables["uses"], case.axes["gate"])
    return paid & ~case.gates.decided & ~case.gates.begun


def columns(case: Case) -> list[Columns]:
    """Whether each gate with a cost is paid for."""
    gate, paid = case.axes["gate"], _paid(case)
    none = np.zeros(len(gate), np.int64)
    return [block("open", gate, None, none, paid.astype(np.int64), upper=1.0, integer=paid)]


def sends(case: Case, cols: Cols) -> Iterator[Sent]:
    """Loads and costs, in the period in which the gate begins."""
    gates, payer = case.tables["gates"], case.money.payer
    opened = cols["open"].terms
    begins = case.calendar.opening(
        np.where(np.isfinite(case.gates.begins), case.gates.begins, case.calendar.horizon + 1)
    )
    yield from loads(case, cols["open"], begins)
    charged = opened.by(gates.cost, "gate").nonzero()
    charged = charged.during(case.period, begins[charged.where["gate"]])
    yield "money", charged.to("gate", payer, case.money.pays["gates"])


def rows(case: Case, cols: Cols) -> list[RowBlock]:
    """Nothing behind a gate that is not paid for, directly or through the gates it waits for."""
    process, build = case.tables["processes"], case.tables["builds"]
    return [
        _shut(case, cols, "open_make", "make", process.gate, case.most_starts),
        _shut(case, cols, "open_build", "build", build.gate, build.max),
        _shut(case, cols, "open_risk", "risk", build.risk_gate, build.max),
    ]


def _shut(
    case: Case, cols: Cols, name: str, activity: str, gate: NDArray[np.int64], most: NDArray[np.float64]
) -> RowBlock:
    """Rows for each pair of an element and a gate with a cost that it waits for."""
    tolls = [(e, g) for e, first in enumerate(gate) if first >= 0 for g in _waits_for(case, int(first))]
    element, toll = np.array(tolls, np.int64).reshape(-1, 2).T
    axis, gates = cols[activity].axis, case.axes["gate"]
    passage = Axis("passage", tuple(f"{axis.labels[e]}|{gates.labels[g]}" for e, g in tolls))
    pairs = np.arange(len(tolls))
    done = cols[activity].each(Relation(passage, element, pairs, np.ones(len(tolls))))
    may = cols["open"].each(Relation(passage, toll, pairs, most[element]))
    return Rows(name, (passage,)).plus(done).minus(may).at_most(0.0)


def _waits_for(case: Case, gate: int) -> list[int]:
    """A gate and all gates before it, those that cost money."""
    links, names = case.tables["links"], case.axes["gate"]
    before, after = names.find(links.before), names.find(links.after)
    seen = [gate]
    for one in seen:
        seen += [int(first) for first in before[after == one] if first not in seen]
    return [one for one in seen if _paid(case)[one]]


def check(tables: Tables, plan: Plan) -> Iterator[Excess]:
    """Whatever is behind a gate with a cost, directly or through earlier gates, against its being paid for."""
    tested = plainly.decided(tables)
    cost = {row["gate"]: 0.0 if row["gate"] in tested else row["cost"] for row in tables.rows("gates")}
    loading = {row["user"] for row in tables.rows("uses") if row["qty"] > 0} - tested
    before: dict[str, set[str]] = {gate: {gate} for gate in cost}
    for _ in cost:
        for link in tables.rows("links"):
            before[link["after"]] |= before[link["before"]]
    for (name,), share in plan["open"].items():
        yield from differs("OPEN", share, round(share), 1.0, name)
        yield from over("OPEN", share, 1.0, name)
        yield from over("OPEN", -share, 0.0, name)
    behind = (("make", "processes", "process", "gate"), ("build", "builds", "build", "gate"))
    for column, table, key, way in (*behind, ("risk", "builds", "build", "risk_gate")):
        gate = {row[key]: row[way] for row in tables.rows(table)}
        for (name, period), amount in plan[column].items():
            for one in sorted(before.get(gate[name], set())):
                if (cost[one] > 0 or one in loading) and plan["open"][(one,)] < 0.5:
                    yield from over("OPEN", amount, 0.0, name, one, period)


def _tolls(tables: Tables, key: str) -> list[Cell]:
    """The cost of the gate a row ends in, and what it uses."""
    gate = key.rpartition("|")[2]
    used = [Cell("uses", one, "qty") for one in tables.keys("uses") if one.startswith(f"{gate}|")]
    return [Cell("gates", gate, "cost"), *used]


RULE = Rule(
    code="OPEN",
    title="A gate that costs money or hours is passed only when these are given.",
    reads={
        "gates": ("gate", "cost", "fund", "needs_item"),
        "links": ("before", "after"),
        "uses": ("user", "resource", "qty"),
        "resources": ("pool",),
        "pools": ("wage", "fund"),
        "processes": ("gate",),
        "builds": ("gate", "risk_gate"),
    },
    rows=rows,
    columns=columns,
    sends=sends,
    check=check,
    cells={
        "open_make": _tolls,
        "open_build": _tolls,
        "open_risk": _tolls,
    },
)
