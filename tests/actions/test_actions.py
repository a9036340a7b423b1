"""What to sign on Monday: golden by hand, a scene with money and gates, latest starts checked by planning again."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

import fullrate as fr
from fullrate import store
from fullrate.cli import cli
from fullrate.cli.frame import run
from fullrate.planning import plan
from fullrate.report.actions import AFTER, FREE, KINDS, SCHEMA, actions
from fullrate.report.figures.schedule import bars
from fullrate.tables import Cell
from report.scenes import golden, golden_with, scene
from report.workbooks import sheets, table

MONDAY = date(2026, 1, 5)


def rows(frame: pl.DataFrame) -> dict[str, dict[str, object]]:
    return {row["key"]: row for row in frame.iter_rows(named=True)}


def test_golden_orders_its_second_line_in_the_first_week() -> None:
    build = rows(actions(*golden()))["second_line"]
    assert (build["kind"], build["start"], build["unit"]) == ("build", MONDAY, "build")
    assert build["quantity"] == pytest.approx(1.0, abs=1e-5)
    assert "12 units/d" in str(build["what"])
    assert "2026-02-02" in str(build["note"]), "28 days later"


def test_the_latest_start_is_the_last_that_keeps_the_date() -> None:
    """Opening the build on the latest day keeps 80 % possible in time, a week later does not: planned again to see."""
    tables, found = golden()
    latest = rows(actions(tables, found))["second_line"]["latest"]
    assert isinstance(latest, date)
    at_80 = (pl.col("need") == "") & (pl.col("coverage") == 0.8)
    planned = found.table("dates").filter(at_80)["period"][0]
    for day, kept in ((latest, True), (latest + timedelta(days=7), False)):
        later = plan(tables.replace(Cell("builds", "second_line", "opens"), str(day)), tests=False)
        assert (later.table("dates").filter(at_80)["earliest_period"][0] <= planned) is kept, day


def test_slack_is_the_days_between() -> None:
    for row in actions(*golden()).iter_rows(named=True):
        assert row["slack_d"] == (row["latest"] - row["start"]).days >= 0


def test_a_given_latest_is_used() -> None:
    tables, found = golden()
    listed = rows(actions(tables, found, latest={("build", "second_line"): 3, ("make", "cast"): None}))
    assert listed["second_line"]["latest"] == MONDAY + timedelta(days=14)
    assert listed["cast"]["slack"] == FREE
    assert listed["assemble"]["slack"] == "not computed"


def test_a_step_after_the_last_of_the_dates_is_told_apart() -> None:
    tables, found = scene()
    last = found.table("dates").filter((pl.col("need") == "") & (pl.col("coverage") == 0.8))["period"].max()
    listed = actions(tables, found, latest={("build", "second_press"): 1})
    for row in listed.filter(pl.col("kind").is_in(["order", "start"])).iter_rows(named=True):
        begun = (row["start"] - tables.config.start).days // 7 + 1
        assert row["slack"] == (AFTER if begun > last else "not computed")


def test_until_leaves_out_what_starts_later() -> None:
    tables, found = scene()
    whole = actions(tables, found)
    for day in (MONDAY, MONDAY + timedelta(days=7), MONDAY + timedelta(days=300)):
        some = actions(tables, found, until=day)
        assert some.rows() == whole.filter(pl.col("start") <= day).rows()
    assert len(actions(tables, found, until=MONDAY)) < len(whole)


def test_kinds_costs_and_funds_of_the_scene() -> None:
    tables, found = scene()
    listed = actions(tables, found)
    by_key = rows(listed)
    assert set(listed["kind"]) <= set(KINDS)
    assert listed.schema == pl.Schema(SCHEMA)
    assert listed["start"].is_sorted()
    assert (by_key["buy_part"]["kind"], by_key["press_pump"]["kind"]) == ("order", "start"), (
        "what takes nothing in is bought"
    )
    flows = found.table("flows")
    bought = flows.filter((pl.col("kind") == "make") & (pl.col("key") == "buy_part"))
    assert by_key["buy_part"]["cost"] == pytest.approx(0.001 * bought["value"].sum())
    assert by_key["buy_part"]["quantity"] == pytest.approx(bought.sort("period")["value"][0] / 7)
    built = flows.filter(pl.col("kind") == "build")["value"].sum()
    assert by_key["second_press"]["cost"] == pytest.approx(1.5 * built)
    assert (by_key["second_press"]["fund"], by_key["licence"]["fund"]) == ("grant", "grant")
    assert (by_key["licence"]["kind"], by_key["licence"]["cost"], by_key["licence"]["start"]) == ("gate", 0.5, MONDAY)
    receipt = by_key["works|part|2026-01-12"]
    assert (receipt["kind"], receipt["quantity"], receipt["start"]) == ("receive", 14.0, date(2026, 1, 12))


def test_draws_are_the_spending_of_each_fund() -> None:
    tables, found = scene()
    drawn = actions(tables, found).filter(pl.col("kind") == "draw").group_by("fund").agg(pl.col("cost").sum())
    spent = found.table("money").filter(pl.col("fund") != "").group_by("fund").agg(pl.col("spent").sum())
    assert dict(drawn.iter_rows()) == pytest.approx(dict(spent.iter_rows()))


def test_a_gate_may_slip_as_far_as_what_waits_for_it() -> None:
    """One process waits for the licence: its slack is the gate's, counted from the day the gate is passed."""
    tables, found = scene()
    listed = rows(actions(tables, found, latest={("make", "press_pump"): 4}))
    assert listed["licence"]["slack_d"] == 3 * 7 - 7.0
    free = rows(actions(tables, found, latest={("make", "press_pump"): None}))
    assert free["licence"]["slack"] == FREE
    assert rows(actions(tables, found, latest={}))["licence"]["slack"] == "not computed"


def test_without_the_build_there_is_none() -> None:
    assert "second_line" not in rows(actions(*golden_with("builds:second_line.max=0")))


@pytest.fixture
def stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    return store.save(*golden(), [], Path("runs")).id


def test_the_verb_prints_and_writes(stored: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(cli, ["actions", stored]) == 0
    text = capsys.readouterr().out
    assert "Order second line" in text
    latest = rows(actions(*golden()))["second_line"]["latest"]
    assert str(latest) in text
    assert run(cli, ["actions", stored, "--json", "--until", "2026-01-04"]) == 0
    assert json.loads(capsys.readouterr().out)["actions"] == []
    assert run(cli, ["actions", stored, "-o", "a.csv"]) == 0
    back = pl.read_csv("a.csv", infer_schema=False)
    assert back.columns == list(SCHEMA)
    assert back["key"].to_list()[0] == "second_line"
    assert run(cli, ["actions", stored, "-o", "a.xlsx"]) == 0
    assert next(row["key"] for row in table(sheets(Path("a.xlsx"))["Actions"])) == ("s", "second_line")


def test_wrong_words_are_usage(stored: str) -> None:
    assert run(cli, ["actions", stored, "-o", "a.pdf"]) == 2
    assert run(cli, ["actions", stored, "--until", "soon"]) == 2


THEORY = Path(__file__).resolve().parents[1] / "theory"


def listed_of(name: str) -> dict[str, dict[str, object]]:
    tables = fr.read(THEORY / name)
    return rows(actions(tables, fr.plan(tables, tests=False), latest={}))


def test_a_test_is_begun_with_its_articles() -> None:
    """Two tries: twice the articles; the day is that of the decision."""
    for name, day, articles in (("prototypes", 3, 10), ("15-test-fix-test", 5, 20)):
        trial = listed_of(name)["trial"]
        assert (trial["kind"], trial["start"], trial["what"]) == ("gate", date(2030, 1, day), "Begin trial")
        assert f"{articles} article set aside" in str(trial["note"])


def test_a_build_at_risk_says_so() -> None:
    build = listed_of("17-concurrency/at-risk")["tooling"]
    assert (build["kind"], build["start"], build["slack"]) == ("build", date(2030, 1, 1), "not computed")
    assert build["cost"] == pytest.approx(115)
    assert "2030-01-10; at the risk of trial" in str(build["note"])


def test_tests_and_builds_at_risk_are_in_the_schedule() -> None:
    for name, key, begin, end in (("prototypes", "trial", 2, 5), ("17-concurrency/at-risk", "tooling", 0, 9.2)):
        tables = fr.read(THEORY / name)
        bar = bars(tables, fr.plan(tables, tests=False)).filter(pl.col("key") == key).row(0, named=True)
        assert (bar["begin"], bar["end"]) == pytest.approx((begin, end))
