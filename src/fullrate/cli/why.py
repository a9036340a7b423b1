"""`fullrate why RUN`: why it is late, and what to change first."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from fullrate.cli import frame

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@click.argument("run", metavar="RUN", default="latest")
@click.option("--class", "cls", type=click.IntRange(min=1), metavar="C", help="Priority class; the first by default.")
@click.option("--recipient", default="", metavar="R", help="Only the wait of this recipient.")
@click.option("--need", default="", metavar="N", help="Only the wait of this need.")
@click.option("--item", default="", metavar="I", help="Also: whom a late supply of this item hurts.")
@click.option("--rungs", type=click.IntRange(1, 20), default=5, show_default=True, help="Steps of the ladder.")
@frame.runs_dir_option
@frame.json_option
def why(
    run: str, cls: int | None, recipient: str, need: str, item: str, rungs: int, runs_dir: Path, as_json: bool
) -> int:
    """Say why the plan of RUN is late: what binds, the ladder of steps that help, and a proof.

    Every number comes from planning again with the change; earlier classes keep what they have. RUN
    is an id, the beginning of one, a run folder, or `latest`.
    """
    from fullrate import store
    from fullrate.report.why import as_text, sentence
    from fullrate.studies.why import why as ask

    found = store.find_plan(run, runs_dir)
    with frame.progress("why") as say:
        say("trying remedies")
        study = ask(found.tables(), found.plan(), cls=cls, recipient=recipient, need=need, item=item, rungs=rungs)
        say("writing")
        saved = store.save_study(found, study, runs_dir, ["fullrate", *sys.argv[1:]])
    if as_json:
        answer = {
            "schema": "fullrate.why/1",
            "run": saved.id,
            "of": found.id,
            "answer": sentence(found.tables(), study),
        }
        frame.print_json({**answer, **study.tables, "meta": dict(study.meta)})
    else:
        click.echo(as_text(found.tables(), found.plan(), study))
        click.echo(f"\nrun {saved.id}, asked of {found.id}")
    return frame.ExitCode.DONE
