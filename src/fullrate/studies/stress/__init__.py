"""What breaks if something is cut off: days lost, how long it may last, and what hurts most."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence, Set
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import polars as pl

from fullrate.jobs import Spread, on_threads
from fullrate.planning import refuse_outside as refuse_promise
from fullrate.planning.damage import LEVELS, Outcome
from fullrate.results import Plan, Study
from fullrate.studies.stress import estimating, surviving, wider
from fullrate.studies.stress.asked import Asked, recovers
from fullrate.studies.stress.cases import Case
from fullrate.studies.stress.ground import Ground, impact, silent
from fullrate.studies.stress.losses import Loss, lost, more
from fullrate.studies.stress.many import outcomes
from fullrate.studies.stress.neighbours import neighbours
from fullrate.studies.stress.policy import Policy
from fullrate.studies.stress.sampled import sampled
from fullrate.tables import Tables
from fullrate.tables.cut import Cut, lasting

SURVIVED = 10
"""Cuts of a ranking, the worst first, of which it is asked how long they may last."""
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
    asked: Asked,
    *,
    policy: str = "blind",
    exact: str = estimating.AUTO,
    pairs: bool = False,
    coverage: float | None = None,
    by: date | None = None,
    samples: int = 0,
    seed: int | None = None,
    say: Callable[[str], None] = silent,
    spread: Spread = on_threads,
) -> Study:
    """What cuts take of a plan: each alone, in the order of what it costs.

    Args:
        tables: what the plan was made from.
        plan: the plan.
        asked: what is cut off, and when.
        policy: ``blind``, ``warned:W`` (so many periods before) or ``clairvoyant``.
        exact: how many of the cuts that nobody named are solved exactly, those with the largest estimates: a number,
            ``all``, or ``auto``: all where that takes minutes, else ``estimating.EXACT``. The rest are estimates.
        pairs: also two at a time: the worst with one another, and substitutes.
        coverage: a promise to break, as a share of all needs, with ``by``; which of the cuts do, alone or in twos.
        by: the day it is promised for.
        samples: executions of the plan with and without each cut, and each of the worst pairs; 0 for none.
        seed: seed of all draws; by default that of the scenario.
        say: told what is done next.
        spread: who settles the cases: threads, or a cluster; the answer has the same bits.

    Raises:
        Refused: a cut names nothing, or begins outside the plan; the promise is for a day outside it; a set
            cannot be read; odds of what is not executed.
        ValueError: there is no such policy or number.
    """
    ground = Ground(tables, plan, Policy.parsed(policy), say, spread)
    _refuse(tables, plan, by, samples)
    all_, left_out = asked.cases(tables, plan)
    cases, rough = _chosen(ground, all_, exact)
    cases, after, tried = _ranked(ground, cases, asked if not rough else None)
    found = _tables(ground, cases, after, tried)
    meta: dict[str, Any] = {
        "policy": str(ground.policy),
        "left_out": left_out,
        "as_of": tables.config.as_of,
        "samples": samples,
        "worst_start": any(starts for starts in tried),
        "exact": len(cases),
        "tried": len(all_),
        "coverage": coverage,
        "by": by,
    }
    rows = list(found["cuts"].iter_rows(named=True))
    found |= _beside(ground, cases, rows)
    if rough:
        found["estimates"] = estimating.table(ground, rough, cases)
        meta |= {"coarse": estimating.COARSE, "off": estimating.off(found["estimates"], found["cuts"])}
    together: list[Case] = []
    if pairs:
        found["pairs"], together = wider.paired(ground, cases, rows)
    if coverage is not None and by is not None:
        found["cutsets"] = wider.broken(ground, cases, coverage, by)
    if samples:
        odds, drawn = _odds(ground, cases, together, samples, seed)
        found |= odds
        meta |= drawn
    return Study("stress", found, meta)


def _refuse(tables: Tables, plan: Plan, by: date | None, samples: int) -> None:
    """Refuse a promise outside the plan, and odds of what is not executed yet, before anything is computed."""
    if by is not None:
        refuse_promise(by, plan.start, float(plan.edges[-1]))
    if samples:
        from fullrate.simulate import refuse_left_out

        refuse_left_out(tables)


def _chosen(ground: Ground, cases: list[Case], exact: str) -> tuple[list[Case], list[estimating.Estimate]]:
    """The cases to solve exactly, and what all may cost where that leaves some out."""
    most = estimating.most_exact(estimating.parsed(exact), ground.plan, len(cases))
    if sum(not case.named for case in cases) <= most:
        return cases, []
    rough = estimating.estimated(ground, cases)
    return estimating.chosen(rough, most), rough


def _ranked(
    ground: Ground, cases: list[Case], asked: Asked | None
) -> tuple[list[Case], list[Outcome], list[list[surviving.Start]]]:
    """Cases, what each comes to, and the days tried, the dearest first; on their worst days where few are ``asked``."""
    tried: list[list[surviving.Start]] = [[] for _ in cases]
    if asked is not None and asked.first is None and len(cases) <= FEW:
        worst = _worst_starts(ground, cases, asked.own_days())
        cases, tried = [case for case, _ in worst], [starts for _, starts in worst]
    after = outcomes(ground, [case.cuts for case in cases])
    order = sorted(range(len(cases)), key=lambda at: -_impact(ground, cases[at], after[at]))
    return [cases[at] for at in order], [after[at] for at in order], [tried[at] for at in order]


def _tables(
    ground: Ground, cases: list[Case], after: list[Outcome], tried: list[list[surviving.Start]]
) -> dict[str, pl.DataFrame]:
    """Tables ``cuts``, ``classes``, ``needs`` and ``starts`` of cases in the order of what they cost."""
    lasts = _lasts(ground, cases[:SURVIVED])
    rows = [_row(ground, at, case, one, lasts.get(at)) for at, (case, one) in enumerate(zip(cases, after, strict=True))]
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
                for at, starts in enumerate(tried, 1)
                for start in starts
            ],
            STARTS,
        ),
    }


def _beside(ground: Ground, cases: list[Case], rows: list[dict[str, Any]]) -> dict[str, pl.DataFrame]:
    """What comes with every answer: tables ``screen`` and ``single_points``, and ``neighbours`` where there are any."""
    beside = neighbours(ground, cases)
    return {
        "screen": wider.screened(ground, cases, [row["recover_d"] for row in rows]),
        "single_points": wider.single_points(ground),
        **({"neighbours": beside} if len(beside) else {}),
    }


def _odds(
    ground: Ground, cases: list[Case], together: list[Case], samples: int, seed: int | None
) -> tuple[dict[str, pl.DataFrame], dict[str, Any]]:
    """Tables ``odds`` of the cuts and, where there are any, ``pair_odds`` of the worst pairs; and what was drawn."""
    odds, drawn = sampled(ground, [*cases, *together], samples, seed)
    found = {"odds": odds.filter(pl.col("case") <= len(cases))}
    if together:
        found["pair_odds"] = odds.filter(pl.col("case") > len(cases)).drop("case")
    return found, drawn


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
        found.append((replace(case, cuts=(lasting(ground.tables, one, worst.day, days),)), tried))
    return found


def _impact(ground: Ground, case: Case, after: Outcome) -> float:
    return impact(ground.base(ground.held(case.cuts)), after)


def _lasts(ground: Ground, cases: Sequence[Case]) -> dict[int, surviving.Survival]:
    """How long cases may last, by number, where all of a case begins on one day."""
    some = [at for at, case in enumerate(cases) if len({one.first for one in case.cuts}) == 1]
    if some:
        ground.say("how long the worst may last")
    return dict(zip(some, surviving.survivals(ground, [cases[at].cuts for at in some]), strict=True))


def _row(ground: Ground, at: int, case: Case, after: Outcome, lasts: surviving.Survival | None) -> dict[str, Any]:
    """One row of ``cuts``."""
    base = ground.base(ground.held(case.cuts))
    loss = Loss.between(ground, base, after)
    lone = case.cuts[0] if len(case.cuts) == 1 else None
    recover = (_length(lone) or recovers(ground.tables, lone)) if lone else None
    firsts = [one.first or ground.plan.start for one in case.cuts]
    lifted = [one.last for one in case.cuts]
    return {
        "case": at + 1,
        "name": case.name,
        "kind": case.kind,
        "from": min(firsts),
        "to": None if None in lifted else max(last for last in lifted if last is not None),
        "left": max(one.left for one in case.cuts),
        "held": ground.held(case.cuts),
        "impact_d": impact(base, after),
        "exposure": None,
        "wait_d": float(base.weight @ after.wait / base.weight.sum()),
        "lost_wait_d": loss.wait_d,
        "class_wait_d": float((after.wait - base.wait)[base.weight > 0].max(initial=0.0)),
        **{f"lost_{100 * level:.0f}_d": days for level, days in zip(LEVELS, loss.days, strict=True)},
        "unit_days": loss.unit_days,
        "late_units": loss.late_units,
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


def _length(one: Cut) -> float | None:
    return None if one.last is None or one.first is None else float((one.last - one.first).days)


def _classes(ground: Ground, at: int, cases: Sequence[Case], after: Sequence[Outcome]) -> list[dict[str, Any]]:
    """Rows of ``classes``; class 0 is all of them together, where there are several."""
    base, one, rows = ground.base(ground.held(cases[at].cuts)), after[at], []
    weight = base.weight / base.weight.sum()
    names = [*base.classes, 0] if len(base.classes) > 1 else list(base.classes)
    for place, cls in enumerate(names):
        waits = [float(weight @ each.wait) if cls == 0 else float(each.wait[place]) for each in (base, one)]
        for column, level in enumerate(LEVELS):
            days, least = lost(ground, base.days[place, column], one.days[place, column])
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
            base.needs, more(one.unit_days, base.unit_days), more(one.unmet, base.unmet), strict=True
        )
    ]
