"""`fullrate hindcast`: every announcement forecast at its day, and scored."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from fullrate.cli import frame

if TYPE_CHECKING:
    from pathlib import Path

    from fullrate.findings import Finding
    from fullrate.tables.surge import Surge

SCHEMA = "fullrate.hindcast/1"


@click.command()
@click.option(
    "--cases", metavar="DIR", help="A folder of records, or one; those that come with the program if not given."
)
@click.option("--every", is_flag=True, help="List every promise, not the headline of each case alone.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Of forecasts and bootstrap.")
@frame.runs_dir_option
@frame.json_option
def hindcast(cases: str | None, every: bool, seed: int, runs_dir: Path, as_json: bool) -> int:
    """Replay every announcement at its day with nothing later, and score it.

    Compared with simple forecasts: announced at face value (B1) and with the spread of its class
    (B2), a straight line (B3), the class alone (B4), a damped trend (B5), the producer (B6).
    """
    from dataclasses import replace

    from fullrate import store
    from fullrate.cli.outlook import files_of
    from fullrate.findings import errors
    from fullrate.forecast import read_cases, shipped
    from fullrate.report.hindcast import as_text, sentence
    from fullrate.studies.hindcast import hindcast as replay

    read: list[tuple[Surge, list[Finding]]] = read_cases(cases) if cases else [(one, []) for one in shipped()]
    for surge, findings in read:
        if findings:
            many = "1 finding" if len(findings) == 1 else f"{len(findings)} findings"
            frame.note(f"{surge.case.slug}: {many}; `fullrate check {surge.folder}` says which")
    with frame.progress("hindcast") as say:
        study = replay([surge for surge, _ in read], seed=seed, say=say)
    wrong = {surge.case.slug: len(found) for surge, every in read if (found := errors(every))}
    study = replace(study, meta={**study.meta, "wrong": wrong})
    files = {name: data for surge, _ in read for name, data in files_of(surge).items()}
    saved = store.save_record(study, cases or "shipped cases", files, runs_dir, ["fullrate", *sys.argv[1:]])
    if as_json:
        answer = {"schema": SCHEMA, "run": saved.id, "answer": sentence(study)}
        frame.print_json({**answer, **study.tables, "meta": dict(study.meta)})
    else:
        click.echo(as_text(study, every))
        click.echo(f"\nrun {saved.id}")
    return frame.ExitCode.DONE
