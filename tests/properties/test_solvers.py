"""The same scenario by other algorithms: whoever solves the programs, time and earliest dates are the same."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.sparse import csc_array, vstack

from fullrate.case import derive
from fullrate.lp.assemble import LP
from fullrate.lp.solve import ATTEMPTS
from fullrate.planning.chain import unit
from fullrate.rules import write
from generator import PLAIN
from properties.planned import alike, close, drawn, first, planned

FAILED = (22, 30)
"""The interior point method without presolve finds no answer there, or went round for ever."""
QUICK = (*range(4), *FAILED)
SEEDS = [*QUICK, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(100) if seed not in QUICK)]
WAYS: dict[str, dict[str, Any]] = {
    "interior point": {"solver": "ipm"},
    "interior point without presolve": {"solver": "ipm", "presolve": "off"},
    "dual simplex": {"solver": "simplex", "simplex_strategy": 1},
    "primal simplex without presolve": {"solver": "simplex", "simplex_strategy": 4, "presolve": "off"},
}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("way", WAYS)
def test_every_algorithm_finds_the_same_times(way: str, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where an algorithm fails, which our own residuals see, the usual ones follow."""
    usual = planned(seed, PLAIN)
    monkeypatch.setattr("fullrate.lp.solve.ATTEMPTS", (WAYS[way], *ATTEMPTS))
    assert not alike(drawn(seed, PLAIN).plan(), usual)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("method", ["highs-ds", "highs-ipm"])
def test_scipy_finds_the_same_time_in_the_same_program(method: str, seed: int) -> None:
    """The program as it is written, without the scale in which the solver is handed it; printed times have no tail."""
    lp, cols = write(derive(drawn(seed, PLAIN, tail=0.0).read()))
    _, days = first(planned(seed, PLAIN, tail=0.0))
    assert close(_least(lp, int(cols["burden"].offset[0]), method), days)


def _least(lp: LP, column: int, method: str) -> float:
    assert not len(lp.integer)
    matrix = csc_array((lp.value, lp.index, lp.start), shape=lp.shape).tocsr()
    low, high = np.isfinite(lp.row_lower), np.isfinite(lp.row_upper)
    answer = linprog(
        unit(lp, column),
        A_ub=vstack([matrix[high], -matrix[low]]),
        b_ub=np.concatenate([lp.row_upper[high], -lp.row_lower[low]]),
        bounds=np.column_stack([lp.lower, lp.upper]),
        method=method,
    )
    assert answer.status == 0, answer.message
    return float(answer.fun)
