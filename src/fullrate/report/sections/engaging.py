"""Whom the surge sets to work, and what others give up for it: only where the economy was asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from fullrate.report import economy, economy_assumes
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
    known, tables = study.meta["regions_known"], context.tables
    blocks: list[Block] = [Text([economy.rests_on(study), economy.headline(tables, study)])]
    sampled = bool(study.meta.get("samples"))
    blocks.append(_grid(economy.spread(study) if sampled else economy.sides(study)))
    blocks.append(_drawn(context, study, "sector", _table(study, "sector", sampled)))
    if known:
        blocks.append(_drawn(context, study, "region", _table(study, "region", sampled)))
        places = economy.spread_places(study) if sampled else economy.places(study, IN_A_REGION)
        blocks.append(_grid(places, title=_by(study, "sector in a region", sampled), small=True, names=2))
    quarters = economy.spread_quarters if sampled else economy.quarters
    blocks.append(_grid(quarters(context.plan, study), title="Jobs by quarter of a year", small=True))
    if sampled:
        blocks += _plan_itself(context, study)
    if known:
        blocks.append(_grid(economy.sensitivity(study), title="How much stays in a region", small=True))
    blocks.append(Text([economy.imports(study)]))
    if len(study.table("origins")):
        blocks.append(_grid(economy.origins(study), title="Imports by origin", small=True))
    blocks.append(Text(economy_assumes.assumptions(study), economy_assumes.caveats(study)))
    return Section("economy", "What it engages, and what others give up", blocks)


def _table(study: Study, by: str, sampled: bool) -> Grid:
    """The table below a figure: bands where there are any."""
    points = economy.sectors if by == "sector" else economy.regions
    lines = economy.spread_by(study, by) if sampled else points(study)
    return _grid(lines, title=_by(study, by, sampled), small=True)


def _plan_itself(context: Context, study: Study) -> list[Block]:
    """Beside bands, what the plan says if every number holds."""
    blocks: list[Block] = [Text([f"The plan itself. {economy.sentence(context.tables, study)}"])]
    blocks.append(_grid(economy.sides(study)))
    blocks.append(_grid(economy.sectors(study), title=f"{_by(study, 'sector')}, the plan itself", small=True))
    if study.meta["regions_known"]:
        title = f"{_by(study, 'region')}, the plan itself"
        blocks.append(_grid(economy.regions(study), title=title, small=True))
    return blocks


def _said(row: Mapping[str, Any]) -> str:
    """The amount of a bar, or its band."""
    ends = (quantity(row["low"]), quantity(row["high"])) if "low" in row else (quantity(row["amount"]),) * 2
    return ends[0] if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}"


def _by(study: Study, what: str, sampled: bool = False) -> str:
    return economy.in_units(study, what).removesuffix(".") + (", P10 to P90 of the executions" if sampled else "")


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
    bands = " Bars: half of the executions have more. Lines: P10 to P90." if "low" in amounts.columns else ""
    most = amounts.filter(pl.col("side") == sides.SIDES[0]).sort("amount", descending=True)["label"][0]
    jobs, lost = (_said(row) for row in amounts.filter(pl.col("label") == most).iter_rows(named=True))
    return Figure(
        f"fig-economy-{by}",
        f"{most}: {jobs} job-years engaged, {lost} given up at best.",
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
