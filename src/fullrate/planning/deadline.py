"""How much time is left of a limit, and that none is."""

from __future__ import annotations

import time


class OutOfTime(Exception):
    """A deadline came before there was an answer."""


def left(deadline: float | None) -> float | None:
    """Seconds until a deadline, as ``time.monotonic()`` counts them; None without one.

    Raises:
        OutOfTime: it is over.
    """
    if deadline is None:
        return None
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise OutOfTime
    return seconds
