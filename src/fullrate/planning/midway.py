"""Where a plan stands in the middle, and the plan that goes on from a state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from fullrate.case import Case, derive
from fullrate.case.state import EXECUTED, State, arrivals, from_state, wearing, working
from fullrate.lp.axes import Columns
from fullrate.planning import answer
from fullrate.planning.chain import run
from fullrate.planning.learning import learn
from fullrate.results import Plan
from fullrate.rules import columns_of, write
from fullrate.tables import Tables


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
    gate, gates, now = case.axes["gate"], case.gates, float(case.calendar.edges[period])
    opened = np.array([plan["open"][name] for name in gate.labels]) * (gates.begins < now)
    stated = dict(zip(*plan.table("gates").select("gate", "start_d"), strict=True))
    begins = np.where(gates.decided, np.array([stated[name] for name in gate.labels], float), np.nan)
    begun = np.where(begins <= now, begins, np.nan)  # what begins with the next period has its articles
    passed = np.where(gates.decided, begun + gates.lasts, gates.passed)
    return State(
        done,
        opened,
        heads,
        due=arrivals(case, done),
        coming=working(case, done),
        passed=np.where(passed <= now, passed, np.nan),
        begun=begun,
        tries=np.where(np.isnan(begun), 0.0, gates.tries),
        ends=np.where(passed > now, begun + gates.lasts, np.nan),
        worn=wearing(case, done),
    )


def replanner(tables: Tables) -> Callable[[State, int], Plan | None]:
    """Planning again from a state, by time alone: classes in their order, no fairness, cost or dates.

    What is known is the state and the tables: an estimate stays as it is written, whatever came of it so far, so that
    a plan never knows what is drawn. The case is derived once. None where the program does not solve: the plan at hand
    is kept then.
    """
    config = replace(tables.config, stages=("time",), fairness="utilitarian")
    tables = replace(tables, config=config)
    whole = derive(tables, pruned=False)
    blocks = columns_of(whole).blocks

    def replan(state: State, period: int) -> Plan | None:
        known = {kind: within(blocks[kind], values) for kind, values in state.done.items()}
        coming = state.coming.copy()
        coming[:, :1] += (state.done["ready"] - known["ready"])[:, -1:]  # at work before any plan would have it
        case = from_state(whole, replace(state, done=known, coming=coming), period)
        try:
            learned = learn(case, None)
            lp, cols = write(learned.case)
            chain = run(learned.case, lp, cols, None, learned.x)
        except RuntimeError:
            return None
        found = answer.tables_of(learned.case, cols, chain.x)
        return Plan(chain.status, case.calendar.start, case.calendar.edges, found)

    return replan


def within(block: Columns, done: np.ndarray) -> np.ndarray:
    """What was done, where a plan could have done it; what it could not is told by what lies there now."""
    known, at = np.zeros_like(done), block.terms.at
    past = at["period"] < done.shape[1]
    place = (at[block.axis.name][past], at["period"][past])
    known[place] = done[place]
    return known
