"""A program too large for the memory is refused before it is built, and its size is said."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

import fullrate as fr
from fullrate.case import derive
from fullrate.case.size import derived, estimate
from fullrate.planning import memory
from fullrate.rules import write
from rules import cases

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@pytest.mark.parametrize("name", ["golden", "italy-vaccine-2021", "respirators-2020"])
def test_the_size_is_near_what_is_written(name: str) -> None:
    case = derive(fr.read(EXAMPLES / name))
    guess, (lp, _) = estimate(case), write(case)
    assert guess.entries == pytest.approx(len(lp.value), rel=0.1)
    assert (guess.rows, guess.columns) == pytest.approx(lp.shape, rel=0.25)


@pytest.mark.parametrize("code", ["HIRE", "OVERTIME"])
def test_the_size_of_small_scenarios_is_near_what_is_written(code: str) -> None:
    """Summed over drawn scenarios, each too small for its share of the edges to be negligible."""
    guessed, written = 0, 0
    for seed in range(10):
        case = derive(cases.scenario(code, seed), pruned=False)
        guessed, written = guessed + estimate(case).entries, written + len(write(case)[0].value)
    assert guessed == pytest.approx(written, rel=0.1)


@pytest.mark.parametrize("name", ["prototypes", "15-test-fix-test", "17-concurrency/at-risk"])
def test_the_size_counts_tests_and_builds_at_risk(name: str) -> None:
    tables = fr.read(EXAMPLES.parent / "tests" / "theory" / name)
    case = derive(replace(tables, config=replace(tables.config, periods=104)))
    guess, (lp, _) = estimate(case), write(case)
    assert guess.entries == pytest.approx(len(lp.value), rel=0.1)
    assert (guess.rows, guess.columns) == pytest.approx(lp.shape, rel=0.05)


def test_just_enough_is_accepted_and_less_is_refused() -> None:
    tables = fr.read(EXAMPLES / "golden")
    needed = estimate(derive(tables)).memory
    assert fr.plan(tables, tests=False, most_memory=needed).status == "solved"
    with pytest.raises(fr.Refused) as refused:
        fr.plan(tables, tests=False, most_memory=needed - 1)
    assert [finding.code for finding in refused.value.findings] == ["FR703"]


def test_a_horizon_ten_times_as_long_needs_about_ten_times_as_much() -> None:
    tables = fr.read(EXAMPLES / "respirators-2020")
    config = tables.config
    longer = replace(tables, config=replace(config, calendar=(), periods=10 * config.count))
    shorter = replace(tables, config=replace(config, calendar=(), periods=config.count))
    sizes = [estimate(derive(each, pruned=False)) for each in (shorter, longer)]
    assert 9 < sizes[1].memory / sizes[0].memory < 11


def test_tables_whose_arrays_alone_are_too_large_are_refused_before_anything_is_derived() -> None:
    tables = fr.read(EXAMPLES / "golden")
    wide = replace(tables, config=replace(tables.config, calendar=(), periods=5200))
    with pytest.raises(fr.Refused) as refused:
        memory.refuse_tables(wide, derived(wide) - 1)
    assert "5200 periods" in refused.value.findings[0].found
    memory.refuse_tables(wide, derived(wide))


def test_the_arrays_counted_are_a_lower_bound() -> None:
    """A case holds at least as many numbers as the quick count says, or scenarios that fit would be refused."""
    tables = fr.read(EXAMPLES / "respirators-2020")
    derive(tables)
    tracemalloc.start()
    case = derive(tables)
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert case.calendar.periods == tables.config.count
    assert held > derived(tables)


def test_what_is_free_is_a_part_of_what_there_is() -> None:
    assert 0 < memory.free() <= psutil.virtual_memory().total


@pytest.mark.parametrize(
    ("count", "said"), [(255, "255"), (8400, "8400"), (95_400, "95 thousand"), (1_230_000, "1.2 million")]
)
def test_counts_are_said_in_two_digits(count: int, said: str) -> None:
    assert memory.short(count) == said
