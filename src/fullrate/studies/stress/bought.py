"""Odds of the promised dates under cuts, with purchases and without, from the same luck."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl

from fullrate.calendar import TOUCH
from fullrate.draws import Draws, draw
from fullrate.planning.measures import CELLS, Measure, bought
from fullrate.studies.stress.cases import Case
from fullrate.studies.stress.ground import Ground
from fullrate.studies.stress.sampled import difference, executed, planned_again, promises
from fullrate.tables import Cell
from fullrate.tables.cut import cut

WORST = 10
"""Cases whose odds are asked for, those that cost most without purchases."""

ODDS = {
    "case": pl.String,
    "class": pl.Int64,
    "need": pl.String,
    "coverage": pl.Float64,
    "by": pl.Date,
    **dict.fromkeys(("odds", "cut_odds", "bought_odds", "regained", "error"), pl.Float64),
    "samples": pl.Int64,
}


def odds_with(
    ground: Ground, cases: Sequence[Case], amounts: Mapping[Measure, float], count: int, seed: int | None
) -> tuple[pl.DataFrame, dict[str, Any]]:
    """Odds of the promised dates with no cut, with each cut and a new plan, and the same after purchases.

    All three see the same draws, sample by sample; what is bought comes on top of a quantity that is drawn, and a gate
    that is passed beforehand is drawn no more.

    Args:
        ground: the plan under test.
        cases: what is cut off.
        amounts: what is bought before the start.
        count: samples.
        seed: seed of all draws; by default that of the scenario.

    Returns:
        the table ``odds``, and seed and replicates. ``regained`` is what purchases add to the odds under the cut,
        ``error`` its standard error over replicates.
    """
    tables, rows = ground.tables, []
    richer = replace(ground, tables=bought(tables, amounts), _states={}, _bases={})
    draws = draw(tables, count, min(tables.config.replicates, count), seed)
    lucky = beside(draws, amounts)
    base = executed(tables, ground.plan, draws)
    asked = promises(tables, executed(tables, ground.plan, None))
    ground.say("new plans, with purchases and without")
    without, having = (
        each.spread(planned_again, each.alone(), [case.cuts for case in cases]) for each in (ground, richer)
    )
    for case, poor, rich in zip(cases, without, having, strict=True):
        ground.say(f"{count} executions with {case.name}")
        cut_off = executed(cut(tables, case.cuts), poor, draws)
        helped = executed(cut(richer.tables, case.cuts), rich, lucky)
        for column, day in asked:
            hits = [each.days[:, column] <= day + TOUCH for each in (base, cut_off, helped)]
            cls, need, coverage = base.targets.row(column)
            regained, error = difference(hits[2], hits[1], base.replicate)
            odds = [float(each.mean()) for each in hits]
            rows.append((case.name, cls, need, coverage, ground.plan.date(day), *odds, regained, error, count))
    meta = {"samples": count, "seed": draws.seed, "replicates": int(base.replicate.max()) + 1}
    return pl.DataFrame(rows, schema=ODDS, orient="row"), meta


def beside(draws: Draws, amounts: Mapping[Measure, float]) -> Draws:
    """The same luck after purchases: amounts on top of what is drawn, gates that were passed left out."""
    more = {_cell(one): amount for one, amount in amounts.items() if one.kind != "gate"}
    passed = {one.target for one, amount in amounts.items() if one.kind == "gate" and amount >= 0.5}
    added = np.array([more.get(cell, 0.0) for cell in draws.cells])
    kept = np.array([cell.table != "gates" or cell.key not in passed for cell in draws.cells], bool)
    return replace(
        draws,
        cells=tuple(cell for cell, stays in zip(draws.cells, kept, strict=True) if stays),
        values=(draws.values + added)[:, kept],
        drawn=(draws.drawn + np.where(draws.factor, 0.0, added))[:, kept],
        uniforms=draws.uniforms[:, kept],
        factor=draws.factor[kept],
    )


def _cell(one: Measure) -> Cell:
    table, column = CELLS[one.kind]
    return Cell(table, f"{one.site}|{one.target}" if one.kind == "buffer" else one.target, column)
