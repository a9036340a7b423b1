"""When coverage is reached: in the plan, at the earliest, and inside a period.

With several recipients no plan need be the first at every date (Baumann & Skutella 2009), so both are published: the
date in the plan, and the earliest of any plan.
"""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fullrate.case import Case
from fullrate.lp.assemble import LP
from fullrate.lp.solve import solve
from fullrate.planning.met import Met
from fullrate.rules.base import Cols

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LEVELS = (0.25, 0.5, 0.8, 0.95, 1.0)
"""Shares of coverage for which dates are published."""
REACHED = 1 - 1e-9
"""Share of a level that counts as reached: sums of deliveries fall short of it by rounding."""
ROUNDING = 1e-7
"""Coverage by which a program's answer may miss a level and still count as reaching it: the solver's tolerance."""
MILESTONES = 8
"""Dates at which the most that can have arrived is computed for large programs; small ones get every period."""
SMALL = 4000
"""Columns up to which a program is small."""
INSIDE = 40
"""Needs up to which the date inside a period is computed."""


@dataclass
class Reach:
    """Most coverage class ``cls`` can have by the end of a period, each period solved at most once, ``solved`` in all.

    ``plain`` is the same program counting on no experience, where anything learns: gathering what the plan counts on
    may be in the way of a single class, and either can be carried out. Without it protected floors may be out of reach;
    then only the first counts. ``share``: weight of each need in what is counted, instead of the class. ``asked``:
    whether any of this is wanted; where not, nothing is solved and nothing known. ``whole``: whether the program goes
    on to the end for every period, as it must where it holds waits of earlier classes, which later deliveries shorten.
    """

    case: Case
    lp: LP
    cols: Cols
    cls: int
    deadline: float | None
    plain: LP | None = None
    known: dict[int, float] = field(default_factory=dict)
    ceilings: dict[int, float] = field(default_factory=dict)
    solved: int = 0
    stopped: bool = False
    share: Floats | None = None
    asked: bool = True
    whole: bool = False

    def _until(self, lp: LP, period: int) -> LP:
        """A program up to the end of a period (0-based); all of it where what is held is counted over all periods."""
        return lp if self.whole else lp.until(period + 1)

    def most(self, period: int) -> float | None:
        """Largest coverage of the class by the end of ``period`` (0-based), other classes ignored.

        None when the time is up, or it is not asked for.

        Raises:
            RuntimeError: the program, of which the plan is a point, has no answer.
        """
        if period not in self.known and (between := self._between(period)) is not None:
            self.known[period] = between
        if period not in self.known:
            if not self.asked:
                return None
            if self.deadline is not None and time.monotonic() >= self.deadline:
                self.stopped = True
                return None
            cost = -coverage_terms(self.case, self.cols, self.lp, self.cls, period, self.share)
            programs = (self.lp,) if self.plain is None else (self.lp, self.plain)
            found = [solve(self._until(lp, period).minimising(cost), corner=False) for lp in programs]
            self.solved += 1
            if not found[0].usable:
                raise RuntimeError(f"the program of most coverage by period {period + 1} is {found[0].status}")
            self.known[period] = max(-each.objective for each in found if each is found[0] or each.usable)
        return self.known[period]

    def _between(self, period: int) -> float | None:
        """The answer where what is known before and after it leaves no other, since what can have arrived never falls.

        None where it has to be found out.
        """
        if self.case.fleet.used.any():
            return None
        before = max((most for at, most in self.known.items() if at < period), default=0.0)
        after = min((most for at, most in self.known.items() if at > period), default=1.0)
        return before if min(after, 1.0) - before <= ROUNDING else None

    def _delivered(self, period: int) -> float:
        """Largest coverage by the end of ``period`` if nothing that was delivered ever failed."""
        if period not in self.ceilings:
            terms = coverage_terms(self.case, self.cols, self.lp, self.cls, period, self.share)
            cost = -np.maximum(terms, 0.0)
            programs = (self.lp,) if self.plain is None else (self.lp, self.plain)
            found = [solve(self._until(lp.relaxed(), period).minimising(cost), corner=False) for lp in programs]
            self.ceilings[period] = max((-each.objective for each in found if each.sound), default=np.inf)
        return self.ceilings[period]

    def earliest(self, level: float, planned: int) -> int | None:
        """First period in which ``level`` can be reached; ``planned`` is one in which it is (T: none is known).

        None when the time is up, or it is not asked for.

        By bisection, since what can have arrived never falls. The search begins just before ``planned``, where the
        answer mostly lies, and uses what other levels have learnt.
        """
        if not self.asked:
            return None
        enough = level * REACHED - ROUNDING
        if self.case.fleet.used.any():
            return self._one_by_one(enough, planned)
        low = max((period for period, most in self.known.items() if most < enough), default=-1)
        high = min(
            (period for period, most in self.known.items() if most >= enough), default=self.case.calendar.periods
        )
        high = min(high, planned)
        guess = high - 1
        while high - low > 1:
            most = self.most(guess)
            if most is None:
                return None
            low, high = (low, guess) if most >= enough else (guess, high)
            guess = (low + high) // 2
        return high

    def _one_by_one(self, enough: float, planned: int) -> int | None:
        """The first period of all that is enough: what works may become less, so later is not always more.

        What was delivered never becomes less, and what works is never more than that: by bisection, none of the periods
        is tried by whose end not even the deliveries can be enough.
        """
        low, high = -1, planned
        while high - low > 1:
            middle = (low + high) // 2
            if self.deadline is not None and time.monotonic() >= self.deadline:
                self.stopped = True
                return None
            low, high = (low, middle) if self._delivered(middle) >= enough else (middle, high)
        for period in range(high, planned):
            most = self.most(period)
            if most is None or most >= enough:
                return None if most is None else period
        return planned


def share_of_class(case: Case) -> Floats:
    """Weight of each need in the coverage of its class; the weights of a class sum to one."""
    needs = case.needs
    inside = needs.group_of >= 0
    weight = np.where(inside, needs.weight[needs.group_of] * needs.share, 0.0)
    cls = needs.group_class[needs.group_of]
    total = np.bincount(cls[inside], weight[inside], minlength=len(needs.cls))
    return np.where(inside, weight / total[cls], 0.0)


def coverage_terms(case: Case, cols: Cols, lp: LP, cls: int, period: int, share: Floats | None = None) -> Floats:
    """Coverage of a class by the end of a period as a sum over columns, shape (columns,).

    With ``share``, weights of needs that sum to one, coverage of those instead of the class.
    """
    needs, sent = case.needs, Met.of(cols)
    mine = (needs.group_of >= 0) & (needs.group_class[needs.group_of] == cls) if share is None else share > 0
    inside = mine[sent.need] & (sent.period <= period)
    worth = (share_of_class(case) if share is None else share) / np.where(needs.qty > 0, needs.qty, 1.0)
    terms = np.zeros(lp.shape[1])
    terms[sent.column[inside]] = worth[sent.need[inside]] * sent.amount[inside]
    return terms


def met(case: Case, cols: Cols, x: Floats) -> Floats:
    """Share of each need met by the end of each period, shape (needs, T)."""
    sent, amount = Met.of(cols), np.zeros((len(case.axes["need"]), case.calendar.periods))
    np.add.at(amount, (sent.need, sent.period), x[sent.column] * sent.amount)
    return np.cumsum(amount, axis=1) / np.where(case.needs.qty > 0, case.needs.qty, 1.0)[:, None]


def class_of(case: Case) -> Ints:
    """Position of each need's class; -1 for needs of nothing."""
    inside = case.needs.group_of >= 0
    return (
        np.where(inside, case.needs.group_class[case.needs.group_of], -1) if inside.any() else np.full(len(inside), -1)
    )


def covered(case: Case, cols: Cols, x: Floats, cls: int) -> Floats:
    """Coverage of a class by the end of each period, shape (T,)."""
    mine = class_of(case) == cls
    path: Floats = share_of_class(case)[mine] @ met(case, cols, x)[mine]
    return path


def first_reached(covered: Floats, level: float) -> int:
    """First period in which a path of coverage, shape (T,), is at ``level``; T if none."""
    reached = covered >= level * REACHED - 1e-9
    return int(reached.argmax()) if reached.any() else len(covered)


def periods_reached(case: Case, cols: Cols, x: Floats) -> Ints:
    """First period of every level of coverage, shape (classes and needs, levels); T where there is none."""
    classes = [covered(case, cols, x, at) for at in range(len(case.needs.cls))]
    return np.array([[first_reached(path, level) for level in LEVELS] for path in (*classes, *met(case, cols, x))])


def dates(
    case: Case,
    lp: LP,
    cols: Cols,
    x: Floats,
    deadline: float | None = None,
    plain: LP | None = None,
    unsaid: tuple[str, ...] = (),
    *,
    asked: bool = True,
) -> tuple[pl.DataFrame, pl.DataFrame, list[Reach]]:
    """Tables ``dates`` and ``coverage``, and what was solved for them, one ``Reach`` a class.

    Classes are independent, so each has a thread; the solver works outside Python's lock. A class with a need among
    ``unsaid``, whose quantity nobody has said, has no share that could be covered, and so no dates. Unless ``asked``,
    only what the plan itself reaches is said: the earliest of any plan costs a program for nearly every date.
    """
    shares, cls = met(case, cols, x), class_of(case)
    without = {int(cls[case.axes["need"].places[need]]) for need in unsaid}
    classes = [at for at in range(len(case.needs.cls)) if at not in without]
    reaches = [Reach(case, lp, cols, at, deadline, plain, asked=asked) for at in classes]

    def one(reach: Reach) -> tuple[list[dict[str, Any]], pl.DataFrame]:
        needs, label = np.flatnonzero(cls == reach.cls), case.needs.cls.labels[reach.cls]
        path = covered(case, cols, x, reach.cls)
        planned = [first_reached(path, level) for level in LEVELS]
        rows = [
            _row(case, label, "", level, period, reach.earliest(level, period), None)
            for level, period in zip(LEVELS, planned, strict=True)
        ]
        for need in needs:
            name = case.axes["need"].labels[need]
            for level in LEVELS:
                period = first_reached(shares[need], level)
                inside = _inside(case, lp, cols, x, int(need), period) if level == 1.0 else None
                rows.append(_row(case, label, name, level, period, None, inside))
        return rows, _coverage(reach, label, path)

    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        found = list(pool.map(one, reaches))
    rows = [row for each, _ in found for row in each]
    coverage = pl.concat([pl.DataFrame(schema=COVERAGE), *(path for _, path in found)])
    return pl.DataFrame(rows, schema=SCHEMA), coverage, reaches


COVERAGE = {"class": pl.Int64, "period": pl.Int64, "covered": pl.Float64, "most": pl.Float64}
SCHEMA = {
    "class": pl.Int64,
    "need": pl.String,
    "coverage": pl.Float64,
    "period": pl.Int64,
    "date": pl.Date,
    "earliest_period": pl.Int64,
    "earliest_date": pl.Date,
    "inside": pl.Float64,
}


def _row(
    case: Case, cls: str, need: str, level: float, planned: int, earliest: int | None, inside: float | None
) -> dict[str, Any]:
    calendar, never = case.calendar, case.calendar.periods
    here = None if planned == never else planned + 1
    soon = None if earliest is None or earliest == never else earliest + 1
    return {
        "class": int(cls),
        "need": need,
        "coverage": level,
        "period": here,
        "date": None if here is None else calendar.date(calendar.edges[here]),
        "earliest_period": soon,
        "earliest_date": None if soon is None else calendar.date(calendar.edges[soon]),
        "inside": inside,
    }


def _coverage(reach: Reach, label: str, path: Floats) -> pl.DataFrame:
    """Coverage of a class by period, beside the most that can have arrived by then."""
    done = min(first_reached(path, path[-1]) + 1, len(path)) if path[-1] > 0 else len(path)
    if reach.lp.shape[1] <= SMALL:
        asked = set(range(len(path)))
    else:
        asked = {int(t) for t in np.linspace(0, done - 1, MILESTONES + 1)[1:]}
    most = [reach.most(t) if t in asked or t in reach.known else None for t in range(len(path))]
    return pl.DataFrame(
        {
            "class": [int(label)] * len(path),
            "period": range(1, len(path) + 1),
            "covered": path,
            "most": pl.Series(most, dtype=pl.Float64),
        }
    )


def _inside(case: Case, lp: LP, cols: Cols, x: Floats, need: int, period: int) -> float | None:
    """Day on which a need is met inside its last period, at the rate of what could be delivered if it were larger."""
    if len(case.axes["need"]) > INSIDE or period >= case.calendar.periods or case.needs.lost[need]:
        return None
    if not np.isnan(case.tables["needs"].until[need]) or need in case.deliveries.need[case.fleet.used]:
        return None
    deliver = cols["deliver"].terms
    mine = case.deliveries.need[deliver.at["delivery"]] == need
    now = mine & (deliver.at["period"] == period)
    held = (deliver.at["period"] <= period) & ~now
    lower, upper = lp.lower.copy(), lp.upper.copy()
    fixed = deliver.column[held]
    lower[fixed] = np.maximum(x[fixed] * (1 - 1e-9) - 1e-9, 0.0)
    upper[fixed] = x[fixed] * (1 + 1e-9) + 1e-9
    row_upper = lp.row_upper.copy()
    row_upper[lp.rows_of("need").start + np.searchsorted(_needs_with_rows(lp), need)] = np.inf
    value = case.deliveries.value[deliver.at["delivery"]]
    cost = np.zeros(lp.shape[1])
    cost[deliver.column[now]] = -value[now]
    loose = lp.within(lower=lower, upper=upper, row_upper=row_upper).until(period + 1)
    answer = solve(loose.minimising(cost), corner=False)
    before = float((x[deliver.column] * value)[mine & (deliver.at["period"] < period)].sum())
    missing = case.needs.qty[need] - before
    if not answer.usable or -answer.objective <= 1e-9:
        return None
    begin, length = case.calendar.edges[period], case.calendar.lengths[period]
    return float(begin + length * min(missing / -answer.objective, 1.0))


def _needs_with_rows(lp: LP) -> Ints:
    return next(rows for rows in lp.rows if rows.name == "need").at[0]
