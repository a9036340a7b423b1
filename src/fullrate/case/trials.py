"""Gates that begin when the plan decides: what they use up, what they wait for, and what waits for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fullrate.calendar import Calendar, Kernel
from fullrate.case.axes import Axis, Coded
from fullrate.case.gates import Gates
from fullrate.case.points import Points

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Trials:
    """Tests of decided gates.

    Attributes:
        decided: whether the plan decides when each gate begins, mask of shape (gates,).
        point: stock point the articles of each gate are taken from, -1 where it needs none, shape (gates,).
        articles: units taken when its test starts, for all planned tries, shape (gates,).
        ready: first period in which a test may start by the gates with a date before it, shape (gates,).
        first: first period in which it may start by all gates before it, shape (gates,).
        behind: first period behind a test that starts then, shape (gates,); T for none.
        last: last period whose start is felt before the horizon, -1 for none, shape (gates,).
        passed: periods behind each gate, by period of its test; every share is one.
        link: axis of links between decided gates, labelled ``before|after``.
        before: gate that comes first, by link.
        after: gate that waits, by link.
        released: periods in which the waiting test may have started, by link and period of the first test.
        started: periods from the start of a test on, by link.
        early: whether articles of the period of the start may be used (leads rounded down).
    """

    decided: NDArray[np.bool_]
    point: Ints
    articles: Floats
    ready: Ints
    first: Ints
    behind: Ints
    last: Ints
    passed: Kernel
    link: Axis
    before: Ints
    after: Ints
    released: Kernel
    started: Kernel
    early: bool

    def passed_by(self, gate: Ints) -> Kernel:
        """Periods behind the gate of each element, by period of its test."""
        return replace(self.passed, of=self.passed.of[gate])


def trials_of(tables: Mapping[str, Coded], names: Axis, gates: Gates, points: Points, calendar: Calendar) -> Trials:
    """Tests of a scenario on its calendar."""
    rows, links = tables["gates"], tables["links"]
    needs = rows.needs_item >= 0
    point = np.where(needs, points.at(rows.needs_site, rows.needs_item), -1)
    before, after = names.find(links.before), names.find(links.after)
    waits = np.where(links.kind == "SS", 0.0, gates.lasts[before] - links.overlap * rows.duration_d[before])
    waits = waits + links.lag_d
    both = np.flatnonzero(gates.decided[before] & ~_over(links, before, gates) & _waiting(gates)[after])
    last = np.where(gates.decided, _last(calendar, gates.lasts), -1)
    np.maximum.at(last, before[both], _last(calendar, waits[both]))
    ready = _ready(rows, links, (before, after), gates, calendar)
    first = _first(calendar, ready, (before[both], after[both]), waits[both])
    labels = tuple(f"{names.labels[before[k]]}|{names.labels[after[k]]}" for k in both)
    return Trials(
        decided=gates.decided,
        point=point,
        articles=np.where(needs, np.nan_to_num(rows.needs_qty) * gates.tries, 0.0),
        ready=ready,
        first=first,
        behind=_felt(calendar, gates.lasts, first),
        last=last,
        passed=_from_then_on(calendar, gates.lasts),
        link=Axis("link", labels),
        before=before[both],
        after=after[both],
        released=_from_then_on(calendar, waits[both]),
        started=_from_then_on(calendar, np.zeros(len(both))),
        early=calendar.rounding == "floor",
    )


def gone_on(rows: Coded, gates: Gates, unpaid: NDArray[np.bool_], days: Mapping[str, Floats], now: float) -> Gates:
    """Gates as an execution finds them on a day: what is over has its date, and what remains of a test is a test.

    The try under way ends when the scenario says that tries do; if that is past, now. If it is the last of those that
    are planned, the gate is passed then; else the plan decides when to go on with the rest, which takes articles and
    costs. After a try that failed at least one more is planned.

    A gate that asks for money or hours and has not got them begins now at the soonest.

    Args:
        rows: the gates as arrays.
        gates: as they were planned.
        unpaid: gates that have not got what they ask for.
        days: of each gate: ``begun``, ``tries`` made, when the one under way ``ends``, ``passed``; see ``State``.
        now: the day.
    """
    begun, tries, ends, passed = (days[name] for name in ("begun", "tries", "ends", "passed"))
    tried = gates.decided & ~np.isnan(begun) & np.isnan(passed)
    rest = np.where(tried, np.maximum(gates.tries - tries, np.isnan(ends)), 0.0)
    due = np.fmax(ends, now)
    more = rest > 0
    dated = gates.decided & ((tried & ~more) | ~np.isnan(passed))
    retry = np.where(np.isnan(rows.retry_d), rows.duration_d, rows.retry_d)
    late = np.where(unpaid & ~gates.decided, np.maximum(now - gates.begins, 0.0), 0.0)
    estimate = np.where(tried & ~more, due, np.maximum(gates.passed + late, now))
    return Gates(
        begins=np.where(dated, np.where(np.isnan(begun), passed, begun), np.where(more, begun, gates.begins + late)),
        passed=np.where(np.isnan(passed), estimate, passed),
        decided=gates.decided & ~dated,
        lasts=np.where(more & np.isfinite(gates.lasts), rest * retry, gates.lasts),
        tries=np.where(more, rest, np.where(dated, tries, gates.tries)),
        begun=tried | dated,
        ready=np.where(more, due, 0.0),
    )


def _ready(rows: Coded, links: Coded, ends: tuple[Ints, Ints], gates: Gates, calendar: Calendar) -> Ints:
    """First period after the days of all with a date that each decided gate waits for; T where no test is left."""
    before, after = ends
    fixed = np.flatnonzero((~gates.decided[before] | _over(links, before, gates)) & _waiting(gates)[after])
    first = before[fixed]
    done = gates.passed[first] - links.overlap[fixed] * rows.duration_d[first]
    day = np.where(links.kind[fixed] == "SS", gates.begins[first], done) + links.lag_d[fixed]
    ready = np.where(gates.begun & ~gates.decided, calendar.periods, _opening(calendar, gates.ready)).astype(np.int64)
    np.maximum.at(ready, after[fixed], _opening(calendar, day))
    return ready


def _over(links: Coded, before: Ints, gates: Gates) -> NDArray[np.bool_]:
    """Links on the begin of a gate that has begun."""
    over: NDArray[np.bool_] = (links.kind == "SS") & gates.begun[before]
    return over


def _waiting(gates: Gates) -> NDArray[np.bool_]:
    """Decided gates that have not begun, so that they wait for those before them."""
    return gates.decided & ~gates.begun


def _first(calendar: Calendar, ready: Ints, ends: tuple[Ints, Ints], waits: Floats) -> Ints:
    """First period of each test when every one before it starts as early as it can."""
    before, after = ends
    first = ready.copy()
    for _ in ready:
        np.maximum.at(first, after, _felt(calendar, waits, first[before]))
    return first


def _felt(calendar: Calendar, wait: Floats, start: Ints) -> Ints:
    """First period usable that many days after the beginning of the period of the start; T for none."""
    begins = np.append(calendar.edges[:-1], calendar.horizon + 1)
    return _opening(calendar, begins[start] + wait)


def _opening(calendar: Calendar, day: Floats) -> Ints:
    """First usable period of each day; T for days that never come."""
    return calendar.opening(np.where(np.isfinite(day), day, calendar.horizon + 1))


def _openings(calendar: Calendar, wait: Floats) -> Ints:
    """First period usable that many days after the beginning of each period, shape (elements, T)."""
    return _opening(calendar, calendar.edges[None, :-1] + wait[:, None])


def _last(calendar: Calendar, wait: Floats) -> Ints:
    """Last period of a start that is felt before the horizon; -1 for none."""
    felt = _openings(calendar, wait) < calendar.periods
    return np.where(felt.any(axis=1), calendar.periods - 1 - felt[:, ::-1].argmax(axis=1), -1)


def _from_then_on(calendar: Calendar, wait: Floats) -> Kernel:
    """Every period from that many days after the beginning of the period of the start, by element."""
    distinct, of = np.unique(wait, return_inverse=True)
    first = _openings(calendar, distinct)
    patterns = [(np.arange(calendar.periods)[None, :] >= row[:, None]) * 1.0 for row in first]
    return Kernel.from_patterns(of.astype(np.int64), patterns, calendar.periods, even=calendar.even)
