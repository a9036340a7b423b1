"""Who has to produce how much for a final demand: fixed coefficients, direct and indirect.

Leontief 1936; Miller & Blair 2009, chapters 2, 6 and 13. Coefficients are of home-made inputs, so what comes from
abroad sets nobody at home to work. One factorisation serves all right-hand sides: periods, regions and samples.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def coefficients(uses: Floats, output: Floats) -> Floats:
    """Inputs per unit of output: ``uses[i, j] / output[j]``, zero where nothing is produced; shape (n, n)."""
    produced = output > 0
    return np.divide(uses, np.where(produced, output, 1.0)) * produced


@dataclass(frozen=True, eq=False)
class Leontief:
    """The matrix ``I - A``, factorised once.

    Attributes:
        a: inputs per unit of output, shape (n, n).
        factors: LU factors of ``I - A``, as scipy keeps them.
    """

    a: Floats
    factors: tuple[Floats, NDArray[np.int32]]

    @staticmethod
    def of(a: Floats) -> Leontief:
        """Factorise.

        Raises:
            ValueError: a column of coefficients sums to more than one.
        """
        from scipy.linalg import lu_factor

        if a.sum(axis=0).max(initial=0.0) > 1 + 1e-9:
            raise ValueError("a unit of output takes more than a unit of inputs")
        return Leontief(a, lu_factor(np.eye(len(a)) - a))

    def output(self, demand: Floats) -> Floats:
        """Output for each final demand, both of shape (n, ...): ``(I - A) output = demand``.

        A plan buys from few sectors: where there are fewer of them than demands, only their columns of the inverse are
        computed, and the rest is one product.
        """
        from scipy.linalg import lu_solve

        given = np.asarray(demand, float)
        used = np.flatnonzero(given.any(axis=tuple(range(1, given.ndim))))
        if not len(used):
            return np.zeros(given.shape)
        if len(used) < given[0].size:
            columns = np.zeros((len(self.a), len(used)))
            columns[used, np.arange(len(used))] = 1.0
            output = lu_solve(self.factors, columns) @ given[used].reshape(len(used), -1)
        else:
            output = lu_solve(self.factors, given.reshape(len(self.a), -1))
        return np.asarray(output, float).reshape(given.shape)

    def multipliers(self, each: Floats) -> Floats:
        """What a unit of final demand of each sector sets off where a unit of output takes ``each``; both (n,)."""
        from scipy.linalg import lu_solve

        return np.asarray(lu_solve(self.factors, each, trans=1), float)

    def inverse(self) -> Floats:
        """The Leontief inverse, shape (n, n)."""
        return self.output(np.eye(len(self.a)))


def mixed(a: Floats, demand: Floats, fixed: NDArray[np.bool_], output: Floats) -> tuple[Floats, Floats]:
    """Output and final demand where some sectors' output is given instead of their final demand.

    Miller & Blair 2009, section 13.2: with fixed sectors s and others u,
    ``x_u = (I - A_uu)^-1 (f_u + A_us x_s)`` and ``f_s = (I - A_ss) x_s - A_su x_u``.

    Args:
        a: coefficients, shape (n, n).
        demand: final demand; that of fixed sectors is not read; shape (n,) or (n, m) for several of them.
        fixed: sectors whose output is given, shape (n,).
        output: their output; that of others is not read; as ``demand``.

    Returns:
        Output and final demand of all, both shaped as ``demand``.
    """
    free, held = ~fixed, fixed.reshape(-1, *(1,) * (demand.ndim - 1))
    x, f = np.where(held, output, 0.0), np.where(held, 0.0, demand)
    wanted = demand[free] + a[np.ix_(free, fixed)] @ x[fixed]
    x[free] = np.linalg.solve(np.eye(int(free.sum())) - a[np.ix_(free, free)], wanted)
    f[fixed] = x[fixed] - a[fixed] @ x
    return x, f
