"""Who knew of a cut when: decisions before that stay as the plan has them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fullrate.calendar import TOUCH

BLIND, WARNED, CLAIRVOYANT = "blind", "warned", "clairvoyant"


@dataclass(frozen=True)
class Policy:
    """When a cut is known.

    Attributes:
        word: ``blind`` (on the day it begins), ``warned`` (some periods before) or ``clairvoyant`` (from the start: a
            bound, nobody can do better).
        ahead: periods of warning.
    """

    word: str = BLIND
    ahead: int = 0

    def __str__(self) -> str:
        """As it is asked for: ``blind``, ``warned:W`` or ``clairvoyant``."""
        return f"{self.word}:{self.ahead}" if self.word == WARNED else self.word

    @staticmethod
    def parsed(text: str) -> Policy:
        """The policy that a text asks for.

        Raises:
            ValueError: it is none.

        >>> str(Policy.parsed("warned:4")), str(Policy.parsed("blind"))
        ('warned:4', 'blind')
        """
        word, colon, ahead = text.strip().partition(":")
        if word == WARNED and ahead.isdecimal():
            return Policy(WARNED, int(ahead))
        if word in (BLIND, CLAIRVOYANT) and not colon:
            return Policy(word)
        raise ValueError(f"`{text}` is no policy: blind, warned:W (periods before) or clairvoyant")

    def held(self, edges: NDArray[np.float64], day: float) -> int:
        """Periods whose decisions are as in the plan when something is cut off on a day after the start.

        Args:
            edges: ends of the periods in days, shape (T + 1,).
            day: day on which the cut begins.
        """
        if self.word == CLAIRVOYANT:
            return 0
        over = int(np.searchsorted(edges[1:], day + TOUCH, side="right"))
        return max(over - self.ahead, 0)
