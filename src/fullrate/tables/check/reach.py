"""The earliest day on which each item can be at each site, and what follows for needs.

A process can start when every slot has an item, an item is there when one process or lane brings it: an
and-or graph. Days only ever fall in the rounds below, so the result is the least fixed point: cycles that feed
themselves from nothing stay unreached. It is a lower bound: quantities and capacities play no part.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, inf

import numpy as np
from numpy.typing import NDArray

from fullrate.tables.check.dates import end_of
from fullrate.tables.check.network import Floats, Network, days_after
from fullrate.tables.check.windows import Windows, limits, no_limits, site_days
from fullrate.tables.model import Origin, Tables
from fullrate.tables.problem import Problem

ROUNDS = 3000
"""Longest way through the network that is followed; beyond it nothing is claimed."""

BLOCK = 2_000_000
"""Cells of lanes times items that are handled at once."""


@dataclass(frozen=True)
class Reach:
    """Earliest days.

    Attributes:
        day: Shape (sites, items); inf where an item can never be.
        ready: First day each process has its inputs; inf if never.
        complete: False when ``ROUNDS`` were not enough.
    """

    day: Floats
    ready: Floats
    complete: bool


def earliest(net: Network, windows: Windows) -> Reach:
    """The least fixed point of arrivals."""
    day = np.full((len(net.sites), len(net.items)), inf)
    counts = windows.stock
    np.minimum.at(day, (net.stock_site[counts], net.stock_item[counts]), net.stock_day[counts])
    ready = np.full(len(net.process_row), inf)
    sent = np.full_like(day, inf)
    for _ in range(ROUNDS):
        before = day.copy()
        ready = _ready(net, day)
        _make(net, windows, ready, day)
        _ship_named(net, windows, day)
        news = (day != sent).any(axis=1)
        sent = day.copy()
        _ship_any(net, windows, news, day)
        np.minimum.at(day, (net.used_site, net.used_failed), day[net.used_site, net.used_item])
        if np.array_equal(before, day):
            return Reach(day, ready, True)
    return Reach(day, ready, False)


def _ready(net: Network, day: Floats) -> Floats:
    """First day on which every slot of a process can be filled."""
    ready = np.zeros(len(net.process_row))
    if len(net.input_slot):
        there = day[net.process_site[net.input_process], net.input_item] - net.input_offset
        slot = np.full(len(net.slot_process), inf)
        np.minimum.at(slot, net.input_slot, there)
        np.maximum.at(ready, net.slot_process, slot)
    return ready


def _make(net: Network, windows: Windows, ready: Floats, day: Floats) -> None:
    start = np.maximum(ready[windows.process], windows.process_from)
    start[start >= windows.process_to] = inf
    first = np.full(len(net.process_row), inf)
    np.minimum.at(first, windows.process, start)
    done = first[net.output_process] + net.output_lead
    np.minimum.at(day, (net.process_site[net.output_process], net.output_item), done)


def _ship_named(net: Network, windows: Windows, day: Floats) -> None:
    named = net.lane_item[windows.lane] >= 0
    lane = windows.lane[named]
    start = np.maximum(day[net.lane_from[lane], net.lane_item[lane]], windows.lane_from[named])
    start[start >= windows.lane_to[named]] = inf
    np.minimum.at(day, (net.lane_to[lane], net.lane_item[lane]), start + net.lane_lead[lane])


def _ship_any(net: Network, windows: Windows, news: NDArray[np.bool_], day: Floats) -> None:
    """Lanes for any item, all items at once, from the sites where something has changed."""
    live = np.flatnonzero(np.isfinite(day).any(axis=0))
    lane_of = windows.lane
    part = np.flatnonzero((net.lane_item[lane_of] < 0) & news[net.lane_from[lane_of]])
    part = part[np.argsort(net.lane_to[lane_of[part]], kind="stable")]
    step = max(1, BLOCK // max(len(live), 1))
    for at in range(0, len(part), step):
        block = part[at : at + step]
        lane = lane_of[block]
        start = np.maximum(day[np.ix_(net.lane_from[lane], live)], windows.lane_from[block, None])
        start[start >= windows.lane_to[block, None]] = inf
        start += net.lane_lead[lane, None]
        ends, place = np.unique(net.lane_to[lane], return_index=True)
        where = np.ix_(ends, live)
        day[where] = np.minimum(day[where], np.minimum.reduceat(start, place, axis=0))


def reach(tables: Tables, net: Network) -> Iterator[Problem]:
    """Needs that nothing can supply in time, or at all, and processes that can never start.

    With leads rounded down or smeared the plan may be early by a period a stage, so only what can never come is
    then said to stay out.
    """
    names = ("items", "sites", "processes", "recipients", "needs", "recipe", "lanes", "stock")
    readable = all(tables.origins.get(name, Origin()).readable for name in names)
    if not (readable and net.items and net.sites):
        return
    free = earliest(net, limits(tables, net, restricted=False))
    bare = free
    if not (np.isfinite(free.ready).all() and _all_reached(tables, net, free)):
        bare = earliest(net, no_limits(net))
    barred = free
    if tables.frames["restrictions"].height:
        barred = earliest(net, limits(tables, net, restricted=True))
    if not (free.complete and bare.complete and barred.complete):
        return
    yield from _never_start(tables, net, bare)
    yield from _needs(tables, net, bare, free, barred)


@dataclass(frozen=True)
class Want:
    """A need by number: row, site, items that count, promised day (NaN without one)."""

    row: int
    site: int
    items: list[int]
    due: float
    from_day: float
    to_day: float

    def day(self, found: Reach) -> float:
        """Earliest day any of the items can be handed over there."""
        there = min((float(found.day[self.site, item]) for item in self.items), default=inf)
        first = max(there, self.from_day)
        return first if first < self.to_day else inf


def _wants(tables: Tables, net: Network) -> list[Want]:
    """Every need with a quantity whose names exist, from the day its site is open."""
    site_no = {name: i for i, name in enumerate(net.sites)}
    at = dict(tables.frames["recipients"].select("recipient", "site").drop_nulls().iter_rows())
    items = tables.filled("items").unique("item", keep="first", maintain_order=True)
    counting: dict[str, list[int]] = {}
    for i, (item, family, value) in enumerate(items.drop_nulls("item").select("item", "family", "value").iter_rows()):
        counts = value is None or value > 0
        for name in (item, family):
            if name is not None:
                counting.setdefault(name, []).extend([i] if counts else [])
    needs = tables.filled("needs")
    due = days_after(needs["due"], tables.config.start).tolist()
    begin = np.nan_to_num(days_after(needs["from"], tables.config.start), nan=0.0).tolist()
    opens, closes = site_days(tables)
    wants = []
    columns = needs.select("recipient", "item", "qty").iter_rows()
    for row, (recipient, item, qty) in enumerate(columns):
        site = site_no.get(at.get(recipient, ""))
        if site is not None and item in counting and qty is not None and qty > 0:
            first = max(begin[row], float(opens[site]))
            wants.append(Want(row, site, counting[item], due[row], first, float(closes[site])))
    return wants


def _end(tables: Tables) -> float:
    """Day from which an arrival is too late for the plan."""
    return tables.config.horizon_d if tables.config.lead_rounding == "ceil" else inf


def _all_reached(tables: Tables, net: Network, found: Reach) -> bool:
    end = _end(tables)
    return all(want.day(found) < end for want in _wants(tables, net))


def _needs(tables: Tables, net: Network, bare: Reach, free: Reach, barred: Reach) -> Iterator[Problem]:
    end = _end(tables)
    for want in _wants(tables, net):
        if not any(np.isfinite(bare.day[want.site, item]) for item in want.items):
            yield _unreachable(tables, net, want, bare)
        elif want.from_day >= tables.config.horizon_d:
            continue  # said elsewhere: it exists only after the plan
        elif want.day(free) >= end:
            yield _too_late(tables, want, want.day(free))
        elif want.day(barred) >= end:
            yield _restricted(tables, want)
        elif want.day(barred) > want.due + 1e-9:
            yield _promised_early(tables, want, want.day(barred))


def _date(tables: Tables, day: float) -> date:
    """The date that many days after the start; the last there is when it is beyond all calendars."""
    most = (date.max - tables.config.start).days
    return tables.config.start + timedelta(days=min(ceil(day - 1e-9), most))


def _unreachable(tables: Tables, net: Network, want: Want, bare: Reach) -> Problem:
    need = tables.frames["needs"]
    name, recipient = need["item"][want.row], need["recipient"][want.row]
    made = np.isin(net.output_item, want.items)
    held = np.isin(net.stock_item, want.items)
    if not made.any() and not held.any():
        found = f"no process makes `{name}` and none is in stock"
        if not want.items:
            found = f"no unit of `{name}` counts: its `value` is 0"
        return Problem(
            "FR301",
            "need that nothing makes",
            "needs",
            want.row,
            "item",
            found=found,
            allowed="an item that a process makes or that is in stock",
            help="add a row to processes.csv whose `item` it is",
        )
    there = np.flatnonzero(np.isfinite(bare.day[:, want.items]).any(axis=1))
    site = net.sites[want.site]
    if len(there):
        places = _list([net.sites[i] for i in there])
        found = f"`{name}` gets to {places}, but no lane leads on to `{site}` of `{recipient}`"
        help_ = "add a row to lanes.csv, or check `from`, `to` and `item` of the lanes"
    else:
        rows = sorted({int(net.process_row[p]) for p in net.output_process[made]})
        names = _list([str(tables.frames["processes"]["process"][row]) for row in rows])
        found = f"`{name}` is made by {names}, which can never start"
        help_ = "see the warnings FR305 for what is missing"
    return Problem(
        "FR302",
        "need that nothing can reach",
        "needs",
        want.row,
        "item",
        found=found,
        allowed=f"a way from a process or from stock to `{site}`",
        help=help_,
    )


def _list(names: list[str], most: int = 4) -> str:
    shown = ", ".join(f"`{name}`" for name in names[:most])
    return shown + (f" and {len(names) - most} more" if len(names) > most else "")


def _too_late(tables: Tables, want: Want, day: float) -> Problem:
    name, end = tables.frames["needs"]["item"][want.row], end_of(tables)
    if np.isfinite(day):
        found = f"the first `{name}` can arrive on {_date(tables, day)}, the plan ends on {end}"
        help_ = "raise `periods` in scenario.toml"
    else:
        found = f"every way to `{name}` is shut: a site is closed, or a capacity is 0"
        help_ = "look for `closes`, for rates and capacities of 0, and for resources without a build"
    return Problem(
        "FR313",
        "nothing arrives before the plan ends",
        "needs",
        want.row,
        "item",
        found=found,
        help=help_,
    )


def _restricted(tables: Tables, want: Want) -> Problem:
    name = tables.frames["needs"]["item"][want.row]
    return Problem(
        "FR303",
        "only restricted sources",
        "needs",
        want.row,
        "item",
        found=f"without restrictions.csv `{name}` would arrive; with it nothing does",
        help="the need stays unmet in the plan; a lawful second source would change that",
    )


def _promised_early(tables: Tables, want: Want, day: float) -> Problem:
    first = _date(tables, day)
    start = tables.config.start
    past = f" (the plan starts on {start})" if want.due < 0 else ""
    return Problem(
        "FR403",
        "promise earlier than possible",
        "needs",
        want.row,
        "due",
        found=f"the earliest possible date is {first}{past}",
        allowed=f"{first} or later",
        help="lead times alone take that long; quantities and capacities come on top",
    )


def _never_start(tables: Tables, net: Network, bare: Reach) -> Iterator[Problem]:
    """Processes with a slot that nothing can fill, however long one waits."""
    idle = np.flatnonzero(~np.isfinite(bare.ready))
    for process in idle.tolist():
        mine = np.flatnonzero(net.input_process == process)
        there = np.isfinite(bare.day[net.process_site[process], net.input_item[mine]])
        filled = set(net.input_slot[mine[there]].tolist())
        empty = [i for i in mine.tolist() if int(net.input_slot[i]) not in filled]
        missing = list(dict.fromkeys(net.items[net.input_item[i]] for i in empty))
        site = net.sites[net.process_site[process]]
        yield Problem(
            "FR305",
            "process that can never start",
            "processes",
            int(net.process_row[process]),
            "process",
            found=f"{_list(missing)} can never be at `{site}`",
            help="add a process, a lane or stock that brings it there",
        )
