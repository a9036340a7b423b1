"""The Python interface: plain functions, the same answers as the command line."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date
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


def frontier(scenario: Folder | Tables, result: Plan, *, by: str, points: int = 9, item: str = "") -> Study:
    """What time costs: plans with one limit moved, those that another one beats left out.

    Args:
        scenario: folder or tables the plan was made from.
        result: the plan.
        by: ``cost``, ``quality``, ``new-share``, ``civil``, ``fairness`` or ``decision-delay``.
        points: plans to make, 7 to 11.
        item: the new variant, or the item or family whose quality is meant.

    Raises:
        Refused: with a finding, when the tables lack what would be traded or there is no such item.
        ValueError: there is no such trade-off, or that many points are not made.
    """
    chosen = scenario if isinstance(scenario, Tables) else read(scenario)
    return studies.frontier(list(studies.points_of(chosen, result, by, points, item)), by, item)


def economy(
    scenario: Folder | Tables,
    result: Plan,
    *,
    table: Folder | None = None,
    slack: float = 0.0,
    delta: float = 0.3,
) -> Study:
    """Output, jobs and imports that the spending of a plan sets off, beside what others give up for it.

    Args:
        scenario: folder or tables the plan was made from.
        result: the plan.
        table: folder of an input-output table; by default the scenario's own, or the one that comes with the package.
        slack: share by which a sector whose capacity is not stated can produce more than it does.
        delta: exponent of Flegg's location quotient.

    Raises:
        Refused: with findings, when the table does not fit the plan or too much of the spending has no sector.
    """
    chosen = scenario if isinstance(scenario, Tables) else read(scenario)
    folder = None if table is None else Path(table)
    return studies.economy(chosen, result, table=folder, slack=slack, delta=delta)


def outlook(
    case: Folder,
    *,
    as_of: date | None = None,
    quantity: float | None = None,
    by: date | None = None,
    seed: int = 0,
) -> Study:
    """Forecast what becomes of a promise, by what became of others of its class.

    Args:
        case: name of a record that comes with the program, a folder in that format, or a ``case.toml`` alone.
        as_of: day of knowledge; the day of the promise if None.
        quantity: ask about a quantity of your own, in the unit of the promise.
        by: ask about a day of your own.
        seed: of the random stream.

    Raises:
        Refused: there is no such record, it has errors, or nothing had been announced by the day.
    """
    from fullrate.forecast import find_case
    from fullrate.studies.outlook import Asked
    from fullrate.studies.outlook import outlook as ask

    return ask(find_case(os.fspath(case)), as_of, Asked(quantity, by), seed=seed)


def hindcast(cases: Folder | None = None, *, seed: int = 0) -> Study:
    """Replay every announcement of some records at its day with nothing later, and score it.

    Args:
        cases: a folder of records, or one; those that come with the program if None.
        seed: of forecasts and bootstrap.

    Raises:
        Refused: the folder holds no record.
    """
    from fullrate.forecast import read_cases, shipped
    from fullrate.studies.hindcast import hindcast as replay

    surges = shipped() if cases is None else [surge for surge, _ in read_cases(cases)]
    return replay(surges, seed=seed)


def odds(
    scenario: Folder | Tables,
    result: Plan,
    *,
    samples: int | None = None,
    by: date | None = None,
    need: str = "",
    cls: int | None = None,
    quantity: float | None = None,
    worth: int = 0,
    seed: int | None = None,
) -> Study:
    """How often the dates of a plan hold in simulated executions, and which assumption that rests on.

    Args:
        scenario: folder or tables the plan was made from.
        result: the plan.
        samples: simulated executions; by default those of the scenario.
        by: the promised date; by default what each need has as ``due``, and the plan's own dates of classes.
        need: only the promise to this need.
        cls: only the promise to this class.
        quantity: what is promised to have come by that date, in the unit of the item.
        worth: value knowing so many assumptions first; each takes two more plans.
        seed: seed of all draws; by default that of the scenario.

    Raises:
        Refused: with a finding, when there is no such class or need, or the date is outside the plan.
    """
    chosen = scenario if isinstance(scenario, Tables) else read(scenario)
    return studies.odds(
        chosen, result, samples=samples, by=by, need=need, cls=cls, quantity=quantity, worth=worth, seed=seed
    )


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
