"""What is imported when, and what no committed file may contain."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
HEAVY = {"numpy", "polars", "highspy", "numba", "rich", "rich_click", "jinja2", "altair", "pandas"}


def modules_after(code: str) -> set[str]:
    """Names of the modules a fresh Python has loaded after running some code."""
    report = "import sys; print('|'.join(sys.modules), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", f"{code}\n{report}"], capture_output=True, text=True, check=True)
    return set(done.stderr.strip().splitlines()[-1].split("|"))


HELP = """
import sys
from fullrate.cli import cli
from fullrate.cli.frame import run
assert run(cli, ["--help"]) == 0
"""


@pytest.mark.parametrize("code", ["import fullrate.cli", "import fullrate", HELP])
def test_starting_loads_nothing_heavy(code: str) -> None:
    assert modules_after(code) & HEAVY == set()


def test_help_loads_click_and_little_else() -> None:
    more = modules_after(HELP) - modules_after("import click")
    assert {name for name in more if name.startswith("fullrate")} == {
        "fullrate",
        "fullrate.cli",
        "fullrate.cli.frame",
    }
    # json, tempfile and what they load; each module costs about 0.2 ms of the 100 ms allowed
    assert len(more) < 60, sorted(more)


def committed_files() -> list[Path]:
    """Files git knows or would add."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    return [ROOT / name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]


# Written so that this file does not contain what it looks for.
HOSTS = [rf"{name}\.{end}" for name, end in [("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "(org|com)")]]
HOSTS += [rf"{name}[-_]url\b" for name in ("index", "registry")]
PLACES = [re.escape(str(ROOT)) + r"\b", r"(?<![\w.~*-])/(work|root|home|opt|mnt|Users)/\w"]
FORBIDDEN = re.compile("|".join(HOSTS + PLACES))
ALLOWED = {"tasks.py": "--no-emit-index" + "-url"}


def test_no_file_names_a_registry_or_a_place_on_one_machine() -> None:
    found = []
    for file in committed_files():
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture, or a CSV in another encoding on purpose
        text = text.replace(ALLOWED.get(file.name, "\0"), "")
        hits = FORBIDDEN.finditer(text)
        found += [f"{file.relative_to(ROOT)}: {text[max(0, h.start() - 20) : h.end() + 20]!r}" for h in hits]
    assert found == []


@pytest.mark.parametrize(
    "text",
    ["see pypi" + ".org", "--index" + "-url x", "at /wor" + "k/main/x", "/hom" + "e/me", str(ROOT)],
)
def test_the_search_for_places_finds_them(text: str) -> None:
    assert FORBIDDEN.search(text)


@pytest.mark.parametrize("text", ["framework/main", "../work/x", "https://example.org/home"])
def test_the_search_for_places_finds_nothing_else(text: str) -> None:
    assert not FORBIDDEN.search(text)
