"""Named sets of restrictions, a sanction or an embargo: rows of ``restrictions`` with the name of their set beside.

A file has a column ``set``, or is a set of its own, named like the file. Its rows are read and checked like those of
``restrictions.csv``, and every finding is addressed to the file.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from fullrate.findings import Finding, Refused, Severity, errors, in_order
from fullrate.tables.check import check
from fullrate.tables.check.dates import end_of
from fullrate.tables.cut import Cut
from fullrate.tables.folder import decimal_comma, take_over
from fullrate.tables.model import Origin, Tables
from fullrate.tables.sheet import parse
from fullrate.tables.spec.kinds import Table, label
from fullrate.tables.spec.wants import RESTRICTIONS

SETS = Table(
    RESTRICTIONS.name,
    "Restrictions of a what-if, each with the name of the set it belongs to.",
    RESTRICTIONS.key,
    (*RESTRICTIONS.columns, label("set", "Name of the set; blank: that of the file.")),
)


def sets(tables: Tables, place: str | os.PathLike[str]) -> dict[str, tuple[Cut, ...]]:
    """The named sets in a CSV file, or in every CSV file of a folder, in the order in which they are met.

    Raises:
        Refused: a file cannot be read, says nothing, or a row would not pass in ``restrictions.csv`` either.
    """
    path = Path(place)
    files = sorted(path.glob("*.csv")) if path.is_dir() else [path]
    if not files:
        raise Refused([_nothing(str(path), "no CSV file is in that folder")])
    found: dict[str, list[Cut]] = {}
    wrong: list[Finding] = []
    for file in files:
        for name, one, findings in _of_file(tables, file):
            wrong += findings
            found.setdefault(name, []).extend(one)
    if wrong:
        raise Refused(in_order(wrong))
    return {name: tuple(cuts) for name, cuts in found.items()}


def _of_file(tables: Tables, file: Path) -> Iterator[tuple[str, list[Cut], list[Finding]]]:
    """The sets of one file, each with what is wrong with it."""
    try:
        sheet = parse(file.read_bytes(), SETS.names)
    except OSError as error:
        yield file.stem, [], [_nothing(str(file), f"the file cannot be opened ({error.strerror})")]
        return
    comma = decimal_comma(sheet)
    text, frame, problems = take_over(SETS, sheet, comma)
    origin = Origin(str(file), sheet.text, sheet.lines, sheet.header, sheet.delimiter, comma, sheet.encoding)
    broken = errors(_located(tables, text.drop("set"), frame.drop("set"), origin, problems))
    if broken or frame.is_empty():
        yield file.stem, [], broken or [_nothing(str(file), "the file has no row")]
        return
    frame = frame.with_columns(pl.col("set").fill_null(file.stem))
    names = frame["set"].to_list()
    for name in dict.fromkeys(names):
        rows = [at for at, other in enumerate(names) if other == name]
        part = replace(origin, lines=tuple(origin.line(at) for at in rows))
        mine = _with(tables, text.drop("set")[rows], frame.drop("set")[rows], part)
        cuts, wrong = list(_cuts(mine)), [one for one in errors(check(mine)) if one.file == str(file)]
        yield name, cuts, wrong or ([] if cuts else [_outside(tables, str(file), name)])


def _located(
    tables: Tables, text: pl.DataFrame, frame: pl.DataFrame, origin: Origin, problems: Sequence[Any]
) -> list[Finding]:
    from fullrate.tables.place import locate

    return locate(_with(tables, text, frame, origin), problems)


def _with(tables: Tables, text: pl.DataFrame, frame: pl.DataFrame, origin: Origin) -> Tables:
    """The scenario with these rows as its restrictions."""
    return replace(
        tables,
        frames={**tables.frames, RESTRICTIONS.name: frame},
        written={**tables.written, RESTRICTIONS.name: text},
        origins={**tables.origins, RESTRICTIONS.name: origin},
    )


def _cuts(tables: Tables) -> Iterator[Cut]:
    """The rows that are in force on any day of the plan."""
    start, end = tables.config.start, end_of(tables)
    for row in tables.rows(RESTRICTIONS.name):
        if (row["from"] is not None and row["from"] >= end) or (row["to"] is not None and row["to"] <= start):
            continue
        first = None if row["from"] == tables.config.start else row["from"]
        yield Cut(row["kind"], row["target"], first, row["to"], item=row["item"], stock=row["stock"])


def _outside(tables: Tables, place: str, name: str) -> Finding:
    return Finding(
        "FR721",
        Severity.ERROR,
        "outage outside the plan",
        file=place,
        found=f"no row of the set `{name}` is in force on any day of the plan",
        allowed=f"at least one that is in force between {tables.config.start} and {end_of(tables)}, when the plan ends",
        help="mend `from` and `to`, or plan further: `periods` in scenario.toml",
    )


def _nothing(place: str, found: str) -> Finding:
    return Finding(
        "FR722",
        Severity.ERROR,
        "no set of restrictions",
        file=place,
        found=found,
        allowed="a CSV file with the columns of restrictions.csv and, for several sets, `set`; or a folder of them",
        help="the smallest file has the columns restriction, kind, target",
    )
