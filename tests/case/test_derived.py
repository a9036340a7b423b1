"""Everything a case derives from random scenarios, against plain loops over what the user wrote."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import inf

import numpy as np
import pytest

from case import plain
from fullrate.calendar import Kernel
from fullrate.case import Case, derive
from fullrate.tables import Tables
from rules import cases

SEEDS = range(24)


@dataclass(frozen=True)
class Both:
    """A scenario as written and as derived."""

    tables: Tables
    case: Case

    @property
    def rounding(self) -> str:
        return self.tables.config.lead_rounding

    @property
    def edges(self) -> list[float]:
        return plain.edges_of(self.tables)

    def rows(self, table: str) -> list[plain.Row]:
        return list(self.tables.rows(table))

    def by(self, table: str) -> dict[str, plain.Row]:
        return dict(zip(self.tables.keys(table), self.rows(table), strict=True))

    def labels(self, axis: str) -> tuple[str, ...]:
        return self.case.axes[axis].labels

    def first(self, when: float) -> int:
        return plain.first_usable(self.edges, when, self.rounding)

    def day(self, row: plain.Row, column: str, blank: float = 0.0) -> float:
        return plain.day(self.tables, row[column], blank)


@cache
def drawn(seed: int) -> Both:
    tables = cases.world_of((cases.FEATURES[seed % len(cases.FEATURES)],), seed, others=0.5).read()
    return Both(tables, derive(tables, pruned=False))


@pytest.fixture(params=SEEDS)
def both(request: pytest.FixtureRequest) -> Both:
    return drawn(request.param)


def spread(kernel: Kernel, element: int, start: int) -> dict[int, float]:
    pattern = kernel.of[element]
    felt = range(kernel.pointer[pattern, start], kernel.pointer[pattern, start] + kernel.count[pattern, start])
    return {int(kernel.period[at]): float(kernel.share[at]) for at in felt}


class TestTime:
    def test_edges_and_leads(self, both: Both) -> None:
        assert both.case.calendar.edges.tolist() == pytest.approx(both.edges)
        offsets = [row["offset_d"] for row in both.rows("recipe")]
        lead = {row["process"]: row["lead_d"] for row in both.rows("processes")}
        given = [row["offset_d"] + lead[row["process"]] for row in both.rows("recipe")]
        for kernel, days in (
            (both.case.lead, list(lead.values())),
            (both.case.transit, [row["lead_d"] for row in both.rows("lanes")]),
            (both.case.recipes.taken, offsets),
            (both.case.recipes.given, given),
        ):
            for element, lead_d in enumerate(days):
                for start in plain.periods(both.edges):
                    expected = plain.arrives(both.edges, start, lead_d, both.rounding)
                    assert spread(kernel, element, start) == pytest.approx(expected, abs=1e-8)

    def test_openings(self, both: Both) -> None:
        opened, sites = both.case.openings, both.rows("sites")
        never = both.edges[-1] + 1
        assert opened.site.tolist() == [both.first(both.day(row, "opens")) for row in sites]
        ends = [plain.usable_count(both.edges, both.day(row, "closes", never), both.rounding) for row in sites]
        assert opened.site_end.tolist() == ends
        assert opened.build.tolist() == [both.first(max(both.day(row, "opens"), 0.0)) for row in both.rows("builds")]
        gates = both.case.gates
        passed = [both.first(day if day < inf else never) for day in gates.passed]
        fixed = [0 if decided else first for first, decided in zip(passed, gates.decided, strict=True)]
        assert opened.gate.tolist() == [*fixed, 0]

    def test_first_period_of_every_activity(self, both: Both) -> None:
        opened = both.case.openings
        opens = dict(zip(both.by("sites"), opened.site, strict=True))
        passed = [both.first(min(day, both.edges[-1] + 1)) for day in both.case.gates.passed]
        tests = zip(passed, both.case.trials.behind, both.case.gates.decided, strict=True)
        passed = [tested if decided else dated for dated, tested, decided in tests]
        gate = dict(zip(both.by("gates"), passed, strict=True)) | {None: 0}
        config = both.tables.config
        begin = 0 if config.decided is None else both.first(max((config.decided - config.start).days, 0))
        assert opened.decided == begin
        assert opened.first["make"].tolist() == [
            max(opens[row["site"]], gate[row["gate"]], begin) for row in both.rows("processes")
        ]
        builds = zip(opened.build, both.rows("builds"), strict=True)
        assert opened.first["build"].tolist() == [max(day, gate[row["gate"]], begin) for day, row in builds]
        leaves = {name: row["from"] for name, row in both.by("lanes").items()}
        assert opened.first["ship"].tolist() == [
            max(opens[leaves[one.split("|")[0]]], begin) for one in both.labels("shipment")
        ]
        home = {name: both.by("recipients")[row["recipient"]]["site"] for name, row in both.by("needs").items()}
        needs = [one.split("|")[0] for one in both.labels("delivery")]
        expected = [max(opens[home[need]], both.first(both.day(both.by("needs")[need], "from"))) for need in needs]
        assert opened.first["deliver"].tolist() == expected


class TestCapacity:
    @pytest.mark.parametrize(
        ("table", "column", "part"),
        [("resources", "capacity", "resource"), ("lanes", "capacity", "lane"), ("processes", "max_rate", "process")],
    )
    def test_limits(self, both: Both, table: str, column: str, part: str) -> None:
        found = getattr(both.case.capacity, part)
        for at, (key, row) in enumerate(both.by(table).items()):
            cell = plain.moving(both.tables, table, key, column, row[column])
            for t in plain.periods(both.edges):
                length = both.edges[t + 1] - both.edges[t]
                assert found[at, t] == pytest.approx(plain.limit(both.edges, t, cell, both.rounding) * length)

    def test_hours_of_a_pool(self, both: Both) -> None:
        for at, row in enumerate(both.rows("pools")):
            for t in plain.periods(both.edges):
                heads = row["heads"] * (1 - row["quit"]) ** (both.edges[t + 1] / 365)
                hours = heads * row["hours"] * (both.edges[t + 1] - both.edges[t])
                assert both.case.capacity.pool[at, t] == pytest.approx(hours)

    def test_people(self, both: Both) -> None:
        people, pools = both.case.people, both.rows("pools")
        for at, row in enumerate(pools):
            heads = row["heads"]
            for t in plain.periods(both.edges):
                days = both.edges[t + 1] - both.edges[t]
                heads -= heads * (1 - (1 - row["quit"]) ** (days / 365))
                assert people.left[at, t] == pytest.approx(heads)
                assert people.stays[at, t] == pytest.approx((1 - row["quit"]) ** (days / 365))
                assert people.most[at, t] == pytest.approx(row["hire_max"] * days)
                assert people.hours[at, t] == pytest.approx(row["hours"] * days)
                brought = row["hours"] * row["train_eff"] * days - row["trainer_h"] * days
                assert people.net[at, t] == pytest.approx(brought)
                trained = plain.arrives(both.edges, t, row["train_d"], both.rounding)
                assert spread(people.trained, at, t) == pytest.approx(trained, abs=1e-8)

    def test_overtime(self, both: Both) -> None:
        overtime, resources = both.case.overtime, both.by("resources")
        segments = {(row["resource"], row["segment"]): (row["share"], row["eff"]) for row in both.rows("overtime")}
        segments |= {
            (name, "overtime"): (row["ot_max"], row["ot_eff"]) for name, row in resources.items() if row["ot_max"] > 0
        }
        regular = dict(zip(resources, both.case.capacity.resource, strict=True))
        assert [tuple(label.split("|")) for label in both.labels("segment")] == list(segments)
        for at, ((resource, _), (share, eff)) in enumerate(segments.items()):
            assert overtime.eff[at] == eff
            assert overtime.most[at] == pytest.approx(share * regular[resource])
        for at, (name, row) in enumerate(resources.items()):
            most = sum(share for (resource, _), (share, _) in segments.items() if resource == name) * regular[name]
            for t in plain.periods(both.edges):
                end = both.edges[t + 1]
                first = max(end - 2 * row["ot_run_d"], 0.0)
                shares = {}
                for s in range(t + 1):
                    inside = plain.overlap(both.edges[s], both.edges[s + 1], first, end)
                    if inside > 1e-9 and row["ot_run_d"] < inf:
                        shares[s] = inside / (both.edges[s + 1] - both.edges[s])
                for s in range(t + 1):
                    assert spread(overtime.stretch, at, s).get(t, 0.0) == pytest.approx(shares.get(s, 0.0), abs=1e-8)
                if end - first > row["ot_run_d"] + 1e-9:
                    whole = sum(share * most[s] for s, share in shares.items())
                    assert overtime.run[at, t] == pytest.approx(whole * row["ot_run_d"] / (end - first))
                else:
                    assert overtime.run[at, t] == inf

    def test_yields(self, both: Both) -> None:
        for at, (key, row) in enumerate(both.by("processes").items()):
            cell = plain.moving(both.tables, "processes", key, "yield", row["yield"])
            for t in plain.periods(both.edges):
                good = plain.price(both.edges, t, cell)
                assert both.case.good[at, t] == pytest.approx(row["out_qty"] * good)
                assert both.case.rejected[at, t] == pytest.approx(row["out_qty"] * (1 - good) * row["rework"])

    def test_builds_by_age(self, both: Both) -> None:
        """Working share in each period: least, largest or mean of the curve over the ages in it."""
        for at, row in enumerate(both.rows("builds")):
            curve = [(one["x"], one["y"]) for one in both.rows("curves") if one["curve"] == row["ramp"]] or [(0.0, 1.0)]
            for start in plain.periods(both.edges):
                change = spread(both.case.capacity.ready, at, start)
                born, share = both.edges[start] + row["lead_d"], 0.0
                for t in plain.periods(both.edges):
                    share += change.get(t, 0.0)
                    ages = plain.pieces(both.edges, t, lambda when, born=born: when - born, steps=400)  # type: ignore[misc]
                    values = [plain.works(curve, row["life_d"], age) for age in ages]
                    expected = {"ceil": min, "floor": max, "kernel": plain.mean}[both.rounding](values)
                    assert share == pytest.approx(expected, abs=4e-3)


class TestThings:
    def test_stock_and_room(self, both: Both) -> None:
        points = both.case.points
        initial, receipts, room = {}, {}, {}
        for row in both.rows("stock"):
            point = f"{row['site']}|{row['item']}"
            when = both.day(row, "date")
            room[point] = min(room.get(point, inf), row["max"])
            if when <= 0:
                initial[point] = initial.get(point, 0.0) + row["qty"]
            else:
                receipts[point, both.first(when)] = receipts.get((point, both.first(when)), 0.0) + row["qty"]
        for at, point in enumerate(both.labels("point")):
            assert points.initial[at] == initial.get(point, 0.0)
            assert points.room[at] == room.get(point, inf)
            for t in plain.periods(both.edges):
                assert points.receipts[at, t] == receipts.get((point, t), 0.0)

    def test_what_a_lane_carries(self, both: Both) -> None:
        """A lane for everything carries what is made, stored or brought to its origin."""
        here = {(row["site"], row["item"]) for row in both.rows("stock")}
        site = {row["process"]: row["site"] for row in both.rows("processes")}
        here |= {(row["site"], row["item"]) for row in both.rows("processes")}
        here |= {(site[row["process"]], row["item"]) for row in both.rows("recipe") if row["role"] != "in"}
        for _ in both.rows("lanes"):
            for lane in both.rows("lanes"):
                here |= {
                    (lane["to"], item) for place, item in here if place == lane["from"] and lane["item"] in ("*", item)
                }
        carried = {
            f"{lane['lane']}|{item}"
            for lane in both.rows("lanes")
            for item in both.by("items")
            if lane["item"] == item or (lane["item"] == "*" and (lane["from"], item) in here)
        }
        assert set(both.labels("shipment")) == carried

    def test_what_meets_a_need(self, both: Both) -> None:
        items = both.by("items")
        meets = {
            f"{need}|{item}": row["value"]
            for need, asked in both.by("needs").items()
            for item, row in items.items()
            if asked["item"] in (item, row["family"])
        }
        assert dict(zip(both.labels("delivery"), both.case.deliveries.value, strict=True)) == meets

    def test_slots_with_a_choice(self, both: Both) -> None:
        slots: dict[str, list[plain.Row]] = {}
        for row in both.rows("recipe"):
            if row["role"] == "in":
                slots.setdefault(f"{row['process']}|{row['slot'] or row['item']}", []).append(row)
        choices = {slot for slot, rows in slots.items() if len(rows) > 1 or rows[0]["share_max"] < 1}
        assert set(both.labels("slot")) == choices


class TestNeeds:
    def test_what_has_arisen(self, both: Both) -> None:
        for at, row in enumerate(both.rows("needs")):
            for t in plain.periods(both.edges):
                expected = plain.arisen(both.tables, row, both.edges, both.edges[t + 1])
                assert both.case.needs.arisen[at, t] == pytest.approx(expected)

    def test_waits(self, both: Both) -> None:
        """Wait if nothing came: area under the need; what a unit spares: from the middle of its period on."""
        needs, horizon = both.case.needs, both.edges[-1]
        tail = both.tables.config.tail * horizon
        for at, row in enumerate(both.rows("needs")):
            if not row["qty"]:
                continue
            steps = 20_000
            area = (
                sum(plain.arisen(both.tables, row, both.edges, (k + 0.5) * horizon / steps) for k in range(steps))
                / steps
            )
            lost = row["late"] == "lost"
            wait = horizon if lost else area * horizon / row["qty"]
            assert needs.unmet[at] == pytest.approx(wait + tail, abs=2e-3 * horizon)
            for t in plain.periods(both.edges):
                spared = horizon if lost else horizon - (both.edges[t] + both.edges[t + 1]) / 2
                assert needs.relief[at, t] == pytest.approx((spared + tail) / row["qty"])

    def test_groups(self, both: Both) -> None:
        needs, recipients = both.case.needs, both.by("recipients")
        members: dict[str, list[int]] = {}
        for at, row in enumerate(both.rows("needs")):
            if row["qty"] > 0:
                cls = recipients[row["recipient"]]["class"] if row["class"] is None else row["class"]
                members.setdefault(f"{row['recipient']}|{cls}", []).append(at)
        assert set(needs.group.labels) == set(members)
        assert list(needs.cls.labels) == sorted({group.split("|")[1] for group in members}, key=int)
        for group, label in enumerate(needs.group.labels):
            recipient, cls = label.split("|")
            assert needs.weight[group] == recipients[recipient]["weight"]
            assert needs.cls.labels[needs.group_class[group]] == cls
            for at in members[label]:
                assert needs.group_of[at] == group
                assert needs.share[at] == pytest.approx(1 / len(members[label]))


class TestMoney:
    def test_funds(self, both: Both) -> None:
        money, never = both.case.money, both.edges[-1] + 1
        for at, (name, fund) in enumerate(both.by("funds").items()):
            last = plain.usable_count(both.edges, both.day(fund, "expires", never), both.rounding)
            for t in plain.periods(both.edges):
                amounts = [
                    row["amount"]
                    for row in both.rows("allotments")
                    if row["fund"] == name and both.first(max(both.day(row, "date"), 0.0)) == t
                ]
                assert money.allotted[at, t] == pytest.approx(sum(amounts))
                assert money.spendable[at, t] == (t < last)
                assert money.carried[at, t] == (t < last and fund["carry"])

    @pytest.mark.parametrize(
        ("table", "column", "part"), [("processes", "unit_cost", "make"), ("builds", "capex", "build")]
    )
    def test_prices(self, both: Both, table: str, column: str, part: str) -> None:
        for at, (key, row) in enumerate(both.by(table).items()):
            cell = plain.moving(both.tables, table, key, column, row[column])
            for t in plain.periods(both.edges):
                assert getattr(both.case.money, part)[at, t] == pytest.approx(plain.price(both.edges, t, cell))

    def test_who_pays(self, both: Both) -> None:
        usual = both.tables.config.fund or ""
        for table, payer in both.case.money.pays.items():
            paid_by = [both.case.money.payer.labels[at] for at in payer]
            assert paid_by == [row["fund"] or usual for row in both.rows(table)]

    def test_worth_and_salvage(self, both: Both) -> None:
        money, rate, horizon = both.case.money, both.tables.config.discount, both.edges[-1]
        for t in plain.periods(both.edges):
            assert money.worth[t] == pytest.approx((1 + rate) ** (-(both.edges[t] + both.edges[t + 1]) / 2 / 365))
            for at, row in enumerate(both.rows("builds")):
                used = max(horizon - both.edges[t] - row["lead_d"], 0.0)
                left = max(1 - used / row["life_d"], 0.0) if row["life_d"] < inf else 0.0
                assert money.salvage[at, t] == pytest.approx(left)


class TestBarred:
    def test_starts_shipments_receipts_and_stock(self, both: Both) -> None:
        barred, sites = both.case.barred, both.by("sites")
        outputs = {name: {row["item"]} for name, row in both.by("processes").items()}
        for row in both.rows("recipe"):
            if row["role"] != "in":
                outputs[row["process"]].add(row["item"])
        for t in plain.periods(both.edges):
            force = [one for one in both.rows("restrictions") if plain.in_force(both.tables, one, both.edges, t)]
            users = {(row["user"], row["resource"]) for row in both.rows("uses") if row["qty"] > 0}
            for at, (name, row) in enumerate(both.by("processes").items()):
                shut = [
                    (
                        (name, one["target"]) in users
                        if one["kind"] == "resource"
                        else plain.about_site(one, sites[row["site"]])
                    )
                    and any(plain.about_item(one, i) for i in outputs[name])
                    for one in force
                ]
                assert barred.process[at, t] == any(shut)
            for at, label in enumerate(both.labels("point")):
                site, item = label.split("|")
                shut = [one for one in force if plain.about_site(one, sites[site]) and plain.about_item(one, item)]
                assert barred.receipt[at, t] == bool(shut)
                assert barred.held[at, t] == any(one["stock"] for one in shut)
            for at, label in enumerate(both.labels("shipment")):
                lane, item = label.split("|")
                ends = [sites[both.by("lanes")[lane][end]] for end in ("from", "to")]
                shut = [
                    plain.about_item(one, item)
                    and (
                        one["target"] == both.by("lanes")[lane][one["kind"]]
                        if one["kind"] in ("lane", "corridor")
                        else any(plain.about_site(one, end) for end in ends)
                    )
                    for one in force
                ]
                assert barred.shipment[at, t] == any(shut)
            for at, name in enumerate(both.labels("resource")):
                named = [one for one in force if (one["kind"], one["target"], one["item"]) == ("resource", name, "*")]
                assert barred.resource[at, t] == bool(named)


def test_all_features_were_met() -> None:
    """The scenarios drawn here have rows in every table that is tested."""
    filled = {table for seed in SEEDS for table in drawn(seed).tables.frames if drawn(seed).rows(table)}
    assert {"series", "builds", "curves", "pools", "funds", "gates", "links", "restrictions", "stock"} <= filled
    assert {drawn(seed).rounding for seed in SEEDS} == {"ceil", "floor", "kernel"}
    assert {drawn(seed).case.calendar.even for seed in SEEDS} == {True, False}
    assert np.concatenate([drawn(seed).case.barred.held.ravel() for seed in SEEDS]).any()
