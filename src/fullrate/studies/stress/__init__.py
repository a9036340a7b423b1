"""What breaks if something is cut off: days lost, how long it may last, and what hurts most."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence, Set
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl

from fullrate.planning import refuse_outside as refuse_promise
from fullrate.planning.damage import LEVELS, Outcome
from fullrate.results import Plan, Study
from fullrate.studies.stress import surviving, wider
from fullrate.studies.stress.cases import Case, every
from fullrate.studies.stress.ground import Floats, Ground, impact
from fullrate.studies.stress.many import outcomes
from fullrate.studies.stress.policy import Policy
from fullrate.studies.stress.sampled import sampled
from fullrate.tables import Tables
from fullrate.tables.cut import Cut, lasting, leaving, parsed, refuse_outside
from fullrate.tables.restriction_sets import sets

SURVIVED = 10
"""Cuts of a ranking, the worst first, of which it is asked how long they may last."""
SMALL = 1e-6
"""Share of a quantity below which a difference is the solver's rounding."""
FEW = 3
"""Cases up to which the worst start is looked for where no start is given."""

CUTS = {
    "case": pl.Int64,
    "name": pl.String,
    "kind": pl.String,
    "from": pl.Date,
    "to": pl.Date,
    "left": pl.Float64,
    "held": pl.Int64,
    "impact_d": pl.Float64,
    "exposure": pl.Float64,
    "wait_d": pl.Float64,
    "lost_wait_d": pl.Float64,
    "class_wait_d": pl.Float64,
    **{f"lost_{100 * level:.0f}_d": pl.Float64 for level in LEVELS},
    "unit_days": pl.Float64,
    "late_units": pl.Float64,
    "recover_d": pl.Float64,
    "survive_d": pl.Float64,
    "survive_little_d": pl.Float64,
    "survives": pl.Boolean,
    "exposed": pl.Boolean,
    "nothing": pl.Boolean,
}
CLASSES = {
    "case": pl.Int64,
    "class": pl.Int64,
    "wait_d": pl.Float64,
    "cut_wait_d": pl.Float64,
    "coverage": pl.Float64,
    "date": pl.Date,
    "cut_date": pl.Date,
    "lost_d": pl.Float64,
    "at_least": pl.Boolean,
}
NEEDS = {"case": pl.Int64, "need": pl.String, "unit_days": pl.Float64, "late_units": pl.Float64}
STARTS = {"case": pl.Int64, "from": pl.Date, "impact_d": pl.Float64}


def stress(
    tables: Tables,
    plan: Plan,
    *,
    cuts: Sequence[str | Cut] = (),
    every_one: bool = False,
    restrictions: str = "",
    first: date | None = None,
    days: float | None = None,
    left: float = 0.0,
    recovery: str = "",
    policy: str = "blind",
    pairs: bool = False,
    coverage: float | None = None,
    by: date | None = None,
    samples: int = 0,
    seed: int | None = None,
    say: Callable[[str], None] = lambda step: None,
) -> Study:
    """What cuts take of a plan: each alone, in the order of what it costs.

    Args:
        tables: what the plan was made from.
        plan: the plan.
        cuts: what is cut off, ``KIND:ID`` each, one case each.
        every_one: everything that the plan uses, one case each.
        restrictions: a CSV file or folder of named sets of restrictions, one case each.
        first: first day; None: the worst one where few cases last for some days, else the start of the plan.
        days: how long; None: what ``risks`` says of it, else for good.
        left: share of the capacity that is left.
        recovery: curve along which the rest comes back.
        policy: ``blind``, ``warned:W`` (so many periods before) or ``clairvoyant``.
        pairs: also two at a time: the worst with one another, and substitutes.
        coverage: a promise to break, as a share of all needs, with ``by``; which of the cuts do, alone or in twos.
        by: the day it is promised for.
        samples: executions of the plan with and without each cut; 0 for none.
        seed: seed of all draws; by default that of the scenario.
        say: told what is done next.

    Raises:
        Refused: a cut names nothing, or begins outside the plan; the promise is for a day outside it; a set
            cannot be read; odds of what is not executed.
        ValueError: there is no such policy.
    """
    ground = Ground(tables, plan, Policy.parsed(policy), say)
    _refuse(tables, first, samples)
    if by is not None:
        refuse_promise(by, plan.start, float(plan.edges[-1]))
    some, left_out = every(tables, plan, left, recovery) if every_one else ([], [])
    asked = [Case.of(_asked(tables, one, left, recovery)) for one in cuts]
    cases = [timed(tables, case, first, days) for case in (*asked, *some)]
    cases += [Case(name, "set", each) for name, each in (sets(tables, restrictions) if restrictions else {}).items()]
    own = {at for at, one in enumerate(cuts) if isinstance(one, Cut) and one.first is not None}
    tried = _worst_starts(ground, cases, own) if first is None and len(cases) <= FEW else []
    cases = [worst for worst, _ in tried] or cases
    after = outcomes(ground, [case.cuts for case in cases])
    order = sorted(range(len(cases)), key=lambda at: -_impact(ground, cases[at], after[at]))
    cases, after, tried = [cases[i] for i in order], [after[i] for i in order], [tried[i] for i in order if tried]
    found = _tables(ground, cases, after, tried)
    meta: dict[str, Any] = {
        "policy": str(ground.policy),
        "left_out": left_out,
        "as_of": tables.config.as_of,
        "samples": samples,
        "worst_start": any(starts for _, starts in tried),
        "coverage": coverage,
        "by": by,
    }
    rows = list(found["cuts"].iter_rows(named=True))
    found["screen"] = wider.screened(ground, cases, [row["recover_d"] for row in rows])
    found["single_points"] = wider.single_points(ground)
    if pairs:
        found["pairs"] = wider.paired(ground, cases, rows)
    if coverage is not None and by is not None:
        found["cutsets"] = wider.broken(ground, cases, coverage, by)
    if samples:
        found["odds"], more_meta = sampled(ground, cases, samples, seed)
        meta |= more_meta
    return Study("stress", found, meta)


def _tables(
    ground: Ground, cases: list[Case], after: list[Outcome], tried: list[tuple[Case, list[surviving.Start]]]
) -> dict[str, pl.DataFrame]:
    """Tables ``cuts``, ``classes``, ``needs`` and ``starts`` of cases in the order of what they cost."""
    rows = [_row(ground, at, case, one) for at, (case, one) in enumerate(zip(cases, after, strict=True), 1)]
    largest = max((row["impact_d"] for row in rows), default=0.0)
    for row in rows:
        row["exposure"] = row["impact_d"] / largest if largest > 0 else 0.0
    return {
        "cuts": pl.DataFrame(rows, schema=CUTS),
        "classes": pl.DataFrame([r for i in range(len(cases)) for r in _classes(ground, i, cases, after)], CLASSES),
        "needs": pl.DataFrame([r for i in range(len(cases)) for r in _needs(ground, i, cases, after)], NEEDS),
        "starts": pl.DataFrame(
            [
                {"case": at, "from": ground.plan.date(start.day), "impact_d": start.impact}
                for at, (_, starts) in enumerate(tried, 1)
                for start in starts
            ],
            STARTS,
        ),
    }


def _refuse(tables: Tables, first: date | None, samples: int) -> None:
    """Refuse a first day outside the plan, and odds of what is not executed yet, before anything is computed."""
    if first is not None:
        refuse_outside(tables, first)
    if samples:
        from fullrate.simulate import refuse_left_out

        refuse_left_out(tables)


def _asked(tables: Tables, one: str | Cut, left: float, recovery: str) -> Cut:
    if isinstance(one, Cut):
        return one
    return leaving(tables, parsed(tables, one), left, recovery)


def recovers(tables: Tables, one: Cut) -> float | None:
    """Days until something is there again, as the table ``risks`` says of it, the longest; None where it does not."""
    rows = [row for row in tables.rows("risks") if (row["kind"], row["target"]) == (one.kind, one.target)]
    return max((float(row["duration_d"]) for row in rows), default=None)


def timed(tables: Tables, case: Case, first: date | None, days: float | None) -> Case:
    """The case on its days: given ones, what ``risks`` says of its length, else from the start and for good."""
    dated = []
    for one in case.cuts:
        if one.first is None and one.last is None:
            lasts = recovers(tables, one) if days is None else days
            begin = 0.0 if first is None else float((first - tables.config.start).days)
            one = lasting(tables, one, begin, math.inf if lasts is None else lasts)
        dated.append(one)
    return Case(case.name, case.kind, tuple(dated))


def _worst_starts(ground: Ground, cases: Sequence[Case], own: Set[int]) -> list[tuple[Case, list[surviving.Start]]]:
    """The cases on the day on which they cost most, and what they cost on others.

    Sets, what never ends, and cases ``own`` with a first day of their own stay as they are.
    """
    found = []
    for at, case in enumerate(cases):
        one = case.cuts[0]
        if case.kind == "set" or one.last is None or at in own:
            found.append((case, list[surviving.Start]()))
            continue
        days = float((one.last - (one.first or ground.plan.start)).days)
        ground.say(f"{case.name}: the worst day to begin")
        tried = surviving.starts(ground, case.cuts, days)
        worst = max(tried, key=lambda start: start.impact)
        found.append((Case(case.name, case.kind, (lasting(ground.tables, one, worst.day, days),)), tried))
    return found


def _impact(ground: Ground, case: Case, after: Outcome) -> float:
    return impact(ground.base(ground.held(case.cuts)), after)


def _row(ground: Ground, at: int, case: Case, after: Outcome) -> dict[str, Any]:
    """One row of ``cuts``."""
    base = ground.base(ground.held(case.cuts))
    lost = [_lost(ground, base.days[-1, i], after.days[-1, i])[0] for i in range(len(LEVELS))]
    lone = case.cuts[0] if len(case.cuts) == 1 else None
    together = len({one.first for one in case.cuts}) == 1 and at <= SURVIVED
    if together:
        ground.say(f"{case.name}: how long it may last")
    lasts = surviving.survival(ground, case.cuts) if together else None
    recover = (_length(lone) or recovers(ground.tables, lone)) if lone else None
    firsts = [one.first or ground.plan.start for one in case.cuts]
    lifted = [one.last for one in case.cuts]
    weight = base.weight.sum()
    return {
        "case": at,
        "name": case.name,
        "kind": case.kind,
        "from": min(firsts),
        "to": None if None in lifted else max(last for last in lifted if last is not None),
        "left": max(one.left for one in case.cuts),
        "held": ground.held(case.cuts),
        "impact_d": impact(base, after),
        "exposure": None,
        "wait_d": float(base.weight @ after.wait / weight),
        "lost_wait_d": float(base.weight @ (after.wait - base.wait) / weight),
        "class_wait_d": float((after.wait - base.wait)[base.weight > 0].max(initial=0.0)),
        **{f"lost_{100 * level:.0f}_d": days for level, days in zip(LEVELS, lost, strict=True)},
        "unit_days": float(_more(after.unit_days, base.unit_days).sum()),
        "late_units": float(_more(after.unmet, base.unmet).sum()),
        "recover_d": recover,
        "survive_d": None if lasts is None else _finite(lasts.none_d),
        "survive_little_d": None if lasts is None else _finite(lasts.little_d),
        "survives": None if lasts is None else math.isinf(lasts.none_d),
        "exposed": None if lasts is None or recover is None else lasts.none_d < recover - 1e-9,
        "nothing": after.null and not base.null,
    }


def _finite(days: float) -> float | None:
    """Days, or nothing where they are without end."""
    return None if math.isinf(days) else days


def _more(after: Floats, base: Floats) -> Floats:
    """By how much more, rounding left out."""
    more = after - base
    return np.where(np.abs(more) > SMALL * np.maximum(1.0, np.abs(base)), more, 0.0)


def _length(one: Cut) -> float | None:
    return None if one.last is None or one.first is None else float((one.last - one.first).days)


def _lost(ground: Ground, before: float, after: float) -> tuple[float | None, bool]:
    """Days lost on a date, and whether they are the least they can be: it is not reached before the plan ends.

    None where there is no such date without the cut either, or nobody has said how much all is.
    """
    if not math.isfinite(before) or ground.tables.open_needs:
        return None, False
    if not math.isfinite(after):
        return float(ground.edges[-1]) - before, True
    return after - before, False


def _classes(ground: Ground, at: int, cases: Sequence[Case], after: Sequence[Outcome]) -> list[dict[str, Any]]:
    """Rows of ``classes``; class 0 is all of them together, where there are several."""
    base, one, rows = ground.base(ground.held(cases[at].cuts)), after[at], []
    weight = base.weight / base.weight.sum()
    names = [*base.classes, 0] if len(base.classes) > 1 else list(base.classes)
    for place, cls in enumerate(names):
        waits = [float(weight @ each.wait) if cls == 0 else float(each.wait[place]) for each in (base, one)]
        for column, level in enumerate(LEVELS):
            days, least = _lost(ground, base.days[place, column], one.days[place, column])
            rows.append(
                {
                    "case": at + 1,
                    "class": cls,
                    "wait_d": waits[0],
                    "cut_wait_d": waits[1],
                    "coverage": level,
                    "date": _date(ground, base.days[place, column]),
                    "cut_date": _date(ground, one.days[place, column]),
                    "lost_d": days,
                    "at_least": least,
                }
            )
    return rows


def _date(ground: Ground, day: float) -> date | None:
    return ground.plan.start + timedelta(days=day) if math.isfinite(day) else None


def _needs(ground: Ground, at: int, cases: Sequence[Case], after: Sequence[Outcome]) -> list[dict[str, Any]]:
    """Rows of ``needs``: what units wait more in all, and what more is missing at the end."""
    base, one = ground.base(ground.held(cases[at].cuts)), after[at]
    return [
        {"case": at + 1, "need": need, "unit_days": float(longer), "late_units": float(more)}
        for need, longer, more in zip(
            base.needs, _more(one.unit_days, base.unit_days), _more(one.unmet, base.unmet), strict=True
        )
    ]
