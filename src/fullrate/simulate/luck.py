"""Luck by counting: a uniform number that depends on the seed, a name, the sample and the occurrence, nothing else.

``uniform`` is the compiled twin of ``fullrate.draws.event_uniform``, with seed and name folded into one key beforehand.
Whoever is added or cut leaves the luck of all others as it was, and every number of threads and blocks gives the same
bits.
"""

from __future__ import annotations

import math

import numpy as np

from fullrate.draws import name_key
from fullrate.simulate.compiled import compiled, inlined

GOLDEN = 0x9E3779B97F4A7C15
"""2**64 over the golden ratio (Steele, Lea & Flood 2014)."""
WHOLE = (1 << 64) - 1

_G = np.uint64(GOLDEN)
_A, _B = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S12 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(12)
UNIT = 2.0**-52
NEARLY = 1e-6
"""Part of a unit that is the rounding of a plan."""


def key(seed: int, *name: str) -> np.uint64:
    """Seed and name of a stream as one number."""
    word = _mix((seed + GOLDEN) & WHOLE)
    return np.uint64(_mix(((word ^ name_key(*name)) + GOLDEN) & WHOLE))


def _mix(z: int) -> int:
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & WHOLE
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & WHOLE
    return z ^ (z >> 31)


@inlined
def uniform(stream: np.uint64, sample: int, occurrence: int) -> float:
    """A number in (0, 1). Every operand is cast: mixed with signed ones, numba would go over to floats."""
    return rest(half(stream, sample), occurrence)


@inlined
def half(stream: np.uint64, sample: int) -> float:
    """Stream and sample mixed, which is the same for all occurrences: 64 bits that lie where a number could lie."""
    z = (stream ^ np.uint64(sample)) + _G
    z = (z ^ (z >> _S30)) * _A
    z = (z ^ (z >> _S27)) * _B
    return np.uint64(z ^ (z >> _S31)).view(np.float64)


@inlined
def rest(mixed: float, occurrence: int) -> float:
    """The number in (0, 1) of an occurrence."""
    z = (np.float64(mixed).view(np.uint64) ^ np.uint64(occurrence)) + _G
    z = (z ^ (z >> _S30)) * _A
    z = (z ^ (z >> _S27)) * _B
    z = z ^ (z >> _S31)
    return (np.float64(z >> _S12) + 0.5) * UNIT


@compiled
def taken(units: float, share: float, u: float, many: int) -> float:
    """How many of ``units`` meet what a share of them meets: binomial, the inverse of its law at ``u``.

    Whole units one by one; of the part of a unit that is left over, its share. From ``many`` units on the mean.
    """
    whole = math.floor(units + NEARLY)
    if whole < 1 or whole >= many or share <= 0.0 or share >= 1.0:
        return units * share
    rare = share if share <= 0.5 else 1.0 - share
    v = u if share <= 0.5 else 1.0 - u
    odds = (1.0 - rare) ** whole
    below, met = odds, 0
    while below < v and met < whole:
        odds *= (whole - met) * rare / ((met + 1) * (1.0 - rare))
        below += odds
        met += 1
    return (met if share <= 0.5 else whole - met) + (units - whole) * share
