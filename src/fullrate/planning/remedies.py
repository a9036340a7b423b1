"""Remedies: single changes of a scenario that could make it sooner, each a change of cells and nothing else.

A restriction is never among them: what is barred stays barred.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf

from fullrate.findings import Refused
from fullrate.tables import Cell, Tables
from fullrate.tables.check.cycles import cycles
from fullrate.tables.check.network import network

MORE = 0.1
"""Share of what there is that one step of a remedy adds."""
WHOLE = 1.0
"""Builds that one step adds."""
AMOUNTS = {
    "hours": ("resources", "capacity"),
    "labour": ("pools", "heads"),
    "make_rate": ("processes", "max_rate"),
    "ship_capacity": ("lanes", "capacity"),
    "hold_room": ("stock", "max"),
    "build_max": ("builds", "max"),
    "hire_most": ("pools", "hire_max"),
    "overtime_most": ("overtime", "share"),
    "overtime_run": ("resources", "ot_run_d"),
}
"""Cells that a limit of the program (its row block) comes from; money comes from the rows of a fund."""
REMEDIED = (*AMOUNTS, "money")
"""Limits that a step can widen."""
TIMES = {
    "process lead": ("processes", "lead_d"),
    "lane lead": ("lanes", "lead_d"),
    "build lead": ("builds", "lead_d"),
    "gate": ("gates", "duration_d"),
}
"""Durations that can be shorter."""


@dataclass(frozen=True, order=True)
class Remedy:
    """One thing to do about a late date.

    Attributes:
        kind: the limit (a row block, such as ``hours``) or the duration (such as ``lane lead``) that is changed.
        key: which one.
    """

    kind: str
    key: str

    @property
    def amount(self) -> bool:
        """Whether it adds to an amount; otherwise it shortens a time."""
        return self.kind not in TIMES

    def cells(self, tables: Tables) -> list[Cell]:
        """The cells it changes; those of series included."""
        if self.kind == "money":
            keys = [key for key in tables.keys("allotments") if key.split("|")[0] == self.key]
            return [Cell("allotments", key, "amount") for key in keys]
        table, column = {**AMOUNTS, **TIMES}[self.kind]
        if self.kind == "overtime_most" and tables.row_of(table, self.key) is None:
            return [Cell("resources", self.key.partition("|")[0], "ot_max")]
        own = [Cell(table, self.key, column)] if tables.row_of(table, self.key) is not None else []
        start = f"{table}|{self.key}|{column}|"
        return own + [Cell("series", key, "value") for key in tables.keys("series") if key.startswith(start)]

    def taken(self, tables: Tables, steps: float) -> Tables | None:
        """The scenario with the remedy taken ``steps`` times; negative steps take away.

        None where nothing can be changed: an amount without limit, a duration that is zero already, or one that would
        leave a cycle without lead time, the only thing that a shorter duration can break.
        """
        changed = tables
        for cell in self.cells(tables):
            value = number(tables, cell)
            new = None if value is None else self._stepped(tables, value, steps)
            if new is not None and new != value:
                try:
                    changed = changed.replace(cell, repr(new))
                except Refused:
                    return None
        if changed is tables or (not self.amount and any(cycles(changed, network(changed)))):
            return None
        return changed

    def _stepped(self, tables: Tables, value: float, steps: float) -> float | None:
        if not self.amount:
            return max(value - steps * tables.config.shortest_d, 0.0)
        if self.kind == "build_max":
            return max(value + steps * WHOLE, 0.0)
        return None if value == inf else max(value * (1 + steps * MORE), 0.0)


def number(tables: Tables, cell: Cell) -> float | None:
    """Value of a cell, its default where blank."""
    value = tables.filled(cell.table)[cell.column].to_list()[tables.keys(cell.table).index(cell.key)]
    return None if value is None else float(value)


def durations(tables: Tables, used: set[tuple[str, str]]) -> Iterator[Remedy]:
    """Every gate, and the leads of what the plan uses, longest first: no price leads to a time.

    Args:
        tables: the scenario.
        used: (column verb, id) of everything the plan does.
    """
    verbs = {"process lead": "make", "lane lead": "ship", "build lead": "build"}
    found = []
    for kind, (table, column) in TIMES.items():
        for key, row in zip(tables.keys(table), tables.rows(table), strict=True):
            if row[column] > 0 and (kind == "gate" or (verbs[kind], key) in used):
                found.append((kind != "gate", -row[column], Remedy(kind, key)))
    yield from (remedy for _, _, remedy in sorted(found))
