"""The scenarios the benchmarks draw: valid, repeatable, of the promised sizes; estimated before they are written."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from benchmarks.generator import SIZES, scenario, write

import fullrate as fr
from fullrate.case import derive
from fullrate.case.size import estimate
from fullrate.rules import write as write_program
from fullrate.tables import Tables

ROUND = {"XS": 4e3, "S": 14e3, "M": 100e3}
"""Columns each size is meant to have, nothing pruned."""


@pytest.fixture(scope="module", params=["XS", "S", "M"])
def drawn(request: pytest.FixtureRequest) -> tuple[str, Tables]:
    return request.param, scenario(request.param, 1)


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("size", ["XS", "S"])
def test_the_checker_has_no_error_to_report(size: str, seed: int, tmp_path: Path) -> None:
    write(tmp_path, size, seed)
    assert [finding for finding in fr.check(tmp_path) if finding.severity.name == "error"] == []


def test_the_same_seed_writes_the_same_files(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write(tmp_path / name, "XS", 3)
    files = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert len(files) > 15
    assert all((tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes() for name in files)


def test_other_seeds_write_other_scenarios(tmp_path: Path) -> None:
    for seed in (1, 2):
        write(tmp_path / str(seed), "XS", seed)
    assert (tmp_path / "1" / "recipe.csv").read_bytes() != (tmp_path / "2" / "recipe.csv").read_bytes()


def test_structure_is_as_described(drawn: tuple[str, Tables]) -> None:
    size, tables = drawn
    recipe, processes = tables.filled("recipe"), tables.filled("processes")
    assert len(tables.filled("items")) == sum(SIZES[size].levels)
    components = recipe.group_by("process").len()["len"]
    assert components.min() >= 2
    assert components.max() <= 5
    assert processes.group_by("item").len()["len"].max() <= 3
    leads = np.concatenate([tables.filled(name)["lead_d"].to_numpy() for name in ("processes", "lanes", "builds")])
    assert (leads % 7 == 0).all()
    first = (tables.filled("needs")["from"] - tables.config.start).dt.total_days()
    assert first.max() <= 7 * SIZES[size].weeks / 3


def test_columns_are_about_as_many_as_promised(drawn: tuple[str, Tables]) -> None:
    size, tables = drawn
    columns = estimate(derive(tables, pruned=False)).columns
    assert 0.75 < columns / ROUND[size] < 1.3


@pytest.mark.parametrize("pruned", [True, False])
def test_the_program_is_estimated_before_it_is_written(drawn: tuple[str, Tables], pruned: bool) -> None:
    case = derive(drawn[1], pruned=pruned)
    guess, (program, _) = estimate(case), write_program(case)
    rows, columns = program.shape
    assert guess.entries == pytest.approx(len(program.value), rel=0.3)
    assert guess.columns == pytest.approx(columns, rel=0.2)
    assert guess.rows == pytest.approx(rows, rel=0.3)
    assert guess.memory > 12 * len(program.value)
