"""Ladder: ten limits tried at each of five steps, against solving every one of them anew by interior point.

Ours solves from the basis of the step before, leaves out what prices rule out, and starts anew where that takes too
long. The peer solves the same programs, all of them, cold, as HiGHS' interior point method comes. Building is in both.
"""

from __future__ import annotations

import sys
import time
from typing import Any

import numpy as np

from benchmarks.generator import SEEDS, scenario
from benchmarks.measure import Sample, ask, clock, machine, quartiles, report, table
from fullrate.lp.solve import solve
from fullrate.planning import asked
from fullrate.planning.ladder import LIMITS_TRIED, Climb, limits

RUNGS = 5
OURS, COLD = "ours", "cold"


def one(seed: int, size: str) -> Sample:
    """Climb five steps; at each, the same programs are solved cold beside ours, and the gains compared."""
    tables = scenario(size, seed)

    def climb() -> dict[str, Any]:
        walk = Climb.begin(tables, asked(tables), set())
        times: dict[str, list[float]] = {OURS: [], COLD: []}
        worst = 0.0
        for rung in range(RUNGS):
            chosen = [remedy for remedy, _ in limits(walk.asked, walk.resolver)][:LIMITS_TRIED]
            cold = []
            for remedy in chosen:
                attempt = walk.attempt([remedy])
                if attempt is not None:
                    began = time.process_time()
                    value = solve(attempt[1].lp).objective
                    times[COLD].append(time.process_time() - began)
                    cold.append((walk.resolver.answer.objective - value, remedy))
            began = time.process_time()
            best = walk.best([(remedy,) for remedy in chosen])
            spent = time.process_time() - began
            times[OURS] += [spent / max(len(cold), 1)] * len(cold)
            gains = {each.remedies[0]: each.gained_d for each in walk.tried if each.rung == rung + 1}
            worst = max([worst, *(abs(gain - gains[remedy]) for gain, remedy in cold if gains[remedy] is not None)])
            if best is None or not walk.take(best):
                break
        shape = list(walk.asked.lp.shape)
        return {
            "shape": shape,
            "ours": times[OURS],
            "cold": times[COLD],
            "worst": worst,
            "counts": walk.resolver.counts,
        }

    return clock(climb)


def main(words: list[str]) -> None:
    """Print the table over seeds, or one measurement."""
    if words[:1] == ["one"]:
        report(one(int(words[1]), words[2]))
        return
    size = words[0] if words else "R"
    print(machine())
    rows = []
    for seed in SEEDS:
        found = ask("benchmarks.ladder", "one", str(seed), size).found
        ours, cold = np.array(found["ours"]), np.array(found["cold"])
        rows.append(
            {
                "seed": seed,
                "rows, columns": "{} x {}".format(*found["shape"]),
                "tried": len(cold),
                "cold, CPU s each": quartiles(cold.tolist()),
                "ours, mean CPU s": f"{ours.mean():.3f}",
                "cold / ours, by mean": f"{cold.mean() / ours.mean():.1f}",
                "largest difference of a gain, d": f"{found['worst']:.1e}",
                "hot, cold, gave up": "{hot}, {cold}, {gave up}".format(**found["counts"]),
            }
        )
        print(rows[-1], file=sys.stderr, flush=True)
    print(table(rows))


if __name__ == "__main__":
    main(sys.argv[1:])
