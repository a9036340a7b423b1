"""The plan's mathematics a second time, in plain Python on the rows a user wrote.

It knows a restricted set of rules: processes with bill of materials (slots, alternatives, rejects,
by-products), yield, lead times rounded up; lanes with loss and capacity; stock and receipts; resources;
builds without whole numbers, also at the risk of a gate; funds without expiry; gates that pass for certain;
barred lanes, sites, regions, owners and items; needs that can wait.

Nothing is imported from the program. It is a truth for the
planner's time stages, not a planner.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import accumulate
from math import inf
from typing import Any

from oracles.sparse_lp import SparseLp, Terms

Row = Mapping[str, Any]
TOUCH = 1e-9


def number(row: Row, column: str, default: float) -> float:
    """The cell as a float, or the default where it is blank."""
    value = row.get(column)
    return default if value in (None, "") else float(value)


def text(row: Row, column: str, default: str = "") -> str:
    """The cell as a string, or the default where it is blank."""
    value = row.get(column)
    return default if value in (None, "") else str(value)


def day_of(value: Any, start: date) -> float:
    """Days from the start to a date cell; blank is the start."""
    if value in (None, ""):
        return 0.0
    when = value if isinstance(value, date) else date.fromisoformat(str(value))
    return float((when - start).days)


@dataclass
class World:
    """A scenario as the user wrote it, with a calendar and ready look-ups."""

    config: Mapping[str, Any]
    tables: Mapping[str, list[dict[str, Any]]]

    def rows(self, table: str) -> list[dict[str, Any]]:
        return self.tables.get(table, [])

    @cached_property
    def start(self) -> date:
        value = self.config["start"]
        return value if isinstance(value, date) else date.fromisoformat(value)

    @cached_property
    def edges(self) -> list[float]:
        """Days from the start to the end of each period, with the start itself in front."""
        blocks = self.config.get("calendar") or [[self.config.get("periods", 104), self.config.get("period_d", 7)]]
        return list(accumulate([0.0] + [float(days) for count, days in blocks for _ in range(int(count))]))

    @property
    def last(self) -> int:
        return len(self.edges) - 1

    @property
    def periods(self) -> range:
        return range(1, self.last + 1)

    def length(self, period: int) -> float:
        return self.edges[period] - self.edges[period - 1]

    def arrival(self, period: int, lead: float) -> int | None:
        """First period that begins and ends late enough for what starts in ``period``."""
        for later in range(period, self.last + 1):
            begins = self.edges[later - 1] >= self.edges[period - 1] + lead - TOUCH
            if begins and self.edges[later] >= self.edges[period] + lead - TOUCH:
                return later
        return None

    def opening(self, day: float) -> int:
        """First period that begins on or after the day; one after the last if there is none."""
        return next((t for t in self.periods if self.edges[t - 1] >= day - TOUCH), self.last + 1)

    def series(self, table: str, key: str, column: str, default: float, period: int) -> float:
        """Mean over the period of a cell that rows of ``series`` may change from their dates on."""
        steps = sorted(
            (day_of(row["date"], self.start), float(row["value"]))
            for row in self.rows("series")
            if (row["table"], row["key"], row["column"]) == (table, key, column)
        )
        begin, end = self.edges[period - 1], self.edges[period]
        total, value, at = 0.0, default, begin
        for day, next_value in steps:
            if day > at:
                total, at = total + value * (min(day, end) - at), min(day, end)
            value = next_value
        return (total + value * (end - at)) / (end - begin) if default < inf or steps else inf

    @cached_property
    def site_of(self) -> dict[str, str]:
        return {row["recipient"]: row["site"] for row in self.rows("recipients")}

    @cached_property
    def lasts(self) -> dict[str, float]:
        """Days each gate takes."""
        return {row["gate"]: number(row, "duration_d", 0) for row in self.rows("gates")}

    @cached_property
    def passed(self) -> dict[str, float]:
        """Day each gate is passed: the longest path."""
        return {gate: self.begun(gate) + duration for gate, duration in self.lasts.items()}

    def begun(self, gate: str) -> float:
        """Day a gate begins: when all before it let it."""
        return max([0.0] + [self._released(row) for row in self.rows("links") if row["after"] == gate])

    def _released(self, link: Row) -> float:
        before, lag = link["before"], number(link, "lag_d", 0)
        if text(link, "kind", "FS") == "SS":
            return self.begun(before) + lag
        return self.begun(before) + self.lasts[before] * (1 - number(link, "overlap", 0)) + lag

    def barred(self, kind: str, name: str, item: str, period: int) -> bool:
        """Whether a row of ``restrictions`` bars this item at this place in any part of the period."""
        return any(
            (row["kind"], row["target"]) == (kind, name)
            and text(row, "item", "*") in ("*", item)
            and day_of(row.get("from"), self.start) < self.edges[period] - TOUCH
            and (text(row, "to") == "" or day_of(row["to"], self.start) > self.edges[period - 1] + TOUCH)
            for row in self.rows("restrictions")
        )

    def stopped(self, site: str, item: str, period: int) -> bool:
        """Whether nothing of this item may start, leave or be received here in the period."""
        place = next(row for row in self.rows("sites") if row["site"] == site)
        named = [("site", site), ("item", item)]
        named += [(kind, text(place, kind)) for kind in ("region", "owner") if text(place, kind)]
        return any(self.barred(kind, name, item, period) for kind, name in named)


@dataclass
class Model:
    """The linear program of a world, with what arrives at each need per period."""

    world: World
    lp: SparseLp = field(default_factory=SparseLp)
    balance: dict[tuple[str, str, int], dict[Hashable, float]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(float))
    )
    load: dict[tuple[str, int], dict[Hashable, float]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(float))
    )
    spent: dict[tuple[str, int], dict[Hashable, float]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(float))
    )
    got: dict[tuple[str, int], dict[Hashable, float]] = field(default_factory=lambda: defaultdict(dict))

    def charge(self, row: Row, period: int, column: Hashable, price: float) -> None:
        fund = text(row, "fund", text(self.world.config, "fund"))
        if fund and price:
            self.spent[fund, period][column] += price


def model(config: Mapping[str, Any], tables: Mapping[str, list[dict[str, Any]]]) -> Model:
    """Columns and rows of everything but the wish."""
    built = Model(World(config, tables))
    for process in built.world.rows("processes"):
        _make(built, process)
    for lane in built.world.rows("lanes"):
        _ship(built, lane)
    for need in built.world.rows("needs"):
        _deliver(built, need)
    for build in built.world.rows("builds"):
        _build(built, build)
    _hold(built)
    _capacity(built)
    _funds(built)
    return built


def _make(built: Model, process: Row) -> None:
    world, name, site = built.world, process["process"], process["site"]
    opens = world.opening(world.passed[text(process, "gate")] if text(process, "gate") else 0.0)
    inputs: list[Row] = [row for row in world.rows("recipe") if row["process"] == name]
    for t in world.periods:
        rate = world.series("processes", name, "max_rate", number(process, "max_rate", inf), t)
        closed = t < opens or world.stopped(site, process["item"], t)
        start = built.lp.column(("make", name, t), 0.0 if closed else rate * world.length(t))
        price = world.series("processes", name, "unit_cost", number(process, "unit_cost", 0), t)
        built.charge(process, t, start, price)
        _outputs(built, process, inputs, t, start)
        slots: dict[str, list[Row]] = defaultdict(list)
        for row in inputs:
            if text(row, "role", "in") == "in":
                slots[text(row, "slot", row["item"])].append(row)
        for slot, rows in slots.items():
            _fill(built, site, t, slot, rows)
        for use in world.rows("uses"):
            if use["user"] == name:
                built.load[use["resource"], t][start] += number(use, "qty", 1)


def _outputs(built: Model, process: Row, recipe: list[Row], t: int, start: Hashable) -> None:
    world, site = built.world, process["site"]
    arrives = world.arrival(t, number(process, "lead_d", 0))
    if arrives is None:
        return
    lot = number(process, "out_qty", 1)
    good = world.series("processes", process["process"], "yield", number(process, "yield", 1), t)
    built.balance[process["item"], site, arrives][start] += lot * good
    for row in recipe:
        role = text(row, "role", "in")
        if role == "reject":
            bad = lot * (1 - good) * number(process, "rework", 0)
            built.balance[row["item"], site, arrives][start] += bad
        elif role == "out":
            built.balance[row["item"], site, arrives][start] += number(row, "qty", 1)


def _fill(built: Model, site: str, t: int, slot: str, rows: list[Row]) -> None:
    """Alternatives of a slot together fill what the starts ask for, each within its shares."""
    start = ("make", rows[0]["process"], t)
    filled: dict[Hashable, float] = {start: -1.0}
    for row in rows:
        used = built.lp.column(("use", row["process"], slot, row["item"], t))
        built.balance[row["item"], site, t][used] -= 1.0
        each = 1.0 / number(row, "qty", 1)
        filled[used] = each
        built.lp.at_most({used: each, start: -number(row, "share_max", 1)}, 0.0)
        built.lp.at_most({used: -each, start: number(row, "share_min", 0)}, 0.0)
    built.lp.equals(filled, 0.0)


def _ship(built: Model, lane: Row) -> None:
    world, name = built.world, lane["lane"]
    carried = text(lane, "item", "*")
    unit = text(lane, "cap_unit", "unit")
    for t in world.periods:
        weight: dict[Hashable, float] = {}
        for item in world.rows("items"):
            if carried not in ("*", item["item"]):
                continue
            barred = world.barred("lane", name, item["item"], t) or world.stopped(lane["from"], item["item"], t)
            sent = built.lp.column(("ship", name, item["item"], t), 0.0 if barred else inf)
            weight[sent] = {
                "unit": 1.0,
                "kg": number(item, "mass", 0),
                "m3": number(item, "size", 0),
            }[unit]
            price = world.series("lanes", name, "unit_cost", number(lane, "unit_cost", 0), t)
            built.charge(lane, t, sent, price * weight[sent])
            built.balance[item["item"], lane["from"], t][sent] -= 1.0
            arrives = world.arrival(t, number(lane, "lead_d", 0))
            if arrives is not None:
                kept = 1 - number(lane, "loss", 0)
                built.balance[item["item"], lane["to"], arrives][sent] += kept
        limit = world.series("lanes", name, "capacity", number(lane, "capacity", inf), t)
        if limit < inf:
            built.lp.at_most(weight, limit * world.length(t))


def _deliver(built: Model, need: Row) -> None:
    world = built.world
    site, wanted = world.site_of[need["recipient"]], need["item"]
    opens = world.opening(day_of(need.get("from"), world.start))
    total: dict[Hashable, float] = {}
    for t in world.periods:
        for item in world.rows("items"):
            if wanted not in (item["item"], text(item, "family")):
                continue
            given = built.lp.column(("deliver", need["need"], item["item"], t), inf if t >= opens else 0.0)
            built.balance[item["item"], site, t][given] -= 1.0
            built.got[need["need"], t][given] = total[given] = number(item, "value", 1)
    built.lp.at_most(total, float(need["qty"]))


def _build(built: Model, build: Row) -> None:
    """Starts behind the gate, and at its risk from the day it begins: those work when it is passed, no sooner."""
    world = built.world
    date_of = day_of(build.get("opens"), world.start)
    behind, risked = text(build, "gate"), text(build, "risk_gate")
    whole: dict[Hashable, float] = {}
    _starts(built, build, "build", max(date_of, world.passed[behind] if behind else 0.0), 0.0, whole)
    if risked:
        _starts(built, build, "risk", max(date_of, world.begun(risked)), world.passed[risked], whole)
    built.lp.at_most(whole, number(build, "max", 1))


def _starts(built: Model, build: Row, how: str, first: float, works: float, whole: dict[Hashable, float]) -> None:
    """Starts of a build from the day ``first``, what they cost, and what they add from the day ``works``."""
    world, name, opens = built.world, build["build"], built.world.opening(first)
    curve = [(float(row["x"]), float(row["y"])) for row in world.rows("curves") if row["curve"] == text(build, "ramp")]
    for s in world.periods:
        begun = built.lp.column((how, name, s), inf if s >= opens else 0.0)
        whole[begun] = 1.0
        price = world.series("builds", name, "capex", number(build, "capex", 0), s)
        built.charge(build, s, begun, price)
        ready = max(world.edges[s - 1] + number(build, "lead_d", 0), works)
        for t in range(s, world.last + 1):
            age = world.edges[t - 1] - ready
            if -TOUCH <= age < number(build, "life_d", inf) - TOUCH:
                added = number(build, "add", 0) * world.length(t) * _step(curve, age)
                built.load[build["resource"], t][begun] -= added


def _step(curve: list[tuple[float, float]], age: float) -> float:
    """Value of a step curve at an age, taken after a jump; 1 without a curve."""
    if not curve:
        return 1.0
    passed = [y for x, y in curve if x <= age + TOUCH]
    return passed[-1] if passed else curve[0][1]


def _hold(built: Model) -> None:
    """Stock from one period to the next, opening stock, receipts, free waste."""
    world = built.world
    opening: dict[tuple[str, str], float] = defaultdict(float)
    received: dict[tuple[str, str, int], float] = defaultdict(float)
    most: dict[tuple[str, str], float] = {}
    for row in world.rows("stock"):
        point = (row["item"], row["site"])
        when = day_of(row.get("date"), world.start)
        if text(row, "date") == "":
            opening[point] += number(row, "qty", 0)
            most[point] = number(row, "max", inf)
        elif not world.stopped(row["site"], row["item"], world.opening(when)):
            received[(*point, world.opening(when))] += number(row, "qty", 0)
    points = {(item, site) for item, site, _ in built.balance} | set(opening)
    for item, site in sorted(points | {(item, site) for item, site, _ in received}):
        for t in world.periods:
            terms = dict(built.balance[item, site, t])
            terms[built.lp.column(("hold", item, site, t), most.get((item, site), inf))] = -1.0
            terms[built.lp.column(("waste", item, site, t))] = -1.0
            if t > 1:
                terms["hold", item, site, t - 1] = 1.0
            given = received[item, site, t] + (opening[item, site] if t == 1 else 0.0)
            built.lp.equals(terms, -given)


def _capacity(built: Model) -> None:
    world = built.world
    for row in world.rows("resources"):
        name = row["resource"]
        for t in world.periods:
            each = world.series("resources", name, "capacity", number(row, "capacity", 0), t)
            built.lp.at_most(built.load[name, t], each * world.length(t))


def _funds(built: Model) -> None:
    """Spending within what came in: so far with carry, within the period without."""
    world = built.world
    for row in world.rows("funds"):
        fund = row["fund"]
        came: dict[int, float] = defaultdict(float)
        for grant in world.rows("allotments"):
            if grant["fund"] == fund:
                came[world.opening(day_of(grant.get("date"), world.start))] += float(grant["amount"])
        carried: dict[Hashable, float] = {}
        total = 0.0
        for t in world.periods:
            keeps = text(row, "carry", "false").lower() == "true"
            carried = {**(carried if keeps else {}), **built.spent[fund, t]}
            total = (total if keeps else 0.0) + came[t]
            built.lp.at_most(carried, total)


def members(world: World, rank: int) -> list[tuple[Row, float]]:
    """Needs of a class with their weights: a recipient's weight is shared by its needs in the class."""
    person = {row["recipient"]: row for row in world.rows("recipients")}
    needs = [
        need
        for need in world.rows("needs")
        if int(number(need, "class", number(person[need["recipient"]], "class", 1))) == rank
    ]
    count = Counter(need["recipient"] for need in needs)
    return [(need, number(person[need["recipient"]], "weight", 1) / count[need["recipient"]]) for need in needs]


def waiting(built: Model, rank: int) -> tuple[dict[Hashable, float], float]:
    """The class's weighted sum of mean waits in days, as terms and a constant; horizon's end uncounted."""
    world, cost, constant = built.world, defaultdict[Hashable, float](float), 0.0
    end = world.edges[-1]
    for need, weight in members(world, rank):
        share = weight / float(need["qty"])
        opens = world.opening(day_of(need.get("from"), world.start))
        constant += weight * (end - world.edges[opens - 1] if opens <= world.last else 0.0)
        for t in world.periods:
            worth = end - (world.edges[t - 1] + world.edges[t]) / 2
            for given, value in built.got[need["need"], t].items():
                cost[given] -= share * value * worth
    return cost, constant


def least_waiting(built: Model, rank: int = 1, method: str = "highs") -> float:
    """Least weighted sum of mean waits of the class when no other class is asked, in days."""
    cost, constant = waiting(built, rank)
    return built.lp.minimise(cost, method)[0] + constant


def most_covered(built: Model, rank: int = 1) -> list[float]:
    """For each period the largest share of the class's need that can have arrived by its end."""
    world = built.world
    whole = sum(weight for _, weight in members(world, rank))
    terms: dict[Hashable, float] = {}
    shares = []
    for t in world.periods:
        for need, weight in members(world, rank):
            for given, value in built.got[need["need"], t].items():
                terms[given] = -weight / float(need["qty"]) / whole * value
        shares.append(-built.lp.minimise(terms)[0])
    return shares


__all__ = ["Model", "Terms", "World", "least_waiting", "members", "model", "most_covered", "waiting"]
