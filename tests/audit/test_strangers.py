"""Entries of a plan about things the scenario does not have are findings, not crashes."""

from __future__ import annotations

import pytest

import fullrate as fr
from audit import scene
from audit.edits import put
from fullrate.rules import tiny
from fullrate.rules.ledgers.money import costs

pytestmark = pytest.mark.filterwarnings("ignore:invalid value encountered:RuntimeWarning")

STRANGERS = [
    ("make", "ghost", "kit", 1),
    ("use", "press|ghost", "plate", 1),
    ("ship", "ghost", "kit", 1),
    ("deliver", "ghost", "kit", 1),
    ("hold", "town", "ghost", 1),
    ("build", "ghost", "", 1),
    ("ready", "ghost", "", 1),
    ("overtime", "line", "ghost", 1),
    ("hire", "ghost", "", 1),
    ("train", "ghost", "", 1),
    ("heads", "ghost", "", 1),
    ("open", "ghost", "", 0),
    ("test", "ghost", "", 1),
    ("risk", "ghost", "", 1),
    ("make", "press", "kit", 99),
    ("lot", "ghost", "kit", 1),
    ("carry", "ghost", "", 1),
    ("owe", "ghost", "", 1),
    ("dispatch", "ghost", "", 1),
    ("keep", "ghost", "", 1),
    ("breach", "ghost", "", 1),
    ("lack", "town", "ghost", 1),
    ("overrun", "make|ghost", "", 1),
    ("forgo", "ship|road", "ghost", 1),
    ("miss", "ghost", "", 0),
]
"""Kind, key, item and period of entries about nothing."""
NUMBERS = [float("nan"), float("inf"), -float("inf")]


@pytest.mark.parametrize(
    "where",
    STRANGERS,
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
        ("overtime", "line", "evening", 3),
        ("hire", "school", "", 3),
        ("train", "school", "", 3),
        ("heads", "school", "", 3),
        ("carry", "grant", "", 2),
        ("owe", "call", "", 1),
        ("build", "second", "", 2),
        ("open", "design", "", 0),
        ("keep", "harbour", "", 2),
        ("breach", "harbour", "", 2),
        ("miss", "floor", "", 0),
        ("test", "sample", "", 1),
        ("risk", "rig", "", 2),
    ],
    ids=str,
)
def test_what_is_not_a_number(where: tuple[str, str, str, int], number: float) -> None:
    assert not fr.audit(scene.tables(), put(*where, number)(scene.plan())).passed


def test_a_paid_gate_that_begins_after_the_plan_costs_nothing_in_it() -> None:
    """Taking it is no fault, and nothing of it falls due in a period there is."""
    scenario = {
        **tiny.PAID,
        "gates": [{"gate": "design", "duration_d": 100}, *tiny.PAID["gates"]],
        "links": [{"before": "design", "after": "licence"}],
    }
    tables = fr.Tables.from_rows(tiny.CONFIG, scenario)
    taken = put("open", "licence", "", 0, 1.0)(fr.plan(tables, tests=False))
    assert fr.audit(tables, taken).passed
    assert not list(costs(tables, taken))
