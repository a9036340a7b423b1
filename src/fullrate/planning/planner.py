"""From tables to a plan: the case, its program, the chain of stages, the dates, and how sure they are."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import numpy as np

from fullrate.case import Case, derive
from fullrate.lp.assemble import LP
from fullrate.lp.solve import solve
from fullrate.planning import answer
from fullrate.planning.chain import Chain, run, unit
from fullrate.planning.dates import dates
from fullrate.results import Plan
from fullrate.rules import write
from fullrate.rules.base import Cols
from fullrate.tables import Tables

PREVIEW = (26, 28.0)
"""A preview keeps this many periods as they are and then takes periods of this many days (methods 3, telescoping)."""
LONGER = 1.25
"""Factor on the horizon in the test that it is long enough (methods 2.20, end of horizon)."""


def plan(
    tables: Tables, *, time_limit: float | None = None, preview: bool = False, pruned: bool = True, tests: bool = True
) -> Plan:
    """Plan a scenario that the checker has passed.

    Args:
        tables: the scenario.
        time_limit: seconds after which the best plan found so far is returned, status ``time limit``.
        preview: plan on a coarse calendar; dates are a preview and marked so.
        pruned: leave out columns that cannot matter.
        tests: also solve the time stage with leads rounded down and with a longer horizon.
    """
    deadline = None if time_limit is None else time.monotonic() + time_limit
    tables = coarse(tables) if preview else tables
    case = derive(tables, pruned=pruned)
    lp, cols = write(case)
    chain = run(case, lp, cols, deadline)
    found, coverage, reaches = dates(case, lp, cols, chain.x, deadline)
    status = "time limit" if any(reach.stopped for reach in reaches) else chain.status
    meta = _meta(tables, case, lp, chain, preview)
    meta["programs_solved"] = chain.solved + sum(len(reach.known) for reach in reaches)
    if tests and status == "solved":
        meta["discretisation"] = rounding_error(tables, chain)
        meta["horizon"] = horizon_test(tables, chain)
    results = answer.tables_of(case, cols, chain.x)
    results["stages"] = answer.stages_of(case, cols, chain)
    results["dates"], results["coverage"] = found, coverage
    results["duals"], results["binding"] = answer.duals_of(lp, chain), answer.binding_of(tables, case, lp, chain)
    return Plan(status, case.calendar.start, case.calendar.edges, results, meta)


def coarse(tables: Tables) -> Tables:
    """The scenario on a calendar that is fine at first and coarse later, leads smeared (kernel rule)."""
    config = tables.config
    if config.calendar:
        return replace(tables, config=replace(config, lead_rounding="kernel"))
    fine, days = PREVIEW
    rest = max(config.periods - fine, 0) * config.period_d
    parts = ((min(fine, config.periods), config.period_d), (int(np.ceil(rest / days)), days))
    calendar = tuple(part for part in parts if part[0])
    return replace(tables, config=replace(config, calendar=calendar, lead_rounding="kernel"))


def _first_stage(tables: Tables) -> tuple[Case, LP, Cols, float]:
    """Value of the first stage of time, tail included, on other settings."""
    case = derive(tables)
    lp, cols = write(case)
    found = solve(lp.minimising(unit(lp, int(cols["burden"].offset[0]))))
    return case, lp, cols, found.objective


def rounding_error(tables: Tables, chain: Chain) -> dict[str, Any]:
    """Mean wait of the first class with leads rounded up and down: the truth lies between (methods 1.2, errata E10)."""
    config = tables.config
    if config.lead_rounding != "ceil" or not chain.stages:
        return {}
    case, _, _, early = _first_stage(replace(tables, config=replace(config, lead_rounding="floor")))
    weight = float(case.needs.weight[case.needs.group_class == 0].sum())
    return {
        "late_d": chain.stages[0].value / weight,
        "early_d": early / weight,
        "days": (chain.stages[0].value - early) / weight,
    }


def horizon_test(tables: Tables, chain: Chain) -> dict[str, Any]:
    """Change of the first class's mean wait when the horizon is a quarter longer, the tail taken off both."""
    config = tables.config
    if not chain.stages:
        return {}
    usual = config.calendar or ((config.periods, config.period_d),)
    total, (_, last) = sum(count for count, _ in usual), usual[-1]
    longer = (*usual, (int(np.ceil(total * (LONGER - 1))), last))
    case, _, _, long = _first_stage(replace(tables, config=replace(config, calendar=longer, tail=0.0)))
    _, _, _, short = _first_stage(replace(tables, config=replace(config, tail=0.0)))
    weight = float(case.needs.weight[case.needs.group_class == 0].sum())
    return {"periods": case.calendar.periods, "change_d": (long - short) / weight}


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
