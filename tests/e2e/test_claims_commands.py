"""From an announcement to a plan, on the command line."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from e2e.commandline import ROOT
from fullrate.cli import cli
from fullrate.cli.frame import run

ANNOUNCEMENT = ROOT / "examples" / "directive" / "announcement.md"


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run a command in a temporary folder; returns exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)

    def one(*words: str) -> tuple[int, str, str]:
        code = run(cli, words)
        said = capsys.readouterr()
        return code, said.out, said.err

    return one


def confirm(file: Path, answers: dict[str, str]) -> None:
    """What a person does in a spreadsheet: write into the column `confirmed`."""
    with file.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    for row in rows:
        row["confirmed"] = answers.get(row["id"], answers.get("*", ""))
    with file.open("w", encoding="utf-8", newline="") as opened:
        sheet = csv.DictWriter(opened, list(rows[0]))
        sheet.writeheader()
        sheet.writerows(rows)


def test_from_an_order_without_a_number_to_a_plan_without_an_invented_one(call: Any, tmp_path: Path) -> None:
    assert call("claims", str(ANNOUNCEMENT), "--out", "ledger.csv")[0] == 0
    assert call("new", "radios", "--from-claims", "ledger.csv")[0] == 1, "nothing is confirmed yet"
    confirm(tmp_path / "ledger.csv", {"*": "true", "published": ""})
    code, said, _ = call("claims", "ledger.csv", "--review", "--by", "A. Reader")
    assert code == 0
    assert "9 of them confirmed" in said.splitlines()[0]
    assert "A. Reader" in (tmp_path / "ledger.csv").read_text(encoding="utf-8")
    assert call("new", "radios", "--from-claims", "ledger.csv", "--class", "new product or plant")[0] == 0
    code, said, _ = call("check", "radios", "--json")
    assert code == 0
    checked = json.loads(said)
    assert [one["code"] for one in checked["findings"]] == ["FR382"]
    assert checked["numbers"]["assumed"] == checked["numbers"]["total"]
    code, said, _ = call("plan", "radios", "--json")
    assert code == 0
    planned = json.loads(said)
    assert planned["dates"] == []
    assert planned["quantities"], "what can be there by when, for quantities that nobody has promised"
    assert planned["not_known"]
    readme = (tmp_path / "radios" / "README.md").read_text(encoding="utf-8")
    assert "No range of the rate: class history is of quantities promised by a day" in readme
    code, said, _ = call("odds", "latest", "--samples", "64", "--json")
    assert code == 0
    assert json.loads(said)["meta"]["ranges"] == 1, "the time to the first unit, of the class"


def test_a_claimed_quantity_and_its_day_are_planned_with_their_quote(call: Any, tmp_path: Path) -> None:
    text = "Oslo, 9 March 2026. The works will deliver 400 pumps by 1 June 2028. Critics fear that it will be 90 pumps."
    (tmp_path / "note.txt").write_text(text, encoding="utf-8")
    assert call("claims", "note.txt", "--out", "ledger.csv")[0] == 0
    confirm(tmp_path / "ledger.csv", {"s1": "true", "s2": "false"})
    words = ("--class", "new product or plant", "--without", "covax-2021")
    assert call("new", "pumps", "--from-claims", "ledger.csv", *words)[0] == 0
    code, said, _ = call("check", "pumps", "--json")
    assert code == 0
    assert json.loads(said)["findings"] == []
    planned = json.loads(call("plan", "pumps", "--json")[1])
    assert {row["need"] for row in planned["dates"]} >= {"claimed_s1"}
    odds = json.loads(call("odds", "latest", "--samples", "64", "--json")[1])
    history = json.loads(call("history", "--as-of", "2026-03-09", *words, "--json")[1])
    assert odds["meta"]["history"]["cases"] == history["with_share"]
    assert odds["meta"]["history"]["kept"] == pytest.approx(history["odds_whole"], rel=1e-3), "four digits in the table"
    pooled = call("outlook", "ledger.csv", "--class", "new product or plant", "--run", "latest")[1]
    assert "this is one view twice" in " ".join(pooled.split())
    assert "90 pumps" not in (tmp_path / "pumps" / "statements.csv").read_text(encoding="utf-8")


def test_a_ledger_that_was_confirmed_is_not_written_over(call: Any, tmp_path: Path) -> None:
    assert call("claims", str(ANNOUNCEMENT), "--out", "ledger.csv")[0] == 0
    assert call("claims", str(ANNOUNCEMENT), "--out", "ledger.csv")[0] == 0, "nobody has touched it"
    confirm(tmp_path / "ledger.csv", {"s1": "true"})
    before = (tmp_path / "ledger.csv").read_bytes()
    code, _, said = call("claims", str(ANNOUNCEMENT), "--out", "ledger.csv")
    assert code == 2
    assert "confirmed claims" in said
    assert (tmp_path / "ledger.csv").read_bytes() == before


def test_a_template_and_claims_exclude_each_other(call: Any) -> None:
    assert call("new", "one", "--from-claims", "ledger.csv", "--template", "minimal")[0] == 2
    assert call("new", "one", "--class", "stock of goods")[0] == 2
    assert call("new", "one", "--without", "covax-2021")[0] == 2


def test_a_programme_to_leave_out_that_there_is_not_is_refused(call: Any, tmp_path: Path) -> None:
    code, _, said = call("new", "one", "--from-claims", "ledger.csv", "--without", "covax")
    assert code == 1
    assert "FR812" in said
    assert not (tmp_path / "one").exists()


def test_what_is_not_said_comes_first(call: Any) -> None:
    said = call("claims", str(ANNOUNCEMENT))[1]
    assert said.index("not said") < said.index("“The Minister for Civil Protection")
    assert "not said      quantity" in said


def test_the_outlook_of_an_order_without_a_number_invents_none(call: Any, tmp_path: Path) -> None:
    assert call("claims", str(ANNOUNCEMENT), "--out", "ledger.csv")[0] == 0
    confirm(tmp_path / "ledger.csv", {"*": "true", "published": ""})
    assert call("claims", "ledger.csv", "--review", "--by", "A. Reader")[0] == 0
    code, said, _ = call("outlook", "ledger.csv", "--as-of", "2027-03-01", "--json")
    assert code == 0
    found = json.loads(said)
    assert found["forecast"] == []
    assert found["cases"], "the class history is all there is"
    firsts = sorted(one["first"] for one in found["cases"] if one["first"] is not None)
    low, middle, high = found["meta"]["own_first_days"]
    assert (
        len([one for one in firsts if one <= middle]) >= len(firsts) / 2 > len([one for one in firsts if one < middle])
    )
    assert low in firsts
    assert high in firsts
    days = (
        f"half had a first unit on record {middle:,.0f} days after their announcement or later, 80 % between {low:,.0f}"
    )
    assert days in found["answer"][-1]
