"""What a rule is: an equation, the rows that hold it in the linear program, and the check that re-derives it.

``rows`` sees the case and the columns. ``check`` sees only the tables the user wrote and the plan, so the calendar and
the bill of materials are worked out twice by code that shares nothing (an AST test holds the line).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from math import inf, isnan

from fullrate.case import Case
from fullrate.lp.axes import Columns, Terms
from fullrate.lp.rows import RowBlock
from fullrate.results import Plan
from fullrate.tables import Cell, Tables

NEGLIGIBLE = 1e-12
"""Excesses below this are rounding, not findings."""


@dataclass(frozen=True)
class Excess:
    """By how much a plan breaks a rule at one place.

    Attributes:
        rule: code of the rule.
        at: where: ids and period, in the order of the rule's rows.
        size: amount beyond the limit, relative to the larger of one and the limit.
        found: what the plan has.
        allowed: what the rule allows.
    """

    rule: str
    at: tuple[str | int, ...]
    size: float
    found: float
    allowed: float


def over(rule: str, found: float, allowed: float, *at: str | int) -> Iterator[Excess]:
    """An excess when ``found`` is above ``allowed``; an infinite limit allows everything."""
    if allowed == float("inf"):
        return
    size = (found - allowed) / max(1.0, abs(allowed))
    if not size <= NEGLIGIBLE:  # what is not a number is no number of the plan
        yield Excess(rule, at, inf if isnan(size) else size, found, allowed)


def under(rule: str, found: float, needed: float, *at: str | int) -> Iterator[Excess]:
    """An excess when ``found`` is below ``needed``."""
    size = (needed - found) / max(1.0, abs(needed))
    if not size <= NEGLIGIBLE:  # what is not a number is no number of the plan
        yield Excess(rule, at, inf if isnan(size) else size, found, needed)


def differs(rule: str, found: float, expected: float, scale: float, *at: str | int) -> Iterator[Excess]:
    """An excess when ``found`` is not ``expected``; ``scale`` is the throughput it is measured against."""
    size = abs(found - expected) / max(1.0, scale)
    if not size <= NEGLIGIBLE:  # what is not a number is no number of the plan
        yield Excess(rule, at, inf if isnan(size) else size, found, expected)


@dataclass(frozen=True, eq=False)
class Cols:
    """The columns of an LP by name, and what activities send to each ledger."""

    blocks: Mapping[str, Columns]
    sent: Mapping[str, tuple[Terms, ...]] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Columns:
        """A block of columns."""
        return self.blocks[name]

    def to(self, ledger: str) -> tuple[Terms, ...]:
        """What was sent to a ledger."""
        return self.sent.get(ledger, ())


Sent = tuple[str, Terms]
Trace = Callable[[Tables, str], list[Cell]]
"""From the key of a row (ids joined with ``|``, no period) back to the cells its bound comes from."""


def cells_of(table: str, *columns: str) -> Trace:
    """Rows whose key is the key of a row of ``table``: its cells in these columns."""
    return lambda tables, key: [Cell(table, key, column) for column in columns]


def cells_below(table: str, *columns: str) -> Trace:
    """Rows whose key begins the keys of rows of ``table``: the cells of all of these."""
    return lambda tables, key: [
        Cell(table, one, column)
        for one in tables.keys(table)
        if one == key or one.startswith(f"{key}|")
        for column in columns
    ]


def gate_before(table: str, key: str) -> Trace:
    """The gate in front of an element, and how long it takes."""

    def cells(tables: Tables, element: str) -> list[Cell]:
        gate = next(row["gate"] for row in tables.rows(table) if row[key] == element)
        return [Cell(table, element, "gate"), Cell("gates", gate, "duration_d")]

    return cells


def no_cells(tables: Tables, key: str) -> list[Cell]:
    """Rows that only add up."""
    return []


def _no_columns(case: Case) -> list[Columns]:
    return []


def _sends_nothing(case: Case, cols: Cols) -> Iterator[Sent]:
    yield from ()


def _no_rows(case: Case, cols: Cols) -> list[RowBlock]:
    return []


@dataclass(frozen=True, eq=False)
class Rule:
    """One rule of the plan, in one file.

    Attributes:
        code: short name in capitals, used in rows, audit, docs and findings.
        title: the rule in one sentence.
        reads: columns of the scenario it depends on, by table.
        check: re-derives the rule from tables and plan alone.
        rows: rows of the linear program.
        columns: columns it brings.
        sends: terms it sends to ledgers.
        cells: for each of its row blocks, where a row leads back to.
    """

    code: str
    title: str
    reads: Mapping[str, tuple[str, ...]]
    check: Callable[[Tables, Plan], Iterator[Excess]]
    rows: Callable[[Case, Cols], list[RowBlock]] = _no_rows
    columns: Callable[[Case], list[Columns]] = _no_columns
    sends: Callable[[Case, Cols], Iterator[Sent]] = _sends_nothing
    cells: Mapping[str, Trace] = field(default_factory=dict)
