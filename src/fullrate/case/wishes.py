"""What a plan would rather not do, by rank: each rank that exists is a stage of its own."""

from __future__ import annotations

import numpy as np

from fullrate.case.axes import Axis
from fullrate.case.points import Points
from fullrate.case.previous import Previous
from fullrate.case.rivals import Rivals

FLOOR, FREEZE, SAFETY, RIVALS, CALM = "floor", "freeze", "safety", "rivals", "calm"
"""Protected floors of rivals; orders that are frozen; safety stock; what else rivals want; later changes of orders."""


def wishes_of(rivals: Rivals, previous: Previous, points: Points) -> Axis:
    """The axis of ranks that a scenario has, in the order in which they are met."""
    there = {
        FLOOR: bool((rivals.floor > 0).any()),
        FREEZE: previous.frozen > 0,
        SAFETY: bool((points.safety > 0).any()),
        RIVALS: bool((rivals.wanted > 0).any()),
        CALM: previous.covered > previous.frozen,
    }
    return Axis("wish", tuple(rank for rank, exists in there.items() if exists))


def at(wishes: Axis, rank: str, count: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """The position of a rank, once for each of ``count`` elements; -1 where a scenario does not have it."""
    return np.full(count, wishes.places.get(rank, -1))
