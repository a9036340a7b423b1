"""The workbook holds what the files hold, cell by cell; read back with the standard library alone."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

from fullrate.tables import Tables, read, xlsx
from fullrate.tables.spec import SETTINGS, TABLES
from tables import whole

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


class Book:
    """Sheets of a workbook as {(row, column): text or number}, both counted from 0."""

    def __init__(self, file: Path) -> None:
        with zipfile.ZipFile(file) as parts:
            self.parts = {name: parts.read(name) for name in parts.namelist()}
        shared = ElementTree.fromstring(self.parts["xl/sharedStrings.xml"])
        self.strings = ["".join(t.text or "" for t in s.iter(f"{MAIN}t")) for s in shared]
        links = ElementTree.fromstring(self.parts["xl/_rels/workbook.xml.rels"])
        target = {link.get("Id"): link.get("Target") for link in links}
        book = ElementTree.fromstring(self.parts["xl/workbook.xml"])
        self.xml = {
            str(sheet.get("name")): ElementTree.fromstring(self.parts[f"xl/{target[sheet.get(REL)]}"])
            for sheet in book.iter(f"{MAIN}sheet")
        }

    def cells(self, sheet: str) -> dict[tuple[int, int], str | float]:
        found: dict[tuple[int, int], str | float] = {}
        for cell in self.xml[sheet].iter(f"{MAIN}c"):
            letters, row = re.fullmatch(r"([A-Z]+)(\d+)", str(cell.get("r"))).groups()  # type: ignore[union-attr]
            column = 0
            for letter in letters:
                column = column * 26 + ord(letter) - 64
            value = cell.find(f"{MAIN}v")
            if value is None or value.text is None:
                continue
            is_text = cell.get("t") == "s"
            found[int(row) - 1, column - 1] = self.strings[int(value.text)] if is_text else float(value.text)
        return found


def assert_same(book: Book, tables: Tables) -> None:
    for name, table in TABLES.items():
        frame, written = tables.frames[name], tables.written[name]
        if frame.is_empty():
            assert name not in book.xml
            continue
        cells = book.cells(name)
        assert [cells.pop((0, place)) for place in range(len(table.columns))] == list(table.names)
        for place, column in enumerate(table.columns):
            for row in range(frame.height):
                found = cells.pop((row + 1, place), None)
                if column.numeric:
                    value = frame[column.name][row]
                    assert found == ("inf" if value == float("inf") else value)
                else:
                    assert found == written[column.name][row]
        assert cells == {}


@pytest.mark.parametrize("example", ["whole", "golden", "italy-vaccine-2021", "respirators-2020"])
def test_the_workbook_holds_every_cell(example: str, tmp_path: Path) -> None:
    folder = whole.write(tmp_path / "whole") if example == "whole" else EXAMPLES / example
    tables, _ = read(folder)
    file = xlsx.write(tables, tmp_path / "out.xlsx")
    book = Book(file)
    assert_same(book, tables)
    settings = book.cells("scenario")
    names = {
        settings[row, 0]: settings.get((row, 1)) for row in range(1, len(SETTINGS.columns) + 1) if (row, 0) in settings
    }
    assert {name: value for name, value in names.items() if value} == dict(tables.settings)


def test_names_that_look_like_numbers_or_formulas_stay_text(tmp_path: Path) -> None:
    rows = {"items": [{"item": name} for name in ("007", "1e3", "=1+1", "TRUE", "2026-01-05", "x.y/z")]}
    tables = Tables.from_rows({"start": "2026-01-05"}, rows)
    book = Book(xlsx.write(tables, tmp_path / "out.xlsx"))
    assert [book.cells("items")[row, 0] for row in range(1, 7)] == tables.keys("items")


def test_lists_frozen_header_and_meta(tmp_path: Path) -> None:
    tables, _ = read(whole.write(tmp_path / "whole"))
    book = Book(xlsx.write(tables, tmp_path / "out.xlsx"))
    lanes = book.xml["lanes"]
    assert next(lanes.iter(f"{MAIN}pane")).get("state") == "frozen"
    rules = {rule.get("sqref"): rule for rule in lanes.iter(f"{MAIN}dataValidation")}
    assert len(rules) >= 4  # from, to, cap_unit, fund, source
    formulas = [rule.findtext(f"{MAIN}formula1") for rule in rules.values()]
    assert any("unit,kg,m3" in (formula or "") for formula in formulas)
    listed = [formula for formula in formulas if formula and formula.startswith("_lists!")]
    names = book.cells("_lists")
    site = next(column for (row, column), name in names.items() if row == 0 and name == "sites")
    letter = chr(65 + site)
    assert f"_lists!${letter}$2:${letter}$6" in listed
    assert [names[row, site] for row in range(1, 6)] == tables.keys("sites")
    meta = book.cells("_meta")
    facts = {meta[row, 0]: meta[row, 1] for row in range(3)}
    assert facts["schema"] == "fullrate/workbook/1"
    assert facts["sha256"] == xlsx.digest(tables)


def test_the_hash_follows_every_cell(tmp_path: Path) -> None:
    from fullrate.tables import Cell

    tables, _ = read(whole.write(tmp_path / "whole"))
    assert xlsx.digest(tables) == xlsx.digest(read(tmp_path / "whole")[0])
    for cell, value in (("lanes:works_hub.lead_d", "3"), ("scenario:tail", "0"), ("items:vial.name", "x")):
        assert xlsx.digest(tables.replace(Cell.parse(cell), value)) != xlsx.digest(tables)


def test_what_does_not_fit_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    rows = {"items": [{"item": "a", "name": "x" * 40_000}]}
    tables = Tables.from_rows({"start": "2026-01-05"}, rows)
    (tmp_path / "out.xlsx").write_text("old")
    with pytest.raises(ValueError, match="items"):
        xlsx.write(tables, tmp_path / "out.xlsx")
    assert [file.name for file in tmp_path.iterdir()] == ["out.xlsx"]
    assert (tmp_path / "out.xlsx").read_text() == "old"
