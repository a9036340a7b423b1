"""Results that are never changed: the plan as sparse arrays on named axes, samples of its execution, and their tables.

Keys are the ids the user wrote and periods counted from 1, so that a reader of a plan needs nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
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
    "serve": ("need", "item"),
    "fail": ("need", "item"),
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
    "test": ("gate",),
    "risk": ("build",),
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
        kind: which question: ``why``, ``require``, ``frontier``.
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


PERCENTILES = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
"""Points of a fan."""


@dataclass(frozen=True, eq=False)
class Samples:
    """Many simulated executions of a plan.

    Sizes: ``n`` samples, ``m`` targets (a class or a need, and a coverage), ``g`` groups (a class, a need, an item),
    ``f`` samples whose curves are kept, ``T`` periods. Nothing is kept per sample, period and need, so that memory
    grows with the samples only by what is listed here.

    Attributes:
        start: first day of the scenario.
        edges: ends of the periods in days after the start, shape (T + 1,), beginning with 0.
        replicate: replicate (0-based) each sample belongs to, shape (n,).
        targets: what is dated, m rows: ``class``, ``need`` (blank: the class as a whole), ``coverage`` (0..1].
        reached: period 1..T at whose end the target is first reached, T + 1 when later than the horizon, shape (n, m).
        groups: what is measured as a whole, g rows: ``class`` (0: all of them), ``need`` (blank: all of the class),
            ``item`` (what is wanted, an item or family; blank: whatever), ``qty`` (need in all, in the unit of what is
            wanted; null where units differ). Classes are covered as in the plan's dates, by weight of recipients;
            an item in all classes by quantity.
        waits: mean days a unit of the group waits, unmet need counted to the horizon as in every printed wait,
            shape (n, g).
        shown: samples whose curves are kept, ascending, shape (f,).
        curves: share of the group's need covered at the end of each period, shape (f, g, T).
        cost: money paid in all, in millions, shape (n,).
        displaced: use of rivals that was crowded out, as a share of what all rivals wanted, shape (n,); zero if none.
        there: share of each group's need covered on the day that was asked about, straight inside periods, in every
            sample and not only in those whose curves are kept, shape (n, g); None where no day was.
        meta: seed, policy (``follow`` or ``replan``), samples, replicates, assumptions: for the run folder.
    """

    start: date
    edges: NDArray[np.float64]
    replicate: NDArray[np.int64]
    targets: pl.DataFrame
    reached: NDArray[np.int16]
    groups: pl.DataFrame
    waits: NDArray[np.float64]
    shown: NDArray[np.int64]
    curves: NDArray[np.float32]
    cost: NDArray[np.float64]
    displaced: NDArray[np.float64]
    meta: Mapping[str, Any] = field(default_factory=dict)
    there: NDArray[np.float64] | None = None

    @property
    def count(self) -> int:
        """Number of samples, n."""
        return len(self.replicate)

    @property
    def periods(self) -> int:
        """Number of periods, T."""
        return len(self.edges) - 1

    def only(self, which: NDArray[np.int64]) -> Samples:
        """Some of the samples, by position, ascending; of curves those that are kept."""
        names = ("replicate", "reached", "waits", "cost", "displaced")
        kept = np.isin(self.shown, which)
        return replace(
            self,
            **{name: getattr(self, name)[which] for name in names},
            shown=np.searchsorted(which, self.shown[kept]),
            curves=self.curves[kept],
            there=None if self.there is None else self.there[which],
        )

    def date(self, day: float) -> date:
        """The date that many days after the start."""
        return self.start + timedelta(days=float(day))

    @property
    def days(self) -> NDArray[np.float64]:
        """Day after the start on which each target is reached, infinite when later than the horizon, shape (n, m)."""
        ends = np.concatenate([self.edges, [np.inf]])
        return np.asarray(ends[self.reached], np.float64)

    def target(self, *, cls: int = 0, need: str = "", coverage: float = 1.0) -> int:
        """Column of ``reached`` of a class or need at a coverage.

        Raises:
            KeyError: it was not recorded.
        """
        for column, (its_class, its_need, level) in enumerate(self.targets.iter_rows()):
            if abs(level - coverage) < 1e-9 and its_need == need and (need or its_class == cls):
                return column
        raise KeyError(f"no date of {need or f'class {cls}'} at coverage {coverage:g} was recorded")

    def group(self, *, cls: int = 0, need: str = "", item: str = "") -> int:
        """Column of ``waits`` and ``curves`` of a class, a need, or an item in all classes.

        Raises:
            KeyError: it was not recorded.
        """
        for column, (its_class, its_need, wanted, _) in enumerate(self.groups.iter_rows()):
            if its_need == need and (need or (its_class == cls and (cls or wanted == item))):
                return column
        raise KeyError(f"nothing was recorded of {need or item or f'class {cls}'}")

    def table(self, name: str) -> pl.DataFrame:
        """A result as a table.

        ``dates``: sample, replicate, class, need, coverage, period, day (period and day null when later than the
        horizon). ``waits``: sample, replicate, class, need, item, qty, wait_d. ``totals``: sample, replicate, cost,
        displaced. ``fan``: class, need, item, qty, period, day, mean and percentiles ``p05`` .. ``p95`` of the share
        covered. Raises KeyError naming the tables there are.
        """
        made = {"dates": self._dates, "waits": self._waits, "totals": self._totals, "fan": self._fan}
        if name not in made:
            raise KeyError(f"no table {name!r}; there are {', '.join(made)}")
        return made[name]()

    def _dates(self) -> pl.DataFrame:
        later = self.reached.ravel() > self.periods
        of = np.tile(np.arange(len(self.targets)), self.count)
        found = pl.DataFrame({"period": self.reached.ravel().astype(np.int64), "day": self.days.ravel()})
        blank = [pl.when(pl.Series(~later)).then(pl.col(name)).alias(name) for name in found.columns]
        return pl.concat([self._each(len(self.targets)), self.targets[of], found.select(blank)], how="horizontal")

    def _waits(self) -> pl.DataFrame:
        of = np.tile(np.arange(len(self.groups)), self.count)
        found = pl.DataFrame({"wait_d": self.waits.ravel()})
        return pl.concat([self._each(len(self.groups)), self.groups[of], found], how="horizontal")

    def _totals(self) -> pl.DataFrame:
        return self._each(1).with_columns(cost=pl.Series(self.cost), displaced=pl.Series(self.displaced))

    def _fan(self) -> pl.DataFrame:
        periods, groups = self.periods, len(self.groups)
        points = np.quantile(self.curves, PERCENTILES, axis=0).reshape(len(PERCENTILES), -1)
        named = {f"p{100 * p:02.0f}": row for p, row in zip(PERCENTILES, points, strict=True)}
        when = {"period": np.tile(np.arange(1, periods + 1), groups), "day": np.tile(self.edges[1:], groups)}
        mean = {"mean": self.curves.mean(axis=0, dtype=np.float64).ravel()}
        of = np.repeat(np.arange(groups), periods)
        return pl.concat([self.groups[of], pl.DataFrame({**when, **mean, **named})], how="horizontal")

    def _each(self, times: int) -> pl.DataFrame:
        """Sample and replicate, each as often as it has rows."""
        sample = np.repeat(np.arange(self.count), times)
        return pl.DataFrame({"sample": sample, "replicate": self.replicate[sample]})
