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
import pytest

from claims.scoring import plain, texts
from fullrate.claims import Ledger, confirmed, document, is_confirmed, ledger_of, read_ledger, read_text, written
from fullrate.claims.skeleton import OPEN_QTY, Prior, skeleton
from fullrate.claims.units import DAYS
from fullrate.claims.worksheet import edited, stamped
from fullrate.cli import claims as verb
from fullrate.draws.history import Past
from fullrate.findings import Refused, errors
from fullrate.forecast.priors import prior
from fullrate.report.evidence import statements
from fullrate.tables import read
from fullrate.tables.check import check

ROOT = Path(__file__).resolve().parents[2]
ANNOUNCEMENT = ROOT / "examples" / "directive" / "announcement.md"
DAY = date(2026, 2, 10)
PRIOR = Prior("new product or plant", 11, 60, 300, 700, 1.5, 10)
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
        assert linked == {("needs", "qty"): "s1", ("needs", "due"): "s1", ("processes", "max_rate"): None}
        quotes = {row["id"]: row["quote"] for row in tables.rows("statements")}
        assert "400" in quotes["s1"]
        assert need["source"] == "text"

    def test_a_promised_rate_is_taken_at_face_value(self) -> None:
        made = skeleton(ledger(GOOD.replace("It makes", "It will make")), "pumps", PRIOR)
        (row,) = csv.DictReader(io.StringIO(made["processes.csv"]))
        assert float(row["max_rate"]) == pytest.approx(20 / DAYS["week"], rel=1e-5)

    def test_without_a_rate_class_history_says_it(self) -> None:
        made = skeleton(ledger("The works will deliver 400 pumps by 1 June 2028."), "pumps", PRIOR)
        (row,) = csv.DictReader(io.StringIO(made["processes.csv"]))
        days = (date(2028, 6, 1) - date(2026, 2, 16)).days  # the plan begins on the Monday after the text
        assert float(row["max_rate"]) == pytest.approx(400 / (1.5 * days - 300), rel=1e-5)

    def test_the_rest_is_marked_as_assumed(self, tmp_path: Path) -> None:
        folder = scenario(tmp_path / "pumps", skeleton(ledger(), "pumps", PRIOR))
        tables, _ = read(folder)
        kinds = {row["source"]: row["kind"] for row in tables.rows("sources")}
        assert kinds == {"text": "official", "not_said": "assumption", "class_history": "assumption"}
        (gate,) = tables.rows("gates")
        assert (gate["duration_d"], gate["source"]) == (300, "class_history")
        (spread,) = tables.rows("uncertainty")
        assert (spread["low"], spread["high"], spread["q"]) == (60, 700, "p10p90")

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

    def test_a_rate_that_class_history_leaves_no_time_for_says_what_was_taken(self) -> None:
        """Announced 111 days ahead, and a class that takes half as long again: the first unit alone takes 300."""
        files = skeleton(ledger("The works will deliver 400 pumps by 1 June 2026."), "pumps", PRIOR)
        assert "fewer than 28 days" in files["README.md"]
        assert next(csv.DictReader(io.StringIO(files["processes.csv"])))["max_rate"] == f"{400 / 28:.6g}"

    def test_refusals_come_all_at_once(self) -> None:
        with pytest.raises(Refused) as refused:
            skeleton(ledger_of(document(GOOD)), "pumps", PRIOR)
        assert [one.code for one in refused.value.findings] == ["FR835", "FR836"]

    @pytest.mark.parametrize("number", sorted(texts()))
    def test_every_gold_text_makes_a_scenario_without_an_error(self, number: str, tmp_path: Path) -> None:
        made = ledger_of(plain(texts()[number])[0])
        made = confirmed(made, [row["id"] for row in made.claims], "A. Reader", DAY)
        tables, findings = read(scenario(tmp_path / "one", skeleton(made, "one", PRIOR)))
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
    one = prior("new product or plant")
    assert one.kind == "new product or plant"
    assert one.cases >= 3
    assert one.first_low <= one.first <= one.first_high
    everybody = prior("stock of goods")
    assert everybody.kind == "all classes", "no case of that class has a first unit"


def test_a_class_with_too_few_cases_takes_how_much_longer_from_all() -> None:
    """Two of the class took twice as long; of all six half took 1.2 times or less, one ended before its date."""

    def case(slug: str, kind: str, ratio: float | None, beyond: float | None = None) -> Past:
        return Past(slug, slug, slug, kind, 1.0, 1.0, ratio, beyond, None, 365.0, 90.0)

    goods = [case("a", "stock of goods", 2.0), case("b", "stock of goods", None, 2.0)]
    other = [case(slug, "network roll-out", ratio) for slug, ratio in (("c", 1.1), ("d", 1.2), ("e", 1.0))]
    one = prior("stock of goods", [*goods, *other, case("f", "network roll-out", None, 0.5)])
    assert (one.longer, one.longer_cases, one.longer_kind) == (1.2, 5, "all classes")
    assert (prior("network roll-out", [*goods, *other]).longer, one.longer_kind) == (1.1, "all classes")
    none = prior("stock of goods", other)
    assert (none.longer, none.longer_cases) == (1.1, 3)
