"""Goods that arrive: what processes and lanes started earlier and is due now."""

from __future__ import annotations

from typing import Any

from fullrate.simulate.compiled import compiled
from fullrate.simulate.layout import LEFT, OUTPUT_DEPTH, OUTPUT_POINT, OUTPUT_RING, RING, WIDTH
from fullrate.simulate.steps.s15_check import came


@compiled
def arrivals(s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, t: int) -> None:
    """Empty the slot of this period in every ring, and note for the balance what one sample gets of it."""
    for i in range(size[OUTPUT_POINT]):
        depth = whole[o[OUTPUT_DEPTH] + i]
        if depth == 0:
            continue
        slot, n = (whole[o[OUTPUT_RING] + i] + t % depth, whole[o[OUTPUT_POINT] + i])
        left = o[LEFT] + n
        ring = o[RING] + slot
        came(s, o, n, s[ring, t % WIDTH])
        for k in range(s.shape[1]):
            s[left, k] += s[ring, k]
            s[ring, k] = 0.0
