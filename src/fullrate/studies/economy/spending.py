"""What a plan spends, on which sectors and where: its ledger, charge by charge, through `io_map`."""

from __future__ import annotations

from collections import defaultdict

import polars as pl

from fullrate.results import Plan
from fullrate.rules import plainly
from fullrate.rules.ledgers.money import costs
from fullrate.tables import Tables

SPENT = {"kind": pl.String, "key": pl.String, "period": pl.Int64, "amount": pl.Float64}
UNMAPPED = ""
"""Sector of spending that no row of `io_map` speaks of."""


def spent(tables: Tables, plan: Plan) -> pl.DataFrame:
    """Money by what it is spent on and period: kind, key, period, amount (millions).

    Wages and overtime go to the processes, builds and gates that load the resource, in proportion to the load.
    """
    loads: dict[tuple[str, int], dict[tuple[str, str], float]] = defaultdict(lambda: defaultdict(float))
    for kind, user, resource, period, hours in plainly.users(tables, plan, plainly.stated_effort(plan)):
        loads[resource, period][kind, user] += hours
    rows = []
    for cost in costs(tables, plan):
        users = loads.get((cost.key, cost.period), {}) if cost.kind == "resource" else {}
        whole = sum(users.values())
        if whole > 0:
            rows += [(*user, cost.period, cost.amount * hours / whole) for user, hours in users.items()]
        else:
            rows.append((cost.kind, cost.key, cost.period, cost.amount))
    frame = pl.DataFrame(rows, schema=SPENT, orient="row")
    summed = frame.group_by("kind", "key", "period", maintain_order=True).agg(pl.col("amount").sum())
    return summed.filter(pl.col("amount") != 0)


def mapped(tables: Tables, money: pl.DataFrame) -> pl.DataFrame:
    """The money by sector and region.

    Args:
        tables: the scenario, with its `io_map`.
        money: as ``spent`` gives it.

    Returns:
        kind, key, sector (blank: not mapped), region (blank: not known), period, value, imported (part of the value
        that is bought abroad), in millions of the scenario's currency.
    """
    rows = tables.filled("io_map").select("kind", "key", "sector", "region", "share", abroad="imported")
    rows = rows.join(_home(tables), on=["kind", "key"], how="left", maintain_order="left").with_columns(
        region=pl.coalesce("region", "home").fill_null("")
    )
    joined = money.join(rows, on=["kind", "key"], how="inner", maintain_order="left")
    paid = joined.with_columns(value=pl.col("amount") * pl.col("share")).with_columns(
        imported=pl.col("value") * pl.col("abroad")
    )
    known = rows.group_by("kind", "key").agg(known=pl.col("share").sum())
    rest = money.join(known, on=["kind", "key"], how="left", maintain_order="left")
    rest = rest.with_columns(
        sector=pl.lit(UNMAPPED),
        region=pl.lit(""),
        value=pl.col("amount") * (1 - pl.col("known").fill_null(0.0)).clip(0.0),
        imported=pl.lit(0.0),
    ).filter(pl.col("value") > 1e-9 * pl.col("amount"))
    columns = ["kind", "key", "sector", "region", "period", "value", "imported"]
    return pl.concat([paid.select(columns), rest.select(columns)])


def _home(tables: Tables) -> pl.DataFrame:
    """Region of the site of every process and build."""
    region = tables.frames["sites"].select("site", home="region")
    process = tables.frames["processes"].select(kind=pl.lit("process"), key="process", site="site")
    resources = tables.frames["resources"].select("resource", "site")
    build = tables.frames["builds"].select("resource", kind=pl.lit("build"), key="build")
    build = build.join(resources, on="resource", how="left").select("kind", "key", "site")
    return pl.concat([process, build]).join(region, on="site", how="left").select("kind", "key", "home")
