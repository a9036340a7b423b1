"""Every page of a code is a snapshot: its example prints exactly what the page shows.

``FULLRATE_UPDATE_PAGES=1 python -m pytest tests/tables/test_diagnostics.py`` writes what is printed now into the
pages; the difference is then for a person to read.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from fullrate.findings import Severity, as_text, errors
from fullrate.tables import read
from fullrate.tables.check import check
from fullrate.tables.check.surge import check_surge
from fullrate.tables.codes import CODES
from fullrate.tables.explain import codes, page, pages_folder
from fullrate.tables.surge import read_surge

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "tests" / "diagnostics"
FILE = re.compile(r"^\*\*(?P<name>[\w.]+)\*\*(?P<note>[^\n]*)\n\n```\w+\n(?P<text>.*?)```$", re.M | re.S)
TOLD_BY_COMMANDS = ("cut.py", "restriction_sets.py")
"""Modules whose findings are about what was asked, not about the scenario; their pages are run as commands."""
PRINTED = re.compile(r"^```text\n(.*?)\n```$", re.M | re.S)


def example(text: str, small: str = "scenario") -> dict[str, bytes]:
    """The files of the small scenario or record, with those of a page in place of theirs."""
    files = {file.name: file.read_bytes() for file in (PAGES / small).iterdir()}
    for match in FILE.finditer(text):
        content = match["text"]
        if "NUL" in match["note"]:
            content = content.replace("\\x00", "\0")
        encoding = "cp1252" if "Windows-1252" in match["note"] else "utf-8"
        files[match["name"]] = content.encode(encoding)
    for name in re.findall(r"^`([\w.]+)` is not in the folder", text, re.M):
        del files[name]
    return files


def printed(code: str, text: str) -> str:
    """What is printed about a code for the example of its page, in the current folder."""
    folder = Path("surge" if code.startswith(("FR80", "FR81", "FR824")) else "scenario")
    folder.mkdir()
    for name, data in example(text, folder.name).items():
        (folder / name).write_bytes(data)
    if folder.name == "surge":
        record, findings = read_surge(folder)
        findings = findings + ([] if errors(findings) else check_surge(record))
        assert {finding.code for finding in findings} == {code}
        return "\n\n".join(as_text(finding) for finding in findings)
    tables, findings = read("scenario", re.findall(r"^\$ .*--set (\S+)", text, re.M))
    if code != "FR001":
        findings = findings + check(tables)
    assert {finding.code for finding in findings} == {code}
    return "\n\n".join(as_text(finding) for finding in findings)


@pytest.mark.parametrize("code", sorted(CODES))
def test_a_page_prints_what_it_shows(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = (PAGES / f"{code}.md").read_text(encoding="utf-8")
    now = printed(code, text)
    if os.environ.get("FULLRATE_UPDATE_PAGES"):
        new = PRINTED.sub(lambda _: f"```text\n{now}\n```", text, count=1)
        (PAGES / f"{code}.md").write_text(new, encoding="utf-8")
        return
    shown = PRINTED.findall(text)
    assert shown == [now]


@pytest.mark.parametrize("code", sorted(CODES))
def test_a_page_says_what_and_how(code: str) -> None:
    severity, title = CODES[code]
    text = (PAGES / f"{code}.md").read_text(encoding="utf-8")
    assert text.startswith(f"# {code}: {title}\n")
    kind = {Severity.ERROR: "An error. ", Severity.WARNING: "A warning. "}[severity]
    assert f"\n\n{kind}" in text
    assert "\n## Example\n" in text
    assert "\n## How to fix it\n" in text


def test_the_small_scenario_is_clean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    folder = Path("scenario")
    folder.mkdir()
    for name, data in example("").items():
        (folder / name).write_bytes(data)
    tables, findings = read(folder)
    assert findings + check(tables) == []


def test_the_small_record_is_clean() -> None:
    record, findings = read_surge(PAGES / "surge")
    assert findings + check_surge(record) == []


def test_every_code_has_a_page_and_every_page_a_code() -> None:
    used = set()
    for file in (ROOT / "src" / "fullrate").rglob("*.py"):
        used |= set(re.findall(r'"(FR\d{3})"', file.read_text(encoding="utf-8")))
    pages = {file.stem for file in PAGES.glob("FR*.md")}
    assert used == pages
    assert set(CODES) <= pages


def test_every_declared_code_is_given_somewhere() -> None:
    given = set()
    for file in (ROOT / "src" / "fullrate" / "tables").rglob("*.py"):
        if file.name not in ("codes.py", *TOLD_BY_COMMANDS):
            given |= set(re.findall(r'"(FR\d{3})"', file.read_text(encoding="utf-8")))
    assert given == set(CODES)


def test_explain_finds_the_pages() -> None:
    assert pages_folder().is_dir()
    assert set(CODES) <= set(codes())
    assert (page("FR201") or "").startswith("# FR201: unknown name")
    assert page("FR999") is None
    assert page("../README") is None
