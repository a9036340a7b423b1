"""`fullrate demo`: a dated answer about a real surge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fullrate.cli import frame

if TYPE_CHECKING:
    from pathlib import Path

    from fullrate.results import Plan
    from fullrate.tables import Tables

SHOWN = 7
"""Months of the outcome that are printed."""
DEMO = "italy-vaccine-2021"


@click.command()
@frame.runs_dir_option
@frame.json_option
def demo(runs_dir: Path, as_json: bool) -> int:
    """Plan Italy's vaccine campaign of 2021 from what had been promised by 2 December 2020."""
    from fullrate.cli.plan import answer_text, as_object, planned

    folder = frame.examples_folder() / DEMO
    with frame.progress("demo") as say:
        tables, result, findings, run = planned(folder, (), runs_dir, say)
    if as_json:
        frame.print_json(as_object(tables, result, findings, run))
        return frame.ExitCode.DONE
    click.echo(answer_text(tables, result, run))
    click.echo("\n" + outcome_text(tables, result))
    return frame.ExitCode.DONE


def outcome_text(tables: Tables, result: Plan) -> str:
    """What the plan had delivered, beside what really came, at ends of months."""
    from fullrate.report.figures import outcome
    from fullrate.report.text import grid

    came = outcome.series(tables)
    days = sorted(set(came["through"].to_list()))[:SHOWN]
    plan = outcome.planned(tables, result, [(day - tables.config.start).days for day in days])
    rows = []
    for day, promised in zip(days, plan, strict=True):
        so_far = dict(came.filter(came["through"] == day).select("what", "so_far").iter_rows())
        amounts = [promised, *(so_far.get(what, 0.0) for what in ("delivered", "given"))]
        rows.append([day.isoformat(), *(f"{amount / 1e6:.1f}" for amount in amounts)])
    table = grid(["million doses by", "if every promise held", "really delivered", "really given"], rows)
    return f"{table}\n{outcome.attribution(tables)}"
