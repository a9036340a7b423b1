"""When there is no answer about the economy: another currency, unknown sectors, too little money to follow."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from fullrate.findings import Finding, Refused, Severity
from fullrate.studies.economy.accounts import Accounts
from fullrate.studies.economy.spending import UNMAPPED
from fullrate.tables import Tables
from fullrate.tables.cell import SCENARIO
from fullrate.tables.nearest import nearest

MOST_UNMAPPED = 0.2
"""Share of the spending that may be without a sector; above it there is no answer."""


def refuse(tables: Tables, accounts: Accounts, money: pl.DataFrame) -> float:
    """Share of the spending without a sector.

    Raises:
        Refused: there can be no answer.
    """
    whole = float(money["value"].sum())
    share = float(money.filter(pl.col("sector") == UNMAPPED)["value"].sum()) / whole if whole > 0 else 0.0
    findings = [*_currency(tables, accounts), *_sectors(tables, accounts)]
    if whole <= 0:
        findings.append(
            Finding(
                "FR883",
                Severity.ERROR,
                "nothing is spent",
                table="processes",
                column="unit_cost",
                found="the plan has no costs",
                help="state `unit_cost`, `capex` and wages: what costs nothing engages nobody",
            )
        )
    elif share > MOST_UNMAPPED:
        largest = money.filter(pl.col("sector") == UNMAPPED).group_by("kind", "key").agg(pl.col("value").sum())
        named = [f"{kind} `{key}`" for kind, key, _ in largest.sort("value", descending=True).head(3).iter_rows()]
        findings.append(
            Finding(
                "FR880",
                Severity.ERROR,
                "too much spending without a sector",
                table="io_map",
                column="key",
                found=f"{share:.0%} of the spending has no sector, most of it {', '.join(named)}",
                allowed=f"at most {MOST_UNMAPPED:.0%}",
                help="add rows to io_map.csv",
            )
        )
    if findings:
        raise Refused(findings)
    return share


def _currency(tables: Tables, accounts: Accounts) -> Iterator[Finding]:
    """The plan counts its money in another currency than the table, and nobody said what one is in the other."""
    currency = tables.config.currency
    if currency and currency != accounts.currency and tables.config.io_exchange is None:
        yield Finding(
            "FR881",
            Severity.ERROR,
            "plan and table in different currencies",
            table=SCENARIO,
            column="currency",
            found=f"the plan spends {currency}, the table “{accounts.name}” is in {accounts.currency}",
            help="name a table in the currency of the plan with --table, or state what one unit of it is in that of "
            "the table (`io_exchange` in scenario.toml)",
        )


def _sectors(tables: Tables, accounts: Accounts) -> Iterator[Finding]:
    """Sectors of the scenario that the table has not, each once, at the first row that names it."""
    known, said = {*accounts.sector.labels, "*"}, set()
    for table in ("io_map", "io_jobs"):
        for key, name in zip(tables.keys(table), tables.frames[table]["sector"], strict=True):
            if name in known or (table, name) in said:
                continue
            said.add((table, name))
            near, question = _meant(name, accounts)
            yield Finding(
                "FR882",
                Severity.ERROR,
                "sector not in the table",
                table=table,
                key=key,
                column="sector",
                found=f"`{name}` is not a sector of “{accounts.name}”",
                nearest=near,
                help=question or "use the sectors of the table; `fullrate explain FR882` says where they are",
            )


def _meant(name: str, accounts: Accounts) -> tuple[tuple[str, ...], str]:
    """The sector that was probably meant, by its name or by what it is called, and the question that asks so."""
    near = nearest(name, accounts.sector.labels)
    if near.names:
        return near.names, near.question()
    called = nearest(name, accounts.titles).names
    labels = tuple(accounts.sector.labels[accounts.titles.index(title)] for title in called)
    return labels, f"did you mean `{labels[0]}` ({called[0]})?" if labels else ""
