"""When a process may start, a lane may ship, a receipt may come: intervals of days from the start.

Most rows have one interval, from the opening of their site on. Only rows that something special happens to
are looked at one by one: a capacity of zero, a series, a gate, a restriction.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fullrate.tables.check.network import Floats, Ints, Network, days_after
from fullrate.tables.model import Tables

Intervals = tuple[tuple[float, float], ...]
ALWAYS: Intervals = ((0.0, inf),)


def both(one: Intervals, other: Intervals) -> Intervals:
    """The days that lie in both.

    >>> both(((0, 5), (8, 9)), ((3, 20),))
    ((3, 5), (8, 9))
    """
    cut = ((max(a, c), min(b, d)) for a, b in one for c, d in other)
    return tuple((a, b) for a, b in cut if a < b)


def either(one: Intervals, other: Intervals) -> Intervals:
    """The days that lie in one or the other, sorted and joined.

    >>> either(((0, 5),), ((3, 7), (9, 10)))
    ((0, 7), (9, 10))
    """
    joined: list[tuple[float, float]] = []
    for a, b in sorted((*one, *other)):
        if joined and a <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], b))
        else:
            joined.append((a, b))
    return tuple(joined)


def outside(barred: Intervals) -> Intervals:
    """The days from the start that lie in none of the intervals.

    >>> outside(((2, 5),))
    ((0.0, 2), (5, inf))
    """
    free: Intervals = ALWAYS
    for a, b in barred:
        free = both(free, ((-inf, a), (b, inf)))
    return free


@dataclass(frozen=True)
class Windows:
    """Intervals of every process, lane and stock row, flattened: one entry per interval.

    Attributes:
        process, process_from, process_to: Number of the process, first day, day after the last.
        lane, lane_from, lane_to: The same of lanes.
        stock: Whether each stock row counts.
    """

    process: Ints
    process_from: Floats
    process_to: Floats
    lane: Ints
    lane_from: Floats
    lane_to: Floats
    stock: NDArray[np.bool_]


def no_limits(net: Network) -> Windows:
    """Everything may happen at any time: only the shape of the network counts."""
    processes, lanes = np.arange(len(net.process_row)), np.arange(len(net.lane_row))
    zero, never = np.zeros, np.full
    return Windows(
        processes,
        zero(len(processes)),
        never(len(processes), inf),
        lanes,
        zero(len(lanes)),
        never(len(lanes), inf),
        np.ones(len(net.stock_row), bool),
    )


def limits(tables: Tables, net: Network, restricted: bool) -> Windows:
    """What sites, capacities, gates and, if asked for, restrictions leave open."""
    process, lane = _special_processes(tables, net), _special_lanes(tables, net)
    stock = np.ones(len(net.stock_row), bool)
    if restricted:
        _bar(tables, net, process, lane, stock)
    opens, closes = site_days(tables)
    flat_process = _flatten(process, opens[net.process_site], closes[net.process_site])
    flat_lane = _flatten(lane, opens[net.lane_from], closes[net.lane_from])
    if tables.config.lead_rounding != "ceil":  # such plans may be early, so nothing closes on them for certain
        flat_process[2][:], flat_lane[2][:] = inf, inf
    return Windows(*flat_process, *flat_lane, stock)


def _flatten(special: dict[int, Intervals], opens: Floats, closes: Floats) -> tuple[Ints, Floats, Floats]:
    plain = np.setdiff1d(np.arange(len(opens)), np.array(list(special), np.int64))
    cut = [
        (i, a, b)
        for i, intervals in special.items()
        for a, b in both(intervals, ((float(opens[i]), float(closes[i])),))
    ]
    extra = np.array(cut, float).reshape(-1, 3)
    return (
        np.concatenate([plain, extra[:, 0].astype(np.int64)]),
        np.concatenate([opens[plain], extra[:, 1]]),
        np.concatenate([closes[plain], extra[:, 2]]),
    )


def site_days(tables: Tables) -> tuple[Floats, Floats]:
    """First day and the day after the last of each site, counted from the start."""
    frame = tables.frames["sites"].drop_nulls("site").unique("site", keep="first", maintain_order=True)
    opens = days_after(frame["opens"], tables.config.start)
    closes = days_after(frame["closes"], tables.config.start)
    if tables.config.lead_rounding != "ceil":
        closes[:] = np.nan
    return np.maximum(np.nan_to_num(opens, nan=0.0), 0.0), np.nan_to_num(closes + 1, nan=inf)


def _steps(tables: Tables, table: str, column: str) -> dict[str, list[tuple[float, float]]]:
    """Key -> (day, value) of every series of a column, in order of days."""
    if tables.frames["series"].is_empty():
        return {}
    frame = tables.frames["series"].filter((pl.col("table") == table) & (pl.col("column") == column))
    frame = frame.drop_nulls(["key", "date", "value"]).sort("date")
    days = days_after(frame["date"], tables.config.start)
    steps: dict[str, list[tuple[float, float]]] = {}
    for key, day, value in zip(frame["key"], days.tolist(), frame["value"], strict=True):
        steps.setdefault(key, []).append((day, value))
    return steps


def _above_zero(value: float | None, steps: list[tuple[float, float]]) -> Intervals:
    """Days on which a step function is above zero."""
    found: Intervals = ()
    begin, now = -inf, value or 0.0
    for day, next_value in [*steps, (inf, 0.0)]:
        if now > 0:
            found = either(found, ((max(begin, 0.0), day),)) if day > 0 else found
        begin, now = day, next_value
    return found


def _rates(tables: Tables, table: str, column: str, key: str) -> dict[str, Intervals]:
    """Key -> days above zero, for rows whose value is 0 or changes."""
    frame = tables.filled(table).select(key, column).drop_nulls(key)
    steps = _steps(tables, table, column)
    special = frame.filter((pl.col(column) <= 0) | pl.col(key).is_in(pl.Series(list(steps), dtype=pl.String).implode()))
    return {name: _above_zero(value, steps.get(name, [])) for name, value in special.iter_rows()}


def _special_processes(tables: Tables, net: Network) -> dict[int, Intervals]:
    names = tables.frames["processes"]["process"]
    number = {names[row]: i for i, row in enumerate(net.process_row.tolist())}
    special: dict[int, Intervals] = {}

    def narrow(name: str, intervals: Intervals) -> None:
        if name in number:
            i = number[name]
            special[i] = both(special.get(i, ALWAYS), intervals)

    for name, intervals in _rates(tables, "processes", "max_rate", "process").items():
        narrow(name, intervals)
    gates = gate_days(tables)
    gated = tables.frames["processes"].select("process", "gate").drop_nulls()
    for name, gate in gated.iter_rows():
        if gates.get(gate, 0.0) > 0:
            narrow(name, ((gates[gate], inf),))
    capacity = _capacities(tables, gates)
    if capacity:
        uses = tables.filled("uses").filter(
            (pl.col("qty") > 0) & pl.col("resource").is_in(pl.Series(list(capacity), dtype=pl.String).implode())
        )
        for user, resource in uses.select("user", "resource").iter_rows():
            narrow(user, capacity[resource])
    return special


def _capacities(tables: Tables, gates: dict[str, float]) -> dict[str, Intervals]:
    """Resource -> days with capacity, for those without, with a series, or without people."""
    capacity = _rates(tables, "resources", "capacity", "resource")
    for name, ready in _builds(tables, gates):
        if name in capacity:
            capacity[name] = either(capacity[name], ((ready, inf),))
    pools = tables.filled("pools")
    if pools.is_empty():
        return capacity
    idle = pools.filter((pl.col("heads") <= 0) | (pl.col("hours") <= 0)).drop_nulls("pool")
    hired = {row["pool"]: _first_hires(row) for row in idle.iter_rows(named=True)}
    staffed = tables.frames["resources"].select("resource", "pool").drop_nulls()
    for name, pool in staffed.filter(pl.col("pool").is_in(idle["pool"].implode())).iter_rows():
        capacity[name] = both(capacity.get(name, ALWAYS), hired[pool])
    return capacity


def _first_hires(pool: dict[str, Any]) -> Intervals:
    """Days on which a pool without heads has people: those who were hired first, and never where none can be."""
    if not (pool["hours"] > 0 and pool["hire_max"] > 0) or pool["trainer_h"] > 0:
        return ()
    return ((0.0 if pool["train_eff"] > 0 else pool["train_d"], inf),)


def _builds(tables: Tables, gates: dict[str, float]) -> Iterator[tuple[str, float]]:
    """Resource and first day with capacity of every build that can be made."""
    if tables.frames["builds"].is_empty():
        return
    frame = tables.filled("builds").filter(pl.col("max") > 0)
    opens = np.maximum(days_after(frame["opens"], tables.config.start), 0.0)
    columns = frame.select("resource", "gate", "lead_d", "ramp", "risk_gate").drop_nulls(["resource", "lead_d"])
    if columns.height < frame.height:
        return
    for day, (resource, gate, lead, ramp, risk) in zip(opens.tolist(), columns.iter_rows(), strict=True):
        passed = gates.get(gate, 0.0)
        ready = max(day, passed) + lead if risk is None else max(day + lead, passed)
        yield resource, ready + _ramp_delay(tables, ramp)


def _ramp_delay(tables: Tables, curve: str | None) -> float:
    """Age from which a ramp is above zero."""
    points = tables.frames["curves"].filter(pl.col("curve") == (curve or "")).drop_nulls(["x", "y"])
    before = 0.0
    for x, y in points.select("x", "y").iter_rows():
        if y > 0:
            return max(before, 0.0)
        before = x
    return inf if points.height else 0.0


def _special_lanes(tables: Tables, net: Network) -> dict[int, Intervals]:
    rates = _rates(tables, "lanes", "capacity", "lane")
    if not rates:
        return {}
    names = tables.frames["lanes"]["lane"].to_list()
    return {i: rates[names[row]] for i, row in enumerate(net.lane_row.tolist()) if names[row] in rates}


def gate_days(tables: Tables) -> dict[str, float]:
    """Earliest day each gate can be passed when every first try passes; cycles are left out."""
    if tables.frames["gates"].is_empty():
        return {}
    frame = tables.filled("gates").select("gate", "duration_d").drop_nulls()
    length: dict[str, float] = dict(frame.iter_rows())
    waits: dict[str, list[tuple[str, str, float, float]]] = {}
    links = tables.filled("links").select("before", "after", "kind", "lag_d", "overlap")
    for before, after, kind, lag, overlap in links.drop_nulls().iter_rows():
        if before in length and after in length:
            waits.setdefault(after, []).append((before, kind, lag, overlap))
    begins = dict.fromkeys(length, 0.0)
    for _ in range(len(waits) + 1):
        moved = False
        for after, before in waits.items():
            day = max(
                begins[g] + lag + (0.0 if kind == "SS" else length[g] * (1 - overlap))
                for g, kind, lag, overlap in before
            )
            if day > begins[after] + 1e-9 and day < 1e7:
                begins[after], moved = day, True
        if not moved:
            break
    return {gate: begins[gate] + length[gate] for gate in length}


def _bar(
    tables: Tables,
    net: Network,
    process: dict[int, Intervals],
    lane: dict[int, Intervals],
    stock: NDArray[np.bool_],
) -> None:
    """Cuts out the days on which a restriction is in force.

    Receipts that fall into them never come. Goods held are out of reach only when they are barred as well, from
    their first day on and for good.
    """
    start = tables.config.start
    frame = tables.filled("restrictions").drop_nulls(["kind", "target"])
    begins = np.maximum(np.nan_to_num(days_after(frame["from"], start), nan=0.0), 0.0)
    ends = np.nan_to_num(days_after(frame["to"], start) + 1, nan=inf)
    lanes = {name: np.array(tables.frames["lanes"][name].to_list(), object)[net.lane_row] for name in LANES}
    for rule, begin, end in zip(frame.iter_rows(named=True), begins, ends, strict=True):
        free = outside(((float(begin), float(end)),))
        sites, items = _hit(tables, net, rule)
        carried = np.where(net.lane_item >= 0, items[net.lane_item], items.all())
        output = np.zeros(len(net.process_row), bool)
        output[net.output_process[items[net.output_item]]] = True
        if rule["kind"] in LANES:
            shut = carried & (lanes[rule["kind"]] == rule["target"])
        elif rule["kind"] == "resource":
            shut = np.zeros(len(carried), bool)
            for i in np.flatnonzero(_loading(tables, net, rule["target"]) & output).tolist():
                process[i] = both(process.get(i, ALWAYS), free)
        else:
            shut = carried & (sites[net.lane_from] | sites[net.lane_to])
            for i in np.flatnonzero(sites[net.process_site] & output).tolist():
                process[i] = both(process.get(i, ALWAYS), free)
            due = (net.stock_day > 0) & (net.stock_day < end)
            held = bool(rule["stock"]) & (end == inf)
            here = sites[net.stock_site] & items[net.stock_item] & (net.stock_day >= begin)
            stock &= ~(here & (due | held))
        for i in np.flatnonzero(shut).tolist():
            lane[i] = both(lane.get(i, ALWAYS), free)


LANES = ("lane", "corridor")
"""Kinds of restrictions that speak of lanes, and the column that names them."""


def _loading(tables: Tables, net: Network, resource: str) -> NDArray[np.bool_]:
    """Processes that load a resource."""
    uses = tables.filled("uses")
    users = set(uses.filter((uses["resource"] == resource) & (uses["qty"] > 0))["user"].to_list())
    names = np.array(tables.frames["processes"]["process"].to_list(), object)[net.process_row]
    return np.array([name in users for name in names], bool)


def _hit(tables: Tables, net: Network, rule: dict[str, object]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Sites and items a restriction speaks of."""
    kind, target = rule["kind"], rule["target"]
    item = target if kind == "item" else rule["item"]
    items = np.array([item in ("*", name) for name in net.items], bool)
    sites = np.ones(len(net.sites), bool)
    if kind in ("site", "region", "owner"):
        place = tables.frames["sites"].drop_nulls("site").unique("site", keep="first", maintain_order=True)
        sites = (place[str(kind)] == target).fill_null(False).to_numpy().astype(bool)
    return sites, items
