"""`fullrate export SCENARIO|RUN FILE.xlsx`: a scenario or a run as a workbook."""

from __future__ import annotations

from pathlib import Path

import click

from fullrate.cli import frame


@click.command()
@click.argument("what", metavar="SCENARIO|RUN")
@click.argument("output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE.xlsx")
@frame.runs_dir_option
def export(what: str, output: Path, runs_dir: Path) -> int:
    """Write a scenario or a run as a workbook.

    A folder with a scenario.toml is written as one sheet per table, with lists of the allowed
    names. A run is written as what to do: actions, schedule by process, call-off per supplier,
    load, stock, deliveries and money, one column per period. Ids stay text.
    """
    if output.suffix.lower() != ".xlsx":
        raise click.BadParameter("must end in .xlsx", param_hint="FILE.xlsx")
    try:
        if (Path(what) / "scenario.toml").is_file():
            _scenario(what, output)
        else:
            _run(what, output, runs_dir)
    except OSError as error:
        raise click.BadParameter(f"cannot write {output}: {error.strerror}", param_hint="FILE.xlsx") from error
    except ValueError as error:
        raise click.BadParameter(f"{what} does not fit in a workbook: {error}", param_hint="FILE.xlsx") from error
    return frame.ExitCode.DONE


def _scenario(folder: str, output: Path) -> None:
    """The scenario as written. Raises Refused when it cannot be read."""
    from fullrate.findings import Refused, errors
    from fullrate.tables import read
    from fullrate.tables.xlsx import write

    tables, findings = read(folder)
    if errors(findings):
        raise Refused(findings)
    write(tables, output)
    frame.note(f"scenario {tables.config.name} in {output}")


def _run(reference: str, output: Path, runs_dir: Path) -> None:
    """The plan of a run."""
    from fullrate import store
    from fullrate.report.workbook import write_workbook

    found = store.find(reference, runs_dir)
    facts = {"Run": found.id, "Made": found.manifest["created"], "Inputs": found.manifest["inputs"]}
    with frame.progress("export") as say:
        say("finding latest starts")
        write_workbook(found.tables(), found.plan(), output, facts)
    frame.note(f"run {found.id} in {output}")
