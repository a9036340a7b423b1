"""Addresses: from a problem in a row of a frame to a finding with file, line, column and excerpt."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING

from fullrate.findings import Excerpt, Finding
from fullrate.tables.cell import SCENARIO
from fullrate.tables.codes import CODES
from fullrate.tables.model import Origin, Tables
from fullrate.tables.problem import Problem

if TYPE_CHECKING:
    from fullrate.tables.surge import Surge

SCENARIO_FILE = "scenario.toml"
CASE = "case"
"""Table name under which the settings of a surge record's ``case.toml`` are addressed."""


def locate(tables: Tables | Surge, problems: Iterable[Problem]) -> list[Finding]:
    """The findings that the problems are, each with its address in the user's files."""
    lines: dict[str, list[str]] = {}
    return [_finding(tables, problem, lines) for problem in problems if not _is_echo(tables, problem)]


def _is_echo(tables: Tables | Surge, problem: Problem) -> bool:
    """Whether a problem lies in a ragged row, whose cells have slipped into other columns."""
    origin = tables.origins.get(problem.table, Origin())
    return problem.row is not None and origin.line(problem.row) in origin.ragged


def _finding(tables: Tables | Surge, problem: Problem, lines: dict[str, list[str]]) -> Finding:
    origin = tables.origins.get(problem.table, Origin())
    row, key, value = problem.line, "", None
    if problem.row is not None and problem.table in tables.written:
        row = origin.line(problem.row)
        key = tables.keys(problem.table)[problem.row]
        if problem.column:
            value = tables.written[problem.table][problem.column][problem.row] or ""
    if problem.table in (SCENARIO, CASE) and problem.column:
        row = row or setting_line(origin.text, problem.column)
        value = tables.settings.get(problem.column)
    return Finding(
        code=problem.code,
        severity=CODES[problem.code][0],
        message=problem.message,
        table=problem.table,
        key=key,
        file=origin.file or _beside(tables, problem.file),
        row=row if origin.file or not problem.table else None,
        column=problem.column,
        found=problem.found,
        allowed=problem.allowed,
        nearest=problem.nearest,
        help=problem.help,
        fix=problem.fix,
        value=value,
        details=problem.details,
        excerpt=_excerpt(problem, origin, row, lines),
    )


def _beside(tables: Tables | Surge, file: str) -> str:
    return str(PurePath(tables.folder) / file) if file and tables.folder else file


def _excerpt(problem: Problem, origin: Origin, row: int | None, lines: dict[str, list[str]]) -> Excerpt | None:
    if row is None or not origin.text:
        return None
    if problem.table not in lines:
        lines[problem.table] = re.split(r"\r\n|\r|\n", origin.text)
    if row > len(lines[problem.table]):
        return None
    line = lines[problem.table][row - 1]
    if problem.table in (SCENARIO, CASE):
        return _setting_excerpt(line, problem)
    if problem.column in origin.header:
        fields = spans(line, origin.delimiter)
        last = len(origin.header) - 1 - origin.header[::-1].index(problem.column)
        place = last if row == 1 else origin.header.index(problem.column)
        start, end = fields[place] if place < len(fields) else (len(line), len(line))
        return Excerpt(line, start, end - start)
    return Excerpt(line, 0, len(line))


def _setting_excerpt(line: str, problem: Problem) -> Excerpt:
    """The value of a setting, or its name where that is what is unknown."""
    match = re.match(r"(\s*)([^=]*?)\s*=\s*", line)
    if match is None:
        return Excerpt(line, 0, len(line.rstrip()))
    if problem.code in ("FR013", "FR811"):
        return Excerpt(line, match.start(2), len(match[2]))
    return Excerpt(line, match.end(), len(line.rstrip()) - match.end())


def spans(line: str, delimiter: str) -> Sequence[tuple[int, int]]:
    """Start and end of every field of a line, without the spaces around it.

    >>> spans('a, "x,y",b', ",")
    [(0, 1), (3, 8), (9, 10)]
    """
    found: list[tuple[int, int]] = []
    begin, quoted = 0, False
    for at, char in enumerate(line + delimiter):
        if char == '"':
            quoted = not quoted
        if (char == delimiter and not quoted) or at == len(line):
            field = line[begin:at]
            left = begin + len(field) - len(field.lstrip())
            found.append((left, max(left, begin + len(field.rstrip()))))
            begin = at + 1
    return found


def setting_line(text: str, name: str) -> int | None:
    """Line on which ``scenario.toml`` or ``case.toml`` sets a name."""
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), 1):
        if re.match(rf"""\s*["']?{re.escape(name)}["']?\s*=""", line):
            return number
    return None
