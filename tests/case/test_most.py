"""The most a process can start: a bound for all-or-nothing decisions, never below what a good plan starts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from fullrate.case import derive
from rules import cases, known
from rules.known import DIG, PRESS, Known, line, scene

GATE = {"gate": "licence"}
GATES = [{"gate": "licence", "duration_d": 0, "cost": 1}]
TO_TOWN = [{"recipient": "depot", "site": "town"}]
PLATE = [{"process": "press", "item": "plate", "qty": 1}]
ENOUGH = 5e3
"""Starts that no scenario here needs."""

# Each of these can have everything on the first day: a mean wait of half a day.
BY_NEED: dict[str, dict[str, list[dict[str, Any]]]] = {
    "a lot larger than the need": scene(3, {"min_lot": 5}),
    "a lot downstream": scene(3, None, gates=GATES, processes=[PRESS | {"min_lot": 50}, DIG | GATE], recipe=PLATE),
    "half is lost on the way": scene(
        10, GATE, gates=GATES, recipients=TO_TOWN, lanes=[{"lane": "road", "from": "works", "to": "town", "loss": 0.5}]
    ),
    "half of a part is lost on the way": scene(
        10,
        None,
        gates=GATES,
        processes=[PRESS, DIG | GATE | {"site": "town"}],
        recipe=PLATE,
        lanes=[{"lane": "road", "from": "town", "to": "works", "loss": 0.5}],
    ),
    "a shipment larger than the need": scene(
        3, None, recipients=TO_TOWN, lanes=[{"lane": "road", "from": "works", "to": "town", "min_ship": 50}]
    ),
    "half of a shipment is lost on the way": scene(
        10,
        None,
        recipients=TO_TOWN,
        lanes=[{"lane": "road", "from": "works", "to": "town", "fixed_cost": 1, "loss": 0.5}],
    ),
    "a shipment upstream of a lot": scene(
        3,
        None,
        processes=[PRESS | {"min_lot": 40}, DIG | {"site": "town", "min_lot": 2}],
        recipe=PLATE,
        lanes=[{"lane": "road", "from": "town", "to": "works", "min_ship": 30}],
    ),
    "a by-product is what is needed": scene(
        10,
        None,
        gates=GATES,
        processes=[DIG | GATE],
        recipe=[{"process": "dig", "item": "kit", "qty": 1, "role": "out"}],
    ),
}


@pytest.mark.parametrize("name", BY_NEED)
def test_a_bound_from_needs_costs_nothing(name: str) -> None:
    days, _ = known.first_stage(Known((), 0.5, 3, BY_NEED[name]).read())
    assert days == pytest.approx(0.5)


@pytest.mark.parametrize("seed", range(12))
def test_a_bound_from_capacity_costs_nothing(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    tables = cases.world_of((cases.paid, cases.lots) if seed % 2 else (cases.shipments,), seed).read()
    bounded, _ = known.first_stage(tables)
    monkeypatch.setattr(known, "derive", generous)
    assert bounded == pytest.approx(known.first_stage(tables)[0], rel=6e-3, abs=1e-6)


def generous(tables: Any, *, pruned: bool) -> Any:
    case = derive(tables, pruned=pruned)
    generous = {
        "most_starts": np.full_like(case.most_starts, ENOUGH),
        "most_load": np.full_like(case.most_load, ENOUGH),
    }
    return replace(case, **generous)


def test_by_rate_by_line_and_by_build() -> None:
    """Ten days of four; thirty hours at two a start, and five more from a build for each of ten days."""
    rate = Known((), 0, 10, scene(999, {"max_rate": 4})).read()
    assert derive(rate).most_starts.tolist() == [40]
    built = line(3, builds=[{"build": "second", "resource": "line", "add": 5, "lead_d": 9}])
    built["uses"] = [{"user": "press", "resource": "line", "qty": 2}]
    assert derive(Known((), 0, 10, scene(999, None, **built)).read()).most_starts.tolist() == [(30 + 50) / 2]


def test_by_need() -> None:
    """Twenty kits at a yield of a half, two plates for each, four plates a start."""
    processes = [PRESS | {"yield": 0.5}, DIG | {"out_qty": 4}]
    tables = Known((), 0, 10, scene(20, None, processes=processes, recipe=[PLATE[0] | {"qty": 2}])).read()
    press, dig = derive(tables).most_starts
    assert 40 <= press < 80
    assert 20 <= dig < 80
