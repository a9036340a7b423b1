"""What the plan before this one had ordered: starts, shipments and builds, period by period.

Periods that end on or before ``freeze_until`` keep those orders; later ones stay near them where it costs little.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fullrate.calendar import Calendar
from fullrate.case.axes import Axis, Coded
from fullrate.tables import Config

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

ORDERS = {"make": "process", "build": "build", "risk": "build", "ship": "shipment"}
"""Activities that are orders, and their axes."""
SAME_DAY = 1e-6
"""Days within which an edge of the previous plan is an edge of this calendar."""


@dataclass(frozen=True, eq=False)
class Previous:
    """Orders of the previous plan on this calendar.

    Attributes:
        axis: every process, build and shipment, labelled ``kind|key|item``; empty without a previous plan.
        begins: position of the first order of each kind.
        qty: what was ordered, shape (orders, T).
        worth: what one unit of change counts: one over the whole of the order before, shape (orders,).
        covered: number of first periods that are compared: to the last order of the previous plan.
        frozen: number of first periods whose orders are kept.
        calm: weight of a change by its period, falling to zero at the horizon, shape (T,).
    """

    axis: Axis
    begins: Mapping[str, int]
    qty: Floats
    worth: Floats
    covered: int
    frozen: int
    calm: Floats

    def places(self, kind: str, count: int) -> Ints:
        """Orders of the elements of an activity; -1 for all without a previous plan."""
        return self.begins[kind] + np.arange(count) if len(self.axis) else np.full(count, -1)

    def of(self, kind: str, count: int) -> Floats:
        """What was ordered of each element of an activity, shape (count, T)."""
        places = self.places(kind, count)
        return self.qty[places] if len(self.axis) else np.zeros((count, self.qty.shape[1]))


def previous_of(previous: Coded, config: Config, axes: Mapping[str, Axis], calendar: Calendar) -> Previous:
    """Orders of the previous plan; those in periods that are not of this calendar are left out."""
    labels: list[str] = []
    begins: dict[str, int] = {}
    for kind, name in ORDERS.items():
        begins[kind] = len(labels)
        end = "" if kind == "ship" else "|"
        labels += [f"{kind}|{label}{end}" for label in axes[name].labels] if len(previous) else []
    item = np.array([*axes["item"].labels, ""], object)[previous["item"]]
    named = [f"{kind}|{key}|{what}" for kind, key, what in zip(previous.kind, previous.key, item, strict=True)]
    labels += sorted(set(named) - set(labels))  # goods that have no way to that lane any more
    axis = Axis("order", tuple(labels))
    order = axis.find(named)
    period = np.searchsorted(calendar.edges[:-1], previous.from_d - SAME_DAY)
    known = period < calendar.periods
    end = calendar.edges[np.minimum(period, calendar.periods - 1) + 1]
    begin = calendar.edges[np.minimum(period, calendar.periods - 1)]
    known &= (np.abs(begin - previous.from_d) <= SAME_DAY) & (np.abs(end - previous.to_d) <= SAME_DAY)
    qty = np.zeros((len(axis), calendar.periods))
    np.add.at(qty, (order[known], period[known]), previous.qty[known])
    until = -1.0 if config.freeze_until is None else float((config.freeze_until - config.start).days)
    frozen = int((calendar.edges[1:] <= until + SAME_DAY).sum()) if len(axis) else 0
    last = max(until, float(previous.to_d.max(initial=0.0)))
    covered = int((calendar.edges[1:] <= last + SAME_DAY).sum()) if len(axis) else 0
    calm = 1 - calendar.middles / calendar.horizon
    return Previous(axis, begins, qty, 1 / _sizes(qty, begins), covered, frozen, calm)


def _sizes(qty: Floats, begins: Mapping[str, int]) -> Floats:
    """All that was ordered of each; where that is nothing, the mean of its kind, or one."""
    whole: Floats = qty.sum(axis=1)
    ends = [*list(begins.values())[1:], len(whole)]
    for begin, end in zip(begins.values(), ends, strict=True):
        mine = whole[begin:end]
        some = mine > 0
        mine[~some] = mine[some].mean() if some.any() else 1.0
    return whole
