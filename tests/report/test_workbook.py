"""The workbook of a run read back: ids are text, dates are dates, sums are those of the plan."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from fullrate.report.workbook import write_workbook
from report.scenes import golden, scene
from report.workbooks import sheets, table

JANUARY_5 = "46027"
"""2026-01-05 as workbooks count days."""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[list[tuple[str, str]]]]:
    tables, plan = scene()
    file = tmp_path_factory.mktemp("book") / "run.xlsx"
    write_workbook(tables, plan, file, {"Run": "an id"})
    return sheets(file)


def test_all_sheets_are_there(book: dict[str, list[list[tuple[str, str]]]]) -> None:
    assert list(book) == ["Run", "Actions", "Schedule", "Call-off", "Load", "Stock", "Deliveries", "Money"]
    assert book["Run"][1][1][1].startswith("If every number")


def test_ids_stay_text(book: dict[str, list[list[tuple[str, str]]]]) -> None:
    recipients = [row["recipient"] for row in table(book["Deliveries"])]
    assert ("s", "007") in recipients
    assert ("s", "007") in [row["to"] for row in table(book["Call-off"])]
    assert {kind for row in table(book["Stock"]) for kind, _ in (row["site"], row["item"])} == {"s"}


def test_headers_are_dates(book: dict[str, list[list[tuple[str, str]]]]) -> None:
    for name in ("Schedule", "Call-off", "Load", "Stock", "Deliveries", "Money"):
        assert ("n", JANUARY_5) in book[name][2], name


def test_sums_are_those_of_the_plan(book: dict[str, list[list[tuple[str, str]]]]) -> None:
    _, plan = scene()
    flows = plan.table("flows")
    for name, kind in (("Schedule", "make"), ("Call-off", "ship"), ("Deliveries", "deliver")):
        found = sum(float(row["total"][1]) for row in table(book[name]))
        assert found == pytest.approx(flows.filter(pl.col("kind") == kind)["value"].sum()), name
        for row in table(book[name]):
            weeks = [float(text) for head, (_, text) in row.items() if head.isdigit()]
            assert len(weeks) == plan.periods
            assert sum(weeks) == pytest.approx(float(row["total"][1]))


def test_call_offs_name_the_supplier(book: dict[str, list[list[tuple[str, str]]]]) -> None:
    assert {row["supplier"][1] for row in table(book["Call-off"])} == {"ACME"}


def test_utilisation_is_load_by_capacity(book: dict[str, list[list[tuple[str, str]]]]) -> None:
    by_measure = {row["measure"][1]: row for row in table(book["Load"]) if row["key"][1] == "press"}
    load, capacity, share = (float(by_measure[name][JANUARY_5][1]) for name in ("load", "capacity", "utilisation"))
    assert capacity == 28.0
    assert share == pytest.approx(load / capacity)


def test_money_by_fund(book: dict[str, list[list[tuple[str, str]]]]) -> None:
    _, plan = scene()
    spent = next(row for row in table(book["Money"]) if (row["fund"][1], row["measure"][1]) == ("grant", "spent"))
    total = sum(float(text) for head, (_, text) in spent.items() if head.isdigit())
    assert total == pytest.approx(plan.table("money").filter(pl.col("fund") == "grant")["spent"].sum())


def test_a_file_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    tables, plan = golden()
    with pytest.raises(OSError, match="No such file"):
        write_workbook(tables, plan, tmp_path / "no such folder" / "run.xlsx", {}, latest={})
    assert list(tmp_path.iterdir()) == []


def test_a_broken_sheet_leaves_the_old_file(tmp_path: Path) -> None:
    from fullrate.report.workbook import Sheet, write_sheets

    file = tmp_path / "run.xlsx"
    write_sheets([Sheet("a", "", ["id"], [["x"]], 1)], file)
    before = file.read_bytes()
    with pytest.raises(TypeError):
        write_sheets([Sheet("a", "", ["id"], [["x", object()]], 1)], file)
    assert file.read_bytes() == before
    assert list(tmp_path.iterdir()) == [file]
