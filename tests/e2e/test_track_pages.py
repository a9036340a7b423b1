"""The pages of findings about pooling and tracking print what they show.

``FULLRATE_UPDATE_PAGES=1`` writes what is printed now into the pages.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest

from e2e.commandline import GOLDEN, ROOT, fullrate

PAGES = ROOT / "tests" / "diagnostics"
CODES = [f"FR{number}" for number in range(813, 824)]
PLANNED = ("FR813", "FR814", "FR817", "FR820")
"""Pages whose command plans and executes again, which takes seconds."""
PRINTED = re.compile(r"^```text\n(.*?)```$", re.M | re.S)


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("track")
    assert fullrate(folder, "plan", str(GOLDEN)).returncode == 0
    shutil.copytree(PAGES / "track", folder / "track")
    return folder


@pytest.mark.parametrize(
    "code", [pytest.param(code, marks=pytest.mark.slow) if code in PLANNED else code for code in CODES]
)
def test_the_page_prints_what_it_shows(code: str, planned: Path) -> None:
    page = PAGES / f"{code}.md"
    text = page.read_text(encoding="utf-8")
    newest = next(folder.name for folder in sorted((planned / "runs").iterdir()))
    words = re.findall(r"^\$ fullrate (.+)$", text, re.M)[0].split()
    done = fullrate(planned, *words)
    warned = "A warning." in text
    assert done.returncode == (0 if warned else 1), done.stderr
    printed = re.split(r"\n\nFound \d", done.stderr)[0].strip().replace(newest, "RUN")
    assert f"[{code}]" in printed
    if os.environ.get("FULLRATE_UPDATE_PAGES"):
        page.write_text(PRINTED.sub(lambda _: f"```text\n{printed}\n```", text, count=1), "utf-8")
        return
    assert PRINTED.findall(text)[0].strip() == printed


@pytest.mark.parametrize("code", CODES)
def test_the_page_says_what_and_how(code: str) -> None:
    text = (PAGES / f"{code}.md").read_text(encoding="utf-8")
    assert text.startswith(f"# {code}: ")
    assert "\n## Example\n" in text
    assert "\n## How to fix it\n" in text
