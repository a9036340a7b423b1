"""Reading a workbook with nothing but the standard library, so that no reader guesses types."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def sheets(file: Path) -> dict[str, list[list[tuple[str, str]]]]:
    """Rows of every sheet as (type, text) per cell: type ``s`` is text, ``n`` a number, blank an empty cell."""
    with zipfile.ZipFile(file) as book:
        texts = []
        if "xl/sharedStrings.xml" in book.namelist():
            for entry in ET.fromstring(book.read("xl/sharedStrings.xml")).iter(f"{MAIN}si"):
                texts.append("".join(part.text or "" for part in entry.iter(f"{MAIN}t")))
        names = [sheet.attrib["name"] for sheet in ET.fromstring(book.read("xl/workbook.xml")).iter(f"{MAIN}sheet")]
        return {
            name: _rows(ET.fromstring(book.read(f"xl/worksheets/sheet{at}.xml")), texts)
            for at, name in enumerate(names, start=1)
        }


def _rows(sheet: ET.Element, texts: list[str]) -> list[list[tuple[str, str]]]:
    rows: list[list[tuple[str, str]]] = []
    for row in sheet.iter(f"{MAIN}row"):
        while len(rows) < int(row.attrib["r"]):
            rows.append([])
        for cell in row.iter(f"{MAIN}c"):
            letters = re.match(r"[A-Z]+", cell.attrib["r"])
            assert letters is not None
            at = 0
            for letter in letters[0]:
                at = at * 26 + ord(letter) - 64
            value = cell.find(f"{MAIN}v")
            kind = cell.attrib.get("t", "n")
            text = "" if value is None else value.text or ""
            while len(rows[-1]) < at:
                rows[-1].append(("", ""))
            rows[-1][at - 1] = ("s", texts[int(text)]) if kind == "s" else ("n" if text else "", text)
    return rows


def table(rows: list[list[tuple[str, str]]], top: int = 2) -> list[dict[str, tuple[str, str]]]:
    """Rows below a header as mappings."""
    head = [text for _, text in rows[top]]
    return [dict(zip(head, row, strict=False)) for row in rows[top + 1 :]]
