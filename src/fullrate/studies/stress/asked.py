"""What a stress test is asked: which cuts, and when."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from fullrate.findings import Finding, Refused
from fullrate.results import Plan
from fullrate.studies.stress.cases import Case, every
from fullrate.tables import Tables
from fullrate.tables.cut import Cut, lasting, leaving, parsed, refuse_outside
from fullrate.tables.restriction_sets import sets


@dataclass(frozen=True)
class Asked:
    """Cuts, each a case of its own, and their days.

    Attributes:
        cuts: what is cut off, ``KIND:ID`` each.
        every_one: everything that the plan uses.
        restrictions: a CSV file or folder of named sets of restrictions, which have days of their own.
        first: first day; None: the worst one where few cases last for some days, else the start of the plan.
        days: how long; None: what ``risks`` says of it, else for good.
        left: share of the capacity that is left.
        recovery: curve along which the rest comes back.
    """

    cuts: Sequence[str | Cut] = ()
    every_one: bool = False
    restrictions: str = ""
    first: date | None = None
    days: float | None = None
    left: float = 0.0
    recovery: str = ""

    def cases(self, tables: Tables, plan: Plan) -> tuple[list[Case], list[str]]:
        """The cases in the order they were asked for, then all else in use, then sets; and what is left out.

        Raises:
            Refused: a cut names nothing, or begins outside the plan; a set cannot be read.
        """
        self._refuse_outside(tables)
        some, left_out = every(tables, plan, self.left, self.recovery) if self.every_one else ([], [])
        named = self._named(tables)
        alone = [*map(Case.of, named), *(case for case in some if case.cuts[0] not in named)]
        return [*(self._timed(tables, case) for case in alone), *self._sets(tables)], left_out

    def with_regions(self, tables: Tables, plan: Plan) -> list[Case]:
        """The same, each once, and the regions of what the plan uses whatever is asked: they hit much at once.

        Raises:
            Refused: a cut names nothing, or begins outside the plan; a set cannot be read.
        """
        self._refuse_outside(tables)
        asked = self._named(tables)
        used = [case.cuts[0] for case in every(tables, plan, self.left, self.recovery)[0]]
        asked += [one for one in used if (self.every_one or one.kind == "region") and one not in asked]
        return [*(self._timed(tables, Case.of(one)) for one in asked), *self._sets(tables)]

    def own_days(self) -> set[int]:
        """Numbers of the cases that came with a first day."""
        return {at for at, one in enumerate(self.cuts) if isinstance(one, Cut) and one.first is not None}

    def _refuse_outside(self, tables: Tables) -> None:
        if self.first is not None:
            refuse_outside(tables, self.first)

    def _named(self, tables: Tables) -> list[Cut]:
        """What was named; all that names nothing is told at once."""
        named, findings = [], list[Finding]()
        for one in self.cuts:
            try:
                asked = one if isinstance(one, Cut) else leaving(tables, parsed(tables, one), self.left, self.recovery)
                named.append(asked)
            except Refused as refused:
                findings += [finding for finding in refused.findings if finding not in findings]
        if findings:
            raise Refused(findings)
        return named

    def _timed(self, tables: Tables, case: Case) -> Case:
        """The case on its days: given ones, what ``risks`` says of its length, else from the start and for good."""
        dated = []
        for one in case.cuts:
            if one.first is None and one.last is None:
                lasts = recovers(tables, one) if self.days is None else self.days
                begin = 0.0 if self.first is None else float((self.first - tables.config.start).days)
                one = lasting(tables, one, begin, math.inf if lasts is None else lasts)
            dated.append(one)
        return replace(case, cuts=tuple(dated))

    def _sets(self, tables: Tables) -> Iterator[Case]:
        for name, some in (sets(tables, self.restrictions) if self.restrictions else {}).items():
            yield Case(name, "set", tuple(some))


def recovers(tables: Tables, one: Cut) -> float | None:
    """Days until something is there again, as the table ``risks`` says of it, the longest; None where it does not."""
    rows = [row for row in tables.rows("risks") if (row["kind"], row["target"]) == (one.kind, one.target)]
    return max((float(row["duration_d"]) for row in rows), default=None)
