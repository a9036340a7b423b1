"""A command as a user types it, in a process of its own or, which takes a fraction of the time, in that of the test.

Most of what a short command takes is the start of Python and what it imports. So one test of each command runs it as a
shell does, and the others hand its words to the same function, with streams that are no terminal.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from fullrate.cli import cli
from fullrate.cli.frame import run

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "examples" / "golden"
ITALY = ROOT / "examples" / "italy-vaccine-2021"

Done = subprocess.CompletedProcess[str]


def fullrate(folder: Path, *words: str) -> Done:
    """Run a command in this process."""
    out, err = io.StringIO(), io.StringIO()
    with chdir(folder), redirect_stdout(out), redirect_stderr(err), pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["fullrate", *words])
        code = run(cli, words)
    return subprocess.CompletedProcess(words, int(code), out.getvalue(), err.getvalue())


def by_itself(folder: Path, *words: str) -> Done:
    """Run a command in a process of its own, as a shell does."""
    return subprocess.run(
        [sys.executable, "-m", "fullrate.cli", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
    )


def answer(folder: Path, *words: str, how: Callable[..., Done] = fullrate) -> dict[str, Any]:
    """The JSON object that a command prints."""
    found: dict[str, Any] = json.loads(how(folder, *words, "--json").stdout)
    return found
