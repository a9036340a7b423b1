"""`fullrate stress RUN --cut KIND:ID | --all | --set FILE`: what breaks if something is cut off."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

from fullrate.cli import frame

if TYPE_CHECKING:
    from datetime import date, datetime
    from pathlib import Path

    from fullrate.results import Study
    from fullrate.store import Run
    from fullrate.studies.stress.asked import Asked


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
@click.option(
    "--policy",
    default="blind",
    show_default=True,
    metavar="P",
    help="Who knows of it when: blind, warned:W (W periods before) or clairvoyant.",
)
@click.option(
    "--exact",
    default="auto",
    show_default=True,
    metavar="N|all",
    help="With --all: cuts that are solved exactly, those whose estimate is largest; auto: all, or 20 where all would "
    "take more than minutes.",
)
@click.option("--pairs", is_flag=True, help="Also two at a time: the worst with one another, and substitutes.")
@click.option(
    "--coverage",
    type=click.FloatRange(0, 1, min_open=True),
    metavar="SHARE",
    help="With --by: which of the cuts, alone or in twos, keep that share of all needs from being covered by then.",
)
@click.option("--by", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Day for --coverage.")
@click.option(
    "--samples",
    type=click.IntRange(min=1),
    metavar="N",
    help="Odds with and without the cut or, with --mitigate, the purchases, from N executions.",
)
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
@click.option("--cluster", default="", metavar="ADDRESS", help="Dask cluster that settles the cases: tcp://HOST:PORT.")
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
    exact: str,
    pairs: bool,
    coverage: float | None,
    by: datetime | None,
    samples: int | None,
    budget: float | None,
    cvar: float,
    seed: int | None,
    cluster: str,
    runs_dir: Path,
    as_json: bool,
) -> int:
    """Cut something off, and say what it costs: days lost, how long it may last, what hurts most.

    Without --from, a cut that ends begins on its worst day, and others begin with the plan. Without
    --for, it lasts as long as `risks` says, else for good. --mitigate asks what to buy against the cuts
    beforehand, out of the table `mitigations`; regions in use are then among the cuts. RUN is an
    id, the beginning of one, a run folder, or `latest`.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy: its sums depend on it, and cases have the cores
    from fullrate import store
    from fullrate.studies.stress.asked import Asked
    from fullrate.studies.stress.estimating import AUTO, parsed
    from fullrate.studies.stress.policy import Policy

    for option, word, read in (("--policy", policy, Policy.parsed), ("--exact", exact, parsed)):
        try:
            read(word)
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint=option) from None
    _refuse(bool(cuts or every_one), restrictions, bool(first or days or left or recovery))
    if budget is not None and (pairs or coverage is not None or cluster):
        raise click.UsageError("with --mitigate leave out --pairs, --coverage, --by and --cluster")
    if exact != AUTO and (budget is not None or not every_one):
        raise click.UsageError("--exact goes with --all, and not with --mitigate: cuts that are named are all exact")
    if (coverage is None) != (by is None):
        raise click.UsageError("a promise is a share and a day: --coverage SHARE --by DATE")
    found = store.find_plan(run, runs_dir)
    asked = Asked(cuts, every_one, restrictions, _day(first), days, left, recovery)
    if budget is not None:
        study = _mitigated(
            found, asked, budget, {"level": cvar, "policy": policy, "samples": samples or 0, "seed": seed}
        )
    else:
        more = {"pairs": pairs, "coverage": coverage, "by": _day(by), "samples": samples or 0, "seed": seed}
        study = _cut(found, asked, policy, cluster, more | {"exact": exact})
    return _print(found, study, store.save_study(found, study, runs_dir, ["fullrate", *sys.argv[1:]]), as_json)


def _refuse(some: bool, restrictions: str, dated: bool) -> None:
    """Refuse a command that cuts nothing off, and days for sets, which have their own."""
    if not (some or restrictions):
        raise click.UsageError("say what is cut off: --cut KIND:ID, --all or --set FILE")
    if restrictions and not some and dated:
        raise click.UsageError("a set has days of its own: leave out --from, --for, --left and --recovery")


def _day(when: datetime | None) -> date | None:
    return None if when is None else when.date()


def _cut(found: Run, asked: Asked, policy: str, cluster: str, more: dict[str, Any]) -> Study:
    """What the cuts that were asked for cost."""
    from fullrate.jobs import workers
    from fullrate.studies.stress import stress as ask

    with frame.progress("stress") as say, workers(cluster, frame.note) as spread:
        return ask(found.tables(), found.plan(), asked, policy=policy, say=say, spread=spread, **more)


def _mitigated(found: Run, asked: Asked, budget: float, more: dict[str, Any]) -> Study:
    """What to buy against the cuts that were asked for."""
    from fullrate.studies.stress.mitigation import mitigate

    tables, plan = found.tables(), found.plan()
    with frame.progress("stress") as say:
        cases = asked.with_regions(tables, plan)
        return mitigate(tables, plan, cases, budget, say=say, **more)


def _print(found: Run, study: Study, saved: Run, as_json: bool) -> int:
    """The answer, as text or as one JSON object."""
    from fullrate.report import mitigation, stress

    words = {"stress": stress, "mitigation": mitigation}[study.kind]
    tables = found.tables()
    if as_json:
        told = words.sentence(tables, study)
        answer = {"schema": f"fullrate.{study.kind}/1", "run": saved.id, "of": found.id, "answer": told}
        frame.print_json({**answer, **study.tables, "meta": dict(study.meta)})
    else:
        click.echo(words.as_text(tables, study))
        click.echo(f"\nrun {saved.id}, asked of {found.id}")
    return frame.ExitCode.DONE
