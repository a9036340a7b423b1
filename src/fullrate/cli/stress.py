"""`fullrate stress RUN --cut KIND:ID | --all | --set FILE`: what breaks if something is cut off."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from fullrate.cli import frame

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from fullrate.store import Run


@click.command()
@click.argument("run", metavar="RUN", default="latest")
@click.option(
    "--cut",
    "cuts",
    multiple=True,
    metavar="KIND:ID",
    help="What is cut off: site, region, owner, item, lane, corridor or resource. Repeatable, each on its own.",
)
@click.option("--all", "every_one", is_flag=True, help="Everything the plan uses, one at a time.")
@click.option(
    "--set", "restrictions", default="", metavar="FILE", help="Named sets of restrictions: a CSV or a folder."
)
@click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="First day of the cut.")
@click.option("--for", "days", type=click.IntRange(1, 36_525), metavar="DAYS", help="How long; for good by default.")
@click.option("--left", type=click.FloatRange(0, 1, max_open=True), default=0.0, metavar="SHARE", help="Capacity left.")
@click.option("--recovery", default="", metavar="CURVE", help="Curve of curves.csv along which it comes back.")
@click.option("--policy", default="blind", show_default=True, metavar="P", help="blind, warned:W or clairvoyant.")
@click.option("--pairs", is_flag=True, help="Also two at a time: the worst with one another, and substitutes.")
@click.option(
    "--coverage",
    type=click.FloatRange(0, 1, min_open=True),
    metavar="SHARE",
    help="With --by: which of the cuts, alone or in twos, keep that share of all needs from being covered by then.",
)
@click.option("--by", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Day for --coverage.")
@click.option("--samples", type=click.IntRange(min=1), metavar="N", help="Odds with and without, from N executions.")
@click.option(
    "--mitigate",
    "budget",
    type=float,
    metavar="BUDGET",
    help="What to buy beforehand with so many millions, instead of a ranking.",
)
@click.option(
    "--cvar",
    type=float,
    default=0.8,
    show_default=True,
    metavar="LEVEL",
    help="With --mitigate: 0 all cases, 1 the worst.",
)
@click.option("--seed", type=int, metavar="S", help="Seed of all draws; that of the scenario by default.")
@frame.runs_dir_option
@frame.json_option
def stress(
    run: str,
    cuts: tuple[str, ...],
    every_one: bool,
    restrictions: str,
    first: datetime | None,
    days: int | None,
    left: float,
    recovery: str,
    policy: str,
    pairs: bool,
    coverage: float | None,
    by: datetime | None,
    samples: int | None,
    budget: float | None,
    cvar: float,
    seed: int | None,
    runs_dir: Path,
    as_json: bool,
) -> int:
    """Cut something off, and say what it costs: days lost, how long it may last, what hurts most.

    Without --from, a cut that ends begins on its worst day, and others begin with the plan. Without
    --for, it lasts as long as `risks` says, else for good. --mitigate asks what to buy against the cuts
    beforehand, out of the table `mitigations`; regions in use are then among the cuts. RUN is an
    id, the beginning of one, a run folder, or `latest`.
    """
    from fullrate import store
    from fullrate.report.stress import as_text, sentence
    from fullrate.studies.stress import stress as ask

    if not (cuts or every_one or restrictions):
        raise click.UsageError("say what is cut off: --cut KIND:ID, --all or --set FILE")
    if restrictions and not (cuts or every_one) and (first or days or left or recovery):
        raise click.UsageError("a set has days of its own: leave out --from, --for, --left and --recovery")
    if budget is not None and (pairs or coverage is not None or samples or seed is not None):
        raise click.UsageError("with --mitigate leave out --pairs, --coverage, --by, --samples and --seed")
    if (coverage is None) != (by is None):
        raise click.UsageError("a promise is a share and a day: --coverage SHARE --by DATE")
    found = store.find_plan(run, runs_dir)
    tables = found.tables()
    if budget is not None:
        begin = None if first is None else first.date()
        asked = (cuts, every_one, restrictions, begin, days, left, recovery)
        return _mitigated(found, asked, budget, cvar, policy, runs_dir, as_json)
    with frame.progress("stress") as say:
        try:
            study = ask(
                tables,
                found.plan(),
                cuts=cuts,
                every_one=every_one,
                restrictions=restrictions,
                first=None if first is None else first.date(),
                days=days,
                left=left,
                recovery=recovery,
                policy=policy,
                pairs=pairs,
                coverage=coverage,
                by=None if by is None else by.date(),
                samples=samples or 0,
                seed=seed,
                say=say,
            )
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint="--policy") from None
        say("writing")
        saved = store.save_study(found, study, runs_dir, ["fullrate", *sys.argv[1:]])
    if as_json:
        told = sentence(tables, study)
        answer = {"schema": "fullrate.stress/1", "run": saved.id, "of": found.id, "answer": told}
        frame.print_json({**answer, **study.tables, "meta": dict(study.meta)})
    else:
        click.echo(as_text(tables, study))
        click.echo(f"\nrun {saved.id}, asked of {found.id}")
    return frame.ExitCode.DONE


def _mitigated(
    found: Run, asked: tuple[Any, ...], budget: float, level: float, policy: str, runs_dir: Path, as_json: bool
) -> int:
    """What to buy against the cuts that were asked for."""
    from fullrate import store
    from fullrate.report.mitigation import as_text, sentence
    from fullrate.studies.stress.mitigation import cases_of, mitigate

    tables, plan = found.tables(), found.plan()
    with frame.progress("stress") as say:
        try:
            study = mitigate(tables, plan, cases_of(tables, plan, *asked), budget, level=level, policy=policy, say=say)
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint="--policy") from None
        say("writing")
        saved = store.save_study(found, study, runs_dir, ["fullrate", *sys.argv[1:]])
    if as_json:
        answer = {"schema": "fullrate.mitigation/1", "run": saved.id, "of": found.id, "answer": sentence(tables, study)}
        frame.print_json({**answer, **study.tables, "meta": dict(study.meta)})
    else:
        click.echo(as_text(tables, study))
        click.echo(f"\nrun {saved.id}, asked of {found.id}")
    return frame.ExitCode.DONE
