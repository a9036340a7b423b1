"""The calendar and the time-varying cells once more, in plain Python, for the checks.

Nothing here is shared with ``fullrate.case`` or ``fullrate.calendar``: a mistake there must show up as a disagreement.
Periods are counted from 1; ``edges[t]`` is the end of period t in days after the start.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import accumulate, pairwise
from math import log, log2
from typing import Any, Protocol

from fullrate.results import Plan
from fullrate.tables import Tables


class Edges(Protocol):
    """Ends of the periods in days after the start, beginning with 0: a list or an array."""

    def __getitem__(self, period: int, /) -> Any:
        """End of a period."""

    def __len__(self) -> int:
        """Number of periods and one."""


class Kept(Protocol):
    """A plan, as far as the entries of a column go."""

    def __getitem__(self, column: str, /) -> Any:
        """Entries of a column."""


SAME = 1e-9
"""Days within which two instants are the same."""


def day(tables: Tables, when: date | None, blank: float) -> float:
    """Days from the start to a date; ``blank`` when there is none."""
    return blank if when is None else float((when - tables.config.start).days)


def arrival(edges: Edges, period: int, lead: float, rounding: str) -> list[tuple[int, float]]:
    """Periods in which what starts in ``period`` arrives, with the share of it; nothing after the horizon."""
    begin, end = edges[period - 1], edges[period]
    last = len(edges) - 1
    if rounding == "kernel":
        shares = []
        for t in range(period, last + 1):
            share = (min(end + lead, edges[t]) - max(begin + lead, edges[t - 1])) / (end - begin)
            if share > SAME:
                shares.append((t, share))
        return shares
    for t in range(period, last + 1):
        if rounding == "ceil" and edges[t - 1] >= begin + lead - SAME and edges[t] >= end + lead - SAME:
            return [(t, 1.0)]
        if rounding == "floor" and edges[t - 1] <= begin + lead + SAME < edges[t]:
            return [(t, 1.0)]
    return []


def usable(edges: Edges, when: float, rounding: str) -> int:
    """First period in which something that comes into being on day ``when`` may be used; T + 1 if none."""
    for t in range(1, len(edges)):
        if rounding == "floor" and when + SAME < edges[t]:
            return t
        if rounding != "floor" and edges[t - 1] >= when - SAME:
            return t
    return len(edges)


def usable_until(edges: Edges, when: float, rounding: str) -> int:
    """Last period in which something that ends on day ``when`` may be used; 0 if none."""
    last = 0
    for t in range(1, len(edges)):
        inside = edges[t - 1] < when - SAME if rounding == "floor" else edges[t] <= when + SAME
        if inside:
            last = t
    return last


class Steps:
    """Cells that change over time, by table, key and column."""

    def __init__(self, tables: Tables) -> None:
        """Gather the rows of ``series``."""
        self.changes: dict[tuple[str, str, str], list[tuple[float, float]]] = {}
        for row in tables.rows("series"):
            address = (row["table"], row["key"], row["column"])
            self.changes.setdefault(address, []).append((day(tables, row["date"], 0.0), row["value"]))
        for rows in self.changes.values():
            rows.sort()

    def pieces(
        self, table: str, row: dict[str, Any], column: str, begin: float, end: float
    ) -> Iterator[tuple[float, float]]:
        """Values and lengths in days of a cell between two days."""
        key = row[{"processes": "process", "resources": "resource", "lanes": "lane", "builds": "build"}[table]]
        value, at = row[column], begin
        for when, new in self.changes.get((table, key, column), []):
            if when >= end - SAME:
                break
            if when > at + SAME:
                yield value, when - at
                at = when
            value = new
        yield value, end - at

    def capacity(self, table: str, row: dict[str, Any], column: str, edges: Edges, period: int, rounding: str) -> float:
        """Value of a limit in a period: the least for ceil, the largest for floor, the mean for kernel."""
        parts = list(self.pieces(table, row, column, edges[period - 1], edges[period]))
        if rounding == "ceil":
            return min(value for value, _ in parts)
        if rounding == "floor":
            return max(value for value, _ in parts)
        return self._mean(parts)

    def price(self, table: str, row: dict[str, Any], column: str, edges: Edges, period: int) -> float:
        """Mean of a price or yield in a period."""
        return self._mean(list(self.pieces(table, row, column, edges[period - 1], edges[period])))

    @staticmethod
    def _mean(parts: list[tuple[float, float]]) -> float:
        return sum(value * length for value, length in parts) / sum(length for _, length in parts)


def barred(tables: Tables, edges: Edges, restriction: dict[str, Any], period: int) -> bool:
    """Whether a restriction is in force in any part of a period."""
    first = day(tables, restriction["from"], -1e12)
    last = day(tables, restriction["to"], 1e12)
    return bool(edges[period] > first + SAME and edges[period - 1] < last - SAME)


def names_place(restriction: dict[str, Any], site: dict[str, Any]) -> bool:
    """Whether a restriction on a site, region, owner or item is about a site."""
    kind, target = restriction["kind"], restriction["target"]
    if kind == "item":
        return True
    return kind in ("site", "region", "owner") and site[kind] == target


def names_goods(restriction: dict[str, Any], item: str) -> bool:
    """Whether a restriction is about an item."""
    name = restriction["target"] if restriction["kind"] == "item" else restriction["item"]
    return name in ("*", item)


def working_share(curve: list[tuple[float, float]], life: float, first: float, last: float, rounding: str) -> float:
    """Share of a build that works while its age goes from ``first`` to ``last`` days (negative: not finished).

    ``curve`` lists (age, share) in order, equal ages being a jump; an empty curve means all of it at once.
    """
    points = curve or [(0.0, 1.0)]
    stops = sorted({first, last, *(age for age, _ in points), 0.0, life})
    stops = [stop for stop in stops if first <= stop <= last]
    total, lows, highs = 0.0, [], []
    for begin, end in pairwise(stops):
        if end - begin <= SAME:
            continue
        middle = (begin + end) / 2
        works = -SAME < middle < life
        left = _on_curve(points, begin, middle) if works else 0.0
        right = _on_curve(points, end, middle) if works else 0.0
        lows.append(min(left, right))
        highs.append(max(left, right))
        total += (left + right) / 2 * (end - begin)
    if rounding == "ceil":
        return min(lows)
    return max(highs) if rounding == "floor" else total / (last - first)


def _on_curve(points: list[tuple[float, float]], age: float, inside: float) -> float:
    """Value at ``age`` of the piece of the curve that contains the age ``inside``."""
    before = [point for point in points if point[0] <= inside]
    after = [point for point in points if point[0] > inside]
    if not before:
        return after[0][1]
    if not after:
        return before[-1][1]
    (x0, y0), (x1, y1) = before[-1], after[0]
    return y0 + (y1 - y0) * (age - x0) / (x1 - x0)


def alone(slot: list[dict[str, Any]]) -> bool:
    """Whether the inputs of a slot leave no choice: one item, free to fill all of it."""
    return len(slot) == 1 and slot[0]["share_max"] >= 1


def accrues(tables: Tables, need: dict[str, Any], edges: Edges) -> tuple[float, float]:
    """Days between which a need comes into being: equal when it is there at once; past the horizon when never."""
    period = usable(edges, day(tables, need["from"], 0.0), tables.config.lead_rounding)
    begin = edges[period - 1] if period < len(edges) else 1e12
    return begin, max(day(tables, need["until"], begin), begin)


def need_by(tables: Tables, need: dict[str, Any], edges: Edges, when: float) -> float:
    """Need that exists just before day ``when``."""
    begin, end = accrues(tables, need, edges)
    if when <= begin + SAME:
        return 0.0
    return float(need["qty"]) * (1.0 if end <= begin + SAME else min((when - begin) / (end - begin), 1.0))


def mean_need(tables: Tables, need: dict[str, Any], edges: Edges, period: int) -> float:
    """Mean over a period of the need that exists."""
    first, last = edges[period - 1], edges[period]
    begin, end = accrues(tables, need, edges)
    stops = sorted({first, last, *(stop for stop in (begin, end) if first < stop < last)})
    area = 0.0
    for left, right in pairwise(stops):
        if left >= begin - SAME:
            at_left = float(need["qty"]) if end <= begin + SAME else need_by(tables, need, edges, left)
            area += (at_left + need_by(tables, need, edges, right)) / 2 * (right - left)
    return float(area / (last - first))


def decided(tables: Tables) -> set[str]:
    """Gates that use up articles, and all that wait for them: the plan decides when they begin."""
    gates = {row["gate"] for row in tables.rows("gates") if row["needs_item"] is not None}
    links = list(tables.rows("links"))
    while more := {link["after"] for link in links if link["before"] in gates} - gates:
        gates |= more
    return gates


def tries(gate: dict[str, Any], quantile: float) -> tuple[int, float]:
    """Tries a gate that the plan decides is planned with, and the days they last; infinite when they are too few."""
    retry, failed = gate["duration_d"] if gate["retry_d"] is None else gate["retry_d"], 1.0
    for failures in range(int(gate["max_tries"])):
        failed *= (1 - gate["pass"]) * (1 - gate["fix"]) ** failures
        if 1 - failed >= quantile - SAME:
            return failures + 1, gate["duration_d"] + failures * retry
    return int(gate["max_tries"]), float("inf")


def at_risk(tables: Tables, plan: Plan, build: dict[str, Any]) -> tuple[float, float]:
    """Days to first capacity of a build started at risk, and the day before which it does not work."""
    name = build["risk_gate"]
    if name is None:
        return build["lead_d"], 0.0
    days = dict(plan.table("gates").select("gate", "done_d").iter_rows())
    return build["lead_d"] * again(tables, build), days[name]


def again(tables: Tables, build: dict[str, Any]) -> float:
    """Times its price that a build started at risk costs, what is done again after a failure on average included."""
    passes = {row["gate"]: row["pass"] for row in tables.rows("gates")}
    return float(1 + (1 - passes.get(build["risk_gate"], 1.0)) * build["redo"])


def slot_of(tables: Tables, part: dict[str, Any]) -> list[dict[str, Any]]:
    """All inputs that may fill the slot of a recipe row."""
    slot = part["slot"] or part["item"]
    return [
        row
        for row in tables.rows("recipe")
        if row["role"] == "in" and row["process"] == part["process"] and (row["slot"] or row["item"]) == slot
    ]


def regular(tables: Tables, edges: Edges) -> dict[tuple[str, int], float]:
    """Capacity of each resource in each period before any build and without overtime."""
    steps, rounding = Steps(tables), tables.config.lead_rounding
    return {
        (row["resource"], t): steps.capacity("resources", row, "capacity", edges, t, rounding)
        * (edges[t] - edges[t - 1])
        for row in tables.rows("resources")
        for t in range(1, len(edges))
    }


def segments(tables: Tables) -> dict[tuple[str, str], tuple[float, float, float]]:
    """Share, output and cost of an hour of each segment of overtime, by resource and name."""
    found = {
        (row["resource"], row["segment"]): (row["share"], row["eff"], row["cost"]) for row in tables.rows("overtime")
    }
    for row in tables.rows("resources"):
        if row["ot_max"] > 0:
            found[row["resource"], "overtime"] = (row["ot_max"], row["ot_eff"], row["ot_cost"])
    return found


def extra(tables: Tables, plan: Plan) -> dict[tuple[str, int], float]:
    """What overtime carries on each resource in each period."""
    made: dict[tuple[str, int], float] = defaultdict(float)
    known = segments(tables)
    for (resource, segment, period), hours in plan["overtime"].items():
        made[resource, period] += hours * known[resource, segment][1]
    return made


def wanted(tables: Tables, rival: dict[str, Any], edges: Edges, period: int) -> float:
    """What a rival wants in a period: its daily quantity times the days it is there."""
    begin = max(day(tables, rival["from"], 0.0), edges[period - 1])
    return float(rival["qty"] * max(min(day(tables, rival["to"], 1e12), edges[period]) - begin, 0.0))


def kept(tables: Tables, plan: Kept, kind: str) -> Iterator[tuple[str, int, float]]:
    """Target, period and amount of what rivals of a kind keep in a plan."""
    target = {row["rival"]: row["target"] for row in tables.rows("rivals") if row["kind"] == kind}
    for (name, period), amount in plan["keep"].items():
        if name in target:
            yield target[name], period, amount


def beside(tables: Tables, plan: Kept, load: dict[tuple[str, int], float]) -> dict[tuple[str, int], float]:
    """A load by resource and period with what rivals keep of the resources on top."""
    whole = dict(load)
    for resource, period, amount in kept(tables, plan, "resource"):
        whole[resource, period] = whole.get((resource, period), 0.0) + amount
    return whole


def safeties(tables: Tables) -> dict[tuple[str, str], float]:
    """Safety stock by site and item; what is on its way states none."""
    found: dict[tuple[str, str], float] = {}
    for row in tables.rows("stock"):
        if row["safety"] > 0 and day(tables, row["date"], 0.0) <= 0:
            point = (row["site"], row["item"])
            found[point] = max(found.get(point, 0.0), row["safety"])
    return found


Orders = dict[tuple[str, str, str, int], float]


def previous_orders(tables: Tables, edges: Edges) -> tuple[Orders, int, int]:
    """Orders of the previous plan by kind, key, item and period; periods compared, and of those frozen."""
    orders: Orders = {}
    last = until = -1.0
    for row in tables.rows("previous"):
        until = day(tables, tables.config.freeze_until, -1.0)
        last = max(last, until, row["to_d"])
        period = bisect_left(edges, row["from_d"] - 1e-6) + 1  # the first that begins no sooner
        if (
            period < len(edges)
            and edges[period - 1] <= row["from_d"] + 1e-6
            and abs(edges[period] - row["to_d"]) <= 1e-6
        ):
            place = (row["kind"], row["key"], row["item"] or "", period)
            orders[place] = orders.get(place, 0.0) + row["qty"]
    covered = sum(edges[period] <= last + 1e-6 for period in range(1, len(edges)))
    frozen = sum(edges[period] <= until + 1e-6 for period in range(1, len(edges)))
    return orders, covered, frozen


def measure(lane: dict[str, Any], item: dict[str, Any]) -> float:
    """Capacity units of a lane that one unit of an item takes."""
    return float({"unit": 1.0, "kg": item["mass"], "m3": item["size"]}[lane["cap_unit"]])


@dataclass(frozen=True)
class Curve:
    """A learning curve: who shares it, starts of experience at the beginning, and the ratio after every doubling."""

    group: tuple[str, str]
    prior: float
    progress: float

    def mean(self, before: float, after: float) -> float:
        """Mean effort of the starts between two numbers of starts, as a share of the first one's."""
        first, last = self.prior + before, self.prior + after
        slope = -log2(self.progress)
        if last - first <= 1e-9 * first:
            return float((first / self.prior) ** -slope)
        if slope >= 1 - 1e-12:
            return self.prior * log(last / first) / (last - first)
        area = (last ** (1 - slope) - first ** (1 - slope)) / (1 - slope)
        return float(self.prior**slope * area / (last - first))


def curves(tables: Tables) -> dict[str, Curve]:
    """The curve of each process that learns."""
    return {
        row["process"]: Curve(
            ("process", row["process"]) if row["learn_group"] is None else ("group", row["learn_group"]),
            row["prior"],
            row["progress"],
        )
        for row in tables.rows("processes")
        if row["progress"] < 1 and row["learn"] != "none"
    }


Efforts = dict[tuple[str, str, int], tuple[float, float]]
"""Effort of a start and the experience it counts on, by process, resource and period."""


def stated_effort(plan: Plan) -> Efforts:
    """What a plan says a start takes where it is not what the table says."""
    if "effort" not in plan.tables:
        return {}
    columns = ("process", "resource", "period", "effort", "experience")
    return {tuple(row[:3]): tuple(row[3:]) for row in plan.table("effort").select(columns).iter_rows()}


def true_effort(tables: Tables, plan: Plan) -> Efforts:
    """What the starts of a plan really take: the curve at the experience they gather."""
    known = curves(tables)
    made: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0] * (plan.periods + 1))
    for (process, period), starts in plan["make"].items():
        if process in known:
            made[known[process].group][period] += starts
    so_far = {group: list(accumulate(starts)) for group, starts in made.items()}
    efforts: Efforts = {}
    for row in tables.rows("uses"):
        curve = known.get(row["user"])
        if curve is None or not row["learns"] or curve.group not in so_far:
            continue
        for t in range(1, plan.periods + 1):
            before, after = so_far[curve.group][t - 1], so_far[curve.group][t]
            efforts[row["user"], row["resource"], t] = (row["qty"] * curve.mean(before, after), after)
    return efforts


def loads(tables: Tables, plan: Plan, efforts: Efforts) -> dict[tuple[str, int], float]:
    """Load on each resource by period, with these efforts where there are any; builds and gates load offices."""
    load: dict[tuple[str, int], float] = defaultdict(float)
    for _, _, resource, period, hours in users(tables, plan, efforts):
        load[resource, period] += hours
    return load


def users(tables: Tables, plan: Plan, efforts: Efforts) -> Iterator[tuple[str, str, str, int, float]]:
    """Who loads what, and when: kind and name of the user, resource, period, load."""
    uses: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for row in tables.rows("uses"):
        uses[row["user"]].append((row["resource"], row["qty"]))
    for (process, period), starts in plan["make"].items():
        for resource, qty in uses[process]:
            effort, _ = efforts.get((process, resource, period), (qty, 0.0))
            yield "process", process, resource, period, effort * starts
    for (build, period), starts in plan["build"].items():
        for resource, qty in uses[build]:
            yield "build", build, resource, period, qty * starts
    builds = {row["build"]: row for row in tables.rows("builds")}
    for (build, period), starts in plan["risk"].items():
        for resource, qty in uses[build]:
            yield "build", build, resource, period, qty * again(tables, builds[build]) * starts
    gates = {row["gate"]: row for row in tables.rows("gates")}
    for (gate, period), share in plan["test"].items():
        for resource, qty in uses[gate]:
            count, _ = tries(gates[gate], tables.config.gate_quantile)
            yield "gate", gate, resource, period, qty * count * share
    begins = dict(plan.table("gates").select("gate", "start_d").iter_rows())
    for (gate,), share in plan["open"].items():
        period = usable(plan.edges, begins[gate], tables.config.lead_rounding)
        if period <= plan.periods:
            for resource, qty in uses[gate]:
                yield "gate", gate, resource, period, qty * share
