"""What a stress test stands on: a plan, who knows of a cut when, and what all comes to without the cut."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from fullrate.case.state import State
from fullrate.jobs import Spread, on_threads, one_by_one
from fullrate.planning.damage import Outcome, frozen, outcome
from fullrate.results import Plan
from fullrate.studies.stress.policy import Policy
from fullrate.tables import Tables
from fullrate.tables.cut import Cut

Floats = NDArray[np.float64]
NOTHING = 1e-6
"""Share of the wait for nothing at all up to which a loss is none: the solver's rounding."""


def silent(step: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True, eq=False)
class Ground:
    """A plan under test. What it comes to without a cut is worked out once for each number of held periods.

    Attributes:
        tables: what the plan was made from.
        plan: the plan.
        policy: who knows of a cut when.
        say: told what is done next.
        spread: who does tasks that do not depend on one another.
        whole: whether whole numbers are kept; estimates leave them out.
    """

    tables: Tables
    plan: Plan
    policy: Policy = field(default_factory=Policy)
    say: Callable[[str], None] = silent
    spread: Spread = on_threads
    whole: bool = True
    _states: dict[int, State | None] = field(default_factory=dict, repr=False)
    _bases: dict[int, Outcome] = field(default_factory=dict, repr=False)

    @property
    def edges(self) -> Floats:
        """Ends of the periods in days after the start, shape (T + 1,)."""
        return np.asarray(self.plan.edges, np.float64)

    def day(self, when: date | None) -> float:
        """Days from the start to a date; the start where there is none."""
        return 0.0 if when is None else float((when - self.plan.start).days)

    def held(self, cuts: tuple[Cut, ...]) -> int:
        """Periods decided before anything of these cuts is known."""
        return self.policy.held(self.edges, min(self.day(one.first) for one in cuts))

    def state(self, periods: int) -> State | None:
        """Where following the plan for so many periods leaves; None for none."""
        if periods not in self._states:
            self._states[periods] = frozen(self.tables, self.plan, periods)
        return self._states[periods]

    def alone(self) -> Ground:
        """The same for a task, which any thread or process may do: it tells nobody, and has no tasks of its own."""
        return replace(self, say=silent, spread=one_by_one)

    def base(self, periods: int) -> Outcome:
        """What all comes to without a cut, so many periods of the plan held."""
        if periods not in self._bases:
            self._bases[periods] = outcome(self.tables, self.state(periods), whole=self.whole)
        return self._bases[periods]


def share_lost(base: Outcome, after: Outcome) -> float:
    """Largest share of a class's wait for nothing at all by which its wait has grown for certain.

    One where nothing would be lost at all without the cut and everything with it.
    """
    grown = (after.burden - after.blur - base.burden) / np.where(base.nothing > 0, base.nothing, 1.0)
    return float(grown.max(initial=0.0))


def impact(base: Outcome, after: Outcome) -> float:
    """Growth of the weighted wait in days over all classes, tail included.

    What one class gains by what another loses is no gain: a cut costs what it costs those who wait longer.
    """
    return float(np.maximum(after.burden - base.burden, 0.0).sum())
