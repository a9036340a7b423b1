"""Labour pools: those who quit, those hired, those who have been trained, and the hours of all of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from fullrate.simulate.compiled import allocating
from fullrate.simulate.layout import (
    GRADUATES,
    HEADS,
    HIRE,
    HIRE_GAP,
    HIRE_PAYER,
    LEFT,
    LUCK,
    NEEDS,
    PEOPLE,
    POOLS,
    QUIT_KEY,
    ROUNDING,
    SAMPLE,
    TRAINEES,
)
from fullrate.simulate.luck import taken, uniform
from fullrate.simulate.steps.leads import spread

FIRST, HOURS, QUIT, DROPOUT, OUTPUT, TEACHING, FOUND, TRAINING, PAY = range(9)
"""Rows of what is drawn of a pool."""


@allocating
def people(s: Any, by: Any, whole: Any, real: Any, edges: Any, o: Any, size: Any, t: int) -> None:
    """Hires as planned, behind plan more; with luck people leave one by one (binomial)."""
    e, first = (edges, size[POOLS])
    days = e[t + 1] - e[t]
    for w in range(size[HIRE]):
        for k in range(s.shape[1]):
            if t == 0:
                s[o[HEADS] + w, k] = s[o[PEOPLE] + w * 9 + FIRST, k]
            s[o[HIRE_GAP] + w, k] += by[o[HIRE] + w, t]
            h = min(s[o[HIRE_GAP] + w, k], s[o[PEOPLE] + w * 9 + FOUND, k] * days)
            payer = whole[o[HIRE_PAYER] + w]
            if h > 0 and s[o[PEOPLE] + w * 9 + PAY, k] > 0:
                if payer < size[NEEDS] - 1:
                    h = min(h, max(s[o[LEFT] + payer, k], 0.0) / s[o[PEOPLE] + w * 9 + PAY, k])
                s[o[LEFT] + payer, k] -= h * s[o[PEOPLE] + w * 9 + PAY, k]
            s[o[HIRE_GAP] + w, k] -= h
            if h > 0:
                at, n, shares = spread(e, t, s[o[PEOPLE] + w * 9 + TRAINING, k], size[ROUNDING])
                for i in range(n):
                    s[o[GRADUATES] + w * len(edges) + (at + i), k] += shares[i] * h
            trained = s[o[GRADUATES] + w * len(edges) + t, k]
            stays = (1.0 - s[o[PEOPLE] + w * 9 + QUIT, k]) ** (days / 365)
            heads = s[o[HEADS] + w, k] * stays
            if size[LUCK]:
                u = uniform(np.uint64(whole[o[QUIT_KEY] + w]), int(s[o[SAMPLE], k]), t)
                heads = s[o[HEADS] + w, k] - taken(s[o[HEADS] + w, k], 1.0 - stays, u, size[LUCK])
            s[o[HEADS] + w, k] = heads + (1.0 - s[o[PEOPLE] + w * 9 + DROPOUT, k]) * trained
            s[o[TRAINEES] + w, k] += h - trained
            hours = (
                s[o[PEOPLE] + w * 9 + HOURS, k] * s[o[HEADS] + w, k]
                + (
                    s[o[PEOPLE] + w * 9 + HOURS, k] * s[o[PEOPLE] + w * 9 + OUTPUT, k]
                    - s[o[PEOPLE] + w * 9 + TEACHING, k]
                )
                * s[o[TRAINEES] + w, k]
            )
            s[o[LEFT] + (first + w), k] += max(hours, 0.0) * days
