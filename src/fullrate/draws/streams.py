"""Random streams by name: generators for what is drawn at once, and a counter for events that come one by one."""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import ArrayLike, NDArray

Words = NDArray[np.uint64]

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
FIRST = np.uint64(0xBF58476D1CE4E5B9)
SECOND = np.uint64(0x94D049BB133111EB)
"""Constants of splitmix64 (Steele, Lea & Flood 2014)."""


def stream(seed: int, *name: str) -> np.random.Generator:
    """A generator that depends on the seed and the name alone (Philox, Salmon et al. 2011)."""
    digest = hashlib.sha256("\x1f".join(name).encode()).digest()
    key = np.frombuffer(digest[:16], np.uint64) ^ np.uint64(seed)
    return np.random.Generator(np.random.Philox(key=key))


def name_key(*name: str) -> int:
    """The number that stands for a name in ``event_uniform``: 64 bits of its SHA-256, little endian."""
    return int.from_bytes(hashlib.sha256("\x1f".join(name).encode()).digest()[:8], "little")


def event_uniform(seed: int, name: int, sample: ArrayLike, occurrence: ArrayLike) -> NDArray[np.float64]:
    """Uniform numbers in (0, 1) that are a pure function of their key: no state, no order, no neighbours.

    All arithmetic is modulo 2**64. With ``mix(z)``: ``z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9``, then
    ``z = (z ^ (z >> 27)) * 0x94D049BB133111EB``, then ``z ^ (z >> 31)`` (the finaliser of splitmix64; Steele, Lea &
    Flood 2014), and ``G = 0x9E3779B97F4A7C15``::

        h = mix(seed + G)
        h = mix((h ^ name) + G)
        h = mix((h ^ sample) + G)
        h = mix((h ^ occurrence) + G)
        u = ((h >> 12) + 0.5) * 2**-52

    The last line is exact in double precision and never gives 0 or 1.

    Args:
        seed: seed of the scenario.
        name: ``name_key`` of what the number is for.
        sample: number of the sample, >= 0.
        occurrence: which occurrence in this sample, >= 0; shapes broadcast.
    """
    with np.errstate(over="ignore"):
        word = _mixed(np.uint64(seed % 2**64) + GOLDEN)
        for part in (np.uint64(name), np.asarray(sample, np.uint64), np.asarray(occurrence, np.uint64)):
            word = _mixed((word ^ part) + GOLDEN)
    return ((word >> np.uint64(12)).astype(np.float64) + 0.5) * 2.0**-52


def _mixed(word: Words | np.uint64) -> Words:
    word = (word ^ (word >> np.uint64(30))) * FIRST
    word = (word ^ (word >> np.uint64(27))) * SECOND
    return np.asarray(word ^ (word >> np.uint64(31)))
