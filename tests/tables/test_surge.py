"""Reading and checking surge records: every fault is found at its cell, and no file breaks the reader."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fullrate.findings import Finding, errors
from fullrate.tables.check.surge import check_surge
from fullrate.tables.pages import surges_page
from fullrate.tables.spec.surge import CASE, HEADLINE, SURGE_TABLES
from fullrate.tables.surge import is_surge, read_surge

SMALL = Path(__file__).resolve().parents[1] / "diagnostics" / "surge"


def found(folder: Path) -> list[Finding]:
    surge, findings = read_surge(folder)
    return findings + check_surge(surge)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    shutil.copytree(SMALL, tmp_path / "surge")
    return tmp_path / "surge"


FAULTS = [
    # file, from, to, code, line, column
    ("announced.csv", "by_whom", "by_who", "FR007", 1, "by_who"),
    ("actual.csv", "period_end", "perod_end", "FR007", 1, "perod_end"),
    ("actual.csv", "2021-12-31,half", "31.12.2021,half", "FR105", 3, "period_end"),
    ("actual.csv", "2350", "2.350,5", "FR005", 3, ""),
    ("actual.csv", "2350", "many", "FR101", 3, "quantity"),
    ("actual.csv", "2350", "", "FR107", 3, "quantity"),
    ("actual.csv", "2350", "235", "FR802", 3, "quantity"),
    ("actual.csv", "half,2350", "halves,2350", "FR106", 3, "period"),
    ("actual.csv", "s3", "s4", "FR201", 3, "source_id"),
    ("actual.csv", "2022-01-14", "2021-06-14", "FR807", 3, "reported"),
    ("actual.csv", ",1,s3", ",0,s3", "FR803", 3, "unit"),
    ("announced.csv", "2500,", "-2500,", "FR108", 3, "target_quantity"),
    ("announced.csv", "2021-12-31,cumulative,s2", "2021-09-20,cumulative,s2", "FR801", 3, "target_date"),
    ("announced.csv", "2021-09-20,the works,2500", "2021-01-11,the works,2500", "FR110", 3, "announced_on"),
    ("announced.csv", "2021-09-20", "1021-09-20", "FR108", 3, "announced_on"),
    ("case.toml", "index = 0", "index = 1", "FR806", 8, "announced_on"),
    ("case.toml", "count_from", "count_form", "FR811", 5, "count_form"),
    ("case.toml", "new product or plant", "new products", "FR106", 3, "product_kind"),
    ("case.toml", '"pumps delivered"\ncount', '"pumps/month"\ncount', "FR803", 4, "series"),
    ("case.toml", "4000", '"many"', "FR101", 11, "target_quantity"),
    ("sources.csv", "s3,", "s2,", "FR110", 4, "source_id"),
]


@pytest.mark.parametrize(("file", "old", "new", "code", "line", "column"), FAULTS)
def test_a_fault_is_found_at_its_cell(
    file: str, old: str, new: str, code: str, line: int, column: str, small: Path
) -> None:
    text = (small / file).read_text("utf-8")
    assert old in text
    (small / file).write_text(text.replace(old, new, 1), "utf-8")
    hits = [one for one in found(small) if one.code == code]
    assert hits
    assert (Path(hits[0].file).name, hits[0].column) == (file, column)
    assert hits[0].row is not None
    assert hits[0].row in (line, line + 1)  # a headline's values begin on the line below its index


def test_an_unknown_column_is_told_its_nearest_name(small: Path) -> None:
    text = (small / "announced.csv").read_text("utf-8")
    (small / "announced.csv").write_text(text.replace("target_quantity", "target_quantiy"), "utf-8")
    finding = next(one for one in found(small) if one.code == "FR007")
    assert finding.nearest == ("target_quantity",)


def test_a_count_may_fall_with_a_note(small: Path) -> None:
    text = (small / "actual.csv").read_text("utf-8")
    (small / "actual.csv").write_text(
        text.replace("2350,pumps delivered,1,s3,,", "235,pumps delivered,1,s3,recalled,"), "utf-8"
    )
    assert found(small) == []


def test_what_lies_beside_a_record_is_left_alone(small: Path) -> None:
    (small / "from_memory.csv").write_text("anything\n1\n", "utf-8")
    (small / "context.md").write_text("A story.", "utf-8")
    assert found(small) == []
    (small / "actuals.csv").write_text("period_end\n", "utf-8")
    assert [(one.code, one.nearest) for one in found(small)] == [("FR003", ("actual.csv",))]


def test_what_is_a_record(small: Path) -> None:
    assert is_surge(small)
    assert is_surge(small / "case.toml")
    (small / "scenario.toml").write_text("start = 2026-01-05\n", "utf-8")
    assert not is_surge(small)
    assert not is_surge(small / "scenario.toml")
    assert not is_surge(small / "nowhere")


@settings(max_examples=30)
@given(name=st.sampled_from(["case.toml", "announced.csv", "actual.csv", "sources.csv"]), data=st.binary(max_size=300),
       at=st.integers(0, 400))  # fmt: skip
def test_no_bytes_break_the_reader(name: str, data: bytes, at: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("broken") / "surge"
    shutil.copytree(SMALL, folder)
    whole = (folder / name).read_bytes()
    (folder / name).write_bytes(whole[:at] + data + whole[at + len(data) :])
    for one in found(folder):
        assert one.code in ("FR002", "FR004") or one.message


@pytest.mark.parametrize("gone", ["case.toml", "announced.csv", "actual.csv", "sources.csv"])
def test_a_missing_file_is_said_or_not_needed(gone: str, small: Path) -> None:
    (small / gone).unlink()
    needed = {"case.toml": {"FR810"}, "announced.csv": {"FR002"}}.get(gone, set())
    assert {one.code for one in errors(found(small))} == needed


def test_the_page_lists_every_column() -> None:
    page = surges_page()
    for table in (CASE, HEADLINE, *SURGE_TABLES.values()):
        for column in table.columns:
            assert re.search(rf"^\| (\*\*)?`{column.name}`", page, re.M), column.name
