"""Limits on shares of what a family delivers, as an execution keeps to them: ``mix`` and ``quality``."""

from __future__ import annotations

import numpy as np

from fullrate.case import Case
from fullrate.simulate.network import sizes
from fullrate.simulate.planned import Planned
from fullrate.simulate.state import Shares

SLACK = 1e-6
"""Of the units a plan delivers under a limit, and of one, by the largest weight: plans are exact to that only."""


def shares_of(case: Case, plan: Planned) -> Shares:
    """Every side of every limit that limits anything, with the deliveries it weighs."""
    offset, pairs, sides = sum(sizes(case)[:2]), [], []
    for limits in (case.mix, case.quality):
        for weights, bites in zip(limits.weight, limits.bites, strict=True):
            for row in np.flatnonzero(bites):
                mine = np.flatnonzero((limits.limit == row) & (weights != 0))
                planned = 1.0 + plan.deliver[limits.delivery[mine]].sum()
                slack = SLACK * planned * np.abs(weights[mine]).max(initial=0.0)
                sides.append((limits.first[row], limits.first[row] + limits.count[row], len(mine), slack))
                pairs.append(np.stack([offset + limits.delivery[mine], weights[mine]]))
    first, last, count, lacking = np.array(sides, np.float64).reshape(-1, 4).T
    delivery, weight = np.concatenate([np.zeros((2, 0)), *pairs], axis=1)
    begin = np.concatenate([[0], np.cumsum(count)])
    return Shares(
        first.astype(np.int64),
        last.astype(np.int64),
        begin.astype(np.int64),
        delivery.astype(np.int64),
        weight,
        lacking,
    )
