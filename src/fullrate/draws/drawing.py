"""Draws of uncertain cells: Latin hypercube samples in independent replicates, keyed by the name of each cell.

Each cell owns one stream per replicate. In it the unit interval is cut into as many equal parts as the replicate has
samples, one point falls at random into each part, and the points come in random order (McKay, Beckman & Conover 1979);
in law that is a scrambled one-dimensional Sobol sequence in shuffled order (Owen 1995). No cell has a place among the
others, as it would have in a Sobol sequence of many dimensions, so adding or cutting a row of ``uncertainty`` leaves
every other draw as it is, to the bit. Of a statistic's variance, all that is a sum over single cells is filtered out
(Stein 1987); dates are mostly that. The standard error is taken over the replicates, which are independent.

Cells of one group share a factor: ``u = Phi(sqrt(rho) Z + sqrt(1 - rho) e)``, a Gaussian copula. The factor has a
stream of its own, keyed by the name of the group.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fullrate.draws.inputs import Input, inputs
from fullrate.draws.streams import stream
from fullrate.tables import Cell, Tables

Floats = NDArray[np.float64]

POINTS = 257
"""Points of the quantile table of a value drawn for every occurrence."""
FINE = 4096
"""Points of each end of such a table over which its mean is taken."""


@dataclass(frozen=True, eq=False)
class Each:
    """A value drawn for every occurrence.

    Attributes:
        cell: the cell.
        quantiles: value of the cell at p = 0, 1/256, .., 1; straight between them. Shape (257,).
        drawn: the number behind it: the value, or the factor on it. Shape (257,).
        factor: the number drawn is a factor.
        plan: value in the plan.
    """

    cell: Cell
    quantiles: Floats
    drawn: Floats
    factor: bool
    plan: float


@dataclass(frozen=True, eq=False)
class Draws:
    """Values of the uncertain cells in ``n`` samples; ``m`` cells are drawn once per sample.

    Attributes:
        cells: cells drawn once per sample, in the order of the rows.
        values: value of each cell in each sample, shape (n, m).
        uniforms: uniform numbers behind them, correlated inside groups, shape (n, m).
        replicate: replicate (0-based) of each sample, shape (n,).
        each: values drawn for every occurrence.
        seed: seed of all streams.
        drawn: the number drawn: the value, or the factor where ``factor`` says so, shape (n, m).
        factor: the number drawn is a factor on the plan value and on the cell's series, shape (m,).
        sample: number of each sample, by which streams of events are keyed, shape (n,).
    """

    cells: tuple[Cell, ...]
    values: Floats
    uniforms: Floats
    replicate: NDArray[np.int64]
    each: tuple[Each, ...]
    seed: int
    drawn: Floats
    factor: NDArray[np.bool_]
    sample: NDArray[np.int64]

    @property
    def count(self) -> int:
        """Number of samples, n."""
        return len(self.sample)

    def only(self, which: NDArray[np.int64]) -> Draws:
        """The draws of some of the samples, by position; their luck stays as it is."""
        names = ("values", "uniforms", "replicate", "drawn", "sample")
        return replace(self, **{name: getattr(self, name)[which] for name in names})


def draw(tables: Tables, samples: int = 1024, replicates: int = 8, seed: int | None = None) -> Draws:
    """Draw every uncertain cell.

    Args:
        tables: the scenario.
        samples: number of samples, at least one per replicate.
        replicates: independent groups of samples.
        seed: seed; that of the scenario by default.

    Raises:
        ValueError: fewer samples than replicates, or no replicate.
    """
    parts = list(chunks(tables, samples, replicates, seed))
    first = parts[0]
    return Draws(
        first.cells,
        np.concatenate([part.values for part in parts]),
        np.concatenate([part.uniforms for part in parts]),
        np.concatenate([part.replicate for part in parts]),
        first.each,
        first.seed,
        np.concatenate([part.drawn for part in parts]),
        first.factor,
        np.concatenate([part.sample for part in parts]),
    )


def chunks(tables: Tables, samples: int = 1024, replicates: int = 8, seed: int | None = None) -> Iterator[Draws]:
    """The draws of one replicate after the other, so that memory holds one; together they are ``draw``.

    Raises:
        ValueError: fewer samples than replicates, or no replicate.
    """
    if not 1 <= replicates <= samples:
        raise ValueError(f"{samples} samples cannot be cut into {replicates} replicates")
    chosen = tables.config.seed if seed is None else seed
    every = inputs(tables)
    once = [one for one in every if not one.each]
    each = tuple(_each(one) for one in every if one.each)
    ends = [samples * r // replicates for r in range(replicates + 1)]
    for replicate, (begin, end) in enumerate(pairwise(ends)):
        yield _replicate(once, each, chosen, replicate, np.arange(begin, end))


def _replicate(
    once: Sequence[Input], each: tuple[Each, ...], seed: int, replicate: int, sample: NDArray[np.int64]
) -> Draws:
    count, number = len(sample), str(replicate)
    groups = sorted({one.group for one in once} - {""})
    factors = {group: points(stream(seed, "group", group, number), count) for group in groups}
    uniforms, drawn, values = (np.zeros((count, len(once))) for _ in range(3))
    for at, one in enumerate(once):
        own = points(stream(seed, "cell", str(one.cell), number), count)
        uniforms[:, at] = together(own, factors[one.group], one.rho) if one.rho > 0 else own
        drawn[:, at] = one.drawn(uniforms[:, at])
        values[:, at] = one.values(drawn[:, at])
    return Draws(
        tuple(one.cell for one in once),
        values,
        uniforms,
        np.full(count, replicate, np.int64),
        each,
        seed,
        drawn,
        np.array([one.factor for one in once], bool),
        sample,
    )


def points(luck: np.random.Generator, count: int) -> Floats:
    """One point in each of ``count`` equal parts of (0, 1), in random order, shape (count,)."""
    inside = luck.integers(0, 2**40, count) + 0.5
    return (luck.permutation(count) + inside * 2.0**-40) / count


def together(own: Floats, factor: Floats, rho: float) -> Floats:
    """Uniform numbers of a cell that share a factor: a Gaussian copula with correlation ``rho`` inside the group."""
    special: Any = _special()
    normal = np.sqrt(rho) * special.ndtri(factor) + np.sqrt(1 - rho) * special.ndtri(own)
    return np.asarray(np.clip(special.ndtr(normal), 2.0**-53, 1 - 2.0**-53))


def _special() -> Any:
    from scipy import special

    return special


def _each(one: Input) -> Each:
    """Quantiles of a value drawn for every occurrence.

    Both ends are put where the straight piece next to them has the mean of the distribution there, so that a long tail
    counts with its weight; never beyond the distribution's own end. The table's mean is right to a few 1e-4 of it.
    """
    p = np.linspace(0, 1, POINTS)
    inner, outer = np.array(one.drawn(p[1:-1])), one.drawn(p[[0, -1]])
    inside = (np.arange(FINE) + 0.5) / FINE * p[1]
    low = max(2 * float(one.drawn(inside).mean()) - inner[0], outer[0])
    high = min(2 * float(one.drawn(1 - inside).mean()) - inner[-1], outer[1])
    drawn = np.concatenate([[low], inner, [high]])
    return Each(one.cell, one.values(drawn), drawn, one.factor, one.plan)
