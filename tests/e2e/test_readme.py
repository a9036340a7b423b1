"""The demo's output in the README is what the demo prints."""

from __future__ import annotations

import re
from pathlib import Path

from e2e.commandline import ROOT, by_itself


def test_every_line_of_the_readme_is_printed_by_the_demo(tmp_path: Path) -> None:
    shown = re.findall(r"^```text\n(.*?)^```$", (ROOT / "README.md").read_text(encoding="utf-8"), re.M | re.S)[0]
    done = by_itself(tmp_path, "demo")
    assert done.returncode == 0
    printed = [line.rstrip() for line in done.stdout.splitlines()]
    assert [line for line in shown.splitlines() if line.rstrip() not in printed] == []
