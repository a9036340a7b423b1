"""What a draw moves: from the address of an uncertain cell to the numbers of an execution that follow it.

Rates, capacities and yields are moved by a factor, so that a value that changes over time keeps its shape. Leads are
days. Every column of the scenario that a range can be given for is either here or in ``PLAN_ONLY``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from fullrate.case import Case
from fullrate.draws import Draws
from fullrate.tables import Cell, Tables

Floats = NDArray[np.float64]
Place = tuple[str, int]
"""A family of numbers of an execution, and the row in it."""

ROWS = {
    ("processes", "out_qty"),
    ("processes", "rework"),
    ("processes", "yield"),
    ("processes", "max_rate"),
    ("processes", "lead_d"),
    ("processes", "unit_cost"),
    ("recipe", "qty"),
    ("uses", "qty"),
    ("resources", "capacity"),
    ("lanes", "lead_d"),
    ("lanes", "capacity"),
    ("lanes", "loss"),
    ("lanes", "unit_cost"),
    ("stock", "qty"),
    ("allotments", "amount"),
}
"""Columns that move rates, leads and amounts of activities and stores."""

DIRECT = {
    ("needs", "qty"): "need",
    ("processes", "progress"): "learning",
    ("processes", "prior"): "learning",
    ("pools", "heads"): "people",
    ("pools", "hours"): "people",
    ("pools", "quit"): "people",
    ("pools", "dropout"): "people",
    ("pools", "train_eff"): "people",
    ("pools", "trainer_h"): "people",
    ("pools", "hire_max"): "people",
    ("pools", "train_d"): "people",
    ("pools", "hire_cost"): "people",
    ("builds", "add"): "builds",
    ("builds", "lead_d"): "builds",
    ("builds", "life_d"): "builds",
    ("builds", "capex"): "builds",
    ("gates", "duration_d"): "gates",
    ("gates", "pass"): "gates",
    ("gates", "retry_d"): "gates",
    ("gates", "fix"): "gates",
    ("links", "lag_d"): "gates",
    ("risks", "rate"): "risks",
    ("risks", "prob"): "risks",
    ("risks", "duration_d"): "risks",
    ("risks", "left"): "risks",
    ("reliability", "mtbf_d"): "lives",
    ("reliability", "af"): "lives",
    ("reliability", "shape"): "lives",
    ("reliability", "repairable"): "lives",
}
"""Columns of builds, pools, gates, risks, needs, learning and units in use."""

ORDER = {
    "people": ("heads", "hours", "quit", "dropout", "train_eff", "trainer_h", "hire_max", "train_d", "hire_cost"),
    "builds": ("add", "lead_d", "life_d", "capex"),
}

PLAN_ONLY = {
    "scenario": "settings of the plan; an execution has none of its own",
    "series": "a range on one step of a value that changes over time: give it to the cell, as a factor",
    "items": "what a unit is worth, weighs and takes is fixed; shelf lives are the plan's",
    "recipients": "weights decide the plan and what is reported, not what happens",
    "mix": "limits on shares are a rule that is kept to, not luck",
    "quality": "limits on shares are a rule that is kept to, not luck",
    "plans": "refused lots are mended, so that samples change what escapes, not what arrives",
    "rivals": "what rivals keep is decided by the plan",
    "overtime": "hours of overtime are decided by the plan",
    "curves": "give the range to what the curve belongs to",
    "failures": "what has been seen is certain; what it leaves open is drawn",
    "reliability": "",
    "mitigations": "bought before anything is cut off, by a stress test; an execution has none of them",
    "io_map": "the economy is asked of the plan",
    "io_sectors": "the economy is asked of the plan",
    "io": "the economy is asked of the plan",
    "io_final": "the economy is asked of the plan",
    "io_jobs": "the economy is asked of the plan",
    "io_origins": "the economy is asked of the plan",
    "processes": "smallest lots, escapes: decided by the plan",
    "recipe": "shares of a slot and offsets are fixed",
    "resources": "overtime is decided by the plan",
    "uses": "",
    "builds": "how many, and shares to be redone: decided by the plan",
    "pools": "wages count in the plan's cost",
    "lanes": "smallest shipments and their cost are decided by the plan",
    "stock": "room and safety stock are fixed",
    "gates": "costs, tries and targets are fixed",
    "links": "shares that overlap are fixed",
    "previous": "orders of the plan before are facts",
    "sites": "places are certain",
    "risks": "",
    "needs": "",
    "allotments": "",
}
"""Why columns of a table that are not moved are not."""


def moved(cell: Cell) -> bool:
    """Whether a range of this cell changes executions."""
    return (cell.table, cell.column) in ROWS or (cell.table, cell.column) in DIRECT


@dataclass
class Rows:
    """Rows of drawn values while they are gathered: each a product of factors, or days of a lead.

    Attributes:
        once: for each row, columns of ``Draws`` with how they enter: ``factor``, ``lead`` or ``loss``, and a number.
        each: rows drawn per occurrence: row, entry of ``Draws.each``, how it enters, and a number.
        place: row of each number that is moved.
    """

    once: list[list[tuple[int, str, float]]] = field(default_factory=list)
    each: list[tuple[int, int, str, float]] = field(default_factory=list)
    place: dict[Place, int] = field(default_factory=dict)

    def add(self, place: Place, at: int, how: str, number: float, each: bool) -> None:
        """Let a draw move a number."""
        row = self.place.setdefault(place, len(self.once))
        if row == len(self.once):
            self.once.append([])
        if each:
            self.each.append((row, at, how, number))
        else:
            self.once[row].append((at, how, number))

    def of(self, family: str, count: int) -> NDArray[np.int64]:
        """Row of each number of a family, -1 where nothing moves it."""
        return np.array([self.place.get((family, i), -1) for i in range(count)], np.int64)


def entered(how: str, number: float, drawn: Floats, value: Floats, factor: bool) -> Floats:
    """How a drawn value enters: a factor on the plan's, days of lead, what is not lost against the plan's."""
    if how == "lead":
        return np.maximum(value + number, 0.0)
    if how == "loss":
        return (1 - value) / (1 - number)
    if factor:
        return np.maximum(drawn, 0.0)
    return value / number


def position(case: Case, tables: Tables, cell: Cell) -> int:
    """Row of the cell's table; -1 when there is none."""
    row = tables.row_of(cell.table, cell.key)
    return -1 if row is None else row


def steady(rows: Rows, draws: Draws) -> Floats:
    """Values of the rows in every sample, shape (rows, n); one where only occurrences move them."""
    values = np.ones((len(rows.once), draws.count))
    for row, entries in enumerate(rows.once):
        for at, how, number in entries:
            values[row] *= entered(how, number, draws.drawn[:, at], draws.values[:, at], bool(draws.factor[at]))
    return values


def column_of(tables: Tables, draws: Draws | None, table: str, column: str, *, relative: bool = False) -> Floats:
    """Values of a column in every sample, or factors on the plan's, shape (rows, n)."""
    count = 1 if draws is None else draws.count
    plan = np.array(tables.filled(table)[column].to_numpy(), float)
    values = np.repeat((np.ones(len(plan)) if relative else plan)[:, None], count, axis=1)
    for at, cell in enumerate(draws.cells if draws is not None else ()):
        row = tables.row_of(table, cell.key) if (cell.table, cell.column) == (table, column) else None
        if row is None or draws is None:
            continue
        if not relative:
            values[row] = draws.values[:, at]
        elif draws.factor[at]:
            values[row] = draws.drawn[:, at]
        elif plan[row] != 0:
            values[row] = draws.values[:, at] / plan[row]
    return values
