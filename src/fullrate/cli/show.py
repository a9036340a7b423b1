"""`fullrate show RUN [TABLE]`: a run, or one of its tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fullrate.cli import frame

if TYPE_CHECKING:
    from pathlib import Path

    from fullrate.store import Run


@click.command()
@click.argument("run", metavar="RUN")
@click.argument("table", required=False)
@frame.runs_dir_option
@frame.json_option
def show(run: str, table: str | None, runs_dir: Path, as_json: bool) -> int:
    """Print the answer of RUN, or one of its tables as CSV."""
    from fullrate import store
    from fullrate.cli.plan import answer_text, as_object

    found = store.find(run, runs_dir)
    if table is None and found.manifest["kind"] in ("outlook", "hindcast", "track"):
        return show_record(found, as_json)
    if table is None and found.manifest["kind"] != "plan" and not as_json:
        manifest = found.manifest
        click.echo(f"{manifest['kind']}, asked of {manifest['parent']} by `{' '.join(manifest['command'])}`")
        click.echo(f"tables: {' '.join(manifest['tables'])}")
        return frame.ExitCode.DONE
    if table is None:
        plan = found.plan()
        if as_json:
            frame.print_json({**as_object(found.tables(), plan, [], found), "findings": found.findings()})
        else:
            click.echo(answer_text(found.tables(), plan, found))
            click.echo(f"tables: {' '.join(plan.tables)}")
        return frame.ExitCode.DONE
    tables = found.study().tables
    if table not in tables:
        raise click.UsageError(f"run {found.id} has no table `{table}`; it has {', '.join(tables)}")
    if as_json:
        frame.print_json({"schema": "fullrate.table/1", "run": found.id, "table": table, "rows": tables[table]})
    else:
        click.echo(tables[table].write_csv(), nl=False)
    return frame.ExitCode.DONE


def show_record(found: Run, as_json: bool) -> int:
    """Print an outlook, a hindcast or what was tracked as it was printed when it was made."""
    from fullrate.report import hindcast, outlook, track

    study = found.study()
    if as_json:
        say = {"outlook": outlook.sentences, "hindcast": hindcast.sentence, "track": track.sentences}
        answer = {"schema": f"fullrate.{study.kind}/1", "run": found.id, "answer": say[study.kind](study)}
        frame.print_json({**answer, **study.tables, "meta": dict(study.meta)})
    else:
        write = {"outlook": outlook.as_text, "hindcast": hindcast.as_text, "track": track.any_text}
        click.echo(write[study.kind](study))
        click.echo(f"tables: {' '.join(study.tables)}")
    return frame.ExitCode.DONE
