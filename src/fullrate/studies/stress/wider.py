"""Beside single cuts: the screen without time, single points of failure, pairs, sets that break a promise."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from fullrate.studies.stress import together
from fullrate.studies.stress.cases import Case
from fullrate.studies.stress.ground import Ground
from fullrate.studies.stress.screen import Screen, pace

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
}
PAIRS = {
    "name": pl.String,
    "other": pl.String,
    "impact_d": pl.Float64,
    "more_d": pl.Float64,
    "substitutes": pl.Boolean,
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
        }
        for one in together.singles(ground.tables, used)
    ]
    return pl.DataFrame(rows, schema=SINGLE_POINTS)


def paired(ground: Ground, cases: Sequence[Case], rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """Table ``pairs``: cuts two at a time, the dearest first; ``more_d``: above the sum of both alone."""
    ground.say("pairs")
    found = together.pairs(ground, cases, [row["impact_d"] for row in rows])
    return pl.DataFrame(
        [
            {
                "name": cases[pair.first].name,
                "other": cases[pair.second].name,
                "impact_d": pair.impact,
                "more_d": pair.more,
                "substitutes": pair.substitutes,
            }
            for pair in found
        ],
        schema=PAIRS,
    )


def broken(ground: Ground, cases: Sequence[Case], coverage: float, by: date) -> pl.DataFrame:
    """Table ``cutsets``: the smallest sets of at most two cuts that break a promise; of size 0 where none is needed."""
    ground.say("sets that break the promise")
    found = together.breaks(ground, cases, coverage, ground.day(by))
    rows = [
        dict(zip(CUTSETS, (len(some), *[cases[at].name for at in some], None, None), strict=False)) for some in found
    ]
    return pl.DataFrame(rows, schema=CUTSETS)
