"""Planning at M: the first stage of time, exact and as a preview, against HiGHS on everything.

Ours leaves out the columns that cannot matter, counts in sensible units, and has its residuals recomputed; of this
stage the chain wants no point, so it does not end at a corner. Its times include building. The preview is the same
scenario on the calendar of ``fullrate plan --preview``; its error stands beside its speed. The peer is the whole
program as linopy hands it over, by HiGHS' interior point method as it comes (with crossover), and without crossover,
which ends inside the feasible set and is no plan; building it is not counted.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from benchmarks.generator import SEEDS, scenario
from benchmarks.measure import Sample, ask, clock, interleaved, machine, quartiles, ratios, report, table
from benchmarks.ours import handed_over, program
from fullrate.lp.solve import solve
from fullrate.planning.planner import coarse
from fullrate.tables import Tables

EXACT, PREVIEW = "ours, exact", "ours, preview"
CROSSED, INTERIOR = "HiGHS ipx on everything", "HiGHS ipx on everything, no crossover"
KINDS = (EXACT, PREVIEW, CROSSED, INTERIOR)
AGREE = 1e-6


def ours(kind: str, tables: Tables) -> Callable[[], dict[str, Any]]:
    """Our route to the first stage of time."""

    def call() -> dict[str, Any]:
        _, lp = program(coarse(tables) if kind == PREVIEW else tables)
        answer = solve(lp, corner=False)
        worst = None if answer.residuals is None else float(answer.residuals.worst)
        return {"value": answer.objective, "shape": list(lp.shape), "kkt": worst, "solved": answer.status == "solved"}

    return call


def peer(kind: str, tables: Tables) -> Callable[[], dict[str, Any]]:
    """HiGHS on the whole program."""
    from benchmarks.peer_linopy import build

    solver = build(tables, sparse=True, labels=True)
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("solver", "ipm")
    solver.setOptionValue("run_crossover", "on" if kind == CROSSED else "off")

    def call() -> dict[str, Any]:
        solver.run()
        status = solver.modelStatusToString(solver.getModelStatus())
        shape = [solver.getNumRow(), solver.getNumCol()]
        value = solver.getInfo().objective_function_value
        return {"value": value, "shape": shape, "kkt": None, "solved": status == "Optimal"}

    return call


def one(kind: str, size: str, seed: int) -> Sample:
    """Plan once in this process."""
    handed_over(scenario("XS", seed))
    return clock((peer if kind in (CROSSED, INTERIOR) else ours)(kind, scenario(size, seed)))


def rows(samples: dict[str, list[Sample]]) -> list[dict[str, object]]:
    """The table: a ratio counts where both were solved."""
    exact = [sample.found["value"] for sample in samples[EXACT]]
    found = []
    for kind, each in samples.items():
        good = [k for k, sample in enumerate(each) if sample.found["solved"]]
        cpu = [each[k].cpu for k in good]
        error = [abs(each[k].found["value"] / exact[k] - 1) * 100 for k in good]
        row: dict[str, object] = {"route": kind, "solved": f"{len(good)} of {len(each)}"}
        row |= {"rows, columns": "{} x {}".format(*each[0].found["shape"]), "CPU s": quartiles(cpu, 1)}
        for other in (EXACT, PREVIEW):
            row[f"times {other}"] = quartiles(ratios(cpu, [samples[other][k].cpu for k in good]))
        found.append({**row, "error %": quartiles(error, 3), "largest error %": f"{max(error):.3f}"})
    return found


def main(words: list[str]) -> None:
    """``one KIND SIZE SEED`` for a single measurement; otherwise a size (M) and seeds (1 to 5)."""
    if words[:1] == ["one"]:
        report(one(words[1], words[2], int(words[3])))
        return
    size, seeds = words[0] if words else "M", [int(word) for word in words[1:]] or list(SEEDS)
    print(machine())
    samples: dict[str, list[Sample]] = {kind: [] for kind in KINDS}
    for seed in seeds:
        for _, kind in interleaved(KINDS, 1):
            sample = ask("benchmarks.plan", "one", kind, size, str(seed))
            samples[kind].append(sample)
            print(f"seed {seed}: {kind}: {sample.cpu:.1f} s, {sample.found}", file=sys.stderr, flush=True)
    for kind in (CROSSED, INTERIOR):
        for best, sample in zip((s.found["value"] for s in samples[EXACT]), samples[kind], strict=True):
            if sample.found["solved"] and abs(sample.found["value"] - best) > AGREE * (1 + abs(best)):
                raise ValueError(f"{kind} finds {sample.found['value']}, ours {best}")
    print(table(rows(samples)))


if __name__ == "__main__":
    main(sys.argv[1:])
