"""What a surge does to the economy around it: whom it sets to work, and what others go without for it.

Leontief's open model with home-made coefficients turns the spending of a plan into output, value added and jobs by
sector, region and period. What is given up is computed beside it, since a country near full use of its means gains
little by moving them: every table has both.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fullrate.results import Plan, Study
from fullrate.studies.economy import answer
from fullrate.studies.economy.accounts import SHIPPED, SHIPPED_NOTE, Accounts, accounts_of, digest, table_of
from fullrate.studies.economy.balance import Quarters, engaged, limits_of, lost
from fullrate.studies.economy.leontief import Leontief
from fullrate.studies.economy.refusal import refuse
from fullrate.studies.economy.regions import DELTA
from fullrate.studies.economy.spending import UNMAPPED, mapped, spent
from fullrate.tables import Tables

Floats = NDArray[np.float64]

CAVEATS = (
    "Coefficients are fixed: no input replaces another, and nothing is made cheaper by making more of it.",
    "There are no prices: scarce goods do not become dearer, and nobody buys less for that.",
    "Coefficients are averages of a sector, not what the next unit of this product takes.",
    "Jobs are engaged, gross, in job-years: people who work on it, whether or not they would have worked elsewhere.",
    "Near full employment the net effect on jobs is that of moving people: read what is gained with what is given up.",
    "Plain multipliers know no capacity; what is given up does, with the capacities stated here.",
    "Imports are taken at their present shares.",
    "A programme under secrecy may be outside the table.",
)
"""What holds for every answer of this kind, printed with each."""


def economy(
    tables: Tables,
    plan: Plan,
    *,
    table: str | Path | None = None,
    slack: float = 0.0,
    delta: float = DELTA,
    samples: int = 0,
    seed: int | None = None,
    say: Callable[[str], None] = lambda step: None,
) -> Study:
    """Output, jobs and imports that the spending of a plan sets off, and what others go without.

    Args:
        tables: what the plan was made from.
        plan: the plan.
        table: folder of an economy; by default the scenario's own tables, or those that come with the package.
        slack: share by which a sector whose capacity is not stated can produce more than it does.
        delta: exponent of Flegg's location quotient, the share of inputs that stay in a region.
        samples: executions of the plan whose spending gives bands; none by default.
        seed: seed of their draws; by default that of the scenario.
        say: told what is being done.

    Raises:
        Refused: the table has errors or another currency, a sector is not in it, nothing is spent, more than a fifth
            of the spending has no sector, or executions do not know something in the scenario.
    """
    chosen = _chosen(tables, table)
    accounts = accounts_of(chosen, tables)
    rate = _rate(tables, accounts)
    money = mapped(tables, spent(tables, plan).with_columns(pl.col("amount") * rate))
    unmapped = refuse(tables, accounts, money)
    demand, abroad = _demand(accounts, money, plan.periods)
    leontief, quarters = Leontief.of(accounts.home), Quarters.of(plan.edges)
    output = engaged(accounts, leontief, demand, delta)
    limits = limits_of(accounts, leontief, quarters, slack)
    without = lost(leontief, limits, quarters.gathered(demand.sum(axis=1)))
    given_up = {way: answer.placed(accounts, quarters, one) for way, one in without.output.items()}
    detail = answer.detail(accounts, demand, output, given_up)
    total = {
        "spending": money,
        "sectors": answer.sectors(accounts, detail, abroad, output),
        "regions": answer.summed(detail, "region").sort("output", descending=True),
        "places": answer.places(accounts, detail),
        "periods": answer.summed(detail, "period"),
        "quarters": answer.by_quarter(detail, quarters),
        "engaged": detail,
        "displaced": answer.displaced(accounts, quarters, without),
        "origins": answer.origins(accounts, abroad, output),
        "deltas": answer.deltas(accounts, leontief, demand, given_up),
    }
    meta = answer.facts(accounts, money, unmapped, without) | answer.totals(detail, without, accounts)
    meta |= _rests_on(tables, chosen, accounts, money)
    meta |= {"slack": slack, "delta": delta, "caveats": list(CAVEATS), "samples": samples, "as_of": tables.config.as_of}
    if samples:
        from fullrate.studies.economy import sampled

        say(f"{samples} executions")
        spread = sampled.spent_in_samples(tables, plan, accounts, rate, samples, seed)
        total |= sampled.in_samples(accounts, leontief, limits, quarters, spread, delta, say)
        meta |= spread.meta
    return Study("economy", total, meta)


def _rests_on(tables: Tables, chosen: Tables, accounts: Accounts, money: pl.DataFrame) -> dict[str, Any]:
    """What of the plan and of the table does not go together, and which table it is."""
    return {
        "own": chosen is tables,
        "size": float(accounts.added @ accounts.output),
        "size_known": chosen.config.io_total is not None,
        "plan_price_year": (tables.config.price_base or tables.config.start).year,
        "plan_currency": tables.config.currency or accounts.currency,
        "exchange": _rate(tables, accounts),
        "regions_unknown": _unknown(accounts, money),
        "digest": digest(chosen),
        "note": SHIPPED_NOTE if _shipped(chosen) else "",
    }


def _chosen(tables: Tables, table: str | Path | None) -> Tables:
    """The tables of the economy: those named, else the scenario's own, else those of the package."""
    own = tables.frames["io_sectors"].height > 0
    return table_of(table) if table is not None else tables if own else table_of(SHIPPED)


def _rate(tables: Tables, accounts: Accounts) -> float:
    """Money of the table for one unit of the plan's; one where both are in one currency, or nobody stated it."""
    same = tables.config.currency in (None, accounts.currency)
    return 1.0 if same or tables.config.io_exchange is None else tables.config.io_exchange


def _unknown(accounts: Accounts, money: pl.DataFrame) -> list[str]:
    """Regions in which the plan spends and no jobs are stated, where jobs of others are."""
    regions = money.filter(pl.col("region") != "")["region"].unique().sort().to_list()
    return [name for name in regions if accounts.regions_known and name not in accounts.region.places]


def _shipped(chosen: Tables) -> bool:
    """Whether these are the tables of the package, from wherever they were named."""
    return bool(chosen.folder) and Path(chosen.folder).resolve() == SHIPPED.resolve()


def _demand(accounts: Accounts, money: pl.DataFrame, periods: int) -> tuple[Floats, Floats]:
    """Spending at home by sector, region and period, and spending abroad by sector; millions."""
    known = money.filter(pl.col("sector") != UNMAPPED)
    sector, region = accounts.sector.find(known["sector"]), accounts.region.find(known["region"])
    place = (sector, np.where(region < 0, len(accounts.region) - 1, region), known["period"].to_numpy() - 1)
    demand = np.zeros((len(accounts.sector), len(accounts.region), periods))
    np.add.at(demand, place, (known["value"] - known["imported"]).to_numpy())
    abroad = np.bincount(sector, known["imported"].to_numpy(), len(accounts.sector))
    return demand, abroad.astype(float)
