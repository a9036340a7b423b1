"""A ledger as a file: written, confirmed by a person, read back, and made into a scenario."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import click
import polars as pl
import pytest

from claims.scoring import plain, texts
from fullrate.claims import Ledger, confirmed, document, is_confirmed, ledger_of, read_ledger, read_text, written
from fullrate.claims.pace import BEGIN, ON_THE_WAY_D, Prior
from fullrate.claims.skeleton import OPEN_QTY, day_of, skeleton
from fullrate.claims.units import DAYS
from fullrate.claims.worksheet import edited, stamped
from fullrate.cli import claims as verb
from fullrate.draws.history import Past, progress_of, time_of, whole
from fullrate.findings import Refused, errors
from fullrate.forecast.history import Known
from fullrate.forecast.priors import prior, prior_of
from fullrate.planning import plan
from fullrate.report.evidence import statements
from fullrate.studies.odds import odds
from fullrate.tables import read
from fullrate.tables.check import check

ROOT = Path(__file__).resolve().parents[2]
ANNOUNCEMENT = ROOT / "examples" / "directive" / "announcement.md"
DAY = date(2026, 2, 10)
NEW = "new product or plant"
LONG_AGO = date(1999, 12, 31)


def known(*cases: tuple[float | None, float | None, float | None]) -> list[Known]:
    """Cases of one class by share at the date, time taken and days to the first unit."""
    return [
        Known(
            Past(f"c{n}", f"p{n}", f"Case {n}", NEW, share, share, ratio, None, None, 365.0, first, LONG_AGO),
            *[LONG_AGO] * 2,
        )
        for n, (share, ratio, first) in enumerate(cases)
    ]


CASES = known((0.2, 2.0, 60.0), (0.5, 1.5, 300.0), (0.7, 1.2, 300.0), (1.1, 0.9, 700.0))
PRIOR = prior_of(CASES, NEW, DAY)
GOOD = "The works will deliver 400 pumps by 1 June 2026. It makes 20 pumps a week. The price is not known."


def ledger(text: str = GOOD, *ids: str) -> Ledger:
    """A ledger with those claims confirmed, all of them where none is named."""
    made = ledger_of(document(text, DAY, "official"))
    return confirmed(made, ids or [row["id"] for row in made.claims], "A. Reader", DAY)


def scenario(folder: Path, files: Mapping[str, str]) -> Path:
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("number", sorted(texts()))
def test_a_ledger_comes_back_from_its_file_as_it_was_and_without_a_finding(number: str, tmp_path: Path) -> None:
    made = ledger_of(plain(texts()[number])[0])
    file = tmp_path / "ledger.csv"
    file.write_text(written(made), encoding="utf-8")
    again = read_ledger(file)
    assert again.findings == ()
    assert again.rows == made.rows
    assert again.published == made.published


def test_a_ledger_loses_no_column_that_a_person_filled(tmp_path: Path) -> None:
    file = ROOT / "examples" / "liberty-1942" / "statements.csv"
    made = read_ledger(file)
    (tmp_path / "again.csv").write_text(written(made), encoding="utf-8")
    assert read_ledger(tmp_path / "again.csv").rows == made.rows


def test_nothing_is_confirmed_by_rules() -> None:
    assert not any(is_confirmed(row) for row in ledger_of(document(GOOD, DAY)).rows)


def changed(tmp_path: Path, **cells: str) -> list[str]:
    """Codes of what is wrong with a ledger after cells of its first claim were changed by hand."""
    rows = list(csv.DictReader(io.StringIO(written(ledger()))))
    rows[1].update(cells)
    out = io.StringIO()
    sheet = csv.DictWriter(out, list(rows[1]))
    sheet.writeheader()
    sheet.writerows(rows)
    file = tmp_path / "ledger.csv"
    file.write_text(out.getvalue(), encoding="utf-8")
    found = errors(read_ledger(file).findings)
    assert all(one.row == 3 or one.code in ("FR007", "FR837") for one in found), "line 1 is the header, line 2 the day"
    return [one.code for one in found]


@pytest.mark.parametrize(
    ("cells", "codes"),
    [
        ({"quantity": "4000"}, ["FR833"]),
        ({"quantity_high": "500"}, ["FR833"]),
        ({"quantity": "many"}, ["FR101"]),
        ({"recipient": "northern towns"}, ["FR834"]),
        ({"deadline_text": ""}, ["FR834"]),
        ({"condition": "if it rains"}, ["FR834"]),
        ({"deadline_to": "soon"}, ["FR105"]),
        ({"modality": "sworn"}, ["FR106"]),
        ({"confirmed": "perhaps"}, ["FR104"]),
        ({"quantty": "4"}, ["FR007"]),
        ({"doc_sha256": "ab"}, ["FR837"]),
        ({"id": "published"}, ["FR110"]),
        ({"quantity": "400", "unit": "pumps"}, []),
    ],
)
def test_what_a_hand_may_not_write(cells: dict[str, str], codes: list[str], tmp_path: Path) -> None:
    assert changed(tmp_path, **cells) == codes


def test_every_planted_number_is_found(tmp_path: Path) -> None:
    rng = random.Random(3)
    for _ in range(20):
        assert changed(tmp_path, quantity=str(rng.choice([1, 7, 41, 399, 401, 4000, 40, 2026001]))) == ["FR833"]


@pytest.mark.parametrize("text", ["", "   \n", "# Only a heading\n"])
def test_a_text_without_a_sentence_is_refused(text: str, tmp_path: Path) -> None:
    file = tmp_path / "note.txt"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        read_text(file)
    assert [one.code for one in refused.value.findings] == ["FR830"]


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "note.pdf").write_bytes(b"%PDF-1.4\x00\x00\xff")
    with pytest.raises(Refused) as refused:
        read_text(tmp_path / "note.pdf")
    assert [one.code for one in refused.value.findings] == ["FR830"]


class TestReview:
    def answers(self, monkeypatch: pytest.MonkeyPatch, *given: str) -> None:
        left = iter(given)
        monkeypatch.setattr(click, "prompt", lambda *_, default="", **__: next(left) or default)

    def test_yes_stamps_a_name_and_a_day(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.answers(monkeypatch, "y")
        row = verb.ask(ledger_of(document(GOOD, DAY)), "s1", "A. Reader").claims[0]
        assert is_confirmed(row)
        assert row["confirmed_by"] == "A. Reader"
        assert row["confirmed_at"] == date.today().isoformat()

    def test_no_strikes_it_out(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.answers(monkeypatch, "n")
        row = verb.ask(ledger_of(document(GOOD, DAY)), "s1", "A. Reader").claims[0]
        assert (row["confirmed"], row["confirmed_by"], is_confirmed(row)) == ("false", "", False)

    def test_later_leaves_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.answers(monkeypatch, "l")
        made = ledger_of(document(GOOD, DAY))
        assert verb.ask(made, "s1", "A. Reader") == made

    def test_an_edit_is_held_against_the_quote(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        blank = [""] * (len(verb.EDITABLE) - 1)
        self.answers(monkeypatch, "e", "4000", *blank, "e", "400", *blank, "y")
        row = verb.ask(ledger_of(document(GOOD, DAY)), "s1", "A. Reader").claims[0]
        assert (row["quantity"], row["confirmed"]) == ("400", "true")
        assert "FR833" in capsys.readouterr().err

    def test_an_edited_word_must_be_an_allowed_one_and_a_dash_empties_a_cell(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        at = verb.EDITABLE.index("modality")
        wrong, empty = ([""] * len(verb.EDITABLE) for _ in range(2))
        wrong[at] = "sworn"
        empty[verb.EDITABLE.index("topics")] = "-"
        self.answers(monkeypatch, "e", *wrong, "e", *empty, "y")
        row = verb.ask(ledger_of(document(GOOD, DAY)), "s1", "A. Reader").claims[0]
        assert (row["modality"], row["topics"]) == ("expected", "")
        assert "FR106" in capsys.readouterr().err

    def test_what_was_answered_is_kept_when_a_person_stops(self, monkeypatch: pytest.MonkeyPatch) -> None:
        left = iter(["y"])

        def prompt(*_: object, **__: object) -> str:
            answer = next(left, None)
            if answer is None:
                raise click.Abort
            return answer

        monkeypatch.setattr(click, "prompt", prompt)
        monkeypatch.setattr("sys.stdin.isatty", lambda: True)
        made = verb.reviewed(ledger_of(document(GOOD, DAY)), "A. Reader", as_json=False)
        assert [row["confirmed"] for row in made.claims] == ["true", "", ""]

    def test_the_file_is_stamped_without_a_terminal(self) -> None:
        made = ledger_of(document(GOOD, DAY))
        rows = tuple({**row, "confirmed": "true" if row["id"] == "s1" else ""} for row in made.rows)
        stampd = stamped(replace(made, rows=rows), "A. Reader", DAY)
        assert [row["confirmed_by"] for row in stampd.claims] == ["A. Reader", "", ""]


class TestSkeleton:
    def test_confirmed_numbers_are_there_with_their_quote(self, tmp_path: Path) -> None:
        folder = scenario(tmp_path / "pumps", skeleton(ledger(), "pumps", PRIOR))
        tables, findings = read(folder)
        assert not errors([*findings, *check(tables)])
        (need,) = tables.rows("needs")
        assert (need["qty"], need["due"]) == (400, date(2026, 6, 1))
        linked = {(row["table"], row["column"]): row["statement"] for row in tables.rows("provenance")}
        assert linked.pop(("needs", "qty")) == linked.pop(("needs", "due")) == "s1"
        assert linked == {("processes", "max_rate"): None, ("gates", "duration_d"): None}
        quotes = {row["id"]: row["quote"] for row in tables.rows("statements")}
        assert "400" in quotes["s1"]
        assert need["source"] == "text"

    def test_a_promised_rate_is_taken_at_face_value(self) -> None:
        made = skeleton(ledger(GOOD.replace("It makes", "It will make")), "pumps", PRIOR)
        (row,) = csv.DictReader(io.StringIO(made["processes.csv"]))
        assert float(row["max_rate"]) == pytest.approx(20 / DAYS["week"], rel=1e-5)

    def test_without_a_rate_the_text_is_taken_at_its_word(self) -> None:
        """All of it is there on its day: a week on the way, and class history's part of the time before the first."""
        made = skeleton(ledger("The works will deliver 400 pumps by 1 June 2028."), "pumps", PRIOR)
        (row,) = csv.DictReader(io.StringIO(made["processes.csv"]))
        (gate,) = csv.DictReader(io.StringIO(made["gates.csv"]))
        days = (date(2028, 6, 1) - date(2026, 2, 16)).days // 7 * 7 - ON_THE_WAY_D  # plans begin on a Monday
        begin = PRIOR.begin * days // 7 * 7
        assert float(gate["duration_d"]) == begin
        assert float(row["max_rate"]) == pytest.approx(400 / (days - begin), rel=1e-5)
        assert float(row["max_rate"]) * (days - begin) >= 400

    def test_the_rest_is_marked_as_assumed(self, tmp_path: Path) -> None:
        folder = scenario(tmp_path / "pumps", skeleton(ledger(), "pumps", PRIOR))
        tables, _ = read(folder)
        kinds = {row["source"]: row["kind"] for row in tables.rows("sources")}
        assert kinds == {"text": "official", "not_said": "assumption", "class_history": "assumption"}
        (spread,) = tables.rows("uncertainty")
        assert (spread["table"], spread["column"], spread["dist"], spread["kind"], spread["as"]) == (
            "processes",
            "max_rate",
            "class",
            NEW,
            "factor",
        )
        assert {row["case"] for row in tables.rows("history")} == {"c0", "c1", "c2", "c3"}

    def test_no_quantity_is_invented(self, tmp_path: Path) -> None:
        made = ledger_of(document(ANNOUNCEMENT.read_text(encoding="utf-8")))
        made = confirmed(made, [row["id"] for row in made.claims], "A. Reader", DAY)
        tables, findings = read(scenario(tmp_path / "radios", skeleton(made, "radios", PRIOR)))
        assert [one.code for one in [*findings, *check(tables)]] == ["FR382"]
        (need,) = tables.frames["needs"].iter_rows(named=True)
        assert need["qty"] is None
        assert need["due"] is None
        assert tables.config.open_qty == OPEN_QTY

    def test_what_is_not_confirmed_is_nowhere(self) -> None:
        made = skeleton(ledger(GOOD, "s2"), "pumps", PRIOR)
        assert "400" not in "".join(text for name, text in made.items() if name != "README.md")
        assert "s1" not in made["statements.csv"]

    def test_denied_and_contested_numbers_are_no_needs(self) -> None:
        text = (
            "The works will not deliver 400 pumps by June. Critics fear that 90 pumps will come by May. It will "
            "deliver 30 pumps by July."
        )
        made = skeleton(ledger(text), "pumps", PRIOR)
        assert [row["qty"] for row in csv.DictReader(io.StringIO(made["needs.csv"]))] == ["30"]

    @pytest.mark.parametrize("unit", ["pumps/week", "pumps an hour", "pumps per shift", "pumps per family"])
    def test_an_amount_per_something_is_no_total(self, unit: str) -> None:
        made = ledger()
        rows = tuple({**row, "unit": unit} if row["id"] == "s1" else row for row in made.rows)
        files = skeleton(replace(made, rows=rows), "pumps", PRIOR)
        assert "400" not in files["needs.csv"]
        assert ("400 a week" in files["README.md"]) == (unit == "pumps/week")

    def test_the_rate_of_other_goods_is_not_that_of_these(self) -> None:
        text = "The works will deliver 400 pumps by 1 June 2028. It will make 90 filters a week. It needs 8 pumps."
        files = skeleton(ledger(text), "pumps", PRIOR)
        assert "90 a week" not in files["README.md"]
        assert [row["qty"] for row in csv.DictReader(io.StringIO(files["needs.csv"]))] == ["400"]

    def test_a_day_that_leaves_no_time_says_what_was_taken(self) -> None:
        files = skeleton(ledger("The works will deliver 400 pumps by 20 February 2026."), "pumps", PRIOR)
        assert "the plan is later than it" in files["README.md"]
        assert next(csv.DictReader(io.StringIO(files["processes.csv"])))["max_rate"] == "57.1429"  # 400 / 7, up

    def test_a_rate_with_a_day_runs_from_that_day(self) -> None:
        text = "The works will make 20 pumps a week by 1 June 2028."
        files = skeleton(ledger(text), "pumps", PRIOR)
        (gate,) = csv.DictReader(io.StringIO(files["gates.csv"]))
        assert float(gate["duration_d"]) == (date(2028, 6, 1) - date(2026, 2, 16)).days
        linked = {row["column"]: row["statement"] for row in csv.DictReader(io.StringIO(files["provenance.csv"]))}
        assert linked["duration_d"] == linked["max_rate"] == "s1"
        assert "class" in files["uncertainty.csv"]

    def test_a_claimed_rate_begins_in_time_for_the_quantity(self) -> None:
        """400 at 20 a week take 20 weeks, and one on the way: 21 weeks before 1 June 2028, in whole weeks."""
        text = "The works will deliver 400 pumps by 1 June 2028. It will make 20 pumps a week."
        (gate,) = csv.DictReader(io.StringIO(skeleton(ledger(text), "pumps", PRIOR)["gates.csv"]))
        days = (date(2028, 6, 1) - date(2026, 2, 16)).days // 7 * 7
        assert float(gate["duration_d"]) == days - 21 * 7

    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("The works will deliver 400 pumps.", "class history is of quantities promised by a day"),
            ("The works will make 20 pumps a week.", "class history is of promises with a day"),
        ],
    )
    def test_what_the_class_cannot_say_is_named_and_the_first_unit_has_its_range(self, text: str, why: str) -> None:
        files = skeleton(ledger(text), "pumps", PRIOR)
        assert why in files["README.md"]
        (spread,) = csv.DictReader(io.StringIO(files["uncertainty.csv"]))
        assert (spread["dist"], spread["low"], spread["mode"], spread["high"]) == ("empirical", "60", "300", "700")
        assert "history.csv" not in files

    def test_without_enough_cases_there_is_no_range_and_that_is_named(self, tmp_path: Path) -> None:
        few = prior_of(CASES[:2], NEW, DAY)
        files = skeleton(ledger("The works will deliver 400 pumps by 1 June 2028."), "pumps", few)
        assert "No range of the rate: 2 promises of others" in files["README.md"]
        assert "uncertainty.csv" not in files
        assert f"{BEGIN:.0%} of the announced time, assumed" in files["README.md"]
        tables, findings = read(scenario(tmp_path / "pumps", files))
        assert not errors([*findings, *check(tables)])
        none = skeleton(ledger("The works will deliver pumps."), "pumps", prior_of([], NEW, DAY))
        assert "assumed: no case with a first unit was known" in none["README.md"]

    def test_odds_of_a_skeleton_are_those_of_its_class(self, tmp_path: Path) -> None:
        """Kept by its day as often as class history has it, half of it as late, and that share there on the day.

        Odds are those of 1,024 stratified draws; a period is 7 of some 830 days.
        """
        text = "The works will deliver 400 pumps by 1 June 2028."
        tables, findings = read(scenario(tmp_path / "pumps", skeleton(ledger(text), "pumps", PRIOR)))
        assert [*findings, *check(tables)] == []
        made = plan(tables, tests=False)
        (need,) = tables.rows("needs")
        study = odds(tables, made, need=need["need"], by=need["due"])
        past = tuple(one.past for one in CASES)
        kept = study.table("odds").filter((pl.col("need") == need["need"]) & (pl.col("coverage") == 1.0))["odds"][0]
        assert kept == pytest.approx(whole(past, NEW), abs=0.01)
        there = study.table("quantities").filter(pl.col("need") == need["need"]).row(0, named=True)
        assert there["p50"] == pytest.approx(400 * float(progress_of(past, NEW).quantile(0.5)), rel=0.02)
        dates = study.table("dates").filter((pl.col("need") == need["need"]) & (pl.col("coverage") == 1.0))
        days = (need["due"] - tables.config.start).days
        assert (dates["p50"][0] - tables.config.start).days == pytest.approx(
            float(time_of(past, NEW).quantile(0.5)) * days, abs=28
        )

    def test_a_day_before_the_text_is_refused_and_history_is_not(self, tmp_path: Path) -> None:
        """What is to come cannot have been due; what was asserted of the past, or is not confirmed, says nothing."""
        made = ledger("The works will deliver 400 pumps by 1 June 2024. It delivered 90 pumps by 1 May 2024.")
        (tmp_path / "ledger.csv").write_text(written(made), encoding="utf-8")
        with pytest.raises(Refused) as refused:
            skeleton(read_ledger(tmp_path / "ledger.csv"), "pumps", PRIOR)
        (found,) = refused.value.findings
        assert (found.code, found.key, found.row, found.column) == ("FR801", "s1", 3, "deadline_to")
        told = tuple({**row, "modality": "asserted"} if row["id"] == "s1" else row for row in made.rows)
        assert skeleton(replace(made, rows=told), "pumps", PRIOR)

    def test_a_promise_that_the_plan_has_no_place_for_is_named(self) -> None:
        text = "The works will deliver 400 pumps by 1 June 2028. It will deliver 30 tonnes of pumps by 1 July 2028."
        readme = skeleton(ledger(text), "pumps", PRIOR)["README.md"]
        assert "s2 is not in the plan, which counts one kind of goods once: 30 tonnes" in readme
        assert "s1 is not" not in readme

    def test_refusals_come_all_at_once(self) -> None:
        with pytest.raises(Refused) as refused:
            skeleton(ledger_of(document(GOOD)), "pumps", PRIOR)
        assert [one.code for one in refused.value.findings] == ["FR835", "FR836"]

    @pytest.mark.parametrize("number", sorted(texts()))
    def test_every_gold_text_makes_a_scenario_without_an_error(self, number: str, tmp_path: Path) -> None:
        made = ledger_of(plain(texts()[number])[0])
        made = confirmed(made, [row["id"] for row in made.claims], "A. Reader", DAY)
        tables, findings = read(scenario(tmp_path / "one", skeleton(made, "one", prior(NEW, day_of(made)))))
        assert not errors([*findings, *check(tables)])


def test_a_report_never_shows_a_claim_that_nobody_confirmed(tmp_path: Path) -> None:
    files = skeleton(ledger(), "pumps", PRIOR)
    rows = list(csv.DictReader(io.StringIO(files["statements.csv"])))
    for row, answer in zip(rows, ("true", "false", ""), strict=True):
        row["confirmed"] = answer
    out = io.StringIO()
    sheet = csv.DictWriter(out, list(rows[0]))
    sheet.writeheader()
    sheet.writerows(rows)
    tables, _ = read(scenario(tmp_path / "pumps", {**files, "statements.csv": out.getvalue()}))
    assert statements(tables)["id"].to_list() == ["s1"]


def test_statements_written_by_hand_need_no_such_column() -> None:
    tables, _ = read(ROOT / "examples" / "directive")
    assert statements(tables).height == tables.frames["statements"].height > 0


def test_an_edit_that_the_quote_does_not_bear_is_refused() -> None:
    with pytest.raises(Refused):
        edited(ledger(), "s1", {"quantity": "401"})


def test_the_prior_is_that_of_the_class_and_says_how_many_cases() -> None:
    one = prior(NEW, date(2027, 3, 1))
    assert (one.kind, one.first_kind) == (NEW, NEW)
    assert one.firsts >= 3
    assert one.told >= one.own >= 3
    assert one.first is not None
    assert one.first[0] <= one.first[1] <= one.first[2]
    everybody = prior("stock of goods", date(2027, 3, 1))
    assert (everybody.own, everybody.first_kind) == (0, ""), "no case of that class has a first unit"


def test_the_prior_knows_nothing_that_came_later_and_leaves_programmes_out() -> None:
    early, late = prior(NEW, date(1943, 6, 1)), prior(NEW, date(2027, 3, 1))
    assert early.told < 3
    assert early.share is early.longer is early.odds is None
    assert all(row["known_on"] <= "2020-12-02" for row in prior(NEW, date(2020, 12, 2)).rows)
    assert prior(NEW, date(2027, 3, 1), ["covax-2021"]).told < late.told


def test_the_time_before_the_first_unit_makes_both_medians_of_the_class_come_out() -> None:
    """Half there by the date, all after 1.5 times: a half of the time, then at half the pace, twice a half."""
    assert Prior(NEW, DAY, share=0.5, longer=1.5).begin == pytest.approx(0.5)
    assert Prior(NEW, DAY, share=1.2, longer=0.8).begin == 0.0
    assert Prior(NEW, DAY, share=0.1, longer=20.0).begin == 0.0
    assert Prior(NEW, DAY).begin == BEGIN
