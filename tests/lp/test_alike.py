"""A column is what it was in a program with another matrix, and a basis carried over leads to the same answer."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.generator import scenario

from fullrate.lp.alike import counterparts
from fullrate.lp.assemble import LP
from fullrate.lp.solve import Hot, solve
from fullrate.planning import asked
from fullrate.planning.chain import TIME_GAP
from fullrate.planning.ladder import Climb
from fullrate.planning.remedies import durations
from fullrate.planning.resolve import Resolver, ties
from fullrate.tables import Tables
from generator import Features
from lp.spelt import program
from properties.planned import drawn


def names(lp: LP) -> tuple[list[str], list[str]]:
    """What every column and every row is about."""
    columns = []
    for block in lp.columns.values():
        for element, label in enumerate(block.axis.labels):
            for period in range(block.first[element], block.first[element] + block.count[element]):
                columns.append(f"{block.name} {label} {period if block.period is not None else ''}")
    rows = []
    for one in lp.rows:
        ids = one.keys(np.arange(len(one)))
        periods = [at for axis, at in zip(one.over, one.at, strict=True) if axis.name == "period"]
        rows += [f"{one.name} {key} {periods[0][row] if periods else ''}" for row, key in enumerate(ids)]
    return columns, rows


def sooner(tables: Tables) -> tuple[LP, list[LP]]:
    """A program and what it becomes when one lead is a period shorter, for up to three leads."""
    walk = Climb.begin(tables, asked(tables), set())
    used = {("make", row["process"]) for row in tables.rows("processes")}
    used |= {("ship", row["lane"]) for row in tables.rows("lanes")}
    found = [attempt for one in durations(tables, used) if (attempt := walk.attempt([one])) is not None]
    return walk.asked.lp.relaxed(), [each.lp.relaxed() for _, each in found[:3]]


@pytest.mark.parametrize("seed", range(6))
def test_counterparts_are_what_has_the_same_name(seed: int) -> None:
    base, others = sooner(drawn(seed, Features()).read())
    for lp in others:
        same = counterparts(base, lp)
        assert same is not None
        for before, after, at in zip(names(base), names(lp), same, strict=True):
            place = {name: number for number, name in enumerate(before)}
            assert [place.get(name, -1) for name in after] == at.tolist()


@pytest.mark.parametrize("seed", range(6))
def test_values_from_a_basis_that_was_carried_over_are_those_from_nothing(seed: int) -> None:
    base, others = sooner(drawn(seed, Features()).read())
    hot = Hot(base, ties(base))
    hot.anew(base)
    for lp in others:
        same = counterparts(base, lp)
        if hot.corner is not None and same is not None:
            answer = Hot(lp, ties(lp)).solve(lp, hot.corner.carried(*same))
            assert answer is None or answer.objective == pytest.approx(solve(lp).objective, rel=1e-6, abs=1e-6)


def test_a_shorter_lead_is_not_solved_from_nothing() -> None:
    base, others = sooner(scenario("XS", 3))
    resolver = Resolver.of(base, TIME_GAP)
    for lp in others:
        resolver.solve(lp, TIME_GAP)
    assert len(others) == 3
    assert resolver.counts == {"hot": 3, "cold": 0, "gave up": 0}


def test_programs_of_other_blocks_have_no_counterparts() -> None:
    base, _ = sooner(scenario("XS", 3))
    assert counterparts(base, program(np.ones((1, 1)), [1.0], ([0.0], [1.0]))) is None
