"""The two-command promise: the tasks, the pinned requirements and the built package."""

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
import tasks
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
LEVELS = ("boot", "run", "dev", "oracle")


def pins(level: str) -> dict[str, set[str]]:
    """Versions (with their conditions) by package of one requirements file."""
    text = (ROOT / "requirements" / f"{level}.txt").read_text(encoding="utf-8")
    found: dict[str, set[str]] = {}
    for name, rest in re.findall(r"^([a-z0-9-]+)==([^\\\n]+?) *\\$", text, flags=re.MULTILINE):
        found.setdefault(name, set()).add(rest.split(";")[0].strip())
    return found


def unmet(requirements: list[str], level: str) -> list[str]:
    """Requirements that the pinned versions of a level do not meet."""
    pinned = pins(level)
    wanted = [Requirement(text) for text in requirements]
    return [str(w) for w in wanted if not all(map(w.specifier.contains, pinned.get(w.name, {"none"})))]


@pytest.fixture(scope="module")
def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


class TestRequirements:
    @pytest.mark.parametrize("level", LEVELS)
    def test_everything_is_pinned_and_hashed(self, level: str) -> None:
        text = (ROOT / "requirements" / f"{level}.txt").read_text(encoding="utf-8")
        entries = re.split(r"^(?=\S)", text, flags=re.MULTILINE)[1:]
        entries = [entry for entry in entries if not entry.startswith("#")]
        assert entries
        for entry in entries:
            assert re.match(r"[a-z0-9-]+==\S+", entry), entry
            assert "--hash=sha256:" in entry, entry

    def test_each_level_holds_the_one_before_at_the_same_versions(self) -> None:
        for lower, higher in (("run", "dev"), ("dev", "oracle")):
            assert pins(lower).items() <= pins(higher).items()

    def test_files_are_current(self, project: dict) -> None:
        groups = project["dependency-groups"]
        assert unmet(project["project"]["dependencies"], "run") == []
        for group, level in (("build", "run"), ("dev", "dev"), ("oracle", "oracle")):
            assert unmet([each for each in groups[group] if isinstance(each, str)], level) == []

    def test_the_demo_needs_no_test_package(self) -> None:
        unwanted = {"pytest", "simpy", "networkx", "hypothesis", "pandas", "linopy", "pyarrow", "uv"}
        assert pins("run").keys().isdisjoint(unwanted)
        assert pins("dev").keys().isdisjoint({"pandas", "linopy", "pyarrow"})


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Tasks over an empty `.venv`; returns the list of levels that get installed."""
    installed: list[str] = []
    (tmp_path / ".venv").mkdir()
    monkeypatch.setattr(tasks, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(tasks, "make_venv", lambda: None)
    monkeypatch.setattr(tasks, "install", installed.append)
    return installed


class TestSetup:
    def test_installs_once(self, bare: list[str]) -> None:
        tasks.setup("run")
        tasks.setup("run")
        assert bare == ["run"]

    def test_a_higher_level_serves_a_lower(self, bare: list[str]) -> None:
        tasks.setup("dev")
        tasks.setup("run")
        assert bare == ["dev"]

    def test_a_lower_level_does_not_serve_a_higher(self, bare: list[str]) -> None:
        tasks.setup("run")
        tasks.setup("dev")
        assert bare == ["run", "dev"]

    def test_a_change_installs_again_and_takes_nothing_away(
        self, bare: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        tasks.setup("dev")
        monkeypatch.setattr(tasks, "key", lambda level: "changed")
        tasks.setup("run")
        assert bare == ["dev", "dev"]

    def test_an_interrupted_installation_is_not_taken_for_a_whole_one(
        self, bare: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        tasks.setup("run")

        def stopped(level: str) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(tasks, "install", stopped)
        with pytest.raises(KeyboardInterrupt):
            tasks.setup("dev")
        monkeypatch.setattr(tasks, "install", bare.append)
        tasks.setup("run")
        assert bare == ["run", "run"]

    def test_an_old_python_is_told_what_to_do(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "version_info", (3, 9, 2))
        with pytest.raises(SystemExit, match=r"needs Python 3\.11 or newer; this is 3\.9"):
            tasks.main(["demo"])

    def test_no_venv_module_is_told_what_to_install(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        failing = tmp_path / "python"
        failing.write_text("#!/bin/sh\necho ensurepip is not available\nexit 1\n", encoding="utf-8")
        failing.chmod(0o755)
        monkeypatch.setattr(tasks, "VENV", tmp_path / ".venv")
        monkeypatch.setattr(tasks, "PYTHON", tmp_path / ".venv" / "bin" / "python")
        monkeypatch.setattr(sys, "executable", str(failing))
        with pytest.raises(SystemExit, match=r"(?s)ensurepip is not available.*apt-get install python3-venv"):
            tasks.make_venv()

    def test_an_unknown_task_lists_the_tasks(self) -> None:
        with pytest.raises(SystemExit, match=r"(?s)demo.*test-all"):
            tasks.main(["tset"])

    def test_make_offers_every_task(self) -> None:
        makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
        (offered,) = re.findall(r"^TASKS *:= (.*)$", makefile, flags=re.MULTILINE)
        assert set(offered.split()) == tasks.TASKS.keys()

    def test_ci_runs_the_test_command_of_the_readme(self) -> None:
        script = ROOT / ".ci" / "run"
        assert script.stat().st_mode & 0o100
        assert "make test " in script.read_text(encoding="utf-8")
        assert "make test" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_wheel_holds_the_package_and_the_examples(tmp_path: Path, project: dict) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as file:
        held = set(file.namelist())
        table = [one for one in file.infolist() if "/us-2017/" in one.filename]
    package = {file.relative_to(ROOT / "src").as_posix() for file in (ROOT / "src" / "fullrate").rglob("*.py")}
    assert package <= held
    examples = [file for file in (ROOT / "examples").rglob("*") if file.is_file()]
    assert {f"fullrate/{file.relative_to(ROOT).as_posix()}" for file in examples} <= held
    others = {name.split("/")[0] for name in held} - {"fullrate"}
    assert all(name.endswith(".dist-info") for name in others)
    assert {"README.md", "io.csv", "sources.csv"} <= {one.filename.rsplit("/", 1)[1] for one in table}
    assert sum(one.compress_size for one in table) < 50_000, "docs/understand/economy.md says 36 kB"
    assert wheel.stat().st_size < 2_000_000
    assert project["project"]["scripts"] == {"fullrate": "fullrate.cli.__main__:main"}
