"""Stages of wishes: there only where they are wished for, in their order; and planning after a previous plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import fullrate as fr
from fullrate import planning
from fullrate.tables import Cell, Tables

GOLDEN = Path(__file__).resolve().parents[2] / "examples" / "golden"
START = "2030-01-01"


def scene(**more: Any) -> dict[str, list[dict[str, Any]]]:
    """A line of a hundred hours that a hospital wants thirty of; ten hours a kit, forty kits wanted."""
    return {
        "items": [{"item": "kit"}],
        "sites": [{"site": "works"}],
        "processes": [{"process": "press", "site": "works", "item": "kit", "unit_cost": 1}],
        "recipients": [{"recipient": "depot", "site": "works"}],
        "needs": [{"need": "order", "recipient": "depot", "item": "kit", "qty": 40}],
        "resources": [{"resource": "line", "capacity": 100}],
        "uses": [{"user": "press", "resource": "line", "qty": 10}],
        "rivals": [{"rival": "hospital", "kind": "resource", "target": "line", "qty": 30, "protected": 0.5}],
        "stock": [{"site": "works", "item": "kit", "safety": 5}],
        **more,
    }


def read(rows: dict[str, list[dict[str, Any]]], **settings: Any) -> Tables:
    config = {"name": "wishes", "currency": "EUR", "start": START, "period_d": 1, "periods": 12, "tail": 0}
    return Tables.from_rows(config | settings, rows)


def stages(plan: fr.Plan) -> list[str]:
    return plan.table("stages")["stage"].to_list()


def value(plan: fr.Plan, name: str) -> float:
    return float(plan.table("stages").filter(pl.col("stage") == name)["value"].item())


@pytest.mark.parametrize(
    ("chosen", "wanted"),
    [
        (["time"], ["L0a", "L1.1", "rivals"]),
        (["time", "cost"], ["L0a", "L1.1", "safety", "L3", "rivals"]),
        (["time", "tidy"], ["L0a", "L1.1", "safety", "rivals", "L4"]),
        (["time", "cost", "tidy"], ["L0a", "L1.1", "safety", "L3", "rivals", "L4"]),
    ],
)
def test_stages_of_wishes_and_the_setting(chosen: list[str], wanted: list[str]) -> None:
    assert stages(fr.plan(read(scene(), stages=chosen), tests=False)) == wanted


def test_without_wishes_there_is_no_such_stage() -> None:
    plan = fr.plan(GOLDEN, tests=False)
    assert {name.partition(".")[0] for name in stages(plan)} <= {"L1", "L2", "L3", "L4"}
    assert plan.table("displaced").is_empty()


def test_a_later_stage_takes_nothing_from_an_earlier_one() -> None:
    """Eight and a half kits a day; the safety stock is made although it costs, and displaces the hospital a while."""
    tables = read(scene())
    plan = fr.plan(tables, tests=False)
    missed = dict(plan.table("states").filter(kind="miss").select("key", "value").iter_rows())
    for name, rank in (("L0a", "floor"), ("safety", "safety"), ("rivals", "rivals")):
        assert missed.get(rank, 0.0) == pytest.approx(value(plan, name), abs=1e-5)
    assert value(plan, "L1.1") == pytest.approx((8.5 * (0.5 + 1.5 + 2.5 + 3.5) + 6 * 4.5) / 40)
    assert fr.audit(tables, plan).passed
    table = plan.table("displaced").group_by("rival").agg(pl.col("wanted", "kept", "displaced").sum())
    _, wanted, kept, displaced = table.row(0)
    assert wanted == pytest.approx(360)
    assert kept + displaced == pytest.approx(wanted)
    assert value(plan, "rivals") == pytest.approx(displaced / 30)


def test_earliest_dates_keep_the_floors() -> None:
    dates = fr.plan(read(scene()), tests=False).table("dates").filter(need="", coverage=1.0)
    assert dates["earliest_period"].item() == 5
    free = fr.plan(read(scene(rivals=[])), tests=False).table("dates").filter(need="", coverage=1.0)
    assert free["earliest_period"].item() == 4


def test_pruned_and_unpruned_agree_on_all_wishes() -> None:
    """Goods are made for a rival and for a safety stock after the last delivery, and a line is built for a rival."""
    rows = scene(
        builds=[{"build": "annex", "resource": "line", "add": 50, "lead_d": 3, "capex": 1}],
        rivals=[
            {"rival": "hospital", "kind": "resource", "target": "line", "qty": 130},
            {"rival": "town", "kind": "item", "target": "kit@works", "qty": 2, "from": "2030-01-08"},
        ],
    )
    tables = read(rows)
    both = [fr.plan(tables, tests=False, pruned=pruned) for pruned in (True, False)]
    for name in stages(both[0]):
        assert value(both[0], name) == pytest.approx(value(both[1], name), rel=5e-3, abs=1e-5)
    assert all(fr.audit(tables, plan).passed for plan in both)


# --- after a previous plan ----------------------------------------------------------------------


def test_the_same_scenario_again_changes_nothing() -> None:
    tables = fr.read(GOLDEN)
    first = fr.plan(tables, tests=False)
    again = fr.plan(tables, previous=first, tests=False)
    assert again.meta["changes"]["changed"] == 0
    assert "calm" in stages(again)
    assert value(again, "L1.1") == pytest.approx(value(first, "L1.1"), rel=1e-6)


def test_frozen_orders_stay_and_the_rest_moves() -> None:
    tables = fr.read(GOLDEN)
    first = fr.plan(tables, tests=False)
    until = first.date(first.edges[6])
    changed = replace(tables, config=replace(tables.config, freeze_until=until))
    changed = changed.replace(Cell("needs", tables.keys("needs")[0], "qty"), "70")
    plan = fr.plan(changed, previous=first, tests=False)
    changes = plan.meta["changes"]
    assert changes["frozen_periods"] == 6
    assert changes["frozen_changed"] == 0
    assert changes["changed"] > 0
    assert sum(changes["by_period"]) == changes["changed"]
    assert fr.audit(planning.after(changed, first), plan).passed
    free = fr.plan(changed.replace(Cell("scenario", "", "freeze_until"), ""), tests=False)
    assert value(plan, "L1.1") >= value(free, "L1.1") - 1e-6


def test_a_plan_that_begins_later_matches_its_days() -> None:
    tables = fr.read(GOLDEN)
    first = fr.plan(tables, tests=False)
    later = replace(tables, config=replace(tables.config, start=tables.config.start + timedelta(days=14)))
    previous = planning.after(later, first).frames["previous"]
    made = first.table("flows").filter(kind="make", period=3).sort("key")
    now = previous.filter((pl.col("kind") == "make") & (pl.col("from_d") == 0)).sort("key")
    assert now.select("key", "qty").rows() == made.select("key", "value").rows()
    assert previous["to_d"].min() == 7


def test_orders_of_what_is_gone_are_left_out() -> None:
    tables = fr.read(GOLDEN)
    first = fr.plan(tables, tests=False)
    gone = replace(tables, frames={**tables.frames, "builds": tables.frames["builds"].clear()})
    gone = replace(gone, written={**tables.written, "builds": tables.written["builds"].clear()})
    assert "build" in planning.after(tables, first).frames["previous"]["kind"].to_list()
    assert "build" not in planning.after(gone, first).frames["previous"]["kind"].to_list()


def test_no_previous_plan_and_another_calendar_are_refused() -> None:
    tables = fr.read(GOLDEN)
    frozen = replace(tables, config=replace(tables.config, freeze_until=tables.config.start + timedelta(days=14)))
    with pytest.raises(fr.Refused) as refused:
        fr.plan(frozen, tests=False)
    assert [finding.code for finding in refused.value.findings] == ["FR333"]
    first = fr.plan(tables, tests=False)
    daily = replace(tables, config=replace(tables.config, period_d=3.0, periods=70))
    with pytest.raises(fr.Refused) as refused:
        fr.plan(daily, previous=first, tests=False)
    assert [finding.code for finding in refused.value.findings] == ["FR334"]


PRACTICE = {"progress": 0.8, "prior": 5}


@pytest.mark.parametrize("protected", [0.0, 0.5, 1.0])
def test_learning_keeps_the_floor(protected: float) -> None:
    """Two processes that learn share the line with the hospital, whose floor comes before all experience."""
    rows = scene(
        processes=[
            {"process": "press", "site": "works", "item": "kit"} | PRACTICE,
            {"process": "weld", "site": "works", "item": "kit"} | PRACTICE,
        ],
        uses=[{"user": user, "resource": "line", "qty": 10} for user in ("press", "weld")],
    )
    rows["rivals"][0]["protected"] = protected
    plan = fr.plan(read(rows), tests=True)
    assert fr.audit(read(rows), plan).passed
    assert plan.meta["learning"]["rounds"] >= 1
    kept = [amount for _, amount in sorted(plan["keep"].items())]
    assert min(kept, default=0.0) >= 30 * protected - 1e-6
    assert len(kept) == 12 or not protected


def test_remedies_take_nothing_from_a_floor() -> None:
    """Of a hundred hours thirty are protected, so forty kits take six days; ten hours more make it five."""
    rows = scene(rivals=[{"rival": "hospital", "kind": "resource", "target": "line", "qty": 30}], stock=[])
    tables = read(rows)
    assert planning.asked_of(tables, planning.Promise("order", 6.0)) is None
    assert planning.asked_of(tables, planning.Promise("order", 5.0)) is not None
    wider = tables.replace(Cell("resources", "line", "capacity"), "110")
    assert planning.asked_of(wider, planning.Promise("order", 5.0)) is None
    ladder = planning.climb(tables, planning.asked(tables), set(), rungs=1)
    assert ladder.wait_d == pytest.approx(value(fr.plan(tables, tests=False), "L1.1"), rel=1e-5)
