"""Building: tables in memory to a solver object ready to run; ours against linopy on the same program.

Ours is the path every plan takes: ``derive`` with pruning, the rules, the hand-over. ``ours, nothing pruned`` writes
every column, so that rows, columns and entries can be compared one to one with linopy's. linopy is shown three times:
as its documentation writes models, on its newer sparse path, and with arrays of variable labels in place of
expressions, which is as fast as we could make it. Every figure is the median over seeds, one process per measurement.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from benchmarks.generator import SEEDS, scenario
from benchmarks.measure import Sample, ask, clock, interleaved, machine, quartiles, ratios, report, table
from fullrate.tables import Tables

OURS, FULL = "ours", "ours, nothing pruned"
PEERS = ("linopy", "linopy, sparse", "linopy, sparse, label arrays")
KINDS = (OURS, FULL, *PEERS)
AGREE = 1e-6
"""Relative difference at which two optima are the same."""


def builder(kind: str) -> Callable[[Tables], Any]:
    """What builds the solver object of a kind."""
    if kind in (OURS, FULL):
        from benchmarks.ours import handed_over

        return lambda tables: handed_over(tables, pruned=kind == OURS)
    from benchmarks.peer_linopy import build

    return lambda tables: build(tables, sparse="sparse" in kind, labels="label" in kind)


def one(kind: str, size: str, seed: int, solve: bool) -> Sample:
    """Build once in this process, after a small model has loaded whatever loads late; optionally solve."""
    build = builder(kind)
    build(scenario("XS", 1))
    tables = replace(scenario(size, seed))  # nothing read from it is cached yet
    solver: list[Any] = []

    def call() -> dict[str, Any]:
        solver.append(build(tables))
        return {}

    sample = clock(call)
    highs = solver[0]
    shape = [highs.getNumRow(), highs.getNumCol(), highs.getNumNz()]
    if not solve:
        return replace(sample, found={"shape": shape})
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("solver", "ipm")
    highs.run()
    return replace(sample, found={"shape": shape, "optimum": highs.getInfo().objective_function_value})


def agree(sizes: tuple[str, ...]) -> None:
    """Compare answers before any speed: optimum of the first stage at S, rows, columns and entries at every size."""
    for seed in SEEDS:
        found = {kind: ask("benchmarks.build", "one", kind, "S", str(seed), "solve").found for kind in KINDS}
        best = found[OURS]["optimum"]
        for kind in KINDS:
            if abs(found[kind]["optimum"] - best) > AGREE * (1 + abs(best)):
                raise ValueError(f"seed {seed}: {kind} finds {found[kind]['optimum']}, not {best}")
        print(
            f"S, seed {seed}: all find {best:.9g} days; {found[FULL]['shape']} rows, columns, entries, {PEERS[0]} alike"
        )
        _same(found[FULL]["shape"], *(found[peer]["shape"] for peer in PEERS))
    for size in sizes:
        shapes = [ask("benchmarks.build", "one", kind, size, "1").found["shape"] for kind in (FULL, *PEERS)]
        _same(*shapes)
        print(f"{size}, seed 1: rows, columns, entries {shapes[0]} in all")


def _same(*shapes: list[int]) -> None:
    if any(shape != shapes[0] for shape in shapes):
        raise ValueError(f"the programs differ in rows, columns or entries: {shapes}")


def measured(size: str, seeds: tuple[int, ...] = SEEDS) -> list[dict[str, object]]:
    """Rows of the table of a size: two rounds per seed, there and back."""
    samples: dict[str, list[Sample]] = {kind: [] for kind in KINDS}
    for seed in seeds:
        for _, kind in interleaved(KINDS, 2):
            samples[kind].append(ask("benchmarks.build", "one", kind, size, str(seed)))
    cpu = {kind: [sample.cpu for sample in samples[kind]] for kind in KINDS}
    added = {kind: [sample.added_mb for sample in samples[kind]] for kind in KINDS}
    return [
        {
            "size": size,
            "tool": kind,
            "CPU s": quartiles(cpu[kind], 3),
            "times ours": quartiles(ratios(cpu[kind], cpu[OURS])),
            "MB added": quartiles(added[kind], 0),
            "times our MB": quartiles(ratios(added[kind], added[OURS])),
        }
        for kind in KINDS
    ]


def main(words: list[str]) -> None:
    """``one KIND SIZE SEED [solve]`` for a single measurement; otherwise sizes, by default M and L."""
    if words[:1] == ["one"]:
        report(one(words[1], words[2], int(words[3]), "solve" in words[4:]))
        return
    sizes = tuple(words) or ("M", "L")
    print(machine())
    agree(sizes)
    print(table([row for size in sizes for row in measured(size)]))


if __name__ == "__main__":
    main(sys.argv[1:])
