"""What has been fielded and fails: how much of it in each period, and where what can be repaired turns up.

Only with ``coverage = "serviceable"``; else what was delivered counts for good.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from fullrate.calendar import Calendar
from fullrate.case.axes import Coded
from fullrate.case.points import Deliveries, Points
from fullrate.tables import Config

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Fleet:
    """Units in use, by delivery.

    Attributes:
        fails: share of the units in use that fail in each period, shape (deliveries, T).
        early: share that is defective and fails when it is delivered, shape (deliveries,).
        point: stock point at which failed units that can be repaired turn up, -1 where none can.
        repairable: share of the failed units that can be repaired, shape (deliveries,).
    """

    fails: Floats
    early: Floats
    point: Ints
    repairable: Floats

    @cached_property
    def used(self) -> NDArray[np.bool_]:
        """Deliveries of what fails at all, mask of shape (deliveries,)."""
        mask: NDArray[np.bool_] = self.fails.any(axis=1) | (self.early > 0)
        return mask

    def renewed(self, qty: Floats, need: Ints) -> Floats:
        """Most units that meeting needs of ``qty`` may take with all that fails replaced, shape (needs,)."""
        growth = self.fails.sum(axis=1) + self.early / (1 - self.early)
        most = np.zeros(len(qty))
        np.maximum.at(most, need, growth)
        return np.asarray(qty * (1 + most), np.float64)


def returned(tables: Mapping[str, Coded], asked: tuple[Ints, Ints], config: Config) -> tuple[Ints, Ints]:
    """Sites and items of failed units that can be repaired.

    Args:
        tables: tables as arrays.
        asked: pairs (need, item) that may be delivered.
        config: the settings.
    """
    if config.coverage != "serviceable":
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    need, item = asked
    recipient = tables["needs"].recipient[need]
    failed = np.append(tables["reliability"].failed, -1)[_rows(tables, recipient, item)]
    back = failed >= 0
    return tables["recipients"].site[recipient[back]], failed[back]


def fleet_of(
    tables: Mapping[str, Coded],
    deliveries: Deliveries,
    points: Points,
    escape: Floats,
    config: Config,
    calendar: Calendar,
) -> Fleet:
    """Units in use of a scenario; ``escape`` is the share of defects in each item, shape (items,)."""
    recipient = tables["needs"].recipient[deliveries.need]
    count = len(deliveries.axis)
    if config.coverage != "serviceable":
        nothing = np.zeros(count)
        return Fleet(np.zeros((count, calendar.periods)), nothing, np.full(count, -1), nothing)
    table = tables["reliability"]
    row = _rows(tables, recipient, deliveries.item)
    daily = np.append(table.af / table.mtbf_d, 0.0)[row]
    failed = np.append(table.failed, -1)[row]
    point = np.where(failed >= 0, points.at(tables["recipients"].site[recipient], failed), -1)
    return Fleet(
        fails=-np.expm1(-np.outer(daily, calendar.lengths)),
        early=escape[deliveries.item],
        point=point,
        repairable=np.where(point >= 0, np.append(table.repairable, 0.0)[row], 0.0),
    )


def _rows(tables: Mapping[str, Coded], recipient: Ints, item: Ints) -> Ints:
    """Row of ``reliability`` for each item in the conditions of its recipient; -1 for what never fails."""
    table, conditions = tables["reliability"], tables["recipients"].environment
    rows = {(int(i), e): at for at, (i, e) in enumerate(zip(table["item"], table.environment, strict=True))}
    return np.array([rows.get((int(i), conditions[r]), -1) for r, i in zip(recipient, item, strict=True)], np.int64)
