"""Compiled or not, executions are the same to 1e-12: what is compiled is the Python that one reads."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

SAME = 1e-12
TESTS = Path(__file__).resolve().parents[1]


def numbers(seed: int, **environment: str) -> np.ndarray:
    path = os.pathsep.join([str(TESTS), str(TESTS.parent / "src")])
    done = subprocess.run(
        [sys.executable, str(TESTS / "simulate" / "once.py"), str(seed)],
        env={**os.environ, "PYTHONPATH": path, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return np.array(json.loads(done.stdout))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_compiled_or_not(seed: int) -> None:
    plain, compiled = numbers(seed, NUMBA_DISABLE_JIT="1"), numbers(seed)
    assert plain == pytest.approx(compiled, rel=SAME, abs=SAME)
