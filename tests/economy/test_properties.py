"""What holds for every economy: random ones, with a fixed seed each."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fullrate.studies.economy import crowding
from fullrate.studies.economy.accounts import SHIPPED, accounts_of, table_of
from fullrate.studies.economy.balance import WAYS, Quarters, limits_of, lost
from fullrate.studies.economy.crowding import Limits
from fullrate.studies.economy.leontief import Leontief, coefficients, mixed
from fullrate.studies.economy.regions import regional

SEEDS = range(40)


def random(seed: int) -> tuple[Leontief, Limits, np.ndarray]:
    """A balanced economy of a few sectors, some full, and a surge over three quarters."""
    draw = np.random.default_rng(seed)
    n = int(draw.integers(2, 9))
    a = draw.uniform(0, 1, (n, n)) * draw.integers(0, 2, (n, n))
    a *= draw.uniform(0.2, 0.9) / np.maximum(a.sum(axis=0), 1e-9)
    leontief, final = Leontief.of(a), draw.uniform(0, 100, (n, 1)) * np.ones((1, 3))
    now = leontief.output(final)
    capacity = now * (1 + draw.choice([0.0, 0.01, 0.3], (n, 1)))
    floor = final * draw.choice([0.0, 0.5], (n, 1))
    surge = draw.uniform(0, 0.05, (n, 3)) * final
    return leontief, Limits(final, floor, capacity, np.zeros((0, n)), np.zeros((0, 3))), surge


@pytest.mark.parametrize("seed", SEEDS)
def test_leontief_is_linear_and_no_less_than_the_demand(seed: int) -> None:
    leontief, limits, surge = random(seed)
    first, second = leontief.output(limits.final), leontief.output(surge)
    np.testing.assert_allclose(leontief.output(2 * limits.final + 3 * surge), 2 * first + 3 * second, rtol=1e-10)
    assert (leontief.inverse() >= np.eye(len(surge)) - 1e-12).all()
    np.testing.assert_allclose(first - leontief.a @ first, limits.final, rtol=1e-9, atol=1e-9)
    each = np.random.default_rng(seed).uniform(0, 1, len(surge))
    np.testing.assert_allclose(leontief.multipliers(each) @ surge, each @ second, rtol=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_nobody_can_give_up_less_than_at_best_nor_gain(seed: int) -> None:
    leontief, limits, surge = random(seed)
    found = lost(leontief, limits, surge)
    best = found.final[WAYS[0]].sum()
    for way, final in found.final.items():
        assert (final >= 0).all(), way
        assert (final <= limits.final - limits.floor + 1e-6).all() or found.short.any(), way
    assert found.residual < 1e-7
    if not found.short.any() and not crowding.alike(leontief, limits, surge).short.any():
        assert best <= found.final[WAYS[2]].sum() + 1e-6
    if WAYS[1] in found.final:
        assert best <= found.final[WAYS[1]].sum() + 1e-6
        kept = limits.final - found.final[WAYS[1]]
        assert (leontief.output(kept + surge) <= limits.capacity * (1 + 1e-6) + 1e-6).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_too_few_people_are_a_limit_like_any_other(seed: int) -> None:
    """Jobs of two regions, a few of them more than now: no way uses more, and none loses less than at best."""
    leontief, limits, surge = random(seed)
    draw = np.random.default_rng([5, seed])
    jobs = draw.uniform(0, 1, (2, len(surge)))
    labour = (jobs @ leontief.output(limits.final)) * (1 + draw.choice([0.0, 0.003, 0.05], (2, 1)))
    scarce = replace(limits, capacity=1.5 * limits.capacity, jobs=jobs, labour=labour)
    found = lost(leontief, scarce, surge)
    for way, final in found.final.items():
        people = jobs @ leontief.output(limits.final - final + surge - found.short)
        assert found.short.any() or (people <= labour * (1 + 1e-5)).all(), way
        assert found.final[WAYS[0]].sum() <= final.sum() + 1e-5, way
    free = lost(leontief, replace(scarce, labour=10 * labour), surge)
    assert free.final[WAYS[0]].sum() <= found.final[WAYS[0]].sum() + 1e-5


@pytest.mark.parametrize("seed", SEEDS)
def test_without_a_surge_nothing_is_given_up(seed: int) -> None:
    leontief, limits, surge = random(seed)
    found = lost(leontief, limits, 0 * surge)
    assert all(not final.any() for final in found.final.values())
    assert not found.short.any()


@pytest.mark.parametrize("seed", SEEDS)
def test_more_capacity_never_costs_and_enough_of_it_is_enough(seed: int) -> None:
    leontief, limits, surge = random(seed)
    found = lost(leontief, limits, surge)
    wider = lost(leontief, replace(limits, capacity=1.02 * limits.capacity), surge)
    for way in (WAYS[0], WAYS[2]):
        assert wider.final[way].sum() <= found.final[way].sum() + 1e-6
    enough = lost(leontief, replace(limits, capacity=(1 + found.enough + 1e-9) * limits.capacity), surge)
    assert max(final.sum() for final in enough.final.values()) <= 1e-6


@pytest.mark.parametrize("seed", SEEDS)
def test_the_best_is_that_of_another_solver(seed: int) -> None:
    """The same program written densely for scipy."""
    from scipy.optimize import linprog

    leontief, limits, surge = random(seed)
    n = len(surge)
    for t in range(surge.shape[1]):
        a = np.hstack([leontief.a - np.eye(n), np.eye(n), -np.eye(n)])
        bounds = [(0, high) for high in limits.capacity[:, t]]
        bounds += list(zip(limits.floor[:, t], limits.final[:, t], strict=True)) + [(0, None)] * n
        cost = np.concatenate([np.zeros(n), -np.ones(n), np.full(n, crowding.SHORT)])
        peer = linprog(cost, A_ub=a, b_ub=-surge[:, t], bounds=bounds)
        ours = crowding.best(leontief, limits, surge, np.ones(n))
        value = crowding.SHORT * ours.short[:, t].sum() - ours.final[:, t].sum()
        assert value == pytest.approx(peer.fun, rel=1e-7, abs=1e-6)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_mixed_model_inverts_itself(seed: int) -> None:
    """Output of some and final demand of others, taken from a balanced economy, give the rest of it."""
    leontief, limits, _ = random(seed)
    final, x = limits.final[:, 0], leontief.output(limits.final[:, 0])
    fixed = np.random.default_rng(seed).integers(0, 2, len(x)).astype(bool)
    found, demand = mixed(leontief.a, np.where(fixed, np.nan, final), fixed, np.where(fixed, x, np.nan))
    np.testing.assert_allclose(found, x, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(demand, final, rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_region_buys_no_more_from_itself_than_the_nation_does(seed: int) -> None:
    leontief, _, _ = random(seed)
    draw = np.random.default_rng(seed)
    nation = draw.uniform(1, 100, len(leontief.a))
    region = nation * draw.uniform(0, 0.5, len(nation)) * draw.integers(0, 2, len(nation))
    if region.sum() == 0:
        return
    smaller = [regional(leontief.a, region, nation, delta) for delta in (0.0, 0.1, 0.4)]
    for before, after in zip([leontief.a, *smaller], smaller, strict=False):
        assert (after <= before + 1e-15).all()
        assert (after >= 0).all()


def test_nothing_is_made_of_nothing() -> None:
    assert not coefficients(np.array([[0.0, 5.0], [0.0, 0.0]]), np.array([3.0, 0.0])).any()


class TestFaults:
    """A check that finds nothing is worth nothing."""

    def test_the_check_of_the_program_sees_each_limit_broken(self) -> None:
        leontief, limits, surge = random(3)
        people = replace(limits, jobs=np.ones((1, len(surge))), labour=np.full((1, 3), 1e5))
        x, none = leontief.output(limits.final), np.zeros_like(surge)

        def size(x: np.ndarray, g: np.ndarray, short: np.ndarray) -> float:
            return crowding.violation(leontief.a, people, none, x, g, short)

        assert size(x, limits.final, none) < 1e-9
        assert size(0.9 * x, limits.final, none) > 1e-3, "sold more than made"
        assert size(2 * x, limits.final, none) > 1e-3, "above capacity"
        assert size(x, 1.1 * limits.final, none + 1e3) > 1e-3, "above what is wanted"
        assert size(1e4 * x, limits.final, none) > 1, "more people than there are"
        assert size(x, 0.4 * limits.floor, none) > 1e-3 or not limits.floor.any(), "below a floor"


def test_in_full_use_others_give_up_what_the_surge_takes() -> None:
    """Where nothing is idle, `(I - A) x` cannot grow: a dollar of the surge is a dollar less for others.

    The shipped table is printed in millions, and a thousandth of one has to be seen beside 34 trillion of output.
    """
    accounts, quarters = accounts_of(table_of(SHIPPED)), Quarters.of(np.linspace(0, 365, 53))
    leontief = Leontief.of(accounts.home)
    limits = limits_of(accounts, leontief, quarters, 0.0)
    for amount in (1000.0, 1.0, 0.1):
        surge = np.zeros((len(accounts.sector), len(quarters.days)))
        surge[accounts.sector.places["339"], 1] = amount
        found = lost(leontief, limits, surge)
        assert found.final[WAYS[0]].sum() == pytest.approx(amount, rel=1e-3), amount
        idle = limits_of(accounts, leontief, quarters, 0.05)
        assert lost(leontief, idle, surge).final[WAYS[0]].sum() == 0, amount
