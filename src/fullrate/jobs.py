"""Pure tasks, shared out: on the threads of this machine or on a cluster, the same bits wherever each is done.

A task is a function of a base, which all tasks of one call have in common, and of a part, which is its own. It reads
nothing else and changes nothing, so it does not matter who does it, in which order or how often: what a worker had in
hand when it died is done again by another one.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
import pickle
import platform
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import cache, partial
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np

from fullrate import __version__
from fullrate.findings import Finding, Refused, Severity

Task = Callable[[Any, Any], Any]
Spread = Callable[[Task, Any, Sequence[Any]], list[Any]]
"""``spread(task, base, parts)``: ``task(base, part)`` for every part, in their order."""

PATIENCE_S = 10.0
"""Seconds in which a cluster has to answer."""
LONELY_S = 60.0
"""Seconds without a worker after which what is left is done here."""
LOOK_S = 1.0
"""Seconds between two looks at whether anybody is still at work."""
LOGGERS = ("distributed", "distributed.client", "tornado.application")
"""Loggers of the package that write to the terminal."""
COMPUTES = ("numpy", "polars", "scipy", "highspy")
"""Packages whose version may change the bits of an answer."""


def one_by_one(task: Task, base: Any, parts: Sequence[Any]) -> list[Any]:
    """All tasks in this thread, one after the other."""
    return [task(base, part) for part in parts]


def on_threads(task: Task, base: Any, parts: Sequence[Any], count: int | None = None) -> list[Any]:
    """Tasks on threads of this process, by default one for each processor core that it may use."""
    at_once = min(len(parts), cores() if count is None else count)
    if at_once <= 1:
        return one_by_one(task, base, parts)
    with ThreadPoolExecutor(at_once) as pool:
        waiting = [pool.submit(task, base, part) for part in parts]
        try:
            return [each.result() for each in waiting]
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def cores() -> int:
    """Processor cores that this process may use."""
    if hasattr(os, "process_cpu_count"):  # from Python 3.13 on
        return os.process_cpu_count() or 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@cache
def arithmetic() -> dict[str, str]:
    """What computes in this process: versions, sources, and last digits of sums that differ where arithmetic does.

    The sums depend on the kind of processor and on how many threads add up one product, which no version tells.
    """
    home, sources = Path(__file__).parent, hashlib.sha256()
    for file in sorted(home.rglob("*.py")):
        sources.update(file.relative_to(home).as_posix().encode() + b"\0" + file.read_bytes())
    some = np.random.default_rng(1).standard_normal(100_000)
    sums = np.array([some @ some[::-1], some.sum(), np.exp(some).sum()])
    return {
        "fullrate": f"{__version__} ({sources.hexdigest()[:8]})",
        "Python": ".".join(platform.python_version_tuple()[:2]),
        **{package: version(package) for package in COMPUTES},
        "last digits": f"{platform.machine()} {hashlib.sha256(sums.tobytes()).hexdigest()[:8]}",
    }


@contextmanager
def workers(address: str, note: Callable[[str], None] = lambda line: None) -> Iterator[Spread]:
    """Who shares tasks out: a cluster at an address, or where it is blank the threads of this process."""
    if not address:
        yield on_threads
        return
    with on_cluster(address, note) as spread:
        yield spread


@contextmanager
def on_cluster(address: str, note: Callable[[str], None] = lambda line: None) -> Iterator[Spread]:
    """A way to share tasks out on a Dask cluster whose workers compute as this process does.

    Tasks go to the workers as bytes, so whoever can reach the cluster's network can read and run what it likes.

    Args:
        address: where the scheduler listens, ``tcp://HOST:PORT``.
        note: told what happened to the cluster on the way.

    Raises:
        Refused: `distributed` is not installed, nothing answers there, or a worker computes otherwise.
    """
    if find_spec("distributed") is None:
        raise Refused([_not_installed()])
    import distributed  # noqa: F401 - its loggers are there from now on

    with _quietly():
        client = _connected(address)
        try:
            _refuse_others(client)
            yield partial(_shared, client, note)
        finally:
            client.close(timeout=PATIENCE_S)


@contextmanager
def _quietly() -> Iterator[None]:
    """Without the log of the package, which tells of every worker that dies; `note` says what matters."""
    loggers = [logging.getLogger(name) for name in LOGGERS]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def _connected(address: str) -> Any:
    """A client of the scheduler at an address that has at least one worker."""
    from distributed import Client

    try:
        with ThreadPoolExecutor(1) as pool:  # its own loop: a notebook has one that runs already
            kind = pool.submit(asyncio.run, _who(address)).result()
    except Exception as error:  # whatever may listen there, and whatever an address may look like
        raise Refused([_no_answer(address, _said(error))]) from None
    if kind != "Scheduler":
        raise Refused([_no_answer(address, f"a {kind.lower()}, no scheduler")])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # other versions are told with ours
        client = Client(address, timeout=PATIENCE_S, set_as_default=False)
    try:
        client.wait_for_workers(1, timeout=PATIENCE_S)
    except TimeoutError:
        client.close(timeout=PATIENCE_S)
        raise Refused([_no_answer(address, "a scheduler, but no worker")]) from None
    return client


async def _who(address: str) -> str:
    """What answers at an address: a client waits for ever for something that listens and says nothing."""
    from distributed.comm import connect

    async with asyncio.timeout(2 * PATIENCE_S):
        comm = await connect(address, timeout=PATIENCE_S)
        try:
            await comm.write({"op": "identity", "reply": True})
            return str((await comm.read()).get("type"))
        finally:
            comm.abort()


def _refuse_others(client: Any) -> None:
    """Refuse workers that do not compute as this process does."""
    mine, workers = arithmetic(), client.run(arithmetic, on_error="return")
    unlike = {worker: other for worker, other in workers.items() if other != mine}
    if unlike:
        raise Refused([_unlike(worker, other, mine) for worker, other in sorted(unlike.items())])


def _shared(client: Any, note: Callable[[str], None], task: Task, base: Any, parts: Sequence[Any]) -> list[Any]:
    """Tasks on the workers of a cluster; what it leaves undone is done here, whether it was lost or died over it."""
    answers, futures = {}, _submitted(client, task, base, parts)
    for at, answer in _gathered(client, futures):
        answers[at] = pickle.loads(answer)
    left = [at for at in range(len(parts)) if at not in answers]
    if left:
        note(f"The cluster left {len(left)} of {len(parts)} tasks undone; they are done on this machine.")
        answers |= zip(left, on_threads(task, base, [parts[at] for at in left]), strict=True)
    return [answers[at] for at in range(len(parts))]


def _submitted(client: Any, task: Task, base: Any, parts: Sequence[Any]) -> dict[int, Any]:
    """A future for every part, by its number; none where the scheduler has gone."""
    name, once = f"fullrate-{uuid4().hex}", partial(_done, arithmetic(), task)
    if client.status != "running" or not parts:
        return {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a base is large: the scheduler keeps it, whatever workers die
        held = client.submit(bytes, _packed(base), key=name, pure=False)
        return {
            at: client.submit(once, held, _packed(part), key=f"{name}-{at}", pure=False)
            for at, part in enumerate(parts)
        }


def _packed(value: Any) -> bytes:
    return pickle.dumps(value, pickle.HIGHEST_PROTOCOL)


def _done(expected: dict[str, str], task: Task, base: bytes, part: bytes) -> bytes:
    """A task, done by a worker, which may have joined after all others were looked at."""
    if arithmetic() != expected:
        raise Refused([_unlike(platform.node(), arithmetic(), expected)])
    return _packed(task(pickle.loads(base), pickle.loads(part)))


def _gathered(client: Any, futures: dict[int, Any]) -> Iterator[tuple[int, bytes]]:
    """Answers as they come, with their numbers, until all are there or there is nobody left to give them.

    Raises:
        Exception: what a task raised.
    """
    from distributed import wait

    waiting, seen = dict(futures), time.monotonic()
    while waiting and time.monotonic() - seen <= LONELY_S:
        try:
            seen = time.monotonic() if client.nthreads() else seen
            with client.as_current():
                wait(list(waiting.values()), timeout=LOOK_S, return_when="FIRST_COMPLETED")
        except TimeoutError:
            continue
        except (CancelledError, OSError):
            return  # the scheduler has gone, and all that was asked of it
        for at, future in list(waiting.items()):
            if future.status in ("error", "cancelled"):
                del waiting[at]
                _raise_own(future)
            elif future.status == "finished":
                with suppress(TimeoutError):  # its worker died before it handed the answer over: it is done again
                    yield at, future.result(timeout=PATIENCE_S)
                    del waiting[at]


def _raise_own(future: Any) -> None:
    """Raise what a task raised; nothing where there was nothing wrong with it but that workers died over it."""
    from distributed.scheduler import KilledWorker

    if future.status == "error" and not isinstance(future.exception(), KilledWorker):
        raise future.exception()


def _not_installed() -> Finding:
    return Finding(
        "FR726",
        Severity.ERROR,
        "no package to reach a cluster with",
        found="`distributed` is not installed",
        allowed="an installation with the extra `cluster`",
        help="pip install 'fullrate[cluster]', the same on every worker; or leave out `--cluster`",
    )


def _no_answer(address: str, found: str) -> Finding:
    return Finding(
        "FR727",
        Severity.ERROR,
        "no cluster there",
        found=f"`{address}`: {found}",
        allowed="the address of a Dask scheduler that has workers, as it prints it: tcp://HOST:8786",
        help="start `dask scheduler`, and `dask worker ADDRESS` on every machine; or leave out `--cluster`",
    )


def _unlike(worker: str, other: Any, mine: dict[str, str]) -> Finding:
    """A worker that would give other bits, or none."""
    if not isinstance(other, dict):
        found, allowed = f"{worker} cannot load this fullrate ({_said(other)})", f"fullrate {mine['fullrate']}"
    else:
        differ = [name for name in mine if other.get(name) != mine[name]]
        found = f"{worker} has " + ", ".join(f"{name} {other.get(name, 'none')}" for name in differ)
        allowed = "what is here: " + ", ".join(f"{name} {mine[name]}" for name in differ)
    help_ = "install the same packages there and restart the workers"
    if "last digits" in allowed and "," not in allowed:
        help_ = "use processors of one kind, and set OPENBLAS_NUM_THREADS=1 here and for the workers"
    return Finding("FR728", Severity.ERROR, "worker that computes otherwise", found=found, allowed=allowed, help=help_)


def _said(error: object) -> str:
    """What an error says, on one line."""
    text = " ".join(str(error).split()) or f"no answer in {2 * PATIENCE_S:g} s"
    return text if len(text) <= 120 else f"{text[:117]}..."
