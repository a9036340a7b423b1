"""The verbs report, compare and export on stored runs: files, JSON, exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fullrate import store
from fullrate.cli import cli
from fullrate.cli.frame import run
from report.scenes import GOLDEN, golden, golden_with
from report.workbooks import sheets


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """Two runs in `runs` of the current folder: golden, and golden without its build."""
    monkeypatch.chdir(tmp_path)
    ids = [store.save(*case, [], Path("runs")).id for case in (golden(), golden_with("builds:second_line.max=0"))]
    return ids[0], ids[1]


def test_report_writes_one_file(runs: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(cli, ["report", runs[0]]) == 0
    assert capsys.readouterr().out.strip() == f"report-{runs[0]}.html"
    text = Path(f"report-{runs[0]}.html").read_text("utf-8")
    assert text.startswith("<!doctype html>")
    assert runs[0] in text
    assert run(cli, ["report", "latest", "-o", "other.html", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer == {
        "schema": "fullrate.report/1",
        "run": runs[1],
        "file": "other.html",
        "bytes": Path("other.html").stat().st_size,
    }


def test_compare_by_name_and_the_two_newest(runs: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(cli, ["compare", *runs]) == 0
    text = capsys.readouterr().out
    assert "builds:second_line.max" in text
    assert "the capacity of mould line" in text
    assert run(cli, ["compare", *runs, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["old"], answer["new"]) == runs
    assert answer["cells"] == [{"cell": "builds:second_line.max", "old": "1", "new": "0"}]
    assert {"cells", "dates", "waits", "cost", "binding", "status"} <= set(answer)
    assert run(cli, ["compare"]) == 0
    assert capsys.readouterr().out == text
    assert run(cli, ["compare", runs[0]]) == 2


def test_compare_of_equals_says_so(runs: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(cli, ["compare", runs[0], runs[0]]) == 0
    text = capsys.readouterr().out
    for sentence in ("no cell differs", "none differs", "the same limits"):
        assert sentence in text


def test_export_of_a_run(runs: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(cli, ["export", runs[0], "plan.xlsx"]) == 0
    assert "Schedule" in sheets(Path("plan.xlsx"))
    assert run(cli, ["export", runs[0], "plan.ods"]) == 2


@pytest.mark.parametrize("words", [["report"], ["compare", "x"], ["export"], ["actions"]])
def test_an_unknown_run_is_refused(words: list[str], runs: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    more = ["out.xlsx"] if words[0] == "export" else []
    assert run(cli, [*words, "nothing-like-it", *more]) == 1
    assert "no such run" in capsys.readouterr().err
    assert not Path("out.xlsx").exists()


@pytest.mark.parametrize("words", [["report", "-o"], ["actions", "-o"], ["export", "latest"]])
def test_a_place_that_cannot_be_written_is_usage(
    words: list[str], runs: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(cli, [*words, "no such folder/out.xlsx"]) == 2
    assert "cannot write no such folder/out.xlsx" in capsys.readouterr().err


def test_export_of_a_scenario(runs: tuple[str, str]) -> None:
    assert run(cli, ["export", str(GOLDEN), "golden.xlsx"]) == 0
    cells = {text for row in sheets(Path("golden.xlsx"))["processes"] for _, text in row}
    assert {"cast", "assemble"} <= cells
