"""Rivals, safety stocks and the previous plan as a case has them, against plain loops over what the user wrote."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

import pytest

from case import plain
from fullrate.case import Case, derive
from fullrate.tables import Tables
from rules import cases


@cache
def drawn(seed: int) -> tuple[Tables, Case]:
    tables = cases.world_of((cases.rivals, cases.safety, cases.frozen), seed, others=0.4).read()
    return tables, derive(tables, pruned=False)


SEEDS = pytest.mark.parametrize("seed", range(12))


@SEEDS
def test_rivals(seed: int) -> None:
    tables, case = drawn(seed)
    edges = plain.edges_of(tables)
    for at, row in enumerate(tables.rows("rivals")):
        begin, end = plain.day(tables, row["from"], 0.0), plain.day(tables, row["to"], 1e9)
        wanted = [row["qty"] * plain.overlap(begin, end, edges[t], edges[t + 1]) for t in plain.periods(edges)]
        assert case.rivals.wanted[at] == pytest.approx(wanted)
        assert case.rivals.floor[at] == pytest.approx([row["protected"] * amount for amount in wanted])
        assert case.rivals.worth[at] == pytest.approx(row["weight"] / row["qty"])
        some = [t for t, amount in enumerate(wanted) if amount > 0]
        window = (some[0], some[-1] - some[0] + 1) if some else (0, 0)
        assert (case.rivals.first[at], case.rivals.count[at]) == window
        places = {"resource": "resource", "fund": "fund", "lane": "lane", "item": "point"}
        for kind, axis in places.items():
            found = getattr(case.rivals, axis)[at]
            label = case.axes[axis].labels[found] if found >= 0 else None
            target = row["target"] if kind != "item" else "|".join(reversed(row["target"].split("@")))
            assert label == (target if row["kind"] == kind else None)


@SEEDS
def test_safety_stock_is_that_of_the_row_without_a_date(seed: int) -> None:
    tables, case = drawn(seed)
    stated: dict[str, float] = defaultdict(float)
    for row in tables.rows("stock"):
        if row["date"] is None or row["date"] <= tables.config.start:
            stated[f"{row['site']}|{row['item']}"] = max(stated[f"{row['site']}|{row['item']}"], row["safety"])
    assert dict(zip(case.points.axis.labels, case.points.safety, strict=True)) == {
        label: stated[label] for label in case.points.axis.labels
    }


@SEEDS
def test_the_previous_plan(seed: int) -> None:
    tables, case = drawn(seed)
    edges, previous = plain.edges_of(tables), case.previous
    if not tables.frames["previous"].height:
        assert len(previous.axis) == previous.covered == previous.frozen == 0
        return
    ordered: dict[tuple[str, int], float] = defaultdict(float)
    last = until = plain.day(tables, tables.config.freeze_until, -1.0)
    for row in tables.rows("previous"):
        last = max(last, row["to_d"])
        for t in plain.periods(edges):
            if edges[t] == pytest.approx(row["from_d"]) and edges[t + 1] == pytest.approx(row["to_d"]):
                ordered[f"{row['kind']}|{row['key']}|{row['item'] or ''}", t] += row["qty"]
    assert ordered
    for at, label in enumerate(previous.axis.labels):
        assert previous.qty[at] == pytest.approx([ordered[label, t] for t in plain.periods(edges)])
    assert previous.frozen == sum(edge <= until + 1e-6 for edge in edges[1:])
    assert previous.covered == sum(edge <= last + 1e-6 for edge in edges[1:])


def test_a_scenario_without_wishes_has_no_ranks() -> None:
    tables = cases.world_of((cases.rates,), 0, others=0.0).read()
    assert derive(tables).axes["wish"].labels == ()


@SEEDS
def test_ranks_that_exist(seed: int) -> None:
    _, case = drawn(seed)
    previous = case.previous
    there = {
        "floor": case.rivals.floor.sum() > 0,
        "freeze": previous.frozen > 0,
        "safety": case.points.safety.sum() > 0,
        "rivals": case.rivals.wanted.sum() > 0,
        "calm": previous.covered > previous.frozen,
    }
    assert case.axes["wish"].labels == tuple(rank for rank, exists in there.items() if exists)
