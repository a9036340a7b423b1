"""Learning curves as figure data: what a start takes as experience is gathered."""

from __future__ import annotations

import polars as pl

from fullrate.report.figures.periods import NOTABLE, periods
from fullrate.results import Plan
from fullrate.rules import plainly
from fullrate.tables import Tables

NUMBERS = ("starts", "counted_on", "curve", "so_far")
SCHEMA = {"learner": pl.String, "period": pl.Int64, **dict.fromkeys(NUMBERS, pl.Float64)}


def learnt(tables: Tables, plan: Plan) -> pl.DataFrame:
    """Effort of a start as a share of that at the start of the plan, for everything that learns, by period.

    A plan counts on the experience of the round before, which it gathers, so ``counted_on`` is never below the effort
    the starts of the plan really take (``curve``).

    Returns:
        learner (a group, else a process), period, day, date, starts (in the period), so_far (starts by its end),
        counted_on, curve (shares; the mean of the period). Only periods with starts.
    """
    known, first = plainly.curves(tables), {(row["user"], row["resource"]): row["qty"] for row in tables.rows("uses")}
    made: dict[tuple[str, int], float] = {}
    for (process, period), starts in plan["make"].items():
        if process in known:
            place = known[process].group[1], period
            made[place] = made.get(place, 0.0) + starts
    shares: dict[tuple[str, int], float] = {}
    for (process, resource, period), (effort, _) in plainly.stated_effort(plan).items():
        if process in known and first.get((process, resource), 0.0) > 0:
            shares[known[process].group[1], period] = effort / first[process, resource]
    rows = []
    for curve in {curve.group: curve for curve in known.values()}.values():
        learner, so_far = curve.group[1], 0.0
        for period in range(1, plan.periods + 1):
            starts = made.get((learner, period), 0.0)
            if starts > NOTABLE and (learner, period) in shares:
                true = curve.mean(so_far, so_far + starts)
                rows.append((learner, period, starts, shares[learner, period], true, so_far + starts))
            so_far += starts
    frame = pl.DataFrame(rows, SCHEMA, orient="row").join(periods(plan), on="period", how="left", maintain_order="left")
    return frame.select("learner", "period", "day", "date", "starts", "so_far", "counted_on", "curve")
