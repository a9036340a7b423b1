"""The page on JSON lists the fields that the commands print, no more and no fewer."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from e2e.commandline import GOLDEN, ROOT, answer, by_itself

PAGE = (ROOT / "docs" / "look-up" / "json.md").read_text(encoding="utf-8")


def documented(schema: str) -> set[str]:
    section = next(part for part in PAGE.split("\n## ") if f"`{schema}`" in part.splitlines()[0])
    fields = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|", section, flags=re.MULTILINE)
    return {name for each in fields for name in re.findall(r"`(\w+)`", each)}


@pytest.mark.parametrize(
    "words",
    [
        ("plan", str(GOLDEN)),
        ("audit", "latest"),
        ("runs",),
        ("new", "mine"),
        ("actions", "latest"),
        ("why", "latest", "--rungs", "1"),
        ("require", "latest", "--need", "hilltown_pumps", "--by", "2026-05-04"),
        ("odds", "latest", "--samples", "64"),
        ("stress", "latest", "--cut", "site:foundry"),
        ("stress", "latest", "--cut", "site:foundry", "--for", "35", "--mitigate", "0.1"),
        ("frontier", "latest", "--by", "decision-delay", "--points", "7"),
        ("compare", "latest", "latest"),
        ("report", "latest"),
        ("claims", str(ROOT / "examples" / "directive" / "announcement.md")),
        ("outlook", "us-155mm-2022"),
        ("hindcast",),
        ("history", "--as-of", "2020-12-02", "--without", "covax-2021"),
    ],
    ids=lambda words: " ".join(words[:1] + words[-2:-1]),
)
def test_the_page_lists_the_fields_of_the_command(planned: Path, words: tuple[str, ...]) -> None:
    if "--mitigate" in words:
        answer(planned, "plan", str(GOLDEN), "--set", "builds:second_line.capex=0.05")
    found = answer(planned, *words, how=by_itself)
    assert documented(str(found["schema"])) == set(found)
