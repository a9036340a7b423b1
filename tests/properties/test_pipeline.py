"""Pure pipelines, whose completion is known: sum of the leads + need / narrowest rate."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest

import fullrate as fr

SEEDS = range(5)


def _pipeline(rates: Sequence[float], leads: Sequence[float], need: float, period_d: float, periods: int) -> fr.Tables:
    """Steps in a row at one site, each turning the item before into the next; the first needs nothing."""
    count = len(rates)
    return fr.Tables.from_rows(
        {
            "name": "pipeline",
            "start": date(2030, 1, 1),
            "period_d": period_d,
            "periods": periods,
            "tail": 0.0,
        },
        {
            "items": [{"item": f"i{step}"} for step in range(count)],
            "sites": [{"site": "yard"}],
            "processes": [_step(step, float(rates[step]), float(leads[step])) for step in range(count)],
            "recipe": [{"process": f"p{step}", "item": f"i{step - 1}", "qty": 1} for step in range(1, count)],
            "recipients": [{"recipient": "k", "site": "yard"}],
            "needs": [{"need": "n", "recipient": "k", "item": f"i{count - 1}", "qty": need}],
        },
    )


def _step(step: int, rate: float, lead: float) -> dict[str, Any]:
    row = {"process": f"p{step}", "site": "yard", "item": f"i{step}"}
    return {**row, "max_rate": rate, "lead_d": lead}


def _earliest(tables: fr.Tables) -> float:
    """Day by which all can be there."""
    plan = fr.plan(tables, tests=False)
    row = plan.table("dates").filter(pl.col("need").fill_null("") == "", pl.col("coverage") == 1.0)
    return float(plan.edges[row["earliest_period"][0]])


def _drawn(seed: int) -> tuple[list[float], list[float], float]:
    rng = np.random.default_rng([9, seed])
    count = int(rng.integers(2, 5))
    rates = [float(rate) for rate in rng.integers(3, 12, count)]
    leads = [float(lead) for lead in rng.integers(0, 9, count)]
    return rates, leads, float(rng.integers(20, 60))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_pipeline_run_backwards_takes_as_long(seed: int) -> None:
    """True with yield 1, no loss and no stock."""
    rates, leads, need = _drawn(seed)
    there = _earliest(_pipeline(rates, leads, need, 2, 40))
    back = _earliest(_pipeline(rates[::-1], leads[::-1], need, 2, 40))
    assert there == back


@pytest.mark.parametrize("seed", SEEDS)
def test_shorter_periods_come_closer_to_the_true_day(seed: int) -> None:
    """Each step can be late by one period, never early; not monotone between grids."""
    rates, leads, need = _drawn(seed)
    true = sum(leads) + need / min(rates)
    for period in (8.0, 4.0, 2.0, 1.0):
        found = _earliest(_pipeline(rates, leads, need, period, int(96 / period)))
        assert true - 1e-9 <= found <= true + (len(rates) + 1) * period


@pytest.mark.parametrize("seed", SEEDS)
def test_a_bill_of_materials_flattened_by_hand_waits_the_same(seed: int) -> None:
    """Leads in whole periods, no capacity or stock inside the levels that go."""
    rng = np.random.default_rng([10, seed])
    rate, lead, need = float(rng.integers(5, 30)), rng.integers(0, 3, 3), float(rng.integers(5, 20))
    inner, outer = (float(qty) for qty in rng.integers(1, 4, 2))
    parts = {"process": "parts", "site": "yard", "item": "part", "max_rate": rate}
    levels = [
        {**parts, "lead_d": int(lead[0])},
        {"process": "join", "site": "yard", "item": "module", "lead_d": int(lead[1])},
        {"process": "make", "site": "yard", "item": "kit", "lead_d": int(lead[2])},
    ]
    flat = [levels[0], {**levels[2], "lead_d": int(lead[1] + lead[2])}]
    deep = [
        {"process": "join", "item": "part", "qty": inner},
        {"process": "make", "item": "module", "qty": outer},
    ]
    shallow = [{"process": "make", "item": "part", "qty": inner * outer}]
    days = [_waiting(levels, deep, need), _waiting(flat, shallow, need)]
    assert days[0] == pytest.approx(days[1], rel=1e-6)


def _waiting(processes: list[dict[str, Any]], recipe: list[dict[str, Any]], need: float) -> float:
    tables = fr.Tables.from_rows(
        {"name": "levels", "start": date(2030, 1, 1), "period_d": 1, "periods": 30, "tail": 0.0},
        {
            "items": [{"item": item} for item in ("part", "module", "kit")],
            "sites": [{"site": "yard"}],
            "processes": processes,
            "recipe": recipe,
            "recipients": [{"recipient": "k", "site": "yard"}],
            "needs": [{"need": "n", "recipient": "k", "item": "kit", "qty": need}],
        },
    )
    stages = fr.plan(tables, tests=False).table("stages")
    return float(stages.filter(pl.col("stage") == "L1.1")["value"][0])
