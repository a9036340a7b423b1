"""`fullrate demo`: a dated answer about a real surge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fullrate.cli import frame

if TYPE_CHECKING:
    from pathlib import Path

DEMO = "italy-vaccine-2021"


@click.command()
@frame.runs_dir_option
@frame.json_option
def demo(runs_dir: Path, as_json: bool) -> int:
    """Plan Italy's vaccine campaign of 2021 from what had been promised by 2 December 2020."""
    from fullrate.cli.plan import answer_text, as_object, planned
    from fullrate.report.words import beside_outcome

    folder = frame.examples_folder() / DEMO
    with frame.progress("demo") as say:
        tables, result, findings, run = planned(folder, (), runs_dir, None, False, say)
    if as_json:
        frame.print_json(as_object(tables, result, findings, run))
        return frame.ExitCode.DONE
    click.echo(answer_text(tables, result, run))
    click.echo(f"\nWhat really came: {beside_outcome(tables, result, folder / 'outcome')}")
    return frame.ExitCode.DONE
