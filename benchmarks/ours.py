"""Our path, in the pieces that the benchmarks measure."""

from __future__ import annotations

from typing import Any

from fullrate.case import Case, derive
from fullrate.lp import solve
from fullrate.lp.assemble import LP
from fullrate.planning.chain import unit
from fullrate.rules import write
from fullrate.tables import Tables


def program(tables: Tables, *, pruned: bool = True) -> tuple[Case, LP]:
    """The program of the first stage of time."""
    case = derive(tables, pruned=pruned)
    lp, columns = write(case)
    return case, lp.minimising(unit(lp, int(columns["burden"].offset[0])))


def handed_over(tables: Tables, *, pruned: bool = True) -> Any:
    """A HiGHS object that holds the first stage of time, ready to run."""
    return solve.handed_over(program(tables, pruned=pruned)[1])
