"""Learning by a sequence of programs: plan, see how much experience that gathers, and plan again counting on it.

Each program holds the effort of every period at its mean over the experience of the plan before, and asks for at least
that experience. Effort never rises with experience, so every plan of the sequence can be carried out, none is worse
than the one before it, and the sequence may be stopped at any time. Where processes that learn compete for the same
hours, where it ends depends on where it begins (specialising beats sharing), so it is begun in up to three ways.

Counting on the most experience there can be gives a program that no plan can beat: the other end of the bracket.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fullrate.case import Case
from fullrate.case.learning import mean
from fullrate.case.wishes import FLOOR, FREEZE
from fullrate.lp.assemble import LP
from fullrate.lp.solve import solve
from fullrate.planning.bounds import least_burden
from fullrate.planning.chain import run, unit
from fullrate.planning.walk import Chain
from fullrate.rules import write
from fullrate.rules.base import Cols

Floats = NDArray[np.float64]

ENOUGH = 1e-3
"""Share of a capacity by which the effort counted on may miss the true one when the sequence stops."""
ROUNDS = 15
"""Most programs of one sequence."""
TRUSTED = 1 - 1e-9
"""Share of the experience of a plan that the next one must gather: the solver's rounding must not shut it out."""
SHARES = (1.0, 0.75, 0.5, 0.25)
"""Shares of the most experience that are tried as a beginning, until one can be gathered."""


@dataclass(frozen=True)
class Climb:
    """A sequence of programs from one beginning.

    Attributes:
        name: what it began with.
        case: the scenario, counting on the experience of the last plan but one.
        x: the last plan, which its program allows.
        breaches: what the plan misses of protected floors and frozen orders, which come before all time.
        waits: weighted waits of the classes, first to last, in days, tail included.
        rounds: programs solved.
        missed: largest share of a capacity by which the effort counted on is above the true one.
    """

    name: str
    case: Case
    x: Floats
    breaches: tuple[float, ...]
    waits: tuple[float, ...]
    rounds: int
    missed: float


@dataclass(frozen=True)
class Learned:
    """What a scenario with learning is planned with.

    Attributes:
        case: the scenario, counting on experience that can be gathered.
        x: a plan that gathers it; None where nothing learns.
        meta: rounds, beginnings, waits in days: with learning, without, in the bound, and their spread.
        solved: number of programs solved.
    """

    case: Case
    x: Floats | None
    meta: dict[str, Any]
    solved: int


def learn(case: Case, deadline: float | None = None, enough: float = ENOUGH) -> Learned:
    """The experience to count on; the case as it is, and nothing solved, where nothing learns.

    Args:
        case: the scenario, counting on no experience.
        deadline: ``time.monotonic()`` at which to stop with the best so far.
        enough: share of a capacity by which the effort counted on may miss the true one.
    """
    if not case.learning or not len(case.needs.cls):
        return Learned(case, None, {}, 0)
    climbs, solved = [], 0
    for begin in _beginnings(case, deadline):
        climb, count = climbed(begin, deadline, enough)
        solved += count
        climbs.append(climb)
    best = min(climbs, key=_rank)  # the first of equals
    weight = float(case.needs.weight[case.needs.group_class == 0].sum()) or 1.0
    ends = [climb.waits[0] / weight for climb in climbs]
    least = bound(case, deadline)
    meta = {
        "rounds": best.rounds,
        "converged": best.missed <= enough,
        "missed": best.missed,
        "beginnings": {climb.name: wait for climb, wait in zip(climbs, ends, strict=True)},
        "wait_d": best.waits[0] / weight,
        "least_d": min(least, best.waits[0]) / weight,
        "spread_d": max(ends) - min(ends),
    }
    return Learned(best.case, best.x, meta, solved + 1)


def recalled(case: Case, counted: dict[tuple[str, str, int], float]) -> Case:
    """The case counting on the experience that a stored plan counts on, by process, resource and period."""
    if not case.learning:
        return case
    starts = np.zeros_like(case.learning.effort)
    for (process, _, period), experience in counted.items():
        at = case.axes["process"].places[process]
        group = case.learning.of[at]
        starts[group, period - 1] = max(starts[group, period - 1], experience)
    return replace(case, learning=case.learning.known(np.maximum.accumulate(starts, axis=1)))


def bound(case: Case, deadline: float | None = None) -> float:
    """The first class's weighted wait in days, tail included, at the most experience there can be.

    No plan has a shorter one, whatever floors and frozen orders it keeps: they are left aside here. What lead times
    alone ask for, when the time is up.
    """
    lp, cols = write(replace(case, learning=case.learning.at_best()))
    left = None if deadline is None else max(deadline - time.monotonic(), 0.01)
    answer = solve(lp.minimising(unit(lp, int(cols["burden"].offset[0]))), left)
    return max(answer.bound, least_burden(case, cols, 0))


# --- one sequence -------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Beginning:
    """Where a sequence begins: what is counted on, and processes that stand still in the first program."""

    name: str
    case: Case
    still: NDArray[np.bool_]
    x: Floats | None = None


def climbed(begin: _Beginning, deadline: float | None, enough: float) -> tuple[Climb, int]:
    """A sequence from its beginning until the effort counted on is near the true one; and programs solved."""
    case, x, solved, rounds = begin.case, begin.x, 0, 0
    while True:
        lp, cols = write(case)
        if rounds == 0 and begin.still.any():
            columns = cols["make"].terms.only(begin.still, "process").column
            upper = lp.upper.copy()
            upper[columns] = 0.0
            lp = lp.within(upper=upper)
        chain = run(_plainly(case), lp, cols, deadline, x)
        solved, rounds, x = solved + chain.solved, rounds + 1, chain.x
        starts = gathered(case, cols, x)
        missed = _missed(case, lp, cols, x, starts)
        out_of_time = chain.status != "solved" or (deadline is not None and time.monotonic() >= deadline)
        if missed <= enough or rounds == ROUNDS or out_of_time:
            ends = _breaches(case, cols, chain), _waits(case, cols, chain)
            return Climb(begin.name, case, x, *ends, rounds, missed), solved
        case = replace(case, learning=case.learning.known(TRUSTED * starts))


def _plainly(case: Case) -> Case:
    """The case planned for time alone, and tidily: what is published comes from the whole chain later."""
    return replace(case, config=replace(case.config, fairness="utilitarian", stages=("time", "tidy")))


def _rank(climb: Climb) -> tuple[float, ...]:
    """Floors and frozen orders first, then the waits, as far as the solver tells them apart."""
    return *(round(breach, 5) for breach in climb.breaches), *(float(f"{wait:.6g}") for wait in climb.waits)


def _breaches(case: Case, cols: Cols, chain: Chain) -> tuple[float, ...]:
    ranks = case.axes["wish"].places
    return tuple(float(chain.x[cols["miss"].offset[ranks[rank]]]) for rank in (FLOOR, FREEZE) if rank in ranks)


def _waits(case: Case, cols: Cols, chain: Chain) -> tuple[float, ...]:
    return tuple(float(chain.x[column]) for column in cols["burden"].offset[: len(case.needs.cls)])


def gathered(case: Case, cols: Cols, x: Floats) -> Floats:
    """Starts of each group by the end of each period, shape (groups, T)."""
    learning, make = case.learning, cols["make"].terms
    group = learning.of[make.at["process"]]
    inside = group >= 0
    starts = np.zeros_like(learning.effort)
    np.add.at(starts, (group[inside], make.at["period"][inside]), np.maximum(x[make.column[inside]], 0.0))
    return np.cumsum(starts, axis=1)


def _missed(case: Case, lp: LP, cols: Cols, x: Floats, starts: Floats) -> float:
    """Largest share of a resource's load limit by which the effort counted on is above the true one."""
    learning, uses, make = case.learning, case.tables["uses"], cols["make"].terms
    before = np.concatenate([np.zeros((len(starts), 1)), starts[:, :-1]], axis=1)
    true = mean(before, starts, learning.prior[:, None], learning.progress[:, None])
    made = np.zeros((len(case.axes["process"]), case.calendar.periods))
    np.add.at(made, (make.at["process"], make.at["period"]), x[make.column])
    user = case.axes["process"].find(uses.user)
    rows = np.flatnonzero((user >= 0) & learning.taught & (learning.of[user] >= 0))
    load = uses.qty[rows][:, None] * made[user[rows]]
    group, stated = learning.of[user[rows]], np.zeros_like(case.capacity.resource)
    over = np.zeros_like(stated)
    np.add.at(stated, uses.resource[rows], load * learning.effort[group])
    np.add.at(over, uses.resource[rows], load * np.abs(learning.effort - true)[group])
    pool, share = case.tables["resources"].pool, 0.0
    for limit, to in ((case.capacity.resource, np.arange(len(stated))), (case.capacity.pool, pool)):
        some = np.flatnonzero(to >= 0)
        much, most = np.zeros_like(limit), np.maximum(limit, 0.0)
        loaded = np.zeros_like(limit)
        np.add.at(much, to[some], over[some])
        np.add.at(loaded, to[some], stated[some])
        most = np.maximum(most, loaded)
        share = max(share, float((much / np.where(most > 0, most, 1.0)).max(initial=0.0)))
    return share


# --- where to begin -----------------------------------------------------------------------------


def _beginnings(case: Case, deadline: float | None) -> Iterator[_Beginning]:
    """No experience; and where groups share hours, as much as can be gathered, and one group alone."""
    nobody = np.zeros(len(case.axes["process"]), bool)
    yield _Beginning("no experience", case, nobody)
    if not _share_hours(case):
        return
    if deadline is not None and time.monotonic() >= deadline:
        return
    best = replace(case, learning=case.learning.at_best())
    lp, cols = write(best)
    answer = solve(lp.minimising(unit(lp, int(cols["burden"].offset[0]))))
    if not answer.usable:
        return
    starts = gathered(best, cols, answer.x)
    for share in SHARES:
        known = replace(case, learning=case.learning.known(share * starts))
        point = _point(known)
        if point is not None:
            yield _Beginning("most experience", known, nobody, point)
            break
    saved = starts[:, -1] * (1 - best.learning.effort[:, -1])
    first = int(np.argmax(saved))
    yield _Beginning("one first", case, (case.learning.of >= 0) & (case.learning.of != first))


def _point(case: Case) -> Floats | None:
    """A plan that gathers the experience that is counted on; None when there is none."""
    lp, cols = write(case)
    answer = solve(lp.minimising(unit(lp, int(cols["burden"].offset[0]))))
    return answer.x if answer.sound else None


def _share_hours(case: Case) -> bool:
    """Whether two groups load the same resource or pool."""
    learning, uses = case.learning, case.tables["uses"]
    user = case.axes["process"].find(uses.user)
    rows = np.flatnonzero((user >= 0) & learning.taught & (learning.of[user] >= 0) & (uses.qty > 0))
    group, resource = learning.of[user[rows]], uses.resource[rows]
    pool = case.tables["resources"].pool[resource]
    return any(len(np.unique(group[to == one])) > 1 for to in (resource, pool) for one in np.unique(to[to >= 0]))
