"""A plan of the smallest example, made once for all tests of commands."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from e2e.commandline import GOLDEN, fullrate


@pytest.fixture(scope="session")
def golden_runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which golden was planned; not to be changed."""
    folder = tmp_path_factory.mktemp("golden")
    done = fullrate(folder, "plan", str(GOLDEN))
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def planned(tmp_path: Path, golden_runs: Path) -> Path:
    """A folder of the test's own in which golden was planned."""
    shutil.copytree(golden_runs, tmp_path, dirs_exist_ok=True)
    return tmp_path
