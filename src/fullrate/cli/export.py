"""`fullrate export SCENARIO|RUN FILE`: a scenario or a run as a file that other programs open."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fullrate.cli import frame

if TYPE_CHECKING:
    from fullrate.tables import Tables

PACKAGE = "datapackage.json"
SCHEMA = "schema.json"


@click.command()
@click.argument("what", metavar="SCENARIO|RUN")
@click.argument("output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE")
@frame.runs_dir_option
def export(what: str, output: Path, runs_dir: Path) -> int:
    """Write a scenario or a run for other programs, in the form that the name of FILE says.

    NAME.xlsx is a workbook. A folder with a scenario.toml is written as one sheet per table, with
    lists of the allowed names. A run is written as what to do: actions, schedule by process,
    call-off per supplier, load, stock, deliveries and money, one column per period. Ids stay text.

    datapackage.json says what stands in the files of a scenario: type, unit, limits, key and
    references of every column, as a Data Package. It belongs into the scenario's folder, or into
    one above it.

    schema.json, or NAME.schema.json, is the JSON Schema of a scenario written as one JSON document.
    """
    is_scenario = (Path(what) / "scenario.toml").is_file()
    form = _form(output)
    if form != ".xlsx" and not is_scenario:
        raise click.BadParameter(f"only a folder with a scenario.toml is written as {form}", param_hint="FILE")
    try:
        if is_scenario:
            _scenario(what, output, form)
        else:
            _run(what, output, runs_dir)
    except OSError as error:
        raise click.BadParameter(f"cannot write {output}: {error.strerror}", param_hint="FILE") from error
    except ValueError as error:
        raise click.BadParameter(f"{what} cannot be written as {output}: {error}", param_hint="FILE") from error
    return frame.ExitCode.DONE


def _form(output: Path) -> str:
    """The form that a name asks for: `.xlsx`, `datapackage.json` or `schema.json`."""
    name = output.name.lower()
    if name.endswith(".xlsx"):
        return ".xlsx"
    if name == PACKAGE:
        return PACKAGE
    if name == SCHEMA or name.endswith(f".{SCHEMA}"):
        return SCHEMA
    raise click.BadParameter(f"must end in .xlsx, or be called {PACKAGE} or {SCHEMA}", param_hint="FILE")


def _scenario(folder: str, output: Path, form: str) -> None:
    """The scenario as written. Raises Refused when it cannot be read."""
    from fullrate.findings import Refused, errors
    from fullrate.tables import read

    tables, findings = read(folder)
    if errors(findings):
        raise Refused(findings)
    if form == ".xlsx":
        from fullrate.tables.xlsx import write

        write(tables, output)
    else:
        _write_json(_described(tables, output, form), output)
    frame.note(f"scenario {tables.config.name} in {output}")


def _described(tables: Tables, output: Path, form: str) -> dict[str, Any]:
    """What is said of the scenario's tables. Raises ValueError when the file may not lie there."""
    from fullrate.tables.schema import datapackage, json_schema

    return datapackage(tables, output) if form == PACKAGE else json_schema()


def _write_json(content: dict[str, Any], output: Path) -> None:
    """A JSON file that appears whole or not at all."""
    import json

    from fullrate.tables.files import whole

    with whole(output) as part:
        part.write_text(json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")


def _run(reference: str, output: Path, runs_dir: Path) -> None:
    """The plan of a run."""
    from fullrate import store
    from fullrate.report.workbook import write_workbook

    found = store.find_plan(reference, runs_dir)
    facts = {"Run": found.id, "Made": found.manifest["created"], "Inputs": found.manifest["inputs"]}
    with frame.progress("export") as say:
        say("finding latest starts")
        write_workbook(found.tables(), found.plan(), output, facts)
    frame.note(f"run {found.id} in {output}")
