"""Entries of a plan about things the scenario does not have are findings, not crashes."""

from __future__ import annotations

import pytest

import fullrate as fr
from audit import scene
from audit.edits import put

pytestmark = pytest.mark.filterwarnings("ignore:invalid value encountered:RuntimeWarning")

BY_A_CRASH = "a check looks the thing up and stops with an exception"
UNSEEN = "no check asks whether the thing exists"
NOT_YET = {
    ("make", "ghost", "kit", 1): BY_A_CRASH,
    ("use", "press|ghost", "plate", 1): BY_A_CRASH,
    ("ship", "ghost", "kit", 1): BY_A_CRASH,
    ("deliver", "ghost", "kit", 1): BY_A_CRASH,
    ("hold", "town", "ghost", 1): BY_A_CRASH,
    ("build", "ghost", "", 1): BY_A_CRASH,
    ("ready", "ghost", "", 1): BY_A_CRASH,
    ("open", "ghost", "", 0): BY_A_CRASH,
    ("make", "press", "kit", 99): BY_A_CRASH,
    ("lot", "ghost", "kit", 1): UNSEEN,
    ("carry", "ghost", "", 1): UNSEEN,
    ("owe", "ghost", "", 1): UNSEEN,
}
"""Kind, key, item and period of entries about nothing, and what the audit makes of them."""
NUMBERS = [float("nan"), float("inf"), -float("inf")]


@pytest.mark.parametrize(
    "where",
    [pytest.param(where, marks=pytest.mark.xfail(strict=True, reason=why)) for where, why in NOT_YET.items()],
    ids=str,
)
def test_an_entry_about_nothing(where: tuple[str, str, str, int]) -> None:
    audit = fr.audit(scene.tables(), put(*where, 1.0)(scene.plan()))
    assert not audit.passed
    assert where[1].split("|")[-1] in {str(part) for excess in audit.excesses for part in excess.at}


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize(
    "where",
    [
        ("make", "mend", "kit", 5),
        ("use", "press|steel", "plate", 4),
        ("ship", "rail", "plate", 2),
        ("deliver", "order", "kit", 6),
        ("waste", "works", "dud", 6),
        ("hold", "works", "kit", 5),
        ("ready", "second", "", 6),
        ("carry", "grant", "", 2),
        ("owe", "call", "", 1),
        *(
            pytest.param((kind, *rest), marks=pytest.mark.xfail(strict=True, reason=BY_A_CRASH))
            for kind, *rest in (("build", "second", "", 2), ("open", "design", "", 0))
        ),
    ],
    ids=str,
)
def test_what_is_not_a_number(where: tuple[str, str, str, int], number: float) -> None:
    assert not fr.audit(scene.tables(), put(*where, number)(scene.plan())).passed
