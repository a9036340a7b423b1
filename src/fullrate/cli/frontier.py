"""`fullrate frontier DIR|RUN --by WHAT`: what time costs, as plans that can be opened."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fullrate.cli import frame

if TYPE_CHECKING:
    from fullrate.store import Run

BY = ("cost", "quality", "new-share", "civil", "fairness", "decision-delay")
"""What can be traded for time; the study's list without its imports."""
ABOUT_ITEMS = ("new-share", "quality")
"""Trade-offs that are about an item."""
FEWEST, MOST = 7, 11


@click.command()
@click.argument("of", metavar="DIR|RUN", default="latest")
@click.option("--by", type=click.Choice(BY), required=True, help="What is traded for time.")
@click.option("--points", type=click.IntRange(FEWEST, MOST), default=9, show_default=True, help="Plans to make.")
@click.option("--item", default="", metavar="I", help="The new variant (new-share), or the item or family (quality).")
@frame.set_option
@frame.runs_dir_option
@frame.json_option
def frontier(of: str, by: str, points: int, item: str, changes: tuple[str, ...], runs_dir: Path, as_json: bool) -> int:
    """Say what time costs: plans with one limit moved, those that another one beats left out.

    DIR is planned first; of RUN (an id, the beginning of one, a run folder, or `latest`) the plan is
    taken as it is. Every point is a run of its own.
    """
    from fullrate import store
    from fullrate.report.frontier import as_text, sentence
    from fullrate.studies.frontier import LeftOut, points_of
    from fullrate.studies.frontier import frontier as through
    from fullrate.tables.check import check

    if item and by not in ABOUT_ITEMS:
        raise click.UsageError(f"--item goes with --by {' or '.join(ABOUT_ITEMS)}, not with {by}")
    command = ["fullrate", *sys.argv[1:]]
    with frame.progress("frontier") as say:
        base = _base(of, by, points, item, changes, runs_dir, say)
        ids, found = [], []
        for point in points_of(base.tables(), base.plan(), by, points, item, say):
            found.append(point)
            if isinstance(point, LeftOut):
                continue
            ids.append(base.id)
            if point.new:
                ids[-1] = store.save(point.tables, point.plan, check(point.tables), runs_dir, command, base.id).id
        study = through(found, by, item, ids)
        saved = store.save_study(base, study, runs_dir, command)
    if as_json:
        answer = {"schema": "fullrate.frontier/1", "run": saved.id, "of": base.id}
        answer["answer"] = sentence(base.tables(), study)
        frame.print_json({**answer, **study.tables, "meta": dict(study.meta)})
    else:
        click.echo(as_text(base.tables(), study))
        click.echo(f"\nrun {saved.id}, asked of {base.id}")
    return frame.ExitCode.DONE


def _base(
    of: str, by: str, points: int, item: str, changes: tuple[str, ...], runs_dir: Path, say: Callable[[str], None]
) -> Run:
    """The plan that is traded: made now for a scenario folder that has something to trade, else found."""
    from fullrate import store
    from fullrate.cli.plan import planned

    if (Path(of) / "scenario.toml").is_file():
        _ask_first(Path(of), by, points, item, changes)
        return planned(Path(of), changes, runs_dir, say)[3]
    if changes:
        raise click.UsageError("--set changes a scenario folder; a run stays as it is")
    return store.find_plan(of, runs_dir)


def _ask_first(folder: Path, by: str, points: int, item: str, changes: tuple[str, ...]) -> None:
    """Refuse at once what the tables alone refuse; what is wrong with them is said by the plan."""
    from fullrate.findings import errors
    from fullrate.studies.frontier import ask
    from fullrate.tables import read
    from fullrate.tables.check import check

    tables, findings = read(folder, changes)
    if not errors([*findings, *check(tables)]):
        ask(tables, by, points, item)
