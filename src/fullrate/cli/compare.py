"""`fullrate compare RUN RUN`: cells that differ beside answers that differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from fullrate.cli import frame

if TYPE_CHECKING:
    from pathlib import Path

    from fullrate.report.compare import Comparison
    from fullrate.report.names import Names
    from fullrate.store import Run

SHOWN = 40
"""Cells that are printed; `--json` gives all."""


@click.command()
@click.argument("old", metavar="[RUN", required=False)
@click.argument("new", metavar="RUN]", required=False)
@frame.runs_dir_option
@frame.json_option
def compare(old: str | None, new: str | None, runs_dir: Path, as_json: bool) -> int:
    """Compare two runs, the older one first; without names, the two newest.

    Cells of the inputs that differ, and beside them the answers that differ: dates, mean waits,
    cost, what binds.
    """
    if old is not None and new is None:
        raise click.UsageError("name two runs, or none for the two newest")
    from fullrate.report.compare import compare as compare_runs

    first, second = _pair(old, new, runs_dir)
    found = compare_runs((first.tables(), first.plan()), (second.tables(), second.plan()))
    if as_json:
        frame.print_json({"schema": "fullrate.compare/1", "old": first.id, "new": second.id, **vars(found)})
    else:
        click.echo(as_text(first, second, found))
    return frame.ExitCode.DONE


def _pair(old: str | None, new: str | None, runs_dir: Path) -> tuple[Run, Run]:
    """The two runs. Raises Refused when one is not there."""
    from fullrate import store

    if old is not None and new is not None:
        return store.find_plan(old, runs_dir), store.find_plan(new, runs_dir)
    known = store.plans(runs_dir)
    if len(known) < 2:
        raise click.UsageError(
            f"there are fewer than two runs in `{runs_dir}`; plan the scenario with `--set` for another"
        )
    return known[-2], known[-1]


def as_text(old: Run, new: Run, found: Comparison) -> str:
    """Cells first, then answers; what is the same is said in one line."""
    lines = [f"old {old.id}  {old.manifest['scenario']}", f"new {new.id}  {new.manifest['scenario']}", ""]
    lines += [*_cells(found), "", *_dates(found), "", *_waits(found), "", *_rest(old, new, found)]
    return "\n".join(lines)


def _cells(found: Comparison) -> list[str]:
    from fullrate.report.text import grid

    if found.cells.is_empty():
        return ["Inputs: no cell differs."]
    rows = [list(row) for row in found.cells.head(SHOWN).iter_rows()]
    more = len(found.cells) - len(rows)
    rest = [f"... and {more} more; `--json` gives all"] if more else []
    return [grid(["cell", "old", "new"], rows), *rest]


def _dates(found: Comparison) -> list[str]:
    from fullrate.report.numbers import percent
    from fullrate.report.text import grid

    rows = [
        [str(row["class"]), percent(row["coverage"]), _day(row["old"]), _day(row["new"]), _moved(row)]
        for row in found.dates.iter_rows(named=True)
        if row["old"] != row["new"]
    ]
    if not rows:
        return ["Dates of coverage: none differs."]
    return [grid(["class", "covered", "old", "new", "change"], rows, right=[1])]


def _day(day: Any) -> str:
    return "later" if day is None else str(day)


def _moved(row: dict[str, Any]) -> str:
    if row["change_d"] is None:
        return ""
    return f"{abs(row['change_d'])} days {'later' if row['change_d'] > 0 else 'earlier'}"


def _waits(found: Comparison) -> list[str]:
    from fullrate.report.compare import differs
    from fullrate.report.text import grid

    rows = [
        [str(row["class"]), f"{row['old']:.0f} d", f"{row['new']:.0f} d", f"{row['change']:+.0f} d"]
        for row in found.waits.iter_rows(named=True)
        if row["change"] is not None and differs(row["old"], row["new"])
    ]
    if not rows:
        return ["Mean waits: none differs."]
    return [grid(["class", "mean wait, old", "new", "change"], rows, right=[1, 2, 3])]


def _rest(old: Run, new: Run, found: Comparison) -> list[str]:
    """Cost and what binds."""
    from fullrate.report.compare import differs
    from fullrate.report.names import Names
    from fullrate.report.numbers import money
    from fullrate.report.text import grid

    currency, cost = old.tables().config.currency, found.cost.row(0, named=True)
    lines = []
    if differs(cost["old"], cost["new"]):
        lines += [f"Cost: {money(cost['old'], currency)} before, {money(cost['new'], currency)} now."]
    else:
        lines += ["Cost: the same."]
    if found.binding["old"].to_list() == found.binding["new"].to_list():
        return [*lines, "What binds: the same limits in the same order."]
    names = [Names.of(run.tables()) for run in (old, new)]
    rows = [[str(rank), _limit(names[0], was), _limit(names[1], now)] for rank, was, now in found.binding.iter_rows()]
    return [*lines, "", grid(["what binds", "old", "new"], rows)]


def _limit(names: Names, said: str | None) -> str:
    """A limit, given as rule and key, in words."""
    rule, _, key = (said or "").partition(" ")
    return names.limit(rule, key) if said else ""
