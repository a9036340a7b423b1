"""How long things last: ageing, harsher conditions, and spares for what fails."""

from __future__ import annotations

import math

BOLTZMANN = 8.617333e-5
"""Boltzmann's constant, eV/K (CODATA 2018, rounded)."""
FREEZING = 273.15
"""0 degrees Celsius in kelvin."""


def weibull(time: float, scale: float, shape: float) -> float:
    """Share that survives ``time``, both times in the same unit (Weibull 1951).

    >>> round(weibull(1000, 5000, 1.5), 6)
    0.914441
    """
    return math.exp(-((time / scale) ** shape))


def arrhenius(energy: float, cool: float, warm: float) -> float:
    """Times faster that things fail at ``warm`` than at ``cool`` degrees Celsius; ``energy`` of activation in eV.

    >>> round(arrhenius(0.7, 25, 55), 6)
    12.070953
    """
    return math.exp(energy / BOLTZMANN * (1 / (cool + FREEZING) - 1 / (warm + FREEZING)))


def coffin_manson(small: float, large: float, exponent: float) -> float:
    """Times faster that swings of ``large`` degrees wear things out than swings of ``small`` (Coffin 1954).

    >>> coffin_manson(20, 40, 2)
    4.0
    """
    return float((large / small) ** exponent)


def peck(dry: float, wet: float, exponent: float, energy: float, cool: float, warm: float) -> float:
    """Times faster that things fail in humid and warm air than in dry and cool; humidity as a share (Peck 1986)."""
    return float((wet / dry) ** exponent) * arrhenius(energy, cool, warm)


def expected_backorders(demand: float, spares: int) -> float:
    """Units short on average with ``spares`` when ``demand`` are in repair on average (Palm 1938, Poisson).

    >>> round(expected_backorders(10, 10), 6)
    1.2511
    """
    share, short, served = math.exp(-demand), demand - spares, 0.0
    for count in range(spares + 1):
        served += (spares - count) * share
        share *= demand / (count + 1)
    return short + served
