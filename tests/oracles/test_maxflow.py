"""Single goods: the most that can have arrived by each period is a maximum flow in the network unrolled over time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

import networkx as nx  # type: ignore[import-untyped]
import numpy as np
import polars as pl
import pytest

import fullrate as fr

SEEDS = [*range(10), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(10, 200))]
PERIODS = 9


@dataclass(frozen=True)
class Network:
    """Sites with stock and processes of one item, lanes with leads and capacities, needs at sinks; whole numbers."""

    stock: dict[str, int]
    rate: dict[str, tuple[int, int]]
    lanes: list[tuple[str, str, int, int]]
    needs: dict[str, int]


def _drawn(seed: int, sinks: int) -> Network:
    rng = np.random.default_rng([8, seed])
    sources, middle = ["s1", "s2"], ["m1", "m2"]
    ends = [f"d{number}" for number in range(sinks)]
    pairs = [(a, b) for a in sources for b in middle]
    pairs += [(a, b) for a in middle for b in ends] + [("m1", "m2"), ("s1", "d0")]
    lanes = [
        (a, b, int(rng.integers(0, 4)), int(rng.integers(1, 8))) for a, b in pairs if rng.random() < 0.8 or b in ends
    ]
    return Network(
        {site: int(rng.integers(0, 12)) for site in (*sources, "m1")},
        {site: (int(rng.integers(1, 6)), int(rng.integers(0, 3))) for site in sources},
        lanes,
        dict.fromkeys(ends, 30),
    )


def _tables(network: Network) -> fr.Tables:
    sites = sorted({*network.stock, *network.rate, *network.needs, "m2"})
    rows: dict[str, list[dict[str, Any]]] = {
        "items": [{"item": "kit"}],
        "sites": [{"site": site} for site in sites],
        "processes": [
            {"process": f"at-{site}", "site": site, "item": "kit", "max_rate": rate, "lead_d": lead}
            for site, (rate, lead) in network.rate.items()
        ],
        "stock": [{"site": site, "item": "kit", "qty": qty} for site, qty in network.stock.items()],
        "lanes": [
            {"lane": f"{a}-{b}", "from": a, "to": b, "lead_d": lead, "capacity": most}
            for a, b, lead, most in network.lanes
        ],
        "recipients": [{"recipient": f"k-{site}", "site": site} for site in network.needs],
        "needs": [
            {"need": f"n-{site}", "recipient": f"k-{site}", "item": "kit", "qty": qty}
            for site, qty in network.needs.items()
        ],
    }
    config = {"name": "flow", "start": date(2030, 1, 1), "period_d": 1, "periods": PERIODS}
    return fr.Tables.from_rows({**config, "tail": 0.0, "fairness": "utilitarian"}, rows)


def _most(network: Network, until: int) -> int:
    """Units that can have reached the sinks by the end of period ``until``."""
    graph = nx.DiGraph()
    graph.add_nodes_from(["supply", "need"])
    for site, qty in network.stock.items():
        graph.add_edge("supply", (site, 1), capacity=qty)
    for t in range(1, until + 1):
        for site, (rate, lead) in network.rate.items():
            made = ("made", site, t)
            graph.add_edge("supply", made, capacity=rate)
            if t + lead <= until:
                graph.add_edge(made, (site, t + lead))
        for a, b, lead, most in network.lanes:
            if t + lead <= until:
                graph.add_edge((a, t), (b, t + lead), capacity=most)
        for site in {site for lane in network.lanes for site in lane[:2]}:
            if t < until:
                graph.add_edge((site, t), (site, t + 1))
        for site in network.needs:
            graph.add_edge((site, t), ("given", site))
    for site, qty in network.needs.items():
        graph.add_edge(("given", site), "need", capacity=qty)
    return int(nx.maximum_flow_value(graph, "supply", "need"))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("sinks", [1, 3])
def test_most_is_the_maximum_flow(seed: int, sinks: int) -> None:
    network = _drawn(seed, sinks)
    coverage = fr.plan(_tables(network), tests=False).table("coverage").sort("period")
    whole = sum(network.needs.values())
    wanted = [_most(network, until) / whole for until in range(1, PERIODS + 1)]
    assert coverage["most"].to_list() == pytest.approx(wanted, abs=1e-6)
    assert wanted[-1] > 0


@pytest.mark.parametrize("seed", SEEDS)
def test_one_sink_is_served_earliest_at_every_time(seed: int) -> None:
    """Several sources and one sink: one plan attains the most at every time (Gale 1959)."""
    network = _drawn(seed, 1)
    plan = fr.plan(_tables(network), tests=False)
    gap = plan.table("coverage").select((pl.col("most") - pl.col("covered")).max()).item()
    assert gap <= 5e-3
    days = float(plan.table("stages").filter(pl.col("stage") == "L1.1")["value"][0])
    shares = [0.0, *(_most(network, until) / 30 for until in range(1, PERIODS + 1))]
    area = sum(1 - (a + b) / 2 for a, b in pairwise(shares))
    assert days == pytest.approx(area, rel=1e-6)
