"""What must be true for the promised date: one assumption changed, or a few a little."""

from __future__ import annotations

from datetime import date

import polars as pl

from fullrate.case import derive
from fullrate.findings import Finding, Refused, Severity
from fullrate.planning import Promise, asked, asked_of, joint, refuse_outside, smallest
from fullrate.planning.required import Assumption, Change
from fullrate.results import Study
from fullrate.tables import Tables

TOGETHER = 4
"""Assumptions that the joint change spreads over."""
NOTHING = 1e-9
"""Days and shares below this are rounding."""


def require(tables: Tables, *, need: str, by: date, share: float = 1.0) -> Study:
    """The smallest changes that make a promised date possible.

    Args:
        tables: the scenario.
        need: the need that is promised.
        by: the promised day.
        share: share of the need that is promised.

    Raises:
        Refused: there is no such need, its quantity is not said, or the day is not inside the plan.
    """
    asked(tables, need=need)
    if need in tables.open_needs:
        raise Refused([_unsaid(need)])
    refuse_outside(by, tables.config.start, tables.config.horizon_d)
    day = float((by - tables.config.start).days)
    arisen = _arisen(tables, need, day)
    if share > arisen + NOTHING:
        meta = {"need": need, "by": by, "share": share, "arisen": arisen, "possible": False, "single": 0, "joint": None}
        return Study("require", {"changes": _table([]), "together": _together([], None)}, meta)
    trials = asked_of(tables, Promise(need, day, share))
    changes = smallest(tables, trials) if trials else []
    enough = [change for change in changes if change.needed is not None]
    spread = _spread(changes)
    better = joint(tables, trials, spread) if trials else None
    meta = {"need": need, "by": by, "share": share, "arisen": arisen}
    meta |= {"possible": not trials, "single": len(enough), "joint": better}
    return Study("require", {"changes": _table(changes), "together": _together(spread, better)}, meta)


def _arisen(tables: Tables, need: str, day: float) -> float:
    """Share of a need that exists in the last period that ends by a day; what has not arisen cannot be delivered."""
    case = derive(tables)
    at, periods = case.axes["need"].labels.index(need), int((case.calendar.edges[1:] <= day + NOTHING).sum())
    return float(case.needs.arisen[at, periods - 1] / case.needs.qty[at]) if periods else 1.0


def _unsaid(need: str) -> Finding:
    return Finding(
        "FR380",
        Severity.ERROR,
        "quantity missing",
        table="needs",
        key=need,
        column="qty",
        found=f"nobody has said how much `{need}` is, so no date of it can be asked about",
        allowed="a need with a quantity",
        help=f"plan with a quantity of your own (`--set needs:{need}.qty=...`), and ask of that run",
    )


def _spread(changes: list[Change]) -> list[Assumption]:
    """What a joint change touches: the single changes that come nearest to being enough, else all there are."""
    enough = [change.assumption for change in changes if change.needed is not None][:TOGETHER]
    return enough if len(enough) > 1 else [change.assumption for change in changes]


def _table(changes: list[Change]) -> pl.DataFrame:
    rows = [
        (
            change.assumption.kind,
            change.assumption.key,
            str(change.assumption.cells[0]),
            change.assumption.now,
            change.needed,
            None if change.needed is None else change.needed / change.assumption.now - 1,
        )
        for change in changes
    ]
    schema = {
        "kind": pl.String,
        "key": pl.String,
        "cell": pl.String,
        "now": pl.Float64,
        "needed": pl.Float64,
        "change": pl.Float64,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def _together(of: list[Assumption], better: float | None) -> pl.DataFrame:
    rows = [(one.kind, one.key, one.now, one.shifted(better)) for one in of] if better is not None else []
    schema = {"kind": pl.String, "key": pl.String, "now": pl.Float64, "needed": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")
