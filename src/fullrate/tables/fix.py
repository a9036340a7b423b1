"""Repairs: writes the one certain fix of a finding into the user's file, and nothing else.

Only the characters of the cell change; delimiter, quotes, encoding, mark and line ends stay as they are.
A file is written beside the old one and then renamed, so that it is never half-written.
"""

from __future__ import annotations

import codecs
import os
import re
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from fullrate.findings import Finding
from fullrate.tables.cell import SCENARIO
from fullrate.tables.model import Tables
from fullrate.tables.place import spans


@dataclass(frozen=True)
class Repair:
    """One cell that was rewritten."""

    file: str
    row: int
    column: str
    before: str
    after: str

    def __str__(self) -> str:
        """``lanes.csv:43, column `source`: `SITE 1 ` -> `SITE 1` ``, in one line."""
        place = f"{self.file}:{self.row}, column `{self.column}`"
        return f"{place}: `{self.before}` -> `{self.after}`"


def repair(tables: Tables, findings: Iterable[Finding]) -> list[Repair]:
    """Writes every certain fix; cells that are not found again as they were read are left alone."""
    by_table: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.fix is not None and finding.row is not None and finding.table in tables.origins:
            by_table.setdefault(finding.table, []).append(finding)
    done: list[Repair] = []
    for table, mine in by_table.items():
        done += _repair_file(tables, table, mine)
    return done


def _repair_file(tables: Tables, table: str, findings: list[Finding]) -> list[Repair]:
    origin = tables.origins[table]
    if not origin.file:
        return []
    file = Path(origin.file)
    data = file.read_bytes()
    encoding = _exact_encoding(data, origin.encoding)
    if data.decode(encoding, errors="replace").removeprefix("\ufeff") != origin.text:
        return []  # changed since it was read
    pieces = re.split(r"(\r\n|\r|\n)", data.decode(encoding))
    done: dict[tuple[int, str], Repair] = {}
    for finding in findings:
        row, fix = finding.row, finding.fix
        place = 2 * ((row or 1) - 1)
        if row is None or fix is None or place >= len(pieces) or (row, finding.column) in done:
            continue
        find = _setting_span if table == SCENARIO else _field_span
        span = find(pieces[place], finding, origin.header, origin.delimiter)
        if span is None or not _fits(fix, encoding):
            continue
        start, end = span
        before = pieces[place][start:end]
        after = _written(fix, before, origin.delimiter)
        pieces[place] = pieces[place][:start] + after + pieces[place][end:]
        done[row, finding.column] = Repair(finding.file, row, finding.column, before, after)
    if done:
        _write(file, "".join(pieces).encode(encoding))
    return list(done.values())


def _fits(text: str, encoding: str) -> bool:
    """Whether an old encoding has all letters of the repair."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _exact_encoding(data: bytes, encoding: str) -> str:
    """The encoding under which decoding and encoding again gives the same bytes."""
    if data.startswith(codecs.BOM_UTF16_LE):
        return "utf-16-le"
    if data.startswith(codecs.BOM_UTF16_BE):
        return "utf-16-be"
    return "cp1252" if encoding == "cp1252" else "utf-8"


def _field_span(line: str, finding: Finding, header: tuple[str, ...], delimiter: str) -> tuple[int, int] | None:
    """Place of the cell in its line, surrounding spaces included, if it holds what was found."""
    wanted = finding.column if finding.row == 1 else finding.value
    if finding.column not in header or wanted is None:
        return None
    fields = spans(line, delimiter)
    place = header.index(finding.column)
    if place >= len(fields):
        return None
    start = fields[place - 1][1] if place else 0
    start = line.index(delimiter, start) + 1 if place else 0
    end = fields[place][1]
    while end < len(line) and line[end] != delimiter:
        end += 1
    bare = line[start:end].removeprefix("\ufeff")
    start = end - len(bare)
    return (start, end) if _unquoted(bare).strip() == wanted.strip() else None


def _setting_span(line: str, finding: Finding, header: tuple[str, ...], delimiter: str) -> tuple[int, int] | None:
    match = re.search(r"""=\s*(?P<quote>["']?)(?P<value>[^"'#]*?)(?P=quote)\s*(#.*)?$""", line)
    if match is None or match["value"].strip() != (finding.value or "").strip():
        return None
    return match.span("value")


def _unquoted(field: str) -> str:
    bare = field.strip()
    if len(bare) > 1 and bare[0] == bare[-1] == '"':
        return bare[1:-1].replace('""', '"')
    return field


def _written(fix: str, before: str, delimiter: str) -> str:
    quoted = before.strip().startswith('"')
    if quoted or delimiter in fix or '"' in fix:
        return '"' + fix.replace('"', '""') + '"'
    return fix


def _write(file: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        shutil.copymode(file, name)
        os.replace(name, file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
