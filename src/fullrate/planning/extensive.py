"""Many cases written out as one program: a second reading of two-stage programs, and what knowing first is worth."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from fullrate.lp.assemble import LP
from fullrate.lp.axes import Floats
from fullrate.lp.solve import solve
from fullrate.planning.blocks import Piece, stacked
from fullrate.planning.twostage import Cases, Outcome, Risk, TwoStage


def extensive(problem: TwoStage, risk: Risk) -> LP:
    """One program whose columns are the first decisions, those of every case, and, with a risk, losses.

    Its optimum is that of ``twostage.hedge``, found without cuts. Sum of constants: see ``constant``.
    """
    first, outcomes, odds = problem.first, problem.outcomes, problem.odds
    plain = risk.share == 0 or risk.level == 0
    begins = np.cumsum([first.shape[1], *(outcome.lp.shape[1] for outcome in outcomes)])
    cases, width = len(outcomes), int(begins[-1])
    extra = 0 if plain else 2 * cases + 1
    cost = np.concatenate([first.cost, *(plain * one.odds * one.lp.cost for one in outcomes), np.zeros(extra)])
    lower = np.concatenate([first.lower, *(one.lp.lower for one in outcomes), np.full(extra, -np.inf)])
    upper = np.concatenate([first.upper, *(one.lp.upper for one in outcomes), np.full(extra, np.inf)])
    pieces = [Piece.of(first)]
    for outcome, begin in zip(outcomes, begins, strict=False):
        pieces += _linked(outcome, int(begin), lower, upper)
    if not plain:
        pieces += _weighed(problem, begins, width)
        tail = np.zeros(cases) if risk.level >= 1 else risk.share * odds / (1 - risk.level)
        cost[width:] = np.concatenate([(1 - risk.share) * odds, [risk.share], tail])
        lower[width + cases + 1 :] = 0.0
        upper[width + cases + 1 :] = 0.0 if risk.level >= 1 else np.inf
    scale = np.concatenate([first.scale, *(one.lp.scale for one in outcomes), np.ones(extra)])
    return stacked(cost, lower, upper, pieces, first.integer, scale)


def constant(problem: TwoStage, risk: Risk) -> float:
    """What is to be added to the objective of the program written out; zero where losses are columns."""
    return float(sum(one.odds * one.constant for one in problem.outcomes)) if risk.level == 0 or risk.share == 0 else 0


def _linked(outcome: Outcome, begin: int, lower: Floats, upper: Floats) -> list[Piece]:
    """Rows of a case, and a row for every bound that first decisions move, the bound itself let go."""
    lp, column = outcome.lp, np.repeat(np.arange(outcome.lp.shape[1]), np.diff(outcome.lp.start))
    row_lower, row_upper, moved = lp.row_lower.copy(), lp.row_upper.copy(), []
    for link in outcome.links:
        place, row = np.unique(link.place, return_inverse=True)
        low, whole = link.bound.endswith("lower"), link.bound.startswith("row")
        bound = getattr(lp, link.bound)[place]
        free = np.full(len(place), np.inf)
        if whole:
            (row_lower if low else row_upper)[place] = -np.inf if low else np.inf
            some = np.flatnonzero(np.isin(lp.index, place))
            mine = np.searchsorted(place, lp.index[some]), column[some] + begin, lp.value[some]
        else:
            (lower if low else upper)[begin + place] = -np.inf if low else np.inf
            mine = np.arange(len(place)), begin + place, np.ones(len(place))
        at, of, value = (np.concatenate(pair) for pair in zip(mine, (row, link.first, -link.weight), strict=True))
        moved.append(Piece(at, of, value, bound if low else -free, free if low else bound))
    return [Piece(lp.index.astype(np.int64), column + begin, lp.value, row_lower, row_upper), *moved]


def _weighed(problem: TwoStage, begins: Floats, width: int) -> list[Piece]:
    """Loss of each case as a column, and what it is above the value at risk."""
    cases, made = len(problem.outcomes), []
    for at, outcome in enumerate(problem.outcomes):
        some = np.flatnonzero(outcome.lp.cost)
        column = np.append(begins[at] + some, width + at).astype(np.int64)
        value = np.append(-outcome.lp.cost[some], 1.0)
        same = np.array([outcome.constant])
        made.append(Piece(np.zeros(len(column), np.int64), column, value, same, same))
    every = np.arange(cases)
    column = np.concatenate([width + cases + 1 + every, width + every, np.full(cases, width + cases)])
    value = np.concatenate([np.ones(cases), -np.ones(cases), np.ones(cases)])
    return [*made, Piece(np.tile(every, 3), column, value, np.zeros(cases), np.full(cases, np.inf))]


def waiting(problem: TwoStage, some: Sequence[int] | None = None) -> Floats:
    """Own cost and loss in each case if it were known before the first decisions, shape (cases,).

    Raises:
        RuntimeError: a case has no answer.
    """
    found = []
    for at in range(len(problem.outcomes)) if some is None else some:
        outcome = problem.outcomes[at]
        alone = Outcome(outcome.lp, outcome.links, 1.0, outcome.constant, outcome.name)
        answer = solve(extensive(TwoStage(problem.first, (alone,), problem.least[at : at + 1]), Risk()))
        if not answer.usable:
            raise RuntimeError(f"case {outcome.name or at} is {answer.status}")
        found.append(answer.objective + outcome.constant)
    return np.array(found)


def after(problem: TwoStage, x: Floats, cases: Cases | None = None) -> Floats:
    """Own cost of given first decisions and loss, in each case, shape (cases,)."""
    losses, _ = (Cases.of(problem.outcomes) if cases is None else cases).after(x)
    return losses + float(problem.first.cost @ x)
