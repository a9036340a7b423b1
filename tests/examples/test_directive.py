"""The order without a number and without a date: no date is promised, and what is not known comes first."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import fullrate as fr
from fullrate.case import derive
from fullrate.cli import cli
from fullrate.cli.frame import run
from fullrate.planning.capability import asked
from fullrate.report import evidence, words
from fullrate.report.odds import as_text
from fullrate.report.page import html
from fullrate.studies.require import require
from fullrate.tables import Tables, read

FOLDER = Path(__file__).resolve().parents[2] / "examples" / "directive"
PARTS = ("groups_coast", "groups_inland", "groups_north")


@pytest.fixture(scope="module")
def directive(example: Callable[[str], Tables]) -> Tables:
    return example("directive")


@pytest.fixture(scope="module")
def plan(published: Callable[[str], fr.Plan]) -> Any:
    return published("directive")


class TestNothingIsPromised:
    def test_no_quantity_and_no_date_are_written(self, directive: Tables) -> None:
        assert set(directive.open_needs) == set(PARTS) == set(directive.keys("needs"))
        assert all(need["due"] is None for need in directive.rows("needs"))
        assert all(statement["quantity"] is None for statement in directive.rows("statements"))

    def test_there_are_no_dates_of_coverage(self, plan: Any) -> None:
        assert plan.table("dates").is_empty()
        assert plan.table("coverage").is_empty()

    def test_the_sentence_says_so_first(self, directive: Tables, plan: Any) -> None:
        said = words.answer(directive, plan)
        assert said.startswith("No quantity and no date are named")
        assert "no date of its fulfilment can be given" in said
        assert "covered" not in said
        assert "%" not in said

    def test_what_is_not_known_says_that_every_number_is_assumed(self, directive: Tables) -> None:
        unknown = words.unknowns(directive)
        assert unknown[0].startswith("How many:")
        assert unknown[1].startswith("By when:")
        shares = evidence.shares(evidence.inputs(directive))
        assert shares.assumed == shares.total > 100
        assert f"{shares.assumed} of the {shares.total}" in unknown[2]

    def test_nobody_can_ask_what_an_unsaid_promise_takes(self, directive: Tables) -> None:
        with pytest.raises(fr.Refused) as refused:
            require(directive, need="groups_north", by=date(2027, 9, 1))
        assert [finding.code for finding in refused.value.findings] == ["FR380"]

    def test_a_quantity_of_the_reader_has_dates_again(self, directive: Tables) -> None:
        asked_for = [f"needs:{need}.qty=100" for need in PARTS]
        tables, _ = read(FOLDER, asked_for)
        assert tables.open_needs == ()
        there = fr.plan(tables, tests=False)
        assert there.table("quantities").is_empty()
        assert there.table("dates").height > 0


class TestCurve:
    def test_no_plan_can_beat_the_most(self, plan: Any) -> None:
        curve = plan.table("capability").drop_nulls("most")
        assert curve.height >= 8
        whole = plan.table("capability")["planned"].max()
        assert (curve["planned"] <= curve["most"] + 1e-6 * whole).all()
        assert (curve["most"].diff().drop_nulls() >= -1e-6 * whole).all()

    def test_the_earliest_date_is_never_after_the_planned_one(self, plan: Any) -> None:
        rows = plan.table("quantities").drop_nulls()
        assert rows.height >= 5
        assert (rows["earliest_date"] <= rows["date"]).all()
        assert rows["quantity"].is_sorted()
        assert rows["earliest_date"].is_sorted()

    def test_the_curve_counts_what_was_delivered_and_has_not_failed(self, plan: Any) -> None:
        counted = pl.when(pl.col("kind") == "deliver").then(pl.col("value")).otherwise(-pl.col("value"))
        flows = plan.table("flows").filter(pl.col("kind").is_in(["deliver", "fail"]))
        assert set(flows["kind"]) == {"deliver", "fail"}
        given = dict(flows.group_by("period").agg(counted.sum()).iter_rows())
        path = 0.0
        for period, planned in plan.table("capability").select("period", "planned").iter_rows():
            path += given.get(period, 0.0)
            assert planned == pytest.approx(path, rel=1e-6, abs=1e-3)

    def test_quantities_asked_for_end_where_the_view_ends(self) -> None:
        assert asked(9000) == [100, 200, 500, 1000, 2000, 5000, 9000]
        assert asked(10)[-2:] == [5, 10]

    def test_nothing_advanced_before_its_approval(self, directive: Tables, plan: Any) -> None:
        """By hand: 70 and 7 and 28 days, the fortnight after that, ten days of work: there by 19 July, never before."""
        gates = {row["gate"]: row["duration_d"] for row in directive.rows("gates")}
        passed = gates["prototype"] + 7 + gates["approval"]
        begin = -(-passed // 14) * 14
        earliest = directive.config.start + timedelta(begin + 14 + 14)
        assert earliest == date(2027, 7, 19)
        flows = plan.table("flows").filter(
            pl.col("kind").is_in(["deliver"]) & pl.col("item").str.starts_with("advanced")
        )
        stock = sum(row["qty"] for row in directive.rows("stock") if row["item"] == "board")
        before = flows.filter(pl.Series([plan.date(plan.edges[t]) < earliest for t in flows["period"]]))
        assert before["value"].sum() <= stock + 1e-6

    @pytest.mark.parametrize(("quantile", "passed"), [(0.5, 98 + 84 + 7), (0.8, 98 + 84 + 42 + 7)])
    def test_a_failed_qualification_costs_half_of_the_fitting(
        self, directive: Tables, quantile: float, passed: float
    ) -> None:
        """By hand: seven chips in ten pass at once; at eight in ten one has failed, and half of 84 days is added."""
        config = replace(directive.config, gate_quantile=quantile)
        case = derive(replace(directive, config=config))
        assert case.gates.passed[case.axes["gate"].places["chip_release"]] == pytest.approx(passed)

    def test_the_proven_line_makes_no_more_than_it_can_beside_the_taxis(self, plan: Any) -> None:
        made = plan.table("flows").filter((pl.col("kind") == "make") & (pl.col("key") == "assemble_proven"))
        assert made.filter(pl.col("period") <= 26)["value"].max() <= 80 / 1.5 * 14 * (1 + 1e-6)


class TestWhatAPersonSees:
    def test_the_report_leads_with_what_is_not_known(self, directive: Tables, plan: Any) -> None:
        page = html(directive, plan)
        main = page.partition("<main>")[2]
        first = re.search(r'<section id="([\w-]+)"', main)
        assert first is not None
        assert first[1] == "not-known"
        assert main.index("How many:") < main.index("What to sign now")
        assert 'id="dates"' not in page
        assert "fig-capability" in page

    def test_check_counts_the_numbers(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert run(cli, ["check", str(FOLDER)]) == 0
        out = capsys.readouterr().out
        found = re.search(r"(\d+) numbers: 0 from documents, (\d+) assumptions, 0 without a source\.", out)
        assert found is not None
        assert found[1] == found[2]
        assert run(cli, ["check", str(FOLDER), "--json"]) == 0
        numbers = json.loads(capsys.readouterr().out)["numbers"]
        assert numbers["assumed"] == numbers["total"] == int(found[1])

    def test_the_terminal_leads_with_what_is_not_known(self, directive: Tables, plan: Any) -> None:
        from fullrate.cli.plan import date_lines, unknown_lines

        assert unknown_lines(directive)[0] == "Not known:"
        lines = date_lines(plan)
        assert lines[0].split() == ["so", "many", "there", "by", "at", "the", "earliest"]
        assert not any("covered" in line for line in lines)

    def test_odds_count_what_works_as_far_as_was_looked(self, directive: Tables, plan: Any) -> None:
        study = fr.odds(directive, plan, samples=64)
        said = " ".join(as_text(directive, plan, study).split())
        assert said.startswith("In 64 executions of this plan for “A better radio for every rescue group”, as known on")
        assert "all that was looked at, up to 3,000 units for each need of class 1, works by" in said
        for note in (
            "Only what works counts.",
            "A test begins on its day",
            "People leave one by one",
            "Looked at up to",
        ):
            assert note in said, note


class TestAnnouncement:
    def test_quotes_stand_where_they_are_said_to(self, directive: Tables) -> None:
        text = (FOLDER / "announcement.md").read_text(encoding="utf-8")
        for row in directive.rows("statements"):
            assert row["doc_sha256"] == hashlib.sha256(text.encode()).hexdigest()
            assert text[row["start"] : row["end"]] == row["quote"], row["id"]

    def test_every_source_is_an_assumption(self, directive: Tables) -> None:
        assert {row["kind"] for row in directive.rows("sources")} == {"assumption"}
