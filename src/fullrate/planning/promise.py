"""Whether a promise can be kept, asked of one scenario after another that differ in a number.

A program that counts on the most experience there can be, and on parts of whole builds, proves what is impossible; it
is solved from the basis of the base's. What passes it is looked at in full: whole numbers as they are, and learning by
a sequence of programs, each of which can be carried out, begun with the experience that the base's plan gathers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fullrate.case import Case, derive
from fullrate.lp.assemble import LP
from fullrate.lp.solve import Solution, solve
from fullrate.planning.chain import COST_GAP
from fullrate.planning.dates import ROUNDING
from fullrate.planning.honoured import first_wishes, honoured, least_missed
from fullrate.planning.learning import ROUNDS, TRUSTED, gathered, learn
from fullrate.planning.met import Met
from fullrate.planning.resolve import Resolver
from fullrate.planning.walk import NOTHING
from fullrate.rules import write
from fullrate.rules.base import Cols
from fullrate.tables import Tables

Floats = NDArray[np.float64]

GAIN = 1e-4
"""Coverage that one more program of a learning sequence must add, or it stops."""
Starts = tuple[Floats, ...]
"""Experience by group and period that sequences begin with, the one they have come to; empty where nothing learns."""


@dataclass(frozen=True)
class Promise:
    """A share of a need by a day, counted from the start; other needs are left aside.

    Protected floors and frozen orders are not left aside: they are kept as well as they can be.
    """

    need: str
    day: float
    share: float = 1.0

    def periods(self, case: Case) -> int:
        """Periods that end by the day."""
        return int((case.calendar.edges[1:] <= self.day + 1e-9).sum())

    def of(self, case: Case, lp: LP, cols: Cols) -> LP:
        """The program of the most coverage there can be by then, as a negative cost."""
        periods, at = self.periods(case), case.axes["need"].labels.index(self.need)
        sent, cost = Met.of(cols), np.zeros(lp.shape[1])
        mine = (sent.need == at) & (sent.period < periods)
        cost[sent.column[mine]] = -sent.amount[mine] / case.needs.qty[at]
        return lp.until(periods).minimising(cost)

    def kept(self, objective: float) -> bool:
        """Whether a value of the program is enough."""
        return -objective >= self.share - ROUNDING


@dataclass(frozen=True)
class Trials:
    """A promise and the scenario it is asked of as it stands, for many scenarios that are like it.

    Attributes:
        promise: what is promised.
        held: what the scenario as it stands misses of protected floors and frozen orders, where it keeps all of them:
            one with more of something can, too. None where it does not; then each scenario is asked anew.
        starts: experience that sequences begin with, where anything learns: what its plan gathers, and none.
        proof: its program without whole numbers and at the most experience there can be, and a solver that stays near.
    """

    promise: Promise
    held: dict[str, float] | None
    starts: Starts
    proof: Resolver

    @staticmethod
    def of(tables: Tables, promise: Promise) -> Trials:
        """Solve the scenario as it stands."""
        case = derive(tables)
        learned = learn(case)
        lp, cols = write(learned.case)
        found = least_missed(learned.case, lp, cols)
        held = found if max(found.values(), default=0.0) <= NOTHING else None
        starts: Starts = ()
        if learned.x is not None:
            starts = gathered(learned.case, cols, learned.x), np.zeros_like(case.learning.effort)
        return Trials(promise, held, starts, Resolver.of(_loose(promise, case, held), COST_GAP))

    def ruled_out(self, tables: Tables) -> bool:
        """Whether a program that no plan can beat proves that the promise cannot be kept."""
        lp = _loose(self.promise, derive(tables), self.held)
        if not self.promise.kept(self.proof.answer.objective - self.proof.most_gain(lp)):
            return True
        answer = self.proof.solve(lp, COST_GAP)
        return answer.sound and not self.promise.kept(answer.objective)

    def keeps(self, tables: Tables, starts: Starts) -> tuple[bool, Starts]:
        """Whether some plan keeps the promise, and the experience that sequences have come to.

        Args:
            tables: the scenario.
            starts: where they begin; experience that a scenario with less of something has gathered will do.
        """
        case, ends = derive(tables), list(starts)
        if not case.learning:
            answer, _ = self._answer(case)
            return answer.usable and self.promise.kept(answer.objective), starts
        for at, begin in enumerate(starts):
            kept, ends[at] = self._climbed(case, begin)
            if kept:
                return True, tuple(ends)
        return False, tuple(ends)

    def _climbed(self, case: Case, starts: Floats) -> tuple[bool, Floats]:
        """A sequence of programs, each counting on what the one before gathers, until one has enough or adds little.

        Effort never rises with experience, so none is worse than the one before it.
        """
        before = np.inf
        for _ in range(ROUNDS):
            counted = replace(case, learning=case.learning.known(TRUSTED * starts))
            answer, cols = self._answer(counted)
            if not answer.usable or self.promise.kept(answer.objective):
                return answer.usable, starts
            if before - answer.objective <= GAIN:
                break
            before, starts = answer.objective, gathered(counted, cols, answer.x)
        return False, starts

    def _answer(self, case: Case) -> tuple[Solution, Cols]:
        """The most coverage, floors and frozen orders kept as well as they can be."""
        lp, cols = write(case)
        if self.held is not None:
            answer = solve(self.promise.of(case, honoured(case, lp, cols, self.held), cols))
            if answer.usable or not self.held:
                return answer, cols
        return solve(self.promise.of(case, first_wishes(case, lp, cols), cols)), cols


def _loose(promise: Promise, case: Case, held: dict[str, float] | None) -> LP:
    """The program that no plan can beat: most experience, parts of whole builds, floors only where all are kept."""
    best = replace(case, learning=case.learning.at_best()) if case.learning else case
    lp, cols = write(best)
    return promise.of(best, honoured(best, lp, cols, held or {}), cols).relaxed()
