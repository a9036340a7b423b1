"""The tests of the rules can fail: every seeded fault is caught, and the published table says by which of them."""

from __future__ import annotations

import pytest

from rules import fault_table
from rules.faults import FAMILIES, FAULTS, Fault

LINES = fault_table.PAGE.read_text(encoding="utf-8").splitlines()


def published(fault: Fault) -> str:
    """The fault's line in the table as committed."""
    return next((line for line in LINES if line.startswith(f"| {fault.rule} | {fault.name} |")), "no line")


FIRST = {family: (family, fault) for family, fault in reversed(FAULTS)}
"""One fault of each family of rules: the quick tests seed these, the slow ones all of them."""


def named(one: object) -> str:
    return f"{one.rule}: {one.name}" if isinstance(one, Fault) else str(one)


@pytest.mark.parametrize(("family", "fault"), FIRST.values(), ids=named)
def test_the_first_fault_of_each_family_is_caught_as_published(family: str, fault: Fault) -> None:
    assert fault_table.line(fault) == published(fault)


@pytest.mark.slow
@pytest.mark.parametrize(("family", "fault"), FAULTS, ids=named)
def test_the_table_is_true(family: str, fault: Fault) -> None:
    assert fault_table.line(fault) == published(fault)


def test_the_table_says_that_each_fault_is_caught() -> None:
    assert [fault.name for _, fault in FAULTS if fault_table.CAUGHT not in published(fault)] == []


def test_the_page_is_made_from_its_lines() -> None:
    lines = {(fault.rule, fault.name): published(fault) for _, fault in FAULTS}
    assert fault_table.page(lines).splitlines() == LINES


@pytest.mark.parametrize("family", FAMILIES)
def test_there_are_enough_of_both_kinds(family: str) -> None:
    faults = FAMILIES[family]
    assert len(faults) >= 10
    assert {"too loose", "too tight"} <= {fault.side for fault in faults}
    assert len({(fault.rule, fault.name) for fault in faults}) == len(faults)


def test_the_comparison_at_points_catches_all() -> None:
    """It alone sees what is too tight, so nothing may slip through it."""
    missed = [line for line in LINES if line.count(" | ") == 5 and line.split(" | ")[3] == fault_table.MISSED]
    assert missed == []


def test_every_rule_has_a_fault() -> None:
    from fullrate.rules import RULES

    assert {fault.rule for _, fault in FAULTS} == {rule.code for rule in RULES}
