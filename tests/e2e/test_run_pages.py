"""The pages of findings about runs print what they show."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from e2e.commandline import GOLDEN, ROOT, fullrate

PAGES = ROOT / "tests" / "diagnostics"
CODES = ["FR333", *(f"FR{number}" for number in (*range(701, 715), *range(720, 723), *range(750, 756), 757, 759))]


@pytest.fixture(scope="module")
def two_runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs")
    for _ in range(2):
        assert fullrate(folder, "plan", str(GOLDEN)).returncode == 0
    shutil.copytree(GOLDEN, folder / "golden")
    shutil.copytree(PAGES / "track", folder / "track")
    return folder


@pytest.mark.parametrize("code", CODES)
def test_the_page_prints_what_it_shows(code: str, two_runs: Path) -> None:
    text = (PAGES / f"{code}.md").read_text(encoding="utf-8")
    *before, words = [line.split() for line in re.findall(r"^\$ fullrate (.+)$", text, re.M)]
    shown = re.findall(r"^```text\n(.*?)\n```$", text, re.M | re.S)[0]
    oldest, newest = sorted(folder.name for folder in (two_runs / "runs").iterdir())
    for line in before:
        assert fullrate(two_runs, *line).returncode == 0
    done = fullrate(two_runs, *words)
    assert done.returncode == 1
    assert done.stderr.startswith(shown.replace("NEWEST", newest).replace("OLDEST", oldest) + "\n")


@pytest.mark.parametrize("code", CODES)
def test_the_page_says_what_and_how(code: str) -> None:
    text = (PAGES / f"{code}.md").read_text(encoding="utf-8")
    assert text.startswith(f"# {code}: ")
    assert "\n## Example\n" in text
    assert "\n## How to fix it\n" in text
