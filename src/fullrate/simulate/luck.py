"""Luck by counting: a uniform number that depends on the seed, a name, the sample and the occurrence, nothing else.

The compiled twin of ``fullrate.draws.event_uniform``, with seed and name folded into one key beforehand. Whoever is
added or cut leaves the luck of all others as it was, and every number of threads and blocks gives the same bits.
"""

from __future__ import annotations

import numpy as np

from fullrate.draws import name_key
from fullrate.simulate.compiled import compiled

GOLDEN = 0x9E3779B97F4A7C15
"""2**64 over the golden ratio (Steele, Lea & Flood 2014)."""
WHOLE = (1 << 64) - 1

_G = np.uint64(GOLDEN)
_A, _B = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S12 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(12)
UNIT = 2.0**-52


def key(seed: int, *name: str) -> np.uint64:
    """Seed and name of a stream as one number."""
    word = _mix((seed + GOLDEN) & WHOLE)
    return np.uint64(_mix(((word ^ name_key(*name)) + GOLDEN) & WHOLE))


def _mix(z: int) -> int:
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & WHOLE
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & WHOLE
    return z ^ (z >> 31)


@compiled
def uniform(stream: np.uint64, sample: int, occurrence: int) -> float:
    """A number in (0, 1). Every operand is cast: mixed with signed ones, numba would go over to floats."""
    z = (stream ^ np.uint64(sample)) + _G
    z = (z ^ (z >> _S30)) * _A
    z = (z ^ (z >> _S27)) * _B
    z = ((z ^ (z >> _S31)) ^ np.uint64(occurrence)) + _G
    z = (z ^ (z >> _S30)) * _A
    z = (z ^ (z >> _S27)) * _B
    z = z ^ (z >> _S31)
    return (np.float64(z >> _S12) + 0.5) * UNIT
