"""Small changes to a stored plan: what somebody could have got wrong, or written into its files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import polars as pl

from fullrate.results import Plan

Edit = Callable[[Plan], Plan]
STATES = ("hold", "ready", "train", "heads", "carry", "owe", "open", "breach", "lack", "overrun", "forgo", "miss")


def _home(kind: str) -> str:
    return "states" if kind in STATES else "flows"


def _with(plan: Plan, table: str, frame: pl.DataFrame) -> Plan:
    return replace(plan, tables={**plan.tables, table: frame})


def _where(kind: str, key: str, item: str, period: int | None) -> pl.Expr:
    here = (pl.col("kind") == kind) & (pl.col("key") == key) & (pl.col("item") == item)
    return here if period is None else here & (pl.col("period") == period)


def value(plan: Plan, kind: str, key: str, item: str, period: int) -> float:
    """What a plan has at one place."""
    return float(plan.table(_home(kind)).filter(_where(kind, key, item, period))["value"].sum())


def put(kind: str, key: str, item: str, period: int, amount: float) -> Edit:
    """The plan with this amount at one place, whatever was there."""

    def edit(plan: Plan) -> Plan:
        table = plan.table(_home(kind))
        row = pl.DataFrame([(kind, key, item, period, amount)], schema=table.schema, orient="row")
        return _with(plan, _home(kind), pl.concat([table.filter(~_where(kind, key, item, period)), row]))

    return edit


def more(kind: str, key: str, item: str, period: int, amount: float) -> Edit:
    """The plan with so much more, or less, at one place."""
    return lambda plan: put(kind, key, item, period, value(plan, kind, key, item, period) + amount)(plan)


def times(kind: str, key: str, item: str, factor: float, period: int | None = None) -> Edit:
    """The plan with what it has there times a factor: in one period, or in all of them."""

    def edit(plan: Plan) -> Plan:
        table, here = plan.table(_home(kind)), _where(kind, key, item, period)
        assert table.filter(here)["value"].abs().sum() > 1e-6, f"the plan has no {kind} of {key} to change"
        scaled = pl.when(here).then(pl.col("value") * factor).otherwise(pl.col("value"))
        return _with(plan, _home(kind), table.with_columns(value=scaled))

    return edit


def moved(kind: str, key: str, item: str, by: int) -> Edit:
    """The plan with its largest flow of a kind and key in another period."""

    def edit(plan: Plan) -> Plan:
        flows = plan.table(_home(kind)).filter(_where(kind, key, item, None)).sort("value", descending=True)
        period, amount = flows["period"][0], flows["value"][0]
        return both(put(kind, key, item, period, 0.0), more(kind, key, item, period + by, amount))(plan)

    return edit


def both(*edits: Edit) -> Edit:
    """One edit after the other."""

    def edit(plan: Plan) -> Plan:
        for one in edits:
            plan = one(plan)
        return plan

    return edit


def stated(table: str, name: str, key: str, column: str, amount: float) -> Edit:
    """The plan with another number in a table of results, where column ``name`` is ``key``."""

    def edit(plan: Plan) -> Plan:
        here = pl.col(name) == key
        assert plan.table(table).filter(here).height
        changed = pl.when(here).then(pl.lit(amount)).otherwise(pl.col(column))
        return _with(plan, table, plan.table(table).with_columns(changed.alias(column)))

    return edit


def left_out(table: str, name: str, key: str) -> Edit:
    """The plan without the rows of a table where column ``name`` is ``key``."""
    return lambda plan: _with(plan, table, plan.table(table).filter(pl.col(name) != key))


def overspent(fund: str, share: float) -> Edit:
    """The plan with a little more started for a fund than it has, in the period in which it is most nearly empty."""

    def edit(plan: Plan) -> Plan:
        left = pl.col("carried") + pl.col("lapsed")
        used = plan.table("money").filter(pl.col("fund") == fund, pl.col("spent") > 1).with_columns(left=left)
        least = used.sort("left").row(0, named=True)
        factor = (1 + least["left"] / least["spent"]) * (1 + share)
        flows = plan.table("flows")
        here = pl.col("kind").is_in(["make", "ship", "build", "risk"]) & (pl.col("period") == least["period"])
        more_of_it = pl.when(here).then(pl.col("value") * factor).otherwise("value")
        return _with(plan, "flows", flows.with_columns(value=more_of_it))

    return edit


def learnt(column: str, factor: float) -> Edit:
    """The plan with the effort or experience it states times a factor."""
    return lambda plan: _with(plan, "effort", plan.table("effort").with_columns(pl.col(column) * factor))


def eased(process: str, resource: str, effort: float) -> Edit:
    """The plan with an effort stated for what does not learn."""

    def edit(plan: Plan) -> Plan:
        table = plan.table("effort")
        row = pl.DataFrame([(process, resource, 1, effort, 0.0)], schema=table.schema, orient="row")
        return _with(plan, "effort", pl.concat([table, row]))

    return edit
