"""Beside what was named: the same days for its whole region and owner, by arithmetic."""

from __future__ import annotations

from typing import Any

import pytest

from fullrate.api import stress
from fullrate.report.neighbours import note, rows
from fullrate.report.stress import as_text
from fullrate.results import Study
from stress.scenes import START, planned


def asked(*cuts: str, **more: Any) -> Study:
    """Named cuts of fifteen days from the start, where ten a day are needed and what is late is lost."""
    tables, base = planned()
    return stress(tables, base, cuts=cuts, first=START, days=15, **more)


def test_a_region_holds_more_than_the_one_site() -> None:
    """Without the small source nothing is late for 10 days of stock, 6 a day then; its region stops the works, too."""
    study = asked("site:small")
    (row,) = study.table("neighbours").iter_rows(named=True)
    assert (row["case"], row["name"], row["wider"], row["sites"]) == (1, "site:small", "region:home", 2)
    assert study.table("cuts")["late_units"].to_list() == [pytest.approx(0)]
    assert row["late_units"] == pytest.approx(150)
    assert (row["from"], (row["to"] - row["from"]).days) == (START, 15)


@pytest.mark.parametrize("text", ["site:big", "resource:mould", "lane:sea"])
def test_where_a_thing_stands_says_what_it_may_be_lost_with(text: str) -> None:
    """A gap of 6 a day, 60 in stock: 15 days lose 30, for the region and the owner of the one site alike."""
    table = asked(text).table("neighbours")
    assert table["wider"].to_list() == ["region:abroad", "owner:acme"]
    assert table["late_units"].to_list() == [pytest.approx(30), pytest.approx(30)]


def test_an_item_is_lost_wherever_the_plan_makes_it() -> None:
    assert asked("item:part").table("neighbours")["wider"].to_list() == ["region:abroad", "region:home", "owner:acme"]


def test_as_much_is_left_of_the_region() -> None:
    """Half of ten and four is short by three a day: 15 days take 45 of the 60 in stock, and nothing is late."""
    table = asked("site:big", left=0.5).table("neighbours")
    assert table["late_units"].to_list() == [pytest.approx(0), pytest.approx(0)]


def test_what_is_a_case_by_itself_is_not_told_twice() -> None:
    assert "neighbours" not in asked("region:home", "corridor:strait", "owner:acme").tables
    assert asked("site:big", "region:abroad").table("neighbours")["wider"].to_list() == ["owner:acme"]
    assert "neighbours" not in asked("site:big", every_one=True).tables


def test_a_region_that_was_only_estimated_is_told_beside_what_was_named() -> None:
    study = asked("site:big", every_one=True, exact=1)
    assert "region:abroad" not in study.table("cuts")["name"].to_list()
    assert "region:abroad" in study.table("neighbours")["wider"].to_list()


def test_the_answer_shows_them_beside_the_cut() -> None:
    tables, _ = planned()
    study = asked("site:small")
    head, (cells,) = rows(tables, study)
    assert head[:3] == ["instead of", "all of", "sites"]
    assert cells[:3] == ["site:small", "region:home", "2"]
    assert cells[-1] == "150"
    said = as_text(tables, study)
    assert said.startswith("If every number in “two sources” holds, cutting off small")
    assert note(study) in said.replace("\n", " ")


def test_an_answer_of_before_there_were_any_is_told_as_it_was() -> None:
    tables, _ = planned()
    study = asked("region:home")
    assert rows(tables, study)[1] == []
