"""Names to positions: the axes of a scenario and its tables as coded arrays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from typing import Any, TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fullrate.tables import Tables
from fullrate.tables.spec import TABLES, Column

Whole = TypeVar("Whole", np.int32, np.int64)


@dataclass(frozen=True, eq=False)
class Axis:
    """A named set of things: ``process``, ``site``, ``period``. Labels are the ids the user wrote."""

    name: str
    labels: tuple[str, ...]

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Position of each label."""
        return {label: at for at, label in enumerate(self.labels)}

    def find(self, names: Iterable[str | None]) -> NDArray[np.int64]:
        """Position of each name; -1 where there is no such label."""
        return np.array([self.places.get(name, -1) if name is not None else -1 for name in names], np.int64)

    def __len__(self) -> int:
        """Number of labels."""
        return len(self.labels)

    def __repr__(self) -> str:
        """Name and size."""
        return f"Axis({self.name!r}, {len(self)})"


EPOCH = date(1970, 1, 1)
"""Day zero of polars' physical dates."""

ONE_KEY = {
    "item": "items",
    "site": "sites",
    "process": "processes",
    "resource": "resources",
    "build": "builds",
    "pool": "pools",
    "lane": "lanes",
    "recipient": "recipients",
    "need": "needs",
    "gate": "gates",
    "fund": "funds",
    "rival": "rivals",
}
"""Axes that are simply the ids of a table."""


@dataclass(frozen=True, eq=False)
class Coded:
    """A table as arrays, one per column, in row order.

    Numbers are float64 with defaults filled in (NaN where there is none), dates are days after the start, references
    are positions on the axis of the table they name (-1 when blank), everything else is text.
    """

    table: str
    values: Mapping[str, NDArray[Any]]

    def __getitem__(self, column: str) -> NDArray[Any]:
        """The array of a column."""
        return self.values[column]

    def __getattr__(self, column: str) -> NDArray[Any]:
        """The array of a column whose name is not a Python keyword."""
        if column.startswith("__"):  # what Python asks of an object that is being copied, before it has any column
            raise AttributeError(column)
        try:
            return self.values[column]
        except KeyError:
            raise AttributeError(f"{self.table} has no column {column}") from None

    def __len__(self) -> int:
        """Number of rows."""
        return len(next(iter(self.values.values())))


def axes_of(tables: Tables, periods: int) -> dict[str, Axis]:
    """The axes that are ids of a table, and ``period`` with labels 1 .. T."""
    axes = {name: Axis(name, tuple(tables.keys(table))) for name, table in ONE_KEY.items()}
    axes["period"] = Axis("period", tuple(str(t + 1) for t in range(periods)))
    return axes


def coded(tables: Tables, name: str, axes: Mapping[str, Axis]) -> Coded:
    """One table as arrays."""
    frame = tables.filled(name)
    if frame.is_empty():
        return _without_rows(name)
    by_table = {table: axes[axis] for axis, table in ONE_KEY.items()}
    values: dict[str, NDArray[Any]] = {}
    for column in TABLES[name].columns:
        series = frame[column.name]
        if _kind(name, column) == "reference":
            values[column.name] = by_table[column.refers[0]].find(series.to_list())
        else:
            values[column.name] = _array(series, tables)
    return Coded(name, values)


def _kind(table: str, column: Column) -> str:
    """``reference`` for names that are positions on the axis of another table, else the type of the column."""
    single = len(column.refers) == 1 and not column.wildcard
    target = column.refers[0] if single else None
    return "reference" if target in ONE_KEY.values() and target != table else column.type


@cache
def _without_rows(name: str) -> Coded:
    """A table without rows as arrays: most tables of most scenarios."""
    whole = {"reference": np.int64, "number": np.float64, "integer": np.float64, "date": np.float64, "bool": np.bool_}
    kinds = {column.name: _kind(name, column) for column in TABLES[name].columns}
    return Coded(name, {column: np.zeros(0, whole.get(kind, np.object_)) for column, kind in kinds.items()})


def _array(series: pl.Series, tables: Tables) -> NDArray[Any]:
    if series.dtype == pl.Date:
        return np.array(series.to_physical().to_numpy(), np.float64) - (tables.config.start - EPOCH).days
    if series.dtype.is_numeric():
        return np.array(series.to_numpy(), np.float64)
    if series.dtype == pl.Boolean:
        return np.array(series.to_list(), bool)
    return np.array(series.to_list(), object)


def runs(first: NDArray[Whole], count: NDArray[np.int64]) -> NDArray[Whole]:
    """``first[0], first[0]+1, ..`` (count[0] of them), then ``first[1], ..``: all ragged ranges in one array."""
    begins = np.cumsum(count) - count
    ranges = np.repeat((first - begins).astype(first.dtype), count)
    return np.add(ranges, np.arange(len(ranges), dtype=first.dtype), out=ranges)
