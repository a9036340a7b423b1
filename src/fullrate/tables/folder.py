"""Reading a scenario folder: one ``scenario.toml`` and one CSV file per table."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from fullrate.findings import Finding, Refused, Severity, errors, in_order
from fullrate.tables.cell import SCENARIO, Cell
from fullrate.tables.convert import typed
from fullrate.tables.model import Origin, Tables, empty, unwritten
from fullrate.tables.nearest import Near, nearest, suggest
from fullrate.tables.place import SCENARIO_FILE, locate
from fullrate.tables.problem import Problem
from fullrate.tables.settings import as_text, parse_toml, settings_text, to_config
from fullrate.tables.sheet import Sheet, decode, parse
from fullrate.tables.spec import TABLES, Table


def read(
    folder: str | os.PathLike[str], changes: Sequence[str | tuple[Cell, str]] = ()
) -> tuple[Tables, list[Finding]]:
    """The tables in a folder and everything that is wrong with how they are written.

    Tables are returned in any case; with an error among the findings they are incomplete and good for
    checking only. ``changes`` are applied as ``table:key.column=value``, with the same checks as a cell.
    """
    path = Path(folder)
    if not (path.is_dir() and os.access(path, os.R_OK | os.X_OK)):
        problem = Problem(
            "FR001",
            "no scenario",
            found=f"`{path}` is not a folder that can be read",
            help="name a folder with a scenario.toml and CSV tables",
        )
        tables = _tables({}, {}, {}, str(path))[0]
        return tables, locate(tables, [problem])
    settings, origin, problems = _read_settings(path)
    sheets: dict[str, Sheet] = {}
    missing: list[str] = []
    economy = _only_economy(path)
    for table in TABLES.values():
        sheet = _read_sheet(path / table.file, table)
        if sheet is not None:
            sheets[table.name] = sheet
        elif table.required and not economy:
            missing.append(table.name)
            problems.append(
                Problem(
                    "FR002",
                    "table missing",
                    file=table.file,
                    found=f"`{table.file}` is not in the folder",
                    help=f"add it with the columns {_names(table)}",
                )
            )
    problems += _unknown_files(path)
    origins = {name: _origin(path / TABLES[name].file, sheet) for name, sheet in sheets.items()}
    origins |= {name: Origin(readable=False) for name in missing}
    tables, more = _tables(settings, sheets, {**origins, SCENARIO: origin}, str(path))
    if economy:  # nothing there begins on a day
        more = [problem for problem in more if (problem.code, problem.column) != ("FR107", "start")]
    findings = locate(tables, problems + more)
    return _changed(tables, findings, changes)


def _only_economy(path: Path) -> bool:
    """Whether a folder holds the tables of an economy and none that a plan needs."""
    there = (path / TABLES["io_sectors"].file).is_file()
    return there and not any((path / table.file).exists() for table in TABLES.values() if table.required)


def with_file(tables: Tables, name: str, file: str | os.PathLike[str]) -> tuple[Tables, list[Finding]]:
    """The scenario with the rows of another file in one table, and everything that is wrong with how they are written.

    The file has the format of the table; rows that the scenario has there give way.
    """
    path, table = Path(file), TABLES[name]
    sheet = _read_sheet(path, table)
    if sheet is None:
        found = f"`{path}` cannot be opened (no such file)"
        return tables, [Finding("FR004", Severity.ERROR, "not a text file", file=str(path), found=found)]
    origin = _origin(path, sheet)
    text, frame, problems = take_over(table, sheet, origin.comma)
    made = replace(
        tables,
        frames={**tables.frames, name: frame},
        written={**tables.written, name: text},
        origins={**tables.origins, name: origin},
    )
    return made, locate(made, problems)


def from_rows(config: Mapping[str, Any], tables: Mapping[str, Iterable[Mapping[str, Any]]]) -> Tables:
    """Tables from plain Python rows; see ``Tables.from_rows``."""
    settings, problems = settings_text(config)
    sheets = {}
    for name, rows in tables.items():
        if name not in TABLES:
            near = nearest(name, TABLES)
            problems.append(
                Problem(
                    "FR003",
                    "unknown table",
                    name,
                    nearest=near.names,
                    found=f"there is no table `{name}`",
                    help=near.question(),
                )
            )
            continue
        sheets[name] = _sheet_of_rows(list(rows))
    result, more = _tables(settings, sheets, {}, "")
    findings = locate(result, problems + more)
    if errors(findings):
        raise Refused(in_order(findings))
    return result


def _sheet_of_rows(rows: list[Mapping[str, Any]]) -> Sheet:
    header = tuple(dict.fromkeys(name for row in rows for name in row))
    columns = [
        pl.Series(str(i), [as_text(row.get(name)) or None for row in rows], pl.String) for i, name in enumerate(header)
    ]
    return Sheet(header=header, frame=pl.DataFrame(columns))


def _read_settings(path: Path) -> tuple[dict[str, str], Origin, list[Problem]]:
    file = path / SCENARIO_FILE
    try:
        data = _bytes(file)
    except OSError as error:
        problem = Problem(
            "FR001",
            "no scenario",
            file=SCENARIO_FILE,
            found=f"`{SCENARIO_FILE}` cannot be opened ({error.strerror})",
            help="add it with at least `start = 2026-01-05`",
        )
        return {}, Origin(str(file), readable=False), [problem]
    text, encoding, trouble = decode(data)
    origin = Origin(str(file), text, encoding=encoding)
    if trouble is not None:
        return {}, replace(origin, readable=False), [replace(trouble, table=SCENARIO)]
    values, problems = parse_toml(text)
    if problems:
        return {}, replace(origin, readable=False), problems
    settings, problems = settings_text(values)
    return settings, origin, problems


def _bytes(file: Path) -> bytes:
    """What is in a file. A pipe or a device is refused: reading one might never end."""
    if file.exists() and not file.is_file():
        raise OSError(0, "it is not an ordinary file", str(file))
    return file.read_bytes()


def _read_sheet(file: Path, table: Table) -> Sheet | None:
    try:
        data = _bytes(file)
    except FileNotFoundError:
        return None
    except OSError as error:
        found = f"`{file.name}` cannot be opened ({error.strerror})"
        problem = Problem("FR004", "not a text file", found=found)
        return Sheet(problems=(problem,), readable=False)
    return parse(data, table.names)


def _origin(file: Path, sheet: Sheet) -> Origin:
    named = [name for name in sheet.header if name]
    return Origin(
        str(file),
        sheet.text,
        sheet.lines,
        sheet.header,
        sheet.delimiter,
        decimal_comma(sheet),
        sheet.encoding,
        sheet.readable and len(set(named)) == len(named),
        frozenset(p.line for p in sheet.problems if p.code == "FR005" and p.line is not None),
    )


def decimal_comma(sheet: Sheet) -> bool:
    """Whether the file writes numbers with a decimal comma.

    Only files that do not separate fields by commas can. One number that cannot be anything else (``2,5``,
    but not ``2,500``) settles it; without one, ``2,500`` stays ambiguous and is refused.
    """
    if sheet.delimiter == ",":
        return False
    pattern = r"^\s*[+-]?(?:\d+,\d{1,2}|\d+,\d{4,}|0*,\d+|0+,\d+|\d{4,},\d+)\s*$"
    found = sheet.frame.select(pl.any_horizontal(pl.all().str.contains(pattern).any()))
    return bool(found.item()) if sheet.frame.width else False


def _tables(
    settings: Mapping[str, str],
    sheets: Mapping[str, Sheet],
    origins: Mapping[str, Origin],
    folder: str,
) -> tuple[Tables, list[Problem]]:
    """Typed tables from text; tables without a sheet are empty."""
    problems: list[Problem] = []
    frames, written = {}, {}
    for table in TABLES.values():
        sheet = sheets.get(table.name)
        if sheet is None:
            frames[table.name] = empty(table)
            written[table.name] = unwritten(table)
            continue
        comma = origins[table.name].comma if table.name in origins else False
        written[table.name], frames[table.name], found = take_over(table, sheet, comma)
        problems += found
    config, found = to_config(settings, Path(folder).resolve().name if folder else "")
    if origins.get(SCENARIO, Origin()).readable:
        problems += found
    return Tables(config, frames, written, origins, settings, folder), problems


def take_over(table: Table, sheet: Sheet, comma: bool) -> tuple[pl.DataFrame, pl.DataFrame, list[Problem]]:
    """The rows of a sheet as text and typed, with the columns of the spec, and what is wrong with them."""
    text, found = _by_spec(table, sheet)
    frame, more = typed(table, text, comma)
    return text, frame, [replace(problem, table=table.name) for problem in [*found, *more]]


def _by_spec(table: Table, sheet: Sheet) -> tuple[pl.DataFrame, list[Problem]]:
    """The columns of the spec as text, and what is wrong with the header."""
    problems = list(sheet.problems)
    if sheet.encoding == "cp1252":
        problems.append(
            Problem(
                "FR015",
                "not UTF-8",
                found="read as Windows-1252",
                help="save the file as CSV UTF-8, so that no name can be misread",
            )
        )
    unknown = [(i, name) for i, name in enumerate(sheet.header) if not table.has(name)]
    if len(unknown) == len(sheet.header) > 1 and all(sheet.header):
        problems.append(
            Problem(
                "FR007",
                "unknown column",
                line=1,
                found="no name of the header is known",
                allowed=", ".join(table.names),
                help="the first line must name the columns",
            )
        )
        unknown = []
    near = suggest(lambda: table.names)
    problems += [_unknown_column(table, name, near(name)) for i, name in unknown if _matters(sheet, i)]
    seen: set[str] = set()
    for name in sheet.header:
        if name and name in seen:
            problems.append(
                Problem("FR008", "column appears twice", line=1, column=name, found=f"`{name}` is already there")
            )
        seen.add(name)
    if sheet.readable and seen & set(table.names):
        problems += [
            Problem(
                "FR009",
                "column missing",
                line=1,
                column=column.name,
                found=f"`{column.name}` is not in the header",
                help=f"{column.name}: {column.doc}",
            )
            for column in table.columns
            if column.required and column.name not in seen
        ]
    place = {name: str(i) for i, name in reversed(list(enumerate(sheet.header)))}
    if sheet.frame.is_empty():
        return unwritten(table), problems
    blank = pl.Series([None], dtype=pl.String).new_from_index(0, sheet.frame.height)
    return pl.DataFrame(
        [(sheet.frame[place[name]] if name in place else blank).alias(name) for name in table.names]
    ), problems


def _matters(sheet: Sheet, i: int) -> bool:
    """A column with neither name nor content is what spreadsheets leave behind; it is no finding."""
    return bool(sheet.header[i]) or sheet.frame.to_series(i).is_not_null().any()


def _unknown_column(table: Table, name: str, near: Near) -> Problem:
    found = f"`{table.file}` has no column `{name}`" if name else "a column without a name has text"
    return Problem(
        "FR007",
        "unknown column",
        line=1,
        column=name,
        found=found,
        allowed=", ".join(table.names),
        nearest=near.names,
        help=near.question(),
        fix=near.fix,
    )


def _names(table: Table) -> str:
    return ", ".join(f"`{column.name}`" for column in table.columns if column.required)


def _unknown_files(path: Path) -> list[Problem]:
    known = {table.file for table in TABLES.values()}
    problems = []
    for file in sorted(path.iterdir()):
        hidden = file.name.startswith((".", "~"))
        if file.suffix.lower() != ".csv" or file.name in known or hidden:
            continue
        near = nearest(file.name, known)
        problems.append(
            Problem(
                "FR003",
                "unknown table",
                file=file.name,
                nearest=near.names,
                found=f"no table is kept in `{file.name}`",
                help=near.question() or "see docs/look-up/tables.md",
            )
        )
    return problems


def _changed(
    tables: Tables, findings: list[Finding], changes: Sequence[str | tuple[Cell, str]]
) -> tuple[Tables, list[Finding]]:
    from fullrate.tables.change import apply

    for change in changes:
        try:
            tables = apply(tables, change)
        except Refused as refused:
            findings = findings + list(refused.findings)
    return tables, findings
