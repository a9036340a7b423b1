"""One execution of a plan in plain Python: small, slow, and written from the tables and the plan alone.

It shares nothing with the simulator but the rules' own plain calendar; what is drawn is handed in as cells with values.
Keys are the names the user wrote; periods are counted from 1.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from math import exp, floor, gamma, inf, log, log2
from typing import Any

from scipy.stats import binom

from fullrate.results import Plan
from fullrate.rules import fielded, plainly
from fullrate.tables import Tables

CATCH_UP = 1.25
Row = dict[str, Any]
Name = tuple[str, ...]
Value = Callable[[int], float]
"""A drawn value by period: the value of the cell, or a factor on it."""


@dataclass
class Drawn:
    """What is drawn for one sample: values and factors by (table, key, column), gates by day, shares left by period."""

    values: Mapping[tuple[str, str, str], Value] = field(default_factory=dict)
    factors: Mapping[tuple[str, str, str], Value] = field(default_factory=dict)
    gates: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    failed: Mapping[str, bool] = field(default_factory=dict)
    """Whether the first try of a gate fails; without luck a build at risk takes the mean."""
    left: Mapping[tuple[str, int], float] = field(default_factory=dict)
    """Share left of a risk in a period."""
    tries: Mapping[str, list[tuple[float, bool]]] | None = None
    """Days of every try of a gate, and whether it passes; None: all that the plan counts on are one."""
    luck: Callable[[tuple[str, ...], int], float] | None = None
    """A uniform number by name and occurrence; None: the mean is taken."""


@dataclass
class Result:
    """Amounts done, stock at the end of periods, coverage in units, and money."""

    done: dict[tuple[Any, ...], float]
    stock: dict[tuple[str, str, int], float]
    met: dict[tuple[str, int], float]
    cost: float


class Execution:
    """One execution, period by period."""

    def __init__(self, tables: Tables, plan: Plan, drawn: Drawn) -> None:
        self.tables, self.plan, self.drawn = tables, plan, drawn
        self.edges, self.rounding, self.last = list(plan.edges), tables.config.lead_rounding, plan.periods
        self.steps = plainly.Steps(tables)
        self.rows = {name: list(tables.rows(name)) for name in tables.frames}
        self.by = {
            name: {row[key]: row for row in self.rows[name]}
            for name, key in (
                ("processes", "process"), ("lanes", "lane"), ("items", "item"), ("sites", "site"), ("needs", "need"),
                ("resources", "resource"), ("pools", "pool"), ("builds", "build"), ("recipients", "recipient"),
                ("funds", "fund"), ("gates", "gate"),
            )
        }  # fmt: skip
        self.home = {row["need"]: self.by["recipients"][row["recipient"]]["site"] for row in self.rows["needs"]}
        self.usual = tables.config.fund or ""
        self.network()
        self.left: dict[Name, float] = defaultdict(float)
        self.gap: dict[Name, float] = defaultdict(float)
        self.due: dict[tuple[Name, int], float] = defaultdict(float)
        self.added: dict[tuple[str, int], float] = defaultdict(float)
        self.build_gap: dict[str, float] = defaultdict(float)
        self.hire_gap: dict[str, float] = defaultdict(float)
        self.graduates: dict[tuple[str, int], float] = defaultdict(float)
        self.heads = {name: self.cell("pools", name, row, "heads", 1) for name, row in self.by["pools"].items()}
        self.trainees: dict[str, float] = defaultdict(float)
        self.gathered: dict[tuple[str, str], float] = defaultdict(float)
        self.effort: dict[tuple[str, str], float] = defaultdict(lambda: 1.0)
        self.waste_gap: dict[Name, float] = defaultdict(float)
        self.met: dict[str, float] = defaultdict(float)
        self.come: dict[tuple[Name, int], float] = defaultdict(float)
        self.initial: dict[Name, float] = {}
        self.cost = 0.0
        self.begun: dict[str, list[float]] = defaultdict(list)
        self.passed: dict[str, float] = {}
        self.signed: list[str] = []
        self.aside: dict[str, float] = defaultdict(float)
        self.cohorts: dict[Name, dict[int, float]] = defaultdict(dict)
        self.failed: dict[Name, float] = defaultdict(float)
        self.excess: dict[Name, float] = defaultdict(float)
        self.peak: dict[Name, float] = defaultdict(float)
        self.room_left: dict[Name, float] = defaultdict(float)
        self.periods = range(1, self.last + 1)
        self.result = Result({}, {}, {}, 0.0)

    # ---- values

    def cell(self, table: str, key: str, row: Row, column: str, t: int) -> float:
        """A cell that does not change over time, as drawn."""
        if (table, key, column) in self.drawn.values:
            return self.drawn.values[table, key, column](t)
        return float(row[column]) * self.factor(table, key, column, t)

    def factor(self, table: str, key: str, column: str, t: int) -> float:
        if (table, key, column) in self.drawn.factors:
            return self.drawn.factors[table, key, column](t)
        if (table, key, column) in self.drawn.values:
            at = self.tables.row_of(table, key)
            plan = float(self.rows[table][at or 0][column])
            return self.drawn.values[table, key, column](t) / plan
        return 1.0

    def capacity(self, table: str, key: str, column: str, t: int) -> float:
        row = self.by[table][key]
        rate = self.steps.capacity(table, row, column, self.edges, t, self.rounding)
        return rate * (self.edges[t] - self.edges[t - 1]) * self.factor(table, key, column, t)

    def price(self, table: str, key: str, column: str, t: int) -> float:
        value = self.steps.price(table, self.by[table][key], column, self.edges, t)
        return value * self.factor(table, key, column, t)

    def good(self, process: str, t: int) -> float:
        return min(self.price("processes", process, "yield", t), 1.0)

    def arrives(self, t: int, lead: float) -> list[tuple[int, float]]:
        return plainly.arrival(self.edges, t, max(lead, 0.0), self.rounding)

    # ---- the network

    def network(self) -> None:
        items, sites = list(self.by["items"]), list(self.by["sites"])
        self.deliveries = []
        for row in self.rows["needs"]:
            family = [name for name in items if self.by["items"][name]["family"] == row["item"]]
            self.deliveries += [(row["need"], name) for name in (family or [row["item"]])]
        self.shipments = self.carried()
        self.activities: list[Name] = [("make", name) for name in self.by["processes"]]
        self.activities += [("ship", lane, item) for lane, item in self.shipments]
        self.activities += [("deliver", need, item) for need, item in self.deliveries]
        self.parts: dict[str, list[Row]] = defaultdict(list)
        self.slots: dict[str, dict[str, list[Row]]] = defaultdict(dict)
        members: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in self.rows["recipe"]:
            if row["role"] == "in":
                members[row["process"], row["slot"] or row["item"]].append(row)
        for (process, slot), rows in members.items():
            if plainly.alone(rows):
                self.parts[process].append(rows[0])
            else:
                self.slots[process][slot] = rows
        self.points = sorted(
            {(site, item) for site in sites for item in items},
            key=lambda point: (sites.index(point[0]), items.index(point[1])),
        )
        self.uses: dict[str, list[Row]] = defaultdict(list)
        for row in self.rows["uses"]:
            if row["qty"] > 0:
                self.uses[row["user"]].append(row)
        curves = plainly.curves(self.tables)
        taught = {
            curves[row["user"]].group
            for row in self.rows["uses"]
            if row["learns"] and row["qty"] > 0 and row["user"] in curves
        }
        self.curves = {name: curve for name, curve in curves.items() if curve.group in taught}
        self.decided = self.by_articles()
        self.in_use()
        self.ranks()
        self.sequence()

    def by_articles(self) -> list[str]:
        """Gates that use up articles and those that wait for them: who waits for none first, then who follows."""
        found, links = {row["gate"] for row in self.rows["gates"] if row["needs_item"] is not None}, self.rows["links"]
        while more := {link["after"] for link in links if link["before"] in found} - found:
            found |= more
        waits = {name: {link["before"] for link in links if link["after"] == name} for name in self.by["gates"]}
        order = [name for name, before in waits.items() if not before]
        for at, first in enumerate(order):
            for name, before in waits.items():
                if first in before and name not in order and before <= set(order[: at + 1]):
                    order.append(name)
        return [name for name in order if name in found]

    def in_use(self) -> None:
        """Deliveries of what fails: their row of ``reliability``, and the share that is defective from the start."""
        self.lives: dict[Name, Row | None] = {}
        self.early: dict[Name, float] = defaultdict(float)
        if self.tables.config.coverage != "serviceable":
            return
        escapes: dict[str, float] = defaultdict(float)
        for row in self.rows["processes"]:
            escapes[row["item"]] = max(escapes[row["item"]], row["escape"])
        for need, item in self.deliveries:
            where = self.by["recipients"][self.by["needs"][need]["recipient"]]["environment"]
            mine = [r for r in self.rows["reliability"] if (r["item"], r["environment"]) == (item, where)]
            if mine or escapes[item] > 0:
                self.lives["deliver", need, item] = mine[0] if mine else None
                self.early["deliver", need, item] = escapes[item]

    def back(self, one: Name) -> tuple[Name, float] | None:
        """Where failed units of a delivery turn up, and which share of them."""
        row = self.lives.get(one)
        if row is None or row["failed"] is None or row["repairable"] <= 0:
            return None
        key = f"{row['item']}|{row['environment']}"
        share = min(max(self.cell("reliability", key, row, "repairable", 1), 0.0), 1.0)
        return ("point", self.home[one[1]], row["failed"]), share

    def carried(self) -> list[tuple[str, str]]:
        """Pairs of lane and item, found by following what can be anywhere along the lanes."""
        here = {(row["site"], row["item"]) for row in [*self.rows["processes"], *self.rows["stock"]]}
        for row in self.rows["recipe"]:
            if row["role"] != "in":
                here.add((self.by["processes"][row["process"]]["site"], row["item"]))
        for need, item in self.deliveries:
            where = self.by["recipients"][self.by["needs"][need]["recipient"]]["environment"]
            for row in self.rows["reliability"] if self.tables.config.coverage == "serviceable" else []:
                if (row["item"], row["environment"]) == (item, where) and row["failed"] is not None:
                    here.add((self.home[need], row["failed"]))
        while True:
            before = len(here)
            for lane in self.rows["lanes"]:
                here |= {(lane["to"], i) for site, i in here if site == lane["from"] and lane["item"] in ("*", i)}
            if len(here) == before:
                break
        pairs = []
        for lane in self.rows["lanes"]:
            for item in self.by["items"]:
                if lane["item"] == item or (lane["item"] == "*" and (lane["from"], item) in here):
                    pairs.append((lane["lane"], item))
        return pairs

    def takes(self, activity: Name) -> list[Name]:
        """Stock points an activity takes from in the period in which it begins."""
        kind, key = activity[0], activity[1]
        if kind == "ship":
            return [("point", self.by["lanes"][key]["from"], activity[2])]
        if kind == "deliver":
            return [("point", self.home[key], activity[2])]
        site = self.by["processes"][key]["site"]
        items = [row["item"] for row in self.parts[key] if row["offset_d"] <= 0]
        items += [row["item"] for rows in self.slots[key].values() for row in rows]
        return [("point", site, item) for item in items]

    def outputs(self, activity: Name, t: int, amount: float) -> list[tuple[Name, int, float]]:
        """Point, period and quantity of what an activity gives."""
        kind, key = activity[0], activity[1]
        found = []
        if kind == "ship":
            lane = self.by["lanes"][key]
            arrives = amount * (1 - self.cell("lanes", key, lane, "loss", t))
            lead = self.cell("lanes", key, lane, "lead_d", t)
            return [(("point", lane["to"], activity[2]), u, arrives * share) for u, share in self.arrives(t, lead)]
        if kind != "make":
            return []
        row, good = self.by["processes"][key], self.good(key, t)
        each = self.cell("processes", key, row, "out_qty", t)
        lead = self.cell("processes", key, row, "lead_d", t)
        for u, share in self.arrives(t, lead):
            found.append((("point", row["site"], row["item"]), u, amount * each * good * share))
        for part in self.rows["recipe"]:
            if part["process"] != key or (part["role"] == "in" and part not in self.parts[key]):
                continue
            name = self.recipe_key(part)
            qty, wait = self.cell("recipe", name, part, "qty", t) * amount, lead + part["offset_d"]
            if part["role"] == "in":
                if part["offset_d"] <= 0:
                    continue
                qty, wait = -qty, part["offset_d"]
            if part["role"] == "reject":
                qty *= each * (1 - good) * self.cell("processes", key, row, "rework", t)
            found += [(("point", row["site"], part["item"]), u, qty * share) for u, share in self.arrives(t, wait)]
        return found

    def recipe_key(self, part: Row) -> str:
        return f"{part['process']}|{part['slot'] or part['item']}|{part['item']}"

    def given_to(self, activity: Name) -> set[Name]:
        """Points an activity gives anything to, at any time; what is taken in later does not count."""
        if activity[0] == "ship":
            return {("point", self.by["lanes"][activity[1]]["to"], activity[2])}
        if activity[0] == "deliver":
            return set()
        row = self.by["processes"][activity[1]]
        others = [
            part["item"] for part in self.rows["recipe"] if part["process"] == activity[1] and part["role"] != "in"
        ]
        return {("point", row["site"], item) for item in (row["item"], *others)}

    def ranks(self) -> None:
        """The first class that each activity can serve."""
        classes = {}
        for row in self.rows["needs"]:
            own = self.by["recipients"][row["recipient"]]["class"] if row["class"] is None else row["class"]
            classes[row["need"]] = own if row["qty"] > 0 else inf
        self.rank = {one: classes[one[1]] if one[0] == "deliver" else inf for one in self.activities}
        changed = True
        while changed:
            changed = False
            wanted: dict[Name, float] = defaultdict(lambda: inf)
            for one in self.activities:
                for point in self.takes(one):
                    wanted[point] = min(wanted[point], self.rank[one])
            for one in self.activities:
                best = min([self.rank[one], *(wanted[point] for point in self.given_to(one))])
                if best < self.rank[one]:
                    self.rank[one], changed = best, True

    def at_once(self, activity: Name) -> set[Name]:
        """Points to which something comes in the period of the start, by the plan's leads, in some period."""
        kept, self.drawn = self.drawn, Drawn()
        found = {
            point
            for t in range(1, self.last + 1)
            for point, u, qty in self.outputs(activity, t, 1.0)
            if u == t and point in self.given_to(activity)
        }
        if activity[0] == "make":  # a yield of one leaves no rejects today, but may
            row = self.by["processes"][activity[1]]
            for part in self.rows["recipe"]:
                if part["process"] == activity[1] and part["role"] == "reject" and row["rework"] > 0:
                    for t in range(1, self.last + 1):
                        if any(u == t for u, _ in self.arrives(t, row["lead_d"] + part["offset_d"])):
                            found.add(("point", row["site"], part["item"]))
        self.drawn = kept
        return found

    def sequence(self) -> None:
        nodes: list[Name] = [("point", *point) for point in self.points]
        nodes += [one for one in self.activities if one[0] != "deliver"]
        number = {node: at for at, node in enumerate(nodes)}
        after: dict[int, set[int]] = defaultdict(set)
        for one in self.activities:
            if one[0] == "deliver":
                continue
            for point in self.takes(one):
                after[number[point]].add(number[one])
            for point in self.at_once(one):
                after[number[one]].add(number[point])
        for lane, item in self.shipments:
            if self.by["lanes"][lane]["min_ship"] > 0:
                for other, thing in self.shipments:
                    if other == lane:
                        after[number["point", self.by["lanes"][lane]["from"], thing]].add(number["ship", lane, item])
        for one in self.lives:
            if self.early[one] > 0 and self.back(one) is not None:
                after[number[self.takes(one)[0]]].add(number[self.back(one)[0]])  # type: ignore[index]
        waiting = [0] * len(nodes)
        for followers in after.values():
            for follower in followers:
                waiting[follower] += 1
        ready = [at for at in range(len(nodes)) if waiting[at] == 0]
        heapify(ready)
        self.order = []
        while ready:
            at = heappop(ready)
            self.order.append(nodes[at])
            for follower in after[at]:
                waiting[follower] -= 1
                if waiting[follower] == 0:
                    heappush(ready, follower)
        assert len(self.order) == len(nodes), "a cycle"

    # ---- claims

    def claims(self, activity: Name, t: int) -> list[tuple[Name, float]]:
        """Stores and quantities that a unit of an activity takes; alternatives in slots are apart."""
        kind, key = activity[0], activity[1]
        if kind == "deliver":
            return [(self.takes(activity)[0], 1.0), (("need", key), self.value(activity))]
        if kind == "ship":
            lane = self.by["lanes"][key]
            found = [(self.takes(activity)[0], 1.0)]
            measure = plainly.measure(lane, self.by["items"][activity[2]])
            if lane["capacity"] < inf or lane["min_ship"] > 0:
                found.append((("lane", key), measure))
            price = self.price("lanes", key, "unit_cost", t)
            return [*found, (("fund", lane["fund"] or self.usual), measure * price)] if price > 0 else found
        row = self.by["processes"][key]
        found = []
        for part in self.parts[key]:
            if part["offset_d"] <= 0:
                qty = self.cell("recipe", self.recipe_key(part), part, "qty", t)
                found.append((("point", row["site"], part["item"]), qty))
        found += self.loads(key, t)
        price = self.price("processes", key, "unit_cost", t)
        return [*found, (("fund", row["fund"] or self.usual), price)] if price > 0 else found

    def loads(self, user: str, t: int) -> list[tuple[Name, float]]:
        """Hours of resources and pools, and wages, that a start takes."""
        found: list[tuple[Name, float]] = []
        for use in self.uses[user]:
            qty = use["qty"] * self.factor("uses", f"{user}|{use['resource']}", "qty", t)
            if user in self.curves and use["learns"]:
                qty *= self.effort[self.curves[user].group]
            found.append((("resource", use["resource"]), qty))
            pool = self.by["resources"][use["resource"]]["pool"]
            if pool is not None:
                found.append((("pool", pool), qty))
                staff = self.by["pools"][pool]
                if staff["wage"]:
                    found.append((("fund", staff["fund"] or self.usual), qty * staff["wage"]))
        return found

    # ---- one period

    def run(self) -> Result:
        for t in range(1, self.last + 1):
            self.inflow(t)
            before = {name: self.left["fund", name] for name in (*self.by["funds"], "")}
            self.people(t)
            self.gates(t)
            self.trials(t)
            self.builds(t)
            for (point, u), qty in list(self.due.items()):
                if u == t:
                    self.left[point] += qty
            self.failures(t)
            self.sent_back(t)
            self.wants(t)
            self.learning(t)
            self.overtime(t)
            self.sweep(t)
            self.with_the_next(t)
            self.fielded(t)
            self.close(t, before)
        self.result.cost = self.cost
        return self.result

    def share(self, kinds: Callable[[Row], bool], t: int) -> float:
        """What risks leave of something in a period."""
        left = 1.0
        for row in self.rows["risks"]:
            if kinds(row):
                left *= self.drawn.left.get((row["risk"], t), 1.0)
        return left

    def inflow(self, t: int) -> None:
        edges = self.edges
        for name, row in self.by["resources"].items():
            site = row["site"]
            region = self.by["sites"][site]["region"] if site is not None else None
            hit = lambda r, name=name, site=site, region=region: (  # noqa: E731
                (r["kind"] == "resource" and r["target"] == name)
                or (r["kind"] == "site" and r["target"] == site)
                or (r["kind"] == "region" and r["target"] == region)
            )
            there = self.capacity("resources", name, "capacity", t) + self.added[name, t]
            self.left["resource", name] = there * self.share(hit, t)
        for name, row in self.by["lanes"].items():
            hit = lambda r, name=name, row=row: (  # noqa: E731
                (r["kind"] == "lane" and r["target"] == name)
                or (r["kind"] == "corridor" and r["target"] == row["corridor"])
            )
            room = self.capacity("lanes", name, "capacity", t) if row["capacity"] < inf else inf
            self.left["lane", name] = room * self.share(hit, t) if room < inf else inf
        for name in self.by["pools"]:
            self.left["pool", name] = 0.0
        for name, fund in self.by["funds"].items():
            last = plainly.usable_until(edges, plainly.day(self.tables, fund["expires"], 1e12), self.rounding)
            if not (fund["carry"] and t <= last):
                self.left["fund", name] = 0.0
            for row in self.rows["allotments"]:
                when = max(plainly.day(self.tables, row["date"], 0.0), 0.0)
                if row["fund"] == name and plainly.usable(edges, when, self.rounding) == t and t <= last:
                    key = f"{name}|{row['date'].isoformat()}"
                    self.left["fund", name] += row["amount"] * self.factor("allotments", key, "amount", 1)
        for name, row in self.by["needs"].items():
            arises = plainly.need_by(self.tables, row, edges, edges[t]) - plainly.need_by(
                self.tables, row, edges, edges[t - 1]
            )
            if row["late"] == "lost":
                self.left["need", name] = 0.0
            self.left["need", name] += arises * self.factor("needs", name, "qty", 1)
        for row in self.rows["stock"]:
            self.receive(row, t)
        if t == 1:
            self.age_at_start()
        self.kept: dict[str, float] = defaultdict(float)
        for row in self.rows["rivals"]:
            if row["kind"] != "item":
                store = (row["kind"], row["target"])
                kept = min(self.plan["keep"][row["rival"], t], max(self.left[store], 0.0))
                self.left[store] -= kept
                pool = self.by["resources"][row["target"]]["pool"] if row["kind"] == "resource" else None
                if pool is not None:
                    self.left["pool", pool] -= kept

    def receive(self, row: Row, t: int) -> None:
        point, when = ("point", row["site"], row["item"]), plainly.day(self.tables, row["date"], 0.0)
        key = f"{row['site']}|{row['item']}" + (f"|{row['date'].isoformat()}" if when > 0 else "")
        qty = row["qty"] * self.factor("stock", key, "qty", 1)
        if when <= 0:
            self.left[point] += qty if t == 1 else 0.0
            return
        barred = any(
            plainly.barred(self.tables, self.edges, one, t)
            and plainly.names_place(one, self.by["sites"][row["site"]])
            and plainly.names_goods(one, row["item"])
            for one in self.rows["restrictions"]
        )
        if plainly.usable(self.edges, when, self.rounding) == t and not barred:
            self.left[point] += qty
            if t == 1:
                self.come[point, 0] -= 0.0

    def age_at_start(self) -> None:
        for point in self.points:
            self.initial["point", *point] = self.left["point", *point]

    def people(self, t: int) -> None:
        days = self.edges[t] - self.edges[t - 1]
        for name, row in self.by["pools"].items():
            cell = lambda column, name=name, row=row: self.cell("pools", name, row, column, t)  # noqa: E731
            self.hire_gap[name] += self.plan["hire"][name, t]
            hires = min(self.hire_gap[name], cell("hire_max") * days)
            payer = row["fund"] or self.usual
            if hires > 0 and cell("hire_cost") > 0:
                if payer:
                    hires = min(hires, max(self.left["fund", payer], 0.0) / cell("hire_cost"))
                self.left["fund", payer] -= hires * cell("hire_cost")
            self.hire_gap[name] -= hires
            if hires > 0:
                for u, share in self.arrives(t, cell("train_d")):
                    self.graduates[name, u] += hires * share
            trained = self.graduates[name, t]
            leave = self.some(("quit", name), t - 1, self.heads[name], 1 - (1 - cell("quit")) ** (days / 365))
            self.heads[name] += (1 - cell("dropout")) * trained - leave
            self.trainees[name] += hires - trained
            hours = cell("hours") * self.heads[name]
            hours += (cell("hours") * cell("train_eff") - cell("trainer_h")) * self.trainees[name]
            self.left["pool", name] += max(hours, 0.0) * days

    def gate_days(self, gate: str) -> tuple[float, float]:
        if gate in self.drawn.gates:
            return self.drawn.gates[gate]
        rows = self.plan.table("gates").select("gate", "start_d", "done_d").iter_rows()
        return {name: (begin, end) for name, begin, end in rows}[gate]

    def opened(self, gate: str) -> bool:
        if gate in self.decided:
            return True
        asks = self.by["gates"][gate]["cost"] > 0 or bool(self.uses[gate])
        return not asks or self.plan["open"][(gate,)] > 0.5

    def behind(self, gate: str | None) -> int:
        """First period behind a gate."""
        if gate is None:
            return 1
        if gate in self.decided:
            return plainly.usable(self.edges, self.passed.get(gate, inf), self.rounding)
        return (
            plainly.usable(self.edges, self.gate_days(gate)[1], self.rounding) if self.opened(gate) else self.last + 1
        )

    def gates(self, t: int) -> None:
        for name, row in self.by["gates"].items():
            begin = inf if name in self.decided else self.gate_days(name)[0]
            if self.opened(name) and plainly.usable(self.edges, begin, self.rounding) == t:
                self.left["fund", row["fund"] or self.usual] -= row["cost"]
                for store, qty in self.loads(name, t):
                    self.left[store] -= qty

    # ---- tests that use up articles

    def attempts(self, gate: str) -> list[tuple[float, bool]]:
        """Days of each try of a gate, and whether it passes."""
        if self.drawn.tries is not None:
            return self.drawn.tries[gate]
        _, lasts = plainly.tries(self.by["gates"][gate], self.tables.config.gate_quantile)
        return [(lasts, True)]

    def articles(self, gate: str) -> tuple[Name, float] | None:
        """Where the articles of a try lie, and how many it takes; all that the plan counts on without luck."""
        row = self.by["gates"][gate]
        if row["needs_item"] is None or not row["needs_qty"]:
            return None
        return ("point", row["needs_site"], row["needs_item"]), row["needs_qty"] * self.at_once_tried(gate)

    def at_once_tried(self, gate: str) -> float:
        """Tries that one stands for."""
        count = plainly.tries(self.by["gates"][gate], self.tables.config.gate_quantile)[0]
        return 1.0 if self.drawn.tries is not None else count

    def plan_has(self, gate: str) -> float:
        """Day on which the plan begins a test."""
        rows = self.plan.table("gates").select("gate", "start_d").iter_rows()
        return {name: inf if start is None else start for name, start in rows}[gate]

    def may_begin(self, gate: str) -> float:
        """Day from which the next try of a gate may begin; never when it is passed or has failed for good."""
        tries, begun = self.attempts(gate), self.begun[gate]
        if begun:
            over = gate in self.passed or len(begun) == len(tries)
            return inf if over else begun[-1] + tries[len(begun) - 1][0]
        day = self.plan_has(gate)
        for link in self.rows["links"]:
            if link["after"] != gate:
                continue
            first, key = link["before"], f"{link['before']}|{gate}"
            lag = self.cell("links", key, link, "lag_d", 1)
            lasts = self.cell("gates", first, self.by["gates"][first], "duration_d", 1)
            if first in self.decided:
                begins = self.begun[first][0] if self.begun[first] else inf
                passes = self.passed.get(first, inf)
            else:
                begins, passes = self.gate_days(first)
            day = max(day, (begins if link["kind"] == "SS" else passes - link["overlap"] * lasts) + lag)
        return day

    def begin(self, gate: str, day: float) -> None:
        """A try begins."""
        tries = self.attempts(gate)
        self.begun[gate].append(day)
        lasts, passes = tries[len(self.begun[gate]) - 1]
        if passes:
            self.passed[gate] = day + lasts

    def served(self, gate: str) -> bool:
        """Whether the articles of a try are there; they are taken then."""
        asked = self.articles(gate)
        if asked is None:
            return True
        point, qty = asked
        if self.left[point] < qty * (1 - 1e-6):
            return False
        self.left[point] -= min(qty, self.left[point])
        return True

    def trials(self, t: int) -> None:
        """Tries that begin inside the period, and the price of all that begin in it."""
        paid, self.signed = self.signed, []
        first, last = self.edges[t - 1], self.edges[t]
        for gate in self.decided:
            while (day := self.may_begin(gate)) < last - 1e-9 and (t == 1 or day > first + 1e-9) and self.served(gate):
                self.begin(gate, max(day, first))
                paid = [*paid, gate]
        for gate in paid:
            row, times = self.by["gates"][gate], self.at_once_tried(gate)
            self.left["fund", row["fund"] or self.usual] -= times * row["cost"]
            for store, qty in self.loads(gate, t):
                self.left[store] -= times * qty

    def may_take(self, gate: str, t: int) -> float:
        """Articles of all tries that may still come of a test that is planned and not passed."""
        asked, most = self.articles(gate), 1
        if asked is None or self.plan_has(gate) >= self.edges[-1] or self.passed.get(gate, inf) <= self.edges[t] + 1e-9:
            return 0.0
        if self.drawn.tries is not None:
            row, ranges = self.by["gates"][gate], (*self.drawn.values, *self.drawn.factors)
            most = int(row["max_tries"])
            if not {("gates", gate, "pass"), ("gates", gate, "fix")} & set(ranges):
                most = min([most, *(1 for _ in [0] if row["pass"] >= 1), *(2 for _ in [0] if row["fix"] >= 1)])
        return asked[1] * (most - len(self.begun[gate]))

    def kept_for_tests(self, node: Name, t: int) -> float:
        """Articles of all tries that may still come."""
        mine = [gate for gate in self.decided if (self.articles(gate) or (None, 0.0))[0] == node]
        return sum(self.may_take(gate, t) for gate in mine)

    def set_aside(self, node: Name, t: int) -> None:
        """Articles of tests that have begun, or are to begin with the next period, are kept from all others."""
        for gate in self.decided:
            asked = self.articles(gate)
            soon = t < self.last and self.may_begin(gate) <= self.edges[t] + 1e-9
            if asked and asked[0] == node and (soon or self.begun[gate]):
                more = max(min(self.may_take(gate, t) - self.aside[gate], self.left[node]), 0.0)
                self.aside[gate] += more
                self.left[node] -= more

    def with_the_next(self, t: int) -> None:
        """Tries that begin with the next period, where their articles are there at the end of this one."""
        for gate in self.decided:
            if asked := self.articles(gate):
                self.left[asked[0]] += self.aside.pop(gate, 0.0)
            while t < self.last and self.may_begin(gate) <= self.edges[t] + 1e-9 and self.served(gate):
                self.begin(gate, self.edges[t])
                self.signed.append(gate)

    # ---- units in use

    def some(self, name: tuple[str, ...], occurrence: int, units: float, share: float) -> float:
        """Units that meet what a share of them meets: whole ones by the binomial law, of a part of one its share."""
        whole = floor(units + 1e-6)
        if self.drawn.luck is None or not 1 <= whole < 1000 or not 0 < share < 1:
            return units * share
        return float(binom.ppf(self.drawn.luck(name, occurrence), whole, share)) + (units - whole) * share

    def failures(self, t: int) -> None:
        """Units that fail, of those that worked before the period."""
        for one, row in self.lives.items():
            self.failed[one] = 0.0
            name, cohorts = ("fail", f"{one[1]}|{one[2]}"), self.cohorts[one]
            if row is None:
                continue
            key = f"{row['item']}|{row['environment']}"
            mean, times, shape = (self.cell("reliability", key, row, c, 1) for c in ("mtbf_d", "af", "shape"))
            if row["shape"] == 1 and ("reliability", key, "shape") not in (*self.drawn.values, *self.drawn.factors):
                share = 1 - exp(-times / mean * (self.edges[t] - self.edges[t - 1]))
                self.failed[one] = self.some(name, t - 1, sum(cohorts.values()), share)
                cohorts[0] = cohorts.get(0, 0.0) - self.failed[one]
            else:
                for start, units in cohorts.items():
                    young, old = (
                        exp(-(((self.edges[u] - self.edges[start]) * times / mean * gamma(1 + 1 / shape)) ** shape))
                        for u in (t - 1, t)
                    )
                    if units > 1e-12 and young > 0:
                        pair = (t - 1) * (t - 2) // 2 + start - 1
                        fails = self.some(name, pair, units, 1 - old / young)
                        cohorts[start] -= fails
                        self.failed[one] += fails
            self.replace(one, t)
            value = self.by["items"][one[2]]["value"]
            self.met[one[1]] -= value * self.failed[one]
            self.left["need", one[1]] += value * self.failed[one]
            if back := self.back(one):
                self.left[back[0]] += back[1] * self.failed[one]

    def replace(self, one: Name, t: int) -> None:
        """The most that has failed beyond the plan so far is wanted once more."""
        before = self.plan["serve"][(*one[1:], t - 1)] if t > 1 else 0.0
        plan = before + (1 - self.early[one]) * self.planned(one, t) - self.plan["serve"][(*one[1:], t)]
        self.excess[one] += self.failed[one] - max(plan, 0.0) * self.factor("needs", one[1], "qty", 1)
        if self.excess[one] > self.peak[one]:
            self.gap[one] += (self.excess[one] - self.peak[one]) / (1 - self.early[one])
            self.peak[one] = self.excess[one]

    def sent_back(self, t: int) -> None:
        """Failed units that lie somewhere beyond the plan are taken by who takes them in the plan."""
        failed = {row["failed"] for one, row in self.lives.items() if row is not None and self.back(one)}
        for point in self.points:
            takers = {}
            for one in self.activities if point[1] in failed else []:
                rate = self.taken_of(one, ("point", *point))
                whole = sum(self.planned(one, u) for u in range(1, self.last + 1)) if rate > 0 else 0.0
                if whole > 0:
                    takers[one] = (rate, whole * rate)
            more = self.left["point", *point] - max(self.plan["hold"][(*point, t)], 0.0)
            more -= max(self.plan["waste"][(*point, t)], 0.0) + self.waste_gap["point", *point]
            more -= sum(rate * max(self.gap[one] + self.planned(one, t), 0.0) for one, (rate, _) in takers.items())
            for one, (rate, whole) in takers.items() if more > 0 else ():
                self.gap[one] += more * whole / sum(each for _, each in takers.values()) / rate

    def taken_of(self, one: Name, point: Name) -> float:
        """Units that a start or shipment takes at a point, as the tables have it."""
        if one[0] == "ship":
            return 1.0 if self.takes(one) == [point] else 0.0
        site = self.by["processes"][one[1]]["site"] if one[0] == "make" else None
        parts = [part["qty"] for part in self.parts[one[1]] if part["offset_d"] <= 0] if site == point[1] else []
        items = [part["item"] for part in self.parts[one[1]] if part["offset_d"] <= 0] if site == point[1] else []
        return float(sum(qty for qty, item in zip(parts, items, strict=True) if item == point[2]))

    def come_back(self, node: Name) -> None:
        """Units delivered in the period that were defective, where they turn up."""
        for one in self.lives:
            back = self.back(one)
            if back and back[0] == node and self.early[one] > 0:
                new = self.early[one] * self.done[one] * back[1] - self.returned[one]
                self.returned[one] += new
                self.left[node] += new

    def fielded(self, t: int) -> None:
        """What was delivered is in use."""
        for one in self.lives:
            if back := self.back(one):
                self.come_back(back[0])
            self.cohorts[one][t] = (1 - self.early[one]) * self.done[one]

    def builds(self, t: int) -> None:
        for name, row in self.by["builds"].items():
            opens = plainly.usable(self.edges, max(plainly.day(self.tables, row["opens"], 0.0), 0.0), self.rounding)
            self.build_gap[name] += self.plan["build"][name, t]
            if t >= max(opens, self.behind(row["gate"])):
                self.build(name, row, name, t, 1.0, 0.0)
        for name, row in self.by["builds"].items():
            if row["risk_gate"] is None:
                continue
            risky = f"{name} at risk"
            opens = plainly.usable(self.edges, max(plainly.day(self.tables, row["opens"], 0.0), 0.0), self.rounding)
            self.build_gap[risky] += self.plan["risk"][name, t]
            begins, passed = self.gate_days(row["risk_gate"])
            if self.opened(row["risk_gate"]) and t >= max(opens, plainly.usable(self.edges, begins, self.rounding)):
                failed = self.drawn.failed.get(row["risk_gate"])
                mean = plainly.again(self.tables, row)
                self.build(name, row, risky, t, mean if failed is None else 1 + row["redo"] * failed, passed)

    def build(self, name: str, row: Row, gap: str, t: int, times: float, after: float) -> None:
        points: dict[str, list[tuple[float, float]]] = defaultdict(list)
        for point in self.rows["curves"]:
            points[point["curve"]].append((point["x"], point["y"]))
        amount = self.build_gap[gap]
        price, payer = self.price("builds", name, "capex", t) * times, row["fund"] or self.usual
        if amount > 1e-12 and price > 0 and payer:
            amount = min(amount, max(self.left["fund", payer], 0.0) / price)
        if amount > 1e-12:
            amount = min([amount, *(max(self.left[store], 0.0) / (times * qty) for store, qty in self.loads(name, t))])
        if amount <= 1e-12:
            return
        self.build_gap[gap] -= amount
        self.left["fund", payer] -= amount * price
        for store, qty in self.loads(name, t):
            self.left[store] -= amount * times * qty
        born = max(self.edges[t - 1] + self.cell("builds", name, row, "lead_d", 1) * times, after)
        life = self.cell("builds", name, row, "life_d", 1)
        curve = points[row["ramp"]] if row["ramp"] is not None else []
        for u in range(t, self.last + 1):
            first, last = self.edges[u - 1] - born, self.edges[u] - born
            if last <= 0:
                continue
            works = plainly.working_share(curve, life, first, last, self.rounding)
            more = amount * self.cell("builds", name, row, "add", 1) * works * (last - first)
            self.added[row["resource"], u] += more
            if u == t:
                self.left["resource", row["resource"]] += more

    def shut(self, activity: Name, t: int) -> bool:
        """Whether site, need or restriction forbid an activity."""
        kind, key = activity[0], activity[1]
        sites, rounding = self.by["sites"], self.rounding
        site = {"make": lambda: self.by["processes"][key]["site"], "ship": lambda: self.by["lanes"][key]["from"]}.get(
            kind, lambda: self.home[key]
        )()
        opens = plainly.usable(self.edges, plainly.day(self.tables, sites[site]["opens"], 0.0), rounding)
        closes = plainly.usable_until(self.edges, plainly.day(self.tables, sites[site]["closes"], 1e12), rounding)
        if not opens <= t <= closes:
            return True
        if kind == "deliver":
            day = plainly.day(self.tables, self.by["needs"][key]["from"], 0.0)
            if t < plainly.usable(self.edges, day, rounding):
                return True
        return any(self.bars(one, activity, site, t) for one in self.rows["restrictions"])

    def bars(self, one: Row, activity: Name, site: str, t: int) -> bool:
        force = plainly.barred(self.tables, self.edges, one, t)
        kind, key, sites = activity[0], activity[1], self.by["sites"]
        here = plainly.names_place(one, sites[site])
        held = one["stock"] and one["kind"] in ("site", "region", "owner", "item")
        if kind == "deliver":
            return bool(force and held and here and plainly.names_goods(one, activity[2]))
        if kind == "ship":
            lane = self.by["lanes"][key]
            ends = here or plainly.names_place(one, sites[lane["to"]])
            mine = lane[one["kind"]] == one["target"] if one["kind"] in ("lane", "corridor") else ends
            return bool(force and mine and plainly.names_goods(one, activity[2]))
        given = {item for _, _, item in self.given_to(activity)}
        loads = (key, one["target"]) in {(row["user"], row["resource"]) for row in self.rows["uses"] if row["qty"] > 0}
        here = loads if one["kind"] == "resource" else here
        if force and here and any(plainly.names_goods(one, item) for item in given):
            return True
        for part in self.parts[key]:
            if held and here and plainly.names_goods(one, part["item"]):
                felt = [u for u, _ in self.arrives(t, part["offset_d"])]
                if any(plainly.barred(self.tables, self.edges, one, u) for u in felt):
                    return True
        return False

    def planned(self, activity: Name, t: int) -> float:
        return float(max(self.plan[activity[0]][(*activity[1:], t)], 0.0))

    def wants(self, t: int) -> None:
        self.want: dict[Name, float] = {}
        self.done: dict[Name, float] = defaultdict(float)
        self.fill: dict[tuple[str, str, str], float] = defaultdict(float)
        self.desire: dict[tuple[str, str, str], float] = defaultdict(float)
        days = [self.edges[u] - self.edges[u - 1] for u in range(1, self.last + 1)]
        for one in self.activities:
            scale = self.factor("needs", one[1], "qty", 1) if one[0] == "deliver" else 1.0
            self.gap[one] += self.planned(one, t) * scale
            want = 0.0 if self.shut(one, t) else max(self.gap[one], 0.0)
            if one[0] != "deliver":
                highest = max(self.planned(one, u) / days[u - 1] for u in range(1, t + 1))
                want = min(want, CATCH_UP * highest * days[t - 1])
            if one[0] == "make":
                want = self.started(one[1], want, t)
            if one[0] == "ship" and self.by["lanes"][one[1]]["capacity"] == inf:
                lane = self.by["lanes"][one[1]]
                want *= self.share(
                    lambda r, lane=lane: (r["kind"] == "lane" and r["target"] == lane["lane"])
                    or (r["kind"] == "corridor" and r["target"] == lane["corridor"]), t,
                )  # fmt: skip
            self.want[one] = want
        for process, slots in self.slots.items():
            for slot, rows in slots.items():
                for row in rows:
                    self.gap["use", process, slot, row["item"]] += max(
                        self.plan["use"][process, slot, row["item"], t], 0.0
                    )

    def started(self, name: str, want: float, t: int) -> float:
        row = self.by["processes"][name]
        site = self.by["sites"][row["site"]]
        left = self.share(
            lambda r: (r["kind"] == "item" and r["target"] == row["item"])
            or (r["kind"] == "site" and r["target"] == row["site"])
            or (r["kind"] == "region" and r["target"] == site["region"]), t,
        )  # fmt: skip
        if t < self.behind(row["gate"]):
            return 0.0
        rate = self.steps.capacity("processes", row, "max_rate", self.edges, t, self.rounding)
        if rate < inf:
            return min(want, self.capacity("processes", name, "max_rate", t) * left)
        return want * left

    def learning(self, t: int) -> None:
        groups = list(dict.fromkeys(self.curves[name].group for name in self.by["processes"] if name in self.curves))
        for turn in range(4):
            for group in groups:
                mine = [one for one in self.by["processes"] if one in self.curves and self.curves[one].group == group]
                mine = [one for one in mine if self.want["make", one] > 0] or mine[:1]
                expected, share = sum(self.want["make", name] for name in mine), 1.0
                for use in [use for name in mine for use in self.uses[name] if use["learns"] and turn > 0]:
                    pool = self.by["resources"][use["resource"]]["pool"]
                    share = min(share, self.room(("resource", use["resource"]), t))
                    share = min(share, self.room(("pool", pool), t)) if pool is not None else share
                self.effort[group] = self.mean_effort(mine[0], group, expected * share)

    def mean_effort(self, process: str, group: tuple[str, str], more: float) -> float:
        row = self.by["processes"][process]
        prior = self.cell("processes", process, row, "prior", 1)
        b = -log2(self.cell("processes", process, row, "progress", 1))
        first = prior + self.gathered[group]
        last = first + more
        if more <= 1e-9 * first:
            return (first / prior) ** -b
        if 1 - b < 1e-12:
            return prior * log(last / first) / more
        return prior**b * (last ** (1 - b) - first ** (1 - b)) / (1 - b) / more

    def room(self, store: Name, t: int) -> float:
        total = sum(
            self.want[one] * qty for one in self.activities for name, qty in self.claims(one, t) if name == store
        )
        there = max(self.left[store], 0.0)
        for (resource, segment), (_, eff, _) in plainly.segments(self.tables).items():
            pool = self.by["resources"][resource]["pool"]
            if store in (("resource", resource), ("pool", pool)):
                there += eff * self.plan["overtime"][resource, segment, t]
        return min(1.0, there / total) if total > 0 else 1.0

    def overtime(self, t: int) -> None:
        regular, worked = plainly.regular(self.tables, self.edges), defaultdict(float)
        for (name, segment), (share, eff, cost) in plainly.segments(self.tables).items():
            row = self.by["resources"][name]
            load, late = 0.0, False
            for process in self.by["processes"]:
                for use in self.uses[process]:
                    if use["resource"] == name:
                        taught = process in self.curves and use["learns"]
                        effort = self.effort[self.curves[process].group] if taught else 1.0
                        qty = use["qty"] * self.factor("uses", f"{process}|{name}", "qty", t)
                        load += qty * effort * self.want["make", process]
                        plan = self.planned(("make", process), t)
                        late |= self.gap["make", process] > plan + 1e-6 * (1 + plan)
            hours = self.plan["overtime"][name, segment, t]
            most = share * regular[name, t] if row["ot_run_d"] == inf else hours
            if late and eff > 0:
                hours = max(hours, min(most, (load - self.left["resource", name]) / eff))
            if row["pool"] is not None and hours * eff > load - worked[name]:
                hours = max(load - worked[name], 0.0) / eff
            worked[name] += hours * eff
            self.left["resource", name] += hours * eff
            if row["pool"] is not None:
                staff = self.by["pools"][row["pool"]]
                self.left["pool", row["pool"]] += hours * eff
                self.left["fund", staff["fund"] or self.usual] -= hours * (staff["wage"] or 0.0) * (1 - eff)
            self.left["fund", row["fund"] or self.usual] -= hours * cost

    # ---- the sweep

    def sweep(self, t: int) -> None:
        limits = self.limits(t)
        kept = {name: value for name, value in vars(self).items() if isinstance(value, dict)}
        before = deepcopy({name: value for name, value in kept.items() if name not in ("rows", "by")}) if limits else {}
        self.move(t)
        for _ in range(1000):
            if not self.forbidden(limits, before):
                break
            vars(self).update(deepcopy(before))
            self.move(t)
        for key, weights in limits.items():
            self.room_left[key] += sum(w * self.done[one] for one, w in weights.items())
        for one in self.activities:
            self.gap[one] -= self.done[one]
            if one[0] == "make" and one[1] in self.curves:
                self.gathered[self.curves[one[1]].group] += self.done[one]
        for place, fills in self.fill.items():
            row = next(r for r in self.slots[place[0]][place[1]] if r["item"] == place[2])
            self.gap["use", *place] -= fills * row["qty"]

    def move(self, t: int) -> None:
        self.factors: dict[tuple[Name, float], float] = {}
        self.demand: dict[Name, list[tuple[float, float]]] = defaultdict(list)
        self.short = False
        self.returned: dict[Name, float] = defaultdict(float)
        for one in self.activities:
            for store, qty in self.claims(one, t):
                self.demand[store].append((self.rank[one], qty * self.want[one]))
        for store in list(self.demand):
            if store[0] != "point" and store != ("fund", ""):
                self.ration(store)
        self.go: dict[str, bool] = {}
        for node in self.order:
            if node[0] == "point":
                self.come_back(node)
                self.set_aside(node, t)
                self.rivals(node, t)
                self.alternatives(node, t)
                self.ration(node)
                self.deliver(node)
            else:
                self.start(node, t)
        if self.short:
            for node in self.order:
                if node[0] == "point":
                    self.come_back(node)
                    self.set_aside(node, t)
                    self.rivals(node, t)
                    self.deliver_more(node)
                else:
                    self.more(node, t)

    def rivals(self, node: Name, t: int) -> None:
        for row in self.rows["rivals"]:
            if row["kind"] == "item" and row["target"] == f"{node[2]}@{node[1]}":
                more = max(min(self.plan["keep"][row["rival"], t] - self.kept[row["rival"]], self.left[node]), 0.0)
                self.kept[row["rival"]] += more
                self.left[node] -= more

    def alternatives(self, node: Name, t: int) -> None:
        """What alternatives in slots want of a point."""
        for process, slots in self.slots.items():
            for slot, rows in slots.items():
                for row in rows:
                    if (self.by["processes"][process]["site"], row["item"]) != node[1:]:
                        continue
                    place = (process, slot, row["item"])
                    asked = min(max(self.gap["use", *place], 0.0) / row["qty"], self.want["make", process])
                    self.desire[place] = 0.0 if self.held(process, row, t) else asked
                    self.demand[node].append((self.rank["make", process], self.desire[place] * self.unit(row, t)))

    def unit(self, row: Row, t: int) -> float:
        return self.cell("recipe", self.recipe_key(row), row, "qty", t)

    def held(self, process: str, row: Row, t: int) -> bool:
        site = self.by["sites"][self.by["processes"][process]["site"]]
        return any(
            one["stock"] and one["kind"] != "lane" and plainly.barred(self.tables, self.edges, one, t)
            and plainly.names_place(one, site) and plainly.names_goods(one, row["item"])
            for one in self.rows["restrictions"]
        )  # fmt: skip

    def ration(self, store: Name) -> None:
        left = max(self.left[store], 0.0)
        for rank in sorted({rank for rank, _ in self.demand[store]}):
            total = sum(qty for one, qty in self.demand[store] if one == rank)
            factor = left / total if total > left else 1.0
            self.factors[store, rank] = factor
            self.short |= factor < 1 - 1e-12
            left = max(left - total, 0.0)

    def granted(self, store: Name, one: Name) -> float:
        return self.factors.get((store, self.rank[one]), 1.0)

    def book(self, one: Name, amount: float, t: int) -> None:
        self.done[one] += amount
        for store, qty in self.claims(one, t):
            self.left[store] -= qty * amount
        for point, u, qty in self.outputs(one, t, amount):
            if u == t:
                self.left[point] += qty
            else:
                self.due[point, u] += qty

    def start(self, one: Name, t: int) -> None:
        amount = self.want[one] * min([1.0, *(self.granted(store, one) for store, _ in self.claims(one, t))])
        if one[0] == "make":
            if self.slots[one[1]]:
                limited = self.bounded(one[1], amount, t, first=True)
                self.short |= limited < (1 - 1e-12) * amount
                amount = limited
            lot = self.by["processes"][one[1]]["min_lot"]
            if lot > 0:
                self.short = True
                amount = amount if amount >= (1 - 1e-6) * lot else 0.0
        elif self.by["lanes"][one[1]]["min_ship"] > 0:
            if one[1] not in self.go:
                lane, could = self.by["lanes"][one[1]], 0.0
                for other, item in self.shipments:
                    if other == one[1]:
                        there = max(self.left["point", lane["from"], item], 0.0)
                        could += plainly.measure(lane, self.by["items"][item]) * min(
                            self.want["ship", other, item], there
                        )
                self.go[one[1]] = could >= (1 - 1e-6) * lane["min_ship"]
            amount *= self.go[one[1]] or self.weightless(one)
        self.book(one, amount, t)
        if one[0] == "make":
            self.filled(one[1], t)

    def weightless(self, one: Name) -> bool:
        """Whether a lane does not count an item towards its smallest shipment."""
        return plainly.measure(self.by["lanes"][one[1]], self.by["items"][one[2]]) == 0

    def more(self, one: Name, t: int) -> None:
        amount = self.want[one] - self.done[one]
        for store, qty in self.claims(one, t):
            if store != ("fund", "") and qty * amount > max(self.left[store], 0.0):
                amount = max(self.left[store], 0.0) / qty
        amount = max(amount, 0.0)
        if one[0] == "make":
            if self.slots[one[1]]:
                amount = self.bounded(one[1], amount, t, first=False)
            lot = self.by["processes"][one[1]]["min_lot"]
            if lot > 0 and self.done[one] + amount < (1 - 1e-6) * lot:
                amount = 0.0
        elif self.by["lanes"][one[1]]["min_ship"] > 0:
            amount *= self.go[one[1]] or self.weightless(one)
        self.book(one, amount, t)
        if one[0] == "make":
            self.filled(one[1], t)

    def available(self, process: str, slot: str, row: Row, t: int, first: bool | None) -> float:
        """Starts that an alternative can fill: of its share, of that and what is left, or of all there is."""
        if self.held(process, row, t):
            return 0.0
        point, place = ("point", self.by["processes"][process]["site"], row["item"]), (process, slot, row["item"])
        if first:
            return self.granted(point, ("make", process)) * self.desire[place]
        there = max(self.left[point], 0.0) / self.unit(row, t)
        return there if first is None else self.fill[place] + there

    def bounded(self, process: str, amount: float, t: int, first: bool) -> float:
        """The most starts, up to ``amount`` more, that every slot can fill; by bisection."""
        before = self.done["make", process]

        def possible(x: float) -> bool:
            for slot, rows in self.slots[process].items():
                there = {row["item"]: self.available(process, slot, row, t, first) for row in rows}
                if any(there[row["item"]] < row["share_min"] * x * (1 - 1e-14) for row in rows):
                    return False
                if sum(min(there[row["item"]], row["share_max"] * x) for row in rows) < x * (1 - 1e-12):
                    return False
            return True

        low, high = 0.0, before + amount
        if possible(high):
            return amount
        for _ in range(200):
            middle = (low + high) / 2
            low, high = (middle, high) if possible(middle) else (low, middle)
        return max(low - before, 0.0)

    def filled(self, process: str, t: int) -> None:
        """Fill the slots of all starts: least shares, then as planned, then in the order of the rows."""
        x, site = self.done["make", process], self.by["processes"][process]["site"]
        for slot, rows in self.slots[process].items():
            for row in rows:
                self.left["point", site, row["item"]] += self.fill[process, slot, row["item"]] * self.unit(row, t)
                self.fill[process, slot, row["item"]] = 0.0
            if x <= 0:
                continue
            there = {row["item"]: self.available(process, slot, row, t, None) for row in rows}
            above = {}
            for row in rows:
                most = min(there[row["item"]], row["share_max"] * x, self.desire[process, slot, row["item"]])
                above[row["item"]] = max(most - row["share_min"] * x, 0.0)
            least, asked = sum(row["share_min"] for row in rows) * x, sum(above.values())
            share = min(1.0, (x - least) / asked) if asked > 0 else 0.0
            rest = x
            for row in rows:
                fills = row["share_min"] * x + share * above[row["item"]]
                self.fill[process, slot, row["item"]] = fills
                rest -= fills
            for row in rows:
                place = (process, slot, row["item"])
                extra = min(rest, min(there[row["item"]], row["share_max"] * x) - self.fill[place])
                if rest > 0 and extra > 0:
                    self.fill[place] += extra
                    rest -= extra
            for row in rows:
                self.left["point", site, row["item"]] -= self.fill[process, slot, row["item"]] * self.unit(row, t)

    def value(self, one: Name) -> float:
        """What a unit delivered counts for its need: defective ones nothing, where only what works counts."""
        return float(self.by["items"][one[2]]["value"]) * (1 - self.early[one])

    def hand_over(self, one: Name, amount: float) -> None:
        value = self.value(one)
        self.done[one] += amount
        self.left[self.takes(one)[0]] -= amount
        self.left["need", one[1]] -= amount * value
        self.met[one[1]] += amount * value

    def deliver(self, node: Name) -> None:
        here = [one for one in self.activities if one[0] == "deliver" and self.takes(one)[0] == node]
        for rank in sorted({self.rank[one] for one in here}):
            mine = [one for one in here if self.rank[one] == rank]
            factor = self.factors.get((node, rank), 1.0)
            if factor < 1 - 1e-12 and len(mine) > 1:
                self.evenly(mine, factor)
                continue
            for one in mine:
                self.hand_over(one, self.want[one] * min(factor, self.granted(("need", one[1]), one)))

    def evenly(self, mine: list[Name], factor: float) -> None:
        """Lift all needs to one coverage with what there is; the coverage is found by bisection."""
        amount = factor * sum(self.want[one] for one in mine)
        qty = {one: self.by["needs"][one[1]]["qty"] * self.factor("needs", one[1], "qty", 1) for one in mine}
        value = {one: self.value(one) for one in mine}
        had = {one: self.met[one[1]] for one in mine}
        most = {one: self.want[one] * self.granted(("need", one[1]), one) for one in mine}

        def at(level: float) -> dict[Name, float]:
            return {
                one: min(max((level * qty[one] - had[one]) / value[one], 0.0), most[one]) if value[one] > 0 else 0.0
                for one in mine
            }

        low, high = 0.0, 10.0
        if sum(at(high).values()) <= amount:
            low = high
        for _ in range(200):
            middle = (low + high) / 2
            low, high = (middle, high) if sum(at(middle).values()) <= amount else (low, middle)
        for one, given in at(low).items():
            if given > 0:
                self.hand_over(one, given)

    def deliver_more(self, node: Name) -> None:
        here = [one for one in self.activities if one[0] == "deliver" and self.takes(one)[0] == node]
        for one in sorted(here, key=lambda one: self.rank[one]):
            amount = min(self.want[one] - self.done[one], max(self.left[node], 0.0))
            value = self.value(one)
            if value > 0:
                amount = min(amount, max(self.left["need", one[1]], 0.0) / value)
            if amount > 0:
                self.hand_over(one, amount)

    # ---- shares of a family

    def forbidden(self, limits: dict[Name, dict[Name, float]], before: dict[str, Any]) -> bool:
        """Whether limits forbid what was handed over; what of it was wanted before is cut in proportion."""
        over = False
        for key, weights in limits.items():
            planned = sum(self.plan["deliver"][(*one[1:], u)] for one in weights for u in self.periods)
            slack = 1e-6 * max((abs(w) for w in weights.values()), default=0.0) * (1 + planned)
            room = self.room_left[key] + sum(w * self.done[one] for one, w in weights.items() if w > 0)
            uses = sum(-w * self.done[one] for one, w in weights.items() if w < 0)
            if uses > max(room + slack, 0.0):
                over = True
                for one, weight in weights.items():
                    if weight < 0:
                        less = max(room + slack / 2, 0.0) / uses * self.done[one]
                        before["want"][one] = min(before["want"][one], less)
        return over

    def limits(self, t: int) -> dict[Name, dict[Name, float]]:
        """What a unit of each delivery adds to the room under each limit in force."""
        given = [one for one in self.activities if one[0] == "deliver"]
        family = {name: item["family"] for name, item in self.by["items"].items()}
        escapes, found = fielded.escapes(self.tables), {}
        for row in self.current("mix", ("family", "item", "recipient"), t):
            mine = [
                one for one in given
                if family[one[2]] == row["family"]
                and row["recipient"] in ("*", self.by["needs"][one[1]]["recipient"])
            ]  # fmt: skip
            name = (row["family"], row["item"], row["recipient"], str(row["from"]))
            if row["share_min"] > 0:
                found["least", *name] = {one: (one[2] == row["item"]) - row["share_min"] for one in mine}
            if row["share_max"] < 1:
                found["most", *name] = {one: row["share_max"] - (one[2] == row["item"]) for one in mine}
        for row in self.current("quality", ("family",), t):
            mine = [one for one in given if family[one[2]] == row["family"]]
            name = ("quality", row["family"], str(row["from"]))
            found[name] = {one: row["aoq_max"] - escapes.get(one[2], 0.0) for one in mine}
        return {key: {one: w for one, w in weights.items() if w != 0} for key, weights in found.items()}

    def current(self, table: str, same: tuple[str, ...], t: int) -> list[Row]:
        """Rows in force in a period: of those for the same thing the last that has begun."""
        latest: dict[tuple[Any, ...], tuple[int, float, Row]] = {}
        for row in self.rows.get(table, []):
            day = plainly.day(self.tables, row["from"], 0.0)
            first = plainly.usable(self.edges, max(day, 0.0), self.rounding)
            thing = tuple(row[name] for name in same)
            if first <= t and (thing not in latest or (first, day) > latest[thing][:2]):
                latest[thing] = (first, day, row)
        return [row for _, _, row in latest.values()]

    # ---- the end of a period

    def close(self, t: int, before: dict[str, float]) -> None:
        for point in self.points:
            node = ("point", *point)
            life = self.by["items"][point[1]]["shelf_life_d"]
            assert life == inf, "goods that do not keep are not written here"
            hold, planned = self.plan["hold"][(*point, t)], self.plan["waste"][(*point, t)]
            self.waste_gap[node] += max(planned, 0.0)
            away = max(min(self.left[node] - max(hold, 0.0), self.waste_gap[node]), 0.0)
            away = min(away, max(self.left[node] - self.kept_for_tests(node, t), 0.0))
            self.waste_gap[node] -= away
            room = min([inf, *(r["max"] for r in self.rows["stock"] if (r["site"], r["item"]) == point)])
            self.left[node] = min(self.left[node] - away, room)
        for name, lane in self.by["lanes"].items():
            if lane["fixed_cost"] > 0:
                sent = sum(
                    plainly.measure(lane, self.by["items"][item]) * self.done["ship", name, item]
                    for other, item in self.shipments if other == name
                )  # fmt: skip
                if sent > 1e-6:
                    self.left["fund", lane["fund"] or self.usual] -= lane["fixed_cost"]
        days = self.edges[t] - self.edges[t - 1]
        for point in self.points:
            price = self.by["items"][point[1]]["hold_cost"] * days
            self.left["fund", self.usual] -= price * max(self.left["point", *point], 0.0)
        self.cost += sum(had - self.left["fund", name] for name, had in before.items())
        for one in self.activities:
            self.result.done[(*one, t)] = self.done[one]
        for point in self.points:
            self.result.stock[(*point, t)] = self.left["point", *point]
        for need in self.by["needs"]:
            self.result.met[need, t] = self.met[need]


def execute(tables: Tables, plan: Plan, drawn: Drawn | None = None) -> Result:
    """Execute a plan once."""
    return Execution(tables, plan, drawn or Drawn()).run()
