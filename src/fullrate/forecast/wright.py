r"""Wright's law with its forecast error: effort falls with cumulative output, by steps that vary.

.. math:: y_t - y_{t-1} = w\, x_t + \eta_t

``y`` is the logarithm of the effort of a unit and ``x`` the change of the logarithm of cumulative output. The slope is
fitted through the origin on ``m`` past steps; a forecast ``tau`` steps ahead errs by the noise of those steps and by
the error of the slope (Lafond et al. 2018; with equal growth it is that of Farmer & Lafond 2016). Steps that follow one
another are alike: noise is a moving average ``v_t + theta v_{t-1}``, which widens the error.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtrit

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Wright:
    """A fitted law and its forecast.

    Attributes:
        slope: change of the logarithm of effort for each of cumulative output; ``1 - 2 ** slope`` is the learning rate.
        variance: of a step.
        freedom: degrees of freedom, ``m - 1``.
        mean: forecast logarithm of effort after each future step, shape (tau,).
        error: variance of its error, shape (tau,).
    """

    slope: float
    variance: float
    freedom: int
    mean: Floats
    error: Floats

    def interval(self, level: float) -> tuple[Floats, Floats]:
        """Ends of the central interval of each forecast, as logarithms: Student t."""
        half = stdtrit(self.freedom, (1 + level) / 2) * np.sqrt(self.error)
        return self.mean - half, self.mean + half


POOLED = 0.19
"""Theta over many technologies, for use where fewer than fifteen steps are known (assumption, of the order that Lafond
et al. 2018 report)."""


def wright(effort: ArrayLike, output: ArrayLike, future: ArrayLike, theta: float = 0.0) -> Wright:
    """Fit the law on past steps and forecast the effort at future outputs.

    Args:
        effort: effort (or cost) of a unit at each time, above 0, shape (m + 1,), m of at least 2.
        output: cumulative output at the same times, rising, shape (m + 1,).
        future: cumulative output at later times, shape (tau,).
        theta: how much of a step's noise comes again with the next; 0 for independent steps.

    Raises:
        ValueError: fewer than two steps, or output that never rises.
    """
    y, x = np.diff(np.log(np.asarray(effort, float))), np.diff(np.log(np.asarray(output, float)))
    ahead = np.asarray(future, float)
    square = float(x @ x)
    if len(x) < 2 or square == 0.0:
        raise ValueError("Wright's law needs two steps in which cumulative output rises")
    slope = float(x @ y) / square
    left = y - slope * x
    variance = float(left @ left) / (len(x) - 1)
    growth = np.log(ahead / float(np.asarray(output, float)[-1]))
    steps = np.arange(1, len(ahead) + 1)
    noise = (1 + theta**2) * steps + 2 * theta * (steps - 1)
    tilt = ((1 + theta**2) * square + 2 * theta * float(x[1:] @ x[:-1])) / square**2
    error = noise + tilt * growth**2 - 2 * theta * growth * float(x[-1]) / square
    mean = float(np.log(np.asarray(effort, float)[-1])) + slope * growth
    return Wright(slope, variance, len(x) - 1, mean, variance * error / (1 + theta**2))
