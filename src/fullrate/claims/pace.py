"""How fast the works of a skeleton go, and when they begin: as claimed, with the range of the class where it has one.

The plan takes a promise at its word: all that is promised is there on its day, and a range says what became of such
promises. What fell short by a date has every delay before it in it, so either the rate has a range or the time before
the first unit has one, never both.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from fullrate.claims.units import DAYS, per
from fullrate.claims.worksheet import Row

WEEK_D = 7.0
"""Length of a period, in whole numbers of which the days of a skeleton are counted."""

ON_THE_WAY_D = 7.0
"""Days from the works to those who get it, where nobody has said (assumption)."""

WITHIN_D = 364.0
"""Days in which a quantity is made after the first unit, where nobody has said a rate or a date (assumption)."""

FIRST_D = 364.0
"""Days to the first unit where neither the text nor class history says (assumption)."""

BEGIN = 0.5
"""Part of the announced time before the first unit, where class history says nothing (assumption)."""

LATEST = 0.9
"""Part of the announced time before the first unit, at most (assumption)."""


@dataclass(frozen=True)
class Prior:
    """What class history says of a new undertaking, as known on the day of the text.

    Attributes:
        kind: class that counts most; blank: all classes count the same.
        as_of: the day.
        told: promises of other programmes of which it is known how much had come by their date.
        own: those of the class.
        share: median of that share, of what was to come; None where too few tell.
        longer: median of days taken over days announced; None likewise.
        odds: odds that all is there by its date; None likewise.
        firsts: cases with a first unit on record.
        first_kind: the class of those; blank: all classes.
        first: days to the first unit, first decile, median and ninth decile; None without cases.
        rows: the cases as rows of table ``history``.
    """

    kind: str
    as_of: date
    told: int = 0
    own: int = 0
    share: float | None = None
    longer: float | None = None
    odds: float | None = None
    firsts: int = 0
    first_kind: str = ""
    first: tuple[float, float, float] | None = None
    rows: tuple[Mapping[str, str], ...] = ()

    @property
    def begin(self) -> float:
        r"""Part of the announced time before the first unit.

        At even pace after it, ``share`` of a promise there by its date is all of it after ``longer`` times the time if

        .. math:: \gamma + (1 - \gamma) / s = r, \qquad \gamma = (1/s - r) / (1/s - 1)
        """
        if self.share is None or self.longer is None:
            return BEGIN
        if self.share >= 1.0:
            return 0.0
        return min(max((1 / self.share - self.longer) / (1 / self.share - 1), 0.0), LATEST)


@dataclass(frozen=True)
class Basis:
    """What a number rests on: a claim, class history, or nothing that was said."""

    source: str
    note: str
    row: Row | None = None


@dataclass(frozen=True)
class Pace:
    """Rate of the works and time before them.

    Attributes:
        a_day: units a day once they run.
        begin_d: days until they do.
        rate, begin: what each rests on.
        ranged: which of them has the range of the class: ``rate``, ``begin`` or neither.
        unranged: why the class gives no range; blank where it does.
    """

    a_day: float
    begin_d: float
    rate: Basis
    begin: Basis
    ranged: str
    unranged: str = ""


def pace(claimed: Row | None, promised: Sequence[tuple[date, float]], total: float, start: date, prior: Prior) -> Pace:
    """How fast the works of a skeleton go.

    Args:
        claimed: the claim that states a rate, or None.
        promised: dated quantities, each in all from the start on; none where no quantity has a date.
        total: units in all, where nothing is dated.
        start: first day of the plan.
        prior: class history.
    """
    due = [(weeks((day - start).days) - ON_THE_WAY_D, amount) for day, amount in so_far(promised)]
    if claimed is not None:
        return _as_claimed(claimed, due, start, prior)
    if due:
        return _as_announced(due, prior)
    said = "class history is of quantities promised by a day, and there is none here"
    rate = Basis("not_said", f"all of it within {WITHIN_D:g} days of the first unit: nobody has said a rate or a date")
    return _first(_up(total / WITHIN_D), rate, prior, said)


def so_far(promised: Sequence[tuple[date, float]]) -> list[tuple[date, float]]:
    """Dated quantities as they add up, by day."""
    found, total = [], 0.0
    for day, amount in sorted(promised):
        total += amount
        found.append((day, total))
    return found


def weeks(days: float) -> float:
    """The whole weeks in so many days, in days."""
    return math.floor(days / WEEK_D) * WEEK_D


def _as_announced(due: Sequence[tuple[float, float]], prior: Prior) -> Pace:
    """All of it on its days; the time before the first unit as class history has it."""
    begin = max(weeks(prior.begin * due[0][0]), 0.0)
    note = "at its word: all that is promised is there on its day"
    if min(day for day, _ in due) - begin < WEEK_D:
        note = f"all of it in {WEEK_D:g} days, since the day that is named leaves less: the plan is later than it"
    a_day = _up(max(amount / max(day - begin, WEEK_D) for day, amount in due))
    part = f"{prior.begin:.0%} of the announced time"
    if prior.share is None:
        before = Basis("not_said", f"{part}, assumed: class history has too few cases")
        return Pace(a_day, begin, Basis("not_said", note), before, "", _too_few(prior))
    why = (
        f"{part}: class history has {prior.share:.0%} of what is to come by its date, and all of it after "
        f"{prior.longer:.2f} times the time announced (medians)"
    )
    return Pace(a_day, begin, Basis("not_said", note), Basis("class_history", why), "rate")


def _as_claimed(claimed: Row, due: Sequence[tuple[float, float]], start: date, prior: Prior) -> Pace:
    """The rate at face value, from the day it is promised for, or in time for the quantities."""
    period, amount = per(claimed["unit"]), amount_of(claimed)
    a_day = amount / DAYS[period]
    rate = Basis("text", f"{amount:,.10g} a {period} over {DAYS[period]:g} days, at its word", claimed)
    if claimed["deadline_to"]:
        begin = max(float((date.fromisoformat(claimed["deadline_to"]) - start).days), 0.0)
        why = Basis("text", "the day the rate is promised for; what is made before is left out", claimed)
    elif due:
        days = min(day - total / a_day for day, total in due)
        begin, why = max(weeks(days), 0.0), Basis("not_said", "as late as the claimed rate makes all of it in time")
        if days < 0:
            why = Basis("not_said", "at once: even so the claimed rate makes less than all of it by its day")
    else:
        return _first(a_day, rate, prior, "class history is of promises with a day, and the rate has none")
    few = "" if prior.share is not None else _too_few(prior)
    return Pace(a_day, begin, rate, why, "" if few else "rate", few)


def _first(a_day: float, rate: Basis, prior: Prior, unranged: str) -> Pace:
    """A pace without a day: the first unit comes when it came in other programmes."""
    if prior.first is None:
        why = f"{FIRST_D:g} days, assumed: no case with a first unit was known by {prior.as_of}"
        return Pace(a_day, FIRST_D, rate, Basis("not_said", why), "", unranged)
    kind = f" of the class “{prior.first_kind}”" if prior.first_kind else ""
    why = f"median of the first units on record of {prior.firsts} programmes{kind}, upper bounds"
    low, middle, high = prior.first
    return Pace(a_day, middle, rate, Basis("class_history", why), "begin" if low < middle < high else "", unranged)


def _too_few(prior: Prior) -> str:
    return f"{prior.told} promises of others with a quantity at their date were known by {prior.as_of}, too few for one"


def amount_of(row: Row) -> float:
    """The amount of a claim: as stated, else the end of its range that is."""
    return float(row["quantity"] or row["quantity_low"] or row["quantity_high"] or 0)


def _up(a_day: float) -> float:
    """The rate with six digits, rounded up, so that what it makes is in time."""
    step = 10.0 ** (math.floor(math.log10(a_day)) - 5)
    return math.ceil(a_day / step) * step
