"""What no plan can beat: below every plan's value, and reached where nothing is short."""

from __future__ import annotations

from dataclasses import replace

import pytest

import fullrate as fr
from fullrate.case import derive
from fullrate.planning.bounds import least_burden
from fullrate.rules import write
from generator import Features
from properties.planned import drawn


@pytest.mark.parametrize("seed", range(40))
def test_no_plan_waits_less(seed: int) -> None:
    tables = drawn(seed, Features()).read()
    plan = fr.plan(tables, tests=False)
    case = derive(tables)
    _, cols = write(case)
    for at, label in enumerate(case.needs.cls.labels):
        value = {row["stage"]: row["bound"] for row in plan.table("stages").iter_rows(named=True)}[f"L1.{label}"]
        assert least_burden(case, cols, at) <= value * (1 + 1e-6) + 1e-6


def test_where_nothing_is_short_the_bound_is_the_wait() -> None:
    """Five kits in stock at the recipient, five needed at once: delivered in the first week, waiting half of it."""
    tables = fr.Tables.from_rows(
        {"name": "enough", "start": "2030-01-07", "periods": 8},
        {
            "items": [{"item": "kit", "unit": "piece"}],
            "sites": [{"site": "depot"}],
            "recipients": [{"recipient": "town", "site": "depot"}],
            "needs": [{"need": "order", "recipient": "town", "item": "kit", "qty": 5}],
            "stock": [{"site": "depot", "item": "kit", "qty": 5}],
        },
    )
    case = derive(tables)
    assert least_burden(case, write(case)[1], 0) == pytest.approx(3.5)
    assert fr.plan(tables, tests=False).table("stages")["value"][0] == pytest.approx(3.5)


def test_the_date_with_leads_rounded_down_is_never_later() -> None:
    moved = 0
    for seed in range(12):
        tables = drawn(seed, Features()).read()
        plan = fr.plan(replace(tables, config=replace(tables.config, lead_rounding="ceil")))
        for one in (plan.meta.get("discretisation") or {}).get("dates", []):
            if one["late_d"] is not None:
                assert one["early_d"] is not None
                assert one["early_d"] <= one["late_d"]
                moved += one["early_d"] < one["late_d"]
    assert moved, "none of these scenarios has a lead that rounding moves: the test says nothing"
