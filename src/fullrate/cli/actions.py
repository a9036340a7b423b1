"""`fullrate actions RUN`: what to sign now, and how late it can wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fullrate.cli import frame

if TYPE_CHECKING:
    from datetime import date, datetime
    from pathlib import Path

    import polars as pl

    from fullrate.store import Run


@click.command()
@click.argument("run", metavar="RUN", default="latest")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Leave out what starts later.")
@click.option(
    "-o",
    "--output",
    "output",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="Write a table instead: .csv or .xlsx.",
)
@frame.runs_dir_option
@frame.json_option
def actions(run: str, until: datetime | None, output: str | None, runs_dir: Path, as_json: bool) -> int:
    """List what the plan of RUN needs done, in order of its start.

    The latest start is the one that does not move the date of 80 % coverage of any class, if all
    else is planned anew. RUN is an id, the beginning of one, a run folder, or `latest`.
    """
    if output is not None and not output.endswith((".csv", ".xlsx")):
        raise click.BadParameter("must end in .csv or .xlsx", param_hint="-o")
    from fullrate import store
    from fullrate.report.actions import actions as list_actions

    found = store.find_plan(run, runs_dir)
    with frame.progress("actions") as say:
        say("finding latest starts")
        listed = list_actions(found.tables(), found.plan(), until=until.date() if until else None)
    if output is not None:
        try:
            write(listed, output)
        except OSError as error:
            raise click.BadParameter(f"cannot write {output}: {error.strerror}", param_hint="-o") from error
        frame.note(f"{len(listed)} actions in {output}")
    if as_json:
        frame.print_json({"schema": "fullrate.actions/1", "run": found.id, "actions": listed})
    elif output is None:
        click.echo(as_text(found, listed, until.date() if until else None))
    return frame.ExitCode.DONE


def write(listed: pl.DataFrame, output: str) -> None:
    """Write the actions as CSV or as a workbook. Raises OSError when the file cannot be written."""
    from pathlib import Path

    from fullrate.report.workbook import flat, write_sheets
    from fullrate.tables.files import whole

    if output.endswith(".csv"):
        with whole(Path(output)) as part:
            listed.write_csv(part)
        return
    write_sheets([flat("Actions", "Cost in millions of the currency.", listed, 3)], Path(output))


def as_text(found: Run, listed: pl.DataFrame, until: date | None) -> str:
    """The actions as a table of text, and what its columns mean."""
    from fullrate.report.numbers import money, quantity
    from fullrate.report.text import grid

    if listed.is_empty():
        return f"Nothing to do{f' by {until}' if until else ''}."
    currency = found.tables().config.currency
    rows = [
        [
            row["start"].isoformat(),
            row["latest"].isoformat() if row["latest"] else row["slack"],
            row["what"],
            "" if row["quantity"] is None else quantity(row["quantity"], row["unit"]),
            "" if row["cost"] is None else money(row["cost"], currency),
            row["fund"] or "",
            row["note"] or "",
        ]
        for row in listed.iter_rows(named=True)
    ]
    head = ["start", "latest", "what", "how much", "cost in all", "fund", ""]
    return "\n".join(
        [
            grid(head, rows, right=[3, 4]),
            "",
            "latest: the start that does not move the date of 80 % coverage of any class, one step at a time",
        ]
    )
