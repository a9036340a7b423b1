"""What executions pay for: without luck what the plan's own ledger says, and with luck all that they pay."""

from __future__ import annotations

import numpy as np
import pytest

import fullrate as fr
from fullrate import simulate
from fullrate.case import Case, derive
from fullrate.draws import draw
from fullrate.rules import plainly
from fullrate.rules.ledgers.money import costs
from generator import Features, scenario
from simulate.ranges import ranged
from simulate.test_follow import executable, planned

SEEDS = range(0, 8)
WAGED = ("process", "build", "gate", "resource")
"""Kinds that wages are charged to: the ledger charges them to resources, executions to who loads them."""


def by_thing(tables: fr.Tables, case: Case, plan: fr.Plan, **how: object) -> np.ndarray:
    """Money by thing, period and sample."""
    count = len(simulate.paid_for(case))
    each = np.broadcast_to(np.eye(count), (plan.periods, count, count))
    return simulate.spending(tables, case, plan, each, **how)  # type: ignore[arg-type]


def ledger(tables: fr.Tables, case: Case, plan: fr.Plan) -> np.ndarray:
    """The same of the plan, from its tables alone; wages to who loads the resource."""
    places = {thing: at for at, thing in enumerate(simulate.paid_for(case))}
    paid = np.zeros((len(places), plan.periods))
    worked = {(row["resource"], row["segment"]) for row in tables.rows("overtime")}
    for cost in costs(tables, plan):
        paid[places[cost.kind, cost.key], cost.period - 1] += cost.amount
    assert worked or not plan["overtime"].values
    pools = {row["pool"]: row["wage"] or 0.0 for row in tables.rows("pools")}
    wage = {row["resource"]: pools[row["pool"]] for row in tables.rows("resources") if row["pool"]}
    for kind, user, resource, period, hours in plainly.users(tables, plan, plainly.stated_effort(plan)):
        paid[places[kind, user], period - 1] += hours * wage.get(resource, 0.0)
        paid[places["resource", resource], period - 1] -= hours * wage.get(resource, 0.0)
    return paid


@pytest.mark.parametrize("seed", SEEDS)
def test_without_luck_what_is_paid_for_is_the_ledger(seed: int) -> None:
    tables, plan = planned(seed)
    case = derive(tables)
    found, wanted = by_thing(tables, case, plan)[:, :, 0], ledger(tables, case, plan)
    size = max(1.0, float(np.abs(wanted).sum()))
    loose = 1e-3 if case.learning else 1e-6  # what a plan counts on takes no less effort than what is gathered
    np.testing.assert_allclose(found, wanted, atol=loose * size)


@pytest.mark.parametrize("seed", SEEDS)
def test_with_luck_it_is_all_that_is_paid(seed: int) -> None:
    """The books of funds know of no purposes: their total is another reading of the same payments."""
    config, rows = scenario(seed, Features())
    tables = fr.Tables.from_rows(config, ranged(executable(config, rows), seed))
    plan, case = fr.plan(tables, tests=False), derive(tables)
    draws = draw(tables, 40, 4)
    found = by_thing(tables, case, plan, draws=draws)
    np.testing.assert_allclose(
        found.sum(axis=(0, 1)), simulate.run(tables, case, plan, draws).cost, rtol=1e-9, atol=1e-9
    )
    assert (found >= -1e-9).all()
    assert found.std(axis=2).max() > 0, "luck moves what is paid"


def test_purposes_share_what_is_paid() -> None:
    """Halves of everything to two purposes, in the second half of the time all to the first."""
    tables, plan = planned(1)
    case = derive(tables)
    whole = by_thing(tables, case, plan)
    shares = np.full((plan.periods, 2, len(whole)), 0.5)
    shares[plan.periods // 2 :] = np.array([1.0, 0.0])[:, None]
    found = simulate.spending(tables, case, plan, shares)
    np.testing.assert_allclose(found.sum(axis=0), whole.sum(axis=0), atol=1e-12)
    assert not found[1, plan.periods // 2 :].any()
    np.testing.assert_allclose(found[0, : plan.periods // 2], whole.sum(axis=0)[: plan.periods // 2] / 2, atol=1e-12)
