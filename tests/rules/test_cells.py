"""Every row leads back to cells that exist: the address a reader needs to change the answer."""

from __future__ import annotations

from pathlib import Path

import pytest

import fullrate as fr
from fullrate.case import derive
from fullrate.lp.show import row_name
from fullrate.rules import RULES, cells, columns_of, rows_of
from fullrate.tables import Tables

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@pytest.mark.parametrize("name", ["golden", "respirators-2020"])
def test_every_row_leads_back_to_cells_that_exist(name: str) -> None:
    tables = fr.read(EXAMPLES / name)
    case = derive(tables, pruned=False)
    traced = 0
    for blocks in rows_of(case, columns_of(case)).values():
        for block in blocks:
            for row in range(len(block)):
                traced += _read(tables, block.name, row_name(block, row))
    assert traced > 0


def _read(tables: Tables, block: str, row: str) -> int:
    """Read every cell of a row as written; a cell that is not there raises KeyError."""
    ids = row.removeprefix(f"{block}[").removesuffix("]").split(",")
    found = cells(tables, block, ids[0])
    for cell in found:
        tables.text(cell)
    return len(found)


def test_the_capacity_of_a_line_is_the_cell_behind_its_hours() -> None:
    tables = fr.read(EXAMPLES / "golden")
    assert [str(cell) for cell in cells(tables, "hours", "bench")] == ["resources:bench.capacity"]


def test_no_row_block_is_without_a_way_back() -> None:
    tables = fr.read(EXAMPLES / "respirators-2020")
    case = derive(tables, pruned=False)
    written = {(code, block.name) for code, blocks in rows_of(case, columns_of(case)).items() for block in blocks}
    declared = {(rule.code, name) for rule in RULES for name in rule.cells}
    assert written <= declared
