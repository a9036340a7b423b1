"""Tracking in words: where things stand, what the date is now and what moved it, and how past forecasts did."""

from __future__ import annotations

import textwrap
from datetime import date
from typing import Any

import polars as pl

from fullrate.report.numbers import days, iso, joined, percent, quantity
from fullrate.report.text import grid
from fullrate.results import Study
from fullrate.studies.track.announced import deviation, expected_misses, hits

LEVELS = (0.8, 1.0)
"""Shares of coverage whose dates are shown."""

NAMES = {"gate": "passed", "heads": "heads", "spent": "million spent"}
"""What a value of a measure is, where its name does not say it."""


def any_text(study: Study) -> str:
    """A plan tracked, or a promise followed."""
    return followed_text(study) if "slug" in study.meta else as_text(study)


def as_text(study: Study) -> str:
    """Plan against actual, dates, causes, alarms, past forecasts."""
    meta = study.meta
    parts = [f"As of {meta['as_of']}, planned again from {meta['until']}"]
    parts += [_wrapped(one) for one in sentences(study)]
    parts += [
        grid(list(AGAINST), against_rows(study), right=[3, 4, 5, 6]),
        grid(list(DATES), date_rows(study), right=[0, 1]),
        grid(list(CAUSES), cause_rows(study), right=[1, 2, 3]),
    ]
    if len(study.table("forecasts")):
        parts.append(grid(list(FORECASTS), forecast_rows(study), right=[3, 4, 5]))
    return "\n\n".join([*parts, _wrapped(assumed(study))])


def sentences(study: Study) -> list[str]:
    """The answer: the date now and what moved it, what is behind, alarms, the outside view, the score so far."""
    if "slug" in study.meta:
        return _followed(study)
    said = [_date(study), _behind(study), _alarms(study), _outside(study), _scores(study)]
    return [one for one in said if one]


def _row(study: Study, coverage: float = 1.0) -> dict[str, Any]:
    meta = study.meta
    rows = study.table("dates").filter((pl.col("class") == meta["class"]) & (pl.col("coverage") >= coverage - 1e-9))
    found: dict[str, Any] = rows.row(0, named=True)
    return found


def _date(study: Study) -> str:
    meta, row = study.meta, _row(study)
    since = f"forecast of {meta['since_as_of']}" if meta["since_as_of"] else "plan"
    now = f"Class {meta['class']} is covered by {row['now']}" if row["now"] else (
        f"Class {meta['class']} is not covered before the plan ends")  # fmt: skip
    was = f"the {since} had {row['last']}" if row["last"] else f"the {since} did not cover it either"
    if row["moved_d"] is None:
        return f"{now}; {was}."
    moved = row["moved_d"]
    if moved == 0:
        return f"{now}, as the {since} had it{_why(study)}."
    return f"{now}: {days(abs(moved))} {'later' if moved > 0 else 'sooner'} than the {since} had it{_why(study)}."


def _why(study: Study) -> str:
    """The two causes that moved the date, or the mean wait, most."""
    causes = (
        study.table("causes").filter(pl.col("days").abs() >= 0.5).sort(pl.col("days").abs(), descending=True).head(2)
    )
    if len(causes):
        told = [f"{one['cause']} {_signed(one['days'])}" for one in causes.iter_rows(named=True)]
        return f" ({joined(told)})"
    causes = study.table("causes").filter(pl.col("wait_d").abs() >= 0.05).sort(pl.col("wait_d").abs(), descending=True)
    if not len(causes):
        return ""
    top = causes.row(0, named=True)
    return f" (the mean wait moves by {causes['wait_d'].sum():+.1f} days, most by {top['cause']})"


def _signed(value: float) -> str:
    return f"{value:+.3g} days"


def _behind(study: Study) -> str:
    late = study.table("against").filter(pl.col("behind_d") >= 1).sort("behind_d", descending=True)
    if not len(late):
        return "Nothing that was reported is a day or more behind the plan."
    told = [f"{one['measure']} {one['key']} by {days(one['behind_d'])}" for one in late.head(3).iter_rows(named=True)]
    more = f" and {len(late) - 3} more" if len(late) > 3 else ""
    return f"Behind the plan: {joined(told)}{more}."


def _alarms(study: Study) -> str:
    meta, table = study.meta, study.table("against")
    if not meta["intervals"]:
        if meta["odds"]:
            return "No interval of the plan's odds has any width where something was reported, so nothing is an alarm."
        return (
            "No interval was stated for what was reported, so nothing here is an alarm; `fullrate odds` of the plan "
            "states them for deliveries."
        )
    out = table.filter(pl.col("alarm"))
    expected = f"{expected_misses(meta['intervals']):.1f} of {meta['intervals']} stated 80 % intervals miss by luck"
    if not len(out):
        return f"No alarm: all {meta['intervals']} deliveries lie in the 80 % intervals that were stated."
    told = [
        f"{one['key']} has {quantity(one['actual'])}, stated {quantity(one['low'])} to {quantity(one['high'])}"
        for one in out.head(3).iter_rows(named=True)
    ]
    return f"Alarm, outside the stated interval: {joined(told)} ({len(out)} in all; on average {expected})."


def _outside(study: Study) -> str:
    table, meta = study.table("outside"), study.meta
    if not len(table):
        return ""
    row = table.row(0, named=True)
    ends = " to ".join("later" if row[f"day_p{q}"] is None else str(row[f"day_p{q}"]) for q in (10, 90))
    return (
        f"Outside view of {quantity(row['quantity'], row['unit'])} by {row['due']} ({meta['outside']}): odds, as of "
        f"{meta['as_of']}, {percent(row['odds_by_due'])} ({row['samples']} samples), 80 % {ends}."
    )


def _scores(study: Study) -> str:
    table = study.table("forecasts")
    if not len(table):
        return ""
    by = table.group_by("made_on", maintain_order=True).agg(pl.len().alias("n"), pl.col("error").abs().mean())
    told = [
        ("the plan" if place == 0 else f"the forecast of {day}") + f" {percent(error)} (n = {count})"
        for place, (day, count, error) in enumerate(by.iter_rows())
    ]
    return (
        f"What was said before of the deliveries known now was off, in shares of the need, on average: {joined(told)}."
    )


AGAINST = ("reported", "of", "on", "actual", "plan", "share", "days behind", "stated 80 %")
"""Columns of ``against_rows``."""


def against_rows(study: Study) -> list[list[str]]:
    """Plan against actual, one row a measure and key."""
    rows = []
    for one in study.table("against").iter_rows(named=True):
        gate = one["measure"] == "gate"
        values = [_passed(one[name]) if gate else _number(one[name]) for name in ("actual", "plan")]
        stated = "" if one["low"] is None else f"{quantity(one['low'])} to {quantity(one['high'])}"
        rows.append(
            [
                one["measure"],
                one["key"],
                str(one["day"]),
                *values,
                "" if one["share"] is None else percent(one["share"]),
                "" if one["behind_d"] is None else f"{one['behind_d']:+.0f}",
                stated + (" ALARM" if one["alarm"] else ""),
            ]
        )
    return rows


def _passed(value: float | None) -> str:
    return "n/a" if value is None else "passed" if value >= 1 else "not yet"


def _number(value: float | None) -> str:
    return "n/a" if value is None else quantity(value)


DATES = ("class", "covered", "plan", "last forecast", "now")
"""Columns of ``date_rows``."""


def date_rows(study: Study) -> list[list[str]]:
    """Dates of coverage: in the plan, at the last forecast and now."""
    return [
        [str(one["class"]), percent(one["coverage"]), *(iso(one[name]) for name in ("plan", "last", "now"))]
        for one in study.table("dates").iter_rows(named=True)
        if one["coverage"] in LEVELS
    ]


CAUSES = ("what moved the date", "days", "put in first", "put in last", "mean wait, days")
"""Columns of ``cause_rows``."""


def cause_rows(study: Study) -> list[list[str]]:
    """Causes and their sum."""
    table = study.table("causes")
    rows = [
        [one["cause"], *(_days(one[name]) for name in ("days", "first_d", "last_d")), f"{one['wait_d']:+.2f}"]
        for one in table.iter_rows(named=True)
    ]
    whole = None if table["days"].is_null().any() else float(table["days"].sum())
    return [*rows, ["in all", _days(whole), "", "", f"{float(table['wait_d'].sum()):+.2f}"]]


def _days(value: float | None) -> str:
    return "n/a" if value is None else f"{value:+.3g}"


FORECASTS = ("said on", "need", "of", "forecast", "actual", "off by, of the need")
"""Columns of ``forecast_rows``."""


def forecast_rows(study: Study) -> list[list[str]]:
    """What the plan and earlier forecasts had for what is known now."""
    return [
        [
            str(one["made_on"]) + ("" if one["run"] else " (plan)"),
            one["need"],
            str(one["day"]),
            quantity(one["forecast"]),
            quantity(one["actual"]),
            f"{one['error']:+.1%}".replace("%", " %"),
        ]
        for one in study.table("forecasts").iter_rows(named=True)
    ]


def assumed(study: Study) -> str:
    """What the new plan rests on."""
    meta = study.meta
    said = [
        f"{meta['reports']} reports; what was not reported went as planned, as far as goods were there",
        f"a report between two periods holds as a share of the plan for the end of the last whole one, {meta['until']}",
        "a cause is put in in the order of the work and in reverse; its days are the mean of both, and all add up",
    ]
    if meta["freeze_until"]:
        said.append(f"orders up to {meta['freeze_until']} are kept")
    return f"Assumed: {'; '.join(said)}."


NOTE = (
    "Moved: days of the median since the forecast before, by what was counted first, then by figures that were "
    "revised (which count until their own date); the two add up. The date is that of the first promise."
)
"""How to read ``followed_rows``."""


def followed_text(study: Study) -> str:
    """A promise followed over the announcements of its record."""
    meta = study.meta
    title = f"{meta['title']}: followed to {meta['as_of']}"
    table = grid(list(FOLLOWED), followed_rows(study), right=[2, 3, 5, 8, 9])
    return "\n\n".join(
        [
            title,
            *[_wrapped(one) for one in sentences(study)],
            table,
            _wrapped(f"{NOTE} Class, n and assumptions: `fullrate outlook {meta['slug']} --as-of DATE`."),
        ]
    )


def _followed(study: Study) -> list[str]:
    meta, table = study.meta, study.table("forecasts")
    due = _as_date(meta["due"])
    said = [
        f"Promised: {quantity(meta['quantity'], meta['unit'])} by {due}, on {_as_date(meta['announced_on'])}"
        + (f" by {meta['by_whom']}." if meta["by_whom"] else ".")
    ]
    begin = str(_as_date(meta["announced_on"]))
    for word, mine in (("on the same day", True), ("since", False)):
        told = [
            f"{quantity(one['quantity'])} by {one['due']}"
            for one in meta.get("said", [])
            if (one["on"] == begin) == mine
        ]
        if told:
            said.append(f"Said {word}: {'; '.join(told)}.")
    last = table.row(-1, named=True)
    ends = " to ".join(
        "later than ten times the time" if last[f"day_p{q}"] is None else str(last[f"day_p{q}"]) for q in (10, 90)
    )
    if last["day_p10"] is not None and last["day_p10"] == last["day_p90"]:
        said.append(f"By {meta['as_of']} it was there: on {last['day_p50']} as far as the record tells.")
    else:
        odds = "" if due < _as_date(meta["as_of"]) else f"odds of its date {percent(last['odds_by_due'])}, "
        said.append(f"As of {meta['as_of']} ({meta['samples']} samples): {odds}80 % of the samples have it {ends}.")
    if meta.get("later_cases"):
        said.append(
            f"The promised dates of {meta['later_cases']} of the {meta['cases']} cases behind these odds are after the "
            "promise was made: they are what the record says today, not what could have been said on each day."
        )
    right, count = hits(study)
    if count:
        off = deviation(study) or 1.0
        came = table["came"].drop_nulls()[0]
        said.append(
            f"On {due} there were {quantity(came, meta['unit'])}, {percent(came / meta['quantity'])} of it. Of {count} "
            f"forecasts before, 80 % ranges held it {right} times; their medians were off by a factor of {off:.2g}."
        )
    return said


def _as_date(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


FOLLOWED = (
    "as of",
    "said then",
    "odds",
    "actual",
    "forecast for the first date, 80 %",
    "odds",
    "when, half",
    "80 %",
    "moved: counted",
    "said",
    "held",
)
"""Columns of ``followed_rows``."""


def followed_rows(study: Study) -> list[list[str]]:
    """One row a day: what was said, and what was forecast."""
    rows = []
    for one in study.table("forecasts").iter_rows(named=True):
        said = "" if one["said_quantity"] is None else f"{quantity(one['said_quantity'])} by {one['said_due']}"
        low, high = quantity(one["quantity_p10"]), quantity(one["quantity_p90"])
        rows.append(
            [
                str(one["as_of"]),
                said,
                "" if one["said_odds"] is None else percent(one["said_odds"]),
                "" if one["actual"] is None else quantity(one["actual"]),
                f"{low} to {high}" if low != high else f"{low} came",
                percent(one["odds_by_due"]),
                _month(one["day_p50"]),
                f"{_month(one['day_p10'])} to {_month(one['day_p90'])}",
                _moved(one["actuals_d"]),
                _moved(one["said_d"]),
                "" if one["inside"] is None else "yes" if one["inside"] else "no",
            ]
        )
    return rows


def _moved(value: float | None) -> str:
    return "" if value is None else f"{value:+.0f}"


def _month(day: date | None) -> str:
    return "never" if day is None else f"{day:%Y-%m}"


def _wrapped(text: str) -> str:
    return "\n".join(textwrap.wrap(text, 100))
