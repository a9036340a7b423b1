"""Columns that are never written: none that matters, and nearly all that do not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fullrate.case import Case, derive
from fullrate.tables import Tables
from rules import cases
from rules.known import answered

Row = dict[str, Any]
SAME, GAP = 1e-6, 6e-3
"""Relative tolerance of linear programs, and of integer ones that stop at a gap."""


def chain(
    rail: Row | None = None, road: Row | None = None, more: dict[str, list[Row]] | None = None, **config: object
) -> Case:
    """A mine two days from its plates, a day by rail, a day in the press, a day by road, over ten days.

    ``rail`` and ``road`` change the lanes, ``more`` replaces tables.
    """
    rows = {
        "items": [{"item": "kit"}, {"item": "plate"}, {"item": "scrap"}],
        "sites": [{"site": "mine"}, {"site": "works"}, {"site": "town"}],
        "processes": [
            {"process": "dig", "site": "mine", "item": "plate", "lead_d": 2},
            {"process": "press", "site": "works", "item": "kit", "lead_d": 1},
            {"process": "idle", "site": "town", "item": "scrap"},
        ],
        "recipe": [{"process": "press", "item": "plate", "qty": 1}],
        "lanes": [
            {"lane": "rail", "from": "mine", "to": "works", "item": "plate", "lead_d": 1, **(rail or {})},
            {"lane": "road", "from": "works", "to": "town", "item": "kit", "lead_d": 1, **(road or {})},
        ],
        "resources": [{"resource": "line", "capacity": 1}],
        "uses": [{"user": "press", "resource": "line", "qty": 1}],
        "builds": [{"build": "second", "resource": "line", "add": 1, "lead_d": 2}],
        "recipients": [{"recipient": "depot", "site": "town"}],
        "needs": [{"need": "order", "recipient": "depot", "item": "kit", "qty": 9}],
    }
    rows |= {name: config.pop(name) for name in list(config) if name in rows or name == "pools"}  # type: ignore[misc]
    settings = {"name": "chain", "currency": "EUR", "start": "2030-01-07", "period_d": 1, "periods": 10}
    return derive(Tables.from_rows(settings | config, rows | (more or {})))


def spans(case: Case, activity: str, axis: str) -> dict[str, tuple[int, int]]:
    """First and last day of each element, counted from 1; elements without any left out."""
    first, count = case.windows[activity]
    labels = case.axes[axis].labels
    return {label: (int(f) + 1, int(f + c)) for label, f, c in zip(labels, first, count, strict=True) if c}


class TestAChain:
    """Plates are there on day 3, at the works on 4, kits on 5, in town on 6."""

    def test_starts(self) -> None:
        assert spans(chain(), "make", "process") == {"dig": (1, 5), "press": (4, 8)}

    def test_shipments_and_deliveries(self) -> None:
        assert spans(chain(), "ship", "shipment") == {"rail|plate": (3, 7), "road|kit": (5, 9)}
        assert spans(chain(), "deliver", "delivery") == {"order|kit": (6, 10)}

    def test_stock_is_kept_where_it_is_made_until_it_is_of_no_use(self) -> None:
        assert spans(chain(), "hold", "point") == {"mine|plate": (3, 6), "works|kit": (5, 8)}

    @pytest.mark.parametrize(
        "change",
        [
            {"rail": {"capacity": 3}},
            {"rail": {"loss": 0.1}, "more": {"items": [{"item": "plate", "hold_cost": 1}, {"item": "kit"}]}},
            {"more": {"stock": [{"site": "works", "item": "plate", "qty": 1}]}},
            {"more": {"stock": [{"site": "mine", "item": "plate", "max": 5}]}},
            {"rail": {"unit_cost": 1, "fund": "grant"}, "more": {"funds": [{"fund": "grant", "carry": False}]}},
            {"lead_rounding": "kernel"},
            {"calendar": [[8, 1], [1, 2]]},
        ],
        ids=[
            "limited lane",
            "dear and lossy",
            "stock there",
            "no room before",
            "money that lapses",
            "smeared",
            "uneven",
        ],
    )
    def test_stock_is_kept_where_it_arrives_when_it_could_not_wait(self, change: dict[str, Any]) -> None:
        if "items" in (more := change.get("more", {})):
            more["items"].append({"item": "scrap"})
        assert "works|plate" in spans(chain(**change), "hold", "point")

    def test_stock_waits_for_a_need_but_not_beside_one(self) -> None:
        need = {"need": "order", "recipient": "depot", "item": "kit", "qty": 9}
        for one, last in (({"from": "2030-01-14"}, 7), ({"until": "2030-01-15"}, 7), ({"late": "lost"}, 9)):
            narrow = chain(road={"capacity": 3}, more={"needs": [{**need, **one}]})
            assert spans(narrow, "hold", "point")["town|kit"] == (6, last)
        assert "town|kit" not in spans(chain(road={"capacity": 3}), "hold", "point")

    def test_nothing_is_wasted_that_nobody_had_to_make(self) -> None:
        assert spans(chain(), "waste", "point") == {}

    def test_a_build_is_ready_while_it_is_of_use(self) -> None:
        assert spans(chain(), "build", "build") == {"second": (1, 6)}

    def test_people_are_hired_while_they_are_of_use(self) -> None:
        pool = {"pool": "crew", "heads": 1, "hire_max": 1, "train_d": 2}
        for share, last in ((0, 6), (0.5, 8)):
            case = chain(
                pools=[pool | {"train_eff": share}], resources=[{"resource": "line", "capacity": 1, "pool": "crew"}]
            )
            assert spans(case, "hire", "pool") == {"crew": (1, last)}

    def test_a_horizon_that_is_too_short(self) -> None:
        assert spans(chain(periods=5), "make", "process") == {}
        assert spans(chain(periods=6), "make", "process") == {"dig": (1, 1), "press": (4, 4)}


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("feature", cases.FEATURES, ids=lambda feature: feature.__name__)
def test_what_is_left_out_changes_no_answer(feature: cases.Feature, seed: int) -> None:
    tables = cases.world_of((feature,), seed, others=0.3).read()
    _, few, _ = answered(derive(tables))
    _, many, every = answered(derive(tables, pruned=False))
    whole = any(block.integer.any() for block in every.blocks.values())
    assert few.objective == pytest.approx(many.objective, rel=GAP if whole else SAME, abs=SAME)
    kept = tables.frames["previous"].height > 0  # an order of the plan in force may be kept though it is of no use
    assert len(few.x) == len(many.x) if kept else len(few.x) < len(many.x)


def test_whole_windows_are_whole() -> None:
    case = derive(cases.world_of(cases.FEATURES, 0).read(), pruned=False)
    lanes = case.tables["lanes"]
    there = {
        "use": case.recipes.chosen,
        "dispatch": (lanes.min_ship > 0) | (lanes.fixed_cost > 0),
        "receive": np.isfinite(case.tables["items"].shelf_life_d[case.points.item]),
        "test": case.gates.decided,
        "risk": case.risk.offered,
    }
    for activity, (first, count) in case.windows.items():
        assert not first.any()
        whole = np.full(len(count), case.calendar.periods)
        exist = there.get(activity, np.ones(len(count), bool))
        assert np.array_equal(count, np.where(exist, whole, 0))
