"""Our own residuals of linear programs, on the Kennington problems of netlib and with planted faults.

The problems lie beside the checkout (they may not be shipped); without them the tests are skipped.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from fullrate.lp.assemble import LP
from fullrate.lp.residuals import Residuals, residuals

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "lp_kennington"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="no ../shared/data/lp_kennington")
QUICK = ("ken-07", "cre-a", "pds-02")
SLOW = ("osa-07", "pds-06")
ALL = [*QUICK, *(pytest.param(name, marks=pytest.mark.slow) for name in SLOW)]


@cache
def _published() -> dict[str, float]:
    with (DATA / "values.csv").open(encoding="utf-8", newline="") as file:
        return {row["instance"]: float(row["published_optimum"]) for row in csv.DictReader(file)}


@cache
def _solved(name: str) -> tuple[LP, np.ndarray, np.ndarray]:
    """The problem, and the point and row prices that the solver calls optimal."""
    highspy = pytest.importorskip("highspy")
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.readModel(str(DATA / f"{name}.mps.gz"))
    solver.run()
    model, answer = solver.getLp(), solver.getSolution()
    lp = LP(
        columns={},
        rows=(),
        begins=(0,),
        cost=np.array(model.col_cost_),
        lower=np.array(model.col_lower_),
        upper=np.array(model.col_upper_),
        integer=np.zeros(0, np.int64),
        start=np.array(model.a_matrix_.start_, np.int64),
        index=np.array(model.a_matrix_.index_, np.int64),
        value=np.array(model.a_matrix_.value_),
        row_lower=np.array(model.row_lower_),
        row_upper=np.array(model.row_upper_),
        scale=np.ones(len(model.col_cost_)),
    )
    return lp, np.array(answer.col_value), np.array(answer.row_dual)


def _found(name: str) -> Residuals:
    return residuals(*_solved(name))


@pytest.mark.parametrize("name", ALL)
def test_the_published_optimum_has_no_residual(name: str) -> None:
    lp, x, _ = _solved(name)
    assert float(lp.cost @ x) == pytest.approx(_published()[name], rel=1e-7)
    assert _found(name).primal <= 1e-6
    assert _found(name).dual <= 1e-6
    assert _found(name).gap <= 1e-6


@pytest.mark.parametrize("name", ALL)
def test_residuals_agree_with_matrix_products(name: str) -> None:
    """Activity and priced columns by scipy, to the last digits: sums must not lose them on large problems."""
    sparse = pytest.importorskip("scipy.sparse")
    lp, x, dual = _solved(name)
    matrix = sparse.csc_array((lp.value, lp.index, lp.start), shape=lp.shape)
    scale = abs(matrix)
    activity, priced = matrix @ x, matrix.T @ dual
    assert np.all(np.abs(lp.times(x) - activity) <= 1e-13 * (1 + scale @ np.abs(x)))
    assert np.all(np.abs(lp.priced(dual) - priced) <= 1e-12 * (1 + scale.T @ np.abs(dual)))


@pytest.mark.parametrize("name", QUICK)
@pytest.mark.parametrize("share", [1e-2, 1e-4])
def test_a_moved_column_breaks_its_equations(name: str, share: float) -> None:
    """The residual is at least what the column's own entries say of each equation it is in."""
    lp, x, dual = _solved(name)
    rng = np.random.default_rng(1)
    for column in rng.choice(np.flatnonzero(x > 1), 20, replace=False):
        moved = x.copy()
        moved[column] *= 1 + share
        row, value = _column(lp, int(column))
        tight = lp.row_lower[row] == lp.row_upper[row]
        broken = np.abs(value * share * x[column]) / (1 + np.abs(lp.row_upper[row]))
        assert residuals(lp, moved, dual).primal >= 0.99 * broken[tight].max(initial=0)


@pytest.mark.parametrize("name", QUICK)
def test_a_column_outside_its_bounds_is_seen(name: str) -> None:
    lp, x, dual = _solved(name)
    low = x.copy()
    low[np.flatnonzero(lp.lower == 0)[0]] = -1e-3
    assert residuals(lp, low, dual).primal >= 0.9e-3
    bounded = np.flatnonzero(np.isfinite(lp.upper))
    if len(bounded):
        high = x.copy()
        high[bounded[0]] = lp.upper[bounded[0]] + 1e-3 * (1 + abs(lp.upper[bounded[0]]))
        assert residuals(lp, high, dual).primal >= 0.9e-3


@pytest.mark.parametrize("name", QUICK)
@pytest.mark.parametrize("share", [1e-1, 1e-3])
def test_a_moved_price_is_seen(name: str, share: float) -> None:
    """A column strictly between its bounds must cost nothing net: other prices open the gap or are unsupported."""
    lp, x, dual = _solved(name)
    size = 1 + abs(float(lp.cost @ x))
    rng = np.random.default_rng(2)
    inside = np.flatnonzero((x > lp.lower + 1) & (x < lp.upper - 1))
    for column in rng.choice(inside, 20, replace=False):
        row, value = _column(lp, int(column))
        best = np.argmax(np.abs(value * dual[row]))
        moved = dual.copy()
        moved[row[best]] *= 1 + share
        room = min(x[column] - lp.lower[column], lp.upper[column] - x[column])
        opened = abs(value[best] * share * dual[row[best]]) * room
        found = residuals(lp, x, moved)
        assert found.gap * 2 * size >= 0.49 * opened or found.dual > 1e-9
        assert found.worst >= _found(name).worst


@pytest.mark.parametrize("name", QUICK)
def test_prices_of_the_wrong_sign_are_seen(name: str) -> None:
    lp, x, dual = _solved(name)
    assert residuals(lp, x, -dual).worst > 1e-3
    assert residuals(lp, x, np.zeros_like(dual)).worst > 1e-3


@pytest.mark.parametrize("name", ["cre-a", "pds-02"])
def test_a_feasible_point_that_is_not_the_best_has_a_gap(name: str) -> None:
    """The point that is best for other costs keeps all rows; only the two objectives part."""
    highspy = pytest.importorskip("highspy")
    lp, x, dual = _solved(name)
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.readModel(str(DATA / f"{name}.mps.gz"))
    other = np.abs(lp.cost)[::-1].copy()
    solver.changeColsCost(len(x), np.arange(len(x), dtype=np.int32), other)
    solver.run()
    feasible = np.array(solver.getSolution().col_value)
    value, best = float(lp.cost @ feasible), float(lp.cost @ x)
    assert value > best * (1 + 1e-4)
    found = residuals(lp, feasible, dual)
    assert found.primal <= 1e-6
    assert found.dual <= 1e-6
    assert found.gap == pytest.approx((value - best) / (1 + value), rel=1e-3)


def _column(lp: LP, column: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows and values of a column's entries."""
    entries = slice(lp.start[column], lp.start[column + 1])
    return lp.index[entries], lp.value[entries]
