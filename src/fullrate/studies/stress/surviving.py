"""How long a cut may last before anything is late, and when it hurts most."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fullrate.calendar import TOUCH
from fullrate.studies.stress.ground import NOTHING, Ground, impact, share_lost
from fullrate.studies.stress.many import outcomes
from fullrate.tables.cut import Cut, lasting

ONE_PER_CENT = 0.01
"""Share of the wait for nothing at all that counts as little."""
EVERY = 4
"""Periods between the starts that are tried for the worst one."""


@dataclass(frozen=True)
class Survival:
    """How long a cut may last, in days from its first day; infinite: longer than the plan looks ahead.

    Attributes:
        none_d: longest outage after which nothing is later than without it.
        little_d: longest outage that costs at most one hundredth of the wait for nothing at all.
    """

    none_d: float
    little_d: float


def survival(ground: Ground, cuts: tuple[Cut, ...]) -> Survival:
    """Longest outage without loss, and with little, by bisection over whole periods: a longer cut never helps.

    Args:
        ground: the plan under test.
        cuts: what is cut off; all of it begins when its first part does, and ends with a period.
    """
    edges = ground.edges
    day = max(min(ground.day(one.first) for one in cuts), 0.0)
    first = int((edges[1:] <= day + TOUCH).sum())
    known: dict[int, float] = {0: 0.0}

    def lost(periods: int) -> float:
        """Share lost when the cut lasts so many periods."""
        if periods not in known:
            parts = tuple(lasting(ground.tables, one, day, edges[first + periods] - day) for one in cuts)
            held = ground.held(parts)
            known[periods] = share_lost(ground.base(held), outcomes(ground, [parts], dated=False)[0])
        return known[periods]

    whole = len(edges) - 1 - first
    longest = [_longest(lost, known, whole, most) for most in (NOTHING, ONE_PER_CENT)]
    days = [float("inf") if n == whole else float(edges[first + n] - day) if n else 0.0 for n in longest]
    return Survival(*days)


def _longest(lost: Callable[[int], float], known: dict[int, float], whole: int, most: float) -> int:
    """Largest number of periods whose loss is at most ``most``; what is known already is used."""
    if lost(whole) <= most:
        return whole
    low = max(n for n, share in known.items() if share <= most)
    high = min(n for n, share in known.items() if share > most)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if lost(middle) <= most else (low, middle)
    return low


def survivals(ground: Ground, cases: Sequence[tuple[Cut, ...]]) -> list[Survival]:
    """``survival`` of several cases."""
    for cuts in cases:
        ground.base(ground.held(cuts))
    return ground.spread(survival, ground.alone(), cases)


@dataclass(frozen=True)
class Start:
    """A day on which a cut of a given length may begin, and what it costs then (weighted days of wait)."""

    day: float
    impact: float


def starts(ground: Ground, cuts: tuple[Cut, ...], days: float) -> list[Start]:
    """What a cut of some days costs by its first day, every fourth period as long as the plan delivers anything."""
    edges, flows = ground.edges, ground.plan.table("flows")
    delivered = flows.filter(flows["kind"] == "deliver")["period"].max()
    last = int(delivered) if isinstance(delivered, int) else 0
    cases = [
        tuple(lasting(ground.tables, one, float(edges[t]), days) for one in cuts) for t in range(0, max(last, 1), EVERY)
    ]
    after = outcomes(ground, cases, dated=False)
    return [
        Start(ground.day(case[0].first), impact(ground.base(ground.held(case)), one))
        for case, one in zip(cases, after, strict=True)
    ]
