"""Inputs counted by where they come from, checked by counting them by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl

from fullrate.report import evidence
from fullrate.report.sections.computing import prose
from report.scenes import SCENE, golden, scene

DEFAULTS = {("recipients", "class"): 1}


def test_golden_has_23_numbers_all_assumed() -> None:
    """2 leads, a yield, a recipe, 2 capacities, 2 uses, 2 of the build, 6 of the curve, 4 of lanes, stock, 2 needs."""
    tables, _ = golden()
    found = evidence.shares(evidence.inputs(tables))
    assert (found.total, found.assumed, found.documented, found.unsourced) == (23, 23, 0, 0)


def test_the_source_of_a_cell_wins_over_that_of_its_row() -> None:
    tables, _ = scene()
    cells = {(r["table"], r["key"], r["column"]): r for r in evidence.inputs(tables).iter_rows(named=True)}
    assert cells["needs", "bay_pumps", "qty"]["source"] == "guess"
    assert cells["needs", "bay_pumps", "qty"]["note"] == "half of the memo's number"
    assert cells["needs", "007_pumps", "qty"]["source"] == "memo"
    assert cells["allotments", "grant|2026-01-05", "amount"]["source"] is None


def test_shares_of_the_scene_counted_again() -> None:
    """Numbers written in the rows of the scene, less defaults and positions on the map."""
    numbers = documented = assumed = 0
    for table, rows in SCENE.items():
        if table in evidence.BESIDE:
            continue
        for row in rows:
            for column, value in row.items():
                if (
                    not isinstance(value, int | float)
                    or column in ("lat", "lon")
                    or DEFAULTS.get((table, column)) == value
                ):
                    continue
                source = row.get("source")
                if (table, column, row.get("need")) == ("needs", "qty", "bay_pumps"):
                    source = "guess"
                numbers += 1
                documented += source == "memo"
                assumed += source == "guess"
    found = evidence.shares(evidence.inputs(scene()[0]))
    assert (found.total, found.documented, found.assumed) == (numbers, documented, assumed)
    assert found.unsourced == numbers - documented - assumed > 0
    assert sum(map(found.share, (found.documented, found.assumed, found.unsourced))) == 1.0


def test_a_default_written_out_is_not_an_input_and_a_zero_may_be_one() -> None:
    tables, _ = scene()
    from fullrate.tables import Cell

    written = tables.replace(Cell("processes", "buy_part", "yield"), "1")
    assert len(evidence.inputs(written)) == len(evidence.inputs(tables))
    closed = tables.replace(Cell("processes", "press_pump", "max_rate"), "0")
    assert len(evidence.inputs(closed)) == len(evidence.inputs(tables)) + 1, "0 is not the default, which is no limit"


def test_sources_are_counted_in_order() -> None:
    tables, _ = scene()
    cells = evidence.inputs(tables)
    found = evidence.by_source(tables, cells)
    assert found["numbers"].sum() == len(cells)
    assert found["numbers"].to_list() == sorted(found["numbers"], reverse=True)


def test_ranges_stand_beside_the_value_of_the_plan() -> None:
    row = evidence.ranges(scene()[0]).row(0, named=True)
    assert (row["cell"], row["value"], row["low"], row["high"]) == ("resources:press.capacity", "4", 2.0, 5.0)


def test_bibliography_lists_documents_before_assumptions() -> None:
    assert evidence.bibliography(scene()[0])["source"].to_list() == ["memo", "guess"]


def test_what_is_left_out_is_read_from_the_readme(tmp_path: Path) -> None:
    tables, _ = golden()
    (tmp_path / "README.md").write_text(
        "# A\n\n## What is not modelled\n\nRust; `rain`.\n\n- wind\n\n## Next\n\nNo.\n", "utf-8"
    )
    said = evidence.left_out(replace(tables, folder=str(tmp_path)))
    assert prose(said) == (["Rust; rain."], ["wind"])
    assert evidence.left_out(scene()[0]) == ""


def test_every_cell_has_its_unit() -> None:
    cells = evidence.inputs(golden()[0])
    units = dict(cells.filter(pl.col("table") == "lanes").select("column", "unit").iter_rows())
    assert units == {"lead_d": "d", "capacity": "cap_unit/d"}
