"""The tables and totals of the answer: what is gained never without what is given up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fullrate.studies.economy.accounts import Accounts
from fullrate.studies.economy.balance import WAYS, YEAR_D, Lost, Quarters, engaged, placing
from fullrate.studies.economy.leontief import Leontief
from fullrate.studies.economy.regions import DELTAS
from fullrate.studies.economy.spending import UNMAPPED

Floats = NDArray[np.float64]


def placed(accounts: Accounts, quarters: Quarters, output: Floats) -> Floats:
    """Output given up by sector, region and period: where the jobs of the sector are; shape (n, R, T)."""
    return np.asarray(placing(accounts)[:, :, None] * quarters.spread(output)[:, None, :])


SUMS = ("spending", "output", "value_added", "jobs_direct", "jobs_indirect")
GIVEN_UP = ("lost_output_least", "lost_output_most", "lost_jobs_least", "lost_jobs_most")
"""What every row says beside it: output and job-years given up at best and when all are cut alike."""


def detail(accounts: Accounts, demand: Floats, output: Floats, given_up: Mapping[str, Floats]) -> pl.DataFrame:
    """Everything by sector, region and period, rows of nothing left out."""
    jobs, added = accounts.jobs[:, None, None], accounts.added[:, None, None]
    least, most = given_up[WAYS[0]], given_up[WAYS[2]]
    amounts: tuple[Floats, ...] = (demand, output, output * added, demand * jobs, (output - demand) * jobs)
    amounts = (*amounts, least, most, least * jobs, most * jobs)
    some = np.nonzero(np.any([np.abs(one) > 1e-12 for one in amounts], axis=0))
    columns: dict[str, Any] = {
        "sector": np.array(accounts.sector.labels, object)[some[0]],
        "region": np.array(accounts.region.labels, object)[some[1]],
        "period": some[2] + 1,
    }
    columns |= {name: one[some] for name, one in zip((*SUMS, *GIVEN_UP), amounts, strict=True)}
    return pl.DataFrame(columns, schema_overrides={"sector": pl.String, "region": pl.String})


def summed(detail: pl.DataFrame, by: str) -> pl.DataFrame:
    """Sums by sector, region or period."""
    return detail.group_by(by, maintain_order=True).agg(pl.col(*SUMS, *GIVEN_UP).sum()).sort(by)


def by_quarter(detail: pl.DataFrame, quarters: Quarters) -> pl.DataFrame:
    """Sums by the stretches in which capacity counts as a whole, with the days they begin and end on."""
    each = summed(detail, "period")
    every = pl.DataFrame({"period": np.arange(1, len(quarters.share) + 1)}).join(each, on="period", how="left")
    amounts = every.select(*SUMS, *GIVEN_UP).fill_null(0.0).to_numpy()
    sums = quarters.gathered(amounts.T)
    ends = np.cumsum(quarters.days)
    days = {"quarter": np.arange(1, len(ends) + 1), "begin_d": ends - quarters.days, "end_d": ends}
    return pl.DataFrame({**days, **dict(zip((*SUMS, *GIVEN_UP), sums, strict=True))})


def sectors(accounts: Accounts, detail: pl.DataFrame, abroad: Floats, output: Floats) -> pl.DataFrame:
    """Sums by sector, with what it is called and the imports of its goods."""
    imports = abroad + accounts.imported @ output.sum(axis=(1, 2))
    called = pl.DataFrame({"sector": accounts.sector.labels, "name": accounts.titles, "imports": imports})
    sums = summed(detail, "sector").join(called, on="sector", how="left")
    return sums.select("sector", "name", *SUMS, *GIVEN_UP, "imports").sort("output", descending=True)


def places(accounts: Accounts, detail: pl.DataFrame) -> pl.DataFrame:
    """Sums by sector and region: who is engaged where, beside what the same sector gives up there."""
    called = pl.DataFrame({"sector": accounts.sector.labels, "name": accounts.titles})
    sums = detail.group_by("sector", "region", maintain_order=True).agg(pl.col(*SUMS, *GIVEN_UP).sum())
    known = sums.join(called, on="sector", how="left", maintain_order="left")
    return known.select("sector", "name", "region", *SUMS, *GIVEN_UP).sort("output", descending=True)


def displaced(accounts: Accounts, quarters: Quarters, without: Lost) -> pl.DataFrame:
    """Final use, output and job-years given up by way, quarter and sector."""
    frames = []
    ends = np.cumsum(quarters.days)
    for way, final in without.final.items():
        output = without.output[way]
        some = np.nonzero((np.abs(final) > 1e-9) | (np.abs(output) > 1e-9))
        columns = {
            "way": [way] * len(some[0]),
            "quarter": some[1] + 1,
            "end_d": ends[some[1]],
            "sector": np.array(accounts.sector.labels, object)[some[0]],
            "full": without.full[some],
            "final": final[some],
            "output": output[some],
            "jobs": output[some] * accounts.jobs[some[0]],
        }
        frames.append(pl.DataFrame(columns, schema_overrides={"way": pl.String, "sector": pl.String}))
    return pl.concat(frames)


def origins(accounts: Accounts, abroad: Floats, output: Floats) -> pl.DataFrame:
    """Imports by origin, bought by the plan itself and by those who work for it, millions."""
    indirect = accounts.imported @ output.sum(axis=(1, 2))
    columns = {"origin": accounts.origin.labels, "direct": abroad @ accounts.origins}
    frame = pl.DataFrame({**columns, "indirect": indirect @ accounts.origins})
    return frame.filter((pl.col("direct") > 0) | (pl.col("indirect") > 0)).sort("indirect", descending=True)


def deltas(accounts: Accounts, leontief: Leontief, demand: Floats, given_up: Mapping[str, Floats]) -> pl.DataFrame:
    """Output and jobs of each region for other exponents, beside what the region gives up; empty without regions."""
    frames = [pl.DataFrame(schema={"delta": pl.Float64, "region": pl.String, "output": pl.Float64, "jobs": pl.Float64,
                                   "lost_jobs_least": pl.Float64, "lost_jobs_most": pl.Float64})]  # fmt: skip
    people = {way: (one * accounts.jobs[:, None, None]).sum(axis=(0, 2)) for way, one in given_up.items()}
    for delta in DELTAS if accounts.regions_known else ():
        output = engaged(accounts, leontief, demand, delta)
        jobs = (output * accounts.jobs[:, None, None]).sum(axis=(0, 2))
        columns = {"region": accounts.region.labels, "output": output.sum(axis=(0, 2)), "jobs": jobs}
        columns |= {"lost_jobs_least": people[WAYS[0]], "lost_jobs_most": people[WAYS[2]]}
        frames.append(pl.DataFrame(columns).select(pl.lit(delta).alias("delta"), *columns))
    return pl.concat(frames)


def facts(accounts: Accounts, money: pl.DataFrame, unmapped: float, without: Lost) -> dict[str, Any]:
    """What the answer rests on."""
    return {
        "table": accounts.name,
        "year": accounts.year,
        "price_year": accounts.price_year,
        "currency": accounts.currency,
        "unmapped": unmapped,
        "spent": float(money["value"].sum()),
        "imported": float(money["imported"].sum()),
        "regions_known": accounts.regions_known,
        "regions_alike": accounts.alike,
        "nowhere": _nowhere(money),
        "capacity_assumed": int((~accounts.stated).sum()),
        "sectors": len(accounts.sector),
        "labour": accounts.labour,
        "short": float(without.short.sum()),
        "jobless": list(accounts.jobless),
        "residual": without.residual,
        "gap": without.gap,
        "enough": without.enough,
        "full": [name for name, ever in zip(accounts.titles, without.full.max(axis=1).tolist(), strict=True) if ever],
    }


def _nowhere(money: pl.DataFrame) -> float:
    """Spending at home whose region is not known."""
    without = money.filter((pl.col("sector") != UNMAPPED) & (pl.col("region") == ""))
    return float((without["value"] - without["imported"]).sum())


def totals(detail: pl.DataFrame, without: Lost, accounts: Accounts) -> dict[str, Any]:
    """Sums over everything: gained, and given up by way."""
    gained = {name: float(detail[name].sum()) for name in SUMS}
    given_up = {
        way: {
            "final": float(final.sum()),
            "output": float(without.output[way].sum()),
            "value_added": float(accounts.added @ without.output[way].sum(axis=1)),
            "jobs": float(accounts.jobs @ without.output[way].sum(axis=1)),
        }
        for way, final in without.final.items()
    }
    return {"gained": gained, "given_up": given_up, "year_d": YEAR_D}
