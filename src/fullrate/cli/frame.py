"""What all verbs share: options, output, progress, exit codes, and the last net under a failure.

A verb is a plain click command that prints with `click.echo` (answers) and `note` (all else),
may return an exit code, and lets exceptions pass. `run` turns every way out into one exit code.

Nothing here is imported by `fullrate --help` but click and the standard library.
"""

import json
import math
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import Enum, IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from fullrate.findings import Finding


class ExitCode(IntEnum):
    """How a command ended, for scripts."""

    DONE = 0
    """The answer is there; warnings are allowed."""
    REFUSED = 1
    """Findings of severity error, a failed audit, or an answer refused."""
    USAGE = 2
    """The command line was wrong."""
    FAULT = 3
    """Our fault; a report file is named."""
    TIME_LIMIT = 4
    """The time limit was reached; the best so far is saved."""
    STOPPED = 130
    """Stopped by the user."""


json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")
set_option = click.option(
    "--set",
    "changes",
    multiple=True,
    metavar="TABLE:KEY.COLUMN=VALUE",
    help="Change one cell for this command only; may be repeated.",
)
runs_dir_option = click.option(
    "--runs-dir",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("runs"),
    show_default=True,
    help="Where run folders are kept.",
)


def examples_folder() -> Path:
    """The folder of examples: inside an installed package, or beside `src` in a checkout."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "examples"
    return installed if installed.is_dir() else package.parents[1] / "examples"


def note(text: str) -> None:
    """Print a line that is not the answer: it goes to stderr."""
    click.echo(text, err=True)


def wants_colour(err: bool = False) -> bool:
    """Whether stdout (or stderr) is a terminal whose user has not asked for NO_COLOR."""
    stream = sys.stderr if err else sys.stdout
    return stream.isatty() and not os.environ.get("NO_COLOR")


def show_findings(findings: Sequence["Finding"], consequence: str = "", err: bool = False) -> None:
    """Print findings, errors first, and the line that counts them.

    Args:
        findings: What to print.
        consequence: A sentence after the count: what was or was not done because of them.
        err: To stderr instead of stdout, where the findings are not the answer.
    """
    from fullrate.findings import as_blocks, in_order, summary

    colour = wants_colour(err)
    blocks = as_blocks(in_order(findings), colour)
    click.echo("\n\n".join([*blocks, summary(findings, consequence)]), err=err)


def print_json(answer: Mapping[str, Any]) -> None:
    """Print the one JSON object of a command."""
    click.echo(json.dumps(plain(answer), ensure_ascii=False, allow_nan=False))


def plain(value: Any) -> Any:
    """The value in JSON's own types: dates in ISO 8601, numbers that are not finite as null.

    Knows results by what they offer, so that neither numpy nor polars is imported: frames have
    `to_dicts`, arrays `tolist`, numpy's numbers `item`, dates `isoformat`.

    >>> from datetime import date
    >>> plain({"date": date(2021, 1, 4), "share": float("inf"), "who": ("a", Path("b"))})
    {'date': '2021-01-04', 'share': None, 'who': ['a', 'b']}
    """
    if isinstance(value, Enum):
        value = value.value
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): plain(entry) for key, entry in value.items()}
    for offer in ("to_dicts", "tolist", "item", "isoformat"):
        if hasattr(value, offer):
            return plain(getattr(value, offer)())
    if isinstance(value, Sequence | set | frozenset):
        return [plain(entry) for entry in value]
    return str(value)


@contextmanager
def progress(task: str) -> Iterator[Callable[[str], None]]:
    """Show what a long command is doing on one line of the terminal; yields `say(step)`.

    The line is on stderr and is wiped at the end. Where stderr is no terminal, or cannot move
    its cursor, nothing is shown: logs hold answers, not spinners.
    """
    shown = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
    begun = time.monotonic()

    def say(step: str) -> None:
        if shown:
            line = f"{task}: {step} ({time.monotonic() - begun:.0f} s)"
            click.echo(f"\r\x1b[K{line}", nl=False, err=True, color=True)

    try:
        say("starting")
        yield say
    finally:
        if shown:
            click.echo("\r\x1b[K", nl=False, err=True, color=True)


def with_rich_help(command: click.Command) -> click.Command:
    """The same command with its help drawn in panels, where a terminal would show them."""
    if not sys.stdout.isatty():
        return command
    from rich_click import RichCommand

    kept = ("params", "help", "epilog", "context_settings", "callback")
    return RichCommand(command.name, **{name: getattr(command, name) for name in kept})


def run(command: click.Command, args: Sequence[str]) -> int:
    """Run a command line; every way it can end becomes an exit code.

    Args:
        command: The menu, or one verb.
        args: The words after the program's name.

    Returns:
        A value of `ExitCode`.
    """
    as_json = "--json" in args
    try:
        code = command.main(args=list(args), prog_name="fullrate", standalone_mode=False)
    except click.ClickException as usage:
        if as_json:
            print_json({"status": "usage", "message": usage.format_message()})
        usage.show()
        return ExitCode.USAGE
    except (click.Abort, KeyboardInterrupt):
        if as_json:
            print_json({"status": "stopped"})
        note("Stopped.")
        return ExitCode.STOPPED
    except Exception as error:
        return _failed(error, args, as_json)
    return code if isinstance(code, int) else ExitCode.DONE


def _failed(error: Exception, args: Sequence[str], as_json: bool) -> int:
    """Tell a refusal (the findings say why) from a fault (a report file says what happened)."""
    from fullrate.findings import Refused, as_object

    if isinstance(error, Refused):
        if as_json:
            print_json({"status": "refused", "findings": [as_object(f) for f in error.findings]})
        else:
            show_findings(error.findings, "Nothing was computed.", err=True)
        return ExitCode.REFUSED
    file = write_fault_report(error, args)
    if as_json:
        print_json({"status": "fault", "message": str(error), "report": str(file)})
    note(
        f"fullrate failed, and that is its fault, not yours: {type(error).__name__}: {error}\n"
        f"What happened is written in {file}; please send that file with a bug report."
    )
    return ExitCode.FAULT


def write_fault_report(error: Exception, args: Sequence[str]) -> Path:
    """Write what a bug report needs, here or, where that cannot be, in the temporary folder.

    Args:
        error: The exception that nobody expected.
        args: The words of the command line.

    Returns:
        The file written.
    """
    import platform
    import traceback

    from fullrate import __version__

    text = "\n".join(
        [
            f"fullrate {__version__}, Python {platform.python_version()}, {platform.platform()}",
            f"command: fullrate {' '.join(args)}",
            "",
            "".join(traceback.format_exception(error)),
        ]
    )
    name = time.strftime(f"fullrate-fault-%Y%m%dT%H%M%SZ-{os.getpid()}.txt", time.gmtime())
    try:
        file = Path.cwd() / name
        file.write_text(text, encoding="utf-8")
    except OSError:
        file = Path(tempfile.gettempdir()) / name
        file.write_text(text, encoding="utf-8")
    return file
