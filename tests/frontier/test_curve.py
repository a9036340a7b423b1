"""Dominated points and the knee: pure arithmetic on points."""

from __future__ import annotations

import random

import numpy as np
import pytest

from fullrate.studies.frontier.curve import SAME, dominated, knee


def beaten_plainly(points: list[tuple[float, float]]) -> list[bool]:
    """Pareto dominance word for word: another is no worse in both and better in one."""
    return [
        any(a <= x and b <= y and (a < x or b < y) for other, (a, b) in enumerate(points) if other != at)
        for at, (x, y) in enumerate(points)
    ]


@pytest.mark.parametrize("seed", range(60))
def test_dominated_is_what_the_definition_says(seed: int) -> None:
    luck = random.Random(seed)
    points = [(float(luck.randint(0, 6)), float(luck.randint(1, 7))) for _ in range(luck.randint(1, 9))]
    single = list(dict.fromkeys(points))
    amount, wait = np.array(single).T
    assert dominated(amount, wait).tolist() == beaten_plainly(single)


@pytest.mark.parametrize("seed", range(20))
def test_something_is_always_left_and_beats_all_that_is_dropped(seed: int) -> None:
    luck = random.Random(seed)
    points = np.array([(luck.randint(0, 3), 1 + luck.random() * 2 * SAME) for _ in range(8)], float)
    beaten = dominated(points[:, 0], points[:, 1], 2 * SAME)
    assert not beaten.all()
    assert points[~beaten, 0].min() <= points[:, 0].min()


def test_of_equals_one_stays() -> None:
    assert dominated(np.array([1.0, 1.0, 1.0]), np.array([2.0, 2.0, 2.0])).tolist() == [False, True, True]


def test_what_lies_within_the_slack_is_no_gain() -> None:
    amount, wait = np.array([10.0, 20.0]), np.array([100.05, 100.0])
    assert dominated(amount, wait, 1e-3).tolist() == [False, True]
    assert dominated(amount, wait, 1e-4).tolist() == [False, False]


def test_the_knee_is_farthest_from_the_chord() -> None:
    """Of 1 / x between 0.1 and 1 the slope is that of the chord, -10, where x squared is a tenth."""
    x = np.linspace(0.1, 1.0, 10)
    found = knee(x, 1 / x)
    assert found is not None
    scaled = (x - 0.1) / 0.9
    distance = 1 - scaled - (1 / x - 1) / 9
    assert found == (int(np.argmax(distance)), pytest.approx(float(distance.max())))
    assert x[found[0]] == pytest.approx(0.3), "the grid's nearest to 0.316"


@pytest.mark.parametrize("scale", [1.0, 1e-6, 1e9])
def test_the_knee_does_not_depend_on_units(scale: float) -> None:
    amount, wait = np.array([0.0, 1.0, 2.0, 10.0]), np.array([50.0, 20.0, 12.0, 10.0])
    assert knee(amount * scale, wait) == knee(amount, wait * scale) == (2, pytest.approx(1 - 0.2 - 0.05))


@pytest.mark.parametrize(
    ("amount", "wait"),
    [([0, 1, 2], [2, 1, 0]), ([0, 1], [1, 0]), ([1], [1]), ([0, 1, 2], [5, 5, 5]), ([0, 5, 10], [10, 8, 0])],
    ids=["straight", "two", "one", "flat", "bent the other way"],
)
def test_no_knee(amount: list[float], wait: list[float]) -> None:
    assert knee(np.array(amount, float), np.array(wait, float)) is None
