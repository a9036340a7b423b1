"""Event streams: the same numbers as plain integers give, uniform, and without neighbours."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
from scipy.stats import chi2, kstest, norm

from fullrate.draws import event_uniform, name_key, stream

MASK = 2**64 - 1
ALARM = 1e-4
"""False alarms per test of chance, had the seed not been fixed."""


def plainly(seed: int, name: int, sample: int, occurrence: int) -> Fraction:
    """The hash in whole numbers of any size."""

    def mix(z: int) -> int:
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 & MASK
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB & MASK
        return z ^ (z >> 31)

    h = mix((seed + 0x9E3779B97F4A7C15) & MASK)
    for part in (name, sample, occurrence):
        h = mix(((h ^ part) + 0x9E3779B97F4A7C15) & MASK)
    return (Fraction(h >> 12) + Fraction(1, 2)) / 2**52


def test_splitmix_finaliser_gives_the_published_sequence() -> None:
    """First outputs of splitmix64 from state 0 (reference implementation): the finaliser of G, 2G, 3G."""
    published = [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F]
    from fullrate.draws.streams import GOLDEN, _mixed

    with np.errstate(over="ignore"):
        assert [int(_mixed(GOLDEN * np.uint64(k))) for k in (1, 2, 3)] == published


@pytest.mark.parametrize("seed", [0, 1, -3, 2**64 - 1, 2**70 + 5])
def test_numbers_are_those_of_whole_numbers(seed: int) -> None:
    name = name_key("risk", "port_strike", "start")
    sample, occurrence = np.meshgrid([0, 1, 1023, 99_999, 2**40], [0, 1, 2, 500], indexing="ij")
    found = event_uniform(seed, name, sample, occurrence)
    for (i, j), value in np.ndenumerate(found):
        exact = plainly(seed % 2**64, name, int(sample[i, j]), int(occurrence[i, j]))
        assert Fraction(float(value)) == exact
        assert 0 < value < 1


def test_extreme_words_stay_inside_the_open_interval() -> None:
    for word in (0, MASK):
        assert 0 < ((word >> 12) + 0.5) * 2.0**-52 < 1


def test_a_name_is_spelt_not_joined() -> None:
    assert name_key("a", "bc") != name_key("ab", "c")
    assert name_key("risk") == int.from_bytes(__import__("hashlib").sha256(b"risk").digest()[:8], "little")


def grid(what: str) -> np.ndarray:
    samples, occurrences = np.arange(2000)[:, None], np.arange(50)[None, :]
    if what == "seed":
        return np.stack([event_uniform(seed, name_key("x"), np.arange(2000), 0) for seed in range(50)], axis=1)
    if what == "name":
        return np.stack([event_uniform(1, name_key(f"risk{k}"), np.arange(2000), 0) for k in range(50)], axis=1)
    return event_uniform(1, name_key("x"), samples, occurrences)


@pytest.mark.parametrize("what", ["seed", "name", "occurrence"])
def test_numbers_are_uniform(what: str) -> None:
    found = grid(what).ravel()
    counts = np.bincount((found * 1000).astype(int), minlength=1000)
    statistic = ((counts - 100.0) ** 2 / 100).sum()
    assert chi2.cdf(statistic, 999) < 1 - ALARM
    assert kstest(found, "uniform").pvalue > ALARM


@pytest.mark.parametrize("what", ["seed", "name", "occurrence"])
@pytest.mark.parametrize("axis", [0, 1])
def test_neighbours_know_nothing_of_each_other(what: str, axis: int) -> None:
    """Pairs of neighbours fill the unit square evenly, and no bit of one follows from the other's."""
    found = np.moveaxis(grid(what), axis, 0)
    first, second = found[0::2].ravel(), found[1::2].ravel()
    cells = np.bincount((first * 16).astype(int) * 16 + (second * 16).astype(int), minlength=256)
    mean = len(first) / 256
    assert chi2.cdf(((cells - mean) ** 2 / mean).sum(), 255) < 1 - ALARM
    both = np.corrcoef(first, second)[0, 1] * np.sqrt(len(first))
    assert abs(both) < norm.ppf(1 - ALARM / 2)


@pytest.mark.parametrize("bit", [1, 5, 20, 51])
def test_single_bits_are_fair(bit: int) -> None:
    ones = ((grid("occurrence") * 2.0**bit).astype(np.int64) & 1).mean()
    assert abs(ones - 0.5) * 2 * np.sqrt(100_000) < norm.ppf(1 - ALARM / 2)


def test_streams_of_gates_are_what_they_were() -> None:
    """Philox keyed by SHA-256: spelt out here from numpy's own parts, so that planned gate dates never move."""
    import hashlib

    digest = hashlib.sha256(b"gate\x1fapproval").digest()
    key = np.frombuffer(digest[:16], np.uint64) ^ np.uint64(7)
    expected: Callable[[int], np.ndarray] = np.random.Generator(np.random.Philox(key=key)).random
    assert stream(7, "gate", "approval").random(5).tolist() == expected(5).tolist()
