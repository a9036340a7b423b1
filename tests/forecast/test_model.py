"""Ramps, reference class, updating and Wright's law: arithmetic, properties, calibration with a stated false alarm."""

from __future__ import annotations

import csv
import math
from collections import defaultdict
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtri

from forecast.places import SHARED, learning
from fullrate.draws.history import Past, censored_normal, draw, lateness, weights
from fullrate.forecast.classes import never, progress, revision_error
from fullrate.forecast.ramps import Ramps, climb, exponent_of, fall, ratio_of
from fullrate.forecast.update import ENOUGH, MISFIT, effective, heed, through, update, weigh
from fullrate.forecast.wright import POOLED, wright

NEW, OLD = "new product or plant", "mature product, existing lines"


def case(
    slug: str, kind: str = NEW, share: float = 0.5, ratio: float | None = 1.5, beyond: float | None = None
) -> Past:
    return Past(slug, slug, slug, kind, share, share, ratio, beyond, share >= 1, 365.0)


def ramps(count: int = 1, **facts: float) -> Ramps:
    usual = {"level": 0.0, "ratio": 2.0, "dead": 0.0, "exponent": 1.0, "stairs": 0.0, "stop": np.inf, "factor": 1.0}
    return Ramps(**{name: np.full(count, value) for name, value in {**usual, **facts}.items()})


def test_a_straight_ramp() -> None:
    straight = ramps()
    assert straight.at(1.0).tolist() == [0.5]
    assert straight.when(1.0).tolist() == [2.0]
    late = ramps(dead=0.5)  # nothing for one announced duration, all in the next
    assert [late.at(time)[0] for time in (0.5, 1.0, 1.5, 2.0)] == [0.0, 0.0, 0.5, 1.0]
    level = ramps(level=0.5)
    assert level.at(1.0).tolist() == [0.75]


def test_a_ramp_that_stops_never_gets_there() -> None:
    stopped = ramps(stop=1.0)
    assert stopped.at(9.0).tolist() == [0.5]
    assert stopped.when(0.5).tolist() == [1.0]
    assert math.isinf(stopped.when(1.0)[0])


@given(
    level=st.floats(0, 0.9),
    ratio=st.floats(0.3, 9),
    dead=st.floats(0, 0.5),
    exponent=st.floats(0.3, 4),
    stairs=st.sampled_from([0.0, 2.0, 5.0]),
    share=st.floats(0.05, 1.0),
)
def test_when_is_the_inverse_of_at(
    level: float, ratio: float, dead: float, exponent: float, stairs: float, share: float
) -> None:
    one = ramps(level=level, ratio=ratio, dead=dead, exponent=exponent, stairs=stairs)
    time = float(one.when(share)[0])
    if share > level + 1e-6:
        assert one.at(time)[0] == pytest.approx(share, abs=2e-3)
    assert one.at(time)[0] <= one.at(time + 0.1)[0] + 1e-12


def test_revised_figures_weigh_ramps_as_a_measurement_does() -> None:
    """A normal prior of the logarithm, N(0, 0.5), a measurement with N(-0.4, 0.3): the posterior of every book."""
    place = (np.arange(20000) + 0.5) / 20000
    before = ramps(20000, ratio=1.0, factor=1.0)
    prior = Ramps(*(getattr(before, name) for name in ("level", "ratio", "dead", "exponent", "stairs", "stop")),
                  np.exp(0.5 * ndtri(place)))  # fmt: skip
    after, left = heed(prior, (1.0, 0.6), (-0.4, 0.3), place)
    logs, tell = np.log(after.at(1.0)), 0.25 / (0.25 + 0.09)
    assert logs.mean() == pytest.approx(tell * (np.log(0.6) - 0.4), abs=0.005)
    assert logs.std() == pytest.approx(np.sqrt(tell * 0.09), abs=0.005)
    assert 0 < left < 20000


def test_what_revised_figures_are_worth() -> None:
    """Each programme counts once: means of -1, 0 and 1 around 0; sisters are one programme."""
    cases = [case("a"), case("b"), case("c"), case("d")]
    told = [(np.exp(-1.0),), (1.0,), (np.exp(0.5), np.exp(1.5)), ()]
    cases = [replace(one, revised=tuple(map(float, each))) for one, each in zip(cases, told, strict=True)]
    found = revision_error(tuple(cases))
    assert found == (pytest.approx(0.0), pytest.approx(math.sqrt((1 + 0 + 1.25) / 3 * 4 / 2)), 3)
    sister = [*cases[:2], replace(cases[2], programme="a")]
    assert revision_error(tuple(sister)) is None


@given(st.floats(0.01, 0.99), st.floats(0, 0.4), st.floats(0.5, 4))
def test_ratio_and_exponent_are_inverse(part: float, dead: float, exponent: float) -> None:
    ratio = ratio_of(np.array(part), np.array(dead), np.array(exponent))
    back = float(exponent_of(np.array(part), ratio, np.array(dead)))
    assert back == pytest.approx(exponent, rel=1e-6)


@given(st.floats(0, 1), st.sampled_from([0.0, 1.0, 3.0, 5.0]))
def test_stairs_rise_and_come_back(part: float, stairs: float) -> None:
    value, count = np.array([part]), np.array([stairs])
    assert fall(climb(value, count), count)[0] == pytest.approx(part, abs=1e-6)
    edges = np.arange(4) / 3
    assert climb(edges, np.full(4, 3.0)) == pytest.approx(edges)


def test_progress_is_of_what_was_still_to_come() -> None:
    assert progress(0.7, 0.4) == pytest.approx(0.5)
    assert progress(0.3, 0.4) == 0.02
    assert progress(None, 0.0) is None
    assert progress(1.2, 1.0) == 1.2


def test_the_class_counts_one_each_and_all_others_four_together() -> None:
    cases = tuple(case(str(i), NEW if i < 4 else OLD) for i in range(20))
    assert weights(cases, NEW).tolist() == pytest.approx([1 / 8] * 4 + [4 / 16 / 8] * 16)
    assert weights(cases, "stock of goods").tolist() == pytest.approx([1 / 20] * 20)


def test_draws_have_the_mean_of_their_cases_and_are_wider() -> None:
    values, weight = np.array([-2.0, 0.0, 1.0]), np.array([0.5, 0.25, 0.25])
    place = (np.arange(4000) + 0.5) / 4000
    rng = np.random.default_rng(3)
    drawn = draw(values, weight, place, rng.normal(size=4000))
    assert drawn.mean() == pytest.approx(-0.75, abs=0.08)  # five standard errors
    assert drawn.std() > math.sqrt(float(weight @ (values + 0.75) ** 2))


def test_a_censored_normal() -> None:
    assert censored_normal([1.0, 3.0], []) == (2.0, 1.0)
    rng = np.random.default_rng(1)
    drawn = rng.normal(1.0, 2.0, 3000)
    seen, bound = drawn[drawn < 2.0], np.full((drawn >= 2.0).sum(), 2.0)
    mean, deviation = censored_normal(seen, bound)
    assert (mean, deviation) == (pytest.approx(1.0, abs=0.2), pytest.approx(2.0, abs=0.2))
    blind, _ = censored_normal(np.append(seen, bound), [])
    assert blind < 0.7  # what taking the bounds for values would say


def test_open_cases_make_promises_later_and_less_certain() -> None:
    place = np.array([0.1, 0.5, 0.9])
    met = tuple(case(str(i), ratio=1.3 + 0.1 * i) for i in range(6))
    still = (*met, *(case(f"o{i}", ratio=None, beyond=2.5) for i in range(4)))
    assert (lateness(still, NEW, place) > lateness(met, NEW, place))[1:].all()
    assert (lateness(met, NEW, place) > 1.0).all()
    assert never(met, NEW) < 0.1 < never(still, NEW) < 0.5
    assert never((), NEW) == pytest.approx(0.2)  # a quarter of one and a quarter


def test_actuals_move_the_ramps_and_they_run_through_them() -> None:
    rng = np.random.default_rng(6)
    before = Ramps(np.zeros(4000), rng.uniform(0.5, 4, 4000), *np.zeros((1, 4000)), np.ones(4000), np.zeros(4000),
                   np.full(4000, np.inf), np.ones(4000))  # fmt: skip
    place, calm = (np.arange(4000) + 0.5) / 4000, np.zeros(4000)
    after = update(before, 0.5, 0.1, place, calm)
    assert after.ramps.at(0.5) == pytest.approx(np.full(4000, 0.1))
    assert np.median(after.ramps.when(1.0)) == pytest.approx(5.0, rel=0.01)  # 0.1 in 0.5, straight on
    assert after.effective >= ENOUGH
    nothing = update(before, 1.0, 0.0, place, calm)
    assert np.median(nothing.ramps.when(1.0)) > np.median(before.when(1.0))


def drawn_places(count: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(2)
    return (np.arange(count) + 0.5) / count, rng.permutation(ndtri((np.arange(count) + 0.5) / count))


def test_what_follows_the_last_actual_errs_as_what_was_counted_may() -> None:
    """One ramp, halfway at half of the time: a count never falls below what was counted, a rate may."""
    place, noise = drawn_places(4000)
    count = update(ramps(4000, ratio=1.0), 0.5, 0.5, place, noise).ramps
    later = np.quantile(count.at(1.0), [0.1, 0.5, 0.9])
    assert later == pytest.approx(0.5 + 0.5 * np.exp(MISFIT * ndtri([0.1, 0.5, 0.9])), abs=2e-3)
    assert count.at(0.5).tolist() == [0.5] * 4000
    assert count.at(0.5001).min() >= 0.5
    rate = update(ramps(4000, ratio=1.0), 0.5, 0.5, place, noise, rate=True).ramps
    low, middle, high = np.quantile(rate.at(0.6), [0.1, 0.5, 0.9])
    assert (low < 0.5, middle, high > 0.6) == (True, pytest.approx(0.6, abs=1e-3), True)


def test_times_and_shares_agree_after_an_actual() -> None:
    place, noise = drawn_places(400)
    for rate in (False, True):
        after = update(ramps(400, ratio=2.0), 0.5, 0.3, place, noise, rate).ramps
        times = after.when(0.8)
        there = np.array([after.at(float(time))[at] for at, time in enumerate(times)])
        assert (there >= 0.8 - 1e-6).all()
        assert (after.when(0.2) < 0.5).all()


def test_a_rate_that_ran_before_is_moved_by_what_it_ran_at() -> None:
    """A day after the announcement the rate is 0.8, not 0.5: it is still full when it was to be, and no more than full.

    Scaled as a whole, it would be 1.6 times full: the error that this was written after.
    """
    ran = through(ramps(level=0.5, ratio=2.0), 1e-6, 0.8, rate=True)
    assert ran.at(1e-6)[0] == pytest.approx(0.8)
    assert (ran.at(1.0)[0], ran.at(2.0)[0]) == (pytest.approx(0.9), pytest.approx(1.0))
    new = through(ramps(level=0.0, ratio=2.0), 0.5, 0.5, rate=True)
    assert new.at(1.0)[0] == pytest.approx(1.0)


def test_what_nobody_foresaw_widens_the_misfit() -> None:
    before = ramps(500, ratio=1.0)
    after = update(before, 0.5, 0.001, (np.arange(500) + 0.5) / 500, np.zeros(500))
    assert after.effective >= ENOUGH
    assert weigh(np.array([1.0, 1.0]), 0.25).tolist() == [0.5, 0.5]
    assert effective(np.array([1.0, 0.0])) == 1.0


@pytest.mark.parametrize(("tau", "times"), [(5, 10.0), (10, 30.0)])
def test_the_error_of_wrights_law(tau: int, times: float) -> None:
    """Five past steps of equal growth: tau + tau^2 / 5 times the variance of a step."""
    rng = np.random.default_rng(0)
    output = np.exp(np.arange(6.0))
    effort = np.exp(np.cumsum(rng.normal(-0.3, 0.1, 6)))
    fitted = wright(effort, output, np.exp(5.0 + np.arange(1, tau + 1)))
    assert fitted.error[-1] == pytest.approx(times * fitted.variance)
    assert fitted.freedom == 4
    assert fitted.mean[-1] == pytest.approx(math.log(effort[-1]) + fitted.slope * tau)


@pytest.mark.parametrize(("theta", "tau"), [(0.19, 5), (0.6, 1), (-0.3, 8)])
def test_noise_that_comes_again(theta: float, tau: int) -> None:
    """With equal growth: the closed form of Farmer & Lafond (2016) for an integrated moving average with drift."""
    m = 6
    effort = np.exp(np.cumsum(np.random.default_rng(3).normal(-0.3, 0.1, m + 1)))
    fitted = wright(effort, np.exp(np.arange(m + 1.0)), np.exp(m + np.arange(1.0, tau + 1)), theta)
    wanted = (-2 * theta + (1 + 2 * (m - 1) * theta / m + theta**2) * (tau + tau**2 / m)) / (1 + theta**2)
    assert fitted.error[-1] == pytest.approx(wanted * fitted.variance)


def test_wrights_law_is_exact_on_an_exact_curve() -> None:
    output = np.array([1.0, 3.0, 4.0, 9.0, 30.0])
    fitted = wright(output**-0.32, output, [100.0])
    assert fitted.slope == pytest.approx(-0.32)
    assert fitted.error[0] == pytest.approx(0.0, abs=1e-12)
    with pytest.raises(ValueError, match="two steps"):
        wright([1.0, 2.0], [1.0, 2.0], [3.0])


def test_intervals_of_wrights_law_hold_what_they_say() -> None:
    """On its own world: 80 % intervals five steps ahead hold 80 % of 1500 outcomes, within 4 standard errors."""
    rng = np.random.default_rng(8)
    held = 0
    for _ in range(1500):
        growth = rng.uniform(0.1, 0.9, 17)
        output = np.exp(np.cumsum(np.append(0.0, growth)))
        effort = np.exp(np.cumsum(np.append(0.0, -0.3 * growth + rng.normal(0, 0.1, 17))))
        low, high = wright(effort[:13], output[:13], output[13:]).interval(0.8)
        held += low[-1] <= math.log(effort[-1]) <= high[-1]
    assert held / 1500 == pytest.approx(0.8, abs=4 * math.sqrt(0.16 / 1500))


@learning
def test_intervals_on_technologies() -> None:
    """80 % intervals five steps ahead on 53 technologies: they hold fewer, and more with noise that comes again."""
    curves: dict[str, list[tuple[float, float]]] = defaultdict(list)
    with open(SHARED / "learning" / "pcdb_curves.csv", encoding="utf-8") as file:
        reader = csv.reader(file)
        next(reader)
        for row in reader:
            curves[row[0]].append((float(row[2]), float(row[3])))
    share = []
    for theta in (0.0, POOLED):
        hits = [held(np.array(points), theta) for points in curves.values() if len(points) > 11]
        assert len(hits) > 30
        share.append(float(np.mean(hits)))
    assert 0.5 < share[0] < share[1] < 0.9


def held(points: np.ndarray, theta: float) -> float:
    """Share of the origins of a curve from which the 80 % interval five steps ahead holds what came."""
    output, effort = points.T
    found = []
    for end in range(6, len(output) - 5):
        low, high = wright(effort[:end], output[:end], output[end : end + 5], theta).interval(0.8)
        found.append(low[-1] <= math.log(effort[end + 4]) <= high[-1])
    return float(np.mean(found))
