"""Dates of gates: chains by hand and by enumeration, luck within its interval."""

from __future__ import annotations

import random
from itertools import product
from math import inf, prod

import numpy as np
import pytest

from case import plain
from fullrate.case import derive
from fullrate.tables import Tables

SAMPLES = 4096
ERRORS = 5.0
"""Standard errors a sampled quantile may be off: one false alarm in 1.7 million (normal, two-sided)."""


def net(gates: list[plain.Row], links: list[plain.Row], **config: object) -> Tables:
    """A scenario that is nothing but its gates."""
    rows = {"items": [{"item": "kit"}], "sites": [{"site": "works"}], "gates": gates, "links": links}
    return Tables.from_rows({"name": "x", "currency": "EUR", "start": "2030-01-07", "periods": 3, **config}, rows)


def days(tables: Tables) -> dict[str, tuple[float, float]]:
    found = derive(tables).gates
    return dict(zip(tables.keys("gates"), zip(found.begins, found.passed, strict=True), strict=True))


def random_net(seed: int, lucky: bool) -> tuple[list[plain.Row], list[plain.Row]]:
    luck = random.Random(seed)
    names = ["a", "b", "c", "d"]
    gates = [{"gate": name, "duration_d": luck.choice((0, 2, 5.5, 9))} for name in names]
    for gate in gates[:3] if lucky else []:
        gate |= {"pass": luck.choice((0.3, 0.7)), "retry_d": luck.choice((None, 0.25, 3)), "fix": luck.choice((0, 0.4))}
        gate["max_tries"] = luck.choice((1, 2, 3))
    links = [
        {
            "before": b,
            "after": a,
            "kind": luck.choice(("FS", "SS")),
            "lag_d": luck.choice((0, 1.5)),
            "overlap": luck.choice((0, 0.5)),
            "redo": luck.choice((0, 0, 0.5, 1)),
        }
        for at, a in enumerate(names)
        for b in names[:at]
        if luck.random() < 0.6
    ]
    luck.shuffle(gates)
    luck.shuffle(links)
    return gates, links


def test_a_chain_by_hand() -> None:
    """A3; B4 and C2 after A; D6 after C; the end after B and D; then with a lag and an overlap."""
    gates = [{"gate": name, "duration_d": d} for name, d in (("end", 0), ("d", 6), ("c", 2), ("b", 4), ("a", 3))]
    links = [{"before": b, "after": a} for b, a in (("a", "b"), ("a", "c"), ("c", "d"), ("b", "end"), ("d", "end"))]
    assert days(net(gates, links))["end"] == (11, 11)
    links[3] |= {"lag_d": 10}
    assert days(net(gates, links))["end"] == (17, 17)
    links[3] |= {"kind": "SS"}
    assert days(net(gates, links))["end"] == (13, 13)
    links[2] |= {"overlap": 0.5}
    assert days(net(gates, links))["d"] == (4, 10)


@pytest.mark.parametrize("seed", range(30))
def test_certain_gates(seed: int) -> None:
    gates, links = random_net(seed, lucky=False)
    tables = net(gates, links)
    rows = dict(zip(tables.keys("gates"), tables.rows("gates"), strict=True))
    lasts = {name: row["duration_d"] for name, row in rows.items()}
    for name, (begin, done) in days(tables).items():
        assert (begin, done) == pytest.approx(plain.span(name, lasts, rows, list(tables.rows("links"))))


def test_what_is_begun_early_may_be_done_again() -> None:
    """A test of 6 days (0.7, 3 more if it fails) and a line of 8 begun with it, half of which is then done again."""
    gates = [
        {"gate": "trial", "duration_d": 6, "pass": 0.7, "retry_d": 3},
        {"gate": "line", "duration_d": 8},
        {"gate": "later", "duration_d": 8},
    ]
    links = [
        {"before": "trial", "after": "line", "kind": "SS", "redo": 0.5},
        {"before": "trial", "after": "later", "redo": 0.5},
    ]
    assert days(net(gates, links, gate_quantile=0.65))["line"] == (0, 8)
    assert days(net(gates, links, gate_quantile=0.75))["line"] == (0, 12)
    assert days(net(gates, links, gate_quantile=0.75))["later"] == (9, 17), "begun when the trial is passed"


@pytest.mark.parametrize("quantile", [0.2, 0.5, 0.9])
@pytest.mark.parametrize("seed", range(8))
def test_gates_that_may_fail(seed: int, quantile: float) -> None:
    """The day of each is a quantile of its completion over all outcomes of the net, up to the luck of 4096 samples."""
    gates, links = random_net(seed, lucky=True)
    tables = net(gates, links, gate_quantile=quantile, seed=seed + 1)
    for name, outcomes in completions(tables).items():
        begin, done = days(tables)[name]
        for day, at in ((begin, 0), (done, 1)):
            room = ERRORS * (quantile * (1 - quantile) / SAMPLES) ** 0.5
            within = sum(odds for *when, odds in outcomes if when[at] <= day + 1e-9)
            before = sum(odds for *when, odds in outcomes if when[at] < day - 1e-9)
            assert within >= quantile - room
            assert before <= quantile + room


def completions(tables: Tables) -> dict[str, list[tuple[float, float, float]]]:
    """Begin and end of each gate with their odds, over every combination of outcomes."""
    rows = dict(zip(tables.keys("gates"), tables.rows("gates"), strict=True))
    links, found = list(tables.rows("links")), {name: [] for name in rows}
    for combination in product(*(list(plain.outcomes(row)) for row in rows.values())):
        lasts = {name: lasted for name, (lasted, _) in zip(rows, combination, strict=True)}
        odds = prod(share for _, share in combination)
        for name in rows:
            found[name].append((*plain.span(name, lasts, rows, links), odds))
    assert all(sum(odds for *_, odds in each) == pytest.approx(1) for each in found.values())
    return found


def test_a_gate_that_fails_too_often_stays_shut() -> None:
    """Two tries of 0.3: 0.51 of all pass, so half of the time it opens, three quarters of the time it is not enough."""
    gate = {"gate": "a", "duration_d": 4, "pass": 0.3, "max_tries": 2, "retry_d": 0}
    assert days(net([gate], [], gate_quantile=0.25))["a"] == (0, 4)
    behind = [gate, {"gate": "b", "duration_d": 1}]
    shut = days(net(behind, [{"before": "a", "after": "b"}], gate_quantile=0.75))
    assert shut == {"a": (0, inf), "b": (inf, inf)}


def test_the_luck_of_a_gate_is_its_own() -> None:
    """Another gate beside it, or another order, moves nothing; another seed does."""
    gates, links = random_net(3, lucky=True)
    alone = days(net(gates, links))
    more = days(net([{"gate": "z", "duration_d": 1, "pass": 0.5}, *reversed(gates)], links))
    assert {name: more[name] for name in alone} == alone
    many = [{"gate": "a", "duration_d": 1, "pass": 0.5, "retry_d": 0.001 * k, "max_tries": 99} for k in (1,)]
    seeds = {days(net(many, [], seed=seed, gate_quantile=0.9999))["a"] for seed in range(5)}
    assert len(seeds) > 1


def test_no_gates() -> None:
    assert np.array_equal(derive(net([], [])).gates.passed, np.zeros(0))
