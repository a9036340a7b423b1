"""The least money with which the first class ends as covered as in a plan, however late inside it."""

from __future__ import annotations

import numpy as np

from fullrate.case import derive
from fullrate.lp.solve import solve
from fullrate.planning.chain import COST_GAP, unit
from fullrate.planning.dates import ROUNDING, coverage_terms
from fullrate.planning.honoured import first_wishes
from fullrate.planning.learning import learn
from fullrate.results import Plan
from fullrate.rules import write
from fullrate.tables import Tables


def least_spending(tables: Tables, plan: Plan) -> float:
    """Least present value of all charges with which the first class ends as covered as in the plan.

    Later classes may go without: it is the first class whose time is traded.

    Args:
        tables: the scenario.
        plan: a plan of it, whose coverage at the end is asked for.

    Raises:
        RuntimeError: the program has no solution, which a plan of the scenario rules out.
    """
    case = learn(derive(tables)).case
    lp, cols = write(case)
    lp = first_wishes(case, lp, cols)
    end = plan.table("coverage").filter(period=plan.periods).sort("class")
    terms = coverage_terms(case, cols, lp, 0, case.calendar.periods - 1)
    lp = lp.and_row(terms, float(end["covered"][0]) - ROUNDING, np.inf)
    answer = solve(lp.minimising(unit(lp, int(cols["spend"].offset[0]))), gap=COST_GAP)
    if not answer.usable:
        raise RuntimeError(f"the program of least spending is {answer.status}")
    return answer.objective
