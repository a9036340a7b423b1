"""The frame of the command line: every way out of a verb, and the shapes it prints."""

import json
import os
import pkgutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import click
import numpy as np
import polars as pl
import pytest

import fullrate.cli
from fullrate.cli import VERBS, cli, frame, load
from fullrate.findings import Finding, Refused, Severity

FINDING = Finding("FR201", Severity.ERROR, "unknown site", table="lanes", column="source", file="lanes.csv", row=43)


def verb(body: Callable[[], int | None]) -> click.Command:
    """A verb that does one thing."""

    @click.command
    @frame.json_option
    def command(as_json: bool) -> int | None:
        return body()

    return command


def raising(error: BaseException) -> Callable[[], None]:
    def body() -> None:
        raise error

    return body


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


class TestExits:
    def test_done(self) -> None:
        assert frame.run(verb(lambda: None), []) == 0

    @pytest.mark.parametrize("code", [0, 1, 4])
    def test_a_verb_may_say_how_it_ended(self, code: int) -> None:
        assert frame.run(verb(lambda: code), []) == code

    def test_a_refusal_prints_its_findings(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert frame.run(verb(raising(Refused([FINDING]))), []) == 1
        out, err = capsys.readouterr()
        assert out == ""
        assert "error[FR201]: unknown site" in err
        assert "lanes.csv:43" in err
        assert "Traceback" not in err

    def test_a_refusal_as_json_is_one_object(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert frame.run(verb(raising(Refused([FINDING]))), ["--json"]) == 1
        out, err = capsys.readouterr()
        answer = json.loads(out)
        assert answer["status"] == "refused"
        assert answer["findings"][0]["code"] == "FR201"
        assert err == ""

    @pytest.mark.parametrize(("command", "words"), [(cli, ["plam"]), (cli, ["--no"]), (verb(lambda: 0), ["--no"])])
    def test_usage(self, command: click.Command, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
        assert frame.run(command, words) == 2
        assert "Usage: fullrate" in capsys.readouterr().err

    def test_a_misspelt_verb_gets_the_nearest(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert frame.run(cli, ["hindcst"]) == 2
        assert "Did you mean 'hindcast'" in capsys.readouterr().err

    @pytest.mark.parametrize("error", [KeyboardInterrupt(), click.Abort()])
    def test_stopped(self, error: BaseException, capsys: pytest.CaptureFixture[str]) -> None:
        assert frame.run(verb(raising(error)), []) == 130
        assert capsys.readouterr().err.strip() == "Stopped."

    @pytest.mark.parametrize("error", [ValueError("bad"), MemoryError(), RecursionError("deep"), SystemError("x")])
    def test_a_fault_names_its_report(
        self, error: Exception, elsewhere: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert frame.run(verb(raising(error)), []) == 3
        out, err = capsys.readouterr()
        (report,) = elsewhere.glob("fullrate-fault-*.txt")
        assert out == ""
        assert str(report) in err
        assert "Traceback" not in err
        assert f"{type(error).__name__}" in report.read_text(encoding="utf-8")
        assert "Traceback" in report.read_text(encoding="utf-8")

    def test_a_fault_as_json_is_one_object(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert frame.run(verb(raising(ValueError("bad"))), ["--json"]) == 3
        answer = json.loads(capsys.readouterr().out)
        assert answer["status"] == "fault"
        assert Path(answer["report"]).is_file()

    def test_a_fault_where_nothing_can_be_written_reports_elsewhere(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def nowhere() -> Path:
            return tmp_path / "absent"

        monkeypatch.setattr(Path, "cwd", nowhere)
        report = frame.write_fault_report(ValueError("bad"), ["plan"])
        assert report.is_file()
        report.unlink()


class TestShapes:
    def test_results_become_plain_json(self) -> None:
        answer = {
            "day": date(2021, 1, 4),
            "rate": np.float64("inf"),
            "edges": np.array([0.0, 7.0]),
            "table": pl.DataFrame({"key": ["a"], "value": [float("nan")], "date": [date(2021, 1, 4)]}),
            "severity": Severity.NOTE,
            "exit": frame.ExitCode.DONE,
            1: (True, None),
        }
        assert frame.plain(answer) == {
            "day": "2021-01-04",
            "rate": None,
            "edges": [0.0, 7.0],
            "table": [{"key": "a", "value": None, "date": "2021-01-04"}],
            "severity": "note",
            "exit": 0,
            "1": [True, None],
        }

    def test_progress_is_silent_off_a_terminal(self, capsys: pytest.CaptureFixture[str]) -> None:
        with frame.progress("planning") as say:
            say("stage 1")
        assert capsys.readouterr() == ("", "")

    @pytest.mark.parametrize("no_colour", ["", "1"])
    def test_colour_needs_a_terminal_and_no_objection(self, no_colour: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("NO_COLOR", no_colour)
        monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
        assert frame.wants_colour() is (not no_colour)

    def test_rich_help_says_what_plain_help_says(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        command = verb(lambda: None)
        assert frame.with_rich_help(command) is command
        monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
        rich = frame.with_rich_help(command)
        assert rich is not command
        assert frame.run(rich, ["--help"]) == 0
        assert "Print one JSON object" in capsys.readouterr().out

    def test_the_examples_are_found_in_a_checkout(self) -> None:
        root = Path(__file__).resolve().parents[1]
        assert frame.examples_folder() == root / "examples"


def test_the_menu_lists_every_verb_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    assert frame.run(cli, ["--help"]) == 0
    lines = [line.split()[0] for line in capsys.readouterr().out.splitlines() if line.startswith("  ") and line.strip()]
    names = [verb.name for verb in VERBS]
    assert [word for word in lines if word in names] == names


def test_every_verb_has_a_module_and_every_module_a_verb() -> None:
    shared = {"fullrate.cli.__main__", "fullrate.cli.frame"}
    modules = {module.name for module in pkgutil.iter_modules(fullrate.cli.__path__, "fullrate.cli.")}
    assert sorted(verb.module for verb in VERBS) == sorted(modules - shared)
    for verb in VERBS:
        assert load(verb).name == verb.name
        assert (load(verb).help or "").strip(), f"`fullrate {verb.name} --help` has nothing to say"


def test_an_interrupt_in_a_real_process_leaves_with_130() -> None:
    code = (
        "import os, signal, click\n"
        "from fullrate.cli.frame import run\n"
        "command = click.Command('x', callback=lambda: os.kill(os.getpid(), signal.SIGINT))\n"
        "raise SystemExit(run(command, []))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=dict(os.environ))
    assert (done.returncode, done.stdout, done.stderr.strip()) == (130, "", "Stopped.")
