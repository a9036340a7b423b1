"""What a surge does to the economy around it, in words: nothing gained without what is given up for it."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping
from typing import Any

import polars as pl

from fullrate.report.numbers import iso, joined, money, percent, quantity
from fullrate.report.text import grid
from fullrate.results import Plan, Study
from fullrate.tables import Tables

SHOWN = 10
"""Sectors that are printed."""
WIDTH = 100
LONGEST = 40
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
    known = f", as known on {config.as_of}," if config.as_of else ","
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


def as_text(tables: Tables, plan: Plan, study: Study) -> str:
    """The whole answer for a terminal."""
    blocks = [
        "\n".join(textwrap.wrap(rests_on(study), WIDTH)),
        "\n".join(textwrap.wrap(sentence(tables, study), WIDTH)),
        grid(*sides(study), right=[1, 2, 3]),
        grid(*sectors(study), right=[1, 2, 3, 4, 5]),
        grid(*regions(study), right=[1, 2, 3, 4]),
        grid(*sensitivity(study), right=[1, 2]) if len(study.table("deltas")) else "",
        grid(*quarters(plan, study), right=[1, 2, 3]),
        "\n".join(textwrap.wrap(imports(study), WIDTH)),
        *("\n".join(textwrap.wrap(line, WIDTH)) for line in assumptions(study)),
        "\n".join(textwrap.fill(line, WIDTH, initial_indent="- ", subsequent_indent="  ") for line in caveats(study)),
    ]
    return "\n\n".join(block for block in blocks if block)


def sides(study: Study) -> tuple[list[str], list[list[str]]]:
    """Gained above given up, by every way of giving way: heads and rows."""
    meta, gained = study.meta, study.meta["gained"]
    currency = meta["currency"]
    jobs = gained["jobs_direct"] + gained["jobs_indirect"]
    rows = [["engaged by the surge, gross", money(gained["spending"], currency), money(gained["output"], currency)]]
    rows[0].append(quantity(jobs))
    for way, lost in meta["given_up"].items():
        rows.append([WAYS[way], *(money(lost[name], currency) for name in ("final", "output")), quantity(lost["jobs"])])
    return ["gained, and given up", "final use", "output", "job-years"], rows


def sectors(study: Study) -> tuple[list[str], list[list[str]]]:
    """The sectors with most output, gained and given up: heads and rows."""
    table = study.table("sectors")
    shown, currency = pl.concat([table.head(SHOWN), _rest(table)]), study.meta["currency"]
    rows = [[_short(row["name"]), *_numbers(row, currency)] for row in shown.iter_rows(named=True)]
    head = ["sector", "spending", "output", "job-years", "given up: at best", "all alike"]
    return head, rows


def _short(name: str) -> str:
    return textwrap.shorten(name, LONGEST, placeholder=" ...")


def _rest(table: pl.DataFrame) -> pl.DataFrame:
    rest = table.slice(SHOWN)
    if rest.is_empty():
        return rest
    numbers = [name for name in table.columns if name not in ("sector", "name")]
    return rest.select(
        pl.lit("").alias("sector"), pl.lit(f"{len(rest)} other sectors").alias("name"), pl.col(numbers).sum()
    )


def _numbers(row: Row, currency: str) -> list[str]:
    """Spending, output, jobs gained, and jobs given up at best and at worst."""
    jobs = row["jobs_direct"] + row["jobs_indirect"]
    amounts = [money(row[name], currency) for name in ("spending", "output")]
    return [*amounts, *(quantity(one) for one in (jobs, row["lost_jobs_least"], row["lost_jobs_most"]))]


def regions(study: Study) -> tuple[list[str], list[list[str]]]:
    """Every region, gained and given up: heads and rows."""
    rest = "all other regions" if study.meta["regions_known"] else "whole country (the table has no regions)"
    rows = []
    for row in study.table("regions").iter_rows(named=True):
        _, *numbers = _numbers(row, study.meta["currency"])
        rows.append([rest if row["region"] == WHOLE else row["region"], *numbers])
    return ["region", "output", "job-years", "given up: at best", "all alike"], rows


def sensitivity(study: Study) -> tuple[list[str], list[list[str]]]:
    """Jobs of each region over the exponents of the location quotient, beside what it gives up: heads and rows."""
    rows = []
    for region in study.table("regions")["region"]:
        part = study.table("deltas").filter(pl.col("region") == region)
        jobs: list[float] = part["jobs"].to_list()
        lost = part.row(0, named=True)
        name = "all other regions" if lost["region"] == WHOLE else lost["region"]
        span = [f"{quantity(min(jobs))} to {quantity(max(jobs))}"]
        rows.append([name, *span, f"{quantity(lost['lost_jobs_least'])} to {quantity(lost['lost_jobs_most'])}"])
    deltas = study.table("deltas")["delta"].to_list()
    return ["region", f"job-years for delta {min(deltas)} to {max(deltas)}", "given up: at best to all alike"], rows


def quarters(plan: Plan, study: Study) -> tuple[list[str], list[list[str]]]:
    """Jobs engaged at a time in each quarter of a year, and given up: heads and rows."""
    rows = []
    for row in study.table("quarters").iter_rows(named=True):
        years = (row["end_d"] - row["begin_d"]) / study.meta["year_d"]
        numbers = (row["jobs_direct"] + row["jobs_indirect"], row["lost_jobs_least"], row["lost_jobs_most"])
        until = f"{iso(plan.date(row['begin_d']))} to {iso(plan.date(row['end_d']))}"
        rows.append([until, *(quantity(one / years) for one in numbers)])
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
    return (
        f"Imports: {money(direct, currency)} bought abroad by the plan itself, {money(indirect, currency)} by its "
        f"suppliers, {percent(whole / study.meta['spent'])} of the spending together; from {joined(named)}."
    )


def assumptions(study: Study) -> list[str]:
    """What the numbers of what is given up rest on, beside the table."""
    meta, said = study.meta, [study.meta["note"]] if study.meta["note"] else []
    if meta["plan_price_year"] != meta["price_year"]:
        said.append(
            f"Money of {meta['plan_price_year']} meets a table in prices of {meta['price_year']}: nothing is deflated, "
            "so what prices rose by in between is in every number."
        )
    if meta["jobless"]:
        said.append(f"{len(meta['jobless'])} of {meta['sectors']} sectors state no jobs; none are counted there.")
    if meta["capacity_assumed"]:
        more = f" plus {percent(meta['slack'])}" if meta["slack"] else ", none of it idle"
        said.append(
            f"Assumed: the capacity of {meta['capacity_assumed']} of {meta['sectors']} sectors, stated nowhere, is "
            f"their output in {meta['year']}{more} (--slack); within a quarter of a year stocks bridge the difference."
        )
    if meta["enough"] > 0:
        said.append(f"With {_idle(meta['enough'])} idle capacity in every sector, none would be short of it.")
    if meta["labour"] is not None:
        said.append(f"Assumed: {percent(meta['labour'])} more jobs than now can be filled in every region (io_labour).")
    if meta["short"] > 1e-6 * meta["spent"]:
        said.append(
            f"{money(meta['short'], meta['currency'])} of the spending does not fit even with nothing else in the way: "
            "what is given up is more than is printed, or the plan is not what this economy can do."
        )
    if "buyers of full sectors" not in meta["given_up"]:
        said.append(
            "The final buyers of full sectors alone cannot make room for it: other sectors have to give way, too."
        )
    if meta["full"]:
        count = len(meta["full"])
        named = "; ".join([*meta["full"][:3], f"and {count - 3} more"] if count > 4 else meta["full"])
        said.append(f"With the surge on top, {count} of {meta['sectors']} sectors would be overfull: {named}.")
    return said


def _idle(share: float) -> str:
    """A small share, rounded up to two digits.

    >>> _idle(0.00368), _idle(0.25)
    ('0.37 %', '25 %')
    """
    per_cent, digits = 100 * share, 1 - math.floor(math.log10(100 * share))
    return f"{math.ceil(per_cent * 10**digits - 1e-9) / 10**digits:g} %"


def caveats(study: Study) -> list[str]:
    """What holds for every answer of this kind."""
    return list(study.meta["caveats"])
