"""Rules of families: shares of their variants that can be kept together, items that belong to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from math import ceil
from typing import Any

from fullrate.sampling import outgoing
from fullrate.tables.check.cells import known, rows_where
from fullrate.tables.model import Tables
from fullrate.tables.nearest import nearest, suggest
from fullrate.tables.problem import Problem

TOUCH = 1e-9
STEP = 1e-6
"""Shares of defects are told up to the next of these."""
Row = tuple[int, dict[str, Any]]


def shares(tables: Tables) -> Iterator[Problem]:
    """Every problem of tables that limit what a family delivers."""
    for table in ("mix", "quality"):
        yield from _families(tables, table)
    yield from _strangers(tables)
    yield from _upside_down(tables)
    yield from _together(tables)
    yield from _apart(tables)
    yield from _defects(tables)


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
    shares = mix["share_min"].is_between(0, 1) & mix["share_max"].is_between(0, 1)  # others have findings of their own
    for row in rows_where(shares & (mix["share_min"] > mix["share_max"] + TOUCH)):
        low, high = mix["share_min"][row], mix["share_max"][row]
        yield Problem(
            "FR340",
            "shares that contradict each other",
            "mix",
            row,
            "share_min",
            found=f"the least share {low:.10g} is above the largest, {high:.10g}",
            allowed=f"at most {high:.10g}",
            help="nothing of the family could be delivered; raise `share_max` or lower `share_min`",
        )


def _together(tables: Tables) -> Iterator[Problem]:
    """Least shares above one, or largest shares below one, of all variants on some day."""
    members = _members(tables)
    for (family, _), rows in _groups(tables).items():
        for day in sorted({mix["from"] for _, mix in rows}):
            problem = _on(day, rows, members[family])
            if problem:
                yield problem
                break


def _groups(tables: Tables) -> dict[tuple[str, str], list[Row]]:
    """Rows of the mix that can be read, by family and recipient."""
    groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row, mix in enumerate(tables.rows("mix")):
        low, high = mix["share_min"], mix["share_max"]
        if None not in (mix["family"], mix["item"], mix["from"], low, high) and 0 <= low <= 1 and 0 <= high <= 1:
            groups[mix["family"], mix["recipient"]].append((row, mix))
    return groups


def _members(tables: Tables) -> dict[str, set[str]]:
    """Items of each family."""
    members: dict[str, set[str]] = defaultdict(set)
    for item in tables.rows("items"):
        if item["item"] is not None and item["family"] is not None:
            members[item["family"]].add(item["item"])
    return members


def _in_force(day: date, rows: list[Row], members: set[str]) -> dict[str, Row]:
    """The row of each variant that holds on a day."""
    begun = [(row, mix) for row, mix in rows if mix["from"] <= day and mix["item"] in members]
    return {mix["item"]: (row, mix) for row, mix in sorted(begun, key=lambda one: one[1]["from"])}


def _stated(now: dict[str, Row], members: Iterable[str]) -> tuple[dict[str, float], dict[str, float]]:
    """Least and largest share of each variant as it is written; none and all where it is not."""
    low = {item: now[item][1]["share_min"] if item in now else 0.0 for item in members}
    return low, {item: now[item][1]["share_max"] if item in now else 1.0 for item in low}


def _bounds(now: dict[str, Row], members: set[str]) -> dict[str, tuple[float, float]]:
    """Least and largest share that each variant can have beside the others; blank where they contradict each other."""
    low, high = _stated(now, members)
    if sum(low.values()) > 1 + TOUCH or sum(high.values()) < 1 - TOUCH or any(low[one] > high[one] for one in members):
        return {}
    rest, room = 1 - sum(low.values()), 1 - sum(high.values())
    return {item: (max(low[item], room + high[item]), min(high[item], rest + low[item])) for item in members}


def _on(day: date, rows: list[Row], members: set[str]) -> Problem | None:
    """What is wrong with the shares that hold on a day, pointed at the first row that begins on it."""
    now = _in_force(day, rows, members)
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


def _apart(tables: Tables) -> Iterator[Problem]:
    """Shares of all recipients together that those of every single one rule out."""
    groups, members = _groups(tables), _members(tables)
    who: dict[str, set[str]] = defaultdict(set)
    for need in tables.rows("needs"):
        for family, items in members.items():
            if need["item"] == family or need["item"] in items:
                who[family].add(need["recipient"])
    for (family, recipient), rows in groups.items():
        for row, mix in rows if recipient == "*" else ():
            each = [
                _bounds(_in_force(mix["from"], groups[family, one], members[family]), members[family])
                for one in sorted(who[family] & {other for name, other in groups if name == family})
            ]
            if len(each) < len(who[family]) or not all(each) or mix["item"] not in members[family] or not each:
                continue  # somebody's shares are free, or contradict each other, which has a finding of its own
            least, most = min(one[mix["item"]][0] for one in each), max(one[mix["item"]][1] for one in each)
            if mix["share_min"] > most + TOUCH:
                found = (
                    f"nobody may get more than {most:.10g} of `{mix['item']}`, and all together {mix['share_min']:.10g}"
                )
                yield _contradiction(row, "share_min", found, f"at most {most:.10g}, or larger shares of recipients")
            elif mix["share_max"] < least - TOUCH:
                found = (
                    f"everybody gets at least {least:.10g} of `{mix['item']}`, and all together {mix['share_max']:.10g}"
                )
                yield _contradiction(row, "share_max", found, f"at least {least:.10g}, or smaller shares of recipients")


def _defects(tables: Tables) -> Iterator[Problem]:
    """Limits on outgoing defects below the least that the variants of a family can have in their shares."""
    groups, members = _groups(tables), _members(tables)
    limits = [(at, row) for at, row in enumerate(tables.rows("quality")) if row["aoq_max"] is not None and row["from"]]
    for at, limit in limits:
        rows, begins = groups[limit["family"], "*"], limit["from"]
        until = min(
            (row["from"] for _, row in limits if row["family"] == limit["family"] and row["from"] > begins),
            default=date.max,
        )
        escape = _escapes(tables, members[limit["family"]])
        days = {begins, *(mix["from"] for _, mix in rows if begins < mix["from"] < until)}
        for day in sorted(days) if escape else ():
            now = _in_force(day, rows, members[limit["family"]])
            least = _least(escape, now)
            if least is not None and least > limit["aoq_max"] + TOUCH:
                shares_ = " in the shares of mix.csv" if now else ""
                yield Problem(
                    "FR359",
                    "limit on defects that nothing keeps",
                    "quality",
                    at,
                    "aoq_max",
                    found=f"the best that `{limit['family']}` can do{shares_} is {least:.6g}, from {day} on",
                    allowed=f"at least {ceil(least / STEP) * STEP:.6g}",
                    help="sooner or later nothing of the family could be delivered; raise the limit, lower `escape` in "
                    "processes.csv, sample more in plans.csv, or change the shares",
                )
                break


def _escapes(tables: Tables, members: set[str]) -> dict[str, float]:
    """Share of defects in each variant that anything makes or brings: of the worst process that makes it."""
    plans = {
        row["process"]: row
        for row in tables.rows("plans")
        if None not in (row["lot"], row["n"], row["c"], row["defect"]) and row["lot"] > 0
    }
    found = {row["item"]: 0.0 for table in ("stock", "recipe") for row in tables.rows(table) if row["item"] in members}
    for row in tables.rows("processes"):
        if row["item"] in members and row["escape"] is not None:
            plan, share = plans.get(row["process"]), row["escape"]
            if plan:
                share = outgoing(plan["defect"], plan["lot"], int(plan["n"]), int(plan["c"]))
            found[row["item"]] = max(found.get(row["item"], 0.0), share)
    return found


def _least(escape: dict[str, float], now: dict[str, Row]) -> float | None:
    """Least average share of defects when every variant keeps its shares; None where they cannot be kept."""
    low, high = _stated(now, escape)
    rest, average = 1 - sum(low.values()), sum(low[item] * escape[item] for item in escape)
    for item in sorted(escape, key=lambda one: escape[one]):
        more = max(min(high[item] - low[item], rest), 0.0)
        rest, average = rest - more, average + more * escape[item]
    return average if abs(rest) <= TOUCH else None


def _contradiction(row: int, column: str, found: str, allowed: str) -> Problem:
    return Problem(
        "FR340",
        "shares that contradict each other",
        "mix",
        row,
        column,
        found=found,
        allowed=allowed,
        help="sooner or later nothing of the family could be delivered",
    )
