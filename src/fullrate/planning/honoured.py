"""What comes before all time, in programs other than the chain's: protected floors and frozen orders stay kept."""

from __future__ import annotations

from collections.abc import Mapping

from fullrate.case import Case
from fullrate.lp.assemble import LP
from fullrate.lp.solve import solve
from fullrate.planning.chain import COST_GAP, WISHED, unit
from fullrate.planning.walk import missed
from fullrate.rules.base import Cols

FIRST = ("L0a", "L0b")
"""Stages before all time."""


def honoured(case: Case, lp: LP, cols: Cols, reached: Mapping[str, float]) -> LP:
    """The program that keeps protected floors and frozen orders as well as the plan does.

    Args:
        case: the scenario.
        lp: its program.
        cols: its columns.
        reached: value of each stage of the plan.
    """
    upper = lp.upper.copy()
    for name in FIRST:
        place = case.axes["wish"].places.get(WISHED[name])
        if place is not None and name in reached:
            upper[cols["miss"].offset[place]] = missed(lp, reached[name])
    return lp.within(upper=upper)


def least_missed(case: Case, lp: LP, cols: Cols) -> dict[str, float]:
    """Least that can be missed of protected floors and then of frozen orders, by name of the stage."""
    found: dict[str, float] = {}
    for name in FIRST:
        place = case.axes["wish"].places.get(WISHED[name])
        if place is not None:
            miss = unit(lp, int(cols["miss"].offset[place]))
            answer = solve(honoured(case, lp, cols, found).minimising(miss), gap=COST_GAP)
            if answer.usable:
                found[name] = answer.objective
    return found


def first_wishes(case: Case, lp: LP, cols: Cols) -> LP:
    """The program with protected floors and frozen orders kept as well as they can be."""
    return honoured(case, lp, cols, least_missed(case, lp, cols))
