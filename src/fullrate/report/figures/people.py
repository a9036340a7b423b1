"""Labour pools as figure data: who works, who is in training, who comes and who leaves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl

from fullrate.report.figures.load import heads_of
from fullrate.report.figures.periods import periods
from fullrate.results import Plan
from fullrate.tables import Tables

NUMBERS = ("heads", "in_training", "hired", "trained", "quit")
SCHEMA = {"pool": pl.String, "period": pl.Int64, **dict.fromkeys(NUMBERS, pl.Float64)}


def workforce(tables: Tables, plan: Plan) -> pl.DataFrame:
    """Heads by stage and period, of pools that hire or say how many quit; period 0 is the start.

    Quits are of the heads at the end of the period before, and ``trained`` is who joins them, dropouts taken off, so
    that heads are those before less quits plus trained.

    Returns:
        pool, period, day, date, heads, in_training (at the end of the period), hired, trained, quit (in the period).
    """
    stated = zip(tables.rows("pools"), tables.frames["pools"]["quit"], strict=True)
    moving = [row for row, said in stated if row["hire_max"] > 0 or (said is not None and row["quit"] > 0)]
    rows = [one for row in moving for one in _stages(plan, row)]
    frame = pl.DataFrame(rows, SCHEMA, orient="row")
    dated = frame.join(periods(plan), on="period", how="left", maintain_order="left")
    return dated.select("pool", "period", "day", "date", *NUMBERS)


def _stages(plan: Plan, pool: dict[str, Any]) -> Iterator[tuple[str, int, float, float, float, float, float]]:
    name = pool["pool"]
    after, training = heads_of(plan, pool)
    before = np.concatenate([[pool["heads"]], after[:-1]])
    left = before * (1 - (1 - pool["quit"]) ** (np.diff(plan.edges) / 365))
    yield name, 0, pool["heads"], 0.0, 0.0, 0.0, 0.0
    for at in range(plan.periods):
        hired, joined = plan["hire"][name, at + 1], max(float(after[at] - before[at] + left[at]), 0.0)
        yield name, at + 1, float(after[at]), float(training[at]), hired, joined, float(left[at])
