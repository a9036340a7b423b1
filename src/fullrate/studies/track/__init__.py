"""Tracking: plan against actual, the plan that goes on from where things stand, what moved the date, past forecasts.

``reported`` holds what was reported beside the plan, ``standing`` the state that follows from it, ``moving`` splits the
move of a date by cause, ``announced`` follows a promise of a surge record over its announcements.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from fullrate.case import Case, derive
from fullrate.findings import Finding, Refused, Severity
from fullrate.forecast.known import headline, known_on
from fullrate.forecast.outlook import forecast
from fullrate.planning import after
from fullrate.planning import plan as make
from fullrate.results import Plan, Study
from fullrate.studies.track.announced import follow
from fullrate.studies.track.moving import causes_of, split, when
from fullrate.studies.track.reported import Report, against, last_day, on_day, path, reports
from fullrate.studies.track.standing import standing
from fullrate.tables import SCENARIO, Cell, Tables
from fullrate.tables.surge import Surge

__all__ = ["follow", "track", "warnings"]

AGAIN = "again_"
"""Prefix of the tables of the plan that goes on, among the tables of the study."""

CAUSES = 3
"""Reports that are causes of their own; each takes two more plans."""


def track(
    tables: Tables,
    plan: Plan,
    as_of: date | None = None,
    *,
    earlier: Sequence[Study] = (),
    odds: Study | None = None,
    surge: Surge | None = None,
    freeze_until: date | None = None,
    causes: int = CAUSES,
    say: Callable[[str], object] = str,
) -> Study:
    """Compare a plan with what was reported, and plan again from where things stand.

    Args:
        tables: the scenario, with what was reported in its table ``actuals``.
        plan: the plan that was followed.
        as_of: day of knowledge; the day of the last report if None.
        earlier: forecasts made before of the same plan; those of a later day are left out.
        odds: odds of the plan, whose intervals say what is no alarm.
        surge: a record whose promise the plan is to keep: the outside view of the same day.
        freeze_until: orders of the plan up to that day are kept.
        causes: reports that are causes of their own.
        say: told what is being done.

    Returns:
        A study with the tables ``against``, ``dates``, ``causes``, ``forecasts``, ``expected``, ``outside`` and those
        of the plan that goes on.

    Raises:
        Refused: FR821 nothing was reported; FR818 nothing was known by the day; FR819 the day is outside the plan, or
            no period of it is over; FR714 the plan holds something that executions do not know.
    """
    last = last_day(tables)
    if last is None:
        raise Refused([_nothing()])
    day = as_of or last
    known = reports(tables, day)
    period = _over(tables, plan, day, known)
    case = derive(tables, pruned=False)
    before = sorted((one for one in earlier if str(one.meta["as_of"]) < day.isoformat()), key=_as_of)
    followed = _plan_of(before[-1], plan) if before else plan
    frozen = _frozen(tables, plan, freeze_until)
    short: dict[str, float] = {}

    def again(some: Sequence[Report]) -> Plan:
        say(f"planning from {day}, {len(some)} of {len(known)} reports")
        stands = standing(tables, case, followed, some, period)
        short.update(stands.short)
        return make(frozen, since=stands.state, tests=False)

    cls = int(case.needs.cls.labels[0])
    moved, ahead = split(causes_of(tables, case, followed, known, causes), again, cls)
    rest = when(ahead, cls), when(followed, cls)
    moved = _with_rest(moved, rest[0].day, rest[1].day, rest[0].wait_d - rest[1].wait_d)
    found = {
        "against": against(tables, case, plan, known, odds),
        "dates": _dates(plan, followed, ahead),
        "causes": moved,
        "forecasts": _scored(tables, case, plan, before, known),
        "expected": _expected(tables, case, ahead),
        "outside": _outside(surge, day),
        **{f"{AGAIN}{name}": frame for name, frame in ahead.tables.items()},
    }
    meta = {"as_of": day.isoformat(), "period": period, "until": plan.date(float(plan.edges[period])).isoformat()}
    meta |= {"class": cls, "reports": len(known), "left_out": _left_out(tables, day), "short": short}
    meta |= {
        "intervals": int(found["against"]["low"].is_not_null().sum()),
        "odds": odds.meta.get("run") if odds else None,
    }
    meta |= {"outside": surge.case.title if surge else None, "status": ahead.status}
    meta |= {"freeze_until": freeze_until.isoformat() if freeze_until else None}
    return Study("track", found, meta | _since(before))


def _since(before: Sequence[Study]) -> dict[str, Any]:
    """The last forecast before this one."""
    last = before[-1].meta if before else {}
    return {"since": last.get("run"), "since_as_of": last.get("as_of")}


def _as_of(study: Study) -> str:
    return str(study.meta["as_of"])


def _nothing() -> Finding:
    return Finding(
        "FR821",
        Severity.ERROR,
        "nothing was reported",
        table="actuals",
        found="the scenario has no table `actuals`, or it is empty",
        help="name a file with the columns measure, key, date, value: `fullrate track RUN --actuals FILE`",
    )


def _over(tables: Tables, plan: Plan, day: date, known: Sequence[Report]) -> int:
    """Number of periods that are over on a day."""
    period = int((plan.edges[1:] <= (day - plan.start).days + 1e-9).sum())
    first, last = plan.date(float(plan.edges[1])), plan.date(float(plan.edges[-2]))
    if not 0 < period < plan.periods:
        said = f"on {day} no period of the plan is over" if period == 0 else f"on {day} the plan has ended"
        raise Refused(
            [
                Finding(
                    "FR819",
                    Severity.ERROR,
                    "day outside the plan",
                    table=SCENARIO,
                    column="start",
                    found=f"{said}; it begins on {plan.start}",
                    allowed=f"{first} to {last}",
                    help="take a day on which a period is over and another is still to come: --as-of",
                )
            ]
        )
    if not known:
        first_known = min((row["reported"] or row["date"] for row in tables.rows("actuals")), default=day)
        raise Refused(
            [
                Finding(
                    "FR818",
                    Severity.ERROR,
                    "nothing reported yet",
                    table="actuals",
                    column="reported",
                    found=f"no row of `actuals` was known by {day}",
                    allowed=f"{first_known} or later",
                    help=f"use --as-of {first_known}, the day of the first report",
                )
            ]
        )
    return period


def _left_out(tables: Tables, day: date) -> int:
    """Rows that were not known yet, or that are about a later day."""
    rows = [(row["date"], row["reported"] or row["date"]) for row in tables.rows("actuals")]
    return sum(max(one) > day for one in rows)


def warnings(study: Study) -> list[Finding]:
    """What a reader should be told before the numbers: FR817 rows left out, FR820 more left than was there."""
    meta, found = study.meta, []
    if meta.get("left_out"):
        said = f"not known yet on {meta['as_of']}, or about a later day: {meta['left_out']} of the rows; none is read"
        advice = "leave --as-of out to take in all of them"
        found.append(Finding("FR817", Severity.WARNING, "reports from the future", table="actuals", column="reported",
                             found=said, help=advice))  # fmt: skip
    for point, units in (meta.get("short") or {}).items():
        said = f"{units:,.4g} more left `{point}` than can have been there by what was reported"
        advice = "report what was made, or the stock there, as well; it is taken to be empty"
        found.append(Finding("FR820", Severity.WARNING, "more left than was there", table="actuals", key=point,
                             found=said, help=advice))  # fmt: skip
    return found


def _frozen(tables: Tables, plan: Plan, until: date | None) -> Tables:
    """The scenario whose orders up to a day are those of the plan in force."""
    if until is None:
        return after(tables, plan) if tables.config.freeze_until is not None else tables
    return after(tables.replace(Cell(SCENARIO, "", "freeze_until"), until.isoformat()), plan)


def _plan_of(study: Study, plan: Plan) -> Plan:
    """The plan that went on from an earlier day."""
    tables = {name.removeprefix(AGAIN): frame for name, frame in study.tables.items() if name.startswith(AGAIN)}
    return replace(plan, tables=tables)


def _with_rest(moved: pl.DataFrame, now: date | None, before: date | None, wait: float) -> pl.DataFrame:
    """The causes, first of all what moves by planning again without any report, so that all add up to the whole."""
    rest = None
    if now is not None and before is not None and not moved["days"].is_null().any():
        rest = float((now - before).days) - float(moved["days"].sum())
    row = {"cause": "planning again", "days": rest, "first_d": rest, "last_d": rest}
    own = pl.DataFrame([{**row, "wait_d": wait - float(moved["wait_d"].sum())}], moved.schema)
    return pl.concat([own, moved])


def _dates(plan: Plan, followed: Plan, ahead: Plan) -> pl.DataFrame:
    """Dates of coverage of classes: in the plan, at the last forecast, and now.

    Returns:
        class, coverage, plan, last, now (dates; null: later than the plan), moved_d (now less last).
    """
    key = ["class", "coverage"]
    frames = [
        one.table("dates").filter(pl.col("need") == "").select(*key, pl.col("date").alias(name))
        for name, one in (("plan", plan), ("last", followed), ("now", ahead))
    ]
    joined = frames[0].join(frames[1], on=key, how="left").join(frames[2], on=key, how="left")
    return joined.with_columns(moved_d=(pl.col("now") - pl.col("last")).dt.total_days().cast(pl.Float64))


def _expected(tables: Tables, case: Case, ahead: Plan) -> pl.DataFrame:
    """What the plan that goes on delivers to each need by the end of each period."""
    days = [ahead.date(float(edge)) for edge in ahead.edges]
    parts = []
    for name in case.axes["need"].labels:
        values = path(tables, case, ahead, "delivered", name)
        if values is not None:
            parts.append(pl.DataFrame({"need": [name] * len(days), "day": days, "delivered": values}))
    return (
        pl.concat(parts) if parts else pl.DataFrame(schema={"need": pl.String, "day": pl.Date, "delivered": pl.Float64})
    )


def _scored(tables: Tables, case: Case, plan: Plan, before: Sequence[Study], known: Sequence[Report]) -> pl.DataFrame:
    """What the plan and each earlier forecast had for the deliveries that are known now.

    Returns:
        made_on (day of knowledge; that of the start for the plan), run, need, day, forecast, actual, error (share of
        the need by which it was too high).
    """
    rows: list[tuple[Any, ...]] = []
    whole = dict(zip(case.axes["need"].labels, case.needs.qty, strict=True))
    for one in known:
        if one.measure != "delivered" or not whole.get(one.key):
            continue
        values = path(tables, case, plan, "delivered", one.key)
        if values is not None:
            day = float((one.day - plan.start).days)
            rows.append(_error(plan.start, "", one, on_day(plan.edges, values, day), whole[one.key]))
        for study in before:
            made_on = date.fromisoformat(str(study.meta["as_of"]))
            mine = study.table("expected").filter(pl.col("need") == one.key).sort("day")
            if made_on >= one.day or mine.is_empty():
                continue
            days = np.array([each.toordinal() for each in mine["day"].to_list()], float)
            said = float(np.interp(one.day.toordinal(), days, mine["delivered"].to_numpy()))
            rows.append(_error(made_on, str(study.meta.get("run", "")), one, said, whole[one.key]))
    schema: dict[str, Any] = {"made_on": pl.Date, "run": pl.String, "need": pl.String, "day": pl.Date}
    numbers = dict.fromkeys(("forecast", "actual", "error"), pl.Float64)
    return pl.DataFrame(rows, {**schema, **numbers}, orient="row").sort("made_on", "need", maintain_order=True)


def _error(made_on: date, run: str, one: Report, said: float, whole: float) -> tuple[Any, ...]:
    return (made_on, run, one.key, one.day, said, one.value, (said - one.value) / whole)


def _outside(surge: Surge | None, day: date) -> pl.DataFrame:
    """The outside view of the promise of a record on the same day; empty without one, or without a promise."""
    promise = None if surge is None else headline(surge)
    if surge is None or promise is None or (promise.announced_on or day) > day:
        return pl.DataFrame()
    made = forecast(known_on(surge, promise, day))
    quantities = np.quantile(made.share, [0.1, 0.5, 0.9], method="inverted_cdf") * (promise.quantity or 1.0)
    row: dict[str, Any] = {"quantity": promise.quantity, "unit": promise.unit, "due": promise.due}
    row |= {"samples": len(made.share), "odds_by_due": float((made.ratio <= 1.0).mean())}
    row |= {f"day_p{name}": made.day(at) for name, at in ((10, 0.1), (50, 0.5), (90, 0.9))}
    row |= {f"quantity_p{name}": float(one) for name, one in zip((10, 50, 90), quantities, strict=True)}
    return pl.DataFrame([row], infer_schema_length=None)
