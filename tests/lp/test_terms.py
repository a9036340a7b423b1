"""Verbs on terms against plain arrays, on random ragged columns."""

from __future__ import annotations

import numpy as np
import pytest

from fullrate.lp.axes import Columns, Relation, Terms, block, numbered
from fullrate.lp.rows import Rows
from lp.spelt import Floats, axis, ragged, random_kernel, spelt_rows, tensor

SEEDS = range(40)
PERIOD = axis("period", 5)
MACHINE, PART = axis("machine", 4), axis("part", 3)


@pytest.fixture(params=SEEDS)
def dice(request: pytest.FixtureRequest) -> np.random.Generator:
    return np.random.default_rng(request.param)


def drawn(dice: np.random.Generator) -> tuple[Columns, int]:
    """A ragged block behind another one, and the number of columns in all."""
    blocks = numbered([ragged("first", PART, PERIOD, dice), ragged("run", MACHINE, PERIOD, dice)])
    return blocks["run"], sum(len(one) for one in blocks.values())


def spelt(terms: Terms, columns: int) -> Floats:
    return tensor(terms, ("machine", "period"), columns)


class TestVerbs:
    def test_every_column_once(self, dice: np.random.Generator) -> None:
        run, columns = drawn(dice)
        full = np.zeros((4, 5, columns))
        column = columns - len(run)
        for machine in range(4):
            for period in range(run.first[machine], run.first[machine] + run.count[machine]):
                full[machine, period, column] = 1.0
                column += 1
        assert np.array_equal(spelt(run.terms, columns), full)
        assert len(run.terms) == len(run) == column - (columns - len(run))

    @pytest.mark.parametrize("over", [(), ("machine",), ("period",), ("machine", "period"), ("period", "machine")])
    def test_by(self, dice: np.random.Generator, over: tuple[str, ...]) -> None:
        run, columns = drawn(dice)
        factor = dice.normal(size=[{"machine": 4, "period": 5}[name] for name in over])
        wide = factor.T if over == ("period", "machine") else factor
        wide = wide[:, None] if over == ("machine",) else wide
        assert np.allclose(spelt(run.terms.by(factor, *over), columns), spelt(run.terms, columns) * wide[..., None])

    @pytest.mark.parametrize("over", [("machine",), ("period",), ("machine", "period")])
    def test_only(self, dice: np.random.Generator, over: tuple[str, ...]) -> None:
        run, columns = drawn(dice)
        keep = dice.random([{"machine": 4, "period": 5}[name] for name in over]) < 0.5
        wide = keep[:, None] if over == ("machine",) else keep
        assert np.array_equal(spelt(run.terms.only(keep, *over), columns), spelt(run.terms, columns) * wide[..., None])

    def test_minus_and_nonzero(self, dice: np.random.Generator) -> None:
        run, columns = drawn(dice)
        factor = dice.integers(0, 2, 4).astype(float)
        terms = run.terms.by(factor, "machine")
        assert np.array_equal(spelt(-terms, columns), -spelt(terms, columns))
        assert np.array_equal(spelt(terms.nonzero(), columns), spelt(terms, columns))
        assert len(terms.nonzero()) == np.count_nonzero(spelt(terms, columns))

    @pytest.mark.parametrize("periods", [0, 1, 2, 7])
    def test_lag(self, dice: np.random.Generator, periods: int) -> None:
        run, columns = drawn(dice)
        late = np.zeros((4, 5, columns))
        late[:, periods:] = spelt(run.terms, columns)[:, : max(5 - periods, 0)]
        assert np.array_equal(spelt(run.terms.lag(periods), columns), late)

    def test_spread(self, dice: np.random.Generator) -> None:
        run, columns = drawn(dice)
        kernel, share = random_kernel(4, 5, dice)
        felt = np.einsum("msc,mst->mtc", spelt(run.terms, columns), share)
        assert np.allclose(spelt(run.terms.spread(kernel, "machine"), columns), felt)

    def test_to(self, dice: np.random.Generator) -> None:
        """Several machines on one part, machines on none."""
        run, columns = drawn(dice)
        by = dice.integers(-1, 3, 4)
        onto = (by[:, None] == np.arange(3)[None, :]).astype(float)
        moved = run.terms.to("machine", PART, by)
        assert set(moved.axes) == {"part", "period"}
        expected = np.einsum("mtc,mp->ptc", spelt(run.terms, columns), onto)
        assert np.allclose(tensor(moved, ("part", "period"), columns), expected)

    def test_each(self, dice: np.random.Generator) -> None:
        run, columns = drawn(dice)
        pairs = dice.integers(0, 12, 6)
        relation = Relation(PART, pairs % 4, pairs // 4, dice.normal(size=6))
        weight = np.zeros((4, 3))
        np.add.at(weight, (relation.source, relation.target), relation.weight)
        expected = np.einsum("mtc,mp->ptc", spelt(run.terms, columns), weight)
        assert np.allclose(tensor(run.each(relation), ("part", "period"), columns), expected)

    def test_one_after_the_other(self, dice: np.random.Generator) -> None:
        run, columns = drawn(dice)
        kernel, share = random_kernel(4, 5, dice)
        factor, late, by = dice.normal(size=(4, 5)), dice.normal(size=5), dice.integers(-1, 3, 4)
        terms = (
            run.terms.by(factor, "machine", "period")
            .spread(kernel, "machine")
            .by(late, "period")
            .lag()
            .to("machine", PART, by)
        )
        full = spelt(run.terms, columns) * factor[..., None]
        full = np.einsum("msc,mst->mtc", full, share) * late[None, :, None]
        full = np.concatenate([np.zeros((4, 1, columns)), full[:, :-1]], axis=1)
        onto = (by[:, None] == np.arange(3)[None, :]).astype(float)
        assert np.allclose(tensor(terms, ("part", "period"), columns), np.einsum("mtc,mp->ptc", full, onto))

    def test_rows_add_up_what_they_do_not_run_over(self, dice: np.random.Generator) -> None:
        run, columns = drawn(dice)
        factor = dice.normal(size=4)
        written = Rows("load", (PERIOD,)).plus(run.terms.by(factor, "machine")).minus(run.terms.lag()).at_most(1.0)
        full = np.einsum("mtc,m->tc", spelt(run.terms, columns), factor) - spelt(run.terms.lag(), columns).sum(axis=0)
        rows = spelt_rows(written, columns)
        assert all(np.allclose(rows.get((period,), np.zeros(columns)), full[period]) for period in range(5))


class TestTermsWithoutTime:
    def test_each_is_placed_in_a_period(self) -> None:
        machine, period = axis("machine", 4), axis("period", 3)
        blocks = numbered([block("buy", machine, None, np.zeros(4, np.int64), np.array([1, 0, 1, 1]))])
        terms = blocks["buy"].terms
        placed = terms.during(period, np.array([2, 0, 3])[: len(terms)])
        assert placed.at["period"].tolist() == [2, 0]
        assert placed.at["machine"].tolist() == [0, 2]
        assert placed.column.tolist() == [0, 1]


class TestNothing:
    """Axes without elements, blocks without columns."""

    def test_all_verbs(self) -> None:
        nobody = axis("machine", 0)
        run = numbered([ragged("run", nobody, PERIOD, np.random.default_rng(0))])["run"]
        kernel, _ = random_kernel(0, 5, np.random.default_rng(0))
        terms = run.terms.by(np.zeros((0, 5)), "machine", "period").spread(kernel, "machine").lag().nonzero()
        assert len(terms.to("machine", PART, np.zeros(0, np.int64))) == 0
        assert len(Rows("none", (nobody, PERIOD)).plus(terms).at_most(np.zeros((0, 5)))) == 0
        assert len(Rows("none", (PART, PERIOD)).at_most(1.0)) == 0


class TestMismatch:
    """A wrong alignment never passes in silence."""

    def terms(self) -> Terms:
        return drawn(np.random.default_rng(1))[0].terms

    def test_an_axis_of_the_same_name_is_another_axis(self) -> None:
        with pytest.raises(ValueError, match="row load runs over"):
            Rows("load", (axis("machine", 4), PERIOD)).plus(self.terms())

    def test_an_axis_the_terms_do_not_have(self) -> None:
        with pytest.raises(ValueError, match="row load runs over"):
            Rows("load", (PART, PERIOD)).minus(self.terms())

    @pytest.mark.parametrize(
        ("shape", "over"),
        [
            ((5,), ("machine",)),
            ((4, 4), ("machine", "period")),
            ((5, 4), ("machine", "period")),
            ((4,), ()),
            ((3,), ("part",)),
        ],
    )
    def test_a_factor_or_mask_of_another_shape(self, shape: tuple[int, ...], over: tuple[str, ...]) -> None:
        with pytest.raises(ValueError, match=r"axis|axes"):
            self.terms().by(np.ones(shape), *over)
        with pytest.raises(ValueError, match=r"axis|axes"):
            self.terms().only(np.ones(shape, bool), *over)

    def test_a_map_of_another_length(self) -> None:
        with pytest.raises(ValueError, match="map of length 3"):
            self.terms().to("machine", PART, np.zeros(3, np.int64))
