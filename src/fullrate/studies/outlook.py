"""Outlook: what becomes of a promise, as of a day, by what became of others."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl

from fullrate.draws.history import RATIO_CAP, Past, weights
from fullrate.findings import Finding, Refused, Severity
from fullrate.forecast.classes import deciles, others, reference, revision_error
from fullrate.forecast.inside import Behind, Inside, inside
from fullrate.forecast.known import Known, Promise, known_on, promises
from fullrate.forecast.outlook import Forecast, forecast
from fullrate.forecast.pool import SCORED, WEIGHT, Pool, apart, pool
from fullrate.forecast.record import variants
from fullrate.results import Study
from fullrate.tables import Tables
from fullrate.tables.check.ranges import CLASS
from fullrate.tables.surge import Surge

POINTS = 24
"""Days for which the whole curve is given."""

QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)


@dataclass(frozen=True)
class Asked:
    """A quantity and a day of the reader's own.

    Attributes:
        quantity: in the unit of the promise; None asks how much there will be.
        by: None asks when it will be there.
    """

    quantity: float | None = None
    by: date | None = None


def outlook(
    surge: Surge,
    as_of: date | None = None,
    asked: Asked | None = None,
    cases: Sequence[Past] | None = None,
    seed: int = 0,
    behind: Behind | None = None,
) -> Study:
    """Forecast the promise of a record that stands on a day.

    Args:
        surge: the record; of what it holds only what was known by the day is read.
        as_of: day of knowledge; the day of the headline if None, or that of the plan if it is later.
        asked: a quantity or a day of the reader's own.
        cases: the reference; those that come with the program if None.
        seed: of the random stream.
        behind: a plan whose executions are the inside view; it is pooled with the outside view.

    Returns:
        A study with the tables ``forecast`` (empty where nothing was promised), ``curve``, ``promises``, ``cases``, and
        with a plan ``views``: outside, inside and pool.

    Raises:
        Refused: FR804 the day is before any announcement; FR816 there is nothing to pool; what ``inside`` refuses.
    """
    pasts = reference() if cases is None else tuple(cases)
    question = asked or Asked()
    made = promises(surge)
    day = as_of or _day_of(made, behind)
    standing = _standing(surge, made, day)
    promise = standing if standing.complete else _as_asked(standing, question, day)
    known = known_on(surge, promise, day)
    left = others(known, pasts)
    found = forecast(known, pasts, seed=seed) if promise.complete else None
    rest = [one for one in made if one.complete and one.row != promise.row]
    rest = [one for one in rest if one.announced_on is not None and one.announced_on <= day]
    beside = [_beside(surge, one, day, found, pasts, seed) for one in rest]
    view = None if behind is None else _inside(surge, known, found, behind)
    tables = {
        "forecast": pl.DataFrame([_row(found)] if found else []),
        **({"views": _views(found, view)} if found and view else {}),
        "curve": _curve(found) if found else pl.DataFrame(),
        "promises": pl.DataFrame(beside, infer_schema_length=None),
        "cases": _cases(left, known.kind),
    }
    meta = _meta(surge, known, left, found, standing, question)
    return Study("outlook", tables, meta | (_pooled(found, view) if found and view else {}))


def _day_of(made: Sequence[Promise], behind: Behind | None) -> date:
    """The day of the headline; that of the plan where it is later."""
    known = None if behind is None else behind.tables.config.as_of
    first = _first(made)
    return first if known is None else max(first, known)


def _inside(surge: Surge, known: Known, found: Forecast | None, behind: Behind) -> Inside:
    """The inside view of a promise whose end is open.

    Raises:
        Refused: FR816 nothing was promised, or what came of it is known.
    """
    promise = known.promise
    why = None if found is not None else "no quantity with a date was promised, so there are no odds to pool"
    if found is not None and promise.due is not None and known.as_of > promise.due:
        why = f"its date, {promise.due}, had passed by {known.as_of}"
    elif found is not None and float(found.ratio.min()) == float(found.ratio.max()):
        why = f"by {known.as_of} the quantity was there"
    if why is None:
        return inside(known, behind)
    raise Refused(
        [
            Finding(
                "FR816",
                Severity.ERROR,
                "nothing to pool",
                file=f"{surge.case.slug}/announced.csv",
                found=why,
                help="leave --run out, or take a day of knowledge on which the promise was open",
            )
        ]
    )


def _views(found: Forecast, view: Inside) -> pl.DataFrame:
    """Both views and their pool, one row each; a day is null beyond the plan, or ``RATIO_CAP``."""
    sides: dict[str, tuple[Inside | Forecast, Forecast | Inside]] = {
        "outside": (found, found),
        "inside": (view, view),
        "pool": (view, found),
    }
    rows = [
        _view(name, pool(a.ratio, b.ratio), pool(a.share, b.share), found.known.promise)
        for name, (a, b) in sides.items()
    ]
    samples = [len(found.share), len(view.share), len(view.share) + len(found.share)]
    return pl.DataFrame(rows, infer_schema_length=None).with_columns(samples=pl.Series(samples))


def _view(name: str, ratio: Pool, share: Pool, promise: Promise) -> dict[str, Any]:
    begin, quantity = promise.announced_on or date.min, promise.quantity or 1.0
    days = [ratio.quantile(one) for one in QUANTILES]
    named = [f"p{one * 100:.0f}" for one in QUANTILES]
    dates = [begin + timedelta(days=round(one * promise.days)) if one <= RATIO_CAP else None for one in days]
    shares = [share.quantile(one) * quantity for one in QUANTILES]
    return {
        "view": name,
        "odds_by_due": ratio.below(1.0),
        "odds_open": 1.0 - ratio.below(RATIO_CAP),
        **{f"quantity_{at}": one for at, one in zip(named, shares, strict=True)},
        **{f"day_{at}": one for at, one in zip(named, dates, strict=True)},
    }


def _pooled(found: Forecast, view: Inside) -> dict[str, Any]:
    """What the inside view rests on, and where the two disagree."""
    behind = view.behind
    as_of = behind.tables.config.as_of
    return {
        "inside": {
            "run": behind.run,
            "scenario": behind.tables.config.name,
            "counted": view.counted,
            "unit": view.unit,
            "whole": view.whole,
            "before": view.before,
            "as_of": None if as_of is None else as_of.isoformat(),
            "start": behind.plan.start.isoformat(),
            "ends": behind.plan.date(float(behind.plan.edges[-1])).isoformat(),
            "samples": len(view.share),
            "actual": None if view.actual is None else view.actual.isoformat(),
            "effective": view.effective,
            "misfit": view.misfit,
            "preview": bool(behind.plan.meta.get("preview")),
            "of_history": _of_history(behind.tables),
            "ranges": sum(behind.tables.frames[name].height for name in ("uncertainty", "risks")),
        },
        "pool": {"weight": WEIGHT, "scored": SCORED, "apart": apart(view.ratio, found.ratio)},
    }


def _of_history(tables: Tables) -> bool:
    """Whether all that is uncertain in a scenario is class history, which the outside view is already."""
    kinds = set(tables.frames["uncertainty"]["dist"].to_list())
    return kinds == {CLASS} and tables.frames["risks"].is_empty()


def _first(made: Sequence[Promise]) -> date:
    head = next((one for one in made if one.headline and one.announced_on), None)
    days = [one.announced_on for one in made if one.announced_on]
    if head is not None and head.announced_on is not None:
        return head.announced_on
    return min(days) if days else date.today()


def _standing(surge: Surge, made: Sequence[Promise], day: date) -> Promise:
    """The promise that stands on a day: the headline while its date is ahead, then the last that followed it."""
    known = [one for one in made if one.announced_on is None or one.announced_on <= day]
    if made and not known:
        raise Refused([_too_early(surge, made, day)])
    head = next((one for one in known if one.headline), None)
    if head is not None and head.complete and head.due is not None and head.due >= day:
        return head
    whole = [one for one in known if one.complete and (head is None or one.unit == head.unit)]
    if whole:
        return max(whole, key=lambda one: (one.announced_on or date.min, one.due or date.min))
    said = surge.case.headline.unit or surge.case.series or ""
    return head or Promise(-1, day, "", None, said, None, surge.case.headline.what, True)


def _too_early(surge: Surge, made: Sequence[Promise], day: date) -> Finding:
    first, row = min((one.announced_on, one.row) for one in made if one.announced_on)
    origin = surge.origins.get("announced")
    found = f"nothing had been announced by {day}; the first announcement is of {first}"
    ledger = surge.origins.get("statements")
    return Finding(
        "FR804",
        Severity.ERROR,
        "before any announcement",
        key="published" if ledger else "",
        file=ledger.file if ledger else f"{surge.case.slug}/{'announced.csv' if origin and row >= 0 else 'case.toml'}",
        row=origin.line(row) if origin and row >= 0 else None,
        column="deadline_from" if ledger else "announced_on",
        found=found,
        allowed=f"{first} or later",
        help=f"use --as-of {first} for the forecast of that day",
    )


def warnings(study: Study) -> list[Finding]:
    """What a reader of an outlook should be told before its numbers: FR805, no case of the class is known."""
    kind = study.meta["kind"]
    if study.meta["own_cases"]:
        return []
    found = f"no case behind it is of the class `{kind}`" if kind else "the record gives no class"
    more = "records of such surges, one folder each, would help"
    advice = f"all classes are taken together; {more if kind else 'name it: `product_kind`, of a ledger --class'}"
    return [Finding("FR805", Severity.WARNING, "class without a case", found=found, help=advice)]


def _as_asked(promise: Promise, asked: Asked, day: date) -> Promise:
    """The reader's question in the place of a promise that was never made; incomplete where it is none either."""
    begin, quantity = promise.announced_on or day, promise.quantity or asked.quantity
    return replace(promise, row=-2, announced_on=begin, quantity=quantity, due=promise.due or asked.by)


def _row(made: Forecast) -> dict[str, Any]:
    promise, quantity = made.known.promise, made.known.promise.quantity or 1.0
    shares = np.quantile(made.share, QUANTILES, method="inverted_cdf") * quantity
    days = [made.day(one) for one in QUANTILES]
    held = [made.day(one, sustained=True) for one in QUANTILES]
    names = [f"p{one * 100:.0f}" for one in QUANTILES]
    return {
        "announced_on": promise.announced_on,
        "by_whom": promise.by_whom,
        "quantity": promise.quantity,
        "unit": promise.unit,
        "due": promise.due,
        "what": promise.what,
        "odds_by_due": float((made.ratio <= 1.0).mean()),
        "odds_held_by_due": float((made.sustained <= 1.0).mean()),
        "odds_never": float((~np.isfinite(made.ratio)).mean()),
        **{f"quantity_{name}": float(one) for name, one in zip(names, shares, strict=True)},
        **{f"day_{name}": one for name, one in zip(names, days, strict=True)},
        **{f"held_day_{name}": one for name, one in zip(names, held, strict=True)},
        "actuals": len(made.known.path),
        "effective_samples": made.effective,
        "misfit": made.misfit,
    }


def _beside(
    surge: Surge, promise: Promise, day: date, found: Forecast | None, cases: Sequence[Past], seed: int
) -> dict[str, Any]:
    """Another promise, from the curves of the standing one where it is of the same thing and its date is ahead.

    So the odds of two promises never contradict each other; all others have curves of their own.
    """
    row = {"announced_on": promise.announced_on, "by_whom": promise.by_whom, "quantity": promise.quantity}
    row |= {"unit": promise.unit, "due": promise.due, "what": promise.what}
    total, due = promise.quantity or 1.0, promise.due or day
    standing = None if found is None else found.known.promise
    same = standing is not None and (standing.unit, standing.what) == (promise.unit, promise.what)
    if found is None or standing is None or not same or due <= day or standing.announced_on is None:
        own = forecast(known_on(surge, promise, day), cases, seed=seed)
        odds, middle = float((own.ratio <= 1.0).mean()), float(np.median(own.share)) * total
    else:
        base, time = standing.quantity or 1.0, (due - standing.announced_on).days / standing.days
        odds, middle = found.odds(total / base, due), float(np.median(found.ramps.at(time))) * base
    return {**row, "odds_by_due": odds, "quantity_p50": middle}


def _curve(made: Forecast) -> pl.DataFrame:
    """Quantiles of the count or the rate on days from the day of knowledge to twice the announced duration or later."""
    promise, quantity = made.known.promise, made.known.promise.quantity or 1.0
    begin = promise.announced_on or made.known.as_of
    now = (made.known.as_of - begin).days / promise.days
    rows = []
    for time in np.linspace(max(now, 0.0), max(2.0, 2 * now), POINTS + 1):
        shares = np.minimum(made.ramps.at(float(time)), np.maximum(1.0, made.share))
        day = begin + timedelta(days=round(float(time) * promise.days))
        values = np.quantile(shares, QUANTILES, method="inverted_cdf") * quantity
        rows.append({"day": day, **{f"p{q * 100:.0f}": float(v) for q, v in zip(QUANTILES, values, strict=True)}})
    return pl.DataFrame(rows)


def _cases(left: Sequence[Past], kind: str | None) -> pl.DataFrame:
    """The cases behind a forecast, those that count most first."""
    rows = [
        {
            **{name: getattr(one, name) for name in Past.__dataclass_fields__ if name != "programme"},
            "weight": float(each),
        }
        for one, each in zip(left, weights(tuple(left), kind), strict=True)
    ]
    return pl.DataFrame(rows, infer_schema_length=None).sort("weight", "slug", descending=[True, False])


def _meta(
    surge: Surge, known: Known, left: Sequence[Past], found: Forecast | None, standing: Promise, asked: Asked
) -> dict[str, Any]:
    own = [one for one in left if one.kind == known.kind]
    group = own or list(left)
    told = [one for one in group if one.kept is not None]
    shares = [one.share for one in group if one.share is not None]
    last = variants()
    firsts = [one.first for one in group if one.first is not None]
    full = [one.ratio * one.days for one in group if one.ratio is not None]
    return {
        "slug": surge.case.slug,
        "title": surge.case.title,
        "as_of": known.as_of.isoformat(),
        "kind": known.kind,
        "cases": len(left),
        "later_cases": sum(one.due is not None and one.due > known.as_of for one in left),
        "own_cases": len(own),
        "own_kept": sum(one.kept is True for one in told),
        "own_told": len(told),
        "own_median_share": float(np.median(shares)) if shares else None,
        "own_median_first": _median([one.first / one.days for one in group if one.first is not None]),
        "own_first_days": list(deciles(firsts)) if firsts else None,
        "own_full_days": list(deciles(full)) if full else None,
        "own_first_cases": len(firsts),
        "own_median_ratio": _median([one.ratio for one in group if one.ratio is not None]),
        "own_met": sum(one.ratio is not None for one in group),
        "promised": standing.complete,
        "asked": _answered(found, asked) if found and standing.complete and (asked.quantity or asked.by) else None,
        "unmet": found.unmet if found else None,
        "revised": _revised(found, tuple(left)) if found else None,
        "samples": len(found.share) if found else 0,
        "variants": len(last),
        "record": last[-1] if last else None,
    }


def _revised(found: Forecast, left: tuple[Past, ...]) -> dict[str, Any] | None:
    """Figures that the promiser revised by the day, and what such figures of others were worth."""
    later, error = found.known.revised, revision_error(left)
    if later is None or error is None:
        return None
    facts = {"on": f"{later.announced_on}", "by_whom": later.by_whom, "quantity": later.quantity}
    middle, spread, count = math.exp(error[0]), error[1], error[2]
    return {**facts, "due": f"{later.due}", "worth": middle, "deviation": spread, "programmes": count}


def _median(values: Sequence[float]) -> float | None:
    return float(np.median(values)) if len(values) else None


def _answered(found: Forecast, asked: Asked) -> dict[str, Any]:
    """What the reader asked, from the same curves."""
    promise = found.known.promise
    begin, total = promise.announced_on or found.known.as_of, promise.quantity or 1.0
    answer: dict[str, Any] = {"quantity": asked.quantity, "by": asked.by.isoformat() if asked.by else None}
    if asked.quantity and asked.by:
        return {**answer, "odds": found.odds(asked.quantity / total, asked.by)}
    if asked.by:
        shares = found.ramps.at(max((asked.by - begin).days, 0) / promise.days)
        low, middle, high = np.quantile(shares, [0.1, 0.5, 0.9], method="inverted_cdf") * total
        return {**answer, "p10": float(low), "p50": float(middle), "p90": float(high)}
    times = found.ramps.when((asked.quantity or 0.0) / total)
    days = [
        _day(begin, float(one) * promise.days) for one in np.quantile(times, [0.1, 0.5, 0.9], method="inverted_cdf")
    ]
    return {**answer, "day_p10": days[0], "day_p50": days[1], "day_p90": days[2]}


def _day(begin: date, days: float) -> str | None:
    return (begin + timedelta(days=round(days))).isoformat() if days < 36525 else None
