"""From tables to a plan: the case, its program, the chain of stages, the dates, and how sure they are."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl

from fullrate.calendar import Calendar
from fullrate.case import Case, derive
from fullrate.case.state import State, from_state
from fullrate.lp.assemble import LP
from fullrate.lp.axes import Floats
from fullrate.lp.solve import Solution, solve
from fullrate.planning import answer, memory, previous
from fullrate.planning.bounds import least_burden
from fullrate.planning.capability import capability, supply_of
from fullrate.planning.chain import run, unit
from fullrate.planning.dates import Reach, covered, dates, first_reached
from fullrate.planning.honoured import first_wishes, honoured
from fullrate.planning.learning import learn
from fullrate.planning.walk import Chain
from fullrate.results import Plan
from fullrate.rules import write
from fullrate.rules.base import Cols
from fullrate.tables import Tables

PREVIEW = (0.45, 26, 28.0)
"""A preview keeps this share of the periods as they are, at least so many, and then takes periods of so many days: the
share with which mean waits stay within 0.3 % (benchmarks, plan)."""
BRACKETED = (0.8, 1.0)
"""Shares of coverage of the first class whose date is found with leads rounded down, too."""
LONGER = 1.25
"""Factor on the horizon in the test that it is long enough."""


def plan(
    tables: Tables,
    *,
    time_limit: float | None = None,
    preview: bool = False,
    pruned: bool = True,
    tests: bool = True,
    most_memory: float | None = None,
    since: State | None = None,
    held: Callable[[LP, Cols], LP] | None = None,
) -> Plan:
    """Plan a scenario that the checker has passed.

    Args:
        tables: the scenario.
        time_limit: seconds after which the best plan found so far is returned, status ``time limit``.
        preview: plan on a coarse calendar, without the earliest dates of classes and without the tests; dates are a
            preview and marked so.
        pruned: leave out columns that cannot matter.
        tests: also solve the time stage with leads rounded down and with a longer horizon.
        most_memory: bytes that the program may take; None for what the machine has free.
        since: where an execution stands; what it did before stays as it was. Without the tests of rounding and
            horizon, which would begin at the start.
        held: the program with decisions held that were taken elsewhere; the chain plans the rest.

    Raises:
        Refused: the program would take more memory than that, or orders are frozen and there is no previous plan.
        TimeoutError: the time limit came before a plan with what is ``held`` was found.
    """
    deadline = None if time_limit is None else time.monotonic() + time_limit
    tables = coarse(tables) if preview else tables
    previous.refuse_without(tables)
    case = _derived(tables, since, most_memory, pruned=pruned)
    learned = learn(case, deadline)
    plain = write(case)[0] if case.learning else None
    case = learned.case
    lp, cols = write(case)
    lp, start = (lp, learned.x) if held is None else started(held(lp, cols), cols, time_limit)
    chain = run(case, lp, cols, deadline, start)
    kept = honoured(case, lp, cols, values(chain))
    plain = None if plain is None else honoured(case, plain, cols, values(chain))
    found, reaches = _found(tables, case, (kept, plain), cols, chain.x, deadline, asked=not preview)
    status = "time limit" if any(reach.stopped for reach in reaches) else chain.status
    meta = _meta(tables, case, lp, chain, preview)
    meta["stopped"] = stopped(case, cols, chain)
    meta["learning"] = learned.meta
    if len(case.previous.axis):
        meta["changes"] = previous.changes(case, cols, chain.x)
    meta["programs_solved"] = learned.solved + chain.solved + sum(reach.solved for reach in reaches)
    if tests and not preview and since is None and status == "solved" and reaches:
        meta["discretisation"] = rounding_error(tables, chain, found["dates"])
        meta["horizon"] = horizon_test(tables, chain)
    results = answer.tables_of(case, cols, chain.x) | {"stages": answer.stages_of(case, cols, chain)} | found
    results["duals"], results["binding"] = answer.duals_of(lp, chain), answer.binding_of(tables, case, lp, chain)
    return Plan(status, case.calendar.start, case.calendar.edges, results, meta)


def _derived(tables: Tables, since: State | None, most_memory: float | None, *, pruned: bool) -> Case:
    """The case, from a state on where there is one. Raises Refused when its program would take too much memory."""
    most = memory.free() if most_memory is None else most_memory
    memory.refuse_tables(tables, most)
    case = derive(tables, pruned=pruned and since is None)
    case = case if since is None else from_state(case, since, since.period)
    memory.refuse_case(tables, case, most)
    return case


def _found(
    tables: Tables,
    case: Case,
    programs: tuple[LP, LP | None],
    cols: Cols,
    x: Floats,
    deadline: float | None,
    *,
    asked: bool,
) -> tuple[dict[str, pl.DataFrame], list[Reach]]:
    """Dates, coverage and capability of a point, and what was solved for them.

    ``programs``: that of the plan, and where anything learns the same counting on no experience.
    """
    lp, plain = programs
    found, coverage, reaches = dates(case, lp, cols, x, deadline, plain, tables.open_needs, asked=asked)
    supply = supply_of(tables, case, lp, cols, deadline, plain)
    able, quantities = capability(tables, supply, x)
    reaches += [] if supply is None else [supply]
    return {"dates": found, "coverage": coverage, "capability": able, "quantities": quantities}, reaches


def started(lp: LP, cols: Cols, time_limit: float | None) -> tuple[LP, Floats]:
    """A program with held decisions, which a plan that does nothing does not keep, and a point of it."""
    answer = solve(lp.minimising(unit(lp, int(cols["burden"].offset[0]))), time_limit)
    if answer.status == "time limit" and not answer.usable:
        raise TimeoutError("no plan with what is decided held was found in time")
    if not answer.usable:
        raise RuntimeError(f"the program with what is decided held is {answer.status}")
    return lp, answer.x


def values(chain: Chain) -> dict[str, float]:
    """Value of each stage."""
    return {stage.name: stage.value for stage in chain.stages}


def stopped(case: Case, cols: Cols, chain: Chain) -> dict[str, Any]:
    """The class that the time limit kept from being planned: its mean wait in the best plan so far, and a bound.

    Blank when all stages of time were solved. Waits in days, tail included. ``found`` says whether the search had come
    upon a plan for that class at all.
    """
    last = chain.stages[-1] if chain.stages else None
    kind, _, label = last.name.partition(".") if last else ("", "", "")
    if last is None or last.status == "solved" or kind not in ("L1", "L2"):
        return {}
    at = case.needs.cls.labels.index(label) + (kind == "L2")
    if at == len(case.needs.cls):
        return {}
    weight = float(case.needs.weight[case.needs.group_class == at].sum()) or 1.0
    least = last.bound if kind == "L1" else least_burden(case, cols, at)
    wait = float(chain.x[cols["burden"].offset[at]])
    found = kind == "L1" and chain.improved
    return {"class": int(case.needs.cls.labels[at]), "wait_d": wait / weight, "least_d": least / weight, "found": found}


def coarse(tables: Tables) -> Tables:
    """The scenario on a calendar that is fine at first and coarse later, leads smeared (kernel rule)."""
    config = tables.config
    if config.calendar:
        return replace(tables, config=replace(config, lead_rounding="kernel"))
    share, least, days = PREVIEW
    fine = min(max(int(np.ceil(share * config.periods)), least), config.periods)
    parts = ((fine, config.period_d), (int(np.ceil((config.periods - fine) * config.period_d / days)), days))
    calendar = tuple(part for part in parts if part[0])
    return replace(tables, config=replace(config, calendar=calendar, lead_rounding="kernel"))


def _first_stage(
    tables: Tables, *, at_best: bool = False, reached: Mapping[str, float] | None = None, corner: bool = True
) -> tuple[Case, LP, Cols, Solution]:
    """The first stage of time, tail included, on other settings; ``at_best`` with the most experience there can be.

    Floors and frozen orders are kept there as well: as in stages ``reached``, or as well as they can be. ``corner``:
    whether the point itself is wanted, and not only what it is worth.
    """
    case = derive(tables)
    case = replace(case, learning=case.learning.at_best()) if at_best else learn(case).case
    lp, cols = write(case)
    lp = first_wishes(case, lp, cols) if reached is None else honoured(case, lp, cols, reached)
    return case, lp, cols, solve(lp.minimising(unit(lp, int(cols["burden"].offset[0]))), corner=corner)


def rounding_error(tables: Tables, chain: Chain, found: pl.DataFrame) -> dict[str, Any]:
    """What rounding leads up to whole periods costs the first class: the truth lies between up and down.

    Mean wait both ways, and by level of coverage the earliest day both ways (None: later than the horizon).

    Args:
        tables: the scenario, leads rounded up.
        chain: its stages.
        found: its dates.
    """
    config = tables.config
    timed = chain.first
    if config.lead_rounding != "ceil" or timed is None:
        return {}
    sooner = replace(tables, config=replace(config, lead_rounding="floor"))
    case, lp, cols, early = _first_stage(sooner, at_best=True, reached=values(chain))
    weight = float(case.needs.weight[case.needs.group_class == 0].sum())
    down, path = Reach(case, lp, cols, 0, None), covered(case, cols, early.x, 0)
    whole = found.filter((pl.col("need") == "") & (pl.col("class") == int(case.needs.cls.labels[0])))
    late = dict(whole.select("coverage", "earliest_period").iter_rows())
    days = []
    for level in BRACKETED:
        first = down.earliest(level, first_reached(path, level))
        ends = {"late_d": late.get(level), "early_d": None if first in (None, case.calendar.periods) else first + 1}
        days.append({"coverage": level, **{name: _day(case.calendar, period) for name, period in ends.items()}})
    return {
        "late_d": timed.value / weight,
        "early_d": early.objective / weight,
        "days": (timed.value - early.objective) / weight,
        "dates": days,
    }


def _day(calendar: Calendar, period: int | None) -> float | None:
    """Day on which a period (1-based) ends; None beyond the horizon."""
    return None if period is None else float(calendar.edges[period])


def horizon_test(tables: Tables, chain: Chain) -> dict[str, Any]:
    """Change of the first class's mean wait when the horizon is a quarter longer, the tail taken off both.

    Where anything learns, both have the most experience there can be: two programs instead of two sequences of them.
    """
    config = tables.config
    if chain.first is None:
        return {}
    usual = config.calendar or ((config.periods, config.period_d),)
    total, (_, last) = sum(count for count, _ in usual), usual[-1]
    longer = (*usual, (int(np.ceil(total * (LONGER - 1))), last))
    further, same = (
        replace(tables, config=replace(config, calendar=each, tail=0.0)) for each in (longer, config.calendar)
    )
    case, _, _, long = _first_stage(further, at_best=True, corner=False)
    _, _, _, short = _first_stage(same, at_best=True, reached=values(chain), corner=False)
    weight = float(case.needs.weight[case.needs.group_class == 0].sum())
    return {"periods": case.calendar.periods, "change_d": (long.objective - short.objective) / weight}


def _meta(tables: Tables, case: Case, lp: LP, chain: Chain, preview: bool) -> dict[str, Any]:
    config = tables.config
    return {
        "scenario": config.name,
        "currency": config.currency,
        "as_of": None if config.as_of is None else config.as_of.isoformat(),
        "rounding": config.lead_rounding,
        "tail": config.tail,
        "fairness": config.fairness,
        "preview": preview,
        "rows": lp.shape[0],
        "columns": lp.shape[1],
        "nonzeros": len(lp.value),
        "kkt": chain.residual,
        "integers": len(lp.integer),
        "gap": chain.gap,
        "seed": config.seed,
    }
