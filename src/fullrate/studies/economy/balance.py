"""Gained and given up, side by side: by sector, region and period, never one without the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fullrate.studies.economy import crowding
from fullrate.studies.economy.accounts import Accounts
from fullrate.studies.economy.crowding import Limits
from fullrate.studies.economy.leontief import Leontief
from fullrate.studies.economy.regions import regional

Floats = NDArray[np.float64]

YEAR_D = 365.0
"""Days of a year of the tables."""
QUARTER_D = 365 / 4
"""Days within which capacity counts as a whole: stocks bridge weeks, not seasons."""
ROUNDING = 1e-9
"""What is smaller, relative to what there is, is rounding."""
WAYS = ("at best", "buyers of full sectors", "all alike")
"""Who gives way to the surge: whoever gives up least, the civil buyers of full sectors, everybody by one share."""


@dataclass(frozen=True, eq=False)
class Quarters:
    """Stretches of about a quarter of a year, made of whole periods.

    Attributes:
        days: length of each, shape (Q,).
        share: share of each stretch's days that each of its periods has, zero for others, shape (T, Q).
    """

    days: Floats
    share: Floats

    @staticmethod
    def of(edges: Floats) -> Quarters:
        """Stretches over a calendar with these edges; a short rest at the end belongs to the last one."""
        lengths = np.diff(edges)
        count = max(int(np.floor(edges[-1] / QUARTER_D + 0.5)), 1)
        belongs = np.minimum(((edges[:-1] + edges[1:]) / 2 // QUARTER_D).astype(int), count - 1)
        _, belongs = np.unique(belongs, return_inverse=True)
        inside = belongs[:, None] == np.arange(belongs.max() + 1)
        days = lengths @ inside
        return Quarters(days, lengths[:, None] * inside / days)

    def gathered(self, each: Floats) -> Floats:
        """Amounts by period, shape (..., T), as amounts by stretch, shape (..., Q)."""
        return np.asarray(each @ (self.share > 0))

    def spread(self, each: Floats) -> Floats:
        """Amounts by stretch, shape (..., Q), as amounts by period, shape (..., T)."""
        return np.asarray(each @ self.share.T)


def engaged(accounts: Accounts, leontief: Leontief, demand: Floats, delta: float) -> Floats:
    """Output that the surge engages by sector, region and period, direct and indirect.

    The paid sector produces in its region; of the inputs the region supplies itself what the location quotient says,
    and other regions the rest in proportion to the jobs they have in each sector.

    Args:
        accounts: the economy.
        leontief: its factorised home-made coefficients.
        demand: spending on home-made goods, shape (n, R, T).
        delta: exponent of the location quotient.
    """
    nation = accounts.employment.sum(axis=1)
    output = np.zeros(demand.shape)
    for r in range(len(accounts.region)):
        if not demand[:, r].any():
            continue
        whole = leontief.output(demand[:, r])
        if not accounts.regions_known:
            output[:, r] += whole
            continue
        here = accounts.employment[:, r]
        own = Leontief.of(regional(accounts.home, here, nation, delta)).output(demand[:, r])
        others = np.where(np.arange(len(accounts.region)) == r, 0.0, accounts.employment)
        among = others.sum(axis=1, keepdims=True)
        share = np.divide(others, among, out=np.zeros(others.shape), where=among > 0)
        share[among[:, 0] == 0, r] = 1.0
        output[:, r] += own
        output += share[:, :, None] * (whole - own)[:, None, :]
    return output


def limits_of(accounts: Accounts, leontief: Leontief, quarters: Quarters, slack: float) -> Limits:
    """What the economy may produce in each quarter; with no surge, all it uses now fits.

    A capacity that is not stated is what present final use takes, not the output as printed: numbers rounded to
    millions differ by more than a small surge needs, and what is missing there would look like idle capacity.

    Args:
        accounts: the economy.
        leontief: its factorised home-made coefficients.
        quarters: stretches of time.
        slack: share of its capacity by which a sector whose capacity is not stated can produce more than it does.
    """
    share = quarters.days / YEAR_D
    now = leontief.output(accounts.final)
    capacity = np.where(accounts.stated, np.maximum(accounts.capacity, now), now * (1 + slack))
    jobs, labour = np.zeros((0, len(now))), np.zeros((0, len(share)))
    if accounts.labour is not None:
        there = accounts.employment.sum(axis=1, keepdims=True)
        place = np.divide(accounts.employment, there, out=np.zeros(accounts.employment.shape), where=there > 0)
        jobs = (place * accounts.jobs[:, None]).T
        labour = np.outer(jobs @ now * (1 + accounts.labour), share)
    return Limits(
        np.outer(accounts.final, share), np.outer(accounts.floor, share), np.outer(capacity, share), jobs, labour
    )


@dataclass(frozen=True, eq=False)
class Lost:
    """What others go without.

    Attributes:
        final: final use given up by way and quarter, arrays (n, Q).
        output: output given up with it, direct and indirect, arrays (n, Q).
        short: part of the surge that does not fit even at best, shape (n, Q).
        residual: largest violation of a limit in the program of the answer at best, recomputed.
        gap: how far that program is from the answer, as a share of all final use; zero where it is the answer.
        full: sectors that surge and present use together would overfill, shape (n, Q).
        enough: share of more capacity in every sector with which nothing would be given up for want of it.
    """

    final: Mapping[str, Floats]
    output: Mapping[str, Floats]
    short: Floats
    residual: float
    gap: float
    full: NDArray[np.bool_]
    enough: float


def lost(leontief: Leontief, limits: Limits, surge: Floats) -> Lost:
    """What others go without beside a surge, shape (n, Q), by every way there is."""
    best = crowding.best(leontief, limits, surge, np.ones(len(surge)))
    known, proved = crowding.yielding(leontief, limits, surge)
    kept = {WAYS[0]: np.where(proved, known, best.final), WAYS[2]: crowding.alike(leontief, limits, surge).final}
    if proved.all():
        kept = {WAYS[0]: kept[WAYS[0]], WAYS[1]: known, WAYS[2]: kept[WAYS[2]]}
    final = {way: given_up(limits.final, one) for way, one in kept.items()}
    over = leontief.output(limits.final + surge) / np.where(limits.capacity > 0, limits.capacity, np.inf) - 1
    output = {way: leontief.output(one) for way, one in final.items()}
    short = np.where(proved, 0.0, best.short)
    gap = float(np.abs(best.final - best.short - kept[WAYS[0]] + short).sum() / np.abs(limits.final).sum())
    return Lost(final, output, short, best.residual, gap, over > ROUNDING, float(over.max(initial=0.0)))


def given_up(wanted: Floats, kept: Floats) -> Floats:
    """Final use that is not kept, without rounding."""
    return np.asarray(np.where(wanted - kept > ROUNDING * (1 + np.abs(wanted)), wanted - kept, 0.0), float)


def placing(accounts: Accounts) -> Floats:
    """Share of each region in the jobs of each sector, shape (n, R); the rest where a sector has none."""
    whole = accounts.employment.sum(axis=1, keepdims=True)
    share = np.divide(accounts.employment, whole, out=np.zeros(accounts.employment.shape), where=whole > 0)
    share[whole[:, 0] == 0, -1] = 1.0
    return np.asarray(share)
