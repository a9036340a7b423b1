"""The look at the source of checks, and of what they share, is not blind."""

from __future__ import annotations

import inspect
from types import ModuleType

import pytest

from fullrate import auditing
from fullrate.rules import plainly
from rules.independence import forbidden, forbidden_names

HEAD = """
import numpy as np
from fullrate.case import Case, derive as made
from fullrate import calendar
"""
BY_NAME = """
def check(tables, plan):
    return made(tables)
"""
TWO_CALLS_AWAY = """
def check(tables, plan):
    return _near(tables)
def _near(tables):
    return _far(tables)
def _far(tables):
    return np.sum(tables)
"""
AS_A_TYPE = """
def check(tables, plan: Case):
    return calendar.TOUCH
"""
INSIDE = """
def check(tables, plan):
    def inner(case):
        return Rows(case)
    return inner(plan)
"""
ELSEWHERE = """
def rows(case):
    return np.sum(case)
def check(tables, plan):
    return tables.rows("needs")
"""


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (BY_NAME, {"made"}),
        (TWO_CALLS_AWAY, {"np"}),
        (AS_A_TYPE, {"Case", "calendar"}),
        (INSIDE, {"Rows"}),
        (ELSEWHERE, set()),
    ],
)
def test_what_a_check_uses(body: str, found: set[str]) -> None:
    assert forbidden(HEAD + body, "check") == found


@pytest.mark.parametrize("module", [plainly, auditing], ids=lambda module: module.__name__)
def test_what_checks_share_sees_no_program(module: ModuleType) -> None:
    assert forbidden_names(inspect.getsource(module)) == set()
