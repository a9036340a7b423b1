"""`fullrate economy RUN`: jobs, sectors and regions that a surge sets to work, and what others go without for it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fullrate.cli import frame

if TYPE_CHECKING:
    from fullrate.results import Study


@click.command()
@click.argument("run", metavar="RUN", default="latest")
@click.option(
    "--table",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Folder of an input-output table; the scenario's own, or the one that comes with fullrate, by default.",
)
@click.option(
    "--slack",
    type=click.FloatRange(0),
    default=0.0,
    show_default=True,
    metavar="SHARE",
    help="How much more than now a sector can produce whose capacity is not stated.",
)
@click.option(
    "--delta",
    type=click.FloatRange(0, 1),
    default=0.3,
    show_default=True,
    help="How quickly a small region runs out of suppliers of its own.",
)
@click.option(
    "--samples",
    type=click.IntRange(min=0),
    metavar="N",
    help="Executions that give bands; as many as the newest odds of RUN, none without odds.",
)
@click.option("--seed", type=int, metavar="S", help="Seed of their draws; that of the odds or the scenario.")
@frame.runs_dir_option
@frame.json_option
def economy(
    run: str,
    table: Path | None,
    slack: float,
    delta: float,
    samples: int | None,
    seed: int | None,
    runs_dir: Path,
    as_json: bool,
) -> int:
    """Say what the spending of RUN engages in the economy, and what others go without for it.

    Output, value added, jobs and imports by sector, region and period, beside what is given up. RUN
    is an id, the beginning of one, a run folder, or `latest`.
    """
    from fullrate import store
    from fullrate.report.economy import as_text, headline, rests_on
    from fullrate.studies.economy import economy as ask

    found = store.find_plan(run, runs_dir)
    with frame.progress("economy") as say:
        say("following the money")
        if samples is None:
            samples, seed = _as_odds(store.newest_studies(found), seed)
        how: dict[str, Any] = {"table": table, "slack": slack, "delta": delta}
        study = ask(found.tables(), found.plan(), **how, samples=samples, seed=seed, say=say)
        say("writing")
        saved = store.save_study(found, study, runs_dir, ["fullrate", *sys.argv[1:]])
    if as_json:
        head = {"schema": "fullrate.economy/1", "run": saved.id, "of": found.id, "rests_on": rests_on(study)}
        frame.print_json({**head, "answer": headline(found.tables(), study), **study.tables, "meta": dict(study.meta)})
    else:
        click.echo(as_text(found.tables(), found.plan(), study))
        click.echo(f"\nrun {saved.id}, asked of {found.id}")
    return frame.ExitCode.DONE


def _as_odds(studies: Mapping[str, Study], seed: int | None) -> tuple[int, int | None]:
    """Samples and seed of the newest odds of the plan, so that both answers are about the same executions."""
    if "odds" not in studies:
        return 0, seed
    meta = studies["odds"].meta
    return int(meta["samples"]), int(meta["seed"]) if seed is None else seed
