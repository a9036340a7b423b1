"""Repairs: exactly the certain ones, exactly the characters of the cell, never half a file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from fullrate.cli.check import look, mend
from fullrate.findings import errors
from fullrate.tables import fix as fixes
from tables import whole


def mended(folder: Path) -> tuple[list[str], list[str]]:
    """Repairs that were made, and codes of the errors that are left."""
    tables, findings = look(str(folder), ())
    _, findings, done = mend(tables, findings, ())
    return [str(repair).replace(str(folder), "") for repair in done], [f.code for f in errors(findings)]


@pytest.mark.parametrize(
    ("file", "old", "new", "written"),
    [
        ("needs.csv", "backlog,,", "Backlog,,", "backlog,,"),
        ("builds.csv", "true", "yes", "true"),
        ("builds.csv", "2026-02-01", "2026/02/01", "2026-02-01"),
        ("needs.csv", "20000", '"20.000,5"', '"20000.5"'),
        ("needs.csv", "20000", "20 000", "20000"),
        ("processes.csv", "0.95", "95%", "0.95"),
        ("lanes.csv", "works_hub,works", "works_hub, WORKS", "works_hub,works"),
        ("uses.csv", "repair,line", "repair ,line", "repair,line"),
        ("items.csv", "Vaccine A,dose", '"A ""quoted"", name",Dose', '"A ""quoted"", name",dose'),
        ("lanes.csv", "lead_d", "Lead_d", "lead_d"),
        ("scenario.toml", "periods", 'fairness = "Maxmin" # why\nperiods', 'fairness = "maxmin" # why\nperiods'),
        ("scenario.toml", "2026-01-05", '"2026/01/05"', '"2026-01-05"'),
    ],
)
def test_a_certain_repair_is_written_and_nothing_else(
    file: str, old: str, new: str, written: str, tmp_path: Path
) -> None:
    text = whole.FILES[file]
    folder = whole.write(tmp_path / "scenario", {file: text.replace(old, new, 1)})
    others = {other: (folder / other).read_bytes() for other in whole.FILES if other != file}
    done, left = mended(folder)
    assert len(done) == 1
    assert left == []
    assert (folder / file).read_text() == text.replace(old, written, 1)
    assert others == {other: (folder / other).read_bytes() for other in others}
    assert sorted(os.listdir(folder)) == sorted(whole.FILES)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("needs.csv", "20000", '"20,000"'),
        ("needs.csv", "2026-06-30", "06/07/2026"),
        ("lanes.csv", "works_hub,works", "works_hub,w0rks"),
        ("lanes.csv", "lead_d", "lead_days"),
        ("processes.csv", "0.95", "1.95"),
        ("needs.csv", "20000", "#REF!"),
    ],
)
def test_what_is_not_certain_is_left_alone(file: str, old: str, new: str, tmp_path: Path) -> None:
    folder = whole.write(tmp_path / "scenario", {file: whole.FILES[file].replace(old, new, 1)})
    before = (folder / file).read_bytes()
    done, left = mended(folder)
    assert done == []
    assert left != []
    assert (folder / file).read_bytes() == before


def test_a_renamed_name_takes_its_references_along(tmp_path: Path) -> None:
    changes = {
        name: text.replace("hilltown", " hilltown ") if name != "lanes.csv" else text
        for name, text in whole.FILES.items()
        if "hilltown" in text
    }
    folder = whole.write(tmp_path / "scenario", dict(changes))
    done, left = mended(folder)
    assert left == []
    assert len(done) == 2
    for name, text in whole.FILES.items():
        assert (folder / name).read_text() == text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_a_repair_keeps_the_ways_of_the_file(encoding: str, end: str, delimiter: str, tmp_path: Path) -> None:
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")

    def as_bytes(text: str) -> bytes:
        text = text.replace("Town", "Stadt Süd").replace(",", delimiter).replace("\n", end)
        return mark + text.encode(encoding)

    text = whole.FILES["sites.csv"]
    bad = text.replace("2026-12-31", "31.12.2026")
    folder = whole.write(tmp_path / "scenario", {"sites.csv": as_bytes(bad)})
    done, left = mended(folder)
    assert len(done) == 1
    assert left == []
    assert (folder / "sites.csv").read_bytes() == as_bytes(text)


def test_a_file_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    bad = whole.FILES["builds.csv"].replace("true", "yes")
    folder = whole.write(tmp_path / "scenario", {"builds.csv": bad})
    tables, findings = look(str(folder), ())
    (folder / "builds.csv").write_text(bad + "\n")
    assert fixes.repair(tables, findings) == []
    assert (folder / "builds.csv").read_text() == bad + "\n"


def test_a_repair_that_fails_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = whole.FILES["builds.csv"].replace("true", "yes")
    folder = whole.write(tmp_path / "scenario", {"builds.csv": bad})
    tables, findings = look(str(folder), ())

    def full(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="disk full"):
        fixes.repair(tables, findings)
    assert (folder / "builds.csv").read_text() == bad
    assert sorted(os.listdir(folder)) == sorted(whole.FILES)


def test_fixing_a_clean_scenario_changes_nothing(tmp_path: Path) -> None:
    folder = whole.write(tmp_path / "scenario")
    assert mended(folder) == ([], [])
