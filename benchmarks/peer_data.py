"""What a peer's model needs from the tables, as arrays worked out by itself: points, leads in weeks, needs over time.

Plain polars and numpy, nothing of fullrate's case; only what the scenarios of ``benchmarks.generator`` use.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fullrate.tables import Tables

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Data:
    """Tables and what follows from them; positions are row numbers of tables.

    Attributes:
        tables: the scenario.
        weeks: number of periods.
        point: stock point of (site, item), shape (sites, items), -1 where there is none.
        points: number of stock points.
        ship_lane: lane of each shipment (one per lane and item).
        ship_item: item of each shipment.
    """

    tables: Tables
    weeks: int
    point: Ints
    points: int
    ship_lane: Ints
    ship_item: Ints

    def column(self, table: str, column: str) -> Floats:
        """A numeric column with defaults filled in."""
        return self.tables.filled(table)[column].cast(pl.Float64).to_numpy()

    def at(self, table: str, column: str, target: str) -> Ints:
        """Row of the table ``target`` that a column names; -1 when blank."""
        return _row(self.tables.filled(table)[column], self.tables.filled(target).to_series(0))

    def days(self, table: str, column: str) -> Floats:
        """Days after the start; NaN when blank."""
        return _days(self.tables, self.tables.filled(table)[column])

    def weeks_of(self, table: str, column: str) -> Ints:
        """A lead in weeks."""
        return np.ceil(self.column(table, column) / 7 - 1e-9).astype(np.int64)

    def by_week(self, table: str, column: str) -> Floats:
        """Values with the steps of ``series``, all of which fall on the first day of a week; shape (rows, weeks)."""
        values = np.repeat(self.column(table, column)[:, None], self.weeks, axis=1)
        steps = (
            self.tables.filled("series").filter((pl.col("table") == table) & (pl.col("column") == column)).sort("date")
        )
        row, week = _row(steps["key"], self.tables.filled(table).to_series(0)), _days(self.tables, steps["date"]) // 7
        for one, first, value in zip(row, week.astype(int), steps["value"].to_numpy(), strict=True):
            values[one, first:] = value
        return values

    @cached_property
    def edges(self) -> Floats:
        """Ends of the weeks in days."""
        return 7.0 * np.arange(self.weeks + 1)

    @cached_property
    def origin(self) -> Ints:
        """Stock point each shipment leaves."""
        return self.point[self.at("lanes", "from", "sites")[self.ship_lane], self.ship_item]

    @cached_property
    def destination(self) -> Ints:
        """Stock point each shipment goes to."""
        return self.point[self.at("lanes", "to", "sites")[self.ship_lane], self.ship_item]

    @cached_property
    def stock_at(self) -> Ints:
        """Stock point of each row of ``stock``."""
        return self.point[self.at("stock", "site", "sites"), self.at("stock", "item", "items")]

    @cached_property
    def received(self) -> Floats:
        """What is in stock at the start or due later, shape (points, weeks)."""
        week = np.ceil(np.nan_to_num(self.days("stock", "date")) / 7 - 1e-9).astype(np.int64)
        inside = week < self.weeks
        received = np.zeros((self.points, self.weeks))
        np.add.at(received, (self.stock_at[inside], week[inside]), self.column("stock", "qty")[inside])
        return received

    @cached_property
    def room(self) -> Floats:
        """Most each stock point may hold, by week."""
        room = np.full(self.points, np.inf)
        np.minimum.at(room, self.stock_at, self.column("stock", "max"))
        return np.repeat(room[:, None], self.weeks, axis=1)

    @cached_property
    def hold_cost(self) -> Floats:
        """Cost of keeping a unit for a day at each stock point."""
        item = np.nonzero(self.point >= 0)[1]
        return self.column("items", "hold_cost")[item]

    @cached_property
    def usual(self) -> int:
        """The fund that pays where no other is named."""
        return self.tables.filled("funds")["fund"].to_list().index(self.tables.config.fund)

    @cached_property
    def allotted(self) -> Floats:
        """Money by fund and week."""
        allotted = np.zeros((len(self.tables.filled("funds")), self.weeks))
        week = np.ceil(self.days("allotments", "date") / 7 - 1e-9).astype(np.int64)
        inside = week < self.weeks
        fund = self.at("allotments", "fund", "funds")
        np.add.at(allotted, (fund[inside], week[inside]), self.column("allotments", "amount")[inside])
        return allotted

    @cached_property
    def ramp(self) -> Floats:
        """Change of the working share of each build by weeks since its start, shape (builds, weeks)."""
        curves = {name: frame for (name,), frame in self.tables.filled("curves").group_by("curve")}
        lead, life = self.column("builds", "lead_d"), np.arange(self.weeks) * 7.0
        share = np.zeros((len(lead), self.weeks))
        for row, name in enumerate(self.tables.filled("builds")["ramp"].to_list()):
            x, y = curves[name]["x"].to_numpy(), curves[name]["y"].to_numpy()
            age = life - lead[row]  # at the beginning of the week, when it works least
            share[row] = np.where(age >= 0, np.interp(age, x, y), 0.0)
        change = np.diff(share, axis=1, prepend=0.0)
        return np.where(np.abs(change) > 1e-9, change, 0.0)

    @cached_property
    def need_week(self) -> Ints:
        """First week in which each need exists."""
        return np.ceil(self.days("needs", "from") / 7 - 1e-9).astype(np.int64)

    @cached_property
    def accruing(self) -> NDArray[np.bool_]:
        """Needs that come into being over time."""
        return ~np.isnan(self.days("needs", "until"))

    @cached_property
    def arises(self) -> Floats:
        """Need that comes into being in each week, shape (needs, weeks)."""
        begin, end = self.edges[self.need_week], self.days("needs", "until")
        share = np.clip((self.edges[None, 1:] - begin[:, None]) / (end - begin)[:, None], 0, 1)
        whole = (
            np.where(np.isnan(share), self.edges[None, 1:] > begin[:, None], share)
            * self.column("needs", "qty")[:, None]
        )
        return np.diff(whole, axis=1, prepend=0.0)

    @cached_property
    def _groups(self) -> tuple[Ints, Ints]:
        """Recipients that need something, and the group of each need."""
        recipient, group = np.unique(self.at("needs", "recipient", "recipients"), return_inverse=True)
        return recipient, group

    @property
    def group_of(self) -> Ints:
        """Waiting group of each need: its recipient."""
        return self._groups[1]

    @cached_property
    def group_class(self) -> Ints:
        """Position of each group's class among the classes."""
        return np.unique(self.column("recipients", "class")[self._groups[0]], return_inverse=True)[1]

    @cached_property
    def weight(self) -> Floats:
        """Weight of each group."""
        return self.column("recipients", "weight")[self._groups[0]]

    @cached_property
    def _share(self) -> Floats:
        return 1 / np.bincount(self.group_of)[self.group_of]

    @cached_property
    def relief(self) -> Floats:
        """Days by which a unit delivered in each week shortens its recipient's mean wait, shape (needs, weeks)."""
        horizon, middle = self.edges[-1], (self.edges[1:] + self.edges[:-1]) / 2
        saved = horizon - middle + self.tables.config.tail * horizon
        return saved[None, :] * (self._share / self.column("needs", "qty"))[:, None]

    @cached_property
    def unmet(self) -> Floats:
        """Mean wait of each group when nothing is delivered."""
        begin, end = self.edges[self.need_week], self.days("needs", "until")
        from_ = np.where(np.isnan(end), begin, (begin + end) / 2)
        wait = self.edges[-1] - from_ + self.tables.config.tail * self.edges[-1]
        return np.bincount(self.group_of, wait * self._share)

    @cached_property
    def sizes(self) -> dict[str, int]:
        """Number of elements of each verb."""
        return {
            "make": len(self.tables.filled("processes")),
            "ship": len(self.ship_lane),
            "hold": self.points,
            "waste": self.points,
            "deliver": len(self.tables.filled("needs")),
            "build": len(self.tables.filled("builds")),
            "ready": len(self.tables.filled("builds")),
            "owe": int(self.accruing.sum()),
            "fund": len(self.tables.filled("funds")),
            "spend": 1,
            "wait": len(self.weight),
            "burden": int(self.group_class.max()) + 1,
            "worst": int(self.group_class.max()) + 1,
        }


def data_of(tables: Tables) -> Data:
    """Stock points and shipments: what is made, used, kept or needed somewhere, and what lanes can bring."""
    bare = Data(tables, tables.config.periods, np.zeros((0, 0), np.int64), 0, *np.zeros((2, 0), np.int64))
    origin, end, item = (
        bare.at("lanes", "from", "sites"),
        bare.at("lanes", "to", "sites"),
        bare.at("lanes", "item", "items"),
    )
    single, star = np.flatnonzero(item >= 0), np.flatnonzero(item < 0)
    here = np.zeros((len(tables.filled("sites")), len(tables.filled("items"))), bool)
    site, process = bare.at("processes", "site", "sites"), bare.at("recipe", "process", "processes")
    here[site, bare.at("processes", "item", "items")] = True
    here[bare.at("stock", "site", "sites"), bare.at("stock", "item", "items")] = True
    here[end[single], item[single]] = True
    which, carried = np.nonzero(here[origin[star]])  # lanes for any item leave depots; lanes for one item reach them
    lane, what = np.concatenate([single, star[which]]), np.concatenate([item[single], carried])
    here[end[lane], what] = True
    here[site[process], bare.at("recipe", "item", "items")] = True
    home = bare.at("recipients", "site", "sites")[bare.at("needs", "recipient", "recipients")]
    here[home, bare.at("needs", "item", "items")] = True
    point = np.full(here.shape, -1)
    point[here] = np.arange(here.sum())
    return Data(tables, bare.weeks, point, int(here.sum()), lane, what)


def _days(tables: Tables, dates: pl.Series) -> Floats:
    return (dates - tables.config.start).dt.total_days().cast(pl.Float64).fill_null(float("nan")).to_numpy()


def _row(names: pl.Series, keys: pl.Series) -> Ints:
    index = pl.DataFrame({"key": keys, "row": np.arange(len(keys))})
    found = pl.DataFrame({"key": names}).join(index, on="key", how="left", maintain_order="left")
    return found["row"].fill_null(-1).to_numpy()
