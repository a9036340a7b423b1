"""The economy of many executions of a plan: what each of them spends, and bands of what that engages and crowds out.

Everything is linear but what is given up, so all samples are right-hand sides of one factorisation.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fullrate.case import derive
from fullrate.draws import draw
from fullrate.results import Plan
from fullrate.rules import plainly
from fullrate.studies.economy import crowding
from fullrate.studies.economy.accounts import Accounts
from fullrate.studies.economy.balance import Quarters, engaged, given_up, placing
from fullrate.studies.economy.crowding import Limits
from fullrate.studies.economy.leontief import Leontief
from fullrate.studies.economy.spending import UNMAPPED, mapped
from fullrate.tables import Tables

Floats = NDArray[np.float64]
POINTS = (0.1, 0.5, 0.9)
"""Points of a band."""
PIECE = 64
"""Samples that are right-hand sides at once."""


@dataclass(frozen=True, eq=False)
class Spent:
    """What executions spend, in millions of the table's currency.

    Attributes:
        home: on home-made goods by cell, a sector and region that are paid, shape (cells, T, samples).
        sector, region: sector and region of each cell.
        abroad: bought abroad by sector, shape (n, samples).
        whole: everything, shape (samples,).
        unmapped: what has no sector, shape (samples,).
        replicate: replicate of each sample.
        meta: seed and assumptions.
    """

    home: Floats
    sector: NDArray[np.int64]
    region: NDArray[np.int64]
    abroad: Floats
    whole: Floats
    unmapped: Floats
    replicate: NDArray[np.int64]
    meta: Mapping[str, Any]


def spent_in_samples(
    tables: Tables, plan: Plan, accounts: Accounts, rate: float, samples: int, seed: int | None
) -> Spent:
    """Execute a plan, and follow the money of every sample.

    Args:
        tables: the scenario.
        plan: the plan; every execution follows it.
        accounts: the economy.
        rate: money of the table for one unit of the plan's.
        samples: executions.
        seed: seed of all draws; by default that of the scenario.

    Raises:
        Refused: the scenario has something that is not executed yet.
    """
    from fullrate import simulate  # nothing else here needs its compiler

    simulate.refuse_left_out(tables)
    case, policy = derive(tables), simulate.Policy()
    things = simulate.paid_for(case)
    cells, shares = _cells(tables, plan, accounts, things)
    draws = draw(tables, samples, min(tables.config.replicates, samples), seed)
    money = rate * simulate.spending(tables, case, plan, shares, draws, policy)
    home = [at for at, (what, *_) in enumerate(cells) if what == "home"]
    abroad = np.zeros((len(accounts.sector), samples))
    for at, (what, sector, _) in enumerate(cells):
        if what == "abroad":
            abroad[sector] += money[at].sum(axis=0)
    unmapped = sum((money[at].sum(axis=0) for at, (what, *_) in enumerate(cells) if not what), np.zeros(samples))
    return Spent(
        money[home],
        np.array([cells[at][1] for at in home], np.int64),
        np.array([cells[at][2] for at in home], np.int64),
        abroad,
        money.sum(axis=(0, 1)),
        unmapped,
        draws.replicate,
        {"seed": draws.seed, "replicates": int(draws.replicate.max()) + 1, "assumptions": policy.stated(),
         "ranges": tables.frames["uncertainty"].height},
    )  # fmt: skip


Cell = tuple[str, int, int]
"""Where money goes: ``home`` with a sector and a region, ``abroad`` with a sector, or blank: not mapped."""


def _cells(
    tables: Tables, plan: Plan, accounts: Accounts, things: Sequence[tuple[str, str]]
) -> tuple[list[Cell], Floats]:
    """Where money goes, and the share of each thing that goes there, shape (T, cells, things).

    Wages of overtime go to who loads the resource in the plan, in the period or, where nobody does in it, in all.
    """
    unit = pl.DataFrame({"kind": [kind for kind, _ in things], "key": [key for _, key in things]})
    rows = mapped(tables, unit.with_columns(period=pl.lit(1), amount=pl.lit(1.0)))
    places = {thing: at for at, thing in enumerate(things)}
    found: dict[Cell, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    last = len(accounts.region) - 1
    for kind, key, sector, region, _, value, imported in rows.iter_rows():
        at, s = places[kind, key], accounts.sector.places.get(sector, -1)
        if sector == UNMAPPED:
            found["", -1, -1][at] += value
            continue
        found["home", s, accounts.region.places.get(region, last)][at] += value - imported
        found["abroad", s, -1][at] += imported
    shares = np.zeros((len(found), len(things)))
    for row, parts in enumerate(found.values()):
        shares[row, list(parts)] = list(parts.values())
    loads = _loads(tables, plan, places)
    every = np.repeat(shares[None], plan.periods, axis=0)
    for at, (kind, name) in enumerate(things):
        if kind == "resource" and name in loads:
            every[:, :, at] = loads[name] @ shares.T
    return list(found), every


def _loads(tables: Tables, plan: Plan, places: Mapping[tuple[str, str], int]) -> dict[str, Floats]:
    """Share that each thing has in the load of a resource by period, shape (T, things)."""
    loads: dict[str, Floats] = {}
    for kind, user, resource, period, hours in plainly.users(tables, plan, plainly.stated_effort(plan)):
        each = loads.setdefault(resource, np.zeros((plan.periods, len(places))))
        each[period - 1, places[kind, user]] += hours
    for name, each in loads.items():
        each = np.where(each.sum(axis=1, keepdims=True) > 0, each, each.sum(axis=0))
        loads[name] = each / np.maximum(each.sum(axis=1, keepdims=True), 1e-300)
    return loads


def in_samples(
    accounts: Accounts,
    leontief: Leontief,
    limits: Limits,
    quarters: Quarters,
    money: Spent,
    delta: float,
    say: Callable[[str], None] = lambda step: None,
) -> dict[str, pl.DataFrame]:
    """Bands of everything: in all, by sector, region, period, quarter and origin of imports."""
    parts = []
    for begin in range(0, len(money.whole), PIECE):
        of = slice(begin, begin + PIECE)
        parts.append(_piece(accounts, leontief, limits, quarters, money, of, delta))
        say(f"{min(begin + PIECE, len(money.whole))} of {len(money.whole)} executions")
    found = {
        axis: {name: np.concatenate([part[axis][name] for part in parts], axis=-1) for name in parts[0][axis]}
        for axis in parts[0]
    }
    sector = found["sector"]
    share = money.unmapped / np.where(money.whole > 0, money.whole, 1.0)
    found["total"] = {
        "spending": money.whole[None],
        "unmapped": share[None],
        "imports": found["origin"]["imports"].sum(axis=0, keepdims=True),
        **{name: amounts.sum(axis=0, keepdims=True) for name, amounts in sector.items()},
    }
    labels: dict[str, Sequence[Any]] = {axis.name: axis.labels for axis in (accounts.sector, accounts.region)}
    labels |= {"origin": accounts.origin.labels, "period": range(1, len(quarters.share) + 1), "total": ("all",),
               "quarter": range(1, len(quarters.days) + 1)}  # fmt: skip
    place = found.pop("place")
    spread = {f"{axis}_bands": bands(axis, labels[axis], found[axis], money.replicate) for axis in found}
    return {**spread, "place_bands": _places(accounts, place, sector, money.replicate)}


def _places(accounts: Accounts, place: Measures, sector: Measures, replicate: NDArray[np.int64]) -> pl.DataFrame:
    """Bands by sector and region, region by region: what is given up is where the jobs of each sector are.

    Args:
        accounts: the economy.
        place: output and spending by region, sector and sample, shape (R, n, samples).
        sector: what is given up by sector, shape (n, samples).
        replicate: replicate of each sample.
    """
    share, frames = placing(accounts), []
    for at, region in enumerate(accounts.region.labels):
        output, spending = place["output"][at], place["spending"][at]
        here = _measures(accounts, output, spending)
        here |= {name: share[:, at, None] * sector[name] for name in sector if name.startswith("lost_")}
        found = bands("sector", accounts.sector.labels, here, replicate)
        frames.append(found.select("sector", pl.lit(region).alias("region"), pl.exclude("sector")))
    return pl.concat(frames)


def _measures(accounts: Accounts, output: Floats, spending: Floats) -> dict[str, Floats]:
    """What output means, by sector and sample: value added, and jobs of those who are paid and of all others."""
    jobs, added = accounts.jobs[:, None], accounts.added[:, None]
    direct = jobs * spending
    people = {"jobs": jobs * output, "jobs_direct": direct, "jobs_indirect": jobs * output - direct}
    return {"output": output, "value_added": added * output, **people}


Measures = dict[str, Floats]
Arrays = dict[str, Measures]


def _piece(
    accounts: Accounts, leontief: Leontief, limits: Limits, quarters: Quarters, money: Spent, of: slice, delta: float
) -> Arrays:
    """Amounts of some samples by axis and measure, each of shape (axis, samples)."""
    home = money.home[:, :, of]
    count, periods, stretches = home.shape[2], home.shape[1], len(quarters.days)
    demand = np.zeros((len(accounts.sector), len(accounts.region), count))
    np.add.at(demand, (money.sector, money.region), home.sum(axis=1))
    timed = np.zeros((len(accounts.sector), count, periods))
    np.add.at(timed, money.sector, home.transpose(0, 2, 1))
    output = engaged(accounts, leontief, demand, delta)
    surge = quarters.gathered(timed).reshape(len(timed), -1)
    repeated = limits.at(np.tile(np.arange(stretches), count))
    ways = {"least": crowding.least(leontief, repeated, surge).final,
            "most": crowding.alike(leontief, repeated, surge).final}  # fmt: skip
    jobs, added = accounts.jobs, accounts.added
    sector = _measures(accounts, output.sum(axis=1), demand.sum(axis=1))
    each = {"output": np.ones(len(jobs)), "value_added": added, "jobs": jobs}
    region = {name: np.einsum("s,srk->rk", one, output) for name, one in each.items()}
    region["jobs_direct"] = np.einsum("s,srk->rk", jobs, demand)
    period = {name: np.einsum("s,skt->tk", leontief.multipliers(one), timed) for name, one in each.items()}
    period["jobs_direct"] = np.einsum("s,skt->tk", jobs, timed)
    for amounts in (region, period):
        amounts["jobs_indirect"] = amounts["jobs"] - amounts["jobs_direct"]
    place = {"output": output.swapaxes(0, 1), "spending": demand.swapaxes(0, 1)}
    where = placing(accounts)
    for way, kept in ways.items():
        lost = leontief.output(given_up(repeated.final, kept)).reshape(len(jobs), count, stretches)
        for name, one in (("output", np.ones(len(jobs))), ("jobs", jobs)):
            sector[f"lost_{name}_{way}"] = one[:, None] * lost.sum(axis=2)
            region[f"lost_{name}_{way}"] = np.einsum("s,sr,sk->rk", one, where, lost.sum(axis=2))
            period[f"lost_{name}_{way}"] = quarters.spread(np.einsum("s,skq->kq", one, lost)).T
    quarter = {name: quarters.gathered(amounts.T).T for name, amounts in period.items()}
    imports = money.abroad[:, of] + accounts.imported @ sector["output"]
    origin = {"imports": accounts.origins.T @ imports}
    return {"sector": sector, "region": region, "period": period, "quarter": quarter, "place": place, "origin": origin}


def bands(
    axis: str, labels: Sequence[Any], measures: Mapping[str, Floats], replicate: NDArray[np.int64]
) -> pl.DataFrame:
    """Mean, its standard error over replicates, P10, P50 and P90 of every measure; rows of nothing left out.

    Args:
        axis: what the rows are.
        labels: names of the rows.
        measures: amounts by measure, shape (rows, samples) each.
        replicate: replicate of each sample, shape (samples,).
    """
    ranks = [max(int(np.ceil(p * len(replicate) - 1e-9)), 1) - 1 for p in POINTS]
    member = replicate == np.arange(replicate.max() + 1)[:, None]
    some = np.any([np.abs(amounts).max(axis=1) > 1e-12 for amounts in measures.values()], axis=0)
    frames = []
    for name, amounts in measures.items():
        ordered = np.sort(amounts[some], axis=1)
        means = amounts[some] @ (member / member.sum(axis=1, keepdims=True)).T
        error = means.std(axis=1, ddof=1) / np.sqrt(len(member)) if len(member) > 1 else np.full(len(means), np.nan)
        columns: dict[str, Any] = {axis: [label for label, any_ in zip(labels, some, strict=True) if any_]}
        columns |= {"measure": [name] * len(ordered)}
        columns |= {f"p{100 * p:.0f}": ordered[:, rank] for p, rank in zip(POINTS, ranks, strict=True)}
        frames.append(pl.DataFrame({**columns, "mean": amounts[some].mean(axis=1), "error": error}))
    kind = pl.Int64 if axis in ("period", "quarter") else pl.String
    return pl.concat([frame.cast({axis: kind, "measure": pl.String}) for frame in frames])
