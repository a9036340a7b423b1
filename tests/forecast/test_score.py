"""Scores: closed forms, properties, and seeded faults; the formulas of a peer are in tests/oracles."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fullrate import score

VALUES = st.lists(st.floats(-50, 50), min_size=2, max_size=12)


def test_crps_of_three_members() -> None:
    # |1-2|, |2-2|, |3-2| average 2/3; pairs 1, 1, 2 sum to 4: 2/3 - 4/9 plain, 2/3 - 4/6 fair
    assert score.crps([1, 2, 3], 2, fair=False) == pytest.approx(2 / 9)
    assert score.crps([1, 2, 3], 2) == pytest.approx(0.0)


def test_crps_of_a_normal() -> None:
    # (2 phi(0) - 1 / sqrt(pi)) with phi(0) = 1 / sqrt(2 pi): 0.797885 - 0.564190
    assert score.normal_crps(0, 1, 0) == pytest.approx(0.2336950, abs=5e-8)


def test_the_ensemble_comes_to_the_closed_form() -> None:
    from scipy.special import ndtri

    members = ndtri((np.arange(4000) + 0.5) / 4000)
    for outcome in (-1.3, 0.0, 2.2):
        assert score.crps(members, outcome, fair=False) == pytest.approx(score.normal_crps(0, 1, outcome), abs=1e-3)


@given(VALUES, st.floats(-50, 50))
def test_crps_is_never_negative_and_is_the_error_of_one_member(values: list[float], outcome: float) -> None:
    assert score.crps(values, outcome, fair=False) >= -1e-9
    assert score.crps(values[:1], outcome) == pytest.approx(abs(values[0] - outcome))


@given(VALUES, st.floats(-50, 50), st.floats(-5, 5), st.floats(0.1, 9))
def test_crps_moves_with_its_unit(values: list[float], outcome: float, shift: float, size: float) -> None:
    moved = [size * value + shift for value in values]
    assert score.crps(moved, size * outcome + shift) == pytest.approx(size * score.crps(values, outcome), abs=1e-6)


@given(VALUES, st.floats(-50, 50))
def test_a_threshold_above_everything_changes_nothing(values: list[float], outcome: float) -> None:
    assert score.threshold_crps(values, outcome, 100.0) == pytest.approx(score.crps(values, outcome), abs=1e-9)


def test_a_censored_score_does_not_look_beyond_its_threshold() -> None:
    assert score.threshold_crps([1.0, 2.0, np.inf], 7.0, 3.0) == score.threshold_crps([1.0, 2.0, 3.0], 3.0, 3.0)


def test_skill_against_itself_is_nothing() -> None:
    assert score.skill(0.3, 0.3) == 0.0
    assert score.skill(0.0, 0.0) is None
    band = score.skill_band([0.3] * 9, [0.3] * 9, np.random.default_rng(1))
    assert band == score.Band(0.0, 0.0, 0.0)
    assert score.skill_band([0.3] * 7, [0.6] * 7, np.random.default_rng(1)) is None


def test_the_truth_scores_best_on_average() -> None:
    """A proper score: the ensemble that the outcomes come from beats a shifted and a wider one."""
    rng = np.random.default_rng(20)
    outcomes, truth = rng.normal(size=1500), rng.normal(size=300)
    mean = [np.mean([score.crps(one, y) for y in outcomes]) for one in (truth, truth + 0.5, 2 * truth)]
    assert mean[0] < min(mean[1:])


def test_interval_score_and_binary_scores() -> None:
    assert score.interval_score(0, 2, 1, 0.8) == 2.0
    assert score.interval_score(0, 2, -0.5, 0.5) == pytest.approx(2 + 4 * 0.5)
    assert score.brier(0.7, True) == pytest.approx(0.09)
    assert score.log_score(0.5, False) == pytest.approx(np.log(2))
    assert np.isfinite(score.log_score(0.0, True))


def test_the_interval_of_an_ensemble() -> None:
    assert score.interval(np.arange(1, 11), 0.8) == (1.0, 9.0)
    assert score.interval([1.0, 2.0, np.inf], 0.5) == (1.0, np.inf)


def test_the_place_of_an_outcome_is_even_where_the_forecast_is_right() -> None:
    rng = np.random.default_rng(4)
    places = [score.pit(rng.normal(size=99), rng.normal()) for _ in range(400)]
    counts = np.histogram(places, bins=4, range=(0, 1))[0]
    assert ((counts - 100) ** 2 / 100).sum() < 16.3  # chi-square, 3 degrees of freedom, 1 in 1000
    assert score.pit([1.0, 2.0, 2.0, 3.0], 2.0) == 0.5


def test_the_band_of_hits_is_binomial() -> None:
    assert score.hit_band(12, 0.8) == (7, 12)
    rng = np.random.default_rng(2)
    low, high = score.hit_band(18, 0.8)
    drawn = rng.binomial(18, 0.8, 20000)
    assert ((drawn >= low) & (drawn <= high)).mean() > 0.95
    assert (drawn <= low - 1).mean() < 0.025
    assert (drawn > high).mean() < 0.025
