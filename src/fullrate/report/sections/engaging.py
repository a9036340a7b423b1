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

IN_A_REGION = 10
"""Sectors that are listed of each region."""


def engaged(context: Context) -> Section | None:
    """Sectors and regions, gained against given up; None where nobody asked."""
    study = context.studies.get("economy")
    if study is None:
        return None
    blocks: list[Block] = [Text([economy.rests_on(study), economy.sentence(context.tables, study)])]
    blocks.append(_grid(economy.sides(study)))
    blocks += _spread(context, study)
    table = _grid(economy.sectors(study), title=_by(study, "sector"), small=True)
    blocks.append(_drawn(context, study, "sector", table))
    if study.meta["regions_known"]:
        table = _grid(economy.regions(study), title=_by(study, "region"), small=True)
        blocks.append(_drawn(context, study, "region", table))
        places = economy.places(study, IN_A_REGION)
        blocks.append(_grid(places, title=_by(study, "sector in a region"), small=True, names=2))
        blocks.append(_grid(economy.sensitivity(study), title="How much stays in a region", small=True))
    blocks.append(_grid(economy.quarters(context.plan, study), title="Jobs by quarter of a year", small=True))
    blocks.append(Text([economy.imports(study)]))
    if len(study.table("origins")):
        blocks.append(_grid(economy.origins(study), title="Imports by origin", small=True))
    blocks.append(Text(economy.assumptions(study), economy.caveats(study)))
    return Section("economy", "What it engages, and what others give up", blocks)


def _spread(context: Context, study: Study) -> list[Block]:
    """What executions make of it; nothing where none were asked for."""
    if not study.meta.get("samples"):
        return []
    blocks: list[Block] = [Text([economy.spread_sentence(context.tables, study)])]
    blocks.append(_grid(economy.spread(study), title="In executions of the plan"))
    blocks.append(_grid(economy.spread_by(study, "sector"), title="Sectors in executions", small=True))
    if study.meta["regions_known"]:
        blocks.append(_grid(economy.spread_by(study, "region"), title="Regions in executions", small=True))
        places = economy.spread_places(study)
        blocks.append(_grid(places, title="Sectors of regions in executions", small=True, names=2))
    return blocks


def _by(study: Study, what: str) -> str:
    return economy.in_units(study, what).removesuffix(".")


def _grid(table: economy.Lines, title: str = "", small: bool = False, names: int = 1) -> Grid:
    """A table of an answer, its first columns names; a small one is folded."""
    head, rows = [name.replace("\n", " ") for name in table[0]], table[1]
    return Grid(head, rows, frozenset(range(names, len(head))), title, folded=small, cards=not small)


def _drawn(context: Context, study: Study, by: str, table: Grid) -> Figure:
    """Job-years by sector or region, those with most output."""
    known = study.table(f"{by}s").head(economy.SHOWN).with_columns(label=economy.labelled(study, by))
    labels = known["label"].to_list()
    amounts = gained_and_given_up(known, study.tables.get(f"{by}_bands"), by)
    drawn = both(lambda width: sides.pairs(amounts, labels, "job-years", width, f"economy-{by}-{width}"))
    first = known.sort(pl.col("jobs_direct") + pl.col("jobs_indirect"), descending=True).row(0, named=True)
    bands = " Lines: from P10 to P90 of the executions." if "low" in amounts.columns else ""
    jobs, lost = quantity(first["jobs_direct"] + first["jobs_indirect"]), quantity(first["lost_jobs_least"])
    return Figure(
        f"fig-economy-{by}",
        f"{first['label']}: {jobs} job-years engaged, {lost} given up at best.",
        f"Source: table “{by}s” of the run “economy” asked of {context.run or 'this plan'}.",
        f"Bars of job-years engaged and given up in {len(labels)} {by}s.",
        drawn,
        legend=[
            Key("engaged by the surge, gross", sides.COLOURS[0]),
            Key("given up by others, at best", sides.COLOURS[1]),
        ],
        table=table,
        note=f"What others give up is more where somebody else gives way than whoever loses least; see above.{bands}",
    )
