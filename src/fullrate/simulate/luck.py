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
_S52, _BIAS = np.uint64(52), np.uint64(1024)
_ROOT = np.uint64(0x3FE6A09E667F3BCD)
"""The root of one half."""
_ONES = np.uint64(0x4330000000000000)
"""Two to the power of 52: its last bit counts ones."""
LOG_2 = 0.6931471805599453
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


@inlined
def log(x: float) -> float:
    """Natural logarithm of a number in (0, 1), for many side by side, with the same bits on every machine.

    The library's is a call for each. ``x`` is 2**e times ``m`` between the roots of 1/2 and 2, and log m = 2 artanh q
    with q = (m - 1) / (m + 1). What its series leaves out is below a tenth of the last place; see the test.
    """
    bits = np.float64(x).view(np.uint64)
    power = (bits - _ROOT + (_BIAS << _S52)) >> _S52  # e + 1024
    m = np.uint64(bits - ((power - _BIAS) << _S52)).view(np.float64)
    e = np.uint64(power | _ONES).view(np.float64) - (2.0**52 + 1024.0)
    q = (m - 1.0) / (m + 1.0)
    z = q * q
    far = 1 / 11 + z * (1 / 13 + z * (1 / 15 + z * (1 / 17 + z * (1 / 19))))
    odd = z * (1 / 3 + z * (1 / 5 + z * (1 / 7 + z * (1 / 9 + z * far))))
    return e * LOG_2 + 2.0 * (q + q * odd)


@inlined
def lowest(word: np.uint64) -> int:
    """Place of the lowest bit of a word that is not zero: the exponent of its value."""
    bit = np.float64(word & (~word + np.uint64(1))).view(np.uint64)
    return int((bit >> _S52) - np.uint64(1023))


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
