"""Findings: what is wrong, where, and what to do about it, as data.

A finding is never formatted at birth. ``as_text`` and ``as_object`` render it later, for a terminal
and for JSON, so the same finding serves the command line, the Python interface and the web page.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any


class Severity(Enum):
    """How bad it is: an error stops the plan, a warning and a note do not."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True)
class Excerpt:
    """One line of a file and the place in it: 0-based start and length in characters."""

    line: str
    start: int = 0
    length: int = 0


@dataclass(frozen=True)
class Finding:
    """One thing a reader of the scenario should know, addressed to a cell whenever there is one.

    Attributes:
        code: ``FR`` and three digits; ``fullrate explain CODE`` prints its page.
        severity: Error, warning or note.
        message: What is wrong, in a few words, without the value found.
        table: Table of the cell, e.g. ``lanes``; ``scenario`` for a setting of ``scenario.toml``.
        key: Key of the row; parts of a composite key are joined with ``|``.
        file: The file as the user would open it.
        row: Line of the file, 1-based (the header is line 1).
        column: Column of the cell.
        found: What is written there and why it is wrong, as a clause.
        allowed: What may be written there.
        nearest: Valid names that may have been meant, best first.
        help: What to do.
        fix: The text to write instead, where exactly one repair is certain.
        value: The text in the cell, exactly as written.
        details: One mapping per place, where one finding stands for many.
        excerpt: The line of the file.
    """

    code: str
    severity: Severity
    message: str
    table: str = ""
    key: str = ""
    file: str = ""
    row: int | None = None
    column: str = ""
    found: str = ""
    allowed: str = ""
    nearest: tuple[str, ...] = ()
    help: str = ""
    fix: str | None = None
    value: str | None = None
    details: tuple[dict[str, Any], ...] = field(default=(), repr=False)
    excerpt: Excerpt | None = field(default=None, repr=False)


class Refused(Exception):
    """The input was refused; ``findings`` says why, all of it at once."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings: tuple[Finding, ...] = tuple(findings)
        first = next((f for f in self.findings if f.severity is Severity.ERROR), None)
        super().__init__(_one_line(first) if first else "refused")

    def __reduce__(self) -> tuple[type[Refused], tuple[tuple[Finding, ...]]]:
        """How it comes back from another process: with its findings, not with its message."""
        return Refused, (self.findings,)


def errors(findings: Iterable[Finding]) -> list[Finding]:
    """Only the findings that stop a plan."""
    return [finding for finding in findings if finding.severity is Severity.ERROR]


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Errors first, then warnings, then notes; inside each by file, line and code."""
    rank = {severity: place for place, severity in enumerate(Severity)}
    return sorted(findings, key=lambda f: (rank[f.severity], f.file, f.row or 0, f.code, f.column, f.key))


def as_object(finding: Finding) -> dict[str, Any]:
    """The finding as plain JSON values; absent facts are left out."""
    out: dict[str, Any] = {
        "code": finding.code,
        "severity": finding.severity.value,
        "message": finding.message,
    }
    for name in ("table", "key", "file", "row", "column", "value", "found", "allowed", "help"):
        value = getattr(finding, name)
        if value not in (None, ""):
            out[name] = value
    out["nearest"] = list(finding.nearest)
    out["fix"] = finding.fix
    if finding.details:
        out["details"] = list(finding.details)
    return out


def as_text(finding: Finding, colour: bool = False) -> str:
    """The finding as the lines a person reads in a terminal, without a final line break."""
    paint = _painter(colour)
    tint = {"error": "red", "warning": "yellow", "note": "cyan"}[finding.severity.value]
    head = paint(f"{finding.severity.value}[{finding.code}]", tint)
    lines = [f"{head}: {paint(_clean(finding.message), 'bold')}"]
    gutter = " " * len(str(finding.row or ""))
    address = _address(finding)
    if address:
        lines.append(f"{gutter} {paint('-->', 'blue')} {address}")
    bar = paint("|", "blue")
    if finding.excerpt is not None and finding.row is not None:
        shown, carets = _window(finding.excerpt)
        under = f"{carets} {_clean(finding.found)}".rstrip()
        lines += [
            f"{gutter} {bar}",
            f"{paint(str(finding.row), 'blue')} {bar} {shown}",
            f"{gutter} {bar} {paint(under, tint)}",
            f"{gutter} {bar}",
        ]
    elif finding.found:
        lines.append(f"{gutter} {paint('=', 'blue')} found:   {_clean(finding.found)}")
    for label, text in (("allowed:", finding.allowed), ("help:", _help(finding))):
        if text:
            lines.append(f"{gutter} {paint('=', 'blue')} {label:<8} {_clean(text)}")
    lines.append(f"{gutter} {paint('=', 'blue')} {'see:':<8} fullrate explain {finding.code}")
    return "\n".join(line.rstrip() for line in lines)


def as_blocks(findings: Sequence[Finding], colour: bool = False, most: int = 20) -> list[str]:
    """The findings as text, at most ``most`` of each code; the rest are counted, not shown."""
    blocks: list[str] = []
    seen: dict[str, int] = {}
    for finding in findings:
        seen[finding.code] = seen.get(finding.code, 0) + 1
        if seen[finding.code] <= most:
            blocks.append(as_text(finding, colour))
    for code, count in seen.items():
        if count > most:
            blocks.append(f"... and {count - most} more of {code}; --format json lists them all")
    return blocks


def summary(findings: Sequence[Finding], consequence: str = "") -> str:
    """One line: ``Found 7 errors in 2 files, 1 fixable with --fix. The plan was not started.``."""
    if not findings:
        return "No problems found."
    parts = []
    for severity in Severity:
        count = sum(f.severity is severity for f in findings)
        if count:
            parts.append(f"{count} {severity.value}{'s' if count > 1 else ''}")
    files = len({f.file for f in findings if f.file})
    fixable = sum(f.fix is not None for f in findings)
    text = "Found " + " and ".join([", ".join(parts[:-1]), parts[-1]] if parts[1:] else parts)
    if files:
        text += f" in {files} file{'s' if files > 1 else ''}"
    if fixable:
        text += f", {fixable} fixable with --fix"
    return f"{text}. {consequence}".strip()


def _help(finding: Finding) -> str:
    """The advice, and whether --fix follows it."""
    if finding.fix is None:
        return finding.help
    return f"{finding.help} (--fix does it)" if finding.help else f"--fix writes `{finding.fix}`"


def _one_line(finding: Finding) -> str:
    address = _address(finding)
    where = f" ({address})" if address else ""
    return _clean(f"{finding.code}: {finding.message}{where}: {finding.found}".rstrip(": "))


def _address(finding: Finding) -> str:
    place = _clean(finding.file)
    if place and finding.row is not None:
        place += f":{finding.row}"
    if not place and finding.table:
        place = f"{finding.table}:{_clean(finding.key)}".rstrip(":")
    if finding.column:
        place += f"{', ' if place else ''}column `{_clean(finding.column)}`"
    return place


WIDTH = 96
"""Characters of a file's line that are shown at most."""


def _window(excerpt: Excerpt) -> tuple[str, str]:
    """The part of a line around the place, and the carets under it, aligned by display width."""
    start, length = excerpt.start, max(excerpt.length, 1)
    line = excerpt.line
    left = 0
    if len(line) > WIDTH and start + length > WIDTH - 8:
        left = max(0, start - WIDTH // 3)
    shown = _clean(line[left : left + WIDTH])
    at = min(start - left, WIDTH)
    prefix = "..." if left else ""
    suffix = "..." if left + WIDTH < len(line) else ""
    under = shown[at : at + length]
    carets = " " * (len(prefix) + _wide(shown[:at])) + "^" * max(_wide(under), 1)
    return prefix + shown + suffix, carets


def _clean(text: str) -> str:
    """The text without characters that would move a terminal's cursor, one for one."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        " " if char == "\t" else char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text
    )


def _wide(text: str) -> int:
    """Columns the text takes in a terminal."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )


_CODES = {"red": "1;31", "yellow": "1;33", "cyan": "1;36", "blue": "1;34", "bold": "1"}


class _Painter:
    """Wraps text in terminal colours, or does nothing."""

    def __init__(self, on: bool) -> None:
        self.on = on

    def __call__(self, text: str, tint: str) -> str:
        return f"\x1b[{_CODES[tint]}m{text}\x1b[0m" if self.on and text else text


def _painter(on: bool) -> _Painter:
    return _Painter(on)
