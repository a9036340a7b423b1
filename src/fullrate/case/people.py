"""People: who of a labour pool stays, how many may be hired, when they are trained, and the hours all of them bring."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fullrate.calendar import Calendar, Kernel
from fullrate.case.axes import Coded

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class People:
    """Labour pools over time, shape (pools, T) each unless said otherwise.

    Attributes:
        stays: share of the heads at the end of the period before who do not quit.
        left: heads of the start who are still there.
        most: most hires of each period.
        trained: when those hired in each period have been trained.
        hours: hours one head works.
        net: hours one trainee adds: what a trainee works less what the instructors are kept from.
        size: power of ten near the heads there may be, shape (pools,): what the solver counts them in.
    """

    stays: Floats
    left: Floats
    most: Floats
    trained: Kernel
    hours: Floats
    net: Floats
    size: Floats


def people_of(pools: Coded, calendar: Calendar) -> People:
    """Labour pools on a calendar; quits come first in each period, whoever graduates works all of it."""
    days, stays = calendar.lengths, (1 - pools.quit)[:, None]
    return People(
        stays=stays ** (calendar.lengths / 365),
        left=pools.heads[:, None] * stays ** (calendar.edges[None, 1:] / 365),
        most=np.outer(pools.hire_max, days),
        trained=calendar.arrivals(pools.train_d),
        hours=np.outer(pools.hours, days),
        net=np.outer(pools.hours * pools.train_eff - pools.trainer_h, days),
        size=10.0 ** np.round(np.log10(np.maximum(np.maximum(pools.heads, pools.hire_max * days.max()), 1.0))),
    )
