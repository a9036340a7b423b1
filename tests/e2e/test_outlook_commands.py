"""The commands `outlook` and `hindcast` as a person meets them: answers, exit codes, runs."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from e2e.commandline import GOLDEN, ROOT, fullrate

SMALL = ROOT / "tests" / "diagnostics" / "surge"


def test_an_outlook_is_a_run_that_can_be_shown(tmp_path: Path) -> None:
    done = fullrate(tmp_path, "outlook", "us-155mm-2022", "--as-of", "2024-06-01")
    assert done.returncode == 0
    said, _, run = done.stdout.rpartition("\n\nrun ")
    shown = fullrate(tmp_path, "show", run.strip())
    assert shown.stdout.startswith(said)
    inputs = tmp_path / "runs" / run.strip() / "inputs" / "us-155mm-2022"
    assert {file.name for file in inputs.iterdir()} == {"case.toml", "announced.csv", "actual.csv", "sources.csv"}
    refused = fullrate(tmp_path, "audit", run.strip())
    assert refused.returncode == 1
    assert "FR701" in refused.stderr
    curve = fullrate(tmp_path, "show", run.strip(), "curve")
    assert curve.stdout.startswith("day,p10,")


def test_a_folder_of_records_with_a_broken_one_is_still_scored(tmp_path: Path) -> None:
    for name in ("good", "bad"):
        shutil.copytree(SMALL, tmp_path / "cases" / name)
    file = tmp_path / "cases" / "bad" / "announced.csv"
    file.write_text(file.read_text("utf-8").replace("2021-01-11,the works,4000", "2021-01-11,the works,lots"), "utf-8")
    done = fullrate(tmp_path, "hindcast", "--cases", str(tmp_path / "cases"), "--json")
    assert done.returncode == 0
    assert "fullrate check" in done.stderr
    found = json.loads(done.stdout)
    assert {one["slug"] for one in found["promises"]} == {"pumps-2021 (good)", "pumps-2021 (bad)"}


def test_a_broken_record_is_refused_by_name(tmp_path: Path) -> None:
    shutil.copytree(SMALL, tmp_path / "surge")
    file = tmp_path / "surge" / "actual.csv"
    file.write_text(file.read_text("utf-8").replace("2350", "235"), "utf-8")
    done = fullrate(tmp_path, "outlook", "surge")
    assert done.returncode == 1
    assert "FR802" in done.stderr
    checked = fullrate(tmp_path, "check", "surge", "--json")
    assert checked.returncode == 1
    assert json.loads(checked.stdout)["findings"][0]["code"] == "FR802"


def test_a_record_is_evidence_and_is_not_changed(tmp_path: Path) -> None:
    shutil.copytree(SMALL, tmp_path / "surge")
    assert fullrate(tmp_path, "check", "surge", "--fix").returncode == 2
    assert fullrate(tmp_path, "check", "surge").returncode == 0


def test_no_record_there(tmp_path: Path) -> None:
    done = fullrate(tmp_path, "hindcast", "--cases", str(GOLDEN))
    assert done.returncode == 1
    assert "FR812" in done.stderr
