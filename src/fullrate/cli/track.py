"""`fullrate track RUN|CASE`: plan against actual, what moved the date, and how past forecasts did."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from fullrate.cli import frame

if TYPE_CHECKING:
    from datetime import date, datetime
    from pathlib import Path

    from fullrate.results import Study
    from fullrate.store import Run
    from fullrate.tables import Tables

SCHEMA = "fullrate.track/1"


@click.command()
@click.argument("what", metavar="RUN|CASE", default="latest")
@click.option(
    "--actuals", metavar="FILE", help="What was reported, as in `actuals.csv`; that of the scenario if not given."
)
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Day of knowledge; the last report's.")
@click.option(
    "--case", metavar="CASE", help="A surge record whose promise the plan is to keep: the outside view as well."
)
@click.option("--freeze-until", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Keep orders up to that day.")
@click.option(
    "--causes", type=click.IntRange(0, 8), default=3, show_default=True, help="Reports told apart; two plans each."
)
@frame.runs_dir_option
@frame.json_option
def track(
    what: str,
    actuals: str | None,
    as_of: datetime | None,
    case: str | None,
    freeze_until: datetime | None,
    causes: int,
    runs_dir: Path,
    as_json: bool,
) -> int:
    """Compare a plan with what was reported, and plan again from where things stand.

    RUN is a plan: an id, the beginning of one, a run folder, or `latest`. CASE is a surge record:
    its promise is forecast again on the day of each of its announcements.
    """
    from fullrate import store

    day = as_of.date() if as_of else None
    if _is_case(what, runs_dir):
        return _case(what, day, runs_dir, as_json)
    from fullrate.forecast import find_case
    from fullrate.report.track import as_text
    from fullrate.studies.track import track as ask

    found = store.find_plan(what, runs_dir)
    tables = _tables(found, actuals)
    surge = find_case(case) if case else None
    with frame.progress("track") as say:
        study = ask(
            tables,
            found.plan(),
            day,
            earlier=store.answers(found, "track"),
            odds=store.newest_studies(found).get("odds"),
            surge=surge,
            freeze_until=freeze_until.date() if freeze_until else None,
            causes=causes,
            say=say,
        )
        say("writing")
        saved = store.save_study(found, study, runs_dir, ["fullrate", *sys.argv[1:]])
    _show(study, saved, as_json, as_text(study), of=found.id)
    return frame.ExitCode.DONE


def _is_case(what: str, runs_dir: Path) -> bool:
    """Whether a word means a surge record and no run."""
    from fullrate.forecast import shipped
    from fullrate.tables.surge import is_surge

    return is_surge(what) or (not (runs_dir / what).exists() and what in {one.case.slug for one in shipped()})


def _tables(found: Run, actuals: str | None) -> Tables:
    """The inputs of a run with what was reported, checked.

    Raises:
        Refused: with every finding of the file.
    """
    from dataclasses import replace

    from fullrate.findings import Refused, errors
    from fullrate.tables.check import check
    from fullrate.tables.folder import with_file

    tables = found.tables()
    if actuals is None:
        return tables
    tables, findings = with_file(tables, "actuals", actuals)
    today = replace(tables, config=replace(tables.config, as_of=None))  # the scenario's day of knowledge is the plan's
    findings += [one for one in check(today) if one.table == "actuals"]
    if errors(findings):
        raise Refused(findings)
    return tables


def _case(what: str, day: date | None, runs_dir: Path, as_json: bool) -> int:
    from fullrate import store
    from fullrate.cli.outlook import files_of
    from fullrate.forecast import find_case
    from fullrate.report.track import followed_text
    from fullrate.studies.track import follow

    surge = find_case(what)
    study = follow(surge, day)
    saved = store.save_record(study, surge.case.slug, files_of(surge), runs_dir, ["fullrate", *sys.argv[1:]])
    _show(study, saved, as_json, followed_text(study))
    return frame.ExitCode.DONE


def _show(study: Study, saved: Run, as_json: bool, text: str, of: str = "") -> None:
    from fullrate.report.track import sentences
    from fullrate.studies.track import AGAIN, warnings

    if as_json:
        told = {name: table for name, table in study.tables.items() if not name.startswith(AGAIN)}
        answer = {"schema": SCHEMA, "run": saved.id, **({"of": of} if of else {}), "answer": sentences(study)}
        frame.print_json({**answer, **told, "meta": dict(study.meta)})
        return
    if found := warnings(study):
        frame.show_findings(found, err=True)
    click.echo(text)
    click.echo(f"\nrun {saved.id}" + (f", asked of {of}" if of else ""))
