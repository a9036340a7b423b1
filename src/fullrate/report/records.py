"""Pages of what was asked of records, not of a plan: an outlook, the record of all outlooks, a promise followed.

The first screen is what a journalist could quote: what was promised and what was not said, the forecast with its odds,
and the record behind it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from fullrate.report import hindcast, outlook, track
from fullrate.report.draw import charts
from fullrate.report.draw.theme import BLUE, MUTED, ORANGE, both
from fullrate.report.numbers import quantity
from fullrate.report.page import template
from fullrate.report.parts import Block, Figure, Grid, Key, Section, Text
from fullrate.results import Study
from fullrate.store import Run
from fullrate.tables.files import whole


def write_record(run: Run, output: Path) -> Path:
    """Write the page of a study that was asked of records, and return where it is.

    Raises:
        OSError: the file cannot be written.
    """
    text = html(run.study(), run.id, run.manifest)
    with whole(output) as part:
        part.write_text(text, "utf-8")
    return output


def html(study: Study, run: str = "", facts: Mapping[str, Any] | None = None) -> str:
    """The page of a study as HTML.

    Args:
        study: an outlook, a hindcast, or a promise followed.
        run: id of the run it is in.
        facts: more about the run: command, versions.
    """
    make = {"outlook": _outlook, "hindcast": _hindcast, "track": _followed}[study.kind]
    question, answer, front, sections = make(study)
    rows = [["run", run or "not stored"], ["seed", str(study.meta.get("seed", 0))]]
    if facts:
        rows += [["command", " ".join(facts["command"])], ["made", str(facts["created"])]]
        rows += [[name, str(value)] for name, value in facts["versions"].items()]
        rows.append(["hash of the inputs", str(facts["inputs"])])
    made = Section("computed", "How it was computed", [Grid(("", ""), rows)])
    text: str = template().render(
        title=question,
        question=question,
        answer=answer,
        front=front,
        panels=[],
        lead=None,
        dates=Grid((), ()),
        sections=[*sections, made],
        run=run,
        preview=False,
    )
    return text


Page = tuple[str, str, list[tuple[str, str]], list[Section]]


def _outlook(study: Study) -> Page:
    meta, table = study.meta, study.table("forecast")
    said = outlook.sentences(study)
    if not len(table):
        none = "no quantity with a date, and none is invented"
        front = [("Promised", none), ("Not said", _unsaid(meta)), ("As of", str(meta["as_of"]))]
        sections = [
            *_checklist(meta),
            Section("class", "What class history allows", [Text([said[-1]]), _cases(study)]),
            _assumed(study),
        ]
        return f"What will become of “{meta['title']}”?", said[-1], [*front, _behind(meta)], sections
    row = table.row(0, named=True)
    asked = f"{quantity(row['quantity'], row['unit'])} by {row['due']}"
    question = f"{meta['title']}: will there be {asked}?" if meta["promised"] else f"{meta['title']}: {asked}?"
    front = [("Promised", said[0].removeprefix("Promised: ")), ("Not said", _unsaid(meta)), _behind(meta)]
    quoted = " ".join(said[1 : 3 if "inside" in meta else 2])
    rest = [one for one in said[1:-1] if one not in quoted]
    alone = [Text(["Outside view alone:"])] if "inside" in meta else []
    blocks: list[Block] = [*_views(study), *alone, Text(rest), _curve(study)]
    sections = [Section("forecast", "The forecast", blocks), *_checklist(meta)]
    if len(study.table("promises")):
        sections.append(Section("promises", "What else was promised", [_promises(study)]))
    record: list[Block] = [Text([said[-1], outlook.record(meta).replace("`", "")]), _cases(study)]
    return question, quoted, front, [*sections, Section("record", "The record behind it", record), _assumed(study)]


def _unsaid(meta: Mapping[str, Any]) -> str:
    """What the announcement left out, where a ledger of it was given."""
    left = meta.get("unsaid")
    if left is None:
        return "not looked at: no ledger of the announcement was given"
    return "; ".join(left) if left else "nothing of how much, by when, for whom, money and people"


def _checklist(meta: Mapping[str, Any]) -> list[Section]:
    """Every point that a plan needs, as a ledger of the announcement leaves it; nothing without a ledger."""
    if not meta.get("checklist"):
        return []
    rows = outlook.check_rows(meta)
    note = "Claims are rows of the ledger; only those that a person has confirmed are read."
    grid = Grid(outlook.CHECK_HEAD, rows, cards=True, note=note)
    return [Section("unsaid", "What the announcement does not say", [Text([outlook.checked(meta)]), grid])]


def _behind(meta: Mapping[str, Any]) -> tuple[str, str]:
    last = meta["record"]
    held = f"; the model's 80 % ranges held {last['hits_80']} of {last['scored']} promises" if last else ""
    return ("Record", f"{meta['own_cases'] or meta['cases']} promises of other programmes{held}")


def _views(study: Study) -> list[Block]:
    if "inside" not in study.meta:
        return []
    rows = outlook.view_rows(study)
    said = outlook.behind(study.meta)
    return [Grid(outlook.VIEW_HEAD, rows, frozenset({1, 4}), title="Two views and their pool", cards=True, note=said)]


def _curve(study: Study) -> Figure:
    """The whole curve, with what was promised."""
    meta, row = study.meta, study.table("forecast").row(0, named=True)
    path = study.table("curve")
    begin = path["day"][0]
    ends = path.with_columns(day=(pl.col("day") - begin).dt.total_days().cast(pl.Float64))
    due = float((row["due"] - begin).days)
    unit = str(row["unit"])
    draw = both(lambda width: charts.band(ends, (due, float(row["quantity"])), begin, unit, width, f"curve-{width}"))
    middle = f"{quantity(row['quantity_p50'], unit)} on {row['due']} in half of the samples"
    step = max(len(path) // 12, 1)
    rows = [
        [str(day), *(quantity(value) for value in values)]
        for day, *values in path.select("day", "p10", "p50", "p90").gather_every(step).iter_rows()
    ]
    table = Grid(
        ("on", "1 of 10 at most", "half", "9 of 10 at most"), rows, frozenset({1, 2, 3}), "As a table", folded=True
    )
    legend = [Key("half of the samples", BLUE, "line"), Key("8 of 10 samples inside the light band", BLUE)]
    legend.append(Key("promised", ORANGE, "dot"))
    note = f"Outside view, {meta['samples']} samples, as of {meta['as_of']}."
    title, alt = (
        f"What can be expected: {middle}.",
        f"A widening band over time; {middle}; promised {row['quantity']:g}.",
    )
    return Figure(
        "fig-curve", title, "Source: table “curve” of the run.", alt, draw, legend=legend, table=table, note=note
    )


def _promises(study: Study) -> Grid:
    head, rows = outlook.other_rows(study)
    note = f"Odds as of {study.meta['as_of']} ({study.meta['samples']} samples)."
    return Grid(head, rows, frozenset({3, 4}), cards=True, note=note)


def _cases(study: Study) -> Grid:
    head, rows = outlook.case_rows(study, every=True)
    note = "At its date: share of the promised quantity. Time taken: over the time announced; “>”: not reached yet."
    return Grid(
        head, rows, frozenset({2, 3, 4}), title="Cases behind it, those that count most first", note=note, cards=True
    )


def _assumed(study: Study) -> Section:
    return Section("assumed", "What was assumed", [Text([outlook.assumptions(study)])])


def _hindcast(study: Study) -> Page:
    meta = study.meta
    front = [
        ("Surges", str(meta["cases"])),
        ("Promises", str(meta["promises"])),
        ("Kept", f"{meta['kept']} of {meta['cases']}"),
    ]
    if meta["scored"]:
        low, high = meta["band_80"]
        held = f"{meta['hits_80']} of {meta['scored']}, honest ones {low} to {high}"
        front.append(("80 % ranges held", held))
    grids = hindcast.grids(study)
    titles = {"cases": "Every case", "scores": "Scores", "skill": "Skill", "reliability": "Odds against what came"}
    titles |= {"places": "Where outcomes lay", "updated": "Forecast again on the way"}
    titles |= {"revised": "Figures that were revised"}
    sections = []
    for name, title in titles.items():
        found = [Grid(head, rows, frozenset(right), cards=name == "cases") for head, rows, right in grids[name] if rows]
        drawn: list[Block] = [_reliability(study)] if name == "reliability" and meta["scored"] else []
        if found:
            notes = [Text([], hindcast.verdict(study).split("\n"))] if name == "skill" else []
            sections.append(Section(name, title, [*drawn, *found, *notes]))
    return "How good were such forecasts?", hindcast.sentence(study), front, sections


def _reliability(study: Study) -> Figure:
    """Odds that were given against how often the promises were kept."""
    table = study.table("reliability").filter(pl.col("cases") > 0)
    points = table.select(odds="odds", kept=pl.col("kept") / pl.col("cases"), cases="cases")
    draw = both(lambda width: charts.reliability(points, width, f"reliability-{width}"))
    title = "Where odds are right, the dots lie on the line."
    legend = [
        Key("odds that were given, by fifths; larger: more promises", BLUE, "dot"),
        Key("odds as they came", MUTED, "dash"),
    ]
    alt = "Dots of how often promises were kept over the odds that were given."
    return Figure("fig-reliability", title, "Source: table “reliability” of the run.", alt, draw, legend=legend)


def _followed(study: Study) -> Page:
    meta = study.meta
    said = track.sentences(study)
    due = meta["due"] if isinstance(meta["due"], date) else date.fromisoformat(str(meta["due"]))
    front = [("Promised", said[0].removeprefix("Promised: ")), ("As of", str(meta["as_of"]))]
    table = Grid(track.FOLLOWED, track.followed_rows(study), frozenset({2, 3, 5, 8, 9}), cards=True, note=track.NOTE)
    sections = [Section("forecasts", "Forecast again on the day of each announcement", [Text(said[1:-1]), table])]
    question = f"{meta['title']}: {quantity(meta['quantity'], meta['unit'])} by {due}, followed"
    return question, said[-1], front, sections
