"""A promise followed over the announcements of its record: forecast again on each of their days, and what moved it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from fullrate.draws.history import Past
from fullrate.findings import Finding, Refused, Severity
from fullrate.forecast.baselines import SHARE_FLOOR
from fullrate.forecast.classes import reference
from fullrate.forecast.known import Promise, known_on, promises, value_at
from fullrate.forecast.outlook import Forecast, forecast
from fullrate.results import Study
from fullrate.tables.surge import Surge

LEVEL = 0.8
"""Central interval that is stated, and outside of which an outcome is an alarm."""


def follow(surge: Surge, as_of: date | None = None, cases: Sequence[Past] | None = None, seed: int = 0) -> Study:
    """Forecast the headline promise of a record on the day of each of its announcements, and on the day of knowledge.

    Args:
        surge: the record.
        as_of: day of knowledge; the day the last row became known if None.
        cases: the reference; those that come with the program if None.
        seed: of the random streams.

    Returns:
        A study with the table ``forecasts``: one row a day, with the headline on its own day and else the last
        promise of that day; ``said`` of its facts has all.

    Raises:
        Refused: FR804 nothing had been announced by the day; FR822 no promise has a quantity and a date.
    """
    made = promises(surge)
    head = next((one for one in made if one.headline and one.complete), None)
    if head is None or head.announced_on is None:
        raise Refused([_no_promise(surge)])
    day = as_of or _last(surge, head)
    if day < head.announced_on:
        raise Refused([_too_early(surge, head, day)])
    pasts = reference() if cases is None else tuple(cases)
    known = [one for one in made if one.complete and one.unit == head.unit and one.announced_on]
    said = {one.announced_on: one for one in known if one.announced_on} | {head.announced_on: head}
    days = sorted({each for each in said if head.announced_on <= each <= day} | {head.announced_on, day})
    rows, before = [], None
    for each in days:
        now = forecast(known_on(surge, head, each), pasts, seed=seed)
        own = said.get(each)
        rows.append(_row(each, head, own, now, before, pasts, seed))
        before = now
    table = _with_outcome(pl.DataFrame(rows, infer_schema_length=None), surge, head, day)
    meta = {
        "slug": surge.case.slug,
        "title": surge.case.title,
        "as_of": day.isoformat(),
        "quantity": head.quantity,
        "unit": head.unit,
        "due": head.due,
        "announced_on": head.announced_on,
        "by_whom": head.by_whom,
        "said": [
            {"on": f"{one.announced_on}", "quantity": one.quantity, "due": f"{one.due}"}
            for one in sorted(known, key=lambda one: one.announced_on or day)
            if one.row != head.row and one.announced_on is not None and head.announced_on <= one.announced_on <= day
        ],
        "later_cases": sum(one.due is not None and one.due > head.announced_on for one in now.cases),
        "cases": len(now.cases),
        "samples": len(now.share),
        "seed": seed,
    }
    return Study("track", {"forecasts": table}, meta)


def _last(surge: Surge, head: Promise) -> date:
    rows = surge.frames["actual"].filter(pl.col("period_end").is_not_null())
    known = [
        end if reported is None else reported for end, reported in rows.select("period_end", "reported").iter_rows()
    ]
    said = [one.announced_on for one in promises(surge) if one.announced_on]
    days: list[date] = [*known, *said, *([head.announced_on] if head.announced_on else [])]
    return max(days)


def _row(
    day: date,
    head: Promise,
    own: Promise | None,
    now: Forecast,
    before: Forecast | None,
    cases: Sequence[Past],
    seed: int,
) -> dict[str, Any]:
    """What was said on a day, and the forecast of the headline then."""
    total = head.quantity or 1.0
    shares = np.quantile(now.share, [0.1, 0.5, 0.9], method="inverted_cdf")
    last = float(now.known.path.value[-1]) if len(now.known.path) else None
    row: dict[str, Any] = {"as_of": day, "by_whom": own.by_whom if own else None}
    row |= {"said_quantity": own.quantity if own else None, "said_due": own.due if own else None}
    row |= _said(head, own, now) | {"actuals": len(now.known.path), "actual": last}
    row |= {"odds_by_due": float((now.ratio <= 1.0).mean()), "effective": now.effective}
    row |= {f"day_p{name}": now.day(at) for name, at in ((10, 0.1), (50, 0.5), (90, 0.9))}
    row |= {f"quantity_p{name}": float(one) * total for name, one in zip((10, 50, 90), shares, strict=True)}
    return row | _moved(now, before, cases, seed)


def _said(head: Promise, own: Promise | None, now: Forecast) -> dict[str, float | None]:
    """Odds of what was said on a day, and the median of what will be there by then, from the curves of the headline.

    So the odds of two promises of the same thing never contradict each other.
    """
    if own is None or own.due is None or head.announced_on is None:
        return {"said_odds": None, "said_p50": None}
    total = head.quantity or 1.0
    time = (own.due - head.announced_on).days / head.days
    middle = float(np.quantile(now.ramps.at(time), 0.5, method="inverted_cdf")) * total
    return {"said_odds": now.odds((own.quantity or 0.0) / total, own.due), "said_p50": middle}


def _moved(now: Forecast, before: Forecast | None, cases: Sequence[Past], seed: int) -> dict[str, float | None]:
    """Days by which the median moved since the last forecast: by what was counted first, then by what was said.

    Time that passes without either moves nothing: what has not been reported is not known to be missing.
    """
    none: dict[str, float | None] = {"moved_d": None, "actuals_d": None, "said_d": None}
    if before is None:
        return none
    counted = forecast(replace(now.known, revised=before.known.revised), cases, seed=seed)
    days = [one.day(0.5) for one in (before, counted, now)]
    if None in days:
        return none
    first, middle, last = (one.toordinal() for one in days if one is not None)
    return {"moved_d": float(last - first), "actuals_d": float(middle - first), "said_d": float(last - middle)}


def _with_outcome(table: pl.DataFrame, surge: Surge, head: Promise, day: date) -> pl.DataFrame:
    """What came at the promised date where it is known by the day of knowledge, and the score of each forecast of it.

    Adds: came (quantity; null: not known), inside (in the 80 % range), error (logarithm of the median over it).
    """
    known, total = known_on(surge, head, day), head.quantity or 1.0
    came = None if head.due is None else value_at(known.path, float(head.due.toordinal()), head.year_total)
    if came is None or head.due is None:
        blank = {"came": pl.Float64, "inside": pl.Boolean, "error": pl.Float64}
        return table.with_columns(**{name: pl.lit(None, kind) for name, kind in blank.items()})
    floor = SHARE_FLOOR * total
    open_ = pl.col("as_of") < head.due
    inside = pl.col("quantity_p10").le(came) & pl.col("quantity_p90").ge(came)
    error = (pl.col("quantity_p50").clip(floor) / max(came, floor)).log()
    return table.with_columns(
        came=pl.lit(came),
        inside=pl.when(open_).then(inside),
        error=pl.when(open_).then(error),
    )


def _no_promise(surge: Surge) -> Finding:
    return Finding(
        "FR822",
        Severity.ERROR,
        "no promise to follow",
        file=f"{surge.case.slug}/case.toml",
        found="its headline has no quantity, or no date after its announcement",
        help=f"`fullrate outlook {surge.case.slug}` says what class history allows without one",
    )


def _too_early(surge: Surge, head: Promise, day: date) -> Finding:
    return Finding(
        "FR804",
        Severity.ERROR,
        "before any announcement",
        file=f"{surge.case.slug}/announced.csv",
        column="announced_on",
        found=f"the promise that is followed was not made by {day}",
        allowed=f"{head.announced_on} or later",
        help=f"use --as-of {head.announced_on} for the forecast of that day",
    )


def hits(study: Study) -> tuple[int, int]:
    """Stated intervals that held what came, and all of which it is known."""
    told = study.table("forecasts")["inside"].drop_nulls()
    return int(told.sum()), len(told)


def expected_misses(count: int) -> float:
    """Intervals of so many that would be missed if all were right."""
    return count * (1 - LEVEL)


def deviation(study: Study) -> float | None:
    """Mean distance of the medians from what came, as a factor; None where nothing is known."""
    told = study.table("forecasts")["error"].drop_nulls()
    return math.exp(float(told.abs().mean())) if len(told) else None  # type: ignore[arg-type]
