"""Learning curves in plain Python: groups, means over an interval by adding up slices, the most there can be."""

from __future__ import annotations

from math import log2

import numpy as np
import pytest

from case import plain
from fullrate.case import derive, learning
from fullrate.rules import plainly
from rules import cases

SLICES = 4000


def share(starts: float, prior: float, progress: float) -> float:
    """Effort of the next start: a doubling of experience leaves ``progress`` of it."""
    return float(progress ** log2((prior + starts) / prior))


def mean(before: float, after: float, prior: float, progress: float) -> float:
    """Mean of the curve over many slices."""
    width = (after - before) / SLICES
    return sum(share(before + (k + 0.5) * width, prior, progress) for k in range(SLICES)) / SLICES


@pytest.mark.parametrize("progress", [0.5, 0.7, 0.95])
@pytest.mark.parametrize(("before", "after"), [(0, 3), (2, 2), (5, 80), (1e4, 1e4 + 1e-3)])
def test_mean_effort(progress: float, before: float, after: float) -> None:
    for prior in (0.5, 12):
        right = mean(before, after, prior, progress)
        numbers = (np.array(float(value)) for value in (before, after, prior, progress))
        assert float(learning.mean(*numbers)) == pytest.approx(right, rel=1e-6)
        assert plainly.Curve(("process", "x"), prior, progress).mean(before, after) == pytest.approx(right, rel=1e-6)


@pytest.mark.parametrize("progress", [0.5, 0.8, 0.99])
def test_reached_undoes_total(progress: float) -> None:
    starts, prior, ratio = np.array([0.0, 1e-6, 3.0, 4e5]), np.array(7.0), np.array(progress)
    assert learning.reached(learning.total(starts, prior, ratio), prior, ratio) == pytest.approx(starts, rel=1e-9)


@pytest.mark.parametrize("seed", range(12))
def test_groups_and_curves(seed: int) -> None:
    tables = cases.world_of((cases.lines, cases.practice), seed).read()
    case = derive(tables, pruned=False)
    curves = plainly.curves(tables)
    eases = {row["user"] for row in tables.rows("uses") if row["learns"] and row["qty"] > 0}
    groups = {curves[name].group for name in eases if name in curves}
    for name, group in zip(case.axes["process"].labels, case.learning.of, strict=True):
        known = name in curves and curves[name].group in groups
        assert (group >= 0) == known
        if known:
            assert case.learning.prior[group] == curves[name].prior
            assert case.learning.progress[group] == curves[name].progress
            assert case.learning.axis.labels[group] == curves[name].group[1]


@pytest.mark.parametrize("seed", range(12))
def test_no_execution_goes_past_the_ceiling(seed: int) -> None:
    """Each process of a group at full capacity, in steps of a hundredth of a period."""
    tables = cases.world_of((cases.lines, cases.practice), seed, others=0.0).read()
    case, edges = derive(tables, pruned=False), plain.edges_of(tables)
    known = case.learning
    steps = 100
    for group in range(len(known.axis)):
        so_far = 0.0
        for t in plain.periods(edges):
            for _ in range(steps):
                ease = share(so_far, float(known.prior[group]), float(known.progress[group]))
                so_far += sum(_starts(case, process, t, ease) for process in np.flatnonzero(known.of == group)) / steps
            assert so_far <= known.ceiling[group, t] * (1 + 1e-9)


def _starts(case: object, process: int, t: int, ease: float) -> float:
    """Starts of a process in a period if nothing else used its resources."""
    uses, most = case.tables["uses"], case.capacity.process[process, t]  # type: ignore[attr-defined]
    name = case.axes["process"].labels[process]  # type: ignore[attr-defined]
    for row in range(len(uses)):
        if uses.user[row] == name and uses.qty[row] > 0:
            effort = uses.qty[row] * (ease if uses.learns[row] else 1.0)
            most = min(most, case.capacity.resource[uses.resource[row], t] / effort)  # type: ignore[attr-defined]
    return float(most)
