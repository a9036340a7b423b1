"""Names and the order of rows mean nothing: not to the answer, and not to the audit."""

from __future__ import annotations

import random

import polars as pl
import pytest

import fullrate as fr
from fullrate.auditing import audit
from rules import cases
from rules.known import first_stage
from rules.renamed import at_under, names_of, plan_under, renamed

SETS = {
    "goods": (cases.repair, cases.choice, cases.freight, cases.room),
    "capacity": (cases.rates, cases.builds, cases.crew),
    "money": (cases.builds, cases.money, cases.gates),
    "dates": (cases.gates, cases.openings, cases.accruing, cases.lost),
    "people": (cases.classes, cases.barred),
    "wishes": (cases.builds, cases.rivals, cases.safety, cases.frozen),
}
LATER = 5e-3
"""Relative tolerance of waits, which see the slack of earlier stages magnified: a millionth became 0.3 %."""
WORSE = 1.003
"""Factor on every flow that makes a plan break rules."""


def certain(features: tuple[cases.Feature, ...], seed: int) -> cases.World:
    """A world without whole numbers, luck or tail, whose waits have one answer only.

    Gates are drawn by name, integer programs stop at a gap, and a printed wait leaves the tail out, which stages count.
    """
    world = cases.world_of(features, seed, others=0.0)
    world.config["tail"] = 0
    for build in world.tables.get("builds", []):
        build["integer"] = False
    for gate in world.tables.get("gates", []):
        gate.pop("pass", None)
        gate.pop("cost", None)
    return world


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", SETS)
def test_the_answer_is_the_same(name: str, seed: int) -> None:
    world = certain(SETS[name], seed)
    names = names_of(world)
    plans = [fr.plan(one.read()) for one in (world, renamed(world, names, random.Random(seed)))]
    first, second = ({row[0]: row[1] for row in plan.table("stages").rows()} for plan in plans)
    stage = min(stage for stage in first if stage.startswith("L1"))
    assert second[stage] == pytest.approx(first[stage], rel=1e-6, abs=1e-6)
    waits = [plan.table("waits").select("recipient", "class", "days").rows() for plan in plans]
    before = {(names[recipient], cls): days for recipient, cls, days in waits[0]}
    after = {(recipient, cls): days for recipient, cls, days in waits[1]}
    assert after == pytest.approx(before, rel=LATER, abs=LATER)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", SETS)
def test_the_audit_says_the_same(name: str, seed: int) -> None:
    """A plan with every flow a little too large breaks the same rules at the same places, whatever they are called."""
    world = certain(SETS[name], seed)
    names, tables = names_of(world), world.read()
    _, plan = first_stage(tables)
    wrong = fr.Plan(
        plan.status,
        plan.start,
        plan.edges,
        plan.tables | {"flows": plan.tables["flows"].with_columns(value=pl.col("value") * WORSE)},
    )
    found = {(one.rule, at_under(one.at, names)): one.size for one in audit(tables, wrong).excesses}
    others = renamed(world, names, random.Random(seed)).read()
    again = {(one.rule, one.at): one.size for one in audit(others, plan_under(wrong, names)).excesses}
    assert found
    assert again == pytest.approx(found)
