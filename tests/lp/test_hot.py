"""A solver object that comes back: answers do not depend on what was solved before."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.generator import scenario

from fullrate.case import derive
from fullrate.lp.assemble import LP
from fullrate.lp.solve import Corner, Hot, solve
from fullrate.planning.chain import unit
from fullrate.planning.resolve import ties
from fullrate.rules import write


@pytest.fixture(scope="module")
def base() -> LP:
    """The first stage of time of a made-up programme."""
    lp, cols = write(derive(scenario("XS", 3)))
    return lp.relaxed().minimising(unit(lp, int(cols["burden"].offset[0])))


def less(lp: LP, share: float) -> LP:
    """So much of every rate of starts."""
    rows, high = lp.rows_of("make_rate"), lp.row_upper.copy()
    high[rows] *= share
    return lp.within(row_upper=high)


def begun(base: LP) -> tuple[Hot, Corner]:
    hot = Hot(base, ties(base))
    hot.anew(base)
    assert hot.corner is not None
    return hot, hot.corner


def test_values_are_those_from_nothing_in_any_order(base: LP) -> None:
    hot, corner = begun(base)
    for share in (0.9, 1.1, 0.7, 0.95, 1.0):
        answer = hot.solve(less(base, share), corner)
        assert answer is not None
        assert answer.sound
        assert answer.objective == pytest.approx(solve(less(base, share)).objective, rel=1e-6)


def test_who_gives_up_is_back_for_the_next(base: LP) -> None:
    hot, corner = begun(base)
    alone = hot.solve(less(base, 0.9), corner)
    steps, hot.most = hot.most, 1
    assert hot.solve(less(base, 0.5), corner) is None
    assert hot.corner is None
    hot.most = steps
    again = hot.solve(less(base, 0.9), corner)
    assert alone is not None
    assert again is not None
    assert np.array_equal(alone.x, again.x)


def test_an_answer_is_where_the_same_program_begins(base: LP) -> None:
    hot, corner = begun(base)
    hot.solve(less(base, 0.8), corner)
    there = hot.corner
    hot.solve(base, corner)
    hot.most = 0
    assert there is not None
    assert hot.solve(less(base, 0.8), there) is not None


def test_programs_with_another_matrix_are_refused(base: LP) -> None:
    hot, corner = begun(base)
    other = base.minimising(base.cost * 2)
    with pytest.raises(ValueError, match="more than bounds"):
        hot.solve(other, corner)
