"""What breaks if something is cut off: the ranking, how long each cut may last, odds with and without."""

from __future__ import annotations

import polars as pl

from fullrate.report import estimates, neighbours, stress
from fullrate.report.draw import bars
from fullrate.report.draw.theme import both
from fullrate.report.figures.stress import ranked, spans
from fullrate.report.parts import Block, Figure, Grid, Key, Section, Text
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
    blocks += _lasting(context, study)
    head, rows, rest = stress.ranking(context.tables, study)
    note = f"{rest[0].upper()}{rest[1:]}; the table “cuts” of {study.meta['run']} has them all." if rest else ""
    numbers = frozenset(range(1, len(head)))
    blocks.append(Grid(head, rows, numbers, title="What each cut costs", note=note, cards=True))
    blocks += _estimated(context, study)
    head, rows = neighbours.rows(context.tables, study)
    if rows:
        numbers = frozenset(range(2, len(head)))
        title = "The same days for the whole region or owner"
        blocks.append(Grid(head, rows, numbers, title=title, note=neighbours.note(study), cards=True))
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


def _estimated(context: Context, study: Study) -> list[Block]:
    """What was only estimated, apart from what was solved."""
    head, rows, rest = estimates.rows(context.tables, study)
    said = estimates.notes(study)
    if not said:
        return []
    note = f"{rest[0].upper()}{rest[1:]}; table “estimates” of {study.meta['run']}." if rest else ""
    numbers = frozenset(range(1, len(head)))
    listed: list[Block] = [Grid(head, rows, numbers, title="Only estimated", note=note, cards=True)] if rows else []
    return [*listed, Text(said)]


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


def _lasting(context: Context, study: Study) -> list[Block]:
    """Time to survive against time to recover, of the cuts that were asked how long they may last."""
    lengths, edge = spans(study, float(context.plan.edges[-1]))
    if not len(lengths):
        return []
    table = study.table("cuts").filter(pl.col("survives").is_not_null())
    exposed = int((table["exposed"].fill_null(True) & ~table["survives"]).sum())
    some = "One cut is" if exposed == 1 else f"{exposed} cuts are" if exposed else "No cut is"
    return [
        Figure(
            "fig-lasting",
            f"{some} gone for longer than the plan can stand.",
            f"Source: columns “survive_d” and “recover_d” of the table “cuts” of {study.meta['run']}.",
            f"Bars of {len(table)} cuts: how long each is gone, and on it how long it may be before anything is later.",
            both(lambda width: bars.spans(lengths, edge, width, f"lasting-{width}")),
            legend=[Key("back after (time to recover)", bars.GONE), Key("stands for (time to survive)", bars.STANDS)],
            note="A bar to the edge: for good, or longer than the plan; none: the shortest cut makes something later.",
        )
    ]
