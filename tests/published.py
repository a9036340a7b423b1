"""Plans of the examples, each made once in a run of the tests, by whichever worker asks for it first."""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import fullrate as fr

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"


def plan_of(name: str, folder: Path) -> fr.Plan:
    """The plan of an example with all its tests; from ``folder``, which the workers of one run share, once it is there.

    Whoever comes while another worker plans waits for it.
    """
    file = folder / f"{name}.plan"
    with alone(folder / f"{name}.lock"):
        if not file.is_file():
            part = file.with_suffix(".part")
            part.write_bytes(pickle.dumps(fr.plan(EXAMPLES / name)))
            part.replace(file)
    plan: fr.Plan = pickle.loads(file.read_bytes())
    return plan


@contextmanager
def alone(file: Path) -> Iterator[None]:
    """Holds others back where the system can; elsewhere two workers may make the same plan."""
    if sys.platform == "win32":
        yield
        return
    import fcntl

    with file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def shared(base: Path) -> Path:
    """The folder that all workers of a run have, given the temporary folder of one of them."""
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
