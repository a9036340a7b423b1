"""Economy: output of 411 sectors in 156 periods of 1,024 samples, one factorisation against a solve per sample.

The coefficients are drawn with a fixed seed and as dense as published ones. Demand falls on a dozen sectors, as that of
a plan does; or on all. Two things are measured, each against ``numpy.linalg.solve`` on the same numbers, which
factorises every time it is called:

- all outputs, by sector, period and sample. The peers call it for every sample and period, as one would write it first,
  and for every sample with all its periods: 1,024 factorisations, each with 156 right-hand sides;
- what bands are made of, output by sector over all time and jobs by period, for every sample. The peer is the second
  one above, and sums up what it finds: a solve per sample leaves no shorter way, one factorisation does, since sums of
  right-hand sides are right-hand sides and one solution of the transposed system gives jobs per unit of any demand.

As the peers take minutes, a few samples are measured and the time is scaled.
"""

from __future__ import annotations

import sys

import numpy as np
from numpy.typing import NDArray

from benchmarks.measure import ask, clock, interleaved, machine, quartiles, ratios, report, table
from fullrate.studies.economy.leontief import Leontief

SECTORS, PERIODS, SAMPLES = 411, 156, 1024
PAID = {"a dozen sectors": 12, "all sectors": SECTORS}
FEW = {"period": 1, "sample": 16, "sums": 16}
"""Samples the peers are measured on."""
PIECE = 16
"""Samples of one right-hand side: what fits well into the memory of a small machine."""
ROUNDS = 5
Floats = NDArray[np.float64]


def economy(paid: int, samples: int) -> tuple[Floats, Floats]:
    """Coefficients, shape (n, n), and demand, shape (samples, n, periods)."""
    draw = np.random.default_rng(1)
    a = draw.uniform(0, 1, (SECTORS, SECTORS)) * (draw.uniform(0, 1, (SECTORS, SECTORS)) < 0.5)
    a *= 0.45 / a.sum(axis=0)
    demand = np.zeros((samples, SECTORS, PERIODS))
    demand[:, draw.choice(SECTORS, paid, replace=False)] = draw.uniform(0, 1, (samples, paid, PERIODS))
    return a, demand


def ours(a: Floats, demand: Floats) -> dict[str, float]:
    """Everything, in pieces of samples."""
    leontief = Leontief.of(a)
    for begin in range(0, SAMPLES, PIECE):
        found = leontief.output(np.moveaxis(demand[begin : begin + PIECE], 0, 1))
    return {"first": float(leontief.output(demand[0, :, 0]).sum()), "last": float(found[:, -1, -1].sum())}


def bands(a: Floats, demand: Floats) -> dict[str, float]:
    """Output by sector over all time, and jobs by period, of every sample."""
    leontief, always = Leontief.of(a), np.ones(PERIODS)
    each, whole, by_period = leontief.multipliers(jobs()), np.zeros((SECTORS, SAMPLES)), np.zeros((SAMPLES, PERIODS))
    for sample, one in enumerate(demand):
        whole[:, sample], by_period[sample] = one @ always, each @ one
    by_sector = leontief.output(whole)
    return {"first": float(by_sector[:, 0].sum()), "last": float(by_period[-1].sum())}


def jobs() -> Floats:
    """Jobs per unit of output."""
    return np.random.default_rng(2).uniform(0, 1, SECTORS)


def peer(a: Floats, demand: Floats, way: str) -> dict[str, float]:
    """A few samples: a solve for each period of each, or one for all periods of each, summed up or not."""
    net, each = np.eye(len(a)) - a, jobs()
    for sample in range(FEW[way]):
        if way == "sums":
            output = np.linalg.solve(net, demand[sample])
            found, by_period = output.sum(axis=1), each @ output
            continue
        if way == "sample":
            found = np.linalg.solve(net, demand[sample])
            continue
        for period in range(PERIODS):
            found = np.linalg.solve(net, demand[sample, :, period])
    if way == "sums":
        return {"first": float(found.sum()), "last": float(by_period.sum())}
    return {"first": float(np.linalg.solve(net, demand[0, :, 0]).sum()), "last": float(found.sum())}


def measured(kind: str, paid: str) -> None:
    """One measurement, in a process of its own."""
    a, demand = economy(PAID[paid], FEW.get(kind, SAMPLES))
    np.linalg.solve(np.eye(9), np.ones(9))
    Leontief.of(np.zeros((2, 2))).output(np.ones((2, 3)))
    own = {"ours": ours, "bands": bands}
    report(clock(lambda: own[kind](a, demand) if kind in own else peer(a, demand, kind)))


def main(words: list[str]) -> None:
    """Measure, or print the ratios."""
    if words:
        measured(*words)
        return
    print(machine())
    rows = []
    for paid in PAID:
        seconds: dict[str, list[float]] = {kind: [] for kind in ("ours", "bands", *FEW)}
        for _, kind in interleaved(list(seconds), ROUNDS):
            seconds[kind].append(ask("benchmarks.economy", kind, paid).cpu * SAMPLES / FEW.get(kind, SAMPLES))
        rows.append(
            {
                "demand on": paid,
                "all outputs, s": quartiles(seconds["ours"]),
                "a solve per sample and period, s": quartiles(seconds["period"], 0),
                "ratio": quartiles(ratios(seconds["period"], seconds["ours"]), 0),
                "a solve per sample, s": quartiles(seconds["sample"], 1),
                "ratio ": quartiles(ratios(seconds["sample"], seconds["ours"]), 1),
                "bands, s": quartiles(seconds["bands"], 3),
                "a solve per sample, summed up, s": quartiles(seconds["sums"], 1),
                "ratio  ": quartiles(ratios(seconds["sums"], seconds["bands"]), 0),
            }
        )
    print(table(rows))


if __name__ == "__main__":
    main(sys.argv[1:])
