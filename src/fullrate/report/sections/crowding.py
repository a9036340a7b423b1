"""What the surge crowds out: rivals that lose use, and what binds though nobody said who else uses it."""

from __future__ import annotations

import polars as pl

from fullrate.report.names import plain
from fullrate.report.numbers import iso, joined, percent, quantity
from fullrate.report.parts import Block, Grid, Section, Text
from fullrate.report.sections.context import Context

SHARED = {"hours": "resource", "money": "fund", "ship_capacity": "lane"}
"""Limits of table ``binding`` that others may use as well, and the kind of rival that would."""
NAMED = 5
"""Limits without a rival that are named."""


def rivals(context: Context) -> Section | None:
    """What each rival wants, keeps and loses; and what is not known."""
    table = context.plan.tables.get("displaced", pl.DataFrame())
    rows = [] if table.is_empty() else _rows(context, table)
    unknown = _without_rival(context)
    if not rows and not unknown:
        return None
    blocks: list[Block] = []
    if rows:
        lost = [row[0] for row in rows if row[4] != "nothing"]
        said = f"Loses something: {joined(lost)}." if lost else "No rival loses anything."
        note = (
            "A rival keeps all that costs the surge nothing. Protected use yields only to what is impossible even with "
            "no surge at all."
        )
        head = ("rival", "uses", "wants", "keeps", "loses", "from", "to")
        blocks += [Text([said]), Grid(head, rows, frozenset({2, 3, 4}), cards=True, note=note)]
    if unknown:
        names = joined(unknown[:NAMED])
        blocks.append(
            Text([f"Nobody is said to compete for what binds: {names}. Who else uses it is unknown, not zero."])
        )
    return Section("rivals", "What it crowds out", blocks)


def _rows(context: Context, table: pl.DataFrame) -> list[list[str]]:
    """One row of text for each rival."""
    rows = []
    for (name,), mine in table.group_by("rival", maintain_order=True):
        wanted, kept, lost = (float(sum(mine[column].to_list())) for column in ("wanted", "kept", "displaced"))
        periods = mine.filter(pl.col("displaced") > 0)["period"].to_list()
        whose = "civil" if mine["civil"][0] else "not civil"
        rows.append(
            [
                f"{plain(str(name))} ({whose})",
                plain(mine["target"][0].replace("@", " at ")),
                quantity(wanted),
                quantity(kept),
                f"{quantity(lost)} ({percent(lost / wanted)})" if periods else "nothing",
                iso(context.begins(periods[0])) if periods else "",
                iso(context.ends(periods[-1])) if periods else "",
            ]
        )
    return rows


def _without_rival(context: Context) -> list[str]:
    """What binds, could be used by others, and has no rival."""
    stated = {(row["kind"], row["target"]) for row in context.tables.rows("rivals")}
    binding = context.plan.table("binding").select("rule", "key").iter_rows()
    return [
        context.names.limit(rule, key) for rule, key in binding if rule in SHARED and (SHARED[rule], key) not in stated
    ]
