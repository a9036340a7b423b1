"""Single points of failure: what only one source gives, and the nearest qualified alternative with its gate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fullrate.case import Case as Numbers
from fullrate.case import derive
from fullrate.tables import Tables

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Single:
    """The only source in use of something: nothing else gives it before a gate is passed, if anything does.

    Attributes:
        item: what it gives.
        process: the source.
        site: where it is.
        alternative: the other source that is usable soonest; blank where there is none.
        gate: the gate before that; blank where none stands before it.
        days: days from the start until it is usable; infinite where it never is.
        partial: the alternative does for some uses only, or for a share of them.
    """

    item: str
    process: str
    site: str
    alternative: str
    gate: str
    days: float
    partial: bool


def singles(tables: Tables, used: set[str]) -> list[Single]:
    """Single points of failure among the processes in use, and the nearest qualified alternative of each.

    An alternative is another process for the item, or for what may stand in for it, somewhere else, that neither a
    restriction nor a certain outage stops for good. One that does for every use and is usable from the start is no
    gap, and what has it is not listed. What does for some uses only is told where nothing does for all.

    Args:
        tables: the scenario.
        used: processes that the plan starts.
    """
    numbers = derive(tables, pruned=False)
    processes = numbers.tables["processes"]
    usable, (least, most) = _usable(numbers), _shares(numbers)
    found = []
    for at in [k for k, name in enumerate(numbers.axes["process"].labels) if name in used]:
        elsewhere = (processes.site != processes.site[at]) & np.isfinite(usable)
        fills = elsewhere & (least[processes.item[at], processes.item] >= 1)
        helps = elsewhere & (most[processes.item[at], processes.item] > 0)
        partial = not fills.any()
        others = np.flatnonzero(helps if partial else fills)
        nearest = int(others[np.argmin(usable[others])]) if len(others) else -1
        if partial or usable[nearest] > 0:
            found.append(_single(numbers, at, nearest, usable, partial=partial))
    return found


def _single(numbers: Numbers, at: int, nearest: int, usable: Floats, *, partial: bool) -> Single:
    """A source and the one that may take its place, -1 where none may."""
    processes, names = numbers.tables["processes"], numbers.axes["process"].labels
    item, site = numbers.axes["item"].labels[processes.item[at]], numbers.axes["site"].labels[processes.site[at]]
    if nearest < 0:
        return Single(item, names[at], site, "", "", float("inf"), partial=False)
    gate = numbers.axes["gate"].labels[processes.gate[nearest]] if processes.gate[nearest] >= 0 else ""
    return Single(item, names[at], site, names[nearest], gate, float(usable[nearest]), partial)


def _usable(numbers: Numbers) -> Floats:
    """Days from the start until each process may do anything, gates passed; infinite: never, shape (processes,)."""
    uses, process = numbers.tables["uses"], numbers.axes["process"].find(numbers.tables["uses"].user)
    shut = numbers.barred.process | (numbers.outages.process <= 0)
    some = (process >= 0) & (uses.qty > 0)
    gone = numbers.barred.resource | (numbers.outages.resource <= 0)
    np.logical_or.at(shut, process[some], gone[uses.resource[some]])
    able = (numbers.capacity.process > 0) & ~shut
    opens = np.append(numbers.calendar.edges[:-1], np.inf)[np.where(able.any(axis=1), able.argmax(axis=1), -1)]
    passed = np.append(numbers.gates.passed, 0.0)[numbers.tables["processes"].gate]
    return np.asarray(np.maximum(passed, opens))


def _shares(numbers: Numbers) -> tuple[Floats, Floats]:
    """Share of the uses of an item that another may take, in the use that takes least of it and in that with most.

    Uses are slots of recipes, and needs that ask for a family whose shares ``mix`` may limit. Both of shape (items,
    items), one on the diagonal; an item that nothing uses is only itself.
    """
    recipes, deliveries, mix = numbers.recipes, numbers.deliveries, numbers.mix
    taken = recipes.role == "in"
    use = np.where(recipes.chosen, recipes.slot_of, len(recipes.slot) + np.arange(len(taken)))[taken]
    user = np.concatenate([use, len(recipes.slot) + len(taken) + deliveries.need])
    goods = np.concatenate([numbers.points.item[recipes.point[taken]], deliveries.item])
    limited = np.ones(len(deliveries.item))
    np.minimum.at(limited, mix.delivery, 1.0 + np.minimum(mix.weight.min(axis=0), 0.0))
    share = np.concatenate([recipes.share_max[taken], limited])
    count = len(numbers.axes["item"])
    least, most = np.eye(count), np.eye(count)
    _, place = np.unique(user, return_inverse=True)
    may = np.zeros((len(user) and place.max() + 1, count))
    may[place, goods] = share
    for one in np.unique(goods):
        mine = may[place[goods == one]]
        least[one], most[one] = mine.min(axis=0), mine.max(axis=0)
    for shares in (least, most):
        np.fill_diagonal(shares, 1.0)
    return least, most
