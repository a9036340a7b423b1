"""`fullrate runs`: what has been computed here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fullrate.cli import frame

if TYPE_CHECKING:
    from pathlib import Path

    from fullrate.store import Run


@click.command()
@frame.runs_dir_option
@frame.json_option
def runs(runs_dir: Path, as_json: bool) -> int:
    """List the runs in the runs folder, newest last."""
    from fullrate import store

    found = store.runs(runs_dir)
    if as_json:
        frame.print_json({"schema": "fullrate.runs/1", "runs": [_object(run) for run in found]})
    elif not found:
        frame.note(f"no runs in `{runs_dir}`; `fullrate plan DIR` makes one")
    else:
        for run in found:
            same = run.manifest["same_inputs_as"]
            again = f"  (same inputs as {same})" if same else ""
            click.echo(
                f"{run.id}  {run.manifest['kind']:<8} {run.manifest['status']:<10} {run.manifest['scenario']}{again}"
            )
    return frame.ExitCode.DONE


def _object(run: Run) -> dict[str, object]:
    keys = ("kind", "status", "created", "scenario", "inputs", "same_inputs_as", "changes")
    return {"run": run.id, **{key: run.manifest[key] for key in keys}}
