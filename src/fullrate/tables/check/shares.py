"""Rules of families: shares of their variants that can be kept together, items that belong to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from fullrate.tables.check.cells import known, rows_where
from fullrate.tables.model import Tables
from fullrate.tables.nearest import nearest, suggest
from fullrate.tables.problem import Problem

TOUCH = 1e-9


def shares(tables: Tables) -> Iterator[Problem]:
    """Every problem of tables that limit what a family delivers."""
    for table in ("mix", "quality"):
        yield from _families(tables, table)
    yield from _strangers(tables)
    yield from _upside_down(tables)
    yield from _together(tables)


def _families(tables: Tables, table: str) -> Iterator[Problem]:
    """Families that no item belongs to."""
    written = tables.written[table]["family"]
    if written.is_empty() or known(tables, ("items",)) is None:
        return
    valid = tables.written["items"]["family"].drop_nulls().unique()
    near = suggest(lambda: sorted(valid.to_list()))
    for row in rows_where(written.is_not_null() & ~written.is_in(valid.implode())):
        guess = near(written[row])
        yield Problem(
            "FR341",
            "not of the family",
            table,
            row,
            "family",
            found=f"no item in items.csv is of a family `{written[row]}`",
            allowed="a value of `family` in items.csv",
            nearest=guess.names,
            help=guess.question(),
            fix=guess.fix,
        )


def _strangers(tables: Tables) -> Iterator[Problem]:
    """Variants that are not of the family whose mix they are in."""
    mix, items = tables.written["mix"], tables.written["items"]
    if mix.is_empty():
        return
    family = dict(zip(items["item"], items["family"], strict=True))
    of: dict[str, list[str]] = defaultdict(list)
    for item, name in family.items():
        if item is not None and name is not None:
            of[name].append(item)
    for row, (name, item) in enumerate(mix.select("family", "item").iter_rows()):
        if item not in family or name not in of or family[item] == name:
            continue  # names that are not there have findings of their own
        near = nearest(item, sorted(of[name]))
        other = f"of the family `{family[item]}`" if family[item] else "of no family"
        yield Problem(
            "FR341",
            "not of the family",
            "mix",
            row,
            "item",
            found=f"`{item}` is {other}",
            allowed=_list(of[name]),
            nearest=near.names,
            help=near.question() or f"state its `family` in items.csv, or name an item of `{name}`",
        )


def _list(names: list[str], most: int = 5) -> str:
    return ", ".join(f"`{name}`" for name in names[:most]) + (", ..." if names[most:] else "")


def _upside_down(tables: Tables) -> Iterator[Problem]:
    mix = tables.filled("mix")
    for row in rows_where(mix["share_min"] > mix["share_max"] + TOUCH):
        low, high = mix["share_min"][row], mix["share_max"][row]
        yield Problem(
            "FR340",
            "shares that contradict each other",
            "mix",
            row,
            "share_min",
            found=f"the least share {low:.10g} is above the largest, {high:.10g}",
            allowed=f"at most {high:.10g}",
            help="nothing of the family could be delivered",
        )


def _together(tables: Tables) -> Iterator[Problem]:
    """Least shares above one, or largest shares below one, of all variants on some day."""
    groups: dict[tuple[str, str], list[tuple[int, dict[str, Any]]]] = defaultdict(list)
    for row, mix in enumerate(tables.rows("mix")):
        if None not in (mix["family"], mix["item"], mix["share_min"], mix["share_max"]):
            groups[mix["family"], mix["recipient"]].append((row, mix))
    members: dict[str, set[str]] = defaultdict(set)
    for item in tables.rows("items"):
        if item["item"] is not None and item["family"] is not None:
            members[item["family"]].add(item["item"])
    for (family, _), rows in groups.items():
        for day in sorted({mix["from"] for _, mix in rows}):
            problem = _on(day, rows, members[family])
            if problem:
                yield problem
                break


def _on(day: date, rows: list[tuple[int, dict[str, Any]]], members: set[str]) -> Problem | None:
    """What is wrong with the shares that hold on a day, pointed at the first row that begins on it."""
    begun = [(row, mix) for row, mix in rows if mix["from"] <= day and mix["item"] in members]
    now = {mix["item"]: (row, mix) for row, mix in sorted(begun, key=lambda one: one[1]["from"])}
    fresh = [row for row, mix in now.values() if mix["from"] == day]
    if not fresh or any(mix["share_min"] > mix["share_max"] + TOUCH for _, mix in now.values()):
        return None
    least = sum(mix["share_min"] for _, mix in now.values())
    most = sum(mix["share_max"] for _, mix in now.values()) + len(members - set(now))
    recipient = rows[0][1]["recipient"]
    whose = f"{_list(sorted(now))}{'' if recipient == '*' else f' for `{recipient}`'}"
    if least > 1 + TOUCH:
        found = f"the least shares of {whose} sum to {least:.10g} from {day} on"
        return _contradiction(fresh[0], "share_min", found, "least shares that sum to 1 or less")
    if most < 1 - TOUCH:
        found = f"the largest shares of {whose} sum to {most:.10g} from {day} on"
        return _contradiction(fresh[0], "share_max", found, "largest shares that sum to 1 or more")
    return None


def _contradiction(row: int, column: str, found: str, allowed: str) -> Problem:
    return Problem(
        "FR340",
        "shares that contradict each other",
        "mix",
        row,
        column,
        found=found,
        allowed=allowed,
        help="nothing of the family could be delivered",
    )
