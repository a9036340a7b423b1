"""The chain under way: what each stage has reached, and the program with what has been held so far.

Two ways to hold on to a stage: its best face (columns and rows that price it stay at their bounds, exact for linear
programs), or a bound on the column it minimised, with its slack.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from fullrate.case import Case
from fullrate.lp.assemble import LP
from fullrate.lp.solve import Solution, held, solve
from fullrate.planning.bounds import least_burden
from fullrate.rules.base import Cols

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

EXACT = 1e-6
"""Slack of stages that may lose nothing: relative, and in days per unit of weight."""
NOTHING = 1e-9
"""Miss of a wish that is rounding."""
FACE = 1e-7
"""Price, columns and rows counted in their scale, above which a bound is held; a smaller one may be rounding."""


@dataclass(frozen=True)
class Stage:
    """One step of the chain: its point, what was minimised, and how far it may be given up later."""

    name: str
    x: Floats
    value: float
    bound: float
    tolerance: float
    status: str
    seconds: float


@dataclass(frozen=True)
class Chain:
    """Outcome of all stages.

    Attributes:
        x: the last point.
        stages: what each stage reached.
        first_dual: row duals of the first stage of time, integer decisions held where it left them.
        solved: number of programs solved.
        residual: largest KKT residual of any linear stage, recomputed from its point.
        gap: largest relative gap of any integer stage.
        status: ``solved`` or ``time limit``.
        improved: whether the last stage found a point of its own; False when the time was up before.
    """

    x: Floats
    stages: tuple[Stage, ...]
    first_dual: Floats
    solved: int
    residual: float
    gap: float
    status: str
    improved: bool

    @property
    def first(self) -> Stage | None:
        """The first stage of time; None when the time was up before."""
        return next((stage for stage in self.stages if stage.name.startswith("L1.")), None)


@dataclass
class Walk:
    """The chain under way: the program with what has been held so far. The only mutable value of the planner."""

    case: Case
    lp: LP
    whole: LP
    cols: Cols
    deadline: float | None
    x: Floats
    stages: list[Stage]
    finished: set[str] = field(default_factory=set)
    faced: bool = False
    solved: int = 0
    residual: float = 0.0
    gap: float = 0.0
    status: str = "solved"
    improved: bool = True

    def minimise(
        self, name: str, cost: Floats, gap: float, tolerance: float, *, corner: bool = True
    ) -> Solution | None:
        """Solve one stage and record it; None when the time is up, the best so far being kept.

        ``corner``: whether the point itself is wanted, and not only what it is worth.
        """
        left = None if self.deadline is None else max(self.deadline - time.monotonic(), 0.01)
        answer = solve(self.lp.minimising(cost), left, gap, corner=corner)
        self.solved += 1
        if self.faced and answer.status != "time limit" and not answer.sound:
            self.loosen()
            answer = solve(self.lp.minimising(cost), left, gap)
            self.solved += 1
        if answer.status == "infeasible" and len(self.lp.integer) and self.stages:
            answer = self.as_before(cost)
        if answer.status not in ("solved", "time limit"):
            raise RuntimeError(f"stage {name} ended with {answer.status}")
        self.improved = answer.status == "solved" or (answer.usable and bool(cost @ answer.x < cost @ self.x))
        if self.improved:
            self.x = answer.x
            self.gap = max(self.gap, _gap(answer))
        bound = max(answer.bound, self.least(name))
        self.stages.append(Stage(name, self.x, float(cost @ self.x), bound, tolerance, answer.status, answer.seconds))
        if answer.residuals is not None:
            self.residual = max(self.residual, answer.residuals.worst)
        if answer.status == "time limit":
            self.status = "time limit"
            return None
        return answer

    def as_before(self, cost: Floats) -> Solution:
        """The stage with the whole numbers of the one before, and the bound without whole numbers.

        The point of the stage before satisfies every row, so there is an answer; HiGHS 1.15.1 has called such programs
        infeasible.
        """
        lp = self.lp.minimising(cost)
        answer, without = solve(held(lp, self.x)), solve(lp.relaxed())
        self.solved += 2
        return replace(answer, bound=without.objective, residuals=None)

    def least(self, name: str) -> float:
        """What the value of a stage cannot go below, however long it is solved; minus infinity where not known."""
        kind, _, label = name.partition(".")
        at = self.case.needs.cls.labels.index(label) if kind == "L1" else -1
        return least_burden(self.case, self.cols, at) if at >= 0 else -np.inf

    def stay(self, answer: Solution, cost: Floats) -> None:
        """From here on lose nothing of an answer: columns and rows that hold its optimum stay at their bounds.

        Exact for linear programs; an integer program keeps its value with the smallest slack instead.
        """
        lp = self.lp
        if len(lp.integer):
            columns = np.flatnonzero(cost)
            self.hold(columns, self.x[columns] + EXACT * np.maximum(1.0, np.abs(self.x[columns])))
            return
        price = (cost - lp.priced(answer.row_dual)) * lp.scale
        dual = answer.row_dual * lp.row_size()
        lower, upper = lp.lower.copy(), lp.upper.copy()
        row_lower, row_upper = lp.row_lower.copy(), lp.row_upper.copy()
        down, up = (price > FACE) & (answer.x <= lower), (price < -FACE) & (answer.x >= upper)
        upper[down], lower[up] = lower[down], upper[up]
        low, high = (dual > FACE) & np.isfinite(row_lower), (dual < -FACE) & np.isfinite(row_upper)
        row_upper[low], row_lower[high] = row_lower[low], row_upper[high]
        self.lp = lp.within(lower=lower, upper=upper, row_lower=row_lower, row_upper=row_upper)
        self.faced = True

    def loosen(self) -> None:
        """Back from a face that rounding has emptied: what stages have reached is kept within the smallest slack."""
        summed = [self.cols[name].terms.column for name in ("wait", "burden", "spend", "miss")]
        columns, face, rows = np.concatenate(summed), self.lp, self.lp.rows_of("worst")
        bound = face.upper[columns]
        row_upper = self.whole.row_upper.copy()
        row_upper[rows] = face.row_upper[rows]
        frozen = self.whole if len(face.integer) else held(self.whole, self.x)
        self.lp = frozen.within(row_upper=row_upper)
        self.faced = False
        self.hold(columns, bound + EXACT * np.maximum(1.0, np.abs(np.where(np.isfinite(bound), bound, 1.0))))

    def compare(self, rows: Ints, free: NDArray[np.bool_]) -> None:
        """From here on only the ``free`` of these rows hold their recipient's wait below the worst."""
        row_lower, row_upper = self.lp.row_lower.copy(), self.lp.row_upper.copy()
        row_lower[rows], row_upper[rows] = -np.inf, np.where(free, 0.0, np.inf)
        self.lp = self.lp.within(row_lower=row_lower, row_upper=row_upper)

    def restart(self, slack: float) -> None:
        """Back to the whole program, the waits reached so far kept within ``slack`` of themselves."""
        waits = self.cols["wait"].terms.column
        done = np.array([label.rpartition("|")[2] in self.finished for label in self.case.needs.group.labels])
        self.lp = self.whole
        reached = self.x[waits[done]]
        self.hold(waits[done], reached + np.maximum(slack * np.abs(reached), EXACT))

    def grant(self, column: int) -> None:
        """From here on, whatever else is let go, this sum stays where it is within the smallest slack."""
        upper = self.whole.upper.copy()
        upper[column] = min(upper[column], missed(self.whole, float(self.x[column])))
        self.whole = self.whole.within(upper=upper)
        self.hold(np.array([column]), upper[[column]])

    def hold(self, columns: Ints, most: Floats) -> None:
        """From here on these columns stay at or below ``most``."""
        upper = self.lp.upper.copy()
        upper[columns] = np.minimum(upper[columns], most)
        self.lp = self.lp.within(upper=upper)


def _gap(answer: Solution) -> float:
    """Relative distance of an integer answer from its bound; zero for linear ones."""
    if answer.residuals is not None or not np.isfinite(answer.bound):
        return 0.0
    return abs(answer.objective - answer.bound) / max(1.0, abs(answer.objective))


def missed(lp: LP, value: float) -> float:
    """The most of a wish that may be missed from here on, where so much of it is missed already.

    Of an integer program that misses nothing, nothing: HiGHS 1.15.1 calls programs infeasible that are not, where a sum
    may be as large as its tolerance of whole numbers.
    """
    return 0.0 if len(lp.integer) and value <= NOTHING else within(value, EXACT, EXACT)


def within(value: float, relative: float, absolute: float) -> float:
    """The most that a value may become within a slack: relative or absolute, whichever is more."""
    return value + max(relative * abs(value), absolute)
