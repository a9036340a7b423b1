"""What a plan changes of the one before it: known answers, in figures, text and report."""

from __future__ import annotations

from functools import cache
from typing import Any

import fullrate as fr
from fullrate.cli.plan import changed_lines
from fullrate.report.figures import orders
from fullrate.report.page import html
from fullrate.report.previous import sentence
from fullrate.results import Plan
from fullrate.tables import Cell, Tables
from report.scenes import golden


@cache
def planned(rate: float = 3, **settings: Any) -> tuple[Tables, Plan]:
    """Ten kits from a press; the plan before had ordered three a day for three days, and one on the fourth."""
    rows: dict[str, list[dict[str, Any]]] = {
        "items": [{"item": "kit"}],
        "sites": [{"site": "works"}],
        "recipients": [{"recipient": "town", "site": "works"}],
        "needs": [{"need": "order", "recipient": "town", "item": "kit", "qty": 10}],
        "processes": [{"process": "press", "site": "works", "item": "kit", "max_rate": rate}],
        "previous": [
            {"kind": "make", "key": "press", "from_d": day, "to_d": day + 1, "qty": qty}
            for day, qty in enumerate((3, 3, 3, 1))
        ],
    }
    tables = Tables.from_rows({"name": "again", "start": "2031-01-01", "period_d": 1, "periods": 8, **settings}, rows)
    return tables, fr.plan(tables, tests=False)


def changes(tables: Tables, plan: Plan) -> list[tuple[int, float, float, bool]]:
    """Days kept to the solver's rounding: a later stage may give up a millionth of a wait."""
    columns = orders.changed(tables, plan).select("period", "before", "now", "frozen")
    return [(period, before, round(now, 4), frozen) for period, before, now, frozen in columns.iter_rows()]


def test_without_a_previous_plan_nothing_is_said() -> None:
    tables, plan = golden()
    assert sentence(tables, plan) == ""
    assert changed_lines(tables, plan) == []
    assert 'id="orders"' not in html(tables, plan)


def test_what_is_still_best_does_not_change() -> None:
    tables, plan = planned()
    assert changes(tables, plan) == []
    assert sentence(tables, plan) == "Of the 4 orders of the previous plan none change."


def test_frozen_orders_that_have_become_impossible_are_told_with_what_takes_their_place() -> None:
    """At two a day the first three days make two each, the fourth two instead of one; two days are frozen.

    Ten kits take a fifth day, which is behind the last order of the plan before and not compared.
    """
    tables, plan = planned(2, freeze_until="2031-01-03")
    assert changes(tables, plan) == [(1, 3, 2, True), (2, 3, 2, True), (3, 3, 2, False), (4, 1, 2, False)]
    said = sentence(tables, plan)
    assert said.startswith("Of the 4 orders of the previous plan 4 change; the first in the period from 2031-01-01.")
    assert said.endswith("nothing else is started, sent or built until then, either; 2 could not be kept.")
    lines = changed_lines(tables, plan)
    assert sum("press at works" in line for line in lines for line in line.splitlines()) == 2
    page = html(tables, plan)
    assert 'id="orders"' in page
    assert "2 could not be kept" in page


def test_orders_up_to_the_day_are_kept_though_more_would_be_sooner() -> None:
    """At five a day all would be there on the second day; frozen, three a day come first, then the other four.

    The order of the fourth day costs nothing and stays, though it has become useless.
    """
    tables, plan = planned(5, freeze_until="2031-01-03")
    assert changes(tables, plan) == [(3, 3, 4, False)]
    assert sentence(tables, plan).endswith("all are kept.")


def test_what_had_not_been_ordered_is_new() -> None:
    tables, plan = planned()
    fewer = tables.replace(Cell("previous", "make|press||3", "qty"), "0")
    plan = fr.plan(fewer, tests=False)
    assert changes(fewer, plan) == [(4, 0, 1, False)]
    assert "none change, and 1 is new; the first in the period from 2031-01-04." in sentence(fewer, plan)
