"""The chain of stages: time by class, fairness inside a class, cost, tidiness. Never one weighted sum.

Wishes have stages of their own, and only where there are any: protected floors (L0a) and frozen orders (L0b) before all
time, safety stock after it, what else rivals want after cost, and calm before tidiness. Nothing a later stage does may
take anything from an earlier one, so a rival keeps all that costs the surge nothing.

Every quantity a stage minimises is a column of its own (``burden``, ``wait``, ``worst``, ``spend``, ``miss``). A stage
that may lose nothing leaves its best face to the later ones; one with slack leaves a bound on its column.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from fullrate.case import Case
from fullrate.case.wishes import CALM, FLOOR, FREEZE, RIVALS, SAFETY
from fullrate.lp.assemble import LP
from fullrate.lp.solve import Solution, held, solve
from fullrate.planning.dates import LEVELS, coverage_terms, covered, first_reached
from fullrate.planning.mending import carried_out
from fullrate.planning.walk import EXACT, Chain, Walk, within
from fullrate.rules.base import Cols
from fullrate.tables.spec import STAGES

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

WAIT_SLACK = 1e-3
"""Share by which a recipient's wait may grow to save money, dates of coverage kept."""
CALM_SLACK = 0.01
"""Share of the cost that may be spent on leaving the orders of the previous plan as they were."""
WISHED = {"L0a": FLOOR, "L0b": FREEZE, "safety": SAFETY, "rivals": RIVALS, "calm": CALM}
"""Stages of wishes, and the rank that each minimises."""
PRICED = 1e-6
"""Dual above which a wait cannot be lowered without raising another."""
ROUNDS = 60
"""Most recipients of a class for which leximin is solved to the end; above it the worst wait, then the area."""
TIME_GAP, COST_GAP = 1e-4, 1e-6
"""Relative gaps at which integer programs stop in stages of time and of cost."""


def unit(lp: LP, *columns: int) -> Floats:
    """An objective of one on the given columns."""
    cost = np.zeros(lp.shape[1])
    cost[list(columns)] = 1.0
    return cost


def run(case: Case, lp: LP, cols: Cols, deadline: float | None = None, start: Floats | None = None) -> Chain:
    """All stages, in order.

    Args:
        case: the scenario.
        lp: its program, without objective.
        cols: its columns.
        deadline: ``time.monotonic()`` at which to stop with the best point so far.
        start: a point that the program allows; None for the plan that does nothing.
    """
    walk = Walk(case, lp, lp, cols, deadline, null_point(lp) if start is None else start, [])
    first: Solution | None = None
    for answer in _stages(walk):
        if first is None and walk.stages[-1].name.startswith("L1."):
            first = _priced(walk, answer)
    dual = np.zeros(lp.shape[0]) if first is None else first.row_dual
    return Chain(
        _last(walk, lp), tuple(walk.stages), dual, walk.solved, walk.residual, walk.gap, walk.status, walk.improved
    )


def _last(walk: Walk, lp: LP) -> Floats:
    """The last point as it can be carried out; wishes stay missed by no more than was granted.

    The worst wait is only measured, and of those alone that the last round of fairness compared.
    """
    measured = lp.row_upper.copy()
    measured[lp.rows_of("worst")] = np.inf
    whole = lp.within(upper=walk.whole.upper, row_upper=measured)
    return carried_out(walk.case, held(whole, walk.x), walk.cols, walk.x)


def _priced(walk: Walk, answer: Solution) -> Solution:
    """The first answer with duals: an integer program is solved once more with its decisions held."""
    if not len(walk.lp.integer):
        return answer
    burden = int(walk.cols["burden"].offset[0])
    walk.solved += 1
    return solve(held(walk.whole, answer.x).minimising(unit(walk.lp, burden)))


def null_point(lp: LP) -> Floats:
    """The plan that does nothing and wastes what it has: it satisfies every rule, so there is always an answer."""
    answer = solve(lp.relaxed().within(upper=_idle(lp)))
    if not answer.usable:
        raise RuntimeError(f"the null plan is {answer.status}: the checker should have refused this scenario")
    return answer.x


IDLE = (
    *("make", "ship", "deliver", "build", "risk", "hire", "overtime", "use", "lot", "dispatch"),
    *("open", "test", "keep"),
)
"""Activities that a plan which does nothing leaves out."""


def _idle(lp: LP) -> Floats:
    """Upper bounds that allow no activity but what has been executed."""
    upper = lp.upper.copy()
    for name in IDLE:
        columns = lp.columns[name].terms.column
        upper[columns] = np.maximum(lp.lower[columns], 0.0)
    return upper


def _stages(walk: Walk) -> Iterator[Solution]:
    """All stages that the settings ask for, until one is cut short by the time limit."""
    chosen = walk.case.config.stages or STAGES
    steps = [_wish(walk, "L0a"), _wish(walk, "L0b"), _time_and_fairness(walk)]
    if len(chosen) > 1:
        steps.append(_wish(walk, "safety"))
    if "cost" in chosen:
        steps.append(_cost(walk))
    steps.append(_wish(walk, "rivals"))
    if "tidy" in chosen:
        steps += [_calm(walk), _tidy(walk)]
    for step in steps:
        for answer in step:
            if answer is None:
                return
            yield answer


def _wish(walk: Walk, name: str) -> Iterator[Solution | None]:
    """Miss as little as possible of one rank of wishes, and keep to that; nothing where there are none."""
    place = walk.case.axes["wish"].places.get(WISHED[name])
    if place is None:
        return
    if name == "rivals":
        walk.lp = held(walk.lp, walk.x)
    miss = int(walk.cols["miss"].offset[place])
    answer = walk.minimise(name, unit(walk.lp, miss), COST_GAP, EXACT)
    yield answer
    if answer is not None:
        walk.stay(answer, unit(walk.lp, miss))
        walk.grant(miss)


def _time_and_fairness(walk: Walk) -> Iterator[Solution | None]:
    needs, cols, config = walk.case.needs, walk.cols, walk.case.config
    for at, label in enumerate(needs.cls.labels):
        groups = np.flatnonzero(needs.group_class == at)
        weight = float(needs.weight[groups].sum())
        burden = int(cols["burden"].offset[at])
        if len(walk.whole.integer):
            walk.restart(0.0)
        fair = config.fairness != "utilitarian" and len(groups) > 1
        slack = config.fairness_slack if fair else EXACT
        answer = walk.minimise(f"L1.{label}", unit(walk.lp, burden), TIME_GAP, slack, corner=not fair)
        yield answer
        if answer is None:
            return
        if fair:
            walk.hold(np.array([burden]), np.array([within(walk.x[burden], slack, EXACT * weight)]))
            yield from _level(walk, at, label, groups)
        else:
            walk.stay(answer, unit(walk.lp, burden))
        walk.finished.add(label)


def _level(walk: Walk, at: int, label: str, groups: Ints) -> Iterator[Solution | None]:
    """Leximin of mean waits: lower the worst, fix those that cannot be lowered, go on with the others.

    Ogryczak & Sliwinski (iterative blocking, convex case); integer decisions are held where the time stage left them.
    """
    waits, worst = walk.cols["wait"].offset[groups], int(walk.cols["worst"].offset[at])
    rows = walk.lp.rows_of("worst").start + groups
    walk.lp = held(walk.lp, walk.x)
    leximin = walk.case.config.fairness == "leximin" and len(groups) <= ROUNDS
    free = np.ones(len(groups), bool)
    while free.any():
        answer = walk.minimise(f"L2.{label}", unit(walk.lp, worst), TIME_GAP, 0.0)
        yield answer
        if answer is None:
            return
        theta = float(walk.x[worst])
        priced = free & (np.abs(answer.row_dual[rows]) > PRICED)
        fixed = priced if priced.any() else free & (walk.x[waits] >= theta - PRICED)
        walk.stay(answer, unit(walk.lp, worst))
        walk.hold(waits[free], np.full(int(free.sum()), theta))
        free &= ~fixed if leximin else False
        walk.compare(rows, free)
    if not leximin:
        burden = unit(walk.lp, int(walk.cols["burden"].offset[at]))
        answer = walk.minimise(f"L2.{label}", burden, TIME_GAP, 0.0)
        yield answer
        if answer is not None:
            walk.stay(answer, burden)


def _cost(walk: Walk) -> Iterator[Solution | None]:
    spend = int(walk.cols["spend"].offset[0])
    if not any(len(terms) for terms in walk.cols.to("money")):
        return
    walk.whole = _dated(walk)
    walk.restart(WAIT_SLACK)
    answer = walk.minimise("L3", unit(walk.lp, spend), COST_GAP, EXACT)
    yield answer
    if answer is not None:
        walk.stay(answer, unit(walk.lp, spend))


def _calm(walk: Walk) -> Iterator[Solution | None]:
    """Fewest changes of the orders of the previous plan, within the waits of before and a little more cost."""
    if CALM in walk.case.axes["wish"].places:
        spend = int(walk.cols["spend"].offset[0])
        priced = any(stage.name == "L3" for stage in walk.stages)
        walk.restart(0.0)
        if priced:
            walk.hold(np.array([spend]), np.array([within(float(walk.x[spend]), CALM_SLACK, EXACT)]))
        yield from _wish(walk, "calm")


def _dated(walk: Walk) -> LP:
    """The whole program, with every date of coverage that the stages of time have reached kept.

    Money may lengthen a mean wait within its slack, but it moves no published date.
    """
    lp, case, cols = walk.whole, walk.case, walk.cols
    for at in range(len(case.needs.cls)):
        path = covered(case, cols, walk.x, at)
        for level in LEVELS:
            period = first_reached(path, level)
            if period < len(path):
                kept = min(level, float(path[period]))  # as it was reached: a level falls short by rounding
                lp = lp.and_row(coverage_terms(case, cols, lp, at, period), kept, np.inf)
    return lp


def _tidy(walk: Walk) -> Iterator[Solution | None]:
    """Least waste, late builds, stock, hires and overtime, each as a share: one answer among equals.

    Waits count as well, so that none uses the slack it was given and no date slips for nothing.
    """
    case, cost = walk.case, np.zeros(walk.lp.shape[1])
    scale = 1 / np.maximum(case.requirement[case.points.item], 1.0)
    days = case.calendar.lengths / case.calendar.horizon
    late = np.repeat(case.calendar.edges[None, :-1], len(case.axes["build"]), axis=0) / case.calendar.horizon
    parts: tuple[tuple[str, Callable[[], Floats]], ...] = (
        ("waste", lambda: np.repeat(scale[:, None], case.calendar.periods, axis=1)),
        ("hold", lambda: np.outer(scale, days)),
        ("build", lambda: late),
        ("risk", lambda: late),
        ("hire", lambda: _even(case.people.most)),
        ("overtime", lambda: _even(case.overtime.most)),
    )
    for name, weight in parts:
        block = walk.cols[name]
        terms = block.terms
        cost[terms.column] = weight()[terms.at[block.axis.name], terms.at["period"]]
    cost[walk.cols["wait"].terms.column] = 1.0
    walk.lp = held(walk.lp, walk.x)
    yield walk.minimise("L4", cost, TIME_GAP, EXACT)


def _even(most: Floats) -> Floats:
    """Every unit counted as a share of the most there can be, shape (elements, T) as ``most``."""
    return np.broadcast_to(1 / np.maximum(most.sum(axis=1, keepdims=True), 1.0), most.shape)
