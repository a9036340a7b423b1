"""Rows and programs: bounds, entries, names, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from fullrate.case.axes import Axis
from fullrate.lp.assemble import TINY, assemble
from fullrate.lp.axes import block, numbered
from fullrate.lp.rows import RowBlock, Rows
from fullrate.lp.show import Names, row_name, show
from lp.spelt import axis, matrix, ragged, spelt_rows, two_blocks


class TestBounds:
    def test_a_row_without_bound_is_left_out(self) -> None:
        machine, period, blocks = two_blocks()
        limit = np.array([[5, np.inf, 7], [np.inf, np.inf, np.inf]])
        rows = Rows("load", (machine, period)).plus(blocks["run"].terms).at_most(limit)
        assert list(zip(*(at.tolist() for at in rows.at), strict=True)) == [(0, 0), (0, 2)]
        assert rows.upper.tolist() == [5, 7]
        assert np.isneginf(rows.lower).all()

    def test_below_above_and_equal(self) -> None:
        machine, period, blocks = two_blocks()
        rows = Rows("load", (machine, period)).plus(blocks["run"].terms)
        assert len(rows.at_least(-np.inf)) == 0
        assert rows.at_least(2.0).lower.tolist() == [2.0] * 6
        assert np.isposinf(rows.at_least(2.0).upper).all()
        same = rows.equals(np.arange(6.0).reshape(2, 3))
        assert same.lower.tolist() == same.upper.tolist() == [0, 1, 2, 3, 4, 5]

    def test_one_bound_for_each_element(self) -> None:
        machine, period, blocks = two_blocks()
        rows = Rows("load", (machine, period)).plus(blocks["run"].terms).at_most(np.array([1.0, 2.0]))
        assert rows.upper.tolist() == [1, 1, 1, 2, 2, 2]

    def test_a_row_without_terms_is_left_out(self) -> None:
        machine, period, blocks = two_blocks()
        only = np.array([[True, False, False], [False, False, True]])
        rows = Rows("load", (machine, period)).plus(blocks["run"].terms.only(only, "machine", "period")).at_most(0.0)
        assert list(zip(*(at.tolist() for at in rows.at), strict=True)) == [(0, 0), (1, 2)]

    @pytest.mark.parametrize("bound", [float("nan"), np.array([1.0, float("nan")])])
    def test_what_is_not_a_number_is_refused(self, bound: float) -> None:
        machine, period, blocks = two_blocks()
        rows = Rows("load", (machine, period)).plus(blocks["run"].terms)
        for write in (rows.at_most, rows.at_least, rows.equals):
            with pytest.raises(ValueError, match="load"):
                write(bound)


class TestPrograms:
    def test_equal_places_add_up(self) -> None:
        machine, _, blocks = two_blocks()
        run = blocks["run"].terms
        lp = assemble(list(blocks.values()), [Rows("all", (machine,)).plus(run, run, run.by(0.5)).at_most(9.0)])
        expected = np.zeros((2, 8))
        expected[0, :3] = expected[1, 3:6] = 2.5
        assert np.array_equal(matrix(lp), expected)
        assert (np.diff(lp.start) == [1, 1, 1, 1, 1, 1, 0, 0]).all()

    def test_what_cancels_or_is_tiny_is_dropped(self) -> None:
        machine, period, blocks = two_blocks()
        run, over = blocks["run"].terms, (machine, period)
        rows = [
            Rows("none", over).plus(run).minus(run).at_most(1.0),
            Rows("tiny", over).plus(run.by(TINY / 2)).at_most(1.0),
        ]
        assert len(assemble(list(blocks.values()), rows).value) == 0

    @pytest.mark.parametrize("seed", range(30))
    def test_compressed_columns_are_those_of_scipy(self, seed: int) -> None:
        dice = np.random.default_rng(seed)
        period, machine = axis("period", 4), axis("machine", 3)
        blocks = numbered([ragged(name, machine, period, dice) for name in ("a", "b")])
        columns = sum(len(one) for one in blocks.values())
        rows = [runs_of("r", (machine, period), columns, dice), runs_of("s", (machine,), columns, dice)]
        lp = assemble(list(blocks.values()), rows)
        terms = [
            (row + begin, column, value)
            for one, begin, timed in zip(rows, lp.begins, (True, False), strict=False)
            for row, column, value in spelt_out(one, timed)
        ]
        row, column, value = np.array(terms).reshape(-1, 3).T
        expected = sparse.coo_array(
            (value, (row.astype(int), column.astype(int))), shape=(len(lp.row_lower), columns)
        ).tocsc()
        expected.sum_duplicates()
        expected.eliminate_zeros()
        assert lp.start.tolist() == expected.indptr.tolist()
        assert lp.index.tolist() == expected.indices.tolist()
        assert np.allclose(lp.value, expected.data)
        x, dual = dice.normal(size=columns), dice.normal(size=len(lp.row_lower))
        assert np.allclose(lp.times(x), expected @ x)
        assert np.allclose(lp.priced(dual), expected.T @ dual)

    def test_what_is_not_a_number_is_refused(self) -> None:
        machine, period, blocks = two_blocks()
        bad = (
            Rows("load", (machine, period))
            .plus(blocks["run"].terms.by(np.array([1.0, np.nan]), "machine"))
            .at_most(1.0)
        )
        with pytest.raises(ValueError, match="not a number"):
            assemble(list(blocks.values()), [bad])
        limit = numbered(
            [block("run", machine, period, np.zeros(2, np.int64), np.full(2, 3), upper=np.array([1, np.nan]))]
        )
        with pytest.raises(ValueError, match="not a number"):
            assemble(list(limit.values()), [Rows("load", (machine, period)).plus(limit["run"].terms).at_most(1.0)])

    def test_an_objective_has_a_number_for_each_column(self) -> None:
        machine, _, blocks = two_blocks()
        lp = assemble(list(blocks.values()), [Rows("all", (machine,)).plus(blocks["run"].terms).at_most(9.0)])
        for cost in (np.zeros(3), np.full(8, np.nan)):
            with pytest.raises(ValueError, match="objective"):
                lp.minimising(cost)
        assert lp.minimising(np.ones(8)).cost.sum() == 8
        assert lp.cost.sum() == 0

    def test_columns_keep_bounds_and_whole_numbers(self) -> None:
        machine, period = axis("machine", 2), axis("period", 3)
        upper = np.array([[1.0, 2, 3], [4, 5, 6]])
        whole = np.array([False, True])
        blocks = numbered(
            [block("run", machine, period, np.array([1, 0]), np.array([2, 3]), lower=-1.0, upper=upper, integer=whole)]
        )
        lp = assemble(list(blocks.values()), [Rows("all", (machine,)).plus(blocks["run"].terms).at_most(9.0)])
        assert lp.lower.tolist() == [-1] * 5
        assert lp.upper.tolist() == [2, 3, 4, 5, 6]
        assert lp.integer.tolist() == [2, 3, 4]


def runs_of(name: str, over: tuple[Axis, ...], columns: int, dice: np.random.Generator) -> RowBlock:
    """A block of rows with random runs of terms, several of them in one place, some of them cancelling."""
    rows, number = 7, int(dice.integers(1, 30)) if columns else 0
    row, column = dice.integers(0, rows, number), dice.integers(0, max(columns, 1), number)
    count = np.minimum(dice.integers(0, 4, number), np.minimum(rows - row, columns - column))
    value = dice.integers(-3, 4, number).astype(float)
    return RowBlock(
        name, over, np.arange(rows, dtype=np.int32), np.zeros(rows), np.ones(rows), row, column, count, value
    )


def spelt_out(one: RowBlock, timed: bool) -> list[tuple[int, int, float]]:
    """Row, column and coefficient of every term of every run: in rows one after the other, or all in one."""
    runs = zip(one.row, one.column, one.count, one.value, strict=True)
    return [(row + k * timed, column + k, value) for row, column, count, value in runs for k in range(count)]


class TestParts:
    def test_until_a_period(self) -> None:
        """Later columns stay at zero, rows of later periods are free, rows without time hold."""
        machine, period, blocks = two_blocks()
        run, buy = blocks["run"].terms, blocks["buy"].terms
        rows = [
            Rows("load", (machine, period)).plus(run).at_most(5.0),
            Rows("all", (machine,)).plus(run, buy).equals(7.0),
        ]
        lp = assemble(list(blocks.values()), rows)
        early = lp.until(2)
        assert early.upper.tolist() == [np.inf, np.inf, 0, np.inf, np.inf, 0, 4, 4]
        assert early.row_upper.tolist() == [5, 5, np.inf, 5, 5, np.inf, 7, 7]
        assert early.row_lower.tolist() == [-np.inf] * 6 + [7, 7]
        assert lp.row_upper.tolist() == [5] * 6 + [7, 7]

    def test_rows_by_name_and_other_bounds(self) -> None:
        machine, period, blocks = two_blocks()
        rows = [
            Rows("load", (machine, period)).plus(blocks["run"].terms).at_most(5.0),
            Rows("all", (machine,)).plus(blocks["buy"].terms).at_most(1.0),
        ]
        lp = assemble(list(blocks.values()), rows)
        assert lp.rows_of("all") == slice(6, 8)
        with pytest.raises(KeyError):
            lp.rows_of("none")
        assert lp.within(upper=np.zeros(8)).upper.sum() == 0
        assert np.isinf(lp.upper).any()

    def test_one_more_row(self) -> None:
        machine, period, blocks = two_blocks()
        lp = assemble(list(blocks.values()), [Rows("load", (machine, period)).plus(blocks["run"].terms).at_most(5.0)])
        terms = np.array([0, 2.0, 0, 0, 0, 3, 0, -1])
        grown = lp.and_row(terms, 1.0, 9.0)
        assert np.array_equal(matrix(grown), np.vstack([matrix(lp), terms]))
        assert (grown.row_lower[-1], grown.row_upper[-1]) == (1, 9)
        assert grown.shape == (7, 8)


class TestText:
    def test_rows_as_text(self) -> None:
        machine, period, blocks = two_blocks(2)
        run, buy = blocks["run"].terms, blocks["buy"].terms
        names = Names(blocks)
        written = (
            Rows("load", (machine, period))
            .minus(run)
            .plus(run.lag().by(2.5))
            .at_most(np.array([[1, 2], [np.inf, 1e6]]))
        )
        assert show(written, names).splitlines() == [
            "load[machine0,period0]: -run[machine0,period0] <= 1",
            "load[machine0,period1]: -run[machine0,period1] + 2.5 run[machine0,period0] <= 2",
            "load[machine1,period1]: -run[machine1,period1] + 2.5 run[machine1,period0] <= 1e+06",
        ]
        assert (
            show(Rows("own", (machine,)).plus(buy).at_least(3.0), names)
            == "own[machine0]: buy[machine0] >= 3\nown[machine1]: buy[machine1] >= 3"
        )
        assert (
            show(Rows("own", (machine,)).plus(buy).equals(0.0), names, limit=1)
            == "own[machine0]: buy[machine0] = 0\n... 1 more"
        )

    def test_a_column_that_is_not_there(self) -> None:
        _, _, blocks = two_blocks()
        with pytest.raises(KeyError):
            Names(blocks)[8]

    @pytest.mark.parametrize("seed", range(10))
    def test_every_column_has_the_name_of_its_place(self, seed: int) -> None:
        dice = np.random.default_rng(seed)
        machine, period = axis("machine", 4), axis("period", 3)
        blocks = numbered([ragged("a", machine, period, dice), ragged("b", machine, period, dice)])
        names = Names(blocks)
        for one in blocks.values():
            rows = Rows("r", (machine, period)).plus(one.terms).at_most(1.0)
            for at, row in spelt_rows(rows, sum(len(each) for each in blocks.values())).items():
                (column,) = np.flatnonzero(row)
                assert names[int(column)] == f"{one.name}[{machine.labels[at[0]]},{period.labels[at[1]]}]"
            assert [row_name(rows, row).startswith("r[machine") for row in range(len(rows))] == [True] * len(rows)
