"""From a point of the program to the tables of a plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fullrate.case import Case
from fullrate.lp.assemble import LP
from fullrate.lp.axes import Columns
from fullrate.lp.rows import RowBlock
from fullrate.planning.met import Met
from fullrate.planning.walk import Chain, Stage
from fullrate.rules import cells
from fullrate.rules.base import Cols
from fullrate.tables import Tables

Floats = NDArray[np.float64]
Objects = NDArray[np.object_]

NOTHING = 1e-9
"""Values below this are not written: the solver's noise."""
LIMITS = {
    "hours": "resource",
    "labour": "pool",
    "make_rate": "process",
    "ship_capacity": "lane",
    "hold_room": "site|item",
    "money": "fund",
    "build_max": "build",
    "hire_most": "pool",
    "overtime_most": "resource|segment",
    "overtime_run": "resource",
    "instruct": "pool",
}
"""Row blocks that are a planner's limits, and what their keys name."""
MORE = 0.1
"""Share by which a limit is thought to grow when its worth is stated."""

FLOWS = (
    "make", "use", "ship", "deliver", "waste", "build", "hire", "overtime", "lot", "dispatch", "keep", "test", "risk",
    "fail"
)  # fmt: skip
STATE_COLUMNS = (
    "hold", "serve", "ready", "train", "heads", "carry", "owe", "open", "breach", "lack", "overrun", "forgo", "miss"
)  # fmt: skip
CLOSE = 1e-6
"""Share of its use below which a rival is not displaced: the solver's tolerance."""
DISPLACED = {
    **dict.fromkeys(("rival", "kind", "target"), pl.String),
    "civil": pl.Boolean,
    "period": pl.Int64,
    **dict.fromkeys(("wanted", "kept", "displaced"), pl.Float64),
}
ENTRIES = {"kind": pl.String, "key": pl.String, "item": pl.String, "period": pl.Int64, "value": pl.Float64}


def tables_of(case: Case, cols: Cols, x: Floats) -> dict[str, pl.DataFrame]:
    """Flows, states, waits, money, displaced use and gates of a point."""
    return {name: table(case, cols, x) for name, table in OF_A_POINT.items()}


def _flows(case: Case, cols: Cols, x: Floats) -> pl.DataFrame:
    made = np.array([case.axes["item"].labels[i] for i in case.tables["processes"].item], object)
    return _entries([(cols[name], made if name in ("make", "lot") else None) for name in FLOWS], x)


def _states(case: Case, cols: Cols, x: Floats) -> pl.DataFrame:
    return _entries([(cols[name], None) for name in STATE_COLUMNS], x)


def _gates(case: Case, cols: Cols, x: Floats) -> pl.DataFrame:
    """Days on which each gate begins and is passed: its date, or those of its test; infinite without one."""
    gates, test = case.gates, cols["test"].terms
    begins, passed = (np.where(gates.decided, np.inf, days) for days in (gates.begins, gates.passed))
    tested = np.flatnonzero((x[test.column] > 0.5) & gates.decided[test.at["gate"]])[::-1]
    gate = test.at["gate"][tested]
    begins[gate] = case.calendar.edges[test.at["period"][tested]]
    passed[gate] = begins[gate] + gates.lasts[gate]
    return pl.DataFrame(
        {"gate": case.axes["gate"].labels, "start_d": begins, "done_d": passed},
        schema={"gate": pl.String, "start_d": pl.Float64, "done_d": pl.Float64},
    )


def _entries(blocks: list[tuple[Columns, Objects | None]], x: Floats) -> pl.DataFrame:
    """Nonzero values of blocks of columns, each with the items of its elements; without, labels end in their item."""
    found = [_nonzero(block, items, x) for block, items in blocks]
    columns = {name: np.concatenate([part[name] for part in found if part]) for name in ENTRIES} if any(found) else {}
    return pl.DataFrame(columns, schema=ENTRIES)


def _nonzero(block: Columns, items: Objects | None, x: Floats) -> dict[str, NDArray[Any]]:
    """The entries of one block by column of the table; nothing where all are zero."""
    value = x[block.start : block.start + len(block)]
    some = np.flatnonzero(np.abs(value) > NOTHING)
    if not len(some):
        return {}
    offset = block.offset - block.start
    element = np.searchsorted(offset + block.count, some, side="right")
    parts = [label.rpartition("|") if "|" in label else (label, "", "") for label in block.axis.labels]
    return {
        "kind": np.full(len(some), block.name, object),
        "key": np.array([head for head, _, _ in parts], object)[element],
        "item": (np.array([tail for _, _, tail in parts], object) if items is None else items)[element],
        "period": block.first[element] + some - offset[element] + 1
        if block.period is not None
        else np.zeros(len(some), np.int64),
        "value": value[some],
    }


def plain_waits(case: Case, cols: Cols, x: Floats) -> Floats:
    """Mean wait of each group in days, the tail taken off, as in every printed wait, shape (groups,)."""
    needs, sent = case.needs, Met.of(cols)
    without_tail = (needs.relief - needs.plain[1])[sent.need, sent.period]
    spared = np.bincount(sent.need, x[sent.column] * sent.amount * without_tail, minlength=len(needs.qty))
    inside = needs.group_of >= 0
    tail = np.zeros(len(needs.group))
    np.add.at(tail, needs.group_of[inside], ((needs.unmet - needs.plain[0] - spared) * needs.share)[inside])
    return np.asarray(x[cols["wait"].terms.column] - tail, np.float64)


def _waits(case: Case, cols: Cols, x: Floats) -> pl.DataFrame:
    pairs = [label.rpartition("|") for label in case.needs.group.labels]
    return pl.DataFrame(
        {
            "recipient": [recipient for recipient, _, _ in pairs],
            "class": [int(cls) for _, _, cls in pairs],
            "weight": case.needs.weight,
            "days": plain_waits(case, cols, x),
        },
        schema={"recipient": pl.String, "class": pl.Int64, "weight": pl.Float64, "days": pl.Float64},
    )


def _quality(case: Case, cols: Cols, x: Floats) -> pl.DataFrame:
    """Units delivered and defects among them, of families with a limit or with defects, by period."""
    family = case.tables["items"].family
    limited = {*case.tables["quality"].family, *family[case.escape > 0]} - {None}
    deliver = cols["deliver"].terms
    item = case.deliveries.item[deliver.at["delivery"]]
    amount, period = x[deliver.column], deliver.at["period"]
    parts = []
    for name in sorted(limited):
        mine = family[item] == name
        given = np.bincount(period[mine], amount[mine], case.calendar.periods)
        bad = np.bincount(period[mine], (amount * case.escape[item])[mine], case.calendar.periods)
        some = np.flatnonzero(np.abs(given) > NOTHING)
        values = {"delivered": given[some], "escaped": bad[some]}
        parts.append(pl.DataFrame({"family": [name] * len(some), "period": some + 1, **values}, schema=QUALITY))
    return pl.concat([pl.DataFrame(schema=QUALITY), *parts])


QUALITY = {"family": pl.String, "period": pl.Int64, "delivered": pl.Float64, "escaped": pl.Float64}


def stages_of(case: Case, cols: Cols, chain: Chain) -> pl.DataFrame:
    """Stages as a table.

    ``value`` of time and fairness is the wait as it is printed, without the tail; ``objective`` is what the stage
    minimised, tail included, and ``bound`` what that cannot go below.
    """
    rows = [
        (one.name, _printed(case, cols, one), one.value, one.bound, one.tolerance, one.status, one.seconds)
        for one in chain.stages
    ]
    text, number = pl.String, pl.Float64
    numbers = ("value", "objective", "bound", "tolerance")
    schema = {"stage": text, **dict.fromkeys(numbers, number), "status": text, "seconds": number}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _printed(case: Case, cols: Cols, stage: Stage) -> float:
    kind, _, label = stage.name.partition(".")
    if kind not in ("L1", "L2"):
        return stage.value
    groups = np.flatnonzero(case.needs.group_class == case.needs.cls.labels.index(label))
    waits = plain_waits(case, cols, stage.x)[groups]
    return float(case.needs.weight[groups] @ waits if kind == "L1" else waits.max())


def _effort(case: Case, cols: Cols, x: Floats) -> pl.DataFrame:
    """Effort of a start of each process that learns, and the experience the plan counts on, by period."""
    learning, uses = case.learning, case.tables["uses"]
    user = case.axes["process"].find(uses.user)
    row = np.flatnonzero((user >= 0) & learning.taught & (learning.of[user] >= 0)) if learning else NO_ROWS
    group, periods = learning.of[user[row]], case.calendar.periods
    counted = np.maximum.accumulate(np.maximum(learning.least, 0.0), axis=1)[group]
    names = np.array(case.axes["resource"].labels or ("",), object)
    return pl.DataFrame(
        {
            "process": np.repeat(uses.user[row], periods),
            "resource": np.repeat(names[uses.resource[row]], periods),
            "period": np.tile(np.arange(1, periods + 1), len(row)),
            "effort": (uses.qty[row][:, None] * learning.effort[group]).ravel(),
            "experience": counted.ravel(),
        },
        schema=EFFORT,
    )


NO_ROWS = np.zeros(0, np.int64)
EFFORT = {
    "process": pl.String,
    "resource": pl.String,
    "period": pl.Int64,
    "effort": pl.Float64,
    "experience": pl.Float64,
}


def _money(case: Case, cols: Cols, x: Floats) -> pl.DataFrame:
    """Ledger of each fund, what rivals keep of it included, and what was spent without one, by period."""
    money, periods = case.money, case.calendar.periods
    spent = np.zeros((len(money.payer), periods))
    for terms in cols.to("money"):
        at = terms.at
        np.add.at(spent, (at["payer"], at["period"]), x[terms.column] * terms.value)
    claimed = np.zeros_like(spent)
    for terms in cols.to("claims"):
        at = terms.at
        np.add.at(claimed, (at["fund"], at["period"]), x[terms.column] * terms.value)
    allotted = np.concatenate([money.allotted, np.zeros((1, periods))])
    kept = np.concatenate([money.carried[:, 1:], money.carried[:, -1:]], axis=1)
    left, before = np.zeros_like(spent), np.zeros(len(money.allotted))
    for t in range(periods if len(money.allotted) else 0):
        left[:-1, t] = money.allotted[:, t] + before - spent[:-1, t] - claimed[:-1, t]
        before = np.where(kept[:, t], left[:-1, t], 0.0)
    carried, lapsed = np.zeros_like(spent), np.zeros_like(spent)
    carried[:-1], lapsed[:-1] = np.where(kept, left[:-1], 0.0), np.where(kept, 0.0, left[:-1])
    amounts = {"allotted": allotted, "spent": spent, "rivals": claimed, "carried": carried, "lapsed": lapsed}
    payer, period = np.nonzero(np.max([np.abs(amount) for amount in amounts.values()], axis=0) > NOTHING)
    fund = np.array(money.payer.labels, object)[payer]
    return pl.DataFrame(
        {"fund": fund, "period": period + 1, **{name: amount[payer, period] for name, amount in amounts.items()}},
        schema={"fund": pl.String, "period": pl.Int64, **dict.fromkeys(amounts, pl.Float64)},
    )


def _displaced(case: Case, cols: Cols, x: Floats) -> pl.DataFrame:
    """What each rival wants in each period, what it keeps, and what is displaced: what the surge crowds out."""
    rivals, table = case.rivals, case.tables["rivals"]
    rival, period = np.nonzero(rivals.wanted > 0)
    keep, kept = cols["keep"].terms, np.zeros(rivals.wanted.shape)
    kept[keep.at["rival"], keep.at["period"]] = x[keep.column]
    wanted = rivals.wanted[rival, period]
    lost = np.clip(wanted - kept[rival, period], 0.0, None)
    columns = {
        "rival": np.array(case.axes["rival"].labels, object)[rival],
        "kind": table.kind[rival],
        "target": table.target[rival],
        "civil": table.civil[rival],
        "period": period + 1,
        "wanted": wanted,
        "kept": kept[rival, period],
        "displaced": np.where(lost > CLOSE * wanted, lost, 0.0),
    }
    return pl.DataFrame(columns, schema=DISPLACED)


OF_A_POINT: Mapping[str, Callable[[Case, Cols, Floats], pl.DataFrame]] = {
    "flows": _flows,
    "states": _states,
    "effort": _effort,
    "waits": _waits,
    "money": _money,
    "quality": _quality,
    "displaced": _displaced,
    "gates": _gates,
}
"""Tables that follow from a point of the program, each by itself."""


def duals_of(lp: LP, chain: Chain) -> pl.DataFrame:
    """Row duals of the first stage of time: days of mean wait per unit of each row's bound."""
    name = chain.first.name if chain.first else ""
    found = []
    for block, begin in zip(lp.rows, lp.begins, strict=False):
        dual = chain.first_dual[begin : begin + len(block)]
        some = np.flatnonzero(np.abs(dual) > FAINT)
        found.append(_row_values(block, some, dual[some]))
    return _row_table(found).with_columns(stage=pl.lit(name))


FAINT = 1e-8
"""Duals below this are noise."""


def _row_values(block: RowBlock, rows: NDArray[np.int64], values: Floats) -> dict[str, NDArray[Any]]:
    """Some rows of a block by column of the table, each with its value; nothing where there are none."""
    if not len(rows):
        return {}
    parts: Mapping[str, NDArray[np.int64]] = {
        axis.name: at[rows] for axis, at in zip(block.over, block.at, strict=True)
    }
    return {
        "rule": np.full(len(rows), block.name, object),
        "key": np.array(block.keys(rows), object),
        "period": parts["period"] + 1 if "period" in parts else np.zeros(len(rows), np.int64),
        "value": values,
    }


def _row_table(parts: list[dict[str, NDArray[Any]]]) -> pl.DataFrame:
    columns = {name: np.concatenate([part[name] for part in parts if part]) for name in ROWS} if any(parts) else {}
    return pl.DataFrame(columns, schema=ROWS)


ROWS = {"rule": pl.String, "key": pl.String, "period": pl.Int64, "value": pl.Float64}


def binding_of(tables: Tables, case: Case, lp: LP, chain: Chain) -> pl.DataFrame:
    """Limits that hold the first class back, by the days of mean wait a tenth more of each would save.

    First order, from duals: right for small changes only.
    """
    found = []
    weight = float(case.needs.weight[case.needs.group_class == 0].sum()) or 1.0
    for block, begin in zip(lp.rows, lp.begins, strict=False):
        if block.name in LIMITS:
            dual = chain.first_dual[begin : begin + len(block)]
            some = np.flatnonzero(np.abs(dual) > FAINT)
            gain = -dual[some] * np.where(np.isfinite(block.upper[some]), block.upper[some], 0.0) * MORE / weight
            found.append(_row_values(block, some, gain))
    table = (
        _row_table(found)
        .with_columns(kind=pl.col("rule").replace_strict(LIMITS, return_dtype=pl.String))
        .group_by("rule", "kind", "key")
        .agg(first_period=pl.col("period").min(), last_period=pl.col("period").max(), worth=pl.col("value").sum())
        .sort("worth", "rule", "key", descending=[True, False, False])
    )
    traced = [" ".join(map(str, cells(tables, rule, key))) for rule, key in table.select("rule", "key").iter_rows()]
    return table.with_columns(cells=pl.Series(traced, dtype=pl.String))
