"""The records at hand: those that come with the program, and folders of others."""

from __future__ import annotations

import csv
import os
from functools import cache
from pathlib import Path

from fullrate.findings import Finding, Refused, Severity, errors
from fullrate.tables.check.surge import check_surge
from fullrate.tables.nearest import nearest
from fullrate.tables.surge import Surge, is_surge, read_surge

DATA = Path(__file__).parent / "data"


@cache
def shipped() -> tuple[Surge, ...]:
    """The records that come with the program, by slug."""
    return tuple(read_surge(folder)[0] for folder in sorted(DATA.iterdir()) if is_surge(folder) and folder.is_dir())


def read_cases(folder: str | os.PathLike[str]) -> list[tuple[Surge, list[Finding]]]:
    """Every record in a folder, or the one that the folder is, with what is wrong with it; by name.

    Raises:
        Refused: there is none.
    """
    path = Path(folder)
    inside = sorted(each for each in path.iterdir() if each.is_dir() and is_surge(each)) if path.is_dir() else []
    folders = [path] if is_surge(path) else inside
    if not folders:
        raise Refused([_none(path)])
    found = []
    for each in folders:
        surge, findings = read_surge(each)
        found.append((surge, findings + check_surge(surge)))
    return found


def find_case(reference: str) -> Surge:
    """The record with that slug among those shipped, or in that folder or ``case.toml``.

    Raises:
        Refused: there is none, or it has errors.
    """
    if is_surge(reference):
        surge, findings = read_surge(reference)
        findings = findings + check_surge(surge)
        if errors(findings):
            raise Refused(findings)
        return surge
    known = {surge.case.slug: surge for surge in shipped()}
    if reference in known:
        return known[reference]
    near = nearest(reference, known)
    listed = ", ".join(known)
    raise Refused(
        [
            Finding(
                "FR812",
                Severity.ERROR,
                "no surge record",
                found=f"`{reference}` is neither a record that comes with the program nor a folder with a case.toml",
                allowed=f"a folder, a case.toml, or one of {listed}",
                nearest=near.names,
                help=near.question(),
            )
        ]
    )


def _none(path: Path) -> Finding:
    found = f"`{path}` holds no folder with a case.toml"
    advice = "name a record, or a folder of records; docs/look-up/surges.md describes the format"
    return Finding("FR812", Severity.ERROR, "no surge record", found=found, help=advice)


def variants() -> list[dict[str, str]]:
    """Every variant of the model that was ever scored on the cases that come with the program, oldest first."""
    with open(DATA / "variants.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
