"""The first page: what was promised, what was not said, the forecast with its odds, and the record behind it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from fullrate.claims.unsaid import CHECKLIST, points, spoken
from fullrate.forecast.record import variants
from fullrate.report import evidence
from fullrate.report import odds as words
from fullrate.report.numbers import as_known, iso, percent, quantity
from fullrate.report.parts import Panel
from fullrate.report.sections.context import Context

MOST = 4
"""Promises that are quoted."""

COMMITS = frozenset(("ordered", "expected"))
"""Modalities of what is promised."""


def first_page(context: Context) -> list[Panel]:
    """Four panels for those who quote; none where the scenario holds no announcement."""
    frame = evidence.statements(context.tables)
    rows = list(frame.iter_rows(named=True))
    if not rows:
        return []
    return [_promised(context, rows), _unsaid(rows), _forecast(context), _record(context)]


def _promised(context: Context, rows: list[dict[str, Any]]) -> Panel:
    """What was promised, the firmest first: a quantity with a day, then either, then neither."""
    made = [row for row in rows if COMMITS & set((row["modality"] or "").split(";")) and row["polarity"] != "-"]
    firm = [(row["quantity"] is not None) + (row["deadline_to"] is not None) for row in made]
    order = sorted(range(len(made)), key=lambda at: -firm[at])
    items = [_said(made[at]) for at in order]
    on = as_known(context.tables.config.as_of)
    if not items:
        return Panel("What was promised", "Nothing", "", (), f"No statement on file orders or promises anything{on}.")
    left = len(items) - MOST
    count = "1 statement" if len(rows) == 1 else f"{len(rows)} statements"
    more = "1 more promise is" if left == 1 else f"{left} more promises are"
    note = f"{count} on file{on}" + (f"; {more} below." if left > 0 else ".")
    return Panel("What was promised", *items[0], items[1:MOST], note)


def _said(row: Mapping[str, Any]) -> tuple[str, str]:
    """A statement in its own words where they are on file, and who said it on what condition."""
    said = row["statement"] or f"“{row['quote']}”"
    asides = [row["speaker"] or "", f"only with {row['condition']}" if row["condition"] else ""]
    asides += [f"hedged: “{row['hedge']}”" if row["hedge"] else "", "vague" if row["vague"] else ""]
    return said, "; ".join(one for one in asides if one)


def _unsaid(rows: list[dict[str, Any]]) -> Panel:
    """What a plan needs and no statement says."""
    made = points([spoken(row) for row in rows])
    left = [one for one in made if one.state == "unknown"]
    part = [one for one in made if one.state in ("hedged", "contradicted")]
    lead = f"{len(left)} of {len(made)}" if left else "Everything"
    about = "points that a plan needs to know" if left else f"that a plan needs to know, {len(made)} points, was said"
    items = [(one.name.replace("_", " "), CHECKLIST[one.name]) for one in left]
    half = ", ".join(one.name.replace("_", " ") for one in part)
    note = (f"In part, hedged or contested: {half}. " if part else "") + (
        "Not said in the statements on file; what the plan takes instead is marked as an assumption."
    )
    return Panel("What was not said", lead, about, items, note, close=True)


def _forecast(context: Context) -> Panel:
    """The odds of what was promised, or that none were asked for."""
    study, title = context.studies.get("odds"), "The forecast"
    if study is None:
        ask = f"fullrate odds {context.run or 'RUN'}"
        note = f"Dates here hold if every number holds. Ask how often they do: {ask}"
        return Panel(title, "No odds yet", "", (), note)
    if study.table("variance")["share"].sum() == 0:
        alike = "nothing that is uncertain in this scenario moves a wait, so all executions go alike"
        return Panel(title, "No odds", alike, _views(context), words.sentence(context.tables, study))
    promised = study.table("quantities").filter(pl.col("promised").is_not_null() & (pl.col("class") == 0))
    named = words.headline(study)
    if len(promised):
        row = promised.row(0, named=True)
        unit = words.unit_of(context.tables, row["item"])
        what = f"that {quantity(row['promised'], unit)} have come by {iso(row['by'])}"
        low, middle = quantity(row["p10"]), quantity(row["p50"], unit)
        half = f"half of the executions have {middle} or more by then, 9 of 10 have {low}"
    elif named is not None:
        row, who = named, words.whom(named["class"], named["need"])
        share = "all" if row["coverage"] == 1.0 else f"{percent(row['coverage'])} of what"
        what = f"that {who} has {share} it needs by {iso(row['by'])}"
        half = ""
    else:
        return Panel(title, "No date", "was promised inside the plan, so there are no odds to give", (), "")
    items = [(half, "")] if half else []
    if past := study.meta.get("history"):
        low, high = percent(past["kept_low"]), percent(past["kept_high"])
        items.append((f"{past['cases']} past cases are few: drawn anew they give {low} to {high} by themselves", ""))
    return Panel(title, percent(row["odds"]), what, [*items, *_views(context)], words.sentence(context.tables, study))


def _views(context: Context) -> list[tuple[str, str]]:
    """The outside view and the pool, where an outlook was pooled with this plan."""
    study = context.studies.get("outlook")
    if study is None or "views" not in study.tables:
        return []
    odds = dict(study.table("views").select("view", "odds_by_due").iter_rows())
    said = f"what became of others alone gives {percent(odds['outside'])}, both views pooled {percent(odds['pool'])}"
    return [(said, f"outlook {study.meta['run']}, as of {study.meta['as_of']}")]


def _record(context: Context) -> Panel:
    """What such promises came to, and how forecasts made in this way did."""
    title, last = "The record behind it", variants()[-1]
    own = (
        f"fullrate's own outlooks, each forecast as of its day with its own programme left out: 80 % ranges held "
        f"{last['hits_80']} of {last['scored']} outcomes."
    )
    told = evidence.history(context.tables).filter(pl.col("share").is_not_null())
    pooled = context.studies.get("outlook")
    if told.is_empty() and pooled is not None and pooled.meta["own_told"]:
        meta, middle = pooled.meta, pooled.meta["own_median_share"]
        short = f"; half had {percent(middle)} or less" if middle is not None else ""
        what = f"promises of {_class(meta)} were kept by their date{short}"
        return Panel(title, f"{meta['own_kept']} of {meta['own_told']}", what, (), f"Other programmes only. {own}")
    if told.is_empty():
        said = "stands behind these dates: ranges are as the sources say, or assumed"
        return Panel(title, "No class history", said, (), f"fullrate outlook forecasts a promise from history. {own}")
    kept = int((told["share"] >= 1).sum())
    lead = f"{kept} of {len(told)}"
    half = float(told["share"].median() or 0.0)  # type: ignore[arg-type]
    what = f"such promises of others were kept in full by their date; half had {percent(half)} or less"
    items = [
        (f"{percent(row['share'])}", f"{row['title'] or row['case']}, promised {row['announced_on']:%Y}")
        for row in told.sort("share").iter_rows(named=True)
    ]
    on = f"Known by {iso(context.tables.config.as_of)}. " if context.tables.config.as_of else ""
    blurred = "The odds weigh the class of the promise most and blur each case: 101 % could have been 99 %. "
    return Panel(title, lead, what, items, f"{on}{blurred}{own}", close=True)


def _class(meta: Mapping[str, Any]) -> str:
    """The class an outlook counted its cases in."""
    return f"the class “{meta['kind']}”" if meta["own_cases"] else "all classes"
