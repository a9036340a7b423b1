"""CONTRIBUTING's worked example is applied to a copy of the checkout and passes the conformance suite there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

QUIET = ("-p", "no:cacheprovider", "-p", "no:xdist", "-k", "CLIMB or climb", "-m", "not slow and not oracle")
WHAT = ("tests/rules/test_every_rule.py", "src/fullrate/rules/limits/climb.py")
ROOT = Path(__file__).resolve().parents[1]
BLOCK = re.compile(
    r'^```\w+ title="(?P<file>[^"]+)"(?: (?P<where>after|before)="(?P<line>(?:[^"\\]|\\.)+)")?\n(?P<text>.*?)^```$',
    flags=re.MULTILINE | re.DOTALL,
)


def apply(folder: Path) -> list[str]:
    """Write every block of the page into the copy, at the first line that begins as the block says."""
    touched = []
    for block in BLOCK.finditer((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")):
        file = folder / block["file"]
        touched.append(block["file"])
        if block["where"] is None:
            file.write_text(block["text"], encoding="utf-8")
            continue
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
        start = block["line"].replace('\\"', '"')
        at = next(number for number, line in enumerate(lines) if line.startswith(start))
        at += block["where"] == "after"
        file.write_text("".join([*lines[:at], block["text"], *lines[at:]]), encoding="utf-8")
    return touched


def test_a_rule_is_added_in_four_files_and_a_field_of_the_spec(tmp_path: Path) -> None:
    for name in ("src", "tests", "examples", "docs"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "CHANGELOG.md", "CONTRIBUTING.md"):
        shutil.copyfile(ROOT / name, tmp_path / name)
    touched = apply(tmp_path)
    assert len(set(touched) - {"src/fullrate/tables/spec/network.py", "CHANGELOG.md"}) == 4
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            *QUIET,
            "tests/rules/test_every_rule.py",
            "src/fullrate/rules/limits/climb.py",
        ],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "src")},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert "passed" in done.stdout
