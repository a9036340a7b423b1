"""What a promise takes: known answers, monotone, and honest when nothing is enough."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

import fullrate as fr
from fullrate.planning import Promise, asked_of
from fullrate.planning.required import assumptions
from fullrate.report.require import as_text, sentence
from fullrate.studies import require
from fullrate.tables import Tables
from generator import Features
from properties.planned import drawn
from why.lines import in_a_row
from why.test_pegging import two_makers

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
START = date(2031, 1, 1)


def test_the_smallest_change_of_each_press_is_arithmetic() -> None:
    """60 kits by day 6 with a day on the road are ten a day in hand for five days: 50. Two a day more are needed."""
    study = require(two_makers(), need="order_e", by=START + timedelta(days=6))
    needed = {key: value for kind, key, value in study.table("changes").select("kind", "key", "needed").iter_rows()}
    assert needed["old"] == pytest.approx(8, abs=0.06)
    assert needed["new"] == pytest.approx(6, abs=0.04)
    assert needed["to_east"] == pytest.approx(0, abs=0.01), "without the road, six days of ten are enough"
    assert needed["to_west"] is None
    assert study.meta["single"] == 3
    assert not study.meta["possible"]


def test_a_day_later_nothing_is_needed() -> None:
    study = require(two_makers(), need="order_e", by=START + timedelta(days=7))
    assert study.meta["possible"]
    assert study.table("changes").is_empty()


def test_where_no_single_change_is_enough_a_joint_one_is_found() -> None:
    """Two presses in a row, each at half the rate that the date takes."""
    tables = in_a_row(150)
    study = require(tables, need="order", by=START + timedelta(days=10))
    assert study.meta["single"] == 0
    assert study.meta["joint"] == pytest.approx(0.5, abs=0.01)
    hopeless = require(tables, need="order", by=START + timedelta(days=1))
    assert hopeless.meta["joint"] is None


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 15))])
def test_a_possible_date_stays_possible_later_and_the_changed_scenario_makes_it(seed: int) -> None:
    tables = drawn(seed, Features(whole=False, coarse=False)).read()
    need = next(row["need"] for row in tables.rows("needs") if row["qty"] > 0)
    edges = [tables.config.period_d * t for t in range(1, tables.config.count + 1)]
    answers = [asked_of(tables, Promise(need, day)) is None for day in edges[:: max(1, len(edges) // 6)]]
    assert answers == sorted(answers), "once possible, possible ever after"
    late = [day for day, good in zip(edges[:: max(1, len(edges) // 6)], answers, strict=True) if not good]
    if late:
        study = require(tables, need=need, by=tables.config.start + timedelta(days=int(late[-1]) or 1))
        first = study.table("changes").drop_nulls("needed").head(1)
        known = {(one.kind, one.key): one for one in assumptions(tables)}
        for kind, key, value in first.select("kind", "key", "needed").iter_rows():
            changed = known[kind, key].at(tables, value)
            assert changed is not None
            assert asked_of(changed, Promise(need, int(late[-1]) or 1)) is None


def test_restrictions_are_no_assumption_to_change() -> None:
    tables = fr.read(EXAMPLES / "respirators-2020")
    assert all(cell.table != "restrictions" for one in assumptions(tables) for cell in one.cells)


@pytest.mark.parametrize(
    ("need", "by", "code"), [("oder_e", 6, "FR704"), ("order_e", -1, "FR705"), ("order_e", 99, "FR705")]
)
def test_a_promise_about_nothing_is_refused(need: str, by: int, code: str) -> None:
    with pytest.raises(fr.Refused) as refused:
        require(two_makers(), need=need, by=START + timedelta(days=by))
    assert refused.value.findings[0].code == code


def test_a_wrong_need_is_told_the_nearest_name() -> None:
    with pytest.raises(fr.Refused) as refused:
        require(two_makers(), need="oder_e", by=START + timedelta(days=6))
    assert refused.value.findings[0].nearest[0] == "order_e"


def test_what_has_not_arisen_can_be_promised_by_nobody() -> None:
    """A need that arises over twenty days is there by half after ten: half of it may be asked for, all of it not."""
    rows = {
        "items": [{"item": "kit"}],
        "sites": [{"site": "works"}],
        "recipients": [{"recipient": "town", "site": "works"}],
        "needs": [
            {"need": "order", "recipient": "town", "item": "kit", "qty": 40, "until": START + timedelta(days=20)}
        ],
        "processes": [{"process": "press", "site": "works", "item": "kit", "max_rate": 1}],
    }
    tables = Tables.from_rows({"name": "later", "start": START, "period_d": 1, "periods": 30}, rows)
    all_of_it = require(tables, need="order", by=START + timedelta(days=10))
    assert all_of_it.meta["arisen"] == pytest.approx(0.5)
    assert not all_of_it.meta["possible"]
    assert all_of_it.table("changes").is_empty()
    assert "Only 50 % of order has arisen by 2031-01-11" in sentence(tables, all_of_it)
    half = require(tables, need="order", by=START + timedelta(days=10), share=0.5)
    assert half.table("changes")["needed"][0] == pytest.approx(2, abs=0.02), "twenty in ten days, at one a day"


def test_a_joint_change_is_told_where_it_is_smaller_and_in_few_words() -> None:
    tables = two_makers()
    study = require(tables, need="order_e", by=START + timedelta(days=6))
    assert "start/d" in as_text(tables, study)
    assert "Or together" in as_text(tables, study)
    larger = replace(study, meta={**study.meta, "joint": 1.0})
    assert "Or together" not in as_text(tables, larger)
    many = pl.concat([study.table("together")] * 3)
    assert f"and {len(many) - 4} more" in as_text(tables, replace(study, tables={**study.tables, "together": many}))
