"""Simulate: 10,000 executions of 500 works over 156 weeks through the program's own kernel, against SimPy and NumPy.

All run the same network in one round; times are processor seconds per works and week. SimPy does a few samples, one at
a time; NumPy does a thousand, since its cost per sample falls with their number up to about there. Laws are compared
before any speed is printed. The network once more with something of every kind to execute is printed beside it: the
peers know nothing of that. ``memory`` asks ``fullrate odds`` itself, in a process of its own.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measure import ask, clock, machine, ratios, report, table
from benchmarks.network import scenario

NODES, WEEKS = 500, 156
SAMPLES, NUMPY_SAMPLES, SIMPY_SAMPLES = 10_000, 1000, 2
ROUNDS = 3
FALSE_ALARM = 1e-3
"""Odds that two samples of one law are found apart (Kolmogorov & Smirnov); dates are whole weeks, so fewer."""


def timed(call: Any) -> tuple[float, Any]:
    """Processor seconds of a call, and what it gives."""
    began = time.process_time()
    found = call()
    return time.process_time() - began, found


def executed(samples: int, *, every: bool) -> tuple[float, Any]:
    """Processor seconds of executions that are compiled and drawn already, and the week in which the need is met."""
    from fullrate import simulate
    from fullrate.case import derive
    from fullrate.draws import draw

    tables, plan = scenario(NODES, WEEKS, every=every)
    case = derive(tables)
    simulate.run(tables, case, plan, draw(tables, 16, 1), threads=1)
    drawn = draw(tables, samples, 8)
    seconds, found = timed(lambda: simulate.run(tables, case, plan, drawn, threads=1, shown=0))
    return seconds, found.reached[:, found.target(need="town")]


def one(samples: int) -> dict[str, Any]:
    """Nanoseconds per works and week of each, and the deciles of the week in which the need is met.

    Raises:
        RuntimeError: ours and NumPy do not follow one law.
    """
    from benchmarks.peer_simulate import by_numpy, by_simpy

    need = float(scenario(NODES, WEEKS)[0].frames["needs"]["qty"][0])
    ours, reached = executed(samples, every=False)
    arrays, weeks = timed(lambda: by_numpy(NODES, WEEKS, need, NUMPY_SAMPLES, 7))
    events, few = timed(lambda: [by_simpy(NODES, WEEKS, need, seed) for seed in range(SIMPY_SAMPLES)])
    some = max(samples // 10, 16)
    full, late = executed(some, every=True)
    if apart(reached, weeks):
        raise RuntimeError("ours and NumPy do not follow one law")
    size = NODES * WEEKS * 1e-9
    return {
        "ours": ours / (samples * size),
        "numpy": arrays / (NUMPY_SAMPLES * size),
        "simpy": events / (SIMPY_SAMPLES * size),
        "ours, every phase on": full / (some * size),
        "weeks": [np.quantile(each, (0.1, 0.5, 0.9)).tolist() for each in (reached, weeks, few, late)],
    }


def apart(a: Any, b: Any) -> bool:
    """Whether two samples are of different laws."""
    at = np.union1d(a, b)
    below = [np.searchsorted(np.sort(each), at, side="right") / len(each) for each in (a, b)]
    most = np.sqrt(-0.5 * np.log(FALSE_ALARM / 2) * (len(a) + len(b)) / (len(a) * len(b)))
    return bool(np.abs(below[0] - below[1]).max() > most)


def memory(samples: int) -> float:
    """Peak resident size in MB of ``fullrate odds`` for so many samples of the network, threads as by default."""
    from fullrate import store

    with tempfile.TemporaryDirectory() as folder:
        tables, plan = scenario(NODES, WEEKS)
        run = store.save(tables, plan, [], Path(folder))
        words = ["odds", run.id, "--samples", str(samples), "--runs-dir", folder]
        subprocess.run([sys.executable, "-m", "fullrate.cli", *words], check=True, stdout=subprocess.DEVNULL)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def main(words: list[str]) -> None:
    """Print the table, one measurement, or the memory that the command takes."""
    if words[:1] == ["one"]:
        report(clock(lambda: one(int(words[1]))))
        return
    if words[:1] == ["memory"]:
        samples = int(words[1]) if words[1:] else SAMPLES
        print(f"fullrate odds, {samples} samples: peak {memory(samples):.0f} MB")
        return
    samples = words[0] if words else str(SAMPLES)
    print(machine())
    rounds = [ask("benchmarks.simulate", "one", samples) for _ in range(ROUNDS)]
    names = ("ours", "numpy", "simpy", "ours, every phase on")
    found = {name: [each.found[name] for each in rounds] for name in names}
    rows = [
        {
            "engine": name,
            "ns per works and week": f"{np.median(times):.1f}",
            "times ours": f"{np.median(ratios(times, found['ours'])):.1f}",
            "SimPy takes times this": f"{np.median(ratios(found['simpy'], times)):.0f}",
            "weeks until met, P10 P50 P90": rounds[0].found["weeks"][at],
        }
        for at, (name, times) in enumerate(found.items())
    ]
    print(table(rows))
    print(f"memory added by all of it: {max(each.added_mb for each in rounds):.0f} MB")


if __name__ == "__main__":
    main(sys.argv[1:])
