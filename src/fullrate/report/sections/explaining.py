"""Why it is late: the ladder of steps that help, what binds after each, and the proof."""

from __future__ import annotations

import textwrap

import polars as pl

from fullrate.report import why as words
from fullrate.report.draw import sides
from fullrate.report.draw.theme import BLUE, GREEN, NARROW, both
from fullrate.report.figures import why as figures
from fullrate.report.names import Names
from fullrate.report.numbers import percent
from fullrate.report.parts import Block, Figure, Grid, Key, Section, Text
from fullrate.report.sections.context import Context
from fullrate.results import Study

COLOURS = (BLUE, GREEN)
LINE = {True: 21, False: 44}
"""Letters in a line of a label, on a phone and on a desk."""
LINES = 3
"""Lines of a label."""


def reasons(context: Context) -> Section | None:
    """What binds, the ladder as a picture, and the proof, where it was asked why."""
    study = context.studies.get("why")
    if study is None:
        return None
    tables = context.tables
    blocks: list[Block] = [Text([words.sentence(tables, study)])]
    if len(study.table("ladder")):
        blocks.append(_drawn(context, study))
    binds = words.bind_rows(tables, study)
    if binds:
        note = "Each by planning again with the step, or with one step less; not to be added up."
        blocks.append(Grid(words.BINDS, binds, frozenset({1, 2}), cards=True, note=note))
    said = words.proof(tables, study)
    return Section("why", "Why it is late", [*blocks, *([Text([said])] if said else [])])


def _drawn(context: Context, study: Study) -> Figure:
    tables, saved = context.tables, figures.rungs(study)
    names, share = Names.of(tables), percent(study.meta["coverage"])
    steps = {
        row["rung"]: f"{row['rung']} {words.remedy(names, tables, row['kind'], row['key'])}"
        for row in study.table("ladder").iter_rows(named=True)
    }
    amounts = saved.select("rung", "side", amount="days")

    def draw(width: int) -> str:
        labels = {rung: label(text, width) for rung, text in steps.items()}
        named = amounts.with_columns(label=pl.col("rung").replace_strict(labels, return_dtype=pl.String))
        unit = "days gained"
        return sides.pairs(named, list(labels.values()), unit, width, f"ladder-{width}", figures.SIDES, COLOURS)

    first, gained = study.table("ladder").row(0, named=True), float(study.table("ladder")["gained_d"].sum())
    return Figure(
        "fig-ladder",
        f"{begun(words.remedy(names, tables, first['kind'], first['key']))} helps most; "
        f"all steps together save {words.saved(gained)} of the mean wait.",
        f"Source: table “ladder” of {study.meta['run']}, every bar the difference of two plans.",
        f"Pairs of bars for each step of the ladder: days gained on the mean wait and on the date of {share} coverage.",
        both(draw),
        legend=[Key("on the mean wait", BLUE), Key(f"on the earliest date of {share} coverage", GREEN)],
        table=Grid(
            words.ladder_head(study),
            words.ladder_rows(tables, study),
            frozenset({0, 2, 3, 5}),
            cards=True,
            note=words.COSTS,
        ),
        note="Each step on top of those before. A step is a tenth more, one more build, or one period less.",
    )


def begun(text: str) -> str:
    """The text as the beginning of a sentence."""
    return text[0].upper() + text[1:]


def label(text: str, width: int) -> str:
    """A label in lines that fit beside the bars."""
    lines = textwrap.wrap(text, LINE[width <= NARROW], max_lines=LINES, placeholder=" …")
    return "\n".join(lines)
