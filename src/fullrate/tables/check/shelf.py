"""Rules of goods that do not keep: lanes that go round in a circle, lanes that are too long."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

import numpy as np
import polars as pl

from fullrate.tables.check.graphs import closure
from fullrate.tables.check.network import Network
from fullrate.tables.model import Tables
from fullrate.tables.problem import Problem

Lane = tuple[int, int, int]
"""Position of a lane, and the sites at which it begins and ends."""


def shelf(tables: Tables, net: Network) -> Iterator[Problem]:
    """Every problem of items with a shelf life."""
    items = tables.filled("items").with_row_index("row").unique("item", keep="first", maintain_order=True)
    lives = {
        name: float(life)
        for name, life in items.select("item", "shelf_life_d").drop_nulls().iter_rows()
        if life < float("inf") and name in net.items
    }
    longest = max((days for _, days in tables.config.calendar), default=tables.config.period_d)
    for item, life in lives.items():
        if life < longest and tables.config.lead_rounding == "ceil":
            yield _short(items, item, life, longest)
        yield from _item(tables, net, item, life, longest)


def _short(items: pl.DataFrame, item: str, life: float, longest: float) -> Problem:
    return Problem(
        "FR344",
        "keeps for less than a period",
        "items",
        items["row"][items["item"].to_list().index(item)],
        "shelf_life_d",
        found=f"it keeps for {life:.10g} days, a period lasts up to {longest:.10g}: it is used in the period in which "
        "it is made or received or not at all, and stock at the start is wasted",
        help="shorten `period_d`, at least as long as this item matters",
    )


def _item(tables: Tables, net: Network, item: str, life: float, longest: float) -> Iterator[Problem]:
    number = net.items.index(item)
    sources = set(net.process_site[net.output_process[net.output_item == number]].tolist())
    sources |= set(net.stock_site[net.stock_item == number].tolist())
    carries = (net.lane_item == number) | (net.lane_item == -1)
    every = [(int(i), int(net.lane_from[i]), int(net.lane_to[i])) for i in np.flatnonzero(carries)]
    reached = closure(sources, [(begin, end) for _, begin, end in every])
    used = closure(_consumers(tables, net, number), [(end, begin) for _, begin, end in every])
    lanes = [lane for lane in every if lane[1] in reached and lane[2] in used]
    circle = _circle(lanes)
    if circle is not None:
        yield Problem(
            "FR342",
            "goods that do not keep in a circle",
            "lanes",
            int(net.lane_row[circle]),
            "item",
            found=f"`{item}` keeps for {life:.10g} days and could be sent round by this lane and others for ever",
            allowed=f"lanes for `{item}` that lead from its sources to its users only",
            help="name in `item` what the lane is for, once for each item that goes that way",
        )
        return
    step = longest if tables.config.lead_rounding == "ceil" else 0.0
    rounded = " (leads rounded up to whole periods)" if step else ""
    for lane, there in _late(net, lanes, sources, life, step).items():
        yield Problem(
            "FR343",
            "way too long for what keeps so short",
            "lanes",
            int(net.lane_row[lane]),
            "lead_d",
            found=f"`{item}` would be {there:.10g} days old when it arrives{rounded} and keeps for {life:.10g}",
            allowed=f"a way of at most {life:.10g} days from where it is made or in stock",
            help="the plan sends none of it on this lane",
        )


def _late(net: Network, lanes: list[Lane], sources: set[int], life: float, step: float) -> dict[int, float]:
    """Age on arrival by lane, for lanes on which an item comes too late; leads rounded up to multiples of ``step``."""
    age = dict.fromkeys(sources, 0.0)
    late: dict[int, float] = {}
    for _ in range(len(lanes) + 1):
        before = dict(age)
        late = {}
        for lane, begin, end in lanes:
            if begin in before:
                lead = float(net.lane_lead[lane])
                there = before[begin] + (ceil(lead / step - 1e-9) * step if step else lead)
                if there > life + 1e-9:
                    late[lane] = there
                else:
                    age[end] = max(age.get(end, 0.0), there)
        if age == before:
            break
    return late


def _consumers(tables: Tables, net: Network, number: int) -> set[int]:
    """Sites at which an item is needed or taken in."""
    item = net.items[number]
    family = dict(tables.frames["items"].select("item", "family").iter_rows()).get(item)
    home = dict(tables.frames["recipients"].select("recipient", "site").iter_rows())
    asked = {
        home.get(who)
        for who, what in tables.frames["needs"].select("recipient", "item").iter_rows()
        if what in (item, family) and what is not None
    }
    places = {name: at for at, name in enumerate(net.sites)}
    taken = net.process_site[net.input_process[net.input_item == number]].tolist()
    return {places[site] for site in asked if site in places} | set(taken)


def _circle(lanes: list[Lane]) -> int | None:
    """A lane that is part of a circle, the first as written; None when there is no circle."""
    waiting = lanes
    while True:
        begins, ends = {lane[1] for lane in waiting}, {lane[2] for lane in waiting}
        left = [lane for lane in waiting if lane[1] in ends and lane[2] in begins]
        if len(left) == len(waiting):
            break
        waiting = left
    for number, begin, end in waiting:
        if begin in closure({end}, [(lane[1], lane[2]) for lane in waiting]):
            return number
    return None
