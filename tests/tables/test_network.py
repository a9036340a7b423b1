"""What can be reached, and what goes round in no time: against plain loops on random networks."""

from __future__ import annotations

from datetime import date, timedelta
from math import ceil, inf
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fullrate.findings import Finding
from fullrate.tables import Tables
from fullrate.tables.check import check
from fullrate.tables.check.graphs import components, on_cycles, one_cycle
from fullrate.tables.check.network import network
from fullrate.tables.check.reach import earliest
from fullrate.tables.check.windows import limits, no_limits

START = date(2026, 1, 5)
SITES, ITEMS = ("s0", "s1", "s2", "s3"), ("i0", "i1", "i2")
LEAD = st.sampled_from([0.0, 1.0, 2.5, 10.0])
SITE, ITEM = st.sampled_from(SITES), st.sampled_from(ITEMS)

PROCESS = st.tuples(SITE, ITEM, LEAD, st.lists(st.tuples(st.sampled_from("ab"), ITEM), max_size=3))
LANE = st.tuples(SITE, SITE, st.sampled_from([*ITEMS, "*"]), LEAD).filter(lambda lane: lane[0] != lane[1])
STOCK = st.tuples(SITE, ITEM, st.sampled_from([0, 3, 20]))


@st.composite
def scenarios(draw: st.DrawFn) -> dict[str, list[dict[str, Any]]]:
    processes = draw(st.lists(PROCESS, max_size=4))
    stock = {(site, item, day) for site, item, day in draw(st.lists(STOCK, max_size=2))}
    recipe = {(f"p{i}", slot, item) for i, p in enumerate(processes) for slot, item in p[3]}
    return {
        "items": [{"item": item} for item in ITEMS],
        "sites": [{"site": site} for site in SITES],
        "processes": [
            {"process": f"p{i}", "site": p[0], "item": p[1], "lead_d": p[2], "max_rate": 5}
            for i, p in enumerate(processes)
        ],
        "recipe": [{"process": p, "slot": s, "item": i, "qty": 1} for p, s, i in sorted(recipe)],
        "lanes": [
            {"lane": f"l{i}", "from": lane[0], "to": lane[1], "item": lane[2], "lead_d": lane[3]}
            for i, lane in enumerate(draw(st.lists(LANE, max_size=6)))
        ],
        "stock": [
            {"site": site, "item": item, "qty": 5, "date": START + timedelta(days=day) if day else None}
            for site, item, day in sorted(stock)
        ],
        "recipients": [{"recipient": "k", "site": "s3"}],
        "needs": [{"need": "d", "recipient": "k", "item": "i0", "qty": 5}],
    }


def plain_days(rows: dict[str, list[dict[str, Any]]]) -> dict[tuple[str, str], float]:
    """Earliest day of each item at each site, by repeating plain loops until nothing changes."""
    day = {(site, item): inf for site in SITES for item in ITEMS}
    for row in rows["stock"]:
        first = (row["date"] - START).days if row["date"] else 0
        day[row["site"], row["item"]] = min(day[row["site"], row["item"]], first)
    changed = True
    while changed:
        changed = False
        arrivals = []
        for row in rows["processes"]:
            slots: dict[str, float] = {}
            for part in rows["recipe"]:
                if part["process"] == row["process"]:
                    there = day[row["site"], part["item"]]
                    slots[part["slot"]] = min(slots.get(part["slot"], inf), there)
            arrivals.append((row["site"], row["item"], max(slots.values(), default=0.0) + row["lead_d"]))
        for row in rows["lanes"]:
            for item in ITEMS if row["item"] == "*" else (row["item"],):
                arrivals.append((row["to"], item, day[row["from"], item] + row["lead_d"]))
        for site, item, when in arrivals:
            if when < day[site, item]:
                day[site, item], changed = when, True
    return day


@given(scenarios())
def test_earliest_days_are_those_of_the_plain_loops(rows: dict[str, list[dict[str, Any]]]) -> None:
    tables = Tables.from_rows({"start": START, "periods": 200}, rows)
    net = network(tables)
    expected = plain_days(rows)
    for windows in (no_limits(net), limits(tables, net, restricted=True)):
        found = earliest(net, windows)
        assert found.complete
        for (site, item), when in expected.items():
            assert found.day[net.sites.index(site), net.items.index(item)] == when


def plain_cycle(rows: dict[str, list[dict[str, Any]]]) -> bool:
    """Whether some stock point leads to itself in no time: transitive closure over all of them."""
    points = [(site, item) for site in SITES for item in ITEMS]
    step = np.zeros((len(points), len(points)), bool)
    for row in rows["lanes"]:
        for item in ITEMS if row["item"] == "*" else (row["item"],):
            if row["lead_d"] == 0:
                step[points.index((row["from"], item)), points.index((row["to"], item))] = True
    for row in rows["processes"]:
        for part in rows["recipe"]:
            if part["process"] == row["process"] and row["lead_d"] == 0:
                source = points.index((row["site"], part["item"]))
                step[source, points.index((row["site"], row["item"]))] = True
    for _ in points:
        step |= (step.astype(int) @ step.astype(int)) > 0
    return bool(step.diagonal().any())


@given(scenarios())
def test_a_cycle_without_lead_is_found_exactly_when_there_is_one(rows: dict[str, list[dict[str, Any]]]) -> None:
    tables = Tables.from_rows({"start": START, "periods": 200}, rows)
    found = [finding for finding in check(tables) if finding.code == "FR304"]
    assert bool(found) == plain_cycle(rows)


@given(scenarios())
def test_needs_are_called_unreachable_exactly_when_they_are(rows: dict[str, list[dict[str, Any]]]) -> None:
    tables = Tables.from_rows({"start": START, "periods": 200}, rows)
    codes = {finding.code for finding in check(tables)}
    assert bool(codes & {"FR301", "FR302"}) == (plain_days(rows)["s3", "i0"] == inf)


EDGES = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=14)


@settings(max_examples=300)
@given(EDGES)
def test_components_are_the_points_that_reach_each_other(edges: list[tuple[int, int]]) -> None:
    source = np.array([a for a, _ in edges], np.int64)
    target = np.array([b for _, b in edges], np.int64)
    label = components(source, target, 7)
    step = np.zeros((7, 7), bool)
    for a, b in edges:
        step[a, b] = True
    for _ in range(7):
        step |= (step.astype(int) @ step.astype(int)) > 0
    both = step & step.T
    for a in range(7):
        assert (label[a] >= 0) == bool(step[a, a])
        for b in range(7):
            if a != b:
                assert (label[a] == label[b] >= 0) == bool(both[a, b])
    assert on_cycles(source, target, 7).any() == (label >= 0).any()


@given(EDGES)
def test_one_cycle_is_a_cycle(edges: list[tuple[int, int]]) -> None:
    path = one_cycle(edges)
    has_one = bool(
        (components(np.array([a for a, _ in edges], np.int64), np.array([b for _, b in edges], np.int64), 7) >= 0).any()
    )
    assert bool(path) == has_one
    for place, after in zip(path, path[1:] + path[:1], strict=True):
        assert edges[place][1] == edges[after][0]


def base(**more: Any) -> dict[str, list[dict[str, Any]]]:
    """Works to town by one lane: 14 days to make, 3 to ship."""
    rows: dict[str, list[dict[str, Any]]] = {
        "items": [{"item": "kit"}],
        "sites": [{"site": "works", "region": "north"}, {"site": "town"}],
        "resources": [{"resource": "line", "capacity": 10}],
        "processes": [{"process": "make", "site": "works", "item": "kit", "lead_d": 14}],
        "uses": [{"user": "make", "resource": "line", "qty": 1}],
        "lanes": [{"lane": "road", "from": "works", "to": "town", "lead_d": 3}],
        "recipients": [{"recipient": "k", "site": "town"}],
        "needs": [{"need": "d", "recipient": "k", "item": "kit", "qty": 5, "due": START}],
    }
    return {**rows, **more}


def first_day(rows: dict[str, list[dict[str, Any]]], **config: Any) -> int | str | None:
    """Days until the earliest possible date that the checker names for the promise, or another code."""
    findings = check(Tables.from_rows({"start": START, "periods": 60, **config}, rows))
    mine: list[Finding] = [f for f in findings if f.code in ("FR403", "FR313", "FR303", "FR302", "FR301")]
    if not mine:
        return None
    if mine[0].code != "FR403":
        return mine[0].code
    return (date.fromisoformat(mine[0].allowed.split()[0]) - START).days


DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("more", "day"),
    [
        ({}, 17),
        ({"sites": [{"site": "works", "opens": START + 10 * DAY}, {"site": "town"}]}, 27),
        ({"sites": [{"site": "works", "closes": START - DAY}, {"site": "town"}]}, "FR313"),
        ({"sites": [{"site": "works"}, {"site": "town", "opens": START + 40 * DAY}]}, 40),
        ({"resources": [{"resource": "line"}]}, "FR313"),
        (
            {
                "resources": [{"resource": "line"}],
                "builds": [{"build": "b", "resource": "line", "add": 5, "lead_d": 30}],
            },
            47,
        ),
        (
            {
                "resources": [{"resource": "line"}],
                "builds": [{"build": "b", "resource": "line", "add": 5, "lead_d": 30, "ramp": "slow"}],
                "curves": [{"curve": "slow", "x": 0, "y": 0}, {"curve": "slow", "x": 7, "y": 0},
                           {"curve": "slow", "x": 7, "y": 1}],
            },
            54,
        ),
        (
            {
                "resources": [{"resource": "line"}],
                "series": [{"table": "resources", "key": "line", "column": "capacity",
                            "date": START + 5 * DAY, "value": 3}],
            },
            22,
        ),
        (
            {
                "series": [{"table": "lanes", "key": "road", "column": "capacity", "date": START, "value": 0},
                           {"table": "lanes", "key": "road", "column": "capacity",
                            "date": START + 20 * DAY, "value": 9}],
            },
            23,
        ),
        (
            {
                "processes": [{"process": "make", "site": "works", "item": "kit", "lead_d": 14, "gate": "ok"}],
                "gates": [{"gate": "design", "duration_d": 10}, {"gate": "ok", "duration_d": 20}],
                "links": [{"before": "design", "after": "ok", "lag_d": 2}],
            },
            49,
        ),
        (
            {
                "processes": [{"process": "make", "site": "works", "item": "kit", "lead_d": 14, "gate": "ok"}],
                "gates": [{"gate": "design", "duration_d": 10}, {"gate": "ok", "duration_d": 20}],
                "links": [{"before": "design", "after": "ok", "overlap": 0.5}],
            },
            42,
        ),
        (
            {"restrictions": [{"restriction": "r", "kind": "region", "target": "north", "to": START + 9 * DAY}]},
            27,
        ),
        ({"restrictions": [{"restriction": "r", "kind": "item", "target": "kit"}]}, "FR303"),
        ({"restrictions": [{"restriction": "r", "kind": "lane", "target": "road", "item": "kit"}]}, "FR303"),
        (
            {
                "lanes": [{"lane": "road", "from": "works", "to": "town", "lead_d": 3},
                          {"lane": "rail", "from": "works", "to": "town", "lead_d": 5}],
                "restrictions": [{"restriction": "r", "kind": "lane", "target": "road"}],
            },
            19,
        ),
        (
            {
                "stock": [{"site": "works", "item": "kit", "qty": 1}],
                "restrictions": [{"restriction": "r", "kind": "site", "target": "works", "stock": True}],
            },
            "FR303",
        ),
        (
            {
                "lanes": [{"lane": "road", "from": "works", "to": "town", "lead_d": 0, "unit_cost": 1}],
                "stock": [{"site": "works", "item": "kit", "qty": 1, "date": START + 5 * DAY},
                          {"site": "works", "item": "kit", "qty": 1, "date": START + 12 * DAY}],
                "restrictions": [{"restriction": "r", "kind": "site", "target": "works", "to": START + 9 * DAY}],
            },
            12,
        ),
        ({"stock": [{"site": "works", "item": "kit", "qty": 1}]}, 3),
        ({"stock": [{"site": "works", "item": "kit", "qty": 1, "date": START + 5 * DAY}]}, 8),
        ({"stock": [{"site": "town", "item": "kit", "qty": 1}]}, None),
        ({"lanes": []}, "FR302"),
        ({"processes": [], "uses": []}, "FR301"),
    ],
)  # fmt: skip
def test_the_earliest_possible_date(more: dict[str, Any], day: int | str | None) -> None:
    assert first_day(base(**more)) == day


def test_a_plan_that_is_too_short() -> None:
    assert first_day(base(), periods=2) == "FR313"
    assert first_day(base(), periods=3) == 17


def test_leads_below_a_period_are_none_when_rounded_down() -> None:
    rows = base(
        lanes=[
            {"lane": "there", "from": "works", "to": "town", "lead_d": 3},
            {"lane": "back", "from": "town", "to": "works", "lead_d": 3},
        ]
    )
    for rounding, bad in (("ceil", False), ("floor", True), ("kernel", True)):
        tables = Tables.from_rows({"start": START, "periods": 60, "lead_rounding": rounding}, rows)
        assert any(finding.code == "FR304" for finding in check(tables)) is bad
    assert ceil(3 / 7) == 1
