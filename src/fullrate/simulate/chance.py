"""Luck of an execution: cells drawn per occurrence, and what risks hit."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fullrate.case import Case
from fullrate.case.outages import certain
from fullrate.case.outages import hit as struck_by
from fullrate.draws import Draws
from fullrate.simulate.luck import key
from fullrate.simulate.moves import Place, Rows, entered
from fullrate.simulate.network import Network
from fullrate.simulate.state import Chance
from fullrate.tables import Tables

POINTS = 257
LINE = 1e-12
"""Share of a value by which quantiles may lie beside a straight line."""


def chance_of(tables: Tables, case: Case, network: Network, rows: Rows, draws: Draws | None) -> Chance:
    """Keys and tables of what is drawn in the course of an execution."""
    risks = [row for row in tables.rows("risks") if not certain(row)] if draws is not None else []
    seed = 0 if draws is None else draws.seed
    hits, store_row, activity_row = _hits(tables, case, network, risks)
    each = [] if draws is None else [(row, draws.each[at], how, number) for row, at, how, number in rows.each]
    table = [entered(how, number, one.drawn, one.quantiles, one.factor) for _, one, how, number in each]
    lengths = {} if draws is None else {one.cell.key: one for one in draws.each if one.cell.table == "risks"}
    lengths = {name: one for name, one in lengths.items() if one.cell.column == "duration_d"}
    names = [row["risk"] for row in risks]
    curves = list(dict.fromkeys(row["curve"] for row in tables.rows("curves")))
    return Chance(
        each_row=np.array([row for row, *_ in each], np.int64),
        each_key=np.array([key(seed, "each", str(one.cell)) for _, one, _, _ in each], np.uint64),
        each_table=np.array(table, float).reshape(-1, POINTS),
        each_alone=_alone(rows, [row for row, *_ in each]),
        each_straight=_straight(np.array(table, float).reshape(-1, POINTS)),
        risk_key=np.array([key(seed, "risk", row["group"] or row["risk"]) for row in risks], np.uint64),
        risk_once=np.array([row["prob"] is not None for row in risks], bool),
        risk_curve=np.array([1 + curves.index(row["recovery"]) if row["recovery"] else -1 for row in risks], np.int64),
        risk_length_key=np.array([key(seed, "length", row["group"] or row["risk"]) for row in risks], np.uint64),
        risk_each=np.array([list(lengths).index(name) if name in lengths else -1 for name in names], np.int64),
        risk_table=np.array([one.quantiles for one in lengths.values()], float).reshape(-1, POINTS),
        hits=hits,
        store_row=store_row,
        activity_row=activity_row,
    )  # fmt: skip


def _hits(
    tables: Tables, case: Case, network: Network, risks: list[dict[str, object]]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Pairs (risk, row), and the row of every store and activity that is hit, -1."""
    stores, processes = network.stores, len(case.axes["process"])
    store_row = np.full(stores.total, -1)
    activity_row = np.full(processes + len(case.axes["shipment"]) + len(case.axes["delivery"]), -1)
    found: dict[tuple[int, int], tuple[int, ...]] = {}
    for at, risk in enumerate(risks):
        for family, hit in enumerate(_hit(case, network, str(risk["kind"]), str(risk["target"]))):
            for element in hit:
                found[family, element] = (*found.get((family, element), ()), at)
    row_of: dict[tuple[int, ...], int] = {(at,): at for at in range(len(risks))}
    for (family, element), struck in found.items():
        (store_row, activity_row)[family][element] = row_of.setdefault(struck, len(row_of))
    pairs = [(at, row) for struck, row in row_of.items() if len(struck) > 1 for at in struck]
    return np.array(pairs, np.int64).reshape(-1, 2), store_row, activity_row


def _alone(rows: Rows, each: list[int]) -> NDArray[np.int64]:
    """The process whose yield is drawn, of rows that nothing else moves and that move nothing else; -1 for others."""
    moves: dict[int, list[Place]] = {}
    for place, row in rows.place.items():
        moves.setdefault(row, []).append(place)

    def process(row: int) -> int:
        place = moves[row][0]
        single = len(moves[row]) == 1 and each.count(row) == 1 and not rows.once[row]
        return place[1] if single and place[0] == "yield" else -1

    return np.array([process(row) for row in each], np.int64)


def _straight(table: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether quantiles lie on a straight line: those of a uniform law."""
    line = np.linspace(table[:, :1], table[:, -1:], table.shape[1], axis=1)[:, :, 0]
    return np.asarray(np.abs(table - line).max(axis=1) <= LINE * np.abs(table).max(axis=1), bool)


def _hit(case: Case, network: Network, kind: str, target: str) -> tuple[list[int], list[int]]:
    """Stores and activities that a risk hits.

    A site, region or owner: its resources and starts. An item: the starts that make it. A lane or corridor: its
    capacity, or its shipments where it has no limit. What is on its way arrives.
    """
    stores, begin, lane = network.stores, len(case.axes["process"]), case.shipments.lane
    struck = struck_by(case.tables, case.axes, kind, target)
    free = struck["lane"] & ~np.isfinite(case.capacity.lane).all(axis=1)
    resources = stores.resources + np.flatnonzero(struck["resource"])
    tight = stores.lanes + np.flatnonzero(struck["lane"] & ~free)
    starts, sent = np.flatnonzero(struck["process"]), begin + np.flatnonzero(free[lane])
    return [*resources.tolist(), *tight.tolist()], [*starts.tolist(), *sent.tolist()]
