"""Fair clocks: one process per measurement, ours and peers interleaved (A B B A), medians of ratios with quartiles.

Times are processor seconds, user and system, of the measured call alone; imports and a first small call are over
before it starts. Memory is the growth of the process's peak resident size. Wall times are printed only by whoever asks,
beside the load of the machine.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parent.parent
THREADS = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "POLARS_MAX_THREADS": "1"}
PACKAGES = ("numpy", "polars", "highspy", "linopy", "xarray", "pandas")


@dataclass(frozen=True)
class Sample:
    """One measured call: processor and wall seconds, memory added in MB, and what it found."""

    cpu: float
    wall: float
    added_mb: float
    found: dict[str, Any]


def clock(call: Callable[[], dict[str, Any]]) -> Sample:
    """Measure a call in this process; it returns what is to be compared."""
    before = resource.getrusage(resource.RUSAGE_SELF)
    wall = time.perf_counter()
    found = call()
    wall = time.perf_counter() - wall
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Sample(cpu, wall, (after.ru_maxrss - before.ru_maxrss) / 1024, found)


def report(sample: Sample) -> None:
    """Print a sample for the process that asked for it."""
    sys.stdout.write("\n" + json.dumps(asdict(sample)) + "\n")


def ask(module: str, *words: str) -> Sample:
    """Run ``python -m module words`` as a process of its own and read the sample it reports.

    Raises:
        RuntimeError: The process failed.
    """
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", module, *words],
        cwd=ROOT,
        env={**os.environ, **THREADS},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{module} {' '.join(words)} failed:\n{done.stderr}")
    return Sample(**json.loads(done.stdout.strip().splitlines()[-1]))


def interleaved(kinds: Sequence[str], rounds: int) -> Iterator[tuple[int, str]]:
    """Rounds of all kinds, there and back: A B C, C B A, A B C, ... as (round, kind)."""
    for turn in range(rounds):
        for kind in kinds if turn % 2 == 0 else reversed(kinds):
            yield turn, kind


def quartiles(values: Sequence[float], digits: int = 2) -> str:
    """Median and quartiles as text: ``3.10 (2.90-3.40)``."""
    low, middle, high = np.quantile(values, (0.25, 0.5, 0.75))
    return f"{middle:.{digits}f} ({low:.{digits}f}-{high:.{digits}f})"


def ratios(peer: Sequence[float], ours: Sequence[float]) -> list[float]:
    """Peer over ours, pair by pair."""
    return [a / b for a, b in zip(peer, ours, strict=True)]


def machine() -> str:
    """Versions, processors and load, for the head of every table."""
    found = []
    for name in PACKAGES:
        with contextlib.suppress(ModuleNotFoundError):
            found.append(f"{name} {version(name)}")
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    return (
        f"Python {platform.python_version()}, {', '.join(found)}; {os.cpu_count()} processors, load {load},"
        " one thread each, processor seconds of the process"
    )


def table(rows: Sequence[Mapping[str, object]]) -> str:
    """Rows as a Markdown table."""
    names = list(rows[0])
    lines = [" | ".join(names), " | ".join("---" for _ in names)]
    lines += [" | ".join(str(row[name]) for name in names) for row in rows]
    return "\n".join(f"| {line} |" for line in lines)
