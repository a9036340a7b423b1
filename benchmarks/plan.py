"""Planning at M: the first stage of time, exact and as a preview, against HiGHS on everything.

Exact: our program without the columns that cannot matter, by our route, its residuals recomputed; the peer is the whole
program by HiGHS' interior point method, as it comes (with crossover) and without crossover. Preview: the same scenario
on the calendar of ``fullrate plan --preview``, with its error beside its speed. Times include building.
"""

from __future__ import annotations

import sys
from typing import Any

from benchmarks.generator import scenario
from benchmarks.measure import Sample, ask, clock, interleaved, machine, quartiles, ratios, report, table
from benchmarks.ours import handed_over, program
from fullrate.lp.solve import solve
from fullrate.planning.planner import coarse

OURS, PREVIEW = "ours, exact", "ours, preview"
CROSSED, INTERIOR = "HiGHS ipx on everything", "HiGHS ipx on everything, no crossover"
KINDS = (OURS, PREVIEW, CROSSED, INTERIOR)
AGREE = 1e-6


def one(kind: str, size: str, seed: int) -> Sample:
    """Plan once in this process."""
    tables = scenario(size, seed)
    small = scenario("XS", seed)
    handed_over(small)

    def ours() -> dict[str, Any]:
        _, lp = program(coarse(tables) if kind == PREVIEW else tables)
        answer = solve(lp)
        worst = float("nan") if answer.residuals is None else float(answer.residuals.worst)
        return {"value": answer.objective, "shape": list(lp.shape), "kkt": worst, "status": answer.status}

    def peer() -> dict[str, Any]:
        solver = handed_over(tables, pruned=False)
        solver.setOptionValue("solver", "ipm")
        solver.setOptionValue("run_crossover", "on" if kind == CROSSED else "off")
        solver.run()
        shape = [solver.getNumRow(), solver.getNumCol()]
        status = solver.modelStatusToString(solver.getModelStatus())
        return {"value": solver.getInfo().objective_function_value, "shape": shape, "kkt": None, "status": status}

    return clock(ours if kind in (OURS, PREVIEW) else peer)


def main(words: list[str]) -> None:
    """``one KIND SIZE SEED`` for a single measurement; otherwise a size (M) and seeds (1 2 3)."""
    if words[:1] == ["one"]:
        report(one(words[1], words[2], int(words[3])))
        return
    size, seeds = words[0] if words else "M", [int(word) for word in words[1:]] or [1, 2, 3]
    print(machine())
    samples: dict[str, list[Sample]] = {kind: [] for kind in KINDS}
    for seed in seeds:
        for _, kind in interleaved(KINDS, 1):
            sample = ask("benchmarks.plan", "one", kind, size, str(seed))
            samples[kind].append(sample)
            print(f"seed {seed}: {kind}: {sample.cpu:.1f} s, {sample.found}", file=sys.stderr)
    exact = [sample.found["value"] for sample in samples[OURS]]
    for kind in (CROSSED, INTERIOR):
        for ours, theirs in zip(exact, (sample.found["value"] for sample in samples[kind]), strict=True):
            if abs(ours - theirs) > AGREE * (1 + abs(ours)):
                raise ValueError(f"{kind} finds {theirs}, ours {ours}")
    rows = []
    for kind in KINDS:
        cpu = [sample.cpu for sample in samples[kind]]
        error = [abs(s.found["value"] / best - 1) * 100 for s, best in zip(samples[kind], exact, strict=True)]
        rows.append(
            {
                "route": kind,
                "rows": samples[kind][0].found["shape"][0],
                "columns": samples[kind][0].found["shape"][1],
                "CPU s": quartiles(cpu, 1),
                "ours, exact, is faster by": quartiles(ratios(cpu, [s.cpu for s in samples[OURS]])),
                "preview is faster by": quartiles(ratios(cpu, [s.cpu for s in samples[PREVIEW]])),
                "error %": quartiles(error, 3),
            }
        )
    print(table(rows))


if __name__ == "__main__":
    main(sys.argv[1:])
