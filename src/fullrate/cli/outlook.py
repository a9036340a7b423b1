"""`fullrate outlook CASE|FILE|LEDGER`: from an announcement to a forecast."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from fullrate.cli import frame

if TYPE_CHECKING:
    from datetime import date, datetime
    from pathlib import Path

    from fullrate.forecast.inside import Behind
    from fullrate.forecast.ledger import Ledger
    from fullrate.tables.surge import Surge

SCHEMA = "fullrate.outlook/1"


@click.command()
@click.argument("case", metavar="CASE|FILE|LEDGER")
@click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Day of knowledge; that of the promise."
)
@click.option(
    "--quantity", type=click.FloatRange(0, min_open=True), metavar="N", help="Ask about a quantity of your own."
)
@click.option("--by", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Ask about a day of your own.")
@click.option("--class", "--kind", "kind", metavar="CLASS", help="Class of a ledger's surge, as in `fullrate new`.")
@click.option("--run", "run", metavar="RUN", help="A plan, or odds of one: its executions are pooled with the record.")
@click.option("--need", default="", metavar="N", help="Need or item of that plan that stands for the promise.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Of the random stream.")
@frame.runs_dir_option
@frame.json_option
def outlook(
    case: str,
    as_of: datetime | None,
    quantity: float | None,
    by: datetime | None,
    kind: str | None,
    run: str | None,
    need: str,
    seed: int,
    runs_dir: Path,
    as_json: bool,
) -> int:
    """Forecast what becomes of a promise, by what became of others of its class.

    CASE is a record that comes with the program (`fullrate hindcast` lists them), a folder in that
    format, or a `case.toml` alone. LEDGER is a confirmed `statements.csv`; what it does not say is
    not invented, and its row `published` is the day of the announcement (--as-of where it has none).
    Only what was known on the day of knowledge is read. With --run, executions of a plan are a second
    view; both are shown beside their pool.
    """
    from dataclasses import replace

    from fullrate import store
    from fullrate.forecast import find_case
    from fullrate.forecast.ledger import is_ledger
    from fullrate.report.outlook import as_text, sentences
    from fullrate.studies.outlook import Asked, warnings
    from fullrate.studies.outlook import outlook as ask

    day = as_of.date() if as_of else None
    ledger = of_ledger(case, day, kind) if is_ledger(case) else None
    surge, day = (ledger.surge, day or ledger.announced_on) if ledger else (find_case(case), day)
    question = Asked(quantity, by.date() if by else None)
    plan = behind(run, need, runs_dir) if run else None
    if need and not run:
        raise click.UsageError("--need names what of a plan is promised; name the plan with --run")
    with frame.progress("outlook") as say:
        say("executing the plan" if plan else "drawing")
        study = ask(surge, day, question, seed=seed, behind=plan)
    study = replace(study, meta={**study.meta, **ledger.facts()}) if ledger else study
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


def of_ledger(file: str, as_of: date | None, kind: str | None) -> Ledger:
    """A ledger as a record, what it does not say, and its day."""
    from fullrate.forecast.ledger import read_ledger
    from fullrate.tables.nearest import nearest
    from fullrate.tables.spec.evidence import KINDS

    if kind is not None and kind not in KINDS:
        known = ", ".join(f"“{one}”" for one in KINDS)
        near = nearest(kind, KINDS).question()
        raise click.BadParameter(f"`{kind}` is none of {known}. {near}".strip(), param_hint="--class")
    ledger = read_ledger(file, as_of, kind)
    if ledger.confirmed < ledger.rows:
        frame.note(f"{ledger.rows - ledger.confirmed} of {ledger.rows} rows are not confirmed and are not read")
    return ledger


def behind(run: str, need: str, runs_dir: Path) -> Behind:
    """The plan of a run with the samples and seed of the odds asked of it."""
    from fullrate import store
    from fullrate.forecast.inside import Behind

    asked, found = store.find(run, runs_dir), store.find_plan(run, runs_dir)
    meta = asked.manifest["meta"] if asked.manifest["kind"] == "odds" else {}
    facts = (meta.get("samples"), meta.get("seed"))
    return Behind(found.tables(), found.plan(), found.id, need, *facts)


def files_of(surge: Surge) -> dict[str, bytes]:
    """The files of a record as they were read, by the name a run keeps them under."""
    from pathlib import PurePath

    return {
        f"{surge.case.slug}/{PurePath(origin.file).name}": origin.text.encode()
        for origin in surge.origins.values()
        if origin.text
    }
