"""Distributions: known values, ends that are quantiles solved for, and widening."""

from __future__ import annotations

from math import exp, inf, isclose, log, nan, sqrt

import numpy as np
import pytest

from fullrate.draws.shapes import Beta, Constant, Pert, Points, shape_of, widened

DISTS = ("pert", "tri", "lognormal", "normal", "uniform", "empirical")
MIDDLES = (np.arange(20_000) + 0.5) / 20_000


@pytest.mark.parametrize("dist", DISTS)
@pytest.mark.parametrize(("q", "tail"), [("p10p90", 0.1), ("p5p95", 0.05)])
@pytest.mark.parametrize("mode", [10.0, 14.0, 29.0])
def test_ends_that_are_quantiles_are_met(dist: str, q: str, tail: float, mode: float) -> None:
    shape = shape_of(dist, 10.0, mode, 30.0, q)
    assert shape.quantile([tail, 1 - tail]) == pytest.approx([10.0, 30.0], rel=1e-7)


@pytest.mark.parametrize("dist", ["pert", "tri", "uniform", "empirical"])
def test_ends_that_are_minimum_and_maximum_are_never_passed(dist: str) -> None:
    assert shape_of(dist, 10.0, 14.0, 30.0).quantile([0.0, 1.0]) == pytest.approx([10.0, 30.0], rel=1e-12)


@pytest.mark.parametrize("dist", ["lognormal", "normal"])
def test_what_has_no_ends_takes_them_as_p10_and_p90(dist: str) -> None:
    assert shape_of(dist, 10.0, nan, 40.0).quantile([0.1, 0.9]) == pytest.approx([10.0, 40.0], rel=1e-9)
    assert shape_of(dist, 10.0, nan, 40.0).quantile(1.0) == inf


def test_triangular_ends_follow_from_two_quadratics() -> None:
    """Below its mode (a, m, b) holds (x - a)**2 / ((b - a)(m - a)) of the mass; above it the same from b."""
    shape = shape_of("tri", 10.0, 14.0, 30.0, "p10p90")
    a, b = shape.quantile([0.0, 1.0])
    assert isclose((10 - a) ** 2, 0.1 * (b - a) * (14 - a), rel_tol=1e-7)
    assert isclose((b - 30) ** 2, 0.1 * (b - a) * (b - 14), rel_tol=1e-7)


@pytest.mark.parametrize("dist", [*DISTS, "beta"])
def test_the_mean_is_that_of_the_quantiles(dist: str) -> None:
    shape = shape_of(dist, 0.2, 0.5, 0.7, "p10p90")
    assert shape.quantile(MIDDLES).mean() == pytest.approx(shape.mean(), rel=2e-4)


def test_pert_quantiles_give_its_known_moments() -> None:
    """PERT 10, 14, 30: mean 16; variance of Beta(1.8, 4.2) times 20 squared: 0.03 * 400 = 12."""
    values = Pert(10.0, 14.0, 30.0).quantile(MIDDLES)
    assert values.mean() == pytest.approx(16.0, abs=1e-3)
    assert values.var() == pytest.approx(400 * 1.8 * 4.2 / (36 * 7), rel=1e-3)


def test_a_beta_has_the_mean_it_is_given_and_the_nearest_quantiles() -> None:
    true = Beta(8.0, 2.0)
    low, high = true.quantile([0.1, 0.9])
    found = shape_of("beta", float(low), 0.8, float(high))
    assert isinstance(found, Beta)
    assert (found.alpha, found.beta) == pytest.approx((8.0, 2.0), rel=1e-4)


def test_a_bernoulli_value_is_high_with_its_odds() -> None:
    shape = shape_of("bernoulli", 5.0, 0.25, 9.0)
    assert shape.mean() == 6.0
    assert shape.quantile([0.0, 0.74, 0.76, 1.0]).tolist() == [5.0, 5.0, 9.0, 9.0]
    assert shape_of("bernoulli", nan, 0.25, nan).quantile([0.5, 0.8]).tolist() == [0.0, 1.0]


@pytest.mark.parametrize("dist", [*DISTS, "beta"])
def test_no_width_is_a_constant(dist: str) -> None:
    assert shape_of(dist, 0.7, 0.7, 0.7, "p10p90") == Constant(0.7)


def test_quantiles_through_three_points() -> None:
    assert Points(1.0, 2.0, 5.0).quantile([0.0, 0.25, 0.5, 0.75, 1.0]).tolist() == [1.0, 1.5, 2.0, 3.5, 5.0]
    assert Points(1.0, 2.0, 5.0).mean() == 2.5


def test_widening_scales_the_logarithm_around_the_median() -> None:
    """Doubling the width of a lognormal value is doubling its sigma; the median stays."""
    narrow, p = shape_of("lognormal", 10.0, nan, 40.0), np.array([0.1, 0.5, 0.9])
    wide = widened(narrow, narrow.quantile(p), 2.0)
    assert wide == pytest.approx([20 / 4, 20.0, 20 * 4], rel=1e-9)
    assert widened(narrow, narrow.quantile(p), 1.0) == pytest.approx(narrow.quantile(p), rel=0)


def test_widening_what_may_be_below_zero_is_linear() -> None:
    shape = shape_of("normal", -1.0, nan, 3.0)
    assert widened(shape, shape.quantile([0.1, 0.5, 0.9]), 1.5) == pytest.approx([-2.0, 1.0, 4.0], rel=1e-9)


def test_lognormal_has_its_textbook_mean() -> None:
    shape = shape_of("lognormal", 10.0, nan, 40.0)
    sigma = log(4) / (2 * 1.2815515655446004)
    assert shape.mean() == pytest.approx(20 * exp(sigma**2 / 2), rel=1e-9)
    assert shape.quantile(MIDDLES).std() / shape.mean() == pytest.approx(sqrt(exp(sigma**2) - 1), rel=5e-3)


@pytest.mark.parametrize("dist", ["pert", "tri"])
@pytest.mark.parametrize("q", ["p10p90", "p5p95"])
def test_ends_are_found_wherever_the_mode_is(dist: str, q: str) -> None:
    """200 ranges over eight orders of magnitude, the mode anywhere between the ends, on them, too."""
    luck = np.random.default_rng(7)
    for at in range(200):
        low = float(luck.normal() * 10 ** luck.uniform(-3, 5))
        width = float(10 ** luck.uniform(-3, 5))
        place = (0.0, 1.0)[at % 2] if at < 20 else float(luck.random())
        shape = shape_of(dist, low, low + place * width, low + width, q)
        tail = {"p10p90": 0.1, "p5p95": 0.05}[q]
        assert shape.quantile([tail, 1 - tail]) == pytest.approx([low, low + width], rel=1e-6, abs=1e-6 * width)
        assert np.all(np.diff(shape.quantile(MIDDLES[::400])) > 0)
