"""The verb, its runs and its part of the report."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import fullrate as fr
from frontier import scenes
from fullrate import store
from fullrate.cli import cli
from fullrate.cli.frame import run
from fullrate.report.frontier import as_text, sentence, table_of
from fullrate.report.page import html
from fullrate.studies.frontier import frontier, points_of
from report.scenes import GOLDEN, golden


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a plan of golden and what a late decision costs it."""
    folder = tmp_path_factory.mktemp("trade")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        store.save(*golden(), [], Path("runs"))
        assert run(cli, ["frontier", "latest", "--by", "decision-delay", "--points", "7"]) == 0
    return folder


def answer(words: list[str], capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    capsys.readouterr()
    assert run(cli, [*words, "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_every_point_is_a_run_that_can_be_opened(
    asked: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(asked)
    study = next(one for one in store.runs(Path("runs")) if one.manifest["kind"] == "frontier")
    rows = study.study().table("points").to_dicts()
    assert [row["label"] for row in rows] == ["now", *(f"in {weeks} weeks" for weeks in (2, 4, 6, 8, 10, 13))]
    for row in rows:
        opened = store.find(row["run"], Path("runs"))
        plan = opened.plan()
        assert opened.tables().config.decided_d == row["amount"]
        whole = plan.table("dates").filter(need="", coverage=1.0).row(0, named=True)
        assert whole["date"] == row["date_100"]
        began = [period for column in ("make", "ship", "build") for (*_, period), _ in plan[column].items()]
        assert plan.edges[min(began) - 1] >= row["amount"]
    last = answer(["audit", rows[-1]["run"]], capsys)
    assert last["passed"]
    assert last["run"] == rows[-1]["run"]


def test_latest_is_still_the_plan_that_was_asked_for(asked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(asked)
    study = next(one for one in store.runs(Path("runs")) if one.manifest["kind"] == "frontier")
    assert store.find_plan("latest", Path("runs")).id == study.manifest["parent"]
    assert store.find_plan(study.id, Path("runs")).id == study.manifest["parent"]


def test_a_plan_after_the_answer_to_a_question_is_after_the_plan_it_was_asked_of(
    asked: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(asked)
    study = next(one for one in store.runs(Path("runs")) if one.manifest["kind"] == "frontier")
    found = answer(["plan", str(GOLDEN), "--previous", str(study.folder), "--runs-dir", str(tmp_path)], capsys)
    assert found["meta"]["changes"]["changed"] == 0
    assert found["changed"] == []
    assert answer(["compare", "latest", study.id], capsys)["new"] == study.manifest["parent"]


def test_the_report_of_the_plan_shows_it(
    asked: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(asked)
    assert run(cli, ["report", "latest", "-o", "page.html"]) == 0
    text = Path("page.html").read_text("utf-8")
    assert 'id="fig-frontier-decision-delay"' in text
    study = next(one for one in store.runs(Path("runs")) if one.manifest["kind"] == "frontier").study()
    for shown in study.table("points")["run"]:
        assert shown in text


def test_the_report_draws_each_trade_off_with_its_knee() -> None:
    tables = scenes.two_modes()
    plan = fr.plan(tables, tests=False)
    found = list(points_of(tables, plan, "cost", 9))
    study = frontier(found, "cost")
    page = html(tables, plan, studies={"frontier": study})
    assert 'id="fig-frontier-cost"' in page
    assert "Satopaa" in page
    assert sentence(tables, study) in " ".join(as_text(tables, study).split())
    assert "48 million EUR and 1.5 days (point 5)" in sentence(tables, study)


def test_one_point_says_that_there_is_nothing_to_trade() -> None:
    tables, plan = golden()
    study = frontier(list(points_of(tables, plan, "fairness", 7)), "fairness")
    assert len(study.table("points")) == 1
    assert "nothing is to be traded" in sentence(tables, study)
    assert "6 plans left out" in as_text(tables, study)


@pytest.mark.parametrize(
    "words",
    [
        ["frontier", "latest"],
        ["frontier", "latest", "--by", "beauty"],
        ["frontier", "latest", "--by", "cost", "--points", "6"],
        ["frontier", "latest", "--by", "cost", "--set", "scenario:tail=0"],
        ["frontier", "latest", "--by", "cost", "--item", "pump"],
    ],
)
def test_wrong_usage(words: list[str], asked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(asked)
    assert run(cli, words) == 2


def test_a_folder_without_anything_to_trade_is_refused_before_it_is_planned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(cli, ["frontier", str(GOLDEN), "--by", "cost"]) == 1
    assert "FR707" in capsys.readouterr().err
    assert not Path("runs").exists()


def test_no_columns_of_nothing_and_a_number_for_each_point() -> None:
    tables = scenes.two_modes()
    study = frontier(list(points_of(tables, fr.plan(tables, tests=False), "cost", 9)), "cost")
    head, rows, right = table_of(tables, study)
    assert head == ["point", "limit", "spent in all", "mean wait", "longer by", "80 %", "100 %", "by the end"]
    assert [row[0] for row in rows] == ["1", "2", "3", "4", "5 (knee)", "6", "7", "8", "9"]
    assert right == [2, 3, 4, 7]
    open_ = study.table("points").with_columns(covered=pl.lit(None, pl.Float64), run=pl.lit("a run"))
    head, rows, right = table_of(tables, replace(study, tables={**study.tables, "points": open_}))
    assert head == ["point", "limit", "spent in all", "mean wait", "longer by", "run"]
    assert {len(row) for row in rows} == {len(head)}
    assert right == [2, 3, 4]
