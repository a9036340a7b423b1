"""The commands as a user types them: answers, exit codes, JSON, and folders that are whole or not there."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from e2e.commandline import GOLDEN, ITALY, ROOT, answer, by_itself, fullrate


def test_plan_says_the_dates_first_and_then_where_to_look(tmp_path: Path) -> None:
    done = by_itself(tmp_path, "plan", str(GOLDEN))
    first = done.stdout.splitlines()[0]
    assert done.returncode == 0
    assert first.startswith("If every number in “Water pumps for two towns” holds")
    assert "2026-04-27" in done.stdout, "golden is done in period 16, which ends on 27 April 2026"
    assert "\x1b" not in done.stdout, "no colour where there is no terminal"


def test_plan_as_json_is_one_object_with_the_promised_fields(tmp_path: Path) -> None:
    found = answer(tmp_path, "plan", str(GOLDEN))
    wanted = {"schema", "run", "status", "dates", "stages", "binding", "displaced", "money", "findings"}
    assert wanted <= set(found)
    whole = [row for row in found["dates"] if row["need"] == "" and row["coverage"] == 1.0]
    assert [row["earliest_period"] for row in whole] == [16]
    assert (tmp_path / "runs" / found["run"] / "manifest.json").is_file()


def test_a_changed_cell_changes_the_answer_and_is_recorded(tmp_path: Path) -> None:
    usual = answer(tmp_path, "plan", str(GOLDEN))
    without = answer(tmp_path, "plan", str(GOLDEN), "--set", "builds:second_line.max=0")
    last = {row["coverage"]: row["earliest_period"] for row in without["dates"] if row["need"] == ""}
    assert last[1.0] == 20, "golden without the build: earliest full coverage in period 20"
    assert without["run"] != usual["run"]
    manifest = json.loads((tmp_path / "runs" / without["run"] / "manifest.json").read_text())
    assert manifest["changes"] == ["builds:second_line.max=0"]
    assert answer(tmp_path, "audit", without["run"])["passed"], "the change must come back with the inputs"


def test_a_wrong_change_is_refused_like_a_wrong_cell(tmp_path: Path) -> None:
    done = fullrate(tmp_path, "plan", str(GOLDEN), "--set", "builds:second_lime.max=0")
    assert done.returncode == 1
    assert "second_line" in done.stderr, "the nearest name is offered"
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "runs").exists(), "nothing was computed, nothing is written"


def test_audit_passes_and_finds_a_changed_file(planned: Path) -> None:
    assert answer(planned, "audit", "latest")["residual"] <= 1e-6
    run = next((planned / "runs").iterdir())
    (run / "flows.parquet").write_bytes((run / "states.parquet").read_bytes())
    done = fullrate(planned, "audit", "latest")
    assert done.returncode == 1
    assert "flows.parquet is not what was written" in done.stdout


def test_audit_of_a_preview_uses_the_calendar_of_the_preview(tmp_path: Path) -> None:
    found = answer(tmp_path, "plan", str(ITALY), "--preview")
    assert found["meta"]["preview"] is True
    assert answer(tmp_path, "audit", "latest")["residual"] <= 1e-6


def test_runs_and_show_read_what_plan_wrote(planned: Path) -> None:
    again = fullrate(planned, "plan", str(GOLDEN))
    assert again.returncode == 0
    listed = answer(planned, "runs")["runs"]
    assert [run["same_inputs_as"] for run in listed] == [None, listed[0]["run"]]
    waits = fullrate(planned, "show", listed[0]["run"], "waits").stdout
    assert waits.splitlines()[0] == "recipient,class,weight,days"
    assert sum(float(line.split(",")[3]) for line in waits.splitlines()[1:]) == pytest.approx(151.55), "21.65 weeks"


def test_planning_after_a_run_keeps_what_is_frozen(planned: Path) -> None:
    first = answer(planned, "runs")["runs"][0]["run"]
    changed = ("--set", "scenario:freeze_until=2026-02-02", "--set", "needs:hilltown_pumps.qty=60")
    found = answer(planned, "plan", str(GOLDEN), "--previous", first, *changed)
    assert found["meta"]["changes"]["frozen_changed"] == 0
    assert found["meta"]["changes"]["frozen_periods"] == 4
    assert json.loads((planned / "runs" / found["run"] / "manifest.json").read_text())["parent"] == first
    assert answer(planned, "audit", found["run"])["passed"], "what was ordered before is part of the inputs"
    assert fullrate(planned, "report", found["run"]).returncode == 0


def test_a_rival_that_loses_is_told(tmp_path: Path) -> None:
    copy = tmp_path / "golden"
    shutil.copytree(GOLDEN, copy)
    (copy / "rivals.csv").write_text(
        "rival,kind,target,qty,protected,source\nclinic,resource,bench,2,0.1,g1\n", encoding="utf-8"
    )
    said = fullrate(tmp_path, "plan", "golden").stdout
    assert "crowded out: clinic (civil) loses" in said
    found = answer(tmp_path, "plan", "golden")
    assert {row["rival"] for row in found["displaced"]} == {"clinic"}
    assert all(row["displaced"] == pytest.approx(row["wanted"] - row["kept"]) for row in found["displaced"])
    assert "What it crowds out" in report_of(tmp_path, found["run"])


def report_of(folder: Path, run: str) -> str:
    assert fullrate(folder, "report", run, "--output", "report.html").returncode == 0
    return (folder / "report.html").read_text(encoding="utf-8")


def test_an_unknown_run_is_refused_with_the_newest(planned: Path) -> None:
    done = fullrate(planned, "show", "19990101")
    assert done.returncode == 1
    assert "FR701" in done.stderr
    assert "latest" in done.stderr


def test_the_time_limit_saves_the_best_so_far(tmp_path: Path) -> None:
    done = fullrate(tmp_path, "plan", str(ITALY), "--time-limit", "0.2", "--json")
    found = json.loads(done.stdout)
    assert done.returncode == 4
    assert found["status"] == "time limit"
    stopped = found["meta"]["stopped"]
    assert 0 < stopped["least_d"] < stopped["wait_d"], "the best so far stands beside a bound"
    assert answer(tmp_path, "audit", found["run"])["passed"], "stopped early, but nothing is broken"


def test_new_refuses_to_write_over_anything(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    done = fullrate(tmp_path, "new", "mine")
    assert done.returncode == 2
    assert list((tmp_path / "mine").iterdir()) == []


@pytest.mark.parametrize("template", ["minimal", "vaccine"])
def test_templates_open_clean(tmp_path: Path, template: str) -> None:
    assert fullrate(tmp_path, "new", "mine", "--template", template).returncode == 0
    found = answer(tmp_path, "check", "mine")
    assert not [one for one in found["findings"] if one["severity"] == "error"]


def test_killed_at_any_moment_a_whole_run_is_left_or_none(tmp_path: Path) -> None:
    luck = random.Random(7)
    for _ in range(12):
        process = subprocess.Popen(
            [sys.executable, "-m", "fullrate.cli", "plan", str(GOLDEN)],
            cwd=tmp_path,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        )
        time.sleep(luck.uniform(0.2, 1.6))
        process.send_signal(signal.SIGKILL)
        process.wait()
    runs = tmp_path / "runs"
    kept = [folder for folder in runs.iterdir() if not folder.name.startswith(".")] if runs.exists() else []
    for folder in kept:
        assert answer(tmp_path, "audit", folder.name)["damaged"] == []
    assert fullrate(tmp_path, "plan", str(GOLDEN)).returncode == 0
    assert not list(runs.glob(".tmp-*")), "the next command sweeps what was left behind"
