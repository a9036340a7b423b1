"""The Python interface: plain functions, the same answers as the command line."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from fullrate import auditing, planning, studies, tables
from fullrate.auditing import Audit
from fullrate.findings import Finding, Refused, errors
from fullrate.jobs import workers
from fullrate.results import Plan, Study
from fullrate.studies.stress.asked import Asked
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


def hedge(
    scenario: Folder | Tables,
    level: float = 0.8,
    scenarios: int = 50,
    *,
    until: date | None = None,
    most_memory: float | None = None,
) -> Plan:
    """A plan whose first decisions serve many cases that may come, drawn from ``uncertainty`` and ``risks``.

    Args:
        scenario: folder or tables.
        level: the worst ``1 - level`` of the cases count most; 0: all alike, 1: the worst alone.
        scenarios: cases that decisions are made for.
        until: what begins before it is decided now; by default 13 weeks after the start.
        most_memory: bytes that the programs may take; by default what the machine has free.

    Raises:
        Refused: the scenario has errors, nothing is uncertain, nothing can be decided, or it is too large.
    """
    chosen = scenario if isinstance(scenario, Tables) else read(scenario)
    day = None if until is None else float((until - chosen.config.start).days)
    return planning.hedged(chosen, level, scenarios, until=day, most_memory=most_memory)


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
    behind: Folder | Tables | None = None,
    result: Plan | None = None,
    need: str = "",
    samples: int | None = None,
) -> Study:
    """Forecast what becomes of a promise, by what became of others of its class, and by executions of a plan.

    Args:
        case: name of a record that comes with the program, a folder in that format, or a ``case.toml`` alone.
        as_of: day of knowledge; the day of the promise if None.
        quantity: ask about a quantity of your own, in the unit of the promise.
        by: ask about a day of your own.
        seed: of the random stream.
        behind: folder or tables of the plan that is to keep the promise.
        result: that plan; made if None.
        need: need or item of it that stands for the promise, where it delivers several items.
        samples: executions of it; by default those of the scenario.

    Raises:
        Refused: there is no such record, it has errors, nothing had been announced by the day, or the plan does not
            fit the promise.
    """
    from fullrate.forecast import find_case
    from fullrate.forecast.inside import Behind
    from fullrate.studies.outlook import Asked
    from fullrate.studies.outlook import outlook as ask

    view = None
    if behind is not None:
        chosen = behind if isinstance(behind, Tables) else read(behind)
        view = Behind(chosen, result or planning.plan(chosen, tests=False), "", need, samples)
    return ask(find_case(os.fspath(case)), as_of, Asked(quantity, by), seed=seed, behind=view)


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


def history(as_of: date, *, without: Sequence[str] = (), kind: str | None = None) -> Study:
    """What had become of the promises of other programmes by a day, and what that makes of one more.

    Args:
        as_of: day of knowledge; nothing that became known later is read.
        without: records or programmes that are left out, each with its sisters.
        kind: class that counts most; None: all cases count the same.

    Raises:
        Refused: ``without`` names neither a record that comes with the program nor a programme of one.
        ValueError: there is no such class.
    """
    from fullrate.studies.history import history as ask

    return ask(as_of, without, kind)


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
    replan: int = 0,
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
        replan: also plan again after every so many periods, in 32 of the samples; 0 for not at all.

    Raises:
        Refused: with a finding, when there is no such class or need, or the date is outside the plan.
    """
    chosen = scenario if isinstance(scenario, Tables) else read(scenario)
    return studies.odds(
        chosen, result, samples=samples, by=by, need=need, cls=cls, quantity=quantity, worth=worth, seed=seed,
        replan=replan,
    )  # fmt: skip


def stress(
    scenario: Folder | Tables,
    result: Plan,
    *,
    cuts: Sequence[str] = (),
    every_one: bool = False,
    restrictions: Folder = "",
    first: date | None = None,
    days: float | None = None,
    left: float = 0.0,
    recovery: str = "",
    policy: str = "blind",
    exact: str | int = "auto",
    pairs: bool = False,
    coverage: float | None = None,
    by: date | None = None,
    samples: int = 0,
    seed: int | None = None,
    cluster: str = "",
) -> Study:
    """What breaks if something is cut off: days lost, how long it may last, and what hurts most.

    Args:
        scenario: folder or tables the plan was made from.
        result: the plan.
        cuts: what is cut off, ``KIND:ID`` each, one at a time.
        every_one: everything the plan uses, one at a time.
        restrictions: a CSV file or folder of named sets of restrictions, one at a time.
        first: first day; by default the worst one of a cut that ends, else the start of the plan.
        days: how long; by default what ``risks`` says, else for good.
        left: share of the capacity that is left.
        recovery: curve along which the rest comes back.
        policy: ``blind``, ``warned:W`` (so many periods before) or ``clairvoyant`` (a bound).
        exact: with ``every_one``: how many cuts are solved exactly, those with the largest estimates; ``all``, or
            ``auto``: all where that takes minutes, else 20. The rest are estimates, in a table of their own.
        pairs: also two at a time: the worst with one another, and substitutes.
        coverage: a promise to break, as a share of all needs, with ``by``.
        by: the day it is promised for.
        samples: executions for the odds with and without each cut; 0 for none.
        seed: seed of all draws; by default that of the scenario.
        cluster: address of a Dask scheduler whose workers settle the cases; blank: the cores of this machine.

    Raises:
        Refused: with a finding, when a cut names nothing or begins outside the plan, a set cannot be read, or no
            cluster answers whose workers compute as this process does.
        ValueError: there is no such policy or number.
    """
    chosen = scenario if isinstance(scenario, Tables) else read(scenario)
    asked = Asked(cuts, every_one, os.fspath(restrictions), first, days, left, recovery)
    with workers(cluster) as spread:
        return studies.stress(
            chosen, result, asked, policy=policy, exact=str(exact), pairs=pairs, coverage=coverage, by=by,
            samples=samples, seed=seed, spread=spread,
        )  # fmt: skip


def track(
    what: Folder | Tables,
    result: Plan | None = None,
    *,
    as_of: date | None = None,
    earlier: Sequence[Study] = (),
    odds: Study | None = None,
    causes: int = 3,
) -> Study:
    """Plan against actual, the plan that goes on, and what moved the date; or a promise over its announcements.

    Args:
        what: folder or tables the plan was made from, with what was reported in its table ``actuals``; without a plan a
            surge record: name of one that comes with the program, or a folder.
        result: the plan.
        as_of: day of knowledge; that of the last report if None.
        earlier: forecasts made before of the same plan; what moved is told since the last, and all are scored.
        odds: odds of the plan, whose intervals say what is no alarm.
        causes: reports that are causes of their own; each takes two more plans.

    Raises:
        Refused: nothing was reported by the day, or the day is outside the plan.
    """
    from fullrate.forecast import find_case
    from fullrate.studies.track import follow
    from fullrate.studies.track import track as ask

    if result is None:
        return follow(find_case(os.fspath(what) if not isinstance(what, Tables) else what.folder), as_of)
    chosen = what if isinstance(what, Tables) else read(what)
    return ask(chosen, result, as_of, earlier=earlier, odds=odds, causes=causes)


def mitigate(
    scenario: Folder | Tables,
    result: Plan,
    budget: float,
    *,
    cuts: Sequence[str] = (),
    every_one: bool = False,
    restrictions: Folder = "",
    first: date | None = None,
    days: float | None = None,
    left: float = 0.0,
    recovery: str = "",
    level: float = 0.8,
    policy: str = "blind",
    samples: int = 0,
    seed: int | None = None,
) -> Study:
    """What to buy beforehand so that cuts cost least.

    Args:
        scenario: folder or tables the plan was made from.
        result: the plan.
        budget: money, in millions of the currency.
        cuts: what is cut off, ``KIND:ID`` each; regions in use are added.
        every_one: everything that the plan uses, one at a time.
        restrictions: a file or folder of named sets of restrictions.
        first: first day; by default the start of the plan.
        days: how long; by default as long as ``risks`` says, else for good.
        left: share of the capacity that is left.
        recovery: curve along which the rest comes back.
        level: the worst ``1 - level`` of the cases count; 0: all alike, 1: the worst alone.
        policy: who knows of a cut when: ``blind``, ``warned:W`` or ``clairvoyant``.
        samples: executions for the odds of the worst cases with purchases and without; 0 for none.
        seed: seed of all draws; by default that of the scenario.

    Raises:
        Refused: a cut names nothing, there is nothing to buy, or the budget is not above zero.
    """
    from fullrate.studies.stress.mitigation import mitigate as ask

    chosen = scenario if isinstance(scenario, Tables) else read(scenario)
    asked = Asked(cuts, every_one, os.fspath(restrictions), first, days, left, recovery)
    cases = asked.with_regions(chosen, result)
    return ask(chosen, result, cases, budget, level=level, policy=policy, samples=samples, seed=seed)


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
