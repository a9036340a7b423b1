"""In which order activities run inside a period, and whom each of them serves."""

from __future__ import annotations

from collections import defaultdict
from heapq import heapify, heappop, heappush

import numpy as np
from numpy.typing import NDArray

from fullrate.case import Case

Ints = NDArray[np.int64]
Pairs = tuple[Ints, Ints]
"""Activities and points, pairwise."""


def ranks_of(case: Case, takes: Pairs, gives: Pairs) -> Ints:
    """Position of the first class that each activity can serve; one past the last where it serves none."""
    needs, processes, shipments = case.needs, len(case.axes["process"]), len(case.axes["shipment"])
    last = len(needs.cls)
    of_need = np.where(needs.group_of >= 0, np.append(needs.group_class, last)[needs.group_of], last)
    rank = np.full(processes + shipments + len(case.axes["delivery"]), last)
    rank[processes + shipments :] = of_need[case.deliveries.need]
    while True:
        wanted = np.full(len(case.axes["point"]), last)
        np.minimum.at(wanted, takes[1], rank[takes[0]])
        before = rank.copy()
        np.minimum.at(rank, gives[0], wanted[gives[1]])
        if np.array_equal(before, rank):
            return rank


def order_of(case: Case, takes: Pairs, at_once: Pairs, groups: Ints) -> Ints:
    """Points and activities so that what arrives in the same period is there before anybody takes of it.

    Args:
        case: the scenario.
        takes: activities and the points they take from.
        at_once: activities and the points to which something of theirs comes in the period of the start.
        groups: first group of each store; points without any are left out, unless a rival takes from them.

    Returns:
        Numbers: points as they are, activities after them; deliveries belong to their points.
    """
    points, last = len(case.axes["point"]), len(case.axes["process"]) + len(case.axes["shipment"])
    after: dict[int, set[int]] = defaultdict(set)
    for activity, point in zip(*takes, strict=True):
        if activity < last:
            after[int(point)].add(points + int(activity))
    for activity, point in zip(*at_once, strict=True):
        after[points + int(activity)].add(int(point))
    for shipment, lane in enumerate(case.shipments.lane):
        if case.tables["lanes"].min_ship[lane] > 0:
            for point in case.shipments.origin[case.shipments.lane == lane]:
                after[int(point)].add(points + len(case.axes["process"]) + shipment)
    for delivery in np.flatnonzero((case.fleet.early > 0) & (case.fleet.repairable > 0)):
        after[int(case.deliveries.point[delivery])].add(int(case.fleet.point[delivery]))
    waiting = np.zeros(points + last, np.int64)
    for followers in after.values():
        waiting[list(followers)] += 1
    ready = [node for node in range(points + last) if waiting[node] == 0]
    heapify(ready)
    order = []
    while ready:
        node = heappop(ready)
        order.append(node)
        for follower in after.get(node, ()):
            waiting[follower] -= 1
            if waiting[follower] == 0:
                heappush(ready, follower)
    order += sorted(set(range(points + last)) - set(order))  # a cycle that only a drawn lead could close
    asked = np.diff(groups[: points + 1]) > 0
    asked[case.rivals.point[case.rivals.point >= 0]] = True
    return np.array([node for node in order if node >= points or asked[node]], np.int64)
