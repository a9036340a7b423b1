"""The same plan in linopy: every row and column of our unpruned program, on labelled arrays, to a HiGHS object.

Written for speed: whole blocks at a time, variables moved by their leads as arrays of labels, one grouped sum per
family of rows, no names in the solver; ``sparse=True`` is linopy's newer path without padding. It knows the rules that
the scenarios of ``benchmarks.generator`` use and no others: weekly periods, leads in whole weeks, no alternates, gates,
restrictions or lots. It shares nothing with fullrate's case, rules and kernel; tables arrive as polars frames.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import highspy
import linopy
import numpy as np
import pandas as pd
import xarray as xr

from benchmarks.peer_data import Data, Floats, Ints, data_of
from fullrate.tables import Tables

linopy.options["semantics"] = "v1"


@dataclass(frozen=True)
class Entry:
    """Rows of a variable with coefficients, shape (rows,) or (rows, weeks), felt ``lag`` weeks later in ``group``."""

    variable: linopy.Variable
    row: Ints
    coefficient: Floats
    group: Ints
    lag: Ints | int = 0


@dataclass(frozen=True)
class Program:
    """The linopy model being written."""

    model: linopy.Model
    data: Data
    labels: bool

    def add(self, name: str, size: int, lower: float = 0.0, weeks: int | None = None) -> linopy.Variable:
        """Variables of one verb, by element and week."""
        coords = [pd.RangeIndex(size, name=name), pd.RangeIndex(weeks or self.data.weeks, name="time")]
        return self.model.add_variables(lower=lower, coords=coords, name=name)

    def total(self, name: str, lower: float, size: int) -> linopy.Variable:
        """Variables without time."""
        return self.model.add_variables(lower=lower, coords=[pd.RangeIndex(size, name=name)], name=name)

    def sums(self, entries: Sequence[Entry], to: str) -> linopy.LinearExpression:
        """The entries of each group and week added up."""
        return _sums_of_labels(self, entries, to) if self.labels else _sums_of_expressions(self, entries, to)

    def hold_to(self, name: str, left: Any, sign: str, right: Any) -> None:
        """Add rows."""
        self.model.add_constraints(left, sign, right, name=name)


def build(tables: Tables, sparse: bool = True, labels: bool = False) -> highspy.Highs:
    """The first stage of time as a HiGHS object ready to run.

    Args:
        tables: the scenario.
        sparse: linopy's path without padding.
        labels: sums from arrays of variable labels instead of from expressions.
    """
    program = Program(linopy.Model(sparse=sparse), data_of(tables), labels)
    sizes = program.data.sizes
    verbs = ("make", "ship", "hold", "waste", "deliver", "build", "ready", "owe")
    columns = {verb: program.add(verb, sizes[verb]) for verb in verbs}
    columns["carry"] = program.add("carry", sizes["fund"], weeks=program.data.weeks - 1)
    for name in ("spend", "wait", "burden", "worst"):
        columns[name] = program.total(name, -np.inf, sizes[name])
    for family in (_limits, _items, _hours, _money, _builds, _waiting):
        family(program, columns)
    program.model.add_objective(1 * columns["burden"].isel(burden=0))
    return program.model.to_highspy()


def _sums_of_expressions(program: Program, entries: Sequence[Entry], to: str) -> linopy.LinearExpression:
    """By linopy's own verbs: pick, scale, shift by each lead, group, and add up."""
    weeks = pd.RangeIndex(program.data.weeks, name="time")
    groups = pd.Index(np.unique(np.concatenate([one.group for one in entries])), name=to)
    parts = []
    for one in entries:
        name = one.variable.dims[0]
        picked = one.variable.isel({name: xr.DataArray(one.row, dims="entry")}).to_linexpr().drop_vars(name)
        term = picked.assign_coords(entry=np.arange(len(one.row))) * _by("entry", one.coefficient)
        if len(term.indexes["time"]) < len(weeks):
            term = term.reindex(time=weeks).fillna(0)
        lag = np.broadcast_to(one.lag, len(one.row))
        for weeks_late in np.unique(lag):
            some = np.flatnonzero(lag == weeks_late)
            felt = term.isel(entry=some)
            if weeks_late:
                felt = felt.shift(time=int(weeks_late)).fillna(0)
            group = pd.Series(one.group[some], index=pd.Index(some, name="entry"), name=to)
            parts.append(felt.groupby(group).sum().reindex({to: groups}).fillna(0))
    return linopy.merge(parts, cls=linopy.LinearExpression)


def _sums_of_labels(program: Program, entries: Sequence[Entry], to: str) -> linopy.LinearExpression:
    """By arrays: labels of all variables moved by their leads, then one grouped sum."""
    weeks = np.arange(program.data.weeks)
    labels, values = [], []
    for one in entries:
        when = weeks[None, :] - np.broadcast_to(one.lag, len(one.row))[:, None]
        known = one.variable.labels.values
        inside = (when >= 0) & (when < known.shape[1])
        labels.append(np.where(inside, known[one.row[:, None], np.where(inside, when, 0)], -1))
        worth = one.coefficient if one.coefficient.ndim == 2 else one.coefficient[:, None]
        values.append(np.take_along_axis(worth, np.clip(when, 0, worth.shape[1] - 1), axis=1))
    places = ("entry", "time", "_term")
    data = xr.Dataset(
        {
            "coeffs": (places, np.concatenate(values)[:, :, None]),
            "vars": (places, np.concatenate(labels)[:, :, None]),
        },
        coords={"entry": np.arange(sum(map(len, labels))), "time": pd.RangeIndex(len(weeks), name="time")},
    )
    group = pd.Series(np.concatenate([one.group for one in entries]), name=to).rename_axis("entry")
    return linopy.LinearExpression(data, program.model).groupby(group).sum()


def _by(name: str, values: Floats, row: Ints | None = None) -> xr.DataArray:
    """An array on the elements of a verb and weeks, or on elements alone."""
    index = np.arange(len(values)) if row is None else row
    coords = {name: index, **({"time": np.arange(values.shape[1])} if values.ndim == 2 else {})}
    return xr.DataArray(values, coords=coords, dims=[name, "time"][: values.ndim])


def _limits(program: Program, columns: dict[str, Any]) -> None:
    """Rates of suppliers, room, openings of needs, whole needs."""
    data = program.data
    rate = data.by_week("processes", "max_rate") * 7
    some = np.flatnonzero(np.isfinite(rate[:, 0]))
    program.hold_to("make_rate", 1 * columns["make"].isel(make=some), "<=", _by("make", rate[some], some))
    some = np.flatnonzero(np.isfinite(data.room[:, 0]))
    program.hold_to("hold_room", 1 * columns["hold"].isel(hold=some), "<=", _by("hold", data.room[some], some))
    early = _by("deliver", np.arange(data.weeks)[None, :] < data.need_week[:, None])
    program.hold_to("opens", (1 * columns["deliver"]).where(early), "<=", 0)
    program.hold_to("need", columns["deliver"].sum("time"), "<=", _by("deliver", data.column("needs", "qty")))
    capacity = np.repeat(data.column("lanes", "capacity")[:, None] * 7, data.weeks, axis=1)
    some, finite = np.flatnonzero(np.isfinite(capacity[data.ship_lane, 0])), np.flatnonzero(np.isfinite(capacity[:, 0]))
    load = program.sums([Entry(columns["ship"], some, np.ones(len(some)), data.ship_lane[some])], "lane")
    program.hold_to("ship_capacity", load, "<=", _by("lane", capacity[finite], finite))


def _items(program: Program, columns: dict[str, Any]) -> None:
    """One balance per stock point and week."""
    data = program.data
    site = data.at("processes", "site", "sites")
    output = data.point[site, data.at("processes", "item", "items")]
    process, every = data.at("recipe", "process", "processes"), np.arange(data.points)
    part = data.point[site[process], data.at("recipe", "item", "items")]
    lane, ship, make = data.ship_lane, np.arange(len(data.ship_lane)), np.arange(len(site))
    good = data.by_week("processes", "yield") * data.column("processes", "out_qty")[:, None]
    kept, under_way = 1 - data.column("lanes", "loss")[lane], data.weeks_of("lanes", "lead_d")[lane]
    home = data.at("recipients", "site", "sites")[data.at("needs", "recipient", "recipients")]
    asked = data.point[home, data.at("needs", "item", "items")]
    one = np.ones(data.points)
    balance = program.sums(
        [
            Entry(columns["hold"], every, -one, every),
            Entry(columns["hold"], every, one, every, 1),
            Entry(columns["waste"], every, -one, every),
            Entry(columns["make"], make, good, output, data.weeks_of("processes", "lead_d")),
            Entry(columns["make"], process, -data.column("recipe", "qty"), part),
            Entry(columns["ship"], ship, -np.ones(len(ship)), data.origin),
            Entry(columns["ship"], ship, kept, data.destination, under_way),
            Entry(columns["deliver"], np.arange(len(asked)), -np.ones(len(asked)), asked),
        ],
        "point",
    )
    program.hold_to("items", balance, "==", _by("point", -data.received))


def _hours(program: Program, columns: dict[str, Any]) -> None:
    """Load on resources and on the hours of those who staff them."""
    data = program.data
    user, used, qty = (
        data.at("uses", "user", "processes"),
        data.at("uses", "resource", "resources"),
        data.column("uses", "qty"),
    )
    builds, add = data.at("builds", "resource", "resources"), data.column("builds", "add") * 7
    load = [Entry(columns["make"], user, qty, used), Entry(columns["ready"], np.arange(len(builds)), -add, builds)]
    program.hold_to(
        "hours", program.sums(load, "resource"), "<=", _by("resource", data.by_week("resources", "capacity") * 7)
    )
    pool = data.at("resources", "pool", "pools")[used]
    some = np.flatnonzero(pool >= 0)
    worked = program.sums([Entry(columns["make"], user[some], qty[some], pool[some])], "pool")
    left = (1 - data.column("pools", "quit"))[:, None] ** (data.edges[None, 1:] / 365)
    hours = (data.column("pools", "heads") * data.column("pools", "hours") * 7)[:, None] * left
    program.hold_to("labour", worked, "<=", _by("pool", hours))


def _money(program: Program, columns: dict[str, Any]) -> None:
    """What funds spend and carry, and the sum of everything."""
    data, weeks = program.data, program.data.weeks
    user, used, qty = (
        data.at("uses", "user", "processes"),
        data.at("uses", "resource", "resources"),
        data.column("uses", "qty"),
    )
    pool = data.at("resources", "pool", "pools")[used]
    some, kept = np.flatnonzero(pool >= 0), np.flatnonzero(data.hold_cost > 0)
    wage = qty[some] * data.column("pools", "wage")[pool[some]]
    usual = lambda size: np.full(size, data.usual)  # noqa: E731
    charges = [
        Entry(
            columns["make"],
            np.arange(data.sizes["make"]),
            data.column("processes", "unit_cost"),
            usual(data.sizes["make"]),
        ),
        Entry(columns["make"], user[some], wage, usual(len(some))),
        Entry(
            columns["ship"],
            np.arange(len(data.ship_lane)),
            data.column("lanes", "unit_cost")[data.ship_lane],
            usual(len(data.ship_lane)),
        ),
        Entry(columns["hold"], kept, data.hold_cost[kept] * 7, usual(len(kept))),
        Entry(
            columns["build"],
            np.arange(data.sizes["build"]),
            data.column("builds", "capex"),
            data.at("builds", "fund", "funds"),
        ),
    ]
    funds = np.arange(data.sizes["fund"])
    carried = [
        Entry(columns["carry"], funds, np.ones(len(funds)), funds),
        Entry(columns["carry"], funds, -np.ones(len(funds)), funds, 1),
    ]
    program.hold_to("money", program.sums([*charges, *carried], "fund"), "<=", _by("fund", data.allotted[:, :weeks]))
    spent = program.sums(charges, "fund").sum()
    program.hold_to("spend", spent - columns["spend"].sum(), "==", 0)


def _builds(program: Program, columns: dict[str, Any]) -> None:
    """How many builds, and how many work: the ramp's steps after each build's lead."""
    data = program.data
    build, ready, every = columns["build"], columns["ready"], np.arange(data.sizes["build"])
    program.hold_to("build_max", build.sum("time"), "<=", _by("build", data.column("builds", "max")))
    which, age = np.nonzero(data.ramp)
    works = [
        Entry(ready, every, np.ones(len(every)), every),
        Entry(ready, every, -np.ones(len(every)), every, 1),
        Entry(build, which, -data.ramp[which, age], which, age),
    ]
    program.hold_to(
        "build_ready", _sums_of_labels(program, works, "work"), "==", 0
    )  # dozens of lags: labels throughout


def _waiting(program: Program, columns: dict[str, Any]) -> None:
    """Mean wait of each recipient, by class the sum and the worst, and need that accrues."""
    data = program.data
    deliver, wait = columns["deliver"], columns["wait"]
    key = pd.Series(data.group_of, name="wait").rename_axis("deliver")
    eased = (deliver * _by("deliver", data.relief)).sum("time").groupby(key).sum()
    program.hold_to("wait", wait + eased, "==", _by("wait", data.unmet))
    cls = pd.Series(data.group_class, name="burden").rename_axis("wait")
    burden = (wait * _by("wait", data.weight)).groupby(cls).sum()
    program.hold_to("burden", burden - columns["burden"], "==", 0)
    worst = (
        columns["worst"]
        .isel(worst=data.group_class)
        .rename(worst="wait")
        .assign_coords(wait=np.arange(len(data.weight)))
    )
    program.hold_to("worst", wait - worst, "<=", 0)
    accruing = np.flatnonzero(data.accruing)
    every = np.arange(len(accruing))
    owed = [
        Entry(columns["owe"], every, np.ones(len(every)), every),
        Entry(columns["owe"], every, -np.ones(len(every)), every, 1),
        Entry(deliver, accruing, np.ones(len(every)), every),
    ]
    if len(accruing):
        program.hold_to("accrue", program.sums(owed, "due"), "==", _by("due", data.arises[accruing]))
