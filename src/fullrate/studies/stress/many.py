"""What many cuts come to: together, against one base, where that can be; else each from scratch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from fullrate.planning.damage import Outcome, outcome
from fullrate.planning.knockouts import Knockouts
from fullrate.studies.stress.ground import Ground
from fullrate.tables.cut import Cut, cut

WORTH = 4
"""Cases from which a base of their own pays."""


def outcomes(
    ground: Ground, cases: Sequence[tuple[Cut, ...]], *, dated: bool = True, threads: int = 1
) -> list[Outcome]:
    """What the best plan comes to under each case, decisions before it held as the policy says.

    Args:
        ground: the plan under test.
        cases: what is cut off together in each case.
        dated: whether dates of coverage are looked for, too.
        threads: how many cases at a time.
    """
    alike: dict[int, list[int]] = defaultdict(list)
    for at, cuts in enumerate(cases):
        alike[ground.held(cuts)].append(at)
    found: dict[int, Outcome] = {}
    for held, some in alike.items():
        if len(some) >= WORTH:
            ground.say(f"{len(some)} cases")
            found |= _together(ground, held, {at: cases[at] for at in some}, dated, threads)
    for at, cuts in enumerate(cases):
        if at not in found:
            if len(cases) > 1:
                ground.say(f"{at + 1} of {len(cases)}: {', '.join(map(str, cuts))}")
            held = ground.held(cuts)
            found[at] = outcome(cut(ground.tables, cuts), ground.state(held), ground.base(held), dated=dated)
    return [found[at] for at in range(len(cases))]


def _together(
    ground: Ground, held: int, cases: dict[int, tuple[Cut, ...]], dated: bool, threads: int
) -> dict[int, Outcome]:
    """Cases with the same decisions held, by number; those that have no base in common with the rest are left out."""
    tables = [cut(ground.tables, cuts) for cuts in cases.values()]
    all_ = Knockouts.of(ground.tables, tables, ground.state(held))
    if all_ is None:
        return {}
    numbers = list(cases)
    return {
        numbers[at]: all_.told(at, one, ground.base(held), dated=dated)
        for at, one in all_.settle(threads=threads).items()
    }
