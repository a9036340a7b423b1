"""Which input matters: rank regression, tornado, what knowledge is worth, and what only design can change.

Arrays are ``x`` of shape (n, m), the inputs of each sample, and ``y`` of shape (n,), the outcome.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fullrate.statistics.shares import by_replicate, standard_error

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

GATE = 0.6
"""Share of the outcome's variance in ranks below which a rank regression says nothing about its inputs."""
OUTER = 0.2
"""Share of the samples, at the low and at the high end of an input, that a tornado compares."""
NOISE = 1e-9
"""Deviation, as a share of the mean, that is rounding."""
KNOTS = (0.25, 0.5, 0.75)
"""Quantiles of an input at which the third derivative of its regression curve may change."""


def ranks(values: Floats) -> Floats:
    """Ranks from 1 along the first axis, equal values with their mean rank.

    >>> ranks(np.array([3.0, 1.0, 3.0, np.inf])).tolist()
    [2.5, 1.0, 2.5, 4.0]
    """
    columns = values.reshape(len(values), -1).T
    return np.stack([_ranks(column) for column in columns], axis=1).reshape(values.shape) if len(columns) else values


def _ranks(values: Floats) -> Floats:
    _, of, count = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    return np.asarray((last - (count - 1) / 2)[of])


def _standard(values: Floats) -> Floats:
    """Values with mean 0 and deviation 1 along the first axis; all 0 where they are constant."""
    spread = values.std(axis=0)
    return np.asarray((values - values.mean(axis=0)) / np.where(spread > 0, spread, 1.0))


@dataclass(frozen=True, eq=False)
class Regression:
    """A regression of the ranks of an outcome on the ranks of its inputs.

    Attributes:
        coefficients: standardised coefficients, shape (m,).
        correlations: rank correlation of each input with the outcome, shape (m,).
        explained: R squared: share of the variance of the outcome's ranks that the inputs explain.
    """

    coefficients: Floats
    correlations: Floats
    explained: float

    @property
    def usable(self) -> bool:
        """Whether enough is explained for the coefficients to mean something."""
        return self.explained >= GATE


def rank_regression(x: Floats, y: Floats) -> Regression:
    """Standardised rank regression (Iman & Conover 1979).

    Infinite outcomes are the largest of all. Inputs or outcomes that do not vary explain nothing.
    """
    inputs, outcome = _standard(ranks(x)), _standard(ranks(y))
    if not len(inputs.T) or not outcome.any():
        return Regression(np.zeros(x.shape[1]), np.zeros(x.shape[1]), 0.0)
    found, *_ = np.linalg.lstsq(inputs, outcome, rcond=None)
    missed = outcome - inputs @ found
    correlations = np.asarray(inputs.T @ outcome / len(outcome))
    return Regression(np.asarray(found), correlations, float(1 - (missed @ missed) / (outcome @ outcome)))


def tornado(x: Floats, y: Floats) -> Floats:
    """Mean outcome where each input is low and where it is high, shape (m, 2): a fifth of the samples each."""
    count = max(round(OUTER * len(y)), 1)
    order = np.argsort(x, axis=0, kind="stable")
    return np.stack([y[order[:count]].mean(axis=0), y[order[-count:]].mean(axis=0)], axis=1)


def curve_basis(values: Floats) -> Floats:
    """Columns of a smooth curve of an input: a cubic spline (de Boor 1978), shape (n, at most 6).

    Fewer columns where the input takes few values: none if it is constant.
    """
    found, scaled = np.unique(values), _standard(values)
    knots = np.unique(np.quantile(scaled, KNOTS)) if len(found) > 4 else np.zeros(0)
    powers = [scaled**power for power in range(1, min(4, len(found)))]
    bends = [np.maximum(scaled - knot, 0) ** 3 for knot in knots]
    columns = [*powers, *bends]
    return _standard(np.stack(columns, axis=1)) if columns else np.zeros((len(values), 0))


def fitted(y: Floats, values: Floats) -> Floats:
    """Expected outcome given inputs, by regression on a curve of each, shape of ``y``.

    Args:
        y: outcomes, shape (n,) or (n, decisions).
        values: inputs, shape (n, k).
    """
    basis = np.concatenate([np.ones((len(values), 1)), *(curve_basis(column) for column in values.T)], axis=1)
    found, *_ = np.linalg.lstsq(basis, y, rcond=None)
    return np.asarray(basis @ found)


@dataclass(frozen=True)
class Worth:
    """What it is worth to know something before deciding, in the unit of the outcome.

    Attributes:
        worth: expected gain.
        error: standard error over replicates.
    """

    worth: float
    error: float


def knowledge(benefit: Floats, values: Floats, replicate: Ints) -> Worth:
    """Expected value of knowing inputs before deciding (EVPPI) by regression (Strong, Oakley & Brennan 2014).

    ``mean_n max_d g_d(n) - max_d mean_n g_d(n)``, where ``g_d`` is the expected benefit of decision ``d`` given the
    inputs. Never below zero; with a single decision it is zero, since nothing could be decided otherwise.

    Args:
        benefit: benefit of each decision in each sample, the same luck for all, shape (n, decisions).
        values: inputs that would be known, shape (n, k).
        replicate: replicate of each sample, shape (n,).
    """
    expected = fitted(benefit, values)
    best = int(expected.mean(axis=0).argmax())
    gain = expected.max(axis=1) - expected[:, best]
    return Worth(float(gain.mean()), standard_error(by_replicate(gain, replicate)))


def perfect(benefit: Floats) -> float:
    """Expected value of knowing everything before deciding (EVPI).

    >>> perfect(np.array([[100.0, 50.0]] * 6 + [[0.0, 50.0]] * 4))
    20.0
    """
    return float(benefit.max(axis=1).mean() - benefit.mean(axis=0).max())


@dataclass(frozen=True)
class Split:
    """Variance of an outcome in two parts, as shares of the whole.

    Attributes:
        parameters: due to values that are what they are and could be found out.
        events: due to luck that only another design can change.
        error: standard error of ``parameters`` over replicates.
    """

    parameters: float
    events: float
    error: float


def split(y: Floats, again: Floats, replicate: Ints) -> Split:
    """Parts of the variance due to parameters and to events, from two runs with the same parameters and other events.

    The covariance of the two runs is the variance of what parameters alone make of the outcome (pick and freeze; Sobol
    1993). Nothing that varies: nothing is due to anything, both parts zero.
    """
    middle = (y.mean() + again.mean()) / 2
    both = (y - middle) * (again - middle)
    whole = ((y - middle) ** 2 + (again - middle) ** 2) / 2
    if whole.mean() <= (NOISE * middle) ** 2:
        return Split(0.0, 0.0, 0.0)
    share = min(max(both.mean() / whole.mean(), 0.0), 1.0)
    each = by_replicate(both, replicate) / np.maximum(by_replicate(whole, replicate), 1e-300)
    return Split(float(share), float(1 - share), standard_error(each))
