"""What many cuts cost, against one base: the stages of time of each, exactly, at a fraction of what planning it takes.

A cut of a source closes columns and takes receipts away; on windows that serve all cases alike nothing else of the
program changes, so the base's basis serves them all. Each case is settled in the cheapest way that is exact:

- *unused*: the base's plan does nothing that is cut off. The cut only forbids, so that plan is still the best.
- *hot*: the dual simplex method from the base's basis, moving a handful of bounds.
- *cold*: interior point from nothing, where simplex takes too long or more than bounds differs.

Prices give a bound for nothing: the wait is a convex function of what there is, so it grows by at least price times
what is lost. A coarse calendar gives an estimate of the order, for nearly nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from fullrate.case import Case, derive
from fullrate.case.state import State, from_state
from fullrate.case.wishes import FLOOR, FREEZE
from fullrate.lp.assemble import LP, assemble
from fullrate.lp.diff import diff
from fullrate.lp.rows import RowBlock
from fullrate.lp.solve import Hot, Solution, solve
from fullrate.planning.chain import unit
from fullrate.planning.damage import Outcome, told
from fullrate.planning.question import KEPT
from fullrate.planning.resolve import promised, ties
from fullrate.rules import columns_of, rows_of
from fullrate.rules.base import Cols
from fullrate.tables import Tables

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Windows = Mapping[str, tuple[Ints, Ints]]

USED = 1e-9
"""Value, counted in the column's scale, up to which a column is not used."""
BARRED = "barred_"
"""Begin of the names of row blocks that close columns."""
COARSE = 4
"""Periods that one of the calendar for an estimate stands for."""


@dataclass(frozen=True, eq=False)
class Change:
    """Bounds of columns and of rows that a case has in place of the base's."""

    columns: Ints
    lower: Floats
    upper: Floats
    rows: Ints
    row_lower: Floats
    row_upper: Floats

    @staticmethod
    def between(base: LP, lp: LP) -> Change | None:
        """What turns ``base`` into ``lp``; None when more than bounds differ."""
        found = diff(base, lp)
        if found is None:
            return None
        columns, rows = found.columns, found.rows
        return Change(columns, lp.lower[columns], lp.upper[columns], rows, lp.row_lower[rows], lp.row_upper[rows])

    def on(self, base: LP) -> LP:
        """The program of the case."""
        lower, upper, low, high = (array.copy() for array in (base.lower, base.upper, base.row_lower, base.row_upper))
        lower[self.columns], upper[self.columns] = self.lower, self.upper
        low[self.rows], high[self.rows] = self.row_lower, self.row_upper
        return base.within(lower=lower, upper=upper, row_lower=low, row_upper=high)

    def tightens(self, base: LP) -> bool:
        """Whether it only forbids: no bound is wider than the base's."""
        return bool(
            (self.lower >= base.lower[self.columns]).all()
            and (self.upper <= base.upper[self.columns]).all()
            and len(self.rows) == 0
        )

    def allows(self, base: LP, x: Floats) -> bool:
        """Whether a point of the base is one of the case, too."""
        slack = USED * base.scale[self.columns]
        at = x[self.columns]
        return bool((at <= self.upper + slack).all() and (at >= self.lower - slack).all())


@dataclass(frozen=True, eq=False)
class Knocked:
    """A case settled.

    Attributes:
        burden: least weighted wait in days, tail included, by class, the classes before kept.
        x: the last point, on the columns of ``Knockouts.cols``.
        route: ``unused``, ``hot`` or ``cold``: the dearest way that any class took.
    """

    burden: Floats
    x: Floats
    route: str


@dataclass(eq=False)
class Worker:
    """What one thread has: a solver object for each class, near the base."""

    hot: list[Hot]


@dataclass(eq=False)
class Knockouts:
    """A base and the cases that differ from it.

    Attributes:
        case: the scenario without cuts, on windows that serve all cases.
        cols: its columns.
        base: its program for each class: that class's wait is minimised, those before are kept.
        points: the best points of these.
        burden: their values.
        dual: prices of the first one.
        changes: how each case differs; None where in more than bounds.
        counts: how many cases were settled in which way, and how many hot attempts gave up.
    """

    case: Case
    cols: Cols
    base: tuple[LP, ...]
    points: tuple[Floats, ...]
    burden: Floats
    dual: Floats
    changes: tuple[Change | None, ...]
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("unused", "hot", "cold", "gave up"), 0))
    _first: list[Hot] = field(default_factory=list, repr=False)
    _own: threading.local = field(default_factory=threading.local, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @staticmethod
    def of(
        tables: Tables, cases: Sequence[Tables], since: State | None = None, classes: int | None = None
    ) -> Knockouts | None:
        """Solve the base of some cases; None where this cannot serve them.

        It cannot where processes learn (a plan is then a sequence of programs), where numbers are whole, and where
        floors or frozen orders come before all time.

        Args:
            tables: the scenario without a cut.
            cases: the scenario with each cut in force.
            since: decisions that stay as they were; see ``damage.outcome``.
            classes: only so many classes, the first ones; None: all.

        Raises:
            RuntimeError: the base has no solution.
        """
        whole = _derived(tables, since)
        if whole.learning or not whole.axes["wish"].places.keys().isdisjoint((FLOOR, FREEZE)):
            return None
        derived = [_derived(one, since) for one in cases]
        windows = union([whole.windows, *(one.windows for one in derived)])
        whole = replace(whole, windows=windows)
        lp, cols = bounded(whole)
        if len(lp.integer):
            return None
        changes = tuple(Change.between(lp, bounded(replace(one, windows=windows))[0]) for one in derived)
        count = len(whole.needs.cls) if classes is None else min(classes, len(whole.needs.cls))
        found = Knockouts(whole, cols, (), (), np.zeros(count), np.zeros(0), changes)
        found._begin(lp)
        return found

    def _begin(self, lp: LP) -> None:
        """Solve the base, class after class."""
        programs, points, burden = [], [], np.zeros(len(self.burden))
        for at in range(len(burden)):
            column = int(self.cols["burden"].offset[at])
            program = lp.minimising(unit(lp, column))
            hot = Hot(program, ties(program))
            nothing = np.zeros(0, np.int64)
            answer = hot.solve(program, nothing, nothing) or solve(program)
            if not answer.usable:
                raise RuntimeError(f"the time stage of class {self.case.needs.cls.labels[at]} is {answer.status}")
            if at == 0:
                self.dual = answer.row_dual
            burden[at] = answer.objective
            programs.append(program)
            points.append(answer.x)
            self._first.append(hot)
            lp = _kept(lp, column, answer.objective)
        self.base, self.points, self.burden = tuple(programs), tuple(points), burden

    def least(self) -> Floats:
        """Least growth of the first class's burden in each case, by prices alone; zero where unknown."""
        base = self.base[0]
        reduced = base.cost - base.priced(self.dual)
        grows = np.zeros(len(self.changes))
        for at, change in enumerate(self.changes):
            if change is not None:
                lp = tightened(change.on(base), change.columns)
                fall = promised(self.dual, base.row_lower, lp.row_lower, base.row_upper, lp.row_upper)
                fall += promised(reduced, base.lower, lp.lower, base.upper, lp.upper)
                grows[at] = max(-fall, 0.0) if np.isfinite(fall) else 0.0
        return grows

    def settle(self, which: Sequence[int] | None = None, threads: int = 1) -> dict[int, Knocked]:
        """Settle cases; those that differ in more than bounds are left out.

        Neighbours in time and place go one after the other, since their bases are alike.

        Args:
            which: numbers of the cases; None: all.
            threads: how many at a time, each with solver objects of its own.
        """
        some = range(len(self.changes)) if which is None else which
        asked = sorted((at for at in some if self.changes[at] is not None), key=self._place)
        parts = [asked[k * len(asked) // threads : (k + 1) * len(asked) // threads] for k in range(threads)]
        if threads == 1:
            return self._settle(asked)
        with ThreadPoolExecutor(threads) as pool:
            return {at: one for part in pool.map(self._settle, parts) for at, one in part.items()}

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

    def _settle(self, some: Sequence[int]) -> dict[int, Knocked]:
        return {at: self._one(change) for at in some if (change := self.changes[at]) is not None}

    def _one(self, change: Change) -> Knocked:
        """One case, class after class."""
        burden, routes = np.zeros(len(self.burden)), []
        x = self.points[0]
        kept: dict[int, float] = {}
        for at, base in enumerate(self.base):
            column = int(self.cols["burden"].offset[at])
            point = self.points[at]
            same = all(burden[k] <= self.burden[k] + KEPT * max(1.0, abs(self.burden[k])) for k in range(at))
            if same and change.tightens(base) and change.allows(base, point):
                burden[at], x = self.burden[at], point
                routes.append("unused")
            else:
                lp = change.on(base)
                upper = lp.upper.copy()
                for k, bound in kept.items():
                    upper[k] = bound
                answer = self._solve(at, lp.within(upper=upper), routes)
                burden[at], x = answer.objective, answer.x
            kept[column] = burden[at] + KEPT * max(1.0, abs(burden[at]))
        route = max(routes, key=("unused", "hot", "cold").index)
        with self._lock:
            self.counts[route] += 1
        return Knocked(burden, x, route)

    def _solve(self, at: int, lp: LP, routes: list[str]) -> Solution:
        hot = self._hot()[at]
        change = diff(hot.now, lp)
        answer = None if change is None else hot.solve(lp, change.columns, change.rows)
        if answer is not None:
            routes.append("hot")
            return answer
        with self._lock:
            self.counts["gave up"] += 1
        routes.append("cold")
        answer = solve(lp)
        if not answer.usable:
            raise RuntimeError(f"the time stage of class {self.case.needs.cls.labels[at]} is {answer.status}")
        return answer

    def _hot(self) -> list[Hot]:
        """The solver objects of this thread: the first ones for whoever comes first, else others with their bases."""
        if not hasattr(self._own, "worker"):
            with self._lock:
                first, self._first = self._first, []
                self._home = getattr(self, "_home", None) or [(hot.home, hot.basis) for hot in first]
            made = first or [Hot(lp, ties(lp), basis) for lp, basis in self._home]
            self._own.worker = Worker(made)
        worker: Worker = self._own.worker
        return worker.hot


def ranked(tables: Tables, cases: Sequence[Tables], coarse: int = COARSE) -> Ints | None:
    """Cases in the order of what they cost the first class, the dearest first, on a calendar so many times coarser.

    An estimate of the order and of nothing else: a long period bars more than a short one. None where it cannot serve.

    Args:
        tables: the scenario without a cut.
        cases: the scenario with each cut in force.
        coarse: periods that one of the estimate stands for.
    """
    found = Knockouts.of(coarser(tables, coarse), [coarser(one, coarse) for one in cases], classes=1)
    if found is None:
        return None
    settled = found.settle()
    grown = np.array([settled[at].burden[0] - found.burden[0] if at in settled else np.inf for at in range(len(cases))])
    return np.argsort(-grown, kind="stable")


def coarser(tables: Tables, times: int) -> Tables:
    """The scenario on periods so many times as long, leads smeared."""
    config = tables.config
    count = -(-config.periods // times)
    calendar = ((count, config.period_d * times),)
    return (
        tables
        if config.calendar
        else replace(tables, config=replace(config, calendar=calendar, lead_rounding="kernel"))
    )


def union(windows: Sequence[Windows]) -> dict[str, tuple[Ints, Ints]]:
    """Windows that hold all of some: from the first period of any to the last of any."""
    found = {}
    for name in windows[0]:
        first, count = (np.stack([one[name][k] for one in windows]) for k in (0, 1))
        some = count > 0
        begin = np.where(some, first, np.iinfo(np.int64).max).min(axis=0)
        end = np.where(some, first + count, 0).max(axis=0)
        begin = np.where(some.any(axis=0), begin, first[0])
        found[name] = (begin, np.maximum(end - begin, 0))
    return found


def bounded(case: Case) -> tuple[LP, Cols]:
    """The program of a case, closed columns held by their bounds rather than by rows, and its columns."""
    cols = columns_of(case)
    blocks = [block for rows in rows_of(case, cols).values() for block in rows]
    lp = assemble(list(cols.blocks.values()), [block for block in blocks if not _closes(block)])
    if case.state is not None:
        lp = lp.since(case.state.period, {**case.state.done, "open": case.state.opened})
    upper = lp.upper.copy()
    for block in blocks:
        if _closes(block):
            _, column, _ = block.entries()
            upper[column] = np.minimum(upper[column], np.maximum(lp.lower[column], 0.0))
    return lp.within(upper=upper), cols


def _closes(block: RowBlock) -> bool:
    """Whether the rows say no more than that their columns are zero."""
    return block.name.startswith(BARRED) and bool((block.value > 0).all()) and not block.upper.any()


def tightened(lp: LP, closed: Ints) -> LP:
    """The program with rows of nothing but closed columns held at zero: no less is allowed, but prices see it."""
    shut = np.zeros(lp.shape[1], bool)
    shut[closed] = (lp.upper[closed] == 0) & (lp.lower[closed] == 0)
    left = np.bincount(lp.index, np.repeat(~shut, np.diff(lp.start)), lp.shape[0])
    some = np.zeros(lp.shape[0], bool)
    for column in np.flatnonzero(shut):
        some[lp.index[lp.start[column] : lp.start[column + 1]]] = True
    some &= left == 0
    return lp.within(
        row_lower=np.where(some, np.maximum(lp.row_lower, 0.0), lp.row_lower),
        row_upper=np.where(some, np.minimum(lp.row_upper, 0.0), lp.row_upper),
    )


def _derived(tables: Tables, since: State | None) -> Case:
    case = derive(tables, pruned=since is None)
    return case if since is None else from_state(case, since, since.period)


def _kept(lp: LP, column: int, value: float) -> LP:
    upper = lp.upper.copy()
    upper[column] = value + KEPT * max(1.0, abs(value))
    return lp.within(upper=upper)
