"""The pages of findings about outlooks print what they show."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest

from e2e.commandline import ROOT, fullrate

PAGES = ROOT / "tests" / "diagnostics"
CODES = ["FR804", "FR805", "FR812"]
PRINTED = re.compile(r"^```text\n(.*?)\n```$", re.M | re.S)


@pytest.mark.parametrize("code", CODES)
def test_the_page_prints_what_it_shows(code: str, tmp_path: Path) -> None:
    page = PAGES / f"{code}.md"
    text = page.read_text(encoding="utf-8")
    shutil.copytree(PAGES / "surge", tmp_path / "surge")
    for kind in re.findall(r'^In a record of pumps, `product_kind = "(.+?)"`', text, re.M):
        file = tmp_path / "surge" / "case.toml"
        file.write_text(file.read_text("utf-8").replace("new product or plant", kind), "utf-8")
    words = re.findall(r"^\$ fullrate (.+)$", text, re.M)[0].split()
    done = fullrate(tmp_path, *words)
    assert done.returncode == (0 if "A warning." in text else 1)
    printed = re.split(r"\n\nFound \d", done.stderr)[0]
    if os.environ.get("FULLRATE_UPDATE_PAGES"):
        page.write_text(PRINTED.sub(lambda _: f"```text\n{printed}\n```", text, count=1), "utf-8")
        return
    assert PRINTED.findall(text)[0] == printed


@pytest.mark.parametrize("code", CODES)
def test_the_page_says_what_and_how(code: str) -> None:
    text = (PAGES / f"{code}.md").read_text(encoding="utf-8")
    assert text.startswith(f"# {code}: ")
    assert "\n## Example\n" in text
    assert "\n## How to fix it\n" in text
