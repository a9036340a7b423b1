"""Dates of gates: the critical path with failed tries, sampled over the whole network.

Try ``j`` passes with probability ``1 - (1 - pass) (1 - fix)**(j - 1)``; a gate that needed ``k`` tries lasted
``duration + (k - 1) retry``. The plan uses one quantile of each gate's completion over the network, since medians do
not add. After the last try the gate stays shut. A gate with a target for the mean time between failures takes the test
hours that its growth still needs besides, in every sample others, since few failures leave the growth uncertain. One
that began before the gate in front of it was passed does a share of its first try again if that one fails at first.

A gate that uses up articles, or waits for one that does, begins when the plan decides. It has no date here but the
earliest, and the days it lasts are the quantile of its own tries; the checker refuses growth there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fullrate.case.axes import Axis, Coded
from fullrate.case.growth import fitted, hours_ahead
from fullrate.draws import stream
from fullrate.tables import Config

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SAMPLES = 4096
"""Samples of the network."""


@dataclass(frozen=True, eq=False)
class Gates:
    """Gates of a scenario, shape (gates,) each.

    Attributes:
        begins: day after the start on which each gate begins, infinite when it never does; the earliest if decided.
        passed: day on which it is passed, likewise.
        decided: whether the plan decides when it begins.
        lasts: days a decided gate takes from its begin, infinite when it is not passed at the quantile.
        tries: tries a decided gate is planned with.
        begun: whether the plan decided when it began, and it has: if it is decided now, that is the rest of its tries.
        ready: day before which the rest cannot begin; zero for all others.
    """

    begins: Floats
    passed: Floats
    decided: NDArray[np.bool_]
    lasts: Floats
    tries: Floats
    begun: NDArray[np.bool_]
    ready: Floats


def gates_of(gates: Coded, links: Coded, failures: Coded, names: Axis, config: Config) -> Gates:
    """Dates of the gates at ``gate_quantile`` of their completion; none begins before the day of ``decided``."""
    quantile, seed = config.gate_quantile, config.seed
    decided = _decided(gates, links, names)
    certain = bool(np.all(((gates["pass"] >= 1) & np.isnan(gates.mtbf_target))[~decided]))
    samples = 1 if certain else SAMPLES
    planned = _planned(gates, quantile)
    tries = (
        np.stack([_tries(gates, at, label, samples, seed) for at, label in enumerate(names.labels)])
        if len(names)
        else np.zeros((0, 1))
    )
    tries = np.where(decided[:, None], planned[:, None], tries)
    retry = np.where(np.isnan(gates.retry_d), gates.duration_d, gates.retry_d)
    extra = (np.where(np.isfinite(tries), tries, 1.0) - 1) * retry[:, None]
    first = gates.duration_d[:, None] + _tested(gates, failures, names, samples, seed)
    lasted = np.where(np.isfinite(tries), first + extra, np.inf)
    failed = (tries > 1) & ~decided[:, None]
    begun, done = follow(
        links, names, lasted, failed, gates.duration_d[:, None], links.lag_d[:, None], config.decided_d
    )
    begins, passed = _quantile(begun, quantile), _quantile(begun + done, quantile)
    lasts = np.where(decided, lasted[:, 0], np.inf)
    _bring_forward(gates, links, names, (begins, passed), (decided, lasts), config.decided_d)
    count = np.where(np.isfinite(planned), planned, gates.max_tries)
    return Gates(begins, passed, decided, lasts, count, np.zeros(len(names), bool), np.zeros(len(names)))


def asks(gates: Coded, uses: Coded, names: Axis) -> NDArray[np.bool_]:
    """Gates that have a cost or load a resource, mask of shape (gates,)."""
    user = names.find(uses.user)
    mask: NDArray[np.bool_] = gates.cost > 0
    mask[user[(user >= 0) & (uses.qty > 0)]] = True
    return mask


def _decided(gates: Coded, links: Coded, names: Axis) -> NDArray[np.bool_]:
    """Gates that use up articles, and all that wait for them."""
    decided: NDArray[np.bool_] = gates.needs_item >= 0
    before, after = names.find(links.before), names.find(links.after)
    for gate in ordered(len(names), before, after):
        decided[gate] |= bool(decided[before[after == gate]].any())
    return decided


def _planned(gates: Coded, quantile: float) -> Floats:
    """Fewest tries of which a share ``quantile`` pass at the latest, infinite when ``max_tries`` are too few."""
    planned = np.full(len(gates), np.inf)
    for gate, most in enumerate(gates.max_tries.astype(int)):
        fails = (1 - gates["pass"][gate]) * (1 - gates.fix[gate]) ** np.arange(most)
        enough = np.flatnonzero(1 - np.cumprod(fails) >= quantile - 1e-9)
        planned[gate] = enough[0] + 1 if len(enough) else np.inf
    return planned


def _bring_forward(
    gates: Coded,
    links: Coded,
    names: Axis,
    days: tuple[Floats, Floats],
    own: tuple[NDArray[np.bool_], Floats],
    start: float,
) -> None:
    """Earliest days of decided gates, in place: each waits for ``start`` and the planned day of those before."""
    (begins, passed), (decided, lasts) = days, own
    before, after = names.find(links.before), names.find(links.after)
    for gate in ordered(len(names), before, after):
        if decided[gate]:
            mine = np.flatnonzero(after == gate)
            first = before[mine]
            done = passed[first] - links.overlap[mine] * gates.duration_d[first]
            ready = np.where(links.kind[mine] == "SS", begins[first], done) + links.lag_d[mine]
            begins[gate] = ready.max(initial=start)
            passed[gate] = begins[gate] + lasts[gate]


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


def follow(
    links: Coded,
    names: Axis,
    lasted: Floats,
    failed: NDArray[np.bool_],
    duration: Floats,
    lag: Floats,
    start: float = 0.0,
) -> tuple[Floats, Floats]:
    """Day each gate begins, the latest of its links (critical path), and days it lasts, shape (gates, samples) each.

    A gate that began before one in front of it was passed has a share of its first try to do again if that one's first
    try fails: it lasts longer by the largest such share of its links.

    Args:
        links: which gate waits for which.
        names: the gates.
        lasted: days each gate lasts if nothing is done again, shape (gates, samples).
        failed: whether the first try of each gate fails, shape (gates, samples).
        duration: days of the first try, of which a share may overlap, shape (gates, samples or 1).
        lag: days between, shape (links, samples or 1).
        start: day before which none begins.
    """
    before, after = names.find(links.before), names.find(links.after)
    begun, lasted = np.full_like(lasted, start), lasted.copy()
    for gate in ordered(len(names), before, after):
        for link in np.flatnonzero(after == gate):
            first = before[link]
            done = begun[first] + lasted[first] - links.overlap[link] * duration[first]
            ready = begun[first] if links.kind[link] == "SS" else done
            begun[gate] = np.maximum(begun[gate], ready + lag[link])
        again = np.zeros_like(begun[gate])
        for link in np.flatnonzero((after == gate) & (links.redo > 0)):
            first = before[link]
            early = failed[first] & (begun[gate] < begun[first] + lasted[first])
            again = np.maximum(again, np.where(early, links.redo[link], 0.0))
        lasted[gate] += again * duration[gate]
    return begun, lasted


def ordered(count: int, before: Ints, after: Ints) -> list[int]:
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
