"""Reading a surge record: ``case.toml`` beside ``announced.csv``, ``actual.csv`` and ``sources.csv``.

The same reader, spec and findings as for a scenario, so that a cell of a record is addressed like any other.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from fullrate.findings import Finding
from fullrate.tables.convert import convert
from fullrate.tables.folder import decimal_comma, take_over
from fullrate.tables.model import Origin, empty, unwritten
from fullrate.tables.nearest import nearest
from fullrate.tables.place import CASE, locate
from fullrate.tables.problem import Problem
from fullrate.tables.settings import as_text
from fullrate.tables.sheet import Sheet, decode, parse
from fullrate.tables.spec import Table
from fullrate.tables.spec.surge import CASE as SETTINGS
from fullrate.tables.spec.surge import HEADLINE, SURGE_TABLES

CASE_FILE = "case.toml"
BESIDE = ("from_memory.csv", "from_memory_announced.csv", "learning.csv")
"""Files that may lie in a record and are never read: figures without a source, unit times."""


@dataclass(frozen=True)
class Headline:
    """The promise that stands for a record, as ``case.toml`` repeats it."""

    index: int | None = None
    announced_on: date | None = None
    target_date: date | None = None
    target_quantity: float | None = None
    unit: str | None = None
    what: str = "cumulative"


@dataclass(frozen=True)
class CaseFile:
    """The settings of ``case.toml``; blank texts are None."""

    slug: str
    title: str
    programme: str
    product_kind: str | None = None
    class_known_at_announcement: bool = True
    series: str | None = None
    series_period: str | None = None
    series_alt: str | None = None
    count_from: date | None = None
    demand_limited_from: date | None = None
    target_after_scope_cut: float | None = None
    licence_note: str | None = None
    note: str | None = None
    headline: Headline = Headline()


@dataclass(frozen=True, eq=False)
class Surge:
    """A surge record as written: its settings, and one typed frame per table.

    Attributes:
        case: what ``case.toml`` says.
        frames: typed frames of ``announced``, ``actual`` and ``sources``, columns as in the spec.
        written: the same as text.
        origins: file, lines and conventions of each table.
        settings: the settings as text.
        folder: the folder, or the file where the record is a ``case.toml`` alone.
    """

    case: CaseFile
    frames: Mapping[str, pl.DataFrame]
    written: Mapping[str, pl.DataFrame]
    origins: Mapping[str, Origin] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)
    folder: str = ""

    def keys(self, table: str) -> list[str]:
        """Key of every row; parts joined with ``|``, blank ones at the end left out."""
        parts = [pl.col(name).fill_null("") for name in SURGE_TABLES[table].key]
        joined = self.written[table].select(pl.concat_str(parts, separator="|").alias("key"))["key"]
        return joined.str.strip_chars_end("|").to_list()


def is_surge(folder: str | os.PathLike[str]) -> bool:
    """Whether a folder is a surge record and no scenario, or the path is a ``case.toml`` alone."""
    path = Path(folder)
    if path.is_dir():
        return (path / CASE_FILE).is_file() and not (path / "scenario.toml").is_file()
    return path.is_file() and path.suffix == ".toml" and path.name != "scenario.toml"


def read_surge(folder: str | os.PathLike[str]) -> tuple[Surge, list[Finding]]:
    """The record in a folder, or in a ``case.toml`` alone, and everything that is wrong with how it is written.

    It is returned in any case; with an error among the findings it holds what could be read.
    """
    path = Path(folder)
    place, file = (path, path / CASE_FILE) if path.is_dir() else (path.parent, path)
    values, origin, problems = _settings(file)
    case, texts, found = _case(values, place.resolve().name if path.is_dir() else path.stem)
    problems += found if origin.readable else []
    origins, frames, written = {CASE: origin}, {}, {}
    for table in SURGE_TABLES.values():
        sheet = _sheet(place / table.file) if path.is_dir() else None
        if sheet is None:
            frames[table.name], written[table.name] = empty(table), unwritten(table)
            problems += [_missing(table)] if path.is_dir() and table.required else []
            continue
        comma = decimal_comma(sheet)
        origins[table.name] = _origin(place / table.file, sheet, comma)
        written[table.name], frames[table.name], found = take_over(table, sheet, comma)
        problems += found
    problems += _strangers(place) if path.is_dir() else []
    surge = Surge(case, frames, written, origins, texts, str(place) if path.is_dir() else str(path))
    return surge, locate(surge, problems)


def _settings(file: Path) -> tuple[dict[str, Any], Origin, list[Problem]]:
    try:
        text, encoding, trouble = decode(file.read_bytes())
    except OSError as error:
        found = f"`{file.name}` cannot be opened ({error.strerror})"
        return {}, Origin(str(file), readable=False), [_unreadable(found)]
    if trouble is not None:
        return {}, Origin(str(file), text, readable=False), [replace(trouble, table=CASE)]
    try:
        return tomllib.loads(text), Origin(str(file), text, encoding=encoding), []
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        match = re.search(r"\(at line (\d+), column \d+\)", str(error))
        found = re.sub(r" \(at .*\)$", "", str(error))
        line = int(match[1]) if match else max(text.rstrip().count("\n") + 1, 1)
        problem = replace(_unreadable(f"{found[:1].lower()}{found[1:]}"), line=line)
        return {}, Origin(str(file), text, readable=False), [problem]


def _unreadable(found: str) -> Problem:
    advice = "write `name = value`, texts in quotes, and the promise below `[headline]`"
    return Problem("FR810", "case.toml cannot be read", CASE, found=found, help=advice)


def _case(values: Mapping[str, Any], folder: str) -> tuple[CaseFile, dict[str, str], list[Problem]]:
    """The typed settings, their texts, and what is wrong with them."""
    section = values.get("headline", {})
    plain = {name: value for name, value in values.items() if name != "headline"}
    problems: list[Problem] = []
    if not isinstance(section, dict):
        problems.append(_unreadable("`headline` is no section"))
        section = {}
    facts, texts, found = _values(SETTINGS, plain)
    promise, more, further = _values(HEADLINE, section)
    slug = str(facts.pop("slug", None) or folder)
    title, programme = (str(facts.pop(name, None) or slug) for name in ("title", "programme"))
    case = CaseFile(slug, title, programme, headline=Headline(**promise), **facts)
    return case, {**texts, **more}, [*problems, *found, *further]


def _values(table: Table, values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str], list[Problem]]:
    """Every known setting typed and as text; blank ones are left out."""
    typed: dict[str, Any] = {}
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    for name, value in values.items():
        if not table.has(name):
            problems.append(_unknown(table, name))
            continue
        texts[name] = text = as_text(value).strip()
        if not text:
            continue
        column = table.column(name)
        made, found = convert(table, column, text)
        problems += [replace(one, table=CASE, row=None, column=name) for one in found]
        if made is not None and column.numeric and not column.within.holds(float(made)):  # type: ignore[arg-type]
            problems.append(
                Problem("FR108", "outside its range", CASE, column=name, found=f"`{text}`", allowed=str(column.within))
            )
        elif made is not None:
            typed[name] = made
    for column in table.columns:
        if column.required and not texts.get(column.name):
            allowed = ", ".join(column.choices)
            found_ = f"`{column.name}` is not set"
            problems.append(
                Problem(
                    "FR107", "value missing", CASE, column=column.name, found=found_, allowed=allowed, help=column.doc
                )
            )
    return typed, texts, problems


def _unknown(table: Table, name: str) -> Problem:
    near = nearest(name, table.names)
    where = "`[headline]`" if table is HEADLINE else "`case.toml`"
    return Problem(
        "FR811",
        "unknown key",
        CASE,
        column=name,
        found=f"{where} has no key `{name}`",
        allowed=", ".join(table.names),
        nearest=near.names,
        help=near.question(),
    )


def _sheet(file: Path) -> Sheet | None:
    known = SURGE_TABLES[file.stem].names
    try:
        return parse(file.read_bytes(), known)
    except FileNotFoundError:
        return None
    except OSError as error:
        found = f"`{file.name}` cannot be opened ({error.strerror})"
        return Sheet(problems=(Problem("FR004", "not a text file", found=found),), readable=False)


def _origin(file: Path, sheet: Sheet, comma: bool) -> Origin:
    ragged = frozenset(p.line for p in sheet.problems if p.code == "FR005" and p.line is not None)
    facts = (str(file), sheet.text, sheet.lines, sheet.header, sheet.delimiter, comma, sheet.encoding)
    return Origin(*facts, sheet.readable, ragged)


def _missing(table: Table) -> Problem:
    found = f"`{table.file}` is not in the folder"
    columns = ", ".join(f"`{column.name}`" for column in table.columns if column.required)
    return Problem("FR002", "table missing", file=table.file, found=found, help=f"add it with the columns {columns}")


def _strangers(folder: Path) -> list[Problem]:
    known = [table.file for table in SURGE_TABLES.values()]
    problems = []
    for file in sorted(folder.glob("*.csv")):
        if file.name not in (*known, *BESIDE) and not file.name.startswith((".", "~")):
            near = nearest(file.name, known)
            found = f"no table of a surge record is kept in `{file.name}`"
            problems.append(
                Problem("FR003", "unknown table", file=file.name, nearest=near.names, found=found, help=near.question())
            )
    return problems
