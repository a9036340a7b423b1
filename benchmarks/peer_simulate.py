"""The same network executed by SimPy, one works after the other in events, and by NumPy over samples at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import simpy

from benchmarks.network import FAILURES, REPAIR, SPARE, WEEK, YIELDS, leads, rates, suppliers

CATCH_UP = 1.25
CHUNK = 1000
"""Samples that NumPy takes at once: what a cache and a machine's memory like."""


def by_simpy(nodes: int, weeks: int, need: float, seed: int) -> int:
    """Week (1-based) in which the need is met in one sample; one past the last if it is not."""
    luck, env = np.random.default_rng(seed), simpy.Environment()
    rate, begin = rates(nodes)
    lead = leads(nodes)
    stock = [0.0] * nodes
    met = [0.0, weeks + 1]

    def machine(node: int) -> Iterator[Any]:
        """Failures of a machine: each is over after the repair, or at the next one."""
        until = 0.0
        while True:
            yield env.timeout(luck.exponential(365 / FAILURES))
            fails[node].append((max(env.now, until), env.now + REPAIR))
            until = env.now + REPAIR

    def arrives(event: Any) -> None:
        node, amount = event.value
        stock[node] += amount

    def works() -> Iterator[Any]:
        """All works in their order at the end of each week, what is due being there."""
        gap = [0.0] * nodes
        for week in range(weeks):
            yield env.timeout(WEEK - (0.0 if week else 0.5))
            first, last = week * WEEK, (week + 1) * WEEK
            for node in reversed(range(nodes)):
                gap[node] += rate[node] if week >= begin[node] else 0.0
                lost = sum(max(min(end, last) - max(since, first), 0.0) for since, end in fails[node])
                want = min(gap[node], CATCH_UP * rate[node] if week >= begin[node] else 0.0)
                below = suppliers(node, nodes)
                x = min([want, SPARE * rate[node] * (1 - lost / WEEK), *(stock[child] for child in below)])
                gap[node] -= x
                for child in below:
                    stock[child] -= x
                if x > 0:
                    good = (node, x * luck.uniform(*YIELDS))
                    env.timeout(lead[node] * WEEK - 0.25, good).callbacks.append(arrives)
                fails[node] = [one for one in fails[node] if one[1] > last]
            met[0] += stock[0]
            stock[0] = 0.0
            if met[0] >= need * (1 - 1e-9) and met[1] > weeks:
                met[1] = week + 1

    fails: list[list[tuple[float, float]]] = [[] for _ in range(nodes)]
    for node in range(nodes):
        env.process(machine(node))
    env.process(works())
    env.run(until=weeks * WEEK)
    return int(met[1])


def by_numpy(nodes: int, weeks: int, need: float, samples: int, seed: int) -> np.ndarray[Any, Any]:
    """Week in which the need is met in each sample, works and weeks in loops, samples in arrays."""
    return np.concatenate(
        [_chunk(nodes, weeks, need, min(CHUNK, samples - at), seed + at) for at in range(0, samples, CHUNK)]
    )


def _chunk(nodes: int, weeks: int, need: float, count: int, seed: int) -> np.ndarray[Any, Any]:
    luck = np.random.default_rng(seed)
    rate, begin = rates(nodes)
    lead = leads(nodes)
    stock, gap = np.zeros((nodes, count)), np.zeros((nodes, count))
    way = np.zeros((nodes, 4, count))
    due = luck.exponential(365 / FAILURES, (nodes, count))
    until = np.full((nodes, count), -1.0)
    met, reached = np.zeros(count), np.full(count, weeks + 1)
    for week in range(weeks):
        first, last = week * WEEK, (week + 1) * WEEK
        for node in range(nodes):
            stock[node] += way[node, week % 4]
            way[node, week % 4] = 0.0
        for node in reversed(range(nodes)):
            lost = np.clip(np.minimum(until[node], last) - first, 0.0, None)
            while (due[node] < last).any():
                now = due[node] < last
                since = np.maximum(due[node], np.maximum(until[node], first))
                end = due[node] + REPAIR
                lost += np.where(now, np.clip(np.minimum(end, last) - since, 0.0, None), 0.0)
                until[node] = np.where(now, end, until[node])
                due[node] = np.where(now, due[node] + luck.exponential(365 / FAILURES, count), due[node])
            if week < begin[node]:
                continue
            gap[node] += rate[node]
            x = np.minimum(gap[node], np.minimum(CATCH_UP * rate[node], SPARE * rate[node] * (1 - lost / WEEK)))
            for child in suppliers(node, nodes):
                np.minimum(x, stock[child], out=x)
            gap[node] -= x
            for child in suppliers(node, nodes):
                stock[child] -= x
            way[node, (week + lead[node]) % 4] += x * luck.uniform(*YIELDS, count)
        met += stock[0]
        stock[0] = 0.0
        reached = np.where((met >= need * (1 - 1e-9)) & (reached > weeks), week + 1, reached)
    return reached
