"""The hand-over to HiGHS: the only module that imports highspy.

Route: interior point, cold, with crossover to a corner of the feasible set where the point itself is wanted; when its
answer does not pass our own residuals, the same without presolve, then simplex. Integer programs go to the
branch-and-bound solver.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

from fullrate.lp.assemble import LP
from fullrate.lp.axes import Floats, Ints, Places
from fullrate.lp.diff import diff
from fullrate.lp.moves import Moves
from fullrate.lp.residuals import Residuals, infeasibility, residuals

SOUND = 1e-6
"""Largest residual of an answer that is taken as solved, relative."""
Options = Mapping[str, str | float]
ATTEMPTS: tuple[Options, ...] = (
    {"solver": "ipm"},
    {"solver": "ipm", "presolve": "off"},
    {"solver": "ipm", "primal_feasibility_tolerance": 1e-9},
    {"solver": "simplex"},
    {"solver": "simplex", "presolve": "off"},
    {"solver": "simplex", "simplex_strategy": 4},  # the primal one
)
"""Attempts at a linear program, until an answer passes our own residuals. The solver's tolerance is relative to the
scale of columns, ours is not; simplex last, it takes hours where ipm takes seconds."""
ITERATIONS = 2000
"""Steps after which the interior point method gives up; it takes tens. Without a limit it has gone round for ever on 48
rows and no cost (HiGHS 1.15.1, without presolve)."""
INSIDE: Options = {"solver": "ipm", "run_crossover": "off"}
"""The first attempt where only value and prices are wanted: it ends inside the optimal face."""
NEAR: Options = {"solver": "simplex", "presolve": "off"}
"""Where doing nothing is almost an answer, and the best there is: the dual simplex method begins there."""
KEPT = SOUND / 10
"""Residual below which a row is kept in a point that is carried out: sums of many rows are audited, too."""
LARGE = 20_000
"""Columns from which crossover is worth leaving out: it takes a quarter of the time at 50,000 and nothing at 10,000."""
WHOLE = 1e-9
"""Distance from a whole number that an integer program may keep: small, for a large bound times it is a leak."""
INTEGER_ATTEMPTS = (("on", 1e-6), ("off", WHOLE))
"""Presolve and that distance, until the answer is as good as the solver's own bound."""
GAP = 1e-6
"""Relative gap at which an integer program stops unless told otherwise."""


@dataclass(frozen=True)
class Solution:
    """An answer to a linear or integer program.

    Attributes:
        status: ``solved``, ``time limit``, ``infeasible`` or ``failed``.
        x: value of every column; zeros when there is none.
        row_dual: price of every row (zeros for integer programs).
        objective: ``cost @ x``.
        bound: a value no answer can go below.
        residuals: KKT residuals recomputed from ``x`` and ``row_dual``; None for integer programs.
        seconds: processor time spent.
    """

    status: str
    x: Floats
    row_dual: Floats
    objective: float
    bound: float
    residuals: Residuals | None
    seconds: float

    @property
    def sound(self) -> bool:
        """Whether it was solved and, for linear programs, passes our own residuals."""
        return self.status == "solved" and (self.residuals is None or self.residuals.worst <= SOUND)

    @property
    def usable(self) -> bool:
        """Whether ``x`` satisfies rows and bounds."""
        return self.status in ("solved", "time limit") and bool(np.isfinite(self.objective))


def solve(lp: LP, time_limit: float | None = None, gap: float = GAP, *, corner: bool = True) -> Solution:
    """Solve ``lp`` cold.

    Args:
        lp: the program, minimised.
        time_limit: seconds; None for no limit.
        gap: relative gap at which an integer program may stop.
        corner: whether the point has to be a corner of the feasible set, with true zeros. Where only its value and
            prices are wanted, a large program is solved without crossover, and violations are held against the size of
            their rows.
    """
    began = time.process_time()
    if len(lp.integer):
        return _integer(lp, time_limit, gap, began)
    answers = []
    for options in ATTEMPTS if corner or lp.shape[1] < LARGE else (INSIDE, *ATTEMPTS):
        answers.append(_linear(lp, options, time_limit, began))
        if answers[-1].status == "time limit" or _unsound(answers[-1]) <= SOUND:
            return answers[-1]
    return min(answers, key=_unsound)


def feasible(lp: LP) -> bool:
    """Whether anything satisfies the rows and bounds of ``lp``; its cost does not matter.

    That nothing does is mostly seen at once, before any iteration, so it is believed at the first attempt; ``solve``
    would try every way there is. Whole numbers are only asked for where the program without them has an answer.
    """
    began = time.process_time()
    for options in ATTEMPTS:
        answer = _linear(lp.relaxed(), options, None, began)
        if answer.status in ("solved", "infeasible"):
            return answer.usable and (not len(lp.integer) or solve(lp).usable)
    return False


def mended(lp: LP, x: Floats) -> Floats:
    """The point nearest to ``x`` that keeps rows and bounds of a linear program; a solver does to its tolerance only.

    Taken to its bounds first; where that leaves every row within ``KEPT`` it stays there, else the moves are as small
    in sum as they can be, columns counted in their scale. Where nothing mends it, it is as it was inside its bounds.
    """
    began = time.process_time()
    x = np.asarray(np.clip(x, lp.lower, lp.upper), np.float64)
    wrong = infeasibility(lp, x)
    if wrong <= KEPT:
        return x
    moves = Moves.of(lp, x, KEPT)
    nearer = moves.made(lp, x, _linear(moves.lp, NEAR, None, began).x)
    return nearer if infeasibility(lp, nearer) < wrong else x


def _unsound(answer: Solution) -> float:
    """Largest residual of an answer; infinite when it has none."""
    return float("inf") if answer.residuals is None else answer.residuals.worst


def handed_over(lp: LP, time_limit: float | None = None) -> highspy.Highs:
    """A solver object that holds ``lp`` in its scale, ready to run."""
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("ipm_iteration_limit", ITERATIONS)
    if time_limit is not None:
        solver.setOptionValue("time_limit", float(time_limit))
    rows, columns = lp.shape
    whole = np.zeros(columns, np.int32)
    whole[lp.integer] = 1
    value, size = lp.scaled()
    passed = solver.passModel(
        columns,
        rows,
        len(lp.value),
        1,  # by columns
        1,  # minimise
        0.0,
        np.multiply(lp.cost, lp.scale, out=np.zeros(columns), where=lp.cost != 0),
        lp.lower,
        lp.upper,
        lp.row_lower,
        lp.row_upper,
        lp.start[:-1],
        lp.index,
        value,
        whole,
    )
    if passed == highspy.HighsStatus.kError:
        raise ValueError("the solver refused the program")
    del value  # half as large as the program, and copied by now
    some, low, high = _counted(lp.lower, lp.upper, lp.scale)
    solver.changeColsBounds(len(some), some, low, high)
    some, low, high = _counted(lp.row_lower, lp.row_upper, size)
    solver.changeRowsBounds(len(some), some, low, high)  # type: ignore[attr-defined]
    return solver


def _counted(lower: Floats, upper: Floats, size: Floats) -> tuple[Places, Floats, Floats]:
    """Bounds counted in ``size``, where that changes them: zeros and infinities stay, and most bounds are such."""
    some = np.flatnonzero((np.isfinite(lower) & (lower != 0)) | (np.isfinite(upper) & (upper != 0))).astype(np.int32)
    return some, lower[some] / size[some], upper[some] / size[some]


def _linear(lp: LP, options: Options, time_limit: float | None, began: float) -> Solution:
    solver = handed_over(lp, time_limit)
    for name, value in options.items():
        solver.setOptionValue(name, value)
    solver.run()
    status, x = _outcome(solver, lp)
    dual = np.array(solver.getSolution().row_dual)
    dual = dual / lp.row_size() if len(dual) == lp.shape[0] else np.zeros(lp.shape[0])
    found = residuals(lp, x, dual, counted=options is INSIDE) if status == "solved" else None
    objective = float(lp.cost @ x) if status == "solved" or infeasibility(lp, x) <= SOUND else float("nan")
    bound = objective if status == "solved" else -float("inf")
    return Solution(status, x, dual, objective, bound, found, time.process_time() - began)


CAP = 0.05
"""Simplex iterations after which a hot solve gives up, per row: beyond it, interior point from nothing is quicker."""
FEWEST = 2500
"""Iterations a hot solve may always take."""
NO_LIMIT = 2**31 - 1
"""The solver's own word for no limit of iterations."""


@dataclass(frozen=True, eq=False)
class Corner:
    """The basis of an answer: where the solution of a program that is like it can begin."""

    basis: highspy.HighsBasis

    def __reduce__(self) -> tuple[Any, ...]:
        """Written down for another process as the statuses of columns and rows: the solver's own basis cannot be."""
        return _corner, self._statuses()

    def carried(self, columns: Ints, rows: Ints) -> Corner:
        """This basis in a program that has the same columns and rows, and others besides.

        Columns that are new are at their lower bound, rows that are new bind nothing; if that is one too many or too
        few in the basis, the solver mends it.

        Args:
            columns: number here of every column of that program, -1 for new ones.
            rows: number here of every row of that program, -1 for new ones.
        """
        column, row = self._statuses()
        lower, basic = (int(one) for one in (highspy.HighsBasisStatus.kLower, highspy.HighsBasisStatus.kBasic))
        return _corner(np.where(columns >= 0, column[columns], lower), np.where(rows >= 0, row[rows], basic))

    def _statuses(self) -> tuple[NDArray[np.int8], NDArray[np.int8]]:
        columns, rows = (np.array(status, np.int8) for status in (self.basis.col_status, self.basis.row_status))
        return columns, rows


def _corner(columns: NDArray[np.int8], rows: NDArray[np.int8]) -> Corner:
    """The corner with these statuses of columns and rows."""
    basis = highspy.HighsBasis()
    basis.col_status = [highspy.HighsBasisStatus(int(one)) for one in columns]
    basis.row_status = [highspy.HighsBasisStatus(int(one)) for one in rows]
    basis.valid = True
    return Corner(basis)


class Hot:
    """A linear program in a solver object, for many programs that differ from it in bounds only.

    The only mutable solver object; one for each thread. Each program is solved from the corner of one that is like it,
    never from wherever the solver happens to stand: on from one program to the next the ways add up, and one that was
    too long makes all after it too long. Costs are not perturbed at random: that turns a change of one bound into
    thousands of iterations. But where most columns cost nothing, as in a stage of time, nearly every basis is as good
    as the next and the dual simplex method wanders among them; so the caller may bring ``tie``, small costs that stay
    the same in all programs and say which of equally good points is meant. They decide nothing: values and prices are
    those of the true costs, and an answer that is not the best by them is not given.

    Attributes:
        now: the program held.
        corner: that of the last answer, by the costs with ties; None where there is none.
        stands: whether the solver is still there.
        steps: simplex iterations of the last hot solve; infinite after interior point.
        most: iterations after which ``solve`` gives up.
    """

    def __init__(self, lp: LP, tie: Floats | None = None) -> None:
        """Hand ``lp`` over; nothing is solved yet.

        Args:
            lp: a program with the matrix and the costs of all others.
            tie: costs added to choose among equally good points, shape (columns,).
        """
        self.now = lp
        self.size = lp.row_size()
        self.tied = tie is not None
        self.cost = lp.cost if tie is None else lp.cost + tie
        self.corner: Corner | None = None
        self.stands = False
        self.steps = math.inf
        self.most = max(FEWEST, int(CAP * lp.shape[0]))
        self.solver = handed_over(lp.minimising(self.cost))
        self.solver.setOptionValue("dual_simplex_cost_perturbation_multiplier", 0.0)

    def solve(self, lp: LP, start: Corner) -> Solution | None:
        """Solve ``lp`` by the dual simplex method from the corner of a program with the same matrix and costs.

        None when it takes too many iterations or the answer does not pass our own residuals. Otherwise ``corner`` is
        that of the answer.
        """
        began = time.thread_time()
        self._move(lp)
        if start is not self.corner or not self.stands:
            self.solver.setBasis(start.basis)
        self._by(solver="simplex", presolve="off", simplex_strategy=1, simplex_iteration_limit=self.most)
        answer = self._run(lp, began)
        self.steps = float(self.solver.getInfo().simplex_iteration_count)
        return answer

    def anew(self, lp: LP) -> Solution:
        """Solve ``lp`` by interior point from nothing; ``corner`` is that of the answer, None where there is none."""
        began = time.thread_time()
        self._move(lp)
        self.solver.clearSolver()
        self._by(solver="ipm", presolve="choose", simplex_strategy=1, simplex_iteration_limit=NO_LIMIT)
        self.steps = math.inf
        self.solver.run()
        # Simplex takes over at the corner found, mostly without a step: prices are asked of its factors, and HiGHS
        # 1.15.1 dies when they are asked for after an interior point whose program presolve has emptied.
        self._by(solver="simplex", presolve="off")
        return self._run(lp, began) or solve(lp)

    def _run(self, lp: LP, began: float) -> Solution | None:
        """Run, note the corner by the costs with ties, and go on by the true ones where those stop short of them."""
        self.solver.run()
        answer = self._answer(lp, began)
        self.stands = answer is not None
        self.corner = Corner(self.solver.getBasis()) if self.stands else None
        if answer is not None and not answer.sound and self.tied:
            answer = self._finished(lp, began)
        if answer is None or not answer.sound:
            self.corner = None
            return None
        return answer

    def _answer(self, lp: LP, began: float) -> Solution | None:
        """What the solver holds, by the true costs; None when it did not get to an end."""
        status, x = _outcome(self.solver, lp)
        if status != "solved":
            return None
        dual, objective = self._dual(lp), float(lp.cost @ x)
        return Solution(status, x, dual, objective, objective, residuals(lp, x, dual), time.thread_time() - began)

    def _finished(self, lp: LP, began: float) -> Solution | None:
        """The last steps by the true costs, where ties have stopped short of them: primal, the point is feasible."""
        self._charge(lp.cost * lp.scale)
        self._by(solver="simplex", presolve="off", simplex_strategy=4, simplex_iteration_limit=self.most)
        self.solver.run()
        answer = self._answer(lp, began)
        self._charge(self.cost * lp.scale)
        self.stands = False
        return answer

    def _charge(self, cost: Floats) -> None:
        self.solver.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost)

    def _by(self, **options: str | int) -> None:
        for name, value in options.items():
            self.solver.setOptionValue(name, value)

    def _move(self, lp: LP) -> None:
        """Hold the bounds of ``lp``. Raises ValueError when more than bounds differs."""
        change = diff(self.now, lp)
        if change is None:
            raise ValueError("a hot program differs from its base in more than bounds")
        columns, rows = change.columns, change.rows
        scale = lp.scale[columns]
        low, high = lp.lower[columns] / scale, lp.upper[columns] / scale
        self.solver.changeColsBounds(len(columns), columns.astype(np.int32), low, high)
        low, high = lp.row_lower[rows] / self.size[rows], lp.row_upper[rows] / self.size[rows]
        self.solver.changeRowsBounds(len(rows), rows.astype(np.int32), low, high)  # type: ignore[attr-defined]
        self.now = lp

    def _dual(self, lp: LP) -> Floats:
        """Prices of the rows at the basis now held, by the true costs."""
        if not self.tied:
            return np.array(self.solver.getSolution().row_dual) / self.size
        _, basic = self.solver.getBasicVariables()  # type: ignore[attr-defined]
        cost = np.where(basic >= 0, (lp.cost * lp.scale)[np.maximum(basic, 0)], 0.0)
        _, dual = self.solver.getBasisTransposeSolve(cost)  # type: ignore[attr-defined]
        return np.asarray(dual / self.size, np.float64)


def _integer(lp: LP, time_limit: float | None, gap: float, began: float) -> Solution:
    """An integer program, held to the solver's own bound: the point it calls best must be as good as the bound says.

    Its presolve has called a poor point optimal (version 1.15.1, with a narrow tolerance of whole numbers), and has
    called programs infeasible that are not. So the usual tolerance comes first, the numbers are rounded and the rest
    follows; where that is worse than the bound, the narrow tolerance without presolve is slow but right.
    """
    for presolve, whole in INTEGER_ATTEMPTS:
        left = None if time_limit is None else max(time_limit - (time.process_time() - began), 0.01)
        answer = _whole(lp, left, gap, presolve, whole, began)
        worse = answer.objective - answer.bound
        if answer.status == "time limit" or (answer.usable and worse <= max(2 * gap * abs(answer.objective), SOUND)):
            break
    return answer


def _whole(lp: LP, time_limit: float | None, gap: float, presolve: str, whole: float, began: float) -> Solution:
    solver = handed_over(lp, time_limit)
    solver.setOptionValue("mip_rel_gap", gap)
    solver.setOptionValue("mip_feasibility_tolerance", whole)
    solver.setOptionValue("presolve", presolve)
    solver.run()
    status, x = _outcome(solver, lp)
    bound = float(solver.getInfo().mip_dual_bound)
    rounded = (x[lp.integer] != np.round(x[lp.integer])).any()
    if rounded or (status == "solved" and infeasibility(held(lp, x), x) > SOUND):
        x = solve(held(lp, x)).x  # whole numbers, and rows, held within the solver's tolerance, not within ours
    objective = float(lp.cost @ x) if infeasibility(held(lp, x), x) <= SOUND else float("nan")
    if status == "solved" and not np.isfinite(objective):
        status = "failed"
    return Solution(status, x, np.zeros(lp.shape[0]), objective, bound, None, time.process_time() - began)


def held(lp: LP, x: Floats) -> LP:
    """The program with its integer columns held at the whole numbers nearest to ``x``: a linear one."""
    if not len(lp.integer):
        return lp
    lower, upper = lp.lower.copy(), lp.upper.copy()
    lower[lp.integer] = upper[lp.integer] = np.round(x[lp.integer])
    return lp.relaxed().within(lower=lower, upper=upper)


def _outcome(solver: highspy.Highs, lp: LP) -> tuple[str, Floats]:
    words = {
        highspy.HighsModelStatus.kOptimal: "solved",
        highspy.HighsModelStatus.kModelEmpty: "solved",
        highspy.HighsModelStatus.kTimeLimit: "time limit",
        highspy.HighsModelStatus.kInfeasible: "infeasible",
        highspy.HighsModelStatus.kUnboundedOrInfeasible: "infeasible",
    }
    x = np.array(solver.getSolution().col_value)
    x = x * lp.scale if len(x) == lp.shape[1] else np.clip(np.zeros(lp.shape[1]), lp.lower, lp.upper)
    return words.get(solver.getModelStatus(), "failed"), x
