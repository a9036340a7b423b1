"""What a case derives, once more in plain Python: definitions written down, nothing clever, nothing shared.

Days are counted from the start, periods from 0; ``edges[t]`` and ``edges[t + 1]`` are the two ends of period ``t``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import pairwise
from math import inf
from typing import Any

from fullrate.tables import Tables

Row = dict[str, Any]
Edges = Sequence[float]
SAME = 1e-9


def edges_of(tables: Tables) -> list[float]:
    """Ends of the periods, the start in front."""
    config = tables.config
    edges = [0.0]
    for count, days in config.calendar or ((config.periods, config.period_d),):
        for _ in range(count):
            edges.append(edges[-1] + days)
    return edges


def day(tables: Tables, when: date | None, blank: float) -> float:
    return blank if when is None else float((when - tables.config.start).days)


def periods(edges: Edges) -> range:
    return range(len(edges) - 1)


# --- when things come ---------------------------------------------------------------------------


def arrives(edges: Edges, start: int, lead: float, rounding: str) -> dict[int, float]:
    """Share that arrives in each period of what starts in one."""
    begin, end = edges[start], edges[start + 1]
    if rounding == "kernel":
        shares = {t: overlap(begin + lead, end + lead, edges[t], edges[t + 1]) / (end - begin) for t in periods(edges)}
        return {t: share for t, share in shares.items() if share > SAME}
    if rounding == "ceil":
        late = [t for t in periods(edges) if edges[t] >= begin + lead - SAME and edges[t + 1] >= end + lead - SAME]
        return {late[0]: 1.0} if late else {}
    return {t: 1.0 for t in periods(edges) if edges[t] <= begin + lead + SAME < edges[t + 1]}


def overlap(a: float, b: float, c: float, d: float) -> float:
    """Length of the common part of (a, b) and (c, d)."""
    return max(min(b, d) - max(a, c), 0.0)


def first_usable(edges: Edges, when: float, rounding: str) -> int:
    """First period in which something from day ``when`` may be used; T when none."""
    for t in periods(edges):
        if rounding == "floor" and (edges[t] <= when + SAME < edges[t + 1] or when < edges[0]):
            return t
        if rounding != "floor" and edges[t] >= when - SAME:
            return t
    return len(edges) - 1


def usable_count(edges: Edges, when: float, rounding: str) -> int:
    """Number of periods that may be used of something that ends on day ``when``."""
    if rounding == "floor":
        return sum(edges[t] < when - SAME for t in periods(edges))
    return sum(edges[t + 1] <= when + SAME for t in periods(edges))


# --- values that change -------------------------------------------------------------------------


def moving(tables: Tables, table: str, key: str, column: str, base: float) -> Callable[[float], float]:
    """The cell as a function of the day."""
    changes = sorted(
        (day(tables, row["date"], 0.0), row["value"])
        for row in tables.rows("series")
        if (row["table"], row["key"], row["column"]) == (table, key, column)
    )

    def at(when: float) -> float:
        return next((value for begin, value in reversed(changes) if begin <= when), base)

    return at


def pieces(edges: Edges, t: int, at: Callable[[float], float], steps: int = 840) -> list[float]:
    """Values in the middles of many small parts of a period; dates lie between them."""
    length = (edges[t + 1] - edges[t]) / steps
    return [at(edges[t] + (k + 0.5) * length) for k in range(steps)]


def limit(edges: Edges, t: int, at: Callable[[float], float], rounding: str) -> float:
    """A capacity in a period: the least for ceil, the largest for floor, the mean for kernel."""
    values = pieces(edges, t, at)
    return {"ceil": min, "floor": max, "kernel": mean}[rounding](values)


def price(edges: Edges, t: int, at: Callable[[float], float]) -> float:
    return mean(pieces(edges, t, at))


def mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


# --- builds -------------------------------------------------------------------------------------


def works(curve: Sequence[tuple[float, float]], life: float, age: float) -> float:
    """Share of a build that works at an age: piecewise linear, flat outside, later points count at a jump."""
    if not 0 <= age < life:
        return 0.0
    if age < curve[0][0]:
        return curve[0][1]
    for (x0, y0), (x1, y1) in pairwise(curve):
        if x0 <= age < x1:
            return y0 + (y1 - y0) * (age - x0) / (x1 - x0)
    return curve[-1][1]


# --- needs --------------------------------------------------------------------------------------


def arisen(tables: Tables, need: Row, edges: Edges, when: float) -> float:
    """Need that is there just before day ``when``."""
    first = first_usable(edges, day(tables, need["from"], 0.0), tables.config.lead_rounding)
    if first == len(edges) - 1:
        return 0.0
    begin = edges[first]
    end = day(tables, need["until"], begin)
    if when <= begin + SAME:
        return 0.0
    share = 1.0 if end <= begin + SAME else min((when - begin) / (end - begin), 1.0)
    return float(need["qty"]) * share


# --- gates --------------------------------------------------------------------------------------


def outcomes(gate: Row) -> Iterator[tuple[float, float]]:
    """Days a gate may last, with their odds; infinite when every try fails."""
    retry = gate["duration_d"] if gate["retry_d"] is None else gate["retry_d"]
    left = 1.0
    for failures in range(gate["max_tries"]):
        passes = 1 - (1 - gate["pass"]) * (1 - gate["fix"]) ** failures
        yield gate["duration_d"] + failures * retry, left * passes
        left *= 1 - passes
    if left > 0:
        yield inf, left


def span(name: str, lasts: dict[str, float], gates: dict[str, Row], links: list[Row]) -> tuple[float, float]:
    """Days a gate begins and is passed: the longest of all chains of links that lead to it.

    What was begun before a gate in front of it passed is done again in part if that one's first try failed, which is so
    when it lasted longer than one.
    """
    days, before = [0.0], []
    for link in links:
        if link["after"] == name:
            first = link["before"]
            began, passed = span(first, lasts, gates, links)
            done = passed - link["overlap"] * gates[first]["duration_d"]
            days.append((began if link["kind"] == "SS" else done) + link["lag_d"])
            before.append((passed, lasts[first] > gates[first]["duration_d"], link["redo"]))
    begin = max(days)
    again = max((redo for passed, failed, redo in before if failed and begin < passed), default=0.0)
    return begin, begin + lasts[name] + again * gates[name]["duration_d"]


# --- restrictions -------------------------------------------------------------------------------


def in_force(tables: Tables, one: Row, edges: Edges, t: int) -> bool:
    """Whether a restriction covers any part of a period."""
    first, last = day(tables, one["from"], -inf), day(tables, one["to"], inf)
    return overlap(edges[t], edges[t + 1], first, last) > SAME


def about_site(one: Row, site: Row) -> bool:
    kind, target = one["kind"], one["target"]
    return bool(kind == "item" or (kind in ("site", "region", "owner") and site[kind] == target))


def about_item(one: Row, item: str) -> bool:
    return (one["target"] if one["kind"] == "item" else one["item"]) in ("*", item)
