"""Luck by name: the same bits in any number of threads and parts, and nobody's luck touched by another's presence."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest

import fullrate as fr
from fullrate import simulate
from fullrate.case import derive
from fullrate.draws import draw, event_uniform, name_key
from fullrate.simulate.luck import key, log, lowest, uniform
from generator import Features, scenario
from simulate.ranges import ranged

SEED = 3


@pytest.fixture(scope="module")
def scene() -> tuple[dict[str, Any], dict[str, Any], fr.Plan]:
    config, rows = scenario(SEED, Features())
    rows = ranged(rows, SEED)
    return config, rows, fr.plan(fr.Tables.from_rows(config, rows), tests=False)


def run(scene: Any, rows: Any = None, threads: int = 1, samples: int = 80) -> simulate.Samples:
    config, usual, plan = scene
    tables = fr.Tables.from_rows(config, rows or usual)
    return simulate.run(tables, derive(tables), plan, draw(tables, samples, 2), threads=threads)


def test_compiled_luck_is_that_of_the_draws() -> None:
    for seed, sample, occurrence in ((1, 0, 0), (7, 3, 11), (99, 10**6, 2)):
        expected = event_uniform(seed, name_key("risk", "fire"), sample, occurrence)
        assert uniform(key(seed, "risk", "fire"), sample, occurrence) == float(expected)


def test_the_logarithm_is_that_of_the_library_to_two_last_places() -> None:
    """Over all that a uniform number can be, its ends and the roots of one half among them."""
    drawn = np.random.default_rng(SEED)
    near = np.sqrt(0.5) * (1 + np.arange(-50, 51) * 2.0**-52)
    ends = np.concatenate([2.0 ** -np.arange(1, 54), 1 - 2.0 ** -np.arange(2, 54)])
    for numbers in (near, ends, drawn.random(2000), 1 - 1e-6 * drawn.random(2000), 1e-9 * drawn.random(2000)):
        exact = np.log(numbers.astype(np.longdouble))
        found = np.array([log(x) for x in numbers.tolist()])
        assert np.all(np.abs(found - exact) <= 2 * np.spacing(np.abs(exact.astype(float))))


def test_the_lowest_bit_of_a_word() -> None:
    for place in (0, 1, 31, 52, 53, 63):
        assert lowest(np.uint64(1 << place)) == place
        assert lowest(np.uint64((1 << 63) | (1 << place))) == place


def same(one: simulate.Samples, other: simulate.Samples) -> bool:
    return all(
        np.array_equal(getattr(one, name), getattr(other, name))
        for name in ("reached", "waits", "cost", "displaced", "curves", "replicate")
    )


@pytest.mark.parametrize("threads", [2, 5])
def test_any_number_of_threads_gives_the_same_bits(scene: Any, threads: int) -> None:
    assert same(run(scene), run(scene, threads=threads))


@pytest.mark.parametrize("size", [16, 48])
def test_batches_of_any_size_give_the_same_bits(scene: Any, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = run(scene)
    monkeypatch.setattr(sys.modules["fullrate.simulate.run"], "CHUNK", size)
    assert same(whole, run(scene))


def test_what_is_prepared_is_what_runs(scene: Any) -> None:
    """One form of the compiled code: that which was made beforehand."""
    from fullrate.simulate.block import block

    simulate.prepare()
    run(scene)
    assert len(getattr(block, "signatures", [()])) == 1


def test_a_risk_that_leaves_all_changes_nothing(scene: Any) -> None:
    rows = scene[1]
    harmless = {"risk": "breeze", "kind": "lane", "target": "works-hub", "rate": 50, "duration_d": 9, "left": 1}
    assert same(run(scene), run(scene, {**rows, "risks": [harmless, *rows["risks"]]}))


def test_an_element_that_nobody_needs_touches_no_luck(scene: Any) -> None:
    rows = scene[1]
    more = {
        **rows,
        "resources": [{"resource": "idle", "site": "mine", "capacity": 1}, *rows["resources"]],
        "risks": [{"risk": "rust", "kind": "resource", "target": "idle", "rate": 9, "duration_d": 5}, *rows["risks"]],
        "uncertainty": [
            {"table": "resources", "key": "idle", "column": "capacity", "dist": "uniform", "low": 1, "high": 2},
            *rows["uncertainty"],
        ],
    }
    assert same(run(scene), run(scene, more))


def test_a_range_without_width_changes_nothing(scene: Any) -> None:
    rows = scene[1]
    sure = [{**row, "low": 1, "high": 1} for row in rows["uncertainty"] if row.get("as") == "factor"]
    assert same(run(scene, {**rows, "uncertainty": sure}), run(scene, {**rows, "uncertainty": []}))
