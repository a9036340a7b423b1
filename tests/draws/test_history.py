"""Class history as a distribution: it is the one that forecasts draw from, and says what few cases are worth."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtri

from fullrate.draws.history import Past, draw, lateness, progress_of, time_of, weights, whole, whole_between
from fullrate.draws.shapes import Constant

NEW, OLD = "new product or plant", "mature product, existing lines"
COUNT = 40_000


def case(slug: str, kind: str, progress: float | None, ratio: float | None = None, beyond: float | None = None) -> Past:
    return Past(slug, slug, slug, kind, progress, progress, ratio, beyond, None)


CASES = (
    case("a", NEW, 0.1, 3.0),
    case("b", NEW, 0.5, 1.5),
    case("c", NEW, 1.2, 0.9),
    case("d", OLD, 0.8, 1.2),
    case("e", OLD, None, None, 1.5),
)


def test_quantiles_are_those_of_the_smoothed_bootstrap() -> None:
    """Same shares below the same values as in draws of the forecast; off by at most 4 of 40,000^-1/2."""
    rng = np.random.default_rng(7)
    told = [one for one in CASES if one.progress is not None]
    weight = weights(CASES, NEW)[:4]
    logs = np.log([one.progress for one in told])
    drawn = np.exp(draw(logs, weight / weight.sum(), rng.random(COUNT), ndtri(rng.random(COUNT))))
    for p in (0.05, 0.25, 0.5, 0.75, 0.95):
        below = float((drawn <= float(progress_of(CASES, NEW).quantile(p))).mean())
        assert below == pytest.approx(p, abs=4 * 0.5 / np.sqrt(COUNT))


def test_cases_that_agree_have_no_width() -> None:
    same = tuple(case(name, NEW, 0.5) for name in "abc")
    assert progress_of(same, NEW) == Constant(0.5)
    assert whole(same, NEW) == 0.0


def test_odds_of_all_of_it_are_those_of_the_quantiles() -> None:
    at = (np.arange(COUNT) + 0.5) / COUNT
    assert whole(CASES, NEW) == pytest.approx(float((progress_of(CASES, NEW).quantile(at) >= 1).mean()), abs=1e-3)
    low, high = whole_between(CASES, NEW)
    assert low < whole(CASES, NEW) < high
    more = tuple(case(f"{one.slug}{n}", one.kind, one.progress) for one in CASES for n in range(20))
    again = whole_between(more, NEW)
    assert again[1] - again[0] < (high - low) / 2


def test_times_are_as_early_as_promises_are_kept_and_as_late_as_the_late_ones() -> None:
    at = (np.arange(COUNT) + 0.5) / COUNT
    time = time_of(CASES, NEW).quantile(at)
    assert (np.diff(time) >= 0).all()
    kept = float((time <= 1).mean())
    assert kept == pytest.approx(whole(CASES, NEW), abs=1e-3)
    middle = kept + (1 - kept) / 2
    late = float(lateness(CASES, NEW, np.array([0.5]))[0])
    assert float(time_of(CASES, NEW).quantile(middle)) == pytest.approx(late, rel=0.01)


@pytest.mark.parametrize("strange", [1, 4, 40])
def test_a_case_of_another_class_never_counts_more_than_one_of_the_class(strange: int) -> None:
    cases = tuple([case("own", NEW, 0.5)] + [case(f"s{n}", OLD, 0.5) for n in range(strange)])
    weight = weights(cases, NEW)
    assert weight[0] >= weight[1:].max() - 1e-12
    assert weight[1:].sum() / weight[0] == pytest.approx(min(strange, 4))
