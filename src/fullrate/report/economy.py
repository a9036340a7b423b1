"""What a surge does to the economy around it, in words: nothing gained without what is given up for it."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import polars as pl

from fullrate.report.economy_assumes import OTHER, assumptions, caveats
from fullrate.report.numbers import as_known, iso, joined, money, percent, quantity, significant
from fullrate.report.text import grid
from fullrate.results import Plan, Study
from fullrate.tables import Tables

SHOWN = 10
"""Sectors that are printed."""
WIDTH = 100
IN_A_REGION = 3
"""Sectors that are printed of each region."""
LONGEST = 30
"""Characters of the name of a sector that are printed."""
WAYS = {
    "at best": "given up at best",
    "buyers of full sectors": "if final buyers of full sectors give way",
    "all alike": "if all are cut alike, nothing replaced",
}
"""What the ways of giving way are called."""
WHOLE = "elsewhere"
"""Region of what has none."""
Row = Mapping[str, Any]
Lines = tuple[list[str], list[list[str]]]
"""Heads and rows of a table of text; a line break in a head begins its next line."""


def rests_on(study: Study) -> str:
    """What comes first: the table, its year and prices, and the share of the spending it could not take."""
    meta = study.meta
    spent, table = money(meta["spent"], meta["currency"]), "the scenario's own" if meta["own"] else meta["table"]
    return (
        f"Table: {table} ({meta['sectors']} sectors of {meta['year']}, in prices of {meta['price_year']}). "
        f"{percent(meta['unmapped'])} of the spending of {spent} could not be mapped to a sector."
    )


def sentence(tables: Tables, study: Study) -> str:
    """The answer in one sentence that can be quoted: engaged and given up together."""
    meta, config = study.meta, tables.config
    gained, spending = meta["gained"], money(meta["gained"]["spending"], meta["currency"])
    known = f"{as_known(config.as_of)},"
    jobs = gained["jobs_direct"] + gained["jobs_indirect"]
    return (
        f"If every number in “{config.name}” holds{known} its spending at home of {spending} engages {people(jobs)}, "
        f"gross, {quantity(gained['jobs_direct'])} of them directly, while {_others(study)}, by the input-output table "
        f"of {meta['year']}."
    )


def _others(study: Study) -> str:
    """What others give up, between the two ends."""
    best, alike = (study.meta["given_up"][way]["jobs"] for way in ("at best", "all alike"))
    if alike <= 0:
        return "others, with the capacities assumed, need give up nothing"
    cut = f"{people(alike)} if every customer of a full sector were cut alike and nothing replaced"
    return f"others give up {people(best)} at best, and {cut}"


def people(jobs: float) -> str:
    """Jobs times years.

    >>> people(6953.1), people(0.2)
    ('6,950 job-years', 'less than one job-year')
    """
    if abs(jobs) < 1:
        return "no job-years" if abs(jobs) < 1e-6 else "less than one job-year"
    return f"{quantity(jobs)} job-years"


def headline(tables: Tables, study: Study) -> str:
    """The answer in one sentence: with executions a band, else what the plan says."""
    return spread_sentence(tables, study) if study.meta.get("samples") else sentence(tables, study)


def as_text(tables: Tables, plan: Plan, study: Study) -> str:
    """The whole answer for a terminal."""
    blocks = [
        _wrapped(rests_on(study)),
        *(spread_as_text(plan, study, tables) if study.meta.get("samples") else _points_as_text(plan, study, tables)),
        grid(*sensitivity(study), right=[1, 2]) if len(study.table("deltas")) else "",
        _wrapped(imports(study)),
        *(_wrapped(line) for line in assumptions(study)),
        "\n".join(_wrapped(line, "- ", "  ") for line in caveats(study)),
    ]
    return "\n\n".join(block for block in blocks if block)


def _points_as_text(plan: Plan, study: Study, tables: Tables) -> list[str]:
    """What the plan says, if every number in it holds."""
    by_region = regions_with_sectors if study.meta["regions_known"] else regions
    return [
        _wrapped(sentence(tables, study)),
        grid(*sides(study), right=[1, 2, 3, 4]),
        f"{in_units(study, 'sector')}\n\n{grid(*_narrow(sectors(study)), right=range(1, 8))}",
        f"{in_units(study, 'region')}\n\n{grid(*by_region(study), right=range(1, 7))}",
        grid(*quarters(plan, study), right=[1, 2, 3]),
    ]


def _wrapped(text: str, first: str = "", then: str = "") -> str:
    return textwrap.fill(text, WIDTH, initial_indent=first, subsequent_indent=then, break_on_hyphens=False)


def sides(study: Study) -> Lines:
    """Gained above given up, by every way of giving way: heads and rows."""
    meta, gained = study.meta, study.meta["gained"]
    currency = meta["currency"]
    jobs = gained["jobs_direct"] + gained["jobs_indirect"]
    amounts = [money(gained[name], currency) for name in ("spending", "output", "value_added")]
    rows = [["engaged by the surge, gross", *amounts, quantity(jobs)]]
    for way, lost in meta["given_up"].items():
        amounts = [money(lost[name], currency) for name in ("final", "output", "value_added")]
        rows.append([WAYS[way], *amounts, quantity(lost["jobs"])])
    return ["gained, and given up", "final use", "output", "value added", "job-years"], rows


BANDS = {
    "spending": "spending, imports included",
    "imports": "imports, direct and indirect",
    "output": "output",
    "value_added": "value added",
    "jobs": "job-years engaged, gross",
    "jobs_direct": "of these directly, by those who are paid",
    "lost_jobs_least": "job-years given up at best",
    "lost_jobs_most": "job-years given up, all alike",
}
"""What the measures of bands are called."""
MONEY = ("spending", "imports", "output", "value_added")


def spread_as_text(plan: Plan, study: Study, tables: Tables) -> list[str]:
    """What executions make of it, for a terminal: bands first, and then the plan itself."""
    by = [grid(*_narrow(spread_by(study, "sector")), right=range(1, 6))]
    if study.meta["regions_known"]:
        by.append(grid(*spread_by(study, "region"), right=range(1, 6)))
        by.append(grid(*_narrow(spread_places(study)), right=range(2, 7)))
    return [
        _wrapped(spread_sentence(tables, study)),
        grid(*spread(study), right=[1, 2, 3, 4]),
        f"P10 to P90 of the executions: output in million {study.meta['currency']}, engaged and given up in job-years.",
        *by,
        grid(*spread_quarters(plan, study), right=[1, 2, 3]),
        _wrapped(f"The plan itself. {sentence(tables, study)}"),
        grid(*sides(study), right=[1, 2, 3, 4]),
    ]


def executions(study: Study) -> str:
    """How many there were, in words."""
    count = int(study.meta["samples"])
    return "one execution" if count == 1 else f"{count:,} executions"


def _narrow(table: Lines) -> Lines:
    """The table with its first column no wider than a terminal has room for."""
    return table[0], [[_short(name), *cells] for name, *cells in table[1]]


def _short(name: str) -> str:
    return textwrap.shorten(name, LONGEST, placeholder=" ...")


def spread_sentence(tables: Tables, study: Study) -> str:
    """What executions of the plan engage and what others give up for them, in one sentence."""
    meta, config = study.meta, tables.config
    rows = {row["measure"]: row for row in study.table("total_bands").iter_rows(named=True)}
    known = f", as known on {config.as_of}," if config.as_of else ""
    jobs, best, alike = (rows[name] for name in ("jobs", "lost_jobs_least", "lost_jobs_most"))
    chance = "no ranges, so that only gates, risks, people who leave and units that fail differ"
    given = "its ranges" if meta["ranges"] else chance
    return (
        f"In {executions(study)} of this plan for “{config.name}”{known} what it spends engages "
        f"{_span(jobs)} job-years, gross, in 8 of 10, half of them more than {quantity(jobs['p50'])}, while others "
        f"give up {_span(best)} at best and {_span(alike)} if all are cut alike, given {given}, and the input-output "
        f"table of {meta['year']}, its capacities and coefficients as they are."
    )


def _span(row: Row, write: Callable[[float], str] = quantity) -> str:
    low, high = write(row["p10"]), write(row["p90"])
    return low if low == high else f"{low} to {high}"


def spread(study: Study) -> Lines:
    """Everything that is engaged and given up in executions: heads and rows."""
    rows = {row["measure"]: row for row in study.table("total_bands").iter_rows(named=True)}
    currency = study.meta["currency"]
    found = []
    for name, said in BANDS.items():
        if name in rows:
            write = (lambda one: money(one, currency)) if name in MONEY else quantity
            row = rows[name]
            error = "" if math.isnan(row["error"]) else f" ± {write(row['error'])}"
            found.append([said, *(write(row[point]) for point in ("p10", "p50", "p90")), write(row["mean"]) + error])
    return [f"in {executions(study)}", "P10", "P50", "P90", "mean ± standard error"], found


def spread_by(study: Study, axis: str) -> Lines:
    """Executions by sector or region, P10 to P90, engaged beside given up: heads and rows."""
    return [axis, *SPANS], _spans(study, study.table(f"{axis}_bands"), [axis])


def spread_places(study: Study) -> Lines:
    """The same by sector and region: heads and rows."""
    return ["sector", "region", *SPANS], _spans(study, study.table("place_bands"), ["sector", "region"])


def spread_quarters(plan: Plan, study: Study) -> Lines:
    """Jobs engaged at a time in each quarter of a year in executions, and given up, P10 to P90: heads and rows."""
    rows, table = [], study.table("quarter_bands")
    for row in study.table("quarters").iter_rows(named=True):
        by = {one["measure"]: one for one in table.filter(pl.col("quarter") == row["quarter"]).iter_rows(named=True)}
        at_a_time = partial(_at_a_time, years=(row["end_d"] - row["begin_d"]) / study.meta["year_d"])
        jobs = ("jobs", "lost_jobs_least", "lost_jobs_most")
        rows.append([_until(plan, row), *(_span(by[name], at_a_time) if by else "0" for name in jobs)])
    return ["jobs at a time, on average", "engaged, gross", "given up: at best", "all alike"], rows


def _at_a_time(jobs: float, years: float) -> str:
    return quantity(jobs / years)


def _until(plan: Plan, quarter: Row) -> str:
    return f"{iso(plan.date(quarter['begin_d']))} to {iso(plan.date(quarter['end_d']))}"


SPANS = ("output", "job-years\ndirect", "job-years\nindirect", "given up\nat best", "given up\nall alike")
SPANNED = ("output", "jobs_direct", "jobs_indirect", "lost_jobs_least", "lost_jobs_most")


def _spans(study: Study, table: pl.DataFrame, axes: list[str]) -> list[list[str]]:
    """Those with most job-years engaged: their names, and P10 to P90 of what is engaged and given up."""
    names = dict(study.table("sectors").select("sector", "name").iter_rows()) | {WHOLE: _region(study, WHOLE)}
    rows = []
    most = table.filter(pl.col("measure") == "jobs").sort("p50", descending=True).head(SHOWN)
    for labels in most.select(axes).iter_rows():
        mine = table.filter(*(pl.col(axis) == label for axis, label in zip(axes, labels, strict=True)))
        by = {row["measure"]: row for row in mine.iter_rows(named=True)}
        spans = [_span(by[name], _millions if name == "output" else quantity) for name in SPANNED]
        rows.append([*(names.get(label, label) for label in labels), *spans])
    return rows


GAINED = ("output", "value\nadded", "job-years\ndirect", "job-years\nindirect")
NUMBERS = (*GAINED, "given up\nat best", "given up\nall alike")
"""Heads of what is gained and given up, by sector and by region; what is given up is in job-years, too."""


def in_units(study: Study, by: str) -> str:
    """What the numbers of such a table are counted in."""
    return f"By {by}: money in million {study.meta['currency']}, engaged and given up in job-years."


def sectors(study: Study) -> Lines:
    """The sectors with most output, gained and given up: heads and rows."""
    table = study.table("sectors")
    shown = pl.concat([table.head(SHOWN), _rest(table)])
    rows = [[row["name"], _millions(row["spending"]), *_numbers(row)] for row in shown.iter_rows(named=True)]
    return ["sector", "paid by\nthe plan", *NUMBERS], rows


def _rest(table: pl.DataFrame) -> pl.DataFrame:
    rest = table.slice(SHOWN)
    if rest.is_empty():
        return rest
    numbers = [name for name in table.columns if name not in ("sector", "name")]
    return rest.select(
        pl.lit("").alias("sector"), pl.lit(f"{len(rest)} other sectors").alias("name"), pl.col(numbers).sum()
    )


def _numbers(row: Row) -> list[str]:
    """Output, value added, jobs gained directly and indirectly, and jobs given up at best and at worst."""
    jobs = ("jobs_direct", "jobs_indirect", "lost_jobs_least", "lost_jobs_most")
    return [*(_millions(row[name]) for name in ("output", "value_added")), *(quantity(row[name]) for name in jobs)]


def _millions(amount: float) -> str:
    """An amount of a column in millions.

    >>> _millions(737.4), _millions(0.0333), _millions(0.0), _millions(0.0001), _millions(1_234_567.0)
    ('737', '0.033', '0', '<0.001', '1,230,000')
    """
    rounded = significant(amount)
    if 0 < rounded < 0.0005:
        return "<0.001"
    return f"{rounded:,.0f}" if abs(rounded) >= 100 else f"{round(rounded, 3):.3g}"


def regions(study: Study) -> Lines:
    """Every region, gained and given up: heads and rows."""
    rows = [[_region(study, row["region"]), *_numbers(row)] for row in study.table("regions").iter_rows(named=True)]
    return ["region", *NUMBERS], rows


def _region(study: Study, name: str) -> str:
    rest = OTHER if study.meta["regions_known"] else "whole country (the table has no regions)"
    return rest if name == WHOLE else name


def labelled(study: Study, by: str) -> pl.Expr:
    """What the rows of the table of sectors or regions are called in a figure."""
    return pl.col("name") if by == "sector" else pl.col("region").replace(WHOLE, _region(study, WHOLE))


def places(study: Study, most: int = IN_A_REGION) -> Lines:
    """The sectors of every region that engage most there, gained and given up: heads and rows."""
    table, rows = study.table("places"), []
    for region in study.table("regions")["region"]:
        here = table.filter(pl.col("region") == region).head(most)
        rows += [[_region(study, region), row["name"], *_numbers(row)] for row in here.iter_rows(named=True)]
    return ["region", "sector", *NUMBERS], rows


def regions_with_sectors(study: Study) -> Lines:
    """Every region, and below it the sectors that engage most there, in one column."""
    (head, whole), (_, parts) = regions(study), places(study)
    rows = []
    for row in whole:
        rows.append(row)
        rows += [[f"  {_short(part[1])}", *part[2:]] for part in parts if part[0] == row[0]]
    return ["region, and in it", *head[1:]], rows


def sensitivity(study: Study) -> Lines:
    """Jobs of each region over the exponents of the location quotient, beside what it gives up: heads and rows."""
    rows = []
    for region in study.table("regions")["region"]:
        part = study.table("deltas").filter(pl.col("region") == region)
        jobs: list[float] = part["jobs"].to_list()
        lost = part.row(0, named=True)
        name = OTHER if lost["region"] == WHOLE else lost["region"]
        span = [f"{quantity(min(jobs))} to {quantity(max(jobs))}"]
        rows.append([name, *span, f"{quantity(lost['lost_jobs_least'])} to {quantity(lost['lost_jobs_most'])}"])
    deltas = study.table("deltas")["delta"].to_list()
    return ["region", f"job-years for delta {min(deltas)} to {max(deltas)}", "given up: at best to all alike"], rows


def quarters(plan: Plan, study: Study) -> Lines:
    """Jobs engaged at a time in each quarter of a year, and given up: heads and rows."""
    rows = []
    for row in study.table("quarters").iter_rows(named=True):
        years = (row["end_d"] - row["begin_d"]) / study.meta["year_d"]
        numbers = (row["jobs_direct"] + row["jobs_indirect"], row["lost_jobs_least"], row["lost_jobs_most"])
        rows.append([_until(plan, row), *(_at_a_time(one, years) for one in numbers)])
    return ["jobs at a time, on average", "engaged, gross", "given up: at best", "all alike"], rows


def imports(study: Study) -> str:
    """What comes from abroad, and from where."""
    table, currency = study.table("origins"), study.meta["currency"]
    direct, indirect = (float(table[name].sum()) for name in ("direct", "indirect"))
    if direct + indirect <= 0:
        return "Imports: none in the table."
    by = table.with_columns(all=pl.col("direct") + pl.col("indirect")).sort("all", descending=True)
    whole = direct + indirect
    named = [f"{name} {percent(amount / whole)}" for name, amount in by.select("origin", "all").iter_rows()]
    said = (
        f"Imports: {money(direct, currency)} bought abroad by the plan itself, {money(indirect, currency)} by its "
        f"suppliers, {percent(whole / study.meta['spent'])} of the spending together; from {joined(named)}."
    )
    if not study.meta.get("samples"):
        return said
    in_all = study.table("total_bands").row(by_predicate=pl.col("measure") == "imports", named=True)
    return f"{said} In 8 of 10 executions it is {_span(in_all, partial(money, currency=currency))} in all."


def origins(study: Study) -> Lines:
    """Imports by origin, bought by the plan itself and by its suppliers: heads and rows."""
    rows = [
        [name, *(money(amount, study.meta["currency"]) for amount in amounts)]
        for name, *amounts in study.table("origins").select("origin", "direct", "indirect").iter_rows()
    ]
    head = ["origin", "bought by the plan itself", "by its suppliers"]
    if not study.meta.get("samples"):
        return head, rows
    bands = {row["origin"]: row for row in study.table("origin_bands").iter_rows(named=True)}
    write = partial(money, currency=study.meta["currency"])
    return [*head, "both, in 8 of 10 executions"], [[*row, _span(bands[row[0]], write)] for row in rows]
