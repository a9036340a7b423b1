"""Tables: what the user wrote, typed, with the text and the line of every cell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar

import polars as pl

from fullrate.tables.cell import SCENARIO, Cell
from fullrate.tables.config import Config
from fullrate.tables.spec import TABLES, Column, Table, Value

DTYPES: dict[str, Any] = {
    "id": pl.String,
    "text": pl.String,
    "enum": pl.String,
    "number": pl.Float64,
    "integer": pl.Int64,
    "bool": pl.Boolean,
    "date": pl.Date,
}
"""Polars type of each column type."""

Made = TypeVar("Made")


@dataclass(frozen=True)
class Origin:
    """Where the rows of a table come from.

    Attributes:
        file: The file as the user would open it; blank when the rows were given in Python.
        text: Its decoded text.
        lines: Line of each row, 1-based; None when row ``i`` is on line ``i + 2``.
        header: Column names in the order of the file.
        delimiter: Character between fields.
        comma: Numbers are written with a decimal comma.
        encoding: How the bytes were read.
        readable: False when the rows could not be taken over, so that nothing refers to them in vain.
        ragged: Lines with too few or too many fields; what else is wrong there is only an echo.
    """

    file: str = ""
    text: str = ""
    lines: tuple[int, ...] | None = None
    header: tuple[str, ...] = ()
    delimiter: str = ","
    comma: bool = False
    encoding: str = "utf-8"
    readable: bool = True
    ragged: frozenset[int] = frozenset()

    def line(self, row: int) -> int:
        """Line of a row, 1-based; the header is line 1."""
        return row + 2 if self.lines is None else self.lines[row]


@dataclass(frozen=True, eq=False)
class Tables:
    """A scenario as written: one typed frame per table of the spec, empty ones included.

    Attributes:
        config: The settings of ``scenario.toml``.
        frames: Typed frames with exactly the columns of the spec, in its order; blank cells are null;
            rows in the order of the file.
        written: The same frames as text.
        origins: File, lines and conventions of each table.
        settings: The settings as written, as text.
        folder: The scenario folder, blank when given in Python.
        changes: Changes made after reading, as ``table:key.column=value``.
    """

    config: Config
    frames: Mapping[str, pl.DataFrame]
    written: Mapping[str, pl.DataFrame]
    origins: Mapping[str, Origin] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)
    folder: str = ""
    changes: tuple[str, ...] = ()
    _cache: dict[tuple[str, str], Any] = field(default_factory=dict, init=False, repr=False)

    @staticmethod
    def from_rows(config: Mapping[str, Any], tables: Mapping[str, Iterable[Mapping[str, Any]]]) -> Tables:
        """Tables from plain Python rows; every value is written as text and read like a file.

        Raises:
            Refused: A value cannot be read, a column or a table is unknown.
        """
        from fullrate.tables.folder import from_rows

        return from_rows(config, tables)

    def filled(self, table: str) -> pl.DataFrame:
        """The frame with defaults filled in; without limit is ``inf``.

        Constants, settings (``start``) and other columns of the row (``retry_d`` from ``duration_d``)
        are filled; what has no default (``needs.class``, dates) stays null.
        """
        return self._once("filled", table, lambda: _filled(self.frames[table], table, self.config))

    def rows(self, table: str) -> Iterator[dict[str, Any]]:
        """Rows of the filled frame as plain dicts; null is None."""
        return self.filled(table).iter_rows(named=True)

    def keys(self, table: str) -> list[str]:
        """Key of every row, in row order; parts of a composite key are joined with ``|``.

        A part is the text as written, or its default where blank; blank parts at the end are left out,
        so stock at the start is ``S2|part`` and a receipt ``S2|part|2026-03-01``.
        """
        return self._once("keys", table, lambda: _keys(self.written[table], TABLES[table]))

    def row_of(self, table: str, key: str) -> int | None:
        """Row with that key, or None."""
        index: dict[str, int] = self._once("index", table, lambda: self._index(table))
        return index.get(key)

    def line(self, table: str, i: int) -> int:
        """Line of row ``i`` in the file of the table, 1-based; the header is line 1."""
        return self.origins.get(table, Origin()).line(i)

    def text(self, cell: Cell) -> str:
        """The cell as written; blank when it is blank.

        Raises:
            KeyError: There is no such table, row or column.
        """
        if cell.table == SCENARIO:
            return self.settings.get(cell.column, "")
        row = self.row_of(cell.table, cell.key)
        if row is None:
            raise KeyError(str(cell))
        return self.written[cell.table][cell.column][row] or ""

    def names(self, table: str) -> pl.Series:
        """The names that the rows of a table give to things: its first key column, without blanks."""
        key = TABLES[table].key[0]
        return self._once("names", table, lambda: self.written[table][key].drop_nulls())

    def replace(self, cell: Cell, value: str) -> Tables:
        """The same scenario with another text in one cell: the only what-if.

        Raises:
            Refused: There is no such cell, or the text would not pass in the file either.
        """
        from fullrate.tables.change import replace

        return replace(self, cell, value)

    @property
    def economy_only(self) -> bool:
        """Whether there is nothing to plan here: the folder holds the tables of an economy alone."""
        needed = [table.name for table in TABLES.values() if table.required]
        given = any(self.frames[name].height or name in self.origins for name in needed)
        return bool(self.frames["io_sectors"].height) and not given

    @property
    def open_needs(self) -> tuple[str, ...]:
        """Needs whose quantity nobody has said, in order: looked at up to ``open_qty``, never given a date."""
        needs = self.written["needs"]
        return tuple(needs.filter(needs["qty"].is_null())["need"].to_list()) if len(needs) else ()

    def _index(self, table: str) -> dict[str, int]:
        index: dict[str, int] = {}
        for row, key in enumerate(self.keys(table)):
            index.setdefault(key, row)
        return index

    def _once(self, what: str, table: str, make: Callable[[], Made]) -> Made:
        if (what, table) not in self._cache:
            self._cache[what, table] = make()
        made: Made = self._cache[what, table]
        return made


def _filled(frame: pl.DataFrame, table: str, config: Config) -> pl.DataFrame:
    fills = []
    for column, series in zip(TABLES[table].columns, frame.get_columns(), strict=True):
        value = getattr(config, column.from_config) if column.from_config else column.default
        if (column.from_column or value is not None) and series.null_count():
            fills.append(_fill(column, value))
    return frame.with_columns(fills) if fills else frame


@cache
def _fill(column: Column, value: Value) -> pl.Expr:
    """The column, blank cells filled from another column or with a value."""
    other = pl.col(column.from_column) if column.from_column else pl.lit(value, DTYPES[column.type])
    return pl.col(column.name).fill_null(other)


def _keys(written: pl.DataFrame, table: Table) -> list[str]:
    if len(table.key) == 1:
        names = written[table.key[0]]
        return (names.fill_null("") if names.null_count() else names).to_list()
    if written.is_empty():
        return []
    return written.select(_joined_key(table))["key"].to_list()


@cache
def _joined_key(table: Table) -> pl.Expr:
    """The parts of a key joined, blank ones at the end left out."""
    parts = []
    for name in table.key:
        column = table.column(name)
        part = pl.col(name)
        if column.from_column:
            part = part.fill_null(pl.col(column.from_column))
        blank = str(column.default) if column.default is not None else ""
        parts.append(part.fill_null(pl.lit(blank)))
    return pl.concat_str(parts, separator="|").str.strip_chars_end("|").alias("key")


@cache
def empty(table: Table) -> pl.DataFrame:
    """The typed frame of a table without rows."""
    return pl.DataFrame(schema={column.name: DTYPES[column.type] for column in table.columns})


@cache
def unwritten(table: Table) -> pl.DataFrame:
    """The text frame of a table without rows."""
    return pl.DataFrame(schema=dict.fromkeys(table.names, pl.String))
