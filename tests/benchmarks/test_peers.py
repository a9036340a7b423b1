"""The peers of the benchmarks solve the same program: as many rows, columns and entries, and the same optimum."""

from __future__ import annotations

from typing import Any

import pytest
from benchmarks.generator import scenario
from benchmarks.ours import handed_over, program

from fullrate.lp.solve import solve

pytestmark = pytest.mark.oracle


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize(("sparse", "labels"), [(False, False), (True, False), (True, True)])
def test_linopy_finds_what_we_find(seed: int, sparse: bool, labels: bool) -> None:
    build = pytest.importorskip("benchmarks.peer_linopy").build
    tables = scenario("XS", seed)
    ours, theirs = handed_over(tables, pruned=False), build(tables, sparse=sparse, labels=labels)
    assert _shape(theirs) == _shape(ours)
    assert _optimum(theirs) == pytest.approx(solve(program(tables)[1]).objective, rel=1e-6, abs=1e-6)


def _shape(solver: Any) -> tuple[int, int, int]:
    return solver.getNumRow(), solver.getNumCol(), solver.getNumNz()


def _optimum(solver: Any) -> float:
    solver.setOptionValue("output_flag", False)
    solver.run()
    return float(solver.getInfo().objective_function_value)
