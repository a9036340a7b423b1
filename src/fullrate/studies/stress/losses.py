"""What a cut takes of an outcome: days of a date, days of wait, unit-days."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import polars as pl

from fullrate.planning.damage import LEVELS, Outcome
from fullrate.studies.stress.ground import Floats, Ground

SMALL = 1e-6
"""Share of a quantity below which a difference is the solver's rounding."""


ON_DATES = {
    **{f"lost_{100 * level:.0f}_d": pl.Float64 for level in LEVELS},
    **{f"never_{100 * level:.0f}": pl.Boolean for level in LEVELS},
}
"""Columns of what is lost on dates."""


@dataclass(frozen=True)
class Loss:
    """What a cut takes, all classes together.

    Attributes:
        wait_d: growth of the mean wait, weighted, the tail left out.
        unit_days: days that units wait more in all.
        late_units: units more that are missing at the end.
        days: days lost on the date of each of ``LEVELS``; None where there is no date to lose, or none was looked for.
        never: whether these are the least they can be, since the date is not reached before the plan ends.
    """

    wait_d: float
    unit_days: float
    late_units: float
    days: tuple[float | None, ...]
    never: tuple[bool, ...]

    @property
    def dated(self) -> dict[str, float | bool | None]:
        """What is lost on dates, as columns ``ON_DATES``."""
        return dict(zip(ON_DATES, (*self.days, *self.never), strict=True))

    @staticmethod
    def between(ground: Ground, base: Outcome, after: Outcome) -> Loss:
        """What ``after`` has less than ``base``."""
        days = [lost(ground, base.days[-1, at], after.days[-1, at]) for at in range(len(LEVELS))]
        return Loss(
            wait_d=float(base.weight @ (after.wait - base.wait) / base.weight.sum()),
            unit_days=float(more(after.unit_days, base.unit_days).sum()),
            late_units=float(more(after.unmet, base.unmet).sum()),
            days=tuple(one for one, _ in days),
            never=tuple(least for _, least in days),
        )


def more(after: Floats, base: Floats) -> Floats:
    """By how much more, rounding left out."""
    grown = after - base
    return np.where(np.abs(grown) > SMALL * np.maximum(1.0, np.abs(base)), grown, 0.0)


def lost(ground: Ground, before: float, after: float) -> tuple[float | None, bool]:
    """Days lost on a date, and whether they are the least they can be: it is not reached before the plan ends.

    None where there is no such date without the cut either, none was looked for, or nobody has said how much all is.
    """
    if not math.isfinite(before) or math.isnan(after) or ground.tables.open_needs:
        return None, False
    if not math.isfinite(after):
        return float(ground.edges[-1]) - before, True
    return after - before, False
