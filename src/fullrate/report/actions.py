"""What to sign on Monday: every first step of a plan, how late it can come, what it costs and who pays.

How late: the latest start of one step, everything else free to change, that keeps the date of 80 % coverage of every
class. Whether a later start would hurt later coverage is another question, and the mean wait is a third one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from fullrate.case.series import over_time
from fullrate.planning import latest_starts
from fullrate.report.figures.periods import NOTABLE, calendar, peak
from fullrate.report.figures.schedule import orders, shut_gates
from fullrate.report.names import Names, plain
from fullrate.report.numbers import quantity
from fullrate.results import Plan
from fullrate.rules import plainly
from fullrate.tables import Tables

Step = tuple[str, str]
Latest = Mapping[Step, int | None]

KINDS = ("gate", "build", "hire", "order", "start", "receive", "draw")
"""Kinds of actions in the order in which equal dates are listed."""
FREE = "not needed for it"
"""What is said of a step without which the dates of 80 % coverage hold."""
AFTER = "after it"
"""What is said of a step that the plan itself takes after the last of those dates."""

SCHEMA = {
    "kind": pl.String,
    "key": pl.String,
    "what": pl.String,
    "site": pl.String,
    "quantity": pl.Float64,
    "unit": pl.String,
    "start": pl.Date,
    "latest": pl.Date,
    "slack_d": pl.Float64,
    "slack": pl.String,
    "cost": pl.Float64,
    "fund": pl.String,
    "note": pl.String,
}
"""Columns of ``actions``: ``slack`` says in words what ``latest`` and ``slack_d`` (days) cannot; cost in millions."""


def actions(tables: Tables, plan: Plan, until: date | None = None, latest: Latest | None = None) -> pl.DataFrame:
    """The actions of a plan in order of their start.

    Args:
        tables: the scenario.
        plan: its plan.
        until: leave out what starts after this day.
        latest: latest first periods by (``build``, ``make`` or ``hire``, id); None computes them.

    Returns:
        One row per action, columns as in ``SCHEMA``.
    """
    desk = _Desk.of(tables, plan, latest_of(tables, plan) if latest is None else latest)
    rows = [*_gates(desk), *_builds(desk), *_hires(desk), *_processes(desk), *_receipts(desk), *_draws(desk)]
    frame = pl.DataFrame(rows, SCHEMA)
    if until is not None:
        frame = frame.filter(pl.col("start") <= until)
    order = pl.col("kind").replace_strict({kind: at for at, kind in enumerate(KINDS)}, return_dtype=pl.Int64)
    return frame.sort("start", order, pl.col("slack_d"), "key", nulls_last=True)


def latest_of(tables: Tables, plan: Plan) -> Latest:
    """Latest first periods: those kept with the plan, else computed; none for a preview.

    A kept table ``latest`` has the columns step, key and period, null where the step is not needed.
    """
    if "latest" in plan.tables:
        return {(step, key): period for step, key, period in plan.table("latest").iter_rows()}
    return {} if plan.meta.get("preview") or plan.status != "solved" else latest_starts(tables, plan)


@dataclass(frozen=True)
class _Desk:
    """What every kind of action needs to know."""

    tables: Tables
    plan: Plan
    latest: Latest
    names: Names
    last: int

    @staticmethod
    def of(tables: Tables, plan: Plan, latest: Latest) -> _Desk:
        """Gather it; ``last`` is the last period in which some class reaches 80 %."""
        dates = plan.table("dates").filter((pl.col("need") == "") & ((pl.col("coverage") - 0.8).abs() < 1e-9))
        return _Desk(tables, plan, latest, Names.of(tables), int(peak(dates["period"])))

    def begins(self, period: int) -> date:
        """First day of a period."""
        return self.plan.date(float(self.plan.edges[period - 1]))

    def fund(self, name: str | None) -> str:
        """The fund that pays."""
        return name or self.tables.config.fund or ""

    def slack(self, step: Step, period: int) -> dict[str, Any]:
        """Latest start of a step planned in ``period``, as columns."""
        if step not in self.latest:
            after = bool(self.latest) and period > self.last
            return {"latest": None, "slack_d": None, "slack": AFTER if after else "not computed"}
        last = self.latest[step]
        if last is None:
            return {"latest": None, "slack_d": None, "slack": FREE}
        spare = float(self.plan.edges[last - 1] - self.plan.edges[period - 1])
        return {"latest": self.begins(last), "slack_d": spare, "slack": ""}


Row = dict[str, Any]


def _builds(desk: _Desk) -> Iterator[Row]:
    """Builds, one row per order; only the first order of a build has a latest start."""
    known = {row["build"]: row for row in desk.tables.rows("builds")}
    resources = {row["resource"]: row for row in desk.tables.rows("resources")}
    price = _prices(desk, "builds", "capex")
    seen: set[str] = set()
    for period, build, step, amount in sorted(orders(desk.plan)):
        row, resource, again, note = known[build], resources[known[build]["resource"]], 1.0, ""
        lead, passed = row["lead_d"], 0.0
        if step == "risk":
            (lead, passed), again = plainly.at_risk(desk.tables, desk.plan, row), plainly.again(desk.tables, row)
            note = f"; at the risk of {plain(row['risk_gate'])}, cost and time of doing it again on average included"
        ready = desk.plan.date(max(float(desk.plan.edges[period - 1]) + lead, passed))
        first, more = build not in seen, f"{quantity(amount * row['add'], resource['unit'])}/d"
        seen.add(build)
        yield {
            "kind": "build",
            "key": build,
            "what": f"{'Order' if first else 'Order again:'} {plain(build)}, {more} for {plain(resource['resource'])}",
            "site": resource["site"],
            "quantity": amount,
            "unit": "build",
            "start": desk.begins(period),
            **(desk.slack((step, build), period) if first and step == "build" else {"slack": "not computed"}),
            "cost": amount * again * price[build][period - 1] or None,
            "fund": desk.fund(row["fund"]),
            "note": f"first capacity on {ready}{note}",
        }


def _hires(desk: _Desk) -> Iterator[Row]:
    """One row per pool that hires: from the first hires to the last."""
    hired: dict[str, dict[int, float]] = {}
    for (pool, period), heads in desk.plan["hire"].items():
        if heads > NOTABLE:
            hired.setdefault(pool, {})[period] = heads
    for row in desk.tables.rows("pools"):
        mine = hired.get(row["pool"])
        if not mine:
            continue
        first, last, total = min(mine), max(mine), sum(mine.values())
        trained = desk.plan.date(float(desk.plan.edges[first - 1]) + row["train_d"])
        until = "" if last == first else f"the last in the period from {desk.begins(last)}; "
        yield {
            "kind": "hire",
            "key": row["pool"],
            "what": f"Hire for {plain(row['pool'])}",
            "site": None,
            "quantity": total,
            "unit": "person",
            "start": desk.begins(first),
            **desk.slack(("hire", row["pool"]), first),
            "cost": total * row["hire_cost"] or None,
            "fund": desk.fund(row["fund"]) if row["hire_cost"] else "",
            "note": f"{until}the first are trained on {trained}",
        }


def _processes(desk: _Desk) -> Iterator[Row]:
    """First start of each process at its first rate; a process that takes nothing in is an order to a supplier."""
    fed = {row["process"] for row in desk.tables.rows("recipe") if row["role"] == "in"}
    fed |= {row["user"] for row in desk.tables.rows("uses")}
    price, lengths = _prices(desk, "processes", "unit_cost"), np.diff(desk.plan.edges)
    starts: dict[str, dict[int, float]] = {}
    for (process, period), amount in desk.plan["make"].items():
        if amount > NOTABLE:
            starts.setdefault(process, {})[period] = amount
    for row in desk.tables.rows("processes"):
        mine = starts.get(row["process"])
        if not mine:
            continue
        first, unit = min(mine), f"{desk.names.unit(row['item'])}/d"
        rates = {period: amount * row["out_qty"] / lengths[period - 1] for period, amount in mine.items()}
        peak = max(rates, key=lambda period: (round(rates[period], 6), -period))
        bought = row["process"] not in fed
        item = desk.names.item(row["item"])
        peaks = (
            ""
            if rates[peak] <= rates[first] * 1.005
            else f"at most {quantity(rates[peak], unit)} from {desk.begins(peak)}"
        )
        yield {
            "kind": "order" if bought else "start",
            "key": row["process"],
            "what": f"{'Order from' if bought else 'Start'} {plain(row['process'])}: {item}",
            "site": row["site"],
            "quantity": rates[first],
            "unit": unit,
            "start": desk.begins(first),
            **desk.slack(("make", row["process"]), first),
            "cost": sum(amount * price[row["process"]][period - 1] for period, amount in mine.items()) or None,
            "fund": desk.fund(row["fund"]),
            "note": peaks,
        }


def _prices(desk: _Desk, table: str, column: str) -> dict[str, np.ndarray[Any, np.dtype[np.float64]]]:
    """A price of each row by period, shape (T,) each."""
    base = desk.tables.filled(table)[column].to_numpy()
    keys = desk.tables.keys(table)
    priced = over_time(desk.tables, table, column, keys, base, calendar(desk.plan), price=True)
    return dict(zip(keys, priced, strict=True))


def _gates(desk: _Desk) -> Iterator[Row]:
    """Gates the plan counts on."""
    closed = shut_gates(desk.tables, desk.plan)
    dates = {gate: (begin, end) for gate, begin, end in desk.plan.table("gates").iter_rows()}
    for row in desk.tables.rows("gates"):
        begin, end = dates[row["gate"]]
        if row["gate"] in closed or not end <= desk.plan.edges[-1]:
            continue
        tested = row["gate"] in plainly.decided(desk.tables)
        spare = "not computed" if tested else _gate_slack(desk, row["gate"], {row["gate"]})
        count = plainly.tries(row, desk.tables.config.gate_quantile)[0] if tested else 1
        uses = (
            f"; {count * row['needs_qty']:g} {desk.names.item(row['needs_item'])} set aside"
            if row["needs_item"]
            else ""
        )
        known = isinstance(spare, float)
        yield {
            "kind": "gate",
            "key": row["gate"],
            "what": f"Begin {plain(row['gate'])}",
            "site": None,
            "quantity": None,
            "unit": None,
            "start": desk.plan.date(begin),
            "latest": desk.plan.date(begin + spare) if isinstance(spare, float) else None,
            "slack_d": spare if known else None,
            "slack": "" if known else spare,
            "cost": row["cost"] * count or None,
            "fund": desk.fund(row["fund"]) if row["cost"] else "",
            "note": f"the plan counts on {desk.plan.date(end)}{uses}",
        }


def _gate_slack(desk: _Desk, gate: str, seen: set[str]) -> float | str:
    """Days by which a gate may slip: exact where only one thing waits for it, else it is not computed.

    Two things behind one gate could each wait that long alone, but not both together.
    """
    behind = [
        (step, row[key])
        for table, key, step in (("processes", "process", "make"), ("builds", "build", "build"))
        for row in desk.tables.rows(table)
        if row["gate"] == gate
    ]
    after = [row for row in desk.tables.rows("links") if row["before"] == gate]
    if len(behind) + len(after) != 1 or (after and after[0]["after"] in seen):
        return "not computed"
    dates = {name: (begin, end) for name, begin, end in desk.plan.table("gates").iter_rows()}
    if behind:
        if behind[0] not in desk.latest:
            return "not computed"
        last = desk.latest[behind[0]]
        return FREE if last is None else max(float(desk.plan.edges[last - 1] - dates[gate][1]), 0.0)
    link = after[0]
    if link["kind"] != "FS" or link["overlap"]:
        return "not computed"
    follows = _gate_slack(desk, link["after"], seen | {link["after"]})
    gap = dates[link["after"]][0] - dates[gate][1] - link["lag_d"]
    return follows if isinstance(follows, str) else follows + max(float(gap), 0.0)


def _receipts(desk: _Desk) -> Iterator[Row]:
    """Receipts that the plan counts on: somebody must see to it that they come."""
    for row, due in zip(desk.tables.rows("stock"), desk.tables.frames["stock"]["date"], strict=True):
        if due is None or row["qty"] <= NOTABLE or due > desk.plan.date(float(desk.plan.edges[-1])):
            continue
        yield {
            "kind": "receive",
            "key": f"{row['site']}|{row['item']}|{due}",
            "what": f"Receive {desk.names.item(row['item'])} that is on order",
            "site": row["site"],
            "quantity": row["qty"],
            "unit": desk.names.unit(row["item"]),
            "start": due,
            "slack": "not computed",
            "note": "already ordered",
        }


def _draws(desk: _Desk) -> Iterator[Row]:
    """Money drawn from each fund in each month: the costs of the other rows once more, by payer."""
    spent = desk.plan.table("money").filter((pl.col("fund") != "") & (pl.col("spent") > NOTABLE))
    months: dict[tuple[str, str], tuple[date, float]] = {}
    for fund, period, amount in spent.select("fund", "period", "spent").iter_rows():
        begin = desk.begins(period)
        first, total = months.get((fund, f"{begin:%Y-%m}"), (begin, 0.0))
        months[fund, f"{begin:%Y-%m}"] = (min(first, begin), total + amount)
    for (fund, month), (begin, amount) in months.items():
        yield {
            "kind": "draw",
            "key": f"{fund}|{month}",
            "what": f"Draw on {plain(fund)} in {month}",
            "start": begin,
            "slack": "as what it pays",
            "cost": amount,
            "fund": fund,
            "note": "sum of what it pays in the month",
        }
