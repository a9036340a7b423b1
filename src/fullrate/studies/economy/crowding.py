"""What others go without when a surge comes first: at best, and when everybody is cut alike.

At best is a linear program: keep as much civil final use as capacities, jobs and floors allow. At worst is proportional
rationing: all civil final use is cut by one share, as when every customer of a full sector gets the same share of his
order and no input replaces another (Pichler & Farmer 2022 compare such schemes). The truth lies between.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fullrate.case.axes import Axis
from fullrate.lp.assemble import LP, assemble
from fullrate.lp.axes import Relation, block, numbered
from fullrate.lp.rows import Rows
from fullrate.planning import solve_lp
from fullrate.studies.economy.leontief import Leontief, mixed

Floats = NDArray[np.float64]

SHORT = 1e3
"""Price of a unit of the surge that does not fit, in units of civil final use: it comes first as far as it can."""
FITS = 1e-6
"""Share of the surge below which nothing of it is missing."""
AUDITED = 1e-6
"""Violation of a limit, relative to it, above which an answer is none."""


ROUNDS = 100
"""Guesses at which sectors are full; a few are enough."""
STRETCHES = 64
"""Stretches of time of one linear program."""


@dataclass(frozen=True, eq=False)
class Limits:
    """What may be produced in each of Q stretches of time, all money in one unit.

    Attributes:
        final: civil final use of home-made goods; below zero it is a supply and stays; shape (n, Q).
        floor: the part of it that has to be kept, shape (n, Q).
        capacity: most output, shape (n, Q).
        jobs: job-years per unit of output by region, shape (R, n); no rows where labour limits nothing.
        labour: job-years there are, shape (R, Q).
    """

    final: Floats
    floor: Floats
    capacity: Floats
    jobs: Floats
    labour: Floats

    def at(self, which: NDArray[np.int64]) -> Limits:
        """The same for some of the stretches, in that order and as often as they are named."""
        final, floor, capacity = (one[:, which] for one in (self.final, self.floor, self.capacity))
        return Limits(final, floor, capacity, self.jobs, self.labour[:, which])


@dataclass(frozen=True, eq=False)
class Kept:
    """What is left to others.

    Attributes:
        final: civil final use that is kept, shape (n, Q).
        short: the part of the surge that does not fit even so, shape (n, Q).
        residual: largest violation of a limit, recomputed, relative to the size of the limit.
    """

    final: Floats
    short: Floats
    residual: float


def best(leontief: Leontief, limits: Limits, surge: Floats, price: Floats) -> Kept:
    """Most civil final use beside a surge, at these prices: shapes (n, Q) and (n,).

    Maximise ``sum p g`` subject to ``(I - A) x >= g + surge``, ``x <= capacity``, ``jobs x <= labour`` and
    ``floor <= g <= final``.

    Raises:
        RuntimeError: the program has no sound answer, or one that breaks a limit when it is read again.
    """
    lp = program(leontief.a, limits, surge, price)
    answer = solve_lp(lp)
    if not answer.sound:
        raise RuntimeError(f"the program of what is crowded out is {answer.status}")
    n, stretches = surge.shape
    x, g, short = answer.x.reshape(3, n, stretches)
    residual = violation(leontief.a, limits, surge, x, g, short)
    if residual > AUDITED:
        raise RuntimeError(f"the program of what is crowded out breaks a limit by {residual:.1e} of it")
    return Kept(g, np.maximum(short, 0.0), residual)


def program(a: Floats, limits: Limits, surge: Floats, price: Floats) -> LP:
    """The linear program of ``best``: columns produce, keep and short by sector and stretch of time."""
    n, stretches = surge.shape
    sector, period = Axis("sector", tuple(map(str, range(n)))), Axis("period", tuple(map(str, range(1, stretches + 1))))
    first, count = np.zeros(n, np.int64), np.full(n, stretches)
    scale = np.maximum(np.where(np.isfinite(limits.capacity), limits.capacity, 0.0).max(axis=1), 1.0)
    low = np.minimum(limits.final, limits.floor)
    cols = numbered(
        [
            block("produce", sector, period, first, count, upper=limits.capacity, scale=scale),
            block("keep", sector, period, first, count, lower=low, upper=limits.final, scale=scale),
            block("short", sector, period, first, count, scale=scale),
        ]
    )
    net = np.eye(n) - a
    sold, made = np.nonzero(net)
    produced = cols["produce"].each(Relation(sector, made, sold, net[sold, made]))
    balance = Rows("balance", (sector, period)).plus(produced, cols["short"].terms).minus(cols["keep"].terms)
    rows = [balance.at_least(surge)]
    if len(limits.jobs):
        region = Axis("region", tuple(map(str, range(len(limits.jobs)))))
        where, made = np.nonzero(limits.jobs)
        people = cols["produce"].each(Relation(region, made, where, limits.jobs[where, made]))
        rows.append(Rows("labour", (region, period)).plus(people).at_most(limits.labour))
    cost = np.concatenate([np.zeros(n * stretches), -np.repeat(price, stretches), np.full(n * stretches, SHORT)])
    return assemble(list(cols.values()), rows).minimising(cost)


def violation(a: Floats, limits: Limits, surge: Floats, x: Floats, g: Floats, short: Floats) -> float:
    """Largest violation of any limit, relative to one and the limit; nothing here knows of the program."""
    lack = (surge + g - short) - (x - a @ x)
    pairs = [(lack, x), (x - limits.capacity, limits.capacity), (g - limits.final, limits.final)]
    pairs += [(np.minimum(limits.floor, limits.final) - g, limits.floor), (-x, x), (-short, short)]
    if len(limits.jobs):
        pairs.append((limits.jobs @ x - limits.labour, limits.labour))
    sizes = [np.where(np.isfinite(size), np.abs(size), 0.0) for _, size in pairs]
    return float(max((over / (1 + size)).max(initial=0.0) for (over, _), size in zip(pairs, sizes, strict=True)))


def alike(leontief: Leontief, limits: Limits, surge: Floats) -> Kept:
    """Civil final use cut by one share in each stretch of time, above its floor, so that everything fits."""
    kept = np.minimum(limits.final, np.clip(limits.floor, 0.0, None))
    free = leontief.output(limits.final - kept)
    bound = leontief.output(kept + surge)
    use = np.concatenate([free, limits.jobs @ free])
    room = np.concatenate([limits.capacity - bound, limits.labour - limits.jobs @ bound])
    most = np.divide(room, use, out=np.full(use.shape, np.inf), where=use > 1e-12 * np.abs(room).max(initial=1.0))
    share = np.clip(most.min(axis=0), 0.0, 1.0)
    final = kept + share * (limits.final - kept)
    over = leontief.output(final + surge) - limits.capacity
    missing = np.where(over > FITS * (1 + np.abs(bound)), over, 0.0)
    return Kept(final, missing, 0.0)


def yielding(leontief: Leontief, limits: Limits, surge: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Civil final use if only civil buyers of full sectors give way, shape (n, Q), and where that is enough, (Q,).

    The mixed model: a sector that would be overfull produces its capacity, and its final buyers get what is left. Which
    sectors are full is found by trying: those that would be overfull join, those that need not be held leave.

    Where it is enough, it is what ``best`` keeps at prices of one, and others cannot lose less in all: with a price of
    one on what full sectors sell, the prices of all others follow from their buyers', lie between zero and one since
    nobody takes more than a unit of inputs for a unit of output, and no other way of giving way is worth more at them
    (duality of linear programs; Dantzig 1963). A solver is exact to a share of the whole economy only.
    """
    wanted = limits.final + surge
    near, full = 1e-9 * (1 + limits.capacity), np.zeros(surge.shape, bool)
    final, open_ = wanted.copy(), np.arange(surge.shape[1])
    for _ in range(ROUNDS):
        x, sold = _held(leontief.a, wanted[:, open_], full[:, open_], limits.capacity[:, open_])
        low, high = wanted[:, open_] + near[:, open_], limits.capacity[:, open_] + near[:, open_]
        now = (full[:, open_] & (sold < low)) | (~full[:, open_] & (x > high))
        final[:, open_] = sold
        moved = (now != full[:, open_]).any(axis=0)
        full[:, open_] = now
        open_ = open_[moved]
        if not len(open_):
            break
    kept = np.minimum(final, wanted) - surge
    low = np.minimum(limits.final, limits.floor)
    enough = np.asarray((kept >= low - FITS * (1 + np.abs(low))).all(axis=0))
    enough[open_] = False
    people = limits.jobs @ leontief.output(kept + surge) - limits.labour
    return kept, enough & (people <= FITS * (1 + limits.labour)).all(axis=0)


def _held(a: Floats, wanted: Floats, full: NDArray[np.bool_], capacity: Floats) -> tuple[Floats, Floats]:
    """Output and final demand of stretches whose full sectors produce their capacity; one solution per set of them."""
    sets, of = np.unique(full, axis=1, return_inverse=True)
    x, final = np.zeros(wanted.shape), np.zeros(wanted.shape)
    for which in range(sets.shape[1]):
        same = of.ravel() == which
        x[:, same], final[:, same] = mixed(a, wanted[:, same], sets[:, which], capacity[:, same])
    return x, final


def least(leontief: Leontief, limits: Limits, surge: Floats) -> Kept:
    """As ``best`` at prices of one, for many stretches of time at once: a program is solved only where it is needed."""
    final, enough = yielding(leontief, limits, surge)
    short, residual = np.zeros(surge.shape), 0.0
    rest = np.flatnonzero(~enough)
    for begin in range(0, len(rest), STRETCHES):
        part = rest[begin : begin + STRETCHES]
        kept = best(leontief, limits.at(part), surge[:, part], np.ones(len(surge)))
        final[:, part], short[:, part], residual = kept.final, kept.short, max(residual, kept.residual)
    return Kept(final, short, residual)


def overproduction(alpha: float, demand: float, output: float, days: float = 1.0) -> float:
    """How far above its usual capacity a short sector produces a little later (ARIO; Hallegatte 2008).

    Args:
        alpha: output it can reach over its usual output.
        demand: what is ordered from it.
        output: what it produces.
        days: time step.

    Returns:
        ``alpha`` after the step: it climbs towards 1.25 within a year by the share of demand that is not met, and falls
        back to 1 within a year when nothing is short.
    """
    scarcity = max(demand - output, 0.0) / demand if demand > 0 else 0.0
    rest = (1.25 - alpha) * scarcity if scarcity > 0 else 1.0 - alpha
    return alpha + rest * days / 365
