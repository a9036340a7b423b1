"""Decide now, adapt later: 100 cases by cuts, to a gap of 1e-4, against all of them written out as one program.

First decisions are builds and orders of long lead in the first 13 weeks. In every case two suppliers lose everything
for four to twelve weeks after that, and all needs are 0.7 to 1.4 times as large; the mean wait is made least over all.
Ours keeps one solver for all cases, since only bounds differ. The peer is HiGHS' interior point method on the program
written out, without crossover, as it comes. Programs are built before the clock starts, for both; the error is that of
our value against the peer's.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from benchmarks.generator import SEEDS, scenario
from benchmarks.measure import Sample, ask, clock, interleaved, machine, quartiles, ratios, report, table
from fullrate.case import Case, derive
from fullrate.lp.assemble import LP
from fullrate.lp.solve import handed_over
from fullrate.planning.drawn import Now, weighed
from fullrate.planning.extensive import extensive
from fullrate.planning.twostage import Link, Outcome, Risk, TwoStage, hedge
from fullrate.rules import write
from fullrate.rules.base import Cols

OURS, PEER = "ours, cuts", "HiGHS ipx on all cases in one"
KINDS = (OURS, PEER)
CASES, NOW_D, GAP = 100, 91.0, 1e-4


def problem(size: str, seed: int, cases: int = CASES) -> TwoStage:
    """First decisions and cases of a scenario."""
    case = derive(scenario(size, seed))
    lp, cols = write(case)
    now, luck = Now.of(case, cols, NOW_D), np.random.default_rng([seed, cases])
    free = lp.relaxed()
    base = free.minimising(weighed(case, cols, lp))
    upper = base.upper.copy()
    upper[now.column] = 0.0
    links = (Link("upper", now.column, now.column, np.ones(len(now.column))),)
    made = tuple(
        Outcome(struck(base.within(upper=upper), case, cols, luck), links, 1 / cases, name=f"case {k}")
        for k in range(cases)
    )
    return TwoStage(free, made, np.zeros(cases))


def struck(lp: LP, case: Case, cols: Cols, luck: np.random.Generator) -> LP:
    """A case: other needs, and two suppliers out for a while."""
    low, high = lp.row_lower.copy(), lp.row_upper.copy()
    share = luck.uniform(0.7, 1.4)
    for name in ("need", "accrue", "wait"):
        rows = lp.rows_of(name)
        low[rows], high[rows] = low[rows] * share, high[rows] * share
    suppliers = np.flatnonzero(np.isfinite(case.capacity.process).all(axis=1))
    at = next(rows for rows in lp.rows if rows.name == "make_rate").at
    for one in luck.choice(suppliers, 2, replace=False):
        first = int(luck.integers(13, 20))
        gone = (at[0] == one) & (at[1] >= first) & (at[1] < first + luck.integers(4, 13))
        high[lp.rows_of("make_rate").start + np.flatnonzero(gone)] = 0.0
    return lp.within(row_lower=low, row_upper=high)


def ours(posed: TwoStage) -> Callable[[], dict[str, Any]]:
    """By cuts."""

    def call() -> dict[str, Any]:
        found = hedge(posed, Risk(), gap=GAP)
        return {"value": found.value, "bound": found.bound, "rounds": found.rounds, "solved": found.status == "solved"}

    return call


def peer(posed: TwoStage) -> Callable[[], dict[str, Any]]:
    """All cases in one program."""
    whole = extensive(posed, Risk())
    solver = handed_over(replace(whole, integer=np.zeros(0, np.int64)))
    solver.setOptionValue("solver", "ipm")
    solver.setOptionValue("run_crossover", "off")

    def call() -> dict[str, Any]:
        solver.run()
        value = solver.getInfo().objective_function_value
        status = solver.modelStatusToString(solver.getModelStatus())
        return {"value": value, "shape": list(whole.shape), "solved": status == "Optimal"}

    return call


def one(kind: str, size: str, seed: int) -> Sample:
    """Solve once in this process."""
    return clock((ours if kind == OURS else peer)(problem(size, seed)))


def rows(samples: dict[str, list[Sample]]) -> list[dict[str, object]]:
    """The table: processor time, its ratio, the error of the value, rounds."""
    mine, other = samples[OURS], samples[PEER]
    error = [abs(a.found["value"] / b.found["value"] - 1) for a, b in zip(mine, other, strict=True)]
    gaps = [(a.found["value"] - a.found["bound"]) / max(1.0, abs(a.found["value"])) for a in mine]
    found = []
    for kind, each in samples.items():
        cpu = [sample.cpu for sample in each]
        row: dict[str, object] = {"route": kind, "solved": f"{sum(s.found['solved'] for s in each)} of {len(each)}"}
        row |= {"CPU s": quartiles(cpu, 2), "times ours": quartiles(ratios(cpu, [s.cpu for s in mine]))}
        row["rounds"] = quartiles([float(s.found["rounds"]) for s in each], 0) if kind == OURS else ""
        row["largest gap"] = f"{max(gaps):.1e}" if kind == OURS else ""
        found.append({**row, "largest error": f"{max(error):.1e}" if kind == OURS else ""})
    return found


def main(words: list[str]) -> None:
    """``one KIND SIZE SEED`` for a single measurement; otherwise a size (XS) and seeds (1 to 5)."""
    if words[:1] == ["one"]:
        report(one(words[1], words[2], int(words[3])))
        return
    size, seeds = words[0] if words else "XS", [int(word) for word in words[1:]] or list(SEEDS)
    print(machine())
    samples: dict[str, list[Sample]] = {kind: [] for kind in KINDS}
    for seed in seeds:
        for _, kind in interleaved(KINDS, 1):
            sample = ask("benchmarks.twostage", "one", kind, size, str(seed))
            samples[kind].append(sample)
            print(f"seed {seed}: {kind}: {sample.cpu:.1f} s, {sample.found}", file=sys.stderr, flush=True)
    print(table(rows(samples)))


if __name__ == "__main__":
    main(sys.argv[1:])
