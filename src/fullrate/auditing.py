"""The audit: every rule re-derived from tables and plan alone. It never sees a linear program."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import accumulate

import polars as pl

from fullrate.results import SHAPE, TIMELESS, Plan
from fullrate.rules import RULES, fielded, plainly
from fullrate.rules.base import Excess, differs
from fullrate.rules.ledgers import hours, labour
from fullrate.rules.ledgers.money import charges
from fullrate.rules.plainly import segments
from fullrate.tables import Tables

TOLERANCE = 1e-6
"""Largest relative residual that passes."""


@dataclass(frozen=True)
class Audit:
    """What the audit found.

    Attributes:
        table: largest residual of each rule and where it is: rule, title, residual, at, found, allowed, excesses.
        excesses: every place beyond the tolerance, worst first.
    """

    table: pl.DataFrame
    excesses: tuple[Excess, ...]

    @property
    def residual(self) -> float:
        """Largest residual of all rules."""
        return float(self.table["residual"].max() or 0.0)  # type: ignore[arg-type]

    @property
    def passed(self) -> bool:
        """Whether every residual is within the tolerance."""
        return not self.excesses


STRANGERS = "PLAN"
"""Code of the audit's own rule: an entry is about something the scenario has, in a period there is, and a number."""


def audit(tables: Tables, plan: Plan) -> Audit:
    """Run the check of every rule on every entry that is about something the scenario has."""
    plan, strangers = known(tables, plan)
    rows, beyond = [], []
    checks = [(STRANGERS, "Every entry is about something the scenario has.", strangers)]
    checks += [(rule.code, rule.title, list(rule.check(tables, plan))) for rule in RULES]
    checks.append(("DATES", "Published coverage and dates follow from the deliveries.", list(published(tables, plan))))
    checks.append(
        ("LEDGER", "The published spending of each fund follows from the plan.", list(spending(tables, plan)))
    )
    checks.append(("CURVE", "What starts take by their learning curves fits.", list(practised(tables, plan))))
    checks.append(
        ("RIVALS", "The published displaced use of rivals follows from the plan.", list(displaced(tables, plan)))
    )
    for code, title, found in checks:
        worst = max(found, key=lambda excess: excess.size, default=None)
        over = [excess for excess in found if excess.size > TOLERANCE]
        beyond += over
        rows.append(
            {
                "rule": code,
                "title": title,
                "residual": worst.size if worst else 0.0,
                "at": " ".join(map(str, worst.at)) if worst else "",
                "found": worst.found if worst else None,
                "allowed": worst.allowed if worst else None,
                "excesses": len(over),
            }
        )
    text, number = pl.String, pl.Float64
    schema = {"rule": text, "title": text, "residual": number, "at": text, "found": number, "allowed": number}
    table = pl.DataFrame(rows, schema={**schema, "excesses": pl.Int64})
    return Audit(table, tuple(sorted(beyond, key=lambda excess: -excess.size)))


def known(tables: Tables, plan: Plan) -> tuple[Plan, list[Excess]]:
    """The plan without entries about nothing, and those entries as excesses."""
    ids: dict[str, set[tuple[str, ...]]] = {
        "make": _keys(tables, "processes", "process"),
        "lot": _keys(tables, "processes", "process"),
        "dispatch": _keys(tables, "lanes", "lane"),
        "use": {(row["process"], row["slot"] or row["item"], row["item"]) for row in tables.rows("recipe")},
        "ship": _pairs(tables, "lanes", "lane"),
        "deliver": _pairs(tables, "needs", "need"),
        "serve": _pairs(tables, "needs", "need"),
        "fail": _pairs(tables, "needs", "need"),
        "hold": _pairs(tables, "sites", "site"),
        "waste": _pairs(tables, "sites", "site"),
        "build": _keys(tables, "builds", "build"),
        "risk": _keys(tables, "builds", "build"),
        "ready": _keys(tables, "builds", "build"),
        "overtime": set(segments(tables)),
        "hire": _keys(tables, "pools", "pool"),
        "train": _keys(tables, "pools", "pool"),
        "heads": _keys(tables, "pools", "pool"),
        "carry": _keys(tables, "funds", "fund"),
        "owe": _keys(tables, "needs", "need"),
        "open": _keys(tables, "gates", "gate"),
        "keep": _keys(tables, "rivals", "rival"),
        "breach": _keys(tables, "rivals", "rival"),
        "lack": _pairs(tables, "sites", "site"),
        "overrun": (orders := _orders(tables)),
        "forgo": orders,
        "miss": {(rank,) for rank in ("floor", "freeze", "safety", "rivals", "calm")},
        "test": _keys(tables, "gates", "gate"),
    }
    kept, strangers = dict(plan.tables), []
    for name in ("flows", "states"):
        good = []
        for kind, key, item, period, value in plan.table(name).iter_rows():
            timed = period == 0 if kind in TIMELESS else 1 <= period <= plan.periods
            names = (*key.split("|"), item) if len(SHAPE[kind]) > 1 else (key,)
            good.append(names in ids[kind] and timed and math.isfinite(value))
            if not good[-1]:
                strangers.append(Excess(STRANGERS, (kind, *names, period), 1.0, value, 0.0))
        kept[name] = plan.table(name).filter(pl.Series(good, dtype=pl.Boolean))
    return (replace(plan, tables=kept) if strangers else plan), strangers


def _keys(tables: Tables, table: str, column: str) -> set[tuple[str, ...]]:
    return {(row[column],) for row in tables.rows(table)}


def _orders(tables: Tables) -> set[tuple[str, ...]]:
    """Everything that can be ordered: kind, key and item."""
    make = {("make", row["process"], "") for row in tables.rows("processes")}
    build = {(kind, row["build"], "") for row in tables.rows("builds") for kind in ("build", "risk")}
    return make | build | {("ship", *pair) for pair in _pairs(tables, "lanes", "lane")}


def _pairs(tables: Tables, table: str, column: str) -> set[tuple[str, ...]]:
    """Every row of a table with every item."""
    items = [row["item"] for row in tables.rows("items")]
    return {(row[column], item) for row in tables.rows(table) for item in items}


def published(tables: Tables, plan: Plan) -> Iterator[Excess]:
    """Coverage by class, and every date of coverage in the plan, recomputed from needs and deliveries."""
    if not {"coverage", "dates"} <= set(plan.tables):
        return
    paths = coverage(tables, plan)
    for cls, period, share in plan.table("coverage").select("class", "period", "covered").iter_rows():
        yield from differs("DATES", share, paths[cls, ""][period - 1], 1.0, f"class {cls}", period)
    for row in plan.table("dates").iter_rows(named=True):
        path, level = paths[row["class"], row["need"]], row["coverage"]
        first = next((t for t, share in enumerate(path, 1) if share >= level * REACHED - SLACK), None)
        stated = row["period"]
        day = None if stated is None or stated > plan.periods else plan.date(plan.edges[stated])
        if stated != first or row["date"] != day:
            place = (f"class {row['class']}", row["need"], f"{level:.0%}")
            yield Excess("DATES", place, 1.0, float(stated or 0), float(first or 0))


CURVE = 1.002
"""Share of a capacity that the true effort may take: efforts are means over a period, known to 0.1 % of a capacity."""


def practised(tables: Tables, plan: Plan) -> Iterator[Excess]:
    """Load with the effort that follows from the starts themselves, whatever experience the plan counts on."""
    if not plainly.curves(tables):
        return
    load = plainly.loads(tables, plan, plainly.true_effort(tables, plan))
    yield from hours.beyond("CURVE", tables, plan, load, CURVE)
    yield from labour.beyond("CURVE", tables, plan, load, CURVE)


REACHED, SLACK = 1 - 1e-9, 1e-9
"""A level of coverage counts as reached within these, relative and absolute: sums fall short by rounding."""


def coverage(tables: Tables, plan: Plan) -> dict[tuple[int, str], list[float]]:
    """Share met by the end of each period, by class and need; the need "" stands for the whole class."""
    people = {row["recipient"]: row for row in tables.rows("recipients")}
    met: dict[str, list[float]] = {row["need"]: [0.0] * plan.periods for row in tables.rows("needs")}
    for (need, period), amount in fielded.met(tables, plan).items():
        met[need][period - 1] += amount
    groups: dict[tuple[int, str], list[list[float]]] = defaultdict(list)
    paths: dict[tuple[int, str], list[float]] = {}
    for row in tables.rows("needs"):
        if row["qty"] > 0:
            cls = int(people[row["recipient"]]["class"] if row["class"] is None else row["class"])
            paths[cls, row["need"]] = [so_far / row["qty"] for so_far in accumulate(met[row["need"]])]
            groups[cls, row["recipient"]].append(paths[cls, row["need"]])
    for cls in {cls for cls, _ in groups}:
        mine = {who: needs for (c, who), needs in groups.items() if c == cls}
        whole = sum(people[who]["weight"] for who in mine)
        paths[cls, ""] = [
            sum(people[who]["weight"] * sum(need[t] for need in needs) / len(needs) for who, needs in mine.items())
            / whole
            for t in range(plan.periods)
        ]
    return paths


def spending(tables: Tables, plan: Plan) -> Iterator[Excess]:
    """Money spent by fund and period, recomputed from the plan."""
    spent = charges(tables, plan)
    stated = {
        (fund, t): amount for fund, t, amount in plan.table("money").select("fund", "period", "spent").iter_rows()
    }
    for place in sorted(set(spent) | set(stated)):
        amount = spent.get(place, 0.0)
        yield from differs("LEDGER", stated.get(place, 0.0), amount, abs(amount), *place)


def displaced(tables: Tables, plan: Plan) -> Iterator[Excess]:
    """What each rival wants, keeps and loses in each period, recomputed from the scenario and the plan."""
    if "displaced" not in plan.tables:
        return
    stated = {
        (rival, period): numbers
        for rival, period, *numbers in plan.table("displaced")
        .select("rival", "period", "wanted", "kept", "displaced")
        .iter_rows()
    }
    for row in tables.rows("rivals"):
        for period in range(1, plan.periods + 1):
            place = (row["rival"], period)
            wanted, kept = plainly.wanted(tables, row, plan.edges, period), plan["keep"][place]
            lost = max(wanted - kept, 0.0)
            for one, right in zip(stated.pop(place, [0.0] * 3), (wanted, kept, lost), strict=True):
                yield from differs("RIVALS", one, right, wanted, *place)
    for place in stated:
        yield Excess("RIVALS", place, 1.0, 1.0, 0.0)
