"""Beside single cuts: the screen without time, single points of failure, pairs, sets that break a promise."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from fullrate.planning.damage import Outcome
from fullrate.studies.stress import together
from fullrate.studies.stress.cases import Case
from fullrate.studies.stress.ground import Ground
from fullrate.studies.stress.losses import ON_DATES, SMALL, Loss
from fullrate.studies.stress.many import outcomes
from fullrate.studies.stress.screen import Screen, pace
from fullrate.studies.stress.singles import singles

DATED = 10
"""Pairs that cost more together whose dates are looked for, those that cost most so first; of those alike the first."""
ALIKE_D = 1e-3
"""Days of weighted wait by which pairs that are alike may differ: often a site, its region and its owner are one."""

SCREEN = {
    "case": pl.Int64,
    "name": pl.String,
    "recover_d": pl.Float64,
    "lost_units": pl.Float64,
    "survive_d": pl.Float64,
}
SINGLE_POINTS = {
    "item": pl.String,
    "process": pl.String,
    "site": pl.String,
    "alternative": pl.String,
    "gate": pl.String,
    "usable_d": pl.Float64,
    "partial": pl.Boolean,
}
PAIRS = {
    "name": pl.String,
    "other": pl.String,
    "alike": pl.Int64,
    **ON_DATES,
    **dict.fromkeys(("lost_wait_d", "unit_days", "late_units"), pl.Float64),
    **dict.fromkeys(("more_wait_d", "more_unit_days", "more_late_units"), pl.Float64),
    "substitutes": pl.Boolean,
    "impact_d": pl.Float64,
    "more_d": pl.Float64,
}
CUTSETS = {"size": pl.Int64, "name": pl.String, "other": pl.String}


def screened(ground: Ground, cases: Sequence[Case], recovers: Sequence[float | None]) -> pl.DataFrame:
    """Table ``screen``: what an outage costs without leads and lanes, and how long it may last; cuts in full only.

    Args:
        ground: the plan under test.
        cases: the cuts.
        recovers: days until each is there again; None: unknown, or never.
    """
    seen = Screen.of(ground.tables, pace(ground.plan))
    some = [at for at, case in enumerate(cases) if all(one.total for one in case.cuts)]
    lasts = dict(zip(some, seen.survives([cases[at].cuts for at in some]), strict=True))
    rows = []
    for at in some:
        days = recovers[at]
        lost = None if days is None else float(seen.lost([cases[at].cuts], days)[0])
        survives = float(lasts[at]) if math.isfinite(lasts[at]) else None
        rows.append(
            {"case": at + 1, "name": cases[at].name, "recover_d": days, "lost_units": lost, "survive_d": survives}
        )
    return pl.DataFrame(rows, schema=SCREEN)


def single_points(ground: Ground) -> pl.DataFrame:
    """Table ``single_points``; a blank ``usable_d``: never."""
    used = {name for (name, _), amount in ground.plan["make"].items() if amount > 0}
    rows = [
        {
            "item": one.item,
            "process": one.process,
            "site": one.site,
            "alternative": one.alternative or None,
            "gate": one.gate or None,
            "usable_d": one.days if math.isfinite(one.days) else None,
            "partial": one.partial,
        }
        for one in singles(ground.tables, used)
    ]
    return pl.DataFrame(rows, schema=SINGLE_POINTS)


def paired(ground: Ground, cases: Sequence[Case], rows: Sequence[Mapping[str, Any]]) -> tuple[pl.DataFrame, list[Case]]:
    """Table ``pairs``: cuts two at a time, first those that cost most beyond what each costs alone.

    ``more_...``: above the sum of both alone; ``alike``: the same number where two pairs cost the same. The second
    answer is the pairs that are shown, each as one case: the first that cost more together, of those alike the first.
    Only of these are dates looked for.
    """
    ground.say("pairs")
    found = together.pairs(ground, cases, [row["impact_d"] for row in rows])
    ground.say("dates of pairs")
    groups = _alike(found)
    shown = [at for at, pair in enumerate(found) if pair.more > SMALL and groups[at] not in groups[:at]][:DATED]
    worst = [_both(cases[found[at].first], cases[found[at].second]) for at in shown]
    after = [pair.after for pair in found]
    for at, dated in zip(shown, outcomes(ground, [case.cuts for case in worst]), strict=True):
        after[at] = dated
    told = [_pair(ground, cases, rows, pair, one) for pair, one in zip(found, after, strict=True)]
    return pl.DataFrame([{**row, "alike": group} for row, group in zip(told, groups, strict=True)], PAIRS), worst


def _both(one: Case, other: Case) -> Case:
    """Two cuts at once as one case."""
    return Case(f"{one.name} with {other.name}", "pair", one.cuts + other.cuts)


def _alike(pairs: Sequence[together.Pair]) -> list[int]:
    """Numbers, from one on, that are the same for pairs that cost the same, together and beyond each alone."""
    seen: list[together.Pair] = []
    groups = []
    for pair in pairs:
        like = (
            at
            for at, one in enumerate(seen)
            if max(abs(one.more - pair.more), abs(one.impact - pair.impact)) <= ALIKE_D
        )
        at = next(like, len(seen))
        seen += [pair] if at == len(seen) else []
        groups.append(at + 1)
    return groups


def _pair(
    ground: Ground, cases: Sequence[Case], rows: Sequence[Mapping[str, Any]], pair: together.Pair, after: Outcome
) -> dict[str, Any]:
    """A row of ``pairs``."""
    one, other = cases[pair.first], cases[pair.second]
    loss = Loss.between(ground, ground.base(ground.held(one.cuts + other.cuts)), after)
    both = {"lost_wait_d": loss.wait_d, "unit_days": loss.unit_days, "late_units": loss.late_units}
    alone = {name: rows[pair.first][name] + rows[pair.second][name] for name in both}
    return {
        "name": one.name,
        "other": other.name,
        **loss.dated,
        **both,
        **{f"more_{name.removeprefix('lost_')}": both[name] - alone[name] for name in both},
        "substitutes": pair.substitutes,
        "impact_d": pair.impact,
        "more_d": pair.more,
    }


def broken(ground: Ground, cases: Sequence[Case], coverage: float, by: date) -> pl.DataFrame:
    """Table ``cutsets``: the smallest sets of at most two cuts that break a promise; of size 0 where none is needed."""
    ground.say("sets that break the promise")
    found = together.breaks(ground, cases, coverage, ground.day(by))
    rows = [
        dict(zip(CUTSETS, (len(some), *[cases[at].name for at in some], None, None), strict=False)) for some in found
    ]
    return pl.DataFrame(rows, schema=CUTSETS)
