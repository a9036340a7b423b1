"""The tables of an economy as arrays: one row per sector, money in millions of its currency, time in years."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fullrate.case.axes import Axis
from fullrate.findings import Finding, Refused, Severity, errors
from fullrate.studies.economy.leontief import coefficients
from fullrate.tables import Tables, read
from fullrate.tables.check import check
from fullrate.tables.money_unit import millions

Floats = NDArray[np.float64]

SHIPPED = Path(__file__).parent / "us-2017"
"""The national table that comes with the package."""
SHIPPED_NOTE = (
    "The table that comes with the package has jobs of 2012, about a tenth fewer than in 2017 and without railways and "
    "soldiers; its imports come from where they came from in 2022."
)
"""What is older or newer in it than its year, printed with every answer that rests on it."""
ELSEWHERE = "elsewhere"
"""Where the jobs are that no region of `io_jobs` has, and where spending goes whose region is not known."""
ABROAD = "not stated"
"""Origin of imports whose origins are not stated."""


@dataclass(frozen=True, eq=False)
class Accounts:
    """An economy of n sectors, R regions and O origins of imports in one year.

    Attributes:
        name: what the table is called.
        year: its year.
        price_year: the year whose prices it is in.
        currency: its currency; all money is in millions of it.
        sector: axis of sectors.
        titles: what each sector is called.
        output: output, shape (n,).
        added: value added per unit of output, shape (n,).
        jobs: jobs per unit of output, zero where none are stated, shape (n,).
        jobless: sectors that produce and whose jobs are not stated.
        capacity: most output, shape (n,).
        stated: whether the capacity is stated, shape (n,).
        home: home-made inputs per unit of output, shape (n, n).
        imported: imported inputs per unit of output, shape (n, n).
        final: civil final use of home-made goods, shape (n,).
        floor: the part of it that has to be kept, shape (n,).
        region: axis of regions, the last one being the rest; a single one when no regions are known.
        employment: jobs of each sector in each region, shape (n, R).
        alike: sectors whose regions have the share that all sectors have there, none of their own.
        origin: axis of origins of imports.
        origins: share of each origin in the imports of each sector's goods, shape (n, O).
        labour: share of jobs that can be filled beyond those there are; None where labour limits nothing.
    """

    name: str
    year: int
    price_year: int
    currency: str
    sector: Axis
    titles: tuple[str, ...]
    output: Floats
    added: Floats
    jobs: Floats
    jobless: tuple[str, ...]
    capacity: Floats
    stated: NDArray[np.bool_]
    home: Floats
    imported: Floats
    final: Floats
    floor: Floats
    region: Axis
    employment: Floats
    alike: int
    origin: Axis
    origins: Floats
    labour: float | None

    @property
    def regions_known(self) -> bool:
        """Whether the table says where its jobs are."""
        return len(self.region) > 1


def table_of(folder: Path | str) -> Tables:
    """The tables of an economy in a folder.

    Raises:
        Refused: with all findings, when any is an error.
    """
    tables, findings = read(folder)
    found = [*findings, *check(tables)]
    if not errors(found) and tables.frames["io_sectors"].is_empty():
        found.append(_nothing(folder))
    if errors(found):
        raise Refused(found)
    return tables


def _nothing(folder: Path | str) -> Finding:
    """There is no input-output table where one was said to be."""
    return Finding(
        "FR850",
        Severity.ERROR,
        "input-output table incomplete",
        table="io_sectors",
        found=f"`{folder}` has no io_sectors.csv",
        allowed="a folder with io_sectors.csv, io.csv and io_final.csv",
        help="leave out --table for the scenario's own table, or for the one that comes with the package",
    )


def digest(tables: Tables) -> str:
    """A hash of the tables of an economy and of how they are to be read, so that an answer can be told from another."""
    settings = [f"{name}={text}" for name, text in sorted(tables.settings.items()) if name.startswith("io_")]
    found = hashlib.sha256("\n".join(settings).encode())
    for name in ("io_sectors", "io", "io_final", "io_jobs", "io_origins"):
        found.update(name.encode() + b"\0" + tables.written[name].write_csv().encode())
    return found.hexdigest()


def accounts_of(tables: Tables, jobs_of: Tables | None = None) -> Accounts:
    """The arrays of tables that have passed their checks; ``jobs_of`` has jobs by region where they have none."""
    config, rows = tables.config, tables.filled("io_sectors")
    scale, currency = millions(config.io_unit) or (1.0, config.currency)
    sector = Axis("sector", tuple(rows["sector"].to_list()))
    output = rows["output"].to_numpy() * scale
    uses, final = tables.filled("io"), tables.filled("io_final")
    pair = (sector.find(uses["from"]), sector.find(uses["to"]))

    def spread(column: str) -> Floats:
        whole = np.zeros((len(sector), len(sector)))
        np.add.at(whole, pair, uses[column].to_numpy() * scale)
        return coefficients(whole, output)

    def finally_used(amount: pl.Series) -> Floats:
        return np.bincount(sector.find(final["sector"]), amount.to_numpy() * scale, len(sector)).astype(float)

    where = tables if jobs_of is None or tables.frames["io_jobs"].height else jobs_of
    jobs = rows["jobs"].fill_null(0.0).to_numpy()
    region, employment, alike = _regions(where, sector, jobs)
    origin, origins = _origins(tables, sector)
    return Accounts(
        name=config.name,
        year=config.io_year or 0,
        price_year=config.io_price_base.year if config.io_price_base else 0,
        currency=currency,
        sector=sector,
        titles=tuple(rows["name"].fill_null(rows["sector"]).to_list()),
        output=output,
        added=_per(rows["value_added"].to_numpy() * scale, output),
        jobs=_per(jobs, output),
        jobless=tuple(rows.filter(pl.col("jobs").is_null() & (pl.col("output") > 0))["sector"].to_list()),
        capacity=rows["capacity"].to_numpy() * scale,
        stated=tables.frames["io_sectors"]["capacity"].is_not_null().to_numpy(),
        home=spread("value"),
        imported=spread("imported"),
        final=finally_used(final["value"]),
        floor=finally_used(final["value"].clip(0.0) * final["floor"]),
        region=region,
        employment=employment,
        alike=alike,
        origin=origin,
        origins=origins,
        labour=config.io_labour,
    )


def _per(amount: Floats, output: Floats) -> Floats:
    return np.divide(amount, output, out=np.zeros(len(output)), where=output > 0)


def _regions(tables: Tables, sector: Axis, jobs: Floats) -> tuple[Axis, Floats, int]:
    """Regions and the rest, jobs of each sector there, and how many sectors have no row of their own."""
    rows = tables.frames["io_jobs"]
    names = [name for name in rows["region"].unique(maintain_order=True).to_list() if name != ELSEWHERE]
    region = Axis("region", (*names, ELSEWHERE))
    employment = np.zeros((len(sector), len(region)))
    own = rows.filter(pl.col("sector").is_in(sector.labels))
    place = (sector.find(own["sector"]), region.find(own["region"]))
    np.add.at(employment, place, own["jobs"].fill_null(0.0).to_numpy())
    np.add.at(employment, place, own["share"].fill_null(0.0).to_numpy() * jobs[place[0]])
    named = np.zeros(employment.shape, bool)
    named[place] = True
    every = rows.filter(pl.col("sector") == "*")
    for name, share in every.select("region", "share").iter_rows():
        at = region.places[name]
        employment[~named[:, at], at] = share * jobs[~named[:, at]]
    rest = jobs - employment.sum(axis=1)
    employment[:, -1] += np.where(rest > 1e-9 * jobs, rest, 0.0)  # shares that sum to one leave nothing
    return region, employment, int((jobs[~named.any(axis=1)] > 0).sum()) if every.height else 0


def _origins(tables: Tables, sector: Axis) -> tuple[Axis, Floats]:
    """Origins, and the share of each in the imports of each sector's goods; where none is stated, abroad."""
    rows = tables.frames["io_origins"]
    origin = Axis("origin", (*rows["origin"].unique(maintain_order=True).to_list(), ABROAD))
    share = np.zeros((len(sector), len(origin)))
    np.add.at(share, (sector.find(rows["sector"]), origin.find(rows["origin"])), rows["share"].to_numpy())
    whole = share.sum(axis=1, keepdims=True)
    share = np.divide(share, whole, out=np.zeros(share.shape), where=whole > 0)
    share[whole[:, 0] == 0, -1] = 1.0
    return origin, share
