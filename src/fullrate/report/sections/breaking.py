"""What breaks if something is cut off: the ranking, how long each cut may last, odds with and without."""

from __future__ import annotations

from fullrate.report import stress
from fullrate.report.draw import bars
from fullrate.report.draw.theme import both
from fullrate.report.figures.stress import ranked
from fullrate.report.parts import Block, Figure, Grid, Section, Text
from fullrate.report.sections.context import Context
from fullrate.results import Study

TOP = 15
"""Cuts that are drawn."""


def cuts(context: Context) -> Section | None:
    """The newest stress test of the plan."""
    study = context.studies.get("stress")
    if study is None:
        return None
    said = [stress.sentence(context.tables, study), *stress.wider(context.tables, study)]
    blocks: list[Block] = [Text(said)]
    if len(study.table("cuts")) > 1:
        blocks.append(_drawn(context, study))
    head, rows, rest = stress.ranking(context.tables, study)
    note = f"{rest[0].upper()}{rest[1:]}; the table “cuts” of {study.meta['run']} has them all." if rest else ""
    numbers = frozenset(range(1, len(head)))
    blocks.append(Grid(head, rows, numbers, title="What each cut costs", note=note, cards=True))
    head, rows = stress.pair_rows(context.tables, study)
    if rows:
        numbers = frozenset(range(2, len(head)))
        blocks.append(Grid(head, rows, numbers, title="Pairs that cost more together than one by one", cards=True))
    if "odds" in study.tables:
        head, rows = stress.odds_rows(context.tables, study)
        note = stress.odds_note(context.tables, study)
        blocks.append(Grid(head, rows, frozenset({4, 5, 6, 7}), title="Odds with and without the cut", note=note))
    blocks.append(Text(["How to read it:"], stress.notes(context.tables, study)))
    return Section("stress", "What breaks if something is cut off", blocks)


def _drawn(context: Context, study: Study) -> Figure:
    path = ranked(study, TOP)
    worst = path["name"][0]
    return Figure(
        "fig-stress",
        f"The mean wait grows most without {worst}.",
        f"Source: table “cuts” of {study.meta['run']}.",
        f"Bars of days by which the mean wait grows when something is cut off; longest for {worst}.",
        both(lambda width: bars.ranking(path, "days by which the mean wait grows", width, f"stress-{width}")),
    )
