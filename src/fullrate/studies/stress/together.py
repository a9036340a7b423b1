"""Cuts together: pairs, and the smallest sets that break a promise.

What two cuts cost together is not the sum of what each costs: two substitutes for one another cost little alone and
everything together. So pairs are tried among the worst, and wherever one may stand in for the other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from fullrate.calendar import TOUCH
from fullrate.case import Case as Numbers
from fullrate.case import derive
from fullrate.planning.damage import Outcome, most_covered
from fullrate.planning.dates import ROUNDING
from fullrate.studies.stress.cases import Case
from fullrate.studies.stress.ground import Ground, impact
from fullrate.studies.stress.many import outcomes
from fullrate.studies.stress.screen import closed
from fullrate.tables import Tables
from fullrate.tables.cut import Cut, cut

Grid = NDArray[np.bool_]
WORST = 40
"""Cuts with the largest impact, all pairs of which are tried."""


@dataclass(frozen=True)
class Pair:
    """Two cuts at once.

    Attributes:
        first: number of the one.
        second: number of the other.
        impact: what both cost together (weighted days of wait).
        more: what that is above the sum of what each costs alone.
        substitutes: whether one may stand in for the other.
        after: what the best plan comes to under both; no date has been looked for.
    """

    first: int
    second: int
    impact: float
    more: float
    substitutes: bool
    after: Outcome


def pairs(ground: Ground, cases: Sequence[Case], alone: Sequence[float], most: int = WORST) -> list[Pair]:
    """Pairs of the worst cuts and of substitutes: first those that cost most beyond what each costs alone.

    Args:
        ground: the plan under test.
        cases: the cuts.
        alone: impact of each.
        most: how many of the worst are paired with one another.
    """
    worst = sorted(sorted(range(len(cases)), key=lambda at: -alone[at])[:most])
    stand_in = set(substitutes(ground.tables, cases))
    asked = sorted(stand_in | set(combinations(worst, 2)))
    after = outcomes(ground, [cases[a].cuts + cases[b].cuts for a, b in asked], dated=False)
    found = []
    for (a, b), one in zip(asked, after, strict=True):
        both = impact(ground.base(ground.held(cases[a].cuts + cases[b].cuts)), one)
        found.append(Pair(a, b, both, both - alone[a] - alone[b], (a, b) in stand_in, one))
    return sorted(found, key=lambda pair: (-pair.more, -pair.impact))


def substitutes(tables: Tables, cases: Sequence[Case]) -> list[tuple[int, int]]:
    """Pairs of cuts that close different sources of one thing: of an item, or of what may fill one slot."""
    numbers = derive(tables, pruned=False)
    shut = np.array([closed(numbers, case.cuts) for case in cases])
    groups = [group for group in _sources(numbers) if group.sum() > 1]
    found = []
    for a, b in combinations(range(len(cases)), 2):
        for group in groups:
            one, other = shut[a] & group, shut[b] & group
            if one.any() and other.any() and (one & ~other).any() and (other & ~one).any():
                found.append((a, b))
                break
    return found


def _sources(numbers: Numbers) -> list[Grid]:
    """Processes that give the same item, and those that give anything that may fill the same slot."""
    processes, recipes = numbers.tables["processes"], numbers.recipes
    gives = np.zeros((len(numbers.axes["item"]), len(processes)), bool)
    gives[processes.item, np.arange(len(processes))] = True
    out = np.flatnonzero(recipes.role == "out")
    gives[numbers.points.item[recipes.point[out]], recipes.process[out]] = True
    fills = []
    for slot in range(len(recipes.slot)):
        fills.append(gives[numbers.points.item[recipes.point[recipes.slot_of == slot]]].any(axis=0))
    return [*gives, *fills]


def minimal(fails: Callable[[tuple[int, ...]], bool], count: int) -> list[tuple[int, ...]]:
    """Smallest sets of at most two of ``count`` things that fail, by an oracle in which more never helps.

    Whole blocks are asked first: when all of them together do no harm, no two of them do.

    >>> asked = []
    >>> def fails(some):
    ...     asked.append(some)
    ...     return 4 in some or {1, 6} <= set(some)
    >>> minimal(fails, 8), len(asked) < 8 + 28
    ([(4,), (1, 6)], True)
    """
    single = [one for one in range(count) if fails((one,))]
    rest = tuple(one for one in range(count) if one not in single)
    return [(one,) for one in single] + sorted(_within(fails, rest))


def _within(fails: Callable[[tuple[int, ...]], bool], some: tuple[int, ...]) -> list[tuple[int, ...]]:
    if len(some) < 2 or not fails(some):
        return []
    half = len(some) // 2
    a, b = some[:half], some[half:]
    return _within(fails, a) + _within(fails, b) + _across(fails, a, b)


def _across(fails: Callable[[tuple[int, ...]], bool], a: tuple[int, ...], b: tuple[int, ...]) -> list[tuple[int, ...]]:
    if not fails(tuple(sorted(a + b))):
        return []
    if len(a) == len(b) == 1:
        return [tuple(sorted(a + b))]
    if len(a) < len(b):
        a, b = b, a
    half = len(a) // 2
    return _across(fails, a[:half], b) + _across(fails, a[half:], b)


def breaks(ground: Ground, cases: Sequence[Case], coverage: float, day: float) -> list[tuple[int, ...]]:
    """Smallest sets of at most two cuts with which a share of all needs cannot be covered by a day.

    The empty set where the share is out of reach with nothing cut off, following the plan up to where a cut begins.

    Args:
        ground: the plan under test.
        cases: the cuts.
        coverage: the share that is promised, of all classes together.
        day: the day it is promised for, in days after the start; the end of the last period that is over by then.
    """
    promise = Promise(ground.alone(), coverage, int(np.searchsorted(ground.edges, day + TOUCH, side="right")) - 2)
    helds = sorted({ground.held(case.cuts) for case in cases})
    if promise.period < 0 or any(ground.spread(_misses, promise, [((), held) for held in helds])):
        return [()]
    alone = ground.spread(_misses, promise, [(case.cuts, ground.held(case.cuts)) for case in cases])

    def fails(some: tuple[int, ...]) -> bool:
        cuts = tuple(one for at in some for one in cases[at].cuts)
        return alone[some[0]] if len(some) == 1 else _misses(promise, (cuts, ground.held(cuts)))

    return minimal(fails, len(cases))


@dataclass(frozen=True, eq=False)
class Promise:
    """A share of all needs, of all classes together, that is promised by the end of a period (0-based)."""

    ground: Ground
    coverage: float
    period: int


def _misses(promise: Promise, asked: tuple[tuple[Cut, ...], int]) -> bool:
    """Whether a promise is out of reach with cuts in force and so many periods of the plan held."""
    (cuts, held), ground = asked, promise.ground
    most = most_covered(cut(ground.tables, cuts), promise.period, ground.state(held))
    return most < promise.coverage - ROUNDING
