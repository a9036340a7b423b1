"""Our scores against those of `scoringrules` (Zanetta & Allen)."""

from __future__ import annotations

import importlib.util

import numpy as np
import pytest

from fullrate import score

pytestmark = [
    pytest.mark.oracle,
    pytest.mark.skipif(importlib.util.find_spec("scoringrules") is None, reason="needs scoringrules"),
]


@pytest.mark.parametrize("seed", range(5))
def test_agreement(seed: int) -> None:
    import scoringrules

    rng = np.random.default_rng(seed)
    for _ in range(50):
        members, outcome = rng.normal(size=rng.integers(2, 40)), float(rng.normal())
        assert score.crps(members, outcome) == pytest.approx(
            float(scoringrules.crps_ensemble(outcome, members, estimator="fair")), abs=1e-9
        )
        assert score.crps(members, outcome, fair=False) == pytest.approx(
            float(scoringrules.crps_ensemble(outcome, members, estimator="nrg")), abs=1e-9
        )
        mean, deviation = float(rng.normal()), float(rng.uniform(0.2, 3))
        assert score.normal_crps(mean, deviation, outcome) == pytest.approx(
            float(scoringrules.crps_normal(outcome, mean, deviation)), abs=1e-12
        )
        low, high = sorted(rng.normal(size=2))
        assert score.interval_score(low, high, outcome, 0.8) == pytest.approx(
            float(scoringrules.interval_score(outcome, low, high, 0.2)), abs=1e-12
        )
        odds, happened = float(rng.uniform(0.01, 0.99)), bool(rng.random() < 0.5)
        assert score.brier(odds, happened) == pytest.approx(float(scoringrules.brier_score(happened, odds)))
        assert score.log_score(odds, happened) == pytest.approx(float(scoringrules.log_score(happened, odds)))


def test_agreement_below_a_threshold() -> None:
    import scoringrules

    rng = np.random.default_rng(9)
    for _ in range(50):
        members, outcome, cap = rng.normal(size=20), float(rng.normal()), float(rng.normal())
        theirs = scoringrules.twcrps_ensemble(outcome, members, b=cap, estimator="nrg")
        assert score.threshold_crps(members, outcome, cap, fair=False) == pytest.approx(float(theirs), abs=1e-9)
