"""Simulate: 10,000 executions of 500 works over 156 weeks through the program's own kernel, against SimPy and NumPy.

All three run the same network in one round; times are processor seconds per works and week. SimPy does a few samples,
NumPy some hundreds: their cost per sample does not fall with more. Laws are compared before any speed is printed.
"""

from __future__ import annotations

import sys
import time
from typing import Any

import numpy as np

from benchmarks.measure import ask, clock, machine, ratios, report, table
from benchmarks.network import scenario

NODES, WEEKS = 500, 156
SAMPLES, NUMPY_SAMPLES, SIMPY_SAMPLES = 10_000, 200, 2
ROUNDS = 3


def timed(call: Any) -> tuple[float, Any]:
    """Processor seconds of a call, and what it gives."""
    began = time.process_time()
    found = call()
    return time.process_time() - began, found


def one(samples: int) -> dict[str, Any]:
    """Nanoseconds per works and week of each, and the deciles of the week in which the need is met."""
    from benchmarks.peer_simulate import by_numpy, by_simpy
    from fullrate import simulate
    from fullrate.case import derive
    from fullrate.draws import draw

    tables, plan = scenario(NODES, WEEKS)
    case, need = derive(tables), float(tables.frames["needs"]["qty"][0])
    simulate.run(tables, case, plan, draw(tables, 16, 1), threads=1)
    drawn = draw(tables, samples, 8)
    ours, found = timed(lambda: simulate.run(tables, case, plan, drawn, threads=1, shown=0))
    arrays, weeks = timed(lambda: by_numpy(NODES, WEEKS, need, NUMPY_SAMPLES, 7))
    events, few = timed(lambda: [by_simpy(NODES, WEEKS, need, seed) for seed in range(SIMPY_SAMPLES)])
    size = NODES * WEEKS * 1e-9
    reached = found.reached[:, found.target(need="town")]
    return {
        "ours": ours / (samples * size),
        "numpy": arrays / (NUMPY_SAMPLES * size),
        "simpy": events / (SIMPY_SAMPLES * size),
        "weeks": [np.quantile(each, (0.1, 0.5, 0.9)).tolist() for each in (reached, weeks, few)],
    }


def main(words: list[str]) -> None:
    """Print the table, or one measurement."""
    if words[:1] == ["one"]:
        report(clock(lambda: one(int(words[1]))))
        return
    samples = words[0] if words else str(SAMPLES)
    print(machine())
    rounds = [ask("benchmarks.simulate", "one", samples) for _ in range(ROUNDS)]
    found = {name: [each.found[name] for each in rounds] for name in ("ours", "numpy", "simpy")}
    rows = [
        {
            "engine": name,
            "ns per works and week": f"{np.median(times):.1f}",
            "times ours": f"{np.median(ratios(times, found['ours'])):.1f}",
            "weeks until met, P10 P50 P90": rounds[0].found["weeks"][at],
        }
        for at, (name, times) in enumerate(found.items())
    ]
    print(table(rows))
    print(f"memory added by all of it: {max(each.added_mb for each in rounds):.0f} MB")


if __name__ == "__main__":
    main(sys.argv[1:])
