"""Planning after another plan: its orders become a table of the scenario, and changes of them are counted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fullrate.case import Case
from fullrate.case.previous import ORDERS
from fullrate.findings import Finding, Refused, Severity
from fullrate.results import Plan
from fullrate.rules.base import Cols
from fullrate.tables import Tables
from fullrate.tables.spec import TABLES

CHANGED = 1e-3
"""Share of an order, or of one unit if that is more, by which it must change to count as changed."""


def after(tables: Tables, plan: Plan) -> Tables:
    """The scenario with the orders of the plan in force as its table ``previous``.

    Orders of periods that lie before the scenario's start, and of things it no longer has, are left out.
    """
    shift = (plan.start - tables.config.start).days
    begin = np.array(plan.edges[:-1], float) + shift
    end = np.array(plan.edges[1:], float) + shift
    flows = plan.table("flows").filter(pl.col("kind").is_in(list(ORDERS)))
    at = flows["period"].to_numpy() - 1
    ships = flows["kind"] == "ship"
    rows = flows.select("kind", "key", item=pl.when(ships).then("item"), qty="value").with_columns(
        from_d=pl.Series(begin[at], dtype=pl.Float64), to_d=pl.Series(end[at], dtype=pl.Float64)
    )
    known = pl.concat(
        [
            pl.DataFrame({"kind": [kind] * len(names), "key": names}, schema={"kind": pl.String, "key": pl.String})
            for kind, table in (("make", "processes"), ("build", "builds"), ("risk", "builds"), ("ship", "lanes"))
            for names in (tables.keys(table),)
        ]
    )
    items = pl.Series(tables.keys("items"), dtype=pl.String)
    here = pl.col("item").is_null() | pl.col("item").is_in(items.implode())
    rows = rows.filter(pl.col("to_d") > 0, here).join(known, on=["kind", "key"], how="semi")
    return _with_table(tables, "previous", rows.with_columns(source=pl.lit(None, pl.String)))


def _with_table(tables: Tables, name: str, rows: pl.DataFrame) -> Tables:
    """The scenario with other rows in one table, as if they had been written in its file."""
    frame = rows.select(column.name for column in TABLES[name].columns)
    written = frame.with_columns(pl.col(pl.Float64).map_elements(repr, return_dtype=pl.String))
    return replace(
        tables,
        frames={**tables.frames, name: frame},
        written={**tables.written, name: written},
        origins={key: origin for key, origin in tables.origins.items() if key != name},
    )


def refuse_without(tables: Tables) -> None:
    """Refuse to freeze orders when there are none.

    Raises:
        Refused: with FR333.
    """
    until = tables.config.freeze_until
    if until is not None and tables.frames["previous"].is_empty():
        raise Refused(
            [
                Finding(
                    "FR333",
                    Severity.ERROR,
                    "freeze without a previous plan",
                    table="scenario",
                    column="freeze_until",
                    found=f"orders up to {until} are to be kept, but there is no previous plan",
                    allowed="not set, or a previous plan",
                    help="name the plan in force: `fullrate plan DIR --previous RUN`; or remove `freeze_until`",
                )
            ]
        )


def changes(case: Case, cols: Cols, x: NDArray[np.float64]) -> dict[str, Any]:
    """Orders that differ from those of the previous plan, by period, and how many of them were frozen."""
    previous = case.previous
    differs = np.zeros(previous.qty.shape)
    for name, sign in (("overrun", 1.0), ("forgo", -1.0)):
        terms = cols[name].terms
        np.add.at(differs, (terms.at["order"], terms.at["period"]), sign * x[terms.column])
    changed = np.abs(differs) > CHANGED * np.maximum(previous.qty, 1.0)
    by_period = changed.sum(axis=0)
    return {
        "orders": int((previous.qty[:, : previous.covered] > 0).sum()),
        "changed": int(by_period.sum()),
        "frozen_changed": int(by_period[: previous.frozen].sum()),
        "frozen_periods": previous.frozen,
        "by_period": [int(count) for count in by_period[: previous.covered]],
    }
