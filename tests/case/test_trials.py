"""Gates whose begin is decided and builds at risk, against plain loops over what the user wrote."""

from __future__ import annotations

from dataclasses import replace
from math import inf, prod

import pytest

from case import plain
from fullrate.calendar import Kernel
from fullrate.case import Case, derive
from fullrate.tables import Tables
from rules import cases

SEEDS = range(30)
NEVER = 1e9


@pytest.fixture(params=SEEDS)
def tables(request: pytest.FixtureRequest) -> Tables:
    feature = (cases.tested, cases.risky)[request.param % 2]
    read = cases.world_of((feature,), request.param, others=0.4).read()
    frames = {**read.frames, "previous": read.frames["previous"].clear()}  # a plan in force keeps every window whole
    return replace(read, frames=frames)


def case_of(tables: Tables) -> Case:
    return derive(tables, pruned=False)


def gates_of(tables: Tables) -> dict[str, plain.Row]:
    return {row["gate"]: row for row in tables.rows("gates")}


def decided(tables: Tables, name: str) -> bool:
    """Whether a gate or any before it uses up articles."""
    before = [link["before"] for link in tables.rows("links") if link["after"] == name]
    return gates_of(tables)[name]["needs_item"] is not None or any(decided(tables, one) for one in before)


def tries(tables: Tables, gate: plain.Row) -> int | None:
    """Fewest tries of which enough pass; None where the most are too few."""
    for count in range(1, gate["max_tries"] + 1):
        failed = prod((1 - gate["pass"]) * (1 - gate["fix"]) ** j for j in range(count))
        if 1 - failed >= tables.config.gate_quantile - 1e-9:
            return count
    return None


def lasts(tables: Tables, gate: plain.Row) -> float:
    count = tries(tables, gate)
    again = gate["duration_d"] if gate["retry_d"] is None else gate["retry_d"]
    return inf if count is None else gate["duration_d"] + (count - 1) * again


def from_when(kernel: Kernel, element: int, start: int) -> int:
    """First period of an effect that lasts; it must then last to the end."""
    pattern, periods = kernel.of[element], kernel.pointer.shape[-1]
    felt = list(
        kernel.period[kernel.pointer[pattern, start] : kernel.pointer[pattern, start] + kernel.count[pattern, start]]
    )
    assert felt == list(range(periods - len(felt), periods))
    return periods - len(felt)


def usable(tables: Tables, day: float) -> int:
    return plain.first_usable(plain.edges_of(tables), min(day, NEVER), tables.config.lead_rounding)


def wait(tables: Tables, link: plain.Row) -> float:
    first = gates_of(tables)[link["before"]]
    if link["kind"] == "SS":
        return float(link["lag_d"])
    return float(lasts(tables, first) - link["overlap"] * first["duration_d"] + link["lag_d"])


def test_which_are_decided_and_what_they_take(tables: Tables) -> None:
    case = case_of(tables)
    for at, (name, gate) in enumerate(gates_of(tables).items()):
        assert case.gates.decided[at] == decided(tables, name)
        if decided(tables, name):
            assert case.gates.lasts[at] == pytest.approx(lasts(tables, gate))
        if gate["needs_item"] is None:
            assert (case.trials.point[at], case.trials.articles[at]) == (-1, 0)
            continue
        point = case.axes["point"].labels[case.trials.point[at]]
        assert point == f"{gate['needs_site']}|{gate['needs_item']}"
        count = tries(tables, gate) or gate["max_tries"]
        assert case.trials.articles[at] == pytest.approx(count * gate["needs_qty"])


def test_when_they_are_passed_and_what_they_wait_for(tables: Tables) -> None:
    case, edges, names = case_of(tables), plain.edges_of(tables), list(gates_of(tables))
    links = [link for link in tables.rows("links") if decided(tables, link["after"])]
    for at, (name, gate) in enumerate(gates_of(tables).items()):
        if decided(tables, name):
            for start in plain.periods(edges):
                assert from_when(case.trials.passed, at, start) == usable(tables, edges[start] + lasts(tables, gate))
    both = [link for link in links if decided(tables, link["before"])]
    assert case.trials.link.labels == tuple(f"{link['before']}|{link['after']}" for link in both)
    for at, link in enumerate(both):
        for start in plain.periods(edges):
            assert from_when(case.trials.started, at, start) == start
            assert from_when(case.trials.released, at, start) == usable(tables, edges[start] + wait(tables, link))
    for name in names:
        days = [0.0]
        for link in links:
            if link["after"] == name and not decided(tables, link["before"]):
                first = names.index(link["before"])
                late = -link["overlap"] * gates_of(tables)[link["before"]]["duration_d"]
                begun = link["kind"] == "SS"
                days.append(float(case.gates.begins[first] if begun else case.gates.passed[first] + late))
                days[-1] += link["lag_d"]
        assert case.trials.ready[names.index(name)] == max(usable(tables, day) for day in days)


def test_windows_hold_every_start_that_can_matter(tables: Tables) -> None:
    """First: all gates before it as early as can be; last: something it releases still lies before the horizon."""
    narrow, edges = derive(tables), plain.edges_of(tables)
    first, count = narrow.windows["test"]
    for at, (name, gate) in enumerate(gates_of(tables).items()):
        waits = [lasts(tables, gate)] + [
            wait(tables, link) for link in tables.rows("links") if link["before"] == name and decided(tables, name)
        ]
        useful = [
            start
            for start in plain.periods(edges)
            if decided(tables, name) and any(usable(tables, edges[start] + one) < len(edges) - 1 for one in waits)
        ]
        last = max(useful, default=-1)
        assert first[at] == earliest(tables, narrow, name)
        if decided(tables, name):
            begin = edges[first[at]] if first[at] < len(edges) - 1 else NEVER
            assert narrow.trials.behind[at] == usable(tables, begin + lasts(tables, gate))
        assert count[at] == max(last - first[at] + 1, 0)


def earliest(tables: Tables, case: Case, name: str) -> int:
    """First period of a test when every test before it starts as early as it can."""
    edges, first = plain.edges_of(tables), int(case.trials.ready[list(gates_of(tables)).index(name)])
    for link in tables.rows("links"):
        if link["after"] == name and decided(tables, link["before"]):
            before = earliest(tables, case, link["before"])
            begin = edges[before] if before < len(edges) - 1 else NEVER
            first = max(first, usable(tables, begin + wait(tables, link)))
    return first


def test_builds_at_risk(tables: Tables) -> None:
    case, edges, gates = case_of(tables), plain.edges_of(tables), gates_of(tables)
    for at, build in enumerate(tables.rows("builds")):
        name = build["risk_gate"]
        assert case.risk.offered[at] == (name is not None)
        if name is None:
            continue
        again = 1 + (1 - gates[name]["pass"]) * build["redo"]
        assert case.risk.factor[at] == pytest.approx(again)
        gate = list(gates).index(name)
        opens = plain.day(tables, build["opens"], 0.0)
        assert case.risk.first[at] == usable(tables, max(opens, float(case.gates.begins[gate]), 0.0))
        for start in plain.periods(edges):
            born = max(edges[start] + build["lead_d"] * again, float(case.gates.passed[gate]))
            assert works_at(case, at, start) == pytest.approx(share(tables, build, born), abs=4e-3)


def works_at(case: Case, build: int, start: int) -> list[float]:
    """Share that works in each period, summed up from its changes."""
    kernel = case.risk.ready
    pattern, total = kernel.of[build], [0.0] * case.calendar.periods
    begin = kernel.pointer[pattern, start]
    for entry in range(begin, begin + kernel.count[pattern, start]):
        for t in range(kernel.period[entry], case.calendar.periods):
            total[t] += float(kernel.share[entry])
    return total


def share(tables: Tables, build: plain.Row, born: float) -> list[float]:
    """The same from the age of the build in many small parts of each period."""
    curve = [(row["x"], row["y"]) for row in tables.rows("curves") if row["curve"] == build["ramp"]] or [(0.0, 1.0)]
    edges, take = plain.edges_of(tables), {"ceil": min, "floor": max, "kernel": plain.mean}
    found = []
    for t in plain.periods(edges):
        ages = plain.pieces(edges, t, lambda when: when - born, steps=400)
        found.append(take[tables.config.lead_rounding]([plain.works(curve, build["life_d"], age) for age in ages]))
    return found
