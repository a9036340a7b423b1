"""What changes of the orders of the plan before this one."""

from __future__ import annotations

from fullrate.report import previous
from fullrate.report.parts import Grid, Section, Text
from fullrate.report.sections.context import Context

OPEN = 12
"""Orders that are shown without being asked for."""


def changes(context: Context) -> Section | None:
    """Orders that differ from the previous plan's, frozen ones marked; only after a previous plan."""
    said = previous.sentence(context.tables, context.plan)
    if not said:
        return None
    head, rows = previous.table_of(context.tables, context.plan)
    note = "An order is a start, a shipment or a build in a period; it changes if it differs by a thousandth."
    title = f"All {len(rows)} orders that change"
    folded = len(rows) > OPEN
    grid = Grid(head, rows, frozenset({2, 3}), title=title if folded else "", folded=folded, cards=True, note=note)
    return Section("orders", "What changes of the plan before", [Text([said]), *([grid] if rows else [])])
