"""The Python interface: plain functions, the same answers as the command line."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from fullrate import auditing, planning, studies, tables
from fullrate.auditing import Audit
from fullrate.findings import Finding, Refused, errors
from fullrate.results import Plan, Study
from fullrate.tables import Tables
from fullrate.tables.check import check as check_tables

Folder = str | os.PathLike[str]


def check(folder: Folder, changes: Sequence[str] = ()) -> list[Finding]:
    """Everything there is to say about a scenario folder, errors and warnings.

    Args:
        folder: the scenario.
        changes: cells to change first, as ``table:key.column=value``.
    """
    return _examined(folder, changes)[1]


def read(folder: Folder, changes: Sequence[str] = ()) -> Tables:
    """The tables of a scenario that can be planned.

    Args:
        folder: the scenario.
        changes: cells to change first, as ``table:key.column=value``.

    Raises:
        Refused: with all findings, when any is an error.
    """
    found, findings = _examined(folder, changes)
    if errors(findings):
        raise Refused(findings)
    return found


def _examined(folder: Folder, changes: Sequence[str]) -> tuple[Tables, list[Finding]]:
    found, findings = tables.read(folder, changes)
    return found, [*findings, *check_tables(found)]


def plan(
    scenario: Folder | Tables,
    *,
    previous: Plan | None = None,
    time_limit: float | None = None,
    preview: bool = False,
    pruned: bool = True,
    tests: bool = True,
    most_memory: float | None = None,
) -> Plan:
    """Plan a scenario: a folder, or tables already read.

    Args:
        scenario: folder or tables.
        previous: the plan in force: orders up to ``freeze_until`` are kept, later ones changed as little as may be.
        time_limit: seconds after which the best plan so far is returned.
        preview: plan on a coarse calendar first; dates are marked as a preview.
        pruned: leave out columns that cannot matter (the answer is the same).
        tests: also measure the rounding of leads and test the horizon.
        most_memory: bytes that the program may take; by default what the machine has free.

    Raises:
        Refused: with all findings, when the scenario has errors, is too large for the memory, or does not fit the
            calendar of the previous plan.
    """
    chosen = scenario if isinstance(scenario, Tables) else read(scenario)
    if previous is not None:
        chosen = planning.after(chosen, previous)
        if findings := errors(check_tables(chosen)):
            raise Refused(findings)
    return planning.plan(
        chosen, time_limit=time_limit, preview=preview, pruned=pruned, tests=tests, most_memory=most_memory
    )


def audit(scenario: Folder | Tables, result: Plan) -> Audit:
    """Re-derive every rule from tables and plan alone.

    Args:
        scenario: folder or tables the plan was made from.
        result: the plan.
    """
    chosen = scenario if isinstance(scenario, Tables) else read(scenario)
    return auditing.audit(chosen, result)


def why(
    scenario: Folder | Tables,
    result: Plan,
    *,
    cls: int | None = None,
    recipient: str = "",
    need: str = "",
    item: str = "",
    rungs: int = 5,
) -> Study:
    """Why a plan is late: what binds, the ladder of steps that help, and a proof of its earliest date.

    Args:
        scenario: folder or tables the plan was made from.
        result: the plan.
        cls: priority class; by default the first.
        recipient: only this recipient's wait.
        need: only this need's wait.
        item: also whom a late supply of this item hurts.
        rungs: steps of the ladder.

    Raises:
        Refused: with a finding, when there is no such class, recipient or need.
    """
    chosen = scenario if isinstance(scenario, Tables) else read(scenario)
    return studies.why(chosen, result, cls=cls, recipient=recipient, need=need, item=item, rungs=rungs)


def report(run: Folder, output: Folder | None = None) -> Path:
    """Write the report of a run folder as one HTML file and return its path.

    Args:
        run: the run folder.
        output: the file; by default ``report.html`` beside the run folder's name in the current folder.
    """
    from fullrate.report.page import write_report
    from fullrate.store import find_plan

    found = find_plan(os.fspath(run), Path("runs"))
    return write_report(found, Path(output) if output is not None else Path(f"report-{found.id}.html"))
