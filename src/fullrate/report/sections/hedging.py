"""What a plan that hedges decides now, and what that is worth in cases that may come."""

from __future__ import annotations

from fullrate.report import hedge
from fullrate.report.parts import Grid, Section, Text
from fullrate.report.sections.context import Context


def hedged(context: Context) -> Section | None:
    """The hedge of the plan; None for a plan without one."""
    title = "What is decided now, whatever comes"
    if hedge.unhedged(context.plan):
        return Section("hedge", title, [Text([hedge.UNHEDGED])])
    if hedge.hedge_of(context.plan) is None:
        return None
    head, rows = hedge.waits(context.plan)
    decided, named = hedge.decisions(context.plan)
    return Section(
        "hedge",
        title,
        [
            Text([hedge.sentence(context.plan), *hedge.worth(context.plan)]),
            Grid(head, rows, frozenset(range(1, len(head)))),
            Grid(decided, named, frozenset({3, 4}), cards=True),
            Text(["Assumed:"], hedge.assumed(context.plan)),
        ],
    )
