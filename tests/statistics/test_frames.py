"""Rates over windows and quantities by a day, against plain searches."""

from __future__ import annotations

import numpy as np
import pytest

from fullrate.statistics.frames import best_rate


@pytest.mark.parametrize("seed", range(20))
def test_the_best_window_is_no_worse_than_any_other(seed: int) -> None:
    """Every window on a fine grid is at most as good, and one is almost as good."""
    luck = np.random.default_rng(seed)
    edges = np.concatenate([[0], np.cumsum(luck.choice([1, 2, 7, 28], 12))]).astype(float)
    curve = np.cumsum(luck.random(12) * luck.integers(0, 2, 12))
    days = float(luck.uniform(1, edges[-1]))
    starts = np.linspace(0, edges[-1] - days, 4001)
    whole = np.concatenate([[0], curve])
    plain = (np.interp(starts + days, edges, whole) - np.interp(starts, edges, whole)) / days
    found = float(best_rate(edges, curve[None], days)[0])
    assert found >= plain.max() - 1e-12
    assert found == pytest.approx(plain.max(), rel=0.02, abs=1e-12)


def test_a_window_longer_than_the_horizon_is_the_horizon() -> None:
    assert best_rate(np.array([0.0, 10.0]), np.array([[5.0]]), 28.0).tolist() == [0.5]
