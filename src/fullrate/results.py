"""Results that are never changed: the plan as sparse arrays on named axes, and its tables.

Keys are the ids the user wrote and periods counted from 1, so that a reader of a plan needs nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

Key = tuple[Any, ...]

SHAPE = {
    "make": ("process",),
    "use": ("process", "slot", "item"),
    "ship": ("lane", "item"),
    "deliver": ("need", "item"),
    "hold": ("site", "item"),
    "waste": ("site", "item"),
    "build": ("build",),
    "ready": ("build",),
    "hire": ("pool",),
    "overtime": ("resource", "segment"),
    "train": ("pool",),
    "heads": ("pool",),
    "lot": ("process",),
    "dispatch": ("lane",),
    "carry": ("fund",),
    "owe": ("need",),
    "open": ("gate",),
    "keep": ("rival",),
    "breach": ("rival",),
    "lack": ("site", "item"),
    "overrun": ("kind", "key", "item"),
    "forgo": ("kind", "key", "item"),
    "miss": ("wish",),
}
TIMELESS = ("open", "miss")
"""Columns that have no period."""
"""Columns of a plan and the ids that name their entries; every one but ``TIMELESS`` has a period as well."""


@dataclass(frozen=True, eq=False)
class Sparse:
    """Values by key; keys that are not there are zero."""

    values: Mapping[Key, float]

    def __getitem__(self, key: Key | str) -> float:
        """The value at a key, zero when there is none."""
        return self.values.get(key if isinstance(key, tuple) else (key,), 0.0)

    def items(self) -> Iterator[tuple[Key, float]]:
        """Keys and values that are not zero."""
        yield from self.values.items()

    def __len__(self) -> int:
        """Number of entries."""
        return len(self.values)


@dataclass(frozen=True, eq=False)
class Plan:
    """What to do, period by period, and what comes of it.

    Attributes:
        status: ``solved`` or ``time limit`` (the best plan found so far).
        start: first day of the scenario.
        edges: ends of the periods in days after the start, shape (T + 1,), beginning with 0.
        tables: results by name, see ``table``.
        meta: scenario name, versions, seed, tolerances and counts, for the run folder.
    """

    status: str
    start: date
    edges: NDArray[np.float64]
    tables: Mapping[str, pl.DataFrame]
    meta: Mapping[str, Any] = field(default_factory=dict)

    @property
    def periods(self) -> int:
        """Number of periods."""
        return len(self.edges) - 1

    def table(self, name: str) -> pl.DataFrame:
        """A result as a table. Raises KeyError naming the tables there are."""
        if name not in self.tables:
            raise KeyError(f"no table {name!r}; there are {', '.join(sorted(self.tables))}")
        return self.tables[name]

    def date(self, day: float) -> date:
        """The date that many days after the start."""
        return self.start + timedelta(days=float(day))

    @cached_property
    def columns(self) -> Mapping[str, Sparse]:
        """Flows and states by column name."""
        entries: dict[str, dict[Key, float]] = {name: {} for name in SHAPE}
        for table in ("flows", "states"):
            for kind, key, item, period, value in self.tables[table].iter_rows():
                entries[kind][_key(kind, key, item, period)] = value
        return {name: Sparse(values) for name, values in entries.items()}

    def __getitem__(self, column: str) -> Sparse:
        """Entries of a column: ``plan["make"]["press", 3]``."""
        return self.columns[column]

    def __repr__(self) -> str:
        """Status, size and dates of coverage of the first class."""
        dates = self.tables["dates"].filter(pl.col("need") == "")
        said = ", ".join(
            f"{row['coverage']:.0%} {row['date'] or 'later than the horizon'}" for row in dates.iter_rows(named=True)
        )
        return f"Plan({self.status}, {self.periods} periods, coverage: {said})"

    def _repr_html_(self) -> str:
        """Dates of coverage by class, for notebooks."""
        dates = self.tables["dates"].filter(pl.col("need") == "")
        shown = dates.select("class", "coverage", "date", "earliest_date")
        return f"<p>Plan, {self.status}, {self.periods} periods</p>{shown._repr_html_()}"


def _key(kind: str, key: str, item: str, period: int) -> Key:
    parts = (*key.split("|"), item) if len(SHAPE[kind]) > 1 else (key,)
    return parts if kind in TIMELESS else (*parts, period)


@dataclass(frozen=True, eq=False)
class Study:
    """The answer to a question asked of a plan.

    Attributes:
        kind: which question: ``why``, ``require``.
        tables: results by name, see ``table``.
        meta: the question, what was solved, tolerances: for the run folder.
    """

    kind: str
    tables: Mapping[str, pl.DataFrame]
    meta: Mapping[str, Any] = field(default_factory=dict)

    def table(self, name: str) -> pl.DataFrame:
        """A result as a table. Raises KeyError naming the tables there are."""
        if name not in self.tables:
            raise KeyError(f"no table {name!r}; there are {', '.join(sorted(self.tables))}")
        return self.tables[name]
