"""What many cuts cost, against one base: the stages of time of each, exactly, at a fraction of what planning it takes.

A cut of a source closes columns and takes receipts away; on windows that serve all cases alike nothing else of the
program changes, so the bases of some serve others. Each case is settled in the cheapest way that is exact:

- *known*: an answer found before, the base's or another case's, is one of this case, too, by our own residuals: its
  point does nothing that is cut off, and prices found before say that nothing is better.
- *hot*: the dual simplex method from the basis of whatever is most like it, moving a handful of bounds.
- *cold*: interior point from nothing, where simplex takes too long or more than bounds differs.

Prices give a bound for nothing: the wait is a convex function of what there is, so it grows by at least price times
what is lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from fullrate.case import Case
from fullrate.case.state import State
from fullrate.case.wishes import FLOOR, FREEZE
from fullrate.lp.assemble import LP
from fullrate.lp.residuals import residuals
from fullrate.lp.solve import SOUND, Corner, Hot, Solution
from fullrate.planning.chain import unit
from fullrate.planning.changes import Change, Changes, tightened
from fullrate.planning.damage import Outcome, told
from fullrate.planning.question import KEPT
from fullrate.planning.resolve import promised, ties
from fullrate.rules.base import Cols
from fullrate.tables import Tables

Floats = NDArray[np.float64]

ALIKE = 0.3
"""Share of closed columns in common from which a case is begun from another's basis rather than from the base's."""
EACH = 10
"""Iterations that every column in use that is closed takes at least: with more of them than a hot solve may take,
none is tried."""
RECENT = 30
"""Answers that are remembered for those to come, beside the base's."""
ROUTES = ("known", "hot", "cold")


@dataclass(frozen=True, eq=False)
class Knocked:
    """A case settled.

    Attributes:
        burden: least weighted wait in days, tail included, by class, the classes before kept.
        x: the last point, on the columns of ``Knockouts.cols``.
        route: ``known``, ``hot`` or ``cold``: the dearest way that any class took.
    """

    burden: Floats
    x: Floats
    route: str


@dataclass(frozen=True, eq=False)
class Known:
    """An answer that was found: to which case, its point, prices and value, and its basis where there is one."""

    change: Change
    answer: Solution
    corner: Corner | None


@dataclass(eq=False)
class Worker:
    """What settles cases for one class: a solver object, and answers found with it, the base's first."""

    hot: Hot
    found: list[Known]

    def solve(self, change: Change, lp: LP) -> tuple[Solution, str]:
        """Answer a case, and how that was done."""
        known = self.known(change, lp)
        if known is not None:
            return known, "known"
        near = self.near(change)
        few = EACH * change.broken(lp, near.answer.x) <= self.hot.most
        answer = self.hot.solve(lp, near.corner) if few and near.corner is not None else None
        route = "cold" if answer is None else "hot"
        answer = answer or self.hot.anew(lp)
        if len(self.found) > RECENT:
            del self.found[1]
        self.found.append(Known(change, answer, self.hot.corner))
        return answer, route

    def known(self, change: Change, lp: LP) -> Solution | None:
        """An answer found before that is one of this case as well; the latest first, prices its own or the base's."""
        base = self.found[0].answer
        for one in reversed(self.found):
            if not change.broken(lp, one.answer.x):
                for dual in (base.row_dual, one.answer.row_dual):
                    if residuals(lp, one.answer.x, dual).worst <= SOUND:
                        return replace(one.answer, row_dual=dual)
        return None

    def near(self, change: Change) -> Known:
        """The answer to begin from: of the case most like this one, or of the base."""
        like = max(self.found, key=lambda one: change.shared(one.change) if one.corner else 0.0)
        return like if change.shared(like.change) >= ALIKE else self.found[0]


@dataclass(eq=False)
class Knockouts:
    """A base and the cases that differ from it.

    Attributes:
        case: the scenario without cuts, on windows that serve all cases.
        cols: its columns.
        base: its program for each class: that class's wait is minimised, those before are kept.
        answers: the answers to these.
        changes: how each case differs; None where in more than bounds.
        workers: what settles them, by class; for one thread at a time.
        counts: how many cases were settled in which way; those that equal another one are not counted.
    """

    case: Case
    cols: Cols
    base: tuple[LP, ...]
    answers: tuple[Known, ...]
    changes: tuple[Change | None, ...]
    workers: list[Worker]
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(ROUTES, 0))

    @staticmethod
    def of(
        tables: Tables,
        cases: Sequence[Tables],
        since: State | None = None,
        classes: int | None = None,
        *,
        whole: bool = True,
    ) -> Knockouts | None:
        """Solve the base of some cases; None where this cannot serve them.

        It cannot where processes learn (a plan is then a sequence of programs), where numbers are whole, and where
        floors or frozen orders come before all time.

        Args:
            tables: the scenario without a cut.
            cases: the scenario with each cut in force.
            since: decisions that stay as they were; see ``damage.outcome``.
            classes: only so many classes, the first ones; None: all.
            whole: whether whole numbers are kept.

        Raises:
            RuntimeError: the base has no solution.
        """
        found = Changes.of(tables, cases, since)
        case = found.case
        if case.learning or not case.axes["wish"].places.keys().isdisjoint((FLOOR, FREEZE)):
            return None
        lp = found.lp if whole else found.lp.relaxed()
        if len(lp.integer):
            return None
        count = len(case.needs.cls) if classes is None else min(classes, len(case.needs.cls))
        workers, base = [], []
        for at in range(count):
            column = int(found.cols["burden"].offset[at])
            program = lp.minimising(unit(lp, column))
            hot = Hot(program, ties(program))
            answer = hot.anew(program)
            if not answer.usable:
                raise RuntimeError(f"the time stage of class {case.needs.cls.labels[at]} is {answer.status}")
            base.append(program)
            workers.append(Worker(hot, [Known(Change.none(), answer, hot.corner)]))
            lp = _kept(lp, column, answer.objective)
        answers = tuple(worker.found[0] for worker in workers)
        return Knockouts(case, found.cols, tuple(base), answers, found.each, workers)

    @property
    def burden(self) -> Floats:
        """Values of the base, by class."""
        return np.array([known.answer.objective for known in self.answers])

    def least(self) -> Floats:
        """Least growth of the first class's burden in each case, by prices alone; zero where unknown."""
        base, dual = self.base[0], self.answers[0].answer.row_dual
        reduced = base.cost - base.priced(dual)
        grows = np.zeros(len(self.changes))
        for at, change in enumerate(self.changes):
            if change is not None:
                lp = tightened(change.on(base), change.columns)
                fall = promised(dual, base.row_lower, lp.row_lower, base.row_upper, lp.row_upper)
                fall += promised(reduced, base.lower, lp.lower, base.upper, lp.upper)
                grows[at] = max(-fall, 0.0) if np.isfinite(fall) else 0.0
        return grows

    def settle(self) -> dict[int, Knocked]:
        """Settle all cases; those that differ in more than bounds are left out, those that are the same settled once.

        Neighbours in time and place go one after the other, since their bases are alike.
        """
        once: dict[bytes, Knocked] = {}
        found = {}
        for at in sorted(range(len(self.changes)), key=self._place):
            change = self.changes[at]
            if change is not None:
                if change.key not in once:
                    once[change.key] = self._one(change)
                found[at] = once[change.key]
        return found

    def told(self, at: int, one: Knocked, base: Outcome | None, *, dated: bool) -> Outcome:
        """What a settled case comes to; see ``damage.outcome``.

        Args:
            at: its number.
            one: how it was settled, all classes.
            base: what the same comes to without the cut.
            dated: whether dates of coverage are looked for.
        """
        change = self.changes[at]
        if change is None:
            raise ValueError(f"case {at} was not settled")
        return told(self.case, change.on(self.base[0]), self.cols, one.burden, one.x, base, dated=dated)

    def _place(self, at: int) -> tuple[int, ...]:
        change = self.changes[at]
        return () if change is None else tuple(change.columns[:2].tolist())

    def _one(self, change: Change) -> Knocked:
        """One case, class after class."""
        burden, routes = np.zeros(len(self.base)), []
        kept: dict[int, float] = {}
        for at, (base, worker) in enumerate(zip(self.base, self.workers, strict=True)):
            lp = change.on(base)
            upper = lp.upper.copy()
            for column, bound in kept.items():
                upper[column] = bound
            answer, route = worker.solve(change, lp.within(upper=upper))
            if not answer.usable:
                raise RuntimeError(f"the time stage of class {self.case.needs.cls.labels[at]} is {answer.status}")
            burden[at] = answer.objective
            routes.append(route)
            column = int(self.cols["burden"].offset[at])
            kept[column] = burden[at] + KEPT * max(1.0, abs(burden[at]))
        route = max(routes, key=ROUTES.index)
        self.counts[route] += 1
        return Knocked(burden, answer.x, route)


def _kept(lp: LP, column: int, value: float) -> LP:
    upper = lp.upper.copy()
    upper[column] = value + KEPT * max(1.0, abs(value))
    return lp.within(upper=upper)
