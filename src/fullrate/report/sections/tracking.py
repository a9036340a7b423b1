"""Where things stand: plan against actual, what moved the date, and how earlier forecasts did."""

from __future__ import annotations

from fullrate.report import track as words
from fullrate.report.parts import Block, Grid, Section, Text
from fullrate.report.sections.context import Context


def tracked(context: Context) -> Section | None:
    """The newest comparison of the plan with what was reported, where there is one."""
    study = context.studies.get("track")
    if study is None:
        return None
    note = f"Run {study.meta['run']}, as of {study.meta['as_of']}."
    against, causes = words.against_rows(study), words.cause_rows(study)
    blocks: list[Block] = [
        Text(words.sentences(study)),
        Grid(words.AGAINST, against, frozenset({3, 4, 5, 6}), title="Plan against actual", cards=True, note=note),
        Grid(words.DATES, words.date_rows(study), frozenset({0, 1}), title="Dates, as they were said and as they are"),
        Grid(words.CAUSES, causes, frozenset({1, 2, 3, 4}), title="What moved the date"),
    ]
    if len(study.table("forecasts")):
        rows = words.forecast_rows(study)
        blocks.append(Grid(words.FORECASTS, rows, frozenset({3, 4, 5}), title="What was said before", cards=True))
    return Section("tracked", "Where it stands", [*blocks, Text([words.assumed(study)])])
