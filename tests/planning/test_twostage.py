"""Two-stage programs against answers from books, published sets, arithmetic, and the same program written out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from fullrate.lp.solve import solve
from fullrate.planning.blocks import Piece, stacked
from fullrate.planning.extensive import after, constant, extensive, waiting
from fullrate.planning.twostage import Cases, Link, Outcome, Risk, TwoStage, hedge, tail_mean
from planning import smps

SMPS = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "smps"
INF = float("inf")
EXACT = 1e-6


def program(cost, matrix, lower, upper, column_upper=None, integer=None):
    """A small program from dense rows; columns are at least zero."""
    matrix = np.array(matrix, float).reshape(-1, len(cost))
    row, column = np.nonzero(matrix)
    high = np.full(len(cost), INF) if column_upper is None else np.array(column_upper, float)
    piece = Piece(row, column, matrix[row, column], np.array(lower, float), np.array(upper, float))
    return stacked(np.array(cost, float), np.zeros(len(cost)), high, [piece], integer)


def farmer(factors=(0.8, 1.0, 1.2)):
    """Birge & Louveaux 2011, 1.1: 500 acres of wheat, corn and beets; sales and purchases follow the yield."""
    first = program([150, 230, 260], [[1, 1, 1]], [-INF], [500])
    made = []
    for factor in factors:
        # wheat sold and bought, corn sold and bought, beets sold at the quota's price and below it
        rows = [[-1, 1, 0, 0, 0, 0], [0, 0, -1, 1, 0, 0], [0, 0, 0, 0, -1, -1]]
        quota = [INF, INF, INF, INF, 6000, INF]
        lp = program([-170, 238, -150, 210, -36, -10], rows, [200, 240, 0], [INF, INF, INF], quota)
        links = (Link("row_lower", np.arange(3), np.arange(3), -factor * np.array([2.5, 3, 20])),)
        made.append(Outcome(lp, links, 1 / len(factors)))
    return TwoStage(first, tuple(made), np.full(len(made), -1e6))


def newsvendor():
    """Buy at one, sell at three, demand 50, 100 or 150 alike."""
    made = [
        Outcome(
            program([-3.0], [[1.0]], [-INF], [0.0], [demand]),
            (Link("row_upper", np.array([0]), np.array([0]), np.ones(1)),),
            1 / 3,
        )
        for demand in (50, 100, 150)
    ]
    return TwoStage(program([1.0], [], [], [], [1000.0]), tuple(made), np.full(3, -1000.0))


def test_the_farmer_of_the_book():
    problem, risk = farmer(), Risk()
    found = hedge(problem, risk, gap=1e-9)
    assert -found.value == pytest.approx(108_390, rel=EXACT)
    assert found.x == pytest.approx([170, 80, 250], rel=EXACT)
    known = float(problem.odds @ waiting(problem))
    assert found.value - known == pytest.approx(7_016, abs=0.5)  # the book rounds to whole dollars
    mean = hedge(farmer((1.0,)), risk, gap=1e-9)
    usual = float(problem.odds @ after(problem, mean.x))
    assert usual - found.value == pytest.approx(1_150, rel=EXACT)


def test_the_newsvendor():
    problem = newsvendor()
    found = hedge(problem, Risk(), gap=1e-9)
    assert -found.value == pytest.approx(150, rel=EXACT)
    known = float(problem.odds @ waiting(problem))
    assert -known == pytest.approx(200, rel=EXACT)
    assert found.value - known == pytest.approx(50, rel=EXACT)
    mean = TwoStage(problem.first, (problem.outcomes[1],), problem.least[:1])
    alone = Outcome(mean.outcomes[0].lp, mean.outcomes[0].links, 1.0)
    usual = hedge(TwoStage(problem.first, (alone,), problem.least[:1]), Risk(), gap=1e-9)
    assert float(problem.odds @ after(problem, usual.x)) == pytest.approx(found.value, rel=EXACT)  # VSS 0


def test_the_worst_fifth_of_ten():
    assert tail_mean(np.arange(1.0, 11.0), np.full(10, 0.1), 0.8) == pytest.approx(9.5, abs=1e-12)
    assert tail_mean(np.arange(1.0, 11.0), np.full(10, 0.1), 1.0) == 10
    assert tail_mean(np.arange(1.0, 11.0), np.full(10, 0.1), 0.0) == pytest.approx(5.5, abs=1e-12)
    assert tail_mean(np.array([4.0, 8.0]), np.array([0.7, 0.3]), 0.4) == pytest.approx(6.0, abs=1e-12)


@pytest.mark.parametrize("risk", [Risk(0.8), Risk(0.5, 0.4), Risk(1.0)], ids=str)
@pytest.mark.parametrize("make", [farmer, newsvendor])
def test_risks_agree_with_the_program_written_out(make, risk):
    problem = make()
    found, whole = hedge(problem, risk, gap=1e-9), solve(extensive(problem, risk))
    assert found.value == pytest.approx(whole.objective + constant(problem, risk), rel=EXACT)
    assert found.bound <= found.value + EXACT * abs(found.value)


def test_constants_count():
    plain = farmer()
    shifted = TwoStage(
        plain.first,
        tuple(Outcome(one.lp, one.links, one.odds, 1000.0 * at) for at, one in enumerate(plain.outcomes)),
        plain.least,
    )
    for risk in (Risk(), Risk(0.7)):
        found, whole = hedge(shifted, risk, gap=1e-9), solve(extensive(shifted, risk))
        assert found.value == pytest.approx(whole.objective + constant(shifted, risk), rel=EXACT)


def test_whole_decisions():
    """Lots of 70: one earns (3 * (50 + 70 + 70) - 210) / 3 = 120, two 3 * (50 + 100 + 140) / 3 - 140 = 150."""
    bare = newsvendor()
    first = program([70.0], [], [], [], [10.0], np.array([0]))
    lots = tuple(
        Outcome(one.lp, (Link("row_upper", np.array([0]), np.array([0]), np.full(1, 70.0)),), one.odds)
        for one in bare.outcomes
    )
    problem = TwoStage(first, lots, bare.least)
    found = hedge(problem, Risk(), gap=1e-9)
    assert found.x == pytest.approx([2.0], abs=1e-9)
    assert -found.value == pytest.approx(150, rel=EXACT)
    assert solve(extensive(problem, Risk())).objective == pytest.approx(found.value, rel=EXACT)


def test_of_equal_decisions_the_cheapest():
    """100 and 150 papers earn the same: with a price on papers of its own it is 100."""
    found = hedge(newsvendor(), Risk(), gap=1e-9, cost=np.ones(1), slack=1e-9)
    assert found.x == pytest.approx([100.0], abs=1e-4)


def test_a_case_without_an_answer_is_named():
    stuck = Outcome(program([1.0], [[1.0]], [1.0], [INF], [0.5]), (), 1.0, name="flood")
    with pytest.raises(RuntimeError, match="case flood is infeasible"):
        hedge(TwoStage(program([1.0], [], [], []), (stuck,), np.zeros(1)), Risk())


def test_cases_that_differ_in_bounds_share_a_solver():
    assert Cases.of(newsvendor().outcomes).groups == [[0, 1, 2]]


def _published(name: str, *files: str) -> tuple[TwoStage, float]:
    if not SMPS.is_dir():
        pytest.skip("the SMPS sets are not beside the checkout")
    values = dict(line.split(",")[0::5][:2] for line in (SMPS / "values.csv").read_text().splitlines())
    return smps.read(SMPS, *files), float(values[name])


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("lands", ("lands.cor", "lands.tim", "lands.sto")),
        ("pgp2", ("pgp2.cor", "pgp2.tim", "pgp2.sto")),
        ("airlift_first", ("airl.cor", "airl.tim", "airl-first.sto")),
        ("pltexpa_2_6", ("pltexpa-2.cor", "pltexpa-2.tim", "pltexpa-2-6.sto")),
    ],
)
def test_published_sets(name, files):
    problem, published = _published(name, *files)
    found = hedge(problem, Risk(), gap=1e-8)
    assert found.value == pytest.approx(published, rel=EXACT)
    assert found.bound == pytest.approx(published, rel=EXACT)
    assert solve(extensive(problem, Risk())).objective == pytest.approx(found.value, rel=EXACT)


def test_a_wrong_slope_is_noticed(monkeypatch):
    """A plane that is not below the loss cuts off the best: value and the program written out no longer agree."""
    true = Outcome.slope
    monkeypatch.setattr(Outcome, "slope", lambda self, answer, columns: 0.5 * true(self, answer, columns))
    found = hedge(farmer(), Risk(), gap=1e-9)
    assert abs(found.value - solve(extensive(farmer(), Risk())).objective) > 1.0
