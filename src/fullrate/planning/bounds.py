"""What no plan can beat, known before anything is solved: stands beside the best so far when the time is up."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fullrate.case import Case
from fullrate.rules.base import Cols


def least_burden(case: Case, cols: Cols, cls: int) -> float:
    """Weighted wait of a class in days, tail included, if every unit came in the first period it can come in.

    Windows of deliveries know lead times, gates and restrictions, but no capacity: a relaxation, so a lower bound.
    """
    needs, deliver = case.needs, cols["deliver"].terms
    need = case.deliveries.need[deliver.at["delivery"]]
    best: NDArray[np.float64] = np.zeros(len(needs.qty))
    np.maximum.at(best, need, needs.relief[need, deliver.at["period"]] * needs.qty[need])
    inside = needs.group_of >= 0
    group = needs.group_of[inside]
    mine = needs.group_class[group] == cls
    wait = (needs.weight[group] * needs.share[inside] * (needs.unmet - best)[inside])[mine]
    return max(float(wait.sum()), 0.0)
