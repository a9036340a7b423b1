"""An outlook in words: what was promised, the forecast with its odds, and the record behind it."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping
from datetime import date
from typing import Any

from fullrate.draws.history import LEAST, RATIO_CAP, STRANGERS
from fullrate.forecast.known import PUBLISHED_D
from fullrate.forecast.ramps import SHAPES, SUSTAINED
from fullrate.forecast.update import MISFIT
from fullrate.report.numbers import percent, quantity
from fullrate.report.odds import often
from fullrate.report.text import grid
from fullrate.results import Study

SHOWN = 8
"""Cases that are listed."""

FEW = 3
"""Cases below which a median of first units is not told."""

COARSE_D = 150
"""Width of the 80 % range in days from which days of the month say nothing."""


def as_text(study: Study, every: bool = False) -> str:
    """What a journalist could quote, and below it what it rests on; ``every`` case is listed on request."""
    meta = study.meta
    title = f"{meta['title']}: outlook as of {meta['as_of']}"
    said = [_wrapped(one) for one in sentences(study)]
    if "inside" in meta:
        first = 2 + bool(meta["pool"]["apart"])
        said = [*said[:first], views(study), _wrapped(behind(meta)), *said[first:]]
    parts = [title, *said]
    if meta.get("checklist"):
        parts.append(checklist(meta))
    others = study.table("promises")
    if len(others):
        parts.append(_others(study))
    parts += [_wrapped(record(meta)), _cases(study, every), _wrapped(assumptions(study))]
    return "\n\n".join(parts)


def sentences(study: Study) -> list[str]:
    """The answer: promised, odds, quantity at the date, a rate that is held, what was asked; or the class alone."""
    meta, table = study.meta, study.table("forecast")
    if not len(table):
        return [
            "Promised: no quantity with a date. None is invented; --quantity and --by ask what would become of one.",
            *_left(meta),
            " ".join(filter(None, [_history(meta), _days(meta)])),
        ]
    row = table.row(0, named=True)
    said = [" ".join([_promised(meta, row), *_since(meta, row)])]
    if "inside" in meta:
        said += _pooled(study)
    said.append(_odds(meta, row))
    if not _done(row):
        said += [_when(row), *([_held(row)] if row["what"] == "rate" else [])]
    said.append(_then(row))
    if meta["asked"]:
        said.append(_asked(meta, row))
    return [*said, *_left(meta), _history(meta)]


def _left(meta: Mapping[str, Any]) -> list[str]:
    """What a ledger does not say; nothing without a ledger."""
    left = meta.get("unsaid")
    return [f"Not said: {'; '.join(left)}."] if left else []


SAID = {"unknown": "not said", "hedged": "in part", "contradicted": "contradicted", "known": "said"}
"""Words for the states of a point of the checklist, the worst first."""


def checked(meta: Mapping[str, Any]) -> str:
    """How much of what a plan needs to know a ledger answers, in a sentence."""
    points = meta["checklist"]
    counts = {state: sum(one["state"] == state for one in points) for state in SAID}
    told = ", ".join(f"{count} {SAID[state]}" for state, count in counts.items() if count)
    share = percent(counts["known"] / len(points))
    return f"What a plan needs to know: {len(points)} points, {told}; completeness {share}."


def check_rows(meta: Mapping[str, Any]) -> list[list[str]]:
    """Every point of the checklist: state, point, question, claims that speak of it; what is not said first."""
    ordered = sorted(meta["checklist"], key=lambda one: list(SAID).index(one["state"]))
    return [[SAID[one["state"]], one["point"].replace("_", " "), one["asks"], ", ".join(one["claims"])]
            for one in ordered]  # fmt: skip


def checklist(meta: Mapping[str, Any]) -> str:
    """The whole checklist for a terminal."""
    return f"{checked(meta)}\n{grid(list(CHECK_HEAD), check_rows(meta))}"


CHECK_HEAD = ("answer", "point", "what a plan needs to know", "claims")
"""Columns of ``check_rows``."""


def _promised(meta: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    what = f"{quantity(row['quantity'], row['unit'])} by {row['due']}"
    if not meta["promised"]:
        return f"Asked, not promised: {what}."
    by = f" by {row['by_whom']}" if row["by_whom"] else ""
    return f"Promised: {what}, on {row['announced_on']}{by}."


def _since(meta: Mapping[str, Any], row: Mapping[str, Any]) -> list[str]:
    """What was said since, and what such figures are worth; nothing where nothing was, or the promise is done with."""
    later = meta.get("revised")
    if not later or _done(row) or date.fromisoformat(meta["as_of"]) > row["due"]:
        return []
    by = f" by {later['by_whom']}" if later["by_whom"] else ""
    return [
        f"Revised: {quantity(later['quantity'], row['unit'])} by {later['due']}, said on {later['on']}{by}. The odds "
        f"take it in as what such figures are worth: those of {later['programmes']} other programmes came to "
        f"{percent(later['worth'])} of what they said (median of the model)."
    ]


def _done(row: Mapping[str, Any]) -> bool:
    """Whether the quantity was there on the day of knowledge."""
    return row["day_p10"] is not None and row["day_p10"] == row["day_p90"]


def _odds(meta: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    if _done(row):
        late = (row["day_p50"] - row["due"]).days
        when = f"{late} days late" if late > 0 else "in time"
        return f"By {meta['as_of']} it was there, {when}: on {row['day_p50']} as far as the record tells."
    if date.fromisoformat(meta["as_of"]) > row["due"] and row["odds_by_due"] == 0.0:
        return f"Its date had passed by {meta['as_of']}, and it was not kept."
    odds = row["odds_by_due"]
    view = "Outside view alone: odds" if "inside" in meta else "Odds"
    return (
        f"{view} that it is kept by {row['due']}, as of {meta['as_of']}: {percent(odds)}, or "
        f"{often(round(odds * meta['samples']), meta['samples'])} ({meta['samples']} samples)."
    )


def _pooled(study: Study) -> list[str]:
    """The pool of both views, and in words where they disagree."""
    meta, row = study.meta, study.table("forecast").row(0, named=True)
    table = {one["view"]: one for one in study.table("views").iter_rows(named=True)}
    odds, count = float(table["pool"]["odds_by_due"]), int(table["pool"]["samples"])
    said = [
        f"Odds that it is kept by {row['due']}, as of {meta['as_of']}: {percent(odds)}, or "
        f"{often(round(odds * count), count)} (pool of two views; {count} samples)."
    ]
    if meta["pool"]["apart"]:
        inside, outside = (percent(table[name]["odds_by_due"]) for name in ("inside", "outside"))
        half = [_half(table[name], name) for name in ("inside", "outside")]
        said.append(
            f"The two views disagree: what the plan can do gives {inside} and half by {half[0]}, what became of others "
            f"gives {outside} and half by {half[1]}. The pool lies between and says nothing that either says: read "
            "both, and ask what the plan knows that others did not, or leaves out that happened to them."
        )
    return said


def _half(view: Mapping[str, Any], name: str) -> str:
    low, middle, high = (view[f"day_p{q}"] for q in (10, 50, 90))
    return "a day later than the plan ends" if middle is None and name == "inside" else _about(middle, low, high)


VIEWS = {"outside": "others of its class", "inside": "executions of the plan", "pool": "both, weighed alike"}
"""Views of one promise, in words."""


def view_rows(study: Study) -> list[list[str]]:
    """Both views and their pool: odds, date and quantity with their 80 % ranges, one row each."""
    rows = []
    for one in study.table("views").iter_rows(named=True):
        low, middle, high = (one[f"day_p{q}"] for q in (10, 50, 90))
        ends = [_about(each, low, high) if each else "later" for each in (low, middle, high)]
        amounts = [quantity(one[f"quantity_p{q}"]) for q in (10, 50, 90)]
        rows.append(
            [
                f"{one['view']}: {VIEWS[one['view']]}",
                percent(one["odds_by_due"]),
                ends[1],
                f"{ends[0]} to {ends[2]}",
                amounts[1],
                f"{amounts[0]} to {amounts[2]}",
            ]
        )
    return rows


VIEW_HEAD = ("view", "odds of the date", "half by", "80 % range", "half at the date", "80 % range")
"""Columns of ``view_rows``."""


def views(study: Study) -> str:
    """Both views beside their pool."""
    return grid(list(VIEW_HEAD), view_rows(study), right=[1, 4])


def behind(meta: Mapping[str, Any]) -> str:
    """What the inside view rests on and what was assumed to pool it."""
    view, pooled = meta["inside"], meta["pool"]
    said = [
        f"Inside view: {view['samples']} executions of run {view['run']} ({view['scenario']}), {view['counted']} in "
        f"{view['unit']} standing for the promise, {quantity(view['whole'])} in all"
    ]
    if view["before"]:
        said.append(f"{quantity(view['before'])} counted before it begins on {view['start']}")
    said.append("its day of knowledge is not stated" if view["as_of"] is None else f"as of {view['as_of']}")
    if view["as_of"] is not None and view["as_of"] < meta["as_of"]:
        said.append(f"older than the outlook of {meta['as_of']}")
    if view.get("of_history"):
        said.append("all its ranges are class history, as the outside view is: this is one view twice")
    if view["actual"]:
        said.append(
            f"weighed by what was counted on {view['actual']} (within {percent(view['misfit'])}; "
            f"{view['effective']:.0f} executions left)"
        )
    said.append(f"later than {view['ends']} it says nothing")
    if view["preview"]:
        said.append("a preview")
    if not view["ranges"]:
        said.append("its scenario states no ranges and no risks, so it is far surer than it should be")
    return (
        f"{'; '.join(said)}. Pooled with a weight of {percent(pooled['weight'])} each and no recalibration: "
        f"{pooled['scored']} pooled forecasts have been scored."
    )


def _when(row: Mapping[str, Any]) -> str:
    low, middle, high = (row[f"day_p{q}"] for q in (10, 50, 90))
    ends = f"80 % between {_about(low, low, high)} and {_about(high, low, high)}"
    never = f"; {percent(row['odds_never'])} never in its form" if row["odds_never"] >= 0.005 else ""
    return f"When: half of the samples have it by {_about(middle, low, high)}, {ends}{never}."


def _then(row: Mapping[str, Any]) -> str:
    low, middle, high = (row[f"quantity_p{q}"] for q in (10, 50, 90))
    if low == high:
        return f"On {row['due']} there were {quantity(middle, row['unit'])}, {percent(middle / row['quantity'])} of it."
    return (
        f"How much on {row['due']}: half of the samples have {quantity(middle, row['unit'])} or more "
        f"({percent(middle / row['quantity'])} of it), 80 % between {quantity(low)} and {quantity(high)}."
    )


def _held(row: Mapping[str, Any]) -> str:
    low, middle, high = (row[f"held_day_p{q}"] for q in (10, 50, 90))
    return (
        "Touched once is not held: odds that the rate is held for a quarter by its date "
        f"{percent(row['odds_held_by_due'])}, half of the samples by {_about(middle, low, high)}."
    )


def _asked(meta: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    asked = meta["asked"]
    if "odds" in asked:
        what = f"{quantity(asked['quantity'], row['unit'])} by {asked['by']}"
        odds = percent(asked["odds"])
        return f"Asked: odds of {what}, as of {meta['as_of']}: {odds} ({meta['samples']} samples)."
    if asked["by"]:
        low, middle, high = asked["p10"], asked["p50"], asked["p90"]
        return (
            f"Asked: on {asked['by']} half of the samples have {quantity(middle, row['unit'])} or more, 80 % between "
            f"{quantity(low)} and {quantity(high)}."
        )
    days = [asked[f"day_p{q}"] or f"later than {RATIO_CAP:g} times the announced time" for q in (10, 50, 90)]
    what = quantity(asked["quantity"], row["unit"])
    return f"Asked: half of the samples have {what} by {days[1]}, 80 % between {days[0]} and {days[2]}."


def _about(day: date | None, low: date | None, high: date | None) -> str:
    """A day, or its month where the range is wide."""
    if day is None:
        return f"more than {RATIO_CAP:g} times the announced time"
    wide = low is None or high is None or (high - low).days > COARSE_D
    return f"{day:%B %Y}" if wide else day.isoformat()


def _history(meta: Mapping[str, Any]) -> str:
    """What became of the promises of the class, with n first."""
    none = f"none being of the class “{meta['kind']}”" if meta["kind"] else "since its own is not known"
    whose = f"of the class “{meta['kind']}”" if meta["own_cases"] else f"of all classes, {none}"
    told = [f"{meta['own_kept']} of {meta['own_told']} were kept by their date"]
    if meta["own_median_share"] is not None:
        told.append(f"at their date half had {percent(meta['own_median_share'])} of their quantity or less")
    if meta["own_median_ratio"] is not None:
        times = f"{meta['own_median_ratio']:.2g} times as long as announced"
        whole = f"the {meta['own_met']} known to have been met at all took {times} (median)"
        told.append(whole if meta["own_met"] > 1 else f"the one known to have been met at all took {times}")
    if meta["own_median_first"] is not None and meta["own_first_cases"] >= FEW:
        first = f"{percent(meta['own_median_first'])} of the announced time"
        told.append(f"the first unit was on record after {first} (median of {meta['own_first_cases']}, an upper bound)")
    count = meta["own_cases"] or meta["cases"]
    return f"Class: n = {count} promises of other programmes {whose}: {'; '.join(told)}.{_later(meta)}"


def _days(meta: Mapping[str, Any]) -> str:
    """How long others took, in days: what history says where no day was promised; blank where too few tell."""
    first, full = meta.get("own_first_days"), meta.get("own_full_days")
    said = []
    if first is not None and meta["own_first_cases"] >= FEW:
        said.append(
            f"half had a first unit on record {first[1]:,.0f} days after their announcement or later, 80 % between "
            f"{first[0]:,.0f} and {first[2]:,.0f} (n = {meta['own_first_cases']}, upper bounds)"
        )
    if full is not None and meta["own_met"] >= FEW:
        said.append(
            f"of the {meta['own_met']} known to have all that was promised, half had it after {full[1]:,.0f} days or "
            f"more, 80 % between {full[0]:,.0f} and {full[2]:,.0f}"
        )
    return f"In days, which depend on what they promised: {'; '.join(said)}." if said else ""


def _later(meta: Mapping[str, Any]) -> str:
    """That cases behind the odds ended after the day of knowledge; blank where none did."""
    later = meta.get("later_cases", 0)
    if not later:
        return ""
    return (
        f" The promised dates of {later} of the {meta['cases']} cases behind these odds are after {meta['as_of']}: "
        "they are what the record says today, not what could have been said then."
    )


def other_rows(study: Study) -> tuple[list[str], list[list[str]]]:
    """Heading and rows of what else was promised."""
    rows = [
        [
            str(one["announced_on"]),
            quantity(one["quantity"], one["unit"]),
            str(one["due"]),
            _outcome(one["odds_by_due"], one["due"] < date.fromisoformat(study.meta["as_of"])),
            quantity(one["quantity_p50"]),
        ]
        for one in study.table("promises").iter_rows(named=True)
    ]
    return ["also promised on", "how much", "by", "odds", "median then"], rows


def _others(study: Study) -> str:
    said = f"Other promises, odds as of {study.meta['as_of']} ({study.meta['samples']} samples):\n"
    return said + grid(*other_rows(study), right=[3, 4])


def _outcome(odds: float, over: bool) -> str:
    """Odds, or what is known once the date has passed."""
    if over and odds in (0.0, 1.0):
        return "kept" if odds else "not kept"
    return percent(odds)


def record(meta: Mapping[str, Any]) -> str:
    """How earlier forecasts of the model did."""
    last = meta["record"]
    if not last:
        return ""
    return (
        f"Record of this model, own programme always left out: n = {last['scored']} promises scored; its 80 % ranges "
        f"held {last['hits_80']} of them. Model variants ever scored on these cases: {meta['variants']}. "
        "`fullrate hindcast` shows every case."
    )


def case_rows(study: Study, every: bool) -> tuple[list[str], list[list[str]]]:
    """Heading and rows of the cases behind it, those that count most first."""
    table = study.table("cases")
    rows = [
        [
            one["title"],
            one["kind"],
            "" if one["share"] is None else percent(one["share"]),
            _took(one["ratio"], one["beyond"]),
            percent(one["weight"]),
        ]
        for one in (table if every else table.head(SHOWN)).iter_rows(named=True)
    ]
    return ["case behind it", "class", "at its date", "time taken", "weight"], rows


def _cases(study: Study, every: bool) -> str:
    count = len(study.table("cases"))
    more = "" if every or count <= SHOWN else f"\n... and {count - SHOWN} more; --json lists them all"
    return grid(*case_rows(study, every), right=[2, 3, 4]) + more


def _took(ratio: float | None, beyond: float | None) -> str:
    if ratio is not None:
        return f"{ratio:.2f} x"
    return f"> {beyond:.2f} x" if beyond is not None else ""


def assumptions(study: Study) -> str:
    """Every number of the model that has no source."""
    meta, table = study.meta, study.table("forecast")
    shape = SHAPES.get(meta["kind"], SHAPES[None])
    said = [
        f"other classes weigh {STRANGERS:g} cases together",
        f"progress below {percent(LEAST)} counts as that",
        f"dead time 0 to {percent(shape.dead)} of the time to the full quantity",
        f"ramp of power {shape.exponent:g} (deviation of its logarithm {shape.spread:g}) where it is early",
        f"a number without a day of publication is known {PUBLISHED_D} days after its period",
    ]
    if len(table) and table["what"][0] == "rate":
        said.append(f"a rate that is held is {SUSTAINED[0]:g} of its best week (deviation {SUSTAINED[1]:g})")
    if len(table) and table["misfit"][0]:
        wide = " (widened: the actuals were not foreseen)" if table["misfit"][0] > MISFIT else ""
        said.append(f"actuals lie within {percent(table['misfit'][0])} of a ramp{wide}")
    if meta.get("revised"):
        factor = math.exp(meta["revised"]["deviation"])
        said.append(f"revised figures err by a factor of {factor:.2g} either way (deviation of other programmes)")
    if meta["unmet"] is not None:
        said.append(f"chance before actuals that it is never met {percent(meta['unmet'])}, from the class")
    return f"Assumed: {'; '.join(said)}. Not modelled: what the promiser knows, money, politics, demand."


def _wrapped(text: str) -> str:
    return "\n".join(textwrap.wrap(text, 100))
