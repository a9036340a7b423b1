"""Which cells of a scenario does a check look at? Tables that write down what is read from them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fullrate.rules.base import Rule
from fullrate.tables import Config, Tables
from fullrate.tables.spec import TABLES

Cells = set[tuple[str, str]]


class Noted(dict[str, Any]):
    """A row that notes the columns that are asked of it."""

    def __init__(self, table: str, row: dict[str, Any], seen: Cells) -> None:
        super().__init__(row)
        self.table, self.seen = table, seen

    def __getitem__(self, column: str) -> Any:
        self.seen.add((self.table, column))
        return super().__getitem__(column)

    def get(self, column: str, default: Any = None) -> Any:
        self.seen.add((self.table, column))
        return super().get(column, default)


class Watched:
    """Stands in for Tables, and gives a check nothing but rows and settings."""

    def __init__(self, tables: Tables) -> None:
        self.tables, self.seen = tables, set[tuple[str, str]]()

    @property
    def config(self) -> Config:
        return self.tables.config

    def rows(self, table: str) -> Iterator[Noted]:
        for row in self.tables.rows(table):
            yield Noted(table, row, self.seen)


def declared_of(rule: Rule) -> Cells:
    """Cells a rule says it depends on."""
    return {(table, column) for table, columns in rule.reads.items() for column in columns}


def keys_of(cells: Cells) -> Cells:
    """Columns that name rows of the tables of these cells, which anybody may read, and when a value changes."""
    return {(table, column) for table, _ in cells for column in TABLES[table].key}
