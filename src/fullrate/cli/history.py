"""`fullrate history`: what had become of the promises of others by a day, as a table for class ranges."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from fullrate.cli import frame
from fullrate.cli.new import KINDS

if TYPE_CHECKING:
    from datetime import datetime

SCHEMA = "fullrate.history/1"


@click.command()
@click.option("--as-of", required=True, type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Day of knowledge.")
@click.option("--without", multiple=True, metavar="CASE", help="Leave a case out, with its programme; may be repeated.")
@click.option("--class", "kind", type=click.Choice(KINDS), help="Class that counts most.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write the table here.")
@click.option("--source", default="class_history", show_default=True, metavar="ID", help="Source that its rows name.")
@frame.json_option
def history(
    as_of: datetime, without: tuple[str, ...], kind: str | None, out: Path | None, source: str, as_json: bool
) -> int:
    """Say what had become of the promises of other programmes by a day.

    With --out it is the table `history.csv` of a scenario: a row of `uncertainty` with `dist` class is
    then drawn from these cases, the class in its column `kind` counting most. Name the programme of
    the scenario itself with --without; nothing that became known after the day is read.
    """
    from fullrate.forecast.history import as_table
    from fullrate.forecast.history import history as known_by
    from fullrate.report.history import as_object, as_text
    from fullrate.studies.history import history as ask

    study = ask(as_of.date(), without, kind)
    if out is not None:
        if not out.resolve().parent.is_dir():
            raise click.UsageError(f"the folder `{out.parent}` does not exist; nothing was written")
        out.write_text(as_table(known_by(as_of.date(), without), source), "utf-8")
    if as_json:
        frame.print_json({"schema": SCHEMA, **as_object(study), "file": str(out) if out else None})
        return frame.ExitCode.DONE
    click.echo(as_text(study))
    if out is not None:
        click.echo(f"\n{out}: {study.meta['cases']} cases")
    return frame.ExitCode.DONE
