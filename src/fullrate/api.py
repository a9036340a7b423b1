"""The Python interface: plain functions, the same answers as the command line."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from fullrate import auditing, planning, tables
from fullrate.auditing import Audit
from fullrate.findings import Finding, Refused, errors
from fullrate.results import Plan
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
    time_limit: float | None = None,
    preview: bool = False,
    pruned: bool = True,
    tests: bool = True,
    most_memory: float | None = None,
) -> Plan:
    """Plan a scenario: a folder, or tables already read.

    Args:
        scenario: folder or tables.
        time_limit: seconds after which the best plan so far is returned.
        preview: plan on a coarse calendar first; dates are marked as a preview.
        pruned: leave out columns that cannot matter (the answer is the same).
        tests: also measure the rounding of leads and test the horizon.
        most_memory: bytes that the program may take; by default what the machine has free.

    Raises:
        Refused: with all findings, when the scenario has errors or is too large for the memory.
    """
    chosen = scenario if isinstance(scenario, Tables) else read(scenario)
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


def report(run: Folder, output: Folder | None = None) -> Path:
    """Write the report of a run folder as one HTML file and return its path.

    Args:
        run: the run folder.
        output: the file; by default ``report.html`` beside the run folder's name in the current folder.
    """
    from fullrate.report.page import write_report
    from fullrate.store import find

    found = find(os.fspath(run), Path("runs"))
    return write_report(found, Path(output) if output is not None else Path(f"report-{found.id}.html"))
