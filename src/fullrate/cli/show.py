"""`fullrate show RUN [TABLE]`: a run, or one of its tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fullrate.cli import frame

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@click.argument("run", metavar="RUN")
@click.argument("table", required=False)
@frame.runs_dir_option
@frame.json_option
def show(run: str, table: str | None, runs_dir: Path, as_json: bool) -> int:
    """Print the answer of RUN, or one of its tables as CSV."""
    from fullrate import store
    from fullrate.cli.plan import answer_text, as_object

    found = store.find(run, runs_dir)
    plan = found.plan()
    if table is None:
        if as_json:
            frame.print_json({**as_object(found.tables(), plan, [], found), "findings": found.findings()})
        else:
            click.echo(answer_text(found.tables(), plan, found))
            click.echo(f"tables: {' '.join(plan.tables)}")
        return frame.ExitCode.DONE
    if table not in plan.tables:
        raise click.UsageError(f"run {found.id} has no table `{table}`; it has {', '.join(plan.tables)}")
    frame_of = plan.table(table)
    if as_json:
        frame.print_json({"schema": "fullrate.table/1", "run": found.id, "table": table, "rows": frame_of})
    else:
        click.echo(frame_of.write_csv(), nl=False)
    return frame.ExitCode.DONE
