"""Dates of gates: the critical path with failed tries, sampled over the whole network.

Try ``j`` passes with probability ``1 - (1 - pass) (1 - fix)**(j - 1)``; a gate that needed ``k`` tries lasted
``duration + (k - 1) retry``. The plan uses one quantile of each gate's completion over the network, since medians do
not add. After the last try the gate stays shut. A gate with a target for the mean time between failures takes the test
hours that its growth still needs besides, in every sample others, since few failures leave the growth uncertain.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fullrate.case.axes import Axis, Coded
from fullrate.case.growth import fitted, hours_ahead
from fullrate.draws import stream

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SAMPLES = 4096
"""Samples of the network."""


@dataclass(frozen=True, eq=False)
class Gates:
    """Days after the start on which each gate begins and is passed, shape (gates,); infinite when it never is."""

    begins: Floats
    passed: Floats


def gates_of(gates: Coded, links: Coded, failures: Coded, names: Axis, quantile: float, seed: int) -> Gates:
    """Dates of the gates at ``quantile`` (0..1) of their completion."""
    certain = bool(np.all((gates["pass"] >= 1) & np.isnan(gates.mtbf_target)))
    samples = 1 if certain else SAMPLES
    tries = (
        np.stack([_tries(gates, at, label, samples, seed) for at, label in enumerate(names.labels)])
        if len(names)
        else np.zeros((0, 1))
    )
    retry = np.where(np.isnan(gates.retry_d), gates.duration_d, gates.retry_d)
    extra = (np.where(np.isfinite(tries), tries, 1.0) - 1) * retry[:, None]
    first = gates.duration_d[:, None] + _tested(gates, failures, names, samples, seed)
    lasted = np.where(np.isfinite(tries), first + extra, np.inf)
    begun = _network(gates, links, names, lasted)
    return Gates(_quantile(begun, quantile), _quantile(begun + lasted, quantile))


def _tries(gates: Coded, gate: int, label: str, samples: int, seed: int) -> Floats:
    """Tries each sample needs, infinite when all fail."""
    most = int(gates.max_tries[gate])
    passes = 1 - (1 - gates["pass"][gate]) * (1 - gates.fix[gate]) ** np.arange(most)
    luck = stream(seed, "gate", label).random((samples, most))
    passed = luck < passes[None, :]
    return np.where(passed.any(axis=1), passed.argmax(axis=1) + 1.0, np.inf)


def _tested(gates: Coded, failures: Coded, names: Axis, samples: int, seed: int) -> Floats:
    """Days of test that growth still needs, shape (gates, samples); none without a target."""
    days = np.zeros((len(names), samples))
    for gate in np.flatnonzero(~np.isnan(gates.mtbf_target)):
        growth = fitted(sorted(failures.hours[failures.gate == gate]))
        luck = stream(seed, "growth", names.labels[gate])
        days[gate] = hours_ahead(growth, float(gates.mtbf_target[gate]), samples, luck) / gates.test_h[gate]
    return days


def _network(gates: Coded, links: Coded, names: Axis, lasted: Floats) -> Floats:
    """Day each gate begins in each sample, shape (gates, samples): the latest of its links (critical path)."""
    before, after = names.find(links.before), names.find(links.after)
    begun = np.zeros_like(lasted)
    for gate in _order(len(names), before, after):
        for link in np.flatnonzero(after == gate):
            first = before[link]
            done = begun[first] + lasted[first] - links.overlap[link] * gates.duration_d[first]
            ready = begun[first] if links.kind[link] == "SS" else done
            begun[gate] = np.maximum(begun[gate], ready + links.lag_d[link])
    return begun


def _order(count: int, before: Ints, after: Ints) -> list[int]:
    """Gates so that each comes after those it waits for; the checker has refused cycles."""
    waiting = np.bincount(after, minlength=count) if len(after) else np.zeros(count, np.int64)
    order = [gate for gate in range(count) if waiting[gate] == 0]
    for gate in order:
        for follower in after[before == gate]:
            waiting[follower] -= 1
            if waiting[follower] == 0:
                order.append(int(follower))
    return order


def _quantile(days: Floats, quantile: float) -> Floats:
    """Smallest sampled day that at least a share ``quantile`` of the samples do not exceed."""
    if not len(days):
        return np.zeros(0)
    rank = max(int(np.ceil(quantile * days.shape[1] - 1e-9)), 1) - 1
    return np.sort(days, axis=1)[:, rank]
