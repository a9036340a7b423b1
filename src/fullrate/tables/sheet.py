"""Bytes of a CSV file to a frame of text, with the line of every row.

Files come from many programs, so encoding, delimiter and line ends are found out, not assumed: UTF-8 with
or without a mark, UTF-16 with one, Windows-1252; comma, semicolon or tab; any line ends; blank lines and
trailing empty fields as spreadsheets leave them. What is broken is said with its line. No cell changes.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl

from fullrate.tables.problem import Problem

DELIMITERS = (",", ";", "\t")

LARGE = 50_000
"""Characters above which a file without quotes is read in one go; both ways give the same sheet."""


@dataclass(frozen=True, eq=False)
class Sheet:
    """A file as text: header, one text column per header name, the line of each row.

    The columns of ``frame`` are called by their place (``"0"``, ``"1"``), since names may repeat.
    """

    text: str = ""
    encoding: str = "utf-8"
    delimiter: str = ","
    header: tuple[str, ...] = ()
    frame: pl.DataFrame = field(default_factory=pl.DataFrame)
    lines: tuple[int, ...] | None = None
    problems: tuple[Problem, ...] = ()
    readable: bool = True


def parse(data: bytes, known: Sequence[str]) -> Sheet:
    """The sheet in a file's bytes; ``known`` names the columns that may appear.

    A sheet that cannot be read at all has ``readable`` False and a problem that says why.
    """
    text, encoding, trouble = decode(data)
    if trouble is not None:
        return Sheet(text, encoding, problems=(trouble,), readable=False)
    first = re.match(r"[^\r\n]*", text.lstrip("\r\n"))
    if first is None or not first.group().strip(" \t,;"):
        empty = Problem("FR010", "empty file", found="there is not even a header", line=1)
        return Sheet(text, encoding, problems=(empty,), readable=False)
    delimiter = sniff(first.group(), known)
    regular = _regular(text, delimiter) if len(text) > LARGE and '"' not in text else None
    if regular is not None:
        return _without_blank_rows(Sheet(text, encoding, delimiter, *regular))
    try:
        header, frame, lines, problems = _irregular(text, delimiter)
    except csv.Error as error:
        return _unquotable(text, encoding, delimiter, error)
    return Sheet(text, encoding, delimiter, header, frame, lines, tuple(problems))


def decode(data: bytes) -> tuple[str, str, Problem | None]:
    """Text and encoding of the bytes, and a problem if they are no text."""
    marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    encodings = ["utf-16"] if marked else ["utf-8-sig", "cp1252"]
    text, encoding = None, encodings[0]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    if text is None:
        found = "the bytes are neither UTF-8 nor Windows-1252"
        help_ = "save the file as CSV UTF-8"
        return "", "utf-8", Problem("FR004", "not a text file", found=found, help=help_)
    at = text.find("\x00")
    if at >= 0:
        line = len(re.findall(r"\r\n|\r|\n", text[:at])) + 1
        found = "a NUL character: this is no text, or it is damaged"
        trouble = Problem("FR004", "not a text file", found=found, line=line, help="save the file again as CSV UTF-8")
        return text.replace("\x00", "\N{REPLACEMENT CHARACTER}"), encoding, trouble
    return text, encoding, None


def sniff(header: str, known: Sequence[str]) -> str:
    """The delimiter that splits the header into most known names; comma when none does."""
    names = set(known)

    def score(delimiter: str) -> tuple[int, int]:
        fields = [field.strip(' "') for field in header.split(delimiter)]
        return sum(field in names for field in fields), header.count(delimiter)

    return max(DELIMITERS, key=score)


def _regular(text: str, delimiter: str) -> tuple[tuple[str, ...], pl.DataFrame] | None:
    """Header and rows of a text without quotes in which every line has equally many fields.

    None when it is not that regular; then the csv module reads it row by row.
    """
    plain = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")
    header, _, body = plain.partition("\n")
    names = tuple(name.strip() for name in header.split(delimiter))
    if not header or not body:
        return (names, _frame([], len(names))) if header else None
    data = body.encode()
    code = np.frombuffer(data, np.uint8)
    ends = np.append(np.flatnonzero(code == 10), len(code))
    fields = np.searchsorted(np.flatnonzero(code == ord(delimiter)), ends)
    if (np.diff(fields, prepend=0) != len(names) - 1).any() or (np.diff(ends) == 1).any():
        return None
    if code[0] == 10:
        return None
    frame = pl.read_csv(
        data,
        has_header=False,
        separator=delimiter,
        quote_char=None,
        infer_schema=False,
        new_columns=[str(i) for i in range(len(names))],
    )
    return names, frame


def _irregular(text: str, delimiter: str) -> tuple[tuple[str, ...], pl.DataFrame, tuple[int, ...], list[Problem]]:
    """Header, columns, lines and ragged rows of any text; raises ``csv.Error`` on bad quoting."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header: tuple[str, ...] = ()
    rows: list[list[str | None]] = []
    lines: list[int] = []
    problems: list[Problem] = []
    line = 1
    for record in reader:
        begins, line = line, reader.line_num + 1
        if not any(field.strip() for field in record):
            continue
        if not header:
            header = tuple(name.strip() for name in record)
            continue
        width = len(record)
        if width != len(header):
            if width < len(header) or any(field.strip() for field in record[len(header) :]):
                problems.append(_ragged(begins, width, len(header)))
            record = (record + [""] * len(header))[: len(header)]
        rows.append([None if not field or field.isspace() else field for field in record])
        lines.append(begins)
    return header, _frame(rows, len(header)), tuple(lines), problems


def _frame(rows: list[list[str | None]], width: int) -> pl.DataFrame:
    names = [str(i) for i in range(width)]
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")


def _ragged(line: int, width: int, wanted: int) -> Problem:
    few = width < wanted
    return Problem(
        "FR005",
        f"row with too {'few' if few else 'many'} fields",
        line=line,
        found=f"{width} fields, the header has {wanted}",
        help="add the missing delimiters"
        if few
        else "quote a text that contains the delimiter, or remove the extra field",
    )


def _unquotable(text: str, encoding: str, delimiter: str, error: csv.Error) -> Sheet:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for _ in reader:
            line = reader.line_num + 1
    except csv.Error:
        pass
    problem = Problem(
        "FR006",
        "broken quotes",
        line=line,
        found=f"the row that begins here cannot be read ({error})",
        help='close every `"`, and write a quote inside quotes as `""`',
    )
    return Sheet(text, encoding, delimiter, problems=(problem,), readable=False)


def _without_blank_rows(sheet: Sheet) -> Sheet:
    """Makes cells of nothing but spaces null, and drops rows that hold no text at all."""
    if sheet.frame.is_empty():
        return sheet
    text = pl.all()
    frame = sheet.frame.select(pl.when(text.str.contains(r"\S")).then(text).name.keep())
    empty = frame.select(pl.all_horizontal(pl.all().is_null())).to_series()
    if not empty.any():
        return replace(sheet, frame=frame)
    lines = sheet.lines or range(2, len(empty) + 2)
    kept = tuple(line for line, gone in zip(lines, empty, strict=True) if not gone)
    return replace(sheet, frame=frame.filter(~empty), lines=kept)
