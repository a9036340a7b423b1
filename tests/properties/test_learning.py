"""Learning never hurts, ends between its bounds, and can be carried out."""

from __future__ import annotations

from dataclasses import replace

import pytest

import fullrate as fr
from fullrate.auditing import TOLERANCE
from fullrate.case import derive
from fullrate.lp.solve import solve
from fullrate.planning.chain import unit
from fullrate.planning.learning import learn
from fullrate.rules import write
from generator import PLAIN
from properties.planned import Drawn, drawn

SEEDS = [*range(6), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(6, 200))]
FEATURES = replace(PLAIN, practice=True, people=True)


def _forget(one: Drawn) -> None:
    for row in one.rows("processes"):
        row.pop("progress", None)


def _first(plan: fr.Plan) -> float:
    """What the first stage minimised, tail included: learning may raise the wait without it."""
    return float(plan.table("stages")["objective"][0])


@pytest.mark.parametrize("seed", SEEDS)
def test_between_no_learning_and_the_bound(seed: int) -> None:
    scenario = drawn(seed, FEATURES)
    plan, plain = scenario.plan(), scenario.changed(_forget).plan()
    assert _first(plan) <= _first(plain) * (1 + 1e-6) + 1e-6
    found = plan.meta["learning"]
    if found:
        assert found["least_d"] <= found["wait_d"] * (1 + 1e-6) + 1e-6
        assert found["rounds"] <= 15
    audit = fr.audit(scenario.read(), plan)
    assert audit.residual <= TOLERANCE, audit.excesses[:3]


@pytest.mark.parametrize("seed", range(4))
def test_pruning_changes_nothing(seed: int) -> None:
    """Counting on the same experience; where the sequence ends may hang on the vertex each program ends at."""
    tables = drawn(seed, FEATURES).read()
    pruned, whole = derive(tables), derive(tables, pruned=False)
    counted = learn(pruned).case.learning
    for learning in (counted, pruned.learning.at_best()):
        ends = []
        for case in (pruned, whole):
            lp, cols = write(replace(case, learning=learning))
            ends.append(solve(lp.minimising(unit(lp, int(cols["burden"].offset[0])))).objective)
        assert ends[0] == pytest.approx(ends[1], rel=1e-6, abs=1e-6)
