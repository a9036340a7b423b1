"""Which input matters: models whose answers are known."""

from __future__ import annotations

from math import inf, pi, sqrt

import numpy as np
import pytest
from scipy.stats import norm

from fullrate.statistics.inputs import (
    GATE,
    curve_basis,
    fitted,
    knowledge,
    perfect,
    rank_regression,
    split,
    tornado,
)

SAMPLES, REPLICATES = 4096, 8
REPLICATE = np.repeat(np.arange(REPLICATES), SAMPLES // REPLICATES)
SIGMAS = 4
"""Standard errors that an estimate may be off; a false alarm in 16,000."""


def normals(columns: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((SAMPLES, columns))


class TestRegression:
    def test_a_linear_model_of_normal_inputs(self) -> None:
        """y = 3 a + 4 b: coefficients of ranks 0.6 and 0.8 up to the bend of ranks; all is explained."""
        x = normals(3)
        found = rank_regression(x, 3 * x[:, 0] + 4 * x[:, 1])
        spearman = [6 / pi * np.arcsin(r / 2) for r in (0.6, 0.8, 0.0)]
        assert found.correlations == pytest.approx(spearman, abs=SIGMAS / sqrt(SAMPLES))
        assert found.coefficients == pytest.approx(spearman, abs=SIGMAS / sqrt(SAMPLES))
        assert found.explained > 0.95
        assert found.usable

    def test_coefficients_of_ordinary_least_squares_on_ranks(self) -> None:
        """Against the normal equations, solved here."""
        luck = np.random.default_rng(2)
        x = np.stack([luck.permutation(200) for _ in range(3)], axis=1).astype(float)
        y = luck.permutation(200).astype(float) + x[:, 0]
        rank = np.argsort(np.argsort(np.column_stack([x, y]), axis=0), axis=0)
        assert len(np.unique(y)) < 200, "ties take their mean rank"
        from scipy.stats import rankdata

        rank = rankdata(np.column_stack([x, y]), axis=0)
        z = (rank - rank.mean(axis=0)) / rank.std(axis=0)
        expected = np.linalg.solve(z[:, :3].T @ z[:, :3], z[:, :3].T @ z[:, 3])
        assert rank_regression(x, y).coefficients == pytest.approx(expected, rel=1e-9)

    def test_what_is_not_monotone_does_not_pass_the_gate(self) -> None:
        x = normals(2)
        found = rank_regression(x, x[:, 0] ** 2)
        assert found.explained < 0.1 < GATE
        assert not found.usable

    def test_noise_of_known_size(self) -> None:
        """Half of the variance is noise: R squared of ranks is (6 / pi asin(sqrt(0.5) / 2)) squared."""
        x = normals(2)
        found = rank_regression(x[:, :1], x[:, 0] + x[:, 1])
        assert found.explained == pytest.approx((6 / pi * np.arcsin(sqrt(0.5) / 2)) ** 2, abs=SIGMAS / sqrt(SAMPLES))

    def test_any_monotone_scale_gives_the_same_and_infinite_is_largest(self) -> None:
        x = normals(2)
        y = x[:, 0] + 0.3 * x[:, 1]
        late = np.where(y > 1.5, inf, y)
        capped = np.where(y > 1.5, 9.0, y)
        assert rank_regression(np.exp(x), y**3).coefficients == pytest.approx(rank_regression(x, y).coefficients)
        assert rank_regression(x, late).coefficients == pytest.approx(rank_regression(x, capped).coefficients)

    def test_what_does_not_vary_explains_nothing(self) -> None:
        x = normals(2)
        x[:, 1] = 5
        assert rank_regression(x, x[:, 0]).coefficients == pytest.approx([1, 0], abs=1e-12)
        assert rank_regression(x, np.ones(SAMPLES)).explained == 0
        assert rank_regression(np.zeros((SAMPLES, 0)), x[:, 0]).explained == 0


def test_a_tornado_compares_the_outer_fifths() -> None:
    """Mean of a standard normal in its lowest fifth: -phi(z) / 0.2 at z of 20 %."""
    x = normals(2)
    found = tornado(x, 2 * x[:, 0] + 0.01 * x[:, 1])
    outer = norm.pdf(norm.ppf(0.2)) / 0.2
    assert found[0] == pytest.approx([-2 * outer, 2 * outer], abs=2 * SIGMAS / sqrt(SAMPLES / 5))
    assert np.abs(found[1]).max() < 2 * SIGMAS / sqrt(SAMPLES / 5)


class TestCurves:
    def test_a_straight_line_is_met_exactly(self) -> None:
        x = normals(2)
        assert fitted(1 + 2 * x[:, 0] - x[:, 1], x) == pytest.approx(1 + 2 * x[:, 0] - x[:, 1], abs=1e-9)

    def test_a_cubic_with_a_bend_is_met_exactly(self) -> None:
        x = normals(1)
        y = x[:, 0] ** 3 - 2 * x[:, 0] ** 2 + np.maximum(x[:, 0] - np.median(x[:, 0]), 0) ** 3
        assert fitted(y, x) == pytest.approx(y, abs=1e-8)

    def test_few_values_have_few_columns(self) -> None:
        assert curve_basis(np.ones(50)).shape == (50, 0)
        assert curve_basis(np.repeat([1.0, 2.0], 25)).shape == (50, 1)
        assert curve_basis(np.repeat([1.0, 2.0, 7.0], 20)).shape == (60, 2)


class TestKnowledge:
    """Two decisions: benefit 0, or m + a s + b e with standard normal s and e. Knowing s gains the unit normal loss."""

    @staticmethod
    def gain(mean: float, spread: float) -> float:
        return spread * norm.pdf(mean / spread) + mean * norm.cdf(mean / spread) - max(mean, 0.0)

    @pytest.mark.parametrize(("mean", "a", "b"), [(0.0, 1.0, 1.0), (0.5, 2.0, 1.0), (-1.0, 1.0, 3.0)])
    def test_a_linear_gaussian_choice(self, mean: float, a: float, b: float) -> None:
        x = normals(2, seed=4)
        benefit = np.column_stack([np.zeros(SAMPLES), mean + a * x[:, 0] + b * x[:, 1]])
        for column, spread in ((0, a), (1, b)):
            found = knowledge(benefit, x[:, [column]], REPLICATE)
            error = sqrt(a * a + b * b) / sqrt(SAMPLES)
            assert found.worth == pytest.approx(self.gain(mean, spread), abs=SIGMAS * error)
        whole = knowledge(benefit, x, REPLICATE)
        assert whole.worth == pytest.approx(perfect(benefit), rel=1e-9), "knowing both is knowing everything"

    def test_a_bent_benefit(self) -> None:
        """Benefit s squared - 1 against 0: gain E max(s^2 - 1, 0) = 2 phi(1); cubic pieces hold a parabola."""
        x = normals(1, seed=6)
        benefit = np.column_stack([np.zeros(SAMPLES), x[:, 0] ** 2 - 1])
        found = knowledge(benefit, x, REPLICATE).worth
        assert found == pytest.approx(perfect(benefit), rel=1e-6)
        assert found == pytest.approx(2 * norm.pdf(1), abs=SIGMAS * sqrt(2 / SAMPLES))

    def test_what_changes_no_decision_is_worth_nothing(self) -> None:
        x = normals(2)
        one = knowledge(x[:, :1], x, REPLICATE)
        assert (one.worth, one.error) == (0, 0)
        far = np.column_stack([x[:, 0], x[:, 0] - 5])
        assert knowledge(far, x, REPLICATE).worth == pytest.approx(0, abs=1e-12)

    def test_noise_alone_is_worth_almost_nothing(self) -> None:
        """Its regression finds a little in noise: at most the error of fitting a curve's columns."""
        x = normals(2, seed=8)
        found = knowledge(np.column_stack([np.zeros(SAMPLES), x[:, 1]]), x[:, :1], REPLICATE)
        assert 0 <= found.worth < SIGMAS * sqrt(7 / SAMPLES)

    def test_knowing_everything(self) -> None:
        """100 with odds 0.6, else 0, against 50 for sure: 80 - 60."""
        benefit = np.array([[100.0, 50.0]] * 6 + [[0.0, 50.0]] * 4)
        assert perfect(benefit) == pytest.approx(20, rel=1e-12)

    def test_two_stages_of_a_newsvendor(self) -> None:
        """Cost 1, price 3, demand 50, 100 or 150: best 150 (of 100 or of 150), with foresight 200, so knowing is 50."""
        demand = np.array([50.0, 100.0, 150.0])
        profit = np.column_stack([3 * np.minimum(demand, q) - q for q in (50.0, 100.0, 150.0)])
        assert profit.mean(axis=0).tolist() == [100, 150, 150]
        assert profit.max(axis=1).mean() == 200
        assert perfect(profit) == 50


class TestSplit:
    @pytest.mark.parametrize(("a", "b"), [(1.0, 1.0), (3.0, 1.0), (0.0, 1.0), (1.0, 0.0)])
    def test_parameters_and_events_of_known_size(self, a: float, b: float) -> None:
        """y = a s + b e, two runs with the same s: parameters hold a^2 of a^2 + b^2."""
        x = normals(3, seed=11)
        found = split(a * x[:, 0] + b * x[:, 1], a * x[:, 0] + b * x[:, 2], REPLICATE)
        share = a * a / (a * a + b * b)
        assert found.parameters == pytest.approx(share, abs=SIGMAS / sqrt(SAMPLES))
        assert found.parameters + found.events == pytest.approx(1, abs=1e-12)

    def test_nothing_varies(self) -> None:
        found = split(np.ones(SAMPLES), np.ones(SAMPLES), REPLICATE)
        assert (found.parameters, found.events) == (0, 0)
