"""Uncertain cells of a scenario: what each row of ``uncertainty`` says, ready to be drawn."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fullrate.draws.shapes import Shape, shape_of, widened
from fullrate.tables import SCENARIO, Cell, Tables
from fullrate.tables.check.ranges import CLASS, SCHEDULE
from fullrate.tables.spec import SETTINGS, TABLES, Column, Range

Floats = NDArray[np.float64]

DEFAULT_GROUP = "schedule"
"""Group of durations of work that have no group of their own."""
RHO = 0.3
"""Correlation inside a group where a row gives none: an assumption, printed with every answer that rests on it."""
LEAST = 1e-9
"""What a drawn value becomes at least where a column only takes more than zero."""


@dataclass(frozen=True)
class Input:
    """One uncertain cell.

    Attributes:
        cell: the cell.
        shape: distribution of its value, or of the factor on it.
        factor: the number drawn multiplies the plan value, and every value of the cell's series.
        each: drawn for every occurrence, not once per sample.
        group: cells that move together with it; blank if none.
        rho: correlation with the group's common factor, squared.
        assumed: ``group`` or ``rho`` is not written in the row.
        plan: value in the plan; not a number where the cell is blank.
        within: what the column allows.
        whole: the column takes whole numbers.
        widen: factor on the width.
    """

    cell: Cell
    shape: Shape
    factor: bool
    each: bool
    group: str
    rho: float
    assumed: bool
    plan: float
    within: Range
    whole: bool
    widen: float = 1.0

    def drawn(self, uniforms: Floats) -> Floats:
        """The number drawn, value or factor, where the uniform numbers say."""
        return widened(self.shape, self.shape.quantile(uniforms), self.widen)

    def values(self, drawn: Floats) -> Floats:
        """Values of the cell, inside what its column allows: beyond it, the nearest allowed value."""
        value = drawn * self.plan if self.factor else drawn
        low = self.within.low + LEAST if self.within.low_open else self.within.low
        high = self.within.high - LEAST if self.within.high_open else self.within.high
        value = np.clip(value, low, high)
        return np.rint(value) if self.whole else value

    @property
    def certain(self) -> bool:
        """Whether the range has no width."""
        first, last = self.shape.quantile(np.array([0.01, 0.99]))
        return bool(first == last)


def inputs(tables: Tables) -> tuple[Input, ...]:
    """Every uncertain cell, in the order of the rows.

    Raises:
        ValueError: a row describes no distribution; the checker refuses such scenarios.
    """
    rows = tables.rows("uncertainty")
    return tuple(_input(tables, row) for row in rows)


def _input(tables: Tables, row: dict[str, object]) -> Input:
    cell = Cell(str(row["table"]), str(row["key"] or ""), str(row["column"]))
    column = column_of(cell)
    low, mode, high = (_number(row[name]) for name in ("low", "mode", "high"))
    group, rho, assumed = _together(cell, row)
    plan, factor = plan_value(tables, cell), row["as"] == "factor"
    if math.isnan(mode):
        mode = min(max(1.0 if factor else plan, low), high)
    return Input(
        cell,
        _of_class(tables, cell, row)
        if row["dist"] == CLASS
        else shape_of(str(row["dist"]), low, mode, high, str(row["q"])),
        factor,
        row["draw"] == "each",
        group,
        rho,
        assumed,
        plan,
        column.within,
        column.type == "integer",
        tables.config.widen,
    )


def _of_class(tables: Tables, cell: Cell, row: dict[str, object]) -> Shape:
    """What became of others: of their time where the cell is a duration of work, of their quantity for all else."""
    from fullrate.draws import history

    cases, kind = history.of_scenario(tables), str(row["kind"]) if row["kind"] else None
    return history.time_of(cases, kind) if cell.column in SCHEDULE else history.progress_of(cases, kind)


def _together(cell: Cell, row: dict[str, object]) -> tuple[str, float, bool]:
    """Group and correlation of a row, and whether either is assumed."""
    group, rho = str(row["group"] or ""), _number(row["rho"])
    if row["draw"] == "each" or not (group or cell.column in SCHEDULE):
        return "", 0.0, False
    return group or DEFAULT_GROUP, RHO if math.isnan(rho) else rho, not group or math.isnan(rho)


def column_of(cell: Cell) -> Column:
    """Declaration of the cell's column; that of the cell it belongs to for values of a series.

    Raises:
        KeyError: there is no such table or column.
    """
    if cell.table == SCENARIO:
        return SETTINGS.column(cell.column)
    if cell.table == "series" and cell.column == "value":
        table, rest = cell.key.split("|", 1)
        name = rest.split("|")[-2]
        if table in TABLES and TABLES[table].has(name):
            return TABLES[table].column(name)
    return TABLES[cell.table].column(cell.column)


def plan_value(tables: Tables, cell: Cell) -> float:
    """The number the plan counts on, defaults filled in; not a number where there is none."""
    if cell.table == SCENARIO:
        return _number(getattr(tables.config, cell.column))
    at = tables.row_of(cell.table, cell.key)
    return math.nan if at is None else _number(tables.filled(cell.table)[cell.column][at])


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else math.nan
