"""Rules of what can be bought against a cut: it exists, and a stock has a place."""

from __future__ import annotations

from collections.abc import Iterator

from fullrate.tables.model import Tables
from fullrate.tables.nearest import nearest
from fullrate.tables.problem import Problem

HOMES = {
    "buffer": ("items", "item"),
    "gate": ("gates", "gate"),
    "capacity": ("resources", "resource"),
    "lane": ("lanes", "lane"),
    "build": ("builds", "build"),
}
"""Kind of a measure -> table and column in which its target must be."""


def mitigations(tables: Tables) -> Iterator[Problem]:
    """Measures of nothing, stocks without a place, and places of what lies nowhere."""
    frame = tables.frames["mitigations"]
    for row, (kind, target, site) in enumerate(frame.select("kind", "target", "site").iter_rows()):
        if kind is None or target is None:
            continue
        table, column = HOMES[kind]
        known = tables.names(table).to_list()
        if target not in known:
            near = nearest(target, known)
            yield Problem(
                "FR204",
                f"unknown {column}",
                "mitigations",
                row,
                "target",
                found=f"`{target}` is not a `{column}` in {table}.csv",
                allowed=f"a value of `{column}` in {table}.csv",
                nearest=near.names,
                help=near.question(),
                fix=near.fix,
            )
        if (kind == "buffer") != (site is not None):
            yield Problem(
                "FR756",
                "stock without a place",
                "mitigations",
                row,
                "site",
                found="the buffer has no site" if kind == "buffer" else f"a {kind} has no site of its own",
                allowed="a site for a buffer, blank for all else",
            )
