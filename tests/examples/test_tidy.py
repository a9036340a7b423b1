"""What holds for every example: it opens clean, names its sources, and does not know the future."""

from collections.abc import Callable
from pathlib import Path

import pytest

from fullrate.findings import as_text
from fullrate.tables import Tables, read
from fullrate.tables.cell import Cell
from fullrate.tables.check import check
from fullrate.tables.spec import TABLES

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
NAMES = sorted(folder.name for folder in EXAMPLES.iterdir() if (folder / "scenario.toml").is_file())

each = pytest.mark.parametrize("name", NAMES)
Example = Callable[[str], Tables]


def test_there_are_six() -> None:
    assert NAMES == ["directive", "gloves-by-sea", "golden", "italy-vaccine-2021", "liberty-1942", "respirators-2020"]


MEANT = {
    ("italy-vaccine-2021", "FR406", "platea"),
    ("directive", "FR382", "groups_north"),
    ("gloves-by-sea", "FR406", "sea"),
}
"""What is said on purpose. The people of Italy by region and age have no date, nor has the package of sea distances, as
their READMEs explain. The directive names no quantity."""


@each
def test_opens_clean(name: str) -> None:
    tables, findings = read(EXAMPLES / name)
    found = [finding for finding in [*findings, *check(tables)] if (name, finding.code, finding.key) not in MEANT]
    assert [as_text(finding) for finding in found] == []


@each
def test_every_row_names_its_source(name: str, example: Example) -> None:
    tables = example(name)
    for table, frame in tables.frames.items():
        if TABLES[table].has("source") and table != "sources":
            assert frame["source"].null_count() == 0, table


@each
def test_every_source_is_used(name: str, example: Example) -> None:
    tables = example(name)
    used = {
        source
        for table, frame in tables.frames.items()
        if table != "sources" and TABLES[table].has("source")
        for source in frame["source"]
    }
    assert set(tables.frames["sources"]["source"]) == used


@each
def test_sources_are_complete(name: str, example: Example) -> None:
    for source in example(name).rows("sources"):
        assert source["title"], source
        assert source["author"], source
        if source["kind"] in ("official", "company", "press"):
            assert source["url"].startswith("https://"), source
            assert source["published"] or source["source"] == "platea", source
        if source["kind"] == "assumption":
            assert source["grade"] == "F6", source


@each
def test_nothing_was_published_after_the_as_of_date(name: str, example: Example) -> None:
    tables = example(name)
    as_of = tables.config.as_of
    late = [s["source"] for s in tables.rows("sources") if as_of and s["published"] and s["published"] > as_of]
    assert late == []


@each
def test_every_address_leads_to_a_cell_that_was_written(name: str, example: Example) -> None:
    tables = example(name)
    cells = [
        Cell(row["table"], row["key"], row["column"])
        for table in ("provenance", "uncertainty", "series")
        for row in tables.rows(table)
    ]
    cells += [
        Cell.parse(text)
        for row in tables.rows("statements")
        for text in (row["assumption_ids"] or "").split(";")
        if text
    ]
    blank = [str(cell) for cell in cells if not tables.text(cell) and cell.column != "max_rate"]
    assert blank == []


@each
def test_a_plan_value_lies_in_its_range(name: str, example: Example) -> None:
    tables = example(name)
    for row in tables.rows("uncertainty"):
        if row["dist"] == "class":
            continue  # made of history, whatever the plan counts on
        centre = 1.0 if row["as"] == "factor" else float(tables.text(Cell(row["table"], row["key"], row["column"])))
        assert row["low"] <= row["mode"] == centre <= row["high"], row


@each
def test_no_column_is_blank_in_every_row(name: str, example: Example) -> None:
    tables = example(name)
    for table, frame in tables.written.items():
        for column in tables.origins[table].header if table in tables.origins else ():
            said = name == "directive" and (table, column) == ("needs", "qty")
            assert said or frame[column].null_count() < frame.height, f"{table}.{column} is blank in every row"


@each
def test_has_a_readme(name: str) -> None:
    text = (EXAMPLES / name / "README.md").read_text(encoding="utf-8")
    assert text.startswith("# ")
    assert len(text) > 1000
