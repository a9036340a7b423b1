"""`fullrate check` and `fullrate explain` as a user calls them."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from fullrate.cli import cli
from fullrate.cli.frame import run
from tables import whole

Captured = pytest.CaptureFixture[str]


def bad(tmp_path: Path) -> str:
    text = whole.FILES["lanes.csv"].replace("works_hub,works", "works_hub,w0rks")
    late = whole.FILES["needs.csv"].replace("backlog,,", "Backlog,,")
    return str(whole.write(tmp_path / "bad", {"lanes.csv": text, "needs.csv": late}))


def test_a_clean_scenario(tmp_path: Path, capsys: Captured) -> None:
    assert run(cli, ["check", str(whole.write(tmp_path / "clean"))]) == 0
    said, counted, end = capsys.readouterr().out.split("\n")
    assert (said, end) == ("No problems found.", "")
    total, *parts = (int(number) for number in re.findall(r"\d+", counted))
    assert counted == "{} numbers: {} from documents, {} assumptions, {} without a source.".format(total, *parts)
    assert sum(parts) == total > 0


def test_errors_give_exit_code_1_and_a_count(tmp_path: Path, capsys: Captured) -> None:
    assert run(cli, ["check", bad(tmp_path)]) == 1
    out = capsys.readouterr().out
    assert "error[FR201]: unknown site" in out
    assert "did you mean `works`? (digit 0, letter o)" in out
    assert out.endswith("Found 2 errors in 2 files, 1 fixable with --fix. No plan can be made of it.\n")
    assert "\x1b" not in out


@pytest.mark.parametrize("option", [["--json"], ["--format", "json"]])
def test_json_is_one_object(option: list[str], tmp_path: Path, capsys: Captured) -> None:
    assert run(cli, ["check", bad(tmp_path), *option]) == 1
    captured = capsys.readouterr()
    answer = json.loads(captured.out)
    assert captured.err == ""
    assert answer["schema"] == "fullrate/check/1"
    assert answer["status"] == "refused"
    assert answer["count"] == {"error": 2, "warning": 0, "note": 0}
    codes = {finding["code"]: finding for finding in answer["findings"]}
    assert codes["FR201"]["nearest"] == ["works"]
    assert (codes["FR201"]["table"], codes["FR201"]["key"], codes["FR201"]["row"]) == ("lanes", "works_hub", 2)
    assert codes["FR106"]["fix"] == "backlog"


def test_fix_writes_and_says_what(tmp_path: Path, capsys: Captured) -> None:
    folder = bad(tmp_path)
    assert run(cli, ["check", folder, "--fix"]) == 1
    captured = capsys.readouterr()
    assert captured.err == f"fixed {os.path.join(folder, 'needs.csv')}:2, column `late`: `Backlog` -> `backlog`\n"
    assert "Found 1 error in 1 file." in captured.out


def test_set_changes_what_is_checked_not_the_files(tmp_path: Path, capsys: Captured) -> None:
    folder = whole.write(tmp_path / "clean")
    before = {name: (folder / name).read_bytes() for name in whole.FILES}
    assert run(cli, ["check", str(folder), "--set", "lanes:works_hub.lead_d=x"]) == 1
    assert run(cli, ["check", str(folder), "--set", "lanes:works_hub.lead_d=5"]) == 0
    assert before == {name: (folder / name).read_bytes() for name in whole.FILES}
    assert "in the change lanes:works_hub.lead_d=x" in capsys.readouterr().out


def test_warnings_do_not_stop(tmp_path: Path, capsys: Captured) -> None:
    text = whole.FILES["lanes.csv"].replace(",plan\n", ",\n")
    folder = whole.write(tmp_path / "bare", {"lanes.csv": text})
    assert run(cli, ["check", str(folder)]) == 0
    assert "5 of 5 rows of `lanes` name no source" in capsys.readouterr().out


def test_many_findings_of_a_kind_are_counted(tmp_path: Path, capsys: Captured) -> None:
    lines = [f"l{i},nowhere{i},hub,,,,,,,,,,,,plan" for i in range(30)]
    text = whole.FILES["lanes.csv"] + "\n".join(lines) + "\n"
    assert run(cli, ["check", str(whole.write(tmp_path / "many", {"lanes.csv": text}))]) == 1
    out = capsys.readouterr().out
    assert out.count("error[FR201]") == 20
    assert "... and 10 more of FR201" in out
    assert "Found 30 errors in 1 file." in out


def test_no_such_folder(tmp_path: Path, capsys: Captured) -> None:
    assert run(cli, ["check", str(tmp_path / "nothing")]) == 1
    assert "error[FR001]" in capsys.readouterr().out


def test_explain(capsys: Captured) -> None:
    assert run(cli, ["explain", "fr201"]) == 0
    assert capsys.readouterr().out.startswith("# FR201: unknown name\n")
    assert run(cli, ["explain", "FR201", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["code"] == "FR201"


@pytest.mark.parametrize("code", ["FR999", "../../README", "", "scenario"])
def test_explain_of_no_code(code: str, capsys: Captured) -> None:
    assert run(cli, ["explain", code]) == 1
    assert "There is no code" in capsys.readouterr().err
