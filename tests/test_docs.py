"""Every command and every Python block of the documentation runs, and prints what it says.

A page's blocks run in order, in one temporary folder that holds a copy of `examples/`:

- In `console` blocks, lines that start with `$ fullrate` are run; other commands are for the reader.
  A shell comment says what is expected: `# exit 1` another exit code than 0, `# prints` that the
  lines below are compared with what the command prints, where `...` stands for anything.
- `RUN` in a command is the newest folder in `runs`, `OLDER_RUN` the one before it.
- `python` blocks are executed; those written as `>>>` sessions are compared like doctests.
"""

import doctest
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCE = re.compile(r"^```(console|python)\n(.*?)^```$", flags=re.MULTILINE | re.DOTALL)
ENVIRONMENT = {"NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "100", "PYTHONUTF8": "1"}


@dataclass(frozen=True)
class Block:
    """One fenced block: its language, its text, and the line it starts at (1-based)."""

    language: str
    text: str
    line: int


@dataclass(frozen=True)
class Call:
    """One command of a console block, and what is expected of it."""

    words: tuple[str, ...]
    exits: int
    prints: str | None


def blocks(page: str) -> Iterator[Block]:
    """The blocks of a page that are run."""
    for match in FENCE.finditer(page):
        yield Block(match[1], match[2], page.count("\n", 0, match.start(2)) + 1)


def calls(block: str) -> Iterator[Call]:
    """The `fullrate` commands of a console block, with what each is said to print."""
    for command, output in re.findall(r"^\$ (.*(?:(?<=\\)\n.*)*)\n?((?:^(?!\$ ).*\n?)*)", block, flags=re.MULTILINE):
        code, _, remark = command.replace("\\\n", " ").partition(" # ")
        words = tuple(shlex.split(code))
        if words[:1] == ("fullrate",):
            exits = re.match(r"exit (\d+)", remark.strip())
            prints = remark.strip() == "prints" or remark.strip().endswith(", prints")
            yield Call(words[1:], int(exits[1]) if exits else 0, output if prints else None)


def same(expected: str, found: str) -> bool:
    """Whether the texts agree, line by line, where `...` stands for anything, line breaks too."""
    wanted, seen = ("\n".join(line.rstrip() for line in text.strip().splitlines()) for text in (expected, found))
    return re.fullmatch(".*?".join(map(re.escape, wanted.split("..."))), seen, flags=re.DOTALL) is not None


def with_runs(words: tuple[str, ...], folder: Path) -> list[str]:
    """The words of a command with `RUN` and `OLDER_RUN` replaced by names of run folders."""
    runs = sorted(each.name for each in folder.glob("runs/*") if not each.name.startswith("."))
    names = dict(zip(("RUN", "OLDER_RUN"), reversed(runs), strict=False))
    return [names.get(word, word) for word in words]


def run_console(block: Block, folder: Path) -> None:
    for call in calls(block.text):
        command = [sys.executable, "-m", "fullrate.cli", *with_runs(call.words, folder)]
        done = subprocess.run(
            command,
            cwd=folder,
            env={**os.environ, **ENVIRONMENT},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
        shown = f"$ fullrate {' '.join(call.words)}\n{done.stdout}"
        assert done.returncode == call.exits, shown
        assert call.prints is None or same(call.prints, done.stdout), f"{shown}\nThe page says:\n{call.prints}"


def run_python(block: Block, names: dict[str, object], page: str) -> None:
    if ">>>" not in block.text:
        exec(compile("\n" * (block.line - 1) + block.text, page, "exec"), names)
        return
    test = doctest.DocTestParser().get_doctest(block.text, names, page, page, block.line - 1)
    said: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    runner.run(test, out=said.append, clear_globs=False)
    names.update(test.globs)
    assert not said, "".join(said)


def run_page(text: str, folder: Path, page: str = "page") -> None:
    """Run all blocks of a page in a folder; AssertionError, with what was shown, if one disagrees."""
    names: dict[str, object] = {"__name__": "page"}
    for block in blocks(text):
        if block.language == "console":
            run_console(block, folder)
        else:
            run_python(block, names, page)


@pytest.fixture
def examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A temporary folder with a copy of the examples, as the current folder."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples", ignore=shutil.ignore_patterns("runs"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.page
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_page(page: Path, examples: Path) -> None:
    run_page(page.read_text(encoding="utf-8"), examples, str(page))


class TestTheTest:
    """The runner itself fails where a page is wrong."""

    @pytest.mark.parametrize(
        "page",
        [
            "```console\n$ fullrate --version  # prints\nfullrate ...\n```\n",
            "```console\n$ fullrate --no-such  # exit 2, prints\n...No such option...\n```\n",
            "```console\n$ cat nothing\nanything\n$ fullrate \\\n    --help\nnot compared\n```\n",
            "```python\na = 1\n```\ntext\n```python\nassert a == 1\n```\n",
            "```python\n>>> a = 1.50\n>>> a\n1...\n```\n```python\n>>> a + 1\n2.5\n```\n",
            "```text\n$ fullrate --no-such\n```\n",
        ],
    )
    def test_right_pages_pass(self, page: str, examples: Path) -> None:
        run_page(page, examples)

    @pytest.mark.parametrize(
        "page",
        [
            "```console\n$ fullrate --version  # prints\nslowrate ...\n```\n",
            "```console\n$ fullrate --version  # prints\n```\n",
            "```console\n$ fullrate --version  # prints\nfullrate ...\n$ fullrate --no-such\n```\n",
            "```console\n$ fullrate --version  # exit 1\n```\n",
            "```python\na = 1\n```\n```python\nassert a == 2\n```\n",
            "```python\n>>> 1 + 1\n3\n```\n",
        ],
    )
    def test_wrong_pages_fail(self, page: str, examples: Path) -> None:
        with pytest.raises(AssertionError):
            run_page(page, examples)

    def test_runs_have_names(self, tmp_path: Path) -> None:
        for name in ("20210104T1200-aaaaaa", "20210105T1200-bbbbbb", ".tmp-x"):
            (tmp_path / "runs" / name).mkdir(parents=True)
        words = with_runs(("compare", "OLDER_RUN", "RUN", "RUNS"), tmp_path)
        assert words == ["compare", "20210104T1200-aaaaaa", "20210105T1200-bbbbbb", "RUNS"]
