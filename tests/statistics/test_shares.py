"""Shares, quantiles and tails against theory."""

from __future__ import annotations

from math import inf, isnan, sqrt

import numpy as np
import pytest
from scipy.stats import binom, chi2, norm, t

from fullrate.statistics.shares import (
    by_replicate,
    clopper_pearson,
    frequency,
    quantile,
    quantile_between,
    quantile_ranks,
    share_of,
    standard_error,
    tail_mean,
    wilson,
)

ALARM = 1e-4
"""False alarms per test of chance, had the seed not been fixed."""


def test_seventy_of_a_hundred() -> None:
    """Published values to six digits (Brown, Cai & DasGupta 2001 give the same formulas)."""
    assert wilson(70, 100) == pytest.approx((0.604151, 0.781051), abs=5e-7)
    assert clopper_pearson(70, 100) == pytest.approx((0.600185, 0.787594), abs=5e-7)


@pytest.mark.parametrize("count", [1, 7, 50])
def test_intervals_solve_their_own_equations(count: int) -> None:
    """Wilson's ends are shares whose normal test is just not refused, Clopper's and Pearson's of the exact one."""
    for hits in range(count + 1):
        low, high = wilson(hits, count)
        for end in (low, high):
            if 0 < end < 1:
                assert abs(hits / count - end) == pytest.approx(norm.ppf(0.975) * sqrt(end * (1 - end) / count))
        low, high = clopper_pearson(hits, count)
        assert hits == 0 or binom.sf(hits - 1, count, low) == pytest.approx(0.025)
        assert hits == count or binom.cdf(hits, count, high) == pytest.approx(0.025)


@pytest.mark.parametrize("share", [0.02, 0.3, 0.5, 0.93])
def test_the_exact_interval_hits_at_least_as_often_as_it_says(share: float) -> None:
    """Summed over all outcomes of 60 runs, no chance in the test."""
    ends = [clopper_pearson(hits, 60, 0.9) for hits in range(61)]
    hit = sum(binom.pmf(k, 60, share) for k, (low, high) in enumerate(ends) if low <= share <= high)
    assert hit >= 0.9


def test_ranks_around_a_quantile() -> None:
    """Of 1024 independent runs P90 lies between ranks 902 and 941 at 95 %; the odds are summed here."""
    assert quantile_ranks(1024, 0.9) == (902, 941)
    low, high = quantile_ranks(40, 0.5, 0.9)
    assert sum(binom.pmf(k, 40, 0.5) for k in range(low, high)) >= 0.9
    assert sum(binom.pmf(k, 40, 0.5) for k in range(low + 1, high - 1)) < 0.9


def test_quantiles_keep_what_is_later_than_the_horizon() -> None:
    days = [10.0, 20.0, inf, 30.0, inf]
    assert [quantile(days, p) for p in (0.1, 0.2, 0.21, 0.6, 0.61, 1.0)] == [10, 10, 20, 30, inf, inf]
    assert quantile_between(days, 0.5)[1] == inf
    assert quantile_between([1.0, 2.0], 0.9, 0.99)[1] == inf


def test_the_worst_tail_of_ten_equally_likely_losses() -> None:
    """9.5 = (9 + 10) / 2; at 0.75 the tail is 9, 10 and half of 8."""
    assert tail_mean(range(1, 11), 0.8) == pytest.approx(9.5, rel=1e-12)
    assert tail_mean(range(1, 11), 0.75) == pytest.approx((9 + 10 + 8 / 2) / 2.5, rel=1e-12)
    assert tail_mean([1.0, inf], 0.8) == inf


def test_error_of_replicates_is_that_of_their_mean() -> None:
    replicate = np.repeat(np.arange(4), 3)
    found = by_replicate(np.arange(12.0), replicate)
    assert found.tolist() == [1, 4, 7, 10]
    assert standard_error(found) == pytest.approx(sqrt(15) / 2)
    assert isnan(standard_error([3.0]))


def test_intervals_of_replicates_hit_as_often_as_they_say() -> None:
    """2000 odds of 8 replicates of 64 independent runs: hits of 90 % intervals inside a binomial limit.

    Student's t is an approximation for shares; 1.5 points below nominal are allowed on top of chance.
    """
    luck, replicate = np.random.default_rng(5), np.repeat(np.arange(8), 64)
    hits = 0
    for _ in range(2000):
        found = share_of(luck.random(512) < 0.3, replicate)
        hits += found.low <= 0.3 <= found.high
    assert binom.ppf(ALARM, 2000, 0.885) <= hits <= binom.ppf(1 - ALARM, 2000, 0.915)


def test_an_interval_from_replicates_is_students() -> None:
    replicate = np.repeat(np.arange(8), 100)
    held = np.concatenate([np.arange(100) < k for k in (40, 44, 46, 50, 50, 54, 56, 60)])
    found = share_of(held, replicate)
    error = np.std([0.40, 0.44, 0.46, 0.50, 0.50, 0.54, 0.56, 0.60], ddof=1) / sqrt(8)
    assert found.share == 0.5
    assert found.error == pytest.approx(error)
    assert (found.low, found.high) == pytest.approx((0.5 - t.ppf(0.95, 7) * error, 0.5 + t.ppf(0.95, 7) * error))


def test_replicates_that_agree_do_not_make_a_share_certain() -> None:
    replicate = np.repeat(np.arange(8), 128)
    none, some = share_of(np.zeros(1024, bool), replicate), share_of(np.arange(1024) % 128 == 0, replicate)
    assert (none.share, none.low, none.error) == (0, 0, 0)
    assert 0 < none.high < 0.01
    assert (some.low, some.high) == wilson(8, 1024, 0.9)


def test_filled_samples_have_smaller_errors_than_independent_ones() -> None:
    """The point of replicates: for a monotone event of one filled input the error is far below sqrt(p q / n)."""
    from fullrate.draws.drawing import points

    luck = np.random.default_rng(3)
    x = np.concatenate([points(luck, 128) for _ in range(8)])
    found = share_of(x < 0.303, np.repeat(np.arange(8), 128))
    assert found.error < 0.25 * sqrt(0.3 * 0.7 / 1024)
    assert chi2.ppf(ALARM, 7) / 7 < 10


@pytest.mark.parametrize(("share", "said"), [(0.3, (3, 10)), (0.08, (8, 100)), (0.35, (35, 100)), (0.996, (996, 1000))])
def test_natural_frequencies(share: float, said: tuple[int, int]) -> None:
    assert frequency(share) == said
