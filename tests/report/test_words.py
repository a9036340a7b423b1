"""The sentence says the dates of the plan, what binds, and how sure the calendar is; it promises nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fullrate.report import words
from fullrate.report.names import Names
from fullrate.report.numbers import percent, quantity
from report.scenes import golden, golden_with, scene

START = date(2026, 1, 5)


def end_of(week: int) -> str:
    return str(START + timedelta(days=7 * week))


def test_golden_says_its_known_dates() -> None:
    """Golden: all in period 16; 80 % not before period 14, and in 15 at the latest in a plan of shortest mean wait."""
    tables, plan = golden()
    said = words.answer(tables, plan)
    weeks = dict(plan.table("dates").filter(pl.col("need") == "").select("coverage", "period").iter_rows())
    assert weeks[0.8] in (14, 15)
    assert f"80 % covered by {end_of(weeks[0.8])} and fully by {end_of(16)}" in said
    assert said.startswith("If every number in “Water pumps for two towns” holds,")
    assert "the capacity of mould line at foundry" in said
    assert "rounding times up to whole weeks costs nothing here" in said


@pytest.mark.parametrize("case", [golden, scene, lambda: golden_with("scenario:periods=12")])
def test_it_is_one_sentence_that_promises_nothing(case: object) -> None:
    tables, plan = case()  # type: ignore[operator]
    said = words.answer(tables, plan)
    assert said.endswith(".")
    assert "\n" not in said
    assert not {"optimal", "guaranteed", "AI", "guarantee"} & set(said.replace(",", " ").split())


def test_the_day_of_knowledge_is_said() -> None:
    tables, plan = scene()
    assert "as known on 2026-01-01" in words.answer(tables, plan)
    assert "as known on" not in words.answer(*golden())


def test_several_classes_are_told_apart() -> None:
    tables, plan = scene()
    by_class = {
        (cls, level): day
        for cls, level, day in plan.table("dates")
        .filter(pl.col("need") == "")
        .select("class", "coverage", "date")
        .iter_rows()
    }
    first, all_of_them = by_class[1, 1.0], max(by_class[1, 1.0], by_class[2, 1.0])
    said = words.covered(tables, plan)
    assert f"class 1 is 80 % covered by {by_class[1, 0.8]} and fully by {first}" in said
    assert (
        f"all 2 classes are 80 % covered by {max(by_class[1, 0.8], by_class[2, 0.8])} and fully by {all_of_them}"
        in said
    )


def test_later_than_the_horizon_is_said_with_what_there_is_by_then() -> None:
    tables, plan = golden_with("scenario:periods=12")
    share = plan.table("coverage")["covered"].max()
    assert isinstance(share, float)
    assert 0.5 < share < 0.8, "the case must end between 50 and 80 %"
    said = words.covered(tables, plan)
    assert "not 80 % covered before the plan ends" in said
    assert f"after the plan ends on {end_of(12)} ({share:.0%} by then)".replace("%", " %") in said


def test_what_is_lost_is_never_promised_later() -> None:
    tables, plan = golden_with("needs:hilltown_pumps.late=lost", "needs:seatown_pumps.late=lost")
    assert "never fully (0 % in the end, the rest is lost)" in words.covered(tables, plan)


def test_a_preview_and_a_time_limit_are_marked() -> None:
    tables, plan = golden()
    preview = replace(plan, meta={**plan.meta, "preview": True})
    assert words.answer(tables, preview).startswith("Preview on a coarse calendar: if every number")
    stopped = replace(plan, status="time limit")
    assert words.answer(tables, stopped).startswith("Best plan found within the time limit: if every number")


def test_a_search_cut_short_says_which_class_was_left_and_what_it_cannot_beat() -> None:
    tables, plan = golden()
    stopped = {"class": 1, "wait_d": 300.0, "least_d": 21.0, "found": False}
    cut = replace(plan, status="time limit", meta={**plan.meta, "stopped": stopped})
    said = words.answer(tables, cut)
    assert said.startswith("No plan for “Water pumps for two towns” was found within the time limit")
    assert "class 1 waits 300 days on average so far and cannot wait less than 21 days" in said
    assert "covered by" not in said, "a plan that was never made has no dates"
    found = replace(cut, meta={**plan.meta, "stopped": {**stopped, "found": True}})
    assert "80 % covered by" in words.answer(tables, found)
    assert "cannot wait less than 21 days" in words.answer(tables, found)


def test_nothing_binds_is_not_the_same_as_not_computed() -> None:
    tables, plan = golden()
    none = {**plan.tables, "binding": plan.table("binding").head(0)}
    assert "only lead times and gates" in words.binds(tables, replace(plan, tables=none))
    unknown = {**none, "duals": plan.table("duals").head(0)}
    assert words.binds(tables, replace(plan, tables=unknown)) == "which limit binds was not computed"


@pytest.mark.parametrize(
    ("days", "said"), [(0.0, "costs nothing here"), (0.3, "at most less than a day"), (13.6, "14 days too long")]
)
def test_the_error_of_the_calendar(days: float, said: str) -> None:
    tables, plan = golden()
    meta = {**plan.meta, "discretisation": {"late_d": 70.0, "early_d": 70.0 - days, "days": days}}
    text = words.rounding(tables, replace(plan, meta=meta))
    assert said.replace("at most less", "less") in text.replace("at most less", "less")
    assert words.rounding(tables, replace(plan, meta={**plan.meta, "discretisation": {}})) == ""


def test_the_date_that_rounding_moves_most_is_said() -> None:
    tables, plan = golden()
    dates = [
        {"coverage": 0.8, "late_d": 70.0, "early_d": 63.0},
        {"coverage": 1.0, "late_d": 91.0, "early_d": 70.0},
        {"coverage": 1.0, "late_d": None, "early_d": 7.0},
    ]
    error = {"late_d": 70.0, "early_d": 60.0, "days": 10.0, "dates": dates}
    said = words.rounding(tables, replace(plan, meta={**plan.meta, "discretisation": error}))
    assert said.endswith("at most 10 days too long and the date of full coverage at most 21 days too late")
    same = [{"coverage": 1.0, "late_d": 70.0, "early_d": 70.0}]
    said = words.rounding(tables, replace(plan, meta={**plan.meta, "discretisation": {**error, "dates": same}}))
    assert said.endswith("at most 10 days too long")


def test_every_limit_has_words() -> None:
    tables, plan = golden()
    names = Names.of(tables)
    said = [words.limit(names, plan, row) for row in plan.table("binding").iter_rows(named=True)]
    assert said[0] == f"the capacity of mould line at foundry ({START} to {end_of(5)})"
    assert any("the lane from foundry to workshop for Pump casing" in one for one in said)
    assert names.limit("hold_room", "workshop|casing") == "the room for Pump casing at workshop"


@given(st.floats(0, 1))
def test_per_cents_do_not_round_to_all_or_nothing(share: float) -> None:
    said = percent(share)
    assert (said == "100 %") <= (share >= 1 - 1e-9)
    assert (said == "0 %") <= (share <= 1e-9)


@given(st.floats(1e-2, 1e12))
def test_quantities_keep_three_digits(value: float) -> None:
    number, _, word = quantity(value).partition(" ")
    back = float(number.replace(",", "")) * {"": 1, "million": 1e6, "billion": 1e9, "trillion": 1e12}[word]
    assert back == pytest.approx(value, rel=5.1e-3)
    assert len(number.replace(",", "").replace(".", "").strip("0")) <= 3
