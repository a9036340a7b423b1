"""Odds with and without a cut, from the same luck: whatever differs is the cut's doing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fullrate import planning
from fullrate.calendar import TOUCH
from fullrate.case import derive
from fullrate.draws import Draws, draw
from fullrate.results import Plan, Samples
from fullrate.studies.stress.cases import Case
from fullrate.studies.stress.ground import Ground
from fullrate.tables import SCENARIO, Cell, Tables
from fullrate.tables.cut import Cut, cut

SHARES = ("odds", "cut_odds", "fallen", "error", "idle_odds")
ODDS = {
    "case": pl.Int64,
    "name": pl.String,
    "class": pl.Int64,
    "need": pl.String,
    "coverage": pl.Float64,
    "by": pl.Date,
    **dict.fromkeys(SHARES, pl.Float64),
    "samples": pl.Int64,
}


def sampled(ground: Ground, cases: Sequence[Case], count: int, seed: int | None) -> tuple[pl.DataFrame, dict[str, Any]]:
    """Odds of the promised dates without a cut, with it and a new plan, and with it and nobody planning again.

    All three see the same draws, sample by sample, so that the error of the fall is that of the difference.

    Args:
        ground: the plan under test.
        cases: what is cut off.
        count: samples.
        seed: seed of all draws; by default that of the scenario.

    Returns:
        the table ``odds`` and its seed and replicates. ``fallen`` is the fall of the odds through the cut, ``error``
        its standard error over replicates.
    """
    tables = ground.tables
    draws = draw(tables, count, min(tables.config.replicates, count), seed)
    ground.say(f"{count} executions without a cut")
    planned = executed(tables, ground.plan, None)
    base = executed(tables, ground.plan, draws)
    promised = promises(tables, planned)
    rows = []
    ground.say("new plans")
    plans = ground.spread(planned_again, ground.alone(), [case.cuts for case in cases])
    for at, (case, again) in enumerate(zip(cases, plans, strict=True), 1):
        ground.say(f"{count} executions with {case.name}")
        changed = cut(tables, case.cuts)
        anew, idle = executed(changed, again, draws), executed(changed, ground.plan, draws)
        for column, day in promised:
            hits = [each.days[:, column] <= day + TOUCH for each in (base, anew, idle)]
            cls, need, coverage = base.targets.row(column)
            fall, error = difference(hits[0], hits[1], base.replicate)
            odds = [float(each.mean()) for each in hits]
            shares = (odds[0], odds[1], fall, error, odds[2])
            rows.append((at, case.name, cls, need, coverage, ground.plan.date(day), *shares, count))
    meta = {"seed": draws.seed, "replicates": int(base.replicate.max()) + 1}
    return pl.DataFrame(rows, schema=ODDS, orient="row"), meta


def planned_again(ground: Ground, cuts: tuple[Cut, ...]) -> Plan:
    """The plan that is made, by time alone, once a cut is known."""
    quick = cut(ground.tables, cuts).replace(Cell(SCENARIO, "", "stages"), '["time"]')
    return planning.plan(quick, tests=False, since=ground.state(ground.held(cuts)))


def executed(tables: Tables, plan: Plan, draws: Draws | None) -> Samples:
    """Executions of a plan by draws; without them the one without luck."""
    from fullrate import simulate

    return simulate.run(tables, derive(tables, pruned=False), plan, draws)


def promises(tables: Tables, planned: Samples) -> list[tuple[int, float]]:
    """Columns of targets and the promised day of each: ``due`` of needs, and the plan's own dates of classes."""
    due = {row["need"]: row["due"] for row in tables.rows("needs")}
    found = []
    for column, (_, need, coverage) in enumerate(planned.targets.iter_rows()):
        if need and coverage == 1.0 and due.get(need) is not None:
            found.append((column, float((due[need] - planned.start).days)))
        if not need and np.isfinite(planned.days[0, column]):
            found.append((column, float(planned.days[0, column])))
    return [(column, day) for column, day in found if day > 0]


def difference(
    before: NDArray[np.bool_], after: NDArray[np.bool_], replicate: NDArray[np.int64]
) -> tuple[float, float]:
    """Mean fall of a share, and its standard error over replicates."""
    fall = before.astype(float) - after.astype(float)
    count = int(replicate.max()) + 1
    means = np.bincount(replicate, fall, count) / np.bincount(replicate, minlength=count)
    return float(fall.mean()), float(means.std(ddof=1) / np.sqrt(count)) if count > 1 else float("nan")
