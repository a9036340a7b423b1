"""Blank is not zero: a limit nobody wrote down does not hold, and a default is what the spec says it is."""

from __future__ import annotations

import pytest

from fullrate.rules import RULES
from rules import blanks, cases

NUMBERS = sorted({(rule.code, table, column.name) for rule in RULES for table, column in blanks.numbers_of(rule)})
DAYS = sorted({(rule.code, table, column.name) for rule in RULES for table, column in blanks.days_of(rule)})
DEFAULTS = {(table, column.name): column.default for rule in RULES for table, column in blanks.numbers_of(rule)}


@pytest.mark.parametrize(("rule", "table", "column"), NUMBERS)
def test_a_number(rule: str, table: str, column: str) -> None:
    """A blank number is its default, and differs from a written zero unless that is the default."""
    blank, default = blanks.written(blanks.beside(table, column)), DEFAULTS[table, column]
    zero = blanks.written(blanks.with_cell(table, column, "0"))
    alike = default == 0 or (table, column) in AS_GOOD_AS_ZERO
    assert blanks.same(blank, zero) == alike, f"{rule}: blank {table}.{column} means {default}"
    if default is not None:
        assert blanks.same(blank, blanks.written(blanks.with_cell(table, column, str(default))))


@pytest.mark.parametrize(("rule", "table", "column"), DAYS)
def test_a_date(rule: str, table: str, column: str) -> None:
    """No date is another thing than the first day."""
    blank = blanks.written(blanks.everything())
    first = blanks.written(blanks.with_cell(table, column, cases.START.isoformat()))
    differs = not blanks.same(blank, first)
    assert differs == ((table, column) not in OPEN_FROM_THE_START), f"{rule}: blank {table}.{column}"


AS_GOOD_AS_ZERO = {("risks", "prob")}
"""Numbers that say as little as a zero when they are blank: what is not certain is not in the plan."""
OPEN_FROM_THE_START = {("sites", "opens")}
"""Dates whose absence means the first day."""


def test_the_list_is_not_empty() -> None:
    assert {("MAKE", "processes", "max_rate"), ("SHIP", "lanes", "capacity"), ("HOLD", "stock", "max")} <= set(NUMBERS)
    assert {("GATE", "gates", "retry_d"), ("BUILD", "builds", "max"), ("MAKE", "recipe", "offset_d")} <= set(NUMBERS)
    assert {("MONEY", "funds", "expires"), ("OPENING", "sites", "closes"), ("LOST", "needs", "until")} <= set(DAYS)
