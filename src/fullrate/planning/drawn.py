"""Cases that may come, as programs: samples of the scenario, with what happens in them taken off its capacities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from fullrate.calendar import Calendar
from fullrate.case import Case, derive
from fullrate.case.outages import Outages, hit
from fullrate.draws import Draws, applied, left
from fullrate.lp.assemble import LP
from fullrate.lp.axes import Floats, Ints
from fullrate.planning.honoured import first_wishes
from fullrate.planning.twostage import Link, Outcome
from fullrate.rules import write
from fullrate.rules.base import Cols
from fullrate.tables import Tables

LATER = 0.01
"""What a day of waiting of a class counts beside one of the class before it: an assumption that answers print."""
LONG_LEAD_D = 28.0
"""Lead in days from which a start before the day of decision is an order that is placed now: an assumption."""
BLOCK = 1 << 40
"""More than the elements and periods of any block."""
DECIDED = ("build", "risk", "hire", "test", "open", "make")
"""Columns that may be decided now."""


@dataclass(frozen=True, eq=False)
class Now:
    """Columns of a program that are decided before it is known which case comes.

    Attributes:
        key: block, element and period of each as one number, ascending, shape (n,).
        column: its column.
    """

    key: Ints
    column: Ints

    @staticmethod
    def of(case: Case, cols: Cols, until: float) -> Now:
        """What is begun before the day ``until``: builds, hires, tests, paid gates, and starts of long lead."""
        early = int((case.calendar.edges[:-1] < until).sum())
        opened = case.calendar.opening(np.where(np.isfinite(case.gates.begins), case.gates.begins, np.inf).clip(0, 1e9))
        keys, columns = [], []
        for at, name in enumerate(DECIDED):
            block = cols[name]
            terms, element = block.terms, block.terms.at[block.axis.name]
            period = terms.at["period"] if block.period is not None else opened[element]
            mine = period < early
            if name == "make":
                mine &= case.tables["processes"].lead_d[element] >= LONG_LEAD_D
            keys.append((at * BLOCK + element * case.calendar.periods + period)[mine])
            columns.append(terms.column[mine])
        key, column = np.concatenate(keys), np.concatenate(columns)
        order = np.argsort(key)
        return Now(key[order], column[order])

    def linked(self, other: Now) -> tuple[Ints, Ints]:
        """Places in ``other`` that are decided here, too, and the place of each here."""
        place = np.searchsorted(self.key, other.key).clip(max=max(len(self.key) - 1, 0))
        both = np.flatnonzero(self.key[place] == other.key) if len(self.key) else np.zeros(0, np.int64)
        return both, place[both]


def outcome(now: Now, tables: Tables, draws: Draws, at: int, until: float, odds: float) -> tuple[Outcome, LP]:
    """Case ``at`` of some draws, and its program with nothing decided before.

    What is begun before the day ``until`` is at most what was decided: an order may come to nothing where its source
    is out or money is short, but nothing is added to what was ordered. Later builds may be fractions of one.

    Args:
        now: what is decided, as columns of the program of the plan.
        tables: the scenario.
        draws: its draws.
        at: which sample, 0-based.
        until: day of decision.
        odds: odds of the case.
    """
    mine = applied(tables, draws, at)
    happens = left(mine, draws, at, derive_edges(mine))
    case = derive(mine, pruned=not happens)
    case = shares_of(case, mine, happens) if happens else case
    lp, cols = write(case)
    free = first_wishes(case, lp, cols).relaxed().minimising(weighed(case, cols, lp))
    here, upper = Now.of(case, cols, until), free.upper.copy()
    upper[here.column] = 0.0
    both, place = now.linked(here)
    links = (Link("upper", here.column[both], now.column[place], np.ones(len(both))),)
    return Outcome(free.within(upper=upper), links, odds, name=f"sample {draws.sample[at]}"), free


def derive_edges(tables: Tables) -> Floats:
    """Ends of the periods of a scenario in days, beginning with 0, shape (T + 1,)."""
    return Calendar.of(tables.config).edges


def weighed(case: Case, cols: Cols, lp: LP) -> Floats:
    """Mean wait in days as an objective, shape (columns,): a later class counts ``LATER`` of the class before it."""
    cost, needs = np.zeros(lp.shape[1]), case.needs
    for at in range(len(needs.cls)):
        weight = float(needs.weight[needs.group_class == at].sum())
        cost[cols["burden"].offset[at]] = LATER**at / weight if weight > 0 else 0.0
    return cost


def shares_of(case: Case, tables: Tables, shares: Mapping[str, Floats]) -> Case:
    """The case in which each of these risks leaves only a share of what it hits, shape (T,) by risk.

    What has no limit of its own stops where nothing is left, and goes on where something is.
    """
    left_over = {"resource": case.outages.resource, "lane": case.outages.lane, "process": case.outages.process}
    left_over = {name: share.copy() for name, share in left_over.items()}
    for risk in tables.rows("risks"):
        if risk["risk"] in shares:
            for name, mask in hit(case.tables, case.axes, risk["kind"], risk["target"]).items():
                left_over[name][mask] *= shares[risk["risk"]]
    return replace(case, outages=Outages(**left_over))
