"""Mutated scenarios: never a traceback, never a hang, never a broken reference accepted.

Bytes and cells of the examples are changed at random, seeded, one to three at a time. Whatever comes out, reading and
checking must end, with findings that can be printed; and if nothing is called an error, plain loops over the
files as any CSV reader sees them must find every name where it belongs.
"""

from __future__ import annotations

import csv
import io
import json
import random
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from fullrate.findings import Finding, Severity, as_object, as_text, summary
from fullrate.tables import read
from fullrate.tables.check import check
from fullrate.tables.spec import TABLES
from tables import whole

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
CHUNKS, QUICK, LONG = 20, 100, 1000
"""Chunks, and mutations in each: 2,000 in the quick tests, 20,000 in the slow one."""

SPICE = (b"\0", b'"', b'""', b",", b";", b"\t", b"\r", b"\n", b"\r\n", b"\xef\xbb\xbf", b"\xff\xfe", b"\xe4", b"|",
         b"=", b"[", b"]", b"#", b"'", b"\x81", b"\xe2\x80\x8b")  # fmt: skip
WORDS = ("", " ", "nan", "inf", "-inf", "-1", "0", "1e400", "1e-400", "1,5", "1.000,5", "true", "yes", "2026-02-30",
         "0001-01-01", "9999-12-31", "01/02/2026", "*", "|", "a|b", "x" * 300, "\u200b", "ä", "\ufeff", "=1+1",
         "1_000", "0x10", "١٢", "--", "null", "in", "out", "reject", "lost", "5", "1000000")  # fmt: skip


def by_bytes(luck: random.Random, files: dict[str, bytes]) -> None:
    name = luck.choice(sorted(files))
    data = bytearray(files[name])
    at = luck.randrange(len(data) + 1)
    end = min(len(data), at + luck.randrange(1, 40))
    kind = luck.randrange(6)
    if kind == 0 and data:
        data[at % len(data)] = luck.randrange(256)
    elif kind == 1:
        data[at:at] = luck.choice(SPICE)
    elif kind == 2:
        del data[at:end]
    elif kind == 3:
        data[at:at] = data[at:end]
    elif kind == 4:
        del data[at:]
    else:
        data = data.replace(b"\n", luck.choice((b"\r\n", b"\r", b"\n\n")))
    files[name] = bytes(data)


def by_cell(luck: random.Random, files: dict[str, bytes]) -> None:
    name = luck.choice(sorted(name for name in files if name.endswith(".csv")))
    text = files[name].decode("utf-8", "replace")
    if not text or set(text) & set('\0\r"'):
        return
    rows = list(csv.reader(io.StringIO(text)))
    kind = luck.randrange(8)
    row = luck.choice(rows)
    if kind == 0 and len(rows) > 1:
        rows.remove(row)
    elif kind == 1:
        rows.append(list(row))
    elif kind == 2:
        rows[luck.randrange(len(rows))], rows[-1] = rows[-1], rows[luck.randrange(len(rows))]
    elif row:
        other = luck.choice(rows) or [""]
        words = (luck.choice(WORDS), luck.choice(other), luck.choice(row))
        row[luck.randrange(len(row))] = luck.choice(words)
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    files[name] = out.getvalue().encode()


def by_file(luck: random.Random, files: dict[str, bytes]) -> None:
    name = luck.choice(sorted(files))
    if luck.random() < 0.5:
        del files[name]
    else:
        files[name] = luck.choice(list(files.values()))


MUTATIONS: tuple[Callable[[random.Random, dict[str, bytes]], None], ...] = (
    *[by_bytes] * 4,
    *[by_cell] * 5,
    by_file,
)


@contextmanager
def alarm(seconds: int) -> Iterator[None]:
    """Turns a hang into a failure where the system has alarms; generous, so that load does not matter."""
    if not hasattr(signal, "SIGALRM"):
        yield
        return

    def ring(*_: Any) -> None:
        raise TimeoutError(f"not done after {seconds} s")

    old = signal.signal(signal.SIGALRM, ring)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, old)


def originals(which: str) -> dict[str, bytes]:
    if which == "whole":
        return {name: text.encode() for name, text in whole.FILES.items()}
    folder = EXAMPLES / which
    return {f.name: f.read_bytes() for f in folder.iterdir() if f.suffix in (".csv", ".toml")}


def broken_references(files: dict[str, bytes]) -> list[str]:
    """Names that lead nowhere, by plain loops over the files; nothing of the program but its spec.

    A scenario without sectors of its own means those of a table that is named when the economy is asked about (FR882).
    """
    rows: dict[str, list[dict[str, str]]] = {}
    for name, data in files.items():
        if name.endswith(".csv") and name[:-4] in TABLES:
            text = data.decode("utf-8-sig").lstrip("\r\n")
            reader = csv.DictReader(io.StringIO(text, newline=""))
            reader.fieldnames = [field.strip() for field in reader.fieldnames or ()]
            rows[name[:-4]] = list(reader)
    names = {table: {row.get(TABLES[table].key[0]) for row in rows.get(table, ())} for table in TABLES}
    bad = []
    for table, entries in rows.items():
        for column in TABLES[table].columns:
            if not column.refers or (column.refers == ("io_sectors",) and "io_sectors" not in rows):
                continue
            valid = set().union(*(names[other] for other in column.refers))
            for row in entries:
                value = row.get(column.name) or ""
                if value.strip() and value not in valid and not (column.wildcard and value == "*"):
                    bad.append(f"{table}.{column.name}: {value}")
    return bad


def readable_by_all(files: dict[str, bytes]) -> bool:
    """Whether every file is comma-separated UTF-8, so that the plain loops read what we read."""
    for data in files.values():
        try:
            header = data.decode("utf-8-sig").lstrip("\r\n").split("\n")[0]
        except UnicodeDecodeError:
            return False
        if ";" in header or "\t" in header or "\r" in header.rstrip("\r"):
            return False
    return True


def assert_well_behaved(folder: Path, files: dict[str, bytes]) -> None:
    with alarm(60):
        tables, findings = read(folder)
        findings = findings + check(tables)
        text = "\n".join(as_text(finding) for finding in findings) + summary(findings)
        json.dumps([as_object(finding) for finding in findings], allow_nan=False)
    assert text
    for finding in findings:
        assert_addressed(finding, files)
    refused = any(finding.severity is Severity.ERROR for finding in findings)
    if not refused and readable_by_all(files):
        assert broken_references(files) == []


def assert_addressed(finding: Finding, files: dict[str, bytes]) -> None:
    if finding.row is not None:
        lines = len(files.get(Path(finding.file).name, b"").splitlines())
        assert 1 <= finding.row <= max(lines, 1) + 1, finding


@pytest.fixture(scope="module", autouse=True)
def _files_that_did_not_change_are_read_once() -> Iterator[None]:
    """Parsing and typing are pure, so the fuzz keeps their results; only what is mutated is read anew."""
    import fullrate.tables.folder as module

    with pytest.MonkeyPatch.context() as patch:
        for name in ("parse", "take_over"):
            patch.setattr(module, name, lru_cache(maxsize=256)(getattr(module, name)))
        yield


def fuzz(chunk: int, count: int, folder: Path) -> None:
    luck = random.Random(chunk)
    which = ("whole", "respirators-2020", "italy-vaccine-2021", *["golden"] * 9)
    for _ in range(count):
        name = luck.choice(which)
        files = dict(originals_of(name))
        for _ in range(luck.choice((1, 1, 2, 3))):
            luck.choice(MUTATIONS)(luck, files)
        place = folder / "scenario"
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        for file, data in files.items():
            (place / file).write_bytes(data)
        try:
            assert_well_behaved(place, files)
        except BaseException:
            print(f"chunk {chunk}, example {name}, kept in {place}")
            raise


originals_of = lru_cache(originals)


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_mutated_examples_never_surprise(chunk: int, tmp_path: Path) -> None:
    fuzz(chunk, QUICK, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("chunk", range(100, 100 + CHUNKS))
def test_mutated_examples_never_surprise_in_the_long_run(chunk: int, tmp_path: Path) -> None:
    fuzz(chunk, LONG, tmp_path)


def test_the_plain_loops_find_a_broken_reference() -> None:
    files = originals("golden")
    assert broken_references(files) == []
    files["lanes.csv"] = files["lanes.csv"].replace(b"foundry,workshop", b"foundri,workshop")
    assert broken_references(files) == ["lanes.from: foundri"]
