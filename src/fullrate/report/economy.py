"""What a surge does to the economy around it, in words: nothing gained without what is given up for it."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Mapping
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
OTHER = "other or unknown regions"
"""What it is called where others are known."""
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
        *spread_as_text(tables, study),
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


BANDS = {
    "spending": "spending, imports included",
    "imports": "imports, direct and indirect",
    "output": "output",
    "value_added": "value added",
    "jobs": "job-years engaged, gross",
    "lost_jobs_least": "job-years given up at best",
    "lost_jobs_most": "job-years given up, all alike",
}
"""What the measures of bands are called."""
MONEY = ("spending", "imports", "output", "value_added")


def spread_as_text(tables: Tables, study: Study) -> list[str]:
    """What executions make of it, for a terminal; nothing where none were asked for."""
    if not study.meta.get("samples"):
        return []
    said = "\n".join(textwrap.wrap(spread_sentence(tables, study), WIDTH))
    axes = ("sector", "region") if study.meta["regions_known"] else ("sector",)
    by = [grid(*spread_by(study, axis), right=[1, 2, 3]) for axis in axes]
    return [said, grid(*spread(study), right=[1, 2, 3, 4]), *by]


def spread_sentence(tables: Tables, study: Study) -> str:
    """What executions of the plan engage and what others give up for them, in one sentence."""
    meta, config = study.meta, tables.config
    rows = {row["measure"]: row for row in study.table("total_bands").iter_rows(named=True)}
    known = f", as known on {config.as_of}," if config.as_of else ""
    jobs, best, alike = (rows[name] for name in ("jobs", "lost_jobs_least", "lost_jobs_most"))
    given = "its ranges" if meta["ranges"] else "no ranges, so that only gates and risks differ"
    return (
        f"In {meta['samples']} executions of this plan for “{config.name}”{known} what it spends engages "
        f"{_span(jobs)} job-years, gross, in 8 of 10, half of them more than {quantity(jobs['p50'])}, while others "
        f"give up {_span(best)} at best and {_span(alike)} if all are cut alike, given {given}, and the input-output "
        f"table of {meta['year']}, its capacities and coefficients as they are."
    )


def _span(row: Row, write: Callable[[float], str] = quantity) -> str:
    low, high = write(row["p10"]), write(row["p90"])
    return low if low == high else f"{low} to {high}"


def spread(study: Study) -> tuple[list[str], list[list[str]]]:
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
    return [f"in {study.meta['samples']} executions", "P10", "P50", "P90", "mean ± standard error"], found


def spread_by(study: Study, axis: str) -> tuple[list[str], list[list[str]]]:
    """Job-years of executions by sector or region, P10 to P90, engaged beside given up: heads and rows."""
    table, names = study.table(f"{axis}_bands"), dict(study.table("sectors").select("sector", "name").iter_rows())
    names |= {WHOLE: OTHER}
    rows = []
    first = table.filter(pl.col("measure") == "jobs").sort("p50", descending=True)[axis].head(SHOWN)
    for label in first:
        mine = {row["measure"]: row for row in table.filter(pl.col(axis) == label).iter_rows(named=True)}
        spans = [_span(mine[name]) for name in ("jobs", "lost_jobs_least", "lost_jobs_most")]
        rows.append([_short(names.get(label, label)), *spans])
    return [f"{axis}, in 8 of 10 executions", "job-years engaged", "given up: at best", "all alike"], rows


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
    rest = OTHER if study.meta["regions_known"] else "whole country (the table has no regions)"
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
        name = OTHER if lost["region"] == WHOLE else lost["region"]
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
    if meta["plan_currency"] != meta["currency"]:
        said.append(
            f"Assumed: one {meta['plan_currency']} is {meta['exchange']:g} {meta['currency']} (io_exchange), and the "
            "country around the plan is that of the table, of its size and with its jobs, capacities and imports."
        )
    if meta["plan_price_year"] != meta["price_year"]:
        said.append(
            f"Money of {meta['plan_price_year']} meets a table in prices of {meta['price_year']}: nothing is deflated, "
            "so what prices rose by in between is in every number."
        )
    if not meta["regions_known"]:
        said.append(
            "Nothing is split by region: jobs by region are missing. State them in io_jobs.csv of the scenario, by "
            "sector or as a share of the jobs of all (`*`)."
        )
    if meta["regions_unknown"]:
        said.append(
            f"Jobs of {joined(meta['regions_unknown'])}, where the plan spends, are stated in no row of io_jobs: what "
            f"is engaged there is counted under “{OTHER}”, and what is given up there is not known."
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
        more = _idle(meta["labour"]) if meta["labour"] > 0 else "no"
        said.append(f"Assumed: {more} more jobs than now can be filled in every region (io_labour).")
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
