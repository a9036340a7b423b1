"""The report shows the newest answer about the economy, gained beside given up; without one it shows nothing of it."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest

from economy import scene
from fullrate import store
from fullrate.report.economy import people, sentence
from fullrate.report.economy_assumes import caveats
from fullrate.report.figures.economy import gained_and_given_up
from fullrate.report.page import html, write_report
from fullrate.results import Plan, Study
from fullrate.studies.economy import economy
from fullrate.tables import Tables
from report.test_page import outline


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Tables, Plan, Study]:
    tables, plan = scene.planned(scene.both(tmp_path_factory.mktemp("masks") / "masks"))
    return tables, plan, economy(tables, plan)


def words(page: str) -> str:
    return " ".join(" ".join(outline(page).text).replace("\xa0", " ").split())


def test_the_section_says_both_sides_and_every_caveat(asked: tuple[Tables, Plan, Study]) -> None:
    tables, plan, study = asked
    page = html(tables, plan, studies={"economy": study})
    assert not outline(page).wrong
    said = words(page)
    for needed in ("engaged by the surge, gross", "given up at best", "if all are cut alike", "overseas", "north"):
        assert needed in said
    for line in caveats(study):
        assert line in said
    assert re.search(r"<svg[^>]*>(?:(?!</svg>).)*job-years", page, flags=re.DOTALL)


def test_with_executions_the_section_begins_with_bands(asked: tuple[Tables, Plan, Study]) -> None:
    tables, plan, _ = asked
    study = economy(tables, plan, samples=16)
    page = html(tables, plan, studies={"economy": study})
    assert not outline(page).wrong
    said = words(page)
    first, then = said.index("In 16 executions of this plan"), said.index("The plan itself. If every number")
    assert said.index("could not be mapped") < first < then
    assert "half of the executions have more. Lines: P10 to P90" in said
    assert "both, in 8 of 10 executions" in said


def test_the_bars_of_bands_are_their_middle(asked: tuple[Tables, Plan, Study]) -> None:
    tables, plan, _ = asked
    study = economy(tables, plan, samples=16)
    bands = study.table("sector_bands").filter(pl.col("measure") == "jobs")
    known = study.table("sectors").with_columns(label=pl.col("name"))
    drawn = gained_and_given_up(known, study.table("sector_bands")).filter(pl.col("side") == "gained")
    middle = dict(known.select("sector", "name").join(bands, on="sector").select("name", "p50").iter_rows())
    assert dict(drawn.select("label", "amount").iter_rows()) == pytest.approx(middle)
    assert (drawn["low"] <= drawn["amount"]).all()
    assert (drawn["amount"] <= drawn["high"]).all()


def test_without_an_answer_there_is_no_section(asked: tuple[Tables, Plan, Study]) -> None:
    tables, plan, _ = asked
    assert "job-years" not in html(tables, plan)


def test_the_report_of_a_run_takes_the_newest_answer(asked: tuple[Tables, Plan, Study], tmp_path: Path) -> None:
    tables, plan, study = asked
    run = store.save(tables, plan, [], tmp_path / "runs")
    assert store.newest_studies(run) == {}
    store.save_study(run, economy(tables, plan, slack=0.9), tmp_path / "runs")
    store.save_study(run, study, tmp_path / "runs")
    assert store.newest_studies(run)["economy"].meta["slack"] == 0
    said = words(write_report(run, tmp_path / "report.html").read_text("utf-8"))
    assert people(study.meta["given_up"]["at best"]["jobs"]) in said
    assert "while others give up" in sentence(tables, study)
