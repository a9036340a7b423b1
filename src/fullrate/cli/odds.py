"""`fullrate odds RUN`: what a date is worth."""

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
@click.option(
    "--samples", type=click.IntRange(min=1), metavar="N", help="Executions; 1024 unless the scenario differs."
)
@click.option("--by", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="The promised day.")
@click.option("--need", default="", metavar="N", help="Only the promise to this need.")
@click.option("--class", "cls", type=click.IntRange(min=1), metavar="C", help="Only the promise to this class.")
@click.option("--quantity", type=click.FloatRange(min=0, min_open=True), metavar="Q", help="Units promised by then.")
@click.option("--worth", type=click.IntRange(0, 8), default=0, metavar="K", help="Value knowing K assumptions first.")
@click.option(
    "--replan",
    type=click.IntRange(min=1),
    is_flag=False,
    flag_value=4,
    default=None,
    metavar="[M]",
    help="Also plan again after every M periods (4), in some executions.",
)
@click.option("--replan-samples", type=click.IntRange(min=2), default=32, metavar="N", help="In so many of them.")
@click.option("--memory", type=click.FloatRange(min=0, min_open=True), metavar="GIB", help="Memory it may take.")
@click.option("--seed", type=int, metavar="S", help="Seed of all draws; that of the scenario by default.")
@frame.runs_dir_option
@frame.json_option
def odds(
    run: str,
    samples: int | None,
    by: datetime | None,
    need: str,
    cls: int | None,
    quantity: float | None,
    worth: int,
    replan: int | None,
    replan_samples: int,
    memory: float | None,
    seed: int | None,
    runs_dir: Path,
    as_json: bool,
) -> int:
    """Execute the plan of RUN many times, and say how often each date holds.

    Ranges come from `uncertainty`, events from `risks` and gates. Without --by, needs are asked for
    their `due`, classes for the plan's own dates. --worth plans twice more for each assumption it
    values. --replan executes some samples once more, planning again on the way from where each of
    them stands, and says what that changes and how long it is going to take. RUN is an id,
    the beginning of one, a run folder, or `latest`.
    """
    from fullrate import store
    from fullrate.report.odds import as_text, sentence
    from fullrate.studies.odds import odds as ask

    found = store.find_plan(run, runs_dir)
    tables = found.tables()
    with frame.progress("odds") as say:
        study = ask(
            tables,
            found.plan(),
            samples=samples,
            by=None if by is None else by.date(),
            need=need,
            cls=cls,
            quantity=quantity,
            seed=seed,
            worth=worth,
            most_memory=None if memory is None else memory * 2**30,
            say=say,
            replan=replan or 0,
            replan_samples=replan_samples,
            tell=lambda line: click.echo(line, err=True),
        )
        say("writing")
        saved = store.save_study(found, study, runs_dir, ["fullrate", *sys.argv[1:]])
    if as_json:
        told = sentence(tables, study)
        answer = {"schema": "fullrate.odds/1", "run": saved.id, "of": found.id, "answer": told}
        shown = {name: table for name, table in study.tables.items() if name != "samples"}
        frame.print_json({**answer, **shown, "meta": dict(study.meta)})
    else:
        click.echo(as_text(tables, found.plan(), study))
        click.echo(f"\nrun {saved.id}, asked of {found.id}")
    return frame.ExitCode.DONE
