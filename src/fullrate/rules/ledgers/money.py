r"""Funds: what is charged to a fund in a period is no more than was allotted to it or carried over.

.. math:: \text{spent}_{\varphi t} + k_{\varphi t} \le A_{\varphi t} + k_{\varphi,t-1} \qquad
          \text{spend} \le S

======== ============================================ ====================== =====
symbol   meaning                                      table column           unit
======== ============================================ ====================== =====
spent    starts, freight, builds, wages, gates, stock  ``unit_cost`` etc.     money
A        allotted in the period, while it may be spent ``allotments.amount``  money
k        carried to the next period                   column ``carry``       money
S        most that may be spent in all                ``spend_max``          money
======== ============================================ ====================== =====

``k`` exists only for funds that carry, until they expire. Costs without a fund limit nothing; they count in the cost
stage, which minimises ``spend``: present value of all charges less what builds are still worth at the horizon. What
rivals keep of a fund limits it and is no cost.
Source: Weingartner 1963.

>>> from fullrate.rules import tiny
>>> print(tiny.shown("MONEY", tiny.FUND))
money[grant,1]: 12 make[press,1] + carry[grant,1] <= 100
money[grant,2]: 12 make[press,2] - carry[grant,1] <= 100
spend[all]: 12 make[press,1] + 12 make[press,2] - spend[all] = 0
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from fullrate.case import Case
from fullrate.lp.axes import Columns, block
from fullrate.lp.rows import RowBlock, Rows
from fullrate.results import Plan
from fullrate.rules import plainly
from fullrate.rules.base import Cols, Excess, Rule, cells_below, no_cells, over
from fullrate.tables import SCENARIO, Cell, Tables


def columns(case: Case) -> list[Columns]:
    """What a fund that carries takes into the next period, and the present value of all money spent."""
    funds, kept = case.axes["fund"], case.money.carried[:, 1:]
    last = (
        np.where(kept.any(axis=1), kept.shape[1] - kept[:, ::-1].argmax(axis=1), 0)
        if kept.size
        else np.zeros(len(funds), np.int64)
    )
    zero, one = np.zeros(1, np.int64), np.ones(1, np.int64)
    return [
        block("carry", funds, case.period, np.zeros(len(funds), np.int64), last),
        block("spend", case.axes["whole"], None, zero, one, lower=-np.inf),
    ]


def rows(case: Case, cols: Cols) -> list[RowBlock]:
    """One row per fund and period with any charge, and one that adds up the present value of everything."""
    funds, whole = case.axes["fund"], case.axes["whole"]
    everything = np.zeros(len(case.money.payer), np.int64)
    valued = [terms.by(case.money.worth, "period").to("payer", whole, everything) for terms in cols.to("money")]
    spend = cols["spend"].terms
    kept = cols["build"].terms.by(case.money.build * case.money.salvage * case.money.worth[-1], "build", "period")
    risked = cols["risk"].terms.by(case.money.build * case.risk.salvage * case.money.worth[-1], "build", "period")
    left = [terms.to("build", whole, np.zeros(len(case.axes["build"]), np.int64)) for terms in (kept, risked)]
    total = Rows("spend", (whole,)).plus(*valued).minus(*left, spend).equals(0.0)
    fund_of = np.append(np.arange(len(funds)), -1)
    charged = [terms.to("payer", funds, fund_of) for terms in cols.to("money")]
    carry = cols["carry"].terms
    spending = Rows("money", (funds, case.period)).plus(*charged, *cols.to("claims")).plus(carry).minus(carry.lag())
    blocks = [spending.at_most(np.where(case.money.spendable, case.money.allotted, 0.0)), total]
    if case.config.spend_max is not None:
        blocks.append(Rows("spend_most", (whole,)).plus(spend).at_most(case.config.spend_max))
    return blocks


def check(tables: Tables, plan: Plan) -> Iterator[Excess]:
    """Spending of each fund rebuilt from the plan, against its ledger."""
    funds = {row["fund"]: row for row in tables.rows("funds")}
    spent = charges(tables, plan)
    for name, period, amount in plainly.kept(tables, plan, "fund"):
        spent[name, period] += amount
    allotted: dict[tuple[str, int], float] = defaultdict(float)
    rounding = tables.config.lead_rounding
    for row in tables.rows("allotments"):
        period = plainly.usable(plan.edges, max(plainly.day(tables, row["date"], 0.0), 0.0), rounding)
        allotted[row["fund"], period] += row["amount"]
    for name, fund in funds.items():
        expires = plainly.day(tables, fund["expires"], 1e12)
        last = plainly.usable_until(plan.edges, expires, rounding)
        for period in range(1, plan.periods + 1):
            before = plan["carry"][name, period - 1] if period > 1 else 0.0
            has = allotted[name, period] if period <= last else 0.0
            kept = plan["carry"][name, period]
            may = has + before if fund["carry"] and period < last else 0.0
            yield from over("MONEY", -kept, 0.0, name, period)
            yield from over("MONEY", kept, may, name, period)
            yield from over("MONEY", spent[name, period] + kept, has + before, name, period)
    if tables.config.spend_max is not None:
        yield from over("MONEY", spent_in_all(tables, plan), tables.config.spend_max, "all")


def spent_in_all(tables: Tables, plan: Plan) -> float:
    """Present value of all charges less what builds are still worth at the end, in the scenario's currency."""
    edges, steps = plan.edges, plainly.Steps(tables)
    builds = {row["build"]: row for row in tables.rows("builds")}

    def worth(period: int) -> float:
        return float((1 + tables.config.discount) ** (-(edges[period - 1] + edges[period]) / 2 / 365))

    spent = sum(amount * worth(period) for (_, period), amount in charges(tables, plan).items())
    passed = dict(plan.table("gates").select("gate", "done_d").iter_rows())
    for kind in ("build", "risk"):
        for (name, period), amount in plan[kind].items():
            row, begin = builds[name], edges[period - 1]
            if row["life_d"] == float("inf"):
                continue
            born = begin + row["lead_d"]
            if kind == "risk":
                born = max(begin + row["lead_d"] * plainly.again(tables, row), passed[row["risk_gate"]])
            left = min(max(1 - max(edges[-1] - born, 0.0) / row["life_d"], 0.0), 1.0)
            spent -= amount * steps.price("builds", row, "capex", edges, period) * left * worth(plan.periods)
    return float(spent)


class Cost(NamedTuple):
    """Money charged in a period: for what, and to which fund ("" for none)."""

    kind: str
    key: str
    fund: str
    period: int
    amount: float


def charges(tables: Tables, plan: Plan) -> dict[tuple[str, int], float]:
    """Money charged by fund ("" for none) and period, in the scenario's currency."""
    spent: dict[tuple[str, int], float] = defaultdict(float)
    for cost in costs(tables, plan):
        spent[cost.fund, cost.period] += cost.amount
    return spent


def costs(tables: Tables, plan: Plan) -> Iterator[Cost]:
    """Every charge by process, build, lane, pool (hires), resource (wages, overtime), item (stock) and gate."""
    steps, edges, usual = plainly.Steps(tables), plan.edges, tables.config.fund or ""
    items = {row["item"]: row for row in tables.rows("items")}
    hired = {row["pool"]: row for row in tables.rows("pools")}
    for (name, period), heads in plan["hire"].items():
        yield Cost("pool", name, hired[name]["fund"] or usual, period, heads * hired[name]["hire_cost"])
    rates = {"make": ("processes", "process", "unit_cost"), "build": ("builds", "build", "capex")}
    for column, (table, key, price) in rates.items():
        owners = {row[key]: row for row in tables.rows(table)}
        for (name, period), amount in plan[column].items():
            cost = steps.price(table, owners[name], price, edges, period)
            yield Cost(key, name, owners[name]["fund"] or usual, period, amount * cost)
    builds = {row["build"]: row for row in tables.rows("builds")}
    for (name, period), amount in plan["risk"].items():
        row = builds[name]
        capex = plainly.again(tables, row) * steps.price("builds", row, "capex", edges, period)
        yield Cost("build", name, row["fund"] or usual, period, amount * capex)
    lanes = {row["lane"]: row for row in tables.rows("lanes")}
    for (name, item, period), amount in plan["ship"].items():
        cost = steps.price("lanes", lanes[name], "unit_cost", edges, period)
        freight = amount * cost * plainly.measure(lanes[name], items[item])
        yield Cost("lane", name, lanes[name]["fund"] or usual, period, freight)
    for (name, period), sent in plan["dispatch"].items():
        yield Cost("lane", name, lanes[name]["fund"] or usual, period, sent * lanes[name]["fixed_cost"])
    yield from _wages(tables, plan, usual)
    for (_, item, period), amount in plan["hold"].items():
        kept = amount * items[item]["hold_cost"] * (edges[period] - edges[period - 1])
        yield Cost("item", item, usual, period, kept)
    gates = {row["gate"]: row for row in tables.rows("gates")}
    begins = dict(plan.table("gates").select("gate", "start_d").iter_rows())
    for (name,), share in plan["open"].items():
        period = plainly.usable(edges, begins[name], tables.config.lead_rounding)
        if period > plan.periods:
            continue  # begins behind the horizon: nothing of it falls due
        yield Cost("gate", name, gates[name]["fund"] or usual, period, share * gates[name]["cost"])
    for (name, period), share in plan["test"].items():
        count, _ = plainly.tries(gates[name], tables.config.gate_quantile)
        yield Cost("gate", name, gates[name]["fund"] or usual, period, share * count * gates[name]["cost"])


def _wages(tables: Tables, plan: Plan, usual: str) -> Iterator[Cost]:
    """Wages of regular hours and of overtime, and what an hour of overtime costs besides."""
    pools = {row["pool"]: row for row in tables.rows("pools")}
    resources = {row["resource"]: row for row in tables.rows("resources")}
    staff = {name: pools[row["pool"]] for name, row in resources.items() if row["pool"] is not None}
    hours = plainly.loads(tables, plan, plainly.stated_effort(plan))
    segments = plainly.segments(tables)
    for (resource, segment, period), worked in plan["overtime"].items():
        _, eff, cost = segments[resource, segment]
        yield Cost("resource", resource, resources[resource]["fund"] or usual, period, worked * cost)
        hours[resource, period] += worked * (1 - eff)
    for (resource, period), worked in hours.items():
        if resource in staff:
            wage = staff[resource]["wage"] or 0.0
            yield Cost("resource", resource, staff[resource]["fund"] or usual, period, worked * wage)


def _most(tables: Tables, key: str) -> list[Cell]:
    return [Cell(SCENARIO, "", "spend_max")]


RULE = Rule(
    code="MONEY",
    title="A fund spends no more than it was allotted or may carry over, and all together no more than they may.",
    reads={
        "funds": ("fund", "carry", "expires"),
        "allotments": ("fund", "date", "amount"),
        "gates": ("cost", "fund"),
        "rivals": ("kind", "target"),
        "builds": ("lead_d", "life_d", "capex"),
    },
    columns=columns,
    rows=rows,
    check=check,
    cells={
        "money": cells_below("allotments", "amount"),
        "spend": no_cells,
        "spend_most": _most,
    },
)
