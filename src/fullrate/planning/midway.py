"""Where a plan stands in the middle, and the plan that goes on from a state."""

from __future__ import annotations

import numpy as np

from fullrate.case import Case
from fullrate.case.state import EXECUTED, State, arrivals, working
from fullrate.results import Plan


def reached(case: Case, plan: Plan, period: int) -> State:
    """The state of an execution that followed the plan for ``period`` periods, everything having come as expected.

    Raises:
        ValueError: the plan has no such period.
    """
    if not 0 < period < plan.periods:
        raise ValueError(f"a state lies after period 1 to {plan.periods - 1} of this plan, not after {period}")
    done = {}
    for kind, axis in EXECUTED.items():
        values = np.zeros((len(case.axes[axis]), period))
        for key, value in plan[kind].items():
            if key[-1] <= period:
                values[case.axes[axis].places["|".join(key[:-1])], key[-1] - 1] = value
        done[kind] = values
    hires = case.tables["pools"].hire_max > 0
    heads = np.where(hires, done["heads"][:, -1], case.people.left[:, period - 1])
    gate = case.axes["gate"]
    begun = case.gates.begins < case.calendar.edges[period]
    opened = np.array([plan["open"][name] for name in gate.labels]) * begun
    passed = case.gates.passed
    known = np.where(passed <= case.calendar.edges[period], passed, np.nan)
    return State(done, opened, heads, arrivals(case, done), working(case, done), known)
