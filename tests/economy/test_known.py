"""Known answers: textbooks, closed forms, published matrices. Rounded numbers are compared to their last digit."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from economy import bea
from fullrate.studies.economy import crowding
from fullrate.studies.economy.crowding import Limits
from fullrate.studies.economy.leontief import Leontief, coefficients, mixed
from fullrate.studies.economy.regions import quotients, regional, smallness

TEXTBOOK = bea.ROOT.parent / "shared" / "data" / "io_textbook" / "miller_blair_2sector.json"
USES, OUTPUT = np.array([[150.0, 500.0], [200.0, 100.0]]), np.array([1000.0, 2000.0])
A = coefficients(USES, OUTPUT)
FINAL = np.array([350.0, 1700.0])


def limits(capacity: list[float], floor: float = 0.0) -> Limits:
    final = FINAL[:, None]
    return Limits(final, floor * final, np.array(capacity)[:, None], np.zeros((0, 2)), np.zeros((0, 1)))


class TestLeontief:
    """Miller & Blair 2009, section 2.3."""

    def test_coefficients(self) -> None:
        np.testing.assert_allclose(A, [[0.15, 0.25], [0.20, 0.05]], rtol=1e-15)

    def test_inverse_to_the_printed_digits(self) -> None:
        np.testing.assert_allclose(Leontief.of(A).inverse(), [[1.2541, 0.3300], [0.2640, 1.1221]], atol=5e-5)

    def test_output_of_another_demand(self) -> None:
        """(600, 1500) takes (1247.5, 1841.6); exactly, with determinant .7575: 945 / .7575 and 1395 / .7575."""
        x = Leontief.of(A).output(np.array([600.0, 1500.0]))
        np.testing.assert_allclose(x, [945 / 0.7575, 1395 / 0.7575], rtol=1e-12)
        np.testing.assert_allclose(x, [1247.5, 1841.6], atol=0.05)

    def test_many_demands_at_once_are_each_alone(self) -> None:
        demand = np.random.default_rng(1).uniform(0, 9, (2, 3, 4))
        whole = Leontief.of(A).output(demand)
        for at in np.ndindex(3, 4):
            np.testing.assert_allclose(whole[:, *at], Leontief.of(A).output(demand[:, *at]), rtol=1e-13)

    @pytest.mark.skipif(not TEXTBOOK.is_file(), reason="the textbook's table is not beside this checkout")
    def test_the_file_of_the_textbook(self) -> None:
        book = json.loads(TEXTBOOK.read_text("utf-8"))
        a = coefficients(np.array(book["Z"], float), np.array(book["x"], float))
        np.testing.assert_allclose(a, book["A"], atol=1e-12)
        np.testing.assert_allclose(Leontief.of(a).inverse(), book["L_published_4dp"], atol=5e-5)

    def test_more_inputs_than_output_is_refused(self) -> None:
        with pytest.raises(ValueError, match="more than a unit"):
            Leontief.of(np.array([[0.5, 0.1], [0.6, 0.1]]))


def test_mixed() -> None:
    """Sector 2 held at 1800, 600 of final demand for sector 1: .85 x1 = 600 + .25 * 1800, f2 = .95 * 1800 - .2 x1."""
    x, f = mixed(A, np.array([600.0, 0.0]), np.array([False, True]), np.array([0.0, 1800.0]))
    np.testing.assert_allclose(x, [1050 / 0.85, 1800], rtol=1e-12)
    np.testing.assert_allclose([x[0], f[1]], [1235.294118, 1462.941176], atol=5e-7)


class TestCrowding:
    """Surge of 100 in sector 2; capacities (1050, 2040); prices (1, 1)."""

    SURGE = np.array([[0.0], [100.0]])

    def kept(self) -> crowding.Kept:
        return crowding.best(Leontief.of(A), limits([1050, 2040]), self.SURGE, np.ones(2))

    def test_at_best(self) -> None:
        """x2 = 2040 and g1 = 350: x1 = (350 + .25 * 2040) / .85 = 860 / .85, g2 = .95 * 2040 - .2 x1 - 100."""
        kept = self.kept()
        np.testing.assert_allclose(kept.final[:, 0], [350, 0.95 * 2040 - 0.2 * 860 / 0.85 - 100], rtol=1e-9)
        assert kept.final[1, 0] == pytest.approx(1635.647059, abs=5e-7)
        assert 1700 - kept.final[1, 0] == pytest.approx(64.352941, abs=5e-7)
        assert kept.residual < 1e-9

    def test_buyers_of_the_full_sector_give_way(self) -> None:
        """Here the mixed model is the best there is."""
        kept, enough = crowding.yielding(Leontief.of(A), limits([1050, 2040]), self.SURGE)
        assert enough.all()
        np.testing.assert_allclose(kept[:, 0], self.kept().final[:, 0], rtol=1e-9)

    def test_everybody_cut_alike(self) -> None:
        """All of it takes 2000 of sector 2 and the surge 112.2; 2040 leave room for 1 - 72.2 / 2000 of all."""
        kept = crowding.alike(Leontief.of(A), limits([1050, 2040]), self.SURGE)
        share = (2040 - 0.85 / 0.7575 * 100) / 2000
        np.testing.assert_allclose(kept.final[:, 0], share * FINAL, rtol=1e-12)

    def test_floors_hold(self) -> None:
        """Where 97 % has to be kept, both can lose 61.5 together: not enough. Where it is 96 %, they can lose 82."""
        kept = crowding.best(Leontief.of(A), limits([1050, 2040], floor=0.97), self.SURGE, np.ones(2))
        assert (kept.final >= 0.97 * FINAL[:, None] - 1e-9).all()
        assert kept.short.sum() > 0
        easy = crowding.best(Leontief.of(A), limits([1050, 2040], floor=0.96), self.SURGE, np.ones(2))
        assert easy.short.sum() == pytest.approx(0, abs=1e-9)

    def test_an_answer_that_breaks_a_limit_is_none(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The solver's word is not enough: here it says that nothing has to be produced."""
        solve = crowding.solve_lp
        monkeypatch.setattr(crowding, "solve_lp", lambda lp: replace(solve(lp), x=np.zeros(6)))
        with pytest.raises(RuntimeError, match="breaks a limit"):
            self.kept()

    def test_labour(self) -> None:
        """One job a unit in sector 2 and 2040 people is the capacity of 2040 said otherwise."""
        wide = limits([1050, 1e6])
        people = Limits(wide.final, wide.floor, wide.capacity, np.array([[0.0, 1.0]]), np.array([[2040.0]]))
        for scheme in (lambda one: crowding.best(Leontief.of(A), one, self.SURGE, np.ones(2)),
                       lambda one: crowding.alike(Leontief.of(A), one, self.SURGE)):  # fmt: skip
            np.testing.assert_allclose(scheme(people).final, scheme(limits([1050, 2040])).final, rtol=1e-8)


class TestRegions:
    def test_smallness(self) -> None:
        """A tenth of all jobs, delta .3: log2(1.1) ** .3."""
        assert smallness(0.1, 0.3) == pytest.approx(0.551435, abs=5e-7)

    def test_quotients_by_hand(self) -> None:
        """Sectors with 20 of 100 and 10 of 200 jobs in the region: 30 of 300, as small as above."""
        small = smallness(0.1, 0.3)
        there = np.array([[2.0, 4.0], [0.25, 0.5]]) * small
        np.testing.assert_allclose(quotients(np.array([20.0, 10.0]), np.array([100.0, 200.0]), 0.3), there, rtol=1e-12)

    def test_a_region_without_jobs_supplies_itself_nothing(self) -> None:
        assert not regional(A, np.zeros(2), np.array([70.0, 30.0]), 0.3).any()

    def test_a_region_that_is_the_nation_keeps_all(self) -> None:
        jobs = np.array([70.0, 30.0])
        np.testing.assert_allclose(regional(A, jobs, jobs, 0.3), A, rtol=1e-12)


def test_overproduction() -> None:
    """Demand 120, output 100: a sixth is missing; a quarter to climb, in a year."""
    assert crowding.overproduction(1.0, 120, 100) == pytest.approx(1.000114155, abs=5e-10)
    assert crowding.overproduction(1.1, 100, 100) == pytest.approx(1.1 - 0.1 / 365, rel=1e-12)


@pytest.mark.skipif(not bea.USEEIO.is_dir(), reason="the published inverse is not beside this checkout")
def test_multipliers_of_411_sectors() -> None:
    """Total jobs and value added per dollar as published with USEEIO v2.0; its totals for the final demand of 2012."""
    a = pl.read_parquet(bea.USEEIO / "A.parquet").select(pl.selectors.numeric()).to_numpy()
    frame = pl.read_csv(bea.USEEIO / "sectors_jobs_value_added.csv", infer_schema_length=None)
    leontief = Leontief.of(a)
    for name in ("jobs", "vadd"):
        total = leontief.multipliers(frame[f"{name}_direct_per_usd"].to_numpy())
        np.testing.assert_allclose(total, frame[f"{name}_total_per_usd"].to_numpy(), rtol=1e-6)
    final = dict(pl.read_csv(bea.USEEIO / "final_demand_2012_production_complete.csv").iter_rows())
    x = leontief.output(np.array([final[f"{code}/US"] for code in frame["code"]]))
    assert x.sum() == pytest.approx(32.116e12, rel=2e-5)
    assert x @ frame["jobs_direct_per_usd"].to_numpy() == pytest.approx(133.195e6, rel=4e-6)
    assert x @ frame["vadd_direct_per_usd"].to_numpy() == pytest.approx(17.469e12, rel=3e-5)


@pytest.mark.oracle
def test_multipliers_of_another_package() -> None:
    """pymrio's test table: six regions, eight sectors; output, inverse and the multipliers of its extensions."""
    pymrio = pytest.importorskip("pymrio")
    world = pymrio.load_test().calc_all()
    a = coefficients(world.Z.to_numpy(), world.x.to_numpy().ravel())
    leontief = Leontief.of(a)
    np.testing.assert_allclose(leontief.inverse(), world.L.to_numpy(), rtol=1e-9, atol=1e-12)
    for extension in (world.factor_inputs, world.emissions):
        for (_, each), (_, total) in zip(extension.S.iterrows(), extension.M.iterrows(), strict=True):
            np.testing.assert_allclose(leontief.multipliers(each.to_numpy()), total.to_numpy(), rtol=1e-9)
