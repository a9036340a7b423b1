"""The record in words: every case, what was forecast on its day and what came, and how the forecasts score."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from fullrate.report.numbers import percent, quantity
from fullrate.report.text import grid
from fullrate.results import Study
from fullrate.studies.hindcast import OURS

MEASURES = {
    "crps_share": "quantity at the date, CRPS of ln",
    "interval_80_share": "quantity at the date, 80 % interval score",
    "crps_ratio": "time taken, CRPS of ln",
    "brier": "kept by its date, Brier",
    "log": "kept by its date, log",
}
"""What is scored: quantity and time over what was announced; time as far as the record tells."""

UNIT_WIDTH = 24
"""Characters of a unit that are shown."""


def as_text(study: Study, every: bool = False) -> str:
    """The first sentence, the scores, the skill, reliability, and every case; ``every`` promise on request."""
    parts = ["\n".join(textwrap.wrap(sentence(study), 100)), *map(_told, _scores(study)), _told(_skill(study))]
    parts += [verdict(study), *(_told(make(study)) for make in (_reliability, _places, _updated, _revised))]
    parts.append("\n".join(one for one in (_told(_cases(study, every)), limited(study)) if one))
    if wrong := study.meta.get("wrong"):
        named = ", ".join(f"{slug} ({count})" for slug, count in wrong.items())
        parts.append(f"scored as far as they can be read, errors by `fullrate check`: {named}")
    left = study.table("left_out")
    if len(left):
        parts.append("not scored:\n" + "\n".join(f"  {slug}: {why}" for slug, why in left.iter_rows()))
    return "\n\n".join(part for part in parts if part)


def sentence(study: Study) -> str:
    """First n, then what became of the promises, then how often the ranges held."""
    meta = study.meta
    if not meta["cases"]:
        return "n = 0: no record has a headline promise with a quantity and a date."
    many = "surge" if meta["cases"] == 1 else "surges"
    said = f"n = {meta['cases']} {many}, {meta['promises']} promises, each forecast on the day it was made"
    kept = f"{meta['kept']} headline promises were kept by their date"
    if not meta["scored"]:
        return f"{said}. {kept}; none has a recorded quantity at its date."
    half = f"half reached {percent(meta['median_share'])} of their quantity or less"
    low, high = meta["band_80"]
    hits = f"80 % ranges held {meta['hits_80']} of {meta['scored']} outcomes (honest ones hold {low} to {high})"
    small = " Under n = 20 no difference is claimed to be significant." if meta["scored"] < 20 else ""
    return (
        f"{said}. {kept}, {half}; {hits}. Reference: {meta['reference']} cases, own programme left out; they may be "
        f"later than the promise, so this measures the method, not what could have been said then.{small}"
    )


Cells = tuple[list[str], list[list[str]], range | list[int]]
"""Heading, rows, and columns whose cells end flush."""


def grids(study: Study) -> dict[str, list[Cells]]:
    """Every table of the record, for pages."""
    return {
        "cases": [_cases(study, False)],
        "scores": _scores(study),
        "skill": [_skill(study)],
        "reliability": [_reliability(study)],
        "places": [_places(study)],
        "updated": [_updated(study)],
        "revised": [_revised(study)],
    }


def _told(cells: Cells) -> str:
    head, rows, right = cells
    return grid(head, rows, right=right) if rows else ""


def _scores(study: Study) -> list[Cells]:
    summary = study.table("summary")
    parts: list[Cells] = []
    for over, name in (("headline", "headline promises"), ("all", "all promises, case by case")):
        wide = summary.filter((pl.col("over") == over) & pl.col("measure").is_in(list(MEASURES)))
        names = [OURS, *sorted(set(wide["forecaster"].to_list()) - {OURS})]
        lines = [_line(wide, measure, says) for measure, says in MEASURES.items()]
        rows = [[says, *[cells.get(each, "n/a") for each in names]] for says, cells in lines]
        if names[1:]:
            parts.append(([f"less is better: {name}", *names], rows, range(1, len(names) + 1)))
    return parts


def _line(wide: pl.DataFrame, measure: str, says: str) -> tuple[str, dict[str, str]]:
    rows = wide.filter(pl.col("measure") == measure)
    full = max(rows["cases"].to_list(), default=0)
    cells = {
        one["forecaster"]: f"{one['mean']:.3f}" + (f" (n={one['cases']})" if one["cases"] < full else "")
        for one in rows.iter_rows(named=True)
    }
    return f"{says} (n={full})", cells


def _skill(study: Study) -> Cells:
    rows = [
        [
            MEASURES[one["measure"]],
            f"{one['baseline']} {one['what']}",
            str(one["cases"]),
            f"{one['skill']:+.2f}",
            f"{one['low']:+.2f} to {one['high']:+.2f}",
        ]
        for one in study.table("skill").iter_rows(named=True)
    ]
    return ["skill of the class model, headlines", "over", "n", "skill", "90 %"], rows, [2, 3, 4]


def verdict(study: Study) -> str:
    """What the skill allows to be said over the class alone."""
    rows = study.table("skill").filter((pl.col("baseline") == "B4") & pl.col("measure").str.starts_with("crps"))
    said = []
    for one in rows.iter_rows(named=True):
        word = "better on these cases than" if one["low"] > 0 else "not told apart from"
        word = "worse on these cases than" if one["high"] < 0 else word
        said.append(f"{MEASURES[one['measure']]}: {word} the class alone (B4)")
    return "\n".join(said)


def _reliability(study: Study) -> Cells:
    rows = [
        [
            f"{percent(one['from'])} to {percent(one['to'])}",
            str(one["cases"]),
            "" if one["odds"] is None else percent(one["odds"]),
            f"{one['kept']} of {one['cases']}" if one["cases"] else "",
        ]
        for one in study.table("reliability").iter_rows(named=True)
    ]
    return ["odds of the date", "n", "mean odds", "kept"], rows, [1, 2, 3]


def _places(study: Study) -> Cells:
    """Where the outcomes lay in their forecasts (probability integral transform): even where those are right."""
    rows = []
    for measure, says in (("pit_share", "quantity at the date"), ("pit_ratio", "time taken, where it was reached")):
        chosen = (pl.col("measure") == measure) & (pl.col("forecaster") == OURS) & pl.col("headline")
        places = study.table("scores").filter(chosen)["score"].to_list()
        counts = [sum(low <= 5 * place < low + 1 or (low == 4 and place == 1) for place in places) for low in range(5)]
        rows.append([says, str(len(places)), *map(str, counts)])
    head = ["outcomes by fifths of their forecasts", "n", "lowest", "second", "third", "fourth", "highest"]
    return head, rows, range(1, 7)


def _updated(study: Study) -> Cells:
    """What forecasts made on the way were worth."""
    rows = [
        [
            f"{percent(one['part'])} of the announced time",
            str(one["cases"]),
            f"{one['hits_80']} of {one['cases']}",
            f"{one['crps_share']:.3f}",
            f"{one['crps_share_b4']:.3f}",
            "n/a" if one["crps_share_b3"] is None else f"{one['crps_share_b3']:.3f} (n={one['cases_b3']})",
        ]
        for one in study.table("updated").iter_rows(named=True)
        if one["cases"]
    ]
    head = ["forecast again, with actuals, after", "n", "80 % held", "CRPS of quantity", "B4", "B3"]
    return head, rows, [1, 2, 3, 4, 5]


def _revised(study: Study) -> Cells:
    """What figures that were revised since are worth, case by case and in the mean."""
    table = study.table("revised")
    rows = [
        [
            one["slug"],
            percent(one["part"]),
            f"{quantity(one['said_quantity'])} by {one['said_due']}",
            percent(one["came"]),
            *(f"{one[name]:.3f}" for name in ("crps", "crps_without")),
            *("yes" if one[name] else "no" for name in ("held", "held_without")),
        ]
        for one in table.iter_rows(named=True)
    ]
    if rows:
        crps = [f"{float(np.mean(table[name].to_numpy())):.3f}" for name in ("crps", "crps_without")]
        held = [f"{table[name].sum()} of {len(table)}" for name in ("held", "held_without")]
        rows.append([f"mean of {len(table)}, {table['slug'].n_unique()} cases", "", "", "", *crps, *held])
    head = [
        "forecast again, figures revised since",
        "after",
        "said then",
        "came",
        "CRPS",
        "without",
        "80 % held",
        "without",
    ]
    return head, rows, [1, 3, 4, 5, 6, 7]


def _cases(study: Study, every: bool) -> Cells:
    table = study.table("promises")
    rows = [_case(one) for one in (table if every else table.filter("headline")).iter_rows(named=True)]
    head = ["case", "on", "how much", "by", "odds", "forecast 80 %", "came", "when, forecast 80 %", "was there"]
    return head, rows, [4, 5, 6]


def limited(study: Study) -> str:
    """What an asterisk means, where there is one."""
    table = study.table("promises")
    held = len(table) > 0 and bool(table["demand_limited"].any())
    return "* demand, not supply, set the numbers before the date" if held else ""


def _case(one: Mapping[str, Any]) -> list[str]:
    low, high = percent(one["share_low"]), percent(one["share_high"])
    return [
        one["slug"],
        str(one["announced_on"]),
        quantity(one["quantity"], _short(one["unit"])),
        str(one["due"]),
        percent(one["odds_by_due"]),
        f"{low} to {high}",
        "n/a" if one["share"] is None else percent(one["share"]) + (" *" if one["demand_limited"] else ""),
        f"{_month(one['day_low'])} to {_month(one['day_high'])}",
        _came(one),
    ]


def _short(unit: str) -> str:
    return unit if len(unit) <= UNIT_WIDTH else unit[: UNIT_WIDTH - 3].rstrip() + "..."


def _month(day: date | None) -> str:
    return "never" if day is None else f"{day:%Y-%m}"


def _came(one: Mapping[str, Any]) -> str:
    if one["ratio"] is not None:
        return f"{one['ratio']:.2f} x"
    return f"> {one['beyond']:.2f} x" if one["beyond"] is not None else "no record"
