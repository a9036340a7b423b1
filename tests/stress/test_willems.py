"""Every real chain of Willems (2008) is read into our tables and loses each of its part stages once.

Nothing there has an alternative, and no arc has a quantity but one: so what an outage of a stage costs is the demand
of all it leads to, by a walk over the arcs; and what it may last is the thinnest cover of stock on any way to a demand.
"""

from __future__ import annotations

import csv
import gzip
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fullrate.studies.stress.screen import Screen
from fullrate.tables import Tables
from fullrate.tables.cut import Cut

DATA = Path(__file__).parents[3] / "shared" / "data" / "willems2008"
LIMIT = 60.0
DAYS = 30.0
COVER = 7.0
"""Days of demand that every stage but the parts has in stock: our assumption, the source has none."""

TENTH = 10

pytestmark = pytest.mark.skipif(not DATA.exists(), reason="needs the chains of Willems (2008) beside the checkout")
Chain = tuple[list[dict[str, str]], list[tuple[str, str]]]


def chains() -> dict[str, Chain]:
    """Stages and arcs by chain."""
    stages: dict[str, list[dict[str, str]]] = defaultdict(list)
    arcs: dict[str, list[tuple[str, str]]] = defaultdict(list)
    with gzip.open(DATA / "stages.csv.gz", "rt") as file:
        for row in csv.DictReader(file):
            stages[row["chain"]].append(row)
    with gzip.open(DATA / "arcs.csv.gz", "rt") as file:
        for row in csv.DictReader(file):
            arcs[row["chain"]].append((row["from_stage"], row["to_stage"]))
    return {chain: (rows, arcs[chain]) for chain, rows in stages.items()}


def demands(chain: Chain) -> dict[str, float]:
    return {row["stage"]: float(row["demand_mean_per_day"] or 0) for row in chain[0] if row["demand_mean_per_day"]}


def led_to(chain: Chain) -> dict[str, float]:
    """Demand a day that each stage leads to, a unit for a unit along every way, by a walk against the arcs."""
    after: dict[str, list[str]] = defaultdict(list)
    for begin, end in chain[1]:
        after[begin].append(end)
    known: dict[str, float] = {}

    def flow(stage: str) -> float:
        if stage not in known:
            known[stage] = own.get(stage, 0.0) + sum(flow(each) for each in after[stage])
        return known[stage]

    own = demands(chain)
    for row in chain[0]:
        flow(row["stage"])
    return known


def reached(chain: Chain) -> dict[str, set[str]]:
    """Demand stages that each stage leads to."""
    after: dict[str, list[str]] = defaultdict(list)
    for begin, end in chain[1]:
        after[begin].append(end)
    own, known = demands(chain), dict[str, set[str]]()

    def walk(stage: str) -> set[str]:
        if stage not in known:
            known[stage] = ({stage} if own.get(stage, 0) > 0 else set()).union(*map(walk, after[stage]))
        return known[stage]

    for row in chain[0]:
        walk(row["stage"])
    return known


def tables(name: str, chain: Chain, stock: dict[str, float]) -> Tables:
    """A chain as a scenario: a stage is an item and the process that makes it, an arc a row of a recipe."""
    rows, arcs = chain
    need: list[dict[str, Any]] = [
        {"need": stage, "recipient": "market", "item": stage, "qty": a_day * 365}
        for stage, a_day in demands(chain).items()
        if a_day > 0
    ]
    return Tables.from_rows(
        {"name": f"chain {name}", "currency": "USD", "start": "2008-01-01", "period_d": 365, "periods": 4},
        {
            "items": [{"item": row["stage"]} for row in rows],
            "sites": [{"site": "chain"}],
            "processes": [
                {
                    "process": f"do-{row['stage']}",
                    "site": "chain",
                    "item": row["stage"],
                    "lead_d": float(row["lead_time_days"] or 0),
                    "unit_cost": float(row["stage_cost"] or 0),
                }
                for row in rows
            ],
            "recipe": [{"process": f"do-{end}", "item": begin, "qty": 1} for begin, end in arcs],
            "recipients": [{"recipient": "market", "site": "chain"}],
            "needs": need,
            "stock": [{"site": "chain", "item": stage, "qty": qty} for stage, qty in stock.items() if qty > 0],
        },
    )


def lose_each_part(name: str, chain: Chain) -> int:
    """Cut every part stage once, and every tenth for as long as it may last; how many cuts that were."""
    parts = [row["stage"] for row in chain[0] if row["kind"] == "Part"]
    own, ends, flow = demands(chain), reached(chain), led_to(chain)
    cover = {row["stage"]: COVER * flow[row["stage"]] for row in chain[0] if row["kind"] != "Part"}
    bare, stocked = (Screen.of(tables(name, chain, stock), own) for stock in ({}, cover))
    lost = [DAYS * sum(own[end] for end in ends[part]) for part in parts]
    assert bare.lost([[Cut("item", part)] for part in parts], DAYS) == pytest.approx(lost, rel=1e-6, abs=1e-6), name
    some = parts[::TENTH]
    lasts = stocked.survives([[Cut("item", part)] for part in some])
    none = np.array([not ends[part] for part in some], bool)
    assert (np.isinf(lasts) == none).all(), name
    assert (lasts[~none] >= COVER * (1 - 1e-6)).all(), name
    return len(parts) + len(some)


@pytest.mark.parametrize("name", ["1", "5", "10", "18"])
def test_a_small_chain_loses_each_of_its_parts(name: str) -> None:
    if name not in (known := chains()):
        pytest.skip(f"chain {name} is not among those that are here")
    assert lose_each_part(name, known[name]) > 1


@pytest.mark.slow
def test_every_chain_loses_each_of_its_parts_in_a_minute(capsys: pytest.CaptureFixture[str]) -> None:
    began, wall = time.process_time(), time.perf_counter()
    cuts = {name: lose_each_part(name, chain) for name, chain in chains().items()}
    spent = time.process_time() - began
    with capsys.disabled():
        print(
            f"\n{sum(cuts.values())} cuts in {len(cuts)} chains: {spent:.1f} CPU s, {time.perf_counter() - wall:.1f} s"
        )
    assert spent < LIMIT
