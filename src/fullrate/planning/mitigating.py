"""What to buy before a cut, under a budget: two stages, the cuts being the cases that may come.

Bought things move bounds of a case's program and nothing else: stock adds to a balance, spare capacity to a limit, a
gate passed before lets go of rows that hold activities at zero. So every case keeps its solver, and prices say what one
more unit of each thing is worth in it. A restriction stays in force whatever is bought: its rows are not touched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from fullrate.case import Case, derive
from fullrate.case.state import State, from_state
from fullrate.lp.assemble import LP
from fullrate.lp.axes import Floats, Ints
from fullrate.lp.solve import solve
from fullrate.planning.blocks import Piece, stacked
from fullrate.planning.damage import frozen
from fullrate.planning.drawn import weighed
from fullrate.planning.honoured import first_wishes
from fullrate.planning.measures import Measure, bought, prepared
from fullrate.planning.twostage import Cases, Hedge, Link, Outcome, Risk, TwoStage, hedge
from fullrate.results import Plan
from fullrate.rules import write
from fullrate.rules.base import Cols
from fullrate.tables import Tables
from fullrate.tables.cut import Cut, cut

GAP = 1e-4
"""Relative gap at which the search for purchases stops."""
SPARE = 1e-4
"""Share of the loss that may be given up so that no money is spent for nothing."""
NOTHING = 1e-6
"""Days of mean wait below which a loss is none."""


@dataclass(frozen=True, eq=False)
class Move:
    """Rows of a block whose bound one unit of something moves: their places on the block's axes, and by how much."""

    block: str
    bound: str
    cells: Ints
    delta: Floats


@dataclass(frozen=True)
class Blow:
    """Something cut off together, under a name; ``held`` periods are decided before anything of it is known."""

    name: str
    cuts: tuple[Cut, ...]
    held: int = 0


@dataclass(frozen=True, eq=False)
class Desk:
    """Everything that is for sale, and what a unit of it moves.

    Attributes:
        tables: the scenario, with a place for every stock.
        plan: the plan under test; None where nothing is held.
        measures: what is for sale.
        moves: what a unit of each moves.
    """

    tables: Tables
    plan: Plan | None
    measures: tuple[Measure, ...]
    moves: tuple[tuple[Move, ...], ...]
    _states: dict[int, State | None] = field(default_factory=dict, repr=False)
    _bases: dict[int, float] = field(default_factory=dict, repr=False)

    @staticmethod
    def of(tables: Tables, plan: Plan | None, chosen: Sequence[Measure]) -> Desk:
        """What the chosen measures move, found by writing the program with and without a unit of each."""
        ready = prepared(tables, list(chosen))
        case = derive(ready, pruned=False)
        bare = write(case)[0]

        def moved(one: Measure) -> list[Move]:
            if one.kind == "gate":
                return _opened(ready, case, one)
            return _moved(bare, write(derive(bought(ready, {one: 1.0}), pruned=False))[0])

        moves = [moved(one) for one in chosen]
        return Desk(ready, plan, tuple(chosen), tuple(tuple(each) for each in moves))

    def state(self, held: int) -> State | None:
        """Where following the plan for so many periods leaves."""
        if held not in self._states:
            self._states[held] = None if self.plan is None else frozen(self.tables, self.plan, held)
        return self._states[held]

    def base(self, held: int) -> float:
        """Weighed wait without a cut and without purchases, so many periods of the plan held."""
        if held not in self._bases:
            answer = solve(self._program(self.tables, held)[0])
            if not answer.usable:
                raise RuntimeError(f"the program without a cut is {answer.status}")
            self._bases[held] = answer.objective
        return self._bases[held]

    def outcome(self, blow: Blow, odds: float) -> Outcome:
        """A case: what a cut costs in days of weighed mean wait, against the same without it and without purchases."""
        lp, case, _ = self._program(cut(self.tables, blow.cuts), blow.held)
        links = []
        for at, moves in enumerate(self.moves):
            links += [_link(lp, move, at, blow.held, case.calendar.periods) for move in moves]
        return Outcome(lp, tuple(links), odds, -self.base(blow.held), blow.name)

    def _program(self, tables: Tables, held: int) -> tuple[LP, Case, Cols]:
        """The program of a scenario with decisions of the first periods held; later builds may be fractions."""
        case, state = derive(tables, pruned=False), self.state(held) if held else None
        case = case if state is None else from_state(case, state, held)
        lp, cols = write(case)
        return first_wishes(case, lp, cols).relaxed().minimising(weighed(case, cols, lp)), case, cols


def _moved(bare: LP, more: LP) -> list[Move]:
    """Rows whose bounds differ between two programs with the same rows.

    Raises:
        ValueError: there is more between them.
    """
    found = []
    for mine, other in zip(bare.rows, more.rows, strict=True):
        if mine.name != other.name or not np.array_equal(mine.cells, other.cells):
            raise ValueError(f"what is bought changes which rows of {mine.name} there are")
        for bound, before, after in (("row_lower", mine.lower, other.lower), ("row_upper", mine.upper, other.upper)):
            some = np.flatnonzero(before != after)
            if len(some):
                found.append(Move(mine.name, bound, mine.cells[some].astype(np.int64), after[some] - before[some]))
    return found


def _opened(tables: Tables, case: Case, one: Measure) -> list[Move]:
    """Rows that a gate passed before the start lets go: of starts and builds behind it, until it would be passed."""
    sooner, found = derive(bought(tables, {one: 1.0}), pruned=False).openings.gate, []
    processes, builds, periods = case.tables["processes"], case.tables["builds"], case.calendar.periods
    at_once = np.broadcast_to(builds.max[:, None], (len(builds), periods))
    parts = (
        ("gate_make", processes.gate, np.minimum(case.capacity.process, case.most_starts[:, None])),
        ("gate_build", builds.gate, at_once),
    )
    for block, gate, most in parts:
        first, last = sooner[gate][:, None], case.openings.gate[gate][:, None]
        when = np.arange(periods)[None, :]
        element, period = np.nonzero((when >= first) & (when < last))
        found.append(Move(block, "row_upper", element * periods + period, most[element, period]))
    return [move for move in found if len(move.cells)]


def _link(lp: LP, move: Move, first: int, held: int, periods: int) -> Link:
    """A move in the rows of one program; stock that enters before what is held enters after it.

    Rows of the balance in which nothing is left to decide are free, and a stock cannot have been used before the cut.
    """
    at = next(k for k, rows in enumerate(lp.rows) if rows.name == move.block)
    block, cells = lp.rows[at], move.cells
    if move.block == "items" and held:
        cells = cells - cells % periods + np.maximum(cells % periods, held)
    place = np.searchsorted(block.cells, cells).clip(max=max(len(block) - 1, 0))
    there = block.cells[place] == cells if len(block) else np.zeros(len(cells), bool)
    rows = lp.begins[at] + place[there]
    return Link(move.bound, rows, np.full(len(rows), first), move.delta[there])


@dataclass(frozen=True, eq=False)
class Point:
    """Purchases of one budget.

    Attributes:
        budget: money there is, in millions.
        amounts: units bought of each measure.
        spent: money spent.
        found: the answer, with the loss of each case.
        outside: loss of the cases that the purchases were not made for.
    """

    budget: float
    amounts: Floats
    spent: float
    found: Hedge
    outside: Floats


@dataclass
class Shop:
    """Cases with their solvers, for budgets one after the other. Mutable, as solvers are."""

    desk: Desk
    risk: Risk
    inside: tuple[Outcome, ...]
    outside: tuple[Outcome, ...]
    cases: Cases
    others: Cases
    planes: list[Piece] = field(default_factory=list)

    @staticmethod
    def of(desk: Desk, blows: Sequence[Blow], odds: Floats, kept_out: Sequence[int], risk: Risk) -> Shop:
        """Cases to buy for, and those kept out; odds of the first are made to add up to one."""
        inside = [at for at in range(len(blows)) if at not in set(kept_out)]
        whole = float(odds[inside].sum())
        mine = tuple(desk.outcome(blows[at], float(odds[at]) / whole) for at in inside)
        others = tuple(desk.outcome(blows[at], 0.0) for at in kept_out)
        return Shop(desk, risk, mine, others, Cases.of(mine), Cases.of(others))

    @property
    def cost(self) -> Floats:
        """Cost of a unit of each measure, in millions."""
        return np.array([one.cost for one in self.desk.measures], float)

    def problem(self, budget: float) -> TwoStage:
        """Purchases within a budget, and the cases; a loss below nothing counts as nothing."""
        every = np.arange(len(self.cost))
        most = np.array([one.affordable(budget) for one in self.desk.measures], float)
        row = Piece(0 * every, every, self.cost, np.array([-np.inf]), np.array([budget]))
        whole = np.flatnonzero([one.whole for one in self.desk.measures])
        scale = np.where(np.isfinite(most) & (most > 0), most, 1.0)
        scale[whole] = 1.0
        first = stacked(0 * self.cost, 0 * self.cost, most, [row], whole, scale)
        return TwoStage(first, self.inside, np.zeros(len(self.inside)))

    def within(self, budget: float, start: Floats | None = None) -> Point:
        """What to buy with a budget; of equally good purchases the cheapest."""
        return self._point(self.problem(budget), budget, np.zeros(len(self.cost)) if start is None else start)

    def _point(self, problem: TwoStage, budget: float, begin: Floats) -> Point:
        found = hedge(
            problem, self.risk, start=begin, gap=GAP, cost=self.cost, slack=SPARE, cases=self.cases, planes=self.planes
        )
        amounts = np.where(found.x > NOTHING * np.maximum(1.0, found.x.max(initial=0)), found.x, 0.0)
        return Point(budget, amounts, float(self.cost @ amounts), found, self.beside(amounts))

    def beside(self, amounts: Floats) -> Floats:
        """Loss of the cases kept out after purchases."""
        return np.maximum(self.others.after(amounts)[0], 0.0) if self.outside else np.zeros(0)

    def loss(self, amounts: Floats) -> Floats:
        """Loss of each case after purchases, shape (cases,)."""
        return np.maximum(self.cases.after(amounts)[0], 0.0)

    def worth(self, amounts: Floats) -> float:
        """What is minimised, after purchases."""
        return self.risk.of(self.loss(amounts), np.array([one.odds for one in self.inside]))

    def only(self, some: Sequence[int], budget: float) -> Point:
        """What to buy with a budget if there were only these measures."""
        problem = self.problem(budget)
        upper = np.zeros(len(self.cost))
        upper[list(some)] = problem.first.upper[list(some)]
        problem = replace(problem, first=problem.first.within(upper=upper))
        return self._point(problem, budget, np.zeros(len(self.cost)))
