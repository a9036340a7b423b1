"""Decide now, adapt later: two-stage programs by cuts (the L-shaped method).

First decisions are taken before it is known which case comes; each case then has a program of its own whose bounds move
with them. The loss of a case is a convex function of the first decisions, and the prices of its program are a slope of
it, so every solved case gives a plane below that function (Van Slyke & Wets 1969; a plane for every case: Birge &
Louveaux 1988). A master program over the first decisions and the planes has a value no decision can beat; the cases at
its point have a value that one reaches. The two close in on each other, and what is left between them is reported.

Losses are weighed by their expected value or by the mean of their worst share (Rockafellar & Uryasev 2000).
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np

from fullrate.lp.assemble import LP
from fullrate.lp.axes import Floats, Ints
from fullrate.lp.diff import diff
from fullrate.lp.solve import Corner, Hot, Solution, solve
from fullrate.planning.blocks import Piece, stacked
from fullrate.planning.deadline import OutOfTime, left

GAP = 1e-4
"""Relative gap at which a search stops unless told otherwise."""
ROUNDS = 200
"""Most rounds of cuts."""
GAIN = 0.1
"""Share of the gap by which a round must better the best decisions, or the next looks half way to them as well."""
FAR = 100
"""Simplex iterations from one case to the next from which each case begins at its own basis in later rounds; going
back to a basis costs as much as some dozens."""
SAME = 1e-9
"""Share of a loss by which a plane must be above the master's guess to be of use: below it is rounding."""


@dataclass(frozen=True)
class Risk:
    """How losses are weighed: ``(1 - share) E + share CVaR_level``.

    Attributes:
        level: the worst ``1 - level`` of the odds count; 0: all of them (the expected loss), 1: the worst case alone.
        share: weight of that mean, beside the expected loss.
    """

    level: float = 0.0
    share: float = 1.0

    def of(self, losses: Floats, odds: Floats) -> float:
        """Risk of losses, shape (cases,), with these odds, shape (cases,), adding up to one.

        >>> Risk(0.8).of(np.arange(1.0, 11.0), np.full(10, 0.1))
        9.5
        """
        mean = float(odds @ losses)
        return (1 - self.share) * mean + self.share * tail_mean(losses, odds, self.level)


def tail_mean(losses: Floats, odds: Floats, level: float) -> float:
    """Mean of the worst ``1 - level`` of losses; the largest at level one."""
    if level >= 1:
        return float(losses[odds > 0].max())
    order = np.argsort(-losses)
    before = np.cumsum(odds[order]) - odds[order]
    counted = np.clip(1 - level - before, 0, odds[order])
    return round(float(counted @ losses[order] / counted.sum()), 12)


@dataclass(frozen=True, eq=False)
class Link:
    """Bounds of a case that move with first decisions: ``bound[place] += weight * x[first]``, entry by entry.

    Attributes:
        bound: ``lower``, ``upper``, ``row_lower`` or ``row_upper``.
        place: column or row of the case.
        first: column of the first decisions.
        weight: by how much.
    """

    bound: str
    place: Ints
    first: Ints
    weight: Floats


@dataclass(frozen=True, eq=False)
class Outcome:
    """One case: its program at no first decision, how it moves, its odds.

    The loss is ``constant + lp.cost @ y``.
    """

    lp: LP
    links: tuple[Link, ...]
    odds: float
    constant: float = 0.0
    name: str = ""

    def at(self, x: Floats) -> LP:
        """The program of the case once the first decisions, shape (first columns,), are taken."""
        bounds: dict[str, Floats] = {}
        for link in self.links:
            moved = bounds.setdefault(link.bound, getattr(self.lp, link.bound).copy())
            np.add.at(moved, link.place, link.weight * x[link.first])
        return self.lp.within(**bounds)

    def slope(self, answer: Solution, columns: int) -> Floats:
        """What one more of each first decision changes the loss by, shape (columns,): prices of the bounds it moves."""
        reduced, slope = self.lp.cost - self.lp.priced(answer.row_dual), np.zeros(columns)
        for link in self.links:
            price = (answer.row_dual if link.bound.startswith("row") else reduced)[link.place]
            held = np.maximum(price, 0.0) if link.bound.endswith("lower") else np.minimum(price, 0.0)
            np.add.at(slope, link.first, link.weight * held)
        return slope


@dataclass(frozen=True, eq=False)
class TwoStage:
    """First decisions, whose own cost is in their program, and the cases that may follow.

    Attributes:
        first: program of the first decisions; its integer columns are whole.
        outcomes: the cases, odds adding up to one.
        least: what no decision can bring the loss of each case below, shape (cases,); a smaller one counts as that.
    """

    first: LP
    outcomes: tuple[Outcome, ...]
    least: Floats

    @property
    def odds(self) -> Floats:
        """Odds of each case, shape (cases,)."""
        return np.array([outcome.odds for outcome in self.outcomes])


@dataclass(frozen=True, eq=False)
class Hedge:
    """First decisions that hedge, and how sure that is.

    Attributes:
        x: first decisions, shape (first columns,).
        value: their own cost and the risk of what follows.
        bound: what no decisions can go below.
        losses: loss of each case after them, shape (cases,).
        rounds: masters solved.
        solved: programs solved, cases included.
        status: ``solved``, ``time limit`` or ``rounds``.
    """

    x: Floats
    value: float
    bound: float
    losses: Floats
    rounds: int
    solved: int
    status: str

    @property
    def gap(self) -> float:
        """Distance of value and bound, relative to the value or to one."""
        return max(self.value - self.bound, 0.0) / max(1.0, abs(self.value))


@dataclass
class Cases:
    """Hot solver objects, one for all cases whose programs differ in bounds only. Mutable, as solvers are.

    Attributes:
        outcomes: the cases.
        groups: numbers of those with one solver object.
        hot: the solver object of each group; None before its first case.
        corners: where each case that was far from the one before was last, and so begins the next time.
        apart: groups in which the way from one case to another was too long; a case not seen before is solved anew.
        solved: programs solved so far.
    """

    outcomes: Sequence[Outcome]
    groups: list[list[int]]
    hot: list[Hot | None]
    corners: list[Corner | None]
    apart: set[int] = field(default_factory=set)
    solved: int = 0

    @staticmethod
    def of(outcomes: Sequence[Outcome]) -> Cases:
        """Cases sorted by what they have in common; nothing is solved yet."""
        groups: list[list[int]] = []
        for at, outcome in enumerate(outcomes):
            alike = [group for group in groups if diff(outcomes[group[0]].lp, outcome.lp) is not None]
            if alike:
                alike[0].append(at)
            else:
                groups.append([at])
        return Cases(outcomes, groups, [None] * len(groups), [None] * len(outcomes))

    def after(self, x: Floats, deadline: float | None = None) -> tuple[Floats, Floats]:
        """Loss of each case after first decisions, shape (cases,), and its slope, shape (cases, first columns).

        Raises:
            OutOfTime: the deadline came before the last case.
            RuntimeError: a case has no answer.
        """
        losses, slopes = np.zeros(len(self.outcomes)), np.zeros((len(self.outcomes), len(x)))

        def one(group: int) -> None:
            for at in self.groups[group]:
                left(deadline)
                outcome = self.outcomes[at]
                answer = self._answer(group, at, outcome.at(x))
                if not answer.usable:
                    raise RuntimeError(f"case {outcome.name or at} is {answer.status}")
                losses[at], slopes[at] = outcome.constant + answer.objective, outcome.slope(answer, len(x))

        with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
            list(pool.map(one, range(len(self.groups))))
        self.solved += len(self.outcomes)
        return losses, slopes

    def _answer(self, group: int, at: int, lp: LP) -> Solution:
        """From the case's own corner, or from the case before; anew where both are too far away."""
        hot = self.hot[group]
        if hot is None:
            hot = self.hot[group] = Hot(lp)
        start = self.corners[at] or (None if group in self.apart else hot.corner)
        answer = hot.solve(lp, start) if start else None
        if answer is None:
            if start and self.corners[at] is None:
                self.apart.add(group)
            answer = hot.anew(lp)
        if self.corners[at] or hot.steps > FAR:
            self.corners[at] = hot.corner
        return answer


@dataclass
class Master:
    """The program of first decisions, losses and planes below them; it grows with every round.

    Columns: first decisions, loss of each case, the value at risk, and what each loss is above it.
    """

    problem: TwoStage
    risk: Risk
    planes: list[Piece] = field(default_factory=list)
    most: float = np.inf

    @property
    def width(self) -> int:
        """Number of first decisions."""
        return self.problem.first.shape[1]

    def cut(self, x: Floats, losses: Floats, slopes: Floats, guess: Floats) -> int:
        """Add planes where they are above what the master guessed; how many."""
        above = np.flatnonzero(losses > guess + SAME * np.maximum(1.0, np.abs(losses)))
        if not len(above):
            return 0
        row, column = np.nonzero(slopes[above])
        value = -slopes[above][row, column]
        least = losses[above] - slopes[above] @ x
        every = np.arange(len(above))
        self.planes.append(
            Piece(
                np.concatenate([every, row]),
                np.concatenate([self.width + above, column]),
                np.concatenate([np.ones(len(above)), value]),
                least,
                np.full(len(above), np.inf),
            )
        )
        return len(above)

    def program(self, cost: Floats | None = None) -> LP:
        """The master; with ``cost`` on first decisions, that is minimised and the whole value held at ``most``."""
        first, cases = self.problem.first, len(self.problem.outcomes)
        whole = np.concatenate([first.cost, self._weights()])
        goal = whole if cost is None else np.concatenate([cost, np.zeros(2 * cases + 1)])
        worst = 0.0 if self.risk.level >= 1 else np.inf
        lower = np.concatenate([first.lower, self.problem.least, [self.problem.least.min()], np.zeros(cases)])
        upper = np.concatenate([first.upper, np.full(cases + 1, np.inf), np.full(cases, worst)])
        pieces = [Piece.of(first), self._excess(), *self.planes]
        if cost is not None:
            some = np.flatnonzero(whole)
            pieces.append(Piece(0 * some, some, whole[some], np.array([-np.inf]), np.array([self.most])))
        scale = np.concatenate([first.scale, np.ones(2 * cases + 1)])
        return stacked(goal, lower, upper, pieces, first.integer, scale)

    def _weights(self) -> Floats:
        """Weight of each loss, the value at risk and each excess in the objective."""
        odds, risk = self.problem.odds, self.risk
        tail = risk.share * odds / (1 - risk.level) if risk.level < 1 else 0 * odds
        return np.concatenate([(1 - risk.share) * odds, [risk.share], tail])

    def _excess(self) -> Piece:
        """What each loss is above the value at risk, at least."""
        cases = len(self.problem.outcomes)
        every, at = np.arange(cases), self.width
        column = np.concatenate([at + cases + 1 + every, at + every, np.full(cases, at + cases)])
        value = np.concatenate([np.ones(cases), -np.ones(cases), np.ones(cases)])
        return Piece(np.tile(every, 3), column, value, np.zeros(cases), np.full(cases, np.inf))


def hedge(
    problem: TwoStage,
    risk: Risk,
    *,
    start: Floats | None = None,
    gap: float = GAP,
    rounds: int = ROUNDS,
    deadline: float | None = None,
    cost: Floats | None = None,
    slack: float = 0.0,
    cases: Cases | None = None,
    planes: list[Piece] | None = None,
) -> Hedge:
    """First decisions of least cost and risk.

    Args:
        problem: decisions and cases.
        risk: how losses are weighed.
        start: decisions to begin with; without them, those that cost least by themselves.
        gap: relative gap at which the search stops.
        rounds: most rounds.
        deadline: ``time.monotonic()`` at which to stop with the best decisions so far; a case that is being solved
            then is the last.
        cost: of all decisions whose value is within ``slack`` of the best, those that cost least by this, shape (first
            columns,); so that nothing is decided now that no case needs now.
        slack: relative.
        cases: solver objects to go on with.
        planes: planes of another search over the same cases; those found are added.

    Raises:
        OutOfTime: the deadline came before the first decisions had a value.
        RuntimeError: the first decisions or a case have no answer.
    """
    cases = Cases.of(problem.outcomes) if cases is None else cases
    search = Search(problem, Master(problem, risk, [] if planes is None else planes), cases, deadline)
    search.look(_first(problem) if start is None else start, problem.least - 1.0)
    status = search.close(gap, rounds)
    if cost is None or status != "solved":
        return search.found(status)
    return search.cheapest(cost, slack, rounds)


def _first(problem: TwoStage) -> Floats:
    answer = solve(problem.first)
    if not answer.usable:
        raise RuntimeError(f"the program of first decisions is {answer.status}")
    return answer.x


@dataclass
class Search:
    """A search under way: the master, and the best decisions so far."""

    problem: TwoStage
    master: Master
    cases: Cases
    deadline: float | None
    x: Floats = field(default_factory=lambda: np.zeros(0))
    value: float = np.inf
    bound: float = -np.inf
    losses: Floats = field(default_factory=lambda: np.zeros(0))
    rounds: int = 0

    def look(self, x: Floats, guess: Floats) -> int:
        """Solve every case after ``x``, add planes, keep the decisions if they are the best; planes added."""
        losses, slopes = self.after(x)
        value = self.worth(x, losses)
        if value < self.value:
            self.x, self.value, self.losses = x, value, losses
        return self.master.cut(x, losses, slopes, guess)

    def after(self, x: Floats) -> tuple[Floats, Floats]:
        """Loss of each case and its slope; what is below the least counts as that, and rises nowhere near."""
        losses, slopes = self.cases.after(x, self.deadline)
        least = self.problem.least
        return np.maximum(losses, least), np.where((losses > least)[:, None], slopes, 0.0)

    def worth(self, x: Floats, losses: Floats) -> float:
        """Own cost of decisions and the risk of what follows."""
        return float(self.problem.first.cost @ x) + self.master.risk.of(losses, self.problem.odds)

    def close(self, gap: float, rounds: int) -> str:
        """Rounds of cuts until value and bound are within ``gap``; how it ended."""
        while True:
            if self.value - self.bound <= gap * max(1.0, abs(self.value)):
                return "solved"
            if self.rounds >= rounds or (self.deadline is not None and time.monotonic() >= self.deadline):
                return "rounds" if self.rounds >= rounds else "time limit"
            try:
                if self.round(gap):
                    return "solved"
            except OutOfTime:
                return "time limit"

    def round(self, gap: float) -> bool:
        """One round: the master's decisions, and half way to them where they gain little; whether that is all."""
        x, guess, bound = self.ask(None)
        self.bound = max(self.bound, bound)
        before, apart = self.value, self.value - self.bound
        if not self.look(x, guess):
            self.bound = max(self.bound, min(self.value, bound + gap * max(1.0, abs(bound))))
            return True
        if before - self.value < GAIN * apart and not len(self.problem.first.integer):
            self.look((x + self.x) / 2, self.problem.least - 1.0)
        return False

    def cheapest(self, cost: Floats, slack: float, rounds: int) -> Hedge:
        """Decisions of least ``cost`` whose value is within ``slack`` of the best: the same cuts, another goal."""
        held, limit = self.found("solved"), rounds + self.rounds
        self.master.most = held.value + slack * max(1.0, abs(held.value))
        while self.rounds < limit:
            try:
                x, guess, _ = self.ask(cost)
                losses, slopes = self.after(x)
            except OutOfTime:
                break
            value = self.worth(x, losses)
            if value <= self.master.most + slack * max(1.0, abs(held.value)):
                return Hedge(x, value, held.bound, losses, self.rounds, self.rounds + self.cases.solved, "solved")
            if not self.master.cut(x, losses, slopes, guess):
                break
        return held

    def ask(self, cost: Floats | None) -> tuple[Floats, Floats, float]:
        """The master's decisions, the losses it guesses, and its bound.

        Raises:
            OutOfTime: the deadline came before them.
        """
        answer = solve(self.master.program(cost), left(self.deadline), gap=1e-9)
        if answer.status == "time limit":
            raise OutOfTime
        if not answer.usable:
            raise RuntimeError(f"the master program is {answer.status}")
        self.rounds += 1
        width = self.master.width
        return answer.x[:width], answer.x[width : width + len(self.problem.outcomes)], answer.bound

    def found(self, status: str) -> Hedge:
        """The best so far."""
        solved = self.rounds + self.cases.solved
        return Hedge(self.x, self.value, self.bound, self.losses, self.rounds, solved, status)
