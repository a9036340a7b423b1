"""The pages of findings about claims print what they show."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from e2e.commandline import ROOT
from fullrate.cli import cli
from fullrate.cli.frame import run

PAGES = ROOT / "tests" / "diagnostics"
CODES = ["FR830", "FR831", "FR833", "FR834", "FR835", "FR836", "FR837", "FR838"]
FILE = re.compile(r"^\*\*(?P<name>[\w.]+)\*\*\n\n```\w+\n(?P<text>.*?)```$", re.M | re.S)
PRINTED = re.compile(r"(?<=```console\n)(.*?```\n\n)```text\n(.*?)```$", re.M | re.S)


@pytest.mark.parametrize("code", CODES)
def test_the_page_prints_what_it_shows(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    page = PAGES / f"{code}.md"
    text = page.read_text(encoding="utf-8")
    for match in FILE.finditer(text):
        (tmp_path / match["name"]).write_text(match["text"], encoding="utf-8")
    words = re.findall(r"^\$ fullrate (.+)$", text, re.M)[0].split()
    assert run(cli, words) == 1
    assert not (tmp_path / "pumps").exists(), "nothing is written where something is refused"
    printed = re.split(r"\n\nFound \d", capsys.readouterr().err)[0] + "\n"
    if os.environ.get("FULLRATE_UPDATE_PAGES"):
        page.write_text(PRINTED.sub(lambda found: f"{found[1]}```text\n{printed}```", text, count=1), "utf-8")
        return
    shown = PRINTED.search(text)
    assert shown is not None
    assert shown[2] == printed


@pytest.mark.parametrize("code", CODES)
def test_the_page_says_what_and_how(code: str) -> None:
    text = (PAGES / f"{code}.md").read_text(encoding="utf-8")
    assert text.startswith(f"# {code}: ")
    assert "\n\nAn error. " in text
    assert "\n## Example\n" in text
    assert "\n## How to fix it\n" in text
