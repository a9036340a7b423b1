"""`fullrate report RUN`: a run as one web page that prints well."""

from __future__ import annotations

from pathlib import Path

import click

from fullrate.cli import frame

RECORDS = ("outlook", "hindcast", "track")
"""Kinds of runs that are asked of records and not of a plan; they have pages of their own."""


@click.command()
@click.argument("run", metavar="RUN", default="latest")
@click.option(
    "-o",
    "--output",
    "output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Where to write it; `report-RUN.html` in the current folder if not given.",
)
@frame.runs_dir_option
@frame.json_option
def report(run: str, output: Path | None, runs_dir: Path, as_json: bool) -> int:
    """Write the report of RUN: one HTML file without script, for the screen and for paper.

    RUN is an id, the beginning of one, a run folder, or `latest`, the newest plan. An outlook or a
    hindcast has a page of its own.
    """
    from fullrate import store

    found = store.find(run, runs_dir) if run != "latest" else store.find_plan(run, runs_dir)
    alone = found.manifest["parent"] is None and found.manifest["kind"] in RECORDS
    found = found if alone else store.find_plan(run, runs_dir)
    file = output or Path(f"report-{found.id}.html")
    with frame.progress("report") as say:
        say("drawing")
        from fullrate.report.page import write_report
        from fullrate.report.records import write_record

        try:
            (write_record if alone else write_report)(found, file)
        except OSError as error:
            raise click.BadParameter(f"cannot write {file}: {error.strerror}", param_hint="-o") from error
    if as_json:
        frame.print_json(
            {"schema": "fullrate.report/1", "run": found.id, "file": str(file), "bytes": file.stat().st_size}
        )
    else:
        click.echo(str(file))
    return frame.ExitCode.DONE
