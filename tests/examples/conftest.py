"""The examples as read from their folders, and the record of surges they take their facts from."""

from collections.abc import Callable, Iterator
from csv import DictReader
from functools import cache
from pathlib import Path

import pytest

from fullrate.tables import Tables, read

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
RECORD = ROOT.parent / "shared" / "data"

Rows = list[dict[str, str]]


@cache
def tables_of(name: str) -> Tables:
    tables, _ = read(EXAMPLES / name)
    return tables


@pytest.fixture(scope="session")
def example() -> Callable[[str], Tables]:
    """Read an example by name; the same value each time."""
    return tables_of


@pytest.fixture(scope="session")
def written() -> Callable[[str], Rows]:
    """Rows of a file below `examples/`, as text."""
    return lambda path: rows_of(EXAMPLES / path)


@pytest.fixture(scope="session")
def record() -> Callable[[str], Rows]:
    """Rows of a file of the record, as text; skips where the record is absent."""

    def rows(path: str) -> Rows:
        file = RECORD / path
        if not file.is_file():
            pytest.skip("the record of surges (../shared/data) is not beside this checkout")
        return rows_of(file)

    return rows


def rows_of(file: Path) -> Rows:
    def lines() -> Iterator[dict[str, str]]:
        with file.open(encoding="utf-8", newline="") as text:
            yield from DictReader(text)

    return list(lines())
