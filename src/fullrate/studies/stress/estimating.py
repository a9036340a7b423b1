"""Which of many cuts are solved exactly: all are estimated first, on a coarser calendar, for much less.

An estimate is for the order and for nothing else. A long period bars more than a short one, leads are smeared,
everybody knows of a cut from the start, and what comes in whole numbers may come in part. So estimates stand in a table
of their own, beside how far they were off where both are known, and never among exact figures.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from fullrate.results import Plan
from fullrate.studies.stress.cases import Case
from fullrate.studies.stress.ground import Ground, impact
from fullrate.studies.stress.losses import Loss
from fullrate.studies.stress.many import outcomes
from fullrate.studies.stress.policy import CLAIRVOYANT, Policy
from fullrate.tables import Tables

EXACT = 20
"""Cuts that are solved exactly where there are too many for all: those whose estimate is largest. The ten worst were
among the first twenty on each of three seeds (benchmarks, stress)."""
LARGE = 1_000_000
"""Cuts times columns of the plan's program up to which all cuts are solved exactly, unless told otherwise: minutes."""
COARSE = 4
"""Periods that one of the calendar for an estimate stands for."""
SOME = 0.05
"""Days of weighted wait from which an estimate is compared with the exact figure."""
AUTO, ALL = "auto", "all"

FIGURES = ("impact_d", "lost_wait_d", "unit_days", "late_units")
ESTIMATES = {
    "place": pl.Int64,
    "name": pl.String,
    "kind": pl.String,
    "from": pl.Date,
    "to": pl.Date,
    "left": pl.Float64,
    **dict.fromkeys(FIGURES, pl.Float64),
    "case": pl.Int64,
}


@dataclass(frozen=True)
class Estimate:
    """What a cut may cost, by a coarser calendar.

    Attributes:
        case: the cut.
        impact: growth of the weighted wait in days, tail included.
        loss: what it takes, without dates.
    """

    case: Case
    impact: float
    loss: Loss


def parsed(exact: str) -> float | None:
    """How many cuts that nobody named are solved exactly: infinite for ``all``, None for ``auto``.

    Raises:
        ValueError: it is neither of these, nor a number above zero.

    >>> parsed("3"), parsed("all"), parsed("auto")
    (3.0, inf, None)
    """
    if exact == AUTO:
        return None
    if exact == ALL:
        return math.inf
    if exact.isascii() and exact.isdecimal() and int(exact) > 0:
        return float(exact)
    raise ValueError(f"`{exact}` is no number of cuts: a whole number above zero, all or auto")


def most_exact(exact: float | None, plan: Plan, count: int) -> float:
    """The same; where nobody said, all of ``count`` cuts of a plan if that takes minutes, else ``EXACT``."""
    if exact is not None:
        return exact
    return EXACT if count * int(plan.meta["columns"]) > LARGE else math.inf


def estimated(ground: Ground, cases: Sequence[Case], times: int = COARSE) -> list[Estimate]:
    """What each cut may cost, the dearest first, on periods so many times as long and known from the start.

    Args:
        ground: the plan under test.
        cases: the cuts.
        times: periods that one of the estimate stands for.
    """
    rough = replace(
        ground, tables=coarser(ground.tables, times), policy=Policy(CLAIRVOYANT), whole=False, _states={}, _bases={}
    )
    ground.say(f"{len(cases)} cuts estimated")
    after, base = outcomes(rough, [case.cuts for case in cases], dated=False), rough.base(0)
    found = [
        Estimate(case, impact(base, one), Loss.between(rough, base, one))
        for case, one in zip(cases, after, strict=True)
    ]
    return sorted(found, key=lambda one: -one.impact)


def coarser(tables: Tables, times: int) -> Tables:
    """The scenario on periods so many times as long, what is left over as it is, leads smeared."""
    config = tables.config
    parts = config.calendar or ((config.periods, config.period_d),)
    longer = [((count // times, days * times), (count % times, days)) for count, days in parts]
    calendar = tuple(part for both in longer for part in both if part[0])
    return replace(tables, config=replace(config, calendar=calendar, lead_rounding="kernel"))


def chosen(found: Sequence[Estimate], most: float) -> list[Case]:
    """The cuts to solve exactly: all that were named, and of the rest those with the largest estimates."""
    rest = [one.case for one in found if not one.case.named]
    return [one.case for one in found if one.case.named] + rest[: int(min(most, len(rest)))]


def table(ground: Ground, found: Sequence[Estimate], cases: Sequence[Case]) -> pl.DataFrame:
    """Table ``estimates``: every cut in the order of its estimate; ``case``: its number where it was solved exactly."""
    number = {id(case): at for at, case in enumerate(cases, 1)}
    rows = [_row(ground, place, one) | {"case": number.get(id(one.case))} for place, one in enumerate(found, 1)]
    return pl.DataFrame(rows, ESTIMATES)


def off(estimates: pl.DataFrame, cuts: pl.DataFrame) -> list[float]:
    """Least and largest ratio of an estimate to the exact impact of those solved; empty where all cost nothing."""
    both = estimates.join(cuts.select("case", exact="impact_d"), "case").filter(pl.col("exact") > SOME)
    ratio = (both["impact_d"] / both["exact"]).to_list()
    return [min(ratio), max(ratio)] if ratio else []


def _row(ground: Ground, place: int, one: Estimate) -> dict[str, Any]:
    cuts, loss = one.case.cuts, one.loss
    lifted = [each.last for each in cuts]
    return {
        "place": place,
        "name": one.case.name,
        "kind": one.case.kind,
        "from": min(each.first or ground.plan.start for each in cuts),
        "to": None if None in lifted else max(last for last in lifted if last is not None),
        "left": max(each.left for each in cuts),
        **dict(zip(FIGURES, (one.impact, loss.wait_d, loss.unit_days, loss.late_units), strict=True)),
    }
