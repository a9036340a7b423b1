"""`fullrate require RUN --need N --by DATE`: what must be true for a promised date."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from fullrate.cli import frame

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


@click.command()
@click.argument("run", metavar="RUN", default="latest")
@click.option("--need", required=True, metavar="N", help="The need that is promised.")
@click.option("--by", required=True, type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="The promised day.")
@click.option("--share", type=click.FloatRange(0, 1, min_open=True), default=1.0, help="Share of the need; all of it.")
@frame.runs_dir_option
@frame.json_option
def require(run: str, need: str, by: datetime, share: float, runs_dir: Path, as_json: bool) -> int:
    """Find the smallest change of each single assumption that makes a promised date possible.

    Other needs are left aside: the answer says what the promise takes, not what it takes from
    others. RUN is an id, the beginning of one, a run folder, or `latest`.
    """
    from fullrate import store
    from fullrate.report.require import as_text, sentence
    from fullrate.studies.require import require as ask

    found = store.find_plan(run, runs_dir)
    with frame.progress("require") as say:
        say("trying changes")
        study = ask(found.tables(), need=need, by=by.date(), share=share)
        saved = store.save_study(found, study, runs_dir, ["fullrate", *sys.argv[1:]])
    if as_json:
        told = sentence(found.tables(), study)
        answer = {"schema": "fullrate.require/1", "run": saved.id, "of": found.id, "answer": told}
        frame.print_json({**answer, **study.tables, "meta": dict(study.meta)})
    else:
        click.echo(as_text(found.tables(), study))
        click.echo(f"\nrun {saved.id}, asked of {found.id}")
    return frame.ExitCode.DONE
