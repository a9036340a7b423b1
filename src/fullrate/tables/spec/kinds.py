"""What a table declaration is made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from math import inf
from typing import Literal

Type = Literal["id", "text", "number", "integer", "bool", "date", "enum"]
Value = str | float | int | bool | date | None


@dataclass(frozen=True)
class Range:
    """An interval of numbers, each end open or closed.

    >>> print(Range(0, 1, low_open=True))
    0 < value <= 1
    >>> print(Range(0))
    value >= 0
    """

    low: float = -inf
    high: float = inf
    low_open: bool = False
    high_open: bool = False

    def __str__(self) -> str:
        """The interval as an inequality."""
        under, over = ("<" if self.low_open else "<="), ("<" if self.high_open else "<=")
        if self.low == -inf and self.high == inf:
            return "any number"
        if self.high == inf:
            return f"value {'>' if self.low_open else '>='} {self.low:g}"
        if self.low == -inf:
            return f"value {over} {self.high:g}"
        return f"{self.low:g} {under} value {over} {self.high:g}"

    def holds(self, value: float) -> bool:
        """Whether the value lies inside."""
        above = value > self.low if self.low_open else value >= self.low
        below = value < self.high if self.high_open else value <= self.high
        return above and below


ANY = Range()
AT_LEAST_ZERO = Range(0)
POSITIVE = Range(0, low_open=True)
SHARE = Range(0, 1)
DAYS = Range(0, 36_525)
POSITIVE_SHARE = Range(0, 1, low_open=True)
SHARE_BELOW_ONE = Range(0, 1, high_open=True)


@dataclass(frozen=True)
class Column:
    """One column of a table: everything the reader, the checker, the docs and the schemas know of it.

    Attributes:
        name: Name in the header of the file.
        type: How the text of a cell is understood.
        unit: Unit of the value, as shown to people; blank for names and pure numbers.
        doc: One sentence.
        default: What a blank cell means; None where blank stays blank.
        required: A blank cell is an error.
        within: Range of allowed numbers.
        choices: Allowed words of an ``enum``.
        refers: Tables whose key the value must be one of.
        wildcard: ``*`` (all of them) is allowed beside the keys of ``refers``.
        series: The value may change over time through table ``series``.
        from_config: Setting of ``scenario.toml`` that a blank cell means.
        from_column: Column of the same row that a blank cell means.
    """

    name: str
    type: Type
    unit: str = ""
    doc: str = ""
    default: Value = None
    required: bool = False
    within: Range = ANY
    choices: tuple[str, ...] = ()
    refers: tuple[str, ...] = ()
    wildcard: bool = False
    series: bool = False
    from_config: str = ""
    from_column: str = ""

    def __hash__(self) -> int:
        """By name alone: columns are looked up a thousand times, and few share a name."""
        return hash(self.name)

    @property
    def numeric(self) -> bool:
        """Whether the column holds numbers."""
        return self.type in ("number", "integer")

    @property
    def infinite(self) -> bool:
        """Whether ``inf`` may be written: only where blank means without limit."""
        return self.default == inf


@dataclass(frozen=True)
class Table:
    """One table of a scenario: one CSV file, one row per thing.

    Attributes:
        name: Name of the table and, with ``.csv``, of its file.
        doc: One or two sentences: what a row is.
        key: Columns that together name a row.
        columns: All columns, key columns first.
        required: The file must be there.
        filled: It must have at least one row.
        verb: The command that reads it where the plan does not.
        repeats: Several rows may have the same key (points of a curve).
    """

    name: str
    doc: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    required: bool = False
    filled: bool = False
    verb: str = ""
    repeats: bool = False

    def __hash__(self) -> int:
        """By name alone, like columns."""
        return hash(self.name)

    @property
    def file(self) -> str:
        """Name of the CSV file."""
        return f"{self.name}.csv"

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of all columns, in order."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """The column of that name; KeyError if there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    def has(self, name: str) -> bool:
        """Whether there is a column of that name."""
        return name in self.names


SOURCE = Column("source", "id", doc="Where the numbers of this row come from.", refers=("sources",))
"""Every table has it: one number, one source."""


def key_id(name: str, doc: str) -> Column:
    """The column that names the rows of a table."""
    return Column(name, "id", doc=doc, required=True)


def names(table: str, doc: str, name: str = "", required: bool = False) -> Column:
    """A column that holds a key of another table; called after it unless told otherwise."""
    singular = {"processes": "process"}.get(table, table.removesuffix("s"))
    return Column(name or singular, "id", doc=doc, required=required, refers=(table,))


def number(
    name: str,
    unit: str,
    doc: str,
    default: float | None = None,
    within: Range = AT_LEAST_ZERO,
    *,
    required: bool = False,
    series: bool = False,
    from_config: str = "",
    from_column: str = "",
) -> Column:
    """A column of numbers, not below zero unless told otherwise."""
    return Column(
        name,
        "number",
        unit,
        doc,
        default,
        required,
        within,
        series=series,
        from_config=from_config,
        from_column=from_column,
    )


def integer(name: str, unit: str, doc: str, default: int | None = None, within: Range = AT_LEAST_ZERO) -> Column:
    """A column of whole numbers, not below zero unless told otherwise."""
    return Column(name, "integer", unit, doc, default, within=within)


def flag(name: str, doc: str, default: bool | None = None) -> Column:
    """A column of ``true`` and ``false``."""
    return Column(name, "bool", "", doc, default)


def day(name: str, doc: str, *, required: bool = False, from_config: str = "") -> Column:
    """A column of dates, ISO 8601."""
    return Column(name, "date", "", doc, required=required, from_config=from_config)


def choice(
    name: str,
    choices: tuple[str, ...],
    doc: str,
    default: str | None = None,
    *,
    required: bool = False,
) -> Column:
    """A column that holds one of a few words."""
    return Column(name, "enum", "", doc, default, required=required, choices=choices)


def text(name: str, doc: str, default: str | None = None, *, required: bool = False) -> Column:
    """A column of free text."""
    return Column(name, "text", "", doc, default, required=required)


def label(name: str, doc: str, default: str | None = None, *, required: bool = False) -> Column:
    """A column of names that belong to no table: a region, an owner, a family."""
    return Column(name, "id", "", doc, default, required=required)
