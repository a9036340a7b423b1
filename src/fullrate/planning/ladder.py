"""The bottleneck ladder: the single step that helps most, then the next after it, each by solving again.

Prices only choose what is tried, and rule out what cannot beat the best found; every number printed is the difference
of two solved programs, so it is right where several limits bind together and their prices are arbitrary.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import combinations
from math import inf

import numpy as np

from fullrate.lp.assemble import LP
from fullrate.lp.solve import Solution, feasible
from fullrate.planning.chain import TIME_GAP
from fullrate.planning.dates import Reach
from fullrate.planning.honoured import FIRST
from fullrate.planning.question import NONE, Asked, Counted, Question, earlier, posed, written
from fullrate.planning.remedies import REMEDIED, Remedy, durations
from fullrate.planning.resolve import Resolver
from fullrate.tables import Tables

RUNGS = 5
"""Steps of the ladder."""
LIMITS_TRIED = 10
"""Limits tried at each step, those with the highest prices."""
TIMES_TRIED = 10
"""Leads tried at each step, the longest; gates are all tried."""
PAIRED = 6
"""Remedies whose pairs are tried when none helps alone."""
LEVEL = 0.8
"""Coverage whose earliest date is followed."""
NOTABLE = 1e-4
"""Share of the mean wait that a remedy must save to count: ten times the solver's tolerance."""
FAINT = 1e-8
"""Prices below this are noise."""
NOTHING = 1e-6
"""Days of mean wait below which a change is the solver's rounding."""


@dataclass(frozen=True)
class Tried:
    """What one or two remedies save on top of those already taken.

    Attributes:
        rung: step of the ladder, from 1.
        remedies: what was changed.
        gained_d: days of mean wait saved; None where prices show that it cannot beat the best.
        most_d: days it can save at most, from prices; infinite where no price leads to it.
    """

    rung: int
    remedies: tuple[Remedy, ...]
    gained_d: float | None
    most_d: float


@dataclass(frozen=True)
class Rung:
    """One step of the ladder: what was taken, and what came of it.

    Attributes:
        remedies: one, or two where no single one helps.
        wait_d: mean wait after it, in days.
        gained_d: days of mean wait it saved.
        day: end of the first period by which ``LEVEL`` of the class can be covered, in days; None: later.
    """

    remedies: tuple[Remedy, ...]
    wait_d: float
    gained_d: float
    day: float | None


@dataclass(frozen=True)
class Ladder:
    """Steps from the plan's wait downwards, and everything that was tried on the way.

    Attributes:
        wait_d: mean wait before any remedy, tail included.
        day: as in ``Rung``, before any remedy.
        rungs: the steps taken.
        tried: all that was tried.
        counts: how many programs were solved hot, cold, and gave up hot.
    """

    wait_d: float
    day: float | None
    rungs: tuple[Rung, ...]
    tried: tuple[Tried, ...]
    counts: dict[str, int]


@dataclass(frozen=True, eq=False)
class Offer:
    """Remedies on top of what has been taken: their program, how far its constant is off, and what they save at most.

    Attributes:
        remedies: what is changed.
        lp: the program of the question with them.
        shift: days of mean wait by which its constant lies below that of the program so far.
        most_d: days of mean wait they can save at most; infinite where nothing is known.
    """

    remedies: tuple[Remedy, ...]
    lp: LP
    shift: float
    most_d: float


@dataclass
class Climb:
    """The ladder being climbed: the scenario with what has been taken so far."""

    tables: Tables
    question: Question
    held: dict[str, float]
    used: set[tuple[str, str]]
    counted: Counted
    asked: Asked
    resolver: Resolver
    loose: Resolver
    """The same without whole numbers, which bounds what they can save; ``resolver`` itself where there are none."""
    day: float | None = None
    tried: list[Tried] = field(default_factory=list)
    rungs: list[Rung] = field(default_factory=list)
    offers: dict[tuple[Remedy, ...], Offer | None] = field(default_factory=dict)
    """Sets of remedies that were looked at on top of what has been taken so far."""
    answers: dict[tuple[Remedy, ...], Solution] = field(default_factory=dict)
    """Solutions of those that were solved."""

    @staticmethod
    def begin(tables: Tables, question: Question, used: set[tuple[str, str]], counted: Counted = NONE) -> Climb:
        """Solve the question on the scenario as it is."""
        held = earlier(tables, question, counted)
        asked = posed(tables, question, held, counted)
        resolver = Resolver.of(asked.lp, TIME_GAP)
        return Climb(tables, question, held, used, counted, asked, resolver, _loose(asked.lp, resolver))

    @property
    def keeps(self) -> bool:
        """Whether there are protected floors or frozen orders, and all of them are kept in full."""
        missed = [self.held[name] for name in FIRST if name in self.held]
        return bool(missed) and max(missed) <= NOTHING

    @property
    def first(self) -> bool:
        """Whether nothing comes before the question that less of anything could be in the way of."""
        return not self.held or (self.held.keys() <= set(FIRST) and self.keeps)

    @property
    def wait(self) -> float:
        """Mean wait with what has been taken so far."""
        return self.asked.wait(self.resolver.answer.objective)

    def candidates(self) -> list[Remedy]:
        """Limits by what their prices promise, then gates and leads."""
        priced = [remedy for remedy, _ in limits(self.asked, self.resolver)][:LIMITS_TRIED]
        times = list(durations(self.tables, self.used))
        gates = [remedy for remedy in times if remedy.kind == "gate"]
        return [*priced, *gates, *[remedy for remedy in times if remedy.kind != "gate"][:TIMES_TRIED]]

    def attempt(self, remedies: Iterable[Remedy]) -> tuple[Tables, Asked] | None:
        """The question on the scenario with these remedies on top; None when one of them changes nothing."""
        tables: Tables | None = self.tables
        for remedy in remedies:
            tables = tables and remedy.taken(tables, 1)
        return None if tables is None else (tables, posed(tables, self.question, self.held, self.counted))

    def offer(self, remedies: tuple[Remedy, ...]) -> Offer | None:
        """What these remedies can save at most; None when one of them changes nothing. Looked at once a rung."""
        if remedies not in self.offers:
            attempt = self.attempt(remedies)
            lp, shift = (None, 0.0) if attempt is None else (attempt[1].lp, self.asked.constant - attempt[1].constant)
            self.offers[remedies] = None if lp is None else Offer(remedies, lp, shift, self.most(lp) + shift)
        return self.offers[remedies]

    def most(self, lp: LP) -> float:
        """Most by which the objective of ``lp`` can lie below the one so far.

        From prices, or where numbers must be whole from the program without that; infinite where nothing is known.
        """
        if not len(lp.integer):
            return self.resolver.most_gain(lp)
        loose = self.loose.solve(lp.relaxed(), TIME_GAP)
        return self.resolver.answer.objective - loose.objective if loose.sound else inf

    def best(self, sets: list[tuple[Remedy, ...]]) -> tuple[Remedy, ...]:
        """Try sets of remedies, the most promising first, and return the one that saves most; empty if none saves.

        What cannot beat the best found is not solved, and what was solved already is not solved again.
        """
        offers = [offer for remedies in sets if (offer := self.offer(remedies)) is not None]
        best: float = NOTABLE * max(1.0, abs(self.wait))
        chosen: tuple[Remedy, ...] = ()
        for offer in sorted(offers, key=lambda one: -inf if one.remedies in self.answers else -one.most_d):
            gained = self.saved(offer) if offer.most_d > best or offer.remedies in self.answers else None
            if gained is not None and gained > best:
                best, chosen = gained, offer.remedies
            self.tried.append(Tried(len(self.rungs) + 1, offer.remedies, gained, offer.most_d))
        return chosen

    def saved(self, offer: Offer) -> float:
        """Days of mean wait that an offer saves; solved once a rung."""
        if offer.remedies not in self.answers:
            self.answers[offer.remedies] = self.resolver.solve(offer.lp, TIME_GAP)
        return self.resolver.answer.objective - self.answers[offer.remedies].objective + offer.shift

    def choice(self) -> tuple[Remedy, ...]:
        """The best remedy, or the best pair where none helps alone; empty when nothing helps."""
        candidates = self.candidates()
        alone = self.best([(remedy,) for remedy in candidates])
        return alone or self.best(list(combinations(candidates[:PAIRED], 2)))

    def take(self, chosen: tuple[Remedy, ...]) -> bool:
        """Go up a rung; False when the remedies change nothing."""
        attempt = self.attempt(chosen)
        if attempt is None:
            return False
        before, (self.tables, self.asked) = self.wait, attempt
        self.resolver.rebase(self.asked.lp, TIME_GAP, self.answers.get(chosen))
        if len(self.asked.lp.integer):
            self.loose.rebase(self.asked.lp.relaxed(), TIME_GAP)
        self.offers.clear()
        self.answers.clear()
        self.day = self.reached()
        self.rungs.append(Rung(chosen, self.wait, before - self.wait, self.day))
        return True

    def reached(self) -> float | None:
        """End of the first period by which the class can be covered to ``LEVEL``, in days from the start."""
        calendar = self.asked.case.calendar
        guess = calendar.periods if self.day is None else int(np.searchsorted(calendar.edges, self.day)) - 1
        held = not self.held.keys() <= set(FIRST)
        reach = Reach(self.asked.case, self.asked.lp, self.asked.cols, self.asked.at, None, whole=held)
        period = reach.earliest(LEVEL, guess)
        return None if period is None or period == calendar.periods else float(calendar.edges[period + 1])


def limits(asked: Asked, resolver: Resolver) -> list[tuple[Remedy, float]]:
    """Limits with a price, and the days of mean wait that a tenth more of each promises, highest first."""
    lp, dual = asked.lp, resolver.answer.row_dual
    worth: dict[Remedy, float] = {}
    for rows, begin in zip(lp.rows, lp.begins, strict=False):
        if rows.name not in REMEDIED:
            continue
        price = dual[begin : begin + len(rows)]
        some = np.flatnonzero(np.abs(price) > FAINT)
        for row, key in zip(some, rows.keys(some), strict=True):
            remedy = Remedy(rows.name, key)
            amount = rows.upper[row] if np.isfinite(rows.upper[row]) else 0.0
            worth[remedy] = worth.get(remedy, 0.0) - float(price[row]) * float(amount) / 10
    return sorted(worth.items(), key=lambda one: (-one[1], one[0]))


def climb(
    tables: Tables, question: Question, used: set[tuple[str, str]], rungs: int = RUNGS, counted: Counted = NONE
) -> Ladder:
    """The ladder of a question.

    Args:
        tables: the scenario.
        question: whose wait.
        used: (column verb, id) of everything the plan does: only leads of what is used are tried.
        rungs: most steps.
        counted: experience that the plan counts on; steps count on it, too.
    """
    return climbed(Climb.begin(tables, question, used, counted), rungs)


def climbed(walk: Climb, rungs: int = RUNGS) -> Ladder:
    """The ladder from where a climb begins; ``walk`` is at the top of it afterwards."""
    wait, day = walk.wait, walk.reached()
    walk.day = day
    while len(walk.rungs) < rungs and (chosen := walk.choice()) and walk.take(chosen):
        pass
    return Ladder(wait, day, tuple(walk.rungs), tuple(walk.tried), walk.resolver.counts)


def gains(base: Climb, most: int) -> list[tuple[Remedy, float]]:
    """The remedies that save most, and the days of mean wait each saves alone, most first.

    Args:
        base: where the question stands; what is solved here it does not solve again.
        most: remedies wanted; what cannot be among them is not solved.
    """
    offers = [offer for remedy in base.candidates() if (offer := base.offer((remedy,))) is not None]
    found: list[tuple[Remedy, float]] = []
    for offer in sorted(offers, key=lambda one: -one.most_d):
        if len(found) < most or offer.most_d > found[-1][1]:
            found = [*found, (offer.remedies[0], base.saved(offer))]
            found = sorted(found, key=lambda one: (-one[1], one[0]))[:most]
    return [(remedy, days) for remedy, days in found if days > NOTHING]


def loss(base: Climb, remedies: Iterable[Remedy]) -> dict[Remedy, float | None]:
    """Days of mean wait that one step less of each remedy costs; None where there cannot be less.

    Earlier classes come first then, too. With less of it the experience that the plan counts on may be out of reach;
    then there is no answer either.
    """
    found: dict[Remedy, float | None] = {}
    for remedy in remedies:
        less = remedy.taken(base.tables, -1)
        found[remedy] = None if less is None else _lost(base, less)
    return found


def _lost(base: Climb, less: Tables) -> float | None:
    """Days of mean wait that having less costs; None where the experience counted on is out of reach.

    Where floors and frozen orders are kept in full, and can be with less, that is the best there is of them: it is not
    looked for again.
    """
    if base.first:
        asked = posed(less, base.question, base.held, base.counted)
        whole = len(asked.lp.integer) > 0
        answer = base.resolver.solve(asked.lp, TIME_GAP) if whole else base.resolver.begun(asked.lp)
        if answer is not None and answer.usable:
            return asked.wait(answer.objective) - base.wait
    if base.counted and not feasible(written(less, base.counted)[1]):
        return None
    held = earlier(less, base.question, base.counted)
    asked = posed(less, base.question, held, base.counted)
    answer = base.resolver.solve(asked.lp, TIME_GAP)
    return asked.wait(answer.objective) - base.wait if answer.usable else None


def _loose(lp: LP, resolver: Resolver) -> Resolver:
    return Resolver.of(lp.relaxed(), TIME_GAP) if len(lp.integer) else resolver
