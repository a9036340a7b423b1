"""Cycles without lead time: of processes and lanes, and of gates that wait for each other.

What goes round in no time would satisfy every balance and come from nothing. A cycle of stock points
projects to a closed walk over sites and to one over items, so two small graphs are looked at first and
only what is on a cycle in one of them is spelled out.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fullrate.tables.check.graphs import components, one_cycle
from fullrate.tables.check.network import Floats, Ints, Network, numbers
from fullrate.tables.model import Tables
from fullrate.tables.problem import Problem

TOUCH = 1e-9
Edge = tuple[int, int, str, int]
"""From stock point, to stock point, table and row of what connects them."""


def cycles(tables: Tables, net: Network) -> Iterator[Problem]:
    """Every cycle of processes and lanes whose lead times round to nothing; one problem per knot."""
    edges = _edges(tables, net)
    nodes = {node: i for i, node in enumerate(dict.fromkeys(n for e in edges for n in e[:2]))}
    source = np.array([nodes[edge[0]] for edge in edges], np.int64)
    target = np.array([nodes[edge[1]] for edge in edges], np.int64)
    label = components(source, target, len(nodes))
    for knot in range(int(label.max(initial=-1)) + 1):
        inside = np.flatnonzero((label[source] == knot) & (label[target] == knot))
        mine = [edges[i] for i in inside]
        path = [mine[i] for i in one_cycle([edge[:2] for edge in mine])]
        if path:
            yield _problem(tables, net, path)


def _longest(tables: Tables) -> float:
    config = tables.config
    return max((days for _, days in config.calendar), default=config.period_d)


def _instant(tables: Tables, lead: Floats) -> NDArray[np.bool_]:
    """Leads that arrive in the period they start in, on the rounding in use.

    Rounded down or smeared, a lead shorter than the longest period may arrive at once: a repair loop of three days each
    way is an instant one in weeks.
    """
    if tables.config.lead_rounding == "ceil":
        return lead <= TOUCH
    return lead < _longest(tables) - TOUCH


def _edges(tables: Tables, net: Network) -> list[Edge]:
    """Instant edges that may lie on a cycle."""
    pairs = _process_pairs(tables, net)
    lane = np.flatnonzero(_instant(tables, net.lane_lead))
    site_knot = components(net.lane_from[lane], net.lane_to[lane], len(net.sites))
    item_knot = components(pairs[0], pairs[1], len(net.items))
    a, b = site_knot[net.lane_from[lane]], site_knot[net.lane_to[lane]]
    lane = lane[(a == b) & (a >= 0)]
    looping = np.flatnonzero(item_knot >= 0)
    width = len(net.items) + 1
    edges: list[Edge] = []
    for place in lane.tolist():
        begin, end = int(net.lane_from[place]), int(net.lane_to[place])
        item = int(net.lane_item[place])
        carried = [item] if item >= 0 else _carried(net, lane, looping)
        row = int(net.lane_row[place])
        edges += [(begin * width + i, end * width + i, "lanes", row) for i in carried]
    same = (item_knot[pairs[0]] == item_knot[pairs[1]]) & (item_knot[pairs[0]] >= 0)
    for item_in, item_out, process in zip(*(part[same].tolist() for part in pairs), strict=True):
        site = int(net.process_site[process])
        row = int(net.process_row[process])
        edges.append((site * width + item_in, site * width + item_out, "processes", row))
    return edges


def _carried(net: Network, lane: Ints, looping: Ints) -> list[int]:
    """Items a lane for any item must be looked at with; one more stands for all the rest."""
    named = np.unique(net.lane_item[lane])
    return [*np.union1d(named[named >= 0], looping).tolist(), len(net.items)]


def _process_pairs(tables: Tables, net: Network) -> tuple[Ints, Ints, Ints]:
    """Input item, output item and process of everything that is put out the moment it is taken in."""
    takes = pl.DataFrame({"process": net.input_process, "a": net.input_item, "offset": net.input_offset})
    gives = pl.DataFrame({"process": net.output_process, "b": net.output_item, "lead": net.output_lead})
    both = takes.join(gives, on="process")
    process = both["process"].to_numpy()
    fast = _instant(tables, (both["lead"] - both["offset"]).to_numpy())
    return both["a"].to_numpy()[fast], both["b"].to_numpy()[fast], process[fast]


def _problem(tables: Tables, net: Network, path: list[Edge]) -> Problem:
    width = len(net.items) + 1
    steps = []
    for source, _, table, row in path:
        site, item = divmod(source, width)
        name = net.items[item] if item < len(net.items) else "any item"
        steps.append(f"{name} at {net.sites[site]} -> `{tables.keys(table)[row]}`")
    place = next((edge for edge in path if edge[2] == "lanes"), path[0])
    rounding = tables.config.lead_rounding
    if rounding == "ceil":
        help_ = "give one of them a lead time above 0"
    else:
        help_ = f'with lead_rounding = "{rounding}" leads below a period are none; use "ceil"'
    return Problem(
        "FR304",
        "cycle without lead time",
        place[2],
        place[3],
        "lead_d",
        found="goods go round in no time: " + ", ".join(steps),
        allowed="a lead time above 0 somewhere on the way round",
        help=help_,
        details=tuple({"table": table, "key": tables.keys(table)[row]} for _, _, table, row in path),
    )


def gate_cycles(tables: Tables) -> Iterator[Problem]:
    """Gates that wait for each other, so that none is ever passed."""
    if tables.frames["links"].is_empty():
        return
    links = tables.frames["links"].with_row_index("row").drop_nulls(["before", "after"])
    names = pl.concat([links["before"], links["after"]]).unique(maintain_order=True).to_list()
    source, target = numbers(links["before"], names), numbers(links["after"], names)
    label = components(source, target, len(names))
    for knot in range(int(label.max(initial=-1)) + 1):
        inside = np.flatnonzero((label[source] == knot) & (label[target] == knot))
        ends = [(int(source[i]), int(target[i])) for i in inside]
        path = [int(inside[i]) for i in one_cycle(ends)]
        chain = " -> ".join(f"`{names[source[i]]}`" for i in path)
        yield Problem(
            "FR310",
            "gates that wait for each other",
            "links",
            int(links["row"][path[0]]),
            "before",
            found=f"{chain} -> `{names[source[path[0]]]}`",
            allowed="an order in which every gate comes after the ones it waits for",
            help="remove one of these links",
        )
