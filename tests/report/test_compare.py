"""Two runs side by side: exactly the cells that differ, and the dates by hand."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from fullrate.report.compare import ABSENT, DEFAULT, cells, compare
from fullrate.tables import Cell, read
from report.scenes import GOLDEN, golden, golden_with

CHANGE = "builds:second_line.max=0"


def test_one_changed_cell_is_the_only_one_that_differs() -> None:
    found = compare(golden(), golden_with(CHANGE))
    assert found.cells.rows() == [("builds:second_line.max", "1", "0")]


def test_the_same_run_differs_in_nothing() -> None:
    found = compare(golden(), golden())
    assert found.cells.is_empty()
    assert found.dates["change_d"].to_list() == [0] * 5
    assert found.waits["change"].to_list() == [0.0]
    assert found.cost["change"].to_list() == [0.0]
    assert found.binding["old"].to_list() == found.binding["new"].to_list()


def test_answers_differ_by_what_the_second_line_is_worth() -> None:
    """Golden without the build: mean wait 85.0325, not 75.775 days; all at the earliest in period 20, not 16."""
    found = compare(golden(), golden_with(CHANGE))
    wait = found.waits.row(0, named=True)
    assert (wait["old"], wait["new"]) == (pytest.approx(75.775, abs=1e-5), pytest.approx(85.0325, abs=1e-5))
    whole = found.dates.filter(pl.col("coverage") == 1.0).row(0, named=True)
    assert (whole["old_earliest"], whole["new_earliest"]) == (date(2026, 4, 27), date(2026, 5, 25))
    assert whole["change_d"] == (whole["new"] - whole["old"]).days > 0
    assert found.binding.filter(pl.col("new") == "build_max second_line")["rank"].to_list() == [2]


def test_dates_later_than_the_horizon_have_no_change() -> None:
    found = compare(golden(), golden_with("scenario:periods=12"))
    whole = found.dates.filter(pl.col("coverage") == 1.0).row(0, named=True)
    assert (whole["new"], whole["change_d"]) == (None, None)
    assert ("scenario:periods", "30", "12") in found.cells.rows()


def test_a_number_written_otherwise_is_the_same_number() -> None:
    tables, _ = golden()
    assert cells(tables, tables.replace(Cell("lanes", "foundry_workshop", "lead_d"), "7.0")).is_empty()
    assert cells(tables, tables.replace(Cell("processes", "cast", "yield"), "")).is_empty(), "blank is the default, 1"


def test_beside_a_cell_that_differs_the_others_of_its_row_do_not() -> None:
    tables, _ = golden()
    lane = "foundry_workshop"
    other = tables.replace(Cell("lanes", lane, "lead_d"), "7.0").replace(Cell("lanes", lane, "capacity"), "21")
    assert cells(tables, other).rows() == [("lanes:foundry_workshop.capacity", "20", "21")]


def test_blank_and_absent_are_said() -> None:
    tables, _ = golden()
    freed = tables.replace(Cell("lanes", "foundry_workshop", "capacity"), "")
    assert cells(tables, freed).rows() == [("lanes:foundry_workshop.capacity", "20", DEFAULT)]
    from fullrate.tables import Tables

    settings = {"name": "a", "start": "2026-01-05"}
    less = Tables.from_rows(settings, {"sites": [{"site": "a"}]})
    more = Tables.from_rows(settings, {"sites": [{"site": "a"}, {"site": "b", "owner": "x"}]})
    assert cells(less, more).rows() == [("sites:b", ABSENT, "site=b, owner=x")]
    assert cells(more, less).rows() == [("sites:b", "site=b, owner=x", ABSENT)]


def test_points_of_a_curve_with_equal_keys_are_told_apart() -> None:
    """Two rows of the golden curve have the key half_first_week|7: a jump."""
    tables, _ = read(GOLDEN)
    frame = tables.frames["curves"].with_columns(y=pl.Series([0.5, 0.5, 0.9]))
    written = tables.written["curves"].with_columns(y=pl.Series(["0.5", "0.5", "0.9"]))
    from dataclasses import replace

    other = replace(tables, frames={**tables.frames, "curves": frame}, written={**tables.written, "curves": written})
    assert cells(tables, other).rows() == [("curves:half_first_week|7.y", "1", "0.9")]
