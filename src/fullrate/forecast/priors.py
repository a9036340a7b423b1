"""What class history says where an announcement says nothing: time to the first unit, and how much longer it takes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from fullrate.claims.skeleton import Prior
from fullrate.draws.history import Past
from fullrate.forecast.classes import reference

EVERY = "all classes"
"""What is written where a class has too few cases of its own."""

FEWEST = 3
"""Cases below which all classes speak (assumption)."""


def prior(kind: str | None, cases: Sequence[Past] | None = None) -> Prior:
    """The prior of a class.

    Args:
        kind: the class; None: all of them.
        cases: the reference; those that come with the program if None.
    """
    pasts = reference() if cases is None else tuple(cases)
    own = [one for one in pasts if kind is None or one.kind == kind]
    of_class = sum(one.first is not None for one in own) >= FEWEST
    used = own if of_class else list(pasts)
    firsts = [one.first for one in used if one.first is not None]
    low, middle, high = (float(value) for value in np.quantile(firsts, [0.1, 0.5, 0.9], method="inverted_cdf"))
    own_ratios, all_ratios = _longer(own), _longer(pasts)
    enough = len(own_ratios) >= FEWEST
    ratios = own_ratios if enough else all_ratios
    return Prior(
        kind if of_class and kind else EVERY,
        len(firsts),
        low,
        middle,
        high,
        float(np.median(ratios)) if ratios else 1.0,
        len(ratios),
        kind if enough and kind else EVERY,
    )


def _longer(pasts: Sequence[Past]) -> list[float]:
    """Days taken over days announced; for what was not met, what that is known to lie beyond once its date had come."""
    known = [one.ratio if one.ratio is not None else one.beyond for one in pasts if one.ratio or (one.beyond or 0) >= 1]
    return [one for one in known if one is not None]
