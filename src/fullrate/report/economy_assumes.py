"""What an answer about the economy rests on, in words: assumptions named, and what holds for every such answer."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from fullrate.report.numbers import joined, money, percent
from fullrate.results import Study

OTHER = "other or unknown regions"
"""What the rest of the country is called where other regions are known."""


def assumptions(study: Study) -> list[str]:
    """What the numbers rest on, beside the table."""
    return [*_of_money_and_places(study), *_of_limits(study)]


def _of_money_and_places(study: Study) -> list[str]:
    """What is assumed of prices, regions and jobs."""
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
            "sector or as a share of the jobs of all (*)."
        )
    if meta["regions_unknown"]:
        said.append(
            f"Jobs of {joined(meta['regions_unknown'])}, where the plan spends, are stated in no row of io_jobs: what "
            f"is engaged there is counted under “{OTHER}”, and what is given up there is not known."
        )
    if meta["regions_alike"]:
        said.append(
            f"Assumed: the jobs of {meta['regions_alike']} of {meta['sectors']} sectors are spread over the regions as "
            "those of all (* in io_jobs): regions differ by their size, not by what they are good at. Rows by sector "
            "replace it."
        )
    if meta["regions_known"] and meta["nowhere"] > 0:
        said.append(
            f"{money(meta['nowhere'], meta['currency'])} of the spending at home is in no region (region of io_map, "
            f"or of the site): what it engages is counted under “{OTHER}”, what is given up for it where the jobs are."
        )
    if meta["jobless"]:
        said.append(f"{len(meta['jobless'])} of {meta['sectors']} sectors state no jobs; none are counted there.")
    return said


def _of_limits(study: Study) -> list[str]:
    """What is assumed of capacity and people, what is full, and how far the answer at best was checked."""
    meta: Mapping[str, Any] = study.meta
    said: list[str] = []
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
    else:
        said.append(
            "Assumed: people limit nothing, whoever is needed is found (io_labour states how many more can be)."
        )
    if not meta["size_known"]:
        size = money(meta["size"], meta["currency"])
        said.append(f"The value added of the table, {size} in all, is compared with no known total (io_total).")
    if meta["short"] > 1e-6 * meta["spent"]:
        said.append(
            f"{money(meta['short'], meta['currency'])} of the spending does not fit even with nothing else in the way: "
            "what is given up is more than is printed, or the plan is not what this economy can do."
        )
    if "buyers of full sectors" not in meta["given_up"]:
        said.append(
            "The final buyers of full sectors alone cannot make room for it: other sectors have to give way, too."
        )
    said.append(
        f"Checked again, limit by limit: the program of what is given up at best breaks none by more than "
        f"{meta['residual']:.0e} of it."
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
