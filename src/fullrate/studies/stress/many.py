"""What many cuts come to: together, against one base, where that can be; else each from scratch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from fullrate.planning import settling
from fullrate.planning.damage import Outcome, outcome
from fullrate.planning.knockouts import Knockouts
from fullrate.studies.stress.ground import Ground
from fullrate.tables.cut import Cut, cut

WORTH = 4
"""Cases from which a base of their own pays."""


def outcomes(ground: Ground, cases: Sequence[tuple[Cut, ...]], *, dated: bool = True) -> list[Outcome]:
    """What the best plan comes to under each case, decisions before it held as the policy says.

    The same bits whoever does it (``ground.spread``): which cases share solver objects depends on the cases alone.

    Args:
        ground: the plan under test.
        cases: what is cut off together in each case.
        dated: whether dates of coverage are looked for, too.
    """
    alike: dict[int, list[int]] = defaultdict(list)
    for at, cuts in enumerate(cases):
        alike[ground.held(cuts)].append(at)
    found: dict[int, Outcome] = {}
    for held, some in alike.items():
        ground.base(held)
        if len(some) >= WORTH:
            ground.say(f"{len(some)} cases")
            found |= _together(ground, held, {at: cases[at] for at in some}, dated)
    rest = [at for at in range(len(cases)) if at not in found]
    if rest and len(cases) > 1:
        ground.say(f"{len(rest)} of {len(cases)} cases, each from nothing")
    answers = ground.spread(_alone, ground.alone(), [(cases[at], dated) for at in rest])
    found |= zip(rest, answers, strict=True)
    return [found[at] for at in range(len(cases))]


def _together(ground: Ground, held: int, cases: dict[int, tuple[Cut, ...]], dated: bool) -> dict[int, Outcome]:
    """Cases with the same decisions held, by number; those that have no base in common with the rest are left out."""
    tables = [cut(ground.tables, cuts) for cuts in cases.values()]
    all_ = Knockouts.of(ground.tables, tables, ground.state(held), whole=ground.whole)
    if all_ is None:
        return {}
    changes = {at: change for at, change in zip(cases, all_.changes, strict=True) if change is not None}
    tasks = list(settling.tasks(changes, dated))
    answers = ground.spread(settling.settle, settling.Base.of(all_, ground.base(held)), [few for _, few in tasks])
    return {at: one for (some, _), told in zip(tasks, answers, strict=True) for at, one in zip(some, told, strict=True)}


def _alone(ground: Ground, asked: tuple[tuple[Cut, ...], bool]) -> Outcome:
    """One case from nothing."""
    cuts, dated = asked
    held = ground.held(cuts)
    return outcome(cut(ground.tables, cuts), ground.state(held), ground.base(held), dated=dated, whole=ground.whole)
