"""Which rule of the plan appears in which example: worked out from their programs, and the same in the documentation.

A rule appears in an example when the program of that example has a column or a row of it. Nothing is left out of the
program because of its window, since a rule that only closes windows (a gate, a restriction) would never be seen. Where
anything learns, the program counts on some experience, as it does from its second round on.
Set ``FULLRATE_UPDATE_PAGES`` to write the table anew.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np

from fullrate.case import Case, derive
from fullrate.rules import RULES, columns_of, rows_of
from fullrate.tables import Tables

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "look-up" / "examples.md"
NAMES = sorted(folder.name for folder in (ROOT / "examples").iterdir() if (folder / "scenario.toml").is_file())
TABLE = re.compile(r"^\| rule \|.*?(?=\n*\Z)", re.M | re.S)

Example = Callable[[str], Tables]


PARTS: dict[tuple[str, str], Callable[[Case], bool]] = {
    ("SERVE", "Failed units are brought back, repaired and used again."): lambda case: bool(
        case.fleet.repairable.any()
    ),
    ("SERVE", "Units wear out with age."): lambda case: bool(case.fleet.ageing.any()),
}
"""Parts of rules that are looked for on their own."""


@cache
def appearing(tables: Tables) -> frozenset[tuple[str, str]]:
    """Rules of which the program of a scenario has any column or row, and parts of rules, by code and words."""
    case = derive(tables, pruned=False)
    case = replace(case, learning=case.learning.known(np.ones_like(case.learning.effort)))
    cols = columns_of(case)
    rows = rows_of(case, cols)
    whole = {
        (rule.code, rule.title)
        for rule in RULES
        if any(len(block) for block in rule.columns(case)) or any(len(block) for block in rows[rule.code])
    }
    return frozenset(whole | {part for part, there in PARTS.items() if there(case)})


def listed() -> list[tuple[str, str]]:
    """Code and words of every rule, its parts below it."""
    return [
        one for rule in RULES for one in [(rule.code, rule.title), *(part for part in PARTS if part[0] == rule.code)]
    ]


def table(example: Example) -> str:
    """Rules against examples, as Markdown."""
    found = {name: appearing(example(name)) for name in NAMES}
    head = [f"| rule | what it says | {' | '.join(NAMES)} |", "| --- | --- |" + " :-: |" * len(NAMES)]
    marks = {one: ["x" if one in found[name] else "" for name in NAMES] for one in listed()}
    rows = [f"| {code} | {words} | {' | '.join(marks[code, words])} |" for code, words in listed()]
    return "\n".join([*head, *rows])


def test_every_rule_appears_in_some_example(example: Example) -> None:
    seen = frozenset().union(*(appearing(example(name)) for name in NAMES))
    assert [one for one in listed() if one not in seen] == []


def test_the_documentation_has_the_table(example: Example) -> None:
    now, page = table(example), PAGE.read_text(encoding="utf-8")
    if os.environ.get("FULLRATE_UPDATE_PAGES"):
        PAGE.write_text(TABLE.sub(lambda _: now, page, count=1).rstrip("\n") + "\n", encoding="utf-8")
        return
    assert [found.strip() for found in TABLE.findall(page)] == [now]
