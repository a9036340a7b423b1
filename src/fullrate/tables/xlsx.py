"""A scenario as a workbook: one sheet per table, lists to choose from, names kept as text.

The CSV files stay the truth. The workbook is for reading, discussing and filling in; its cells hold what
the files hold, so reading it back gives the same texts.
"""

from __future__ import annotations

import hashlib
import os
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from fullrate.tables.files import whole
from fullrate.tables.model import Tables
from fullrate.tables.settings import as_text
from fullrate.tables.spec import SETTINGS, TABLES, Column, Table
from fullrate.units import UNITS

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

SCHEMA = "fullrate/workbook/1"
SPARE = 200
"""Blank rows below the last that still offer lists."""

LISTS = "_lists"
META = "_meta"
MOST_ROWS, MOST_CHARACTERS = 1_048_575, 32_767
"""What a workbook can hold in a sheet and in a cell."""

SHORT = 250
"""Characters of a list that a workbook can hold inside a cell; longer lists are kept on a sheet."""


def write(tables: Tables, file: str | os.PathLike[str], every_table: bool = False) -> Path:
    """Write a scenario as a workbook; the file appears whole or not at all.

    Sheets: ``scenario`` (settings), one per table that has rows (all supported tables with
    ``every_table``), ``_lists`` (hidden, the names to choose from), ``_meta`` (schema and hash).

    Raises:
        OSError: The file cannot be written.
        ValueError: A table has more rows, or a cell more characters, than a workbook can hold.
    """
    from xlsxwriter import Workbook

    path = Path(file)
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with whole(path) as part, Workbook(str(part), options) as book:
        _write_book(tables, book, every_table)
    return path


def digest(tables: Tables) -> str:
    """SHA-256 over the texts of all settings and tables: equal for equal scenarios."""
    sha = hashlib.sha256()
    for name in sorted(tables.settings):
        sha.update(f"{name}={tables.settings[name]}\n".encode())
    for name, frame in tables.written.items():
        sha.update(f"[{name}]\n".encode())
        for row in frame.iter_rows():
            sha.update(("\x1f".join(value or "" for value in row) + "\n").encode())
    return sha.hexdigest()


def _write_book(tables: Tables, book: Workbook, every_table: bool) -> None:
    head = book.add_format({"bold": True, "bottom": 1, "bg_color": "#e8eef4"})
    text = book.add_format({"num_format": "@"})
    _write_settings(tables, book.add_worksheet("scenario"), head, text)
    shown = [table for table in TABLES.values() if tables.frames[table.name].height or every_table]
    lists = _lists(tables)
    names = {
        name: f"={LISTS}!${_letters(place)}$2:${_letters(place)}${len(values) + 1}"
        for place, (name, values) in enumerate(lists.items())
        if values
    }
    for table in shown:
        sheet = book.add_worksheet(table.name)
        _write_table(tables, table, sheet, head, text)
        _offer(table, sheet, tables.frames[table.name].height, names)
    _write_lists(lists, book.add_worksheet(LISTS))
    meta = book.add_worksheet(META)
    rows = [("schema", SCHEMA), ("scenario", tables.config.name), ("sha256", digest(tables))]
    for place, (what, value) in enumerate(rows):
        meta.write_string(place, 0, what, head)
        meta.write_string(place, 1, value, text)
    meta.set_column(0, 1, 20)


def _write_settings(tables: Tables, sheet: Worksheet, head: Any, text: Any) -> None:
    for place, title in enumerate(("setting", "value", "unit", "meaning")):
        sheet.write_string(0, place, title, head)
    for row, column in enumerate(SETTINGS.columns, 1):
        values = (column.name, tables.settings.get(column.name, ""), column.unit, column.doc)
        for place, value in enumerate(values):
            sheet.write_string(row, place, value, text)
    sheet.freeze_panes(1, 1)
    sheet.set_column(0, 2, 16)
    sheet.set_column(3, 3, 70)


def _write_table(tables: Tables, table: Table, sheet: Worksheet, head: Any, text: Any) -> None:
    """Header with a comment per column; numbers as numbers, everything else as text."""
    frame, written = tables.frames[table.name], tables.written[table.name]
    if frame.height > MOST_ROWS or _longest(written) > MOST_CHARACTERS:
        raise ValueError(f"`{table.name}` does not fit into a workbook")
    for place, column in enumerate(table.columns):
        sheet.write_string(0, place, column.name, head)
        sheet.write_comment(0, place, _comment(column), {"x_scale": 2})
        sheet.set_column(place, place, max(10, len(column.name) + 2), text)
        values = zip(frame[column.name], written[column.name], strict=True)
        for row, (value, original) in enumerate(values, 1):
            if original is None:
                continue
            if column.numeric and value is not None and isfinite(value):
                sheet.write_number(row, place, value)
            else:
                sheet.write_string(row, place, original, text)
    sheet.freeze_panes(1, len(table.key))
    sheet.autofilter(0, 0, frame.height, len(table.columns) - 1)


def _longest(written: pl.DataFrame) -> int:
    """Characters of the longest cell."""
    lengths = [column.str.len_chars().max() for column in written.get_columns()]
    return max((length for length in lengths if isinstance(length, int)), default=0)


def _comment(column: Column) -> str:
    facts = [column.doc]
    if column.unit:
        facts.append(f"Unit: {column.unit}.")
    if column.required:
        facts.append("Must be filled.")
    elif column.default is not None:
        facts.append(f"Blank: {as_text(column.default)}.")
    return " ".join(facts)


def _lists(tables: Tables) -> dict[str, list[str]]:
    """Everything a cell can be chosen from: the names of each table, and the units."""
    referred = {other for t in TABLES.values() for c in t.columns for other in c.refers}
    lists = {name: tables.names(name).unique(maintain_order=True).to_list() for name in sorted(referred)}
    return {**lists, "unit": list(UNITS)}


def _write_lists(lists: dict[str, list[str]], sheet: Worksheet) -> None:
    sheet.hide()
    for place, (name, values) in enumerate(lists.items()):
        for row, value in enumerate([name, *values]):
            sheet.write_string(row, place, value)


def _letters(place: int) -> str:
    text, place = "", place + 1
    while place:
        place, rest = divmod(place - 1, 26)
        text = chr(65 + rest) + text
    return text


def _offer(table: Table, sheet: Worksheet, rows: int, names: dict[str, str]) -> None:
    """Lists and limits on the cells of a table; they warn, they do not forbid."""
    for place, column in enumerate(table.columns):
        rule = _rule(column, names)
        if rule is not None:
            options = {"ignore_blank": True, "error_type": "warning", **rule}
            sheet.data_validation(1, place, rows + SPARE, place, options)


def _rule(column: Column, names: dict[str, str]) -> dict[str, Any] | None:
    if column.choices and len(",".join(column.choices)) < SHORT:
        return {"validate": "list", "source": list(column.choices)}
    if column.type == "bool":
        return {"validate": "list", "source": ["true", "false"]}
    if column.name == "unit" and column.default == "unit":
        return {"validate": "list", "source": names["unit"]}
    if len(column.refers) == 1 and not column.wildcard and column.refers[0] in names:
        return {"validate": "list", "source": names[column.refers[0]]}
    return None
