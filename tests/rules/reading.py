"""Which cells of a scenario does a check look at? Tables that write down what is read from them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fullrate.tables import Config, Tables

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
