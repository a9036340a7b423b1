"""Many cases against one base, a few at a time: each few are a task that any thread or machine can do.

Every task has solver objects of its own, which begin at the base's basis. So what comes out of it does not depend on
what was solved before it, by whom, or beside what: the same bits for any number of threads and machines.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fullrate.case import Case
from fullrate.lp.assemble import LP
from fullrate.lp.solve import Hot
from fullrate.planning.changes import Change
from fullrate.planning.damage import Outcome
from fullrate.planning.knockouts import Knockouts, Known, Worker
from fullrate.planning.resolve import ties
from fullrate.rules.base import Cols

FEW = 4
"""Cases of a task. Neighbours share the way from the base's basis; too many leave threads without work."""


@dataclass(frozen=True, eq=False)
class Base:
    """A solved base, as another process can read it; see ``knockouts.Knockouts``.

    Attributes:
        case: the scenario without cuts.
        cols: its columns.
        programs: its program for each class.
        answers: the answers to these.
        outcome: what all comes to without a cut.
    """

    case: Case
    cols: Cols
    programs: tuple[LP, ...]
    answers: tuple[Known, ...]
    outcome: Outcome

    @staticmethod
    def of(found: Knockouts, outcome: Outcome) -> Base:
        """The base of some cases, before any of them is settled."""
        return Base(found.case, found.cols, found.base, found.answers, outcome)


@dataclass(frozen=True, eq=False)
class Few:
    """Cases of one task: how each differs from the base, and whether dates of coverage are looked for."""

    changes: tuple[Change, ...]
    dated: bool


def tasks(changes: dict[int, Change], dated: bool) -> Iterator[tuple[tuple[int, ...], Few]]:
    """Cases by number in tasks of a few; neighbours in place and time go together, whoever does them."""
    order = sorted(changes, key=lambda at: (changes[at].columns[:2].tolist(), at))
    for first in range(0, len(order), FEW):
        some = tuple(order[first : first + FEW])
        yield some, Few(tuple(changes[at] for at in some), dated)


def settle(base: Base, few: Few) -> list[Outcome]:
    """What the cases of one task come to, each as ``damage.outcome`` says."""
    own = [Worker(Hot(lp, ties(lp)), [known]) for lp, known in zip(base.programs, base.answers, strict=True)]
    near = Knockouts(base.case, base.cols, base.programs, base.answers, few.changes, own)
    settled = near.settle()
    return [near.told(at, settled[at], base.outcome, dated=few.dated) for at in range(len(few.changes))]
