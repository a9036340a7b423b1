"""A real scheduler with two workers: the same bits as without, one of them killed, and whatever else may be there."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from fullrate import jobs
from fullrate.api import stress as by_address
from fullrate.findings import Refused, as_text
from fullrate.studies.stress import stress
from stress.scenes import START, planned
from stress.test_jobs import EVERYTHING, alone, bits, shown

distributed = pytest.importorskip("distributed")
pytestmark = pytest.mark.oracle

ROOT = Path(__file__).resolve().parents[2]
ENV = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
DEADLINE_S = 300
LONG = 52
"""Periods of a plan that keeps two workers busy for a while."""


@contextmanager
def process(module: str, *words: str, cwd: Path, **env: str) -> Iterator[subprocess.Popen[bytes]]:
    """A program of the package in a process of its own."""
    command = [sys.executable, "-m", f"distributed.cli.{module}", *words]
    done = subprocess.Popen(command, cwd=cwd, env={**ENV, **env}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield done
    finally:
        done.kill()
        done.wait()


def worker(address: str, cwd: Path, **env: str) -> Any:
    """A worker with one thread."""
    words = ("--no-nanny", "--nthreads", "1", "--no-dashboard", "--local-directory", str(cwd))
    return process("dask_worker", address, *words, cwd=cwd, **env)


@contextmanager
def scheduler(cwd: Path) -> Iterator[str]:
    """The address of a scheduler without workers."""
    file = cwd / "scheduler.json"
    words = ("--host", "127.0.0.1", "--port", "0", "--dashboard-address", "127.0.0.1:0", "--scheduler-file", str(file))
    with process("dask_scheduler", *words, cwd=cwd):
        wait_until(lambda: file.is_file() and file.read_text().rstrip().endswith("}"))
        yield json.loads(file.read_text())["address"]


def wait_until(true: Any) -> None:
    """Wait until something is so."""
    end = time.monotonic() + DEADLINE_S
    while not true():
        assert time.monotonic() < end, "nothing happened"
        time.sleep(0.05)


@dataclass
class Cluster:
    """A cluster, and its workers by process id."""

    address: str
    workers: dict[int, subprocess.Popen[bytes]]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    cwd = tmp_path_factory.mktemp("cluster")
    with scheduler(cwd) as address, worker(address, cwd) as one, worker(address, cwd) as other:
        with distributed.Client(address, timeout=DEADLINE_S, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=DEADLINE_S)
        yield Cluster(address, {each.pid: each for each in (one, other)})


def test_one_worker_is_killed_at_work_and_nothing_is_lost(cluster: Cluster) -> None:
    """Both are at work when one of them dies; the rest is done by the other, and nothing by this process."""
    tables, base = planned(LONG)
    told: list[str] = []
    killed: list[int] = []

    def kill() -> None:
        with distributed.Client(cluster.address, set_as_default=False) as client:
            pids = client.run(os.getpid)
            wait_until(lambda: all(client.processing().values()))
            os.kill(pids[min(pids)], signal.SIGKILL)
            killed.append(pids[min(pids)])

    with jobs.on_cluster(cluster.address, told.append) as spread:
        assert bits(stress(tables, base, EVERYTHING, spread=spread)) == bits(alone(LONG))
        watch = threading.Thread(target=kill)
        watch.start()
        study = stress(tables, base, EVERYTHING, spread=spread)
        watch.join()
    assert cluster.workers[killed[0]].wait(DEADLINE_S) == -signal.SIGKILL
    assert bits(study) == bits(alone(LONG))
    assert told == []
    again = by_address(tables, base, every_one=True, first=START, days=15, cluster=cluster.address)
    assert bits(again) == bits(alone(LONG))


def test_what_a_task_raises_is_raised_here(cluster: Cluster) -> None:
    with jobs.on_cluster(cluster.address) as spread, pytest.raises(ZeroDivisionError):
        spread(divmod, 1, [1, 0])


def test_another_version_is_refused(cluster: Cluster, tmp_path: Path) -> None:
    """A worker that joins with another version of the program: no task of ours goes to it."""
    shutil.copytree(ROOT / "src" / "fullrate", tmp_path / "src" / "fullrate")
    file = tmp_path / "src" / "fullrate" / "__init__.py"
    file.write_text(file.read_text().replace('__version__ = "', '__version__ = "9.'))
    with distributed.Client(cluster.address, set_as_default=False) as client:
        before = len(client.nthreads())
        with worker(cluster.address, tmp_path, PYTHONPATH=str(tmp_path / "src")):
            wait_until(lambda: len(client.nthreads()) > before)
            with pytest.raises(Refused, match="FR728") as error, jobs.on_cluster(cluster.address):
                pass
        wait_until(lambda: len(client.nthreads()) == before)
    (found,) = error.value.findings
    assert "has fullrate 9." in found.found
    assert found.allowed.startswith("what is here: fullrate ")


def test_a_scheduler_that_goes_leaves_the_work_to_this_process(tmp_path: Path) -> None:
    tables, base = planned(LONG)
    told: list[str] = []
    with scheduler(tmp_path) as address, worker(address, tmp_path):
        with distributed.Client(address, timeout=DEADLINE_S, set_as_default=False) as client:
            client.wait_for_workers(1, timeout=DEADLINE_S)
        with jobs.on_cluster(address, told.append) as spread:
            with distributed.Client(address, timeout=DEADLINE_S, set_as_default=False) as client:
                client.shutdown()
            study = stress(tables, base, EVERYTHING, spread=spread)
    assert bits(study) == bits(alone(LONG))
    assert told
    assert all(line.endswith("they are done on this machine.") for line in told)


@pytest.mark.parametrize(
    "address", ["tcp://127.0.0.1:1", "http://127.0.0.1:1", "nonsense", "tcp://no-such-host.invalid:8786"]
)
def test_an_address_where_nothing_is(address: str) -> None:
    with pytest.raises(Refused, match="FR727") as error, jobs.on_cluster(address):
        pass
    assert f"`{address}`" in error.value.findings[0].found
    if address == "tcp://127.0.0.1:1":
        assert as_text(error.value.findings[0]) == shown("FR727")


def test_something_that_listens_and_never_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "PATIENCE_S", 1.0)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        began = time.monotonic()
        with pytest.raises(Refused, match="FR727"), jobs.on_cluster(f"tcp://127.0.0.1:{silent.getsockname()[1]}"):
            pass
        assert time.monotonic() - began < DEADLINE_S


def test_a_scheduler_without_workers(tmp_path: Path) -> None:
    with scheduler(tmp_path) as address, pytest.raises(Refused, match="no worker"), jobs.on_cluster(address):
        pass
