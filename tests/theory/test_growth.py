"""Published values of reliability growth, life and spares, and a gate that waits for its reliability."""

from __future__ import annotations

import csv
import random
from math import isclose
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import fullrate as fr
from fullrate.case import derive, growth, life
from fullrate.draws import stream

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "reliability_growth"
FIRST = [10400, 26900, 43400, 66400, 89400, 130400, 163400, 232000, 242000, 340700]
SECOND = [2.7, 10.3, 12.5, 30.6, 57.0, 61.3, 80.0, 109.5, 125.0, 128.6, 143.8, 167.9, 229.2, 296.7, 320.6, 328.2]
SECOND += [366.2, 396.7, 421.1, 438.2, 501.2, 620.0]
ERRORS = 5.0
"""Standard errors a sampled share may be off: one false alarm in 1.7 million (normal, two-sided)."""


def test_first_example() -> None:
    found = growth.fitted(FIRST)
    assert isclose(found.beta, 0.7416566, rel_tol=1e-6)
    assert isclose(found.scale, 7.886414e-4, rel_tol=1e-6)
    assert isclose(found.cumulative, 34070)
    assert isclose(found.instantaneous, 45937.7009, rel_tol=1e-6)
    assert isclose(found.unbiased, found.beta * 8 / 10)
    hours = found.reaches(50000)
    assert isclose(hours, 4.73e5, rel_tol=1e-3)
    assert isclose(hours ** (1 - found.beta) / (found.scale * found.beta), 50000, rel_tol=1e-9)


def test_first_example_by_duane() -> None:
    line = growth.duane(FIRST)
    assert isclose(line.slope, 0.336172, rel_tol=2e-6)
    assert isclose(line.scale, 0.00235588, rel_tol=2e-6)
    assert isclose(line.cumulative, 30738.0, rel_tol=1e-6)
    assert isclose(line.instantaneous, 46304.2, rel_tol=1e-6)


def test_second_example() -> None:
    found = growth.fitted(SECOND)
    assert isclose(found.beta, 0.6142104, rel_tol=1e-6)
    assert isclose(found.scale, 0.4239422, rel_tol=1e-6)
    assert isclose(found.instantaneous, 45.883003, rel_tol=1e-6)


def test_growth_that_stands_still_or_is_there() -> None:
    slow = growth.Growth(1.2, 8, 100.0, by_failure=True)
    assert slow.reaches(slow.instantaneous * 1.01) == np.inf
    assert slow.reaches(slow.instantaneous * 0.99) == 100.0
    assert growth.fitted(FIRST, 400000).unbiased == pytest.approx(growth.fitted(FIRST, 400000).beta * 9 / 10)


def test_life_and_spares() -> None:
    assert isclose(life.weibull(1000, 5000, 1.5), 0.914441, rel_tol=1e-6)
    assert isclose(life.arrhenius(0.7, 25, 55), 12.070953, rel_tol=1e-6)
    assert isclose(life.expected_backorders(10, 10), 1.251100, rel_tol=1e-6)
    assert life.expected_backorders(3, 0) == pytest.approx(3)
    assert isclose(life.peck(0.3, 0.6, 2, 0.7, 25, 55), 4 * life.arrhenius(0.7, 25, 55))
    assert life.coffin_manson(20, 40, 2) == 4
    assert (growth.units_to_show(0.9, 0.9), growth.units_to_show(0.9, 0.95)) == (22, 29)


def table(name: str) -> list[dict[str, str]]:
    if not DATA.is_dir():
        pytest.skip(f"no {DATA.name} data beside the checkout")
    with (DATA / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_handbook_example_of_single_failures() -> None:
    """46 failures, stopped at 3000 h; the README gives the exact estimates and the published ones."""
    times = [float(row["cum_time_h"]) for row in table("failure_times.csv") if row["set"] == "mil_hdbk_189_ex1"]
    found = growth.fitted(times, 3000)
    assert round(found.beta, 6) == 0.616466
    assert round(found.scale, 6) == 0.330546
    assert round(found.unbiased, 6) == 0.603064
    assert round(found.fit(times), 4) == 0.0429
    assert round(2 * found.count / round(found.beta, 3), 2) == 149.35


def test_handbook_example_of_counted_failures() -> None:
    """What the likelihood says has no slope at its top, and the counts that it expects sum to those seen."""
    rows = [row for row in table("grouped.csv") if row["set"] == "mil_hdbk_189_ex3"]
    ends, counts = [float(row["cum_time_end_h"]) for row in rows], [int(row["failures"]) for row in rows]
    found = growth.grouped(ends, counts)
    assert found.count == 46
    assert sum(growth.expected(found, ends)) == pytest.approx(46)

    def likelihood(beta: float) -> float:
        law = growth.Growth(beta, 46, ends[-1], by_failure=False)
        return sum(n * np.log(e) for n, e in zip(counts, growth.expected(law, ends), strict=True))

    best = likelihood(found.beta)
    assert all(likelihood(found.beta * (1 + step)) < best for step in (-1e-3, -1e-2, 1e-3, 1e-2))


def test_counted_one_by_one_is_the_same_as_single_failures() -> None:
    """Intervals of a thousandth around every failure."""
    ends, counts = [], []
    for hours in SECOND[:-1]:
        ends += [hours - 1e-3, hours + 1e-3]
        counts += [0, 1]
    found = growth.grouped([*ends, 620.0], [*counts, 0])
    assert isclose(found.beta, growth.fitted(SECOND[:-1], 620).beta, rel_tol=1e-5)


# --- gates ------------------------------------------------------------------------------------------


def trial(target: float, failures: list[float], **gate: Any) -> fr.Tables:
    rows: dict[str, list[dict[str, Any]]] = {
        "items": [{"item": "kit"}],
        "sites": [{"site": "works"}],
        "processes": [{"process": "make", "site": "works", "item": "kit", "max_rate": 10, "gate": "trial"}],
        "recipients": [{"recipient": "depot", "site": "works"}],
        "needs": [{"need": "order", "recipient": "depot", "item": "kit", "qty": 50}],
        "gates": [{"gate": "trial", "duration_d": 2, "mtbf_target": target, **gate}],
        "failures": [{"gate": "trial", "hours": hours} for hours in failures],
    }
    config = {"name": "trial", "currency": "EUR", "start": "2030-01-01", "period_d": 1, "periods": 90, "tail": 0}
    return fr.Tables.from_rows(config, rows)


def test_the_hours_that_are_left_are_the_days_of_the_gate() -> None:
    """The median of what is drawn lies by the unbiased estimate; the plan waits for it, and its audit agrees."""
    tables = trial(60, SECOND, test_h=20)
    plan = fr.plan(tables, tests=False)
    (_, begin, done), *_ = plan.table("gates").rows()
    found = growth.fitted(SECOND)
    left = (growth.Growth(found.unbiased, 22, 620.0, by_failure=True).reaches(60) - 620) / 20
    assert begin == 0
    assert done == pytest.approx(2 + left, rel=0.25)
    assert min(period for _, period in dict(plan["make"].items())) == np.ceil(done) + 1
    assert fr.audit(tables, plan).passed


def test_a_target_that_is_there_takes_no_test() -> None:
    assert derive(trial(1, SECOND)).gates.passed.tolist() == [2.0]


def test_what_is_drawn_is_what_the_failures_leave_open() -> None:
    """Tests drawn from a known law: its true hours lie below the tenth, half, nine tenths of what is drawn so often."""
    luck, tests, samples = random.Random(3), 400, 400
    beta, count, target = 0.6, 20, 60.0
    below = {0.1: 0, 0.5: 0, 0.9: 0}
    for one in range(tests):
        arrivals = np.cumsum([luck.expovariate(1.0) for _ in range(count)])
        times = (arrivals / 0.4) ** (1 / beta)
        found = growth.fitted(list(times))
        true = max((target * 0.4 * beta) ** (1 / (1 - beta)) - times[-1], 0.0)
        drawn = growth.hours_ahead(found, target, samples, stream(one, "test"))
        for share in below:
            below[share] += float((drawn < true).mean() + (drawn == true).mean() * luck.random()) < share
    for share, hits in below.items():
        room = ERRORS * (share * (1 - share) / tests) ** 0.5 + ERRORS * (0.25 / samples) ** 0.5
        assert hits / tests == pytest.approx(share, abs=room)


@pytest.mark.parametrize("factor", [0.4, 2.0])
def test_a_gate_moved_is_noticed(factor: float) -> None:
    import polars as pl

    tables = trial(60, SECOND, test_h=20)
    plan = fr.plan(tables, tests=False)
    gates = plan.table("gates").with_columns(done_d=pl.col("done_d") * factor)
    moved = fr.Plan(plan.status, plan.start, plan.edges, {**plan.tables, "gates": gates}, plan.meta)
    assert "GATE" in {excess.rule for excess in fr.audit(tables, moved).excesses}
