"""Whom the surge sets to work, and what others give up for it: only where the economy was asked."""

from __future__ import annotations

import polars as pl

from fullrate.report import economy
from fullrate.report.draw import sides
from fullrate.report.draw.theme import both
from fullrate.report.figures.economy import gained_and_given_up
from fullrate.report.numbers import quantity
from fullrate.report.parts import Block, Figure, Grid, Key, Section, Text
from fullrate.report.sections.context import Context
from fullrate.results import Study

NUMBERS = frozenset({1, 2, 3, 4, 5})


def engaged(context: Context) -> Section | None:
    """Sectors and regions, gained against given up; None where nobody asked."""
    study = context.studies.get("economy")
    if study is None:
        return None
    blocks: list[Block] = [Text([economy.rests_on(study), economy.sentence(context.tables, study)])]
    blocks.append(_grid(economy.sides(study)))
    blocks.append(_drawn(context, study))
    if study.meta.get("samples"):
        blocks.append(Text([economy.spread_sentence(context.tables, study)]))
        blocks.append(_grid(economy.spread(study), title="In executions of the plan"))
        blocks.append(_grid(economy.spread_by(study, "sector"), title="Sectors in executions", folded=True))
        if study.meta["regions_known"]:
            blocks.append(_grid(economy.spread_by(study, "region"), title="Regions in executions", folded=True))
    if study.meta["regions_known"]:
        blocks.append(_grid(economy.regions(study), title="Regions"))
        blocks.append(_grid(economy.sensitivity(study), title="How much stays in a region", folded=True))
    blocks.append(_grid(economy.quarters(context.plan, study), title="Jobs by quarter of a year", folded=True))
    blocks.append(Text([economy.imports(study), *economy.assumptions(study)], economy.caveats(study)))
    return Section("economy", "What it engages, and what others give up", blocks)


def _grid(table: tuple[list[str], list[list[str]]], title: str = "", folded: bool = False) -> Grid:
    head, rows = table
    return Grid(head, rows, NUMBERS & frozenset(range(len(head))), title, folded=folded, cards=not folded)


def _drawn(context: Context, study: Study) -> Figure:
    """Job-years by sector, the sectors with most output."""
    known = study.table("sectors").head(economy.SHOWN)
    labels = known["name"].to_list()
    amounts = gained_and_given_up(study, "sectors", "name").filter(pl.col("label").is_in(labels))
    drawn = both(lambda width: sides.pairs(amounts, labels, "job-years", width, f"economy-{width}"))
    first = known.sort(pl.col("jobs_direct") + pl.col("jobs_indirect"), descending=True).row(0, named=True)
    jobs, lost = quantity(first["jobs_direct"] + first["jobs_indirect"]), quantity(first["lost_jobs_least"])
    return Figure(
        "fig-economy",
        f"{first['name']}: {jobs} job-years engaged, {lost} given up at best.",
        f"Source: table “sectors” of the run “economy” asked of {context.run or 'this plan'}.",
        f"Bars of job-years engaged and given up in {len(labels)} sectors.",
        drawn,
        legend=[
            Key("engaged by the surge, gross", sides.COLOURS[0]),
            Key("given up by others, at best", sides.COLOURS[1]),
        ],
        table=_grid(economy.sectors(study), title="Sectors as a table", folded=True),
        note="What others give up is more where somebody else gives way than whoever loses least; see the table above.",
    )
