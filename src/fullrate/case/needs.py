"""Needs over time: how much has arisen, who waits, and how a unit delivered in a period shortens the wait.

A unit delivered in period t waits until its middle; the tail counts a unit never delivered as waiting ``tail`` more
horizons; printed waits leave the tail out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fullrate.calendar import TOUCH, Calendar
from fullrate.case.axes import Axis, Coded

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Needs:
    """Needs with a quantity above zero, as arrays on the axis ``need``, and the groups that wait.

    Attributes:
        qty: total need of each, shape (needs,); zero needs are kept but weigh nothing.
        arisen: need that exists at the end of each period, shape (needs, T).
        lost: whether what is not met in its period is lost, shape (needs,).
        cls: axis of priority classes, first to last.
        group: axis of waiting groups, labelled ``recipient|class``.
        group_of: group of each need.
        group_class: position of each group's class.
        weight: weight of each group in its class, shape (groups,).
        share: part of its group's wait that each need is, shape (needs,), summing to one in a group.
        unmet: wait in days if nothing were ever delivered, tail included, shape (needs,).
        relief: days by which one unit (per unit of qty) delivered in a period shortens the wait, shape (needs, T).
        plain: the same without the tail, as (unmet, relief).
    """

    qty: Floats
    arisen: Floats
    lost: NDArray[np.bool_]
    cls: Axis
    group: Axis
    group_of: Ints
    group_class: Ints
    weight: Floats
    share: Floats
    unmet: Floats
    relief: Floats
    plain: tuple[Floats, Floats]


def needs_of(needs: Coded, recipients: Coded, names: Axis, tail: float, calendar: Calendar) -> Needs:
    """Needs of a scenario; ``tail`` in horizons, so that late units differ and the plan does not stop."""
    cls = np.where(np.isnan(needs["class"]), recipients["class"][needs.recipient], needs["class"]).astype(np.int64)
    real = needs.qty > 0
    pairs = sorted(
        {(int(r), int(c)) for r, c in zip(needs.recipient[real], cls[real], strict=True)}, key=lambda p: (p[1], p[0])
    )
    number = {pair: at for at, pair in enumerate(pairs)}
    group_of = np.array([number.get((int(r), int(c)), -1) for r, c in zip(needs.recipient, cls, strict=True)], np.int64)
    group_of[~real] = -1
    ranks = sorted({c for _, c in pairs})
    members = np.bincount(group_of[real], minlength=len(pairs))
    arisen, area = _accrual(needs, calendar)
    lost = needs.late == "lost"
    horizon, quantity = calendar.horizon, np.where(real, needs.qty, 1.0)
    worth = np.where(lost[:, None], horizon, horizon - calendar.middles[None, :])
    wait = np.where(lost, horizon, area / quantity)
    labels = tuple(f"{names.labels[r]}|{c}" for r, c in pairs)
    return Needs(
        qty=needs.qty,
        arisen=arisen,
        lost=lost,
        cls=Axis("class", tuple(str(c) for c in ranks)),
        group=Axis("group", labels),
        group_of=group_of,
        group_class=np.array([ranks.index(c) for _, c in pairs], np.int64),
        weight=np.array([recipients.weight[r] for r, _ in pairs]),
        share=np.where(real, 1 / members[group_of] if len(pairs) else 0.0, 0.0),
        unmet=wait + tail * horizon,
        relief=(worth + tail * horizon) / quantity[:, None],
        plain=(wait, worth / quantity[:, None]),
    )


def _accrual(needs: Coded, calendar: Calendar) -> tuple[Floats, Floats]:
    """Need that exists at the end of each period, and the area in unit-days under need over time.

    A need exists at once from the first usable period after ``from``; with ``until`` it accrues evenly between the
    two days, the first moved like a point date.
    """
    first = calendar.opening(needs["from"])
    begin = np.append(calendar.edges[:-1], np.inf)[first]
    end = np.where(np.isnan(needs.until), begin, needs.until)
    width = np.where(end > begin + TOUCH, end - np.where(np.isfinite(begin), begin, 0.0), 1.0)
    at_once = ~(end > begin + TOUCH)

    def arisen(day: Floats) -> Floats:
        share = np.clip((day[None, :] - begin[:, None]) / width[:, None], 0, 1)
        there = np.where(at_once[:, None], 1.0 * (day[None, :] > begin[:, None] + TOUCH), share)
        units: Floats = there * needs.qty[:, None]
        return units

    accrued = np.where(at_once, 0.0, np.clip(calendar.horizon - begin, 0, width) ** 2 / (2 * width))
    whole = np.clip(calendar.horizon - np.where(at_once, begin, np.maximum(begin, end)), 0, None)
    return arisen(calendar.edges[1:]), (np.where(np.isfinite(begin), accrued + whole, 0.0)) * needs.qty
