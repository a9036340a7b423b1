"""Pegging against arithmetic, both ways; a supply late within its slack is no cause, one in a shared order is."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

import fullrate as fr
from fullrate.planning.pegging import hurts, sources, traced
from fullrate.report.why import as_text
from fullrate.tables import Tables
from generator import Features
from properties.planned import drawn

CONFIG = {"name": "pegs", "start": "2031-01-01", "period_d": 1, "periods": 20, "tail": 0}


def two_makers(**changes: Any) -> Tables:
    """Two presses make kits from plates at the works, a road brings them to two towns; 60 and 40 kits are needed."""
    tables: dict[str, list[dict[str, Any]]] = {
        "items": [{"item": "plate", "unit": "unit"}, {"item": "kit", "unit": "unit"}],
        "sites": [{"site": "works"}, {"site": "east"}, {"site": "west"}],
        "recipients": [
            {"recipient": "easterners", "site": "east", "class": 1},
            {"recipient": "westerners", "site": "west", "class": 2},
        ],
        "needs": [
            {"need": "order_e", "recipient": "easterners", "item": "kit", "qty": 60},
            {"need": "order_w", "recipient": "westerners", "item": "kit", "qty": 40},
        ],
        "stock": [{"site": "works", "item": "plate", "qty": 250}],
        "processes": [
            {"process": "old", "site": "works", "item": "kit", "max_rate": 6},
            {"process": "new", "site": "works", "item": "kit", "max_rate": 4, "lead_d": changes.get("new_lead", 0)},
        ],
        "recipe": [{"process": "old", "item": "plate", "qty": 2}, {"process": "new", "item": "plate", "qty": 2}],
        "lanes": [
            {"lane": "to_east", "from": "works", "to": "east", "item": "kit", "lead_d": 1},
            {"lane": "to_west", "from": "works", "to": "west", "item": "kit", "lead_d": changes.get("west_lead", 1)},
        ],
    }
    return Tables.from_rows(CONFIG, tables)


def total(table: pl.DataFrame, **where: str) -> float:
    for column, value in where.items():
        table = table.filter(pl.col(column) == value)
    return float(table["quantity"].sum())


def test_a_need_comes_from_both_presses_in_proportion() -> None:
    tables = two_makers()
    plan = fr.plan(tables, tests=False)
    found = sources(traced(tables, plan), need="order_e")
    # ten a day, the easterners first: days 1 to 6, six of ten from the old press
    assert total(found, kind="make", key="old") == pytest.approx(36)
    assert total(found, kind="make", key="new") == pytest.approx(24)
    assert total(found, kind="stock") == pytest.approx(120)
    assert total(found, kind="ship", key="to_east|kit") == pytest.approx(60)
    assert total(found, kind="ship", key="to_west|kit") == 0


def test_a_press_ends_up_with_whom_it_serves() -> None:
    tables = two_makers()
    plan = fr.plan(tables, tests=False)
    east, west = (
        hurts(traced(tables, plan), kind="make", key="old"),
        hurts(traced(tables, plan), kind="ship", key="to_west"),
    )
    assert total(east, need="order_e") == pytest.approx(36)
    assert total(east, need="order_w") == pytest.approx(24)
    assert set(west["recipient"]) == {"westerners"}
    assert total(west, need="order_w") == pytest.approx(40)


@pytest.mark.parametrize("seed", range(40))
def test_everything_delivered_has_a_source_and_nothing_is_traced_twice(seed: int) -> None:
    """Traced back, no step carries more than the plan has it do; need by need the traces add up to the whole."""
    scenario = drawn(seed, Features(coarse=False))
    tables = scenario.read()
    plan = fr.plan(tables, tests=False)
    parts = [sources(traced(tables, plan), need=row["need"]) for row in tables.rows("needs")]
    whole = sources(traced(tables, plan))
    summed = pl.concat(parts).group_by("kind", "key", "period").agg(pl.col("quantity").sum())
    both = summed.join(whole, on=["kind", "key", "period"], how="full", suffix="_whole")
    assert np.allclose(both["quantity"].fill_null(0), both["quantity_whole"].fill_null(0), atol=1e-5, rtol=1e-5)
    for kind in ("make", "ship"):
        done = plan.table("flows").filter(pl.col("kind") == kind)
        name = pl.col("key") if kind == "make" else pl.col("key") + "|" + pl.col("item")
        done = done.with_columns(key=name).select("key", "period", "value")
        joined = whole.filter(pl.col("kind") == kind).join(done, on=["key", "period"], how="left")
        assert (joined["quantity"] <= joined["value"].fill_null(0) * (1 + 1e-6) + 1e-6).all()
    delivered = plan.table("flows").filter(pl.col("kind") == "deliver")["value"].sum()
    if delivered > 1:
        assert len(whole)


@pytest.mark.parametrize("seed", range(12))
def test_back_and_ahead_agree_on_who_rests_on_whom(seed: int) -> None:
    """A process is a source of a need just when that need rests on it."""
    tables = drawn(seed, Features(coarse=False)).read()
    plan = fr.plan(tables, tests=False)
    needs = [row["need"] for row in tables.rows("needs")]
    by_need = {
        need: set(sources(traced(tables, plan), need=need).filter(pl.col("kind") == "make")["key"]) for need in needs
    }
    for row in tables.rows("processes"):
        ahead = set(
            hurts(traced(tables, plan), kind="make", key=row["process"]).filter(pl.col("quantity") > 1e-6)["need"]
        )
        behind = {need for need, keys in by_need.items() if row["process"] in keys}
        assert ahead == behind


def test_lateness_within_its_slack_is_no_cause() -> None:
    """The new press is three days slower than the old, which is what counts; the road west has days to spare.

    Westerners are served last. A slower road for easterners is a cause, a supply that waits anyway is not.
    """
    tables = Tables.from_rows(
        CONFIG,
        {
            "items": [{"item": name, "unit": "unit"} for name in ("frame", "motor", "cart")],
            "sites": [{"site": "works"}, {"site": "frames"}, {"site": "motors"}],
            "recipients": [{"recipient": "town", "site": "works"}],
            "needs": [{"need": "order", "recipient": "town", "item": "cart", "qty": 30}],
            "stock": [{"site": "frames", "item": "frame", "qty": 30}, {"site": "motors", "item": "motor", "qty": 30}],
            "processes": [{"process": "join", "site": "works", "item": "cart"}],
            "recipe": [{"process": "join", "item": "frame", "qty": 1}, {"process": "join", "item": "motor", "qty": 1}],
            "lanes": [
                {"lane": "of_frames", "from": "frames", "to": "works", "item": "frame", "lead_d": 9},
                {"lane": "of_motors", "from": "motors", "to": "works", "item": "motor", "lead_d": 4},
            ],
        },
    )
    plan = fr.plan(tables, tests=False)
    binds = fr.why(tables, plan).table("binds")
    assert binds["key"].to_list() == ["of_frames"], "motors are five days early: three days late would hurt nobody"
    assert total(sources(traced(tables, plan)), kind="ship", key="of_motors|motor") == pytest.approx(30), (
        "and yet they are used"
    )


def test_a_supply_outside_the_chain_that_delays_it_through_a_shared_order() -> None:
    """Bolts come with washers in one order; the washers, which nobody here needs, hold the order up."""
    tables = Tables.from_rows(
        CONFIG,
        {
            "items": [{"item": name, "unit": "unit"} for name in ("wire", "sheet", "washer", "bolt")],
            "sites": [{"site": "yard"}, {"site": "mill"}],
            "recipients": [{"recipient": "town", "site": "yard"}],
            "needs": [{"need": "order", "recipient": "town", "item": "bolt", "qty": 20}],
            "stock": [{"site": "yard", "item": "wire", "qty": 20}, {"site": "mill", "item": "sheet", "qty": 20}],
            "processes": [{"process": "joint_order", "site": "yard", "item": "washer"}],
            "recipe": [
                {"process": "joint_order", "item": "wire", "qty": 1},
                {"process": "joint_order", "item": "sheet", "qty": 1},
                {"process": "joint_order", "item": "bolt", "qty": 1, "role": "out"},
            ],
            "lanes": [{"lane": "of_sheet", "from": "mill", "to": "yard", "item": "sheet", "lead_d": 6}],
        },
    )
    plan = fr.plan(tables, tests=False)
    assert fr.why(tables, plan).table("binds")["key"].to_list() == ["of_sheet"]
    # half of what an order brings are washers, so half of its sheet is pegged to the bolts
    assert total(sources(traced(tables, plan), need="order"), kind="ship", key="of_sheet|sheet") == pytest.approx(10)


def test_a_lane_for_anything_counts_with_what_it_carries_of_the_item() -> None:
    """One road brings kits to one town and pens to the other; another road for anything brings no kits at all."""
    rows: dict[str, list[dict[str, Any]]] = {
        "items": [{"item": "kit"}, {"item": "pen"}],
        "sites": [{"site": name} for name in ("works", "east", "west")],
        "recipients": [{"recipient": name, "site": name} for name in ("east", "west")],
        "needs": [
            {"need": "kits", "recipient": "east", "item": "kit", "qty": 20},
            {"need": "pens_east", "recipient": "east", "item": "pen", "qty": 20},
            {"need": "pens_west", "recipient": "west", "item": "pen", "qty": 20},
        ],
        "processes": [
            {"process": f"make_{item}", "site": "works", "item": item, "max_rate": 5} for item in ("kit", "pen")
        ],
        "lanes": [{"lane": f"to_{to}", "from": "works", "to": to, "lead_d": 1} for to in ("east", "west")],
    }
    tables = Tables.from_rows({"name": "roads", "start": "2031-01-01", "period_d": 1, "periods": 20}, rows)
    plan = fr.plan(tables, tests=False)
    table = fr.why(tables, plan, item="kit", rungs=1).table("hurts")
    assert set(table.select("kind", "key", "need").iter_rows()) == {
        ("make", "make_kit", "kits"),
        ("ship", "to_east", "kits"),
    }
    assert table["quantity"].to_list() == pytest.approx([20, 20])
    text = as_text(tables, plan, fr.why(tables, plan, recipient="east", rungs=1))
    assert "to east with kit" in text
    assert "to east with pen" in text
