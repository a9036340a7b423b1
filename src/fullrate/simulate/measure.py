"""What is measured of an execution: groups of needs, and dates of their coverage."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fullrate.case import Case
from fullrate.simulate.state import Record

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LEVELS = (0.25, 0.5, 0.8, 0.95, 1.0)
"""Shares of coverage whose dates are kept."""


@dataclass(frozen=True, eq=False)
class Measure:
    """Groups of needs and targets.

    Attributes:
        groups, targets: tables as in ``Samples``.
        record: the same as arrays.
        share: weight of each pair of group and need in its group, shape (pairs,).
        counted: groups that go by quantity, mask of shape (groups,).
        wait: days that each need waits if nothing is delivered, shape (needs,).
        qty: quantity of each need.
    """

    groups: pl.DataFrame
    targets: pl.DataFrame
    record: Record
    share: Floats
    counted: NDArray[np.bool_]
    wait: Floats
    qty: Floats

    def drawn(self, need: Floats) -> tuple[Floats, Floats]:
        """Weight of a unit of each pair, and the wait of each group if nothing comes, for factors on needs (needs, n).

        Groups by quantity weigh the needs by what is drawn. Shapes (pairs, n) and (groups, n).
        """
        group, of = np.repeat(np.arange(len(self.counted)), np.diff(self.record.begin)), self.record.need
        qty = self.qty[of][:, None] * need[of]
        total = np.zeros((len(self.counted), need.shape[1]))
        np.add.at(total, group, qty)
        by_qty = qty / np.where(total > 0, total, 1.0)[group]
        share = np.where(self.counted[group][:, None], by_qty, self.share[:, None])
        wait = np.zeros_like(total)
        np.add.at(wait, group, share * self.wait[of][:, None])
        return np.where(qty > 0, share / np.where(qty > 0, qty, 1.0), 0.0), wait


def measure_of(case: Case) -> Measure:
    """Classes, needs and items of a case: everything above zero that is wanted."""
    needs, table = case.needs, case.tables["needs"]
    names = case.axes["need"].labels
    real = np.flatnonzero(needs.group_of >= 0)
    cls = np.where(needs.group_of >= 0, np.append(needs.group_class, 0)[needs.group_of], -1)
    weight = np.where(needs.group_of >= 0, np.append(needs.weight, 0.0)[needs.group_of] * needs.share, 0.0)
    members: list[tuple[int, str, str, Ints, Floats, bool]] = []
    for at, rank in enumerate(needs.cls.labels):
        mine = real[cls[real] == at]
        same = set(table.item[mine])
        part = np.asarray(weight[mine] / weight[mine].sum(), np.float64)
        members.append((int(rank), "", same.pop() if len(same) == 1 else "", mine, part, False))
    for need in real:
        rank = needs.cls.labels[cls[need]]
        members.append((int(rank), names[need], table.item[need], np.array([need]), np.ones(1), False))
    for item in dict.fromkeys(table.item[real]):
        mine = real[table.item[real] == item]
        members.append((0, "", item, mine, needs.qty[mine] / needs.qty[mine].sum(), True))
    wanted = [float(needs.qty[mine].sum()) if item else None for _, _, item, mine, _, _ in members]
    groups = pl.DataFrame(
        {
            "class": [one for one, *_ in members],
            "need": [need for _, need, *_ in members],
            "item": [item for _, _, item, *_ in members],
            "qty": wanted,
        },
        schema={"class": pl.Int64, "need": pl.String, "item": pl.String, "qty": pl.Float64},
    )
    dated = [at for at, (label, *_) in enumerate(members) if label > 0]
    of = [at for at in dated for _ in LEVELS]
    targets = (
        groups[of].select("class", "need").with_columns(coverage=pl.Series([*LEVELS] * len(dated), dtype=pl.Float64))
    )
    quantity = np.where(needs.qty > 0, needs.qty, 0.0)
    record = Record(
        begin=np.cumsum([0, *(len(mine) for *_, mine, _, _ in members)]).astype(np.int64),
        need=np.concatenate([mine for *_, mine, _, _ in members]).astype(np.int64),
        target_group=np.array(of, np.int64),
        target_level=np.array([*LEVELS] * len(dated)),
        relief=np.ascontiguousarray(needs.plain[1] * quantity[:, None]),
    )
    share = np.concatenate([share for *_, share, _ in members])
    counted = np.array([by for *_, by in members], bool)
    return Measure(groups, targets, record, share, counted, needs.plain[0], quantity)
