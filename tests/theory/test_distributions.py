"""Known values of the lead-time kernel and of two distributions of durations."""

from __future__ import annotations

from math import exp, isclose, log
from typing import Any

import numpy as np
import pytest

from fullrate.calendar import Calendar


@pytest.fixture
def draws() -> Any:
    return pytest.importorskip("fullrate.draws", reason="no distributions yet")


def test_a_lead_of_ten_days_in_weeks_arrives_in_two_shares() -> None:
    """Starts of days 0-7 arrive on days 10-17: 4 of 7 days lie in week 2, 3 of 7 in week 3."""
    kernel = Calendar.uniform(5, 7.0, rounding="kernel").arrivals(np.array([10.0]))
    first = slice(kernel.pointer[0][0], kernel.pointer[0][0] + kernel.count[0][0])
    assert kernel.period[first].tolist() == [1, 2]
    assert kernel.share[first] == pytest.approx([4 / 7, 3 / 7], rel=1e-12)


def test_lognormal_from_its_tenth_and_ninetieth_percentile(draws: Any) -> None:
    """Mean exp(mu + sigma^2 / 2) with mu = ln 20 and sigma = ln 4 / (2 * 1.28155...)."""
    duration = draws.Lognormal(10.0, 40.0)
    assert isclose(duration.quantile(0.1), 10.0, rel_tol=1e-6)
    assert isclose(duration.quantile(0.5), 20.0, rel_tol=1e-6)
    assert isclose(log(duration.quantile(0.5)), 2.995732, rel_tol=1e-6)
    assert isclose(duration.quantile(0.9), 40.0, rel_tol=1e-6)
    assert isclose(duration.mean(), 23.150131, rel_tol=1e-6)
    sigma = log(duration.quantile(0.8413447460685429) / 20)
    assert isclose(sigma, 0.540866, rel_tol=2e-6)
    assert isclose(duration.mean(), 20 * exp(sigma**2 / 2), rel_tol=1e-6)


def test_pert_has_the_textbook_mean_and_shape(draws: Any) -> None:
    """Mean (10 + 4 * 14 + 30) / 6; alpha 1 + 4 * 4 / 20 and beta 1 + 4 * 16 / 20."""
    duration = draws.Pert(10.0, 14.0, 30.0)
    assert isclose(duration.mean(), 16.0, rel_tol=1e-12)
    assert duration.shape == pytest.approx((1.8, 4.2), rel=1e-12)
    alpha, beta = duration.shape
    assert isclose(10 + 20 * alpha / (alpha + beta), duration.mean(), rel_tol=1e-12)


def test_triangular_quantiles(draws: Any) -> None:
    """Up to the mode P = (x - 10)^2 / 80, beyond it 1 - P = (30 - x)^2 / 320."""
    duration = draws.Triangular(10.0, 14.0, 30.0)
    assert isclose(duration.mean(), 18.0, rel_tol=1e-12)
    wanted = {0.1: 12.828427, 0.5: 17.350889, 0.9: 24.343146}
    for p, days in wanted.items():
        assert isclose(duration.quantile(p), days, rel_tol=1e-6)


def test_a_range_of_no_width_is_a_certain_value(draws: Any) -> None:
    """Low = mode = high divides by zero in the formulas; it means a constant."""
    assert draws.Pert(7.0, 7.0, 7.0).mean() == 7.0
    assert all(np.isfinite(draws.Pert(7.0, 7.0, 7.0).shape))
    always = draws.Triangular(7.0, 7.0, 7.0)
    assert always.mean() == 7.0
    assert [always.quantile(p) for p in (0.0, 0.3, 1.0)] == [7.0, 7.0, 7.0]
