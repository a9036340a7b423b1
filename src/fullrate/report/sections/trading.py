"""What time costs: the curves through plans that were made with a limit moved."""

from __future__ import annotations

import polars as pl

from fullrate.report import frontier
from fullrate.report.draw import charts
from fullrate.report.draw.theme import BLUE, MUTED, ORANGE, both
from fullrate.report.parts import Block, Figure, Grid, Key, Section, Text
from fullrate.report.sections.context import Context
from fullrate.results import Study


def frontiers(context: Context) -> Section | None:
    """Every trade-off that was asked about, the newest of each kind."""
    asked = [study for study in context.studies.values() if study.kind == "frontier"]
    if not asked:
        return None
    blocks: list[Block] = []
    for study in asked:
        blocks.append(Text([frontier.sentence(context.tables, study)], frontier.assumptions(study)))
        blocks.append(_drawn(context, study) if len(study.table("points")) > 1 else _table(context, study))
    return Section("frontier", "What time costs", blocks)


def _drawn(context: Context, study: Study) -> Figure:
    by, knee = study.meta["by"], study.meta["knee"]
    kept = study.table("points").with_columns(
        kind=pl.when(pl.col("point") == (knee or 0)).then(pl.lit("knee")).otherwise(pl.lit("kept"))
    )
    whole = pl.concat([kept, study.table("dropped").with_columns(kind=pl.lit("left out"))])
    factor, unit = frontier.axis(by, context.currency)
    points = whole.select(pl.col("amount") * factor, "wait_d", "kind")
    title = f"{frontier.HEADS[by]}, {unit}"
    legend = [Key("plan", BLUE, "dot")]
    legend += [Key("knee", ORANGE, "dot")] if knee else []
    legend += [Key("left out: another is better", MUTED, "dot")] if study.meta["dropped"] else []
    return Figure(
        f"fig-frontier-{by}",
        f"Mean wait of class {study.meta['class']} against {frontier.TITLES[by]}",
        "Source: the runs in the table below, each a plan of its own.",
        f"Curve through {len(kept)} plans: mean wait in days against {title}.",
        both(lambda width: charts.trade(points, title, width, f"frontier-{by}-{width}")),
        legend=legend,
        table=_table(context, study),
    )


def _table(context: Context, study: Study) -> Grid:
    head, rows, right = frontier.table_of(context.tables, study)
    return Grid(head, rows, frozenset(right), cards=True)
