"""Directed graphs: cycles of those given as two arrays of node numbers, and what edges lead to."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Node = TypeVar("Node", int, str)


def on_cycles(source: Ints, target: Ints, nodes: int) -> NDArray[np.bool_]:
    """Edges left when nodes without a way in or a way out are taken off again and again.

    Every edge on a cycle is left; where nothing is left there is no cycle.
    """
    left = np.ones(len(source), bool)
    for _ in range(nodes + 1):
        ins = np.bincount(target[left], minlength=nodes)
        outs = np.bincount(source[left], minlength=nodes)
        keep = left & (ins[source] > 0) & (outs[target] > 0)
        if keep.sum() == left.sum():
            break
        left = keep
    return left


def components(source: Ints, target: Ints, nodes: int) -> Ints:
    """Strongly connected component of each node; nodes on no cycle get -1. Tarjan, without recursion."""
    left = on_cycles(source, target, nodes)
    label = np.full(nodes, -1, np.int64)
    if not left.any():
        return label
    after: dict[int, list[int]] = {}
    for a, b in zip(source[left].tolist(), target[left].tolist(), strict=True):
        after.setdefault(a, []).append(b)
    order: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    held: set[int] = set()
    count = 0
    for root in after:
        if root in order:
            continue
        work = [(root, 0)]
        while work:
            node, place = work.pop()
            if place == 0:
                order[node] = low[node] = len(order)
                stack.append(node)
                held.add(node)
            elif after[node][place - 1] in held:
                low[node] = min(low[node], low[after[node][place - 1]])
            for at in range(place, len(after.get(node, ()))):
                other = after[node][at]
                if other not in order:
                    work += [(node, at + 1), (other, 0)]
                    break
                if other in held:
                    low[node] = min(low[node], order[other])
            else:
                if low[node] == order[node]:
                    member = stack[stack.index(node) :]
                    del stack[-len(member) :]
                    held.difference_update(member)
                    if len(member) > 1 or node in after.get(node, ()):
                        label[member] = count
                        count += 1
    return label


def one_cycle(edges: Sequence[tuple[int, int]]) -> list[int]:
    """Places in ``edges`` of a shortest cycle through the first edge's start; empty if there is none."""
    after: dict[int, list[int]] = {}
    for place, (a, _) in enumerate(edges):
        after.setdefault(a, []).append(place)
    for start in dict.fromkeys(a for a, _ in edges):
        came: dict[int, int] = {}
        queue = deque([start])
        while queue:
            node = queue.popleft()
            for place in after.get(node, ()):
                other = edges[place][1]
                if other == start:
                    return _walk_back(edges, came, place, start)
                if other not in came:
                    came[other] = place
                    queue.append(other)
    return []


def _walk_back(edges: Sequence[tuple[int, int]], came: dict[int, int], last: int, start: int) -> list[int]:
    path = [last]
    while edges[path[-1]][0] != start:
        path.append(came[edges[path[-1]][0]])
    return path[::-1]


def closure(begin: set[Node], edges: Iterable[tuple[Node, Node]]) -> set[Node]:
    """Nodes that edges lead to from some, and those themselves."""
    following: dict[Node, list[Node]] = defaultdict(list)
    for node, other in edges:
        following[node].append(other)
    found, waiting = set(begin), list(begin)
    while waiting:
        for other in following[waiting.pop()]:
            if other not in found:
                found.add(other)
                waiting.append(other)
    return found
