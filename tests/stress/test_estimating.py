"""Many cuts: a few are solved exactly, chosen by estimates, which stand by themselves and are called so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from e2e.commandline import fullrate
from fullrate.api import stress
from fullrate.planning import plan
from fullrate.report.estimates import left, notes, rows
from fullrate.report.stress import as_text
from fullrate.results import Study
from fullrate.studies.stress import estimating
from fullrate.studies.stress.cases import Case
from fullrate.studies.stress.estimating import EXACT, estimated, most_exact
from fullrate.studies.stress.ground import Ground
from fullrate.tables import SCENARIO, Cell
from fullrate.tables.cut import Cut
from stress.scenes import START, planned, two_sources

FEW = 3


@pytest.fixture(scope="module")
def partly() -> Study:
    """Everything in use cut off for good, three of it exactly, and one that was named."""
    tables, base = planned()
    return stress(tables, base, cuts=["lane:road"], every_one=True, exact=FEW, pairs=True, first=START)


def test_a_coarse_calendar_without_leads_loses_what_arithmetic_says() -> None:
    """A gap of 6 a day for 52 days with 60 in stock: 252 of 520 are lost, whatever the periods; without works all."""
    tables, base = planned()
    cases = [Case.of(Cut("site", name)) for name in ("small", "big", "works")]
    found = {one.case.name: one for one in estimated(Ground(tables, base), cases)}
    assert list(found) == ["site:works", "site:big", "site:small"]
    lost = {name: one.loss.late_units for name, one in found.items()}
    assert lost == {"site:works": pytest.approx(520), "site:big": pytest.approx(252), "site:small": pytest.approx(0)}


def test_what_hits_a_later_class_alone_is_seen() -> None:
    """Two lines of their own: what the second class loses is no less a loss, though the first class loses nothing."""
    tables = two_sources(
        40,
        items=[{"item": "kit"}, {"item": "spare"}, {"item": "part"}],
        processes=[
            {"process": "fit", "site": "big", "item": "kit", "max_rate": 10},
            {"process": "turn", "site": "small", "item": "spare", "max_rate": 10},
        ],
        recipe=[],
        resources=[],
        uses=[],
        lanes=[
            {"lane": "sea", "from": "big", "to": "works", "item": "kit", "capacity": 20},
            {"lane": "road", "from": "small", "to": "works", "item": "spare", "capacity": 20},
        ],
        needs=[
            {"need": item, "recipient": "army", "item": item, "qty": 100, "class": cls}
            for cls, item in ((1, "kit"), (2, "spare"))
        ],
    )
    under = Ground(tables, plan(tables, tests=False))
    found = estimated(under, [Case.of(Cut("lane", "road")), Case.of(Cut("site", "small"))])
    assert [one.impact > 1 for one in found] == [True, True]


def test_named_cuts_and_those_with_the_largest_estimates_are_exact(partly: Study) -> None:
    cuts, guessed = partly.table("cuts"), partly.table("estimates")
    assert len(cuts) == FEW + 1 == partly.meta["exact"]
    assert "lane:road" in cuts["name"].to_list()
    assert guessed["impact_d"].to_list() == sorted(guessed["impact_d"], reverse=True)
    assert len(guessed) == partly.meta["tried"] > len(cuts)
    unnamed = [name for name in guessed["name"] if name != "lane:road"]
    assert set(unnamed[:FEW]) == set(cuts["name"]) - {"lane:road"}


def test_estimates_are_never_among_exact_figures(partly: Study) -> None:
    """Every table of exact figures knows only of cuts that were solved; the number in ``estimates`` leads there."""
    exact = set(partly.table("cuts")["name"])
    open_ = set(left(partly)["name"])
    assert open_
    assert not exact & open_
    numbers = {row["case"]: row["name"] for row in partly.table("cuts").iter_rows(named=True)}
    solved = {row["case"]: row["name"] for row in partly.table("estimates").iter_rows(named=True) if row["case"]}
    assert solved == numbers
    assert set(partly.table("pairs")["name"]) | set(partly.table("pairs")["other"]) <= exact
    low, high = partly.meta["off"]
    assert 0 < low <= high


def test_estimates_are_called_so(partly: Study) -> None:
    tables, _ = planned()
    said = as_text(tables, partly).replace("\n", " ")
    assert f"That is the worst of {FEW + 1} cuts solved one at a time, those with the largest estimates of" in said
    exact, guessed = said.split("only estimated  ", 1)
    assert not any(name in exact for name in left(partly)["name"])
    head, cells, rest = rows(tables, partly)
    assert head[0] == "only estimated"
    assert {row[0] for row in cells} <= set(left(partly)["name"])
    assert cells[0][0] in guessed
    assert "are estimated to cost nothing" in rest
    (note,) = notes(partly)
    assert "`--exact all` solves all" in note
    assert "Pairs are of the cuts solved exactly, and of no other." in note


def test_few_cuts_of_a_small_plan_are_all_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    tables, base = planned()
    whole = stress(tables, base, every_one=True, first=START, days=15)
    assert "estimates" not in whole.tables
    assert notes(whole) == []
    assert rows(tables, whole) == ([], [], "")
    columns, count = int(base.meta["columns"]), len(whole.table("cuts"))
    monkeypatch.setattr(estimating, "LARGE", count * columns)
    assert most_exact(None, base, count) == float("inf")
    assert most_exact(None, base, count + 1) == EXACT


def test_exact_figures_do_not_depend_on_how_many_are_asked_for(partly: Study) -> None:
    tables, base = planned()
    whole = {
        row["name"]: row
        for row in stress(tables, base, every_one=True, exact="all", first=START).table("cuts").iter_rows(named=True)
    }
    for row in partly.table("cuts").iter_rows(named=True):
        assert row["impact_d"] == pytest.approx(whole[row["name"]]["impact_d"], rel=1e-6, abs=1e-6)
        assert row["lost_80_d"] == whole[row["name"]]["lost_80_d"]


def test_whole_numbers_are_left_out_of_estimates() -> None:
    """Half a machine of 12 a day is an estimate's answer to a gap of 6; a whole one is the plan's."""
    build = {"build": "more", "resource": "bench", "add": 12, "lead_d": 0, "max": 1, "capex": 2, "integer": "true"}
    budget: dict[str, Any] = {
        "resources": [{"resource": "bench", "site": "small", "capacity": 4}],
        "processes": [
            {"process": "cast", "site": "big", "item": "part", "max_rate": 10},
            {"process": "mill", "site": "small", "item": "part", "max_rate": 20},
            {"process": "fit", "site": "works", "item": "kit", "max_rate": 10},
        ],
        "uses": [{"user": "mill", "resource": "bench", "qty": 1}],
        "builds": [build],
    }
    tables = two_sources(30, 0, **budget).replace(Cell(SCENARIO, "", "spend_max"), "1")
    base = plan(tables, tests=False)
    one = estimated(Ground(tables, base), [Case.of(Cut("site", "big"))])[0]
    row = stress(tables, base, cuts=["site:big"]).table("cuts").row(0, named=True)
    assert row["late_units"] == pytest.approx(6 * 30)
    assert one.loss.late_units == pytest.approx(0, abs=1e-4)


def test_a_number_that_is_none_is_refused(tmp_path: Path) -> None:
    for words, said in (
        (("--all", "--exact", "0"), "is no number of cuts"),
        (("--all", "--exact", "few"), "is no number of cuts"),
        (("--cut", "site:foundry", "--exact", "3"), "--exact goes with --all"),
        (("--all", "--exact", "3", "--mitigate", "1"), "--exact goes with --all"),
    ):
        done = fullrate(tmp_path, "stress", "latest", *words)
        assert done.returncode == 2
        assert said in done.stderr
