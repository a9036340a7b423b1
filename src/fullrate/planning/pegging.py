"""Pegging: what a delivered unit was made from, where and when; and whom a supply ends up with.

Stock at a place has no memory, so whatever leaves a place in a period is made up like all that was there: in proportion
to its sources (proportional tracing; Bialek 1996 for flows in networks); a start that gives several things is shared
among them by quantity. What was delivered is followed back through the balances of the plan, period by period; an
assembly pulls all its parts with it. Followed forward, an assembly belongs to a supply to the extent that any of its
parts does, since one missing part stops it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fullrate.case import Case, derive
from fullrate.lp.assemble import LP
from fullrate.results import SHAPE, Plan
from fullrate.rules import write
from fullrate.rules.base import Cols
from fullrate.tables import Tables

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

TRACED = ("make", "ship", "use")
"""Columns that are printed as where something came from."""
FAINT = 1e-9
"""Share below which a trace is dropped."""
STEPS = 10_000
"""Most steps of a trace: more than any chain of places and periods has."""


@dataclass(frozen=True, eq=False)
class Flows:
    """The balances of a plan as a network: places in periods (rows), joined by what the plan does (columns).

    Attributes:
        x: the plan, shape (columns,).
        brings: row, column and amount of everything that arrives.
        takes: row, column and amount of everything that is taken.
        stock: what is there without anybody's doing, shape (rows,).
        inflow: all that comes to each row, shape (rows,).
        made: column of the start that each column belongs to: its own, or for an alternative part that of its process.
    """

    x: Floats
    brings: tuple[Ints, Ints, Floats]
    takes: tuple[Ints, Ints, Floats]
    stock: Floats
    inflow: Floats
    made: Ints


@dataclass(frozen=True, eq=False)
class Network:
    """A plan that can be traced: its scenario, its program with every column, and what flows in it."""

    tables: Tables
    case: Case
    lp: LP
    cols: Cols
    flows: Flows


def traced(tables: Tables, plan: Plan) -> Network:
    """The network of a plan, on its program with nothing pruned."""
    case = derive(tables, pruned=False)
    lp, cols = write(case)
    return Network(tables, case, lp, cols, flows(case, lp, cols, plan))


def point(cols: Cols, plan: Plan, lp: LP) -> Floats:
    """The plan as a point of its program, shape (columns,)."""
    x = np.zeros(lp.shape[1])
    for name, block in cols.blocks.items():
        if name in SHAPE and block.period is not None:
            terms, known = block.terms, plan[name]
            labels = [tuple(label.split("|")) for label in block.axis.labels]
            element, period = terms.at[block.axis.name].tolist(), (terms.at["period"] + 1).tolist()
            x[terms.column] = [known[(*labels[e], t)] for e, t in zip(element, period, strict=True)]
    return x


def flows(case: Case, lp: LP, cols: Cols, plan: Plan) -> Flows:
    """The network of a plan."""
    rows = lp.rows_of("items")
    x = np.maximum(point(cols, plan, lp), 0.0)
    column = np.repeat(np.arange(lp.shape[1]), np.diff(lp.start))
    inside = (lp.index >= rows.start) & (lp.index < rows.stop)
    row, column = lp.index[inside].astype(np.int64) - rows.start, column[inside]
    amount = lp.value[inside] * x[column]
    came, went = amount > 0, amount < 0
    stock = -lp.row_upper[rows]
    inflow = stock + _summed(row[came], amount[came], len(stock))
    return Flows(
        x,
        (row[came], column[came], amount[came]),
        (row[went], column[went], -amount[went]),
        stock,
        inflow,
        _starts(case, cols, lp),
    )


def _starts(case: Case, cols: Cols, lp: LP) -> Ints:
    """Column of the start that each column belongs to, shape (columns,)."""
    made, make, block = np.arange(lp.shape[1]), cols["make"], cols["use"]
    number = {label: at for at, label in enumerate(case.axes["process"].labels)}
    process = np.array([number[label.split("|")[0]] for label in block.axis.labels], np.int64)
    use = block.terms
    element = process[use.at[block.axis.name]]
    made[use.column] = make.offset[element] + use.at["period"] - make.first[element]
    return made


def back(net: Flows, wanted: Ints) -> tuple[Floats, Floats]:
    """Shares of all columns, shape (columns,), and of what is in stock, shape (rows,), that the wanted columns rest on.

    Args:
        net: the plan.
        wanted: the columns, such as deliveries of one need.
    """
    served = np.zeros(len(net.x))
    served[wanted] = 1.0
    outputs = _summed(net.brings[1], net.brings[2], len(net.x))
    share = np.zeros(len(net.stock))
    for _ in range(STEPS):
        pulled = _summed(net.takes[0], net.takes[2] * served[net.takes[1]], len(net.stock))
        now = np.divide(pulled, net.inflow, out=np.zeros_like(pulled), where=net.inflow > FAINT)
        if np.abs(now - share).max(initial=0.0) <= FAINT:
            break
        share = now
        given = _summed(net.brings[1], net.brings[2] * share[net.brings[0]], len(net.x))
        served = np.divide(given, outputs, out=np.zeros_like(given), where=outputs > 0)
        served[wanted] = 1.0
        served = np.where(net.made != np.arange(len(served)), served[net.made], served)
    return served, share


def ahead(net: Flows, supplies: Ints) -> Floats:
    """Share of every column that needs what the ``supplies`` columns bring, shape (columns,)."""
    reached = np.zeros(len(net.x))
    reached[supplies] = 1.0
    for _ in range(STEPS):
        came = _summed(net.brings[0], net.brings[2] * reached[net.brings[1]], len(net.stock))
        share = np.divide(came, net.inflow, out=np.zeros_like(came), where=net.inflow > FAINT)
        now = np.zeros_like(reached)
        np.maximum.at(now, net.made[net.takes[1]], share[net.takes[0]])
        now[supplies] = 1.0
        if np.abs(now - reached).max(initial=0.0) <= FAINT:
            break
        reached = now
    return reached


def sources(network: Network, *, recipient: str = "", need: str = "") -> pl.DataFrame:
    """Where what was delivered came from: kind (make, ship, use, stock), key, period, quantity.

    Args:
        network: the plan.
        recipient: only what this recipient got; blank: all.
        need: only what met this need; blank: all.
    """
    cols, net = network.cols, network.flows
    whose = dict(network.tables.filled("needs").select("need", "recipient").iter_rows())
    label = [name.split("|")[0] for name in cols["deliver"].axis.labels]
    mine = np.array([(not need or n == need) and (not recipient or whose[n] == recipient) for n in label], bool)
    deliver = cols["deliver"].terms
    served, share = back(net, deliver.column[mine[deliver.at["delivery"]]])
    parts = [_named(cols, name, net.x * served) for name in TRACED]
    stock = net.stock * share
    rows = next(rows for rows in network.lp.rows if rows.name == "items")
    some = np.flatnonzero(stock > FAINT)
    points, period = rows.at[0][some], rows.at[1][some] + 1
    keys = [network.case.points.axis.labels[at] for at in points]
    parts.append(_frame(["stock"] * len(some), keys, period.tolist(), stock[some].tolist()))
    return pl.concat(parts).sort("period", "kind", "key")


def hurts(network: Network, *, kind: str, key: str, item: str = "") -> pl.DataFrame:
    """Who gets what rests on a process or lane: need, recipient, period, quantity.

    Args:
        network: the plan.
        kind: ``make`` or ``ship``.
        key: the process or lane.
        item: only what a lane brings of this item; blank: of all it carries.
    """
    cols, net = network.cols, network.flows
    block = cols[kind]
    labels = [label.split("|") for label in block.axis.labels]
    chosen = np.array([one[0] == key and (not item or kind != "ship" or one[1] == item) for one in labels], bool)
    terms = block.terms
    reached = ahead(net, terms.column[chosen[terms.at[block.axis.name]]])
    found = _named(cols, "deliver", net.x * reached)
    whose = pl.DataFrame(network.tables.filled("needs").select("need", "recipient"))
    split = found.with_columns(need=pl.col("key").str.split("|").list.first())
    return (
        split.join(whose, on="need", how="left")
        .group_by("need", "recipient", "period")
        .agg(pl.col("quantity").sum())
        .sort("period", "need")
    )


def _summed(at: Ints, amount: Floats, length: int) -> Floats:
    """Sum of the amounts at each position, shape (length,)."""
    return np.bincount(at, amount, minlength=length).astype(np.float64)


def _named(cols: Cols, name: str, amount: Floats) -> pl.DataFrame:
    block = cols[name]
    terms = block.terms
    value = amount[terms.column]
    some = np.flatnonzero(value > FAINT)
    element, period = terms.at[block.axis.name][some], terms.at["period"][some] + 1
    keys = [block.axis.labels[at] for at in element]
    return _frame([name] * len(some), keys, period.tolist(), value[some].tolist())


def _frame(kind: list[str], key: list[str], period: list[int], quantity: list[float]) -> pl.DataFrame:
    schema = {"kind": pl.String, "key": pl.String, "period": pl.Int64, "quantity": pl.Float64}
    return pl.DataFrame({"kind": kind, "key": key, "period": period, "quantity": quantity}, schema=schema)
