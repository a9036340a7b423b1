"""What can be bought before anything is cut off: stocks, qualifications, spare capacity, lanes, builds."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import polars as pl

from fullrate.tables import Cell, Tables
from fullrate.tables.change import with_row

ONE_MORE = 1.0
"""Builds beyond `builds.max` that are thought to be for sale, where no table says: an assumption that answers print."""


@dataclass(frozen=True)
class Measure:
    """Something that can be bought before.

    Attributes:
        name: its name.
        kind: ``buffer``, ``gate``, ``capacity``, ``lane`` or ``build``.
        target: which item, gate, resource, lane or build.
        site: where a stock lies.
        most: most units; infinite: no limit.
        cost: of one unit, in millions of the currency.
        assumed: price or amount are not from the table ``mitigations``.
    """

    name: str
    kind: str
    target: str
    site: str
    most: float
    cost: float
    assumed: bool = False

    @property
    def whole(self) -> bool:
        """Bought as a whole or not at all."""
        return self.kind == "gate"

    def affordable(self, budget: float) -> float:
        """Most of it that the budget pays for."""
        most = min(self.most, budget / self.cost) if self.cost > 0 else self.most
        return float(math.floor(most + 1e-9)) if self.whole else most


def measures(tables: Tables) -> list[Measure]:
    """What the table ``mitigations`` offers; where it is empty, what the scenario itself has prices for.

    Those are one more of every build, at its capex, every gate with a cost passed before the start, at that cost, and
    stocks of what processes take in, at what it costs to make it.
    """
    rows = list(tables.rows("mitigations"))
    if not rows:
        return list(_assumed(tables))
    return [
        Measure(
            row["mitigation"],
            row["kind"],
            row["target"],
            row["site"] or "",
            1.0 if row["kind"] == "gate" else row["qty"],
            row["cost"],
        )
        for row in rows
    ]


def _assumed(tables: Tables) -> Iterator[Measure]:
    for row in tables.rows("builds"):
        if row["capex"] > 0:
            yield Measure(f"one_more_{row['build']}", "build", row["build"], "", ONE_MORE, row["capex"], True)
    for row in tables.rows("gates"):
        if row["cost"] > 0 and row["needs_item"] is None:
            yield Measure(f"passed_{row['gate']}", "gate", row["gate"], "", 1.0, row["cost"], True)
    yield from _stocks(tables)


def _stocks(tables: Tables) -> Iterator[Measure]:
    """Stocks of inputs that keep, at the sites that take them, at the least cost of making one."""
    price: dict[str, float] = {}
    for row in tables.rows("processes"):
        each = row["unit_cost"] / row["out_qty"]
        price[row["item"]] = min(price.get(row["item"], math.inf), each)
    keeps = {row["item"] for row in tables.rows("items") if math.isinf(row["shelf_life_d"])}
    site = {row["process"]: row["site"] for row in tables.rows("processes")}
    places = {(site[row["process"]], row["item"]) for row in tables.rows("recipe") if row["role"] == "in"}
    for where, item in sorted(places):
        if item in keeps and price.get(item, 0.0) > 0 and math.isfinite(price[item]):
            yield Measure(f"stock_{item}_{where}", "buffer", item, where, math.inf, price[item], True)


def prepared(tables: Tables, chosen: list[Measure]) -> Tables:
    """The scenario with a place for every stock, empty, so that buying some changes no names."""
    for one in chosen:
        if one.kind == "buffer" and tables.row_of("stock", f"{one.site}|{one.target}") is None:
            tables = with_row(tables, "stock", {"site": one.site, "item": one.target, "qty": "0"})
    return tables


def bought(tables: Tables, amounts: Mapping[Measure, float]) -> Tables:
    """The scenario in which these amounts have been bought before the start.

    A gate that is passed before costs nothing later and waits for no other.
    """
    for one, amount in amounts.items():
        if one.kind == "gate":
            tables = _passed(tables, one.target) if amount >= 0.5 else tables
        elif amount > 0:
            tables = _more(prepared(tables, [one]), one, amount)
    return tables


CELLS = {
    "buffer": ("stock", "qty"),
    "capacity": ("resources", "capacity"),
    "lane": ("lanes", "capacity"),
    "build": ("builds", "max"),
}
"""Where what is bought is written."""


def _more(tables: Tables, one: Measure, amount: float) -> Tables:
    table, column = CELLS[one.kind]
    cell = Cell(table, f"{one.site}|{one.target}" if one.kind == "buffer" else one.target, column)
    at = tables.row_of(cell.table, cell.key)
    old = float(tables.filled(table)[column][at]) if at is not None else 0.0
    if math.isfinite(old):
        tables = tables.replace(cell, repr(old + amount))
    for row in tables.rows("series"):
        if (row["table"], row["key"], row["column"]) == (table, cell.key, column):
            step = Cell("series", f"{table}|{cell.key}|{column}|{row['date']}", "value")
            tables = tables.replace(step, repr(row["value"] + amount))
    return tables


def _passed(tables: Tables, gate: str) -> Tables:
    links = tables.frames["links"]
    kept = links.with_row_index("row").filter(pl.col("after") != gate)["row"]
    frames = {**tables.frames, "links": links[kept]}
    tables = replace(tables, frames=frames, written={**tables.written, "links": tables.written["links"][kept]})
    known = {"duration_d": "0", "pass": "1", "cost": "0"}
    for column, value in known.items():
        tables = tables.replace(Cell("gates", gate, column), value)
    return tables
