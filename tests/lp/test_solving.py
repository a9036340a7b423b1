"""Residuals against programs worked out by hand, wrong answers planted, and what the solver is asked."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import linprog

from fullrate.lp.assemble import LP
from fullrate.lp.residuals import infeasibility, residuals
from fullrate.lp.solve import KEPT, handed_over, mended, solve
from lp.spelt import matrix, program

INF = np.inf
# Two goods of one machine: least -x - 2 y with x + y <= 4, x <= 3. Best is y = 4; the machine is worth 2 an hour.
GOODS = program(np.array([[1.0, 1.0]]), [-1, -2], ([-INF], [4]), upper=[3, INF])
BEST, WORTH = np.array([0.0, 4.0]), np.array([-2.0])
# An equation and a free column: least u with u - x = -3, 1 <= x + y <= 5, y <= 2. Best is x = 0, y = 1 or 2, u = -3.
FREE = program(
    np.array([[1.0, -1.0, 0.0], [0.0, 1.0, 1.0]]),
    [1, 0, 0],
    ([-3, 1], [-3, 5]),
    upper=[INF, INF, 2],
    lower=np.array([-INF, 0, 0]),
)


class TestResiduals:
    def test_a_right_answer_has_none(self) -> None:
        assert residuals(GOODS, BEST, WORTH).worst == pytest.approx(0, abs=1e-15)
        for y in (1.0, 2.0):
            found = residuals(FREE, np.array([-3.0, 0.0, y]), np.array([1.0, 0.0]))
            assert found.worst == pytest.approx(0, abs=1e-15)

    def test_a_row_broken(self) -> None:
        """A half above 4, relative to one and the bound."""
        found = residuals(GOODS, np.array([0.5, 4.0]), WORTH)
        assert found.primal == pytest.approx(0.5 / 5)
        assert infeasibility(GOODS, np.array([0.5, 4.0])) == found.primal

    def test_a_bound_broken(self) -> None:
        assert residuals(GOODS, np.array([-0.25, 4.25]), WORTH).primal == pytest.approx(0.25)
        assert residuals(GOODS, np.array([3.5, 0.5]), WORTH).primal == pytest.approx(0.5 / 4)

    def test_a_row_broken_counted_in_its_size(self) -> None:
        """Half a unit above 4 in a row whose columns come in thousands; prices and gap are held to as before."""
        lp = replace(GOODS, scale=np.array([1e3, 1e3]))
        found = residuals(lp, np.array([0.5, 4.0]), WORTH, counted=True)
        assert found.primal == pytest.approx(0.5 / 1004)
        assert (found.dual, found.gap) == (0, residuals(lp, np.array([0.5, 4.0]), WORTH).gap)
        assert found.gap > 0.05

    def test_an_equation_broken_on_either_side(self) -> None:
        for u in (-2.6, -3.4):
            assert residuals(FREE, np.array([u, 0.0, 1.0]), np.array([1.0, 0.0])).primal == pytest.approx(0.4 / 4)

    def test_a_price_too_low(self) -> None:
        """At -1 another unit of y would still pay: its reduced cost of -1 has no bound to lean on."""
        found = residuals(GOODS, BEST, np.array([-1.0]))
        assert found.dual == pytest.approx(1 / 3)
        assert found.primal == 0

    def test_a_price_too_high(self) -> None:
        """At -3 both goods lose; the bound of the prices is -12 against an objective of -8."""
        found = residuals(GOODS, BEST, np.array([-3.0]))
        assert found.dual == 0
        assert found.gap == pytest.approx(4 / 13)

    def test_a_price_with_the_wrong_sign(self) -> None:
        """Nothing holds the machine's load from below."""
        assert residuals(GOODS, BEST, np.array([2.0])).dual == pytest.approx(4 / 3)

    def test_a_free_column_has_no_price(self) -> None:
        assert residuals(FREE, np.array([-3.0, 0.0, 1.0]), np.array([0.5, 0.0])).dual == pytest.approx(0.5 / 2)

    def test_an_answer_that_is_not_the_best(self) -> None:
        found = residuals(GOODS, np.array([3.0, 1.0]), WORTH)
        assert (found.primal, found.dual) == (0, 0)
        assert found.gap == pytest.approx(3 / 9)

    @pytest.mark.parametrize("seed", range(20))
    def test_random_programs(self, seed: int) -> None:
        """Right answers pass; any price or value moved is seen."""
        dice = np.random.default_rng(seed)
        lp = random_program(dice)
        answer = solve(lp)
        assert answer.status == "solved"
        assert residuals(lp, answer.x, answer.row_dual).worst < 1e-7
        row = dice.integers(0, lp.shape[0])
        wrong = answer.row_dual.copy()
        wrong[row] += 0.5
        assert residuals(lp, answer.x, wrong).worst > 1e-4
        column = dice.integers(0, lp.shape[1])
        moved = answer.x.copy()
        moved[column] += 0.5
        assert residuals(lp, moved, answer.row_dual).worst > 1e-4


def random_program(dice: np.random.Generator) -> LP:
    a = np.round(dice.normal(size=(4, 6)), 1)
    inside = dice.random(6)
    row = a @ inside
    low = np.where(dice.random(4) < 0.5, row - 1, -INF)
    return program(a, dice.normal(size=6), (low, row + dice.random(4)), upper=np.full(6, 3.0))


class TestSolve:
    @pytest.mark.parametrize("seed", range(20))
    def test_like_scipy(self, seed: int) -> None:
        lp = random_program(np.random.default_rng(seed))
        a = matrix(lp)
        low = np.isfinite(lp.row_lower)
        theirs = linprog(
            lp.cost,
            A_ub=np.vstack([a, -a[low]]),
            b_ub=np.concatenate([lp.row_upper, -lp.row_lower[low]]),
            bounds=list(zip(lp.lower, lp.upper, strict=True)),
        )
        answer = solve(lp)
        assert answer.objective == pytest.approx(theirs.fun, rel=1e-7, abs=1e-7)
        assert answer.bound == answer.objective

    def test_by_hand(self) -> None:
        answer = solve(GOODS)
        assert answer.status == "solved"
        assert answer.usable
        assert answer.x == pytest.approx(BEST)
        assert answer.row_dual == pytest.approx(WORTH)
        assert answer.residuals is not None
        assert answer.residuals.worst < 1e-9

    @pytest.mark.parametrize("scale", [np.array([1e6, 1.0]), np.array([1e-3, 1e4])])
    def test_the_scale_of_a_column_changes_nothing(self, scale: np.ndarray) -> None:
        answer = solve(replace(GOODS, scale=scale))
        assert answer.x == pytest.approx(BEST)
        assert answer.row_dual == pytest.approx(WORTH)

    @pytest.mark.parametrize("seed", range(20))
    def test_without_crossover_value_and_prices_are_the_same(self, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("fullrate.lp.solve.LARGE", 0)
        lp = random_program(np.random.default_rng(seed))
        corner, inside = solve(lp), solve(lp, corner=False)
        assert inside.sound
        assert inside.objective == pytest.approx(corner.objective, rel=1e-6, abs=1e-6)
        assert residuals(lp, corner.x, inside.row_dual).worst < 1e-6, "its prices prove the corner, too"

    def test_bounds_are_counted_like_their_columns_and_rows(self) -> None:
        """Zero, infinite and finite bounds on both sides, columns a thousand times as large and as small as one."""
        lp = replace(FREE, scale=np.array([1e3, 1e-3, 10.0]))
        held = handed_over(lp).getLp()
        size = lp.row_size()
        assert np.array(held.col_lower_) == pytest.approx(lp.lower / lp.scale)
        assert np.array(held.col_upper_) == pytest.approx(lp.upper / lp.scale)
        assert np.array(held.row_lower_) == pytest.approx(lp.row_lower / size)
        assert np.array(held.row_upper_) == pytest.approx(lp.row_upper / size)

    def test_no_answer(self) -> None:
        none = solve(GOODS.within(row_upper=np.array([-1.0])))
        assert none.status == "infeasible"
        assert not none.usable

    def test_no_least_value(self) -> None:
        assert not solve(GOODS.within(row_upper=np.array([INF]))).usable

    def test_whole_numbers(self) -> None:
        """Least -x - y with 2 x + 2 y <= 5: two in all; the fraction of two and a half is not allowed."""
        lp = program(np.array([[2.0, 2.0]]), [-1, -1], ([-INF], [5]), integer=np.array([0, 1]))
        answer = solve(lp)
        assert answer.objective == pytest.approx(-2)
        assert answer.bound <= answer.objective + 1e-9
        assert answer.x == pytest.approx(np.round(answer.x))
        assert solve(replace(lp, integer=np.zeros(0, np.int64))).objective == pytest.approx(-2.5)

    def test_bounds_out_of_order(self) -> None:
        assert not solve(GOODS.within(upper=np.array([-1.0, 4.0]))).usable


# Ten starts and what is kept take what comes, which is 100: their sum - coming = 0.
TEN = np.full(10, 1.0)
SHARED = program(
    np.array([[*TEN, 1.0, -1.0]]),
    np.zeros(12),
    ([0], [0]),
    lower=np.array([*TEN * 0, 0, 100]),
    upper=np.array([*TEN * 50, 200, 100]),
)


class TestMended:
    """What a solver keeps to 1e-7 of its size is kept: bounds, and rows in which taking many flows to them adds up."""

    def test_what_flows_below_zero_add_up_to_is_taken_from_what_there_is(self) -> None:
        """Ten starts of -0.5e-6 leave 5e-6 too much: at zero they take nothing, and nothing more than 100 is kept."""
        x = np.array([*TEN * -0.5e-6, 100 + 5e-6, 100])
        inside = np.clip(x, SHARED.lower, SHARED.upper)
        assert infeasibility(SHARED, x) < 1e-6 < infeasibility(SHARED, inside), "the solver is content, an audit is not"
        assert mended(SHARED, x) == pytest.approx([*TEN * 0, 100, 100], abs=1e-12)

    def test_what_comes_in_thousands_moves_first(self) -> None:
        """The sum is 3e-6 above 100 and what is kept cannot move: the start counted in thousands gives all of it."""
        lp = replace(SHARED, scale=np.array([1.0, 1e3, *TEN]))
        fixed = lp.within(lower=np.array([*TEN * 0, 50, 100]), upper=np.array([*TEN * 50, 50, 100]))
        x = np.array([20, 30 + 3e-6, *TEN[:8] * 0, 50, 100])
        assert mended(fixed, x) == pytest.approx([20, 30, *TEN[:8] * 0, 50, 100], abs=1e-12)

    def test_a_point_that_is_right_stays(self) -> None:
        x = np.array([*TEN * 2, 80 + 1e-10, 100])
        assert (mended(SHARED, x) == x).all()

    def test_what_nothing_mends_is_taken_to_its_bounds(self) -> None:
        none = SHARED.within(upper=np.array([*TEN * 0, 99, 100]))
        x = np.array([*TEN * 1e-7, 99 + 1e-6, 100])
        assert mended(none, x).tolist() == [*TEN * 0, 99, 100]

    @pytest.mark.parametrize("seed", range(40))
    def test_no_point_is_nearer_than_the_one_that_was_disturbed(self, seed: int) -> None:
        dice = np.random.default_rng(seed)
        lp = random_program(dice)
        best = solve(lp).x
        disturbed = np.clip(best + dice.normal(size=6) * 1e-5, lp.lower, lp.upper)
        found = mended(lp, disturbed)
        assert infeasibility(lp, found) <= KEPT
        assert ((found >= lp.lower) & (found <= lp.upper)).all()
        assert np.abs(found - disturbed).sum() <= np.abs(best - disturbed).sum() + 1e-10
