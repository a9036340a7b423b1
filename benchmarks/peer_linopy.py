"""The same plan in linopy: every row and column of our unpruned program, on labelled arrays, to a HiGHS object.

Written for speed as its documentation advises: sparse model (ragged rows, no padding), one grouped sum per variable and
lead, no names in the solver. It knows the rules that the scenarios of ``benchmarks.generator`` use and no others:
weekly periods, leads in whole weeks, no alternates, gates, restrictions or lots. Nothing of fullrate's case, rules or
kernel is used; tables arrive as polars frames.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import highspy
import linopy
import numpy as np
import pandas as pd
import polars as pl
import xarray as xr
from numpy.typing import NDArray

from fullrate.tables import Tables

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
linopy.options["semantics"] = "v1"


@dataclass(frozen=True)
class Data:
    """What the model needs, as arrays; positions are row numbers of the tables or of the lists made here."""

    tables: Tables
    weeks: int
    edges: Floats
    point: Ints  # position of (site, item), shape (sites, items), -1 where there is none
    points: int
    ship_lane: Ints
    ship_item: Ints

    def frame(self, name: str) -> pl.DataFrame:
        """A table with defaults filled in."""
        return self.tables.filled(name)

    def column(self, table: str, column: str) -> Floats:
        """A numeric column."""
        return self.frame(table)[column].cast(pl.Float64).to_numpy()

    def at(self, table: str, column: str, target: str) -> Ints:
        """Row of the table ``target`` that a column names; -1 when blank."""
        return _row(self.frame(table)[column], self.frame(target).to_series(0))

    def day(self, table: str, column: str) -> Floats:
        """Days after the start; NaN when blank."""
        start = pl.lit(self.tables.config.start)
        days = self.frame(table).select((pl.col(column) - start).dt.total_days())
        return days.to_series().cast(pl.Float64).to_numpy()

    def by_week(self, table: str, column: str, per_day: bool = True) -> Floats:
        """Values over time with the steps of ``series`` (which all fall on the first day of a week), shape (rows, weeks)."""
        key = self.frame(table).to_series(0)
        values = np.repeat(self.column(table, column)[:, None], self.weeks, axis=1)
        steps = self.frame("series").filter((pl.col("table") == table) & (pl.col("column") == column)).sort("date")
        if len(steps):
            row, day = _row(steps["key"], key), (steps["date"] - self.tables.config.start).dt.total_days().to_numpy()
            for one, week, value in zip(row, day // 7, steps["value"].to_numpy(), strict=True):
                values[one, week:] = value
        return values * np.diff(self.edges) if per_day else values


def _row(names: pl.Series, keys: pl.Series) -> Ints:
    index = pl.DataFrame({"key": keys, "row": np.arange(len(keys))})
    found = pl.DataFrame({"key": names}).join(index, on="key", how="left", maintain_order="left")
    return found["row"].fill_null(-1).to_numpy()


def data_of(tables: Tables) -> Data:
    """Stock points and shipments: what is made, used, kept or needed somewhere, and what lanes can bring."""
    weeks = tables.config.periods
    bare = Data(tables, weeks, 7.0 * np.arange(weeks + 1), np.zeros((0, 0), np.int64), 0, *np.zeros((2, 0), np.int64))
    origin, end = bare.at("lanes", "from", "sites"), bare.at("lanes", "to", "sites")
    item, named = bare.at("lanes", "item", "items"), np.flatnonzero(bare.at("lanes", "item", "items") >= 0)
    here = np.zeros((len(bare.frame("sites")), len(bare.frame("items"))), bool)
    site, process = bare.at("processes", "site", "sites"), bare.at("recipe", "process", "processes")
    here[site, bare.at("processes", "item", "items")] = True
    here[bare.at("stock", "site", "sites"), bare.at("stock", "item", "items")] = True
    here[end[named], item[named]] = True
    star = np.flatnonzero(item < 0)  # lanes for any item leave depots, which lanes for one item reach
    which, carried = np.nonzero(here[origin[star]])
    lane = np.concatenate([named, star[which]])
    what = np.concatenate([item[named], carried])
    here[end[lane], what] = True
    here[site[process], bare.at("recipe", "item", "items")] = True
    point = np.full(here.shape, -1)
    point[here] = np.arange(here.sum())
    return Data(tables, weeks, bare.edges, point, int(here.sum()), lane, what)


@dataclass(frozen=True)
class Program:
    """The linopy model being written."""

    model: linopy.Model
    data: Data
    time: pd.Index

    def add(self, name: str, size: int, **bounds: Any) -> linopy.Variable:
        """Variables of one verb, by element and week."""
        coords = [pd.RangeIndex(size, name=name), self.time]
        return self.model.add_variables(lower=0, coords=coords, name=name, **bounds)

    def along(self, name: str, values: Floats) -> xr.DataArray:
        """An array on the elements of a verb, or on elements and weeks."""
        dims = [name, "time"][: values.ndim]
        coords = {name: np.arange(len(values)), **({"time": self.time} if values.ndim == 2 else {})}
        return xr.DataArray(values, coords=coords, dims=dims)

    def grouped(self, term: Any, name: str, to: str, group: Ints, size: int) -> Any:
        """The sum over elements of each group (-1: left out), on all ``size`` groups."""
        inside = np.flatnonzero(group >= 0)
        key = pd.Series(group[inside], index=pd.RangeIndex(len(group), name=name)[inside], name=to)
        return term.isel({name: inside}).groupby(key).sum().reindex({to: np.arange(size)}, fill_value=0)

    def late(self, term: Any, name: str, weeks: Ints, to: str, group: Ints, size: int) -> Iterator[Any]:
        """The same, felt after each element's lead: one grouped sum per distinct lead."""
        for lead in np.unique(weeks):
            some = np.flatnonzero(weeks == lead)
            moved = term.isel({name: some})
            if lead:
                moved = moved.shift(time=int(lead)).fillna(0)
            key = pd.Series(group[some], index=pd.Index(some, name=name), name=to)
            yield moved.groupby(key).sum().reindex({to: np.arange(size)}, fill_value=0)
