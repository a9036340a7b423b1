"""`fullrate outlook CASE|FILE`: from an announcement to a forecast."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from fullrate.cli import frame

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from fullrate.tables.surge import Surge

SCHEMA = "fullrate.outlook/1"


@click.command()
@click.argument("case", metavar="CASE|FILE")
@click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Day of knowledge; that of the promise."
)
@click.option(
    "--quantity", type=click.FloatRange(0, min_open=True), metavar="N", help="Ask about a quantity of your own."
)
@click.option("--by", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Ask about a day of your own.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Of the random stream.")
@frame.runs_dir_option
@frame.json_option
def outlook(
    case: str,
    as_of: datetime | None,
    quantity: float | None,
    by: datetime | None,
    seed: int,
    runs_dir: Path,
    as_json: bool,
) -> int:
    """Forecast what becomes of a promise, by what became of others of its class.

    CASE is a record that comes with the program (`fullrate hindcast` lists them), a folder in that
    format, or a `case.toml` alone. Only what was known on the day of knowledge is read.
    """
    from fullrate import store
    from fullrate.forecast import find_case
    from fullrate.report.outlook import as_text, sentences
    from fullrate.studies.outlook import Asked, warnings
    from fullrate.studies.outlook import outlook as ask

    surge = find_case(case)
    question = Asked(quantity, by.date() if by else None)
    study = ask(surge, as_of.date() if as_of else None, question, seed=seed)
    saved = store.save_record(study, surge.case.slug, files_of(surge), runs_dir, ["fullrate", *sys.argv[1:]])
    if warnings(study) and not as_json:
        frame.show_findings(warnings(study), err=True)
    if as_json:
        answer = {"schema": SCHEMA, "run": saved.id, "answer": sentences(study)}
        frame.print_json({**answer, **study.tables, "meta": dict(study.meta)})
    else:
        click.echo(as_text(study))
        click.echo(f"\nrun {saved.id}")
    return frame.ExitCode.DONE


def files_of(surge: Surge) -> dict[str, bytes]:
    """The files of a record as they were read, by the name a run keeps them under."""
    from pathlib import PurePath

    return {
        f"{surge.case.slug}/{PurePath(origin.file).name}": origin.text.encode()
        for origin in surge.origins.values()
        if origin.text
    }
