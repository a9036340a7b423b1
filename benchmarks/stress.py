"""Stress: a hundred random cuts of a supplier, exact and ranked, against one interior point solve each.

A cut takes one item of one supplier away for two to thirteen weeks somewhere in the plan, with a chance of one in ten
for all that a supplier has, from the start and for good: the hostile case, in which nothing of the base's basis holds.
Ours settles all of them against one base (``planning.knockouts``), the first stage of time of each; building and
solving the base are in it. The peer plans each case from nothing, the same stage by our cold route. The ranking stands
beside it: the ten worst by a coarser calendar, and how many of the ten worst are among them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import numpy as np

from benchmarks.generator import SEEDS, SIZES, scenario
from benchmarks.measure import Sample, ask, clock, interleaved, machine, quartiles, report, table
from benchmarks.ours import program
from fullrate.lp.solve import solve
from fullrate.planning.knockouts import Knockouts
from fullrate.studies.stress.estimating import COARSE, coarser
from fullrate.tables import Tables
from fullrate.tables.cut import Cut, cut

COUNT = 100
HOSTILE = 0.1
WEEKS = (2, 13)
TOP = 10
OURS, COLD, RANKED = "ours", "cold", "ranked"
KINDS = (OURS, COLD, RANKED)


def cuts(tables: Tables, size: str, seed: int, count: int) -> list[Cut]:
    """Random cuts of suppliers."""
    luck, weeks = np.random.default_rng([seed, count, 7]), SIZES[size].weeks
    mines = [row for row in tables.rows("processes") if row["site"].startswith("mine")]
    found = []
    for _ in range(count):
        row, lasts = mines[int(luck.integers(len(mines)))], int(luck.integers(WEEKS[0], WEEKS[1] + 1))
        begin = tables.config.start + timedelta(days=7 * int(luck.integers(0, weeks - lasts)))
        end = begin + timedelta(days=7 * lasts)
        hostile = luck.random() < HOSTILE
        found.append(Cut("site", row["site"]) if hostile else Cut("site", row["site"], begin, end, item=row["item"]))
    return found


def one(kind: str, size: str, seed: int, count: int) -> Sample:
    """Settle, plan or rank all cuts in this process."""
    solve(program(scenario("XS", seed))[1])
    tables = scenario(size, seed)
    cases = [cut(tables, [each]) for each in cuts(tables, size, seed, count)]

    def ours() -> dict[str, Any]:
        found = Knockouts.of(tables, cases, classes=1)
        if found is None:
            raise ValueError("the generator writes nothing that learns or comes in whole numbers")
        done = found.settle()
        burden = [float(done[at].burden[0]) for at in range(count)]
        return {"burden": burden, "base": float(found.burden[0]), "least": found.least().tolist(), **found.counts}

    def cold() -> dict[str, Any]:
        return {"burden": [solve(program(case)[1]).objective for case in cases]}

    def order() -> dict[str, Any]:
        rough = Knockouts.of(coarser(tables, COARSE), [coarser(case, COARSE) for case in cases], classes=1)
        if rough is None:
            raise ValueError("the generator writes nothing that learns or comes in whole numbers")
        done = rough.settle()
        return {"order": sorted(range(count), key=lambda at: -float(done[at].burden[0]))}

    calls: dict[str, Callable[[], dict[str, Any]]] = {OURS: ours, COLD: cold, RANKED: order}
    return clock(calls[kind])


def row(seed: int, samples: dict[str, Sample]) -> dict[str, object]:
    """One line of the table. Raises ValueError when a value differs or a price promised too much."""
    ours, cold = (np.array(samples[kind].found["burden"]) for kind in (OURS, COLD))
    base, found = samples[OURS].found["base"], samples[OURS].found
    error, grown = float((np.abs(ours - cold) / cold).max()), cold / base - 1
    if error > 1e-6:
        raise ValueError(f"seed {seed}: a cut is worth {error:.1e} more or less than planned from nothing")
    if (np.array(found["least"]) > cold - base + 1e-6 * base).any():
        raise ValueError(f"seed {seed}: a price promised more than is lost")
    worst = set(np.argsort(-grown)[:TOP].tolist())
    return {
        "seed": seed,
        "longer wait %": quartiles((100 * grown).tolist(), 3) + f", {100 * grown.max():.0f}",
        "known, hot, cold": "{known}, {hot}, {cold}".format(**found),
        "cold, CPU s each": f"{samples[COLD].cpu / len(cold):.3f}",
        "ours, CPU s each": f"{samples[OURS].cpu / len(cold):.3f}",
        "cold / ours": f"{samples[COLD].cpu / samples[OURS].cpu:.1f}",
        "largest error": f"{error:.0e}",
        "ranked, CPU s each": f"{samples[RANKED].cpu / len(cold):.3f}",
        "cold / ranked": f"{samples[COLD].cpu / samples[RANKED].cpu:.1f}",
        f"of the worst {TOP} among the first {TOP}, {2 * TOP}": ", ".join(
            str(len(worst & set(samples[RANKED].found["order"][:most]))) for most in (TOP, 2 * TOP)
        ),
    }


def main(words: list[str]) -> None:
    """``one KIND SIZE SEED COUNT`` for a single measurement; otherwise a size (S), a number of cuts and seeds."""
    if words[:1] == ["one"]:
        report(one(words[1], words[2], int(words[3]), int(words[4])))
        return
    size, count = words[0] if words else "S", int(words[1]) if len(words) > 1 else COUNT
    print(machine())
    rows = []
    for seed in [int(word) for word in words[2:]] or SEEDS:
        samples = {
            kind: ask("benchmarks.stress", "one", kind, size, str(seed), str(count))
            for _, kind in interleaved(KINDS, 1)
        }
        rows.append(row(seed, samples))
        print(rows[-1], file=sys.stderr, flush=True)
    print(table(rows))


if __name__ == "__main__":
    main(sys.argv[1:])
