"""Rules of modes, escapes and sampling plans."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from fullrate.tables.model import Tables
from fullrate.tables.problem import Problem

Row = tuple[int, dict[str, Any]]
NEAR = 1e-3
"""Relative difference of values that is rounding."""


def modes(tables: Tables) -> Iterator[Problem]:
    """Every problem of modes of processes and of the defects they let through."""
    rows: list[Row] = [(at, row) for at, row in enumerate(tables.rows("processes")) if row["process"] is not None]
    if not any(row["mode_of"] or row["escape"] for _, row in rows) and tables.frames["plans"].is_empty():
        return
    yield from _plans(tables, {row["process"]: row for _, row in rows})
    yield from _items(rows)
    yield from _bases(tables, rows)


def _plans(tables: Tables, processes: dict[str, dict[str, Any]]) -> Iterator[Problem]:
    """Processes whose escape is stated twice."""
    seen: set[str] = set()
    for at, row in enumerate(tables.rows("plans")):
        name = row["process"]
        twice = "a sampling plan of another lot" if name in seen else ""
        if (processes.get(name) or {}).get("escape"):
            twice = f"`escape` {processes[name]['escape']:.10g} in processes.csv"
        if twice:
            yield Problem(
                "FR347",
                "escape stated twice",
                "plans",
                at,
                "process",
                found=f"`{name}` has {twice} already",
                allowed="one sampling plan, or an `escape`",
                help="give each level of inspection a process of its own",
            )
        seen.add(name)


def _items(rows: list[Row]) -> Iterator[Problem]:
    """Items that processes make at different qualities."""
    first: dict[str, dict[str, Any]] = {}
    for at, row in rows:
        if row["item"] is None or row["escape"] is None:
            continue
        other = first.setdefault(row["item"], row)
        if abs(other["escape"] - row["escape"]) > 1e-12:
            yield Problem(
                "FR346",
                "one item of two qualities",
                "processes",
                at,
                "escape",
                found=f"`{other['process']}` makes `{row['item']}` with an escape of {other['escape']:.10g}, "
                f"`{row['process']}` with {row['escape']:.10g}",
                allowed=f"{other['escape']:.10g}, or an item of its own",
                help="give each level an item of the same family, with a `value` of its own",
            )


def _bases(tables: Tables, rows: list[Row]) -> Iterator[Problem]:
    """Modes that are not modes of anything, and values that count defective units like good ones.

    A level with a sampling plan states no escape that its value could be held against.
    """
    sampled = set(tables.frames["plans"]["process"])
    by_name = {row["process"]: row for _, row in rows}
    items = {row["item"]: row for row in tables.rows("items")}
    groups: dict[str, list[Row]] = defaultdict(list)
    for at, row in rows:
        base = by_name.get(row["mode_of"] or "")
        if base is None:
            continue
        wrong = _no_mode(row, base, items)
        if wrong:
            column, found, allowed = wrong
            yield Problem("FR348", "mode that is none", "processes", at, column, found=found, allowed=allowed)
        elif not {row["process"], base["process"]} & sampled:
            groups[base["process"]].append((at, row))
    for name, members in groups.items():
        yield from _values(by_name[name], members, items)


def _no_mode(
    row: dict[str, Any], base: dict[str, Any], items: dict[str, dict[str, Any]]
) -> tuple[str, str, str] | None:
    """Column, what is wrong, and what would be right; None when the row is a mode of its base."""
    if base is row or base["mode_of"]:
        what = "itself" if base is row else f"`{base['process']}`, which is a mode itself"
        return "mode_of", f"`{row['process']}` is a mode of {what}", "a process that is no mode"
    if row["site"] != base["site"]:
        return "site", f"`{base['process']}` runs at `{base['site']}`", f"`{base['site']}`"
    if row["item"] == base["item"]:
        return "item", f"`{base['process']}` makes `{row['item']}` too", "an item of its own, of the same family"
    mine, its = (items.get(one["item"], {}).get("family") for one in (row, base))
    if mine is None or mine != its:
        return "item", f"`{row['item']}` is not of the family of `{base['item']}`", "an item of the same family"
    return None


def _values(base: dict[str, Any], members: list[Row], items: dict[str, dict[str, Any]]) -> Iterator[Problem]:
    """Values that are not in the proportion of good units."""
    good = 1 - base["escape"]
    for _, row in members:
        if not good or items[row["item"]]["value"] is None or items[base["item"]]["value"] is None:
            continue
        fair = items[base["item"]]["value"] * (1 - row["escape"]) / good
        value = items[row["item"]]["value"]
        if abs(value - fair) > NEAR * max(fair, value):
            yield Problem(
                "FR349",
                "value that does not follow quality",
                "items",
                list(items).index(row["item"]),
                "value",
                found=f"{value:.10g} beside {items[base['item']]['value']:.10g} of `{base['item']}`, with escapes of "
                f"{row['escape']:.10g} and {base['escape']:.10g}",
                allowed=f"{fair:.6g}, when only good units count",
                help="leave it where coverage counts units, good or not",
            )
