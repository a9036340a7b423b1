"""Do the rows of a rule and its check say the same at arbitrary points?

Points are made so that both answers are common: vertices of a rule's own rows and mixtures of them, and the same points
with one to three columns moved, often to just inside or outside a row. Columns that are in no plan (``spend``) or
follow from the others (``lot``) are chosen by the solver: a point is accepted when some choice satisfies the rows.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice

import highspy
import numpy as np
import polars as pl
from numpy.typing import NDArray

import fullrate.rules
from fullrate.case import Case, derive
from fullrate.lp.assemble import LP, assemble
from fullrate.lp.show import Names, show
from fullrate.planning.answer import OF_A_POINT
from fullrate.results import Plan
from fullrate.rules.base import Cols, Excess, Rule
from fullrate.tables import Tables
from rules import cases
from rules.reading import Cells, Watched

Floats = NDArray[np.float64]
ACCEPTED, REFUSED = 1e-7, 1e-5
"""Violations below the first are rounding, above the second are meant; a point in between is drawn again."""
BOX, FREE = 40.0, 1e4
"""Bounds of columns that have none: physical ones, and those that may be negative."""
HELPERS = {
    "LOT": ("lot",),
    "MONEY": ("spend",),
    "WAIT": ("burden", "worst"),
    "MIX": ("exceed", "spare"),
    "SHELF": ("receive",),
    "AOQ": ("margin",),
}
"""Columns of a rule that its check does not look at, since they follow from the others."""
_LIMITS = ("MAKE", "HOURS", "BUILD")
WITHIN = {"LOT": _LIMITS, "OPEN": _LIMITS, "TEST": _LIMITS, "DISPATCH": ("SHIP",)}
"""Rules whose limits are the big-M of another: its rows mean what they say only where those hold as well."""


SCARCE = 0.04
"""Share of whole numbers above zero where each costs money: with more, no fund could pay for a point."""
ONCE = {"TEST": "test"}
"""Columns of a rule of which each element has at most one: drawn so, or hardly any point would be a plan."""


@dataclass(frozen=True)
class Bench:
    """A rule set up on a scenario: its rows alone, with every column the scenario has."""

    rule: Rule
    tables: Tables
    case: Case
    cols: Cols
    lp: LP
    matrix: Floats
    within: LP

    @cached_property
    def own(self) -> NDArray[np.int64]:
        """Columns the rule brings."""
        blocks = [self.cols[block.name].terms.column for block in self.rule.columns(self.case)]
        return np.concatenate(blocks) if blocks else np.zeros(0, np.int64)

    @cached_property
    def helpers(self) -> NDArray[np.int64]:
        """Columns that are chosen rather than given."""
        names = HELPERS.get(self.rule.code, ())
        return np.concatenate([self.cols[name].terms.column for name in names]) if names else np.zeros(0, np.int64)

    @cached_property
    def known(self) -> list[int]:
        """Columns in the rule's rows, and those it brings, but for its helpers."""
        known = np.union1d(np.flatnonzero(np.diff(self.lp.start)), self.own)
        return np.setdiff1d(known, self.helpers).tolist()


@dataclass
class Tally:
    """What became of the points of a rule, and the cells its check asked for."""

    accepted: int = 0
    refused: int = 0
    disputes: list[str] = field(default_factory=list)
    seen: Cells = field(default_factory=set)

    @property
    def count(self) -> int:
        return self.accepted + self.refused + len(self.disputes)


def bench(code: str, tables: Tables, also: bool) -> Bench | None:
    """The rule on a scenario, nothing pruned; None when it has no rows there. ``also`` adds the balances of items."""
    rules = {rule.code: rule for rule in fullrate.rules.RULES}
    case = practised(derive(tables, pruned=False))
    cols = fullrate.rules.columns_of(case)
    columns, rule = list(cols.blocks.values()), rules[code]
    mine = rule.rows(case, cols)
    if not sum(len(block) for block in mine):
        return None
    lp = assemble(columns, mine)
    others = [*WITHIN.get(code, ()), *(["ITEMS"] if also and code != "ITEMS" else [])]
    around = [block for other in others for block in rules[other].rows(case, cols)]
    return Bench(rule, tables, case, cols, lp, dense(lp), assemble(columns, [*mine, *around]))


def practised(case: Case) -> Case:
    """The case counting on a little experience wherever something learns: half a start in every period."""
    counted = np.tile(np.arange(1, case.calendar.periods + 1) / 2, (len(case.learning.axis), 1))
    return replace(case, learning=case.learning.known(counted)) if case.learning else case


def dense(lp: LP) -> Floats:
    matrix = np.zeros(lp.shape)
    matrix[lp.index, np.repeat(np.arange(lp.shape[1]), np.diff(lp.start))] = lp.value
    return matrix


class Asked(Mapping[str, pl.DataFrame]):
    """The tables of a point, each made when it is first asked for: most checks look at two or three."""

    def __init__(self, case: Case, cols: Cols, point: Floats) -> None:
        self.of, self.made = (case, cols, point), dict[str, pl.DataFrame]()

    def __getitem__(self, name: str) -> pl.DataFrame:
        if name not in self.made:
            self.made[name] = OF_A_POINT[name](*self.of)
        return self.made[name]

    def __contains__(self, name: object) -> bool:
        return name in OF_A_POINT

    def __iter__(self) -> Iterator[str]:
        return iter(OF_A_POINT)

    def __len__(self) -> int:
        return len(OF_A_POINT)


# --- both verdicts ------------------------------------------------------------------------------


def outside(value: Floats, lower: Floats, upper: Floats, size: Floats | float = 1.0) -> float:
    """Largest distance from the bounds, relative to the larger of ``size`` and the bound."""
    low = (lower - value) / np.maximum(size, np.abs(np.where(np.isfinite(lower), lower, 0.0)))
    high = (value - upper) / np.maximum(size, np.abs(np.where(np.isfinite(upper), upper, 0.0)))
    return float(max(low.max(initial=0.0), high.max(initial=0.0)))


def by_rows(on: Bench, point: Floats) -> tuple[float, float, Floats]:
    """Largest violation of the rule's rows, bounds and whole numbers, and the point with its helpers chosen.

    Of rows twice: as it is, and relative to the largest term of the row, as checks do.
    """
    x = choose(on, point) if len(on.helpers) else point
    whole = np.intersect1d(on.own, on.lp.integer)
    broken = float(np.abs(x[whole] - np.round(x[whole])).max(initial=0.0))
    inside = outside(x[on.own], on.lp.lower[on.own], on.lp.upper[on.own])
    largest = np.maximum(1.0, np.abs(on.matrix * x).max(axis=1, initial=0.0))
    plain, share = (outside(on.matrix @ x, on.lp.row_lower, on.lp.row_upper, size) for size in (1.0, largest))
    return max(plain, inside, broken), max(share, inside, broken), x


def by_check(on: Bench, point: Floats) -> tuple[float, Excess | None, Cells]:
    """Largest excess the rule's check finds in the plan that the point is, and the cells it asked for."""
    plan = Plan("solved", on.case.calendar.start, on.case.calendar.edges, Asked(on.case, on.cols, point))
    watched = Watched(on.tables)
    worst = max(on.rule.check(watched, plan), key=lambda excess: excess.size, default=None)
    return (worst.size if worst else 0.0), worst, watched.seen


def choose(on: Bench, point: Floats) -> Floats:
    """The point with its helper columns set so that the largest violation is least."""
    helpers = on.helpers
    rows = np.flatnonzero(np.abs(on.matrix[:, helpers]).sum(axis=1) > 0)
    given = on.matrix[rows] @ np.where(np.isin(np.arange(len(point)), helpers), 0.0, point)
    ones, part = np.ones((len(rows), 1)), on.matrix[np.ix_(rows, helpers)]
    matrix = np.vstack([np.hstack([part, ones]), np.hstack([part, -ones])])
    free = np.full(len(rows), np.inf)
    low = np.concatenate([on.lp.row_lower[rows] - given, -free])
    high = np.concatenate([free, on.lp.row_upper[rows] - given])
    integer = np.append(np.isin(helpers, on.lp.integer), False)
    bounds = (np.append(on.lp.lower[helpers], 0.0), np.append(on.lp.upper[helpers], np.inf))
    solver = handed(matrix, np.append(np.zeros(len(helpers)), 1.0), bounds, (low, high), integer)
    solver.run()
    x = point.copy()
    found = np.array(solver.getSolution().col_value)[:-1]
    x[helpers] = np.where(integer[:-1], np.round(found), found)
    return x


# --- points -------------------------------------------------------------------------------------


def handed(
    matrix: Floats, cost: Floats, bounds: tuple[Floats, Floats], rows: tuple[Floats, Floats], integer: NDArray[np.bool_]
) -> highspy.Highs:
    """A dense program handed to the solver."""
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    column, row = np.nonzero(matrix.T)
    start = np.searchsorted(column, np.arange(matrix.shape[1])).astype(np.int32)
    value = matrix.T[column, row]
    whole = integer.astype(np.int32)
    size = (matrix.shape[1], matrix.shape[0], len(value), 1, 1, 0.0)
    solver.passModel(*size, cost, *bounds, *rows, start, row.astype(np.int32), value, whole)
    return solver


def corners(on: Bench, luck: random.Random, count: int) -> list[Floats]:
    """Vertices of the rule's rows in a box, for random objectives; whole numbers drawn first."""
    lp, dice = on.within, np.random.default_rng(luck.getrandbits(32))
    lower = np.where(np.isfinite(lp.lower), lp.lower, -FREE)
    upper = np.where(np.isfinite(lp.upper), lp.upper, np.where(np.isfinite(lp.lower), BOX, FREE))
    some = dice.random(len(lp.integer)) < (SCARCE if on.rule.code == "MONEY" else 0.5)
    lower[lp.integer] = np.where(
        some, np.floor(dice.random(len(lp.integer)) * (1 + np.minimum(upper[lp.integer], 2))), 0
    )
    if on.rule.code == "MONEY":
        lower[one_of_a_kind(on, dice)] = 1
    for block in (on.cols[name] for code, name in ONCE.items() if code == on.rule.code):
        lower[block.terms.column] = 0
        for offset, count in zip(block.offset, block.count, strict=True):
            if count and dice.random() < 0.8:
                lower[offset + dice.integers(1 + dice.integers(1 + dice.integers(count)))] = 1
    upper[lp.integer] = lower[lp.integer]
    nothing = np.zeros(lp.shape[1])
    solver = handed(dense(lp), nothing, (lower, upper), (lp.row_lower, lp.row_upper), nothing > 0)
    solver.setOptionValue("solver", "simplex")
    found = []
    for _ in range(count):
        cost = np.where(dice.random(lp.shape[1]) < 0.5, dice.normal(size=lp.shape[1]), 0.0)
        solver.changeColsCost(lp.shape[1], np.arange(lp.shape[1], dtype=np.int32), cost)
        solver.run()
        if solver.getModelStatus() == highspy.HighsModelStatus.kOptimal:
            found.append(np.array(solver.getSolution().col_value))
    return found


def one_of_a_kind(on: Bench, dice: np.random.Generator) -> NDArray[np.int64]:
    """One whole-number column of a kind drawn first: kinds with few columns are met as often as those with many."""
    kinds = [np.intersect1d(block.terms.column, on.lp.integer) for block in on.cols.blocks.values()]
    kinds = [kind for kind in kinds if len(kind)]
    return dice.choice(kinds[dice.integers(len(kinds))], 1) if kinds else np.zeros(0, np.int64)


def points(on: Bench, luck: random.Random) -> Iterator[Floats]:
    """A few handfuls of points: mixtures of vertices, and the same with a few columns moved."""
    draws = (corners(on, luck, 3) for _ in range(6 if on.rule.code in (*ONCE, "MONEY") else 1))
    vertices = next((found for found in draws if found), [])
    for _ in range(2 * len(vertices)):
        share = np.random.default_rng(luck.getrandbits(32)).dirichlet(np.full(len(vertices), 0.5))
        mixed = luck.choice(vertices) if luck.random() < 0.3 else share @ np.array(vertices)
        yield mixed
        tries = (shifted(on, mixed, luck) for _ in range(6))
        yield from islice((moved for moved in tries if on.rule.code not in WITHIN or in_its_place(on, moved)), 2)


def shifted(on: Bench, point: Floats, luck: random.Random) -> Floats:
    """The point with one to three moves; columns of other rules stay within their bounds."""
    moved = point.copy()
    for _ in range(luck.choice((1, 1, 2, 3))):
        moves = (to_a_row, to_a_row, by_some, to_less, to_a_neighbour)
        once = (*[to_another_period] * 3, *[just_behind] * 3, *[in_turn] * 3) if on.rule.code in ONCE else ()
        luck.choice((*moves, *once))(on, moved, luck)
    others = np.setdiff1d(np.arange(len(moved)), on.own)
    moved[others] = np.clip(moved[others], on.lp.lower[others], on.lp.upper[others])
    return moved


def in_its_place(on: Bench, x: Floats) -> bool:
    """Whether the rows that are not the rule's own hold."""
    own = len(on.lp.row_lower)
    return outside(on.within.times(x)[own:], on.within.row_lower[own:], on.within.row_upper[own:]) <= ACCEPTED


def to_a_row(on: Bench, x: Floats, luck: random.Random) -> None:
    """Move one column so that a row is just inside, just outside or well outside its bound."""
    row = luck.randrange(len(on.lp.row_lower))
    bounds = [bound for bound in (on.lp.row_lower[row], on.lp.row_upper[row]) if np.isfinite(bound)]
    free = np.setdiff1d(np.flatnonzero(on.matrix[row]), on.helpers)
    if on.rule.code in ONCE and len(np.setdiff1d(free, on.lp.integer)):
        free = np.setdiff1d(free, on.lp.integer)
    if not len(free) or not bounds:
        return
    column, bound = luck.choice(list(free)), luck.choice(bounds)
    step = luck.choice((-1, 1)) * luck.choice((1e-3, 1e-3, luck.random())) * max(1.0, abs(bound))
    x[column] += (bound + step - on.matrix[row] @ x) / on.matrix[row, column]


def by_some(on: Bench, x: Floats, luck: random.Random) -> None:
    """Move one column that the rule knows, by a little or a lot."""
    column = luck.choice(on.known)
    x[column] += luck.choice((-1, 1)) * luck.choice((1e-3, 0.03, 0.3, 1.0)) * max(1.0, abs(x[column]))


def to_less(on: Bench, x: Floats, luck: random.Random) -> None:
    """Keep only a part of what one column has."""
    used = [column for column in on.known if abs(x[column]) > ACCEPTED]
    if used:
        x[luck.choice(used)] *= luck.random()


def to_a_neighbour(on: Bench, x: Floats, luck: random.Random) -> None:
    """Move what one column has to the next: another period, or another element."""
    known = on.known
    column = luck.choice(known)
    beside = column + luck.choice((-1, 1))
    if 0 <= beside < len(x) and beside in known:
        x[beside], x[column] = x[beside] + x[column], 0.0


def to_another_period(on: Bench, x: Floats, luck: random.Random) -> None:
    """Move what an element has once to another period, often the first; now and then have it in both."""
    block = on.cols[ONCE[on.rule.code]]
    element = luck.choice(np.flatnonzero(block.count).tolist())
    mine = slice(block.offset[element], block.offset[element] + block.count[element])
    first = -int(x[mine].argmax())
    moved = np.roll(x[mine], luck.choice((first, luck.randrange(block.count[element]))))
    x[mine] = np.maximum(moved, x[mine]) if luck.random() < 0.2 else moved


def just_behind(on: Bench, x: Floats, luck: random.Random) -> None:
    """Start something in the first period in which a test allows it, or in the one before."""
    allowed = on.matrix[:, on.own] @ x[on.own] < -ACCEPTED
    begins = zip(on.lp.rows, on.lp.begins, strict=False)
    rows = [
        begin + at for block, begin in begins if block.name in ("test_make", "test_build") for at in range(len(block))
    ]
    first = [row for row in rows if allowed[row] and not allowed[row - 1]]
    if first:
        row = luck.choice(first) - luck.choice((0, 1))
        others = np.setdiff1d(np.flatnonzero(on.matrix[row]), on.own)
        if len(others):
            x[luck.choice(others.tolist())] += luck.choice((0.01, 0.5))


def in_turn(on: Bench, x: Floats, luck: random.Random) -> None:
    """Start the later of two tests in the first period in which the earlier one allows it, or in the one before."""
    trials, block = on.case.trials, on.cols["test"]
    if not len(trials.link):
        return
    link = luck.randrange(len(trials.link))
    ends = (trials.before[link], trials.after[link])
    earlier, later = (slice(block.offset[gate], block.offset[gate] + block.count[gate]) for gate in ends)
    if not x[earlier].any():
        x[earlier.start] = 1.0
    released = trials.released
    at = released.first[released.of[link], x[earlier].argmax()] - luck.choice((0, 0, 1))
    if 0 <= at < block.count[trials.after[link]]:
        x[later] = 0.0
        x[later.start + at] = 1.0


# --- the comparison -----------------------------------------------------------------------------


def compare(code: str, count: int, first_seed: int = 0, enough: int = 10**9) -> Tally:
    """Ask rows and check about ``count`` points of a rule; stop early at ``enough`` disputes."""
    tally, seed = Tally(), first_seed
    while tally.count < count and len(tally.disputes) < enough and seed < first_seed + count:
        luck = random.Random(f"{code} {seed}")
        on = bench(code, cases.scenario(code, seed), also=luck.random() < 0.5)
        if on:
            for point in points(on, luck):
                judge(on, point, seed, tally)
        seed += 1
    return tally


def judge(on: Bench, point: Floats, seed: int, tally: Tally) -> None:
    """Both verdicts on a point; doubtful ones count for nothing."""
    rows, share, x = by_rows(on, point)
    found, worst, seen = by_check(on, x)
    tally.seen |= seen
    assert worst is None or worst.rule == on.rule.code
    if any(ACCEPTED < size <= REFUSED for size in (rows, found)) or share <= REFUSED < rows:
        return
    if (rows > REFUSED) != (found > REFUSED):
        tally.disputes.append(dispute(on, x, seed, rows, worst))
    elif rows > REFUSED:
        tally.refused += 1
    else:
        tally.accepted += 1


def dispute(on: Bench, x: Floats, seed: int, rows: float, worst: Excess | None) -> str:
    """The point, both residuals and the worst rows, for a person to look at."""
    names = Names(on.cols.blocks)
    known = np.union1d(np.flatnonzero(np.diff(on.lp.start)), on.own)
    values = ", ".join(f"{names[int(column)]} {x[column]:.6g}" for column in known if abs(x[column]) > 1e-9)
    broken = [
        show(block, names, 10**6).splitlines()[row]
        for block, begin in zip(on.lp.rows, on.lp.begins, strict=False)
        for row in range(len(block))
        if outside((on.matrix @ x)[begin + row : begin + row + 1], block.lower[[row]], block.upper[[row]]) > REFUSED
    ]
    config = on.tables.config
    return (
        f"{on.rule.code}, seed {seed} ({config.lead_rounding}, edges {on.case.calendar.edges}):\n"
        f"  rows: {rows:.3g}, broken: {broken[:4]}\n  check: {worst}\n  point: {values}"
    )
