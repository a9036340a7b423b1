"""What the best plan of a scenario comes to: waits, dates and units, and what a cut takes of them.

Only the stages of time are solved, class after class; costs and fairness have no part in it. Dates are the earliest of
any plan, so that they depend on no choice between equally good plans.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fullrate.case import Case, derive
from fullrate.case.state import State, from_state
from fullrate.lp.assemble import LP
from fullrate.lp.solve import solve
from fullrate.planning.chain import TIME_GAP, unit
from fullrate.planning.dates import Reach, covered, first_reached, met
from fullrate.planning.honoured import first_wishes
from fullrate.planning.learning import learn
from fullrate.planning.met import Met
from fullrate.planning.midway import reached
from fullrate.planning.question import KEPT
from fullrate.results import Plan
from fullrate.rules import write
from fullrate.rules.base import Cols
from fullrate.tables import Tables

Floats = NDArray[np.float64]

LEVELS = (0.5, 0.8)
"""Shares of coverage whose dates are asked for."""


@dataclass(frozen=True, eq=False)
class Outcome:
    """What the best plan comes to.

    Attributes:
        classes: priority classes, first to last; arrays ``by class`` are in this order.
        weight: sum of the weights of a class's recipients.
        burden: weighted wait in days, tail included, by class: what the plan makes least, class after class.
        blur: how far above the least the burden may lie, by class: where numbers are whole, a search stops short of it.
        wait: mean wait in days, the tail left out, by class.
        nothing: burden if nothing were delivered at all, by class.
        days: earliest day on which each of ``LEVELS`` can be covered, shape (classes, levels); where there are several
            classes, a last row for all of them together. Infinite: not before the plan ends.
        needs: names of the needs.
        unit_days: days that units wait in all, by need.
        unmet: units not delivered by the end, by need.
    """

    classes: tuple[int, ...]
    weight: Floats
    burden: Floats
    blur: Floats
    wait: Floats
    nothing: Floats
    days: Floats
    needs: tuple[str, ...]
    unit_days: Floats
    unmet: Floats

    @property
    def null(self) -> bool:
        """Whether nothing at all is delivered."""
        return bool(np.all(self.burden >= self.nothing * (1 - 1e-9)))


def outcome(
    tables: Tables,
    since: State | None = None,
    base: Outcome | None = None,
    *,
    dated: bool = True,
    whole: bool = True,
) -> Outcome:
    """What the best plan of a scenario comes to.

    Args:
        tables: the scenario, perhaps with a cut in force.
        since: decisions that stay as they were, up to the end of a period; None: all is open.
        base: what the same comes to without the cut: no date is looked for before its own.
        dated: whether dates are looked for; they take most of the programs.
        whole: whether whole numbers are kept; without them it is an estimate, and no worse than it should be.

    Raises:
        RuntimeError: a program has no solution.
    """
    case = derive(tables, pruned=since is None)
    case = case if since is None else from_state(case, since, since.period)
    case = learn(case).case
    lp, cols = write(case)
    lp = first_wishes(case, lp if whole else lp.relaxed(), cols)
    burden, x = _burdens(case, lp, cols)
    return told(case, lp, cols, burden, x, base, dated=dated)


def told(case: Case, lp: LP, cols: Cols, burden: Floats, x: Floats, base: Outcome | None, *, dated: bool) -> Outcome:
    """What a point that is best by class, one after the other, comes to; see ``outcome``.

    Args:
        case: the scenario.
        lp: its program, with no objective.
        cols: its columns.
        burden: least weighted wait by class, shape (classes,).
        x: the point.
        base: what the same comes to without the cut.
        dated: whether dates are looked for.
    """
    wait, unit_days, unmet = _waits(case, cols, x)
    needs, cls = case.needs, case.needs.group_class
    weight = np.asarray(np.bincount(cls, needs.weight, len(needs.cls)), np.float64)
    inside = needs.group_of >= 0
    group = needs.group_of[inside]
    parts = (needs.weight[group] * needs.share[inside] * needs.unmet[inside], needs.weight[group] * needs.share[inside])
    nothing = np.asarray(np.bincount(cls[group], parts[0], len(needs.cls)), np.float64)
    mean = np.bincount(cls[group], parts[1] * wait[inside], len(needs.cls)) / np.where(weight > 0, weight, 1.0)
    return Outcome(
        classes=tuple(int(label) for label in needs.cls.labels),
        weight=weight,
        burden=burden,
        blur=TIME_GAP * np.maximum(1.0, np.abs(burden)) * (len(lp.integer) > 0),
        wait=mean,
        nothing=nothing,
        days=_days(case, lp, cols, x, base) if dated else np.full((len(needs.cls), len(LEVELS)), np.nan),
        needs=case.axes["need"].labels,
        unit_days=unit_days,
        unmet=unmet,
    )


def most_covered(tables: Tables, period: int, since: State | None = None) -> float:
    """Largest share of all needs, weighted, that can be covered by the end of a period (0-based)."""
    case = derive(tables, pruned=since is None)
    case = case if since is None else from_state(case, since, since.period)
    case = learn(case).case
    lp, cols = write(case)
    most = Reach(case, first_wishes(case, lp, cols), cols, -1, None, share=_shares(case)).most(period)
    return 0.0 if most is None else most


def _shares(case: Case) -> Floats:
    """Weight of each need in the coverage of all classes together; they sum to one."""
    needs = case.needs
    weight = np.where(needs.group_of >= 0, needs.weight[needs.group_of] * needs.share, 0.0)
    return np.asarray(weight / weight.sum(), np.float64)


def frozen(tables: Tables, plan: Plan, periods: int) -> State | None:
    """The state in which following a plan for some periods leaves; None for no period.

    Args:
        tables: what the plan was made from.
        plan: the plan.
        periods: how many of its periods are done as planned.
    """
    return reached(derive(tables, pruned=False), plan, periods) if periods > 0 else None


def _burdens(case: Case, lp: LP, cols: Cols) -> tuple[Floats, Floats]:
    """Least weighted wait of each class, those before it kept; and the last point."""
    found, x = np.zeros(len(case.needs.cls)), np.zeros(lp.shape[1])
    for at in range(len(found)):
        column = int(cols["burden"].offset[at])
        answer = solve(lp.minimising(unit(lp, column)), gap=TIME_GAP)
        if not answer.usable:
            raise RuntimeError(f"the time stage of class {case.needs.cls.labels[at]} is {answer.status}")
        found[at], x = answer.objective, answer.x
        upper = lp.upper.copy()
        upper[column] = answer.objective + KEPT * max(1.0, abs(answer.objective))
        lp = replace(lp, upper=upper)
    return found, x


def _waits(case: Case, cols: Cols, x: Floats) -> tuple[Floats, Floats, Floats]:
    """Mean wait in days, unit-days waited, and units not met by the end, by need; the tail left out."""
    needs, sent = case.needs, Met.of(cols)
    spared = np.bincount(
        sent.need, x[sent.column] * sent.amount * needs.plain[1][sent.need, sent.period], len(needs.qty)
    )
    wait = np.maximum(np.where(needs.qty > 0, needs.plain[0] - spared, 0.0), 0.0)
    unmet = np.maximum(needs.arisen[:, -1] - met(case, cols, x)[:, -1] * needs.qty, 0.0)
    return wait, wait * needs.qty, unmet


def _days(case: Case, lp: LP, cols: Cols, x: Floats, base: Outcome | None) -> Floats:
    """Earliest day of each level, by class and for all together."""
    shares: list[tuple[int, Floats, Floats | None]] = [
        (at, covered(case, cols, x, at), None) for at in range(len(case.needs.cls))
    ]
    if len(shares) > 1:
        weight = _shares(case)
        shares.append((-1, weight @ met(case, cols, x), weight))
    days = np.full((len(shares), len(LEVELS)), np.inf)
    for row, (at, path, share) in enumerate(shares):
        reach = Reach(case, lp, cols, at, None, share=share)
        for column, level in enumerate(LEVELS):
            if base is not None:
                reach.known |= _before(case, base.days[row, column])
            period = reach.earliest(level, first_reached(path, level))
            if period is not None and period < case.calendar.periods:
                days[row, column] = case.calendar.edges[period + 1]
            reach.known.clear()
    return days


def _before(case: Case, day: float) -> dict[int, float]:
    """The period before the one that ends on a day, in which nothing is reached yet."""
    if not np.isfinite(day):
        return {case.calendar.periods - 1: 0.0}
    period = int(np.searchsorted(case.calendar.edges, day - 1e-9)) - 1
    return {period - 1: 0.0} if period > 0 else {}
